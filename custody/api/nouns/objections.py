"""Objections of regulators: lodged, answered, accepted or sent back."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions import objections
from custody.actions.base import Outcome
from custody.filters import ObjectionFilter

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown


class ObjectionShown(Shown):
    """An objection of a regulator; `answer` and `remark` are the last of either side, `late` is of the
    answer."""

    class Meta:
        model = m.Objection
        fields: ClassVar[list[str]] = [
            "id", "number", "project", "authority", "line", "text", "basis", "due", "lodged_by", "lodged_on",
            "state", "answer", "answered_by", "answered_on", "late", "remark", "ended_by", "ended_on",
            "entry",
        ]  # fmt: skip


class ObjectionAsked(Asked):
    """What is wrong, on which legal basis, by when an answer is due; `line` is of a random sample."""

    text = Line(max_length=2000)
    basis = Line(max_length=300)
    due = serializers.DateField()
    line = Seen(m.SampleLine, required=False, allow_null=True)


class ObjectionAnswered(Asked):
    """The answer of the owner's side; files that show it are attached to the objection."""

    answer = Line(max_length=2000)


class ObjectionAccepted(Asked):
    """What there is to say with it."""

    remark = Line(max_length=2000, required=False, allow_blank=True)


class ObjectionSentBack(Asked):
    """Why the answer is not enough, and by when another is due."""

    reason = Line(max_length=2000)
    due = serializers.DateField()


class ObjectionWithdrawn(Asked):
    """Why it was made in error."""

    reason = Line(max_length=2000)


class Objections(Visible):
    """Objections of regulators; lodged at `projects/{id}/objections`."""

    queryset = m.Objection.objects.all()
    serializer_class = ObjectionShown
    filterset_class = ObjectionFilter

    @act(ObjectionAnswered)
    def give_answer(self, row: m.Objection, answer: str) -> Outcome:
        """Answer an objection for the owner of the project; a late answer is taken, and told to be late."""
        return objections.answer(self.actor(), objection=row.id, answer=answer)

    @act(ObjectionAccepted)
    def accept(self, row: m.Objection, remark: str = "") -> Outcome:
        """Accept the answer to an objection: nothing more is asked for."""
        return objections.accept(self.actor(), objection=row.id, remark=remark)

    @act(ObjectionSentBack)
    def send_back(self, row: m.Objection, reason: str, due: dt.date) -> Outcome:
        """Send the answer to an objection back, with the day by which another is due."""
        return objections.send_back(self.actor(), objection=row.id, reason=reason, due=due)

    @act(ObjectionWithdrawn)
    def withdraw(self, row: m.Objection, reason: str) -> Outcome:
        """Withdraw an objection that was made in error; that it was made stays."""
        return objections.withdraw(self.actor(), objection=row.id, reason=reason)
