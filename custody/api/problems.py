"""Errors as problem details (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from custody.actions.base import (
    ActionError,
    Busy,
    Changed,
    Frozen,
    NotPermitted,
    Outcome,
    PackGone,
    TooManyRefusals,
)
from custody.pace import HOUR
from custody.policy.engine import Decision as Judgement
from custody.policy.engine import Finding
from custody.regimes import PackLost
from custody.stored import judgement, reader_of
from custody.terms import Audience, Text
from custody.transitions import NotNow

from .saying import say

CONTENT_TYPE = "application/problem+json"
DOES_NOT_FIT = Text("Something in the request does not fit.", "请求中有内容不符合要求。")
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotPermitted, status.HTTP_403_FORBIDDEN),
    (Changed, status.HTTP_412_PRECONDITION_FAILED),
    (PackGone, status.HTTP_503_SERVICE_UNAVAILABLE),
    (Busy, status.HTTP_503_SERVICE_UNAVAILABLE),
    (TooManyRefusals, status.HTTP_429_TOO_MANY_REQUESTS),
    (NotNow, status.HTTP_409_CONFLICT),
    (Frozen, status.HTTP_409_CONFLICT),
    (ActionError, status.HTTP_422_UNPROCESSABLE_ENTITY),
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what an action or REST framework raised; None for what is not the caller's fault."""
    if isinstance(error, PackLost):
        error = PackGone()
    for kind, code in _STATUS:
        if isinstance(error, kind):
            text: Text = error.text  # type: ignore[attr-defined]
            headers = {"Retry-After": str(HOUR)} if code == status.HTTP_429_TOO_MANY_REQUESTS else None
            return problem(code, say(text), {getattr(error, "about", ""): [say(text)]}, headers)
    if isinstance(error, Http404):
        error = NotFound()  # its own words name a table, and in English alone
    response = exception_handler(error, context)
    if response is None:
        return None
    headers = {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if name in response}
    if isinstance(error, ValidationError):
        code = status.HTTP_422_UNPROCESSABLE_ENTITY
        return problem(code, say(DOES_NOT_FIT), dict(_faults(response.data)), headers)
    title = response.data.get("detail") if isinstance(response.data, dict) else None
    return problem(response.status_code, str(title or response.status_text), headers=headers)


def problem(
    code: int,
    title: str,
    faults: Mapping[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """Return a problem; ``faults`` are sentences by the member that they are about."""
    body: dict[str, Any] = {"type": "about:blank", "title": _plain(title), "status": code, **more}
    errors = [
        {"field": _plain(name), "message": _plain(m)}
        for name, all in (faults or {}).items()
        if name
        for m in all
    ]
    if errors:
        body["errors"] = errors
    return Response(body, status=code, headers=headers, content_type=CONTENT_TYPE)


def _plain(text: str) -> str:
    """Return a text that can be sent: words of the caller in it may hold half a character."""
    return text.encode("utf-8", "replace").decode()


def _faults(found: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the sentences of a tree of faults by the path of the member."""
    if isinstance(found, dict):
        for key, below in found.items():
            step = "" if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)
            yield from _faults(below, ".".join(part for part in (name, step) if part))
    elif isinstance(found, list) and all(isinstance(each, str) for each in found):
        yield name or "body", [str(each) for each in found]
    elif isinstance(found, list):
        for place, below in enumerate(found):
            yield from _faults(below, f"{name}.{place}" if name else str(place))
    else:
        yield name or "body", [str(found)]


def refused(outcome: Outcome, user: Any) -> Response:
    """Answer a refusal with status 409 and the findings that this reader may see."""
    decision: Judgement = judgement(outcome.decision)
    refusal = outcome.object
    # Outside any project it is shown to the one who tried, as on the screen.
    audience, party = Audience.INTERNAL, None
    if refusal.project:
        audience, party = reader_of(user, refusal.project, refusal.to_party_id)
    return problem(
        status.HTTP_409_CONFLICT,
        say(Text("Refused by the rules; the attempt is recorded.", "被规则拒绝，本次操作已记录。")),
        entry=str(outcome.entry),
        refusal=str(outcome.object.id),
        findings=findings(decision.for_audience(audience, party).barring),
    )


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as a program reads them, in the language of the request."""
    return [
        {
            "code": f.code,
            "version": f.version,
            "outcome": str(f.outcome),
            "title": say(f.title),
            "remedy": say(f.remedy) if f.remedy else None,
            "overridden": (
                {"override": f.overridden.override, "entry": f.overridden.entry, "until": f.overridden.until}
                if f.overridden
                else None
            ),
            "basis": [
                {
                    "source": say(b.source),
                    "article": say(b.article) if b.article else None,
                    "status": str(b.status),
                }
                for b in f.basis
            ],
        }
        for f in found
    ]
