"""The first page: a person's day in numbers, each leading to exactly those rows, then what waits, in short
lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import frozen
from custody import models as m
from custody.terms import HandoffState, QualificationState, Role
from ledger import api as ledger

from . import (
    approvals,
    asked_back,
    blanks,
    checklist,
    checks,
    conditions,
    copies,
    copying,
    delegations,
    destructions,
    field_permits,
    field_work,
    handoffs,
    handovers,
    incidents,
    item_proposals,
    lapses,
    notices,
    objections,
    offers,
    on_paper,
    opening_findings,
    projects,
    qualifications,
    refusals,
    registers,
    reports,
    samples,
    stocktakes,
    sweeps,
)
from .base import screen, signed_in
from .listing import List, counted, first_rows
from .patterns import Fact, Section

SHORT = 6
M, OF, R, C, G, A = (
    Role.MANAGER,
    Role.OFFICER,
    Role.RECIPIENT,
    Role.CUSTODIAN,
    Role.REGULATOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the day: whose it is, what it is called, and the list and questions that it counts."""

    label: str | Promise
    roles: frozenset[Role]
    list: List
    rows: type[Any]
    asked: dict[str, str]

    def rows_for(self, request: HttpRequest) -> Any:
        """Return the rows that the list shows for these questions."""
        query = QueryDict(urlencode(self.asked))
        return self.list.questions(
            query, queryset=self.rows.objects.visible_to(request.user), request=request
        ).qs

    def fact(self, request: HttpRequest) -> Fact:
        """Return the number, leading to its list."""
        count, more = counted(self.rows_for(request))
        address = f"{reverse(self.list.route)}?{urlencode(self.asked)}"
        return Fact(self.label, f"{count}+" if more else count, href=address)


def _number(label: Any, roles: set[Role], list: List, rows: type[Any], **asked: str) -> Number:
    return Number(label, frozenset(roles), list, rows, asked)


