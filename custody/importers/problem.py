"""What can be wrong with an outside file: the whole of it, or one record."""

from __future__ import annotations

from dataclasses import dataclass

from custody.terms import Text


class ImportFileError(Exception):
    """The file as a whole cannot be read, so nothing of it is taken.

    ``text`` says what was expected, what was found and what to do, in both languages.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


class RecordError(Exception):
    """One record cannot be taken; becomes a `Rejected` once its position is known."""

    def __init__(self, code: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.code = code
        self.reason = Text(en, zh)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is left out, where it stands and why."""

    position: int  # 1 is the first record after any header
    line: int  # line of the (unpacked) file at which the record starts; 1 is the first
    code: str
    reason: Text


def shown(value: object, length: int = 60) -> str:
    """Return foreign text fit to stand in a message: short, on one line, no control characters."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value)[: length + 1])
    return text if len(text) <= length else text[:length] + "…"
