"""Subcontracts of old registers: where each stood on paper, which approval is named there, who compared."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import opening_compare
from custody.actions.base import Actor, done_before
from custody.filters import HopTakenOverFilter
from custody.terms import PaperMatch, RegisterKind, RegisterState, Text
from custody.transitions import REGISTER, move

from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .forms.opening_compare import CompareForm, paper
from .listing import List, Listed, Shown
from .names import party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section

AT_ONCE = 20
"""Lines that are compared on one page."""
SHOWN = 20


def place(taken: m.TakenOver | m.HopTakenOver) -> Text:
    """Return where something stood on paper."""
    name, page, line = taken.register.name, taken.page, taken.line
    on, zh_on = (f", page {page}", f"第{page}页") if page else ("", "")
    return Text(f"{name}{on}, line {line}", f"“{name}”{zh_on}第{line}行")


class TakenTable(Listed):
    """Subcontracts that were taken over, as they stand now."""

    related = ("register", "hop__from_party", "hop__to_party", "hop__project")
    number = Shown(_l("Old number"), lambda t: Link(t.number, reverse("hop", args=[t.hop_id])), "number")
    party = Shown(_l("Receiving party"), lambda t: party_name(t.hop.to_party), "hop__to_party__name")
    work = Shown(_l("Work"), lambda t: t.hop.scope)
    approval = Shown(_l("Approval that the paper names"), paper, "approval")
    state = Shown(_l("State"), lambda t: t.hop.state, "hop__state")
    where = Shown(_l("Place in the register"), place, first=False)
    giver = Shown(_l("From"), lambda t: party_name(t.hop.from_party), first=False)
    project = Shown(_l("Project"), lambda t: t.hop.project.code, "hop__project__code", first=False)


TAKEN = List(
    "opening_subcontracts", _l("Subcontracts from old registers"), HopTakenOverFilter, TakenTable,
    _l("No subcontract fits."),
)  # fmt: skip


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the subcontracts from old registers that this reader may see."""
    return TAKEN.answer(request, m.HopTakenOver.objects.visible_to(request.user))


def of_register(request: HttpRequest, row: m.OpeningRegister) -> list[Section]:
    """Return the subcontracts of a register, the first of them."""
    if row.kind is not RegisterKind.SUBCONTRACTS:
        return []
    rows = m.HopTakenOver.objects.visible_to(request.user).filter(register=row)
    count = rows.count()
    if not count:
        return []
    table = TakenTable.short(rows.order_by("number")[:SHOWN], "")
    href = f"{reverse('opening_subcontracts')}?register={row.id}"
    waiting = len(opening_compare.waiting(row))
    facts = [Fact(_("Not yet compared with the paper by two people"), waiting)]
    return [
        Section(_("Subcontracts taken over"), table, href=href, more=True, facts=facts),
    ]


def about(request: HttpRequest, hop: m.Hop) -> list[Section]:
    """Return where a subcontract stood on paper and which approval the paper names, if it was taken over."""
    taken = m.HopTakenOver.objects.select_related("register").filter(hop=hop).first()
    if taken is None:
        return []
    seen = m.OpeningRegister.objects.visible_to(request.user).filter(id=taken.register_id).exists()
    href = reverse("opening_register", args=[taken.register_id]) if seen else ""
    facts = [
        Fact(_("Taken over from the register"), place(taken), href=href),
        Fact(_("Old number"), taken.number),
        Fact(
            _("Approval that the paper names"),
            taken.approval or (_("Without a number") if taken.approver or taken.approved_on else None),
            note=_("What a paper says. Nobody decided it here, and no rule takes it for an approval."),
        ),
        Fact(_("Given on paper by"), taken.approver or None),
        Fact(_("Day on the paper"), taken.approved_on),
    ]
    if taken.scan_sha256:
        facts.append(Fact(_("SHA-256 of the scan"), taken.scan_sha256, mono=True))
    if seen:
        facts.append(_compared(taken))
    return [Section(_("What an old register says"), facts=facts)]


