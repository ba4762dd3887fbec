"""Records that were wrong are put right: the row shows the new values, its history both, and why.

Every verb takes the record as it should be; the actor names the entry under which it was seen (``expects``),
so that nobody puts back by accident what somebody else has just corrected. No rule is asked: a correction
says what is so, and whatever is done next is judged by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import EllipsisType
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import handoff as handoff_events
from custody.events import party as party_events
from custody.events import people as people_events
from custody.events import project as project_events
from custody.events import site as site_events
from custody.policy.facts import Missing
from custody.record import SYSTEM_STREAM
from custody.terms import HandoffState, ItemState, Leg, Network, PartyKind, Provision, Text
from custody.transitions import HANDOFF, QUALIFICATION, move

from . import lapsing, locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import Alteration, needed, save_changed
from .entered import entered
from .registers import lock_paper, party_stream


@entered(m.Party, needed=("name",))
def correct_party(
    actor: Actor,
    *,
    party: UUID,
    name: str,
    other_name: str = "",
    country: str = "",
    reason: str,
) -> Outcome:
    """Put a party's names and country right."""
    actor.require("party.correct")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        row = m.Party.objects.get(id=party)
        act.unchanged(row)
        changed = Alteration.of(row, {"name": name, "other_name": other_name, "country": country})
        personal = ("name", "other_name") if row.kind is PartyKind.INDIVIDUAL else ()
        event = party_events.PartyCorrected(
            party=str(party), corrects=str(row.entry), reason=reason, **changed.split(personal)
        )
        entry = act.record(event, party_stream(party))
        return save_changed(act, row, changed, entry, reason, personal)

    return perform(actor, work, verb="party.correct")


@entered(m.Person, needed=("name",))
def correct_person(
    actor: Actor,
    *,
    person: UUID,
    name: str,
    citizenships: Sequence[str] | None,
    reason: str,
) -> Outcome:
    """Put a person's name and citizenships (ISO 3166-1 alpha-2, None when not known) right."""
    actor.require("person.correct")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        row = m.Person.objects.get(id=person)
        act.unchanged(row)
        given = {"name": name, "citizenships": None if citizenships is None else list(citizenships)}
        changed, personal = Alteration.of(row, given), ("name", "citizenships")
        event = people_events.PersonCorrected(
            person=str(person), corrects=str(row.entry), reason=reason, **changed.split(personal)
        )
        entry = act.record(event, SYSTEM_STREAM)
        return save_changed(act, row, changed, entry, reason, personal)

    return perform(actor, work, verb="person.correct")