_offered = HandoffState.OFFERED.value
TO_ANSWER = _number(
    _l("Offers to answer"), {R, C, M}, handoffs.HANDOFFS, m.Handoff, state=_offered, side="received"
)
TO_DECIDE = _number(
    _l("Requests that wait for a decision"), {OF, M}, approvals.APPROVALS, m.Approval, state="requested"
)
TO_VERIFY = _number(
    _l("Certificates to verify"),
    {OF, A},
    qualifications.QUALIFICATIONS,
    m.Qualification,
    state=QualificationState.SUBMITTED.value,
)
UNANSWERED = _number(
    _l("Offered by us, not answered"), {M, C}, handoffs.HANDOFFS, m.Handoff, state=_offered, side="sent"
)
DISPUTED = _number(
    _l("Said to be accepted by mistake"),
    {M, C},
    handoffs.HANDOFFS,
    m.Handoff,
    state=HandoffState.MISTAKEN.value,
    side="sent",
)
OVERDUE = _number(_l("Copies not back in time"), {R, C, M, OF}, handoffs.HANDOFFS, m.Handoff, due="overdue")
LATE = _number(
    _l("On the way past their day"), {R, C, M, OF}, handoffs.HANDOFFS, m.Handoff, way="late", side="ours"
)
UNINSPECTED = _number(
    _l("Yearly self-inspections overdue"),
    {M, A},
    qualifications.PARTIES,
    m.Party,
    inspection="overdue",
)
PERMITS_TO_DECIDE = _number(
    _l("Field permits that wait for a decision"),
    {OF},
    field_permits.PERMITS,
    m.FieldPermit,
    state="submitted",
)
COPYING_TO_DECIDE = _number(
    _l("Copy permits that wait for a decision"), {OF}, copying.PERMITS, m.CopyPermit, state="requested"
)
DESTRUCTIONS_TO_DECIDE = _number(
    _l("Destructions that wait for a decision"),
    {OF},
    destructions.DESTRUCTIONS,
    m.Destruction,
    state="requested",
)
PROPOSALS_TO_DECIDE = _number(
    _l("Classifications that wait to be determined"),
    {OF, M, C},
    item_proposals.PROPOSALS,
    m.ItemProposal,
    state="proposed",
)
AGAINST = _number(
    _l("Collected without leave"), {M, OF, G}, field_work.COLLECTIONS, m.Collection, wrong="finding"
)
WITHOUT_LEAVE = _number(
    _l("Handoffs done without leave"), {M, OF, G}, on_paper.PAPERS, m.PaperHandoff, state="without_leave"
)
UNACCOUNTED = _number(
    _l("Blank receipts to account for"), {R, C, M}, blanks.BLANKS, m.BlankReceipt, open="mine"
)
TO_HAND_OVER = _number(
    _l("Handovers that wait for you"), {R, C, M, OF}, handovers.HANDOVERS, m.Handover, waits="me"
)
STRAYS = _number(_l("Files where no copy is registered"), {M, OF, C, G}, sweeps.STRAYS, m.Stray, settled="no")
OUTPUT_DUE = _number(_l("Outputs overdue"), {M}, field_work.COLLECTIONS, m.Collection, wrong="overdue")
TO_NOTIFY = _number(
    _l("Incidents to be notified"), {OF, M, R, C, G}, incidents.INCIDENTS, m.Incident, still="notify"
)
OBJECTIONS_TO_ANSWER = _number(
    _l("Objections of regulators to be answered"), {M, OF}, objections.OBJECTIONS, m.Objection, still="answer"
)
ANSWERS_TO_JUDGE = _number(
    _l("Answers to objections to be judged"), {G}, objections.OBJECTIONS, m.Objection, still="judge"
)
# In the order in which they are urgent.
NUMBERS: tuple[Number, ...] = (
    TO_NOTIFY,
    _number(_l("Notified incidents, not ended"), {G}, incidents.INCIDENTS, m.Incident, still="notified"),
    OBJECTIONS_TO_ANSWER,
    ANSWERS_TO_JUDGE,
    _number(_l("Answers to objections overdue"), {G}, objections.OBJECTIONS, m.Objection, still="overdue"),
    TO_DECIDE,
    _number(_l("Not decided in time"), {OF}, approvals.APPROVALS, m.Approval, decide="late"),
    TO_ANSWER,
    DISPUTED,
    OVERDUE,
    LATE,
    _number(
        _l("To return within 30 days"), {R, C, M}, handoffs.HANDOFFS, m.Handoff, due="month", side="received"
    ),
    _number(_l("Due back within 30 days"), {C, M}, handoffs.HANDOFFS, m.Handoff, due="month", side="sent"),
    UNANSWERED,
    _number(_l("Held by a party without valid paper"), {M, OF}, copies.COPIES, m.Copy, custody="no_paper"),
    TO_HAND_OVER,
    STRAYS,
    WITHOUT_LEAVE,
    UNACCOUNTED,
    _number(
        _l("Findings of old registers"), {M, OF}, opening_findings.FINDINGS, m.OpeningFinding, state="open"
    ),
    _number(_l("Found by the re-check"), {M, OF, G, A}, lapses.LAPSES, m.Lapse, state="open"),
    TO_VERIFY,
    _number(
        _l("Certificates that end within 30 days"),
        {M, OF, A},
        qualifications.QUALIFICATIONS,
        m.Qualification,
        ends="month",
    ),
    UNINSPECTED,
    PERMITS_TO_DECIDE,
    PROPOSALS_TO_DECIDE,
    COPYING_TO_DECIDE,
    DESTRUCTIONS_TO_DECIDE,
    AGAINST,
    OUTPUT_DUE,
    _number(_l("Results to be submitted"), {M, OF}, projects.PROJECTS, m.Project, results="due"),
    _number(_l("Copies missing"), {M, OF, C, G}, copies.COPIES, m.Copy, custody="missing"),
    _number(_l("Copies of which nothing was heard"), {M, OF, C}, copies.COPIES, m.Copy, custody="silent"),
    _number(_l("Copies held without need"), {M, OF, C}, copies.COPIES, m.Copy, custody="hoarded"),
    _number(_l("Stocktakes with differences"), {M, C}, stocktakes.STOCKTAKES, m.Stocktake, wrong="open"),
    _number(_l("Vettings that end within 30 days"), {A}, registers.PEOPLE, m.Person, clearance="month"),
    _number(_l("People who leave within 30 days"), {A}, registers.PEOPLE, m.Person, clearance="leaving"),
    _number(_l("Refusals in the last 7 days"), {M, OF, G}, refusals.REFUSALS, m.Refusal, recent="week"),
    _number(_l("Copies that we hold"), {R, C, M}, copies.COPIES, m.Copy, side="held"),
    _number(_l("Random samples not ended"), {G}, samples.SAMPLES, m.Sample, still="open"),
    _number(_l("Projects"), {G}, projects.PROJECTS, m.Project),
    _number(_l("Reports"), {G}, reports.REPORTS, m.Report),
)