def _compared(taken: m.HopTakenOver) -> Fact:
    said = opening_compare.of([taken.id]).get(taken.id, {})
    lines = [
        Text(
            f"{one.person.name}: {one.match.text.en}{f' – {one.note}' if one.note else ''}",
            f"{one.person.name}：{one.match.text.zh}{f'（{one.note}）' if one.note else ''}",
        )
        for one in said.values()
    ]
    note = "" if opening_compare.agreed(said) else _("It can be approved once two people find it to agree.")
    return Fact(_("Compared with the paper"), lines or _("By nobody yet"), note=note)


def confirmed(hop: m.Hop) -> bool:
    """Return whether a subcontract may be approved as far as paper is concerned: it is not from an old
    register, or two people found it to be as it stands there."""
    taken = m.HopTakenOver.objects.filter(hop=hop).first()
    return taken is None or opening_compare.agreed(opening_compare.of([taken.id]).get(taken.id, {}))


def choices(actor: Actor, row: m.OpeningRegister) -> list[Choice]:
    """Return the way to comparing, for who may and has something to compare."""
    if row.kind is not RegisterKind.SUBCONTRACTS or (row.state, "compare") not in REGISTER:
        return []
    if not actor.can("register.compare", owner=row.project.owner_party_id):
        return []
    href = reverse("opening_compare", args=[row.id])
    if _left(row, actor.person):
        return [Choice("", _("Compare with the paper"), href=href)]
    if row.state is RegisterState.ENTERED and not opening_compare.waiting(row):
        return [Choice("", _("Confirm: every line is compared"), href=href)]
    return []


def _left(row: m.OpeningRegister, person: UUID | None) -> list[UUID]:
    """Return the lines that a person has not found to agree with the paper yet."""
    ids = list(opening_compare.standing(row).values_list("id", flat=True))
    said = opening_compare.of(ids)
    return [
        id for id in ids
        if not (mine := said.get(id, {}).get(person)) or mine.match is PaperMatch.DIFFERS  # type: ignore[arg-type]
    ]  # fmt: skip


@screen("GET", "POST")
def compare(request: HttpRequest, register: UUID) -> HttpResponse:
    """Hold lines of a register beside the paper."""
    row = visible_or_404(m.OpeningRegister.objects.select_related("project"), request, register)
    actor, token, page = actor_of(request), token_of(request), reverse("opening_register", args=[register])
    here = reverse("opening_compare", args=[row.id])
    actor.require("register.compare", owner=row.project.owner_party_id)
    if request.method == "POST" and token and done_before(actor, token, "register.compare"):
        return redirect(here)
    move(REGISTER, row.state, "compare")
    left = _left(row, signed_in(request).person_id)
    posted = request.POST if request.method == "POST" else None
    ids = [id for id in left if f"match_{id}" in posted or f"note_{id}" in posted] if posted else left
    lines = list(
        opening_compare.standing(row)
        .filter(id__in=ids[: opening_compare.MOST if posted else AT_ONCE])
        .select_related("hop__from_party", "hop__to_party", "hop__project")
    )
    form = CompareForm(posted, row, lines)
    if form.is_bound and form.is_valid():
        with told_in(form):
            actor = replace(actor, expects=form.cleaned_data["seen"])
            opening_compare.compare(actor, register=row.id, lines=form.given())
            return redirect(here if len(left) > len(form.given()) else page)
    crumbs = [
        *project_crumbs(row.project),
        Link(_("Old registers"), f"{reverse('opening_registers')}?project={row.project_id}"),
        Link(row.name, page),
    ]
    context = {
        "crumbs": crumbs,
        "heading": _("Compare with the paper"),
        "lead": _(
            "Hold each line beside the paper register and, where there is one, the approval. Lines that wait "
            "for you: %(left)d. Two people compare every line; what you do not answer stays for later."
        )
        % {"left": len(left)},
        "form": form,
        "choices": [Choice("do", _("Record what I saw"), "primary", "step")],
        "cancel": page,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
