"""Database -> facts: everything that rules may ask about one act, in one query at any depth.

Rules read in system scope: a scoped reading would hide siblings and make rules pass. What a reader may see
of a finding is settled later, by the audience of each input.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import connection

from custody import models as m
from custody import regimes, scope
from custody.policy import facts as f

from .gather_sql import FACTS, WITH_CONTROLLERS


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers that come in with a hop that is asked for; those of a saved one are in the database."""

    consents: tuple[f.Consent, ...] = ()
    clauses: tuple[str, ...] = ()
    giver_signed: dt.date | None = None
    receiver_signed: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What an act touches; rows that do not exist yet (a project or hop being asked for) are handed in
    unsaved."""

    act: f.Act
    project: m.Project
    hops: Sequence[UUID] = ()
    new_hop: m.Hop | None = None
    papers: Papers = Papers()
    copies: Sequence[UUID] = ()
    items: Sequence[UUID] = ()
    new_item: m.Item | None = None
    persons: Sequence[UUID] = ()
    system: UUID | None = None
    parties: Sequence[UUID] = ()
    beside: Sequence[f.Group] = ()
    """Groups that the act itself has gathered, under its locks."""


def path_parties(project: m.Project, hops: Iterable[m.Hop], *more: UUID | None) -> set[UUID]:
    """Return the parties of a project, of a path and who pays for it, without those who control them."""
    ids = {project.owner_party_id, project.client_party_id, project.ultimate_client_party_id, *more}
    for hop in hops:
        ids |= {hop.from_party_id, hop.to_party_id, hop.payer_id}
    return {i for i in ids if i is not None}


def with_controllers(parties: Iterable[UUID], on: dt.date, hops: Iterable[UUID] = ()) -> list[UUID]:
    """Return parties, those of ``hops``, all who own or control them on ``on``, and so on. One query."""
    with scope.whole(), connection.cursor() as cursor:
        cursor.execute(WITH_CONTROLLERS, {"parties": list(parties), "hops": list(hops), "today": on})
        return sorted(row[0] for row in cursor.fetchall())


def facts(question: Question) -> f.Facts:
    """Return all facts of a question. One query.

    The rows come in the form in which facts are stored, and every group is checked on the way in. Raises
    FactsError for a row that does not have it.
    """
    q = question
    new = [q.new_hop] if q.new_hop else []
    more = [UUID(i) for i in (q.act.sender_party, q.act.receiver_party) if i]
    act = q.act
    named = (act.actor_person, act.receiver_person, act.offered_by, act.second_carrier, act.witness)
    add_up = bool(q.hops or new) and _adds_up(q.project, q.act.today)
    asked: dict[str, Any] = {
        "hops": list(q.hops),
        "asked": [*q.hops, *(h.id for h in new)],
        "parties": list(path_parties(q.project, new, *more, *q.parties)),
        "persons": list({UUID(i) for i in named if i} | set(q.persons)),
        "copies": list(q.copies),
        "items": [*q.items, *(map(UUID, q.new_item.sources or ()) if q.new_item else ())],
        "zone": regimes.pack(q.project.regime, q.act.today).time_zone,
        "systems": [q.system] if q.system else [],
        "receivers": [q.act.receiver_party] if q.act.receiver_party else [],
        "delegation": q.act.delegation,
        "handoff": q.act.handoff,
        "project": q.project.id,
        "add_up": add_up,
        "added_up": _added_up(q.project, q.act.today),
        "new": bool(new),
        "new_parent": q.new_hop.parent_id if q.new_hop else None,
        "family": regimes.family(q.project.regime),
        "today": q.act.today,
    }
    groups = {"act": f.stored_form(q.act), "project": f.stored_form(_project(q.project)), **_rows(asked)}
    groups |= {f.key_of(group): f.stored_form(group) for group in q.beside}
    for hop in new:
        approval = next((g["id"] for g in groups.values() if g.get("subject_id") == str(hop.id)), None)
        # One that is amended stands among the saved ones in its old terms: it is no sibling of itself.
        found = (g for key, g in groups.items() if key.startswith("hop:") and g["id"] != str(hop.id))
        beside = sorted(str(g["id"]) for g in found if g["parent"] == _id(hop.parent_id))
        siblings = tuple(beside) if add_up else None
        groups[f"hop:{hop.id}"] = f.stored_form(_hop(hop, cast("str | None", approval), siblings, q.papers))
    if q.new_item:
        groups[f"item:{q.new_item.id}"] = f.stored_form(_item(q.new_item))
    return f.Facts.from_json({"schema": f.FACTS_SCHEMA, "groups": cast(f.Json, groups)})


def gathered_parties(gathered: f.Facts) -> set[UUID]:
    """Return the ids of every party whose facts were gathered."""
    return {UUID(key.partition(":")[2]) for key in gathered.groups if key.startswith("party:")}


@dataclass(frozen=True, slots=True)
class Many:
    """What many questions of one project touch together, all of it saved."""

    project: m.Project
    today: dt.date
    hops: Sequence[UUID] = ()
    parties: Sequence[UUID] = ()
    copies: Sequence[UUID] = ()
    items: Sequence[UUID] = ()
    persons: Sequence[UUID] = ()
    systems: Sequence[UUID] = ()


def together(many: Many) -> f.Facts:
    """Return the groups that many questions rest on, without an act; ask with :meth:`Facts.asked`. One query.

    There are more groups than any one of the questions needs, which no rule minds: what is recorded of an
    answer is gathered by :func:`facts` alone. Raises FactsError as that does.
    """
    parties = list(path_parties(many.project, (), *many.parties))
    asked: dict[str, Any] = {
        "hops": list(many.hops),
        "asked": list(many.hops),
        "parties": parties,
        "receivers": parties,
        "persons": list(many.persons),
        "copies": list(many.copies),
        "items": list(many.items),
        "zone": regimes.pack(many.project.regime, many.today).time_zone,
        "systems": list(many.systems),
        "delegation": None,
        "handoff": None,  # an offer's own use of an approval counts here; gathered for it alone it does not
        "project": many.project.id,
        "add_up": bool(many.hops) and _adds_up(many.project, many.today),
        "added_up": _added_up(many.project, many.today),
        "new": False,
        "new_parent": None,
        "family": regimes.family(many.project.regime),
        "today": many.today,
    }
    groups = {"project": f.stored_form(_project(many.project)), **_rows(asked)}
    return f.Facts.from_json({"schema": f.FACTS_SCHEMA, "groups": cast(f.Json, groups)})


def _rows(asked: dict[str, Any]) -> dict[str, dict[str, f.Json]]:
    """Return the groups that the one query answers with."""
    with scope.whole(), connection.cursor() as cursor:
        cursor.execute(FACTS, asked)
        return {key: json.loads(stored) for key, stored in cursor.fetchall()}


def _adds_up(project: m.Project, today: dt.date) -> bool:
    """Return whether the regime adds up what one party passes on: elsewhere siblings are many, and no rule
    asks for them."""
    setting = regimes.pack(project.regime, today).rules.get("HOP-04")
    return setting is not None and setting.enabled


def _added_up(project: m.Project, today: dt.date) -> list[str]:
    """Return the levels of the items that the regime adds up with one party (CLS-03): none where it does
    not."""
    pack = regimes.pack(project.regime, today)
    setting = pack.rules.get("CLS-03")
    start = setting.params.get("from_level") if setting is not None and setting.enabled else None
    return [] if start is None else [lv.id for lv in pack.levels if lv.rank >= pack.rank(start)]


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _project(p: m.Project) -> f.Project:
    return f.Project(
        id=str(p.id),
        regime=p.regime,
        owner_party=str(p.owner_party_id),
        client_party=_id(p.client_party_id),
        ultimate_client_party=_id(p.ultimate_client_party_id),
        level=p.level,
        categories=tuple(p.categories),
        qualification_type=p.qualification_type or None,
        qualification_grade=p.qualification_grade or None,
        contract_value=p.contract_value,
        currency=p.currency or None,
        contract_signed=p.contract_signed,
        state=str(p.state),
        accepted_on=p.accepted_on,
        submitted_on=p.submitted_on,
        entry=_id(p.entry),
    )


def _item(i: m.Item) -> f.Item:
    """Return an item that is being registered."""
    return f.Item(
        id=str(i.id),
        level=i.level,
        basis_kind=str(i.basis_kind) if i.basis_kind else None,
        has_basis=bool(i.basis.strip()),
        classified_by=_id(i.classified_by_id),
        issued_on=i.issued_on,
        until=i.until,
        has_release_condition=bool(i.release_condition.strip()),
        marking=str(i.marking) if i.marking else None,
        sources=None if i.sources is None else tuple(i.sources),
        certificate_on=i.certificate_on,
        registered_on=None,
        reviewed_on=None,
        review_outcome=None,
        numbered=0,
        area_km2=i.area_km2,
        with_parties=(),
        entry=None,
    )


def _hop(h: m.Hop, approval: str | None, siblings: tuple[str, ...] | None, papers: Papers) -> f.Hop:
    return f.Hop(
        id=str(h.id),
        parent=_id(h.parent_id),
        from_party=str(h.from_party_id),
        to_party=str(h.to_party_id),
        depth=h.depth,
        state=str(h.state),
        level=h.level,
        categories=tuple(h.categories),
        starts=h.starts,
        ends=h.ends,
        share=h.share,
        amount=h.amount,
        keeps_core=h.keeps_core,
        awarded_on=h.awarded_on,
        reported_on=h.reported_on,
        subject_sha256=h.subject_sha256,
        approval=approval,
        changed=None,
        business=None if h.business is None else tuple(h.business),
        performer=_id(h.performer_id),
        siblings=siblings,
        consents=papers.consents,
        clauses=papers.clauses,
        giver_signed=papers.giver_signed,
        receiver_signed=papers.receiver_signed,
        payer=_id(h.payer_id),
        payer_country=h.payer_country,
        payment=None if h.payment is None else str(h.payment),
        entry=_id(h.entry),
    )
