"""Trust policies: c2sp.org/tlog-policy. Which logs, which witnesses, and how many of them are enough.

    log <vkey> [url]
    witness <name> <vkey> [url]
    group <name> all|any|<k> <member>...
    quorum <name>|none

One line each, ended by a newline; fields separated by spaces or tabs; `#` begins a comment line. A name
is defined before it is used, once, and is a member of one group at most, so that no witness counts twice.
Keys are the same when the raw public key is the same, whatever they are called. Names are octets: they are
compared as they stand, never normalized. Narrower than the specification: a key is a log's or a witness's,
never both, for a log cannot vouch for itself; and only Ed25519 keys are read (types 0x01 and 0x04).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.tlog import checkpoint as checkpoints
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignVerifier, time_of
from ledger.tlog.errors import FormatError, PolicyError, SignatureError, shown
from ledger.tlog.note import NoteVerifier, Verifier, open_note, split_note

MAX_BYTES = 1_000_000
NO_QUORUM = "none"
MAX_OF_A_KIND = 256
"""So many logs, witnesses or groups at most; the specification asks for 32."""

_TODO = "Check that the trust folder belongs to the unit that issued this file."

_Value = TypeVar("_Value", str, bytes)

_UNFIT = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True)
class Log:
    """A log that is believed. Its key name is the origin of its checkpoints."""

    verifier: Verifier
    url: str = ""


@dataclass(frozen=True)
class Witness:
    """A witness, under the name that the policy gives it."""

    name: str
    verifier: CosignVerifier
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Members of which `threshold` must have witnessed."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Witnessed:
    """A witness (by its name in the policy) and the POSIX second of its cosignature."""

    name: str
    time: int


@dataclass(frozen=True)
class Trusted:
    """A checkpoint signed by a log of the policy, and who has witnessed it."""

    checkpoint: Checkpoint
    text: str
    witnesses: tuple[Witnessed, ...]
    quorum_met: bool


@dataclass(frozen=True)
class Policy:
    """Whom to believe. Make one with `parse`."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM

    def open(self, note: bytes) -> Trusted:
        """The checkpoint of a signed note, believed because a listed log signed it.

        `quorum_met` is false when the witnesses are too few; the caller decides what that means. Raises
        FormatError for bytes that are no checkpoint note, SignatureError for one that no listed log
        signed under its own origin or on which a known signature fails, PolicyError without any log.
        """
        if not self.logs:
            raise PolicyError(
                "policy", expected="at least one log", got="none", todo="Add a line: log <vkey>."
            )
        known: list[NoteVerifier] = [log.verifier for log in self.logs]
        known += [witness.verifier for witness in self.witnesses.values()]
        try:
            opened = open_note(note, known)
        except SignatureError as error:
            raise self._named(note, error) from None
        by_verifier = {id(witness.verifier): name for name, witness in self.witnesses.items()}
        checkpoint = checkpoints.parse(opened.text)
        origins = [v.verifier.name for v in opened.verified if id(v.verifier) not in by_verifier]
        if checkpoint.origin not in origins:
            unsigned = SignatureError(
                "checkpoint",
                expected=f"a signature by the log {shown(checkpoint.origin)} itself",
                got=f"one by {shown(origins[0])}" if origins else "witnesses only",
                todo=_TODO,
            )
            raise self._named(note, unsigned)
        witnesses = tuple(
            Witnessed(by_verifier[id(v.verifier)], time_of(v.signature))
            for v in opened.verified
            if id(v.verifier) in by_verifier
        )
        names = {witness.name for witness in witnesses}
        return Trusted(checkpoint, opened.text, witnesses, self.satisfied_by(names))

    def _named(self, note: bytes, error: SignatureError) -> SignatureError:
        """What a note that is not believed is, as far as its unproven text and lines tell."""
        if error.code == "false":
            return error
        text, lines = split_note(note)
        origin = text.decode("utf-8").partition("\n")[0]
        listed = [log.verifier for log in self.logs if log.verifier.name == origin]
        if not listed:
            return SignatureError(
                "checkpoint",
                expected="the log " + " or ".join(shown(log.verifier.name) for log in self.logs),
                got=f"another log, {shown(origin)}",
                todo=_TODO,
                code="origin",
            )
        others = [line.key_id.hex() for line in lines if line.name == origin]
        if others:
            return SignatureError(
                f"checkpoint of {shown(origin)}",
                expected="a signature by the key " + " or ".join(key.key_id.hex() for key in listed),
                got=f"one by another key of that name, {others[0]}",
                todo="Do not add the new key. Ask the unit, by another channel, whether it changed its key.",
                code="key",
            )
        return error

    def satisfied_by(self, names: set[str]) -> bool:
        """Whether the quorum is met when the witnesses called `names` have cosigned."""
        return self.quorum == NO_QUORUM or self._reached(self.quorum, names)

    def _reached(self, name: str, names: set[str]) -> bool:
        # No recursion without end: a member stands on an earlier line than its group.
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._reached(member, names) for member in group.members) >= group.threshold


