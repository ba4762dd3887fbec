"""Handoffs: offer, accept, decline, withdraw."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Q, Subquery, Value
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import frozen
from custody import models as m
from custody.actions import corrections, handoffs, legs, losing, mistakes, on_the_way, printing, receipts
from custody.actions.base import Outcome
from custody.filters import HandoffFilter
from custody.stored import reader_of
from custody.terms import Channel, Leg, Received

from ..base import Visible, act
from ..fields import NOT_THERE, Asked, Count, Id, Ids, Line, Pattern, Shown, Words
from ..problems import findings
from ..saying import say
from ..schema import Finding
from .overrides import SignatureShown, signature_on
from .reports import AsItIs


class SentOff(serializers.ModelSerializer[m.Dispatch]):
    """What was said of copies that were sent off."""

    class Meta:
        model = m.Dispatch
        fields: ClassVar[list[str]] = [
            "left_on", "carrier", "carriers", "waybill", "packages", "seals", "expected_on", "late_since",
            "came_back_on",
            "condition",
        ]  # fmt: skip


class HandoffShown(Shown):
    """A handoff."""

    copies: serializers.PrimaryKeyRelatedField[m.Copy] = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True
    )

    witness = serializers.SerializerMethodField(
        help_text="Before whom the receiver, who has no sign-in, signed on paper: weaker than an own "
        "sign-in. Null: not signed in that way."
    )

    class Meta:
        model = m.Handoff
        fields: ClassVar[list[str]] = [
            "id", "number", "project", "hop", "sender_party", "sender_person", "receiver_party",
            "receiver_person", "second_carrier", "copies", "leg", "purpose", "statement", "channel", "system",
            "due_back", "answer_by",
            "state", "offered_at", "answered_at", "answer", "witness", "signature", "sent_off", "entry",
        ]  # fmt: skip

    sent_off = serializers.SerializerMethodField(
        help_text="What the sender said of copies that were sent off. Null: none were."
    )

    @extend_schema_field(SentOff(allow_null=True))
    def get_sent_off(self, row: m.Handoff) -> dict[str, Any] | None:
        """Return what was said of copies that were sent off."""
        way = getattr(row, "dispatch", None)
        return SentOff(way).data if way else None

    signature = serializers.SerializerMethodField(
        help_text="With which own key the receiver signed the receipt. Null: with none."
    )

    @extend_schema_field(SignatureShown(allow_null=True))
    def get_signature(self, row: m.Handoff) -> Any:
        """Return the receiver's signature, where the receipt bears one."""
        return signature_on(self, row.pk, row.answer_entry) if row.answer_entry else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_witness(self, row: m.Handoff) -> UUID | None:
        """Return before whom it was signed by hand."""
        if row.answered_at is None:
            return None
        sheets = cast(Any, row).receipt_sheets.all()
        return next((sheet.witness_id for sheet in sheets if sheet.witness_id), None)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An offer",
            {
                "hop": "01a20dd9-7649-72c3-8cf5-c74b1e6894e5",
                "copies": ["01a20dd9-7912-7618-b812-eca49ae35155"],
                "receiver_person": "01a20dd9-7a00-7b1c-9d3e-0f5f5c6a1b2c",
                "purpose": "Scanning",
                "channel": "in_person",
                "system": "01a20dd9-7b11-7c2d-8e4f-1a6b7c8d9e0f",
                "due_back": "2027-01-31",
            },
            request_only=True,
        )
    ]
)
class HandoffAsked(Asked):
    """An offer of copies over a hop: down it, or up it for a return; without one it is within one party."""

    hop = Id(required=False, allow_null=True, default=None)
    copies = Ids(min_length=1, max_length=handoffs.COPIES_PER_HANDOFF)
    receiver_person = Id()
    leg = Words(
        Leg,
        required=False,
        allow_null=True,
        help_text="Left out: a loan where a day of return is named, else a transfer.",
    )
    purpose = Line(max_length=300, required=False, allow_blank=True, default="")
    statement = Line(max_length=2000, required=False, allow_blank=True, default="")
    channel = Words(Channel)
    system = Id()
    due_back = serializers.DateField(required=False, allow_null=True)
    second_carrier = Id(required=False, allow_null=True)
    answer_by = serializers.DateField(
        required=False, allow_null=True, help_text="Past this day an offer that nobody answered lapses."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Check that the caller sees hop and copies, that the person stands for the receiver, that the second
        carrier stands for one of both ends, and that copies may be sent to the system. One query; raises
        ValidationError."""
        user = self.context["request"].user
        seen = m.Copy.objects.visible_to(user).filter(id__in=given["copies"]).order_by()
        kinds: dict[str, Any] = {"copies": seen}
        if given["hop"] is None:
            sender = receiver = seen.order_by("id").values("custodian_party")[:1]
        else:
            hops = m.Hop.objects.visible_to(user).filter(id=given["hop"]).order_by()
            sender, receiver = hops.values("from_party")[:1], hops.values("to_party")[:1]
            if given.get("leg") is Leg.RETURN:
                sender, receiver = receiver, sender
            kinds["hop"] = hops
        stands = m.Membership.objects.filter(person=given["receiver_person"], party=Subquery(receiver))
        rooms = m.System.objects.offered_to(user, Subquery(receiver)).filter(id=given["system"]).order_by()
        kinds |= {"receiver_person": stands, "system": rooms}
        if second := given.get("second_carrier"):
            ends = Q(party=Subquery(receiver)) | Q(party=Subquery(sender))
            kinds["second_carrier"] = m.Membership.objects.filter(ends, person=second)
        parts = [
            rows.annotate(member=Value(name)).values_list(
                "member", "person_id" if rows.model is m.Membership else "id"
            )
            for name, rows in kinds.items()
        ]
        found = set(parts[0].union(*parts[1:]))
        faults = {
            name: [say(NOT_THERE)]
            for name in kinds
            if not {(name, id) for id in _listed(given[name])} <= found
        }
        if faults:
            raise serializers.ValidationError(faults)
        return given


def _listed(value: UUID | list[UUID]) -> list[UUID]:
    return value if isinstance(value, list) else [value]


class Note(Asked):
    """A receiver's word on accepting."""

    note = Line(max_length=1000, required=False, allow_blank=True, default="")


class WrongAsked(Asked):
    """A copy that was not in order on receipt, and how it was found."""

    copy = Id()
    found = Words(Received)
    note = Line(max_length=receipts.NOTE, required=False, allow_blank=True, default="")


class Receipt(Note):
    """What a receiver signs: a word, which copies were not in order, and hashes of what was received."""

    wrong = WrongAsked(many=True, required=False, default=list)
    hashes = serializers.DictField(
        child=Pattern(r"^[0-9a-fA-F]{64}$"),
        required=False,
        default=dict,
        help_text="SHA-256 by id of the copy; one that differs from the registered hash is not accepted.",
    )

    def validate_hashes(self, given: dict[str, str]) -> dict[UUID, str]:
        """Return the hashes by copy. Raises ValidationError for what is no id."""
        try:
            return {UUID(id): sha for id, sha in given.items()}
        except ValueError:
            raise serializers.ValidationError(say(NOT_THERE)) from None


class Because(Asked):
    """A reason for ending an offer."""

    reason = Line(max_length=1000)


class Withdrawing(Because):
    """A reason and, where the copies were sent off, when they came back and how they were found."""

    came_back_on = serializers.DateField(required=False, allow_null=True, default=None)
    condition = Line(max_length=300, required=False, allow_blank=True, default="")


class Sending(Asked):
    """What left, with whom, and by when it is to be there."""

    left_on = serializers.DateField()
    expected_on = serializers.DateField()
    packages = Count(min_value=1, max_value=on_the_way.PACKAGES)
    carrier = Line(
        max_length=200, required=False, allow_blank=True, default="", help_text="Empty: own people carry it."
    )
    carriers = Ids(required=False, default=list, min_length=0, max_length=on_the_way.PEOPLE)
    waybill = Line(max_length=80, required=False, allow_blank=True, default="")
    seals = serializers.ListField(
        child=Line(max_length=40), required=False, default=list, max_length=on_the_way.SEALS
    )


class Due(Asked):
    """The right day of return, and of an open offer the right day to answer it by, null for none; and why the
    old one was wrong."""

    due_back = serializers.DateField(allow_null=True)
    answer_by = serializers.DateField(allow_null=True, required=False)
    reason = Line(max_length=1000)


class Previewed(serializers.Serializer[Any]):
    """What the rules say of an offer; nothing is recorded."""

    allowed = serializers.BooleanField()
    held_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when it is held because a record that it rests on does not agree with the ledger; "
        "null when none is.",
    )
    findings = Finding(many=True)


