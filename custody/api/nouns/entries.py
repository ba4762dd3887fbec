"""How far an entry of the ledger has come, and its proof; and who one is oneself."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from ledger import api as ledger


class EntryShown(serializers.Serializer[Any]):
    """How far an entry has come: recorded, sealed, witnessed; its place in the log, and the log's size."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["recorded", "sealed", "witnessed"])
    index = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)


class RoleShown(serializers.Serializer[Any]):
    """A role held today."""

    party = serializers.UUIDField()
    role = serializers.CharField()


class MeShown(serializers.Serializer[Any]):
    """Who calls, with the roles of today and the scopes of the key."""

    person = serializers.UUIDField()
    name = serializers.CharField()
    username = serializers.CharField()
    roles = RoleShown(many=True)
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)
    only_for = serializers.UUIDField(allow_null=True)


@extend_schema(responses=EntryShown)
@api_view(["GET"])
def entry(request: Request, id: UUID) -> Response:
    """Say how far an entry has come. Ids are random, and the answer tells nothing but the state."""
    state = ledger.state_of([id]).get(id)
    if state is None:
        raise Http404
    return Response({"id": str(id), "state": state.state, "index": state.index, "size": state.size})


@extend_schema(responses=MeShown)
@api_view(["GET"])
def me(request: Request) -> Response:
    """Say who calls."""
    user = cast(m.User, request.user)
    return Response(
        {
            "person": str(user.person_id),
            "name": user.person.name,
            "username": user.username,
            "roles": [{"party": str(r.party_id), "role": str(r.role)} for r in user.memberships()],
            "scopes": request.auth.scopes if isinstance(request.auth, m.ApiKey) else None,
            "only_for": str(user.only_for) if user.only_for else None,
        }
    )
