"""Field collection: equipment, permits, sensitive zones, collections."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import field_permits as permits
from custody.actions import field_work as work
from custody.actions import zone_tries
from custody.actions.base import Actor, Outcome
from custody.filters import CollectionFilter, EquipmentFilter, FieldPermitFilter
from custody.terms import Datum, EquipmentKind, Payment

from ..base import Visible, act
from ..fields import Asked, Count, Line, Pattern, Seen, SeenMany, Shown, Truth, Words

_HASH = r"^[0-9a-f]{64}$"


class EquipmentShown(Shown):
    """A drone, vehicle, logger or phone; a null registration is not known, an empty one is none."""

    class Meta:
        model = m.Equipment
        fields: ClassVar[list[str]] = [
            "id", "owner_party", "kind", "name", "serial", "maker", "country", "registration", "entry",
        ]  # fmt: skip


class EquipmentAsked(Asked):
    """Equipment to register; a registration of null is not known, an empty one is none."""

    owner_party = Seen(m.Party)
    kind = Words(EquipmentKind)
    name = Line(max_length=200)
    serial = Line(max_length=100)
    maker = Line(max_length=200)
    country = Line(max_length=2, required=False, allow_blank=True)
    registration = Line(max_length=100, required=False, allow_blank=True, allow_null=True)


class PermitShown(Shown):
    """A field permit; ``area`` is GeoJSON, ``zones_met`` how many sensitive zones it meets (null: no list can
    be read), ``zones_consented`` how many authorities of those consented."""

    equipment: Any = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    zones_met = serializers.SerializerMethodField()
    zones_consented = serializers.SerializerMethodField()

    class Meta:
        model = m.FieldPermit
        fields: ClassVar[list[str]] = [
            "id", "project", "hop", "unit", "operator", "equipment", "purpose", "area", "datum", "area_km2",
            "starts", "ends", "airspace_number", "airspace_authority", "airspace_from", "airspace_to",
            "airspace_sha256", "operator_licence", "operating_certificate", "work_permit", "uplink",
            "payment", "state", "subject_sha256", "approved_sha256", "requested_by", "decided_by",
            "decision_reason", "zones_met", "zones_consented", "entry",
        ]  # fmt: skip

    def get_zones_met(self, row: m.FieldPermit) -> int | None:
        """Return how many zones are met; null also while a draft was not answered for."""
        caller = Actor.of(self.context["request"].user)
        return work.zones_seen(row)[0] if zone_tries.told(caller, row) else None

    def get_zones_consented(self, row: m.FieldPermit) -> int:
        """Return how many of those have consented."""
        return work.zones_seen(row)[1]


class PermitTerms(Asked):
    """What a permit is asked for; without a subcontract the project's owner collects itself."""

    hop = Seen(m.Hop, required=False, allow_null=True)
    unit = Seen(m.Party)
    operator = Seen(m.Person)
    equipment = SeenMany(m.Equipment, max_length=permits.MOST_EQUIPMENT)
    purpose = Line(max_length=2000)
    area = Line(max_length=200_000)
    datum = Words(Datum)
    starts = serializers.DateField()
    ends = serializers.DateField()
    airspace_number = Line(max_length=100, required=False, allow_blank=True)
    airspace_authority = Line(max_length=200, required=False, allow_blank=True)
    airspace_from = serializers.DateField(required=False, allow_null=True)
    airspace_to = serializers.DateField(required=False, allow_null=True)
    airspace_sha256 = Pattern(_HASH, required=False, allow_blank=True)
    operator_licence = Line(max_length=100, required=False, allow_blank=True)
    operating_certificate = Line(max_length=100, required=False, allow_blank=True)
    work_permit = Line(max_length=100, required=False, allow_blank=True)
    uplink = Truth(required=False, allow_null=True)
    payment = Words(Payment, required=False, allow_null=True)


class PermitAsked(PermitTerms):
    """A permit to draft in a project."""

    project = Seen(m.Project)


class PermitApproved(Asked):
    """Why a permit is approved, and the digest of what was read."""

    reason = Line(max_length=2000)
    subject_sha256 = Pattern(_HASH)


