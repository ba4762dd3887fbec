"""Subcontract hops, and the approvals they need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import frozen, likeness, record, siblings
from custody import models as m
from custody.actions import (
    advising,
    against,
    amending,
    conditioning,
    deciders,
    delegating,
    describing,
    ending,
    hops,
    limiting,
    mistakes,
    papers,
    proofs,
    standing,
)
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.filters import ApprovalFilter, HopFilter
from custody.passwords import NOT_YOURS, own_password
from custody.stored import reader_of
from custody.terms import ConditionType, PaymentMeans, Stance, VoteChoice

from ..base import Visible, act
from ..fields import NOT_THERE, Asked, Count, Line, Pattern, Seen, Share, Shown, Truth, Words
from ..problems import findings
from ..saying import say
from ..schema import Finding
from .decided import VoteShown
from .papers import (
    AgreementShown,
    Besides,
    ConsentAsked,
    ConsentShown,
    LikeShown,
    TermsAgreed,
    papers_of,
)
from .recalls import AskedBack, RecallShown, WorkEnded
from .reports import AsItIs


class HopShown(Shown):
    """A subcontract hop."""

    consents = ConsentShown(many=True, read_only=True)
    agreements = AgreementShown(many=True, read_only=True)

    class Meta:
        model = m.Hop
        fields: ClassVar[list[str]] = [
            "id", "project", "parent", "from_party", "to_party", "depth", "scope", "level", "categories",
            "business", "performer", "payer", "payer_country", "payment", "starts", "ends", "share",
            "awarded_on", "reported_on", "state", "subject_sha256", "consents", "agreements", "entry",
        ]  # fmt: skip


class HopAsked(Asked):
    """A subcontract to ask for, at the root of a project or under a hop of it."""

    project = Seen(m.Project)
    parent = Seen(m.Hop, required=False, allow_null=True)  # type: ignore[assignment]
    to_party = Seen(m.Party)
    scope = Line(max_length=2000)
    level = Line(max_length=40)
    starts = serializers.DateField()
    ends = serializers.DateField(required=False, allow_null=True)
    categories = serializers.ListField(child=Line(max_length=40), required=False, max_length=100)
    share = Share(6, required=False, allow_null=True)
    amount = Share(required=False, allow_null=True)
    currency = Line(max_length=3, required=False, allow_blank=True)
    keeps_core = Truth(required=False, allow_null=True)
    client_consent = Truth(required=False, allow_null=True)
    awarded_on = serializers.DateField(required=False, allow_null=True)
    reported_on = serializers.DateField(required=False, allow_null=True)
    decide_by = serializers.DateField(required=False, allow_null=True)
    business = serializers.ListField(
        child=Line(max_length=40),
        required=False,
        allow_null=True,
        max_length=100,
        help_text="Which of the regime's listed businesses the work is; empty: none; null: not known.",
    )
    performer = Seen(
        m.Party,
        required=False,
        allow_null=True,
        help_text="Who performs the work; left out: the receiving party itself; null: not known.",
    )
    payer = Seen(
        m.Party, required=False, allow_null=True, help_text="Who pays the receiving party; null: not known."
    )
    payer_country = Pattern(r"^[A-Z]{2}$", required=False, allow_null=True)
    payment = Words(PaymentMeans, required=False, allow_null=True)
    consents = serializers.ListField(child=ConsentAsked(), required=False, max_length=2)
    agreed = TermsAgreed(required=False, allow_null=True)


class Described(Asked):
    """What a subcontract has left open: who performs it, which listed business it is."""

    performer = Seen(m.Party, required=False, allow_null=True)
    business = serializers.ListField(
        child=Line(max_length=40), required=False, allow_null=True, max_length=100
    )
    reason = Line(max_length=1000)


class Reported(Asked):
    """The day on which the subcontract was reported to the authority."""

    reported_on = serializers.DateField()


class HopAmended(Asked):
    """A subcontract in other terms; what is left out stays as it is."""

    scope = Line(max_length=2000, required=False)
    level = Line(max_length=40, required=False)
    starts = serializers.DateField(required=False)
    ends = serializers.DateField(required=False, allow_null=True)
    categories = serializers.ListField(child=Line(max_length=40), required=False, max_length=100)
    share = Share(6, required=False, allow_null=True)
    amount = Share(required=False, allow_null=True)
    currency = Line(max_length=3, required=False, allow_blank=True)
    keeps_core = Truth(required=False, allow_null=True)
    client_consent = Truth(required=False, allow_null=True)
    awarded_on = serializers.DateField(required=False, allow_null=True)
    decide_by = serializers.DateField(required=False, allow_null=True)
    payer = Seen(
        m.Party, required=False, allow_null=True, help_text="Who pays the receiving party; null: not known."
    )
    payer_country = Pattern(r"^[A-Z]{2}$", required=False, allow_null=True)
    payment = Words(PaymentMeans, required=False, allow_null=True)
    reason = Line(max_length=2000)


class LimitShown(Shown):
    """What an officer limited an approval to: handoffs over its subcontract, and a last day."""

    class Meta:
        model = m.UseLimit
        fields: ClassVar[list[str]] = ["id", "uses", "until", "set_by", "entry"]


class ApprovalShown(Shown):
    """A request for approval, bound to the SHA-256 of its subject."""

    approved = serializers.SerializerMethodField()
    votes = VoteShown(many=True, read_only=True)
    limits = LimitShown(many=True, read_only=True)

    class Meta:
        model = m.Approval
        fields: ClassVar[list[str]] = [
            "id", "hop", "subject_sha256", "level", "state", "needed", "approved", "starts", "ends",
            "decide_by", "requested_by", "decided_at", "votes", "limits", "entry",
        ]  # fmt: skip

    def get_approved(self, row: m.Approval) -> int:
        """Return how many officers approved so far."""
        return len(deciders.heads(row))


class ConditionAsked(Asked):
    """A condition of an approval; one that runs needs its day."""

    type = Words(ConditionType)
    text = Line(max_length=2000)
    due = serializers.DateField(required=False, allow_null=True, default=None)


class VoteAsked(Asked):
    """An officer's decision: ``statement_sha256`` is that of the statement that was read, the password is the
    officer's own, once more."""

    choice = Words(VoteChoice)
    reason = Line(max_length=2000)
    statement_sha256 = Pattern(r"^[0-9a-f]{64}$")
    password = Line(max_length=200, write_only=True, trim_whitespace=False)
    conditions = ConditionAsked(many=True, required=False, default=list)
    uses = Count(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=limiting.MOST,
        help_text="Handoffs for which the approval may be used; left out: any number.",
    )
    use_until = serializers.DateField(
        required=False, allow_null=True, help_text="Last day on which the approval may be used."
    )


