"""The life of a system after it was registered: tested again, and retired when nothing is on it any more."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody.events import site as site_events
from custody.record import SYSTEM_STREAM
from custody.terms import ResultOfTest, SystemState, Text
from custody.transitions import SYSTEM, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import Alteration, needed, save_changed
from .entered import entered

NAMED = 20
"""Copies that a refusal to retire names; it counts all."""


@entered(m.System, needed=("tested_by",))
def record_test(
    actor: Actor,
    *,
    system: UUID,
    tested_on: dt.date,
    tested_by: str,
    result: ResultOfTest,
    remark: str = "",
) -> Outcome:
    """Record that somebody tested a system. One that failed takes no copies until it has passed again.

    ``tested_by`` is the testing body. Raises NotNow for a retired system, ActionError for a day that has not
    come or lies before the test that is recorded, and for a test that is recorded already.
    """
    actor.require("system.test")

    def work(act: Act) -> Outcome:
        reached(tested_on, latest_day(act.now), "tested_on")
        row = _locked(act, system)
        state = move(SYSTEM, row.state, "pass" if result is ResultOfTest.PASSED else "fail")
        if row.tested_on and tested_on < row.tested_on:
            raise ActionError(
                Text(
                    en=f"A later test, of {row.tested_on}, is recorded. If it is wrong, correct it.",
                    zh=f"已登记更晚的检测（{row.tested_on}）。如登记有误，请更正记录。",
                ),
                "tested_on",
            )
        given = {"tested_on": tested_on, "tested_by": tested_by, "state": state}
        if all(getattr(row, name) == value for name, value in given.items()):
            raise ActionError(Text(en="This test is recorded already.", zh="该次检测已登记。"), "tested_on")
        changed = Alteration.of(row, given)
        event = site_events.SystemTested(
            system=str(row.id),
            name=row.name,
            corrects=str(row.entry),
            tested_on=tested_on.isoformat(),
            tested_by=tested_by,
            result=str(result),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=remark,
        )
        return save_changed(act, row, changed, act.record(event, SYSTEM_STREAM), remark, new=given)

    return perform(actor, work, verb="system.test")


@entered(m.System)
def retire(actor: Actor, *, system: UUID, reason: str) -> Outcome:
    """Take a system out of use for good; it can be named no more (rule SYS-01).

    Raises ActionError while copies are on it, naming them, and for the system that Holdfast itself runs on;
    NotNow for one that is retired already.
    """
    actor.require("system.retire")
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _locked(act, system)
        state = move(SYSTEM, row.state, "retire")
        if row.is_installation:
            raise ActionError(
                Text(
                    en="Holdfast itself runs on this system, so it cannot be retired here.",
                    zh="本系统自身运行于此，不能在此停用。",
                )
            )
        # Whoever puts copies here shares the lock on the row, so that none comes in between.
        codes = list(
            m.Copy.objects.there().filter(system=row).order_by("code").values_list("code", flat=True)
        )
        if codes:
            raise ActionError(_still_there(codes))
        changed = Alteration.of(row, {"state": state})
        event = site_events.SystemRetired(
            system=str(row.id),
            name=row.name,
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        return save_changed(act, row, changed, act.record(event, SYSTEM_STREAM), reason, new={"state": state})

    return perform(actor, work, verb="system.retire")


def in_use(system: UUID | None) -> None:
    """Raise ActionError unless a system, if one is named, is in use; the caller holds a lock on it."""
    if system and m.System.objects.filter(id=system).exclude(state=SystemState.ACTIVE).exists():
        raise ActionError(
            Text(en="This system is out of use. Choose one in use.", zh="该系统未在用，请选择在用系统。"),
            "system",
        )


def _still_there(codes: list[str]) -> Text:
    some = codes[:NAMED]
    more = " …" if len(codes) > NAMED else ""
    return Text(
        en=f"Copies are on it ({len(codes)}): {', '.join(some)}{more}. Hand them over first.",
        zh=f"尚有{len(codes)}份副本存放于此：{'、'.join(some)}{more}。请先移交。",
    )


def _locked(act: Act, system: UUID) -> m.System:
    locking.update("system", [system])
    row = m.System.objects.filter(id=system).first()
    if row is None:
        raise ActionError(Text(en="There is no such system.", zh="没有此系统。"))
    act.unchanged(row)
    return row