@screen()
def home(request: HttpRequest) -> HttpResponse:
    """Show what a person's roles ask for, what is urgent first."""
    roles = signed_in(request).roles()
    numbers = [number.fact(request) for number in NUMBERS if roles & number.roles]
    sections = [make(request) for make, for_roles in SECTIONS if roles & for_roles]
    context = {
        "heading": _("Hello, %(name)s") % {"name": signed_in(request).person.name},
        "choices": offers.start_button(request),
        "numbers": [fact for fact in numbers if fact.value],
        "nothing": [fact for fact in numbers if not fact.value],
        "sections": [s for s in sections if s],
    }
    return render(request, "home/home.html", context)


def _short(request: HttpRequest, number: Number, order: Any = (), empty: Any = "") -> Section | None:
    """Return the first rows that a number counts; nothing when there are none and nothing is to be said."""
    rows = number.rows_for(request)
    rows = rows.order_by(*order) if order else rows
    return first_rows(number.label, number.list, rows, empty, most=SHORT, **number.asked)


def _to_accept(request: HttpRequest) -> Section | None:
    return _short(request, TO_ANSWER, ["offered_at"], _("No offer waits for your answer."))


def _to_decide(request: HttpRequest) -> Section | None:
    rows = approvals.waiting(request).select_related(*approvals.ApprovalTable.related)
    found = list(rows[: SHORT + 1])
    href = f"{reverse('approvals')}?state=requested"
    return Section(TO_DECIDE.label, approvals.table(found[:SHORT]), href, more=len(found) > SHORT)


def _to_answer(request: HttpRequest) -> Section | None:
    return _short(request, OBJECTIONS_TO_ANSWER, ["due"])


def _overdue(request: HttpRequest) -> Section | None:
    return _short(request, OVERDUE, ["due_back"])


def _unanswered(request: HttpRequest) -> Section | None:
    return _short(request, UNANSWERED, ["offered_at"])


def _reviews(request: HttpRequest) -> Section | None:
    found = notices.to_review(signed_in(request))
    return found if found.count else None


def _papers(request: HttpRequest) -> Section | None:
    return _short(request, TO_VERIFY, ["created_at"])


def _uninspected(request: HttpRequest) -> Section | None:
    return _short(request, UNINSPECTED, ["name"])


def _first_rows(number: Number) -> Callable[[HttpRequest], Section | None]:
    """Return what shows the first rows of a number."""
    return lambda request: _short(request, number)


def _projects(request: HttpRequest) -> Section:
    rows = m.Project.objects.visible_to(request.user).select_related("owner_party")
    found = list(rows[: SHORT + 1])
    return Section(
        _("Projects"),
        projects.ProjectTable.short(found[:SHORT], _("No project that you may see.")),
        reverse("projects"),
        more=len(found) > SHORT,
    )


def _disputed(request: HttpRequest) -> Section | None:
    return _short(request, DISPUTED, ["answered_at"])