class OpinionShown(Shown):
    """An officer's opinion on a request, given without a vote."""

    code = serializers.CharField(read_only=True, help_text="How a vote against it names it.")

    class Meta:
        model = m.Opinion
        fields: ClassVar[list[str]] = ["id", "code", "person", "stance", "reason", "entry"]


class ReferralShown(Shown):
    """An officer passed the decision on to another one."""

    class Meta:
        model = m.Referral
        fields: ClassVar[list[str]] = ["id", "person", "delegation", "to", "reason", "entry"]


class AdviceShown(serializers.Serializer[Any]):
    """What officers said of a request beside their votes; for who sees the whole project."""

    opinions = OpinionShown(many=True)
    referrals = ReferralShown(many=True)


class OpinionAsked(Asked):
    """An officer's opinion on a request."""

    stance = Words(Stance)
    reason = Line(max_length=2000)


class ReferralAsked(Asked):
    """To which officer the decision is passed on."""

    to = Seen(m.Person)
    reason = Line(max_length=2000)


class Revoked(Asked):
    """Why an approval or a request is taken back."""

    reason = Line(max_length=2000)


class ApprovalRevoked(Revoked):
    """Why an approval is taken back, and from which day on it turned out not to have counted."""

    void_from = serializers.DateField(required=False, allow_null=True, default=None)


class Statement(serializers.Serializer[Any]):
    """What an officer answers for, and what the rules say of it now."""

    choice = serializers.CharField()
    statement = serializers.CharField(help_text="RFC 8785 text.")
    statement_sha256 = serializers.CharField()
    allowed = serializers.BooleanField()
    against = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the warnings and opinions that stand against it; who approves it all the same "
        "says approve_against_advice, and names each in the reason.",
    )
    held_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when it is held because a record that it rests on does not agree with the ledger; "
        "null when none is.",
    )
    findings = Finding(many=True)


