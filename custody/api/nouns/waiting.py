"""The officer's queue."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import waiting


class WaitingShown(serializers.Serializer[Any]):
    """A request that waits for a decision; ``mine`` tells whether the caller can cast a vote that counts."""

    approval = serializers.UUIDField()
    hop = serializers.UUIDField()
    project = serializers.UUIDField()
    level = serializers.CharField()
    decide_by = serializers.DateField(allow_null=True)
    approved = serializers.IntegerField()
    needed = serializers.IntegerField()
    missing = serializers.IntegerField()
    mine = serializers.BooleanField()
    can = serializers.ListField(child=serializers.UUIDField(), help_text="Persons who can still decide.")


@extend_schema(responses=WaitingShown(many=True))
@api_view(["GET"])
def queue(request: Request) -> Response:
    """List the first 25 requests that wait: by deadline, then by the rank of their level."""
    user = cast(m.User, request.user)
    found, _more = waiting.queue(user)
    # Who can decide is for the project's side, as on the page of a request.
    inside = {one.row.id: _inside(user, one.row) for one in found}
    rows = [
        {
            "approval": one.row.id,
            "hop": one.row.hop_id,
            "project": one.row.hop.project_id,
            "level": one.row.level,
            "decide_by": one.row.decide_by,
            "approved": one.standing.have,
            "needed": one.standing.needed,
            "missing": one.missing,
            "mine": one.mine,
            "can": [person.id for person in one.standing.can] if inside[one.row.id] else [],
        }
        for one in found
    ]
    return Response(WaitingShown(rows, many=True).data)


def _inside(user: m.User, row: m.Approval) -> bool:
    return user.in_house or row.hop.project.owner_party_id in user.party_ids()
