"""Data items and their numbered copies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from custody import models as m
from custody import silence
from custody.actions import carriers, classifying, corrections, counting, labelling, need, projects, recalling
from custody.actions import items as item_acts
from custody.actions.base import Outcome
from custody.actions.items import MOST_SOURCES, MOST_YEARS, Classification
from custody.filters import CopyFilter, ItemFilter
from custody.reports import labels
from custody.terms import BasisKind, Marking, Medium, ProposalKind, ReviewOutcome, Subject

from ..base import Visible, act
from ..fields import Area, Asked, Count, Line, Pattern, Seen, SeenMany, Shown, Words
from .item_proposals import ItemProposalShown
from .need import Admitted, NeedToKnowShown
from .recalls import AskedBack, RecallShown
from .reports import AsItIs


class ItemShown(Shown):
    """A data item; ``sources`` are the items it was made from that the caller sees, null when not known."""

    sources = serializers.SerializerMethodField()

    class Meta:
        model = m.Item
        fields: ClassVar[list[str]] = [
            "id", "project", "codename", "level", "sha256", "state", "basis_kind", "basis", "classified_by",
            "issued_on", "until", "release_condition", "marking", "marking_how", "sources",
            "certificate_number", "certificate_on", "certificate_authority", "area_km2",
            "subjects", "determined_by", "determined_on", "reviewed_on", "review_outcome", "entry",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField(), allow_null=True))
    def get_sources(self, row: m.Item) -> list[UUID] | None:
        """Return what the item was made from, as far as the caller may know it."""
        if not row.sources:
            return None if row.sources is None else []
        seen = m.Item.objects.visible_to(self.context["request"].user).filter(id__in=row.sources)
        return list(seen.order_by("id").values_list("id", flat=True))


class Classified(Asked):
    """How an item is classified; ``years`` from the day of issue take the place of ``until``, the last day.
    ``sources`` are items of the project, none for an original; null: not known."""

    basis_kind = Words(BasisKind, required=False, allow_null=True)
    basis = Line(max_length=300, required=False, allow_blank=True)
    classified_by = Seen(m.Party, required=False, allow_null=True)
    issued_on = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    years = Count(min_value=1, max_value=MOST_YEARS, required=False, allow_null=True)
    release_condition = Line(max_length=300, required=False, allow_blank=True)
    marking = Words(Marking, required=False, allow_null=True)
    marking_how = Line(max_length=200, required=False, allow_blank=True)
    sources = SeenMany(m.Item, max_length=MOST_SOURCES, required=False, allow_null=True)
    certificate_number = Line(max_length=100, required=False, allow_blank=True)
    certificate_on = serializers.DateField(required=False, allow_null=True)
    certificate_authority = Line(max_length=200, required=False, allow_blank=True)
    area_km2 = Area(required=False, allow_null=True)
    subjects = serializers.ListField(child=Words(Subject), required=False, max_length=len(Subject))


class ItemAsked(Classified):
    """An item to register; its content stays outside."""

    project = Seen(m.Project)
    codename = Line(max_length=100)
    level = Line(max_length=40)
    sha256 = Pattern(r"^[0-9a-f]{64}$", required=False, allow_blank=True)


class ItemCorrected(Asked):
    """The right codename, and the level that was registered while none is determined; why it was wrong."""

    codename = Line(max_length=100)
    level = Line(max_length=40)
    reason = Line(max_length=1000)


class ItemProposed(Classified):
    """What is proposed of an item, and why; of its classification what is left out stays. A change of level,
    a declassification and a withdrawal name their day and what they rest on."""

    kind = Words(ProposalKind, required=False, default=ProposalKind.CLASSIFY)
    level = Line(max_length=40, required=False, allow_null=True)
    effective_on = serializers.DateField(required=False, allow_null=True)
    change_basis = Line(max_length=300, required=False, allow_blank=True)
    reason = Line(max_length=1000)


class ItemReviewed(Asked):
    """A review of an item's level: when, what it came to, and why."""

    reviewed_on = serializers.DateField()
    outcome = Words(ReviewOutcome)
    reason = Line(max_length=1000)


class CopyShown(Shown):
    """A numbered copy and who answers for it."""

    codename = serializers.CharField(source="item.codename", read_only=True)
    level = serializers.CharField(source="item.level", read_only=True)
    project = serializers.UUIDField(source="item.project_id", read_only=True)

    last_event = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="Of the last entry on it; null: not for the caller to know.",
    )

    class Meta:
        model = m.Copy
        fields: ClassVar[list[str]] = [
            "id", "code", "project", "item", "codename", "level", "number", "state", "custodian_party",
            "custodian_person", "system", "offered_in", "unconfirmed", "medium", "medium_serial",
            "seal_number", "sha256", "home", "last_event", "entry",
        ]  # fmt: skip


class CopiesAsked(Asked):
    """How many copies to number, who holds them and where."""

    count = Count(min_value=1, max_value=projects.COPIES_PER_ACT)
    custodian_person = Seen(m.Person, required=False, allow_null=True)
    system = Seen(m.System, required=False, allow_null=True)


class Counted(Asked):
    """How a copy in doubt was counted."""

    how = Line(max_length=1000)


