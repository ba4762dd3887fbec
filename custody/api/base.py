"""What every noun of the API shares: rows through ``visible_to``, acts through the actions of the screens.

- An act may carry ``Idempotency-Key``: the same key and content again gives the first result, nothing is
  done twice; the same key with other content is a fault.
- A row's ``ETag`` is the ledger entry that last set it. ``If-Match`` on an act is checked under the row's
  lock (RFC 9110, 13.1.1): status 412 and no effect when it has moved on.
- ``?wait=sealed`` answers once a signed checkpoint covers the entry, ``?wait=witnessed`` once one does that
  the policy's quorum of witnesses has cosigned (where none is demanded, as ``sealed``), or after ten seconds;
  the header ``Entry-State`` says which.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody.actions.base import ActionError, Actor, Changed, Outcome
from custody.terms import Looked, Source, Text
from ledger import api as ledger

from .auth import fingerprint
from .problems import refused

_KEYS = uuid.UUID("5b0f1f0e-6f2c-5d35-9a6d-0d5c3d2f7a10")
ENOUGH = 10.0
"""Seconds after which an act is answered, however far its entry has come."""


class Visible(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows what the caller may see; anything else is not there."""

    filter_backends = (DjangoFilterBackend,)
    lookup_value_converter = "uuid"
    related: tuple[str, ...] = ()

    def get_queryset(self) -> Any:
        """Return the visible rows."""
        rows = cast(m.VisibleQuerySet, super().get_queryset())
        rows = rows.visible_to(self.request.user)
        # Asked for none, Django would join all there are, and a wall of one of them would hide the row.
        return rows.select_related(*self.related) if self.related else rows

    def get_object(self) -> Any:
        """Return the row that the address names; that it was looked at is noted."""
        row = super().get_object()
        self._noticed([row])
        return row

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return a page of rows; that they were looked at is noted."""
        page = super().paginate_queryset(queryset)
        self._noticed(page or (), Looked.ROWS)
        return page

    def _noticed(self, rows: Any, instead: Looked | None = None) -> None:
        """Note rows for what records looks before the answer goes out: it sees the request beneath."""
        beneath: Any = self.request._request
        beneath.noticed = [*getattr(beneath, "noticed", ()), (list(rows), instead)]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one row."""
        answer = super().retrieve(request, *args, **kwargs)
        return _tagged(answer, answer.data.get("entry"))

    def actor(self) -> Actor:
        """Return the caller as an actor: with the scopes of the key, the token of the request, and the state
        that it rests on."""
        request = self.request
        found = Actor.of(cast(m.User, request.user), Source.API)
        if isinstance(request.auth, m.ApiKey):
            found = replace(found, scopes=frozenset(request.auth.scopes))
        if token := _token(request, found.person):
            body = json.dumps(request.data, sort_keys=True, default=str).encode()
            said = fingerprint(str(request.method).encode(), request.path.encode(), body)
            found = replace(found, submission=token, digest=said)
        return replace(found, expects=_expected(request))

    def answer(self, outcome: Outcome, gives: Any, status: int) -> Response:
        """Return what came of an act; a refusal is a problem with its findings."""
        wait = _wait(self.request)
        end = time.monotonic() + ENOUGH
        if wait and not (wait == "witnessed" and ledger.wait_witnessed(outcome.entry, ENOUGH)):
            ledger.wait_sealed(outcome.entry, end - time.monotonic())
        if outcome.state == "refused":
            answer = refused(outcome, self.request.user)
        else:
            many = isinstance(outcome.object, list)
            shown = gives(outcome.object, many=many, context=self.get_serializer_context())
            answer = _tagged(Response(shown.data, status=status), None if many else outcome.entry)
        # What was done just now is recorded, and nobody waited for more.
        state = ledger.state_of([outcome.entry]).get(outcome.entry) if wait or outcome.again else None
        answer["Entry-State"] = state.state if state else "recorded"
        answer["Entry"] = str(outcome.entry)
        return answer


Work = Callable[..., Outcome]


def act(
    asks: type[serializers.Serializer[Any]] | None = None,
    *,
    gives: type[serializers.Serializer[Any]] | None = None,
    status: int = 200,
    detail: bool = True,
) -> Callable[[Work], Any]:
    """Make a method an act of the API: checks the request, does the work, answers with the row it gave.

    With ``detail`` the method gets the visible row first. The members of the request come by name.
    """

    def make(work: Work) -> Any:
        @wraps(work)
        def run(self: Visible, request: Request, **kwargs: Any) -> Response:
            _wait(request)  # what cannot be waited for is said before anything is done
            rows = [self.get_object()] if detail else []
            expected = _expected(request)
            # An act on the row itself checks this under its lock. Before that it is asked here as well, but
            # for what may have been done under the same key: that is answered again, though the row moved on.
            asked_here = gives is not None or "Idempotency-Key" not in request.headers
            if rows and asked_here and expected and rows[0].entry != expected:
                raise Changed
            given: dict[str, Any] = {}
            if asks is not None:
                said = asks(data=request.data, context=self.get_serializer_context())
                said.is_valid(raise_exception=True)
                given = said.validated_data
            elif request.data not in ({}, None, ""):
                raise ActionError(Text("This takes no content.", "此操作不接受内容。"))
            outcome = work(self, *rows, **given)
            return self.answer(outcome, gives or self.get_serializer_class(), status)

        marked: Any = run
        marked.asks, marked.gives, marked.status, marked.acts = asks, gives, status, True
        if work.__name__ == "create":
            return marked
        return action(detail=detail, methods=["post"], url_path=work.__name__.replace("_", "-"))(marked)

    return make


def _wait(request: Request) -> str | None:
    """Return what the caller waits for: "sealed", "witnessed", or None. Raises ActionError."""
    wait = request.query_params.get("wait")
    if wait not in (None, "sealed", "witnessed"):
        raise ActionError(
            Text("You can wait for sealed or for witnessed.", "只能等待 sealed 或 witnessed。"), "wait"
        )
    return wait


def _tagged(answer: Response, entry: Any) -> Response:
    if entry:
        answer["ETag"] = f'"{entry}"'
    return answer


def _token(request: Request, person: UUID | None) -> UUID | None:
    """Return the token of ``Idempotency-Key``, apart for each person. Raises ActionError for a key that is
    none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    key = given.strip().strip('"')
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise ActionError(
            Text(
                "Idempotency-Key is 1 to 255 printable characters.", "Idempotency-Key须为1至255个可打印字符。"
            ),
            "Idempotency-Key",
        )
    return uuid.uuid5(_KEYS, f"{person}:{key}")


def _expected(request: Request) -> UUID | None:
    """Return the entry that ``If-Match`` names. Raises ActionError for what is no ETag of ours."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    try:
        return UUID(given.strip().strip('"'))
    except ValueError:
        raise ActionError(
            Text("If-Match takes one ETag as it was given.", "If-Match须为所给出的一个ETag。"), "If-Match"
        ) from None
