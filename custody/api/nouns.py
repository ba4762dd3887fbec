"""What the API shows of each noun."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from custody import models as m
from custody.terms import Channel


class WordsAsText(serializers.ModelSerializer[Any]):
    """Shows enumerated words as their stored value."""

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Treat a word column as text."""
        if isinstance(model_field, m.WordField):
            return serializers.CharField, {"read_only": True}
        return super().build_standard_field(field_name, model_field)


class ProjectShown(WordsAsText):
    """A project."""

    class Meta:
        model = m.Project
        fields: ClassVar[list[str]] = [
            "id", "code", "title", "regime", "level", "owner_party", "client_party", "state", "entry",
        ]  # fmt: skip


class HopShown(WordsAsText):
    """A subcontract hop."""

    class Meta:
        model = m.Hop
        fields: ClassVar[list[str]] = [
            "id", "project", "parent", "from_party", "to_party", "depth", "scope", "level", "starts", "ends",
            "share", "state", "subject_sha256", "entry",
        ]  # fmt: skip


class CopyShown(WordsAsText):
    """A numbered copy and its custodian."""

    class Meta:
        model = m.Copy
        fields: ClassVar[list[str]] = [
            "id",
            "code",
            "item",
            "number",
            "state",
            "custodian_party",
            "system",
            "entry",
        ]


class HandoffShown(WordsAsText):
    """A handoff."""

    copies: serializers.PrimaryKeyRelatedField[m.Copy] = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True
    )

    class Meta:
        model = m.Handoff
        fields: ClassVar[list[str]] = [
            "id", "number", "project", "hop", "sender_party", "receiver_party", "receiver_person", "copies",
            "purpose", "channel", "system", "due_back", "state", "offered_at", "answered_at", "entry",
        ]  # fmt: skip


class HandoffAsked(serializers.Serializer[Any]):
    """An offer of copies over a hop; ``submission`` is the caller's token: sent twice it counts once."""

    hop = serializers.UUIDField()
    copies = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    receiver_person = serializers.UUIDField()
    purpose = serializers.CharField(max_length=300)
    channel = serializers.ChoiceField(choices=Channel.choices())
    system = serializers.UUIDField()
    due_back = serializers.DateField(required=False, allow_null=True)
    submission = serializers.UUIDField(required=False)


class Accepted(serializers.Serializer[Any]):
    """A receiver's word on accepting."""

    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class Declined(serializers.Serializer[Any]):
    """A receiver's or sender's reason for ending an offer."""

    reason = serializers.CharField(max_length=1000)


class EntryShown(serializers.Serializer[Any]):
    """How far an entry has come: recorded, sealed, witnessed."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["recorded", "sealed", "witnessed"])
    index = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
