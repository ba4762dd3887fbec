"""Opening registers: what stood on paper before, read from a file, line by line, and taken over.

The lines as they were read are working notes, as the lines of a barred list are: entries tell of what was
taken over, and of the file its SHA-256.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import FindingOutcome, LineState, PaperMatch, RegisterKind, RegisterState, Settled

from .base import IdField, Row, VisibleQuerySet, WordField
from .hop import Hop
from .item import Copy, Item, System
from .project import Project


class OpeningRegisterQuerySet(VisibleQuerySet):
    """Registers a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))


class OpeningRegister(Row):
    """One old register of one project, as its file was read and what became of it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="opening_registers")
    kind = WordField(RegisterKind, default=RegisterKind.COPIES)
    name = models.CharField(max_length=200, help_text="As it stands on its cover.")
    sha256 = models.CharField(max_length=64, help_text="Of the file.")
    headings = models.JSONField(help_text="Cells of the line that names the columns.")
    mapping = models.JSONField(help_text="Field -> column, counted from 0.")
    from_1904 = models.BooleanField(help_text="Its serial numbers of days count from 1904.")
    state = WordField(RegisterState, default=RegisterState.READ)
    lines_read = models.PositiveIntegerField(help_text="Lines below the headings.")
    opened_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="", help_text="Why it was called off.")
    entered = models.PositiveIntegerField(null=True, blank=True, help_text="Lines that were taken over.")
    left_out = models.PositiveIntegerField(null=True, blank=True, help_text="Lines that were not.")
    due = models.DateField(null=True, blank=True, help_text="By which its findings are to be settled.")

    objects: ClassVar[OpeningRegisterQuerySet] = OpeningRegisterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=~Q(state=RegisterState.WITHDRAWN.value),
                name="register_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningLineQuerySet(VisibleQuerySet):
    """Lines of registers a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lines."""
        return self.filter(register__in=OpeningRegister.objects.seen_outside(user).values("id"))


class OpeningLine(models.Model):
    """One line of an old register as it was read, and what is wrong with it. No evidence."""

    id = IdField()
    register = models.ForeignKey(OpeningRegister, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField(help_text="Order in the file.")
    sheet = models.CharField(max_length=40, blank=True, help_text="Of the file; empty for a CSV.")
    row = models.PositiveIntegerField(help_text="In the sheet or file, from 1.")
    page = models.CharField(max_length=40, blank=True, help_text="Of the register.")
    line = models.CharField(max_length=20, help_text="On the page.")
    number = models.CharField(max_length=100, blank=True, help_text="The old number, if it can be read.")
    cells = models.JSONField(help_text="As they were read.")
    state = WordField(LineState)
    problems = models.JSONField(default=list, help_text="Each with field, value, code, en, zh.")

    objects: ClassVar[OpeningLineQuerySet] = OpeningLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["register", "place"]
        constraints = [
            models.UniqueConstraint(fields=["register", "place"], name="register_place_once"),
        ]
        indexes = [models.Index(fields=["register", "state"], name="register_lines_by_state")]

    def __str__(self) -> str:
        return f"{self.page}/{self.line}"


class TakenOverQuerySet(VisibleQuerySet):
    """Where taken-over copies stood on paper, as far as a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of copies that the user sees."""
        return self.filter(copy__in=Copy.objects.seen_outside(user).values("id"))


class TakenOver(Row):
    """Where a copy stood in an old register; its number there is another name of it."""

    register = models.ForeignKey(OpeningRegister, on_delete=models.PROTECT, related_name="taken")
    copy = models.OneToOneField(Copy, on_delete=models.PROTECT, related_name="taken_over")
    number = models.CharField(max_length=100, help_text="In the old register.")
    page = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=20)
    since = models.DateField(null=True, blank=True, help_text="Day that stands there.")

    objects: ClassVar[TakenOverQuerySet] = TakenOverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["register", "id"]
        indexes = [models.Index(fields=["number"], name="taken_over_by_number")]

    def __str__(self) -> str:
        return self.number


class HopTakenOverQuerySet(VisibleQuerySet):
    """Where taken-over subcontracts stood on paper, as far as a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of hops that the user sees."""
        return self.filter(hop__in=Hop.objects.seen_outside(user).values("id"))


class HopTakenOver(Row):
    """Where a subcontract stood in an old register, and which approval the paper names: what a paper says,
    no decision of the ledger."""

    register = models.ForeignKey(OpeningRegister, on_delete=models.PROTECT, related_name="taken_hops")
    hop = models.OneToOneField(Hop, on_delete=models.PROTECT, related_name="taken_over")
    number = models.CharField(max_length=100, help_text="In the old register.")
    page = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=20)
    approval = models.CharField(max_length=100, blank=True, help_text="Number of the approval on paper.")
    approver = models.CharField(max_length=200, blank=True, help_text="Who gave it, as it stands there.")
    approved_on = models.DateField(null=True, blank=True, help_text="Day that stands there.")
    scan_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the scan; empty: none named.")

    objects: ClassVar[HopTakenOverQuerySet] = HopTakenOverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["register", "id"]
        indexes = [models.Index(fields=["number"], name="hop_taken_over_by_number")]

    def __str__(self) -> str:
        return self.number


class LineComparedQuerySet(VisibleQuerySet):
    """Comparisons with the paper that a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole."""
        return self.filter(taken__register__in=OpeningRegister.objects.seen_outside(user).values("id"))


class LineCompared(Row):
    """One person held one taken-over line beside its paper; the newest of each person counts.
    Append-only."""

    taken = models.ForeignKey(HopTakenOver, on_delete=models.PROTECT, related_name="compared")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    match = WordField(PaperMatch)
    note = models.TextField(blank=True, default="", help_text="What differs.")

    objects: ClassVar[LineComparedQuerySet] = LineComparedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.taken_id} {self.match}"


class OpeningFindingQuerySet(VisibleQuerySet):
    """Findings of registers a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible findings."""
        return self.filter(register__in=OpeningRegister.objects.seen_outside(user).values("id"))

    def open(self) -> Self:
        """Return those that nobody has settled."""
        return self.filter(state=Settled.OPEN)


class OpeningFinding(Row):
    """A rule that would have barred what was taken over: of an item, of copies with one holder, or of a
    subcontract."""

    register = models.ForeignKey(OpeningRegister, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=20, help_text="Of the rule.")
    version = models.PositiveSmallIntegerField(help_text="Of the rule.")
    outcome = WordField(FindingOutcome)
    finding = models.JSONField(help_text="What the rule said: ids, codes and days, never names.")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hop = models.ForeignKey(Hop, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    copies = models.PositiveIntegerField(help_text="How many copies it concerns.")
    due = models.DateField(help_text="By which it is to be settled.")
    state = WordField(Settled, default=Settled.OPEN)
    owner = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who sees to it.",
    )
    resolution = models.TextField(blank=True, default="", help_text="What was done, in words.")
    settled_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[OpeningFindingQuerySet] = OpeningFindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["due", "code", "id"]
        indexes = [models.Index(fields=["register", "state"], name="opening_findings_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.due}"

    def to_json(self) -> dict[str, Any]:
        """Return what an entry tells of it."""
        subject = {name: getattr(self, f"{name}_id") for name in ("item", "party", "person", "system", "hop")}
        return {
            "finding": str(self.id),
            "code": self.code,
            "version": self.version,
            "outcome": str(self.outcome),
            "said": self.finding,
            "copies": self.copies,
            **{name: str(id) if id else None for name, id in subject.items()},
        }
