"""Handoffs that took place on paper: entered later by the sender's side, and settled where without leave.

Custody moves on the receiver's own receipt alone (rule HND-03), as for any offer; see :mod:`sheets` for what
is asked besides.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

from custody import models as m
from custody.events import blank as events
from custody.evidence.store import Received
from custody.terms import HandoffState, Source, Text
from custody.transitions import ON_PAPER, move

from . import files, handoffs, locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .legs import ends_of
from .sheets import Sheet, found


@entered(m.PaperHandoff, needed=("reason",))
def enter(
    actor: Actor,
    *,
    offer: handoffs.Offer,
    form: str,
    handed_over_by: UUID,
    took_place_at: dt.datetime,
    reason: str,
    file: Received,
    submission: UUID | None = None,
) -> Outcome:
    """Enter a handoff that took place on paper; it waits for the receiver's own receipt. Object: the handoff.

    What a rule bars is not refused but recorded as done without leave, with the decision, to be settled by a
    day. Raises ActionError for a form that was not issued to the sender, was used, is spoiled or missing, for
    a time before it was issued or ahead, and for copies that the sender does not have.
    """
    with files.settled(file):
        ends = ends_of(offer)
        actor.require("paper.enter", sender=ends.sender)
        found(form, ends.sender)
        sheet = Sheet(form, handed_over_by, took_place_at, reason, file)
        told = replace(actor, source=Source.PAPER)
        return handoffs.offer(told, offer, submission=submission, took_place_at=took_place_at, sheet=sheet)


@entered(m.PaperHandoff, needed=("resolution",))
def settle(actor: Actor, *, paper: UUID, resolution: str) -> Outcome:
    """Say what was done about a handoff that took place without leave. Object: what is known of its paper.

    Raises ActionError while the receiver has not answered, and for whoever handed over, received or entered
    it.
    """
    found_ = m.PaperHandoff.objects.select_related("handoff__project").get(id=paper)
    project = found_.handoff.project
    actor.require("paper.settle", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(("share", "project", [project.id]), ("update", "on_paper", [paper]))
        row = m.PaperHandoff.objects.select_related("handoff").get(id=paper)
        act.unchanged(row)
        state = move(ON_PAPER, row.state, "settle")
        if row.handoff.state is HandoffState.OFFERED:
            raise ActionError(
                Text(en="The receiver has not answered yet.", zh="接收方尚未答复。"),
            )
        if person in concerned(row):
            raise ActionError(
                Text(
                    en="You handed over, received or entered it, so somebody else must settle it.",
                    zh="您是移交人、接收人或补录人，须由他人处理。",
                )
            )
        row.entry = act.record(
            events.HandoffLeaveSettled(
                paper=str(paper),
                handoff=str(row.handoff_id),
                number=row.handoff.number,
                resolution=resolution,
                person=str(person),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        row.state, row.resolution, row.settled_by_id = state, resolution, person
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="paper.settle")


def concerned(row: m.PaperHandoff) -> set[UUID | None]:
    """Return who had a hand in it: whoever handed over, was to receive, signed, or entered it."""
    handoff = row.handoff
    answer = handoff.answer_entry or handoff.id
    signed = m.Holding.objects.filter(entry=answer).values_list("person", flat=True)
    return {handoff.sender_person_id, handoff.receiver_person_id, row.entered_by_id, *signed}