def _refused(request: HttpRequest) -> Section:
    rows = m.Refusal.objects.visible_to(request.user).select_related(*refusals.RefusalTable.related)
    found = list(rows[: SHORT + 1])
    return Section(
        _("Newest refusals"), refusals.table(found[:SHORT]), reverse("refusals"), more=len(found) > SHORT
    )


def _reports(request: HttpRequest) -> Section:
    rows = m.Report.objects.visible_to(request.user).select_related(*reports.ReportTable.related)
    found = list(rows[: SHORT + 1])
    return Section(_("Reports"), reports.table(found[:SHORT]), reverse("reports"), more=len(found) > SHORT)


def _site(request: HttpRequest) -> Section:
    health = ledger.health()
    facts = [
        Fact(_("Ledger"), _ledger_word(health), note=health.frozen or ""),
        Fact(_("Sealed entries"), health.size),
        Fact(_("Waiting to be sealed"), health.pending),
        Fact(_("Last sealed"), health.sealed_at),
        *_witnesses(health),
        *checks.going(),
        *checks.facts(),
        lapses.ran(),
        Fact(_("Records that do not agree with the ledger"), len(frozen.open_ones()), href=reverse("checks")),
        Fact(_("Registered parties"), m.Party.objects.count(), href=reverse("parties")),
        Fact(_("Registered systems"), m.System.objects.count(), href=reverse("systems")),
        Fact(_("Sign-ins"), m.User.objects.filter(is_active=True).count(), href=reverse("people")),
    ]
    return Section(_("This installation"), facts=facts)


def _ledger_word(health: ledger.Health) -> str:
    """Return how the sealer stands, in a word or two."""
    if health.frozen:
        return _("FROZEN")
    return _("Behind with its seals") if health.behind else _("Working")


def _witnesses(health: ledger.Health) -> list[Fact]:
    """Return how far the log is witnessed, and how each witness stands; where none is listed, that."""
    if not health.witnesses:
        return [Fact(_("Witnesses"), _("None: only the log itself vouches for it"))]
    found = [Fact(_("Witnessed up to"), health.witnessed_size)] if health.quorum != "none" else []
    return found + [
        Fact(_("Witness %(name)s") % {"name": witness.name}, witness.sentence(), note=witness.reason())
        for witness in health.witnesses
    ]


# In the order in which they are urgent; the roles that a list is for.
SECTIONS: tuple[tuple[Callable[[HttpRequest], Section | None], set[Role]], ...] = (
    (incidents.waiting, {OF, M, R, C, G}),
    (checklist.first_handoff, {A, M}),
    (_to_answer, {M, OF}),
    (_first_rows(ANSWERS_TO_JUDGE), {G}),
    (_to_decide, {OF}),
    (delegations.waiting, {M, C, A}),
    (_to_accept, {R, C, M}),
    (asked_back.to_give_back, {R, C, M}),
    (_disputed, {M, C}),
    (conditions.waiting, {M, OF}),
    (lapses.waiting, {M, OF, R, C, G}),
    (_overdue, {R, C, M, OF}),
    (_first_rows(LATE), {R, C, M, OF}),
    (_first_rows(PERMITS_TO_DECIDE), {OF}),
    (_first_rows(PROPOSALS_TO_DECIDE), {OF}),
    (_first_rows(COPYING_TO_DECIDE), {OF}),
    (_first_rows(DESTRUCTIONS_TO_DECIDE), {OF}),
    (_first_rows(AGAINST), {M, OF, G}),
    (_first_rows(WITHOUT_LEAVE), {M, OF, G}),
    (_first_rows(TO_HAND_OVER), {R, C, M, OF}),
    (_first_rows(UNACCOUNTED), {R, C, M}),
    (_first_rows(OUTPUT_DUE), {M}),
    (_reviews, {M, OF}),
    (stocktakes.to_hold, {M, C, R}),
    (_papers, {OF, A}),
    (_uninspected, {M, A}),
    (_site, {A}),
    (_unanswered, {M, C}),
    (_projects, set(Role)),
    (_refused, {M, OF, G}),
    (_reports, {G, OF}),
)
