"""Opening projects, registering items, numbering copies."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from custody import gather, regimes, scope
from custody import models as m
from custody.codes import copy_code
from custody.events import item as item_events
from custody.events import project as project_events
from custody.record import SYSTEM_STREAM
from custody.terms import FindingOutcome, ItemState, Text, Verb

from . import classifying, copying, holding, locking
from .base import Act, ActionError, Actor, Outcome, database_now, perform, reached
from .deciding import Ruling, blank_act, carried, keep, refuse, rule
from .entered import entered
from .items import Classification, check_named, settled
from .systems import in_use

COPIES_PER_ACT = 200
NOTHING_KNOWN = Classification()


@scope.whole()
def preview(
    actor: Actor,
    *,
    regime: str,
    owner_party: UUID,
    client_party: UUID | None = None,
    ultimate_client_party: UUID | None = None,
    **told: Any,
) -> Ruling:
    """Run the rules on opening a project that :func:`open_project` is told the same of. Records nothing."""
    _regime_known(regime)
    project = m.Project(
        id=m.new_id(),
        entry=m.new_id(),
        regime=regime,
        owner_party_id=owner_party,
        client_party_id=client_party,
        ultimate_client_party_id=ultimate_client_party,
        **told,
    )
    facts_act = blank_act(Verb.PROJECT_OPEN, regimes.today(regime, database_now()), actor)
    return rule(Verb.PROJECT_OPEN, gather.Question(facts_act, project))


def _regime_known(regime: str) -> None:
    if regime not in regimes.all_names():
        raise ActionError(Text(en="Choose a regime from the list.", zh="请从列表中选择适用规则。"), "regime")


@entered(m.Project, needed=("code", "title", "level"))
def open_project(
    actor: Actor,
    *,
    code: str,
    title: str,
    regime: str,
    level: str,
    owner_party: UUID,
    client_party: UUID | None = None,
    ultimate_client_party: UUID | None = None,
    qualification_type: str = "",
    qualification_grade: str = "",
    categories: Sequence[str] = (),
    contract_number: str = "",
    contract_value: Decimal | None = None,
    currency: str = "",
    contract_signed: dt.date | None = None,
    region: str | None = None,
    submission: UUID | None = None,
    id: UUID | None = None,
) -> Outcome:
    """Open a project, if the rules allow its level on this installation; else the attempt is refused and
    recorded. ``region`` (ISO 3166-2) is where it is done."""
    actor.require("project.open", owner=owner_party)
    _regime_known(regime)

    def work(act: Act) -> Outcome:
        if m.Project.objects.filter(code=code).exists():
            raise ActionError(Text(en="This project code is already used.", zh="该项目编号已使用。"), "code")
        entry = m.new_id()
        project = m.Project(
            id=id or m.new_id(),
            entry=entry,
            code=code,
            title=title,
            regime=regime,
            level=level,
            owner_party_id=owner_party,
            client_party_id=client_party,
            ultimate_client_party_id=ultimate_client_party,
            qualification_type=qualification_type,
            qualification_grade=qualification_grade,
            categories=list(categories),
            contract_number=contract_number,
            contract_value=contract_value,
            currency=currency,
            contract_signed=contract_signed,
        )
        today = regimes.today(regime, act.now)
        reached(contract_signed, today, "contract_signed")
        locking.share("party", gather.with_controllers(gather.path_parties(project, ()), today))
        facts_act = blank_act(Verb.PROJECT_OPEN, today, actor)
        ruling = rule(Verb.PROJECT_OPEN, gather.Question(facts_act, project))
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=SYSTEM_STREAM,
                project=None,
                attempt={
                    "code": code,
                    "title": title,
                    "regime": regime,
                    "level": level,
                    "owner_party": str(owner_party),
                    "client_party": _text(client_party),
                    "ultimate_client_party": _text(ultimate_client_party),
                    "to_party": _text(ultimate_client_party or client_party),
                },
                submission=submission or m.new_id(),
                to_party=ultimate_client_party or client_party,
            )
        add_project(act, project, ruling)
        if region:
            _locate(act, project, region)
        return Outcome("done", entry, project)

    return perform(actor, work, submission=submission, verb="project.open")


def add_project(act: Act, project: m.Project, ruling: Ruling | None) -> None:
    """Save a project inside an act that is already open, with its decision; shared with importers."""
    decision_id = m.new_id()
    act.record(
        project_events.ProjectOpened(
            project=str(project.id),
            code=project.code,
            title=project.title,
            regime=project.regime,
            level=project.level,
            owner_party=str(project.owner_party_id),
            client_party=_text(project.client_party_id),
            ultimate_client_party=_text(project.ultimate_client_party_id),
            qualification_type=project.qualification_type,
            qualification_grade=project.qualification_grade,
            categories=list(project.categories),
            contract_number=project.contract_number,
            contract_value=_text(project.contract_value),
            currency=project.currency,
            contract_signed=_text(project.contract_signed),
            source_key=project.source_key,
        ),
        project.stream,
        on_behalf_of=project.owner_party_id,
        entry=project.entry,
        **(carried(ruling, decision_id) if ruling else {}),
    )
    project.save(force_insert=True)
    if ruling:
        keep(ruling, project, decision_id, project.entry)


@entered(m.Project, needed=("reason",))
def locate(actor: Actor, *, project: UUID, region: str, reason: str) -> Outcome:
    """Record in which region (ISO 3166-2; empty: none) a project is done: from then on those read it whose
    leave is for that region, and those of the region before do not. Object: the project.

    Raises ActionError without a reason, and where nothing changes.
    """
    actor.require("project.locate")

    def work(act: Act) -> Outcome:
        locking.update("project", [project])
        row = m.Project.objects.get(id=project)
        act.unchanged(row)
        if row.region == region:
            raise ActionError(Text(en="This is what is recorded.", zh="与现有登记相同。"), "region")
        return Outcome("done", _locate(act, row, region, reason), row)

    return perform(actor, work, verb="project.locate")


def _locate(act: Act, row: m.Project, region: str, reason: str = "") -> UUID:
    before, row.region = row.region, region
    event = project_events.ProjectLocated(
        project=str(row.id), region_before=before or None, region=region or None, reason=reason
    )
    row.entry = act.record(event, row.stream, on_behalf_of=row.owner_party_id)
    row.save(update_fields=["region", "entry"])
    return row.entry


@entered(m.Item, needed=("codename", "level"))
def register_item(
    actor: Actor,
    *,
    project: UUID,
    codename: str,
    level: str,
    sha256: str = "",
    classified: Classification = NOTHING_KNOWN,
    reason: str = "",
    submission: UUID | None = None,
) -> Outcome:
    """Register a data item by codename and, if digital, SHA-256 in lower-case hex; its content stays
    outside. How it is ``classified`` is proposed with it, or later: somebody else determines it before its
    first copy."""
    row = m.Project.objects.get(id=project)
    actor.require("item.register", owner=row.owner_party_id)

    def work(act: Act) -> Outcome:
        today = regimes.today(row.regime, act.now)
        locking.share("party", gather.with_controllers(gather.path_parties(row, ()), today))
        locking.share("project", [project])
        if m.Item.objects.filter(project=row, codename=codename).exists():
            raise ActionError(
                Text(en="This codename is already used in the project.", zh="该代号在本项目中已使用。"),
                "codename",
            )
        told = settled(classified, today)
        check_named(project, None, told)
        plainly = {"id": m.new_id(), "project": row, "codename": codename, "level": level, "sha256": sha256}
        facts_act = blank_act(Verb.ITEM_REGISTER, today, actor, level=level, item=str(plainly["id"]))

        def judged(new: m.Item) -> Ruling:
            return rule(Verb.ITEM_REGISTER, gather.Question(facts_act, row, new_item=new))

        # Nothing of what is proposed stands until somebody else determines it: an item that no rule stops as
        # it is proposed is judged once more as it is registered.
        proposed = m.Item(**plainly, **told.columns())
        item = m.Item(**plainly, state=ItemState.PROPOSED)
        ruling = judged(proposed)
        if ruling.allowed:
            ruling = judged(item)
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=row.stream,
                project=row,
                attempt={"codename": codename, "level": level, "sources": proposed.sources or []},
                submission=submission or m.new_id(),
                on_behalf_of=row.owner_party_id,
            )
        decision_id = m.new_id()
        entry = item.entry = act.record(
            item_events.ItemBegun(
                item=str(item.id), project=str(row.id), codename=codename, level=level, sha256=sha256
            ),
            row.stream,
            on_behalf_of=row.owner_party_id,
            **carried(ruling, decision_id),
        )
        item.save(force_insert=True)
        decision = keep(ruling, row, decision_id, entry)
        if classified != NOTHING_KNOWN:
            wanted = classifying.Proposed(given=classified, level=level, reason=reason)
            classifying.said(act, item, classifying.drafted(act, item, wanted))
        return Outcome("done", entry, item, decision)

    return perform(actor, work, submission=submission, verb="item.register")


@entered()
def mint_copies(
    actor: Actor,
    *,
    item: UUID,
    count: int,
    custodian_person: UUID | None = None,
    system: UUID | None = None,
    submission: UUID | None = None,
) -> Outcome:
    """Number ``count`` (1 to 200) new copies of an item, held by the project's owner. Object: the list of
    copies. Refused and recorded when a rule blocks, as one does until the item is classified (CLS-01), and as
    one does where more copies need a permit (CPY-02), which is used up by them."""
    row = m.Item.objects.select_related("project").get(id=item)
    owner = row.project.owner_party_id
    actor.require("copy.mint", owner=owner)
    if not 1 <= count <= COPIES_PER_ACT:
        raise ActionError(Text(en="Number 1 to 200 copies at a time.", zh="每次编号1至200份副本。"), "count")

    def work(act: Act) -> Outcome:
        today = regimes.today(row.project.regime, act.now)
        locking.share("party", gather.with_controllers(gather.path_parties(row.project, ()), today))
        locking.together(
            ("share", "system", [system] if system else []), ("update", "project", [row.project_id])
        )
        in_use(system)
        permit = copying.under_which(row, count, today)
        facts_act = blank_act(
            Verb.COPY_MINT,
            today,
            actor,
            item=str(row.id),
            count=count,
            copy_permit=_text(permit.id if permit else None),
        )
        beside = [copying.as_facts(permit)] if permit else []
        ruling = rule(Verb.COPY_MINT, gather.Question(facts_act, row.project, items=[row.id], beside=beside))
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=row.project.stream,
                project=row.project,
                attempt={
                    "item": str(row.id),
                    "count": count,
                    "custodian_person": _text(custodian_person),
                    "system": _text(system),
                },
                submission=submission or m.new_id(),
                on_behalf_of=owner,
            )
        classifying.in_use(m.Item.objects.get(id=row.id).state, row.codename, "mint")
        first = m.Copy.objects.filter(item=row).count() + 1
        standing = m.Membership.objects.current().filter(person=custodian_person, party=owner)
        if custodian_person and not standing.exists():
            raise ActionError(
                Text("This person does not stand for the owner today.", "该人员目前不代表所有方。"),
                "custodian_person",
            )
        holder = custodian_person or actor.person
        entry, decision_id = m.new_id(), m.new_id()
        copies = [
            m.Copy(
                entry=entry,
                item=row,
                number=first + k,
                code=copy_code(_next("custody_copy_code")),
                custodian_party_id=owner,
                custodian_person_id=holder,
                system_id=system,
                tag_key=secrets.token_bytes(32),
            )
            for k in range(count)
        ]
        act.record(
            project_events.CopiesMinted(
                item=str(row.id),
                first=first,
                last=first + count - 1,
                copies=[
                    {
                        "copy": str(c.id),
                        "number": c.number,
                        "code": c.code,
                        "key_commitment": commitment(c.tag_key),
                    }
                    for c in copies
                ],
                custodian_party=str(owner),
                custodian_person=str(holder),
                system=_text(system),
            ),
            row.project.stream,
            on_behalf_of=owner,
            copy_keys=[c.tag_key for c in copies],
            entry=entry,
            **carried(ruling, decision_id),
        )
        m.Copy.objects.bulk_create(copies)
        holding.note(
            {c.id: system for c in copies}, entry=entry, project=row.project_id, party=owner, person=holder
        )
        if permit and _needed_it(ruling):
            copying.use(act, permit, copies)
        return Outcome("done", entry, copies, keep(ruling, row.project, decision_id, entry))

    return perform(actor, work, submission=submission, verb="copy.mint")


def _needed_it(ruling: Ruling) -> bool:
    """Return whether copies were numbered by leave of a permit: first ones, and those of low items, need
    none and use none up."""
    found = (finding for finding in ruling.judgement.findings if finding.code == "CPY-02")
    return any(finding.outcome is FindingOutcome.PASS for finding in found)


def commitment(key: bytes | memoryview) -> str:
    """Return the base64url SHA-256 by which a copy's key is committed to when the copy is numbered."""
    return base64.urlsafe_b64encode(hashlib.sha256(bytes(key)).digest()).rstrip(b"=").decode()


def _next(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        return int(cursor.fetchone()[0])


def _text(value: object) -> str | None:
    return None if value is None else str(value)
