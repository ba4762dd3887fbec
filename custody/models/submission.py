"""What keeps one person's forms and attempts in bounds: sent twice they count once, refused too often they
pause."""

from __future__ import annotations

from django.db import models

from .base import Row


class Submission(models.Model):
    """The token of a form that was sent, with what came of it. Its key is taken first, so that two wait in
    line."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verb = models.CharField(max_length=60)
    digest = models.CharField(
        max_length=64, blank=True, help_text="Keyed SHA-256 of what a program asked; a form leaves it empty."
    )
    state = models.CharField(max_length=10, blank=True)
    entry = models.UUIDField(null=True, blank=True)
    object = models.TextField(blank=True, help_text="Rows that the act gave, as model:id,model:id.")
    decision = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"


class RefusalPause(Row):
    """An hour in which a person had too many attempts refused; its entry stands for those not listed one by
    one."""

    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField(help_text="Begin of the clock hour, UTC.")
    attempts = models.PositiveIntegerField(default=0, help_text="Attempts turned away in it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "hour"], name="one_pause_per_hour")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.hour}"
