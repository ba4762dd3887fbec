"""What the nightly re-check found: the list, one finding, and its lines on the pages of what it is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import rechecking
from custody.filters import LapseFilter
from custody.policy.engine import Finding
from custody.stored import reader_of
from custody.terms import Audience, LapseNoun, Text

from . import entries
from .base import heads, screen, visible_or_404, words
from .findings import checks
from .listing import List, Listed, Shown
from .names import named, party_name, project_crumbs
from .patterns import Check, Fact, Link, Section, Table

SHORT = 6
_PAGES = {noun: str(noun) for noun in LapseNoun}
"""The route of the page of what was judged."""


def _rule(row: m.Lapse) -> Link:
    title = Finding.from_json(row.finding).title
    return Link(Text(f"{row.code} {title.en}", f"{row.code} {title.zh}"), reverse("lapse", args=[row.id]))


def _where(row: m.Lapse) -> Any:
    """Return project, party and work, whichever there are, as one text."""
    code = row.project.code if row.project else ""
    party = words(party_name(row.party)) if row.party else ""
    work = row.hop.scope.splitlines()[0] if row.hop and row.hop.scope else ""
    return " · ".join(filter(None, (code, party, work)))


class LapseTable(Listed):
    """Findings of the re-check, the newest first."""

    related = ("project", "party", "hop")
    rule = Shown(_l("Rule"), _rule, "code")
    outcome = Shown(_l("What the rule says"), lambda r: r.outcome, "outcome")
    noun = Shown(_l("About"), lambda r: Link(r.noun, reverse(_PAGES[r.noun], args=[r.object])), "noun")
    where = Shown(_l("Project and party"), _where, "project__code")
    since = Shown(_l("Since"), lambda r: r.since, "since")
    ended_on = Shown(_l("Ended on"), lambda r: r.ended_on, "ended_on")
    ended = Shown(_l("How it ended"), lambda r: r.ended, first=False)


LAPSES = List(
    "lapses", _l("Findings of the re-check"), LapseFilter, LapseTable, _l("The re-check found nothing.")
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List what the re-check found, as far as this reader may see."""
    return LAPSES.answer(request, m.Lapse.objects.visible_to(request.user))


@screen()
def detail(request: HttpRequest, lapse: UUID) -> HttpResponse:
    """Show one finding: what it is about, since when, what the rule saw and what to do."""
    rows = m.Lapse.objects.select_related("project", "party", "hop")
    row = visible_or_404(rows, request, lapse)
    facts = [
        Fact(_("About"), Link(row.noun, reverse(_PAGES[row.noun], args=[row.object]))),
        Fact(_("Project"), row.project.code if row.project else None),
        Fact(_("Party"), party_name(row.party) if row.party else None),
        Fact(_("Since"), row.since),
    ]
    if row.ended_on:
        facts += [Fact(_("Ended on"), row.ended_on), Fact(_("How it ended"), row.ended)]
    context = {
        "crumbs": [
            *(project_crumbs(row.project) if row.project else []),
            Link(_("Findings of the re-check"), reverse("lapses")),
        ],
        "heading": words(Finding.from_json(row.finding).title),
        "state": row.outcome,
        "lead": _("The re-check stops nothing. The rule stops the next act that it judges."),
        "facts": facts,
        "checks": [_check(request, row)],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "lapse/detail.html", context)


def _check(request: HttpRequest, row: m.Lapse) -> Check:
    """Return what the rule said, as far as this reader may have it."""
    finding = Finding.from_json(row.finding)
    audience, party = _reader(request, row)
    return checks([finding], audience, party, named(request, [finding]))[0]


def _reader(request: HttpRequest, row: m.Lapse) -> tuple[Audience, str | None]:
    user: Any = request.user
    if row.project is not None:
        ends = (row.hop.from_party_id, row.hop.to_party_id) if row.hop else ()
        return reader_of(user, row.project, *ends)
    if user.in_house:
        return Audience.INTERNAL, None
    return Audience.ALL, str(row.party_id) if row.party_id in user.party_ids() else None


def about(request: HttpRequest, noun: LapseNoun, object: UUID) -> list[Section]:
    """Return what stands now of one object, for its page; nothing where all is in order."""
    rows = m.Lapse.objects.visible_to(request.user).open().filter(noun=noun, object=object)
    found = _section(request, rows, f"?noun={noun}&object={object}")
    return [found] if found else []


def waiting(request: HttpRequest) -> Section | None:
    """Return what stands now, for the first page: what bars first, then the newest."""
    return _section(request, m.Lapse.objects.visible_to(request.user).open(), "?state=open", whole=False)


def _section(request: HttpRequest, rows: Any, query: str, *, whole: bool = True) -> Section | None:
    related = rows.select_related("project", "party", "hop").order_by("outcome", "-since", "-id")
    found = list(related[: SHORT + 1])
    if not found:
        return None
    columns = [_("Rule that does not hold"), _("What the rule says"), _("Since"), _("What to do")]
    body = [[_rule(r), r.outcome, r.since, _check(request, r).remedy or ""] for r in found[:SHORT]]
    if not whole:
        columns.insert(1, _("Project and party"))
        body = [[line[0], _where(r), *line[1:]] for line, r in zip(body, found, strict=False)]
    return Section(
        _("What does not hold any more"),
        Table(heads(*columns), body),
        reverse("lapses") + query,
        more=len(found) > SHORT,
    )


def ran() -> Fact:
    """Return when the re-check last came to its end, for the administrator."""
    run, now = rechecking.last(), timezone.now()
    late = run is not None and now - run.started_at > rechecking.LATE
    note = _("MISSING: no re-check in the last 36 hours. See whether worker and timer run.") if late else ""
    value = _("Not run yet")
    if run is not None and run.finished_at is not None:
        when = timezone.localtime(run.finished_at).strftime("%Y-%m-%d %H:%M")
        value = _("%(when)s · %(judged)d judged, %(found)d found") % {
            "when": when,
            "judged": run.judged,
            "found": run.found,
        }
    return Fact(_("Rules asked again"), value, href=reverse("lapses"), note=note)
