"""Random samples: asked for, drawn, entered, closed; and the copies that were drawn."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from custody import lot
from custody import models as m
from custody.actions import samples
from custody.actions.base import Outcome
from custody.filters import SampleFilter, SampleLineFilter
from custody.terms import SampleFound

from ..base import Visible, act
from ..fields import Asked, Count, Id, Line, Pattern, Shown, Words


class SampleShown(Shown):
    """A random sample; `ledger_size`, `root` and `word` are those that decided it, once it is drawn."""

    class Meta:
        model = m.Sample
        fields: ClassVar[list[str]] = [
            "id", "number", "project", "authority", "asked_by", "asked_on", "asked_entry", "count",
            "word_sha256", "population", "population_sha256", "state", "drawn_by", "drawn_on", "ledger_size",
            "root", "word", "closed_by", "closed_on", "remark", "entry",
        ]  # fmt: skip


class SampleAsked(Asked):
    """How many copies are to be drawn, and the SHA-256 of a word that is told when they are."""

    count = Count(min_value=1, max_value=samples.MOST)
    word_sha256 = Pattern(r"^[0-9a-f]{64}$")


class WordTold(Asked):
    """The word whose SHA-256 was given."""

    word = Line(min_length=lot.SHORTEST, max_length=lot.LONGEST, trim_whitespace=False)


class SeenAsked(Asked):
    """How one copy was found; where a word is not enough, the note says more."""

    line = Id()
    found = Words(SampleFound)
    note = Line(max_length=500, required=False, allow_blank=True)


class FindingsAsked(Asked):
    """How copies were found, one by one."""

    lines = serializers.ListField(child=SeenAsked(), min_length=1, max_length=samples.MOST)


class SampleClosed(Asked):
    """What there is to say at the end."""

    remark = Line(max_length=2000, required=False, allow_blank=True)


class SampleWithdrawn(Asked):
    """Why a sample is not drawn."""

    reason = Line(max_length=2000)


class Samples(Visible):
    """Random samples that regulators draw; asked for at `projects/{id}/samples`."""

    queryset = m.Sample.objects.all()
    serializer_class = SampleShown
    filterset_class = SampleFilter

    @act(WordTold)
    def draw(self, row: m.Sample, word: str) -> Outcome:
        """Tell the word, and draw from the first checkpoint that covers the request."""
        return samples.draw(self.actor(), sample=row.id, word=word)

    @act(FindingsAsked)
    def enter(self, row: m.Sample, lines: list[dict[str, Any]]) -> Outcome:
        """Enter how copies were found; entered again, the later counts."""
        return samples.enter(self.actor(), sample=row.id, seen=[samples.Seen(**line) for line in lines])

    @act(SampleClosed)
    def close(self, row: m.Sample, remark: str = "") -> Outcome:
        """Close a sample of which each copy was entered."""
        return samples.close(self.actor(), sample=row.id, remark=remark)

    @act(SampleWithdrawn)
    def withdraw(self, row: m.Sample, reason: str) -> Outcome:
        """Withdraw a sample that was not drawn; that it was asked for stays."""
        return samples.withdraw(self.actor(), sample=row.id, reason=reason)


class SampleLineShown(Shown):
    """One copy that was drawn: where and with whom it was by the record, and how it was found."""

    class Meta:
        model = m.SampleLine
        fields: ClassVar[list[str]] = [
            "id", "sample", "position", "copy", "code", "party", "person", "system", "found", "note",
            "entered_by", "entry",
        ]  # fmt: skip


class SampleLines(Visible):
    """Copies of random samples, in the order in which they were drawn."""

    queryset = m.SampleLine.objects.all()
    serializer_class = SampleLineShown
    filterset_class = SampleLineFilter