@entered(m.System, needed=("name",))
def correct_system(
    actor: Actor,
    *,
    system: UUID,
    name: str,
    levels: Mapping[str, str],
    network: Network,
    tested_on: dt.date | None,
    reason: str,
    inventory_number: str | None = None,
    accreditation: str | None = None,
    country: str | None = None,
    provision: Provision | None = None,
    tested_by: str | None = None,
) -> Outcome:
    """Put a system's record right: name, accredited levels (a regime's family to a level), network, day of
    test; and, where given, number (empty: it has none), accreditation paper, country, whose it is, and which
    body tested it."""
    actor.require("system.correct")
    needed(reason)

    def work(act: Act) -> Outcome:
        reached(tested_on, latest_day(act.now), "tested_on")
        locking.update("system", [system])
        row = m.System.objects.get(id=system)
        act.unchanged(row)
        given: dict[str, Any] = {
            "name": name,
            "levels": dict(levels),
            "network": network,
            "tested_on": tested_on,
        }
        more = {
            "inventory_number": inventory_number,
            "accreditation": accreditation,
            "country": country,
            "provision": provision,
            "tested_by": tested_by,
        }
        given |= {name: value for name, value in more.items() if value is not None}
        changed = Alteration.of(row, given)
        event = site_events.SystemCorrected(
            system=str(system),
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        return save_changed(act, row, changed, act.record(event, SYSTEM_STREAM), reason, new=given)

    return perform(actor, work, verb="system.correct")


@entered(m.Qualification, needed=("type", "number", "issuer"))
def correct_qualification(
    actor: Actor,
    *,
    qualification: UUID,
    type: str,
    grade: str,
    categories: Sequence[str],
    number: str,
    issuer: str,
    valid_from: dt.date,
    valid_to: dt.date,
    reason: str,
) -> Outcome:
    """Put right what a certificate says. That it was verified counts no more: somebody who neither recorded
    nor corrected it must verify it again. A rejected one stays rejected."""
    actor.require("qualification.correct")
    needed(reason)
    if valid_to < valid_from:
        raise ActionError(
            Text(en="The last day is before the first day.", zh="有效期止日早于起日。"), "valid_to"
        )
    given = {
        "type": type,
        "grade": grade,
        "categories": sorted(categories),
        "number": number,
        "issuer": issuer,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }

    def work(act: Act) -> Outcome:
        actor.human()
        row = lock_paper(qualification)
        act.unchanged(row)
        Alteration.of(row, given)  # a certificate is not sent back for nothing
        state = move(QUALIFICATION, row.state, "correct")
        changed = Alteration.of(row, {**given, "state": state})
        event = party_events.QualificationCorrected(
            qualification=str(row.id),
            party=str(row.party_id),
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        row.verified_by, row.verified_on, row.verified_how = None, None, ""
        entry = act.record(event, party_stream(row.party_id))
        return save_changed(act, row, changed, entry, reason, new={**given, "state": state})

    return perform(actor, work, verb="qualification.correct")


@entered(m.Item, needed=("codename", "level"))
def correct_item(actor: Actor, *, item: UUID, codename: str, level: str, reason: str) -> Outcome:
    """Put an item's codename right, and the level that was registered while nothing of it is determined.

    ActionError for a level that the project's regime does not know, and for another level than was
    determined: that is proposed by one and determined by another."""
    found = m.Item.objects.select_related("project").get(id=item)
    project = found.project
    actor.require("item.correct", owner=project.owner_party_id)
    needed(reason)
    known_level(project, level)

    def work(act: Act) -> Outcome:
        # Offers and receipts keep the project still, so none is saved while an item of it changes.
        locking.update("project", [project.id])
        row = m.Item.objects.get(id=item)
        act.unchanged(row)
        taken = m.Item.objects.filter(project=project, codename=codename).exclude(id=item)
        if taken.exists():
            raise ActionError(
                Text(en="This codename is already used in the project.", zh="该代号在本项目中已使用。"),
                "codename",
            )
        if level != row.level and row.state is not ItemState.PROPOSED:
            raise ActionError(
                Text(
                    en="Another level is proposed by one and determined by another. Propose to change it.",
                    zh="变更密级须由一人提出、另一人确定，请提出变更密级。",
                ),
                "level",
            )
        changed = Alteration.of(row, {"codename": codename, "level": level})
        event = project_events.ItemCorrected(
            item=str(item),
            project=str(project.id),
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id)
        return save_changed(act, row, changed, entry, reason)

    return perform(actor, work, verb="item.correct")


@entered(m.Handoff)
def correct_handoff(
    actor: Actor,
    *,
    handoff: UUID,
    due_back: dt.date | None,
    answer_by: dt.date | EllipsisType | None = ...,
    reason: str,
) -> Outcome:
    """Put right by when the copies of an open or accepted handoff are to be returned: not before the day of
    the offer, and not after the subcontract or one above it ends; and, where given, by when an open offer is
    to be answered (None: it never lapses). ActionError for the latter once it has lapsed, was answered or its
    copies were sent off, and for a day that has passed."""
    found = m.Handoff.objects.select_related("project", "hop").get(id=handoff)
    actor.require("handoff.correct", sender=found.sender_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        copies = list(found.lines.values_list("copy_id", flat=True))
        path = found.hop.path_ids() if found.hop else []
        locking.together(
            ("share", "project", [found.project_id]),
            ("share", "hop", path),
            ("update", "copy", copies),
            ("update", "handoff", [handoff]),
        )
        row = m.Handoff.objects.get(id=handoff)
        act.unchanged(row)
        move(HANDOFF, row.state, "correct")
        given = {"due_back": due_back}
        if not isinstance(answer_by, EllipsisType):
            given["answer_by"] = answer_by
        changed = Alteration.of(row, given)
        if "due_back" in changed.names:
            _returnable(found, path, due_back)
        if "answer_by" in changed.names:
            _awaited(row, given["answer_by"], regimes.today(found.project.regime, act.now))
        rows = list(m.Copy.objects.filter(id__in=copies).order_by("id"))
        event = handoff_events.HandoffCorrected(
            handoff=str(handoff),
            number=row.number,
            copies=[str(c.id) for c in rows],
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(
            event,
            found.project.stream,
            on_behalf_of=found.sender_party_id,
            copy_keys=[c.tag_key for c in rows],
        )
        return save_changed(act, row, changed, entry, reason, new=given)

    return perform(actor, work, verb="handoff.correct")


def known_level(project: m.Project, level: str) -> int:
    """Return the rank of a level in a project's regime. Raises ActionError for one that it does not know."""
    try:
        return regimes.pack(project.regime).rank(level)
    except (Missing, KeyError, ValueError):
        raise ActionError(
            Text(en="This regime knows no such level. Choose one.", zh="本制度没有此密级，请另选。"), "level"
        ) from None


def standing_below(item: m.Item, level: str) -> list[tuple[m.Copy, list[Text]]]:
    """Return the copies that would stand, with an item of this level, in a system or behind a subcontract
    that is not good enough for it, each with the reasons. ActionError for an unknown level."""
    rank = known_level(item.project, level)
    pack, family = regimes.pack(item.project.regime), regimes.family(item.project.regime)

    def lower(other: str) -> bool:
        try:
            return pack.rank(other) < rank
        except (Missing, KeyError, ValueError):
            return True  # what nobody accredited is good enough for nothing

    lines = m.HandoffCopy.objects.filter(
        copy__item=item,
        handoff__state__in=[HandoffState.ACCEPTED, HandoffState.PARTLY, HandoffState.MISTAKEN],
    )
    came = {
        copy: (party, hop_level)
        for copy, party, hop_level in lines.order_by("handoff__answered_at").values_list(
            "copy_id", "handoff__receiver_party_id", "handoff__hop__level"
        )
    }
    found = []
    for copy in m.Copy.objects.there().filter(item=item).select_related("system", "custodian_party"):
        why = []
        if copy.system is not None and lower(copy.system.levels.get(family, "")):
            why.append(Text(f"system {copy.system.name}", f"系统 {copy.system.name}"))
        party, hop_level = came.get(copy.id, (None, ""))
        if party == copy.custodian_party_id and lower(hop_level):
            why.append(Text("its subcontract", "所在分包"))
        if why:
            found.append((copy, why))
    return found


def _awaited(handoff: m.Handoff, answer_by: dt.date | None, today: dt.date) -> None:
    if handoff.state is not HandoffState.OFFERED:
        raise ActionError(
            Text(
                en="This offer was answered already, so the day by which to answer it stays as it was.",
                zh="本次移交已答复，答复期限不再更正。",
            ),
            "answer_by",
        )
    if m.Dispatch.objects.filter(handoff=handoff).exists():
        raise ActionError(
            Text(
                en="The copies were sent off, so the offer does not lapse any more. Put right the day on "
                "which they are to be there.",
                zh="副本已发出，移交不再因逾期未答复而失效。请更正预计送达日期。",
            ),
            "answer_by",
        )
    lapsing.answerable(handoff, today)
    if answer_by is not None and answer_by < today:
        raise ActionError(
            Text(en="This day has passed. Give a later one.", zh="该日期已过，请另填。"), "answer_by"
        )


def _returnable(handoff: m.Handoff, path: list[UUID], due_back: dt.date | None) -> None:
    if due_back is None:
        if handoff.leg is Leg.LOAN:
            raise ActionError(
                Text(
                    en="A loan has a day of return. Give the right one.",
                    zh="借用须有归还期限，请填写正确日期。",
                ),
                "due_back",
            )
        return
    if handoff.leg not in (None, Leg.ISSUE, Leg.LOAN):
        raise ActionError(
            Text(en="Only an issue or a loan has a day of return.", zh="仅发放或借用有归还期限。"), "due_back"
        )
    if due_back < regimes.today(handoff.project.regime, handoff.offered_at):
        raise ActionError(
            Text(en="This day is before the copies were offered.", zh="该日期早于发起移交之日。"), "due_back"
        )
    ends = [h.ends for h in m.Hop.objects.filter(id__in=path) if h.ends is not None]
    if ends and due_back > min(ends):
        raise ActionError(
            Text(
                en=f"The subcontract ends on {min(ends).isoformat()}. Give a day that is not after it.",
                zh=f"分包于{min(ends).isoformat()}截止，归还期限不得晚于该日。",
            ),
            "due_back",
        )
