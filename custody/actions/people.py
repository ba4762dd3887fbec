"""What lets a person receive (rule HND-02): vetted, trained, bound by an undertaking, and not leaving.

Each is recorded by whoever may correct a person's record, never by the person: nobody vouches for themselves.
A later record takes the place of the one before, which the ledger keeps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from custody import models as m
from custody.events import clearance
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.record import SYSTEM_STREAM
from custody.terms import Text, VettingClass

from . import access, files, locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import Alteration, save_changed
from .entered import entered

NAMED = 10
"""So many copies are named that somebody still holds."""
_Kind = (
    type[clearance.PersonVetted]
    | type[clearance.PersonTrained]
    | type[clearance.UndertakingSigned]
    | type[clearance.PersonLeaving]
)


@entered(m.Person, needed=("vetting_evidence",))
def record_vetting(
    actor: Actor,
    *,
    person: UUID,
    vetting: VettingClass,
    vetted_from: dt.date,
    vetted_to: dt.date,
    vetting_evidence: str,
    post: str = "",
    file: Received | None = None,
) -> Outcome:
    """Record that a person was vetted for a post: of which class, from when until which last day, and by
    which paper. A vetting that ended early is recorded again with its new last day. Object: the person.

    Raises ActionError for days out of order, for one's own, and for what is recorded already.
    """
    actor.require("person.vet")
    if vetted_to < vetted_from:
        raise ActionError(
            Text(en="The last day is before the first day.", zh="有效期止日早于起日。"), "vetted_to"
        )
    given = {
        "vetting": vetting,
        "vetted_from": vetted_from,
        "vetted_to": vetted_to,
        "vetting_evidence": vetting_evidence,
        "post": post,
    }
    return _record(
        actor, "person.vet", person, clearance.PersonVetted, given, shown=(EvidenceOf.VETTING, file)
    )


@entered(m.Person, needed=("training_evidence",))
def record_training(
    actor: Actor,
    *,
    person: UUID,
    trained_on: dt.date,
    training_evidence: str,
    file: Received | None = None,
) -> Outcome:
    """Record the last secrecy training that a person took, and what shows it. Object: the person.

    Raises ActionError for a day that has not come, for one's own, and for what is recorded already.
    """
    actor.require("person.train")
    given = {"trained_on": trained_on, "training_evidence": training_evidence}
    shown = EvidenceOf.TRAINING, file
    return _record(actor, "person.train", person, clearance.PersonTrained, given, "trained_on", shown=shown)


@entered(m.Person, needed=("undertaking_evidence",))
def record_undertaking(
    actor: Actor,
    *,
    person: UUID,
    undertaking_on: dt.date,
    undertaking_evidence: str,
    file: Received | None = None,
) -> Outcome:
    """Record that a person signed the undertaking to keep secrets, and where it is kept. Object: the person.

    Raises ActionError for a day that has not come, for one's own, and for what is recorded already.
    """
    actor.require("person.undertake")
    given = {"undertaking_on": undertaking_on, "undertaking_evidence": undertaking_evidence}
    shown = EvidenceOf.UNDERTAKING, file
    kind = clearance.UndertakingSigned
    return _record(actor, "person.undertake", person, kind, given, "undertaking_on", shown=shown)


@entered(m.Person)
def record_leaving(
    actor: Actor,
    *,
    person: UUID,
    leaves_on: dt.date | None,
    leaving_evidence: str = "",
    file: Received | None = None,
) -> Outcome:
    """Record the last day of a person and what shows it, or None when they stay after all. Object: the
    person.

    Raises ActionError for a day that nothing shows, for one's own, for what is recorded already, and for a
    last day that has come while they hold copies, naming these, or a handover of
    theirs is under way: whoever leaves hands all over first (SSR 53).
    """
    actor.require("person.leave")
    if leaves_on and not leaving_evidence:
        raise ActionError(Text(en="Say what shows it.", zh="请填写证明材料。"), "leaving_evidence")

    def handed_over(act: Act) -> None:
        if leaves_on is None or leaves_on > latest_day(act.now):
            return
        held = m.Copy.objects.there().filter(custodian_person=person).order_by("code")
        if codes := list(held.values_list("code", flat=True)):
            raise ActionError(_still_held(codes), "leaves_on")
        if m.Handover.objects.under_way().filter(outgoing=person).exists():
            raise ActionError(
                Text(
                    en="A handover of theirs is under way. Complete or abandon it first, or give a day "
                    "to come.",
                    zh="该人员的保管人交接尚在进行。请先完成或中止，或填写将来的日期。",
                ),
                "leaves_on",
            )

        if leaves_on < latest_day(act.now) - dt.timedelta(days=1):
            for user in m.User.objects.filter(person=person).values_list("id", flat=True):
                access.shut(act, user, "leaver")

    given = {"leaves_on": leaves_on, "leaving_evidence": leaving_evidence}
    shown, kind = (EvidenceOf.LEAVING, file), clearance.PersonLeaving
    return _record(actor, "person.leave", person, kind, given, shown=shown, first=handed_over)


def _still_held(codes: list[str]) -> Text:
    some, more = codes[:NAMED], " …" if len(codes) > NAMED else ""
    return Text(
        en=f"They still hold copies ({len(codes)}): {', '.join(some)}{more}. Have these handed over to "
        "somebody else first, or give a day to come.",
        zh=f"该人员仍保管{len(codes)}份副本：{'、'.join(some)}{more}。请先移交他人，或填写将来的日期。",
    )


def _record(
    actor: Actor,
    verb: str,
    person: UUID,
    kind: _Kind,
    given: Mapping[str, Any],
    done_on: str = "",
    *,
    shown: tuple[EvidenceOf, Received | None],
    first: Callable[[Act], None] = lambda act: None,
) -> Outcome:
    """Lay what is given over a person's record; ``done_on`` names the day of something done, ``shown`` what
    is attached with it, ``first`` what is looked at once the record is locked."""

    def work(act: Act) -> Outcome:
        if done_on:
            reached(given[done_on], latest_day(act.now), done_on)
        locking.update("person", [person])
        row = m.Person.objects.filter(id=person).first()
        if row is None:
            raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
        act.unchanged(row)
        if actor.person == row.id:
            raise ActionError(
                Text(
                    en="This is your own record, so somebody else must enter it.",
                    zh="这是您本人的记录，须由他人登记。",
                )
            )
        first(act)
        if all(getattr(row, name) == value for name, value in given.items()):
            raise ActionError(Text(en="This is recorded already.", zh="该内容已登记。"), next(iter(given)))
        changed, personal = Alteration.of(row, given), tuple(given)
        event = kind(person=str(row.id), corrects=str(row.entry), reason="", **changed.split(personal))
        entry = act.record(event, SYSTEM_STREAM)
        return save_changed(act, row, changed, entry, "", personal, new=given)

    what, file = shown
    with files.settled(file):
        return perform(actor, files.also(file, what, person, work), verb=verb)
