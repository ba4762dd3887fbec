"""The security log: one JSON object a line for sign-ins, locks, what was forbidden, and changes of access.

It is for whoever watches the machines, who may be nobody that Holdfast knows; the ledger stays the record.
A line holds no password, no code, and no typed name that nobody has: people type a password there.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from custody import pace

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ledger.api import Draft

log = logging.getLogger("holdfast.security")
ACCESS = frozenset(
    ("delegation", "factor", "grant", "identity", "key", "membership", "pin", "session", "sign_in",
     "signature", "signing", "signing_key", "slip", "webhook")
)  # fmt: skip
"""The nouns whose entries are told here too, by id."""


def note(event: str, request: HttpRequest | None = None, **more: Any) -> None:
    """Write a line: what happened, from where, to whom by id, and what else is given."""
    said: dict[str, Any] = {"event": event}
    if request is not None:
        said |= {"from": pace.address(request), "method": request.method, "path": request.path[:300]}
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            said |= {"user": user.pk, "person": str(user.person_id)}
    log.info("%s", json.dumps({**said, **more}, default=str))


def entered(drafts: Iterable[Draft]) -> None:
    """Tell of entries that change or concern access; the ledger has the rest of them."""
    for draft in drafts:
        said: dict[str, Any] = {
            field.name: field.value for field in draft.fields if field.name in ("kind", "actor", "source")
        }
        kind = str(said["kind"])
        if kind.partition(".")[0] in ACCESS:
            note("entry", entry=draft.id, **said)


class SecurityLine(logging.Formatter):
    """A line of the security log: its time in UTC, then what it says; JSON throughout, ASCII alone."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z"
        return json.dumps({"at": at, **json.loads(record.getMessage())})


class OneLine(logging.Formatter):
    """A line of any other log: nothing given from outside begins a new one or steers a terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the library's
        """Return the line without its traceback, each control character written as its code."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
