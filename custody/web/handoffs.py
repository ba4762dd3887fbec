"""Handoffs: the list, offering, and the page on which the receiver signs and both keep their receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import frozen, regimes
from custody import models as m
from custody.actions import handoffs, lapsing, losing
from custody.actions.base import ActionError
from custody.actions.legs import may
from custody.filters import HandoffFilter
from custody.models.handoff import SIGNED
from custody.terms import HandoffState, LapseNoun, Leg

from . import (
    blanks,
    by_hand,
    carriers,
    counter,
    dispatching,
    disputes,
    entries,
    files_came,
    handoff_paper,
    handovers,
    held,
    incidents,
    judged,
    lapses,
    limits,
    moves,
    offers,
    on_paper,
    receiving,
    signing,
    signing_receipts,
)
from .base import UNKNOWN_STEP, actor_of, screen, told_in, visible_or_404
from .forms.copy_numbers import shortened
from .forms.fields import ReasonForm
from .listing import List, Listed, Shown
from .names import codes_name, level_name, party_link, party_name
from .patterns import Check, Choice, Fact, Link, Receipt, Table

FIRST = 7  # what a receiver reads before signing: copies, level, kind, from whom, what for, until when, where


def _codes_of(row: m.Handoff) -> Any:
    codes = [line.copy.code for line in row.copy_lines]  # type: ignore[attr-defined]
    return codes_name(min(codes, default=None), len(codes))


def _expected(row: m.Handoff) -> Any:
    way = dispatching.of(row)
    return way.expected_on if way else None


class HandoffTable(Listed):
    """Handoffs, the newest first."""

    related = ("sender_party", "receiver_party", "receiver_person", "project", "system", "dispatch")
    number = Shown(_l("Handoff"), lambda h: Link(h.number, reverse("handoff", args=[h.id])), "number")
    copies = Shown(_l("Copies"), _codes_of)
    project = Shown(_l("Project"), lambda h: h.project.code, "project__code")
    sender = Shown(_l("From"), lambda h: party_name(h.sender_party), "sender_party__name")
    receiver = Shown(_l("To"), lambda h: party_name(h.receiver_party), "receiver_party__name")
    offered = Shown(_l("Offered"), lambda h: timezone.localdate(h.offered_at), "offered_at")
    due = Shown(_l("Return by"), lambda h: h.due_back, "due_back")
    leg = Shown(_l("Kind of handoff"), lambda h: h.leg, "leg", first=False)
    state = Shown(_l("State"), lambda h: h.state, "state")
    person = Shown(_l("Receiving person"), lambda h: h.receiver_person.name, first=False)
    purpose = Shown(_l("What they are for"), lambda h: h.purpose, first=False)
    channel = Shown(_l("Travel"), lambda h: h.channel, "channel", first=False)
    system = Shown(_l("To be kept in"), lambda h: h.system.name, first=False)
    arrives = Shown(_l("To be there by"), _expected, first=False)
    answered = Shown(_l("Answered"), lambda h: h.answered_at, "answered_at", first=False)

    @classmethod
    def whole(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with their copies: one query for a page, where one for each row takes its time."""
        lines = m.HandoffCopy.objects.select_related("copy").only("handoff_id", "copy__code")
        return super().whole(rows).prefetch_related(Prefetch("lines", lines, "copy_lines"))


HANDOFFS = List("handoffs", _l("Handoffs"), HandoffFilter, HandoffTable, _l("No handoff fits."))


