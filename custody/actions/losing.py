"""Copies that were lost on the way: the handoff ends, an incident is opened, and each copy is missing.

Custody stays with the sender, as until any receipt. Each copy is one that was not in order, reported already;
it is found again as any other, by whoever settles that.
"""

from __future__ import annotations

from uuid import UUID

from custody import models as m
from custody.events.dispatch import HandoffLost
from custody.terms import CopyState, DiscrepancyState, Received, Text
from custody.transitions import COPY, HANDOFF, move

from . import incidents, locking, receipts
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered


@entered(m.Handoff, reason="answer")
def lose(actor: Actor, *, handoff: UUID, reason: str) -> Outcome:
    """Say that copies which were sent off did not arrive and did not come back. Object: the handoff.

    Raises ActionError for copies that were never sent off: those have not left.
    """
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    actor.require("handoff.lose", owner=row.project.owner_party_id, sender=row.sender_party_id)
    if not reason.strip():
        raise ActionError(Text(en="Say what is known of it.", zh="请说明已知情况。"), "reason")
    party = incidents.reports_for(actor, row.project) or row.sender_party_id

    def work(act: Act) -> Outcome:
        person = actor.human()
        lines = list(row.lines.values_list("copy_id", flat=True))
        locking.together(
            ("update", "project", [row.project_id]),
            ("update", "copy", lines),
            ("update", "handoff", [handoff]),
        )
        current = m.Handoff.objects.select_related("project").get(id=handoff)
        act.unchanged(current)
        state = move(HANDOFF, current.state, "lose")
        way = m.Dispatch.objects.filter(handoff=current).first()
        if way is None:
            raise ActionError(
                Text(
                    en="The copies were not sent off, so they are not lost on the way. Withdraw the offer, "
                    "or report an incident.",
                    zh="副本尚未发出，不属途中丢失。请撤回移交，或报告事件。",
                )
            )
        copies = list(m.Copy.objects.filter(id__in=lines).order_by("id"))
        what = f"{current.number}: {reason.strip()}"
        told = incidents.Told(what, act.now, [copy.id for copy in copies], sure=True)
        incident = incidents.opened(act, current.project, told, party)
        wrong = {copy.id: receipts.Wrong(copy.id, Received.MISSING, incident.number) for copy in copies}
        found = receipts.discrepancies(current, wrong)
        entry = act.record(
            HandoffLost(
                handoff=str(current.id),
                number=current.number,
                copies=[str(copy.id) for copy in copies],
                reason=reason,
                incident=str(incident.id),
                missing=receipts.told(found),
                person=str(person),
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
            copy_keys=[copy.tag_key for copy in copies],
        )
        for case in found:
            case.entry, case.state = entry, DiscrepancyState.REPORTED
        m.Discrepancy.objects.bulk_create(found)
        (free,) = {move(COPY, CopyState(copy.state), "lose") for copy in copies}
        m.Copy.objects.filter(id__in=lines).update(state=free, offered_in=None, entry=entry)
        current.state, current.answered_at, current.answer = state, act.now, reason
        current.entry = current.answer_entry = entry
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="handoff.lose")
