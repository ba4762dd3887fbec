"""Overrides of rules."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from custody import models as m
from custody.actions import overriding, proofs
from custody.actions.base import ActionError, Outcome
from custody.filters import OverrideFilter
from custody.passwords import NOT_YOURS, own_password
from custody.terms import VoteChoice, VoteMethod

from ..base import Visible, act
from ..fields import NOT_THERE, Asked, Line, Pattern, Seen, Shown, Words
from .reports import AsItIs


class SignatureShown(Shown):
    """With which key a person signed what, and the entry in which the signature stands."""

    class Meta:
        model = m.Signature
        fields: ClassVar[list[str]] = ["id", "key", "statement_sha256", "created_at", "entry"]


def signature_on(shown: Shown, object: UUID, decision: UUID | None = None) -> Any:
    """Return the signature on what is decided on, or on one decision on it; those on all that is shown are
    read in one query."""
    root: Any = shown.root
    kept: Any = shown.context
    if "signatures" not in kept:
        rows = root.instance if isinstance(root.instance, list) else [root.instance]
        kept["signatures"] = list(m.Signature.objects.filter(object__in=[row.pk for row in rows]))
    for given in kept["signatures"]:
        if given.object == object and decision in (None, given.decision_entry):
            return SignatureShown(given).data
    return None


class OverrideVoteShown(Shown):
    """What one person said of an override, and how it is bound to them; ``signature`` is null unless they
    signed it."""

    method = Words(VoteMethod)
    signature = serializers.SerializerMethodField()

    class Meta:
        model = m.OverrideVote
        fields: ClassVar[list[str]] = [
            "id", "person", "choice", "reason", "method", "signature", "subject_sha256", "entry",
        ]  # fmt: skip

    @extend_schema_field(SignatureShown(allow_null=True))
    def get_signature(self, row: m.OverrideVote) -> Any:
        """Return the signature on a vote, where it bears one."""
        if not row.method.signs:
            return None
        return signature_on(self, row.override_id, row.entry)


class OverrideShown(Shown):
    """An override of a rule, bound to the SHA-256 of its statement; without a hop it is for all of the
    project's to that party."""

    statement = serializers.SerializerMethodField()
    votes = OverrideVoteShown(many=True, read_only=True)

    class Meta:
        model = m.Override
        fields: ClassVar[list[str]] = [
            "id", "project", "rule", "problems", "party", "hop", "hop_sha256", "until", "needed", "state",
            "requested_by", "reason", "statement", "subject_sha256", "votes", "entry",
        ]  # fmt: skip

    def get_statement(self, row: m.Override) -> str:
        """Return the RFC 8785 text that each person agrees to."""
        return overriding.statement(row)


class OverrideAsked(Asked):
    """An override to ask for, of a rule that the project's pack lets be overridden."""

    project = Seen(m.Project)
    rule = Line(max_length=10)
    party = Seen(m.Party)
    hop = Seen(m.Hop, required=False, allow_null=True)
    until = serializers.DateField()
    reason = Line(max_length=2000)


class OverrideVoteAsked(Asked):
    """A vote on the statement that was read; the password is one's own, once more."""

    choice = Words(VoteChoice)
    reason = Line(max_length=2000)
    statement_sha256 = Pattern(r"^[0-9a-f]{64}$")
    password = Line(max_length=200, write_only=True, trim_whitespace=False)


class OverrideEnded(Asked):
    """Why an override ends before its day."""

    reason = Line(max_length=2000)


class Overrides(mixins.CreateModelMixin, Visible):
    """Overrides of rules, for those who see the project whole."""

    queryset = m.Override.objects.prefetch_related("votes")
    serializer_class = OverrideShown
    filterset_class = OverrideFilter

    @act(OverrideAsked, status=201, detail=False)
    def create(
        self, project: UUID, party: UUID, until: dt.date, hop: UUID | None = None, **asked: Any
    ) -> Outcome:
        """Ask for an override of a rule; others who are not concerned must agree."""
        if hop and not m.Hop.objects.filter(id=hop, project=project, to_party=party).exists():
            raise ActionError(NOT_THERE, "hop")
        return overriding.ask(self.actor(), project=project, party=party, until=until, hop=hop, **asked)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[], renderer_classes=[AsItIs])
    def proof(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the evidence file of your own last vote on this override, to keep."""
        row = proofs.own_of_overrides(cast(m.User, request.user)).filter(override=self.get_object()).last()
        if row is None:
            raise Http404
        return HttpResponse(proofs.of_vote(row), headers=proofs.headers(row))

    @act(OverrideVoteAsked)
    def vote(self, row: m.Override, **asked: Any) -> Outcome:
        """Agree to an override, or refuse it, which ends it; not by who is concerned. A program signs
        nothing: where the house counts signed approvals only, it can refuse alone."""
        if not own_password(self.request, asked.pop("password")):
            raise ActionError(NOT_YOURS, "password")
        return overriding.vote(self.actor(), override=row.id, **asked)

    @act(OverrideEnded)
    def revoke(self, row: m.Override, reason: str) -> Outcome:
        """End an override at once; it covers nothing from then on."""
        return overriding.revoke(self.actor(), override=row.id, reason=reason)
