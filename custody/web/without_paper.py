"""What a party received without valid paper, as it is known now or was on a past day."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.filters import WithoutPaperFilter
from custody.policy.engine import Finding
from custody.terms import Text

from .base import screen
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Link


def _what(row: m.WithoutPaper) -> Any:
    """Return what was received: the handoff, or the old register from which copies were taken over."""
    if row.handoff:
        return Link(row.handoff.number, reverse("handoff", args=[row.handoff_id]))
    return Link(row.register.name, reverse("opening_register", args=[row.register_id]))


def _rule(row: m.WithoutPaper) -> Any:
    if row.finding is None:
        return row.code
    title = Finding.from_json(row.finding).title
    return Text(f"{row.code} {title.en}", f"{row.code} {title.zh}")


def _article(row: m.WithoutPaper) -> list[Text] | None:
    """Return the sources and articles that the rule rested on then; None for advice of an officer."""
    if row.finding is None:
        return None
    return [
        Text(
            f"{b.source.en} {b.article.en if b.article else ''}".strip(),
            f"{b.source.zh}{b.article.zh if b.article else ''}",
        )
        for b in Finding.from_json(row.finding).basis
    ]


class WithoutPaperTable(Listed):
    """What was received without valid paper, the newest first."""

    related = ("handoff", "project", "party", "register")
    what = Shown(_l("Handoff or old register"), _what, "handoff__number")
    party = Shown(_l("Received by"), lambda r: party_name(r.party), "party__name")
    at = Shown(_l("Received"), lambda r: r.at, "at")
    weakness = Shown(
        _l("Why"), lambda r: [r.weakness.text, r.void_from] if r.void_from else r.weakness.text, "weakness"
    )
    rule = Shown(_l("Rule"), _rule, "code")
    article = Shown(_l("Article"), _article)
    decided = Shown(_l("Decided by"), lambda r: getattr(r, "names", None) or None)
    void_from = Shown(_l("Void from"), lambda r: r.void_from, "void_from", first=False)
    known = Shown(_l("Known since"), lambda r: r.known_at, "known_at")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code", first=False)
    entry = Shown(_l("Entry"), lambda r: str(r.entry), first=False)

    @classmethod
    def whole(cls, rows: Any) -> Any:
        """Return rows with the names of who decided."""
        found: Any = super().whole(rows)
        return found.with_names()


WITHOUT_PAPER = List(
    "without_paper",
    _l("Received without valid paper"),
    WithoutPaperFilter,
    WithoutPaperTable,
    _l("Nothing, as far as you may see."),
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List what was received without valid paper, in the projects that this reader sees whole."""
    return WITHOUT_PAPER.answer(request, m.WithoutPaper.objects.visible_to(request.user))


def link(words: str, **about: Any) -> Choice:
    """Return the way to what a party received without valid paper."""
    return Choice("", words, "plain", href=f"{reverse('without_paper')}?{urlencode(about)}")
