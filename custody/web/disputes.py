"""An acceptance that was a mistake: the buttons on the page of a handoff, and its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import mistakes
from custody.actions.base import Actor
from custody.terms import HandoffState, Leg

from . import corrections, dispatching, entries
from .base import actor_of
from .patterns import Choice, Moment, Tone

WITH_REASON = ("mistaken", "disagree")
STEPS = (*WITH_REASON, "agree")
_TONES: dict[str, Tone] = {
    "handoff.offered": "wait",
    "handoff.accepted": "ok",
    "handoff.read": "ok",
    "handoff.declined": "bad",
    "handoff.lost": "bad",
}


def open_steps(actor: Actor, row: m.Handoff) -> tuple[str, ...]:
    """Return what this actor may do about a mistake now."""
    if (
        row.state is HandoffState.ACCEPTED
        and row.leg is not Leg.INSPECTION
        and actor.can("handoff.mistaken", receiver=row.receiver_party_id)
    ):
        copies = m.Copy.objects.filter(lines__handoff=row)
        return () if copies.exclude(entry=row.answer_entry).exists() else ("mistaken",)
    if row.state is HandoffState.MISTAKEN and actor.can("handoff.agree", sender=row.sender_party_id):
        own = m.Correction.objects.filter(entry=row.entry, person=actor.person).exists()
        return ("disagree",) if own else ("agree", "disagree")
    return ()


def act(actor: Actor, row: m.Handoff, step: str, reason: str) -> None:
    """Do one of the steps. Raises ActionError, NotNow, NotPermitted."""
    if step == "mistaken":
        mistakes.accepted_by_mistake(actor, handoff=row.id, reason=reason)
    elif step == "agree":
        mistakes.agree(actor, handoff=row.id)
    else:
        mistakes.disagree(actor, handoff=row.id, reason=reason)


def context(request: HttpRequest, row: m.Handoff, step: str) -> dict[str, Any]:
    """Return what the page shows of a mistake: buttons, the question put to the sender, and the history."""
    steps = open_steps(actor_of(request), row)
    here = reverse("handoff", args=[row.id])
    return {
        "mistaken": f"{here}?step=mistaken" if "mistaken" in steps and not step else "",
        "may_answer": "disagree" in steps and not step,
        "may_agree": "agree" in steps,
        "disagree": f"{here}?step=disagree",
        "said": _said(row) if row.state is HandoffState.MISTAKEN else "",
        "disputed": row.state is HandoffState.MISTAKEN,
        "history": timeline(request, row),
        "correct": corrections.link(request, row) if not step else "",
    }


def _said(row: m.Handoff) -> str:
    found = m.Correction.objects.filter(entry=row.entry).values_list("reason", flat=True).first()
    return str(found or "")


def button(step: str) -> Choice:
    """Return the button that sends the reason."""
    label = _("Say that it was a mistake") if step == "mistaken" else _("Do not agree: they have them")
    return Choice(step, label, "danger", "step")


def timeline(request: HttpRequest, row: m.Handoff) -> list[Moment]:
    """Return what happened to a handoff, the oldest first, in the words of its entries."""
    acts = [entry for entry in (row.offer_entry, row.answer_entry) if entry]
    moments = [moment for moment in (entries.moment(entry, _TONES) for entry in acts) if moment]
    moments += dispatching.moments(row)
    return sorted([*moments, *corrections.history(request, row)], key=lambda moment: moment.at)
