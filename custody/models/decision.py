"""Decisions of the rule engine, the refusals they led to, and the packs they were taken under."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from custody.terms import DecisionOutcome, Verb

from .base import Row, VisibleQuerySet, WordField
from .project import Project


class RegimePack(Row):
    """A published rule pack, exactly as its SHA-256 was taken. Append-only."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    body = models.TextField(help_text="RFC 8785 text of the merged pack.")
    effective = models.DateField(
        null=True, help_text="First day on which it counts, in its own time zone; null: at once."
    )

    class Meta:
        ordering = ["name", "created_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Decision(Row):
    """The result of all rules on the facts. Append-only; the facts are disclosures of ``entry``."""

    verb = WordField(Verb)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    outcome = WordField(DecisionOutcome)
    rules = models.JSONField(help_text="Rule versions that ran, such as HND-01@1.")
    facts_schema = models.PositiveSmallIntegerField()
    pack_sha256 = models.CharField(max_length=64)
    findings = models.JSONField(help_text="Findings with ids, codes, dates and booleans; never names.")

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["entry"], name="decisions_by_entry"),
            # The few that an override let pass, among all that are plain.
            models.Index(
                fields=["entry"],
                condition=models.Q(findings__contains=[{"outcome": "overridden"}]),
                name="decisions_overridden",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.outcome}"


class RefusalQuerySet(VisibleQuerySet):
    """Refusals a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return refusals in projects seen whole, or to open one under the code that its owner gave it later,
        and the user's own attempts."""
        whole = Project.objects.whole_for(user)
        opened = whole.annotate(owner=Cast("owner_party_id", models.TextField())).filter(
            code=OuterRef("its_code"), owner=OuterRef("its_owner")
        )
        told = self.alias(
            its_code=KeyTextTransform("code", "attempt"), its_owner=KeyTextTransform("owner_party", "attempt")
        )
        return told.filter(
            Q(project__in=whole.values("id"))
            | Q(attempted_by=user.person_id)
            | Q(Exists(opened), project__isnull=True, verb=Verb.PROJECT_OPEN)
        )


class Refusal(Row):
    """A blocked attempt that was submitted."""

    verb = WordField(Verb)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="refusals"
    )
    hop = models.ForeignKey(
        "custody.Hop", null=True, blank=True, on_delete=models.PROTECT, related_name="refusals"
    )
    parent_hop = models.ForeignKey(
        "custody.Hop", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="refusals"
    )
    attempted_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="refusals")
    attempted_at = models.DateTimeField()
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="refusal")
    attempt = models.JSONField(help_text="What was attempted: ids and codes.")
    reason = models.TextField(blank=True, help_text="What the person said, within 24 hours.")
    submission = models.UUIDField(unique=True)

    objects: ClassVar[RefusalQuerySet] = RefusalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-attempted_at"]

    def __str__(self) -> str:
        return f"{self.verb} refused"
