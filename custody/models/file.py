"""Files that show a paper: what is known of them. They lie encrypted outside the database."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.evidence.words import EvidenceOf

from .base import Row, VisibleQuerySet, WordField, rows_of

ABOUT_A_PERSON = (EvidenceOf.VETTING, EvidenceOf.TRAINING, EvidenceOf.UNDERTAKING)
ABOUT_A_PARTY = (EvidenceOf.STATEMENT, EvidenceOf.INSPECTION)
_PAPERS = {
    EvidenceOf.QUALIFICATION: "Qualification",
    EvidenceOf.CONSENT: "Consent",
    EvidenceOf.AGREEMENT: "Agreement",
    EvidenceOf.CONDITION: "Condition",
    EvidenceOf.AIRSPACE: "FieldPermit",
    EvidenceOf.DESTRUCTION: "Destruction",
    EvidenceOf.INCIDENT: "Incident",
    EvidenceOf.OBJECTION: "Objection",
    EvidenceOf.ON_PAPER: "PaperHandoff",
    EvidenceOf.PRINTED: "RegisterPrint",
    EvidenceOf.SHEET: "ReceiptSheet",
    EvidenceOf.TICKED: "Sample",
}


class EvidenceFileQuerySet(VisibleQuerySet):
    """Files a user may see: those of papers that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return files of visible papers; of people, those who may know how they were vetted; of what a party
        stated of itself, the party and regulators."""
        seen = Q()
        for what, model in _PAPERS.items():
            seen |= Q(what=what, subject__in=rows_of(model).all().seen_outside(user).values("id"))
        if user.sees_all_parties:
            return self.filter(seen | Q(what__in=(*ABOUT_A_PERSON, *ABOUT_A_PARTY)))
        return self.filter(
            seen
            | Q(what__in=ABOUT_A_PERSON, subject=user.person_id)
            | Q(what__in=ABOUT_A_PARTY, subject__in=user.party_ids())
        )


class EvidenceFile(Row):
    """A file that shows a paper: its SHA-256 as it was taken while it came in, and what drawing it gave."""

    what = WordField(EvidenceOf)
    subject = models.UUIDField(help_text="The record that the file shows.")
    sha256 = models.CharField(max_length=64)
    length = models.PositiveBigIntegerField(help_text="In bytes.")
    media_type = models.CharField(max_length=40, help_text="Told from the first bytes.")
    attached_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    erased = models.BooleanField(default=False, help_text="Its key was deleted: it opens no more.")
    # Of the page images, which no entry tells: they can be drawn again.
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Null: not drawn yet.")
    drawn = models.PositiveSmallIntegerField(default=0, help_text="Page images that are kept.")
    failure = models.CharField(max_length=32, blank=True, default="", help_text="Why there is no picture.")

    objects: ClassVar[EvidenceFileQuerySet] = EvidenceFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["subject"], name="evidence_of_a_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["what", "subject", "sha256"], condition=Q(erased=False), name="evidence_once"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_hash_shape"),
        ]

    def __str__(self) -> str:
        return f"file {self.sha256[:12]}"
