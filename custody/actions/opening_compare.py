"""Two people hold each subcontract of an old register beside its paper; before they have, none is approved.

What one of them says last counts. A line that differs stays so until it is withdrawn and taken over anew, or
looked at again: the request says something else than the paper, and no officer can approve it meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody.events import opening as events
from custody.terms import HopState, PaperMatch, RegisterKind, RegisterState, Text
from custody.transitions import REGISTER, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

MOST = 200
"""Lines that one entry tells of."""
NEEDED = 2
"""People who compare each line."""
_GONE = (HopState.WITHDRAWN, HopState.REJECTED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw of one line; ``note`` says what differs."""

    line: UUID
    match: PaperMatch
    note: str = ""


def of(taken: Iterable[UUID]) -> dict[UUID, dict[UUID, m.LineCompared]]:
    """Return by taken-over line what each person said of it last."""
    found: dict[UUID, dict[UUID, m.LineCompared]] = defaultdict(dict)
    rows = m.LineCompared.objects.filter(taken__in=list(taken)).select_related("person")
    for row in rows.order_by("created_at", "id"):
        found[row.taken_id][row.person_id] = row
    return found


def agreed(said: dict[UUID, m.LineCompared]) -> bool:
    """Return whether two people found a line to be as on the paper, and nobody found it to differ."""
    return len(said) >= NEEDED and all(one.match is PaperMatch.AGREES for one in said.values())


def standing(row: m.OpeningRegister) -> Any:
    """Return the taken-over subcontracts of a register that still stand, in the order of their numbers."""
    return (
        m.HopTakenOver.objects.filter(register=row).exclude(hop__state__in=_GONE).order_by("created_at", "id")
    )


def waiting(row: m.OpeningRegister) -> list[UUID]:
    """Return the lines of a register that two people have not compared yet."""
    ids = list(standing(row).values_list("id", flat=True))
    said = of(ids)
    return [id for id in ids if len(said.get(id, {})) < NEEDED]


def require(hop: m.Hop) -> None:
    """Raise ActionError for a subcontract of an old register that is not confirmed by two people."""
    taken = m.HopTakenOver.objects.filter(hop=hop).first()
    if taken is not None and not agreed(of([taken.id]).get(taken.id, {})):
        raise ActionError(
            Text(
                en="It came from an old register, and two people have not found it to be as on the paper. "
                "Let them compare it first.",
                zh="该分包来自旧登记簿，尚未经两人核对与纸质一致。请先完成核对。",
            )
        )


@entered(m.LineCompared)
def compare(actor: Actor, *, register: UUID, lines: Sequence[Seen]) -> Outcome:
    """Say of lines of a register whether they are as on the paper. Object: the register; it is confirmed once
    two people have compared each subcontract of it.

    Without lines it is confirmed where none waits any more, because the last were withdrawn. Raises
    ActionError for a register of copies, a line of another register or given twice, and a line that differs
    without saying in what.
    """
    asked = m.OpeningRegister.objects.select_related("project").get(id=register)
    project = asked.project
    actor.require("register.compare", owner=project.owner_party_id)
    if asked.kind is not RegisterKind.SUBCONTRACTS:
        raise ActionError(
            Text(en="Copies are confirmed by an opening stocktake.", zh="副本应通过启用清点确认。")
        )
    _fit(asked, lines)

    def work(act: Act) -> Outcome:
        locking.together(("share", "project", [project.id]), ("update", "register", [register]))
        row = m.OpeningRegister.objects.select_related("project").get(id=register)
        act.unchanged(row)
        state = move(REGISTER, row.state, "compare")
        if not lines and (row.state is not RegisterState.ENTERED or waiting(row)):
            raise ActionError(Text(en="Say it of one line at least.", zh="请至少核对一行。"), "lines")
        entry = _keep(act, row, lines, actor.human()) if lines else row.entry
        if row.state is RegisterState.ENTERED and not waiting(row):
            row.state = state
            said = of(standing(row).values_list("id", flat=True)).values()
            row.entry = entry = act.record(
                events.RegisterComparedByTwo(
                    register=str(row.id),
                    project=str(project.id),
                    differing=sum(not agreed(each) for each in said),
                    person=str(actor.human()),
                ),
                project.stream,
                on_behalf_of=project.owner_party_id,
            )
            row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="register.compare")


def _fit(row: m.OpeningRegister, lines: Sequence[Seen]) -> None:
    ids = {one.line for one in lines}
    if len(ids) < len(lines) or len(lines) > MOST:
        raise ActionError(
            Text(en=f"Name each line once, at most {MOST} of them.", zh=f"每行只写一次，最多{MOST}行。"),
            "lines",
        )
    if standing(row).filter(id__in=ids).count() < len(ids):
        raise ActionError(
            Text(
                en="A line is not of this register, or its request has ended. Load the page again.",
                zh="有行不属于本登记簿，或其申请已结束。请重新载入页面。",
            ),
            "lines",
        )
    if any(one.match is PaperMatch.DIFFERS and not one.note.strip() for one in lines):
        raise ActionError(Text(en="Say what differs from the paper.", zh="请说明与纸质不一致之处。"), "lines")


def _keep(act: Act, row: m.OpeningRegister, lines: Sequence[Seen], person: UUID) -> UUID:
    rows = [
        m.LineCompared(
            id=m.new_id(), taken_id=one.line, person_id=person, match=one.match, note=one.note.strip()
        )
        for one in lines
    ]
    entry = act.record(
        events.RegisterCompared(
            register=str(row.id),
            project=str(row.project_id),
            person=str(person),
            lines=[
                {"compared": str(r.id), "taken": str(r.taken_id), "match": str(r.match), "note": r.note}
                for r in rows
            ],
        ),
        row.project.stream,
        on_behalf_of=row.project.owner_party_id,
    )
    for one in rows:
        one.entry = entry
    m.LineCompared.objects.bulk_create(rows)
    return entry