class CarrierAsked(Asked):
    """What carries a copy, all of it: what is left out is not recorded. Why it is put down or changed."""

    medium = Words(Medium, required=False, allow_null=True, default=None)
    medium_serial = Line(max_length=100, required=False, allow_blank=True, default="")
    seal_number = Line(max_length=100, required=False, allow_blank=True, default="")
    sha256 = Pattern(r"^([0-9a-f]{64})?$", required=False, allow_blank=True, default="")
    home = Seen(m.System, required=False, allow_null=True, default=None)
    reason = Line(max_length=2000)


_named = lazy(lambda stock: stock.name.get(get_language() or "en"), str)


class LabelsAsked(Asked):
    """On which paper labels are printed, and the first free label on its page, counted along the rows."""

    stock = serializers.ChoiceField(choices=[(key, _named(s)) for key, s in labels.STOCKS.items()])
    first = Count(min_value=1, max_value=100, required=False, default=1)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The page has that place. Raises ValidationError."""
        places = labels.STOCKS[given["stock"]].places
        if given["first"] > places:
            told = _("This paper has %(n)s labels") % {"n": places}
            raise serializers.ValidationError({"first": [told]})
        return given


class Items(mixins.CreateModelMixin, Visible):
    """Data items, by codename and hash."""

    queryset = m.Item.objects.all()
    serializer_class = ItemShown
    filterset_class = ItemFilter

    @act(ItemAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register an item, and propose how it is classified. 409 when the rules refuse it; that is
        recorded."""
        given, rest = _apart(asked)
        return projects.register_item(self.actor(), classified=Classification(**given), **rest)

    @act(CopiesAsked, gives=CopyShown, status=201)
    def copies(self, row: m.Item, **asked: Any) -> Outcome:
        """Number new copies of the item. 409 when the rules refuse, as one does until its classification is
        determined."""
        return projects.mint_copies(self.actor(), item=row.id, **asked)

    @act(Admitted, gives=NeedToKnowShown, status=201)
    def need_to_know(self, row: m.Item, **asked: Any) -> Outcome:
        """Put a person on the need-to-know list of the item; nobody does so for themselves."""
        return need.admit(self.actor(), item=row.id, **asked)

    @act(ItemCorrected)
    def correct(self, row: m.Item, **asked: Any) -> Outcome:
        """Put a wrong codename right; another level than was determined is proposed."""
        return corrections.correct_item(self.actor(), item=row.id, **asked)

    @act(ItemProposed, gives=ItemProposalShown, status=201)
    def propose(self, row: m.Item, **asked: Any) -> Outcome:
        """Propose how the item is classified, another level, that it is declassified or withdrawn. It waits
        for an officer who did not propose it."""
        given, rest = _apart(asked)
        proposed = classifying.Proposed(given=Classification(**given), named=set(given), **rest)
        return classifying.propose(self.actor(), item=row.id, proposed=proposed)

    @act(AskedBack, gives=RecallShown, status=201)
    def recall(self, row: m.Item, **asked: Any) -> Outcome:
        """Ask the holders of all copies of the item to give them back."""
        return recalling.of_item(self.actor(), item=row.id, **asked)

    @extend_schema(parameters=[LabelsAsked], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[AsItIs])
    def labels(self, request: Request, pk: UUID) -> HttpResponse:
        """Take labels for the copies of the item that the caller sees, as a PDF in the caller's language."""
        row = self.get_object()
        asks = LabelsAsked(data=request.query_params)
        asks.is_valid(raise_exception=True)
        copies = m.Copy.objects.visible_to(request.user).there().filter(item=row).order_by("number")
        if not 0 < copies.count() <= labels.MOST:
            raise Http404
        spoken = (get_language() or "en").partition("-")[0]
        answer = HttpResponse(
            labelling.sheet(row, copies, language=spoken, **asks.validated_data),
            content_type="application/pdf",
        )
        answer["Content-Disposition"] = 'attachment; filename="labels.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @act(ItemReviewed)
    def review(self, row: m.Item, **asked: Any) -> Outcome:
        """Record a review of the item's level; to change the level, propose another one."""
        return item_acts.review(self.actor(), item=row.id, **asked)


def _apart(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is asked of a classification, and the rest."""
    names = set(Classification.__slots__)
    return {n: v for n, v in asked.items() if n in names}, {n: v for n, v in asked.items() if n not in names}


class Copies(Visible):
    """Numbered copies."""

    queryset = m.Copy.objects.all()
    serializer_class = CopyShown
    filterset_class = CopyFilter
    related = ("item",)

    def get_queryset(self) -> Any:
        """Return the visible copies, with the time of the last entry on each."""
        return silence.told(super().get_queryset(), self.request.user)

    @act(Counted)
    def confirm(self, row: m.Copy, how: str) -> Outcome:
        """Say that a copy in doubt since a restore was counted and is where the record says."""
        done = counting.confirm(self.actor(), copies=[row.id], how=how)
        return replace(done, object=done.object[0])

    @act(CarrierAsked)
    def describe(self, row: m.Copy, reason: str, **asked: Any) -> Outcome:
        """Put down what carries a copy: its medium and number, the seal, its own hash, where it belongs."""
        return carriers.describe(self.actor(), copy=row.id, carrier=carriers.Carrier(**asked), reason=reason)
