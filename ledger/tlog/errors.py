"""Everything that can be wrong with log data, as one short tree.

Each message says what was expected, what was found, and what the reader can do. A caller who wants only
"good or not" catches `LogError`.
"""

from __future__ import annotations


class LogError(Exception):
    """Root of all errors of the log.

    `what` names the thing judged; `expected`, `got` and `todo` complete the sentence. `got` should be
    already shortened and printable: use `shown`.
    """

    def __init__(self, what: str, *, expected: str = "", got: str = "", todo: str = "") -> None:
        self.what, self.expected, self.got, self.todo = what, expected, got, todo
        middle = ", ".join(
            part for part in (f"expected {expected}" if expected else "", f"got {got}" if got else "") if part
        )
        sentence = f"{what}: {middle}." if middle else f"{what}."
        super().__init__(f"{sentence} {todo}".rstrip())


class FormatError(LogError):
    """Bytes or values do not follow the format they claim."""


class CanonicalError(FormatError):
    """A value has no canonical JSON form here, or bytes are not in that form."""


class SignatureError(LogError):
    """A signature by a known key fails, or no known key has signed. `code` tells which, for a checkpoint:

    "false" a known key's signature does not hold; "origin" it is another log's; "key" a listed log's name
    with another key; "unsigned" none of these: nobody known has signed, or witnesses alone.
    """

    def __init__(
        self, what: str, *, expected: str = "", got: str = "", todo: str = "", code: str = "unsigned"
    ) -> None:
        self.code = code
        super().__init__(what, expected=expected, got=got, todo=todo)


class ProofError(LogError):
    """An inclusion or consistency proof does not lead to the stated root."""


class PolicyError(LogError):
    """A trust policy or a key in it is unusable."""


class BundleError(LogError):
    """An evidence file contradicts itself. `code` tells which of its rules is broken."""

    def __init__(self, code: str, what: str, *, expected: str = "", got: str = "", todo: str = "") -> None:
        self.code = code
        super().__init__(what, expected=expected, got=got, todo=todo)


def shown(value: object, limit: int = 60) -> str:
    """A printable, shortened form of a hostile value, for messages."""
    text = ascii(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