class Printing(serializers.Serializer[Any]):
    """How far a receipt is that was asked for."""

    state = serializers.ChoiceField(choices=["printing", "failed"])


class Handoffs(mixins.CreateModelMixin, Visible):
    """Handoffs: offers of numbered copies and the receivers' answers."""

    queryset = m.Handoff.objects.select_related("dispatch").prefetch_related("copies", "receipt_sheets")
    serializer_class = HandoffShown
    filterset_class = HandoffFilter

    @act(HandoffAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Offer copies by a leg. 409 with findings when the rules refuse; the attempt is recorded."""
        return handoffs.offer(self.actor(), handoffs.Offer(**asked))

    @extend_schema(request=HandoffAsked, responses={200: Previewed})
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Run the rules on an offer without making it. Nothing is recorded."""
        asked = HandoffAsked(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        offer = handoffs.Offer(**asked.validated_data)
        ends, actor = legs.ends_of(offer), self.actor()
        legs.permitted(actor, legs.leg_of(offer), ends.project.owner_party_id, ends.sender)
        ruling = handoffs.preview(actor, offer, timezone.now())
        audience, party = reader_of(request.user, ends.project, ends.sender, ends.receiver)
        shown = ruling.judgement.for_audience(audience, party)
        held = [row.created_at for row in frozen.rested_on(ruling.facts.groups)]
        return Response(
            {
                "allowed": ruling.allowed and not held,
                "held_since": min(held, default=None),
                "findings": findings(shown.findings),
            }
        )

    @extend_schema(
        parameters=[OpenApiParameter("language", enum=list(printing.LANGUAGES), default="en")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 202: Printing},
    )
    @action(detail=True, renderer_classes=[AsItIs])
    def receipt(self, request: Request, pk: UUID) -> HttpResponse | Response:
        """Take the sealed receipt of a handoff that was signed. 202 while it is printed: ask again."""
        row = self.get_object()
        language = request.query_params.get("language", "en")
        if language not in printing.LANGUAGES:
            raise serializers.ValidationError({"language": [say(NOT_THERE)]})
        paper = printing.ask(row, language)
        if paper.file is not None:
            name = f"{row.number}-{language}.pdf"
            headers = {
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            }
            return HttpResponse(paper.file.read_bytes(), content_type="application/pdf", headers=headers)
        if paper.state == "none":
            raise Http404
        told = {"state": paper.state}
        return Response(told, 202, headers={"Retry-After": "2"}, content_type="application/json")

    @act(Receipt)
    def accept(
        self, row: m.Handoff, note: str, wrong: list[dict[str, Any]], hashes: dict[UUID, str]
    ) -> Outcome:
        """Sign for the copies; custody moves now, unless they were only read. 409 when the rules refuse by
        now; that is recorded."""
        found = [receipts.Wrong(**one) for one in wrong]
        return handoffs.accept(self.actor(), handoff=row.id, note=note, wrong=found, hashes=hashes)

    @act(Because)
    def decline(self, row: m.Handoff, reason: str) -> Outcome:
        """Refuse the copies with a reason; custody has not moved."""
        return handoffs.decline(self.actor(), handoff=row.id, reason=reason)

    @act(Sending)
    def send_off(self, row: m.Handoff, **asked: Any) -> Outcome:
        """Say as sender that the copies were sent off, or put that right; custody stays with the sender."""
        return on_the_way.dispatch(self.actor(), handoff=row.id, sent=on_the_way.Sent(**asked))

    @act(Because)
    def lose(self, row: m.Handoff, reason: str) -> Outcome:
        """Say that what was sent off was lost on the way: an incident is opened, the copies are missing."""
        return losing.lose(self.actor(), handoff=row.id, reason=reason)

    @act(Withdrawing)
    def withdraw(self, row: m.Handoff, reason: str, came_back_on: date | None, condition: str) -> Outcome:
        """Take an unanswered offer back; what was sent off only once it came back."""
        back = on_the_way.CameBack(came_back_on, condition) if came_back_on else None
        return handoffs.withdraw(self.actor(), handoff=row.id, reason=reason, came_back=back)

    @act(Because)
    def mistaken(self, row: m.Handoff, reason: str) -> Outcome:
        """Say that the copies were accepted by mistake; they stand still until the sender answers."""
        return mistakes.accepted_by_mistake(self.actor(), handoff=row.id, reason=reason)

    @act(Note)
    def agree(self, row: m.Handoff, note: str) -> Outcome:
        """Agree as sender that it was a mistake: custody goes back."""
        return mistakes.agree(self.actor(), handoff=row.id, note=note)

    @act(Because)
    def disagree(self, row: m.Handoff, reason: str) -> Outcome:
        """Say as sender that it was no mistake: the receipt stands."""
        return mistakes.disagree(self.actor(), handoff=row.id, reason=reason)

    @act(Due)
    def correct(self, row: m.Handoff, **asked: Any) -> Outcome:
        """Put a wrong day of return right, or the day by which an open offer is to be answered."""
        return corrections.correct_handoff(self.actor(), handoff=row.id, **asked)
