"""The end of a taking over: two people count what came from paper, and the register is closed.

An opening stocktake is a stocktake like any other, in which both people count. What they saw is confirmed;
what they did not see is a difference of the stocktake, and stays so until somebody says what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from custody import models as m
from custody.events import opening as events
from custody.events.recovery import CopiesConfirmed
from custody.terms import (
    Counted,
    Difference,
    RegisterState,
    SecondPerson,
    Settled,
    StocktakeState,
    Text,
)
from custody.transitions import REGISTER, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform

PER_ENTRY = 200
_THERE = (Counted.SEEN, Counted.DAMAGED)
_THERE_AFTER_ALL = (Difference.FOUND, Difference.PUT_RIGHT)


def stocktakes(row: m.OpeningRegister) -> Any:
    """Return the signed stocktakes, counted by two, with copies of a register that are not confirmed yet."""
    waiting = not_confirmed(row).values("id")
    lines = m.StocktakeLine.objects.filter(copy__in=waiting, expected=True)
    return _signed_by_two().filter(id__in=lines.values("stocktake"))


def _signed_by_two() -> Any:
    return m.Stocktake.objects.filter(state=StocktakeState.CLOSED, second_as=SecondPerson.COUNTER)


def _told(copies: Sequence[m.Copy]) -> int:
    """Return how many of these copies a stocktake signed by two tells as a difference: each holder's own."""
    lines = m.StocktakeLine.objects.filter(
        copy__in=[copy.id for copy in copies], stocktake__in=_signed_by_two(), difference__isnull=False
    )
    return lines.values("copy").distinct().count()


def not_confirmed(row: m.OpeningRegister) -> Any:
    """Return the copies of a register of which nothing but the paper says where they are."""
    return m.Copy.objects.there().filter(taken_over__register=row, taken_over__entry=F("unconfirmed"))


def confirm(actor: Actor, *, register: UUID, stocktake: UUID) -> Outcome:
    """Confirm what an opening stocktake saw of a register. Object: the register; it is confirmed once every
    copy of it was counted, or is told as a difference.

    Raises ActionError for a stocktake that is not signed, in which one person alone counted, or that saw
    nothing of the register.
    """
    asked = m.OpeningRegister.objects.select_related("project").get(id=register)
    project = asked.project
    actor.require("register.confirm", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        locking.together(
            ("share", "project", [project.id]),
            ("update", "copy", not_confirmed(asked).values_list("id", flat=True)),
            ("update", "register", [register]),
        )
        row = m.OpeningRegister.objects.select_related("project").get(id=register)
        act.unchanged(row)
        state = move(REGISTER, row.state, "confirm")
        take = m.Stocktake.objects.filter(id=stocktake).first()
        if take is None or take.state is not StocktakeState.CLOSED or take.counter_id == take.second_id:
            raise ActionError(
                Text(en="Choose a stocktake that is signed.", zh="请选择已签字的清点。"), "stocktake"
            )
        if take.second_as is not SecondPerson.COUNTER:
            raise ActionError(
                Text(
                    en="In an opening stocktake both people count. In this one, one of them supervised.",
                    zh="启用清点须由两人共同清点，本次清点中有一人仅为监督。",
                ),
                "stocktake",
            )
        waiting = list(not_confirmed(row).order_by("id"))
        lines = {line.copy_id: line for line in take.lines.filter(copy__in=[c.id for c in waiting])}
        seen = [copy for copy in waiting if copy.id in lines and _is_there(lines[copy.id])]
        found = {copy.id for copy in seen}
        left = [copy for copy in waiting if copy.id not in found]
        if not lines:
            raise ActionError(
                Text(
                    en="This stocktake counted no copy of the register that still waits.",
                    zh="该次清点未包含本登记簿中尚待确认的副本。",
                ),
                "stocktake",
            )
        entry = _confirmed(act, row, take, seen) or row.entry
        if row.state is RegisterState.ENTERED and _told(left) == len(left):
            row.state = state
            row.entry = act.record(
                events.RegisterConfirmed(
                    register=str(row.id),
                    project=str(project.id),
                    stocktake=str(take.id),
                    missing=len(left),
                    person=str(actor.human()),
                ),
                project.stream,
                on_behalf_of=project.owner_party_id,
            )
            entry = row.entry
            row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="register.confirm")


def _is_there(line: m.StocktakeLine) -> bool:
    return line.found in _THERE or line.difference in _THERE_AFTER_ALL


def _confirmed(act: Act, row: m.OpeningRegister, take: m.Stocktake, seen: Sequence[m.Copy]) -> UUID | None:
    """Record and save that copies were seen; return the first entry."""
    first = None
    for at in range(0, len(seen), PER_ENTRY):
        part = seen[at : at + PER_ENTRY]
        entry = act.record(
            CopiesConfirmed(
                project=str(row.project_id),
                copies=[str(copy.id) for copy in part],
                how=f"Opening stocktake 启用清点 · {row.name}",
            ),
            row.project.stream,
            on_behalf_of=take.party_id,
            copy_keys=[copy.tag_key for copy in part],
        )
        m.Copy.objects.filter(id__in=[copy.id for copy in part]).update(unconfirmed=None, entry=entry)
        first = first or entry
    return first


def close(actor: Actor, *, register: UUID) -> Outcome:
    """Close the taking over of a register. Object: the register.

    Raises ActionError while a finding is neither settled nor somebody's.
    """
    asked = m.OpeningRegister.objects.select_related("project").get(id=register)
    project = asked.project
    actor.require("register.close", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        locking.together(("share", "project", [project.id]), ("update", "register", [register]))
        row = m.OpeningRegister.objects.get(id=register)
        act.unchanged(row)
        row.state = move(REGISTER, row.state, "close")
        nobodys = row.findings.filter(state=Settled.OPEN, owner=None).count()
        if nobodys:
            raise ActionError(
                Text(
                    en=f"{nobodys} findings are neither settled nor in anybody's hands. Name who sees to "
                    "each, and by when.",
                    zh=f"有{nobodys}项问题既未处理也未指定处理人。请逐项指定处理人和期限。",
                )
            )
        left = row.findings.filter(state=Settled.OPEN).count()
        row.entry = act.record(
            events.RegisterClosed(
                register=str(row.id),
                project=str(project.id),
                settled=row.findings.count() - left,
                open=left,
                person=str(actor.human()),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="register.close")
