"""Everything that ends, between two days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody.actions.endings import Asked, EndingKind, endings

from ..fields import Asked as Given
from ..fields import Words

LONGEST = dt.timedelta(days=731)


class EndingsAsked(Given):
    """Between which days, of what and whose."""

    first = serializers.DateField()
    last = serializers.DateField()
    project = serializers.UUIDField(required=False, default=None)
    party = serializers.UUIDField(required=False, default=None)
    kind = Words(EndingKind, required=False, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse days that are out of order or more than two years apart."""
        if not attrs["first"] <= attrs["last"] <= attrs["first"] + LONGEST:
            raise serializers.ValidationError({"last": "Not before the first day, and within two years."})
        return attrs


class EndingShown(serializers.Serializer[Any]):
    """One thing that ends: its last day, or the day by which it must be done; ask for it under its noun."""

    day = serializers.DateField()
    kind = serializers.CharField()
    noun = serializers.CharField()
    object = serializers.UUIDField()
    about = serializers.CharField()
    project = serializers.UUIDField(source="project.id", default=None)
    party = serializers.UUIDField(source="party.id", default=None)


class EndingsShown(serializers.Serializer[Any]):
    """What ends, by day; at most 2,000 of each kind."""

    results = EndingShown(many=True)


def _parameter(name: str, description: str, type: Any, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, type, description=description, **more)


@extend_schema(
    parameters=[
        _parameter("first", "The first day.", OpenApiTypes.DATE, required=True),
        _parameter("last", "The last day, within two years of the first.", OpenApiTypes.DATE, required=True),
        _parameter("project", "Of one project.", OpenApiTypes.UUID),
        _parameter("party", "Of one party.", OpenApiTypes.UUID),
        _parameter("kind", "Of one kind.", OpenApiTypes.STR, enum=[str(kind) for kind in EndingKind]),
    ],
    responses=EndingsShown,
)
@api_view(["GET"])
def list_endings(request: Request) -> Response:
    """List what ends between two days, as far as the caller may see it."""
    asked = EndingsAsked(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    found = endings(Asked(request.user, **asked.validated_data))
    return Response({"results": EndingShown(found, many=True).data})
