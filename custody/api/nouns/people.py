"""People, what they may do for which party, and what regulators may read."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import access, corrections, holds, people, recalling, registers
from custody.actions.base import Outcome
from custody.filters import GrantFilter, MembershipFilter, PersonFilter
from custody.regions import PATTERN
from custody.terms import Role, VettingClass

from ..base import Visible, act
from ..fields import Asked, Line, Pattern, Seen, Shown, Words
from .recalls import AskedBack, RecallShown

_CLEARANCE = (
    "post", "vetting", "vetted_from", "vetted_to", "vetting_evidence", "trained_on", "training_evidence",
    "undertaking_on", "undertaking_evidence", "leaves_on",
    "leaving_evidence",
)  # fmt: skip


class PersonShown(Shown):
    """A person; ``citizenships``, and ``hold``, the entry of a legal hold that stands, are shown to the house
    alone; vetting, training, undertaking and last day also to regulators and to the person."""

    citizenships: Any = serializers.ListField(
        child=serializers.CharField(), allow_null=True, required=False, read_only=True
    )
    hold = serializers.UUIDField(allow_null=True, required=False, read_only=True)

    class Meta:
        model = m.Person
        fields: ClassVar[list[str]] = [
            "id", "name", "staff_number", "citizenships", "hold", *_CLEARANCE, "entry",
        ]  # fmt: skip

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Leave citizenships and holds to the house: colleagues need not know them."""
        shown: dict[str, Any] = super().to_representation(instance)
        if not self.context["request"].user.in_house:
            del shown["citizenships"], shown["hold"]
        if not instance.clearance_shown_to(self.context["request"].user):
            for name in _CLEARANCE:
                del shown[name]
        return shown


class PersonAsked(Asked):
    """A person to register; ``citizenships`` are ISO 3166-1 alpha-2 codes, null when not known."""

    name = Line(max_length=200)
    staff_number = Line(max_length=40)
    citizenships = serializers.ListField(
        child=Pattern(r"^[A-Z]{2}$"), required=False, allow_null=True, max_length=10
    )


class PersonCorrected(Asked):
    """The right name and citizenships, and why the old ones were wrong."""

    name = Line(max_length=200)
    citizenships = serializers.ListField(child=Pattern(r"^[A-Z]{2}$"), allow_null=True, max_length=10)
    reason = Line(max_length=1000)


class HoldAsked(Asked):
    """Why a legal hold is put on the person or lifted, and who ordered it."""

    reason = Line(max_length=1000)
    ordered_by = Line(max_length=200)


class VettingAsked(Asked):
    """For which post a person was vetted, of which class, how long that counts, and by which paper."""

    vetting = Words(VettingClass)
    vetted_from = serializers.DateField()
    vetted_to = serializers.DateField()
    vetting_evidence = Line(max_length=200)
    post = Line(max_length=100, required=False, allow_blank=True)


class TrainingAsked(Asked):
    """The day of the last secrecy training, and what shows it."""

    trained_on = serializers.DateField()
    training_evidence = Line(max_length=200)


class UndertakingAsked(Asked):
    """The day on which the undertaking was signed, and where it is kept."""

    undertaking_on = serializers.DateField()
    undertaking_evidence = Line(max_length=200)


class LeavingAsked(Asked):
    """The last day of a person and what shows it; null when they stay after all."""

    leaves_on = serializers.DateField(allow_null=True)
    leaving_evidence = Line(max_length=200, required=False, allow_blank=True, default="")


class SignInShown(serializers.ModelSerializer[Any]):
    """A sign-in."""

    class Meta:
        model = m.User
        fields: ClassVar[list[str]] = ["id", "username", "person", "is_active"]


class SignInAsked(Asked):
    """A user name; a first password only where nobody could confirm a slip."""

    username = Line(max_length=150)
    password = Line(
        max_length=1000, write_only=True, trim_whitespace=False, required=False, allow_null=True, default=None
    )


class Why(Asked):
    """Why it is done; kept in the ledger."""

    reason = Line(max_length=1000)


class MembershipShown(Shown):
    """A role that a person holds for a party, between inclusive dates; ``ended_at`` is when it was ended at
    once, null where its last day alone counts."""

    class Meta:
        model = m.Membership
        fields: ClassVar[list[str]] = ["id", "person", "party", "role", "starts", "ends", "ended_at", "entry"]


class MembershipEnded(Why):
    """The last day of a role, null to end it at once, and why it ends."""

    ends = serializers.DateField(required=False, allow_null=True)


class MembershipAsked(Asked):
    """A role to give."""

    party = Seen(m.Party)
    role = Words(Role)
    starts = serializers.DateField()
    ends = serializers.DateField(required=False, allow_null=True)


class GrantShown(Shown):
    """A regulator's leave to read, between inclusive dates, one project, or all that a party owns, or all in
    a region (ISO 3166-2, empty where it is not of one); ``ended_at`` is when it was ended before its last
    day, null where it was not."""

    class Meta:
        model = m.Grant
        fields: ClassVar[list[str]] = [
            "id", "person", "project", "party", "region", "starts", "ends", "ended_at", "entry",
        ]  # fmt: skip


