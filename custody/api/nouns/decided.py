"""The register of decisions."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rest_framework import serializers

from custody import decided
from custody import models as m
from custody.filters import DecidedFilter
from custody.terms import RequestOutcome, VoteChoice

from ..base import Visible
from ..fields import Shown, Words


class VoteShown(Shown):
    """What an officer said of a request, in the own right or in the place of another."""

    choice = Words(VoteChoice)
    in_place_of = serializers.UUIDField(source="delegation.delegator_id", default=None, allow_null=True)

    class Meta:
        model = m.Vote
        fields: ClassVar[list[str]] = [
            "person", "in_place_of", "choice", "against", "reason", "statement_sha256", "created_at", "entry",
        ]  # fmt: skip


class DecidedShown(Shown):
    """A line of the register of decisions: a request, what came of it, and the votes; ``own`` tells whether
    the caller voted on it."""

    outcome = Words(RequestOutcome)
    own = serializers.BooleanField()
    project = serializers.UUIDField(source="hop.project_id")
    from_party = serializers.UUIDField(source="hop.from_party_id")
    to_party = serializers.UUIDField(source="hop.to_party_id")
    changed_at = serializers.SerializerMethodField()
    rules: Any = serializers.SerializerMethodField()
    votes = VoteShown(many=True)

    class Meta:
        model = m.Approval
        fields: ClassVar[list[str]] = [
            "id", "hop", "project", "from_party", "to_party", "level", "outcome", "decided_at", "changed_at",
            "starts", "ends", "own", "rules", "votes", "entry",
        ]  # fmt: skip
        read_only_fields = fields

    def get_changed_at(self, row: m.Approval) -> str:
        """Return when it last changed, in UTC."""
        return decided.changed_at(row).isoformat()

    def get_rules(self, row: Any) -> list[str]:
        """Return the rules that warned, barred or could not tell when it was voted on."""
        return decided.rules_of(row)


class Decisions(Visible):
    """The register of decisions, for officers, administrators and regulators, and for whoever voted."""

    queryset = m.Approval.objects.all()
    serializer_class = DecidedShown
    filterset_class = DecidedFilter

    def get_queryset(self) -> Any:
        """Return the lines that the caller may read."""
        rows = decided.register(cast(m.User, self.request.user))
        return rows.select_related("hop").prefetch_related("votes__delegation")