class Hops(mixins.CreateModelMixin, Visible):
    """Subcontract hops: own and below, or of projects seen whole."""

    queryset = m.Hop.objects.prefetch_related("consents", "agreements")
    serializer_class = HopShown
    filterset_class = HopFilter

    @act(HopAsked, status=201, detail=False)
    def create(
        self,
        project: UUID,
        parent: UUID | None = None,
        decide_by: dt.date | None = None,
        **terms: Any,
    ) -> Outcome:
        """Ask for a subcontract; it is held for an officer. 409 when the rules refuse; that is recorded."""
        if parent and not m.Hop.objects.filter(id=parent, project=project).exists():
            raise ActionError(NOT_THERE, "parent")
        return hops.request(
            self.actor(),
            project=project,
            parent=parent,
            terms=hops.Terms(**papers_of(terms)),
            decide_by=decide_by,
        )

    @act(Reported)
    def report(self, row: m.Hop, reported_on: dt.date) -> Outcome:
        """Note the day on which the subcontract was reported to the authority."""
        return hops.report_to_authority(self.actor(), hop=row.id, reported_on=reported_on)

    @act(HopAmended)
    def amend(self, row: m.Hop, reason: str, decide_by: dt.date | None = None, **changed: Any) -> Outcome:
        """Put a subcontract up in other terms; it waits for a new decision. 409 when the rules refuse."""
        terms = replace(amending.terms_of(row), **changed)
        return amending.amend(self.actor(), hop=row.id, terms=terms, reason=reason, decide_by=decide_by)

    @act(Described)
    def describe(self, row: m.Hop, **asked: Any) -> Outcome:
        """Say what the request left open; what it said already is never changed by this."""
        return describing.describe(self.actor(), hop=row.id, **asked)

    @act(ConsentAsked, gives=ConsentShown, status=201)
    def consent(self, row: m.Hop, **paper: Any) -> Outcome:
        """Record that the client or an authority consented to the subcontract in writing."""
        return papers.record_consent(self.actor(), hop=row.id, paper=papers.ConsentPaper(**paper))

    @act(TermsAgreed, gives=AgreementShown, status=201)
    def terms(self, row: m.Hop, **agreed: Any) -> Outcome:
        """Record which clauses giver and receiver agreed, and when each signed."""
        return papers.record_terms(self.actor(), hop=row.id, agreed=papers.Agreed(**agreed))

    @extend_schema(responses=Besides, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def besides(self, request: Request, pk: UUID) -> Response:
        """Show what the giver passes on besides; for the giver and for who sees the whole project."""
        row = self.get_object()
        if not siblings.may_see(request.user, row):
            raise NotPermitted("hop.request")
        others = list(siblings.of(row).order_by("starts", "id"))
        return Response(
            Besides({"sum": siblings.total(row, others), "hops": [hop.id for hop in others]}).data
        )

    @act(Revoked)
    def withdraw(self, row: m.Hop, reason: str) -> Outcome:
        """Take a request back that no officer has decided."""
        return mistakes.withdraw_request(self.actor(), hop=row.id, reason=reason)

    @act(WorkEnded)
    def complete(self, row: m.Hop, reason: str) -> Outcome:
        """Say that the work is done: nothing more goes down, copies come back up. 409 when the rules
        refuse."""
        return ending.complete(self.actor(), hop=row.id, reason=reason)

    @act(AskedBack, gives=RecallShown, status=201)
    def recall(self, row: m.Hop, **asked: Any) -> Outcome:
        """Ask the holders of all copies that are out at it or below to give them back."""
        return ending.recall(self.actor(), hop=row.id, **asked)

    @act(WorkEnded)
    def close(self, row: m.Hop, reason: str) -> Outcome:
        """Close it. 409 while copies are out; that is recorded, and the findings say which."""
        return ending.close(self.actor(), hop=row.id, reason=reason)


class Approvals(Visible):
    """Requests for approval, and the officers' decisions on them."""

    queryset = m.Approval.objects.prefetch_related("votes__delegation", "referrals__delegation", "limits")
    serializer_class = ApprovalShown
    filterset_class = ApprovalFilter

    @extend_schema(responses=Statement(many=True), filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def statements(self, request: Request, pk: UUID) -> Response:
        """Show, for each choice, the exact statement that an officer would answer for, and the findings."""
        row = self.get_object()
        actor, hop = self.actor(), row.hop
        if not delegating.may_decide(actor, hop.project):
            raise NotPermitted("hop.approve")
        ruling = hops.preview_vote(actor, row, timezone.now())
        audience, party = reader_of(request.user, hop.project, hop.to_party_id)
        shown = findings(ruling.judgement.for_audience(audience, party).findings)
        held = [row.created_at for row in frozen.rested_on(ruling.facts.groups)]
        codes = against.against(row, ruling.judgement)
        texts = {choice: hops.statement(row, ruling, choice, actor.human()) for choice in VoteChoice}
        return Response(
            [
                {
                    "choice": str(choice),
                    "statement": text,
                    "statement_sha256": record.digest_of_text(text),
                    "allowed": against.fits(choice, ruling.judgement, codes) and not held,
                    "against": codes,
                    "held_since": min(held, default=None),
                    "findings": shown,
                }
                for choice, text in texts.items()
            ]
        )

    @extend_schema(responses=LikeShown(many=True), filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def alike(self, request: Request, pk: UUID) -> Response:
        """List subcontracts of the project that the request looks like; that alone bars nothing."""
        hop = self.get_object().hop
        if not self.actor().can("hop.approve", owner=hop.project.owner_party_id):
            raise NotPermitted("hop.approve")
        found = [{"hop": like.hop.id, "why": say(like.why)} for like in likeness.alike(hop)]
        return Response(LikeShown(found, many=True).data)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[], renderer_classes=[AsItIs])
    def proof(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the evidence file of your own last vote on this request, to keep."""
        row = proofs.own(cast(m.User, request.user)).filter(approval=self.get_object()).last()
        if row is None:
            raise Http404
        return HttpResponse(proofs.of_vote(row), headers=proofs.headers(row))

    @act(VoteAsked)
    def vote(self, row: m.Approval, conditions: Sequence[Any], **asked: Any) -> Outcome:
        """Decide. Approving is refused with 409 when a rule bars it; that is recorded."""
        if not own_password(self.request, asked.pop("password")):
            raise ActionError(NOT_YOURS, "password")
        under = [conditioning.Asked(**one) for one in conditions]
        limit = limiting.Limit(asked.pop("uses", None), asked.pop("use_until", None))
        return hops.vote(self.actor(), approval=row.id, conditions=under, limit=limit, **asked)

    @extend_schema(responses=AdviceShown, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def advice(self, request: Request, pk: UUID) -> Response:
        """Show the opinions and referrals of a request, as far as the caller sees the whole project."""
        row, user = self.get_object(), request.user
        found = {
            "opinions": m.Opinion.objects.visible_to(user).filter(approval=row),
            "referrals": m.Referral.objects.visible_to(user).filter(approval=row),
        }
        return Response(AdviceShown(found).data)

    @act(OpinionAsked)
    def advise(self, row: m.Approval, **asked: Any) -> Outcome:
        """Give an officer's opinion without voting; not by who asked for it or is a party to it."""
        return advising.advise(self.actor(), approval=row.id, **asked)

    @act(ReferralAsked)
    def refer(self, row: m.Approval, **asked: Any) -> Outcome:
        """Pass the decision on to another officer, without whom it is not granted from then on."""
        return advising.refer(self.actor(), approval=row.id, **asked)

    @act(ApprovalRevoked)
    def revoke(self, row: m.Approval, **asked: Any) -> Outcome:
        """Take a granted approval back, with effect at once."""
        return hops.revoke(self.actor(), approval=row.id, **asked)

    @act(Revoked)
    def suspend(self, row: m.Approval, reason: str) -> Outcome:
        """Stop a granted approval at once, until it is lifted or revoked."""
        return standing.suspend(self.actor(), approval=row.id, reason=reason)

    @act(Revoked)
    def lift(self, row: m.Approval, reason: str) -> Outcome:
        """Let a suspended approval count again; not by who asked for it or is a party to it."""
        return standing.lift(self.actor(), approval=row.id, reason=reason)