class GrantAsked(Asked):
    """A leave to give: of one project, or one party, or one region (ISO 3166-2)."""

    project = Seen(m.Project, required=False, allow_null=True)
    party = Seen(m.Party, required=False, allow_null=True)
    region = Pattern(PATTERN, required=False, allow_null=True)
    starts = serializers.DateField()
    ends = serializers.DateField()


class People(mixins.CreateModelMixin, Visible):
    """People: colleagues, and for the house everyone."""

    queryset = m.Person.objects.all()
    serializer_class = PersonShown
    filterset_class = PersonFilter

    @act(PersonAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register a person."""
        return registers.register_person(self.actor(), **asked)

    @act(SignInAsked, gives=SignInShown, status=201)
    def sign_in(self, row: m.Person, **asked: Any) -> Outcome:
        """Let the person sign in. Without a password two people make a slip on the screens that opens it."""
        return registers.give_sign_in(self.actor(), person=row.id, **asked)

    @act(Why, gives=SignInShown)
    def close_sign_in(self, row: m.Person, **asked: Any) -> Outcome:
        """Close the sign-ins of the person; sessions, keys, passkeys that sign and slips end at once. Nobody
        closes their own."""
        return access.close_sign_in(self.actor(), person=row.id, **asked)

    @act(Why, gives=SignInShown)
    def open_sign_in(self, row: m.Person, **asked: Any) -> Outcome:
        """Open the sign-ins of the person that were closed; what ended with them stays ended."""
        return access.open_sign_in(self.actor(), person=row.id, **asked)

    @act(MembershipAsked, gives=MembershipShown, status=201)
    def memberships(self, row: m.Person, **asked: Any) -> Outcome:
        """Let the person stand for a party in a role."""
        return registers.give_membership(self.actor(), person=row.id, **asked)

    @act(GrantAsked, gives=GrantShown, status=201)
    def grants(self, row: m.Person, **asked: Any) -> Outcome:
        """Let a regulator read one project, or all of a party or region."""
        return registers.give_grant(self.actor(), person=row.id, **asked)

    @act(PersonCorrected)
    def correct(self, row: m.Person, **asked: Any) -> Outcome:
        """Put a wrong name or citizenship right."""
        return corrections.correct_person(self.actor(), person=row.id, **asked)

    @act(VettingAsked)
    def vetting(self, row: m.Person, **asked: Any) -> Outcome:
        """Record that the person was vetted; nobody records this of themselves."""
        return people.record_vetting(self.actor(), person=row.id, **asked)

    @act(TrainingAsked)
    def training(self, row: m.Person, **asked: Any) -> Outcome:
        """Record the last secrecy training of the person; nobody records this of themselves."""
        return people.record_training(self.actor(), person=row.id, **asked)

    @act(UndertakingAsked)
    def undertaking(self, row: m.Person, **asked: Any) -> Outcome:
        """Record that the person signed the undertaking; nobody records this of themselves."""
        return people.record_undertaking(self.actor(), person=row.id, **asked)

    @act(LeavingAsked)
    def leaving(self, row: m.Person, **asked: Any) -> Outcome:
        """Record the last day of the person, or that they stay; nobody records this of themselves."""
        return people.record_leaving(self.actor(), person=row.id, **asked)

    @act(AskedBack, gives=RecallShown, status=201)
    def recall(self, row: m.Person, **asked: Any) -> Outcome:
        """Ask for all that the person holds to be handed over to somebody else; answers the first request."""
        return recalling.from_person(self.actor(), person=row.id, **asked)

    @act(HoldAsked)
    def hold(self, row: m.Person, **asked: Any) -> Outcome:
        """Put the person under a legal hold: nothing known about them is erased while it stands."""
        return holds.hold(self.actor(), person=row.id, **asked)

    @act(HoldAsked)
    def lift_hold(self, row: m.Person, **asked: Any) -> Outcome:
        """Lift the legal hold on the person; nobody lifts their own."""
        return holds.lift(self.actor(), person=row.id, **asked)


class Memberships(Visible):
    """Roles that people hold for parties."""

    queryset = m.Membership.objects.all()
    serializer_class = MembershipShown
    filterset_class = MembershipFilter

    @act(MembershipEnded)
    def end(self, row: m.Membership, **asked: Any) -> Outcome:
        """End the role: after a last day that is to come, or at once."""
        return access.end_membership(self.actor(), membership=row.id, **asked)


class Grants(Visible):
    """What regulators may read."""

    queryset = m.Grant.objects.all()
    serializer_class = GrantShown
    filterset_class = GrantFilter

    @act(Why)
    def end(self, row: m.Grant, **asked: Any) -> Outcome:
        """End the leave to read, at once."""
        return access.end_grant(self.actor(), grant=row.id, **asked)
