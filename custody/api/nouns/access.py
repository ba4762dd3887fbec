"""Who may do what, on any day."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody import access
from custody import models as m
from custody.filters import AccessFilter

from ..base import Visible
from ..fields import Shown


class SignShown(serializers.Serializer[Any]):
    """A sign-in, and whether it let its owner in."""

    name = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=[str(word) for word in access.SignInThen], read_only=True)


class AccessShown(Shown):
    """A role, or a regulator's leave to read (a project, all that the party `owner` owns, or all in a
    `region`), as it was known at the end of the day; `given` and `ended_by` are entries; `sign_ins` is null
    for who is not of the house."""

    ends = serializers.DateField(source="ends_then", read_only=True, allow_null=True)
    ended_at = serializers.DateTimeField(source="ended_then", read_only=True, allow_null=True)
    ended_by = serializers.UUIDField(read_only=True, allow_null=True)
    given_at = serializers.DateTimeField(source="created_at", read_only=True)
    sign_ins = serializers.SerializerMethodField()

    class Meta:
        model = m.Access
        fields: ClassVar[list[str]] = [
            "id", "person", "sign_ins", "role", "party", "project", "owner", "region", "starts", "ends",
            "ended_at", "given", "given_at", "ended_by", "entry",
        ]  # fmt: skip

    @extend_schema_field(SignShown(many=True, allow_null=True))
    def get_sign_ins(self, row: m.Access) -> Any:
        """Return the sign-ins of the person as they stood."""
        found = access.signs(row)
        return None if found is None else [{"name": s.name, "state": str(s.state)} for s in found]


class Accesses(Visible):
    """Who may do what: in force on a day of the site's calendar by `?on=`, else today."""

    queryset = m.Access.objects.all()
    serializer_class = AccessShown
    filterset_class = AccessFilter
    related = ("person",)
