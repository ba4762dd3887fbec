"""Find: one question over all that can be named, as in the box on the screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody.finding import LONGEST, found

from ..fields import Asked, Line

SHOWN = 20
NAMES: dict[str, Callable[[Any], str]] = {
    "copy": lambda row: row.code,
    "handoff": lambda row: row.number,
    "project": lambda row: row.code,
    "item": lambda row: row.codename,
}


class FindAsked(Asked):
    """What is looked for: a copy or handoff number, or part of a name, code or staff number."""

    q = Line(max_length=LONGEST)


class FoundShown(serializers.Serializer[Any]):
    """One thing that was found: ask for it under the noun's own address."""

    noun = serializers.ChoiceField(choices=["copy", "handoff", "party", "project", "item", "person"])
    id = serializers.UUIDField()
    name = serializers.CharField()


class FindShown(serializers.Serializer[Any]):
    """What was found, exact numbers first; `more` names the nouns of which not all is given."""

    results = FoundShown(many=True)
    more = serializers.ListField(child=serializers.CharField())


@extend_schema(
    parameters=[
        OpenApiParameter(
            "q",
            OpenApiTypes.STR,
            required=True,
            description="A copy or handoff number, or part of a name, code or staff number.",
        )
    ],
    responses=FindShown,
)
@api_view(["GET"])
def find(request: Request) -> Response:
    """Find copies, handoffs, parties, projects, items and people by number or name."""
    asked = FindAsked(data={"q": request.query_params.get("q", "")})
    asked.is_valid(raise_exception=True)
    results, more = [], []
    for noun, rows in found(request.user, asked.validated_data["q"]).items():
        name = NAMES.get(noun, lambda row: row.name)
        first = list(rows[: SHOWN + 1])
        results += [{"noun": noun, "id": str(row.id), "name": name(row)} for row in first[:SHOWN]]
        more += [noun] if len(first) > SHOWN else []
    return Response({"results": results, "more": more})