class PermitReason(Asked):
    """Why a permit is sent back or revoked."""

    reason = Line(max_length=2000)


class PermitClosed(Asked):
    """A remark on field work that is over."""

    remark = Line(max_length=2000, required=False, allow_blank=True)


class ZoneConsentShown(Shown):
    """A zone authority's consent to the area of a permit; ``zone`` is its place in that list."""

    class Meta:
        model = m.ZoneConsent
        fields: ClassVar[list[str]] = [
            "id", "permit", "zone_list", "zone", "area_sha256", "reference", "authority", "given_on",
            "document_sha256", "recorded_by", "entry",
        ]  # fmt: skip


class ZoneConsentAsked(Asked):
    """A consent to record."""

    zone = Count(min_value=1, max_value=100_000)
    reference = Line(max_length=200)
    authority = Line(max_length=200)
    given_on = serializers.DateField()
    document_sha256 = Pattern(_HASH, required=False, allow_blank=True)


class PlanAsked(Asked):
    """A flight or field day to come."""

    equipment = Seen(m.Equipment)
    collected_on = serializers.DateField()
    remark = Line(max_length=2000, required=False, allow_blank=True)


class ZonesShown(Shown):
    """A list of sensitive zones: how many, their hash, never their text."""

    class Meta:
        model = m.ZoneList
        fields: ClassVar[list[str]] = [
            "id", "version", "datum", "zones", "sha256", "note", "published_by", "entry",
        ]  # fmt: skip


class ZonesAsked(Asked):
    """All sensitive zones as a GeoJSON FeatureCollection, and where they come from."""

    geojson = Line(max_length=2_000_000)
    datum = Words(Datum)
    note = Line(max_length=300)


class CollectionShown(Shown):
    """A flight or field day; ``findings`` names the rules that barred what was done."""

    outputs: Any = serializers.ListField(child=serializers.UUIDField(), read_only=True)

    class Meta:
        model = m.Collection
        fields: ClassVar[list[str]] = [
            "id", "project", "permit", "hop", "unit", "operator", "equipment", "collected_on", "remark",
            "state", "uplink", "payment", "findings", "due_at", "outputs", "late", "recorded_by",
            "reviewed_by", "review", "entry",
        ]  # fmt: skip


class Stated(Asked):
    """Day, live transmission and pay of a collection; null: not stated."""

    collected_on = serializers.DateField()
    uplink = Truth(required=False, allow_null=True)
    payment = Words(Payment, required=False, allow_null=True)
    remark = Line(max_length=2000, required=False, allow_blank=True)


class CollectionAsked(Stated):
    """What was collected, with or without a permit."""

    project = Seen(m.Project)
    permit = Seen(m.FieldPermit, required=False, allow_null=True)
    hop = Seen(m.Hop, required=False, allow_null=True)
    unit = Seen(m.Party)
    operator = Seen(m.Person)
    equipment = Seen(m.Equipment)


class OutputAsked(Asked):
    """The items that came of a collection."""

    outputs = SeenMany(m.Item, max_length=work.MOST_OUTPUTS)


class ReviewAsked(Asked):
    """What a review of the output came to."""

    review = Line(max_length=2000)


