"""Errors as problem details (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from custody.actions.base import ActionError, Busy, NotPermitted, Outcome, TooManyRefusals
from custody.policy.engine import Decision as Judgement
from custody.stored import judgement, reader_of
from custody.terms import Audience, Text
from custody.transitions import NotNow

CONTENT_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotPermitted, status.HTTP_403_FORBIDDEN),
    (Busy, status.HTTP_503_SERVICE_UNAVAILABLE),
    (TooManyRefusals, status.HTTP_429_TOO_MANY_REQUESTS),
    (NotNow, status.HTTP_409_CONFLICT),
    (ActionError, status.HTTP_422_UNPROCESSABLE_ENTITY),
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what an action raised; what REST framework raises keeps its status and gains the same form."""
    for kind, code in _STATUS:
        if isinstance(error, kind):
            text: Text = error.text  # type: ignore[attr-defined]
            body = {"status": code, "title": say(text)}
            if about := getattr(error, "about", ""):
                body["field"] = about
            return Response(body, status=code, content_type=CONTENT_TYPE)
    response = exception_handler(error, context)
    if response is not None:
        detail = response.data
        title = detail.get("detail") if isinstance(detail, dict) else None
        response.data = {"status": response.status_code, "title": str(title or response.status_text)}
        if title is None:
            response.data["errors"] = detail
        response.content_type = CONTENT_TYPE
    return response


def refused(outcome: Outcome, user: Any) -> Response:
    """Answer a refusal with status 409 and the findings that this reader may see."""
    decision: Judgement = judgement(outcome.decision)
    refusal = outcome.object
    # Outside any project it is shown to the one who tried, as on the screen.
    audience, party = Audience.INTERNAL, None
    if refusal.project:
        audience, party = reader_of(user, refusal.project, refusal.to_party_id)
    return Response(
        {
            "status": status.HTTP_409_CONFLICT,
            "title": say(
                Text("Refused by the rules; the attempt is recorded.", "被规则拒绝，本次操作已记录。")
            ),
            "entry": str(outcome.entry),
            "refusal": str(outcome.object.id),
            "findings": [
                {
                    "code": f.code,
                    "version": f.version,
                    "outcome": str(f.outcome),
                    "title": say(f.title),
                    "remedy": say(f.remedy) if f.remedy else None,
                    "basis": [
                        {
                            "source": say(b.source),
                            "article": say(b.article) if b.article else None,
                            "status": str(b.status),
                        }
                        for b in f.basis
                    ],
                }
                for f in decision.for_audience(audience, party).barring
            ],
        },
        status=status.HTTP_409_CONFLICT,
        content_type=CONTENT_TYPE,
    )


def say(text: Text) -> str:
    """Return a text in the language of the request."""
    return text.get(get_language() or "en")