def parse(text: str | bytes) -> Policy:
    """The policy that a policy file states. Raises PolicyError, naming the line."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES or _UNFIT.search(raw):
        raise PolicyError("policy", expected="a text file of plain lines", got="control characters or excess")
    if not raw.endswith(b"\n"):
        raise PolicyError("policy", expected="a newline at the end", got="a cut-off last line")
    reader = _Reader()
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            reader.take(number, words)
    return reader.policy()


class _Reader:
    """Lines in, policy out."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._quorum: str | None = None
        self._keys: set[bytes] = set()
        self._members: set[str] = set()

    def take(self, number: int, words: list[str]) -> None:
        keyword, *rest = words
        try:
            if keyword == "log" and len(rest) in (1, 2):
                self._log(rest)
            elif keyword == "witness" and len(rest) in (2, 3):
                self._witness(rest)
            elif keyword == "group" and len(rest) >= 3:
                self._group(rest)
            elif keyword == "quorum" and len(rest) == 1:
                self._take_quorum(rest[0])
            else:
                raise PolicyError(
                    "line", expected="log, witness, group or quorum", got=shown(" ".join(words))
                )
        except (PolicyError, FormatError) as error:
            raise PolicyError(
                f"policy line {number}: {error.what}",
                expected=error.expected,
                got=error.got,
                todo=error.todo,
            ) from None

    def policy(self) -> Policy:
        for what, kind in (("logs", self._logs), ("witnesses", self._witnesses), ("groups", self._groups)):
            if len(kind) > MAX_OF_A_KIND:
                raise PolicyError(f"policy: {what}", expected=f"at most {MAX_OF_A_KIND}", got=f"{len(kind)}")
        if self._quorum is None:
            raise PolicyError("policy", expected="one quorum line", got="none", todo="Add: quorum none.")
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _log(self, rest: list[str]) -> None:
        verifier = Verifier.from_vkey(rest[0])
        _once(verifier.key.public_bytes_raw(), self._keys, "log key")
        self._logs.append(Log(verifier, *rest[1:]))

    def _witness(self, rest: list[str]) -> None:
        name = self._new_name(rest[0])
        verifier = CosignVerifier.from_vkey(rest[1])
        _once(verifier.key.public_bytes_raw(), self._keys, "witness key")
        self._witnesses[name] = Witness(name, verifier, *rest[2:])

    def _group(self, rest: list[str]) -> None:
        name, threshold, *members = rest
        self._new_name(name)
        for member in members:
            self._known(member)
            _once(member, self._members, "group member")
        if threshold in ("all", "any"):
            count = len(members) if threshold == "all" else 1
        elif _THRESHOLD.fullmatch(threshold):
            count = int(threshold)
        else:
            raise PolicyError("group", expected="all, any or a number", got=shown(threshold))
        if count > len(members):
            raise PolicyError("group", expected=f"at most {len(members)} of its members", got=str(count))
        self._groups[name] = Group(count, tuple(members))

    def _take_quorum(self, name: str) -> None:
        if self._quorum is not None:
            raise PolicyError("quorum", expected="one quorum line", got="a second one")
        if name != NO_QUORUM:
            self._known(name)
        self._quorum = name

    def _new_name(self, name: str) -> str:
        if name == NO_QUORUM or name in self._witnesses or name in self._groups:
            raise PolicyError("name", expected="one not used yet", got=shown(name))
        return name

    def _known(self, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise PolicyError("name", expected="a witness or group of an earlier line", got=shown(name))


def _once(value: _Value, seen: set[_Value], what: str) -> None:
    if value in seen:
        raise PolicyError(what, expected="each once", got=f"{shown(value)} again")
    seen.add(value)