class FieldEquipment(mixins.CreateModelMixin, Visible):
    """Equipment with which ground is surveyed."""

    queryset = m.Equipment.objects.all()
    serializer_class = EquipmentShown
    filterset_class = EquipmentFilter

    @act(EquipmentAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register a drone, vehicle, logger or phone."""
        return permits.register_equipment(self.actor(), **asked)


class FieldPermits(mixins.CreateModelMixin, Visible):
    """Permits of field collection: drafted, submitted, approved by somebody who is not concerned."""

    queryset = m.FieldPermit.objects.all()
    serializer_class = PermitShown
    filterset_class = FieldPermitFilter

    @act(PermitAsked, status=201, detail=False)
    def create(self, project: UUID, **terms: Any) -> Outcome:
        """Draft a permit; nothing is judged before it is submitted."""
        regime = m.Project.objects.get(id=project).regime
        return permits.draft(self.actor(), project=project, terms=_terms(regime, **terms))

    @act(PermitTerms)
    def change(self, row: m.FieldPermit, **terms: Any) -> Outcome:
        """Put a draft in other terms."""
        return permits.change(self.actor(), permit=row.id, terms=_terms(row.project.regime, **terms))

    @act()
    def submit(self, row: m.FieldPermit) -> Outcome:
        """Submit a draft: the rules judge it, then it waits for an officer."""
        return permits.submit(self.actor(), permit=row.id)

    @act(PermitApproved)
    def approve(self, row: m.FieldPermit, reason: str, subject_sha256: str) -> Outcome:
        """Approve exactly what has this digest."""
        return permits.approve(self.actor(), permit=row.id, reason=reason, subject_sha256=subject_sha256)

    @act(PermitReason)
    def send_back(self, row: m.FieldPermit, reason: str) -> Outcome:
        """Do not approve: it is a draft again."""
        return permits.send_back(self.actor(), permit=row.id, reason=reason)

    @act(PermitReason)
    def revoke(self, row: m.FieldPermit, reason: str) -> Outcome:
        """Take an approved permit back at once."""
        return permits.revoke(self.actor(), permit=row.id, reason=reason)

    @act(PermitClosed)
    def close(self, row: m.FieldPermit, remark: str = "") -> Outcome:
        """Note that the field work under it is over."""
        return permits.use_up(self.actor(), permit=row.id, remark=remark)

    @act(ZoneConsentAsked, gives=ZoneConsentShown, status=201)
    def consent(self, row: m.FieldPermit, **given: Any) -> Outcome:
        """Record the consent of the authority of a zone that its area meets."""
        return work.record_consent(self.actor(), permit=row.id, **given)

    @act(PlanAsked, gives=CollectionShown, status=201)
    def plan(self, row: m.FieldPermit, equipment: UUID, collected_on: dt.date, remark: str = "") -> Outcome:
        """Plan a flight or field day under it."""
        return work.plan(
            self.actor(), permit=row.id, equipment=equipment, collected_on=collected_on, remark=remark
        )


class Zones(mixins.CreateModelMixin, Visible):
    """Lists of sensitive zones; the newest counts."""

    queryset = m.ZoneList.objects.all()
    serializer_class = ZonesShown

    @act(ZonesAsked, status=201, detail=False)
    def create(self, geojson: str, datum: Datum, note: str) -> Outcome:
        """Put a new list of all sensitive zones in force."""
        return work.publish_zones(self.actor(), geojson=geojson, datum=datum, note=note)


class Collections(mixins.CreateModelMixin, Visible):
    """Flights and field days, and what came of them."""

    queryset = m.Collection.objects.all()
    serializer_class = CollectionShown
    filterset_class = CollectionFilter

    @act(CollectionAsked, status=201, detail=False)
    def create(self, project: UUID, **done: Any) -> Outcome:
        """Record what was collected; what was done without leave is recorded too, as a finding."""
        return work.record_done(self.actor(), project=project, done=work.Done(**done))

    @act(Stated)
    def record(self, row: m.Collection, **stated: Any) -> Outcome:
        """Record that a plan was carried out."""
        done = work.Done(
            unit=row.unit_id,
            operator=row.operator_id,
            equipment=row.equipment_id,
            hop=row.hop_id,
            permit=row.permit_id,
            **stated,
        )
        return work.record_done(self.actor(), project=row.project_id, done=done, planned=row.id)

    @act(OutputAsked)
    def register(self, row: m.Collection, outputs: list[UUID]) -> Outcome:
        """Name the items that came of it."""
        return work.register_output(self.actor(), collection=row.id, outputs=outputs)

    @act(ReviewAsked)
    def review(self, row: m.Collection, review: str) -> Outcome:
        """Say what a review of its output came to."""
        return work.review(self.actor(), collection=row.id, review=review)


def _terms(regime: str, area: str, datum: Datum, **terms: Any) -> permits.PermitTerms:
    outline = permits.outlined(area, datum, regime)
    return permits.PermitTerms(area=outline, datum=datum, **terms)
