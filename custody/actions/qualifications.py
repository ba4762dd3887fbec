"""The standing of a certificate after it was verified: suspended, reinstated, downgraded, revoked.

Each has effect at once: the party's row is locked, so an offer or a receipt that rests on the certificate is
saved either wholly before or wholly after. Nothing that was handed over comes back by itself;
:mod:`custody.recall` lists what is to be called back. One person is enough to stop a certificate; to let it
count again takes somebody who neither recorded nor corrected it (and did not downgrade it, whose lower grade
is verified as a new record is).
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import party as events
from custody.terms import Text
from custody.transitions import QUALIFICATION, move

from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import Alteration, needed, save_changed, writers
from .entered import entered
from .registers import lock_paper, party_stream

Event = (
    type[events.QualificationSuspended]
    | type[events.QualificationReinstated]
    | type[events.QualificationDowngraded]
    | type[events.QualificationRevoked]
)


@entered(m.Qualification)
def suspend(actor: Actor, *, qualification: UUID, reason: str) -> Outcome:
    """Stop a verified certificate from counting until it is reinstated, downgraded or revoked."""
    actor.require("qualification.suspend")
    return _change(actor, "suspend", qualification, reason, events.QualificationSuspended)


@entered(m.Qualification)
def reinstate(actor: Actor, *, qualification: UUID, reason: str) -> Outcome:
    """Let a suspended certificate count again as it did. Raises ActionError for who recorded or corrected
    it."""
    actor.require("qualification.reinstate")
    return _change(actor, "reinstate", qualification, reason, events.QualificationReinstated)


@entered(m.Qualification, needed=("grade",))
def downgrade(actor: Actor, *, qualification: UUID, grade: str, reason: str) -> Outcome:
    """Cut a certificate to a lower grade of its type; it counts once somebody else has verified it at that.

    Raises ActionError for a grade that the type does not know, or that is not lower.
    """
    actor.require("qualification.downgrade")
    return _change(actor, "downgrade", qualification, reason, events.QualificationDowngraded, grade=grade)


@entered(m.Qualification)
def revoke(actor: Actor, *, qualification: UUID, reason: str, void_from: dt.date | None = None) -> Outcome:
    """Stop a certificate from counting for good. A party that qualifies anew gets a new record.

    ``void_from`` is the day from which it turned out not to have counted: what its holder was handed since
    came without valid paper, and is listed so. Raises ActionError for a day to come.
    """
    actor.require("qualification.revoke")
    void = {"void_from": void_from} if void_from is not None else {}
    return _change(actor, "revoke", qualification, reason, events.QualificationRevoked, **void)


def lower_grades(row: m.Qualification) -> list[str]:
    """Return the grades to which a certificate can be cut, the lowest first; none for an unknown type."""
    kind = regimes.qualification_type(row.type)
    grades = [grade.id for grade in kind.grades] if kind else []
    return grades[: grades.index(row.grade)] if row.grade in grades else []


def _change(actor: Actor, verb: str, qualification: UUID, reason: str, kind: Event, **given: Any) -> Outcome:
    needed(reason)

    def work(act: Act) -> Outcome:
        person = actor.human()
        row = lock_paper(qualification)
        act.unchanged(row)
        state = move(QUALIFICATION, row.state, verb)
        if verb == "reinstate" and person in writers(row):
            raise ActionError(
                Text(
                    en="You recorded or corrected this certificate, so somebody else must reinstate it.",
                    zh="该证书由您登记或更正，须由他人恢复。",
                )
            )
        if "grade" in given and given["grade"] not in lower_grades(row):
            raise ActionError(
                Text(en="Choose a grade below the present one.", zh="请选择低于现有等级的等级。"), "grade"
            )
        if "void_from" in given:
            reached(given["void_from"], latest_day(act.now), "void_from")
        new = {**given, "state": state}
        changed = Alteration.of(row, new)
        event = kind(
            qualification=str(row.id),
            party=str(row.party_id),
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(event, party_stream(row.party_id))
        return save_changed(act, row, changed, entry, reason, new=new)

    return perform(actor, work, verb=f"qualification.{verb}")
