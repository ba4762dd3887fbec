"""What can go wrong around the log, beside the formats (those are in :mod:`ledger.tlog.errors`)."""

from __future__ import annotations

from ledger.tlog.errors import LogError


class DraftError(LogError):
    """A draft cannot become an entry. Nothing was written."""


class UnknownEntryError(LogError):
    """No entry or stream of that name or id."""


class NotSealedError(LogError):
    """What was asked for is recorded, but no signed checkpoint covers it yet."""


class KeyFileError(LogError):
    """A key file is missing, unreadable, or open to others."""


class JournalError(LogError):
    """A journal file cannot be opened with the key, or is not what its name says."""


class DisagreementError(LogError):
    """Two records of the log contradict each other. The sealer freezes on it."""


class FrozenError(LogError):
    """The log is frozen: entries are recorded, and none is signed until an operator has found out why."""


class WallsError(LogError):
    """The database does not protect the ledger as it must. The server refuses to start."""


class RestoreError(Exception):
    """A restore cannot go on, and has changed nothing. The message is in the reader's language."""