def table(rows: Any, empty: str = "") -> Table:
    """Return handoffs as a short table, newest first."""
    return HandoffTable.short(rows, empty or _("No handoffs yet."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the handoffs that this reader may see."""
    return HANDOFFS.answer(
        request,
        m.Handoff.objects.visible_to(request.user),
        choices=[*offers.start_button(request), *blanks.link(request)],
    )


@screen("GET", "POST")
def detail(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Show one handoff to sender, receiver and overseers; the receiver signs here."""
    row = visible_or_404(
        m.Handoff.objects.select_related(
            "project",
            "sender_party",
            "sender_person",
            "receiver_party",
            "receiver_person",
            "second_carrier",
            "system",
            "hop",
            "dispatch",
        ),
        request,
        handoff,
    )
    step = (request.POST if request.method == "POST" else request.GET).get("step", "")
    if request.method == "POST" and step == offers.SAVE:
        sets = offers.SetForm(request.POST)
        saved = offers.save_from(request, row, sets)
        return redirect("handoff", row.id) if saved else _show(request, row, "", ReasonForm(), 422, sets)
    asks = dispatching.BackForm if step == "withdraw" and dispatching.of(row) else ReasonForm
    form = asks(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answer = _act(request, row, step, form)
        if answer:
            return answer
    return _show(request, row, step, form, 422 if form.errors else 200)


_ENDS: dict[str, Any] = {"decline": handoffs.decline, "lose": losing.lose}


def _act(request: HttpRequest, row: m.Handoff, step: str, form: ReasonForm) -> HttpResponse | None:
    """Accept, decline, withdraw, or settle a mistake; None when the reason is missing."""
    actor = actor_of(request)
    if step in signing.STEPS:
        return signing_receipts.put(request, row, signing.STEPS[step])
    if step == "accept":
        outcome = handoffs.accept(actor, handoff=row.id)
        if outcome.state == "refused":
            return redirect("refusal", outcome.object.id)
    elif step == "agree":
        disputes.act(actor, row, step, "")
    elif step in ("decline", "withdraw", "lose", *disputes.WITH_REASON):
        if not form.is_valid():
            return None
        if step in disputes.STEPS:
            with told_in(form):
                disputes.act(actor, row, step, form.cleaned_data["reason"])
                return redirect("handoff", row.id)
            return None
        if step in _ENDS:
            _ENDS[step](actor, handoff=row.id, reason=form.cleaned_data["reason"])
            return redirect("handoff", row.id)
        back = form.came_back() if isinstance(form, dispatching.BackForm) else None
        with told_in(form):
            handoffs.withdraw(actor, handoff=row.id, reason=form.cleaned_data["reason"], came_back=back)
            return redirect("handoff", row.id)
        return None
    else:
        raise ActionError(UNKNOWN_STEP)
    return redirect("handoff", row.id)


def _show(
    request: HttpRequest,
    row: m.Handoff,
    step: str,
    form: ReasonForm,
    status: int,
    sets: offers.SetForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    offered = row.state is HandoffState.OFFERED
    past = lapsing.is_past(row, regimes.today(row.project.regime, timezone.now()))
    receives = offered and not past and actor.can("handoff.accept", receiver=row.receiver_party_id)
    owner = row.project.owner_party_id
    sends = offered and may(actor, row.leg, owner, row.sender_party_id, verb="withdraw")
    asked = (step == "decline" and receives) or (step == "withdraw" and sends)
    copies, way = _copies_of(request, row), dispatching.of(row)
    loses = dispatching.may_lose(actor, row, way)
    asked = asked or (step == "lose" and loses)
    asked = asked or (step in disputes.WITH_REASON and step in disputes.open_steps(actor, row))
    step = step if asked else ""
    here = reverse("handoff", args=[row.id])
    context = {
        "crumbs": [
            Link(_("Handoffs"), reverse("handoffs")),
            Link(row.project.code, reverse("project", args=[row.project_id])),
        ],
        "heading": ngettext(
            "Confirm receipt of %(number)s (%(n)d copy)",
            "Confirm receipt of %(number)s (%(n)d copies)",
            len(copies),
        )
        % {"number": row.number, "n": len(copies)}
        if receives and not step
        else _("Handoff %(number)s") % {"number": row.number},
        "row": row,
        "copies": copies,
        "codes": ", ".join(shortened([copy.code for copy in copies])),
        "state": row.state,
        "step": step,
        "form": form,
        "receives": receives and not step,
        **(_signing(request, row, copies) if receives and not step else {}),
        "held": held.of(request, handoffs.preview_accept(actor, row, timezone.now()))
        if receives and frozen.open_ones()
        else [],
        "withdraw": f"{here}?step=withdraw" if sends and not step else "",
        "lose": f"{here}?step=lose" if loses and not step else "",
        "past": past,
        "counter": reverse("handoff_counter", args=[row.id]) if counter.may(request, row) else "",
        "by_hand": reverse("handoff_by_hand", args=[row.id]) if by_hand.may(request, row) else "",
        "wrong": f"{here}?step=decline",
        "cancel": here,
        "facts": [*_facts(row, copies), *dispatching.facts(way if offered else None)],
        "first": [*_facts(row, copies)[:FIRST], *dispatching.facts(way)],
        "choices": [_reason_button(step)] if step else [],
        "receipt": _receipt(row, copies, way) if not offered else None,
        "sent": dispatching.link(request, row, way) if not step else None,
        "paper": handoff_paper.link(row),
        "decisions": _decisions(request, row),
        "again": "" if row.state is HandoffState.MISTAKEN else offers.again(request, row),
        "another": offers.another(request, row),
        "give_back": moves.give_back(request, row),
        "report": next((c.href for c in incidents.button(request, row.project, handoff=str(row.id))), ""),
        "reads": row.leg is Leg.INSPECTION,
        "part": reverse("handoff_part", args=[row.id])
        if len(copies) > 1 and row.leg is not Leg.INSPECTION
        else "",
        "files": files_came.address(row, copies) if receives and not step else "",
        "discrepancies": receiving.table(request, row),
        "next": _next(request, row),
        "waits": offered and not receives and not step,
        "sets": sets or offers.SetForm(),
        "sections": [
            *on_paper.about(request, row),
            *handovers.of_handoff(request, row),
            *counter.about(row),
            *by_hand.about(request, row),
            *signing_receipts.about(request, row),
            *lapses.about(request, LapseNoun.HANDOFF, row.id),
        ],
        **disputes.context(request, row, step),
    }
    return render(request, "handoff/detail.html", context, status=status)


def _signing(request: HttpRequest, row: m.Handoff, copies: list[Any]) -> dict[str, Any]:
    """Return how the receiver may sign with an own key, and whether nothing else counts (rule HND-09)."""
    keys, must = signing.keys(request), signing_receipts.demanded(row, copies)
    return {"must_sign": must, "key_ways": signing.buttons(keys, primary=must)}


def _next(request: HttpRequest, row: m.Handoff) -> Link | None:
    """Return the oldest offer that waits for this reader's party, on the page of one that was accepted."""
    if row.state not in SIGNED or not actor_of(request).can("handoff.accept", receiver=row.receiver_party_id):
        return None
    waiting = m.Handoff.objects.visible_to(request.user).filter(
        state=HandoffState.OFFERED, receiver_party=row.receiver_party_id
    )
    ids = list(waiting.order_by("offered_at").values_list("id", flat=True))
    words = _("Next to accept (%(n)d left)") % {"n": len(ids)}
    return Link(words, reverse("handoff", args=[ids[0]])) if ids else None


def _reason_button(step: str) -> Choice:
    if step in disputes.STEPS:
        return disputes.button(step)
    label = {
        "decline": _("Refuse the copies"),
        "lose": _("They are lost: open an incident"),
    }.get(step, _("Withdraw the offer"))
    return Choice(step, label, "danger", "step")


def _copies_of(request: HttpRequest, row: m.Handoff) -> list[Any]:
    """Return the copies of a handoff with their items, each with whether this reader may open its page."""
    seen = Exists(m.Copy.objects.visible_to(request.user).filter(id=OuterRef("id")))
    return list(m.Copy.objects.filter(lines__handoff=row).select_related("item").annotate(seen=seen))


def _copies(copies: list[Any]) -> list[Any]:
    parts = [(c, [c.code, f"{c.item.codename} / {c.number}", carriers.told(c)]) for c in copies]
    lines = [(c, " · ".join(filter(None, told))) for c, told in parts]
    return [Link(words, reverse("copy", args=[c.id])) if c.seen else words for c, words in lines]


def _facts(row: m.Handoff, copies: list[m.Copy]) -> list[Fact]:
    levels = {c.item.level for c in copies}
    return [
        Fact(_("Copies"), _copies(copies), mono=True),
        Fact(_("Classification"), [level_name(x, row.project.regime) for x in sorted(levels)]),
        Fact(_("Kind of handoff"), row.leg or _("Not stated")),
        Fact(_("From"), party_link(row.sender_party), note=row.sender_person.name),
        Fact(_("What the sender states"), row.statement)
        if row.leg is Leg.RETURN
        else Fact(_("What they are for"), row.purpose),
        Fact(_("Return by"), row.due_back or _("No return date")),
        Fact(_("To be kept in"), row.system.name),
        Fact(_("To"), party_link(row.receiver_party), note=row.receiver_person.name),
        Fact(_("Travel"), row.channel),
        *([Fact(_("Accompanied by"), row.second_carrier.name)] if row.second_carrier else []),
        Fact(_("Project"), Link(row.project.code, reverse("project", args=[row.project_id]))),
        *limits.of_handoff(row),
        Fact(_("Offered"), row.offered_at),
        *([Fact(_("To be answered by"), row.answer_by)] if row.answer_by else []),
    ]


_NOT_SIGNED = (HandoffState.DECLINED, HandoffState.WITHDRAWN, HandoffState.LAPSED, HandoffState.LOST)


def _receipt(row: m.Handoff, copies: list[m.Copy], way: m.Dispatch | None) -> Receipt:
    headings = {
        HandoffState.ACCEPTED: _("Read on site: custody stays where it is")
        if row.leg is Leg.INSPECTION
        else _("Receipt: custody has moved"),
        HandoffState.PARTLY: _("Receipt: custody has moved of the copies in order"),
        HandoffState.DECLINED: _("Declined: custody stays with the sender"),
        HandoffState.WITHDRAWN: _("Withdrawn: custody stays with the sender"),
        HandoffState.LAPSED: _("Lapsed: custody stays with the sender"),
        HandoffState.LOST: _("Lost on the way: custody stays with the sender"),
        HandoffState.MISTAKEN: HandoffState.MISTAKEN.text,  # the notice above it says what follows
        HandoffState.UNDONE: _("Undone: custody is back with the sender"),
    }
    # Of what was lost on the way all is missing, which the table below says.
    wrong = receiving.not_in_order(row, copies) if row.state is not HandoffState.LOST else {}
    # The entry of a receipt signed by hand is the witness's.
    hand = by_hand.signed(row)
    own = None if hand else entries.person_of(row.answer_entry or row.entry)
    signer = own or row.receiver_person
    facts = [
        Fact(_("Number"), row.number, mono=True),
        Fact(_("Kind of handoff"), row.leg or _("Not stated")),
        Fact(_("Handed over by"), row.sender_person.name, note=party_name(row.sender_party)),
        Fact(_("Received by"), signer.name, note=party_name(row.receiver_party)),
        Fact(_("Copies"), _copies([c for c in copies if c.id not in wrong]), mono=True),
        *([Fact(_("Not in order, still with the sender"), list(wrong.values()))] if wrong else []),
        Fact(_("Offered"), row.offered_at),
        Fact(_("Answered"), row.answered_at),
    ]
    if hand:
        said = _("By hand, without an own sign-in")
        facts.insert(
            4, Fact(_("How it was signed"), said, note=_("Weaker than a receipt with an own sign-in"))
        )
    if row.state in _NOT_SIGNED:
        facts[3] = Fact(_("Offered to"), row.receiver_person.name, note=party_name(row.receiver_party))
    if row.statement:
        facts.append(Fact(_("What the sender states"), row.statement))
    facts += dispatching.facts(way)
    if row.answer:
        facts.append(Fact(_("What was said"), row.answer))
    state = entries.state_of(row.entry)
    proof = [Link(_("Download the ledger proof"), reverse("handoff_proof", args=[row.id]))]
    return Receipt(
        headings[row.state],
        facts,
        state,
        entries.leaf_sha256(row.entry),
        proof if state != "recorded" else [],
    )


def _decisions(request: HttpRequest, row: m.Handoff) -> list[tuple[str, list[Check]]]:
    """Return what the rules said when it was offered, and again when it was answered."""
    acts = {entry for entry in (row.offer_entry, row.answer_entry) if entry}
    found = {d.entry: d for d in m.Decision.objects.filter(entry__in=acts)}
    titles = {
        row.answer_entry: _("Checks when it was accepted"),
        row.offer_entry: _("Checks when it was offered"),
    }
    return [
        (title, judged.stored(request, found[entry], row.project, row.receiver_party_id, row.sender_party_id))
        for entry, title in titles.items()
        if entry in found
    ]


@screen()
def proof(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Give the ledger proof of the newest act on a handoff."""
    row = visible_or_404(m.Handoff.objects, request, handoff)
    if entries.state_of(row.entry) in ("", "recorded"):
        raise Http404
    return entries.proof(row.entry, row.number)
