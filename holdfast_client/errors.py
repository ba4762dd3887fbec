"""What ends a command other than well, each with its exit code."""

from __future__ import annotations

from typing import Any

DONE, REFUSED, NOT_POSSIBLE, NOT_REACHED = 0, 1, 2, 3
"""Exit codes: done; refused by the rules; wrong input or not possible; the site could not be reached."""


class Failed(Exception):
    """The command cannot be done; the message says why and what to do."""

    code = NOT_POSSIBLE


class NotReached(Failed):
    """No answer came, or none that a site of ours gives."""

    code = NOT_REACHED


class Problem(Failed):
    """The site said no with a problem (RFC 9457)."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        """Take the status and the members of the problem."""
        super().__init__(str(body.get("title") or status))
        self.status = status
        self.faults = _members(body.get("errors"))
        self.findings = _members(body.get("findings"))
        if status == 409 and "findings" in body:
            self.code = REFUSED


def _members(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
