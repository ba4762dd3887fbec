"""Applying what importers parsed. Each record goes in whole or not at all; a second run changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import project as project_events
from custody.events import site as site_events
from custody.importers import barred_csv, sam_exclusions, sam_subawards
from custody.importers.names import fold
from custody.policy.engine import Decision as Judgement
from custody.record import SYSTEM_STREAM
from custody.terms import PartyKind, Text, Verb

from . import hops, projects
from .base import Act, ActionError, Actor, Outcome, perform
from .deciding import Ruling, rule
from .registers import add_party

REGIME = "us_cui"
SOURCE = "sam.gov/subawards"
EXCLUSIONS = "sam.gov/exclusions"


POSITION = 100  # characters that the column of a doubt's place takes


class _DryRun(Exception):
    """Undoes an act that was only tried."""


@dataclass(slots=True)
class Summary:
    """What an import of subaward reports did, or would do."""

    parsed: sam_subawards.Parsed
    projects: int = 0
    hops: int = 0
    doubts: int = 0
    known_projects: int = 0
    known_hops: int = 0
    created: set[str] = field(default_factory=set)
    """UEI of each party created, or that would be: one may stand in several contracts."""
    met: set[str] = field(default_factory=set)
    """UEI of each party of the file that there is; in a dry run none of those created."""
    judgements: list[tuple[m.Hop, Judgement]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Return whether anything was created."""
        return bool(self.projects or self.created or self.hops or self.doubts)

    @property
    def parties(self) -> int:
        """Return how many parties were created."""
        return len(self.created)

    @property
    def known_parties(self) -> int:
        """Return how many parties of the file were there before."""
        return len(self.met - self.created)


def import_subawards(
    actor: Actor,
    parsed: sam_subawards.Parsed,
    *,
    file_name: str,
    file_sha256: str,
    level: str = "fci",
    grade: str = "",
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Enter contracts as projects, organisations as parties and reports as hops under ``us_cui``; run the
    rules.

    One transaction per contract, with the parties that are new in it. Raises ActionError when the rules do
    not let this installation hold the level, before anything is entered.
    """
    actor.require("import.subawards")
    summary = Summary(parsed)
    _may_hold(actor, level)
    parties = {p.uei: p for p in parsed.parties}
    agencies = _Agencies()
    for contract in parsed.contracts:
        progress(contract.piid)
        own = [h for h in parsed.hops if h.contract_key == contract.key]
        doubts = [d for d in parsed.doubts if _belongs(d, contract, own)]
        _enter(actor, summary, contract, own, parties, doubts, agencies, level, grade, dry_run)
    if summary.changed and not dry_run:
        _note_import(actor, summary, file_name, file_sha256)
    return summary


def _belongs(
    doubt: sam_subawards.Doubt, contract: sam_subawards.Contract, own: Sequence[sam_subawards.Hop]
) -> bool:
    """Say whether a doubt is shown on a contract's project: one about it, its reports, or its parties."""
    if doubt.about == "contract":
        return doubt.subject == contract.key
    if doubt.about == "report":
        return any(h.report_number == doubt.subject for h in own)
    records = {r for h in own for r in h.records} | set(contract.records)
    return not doubt.records or bool(records & set(doubt.records))


class _Agencies:
    """The contracting agencies, which are the clients: government units named by the file, one party each."""

    def __init__(self) -> None:
        self.ids: dict[str, UUID] = {}

    def find(self, contract: sam_subawards.Contract) -> m.Party | None:
        return m.Party.objects.filter(
            identifiers__scheme="US-AGENCY", identifiers__value=contract.agency_id
        ).first()


def _may_hold(actor: Actor, level: str) -> None:
    if level not in {x.id for x in regimes.pack(REGIME).levels}:
        raise ActionError(Text(f"{REGIME} has no level {level}.", f"{REGIME}没有密级{level}。"), "level")
    here = m.System.objects.filter(is_installation=True).first()
    accredited = here.levels.get(regimes.family(REGIME)) if here else None
    pack = regimes.pack(REGIME)
    if accredited is None or pack.rank(level) > pack.rank(accredited):
        raise ActionError(
            Text(
                f"This installation is not accredited to hold {level} under {REGIME} (rule SYS-01), "
                "so nothing was imported. Use an installation that is.",
                f"本系统未获准存放{REGIME}下的{level}内容（规则SYS-01），未导入任何内容。请使用相应密级的系统。",
            ),
            "level",
        )


def _enter(
    actor: Actor,
    summary: Summary,
    contract: sam_subawards.Contract,
    own: Sequence[sam_subawards.Hop],
    parties: dict[str, sam_subawards.Party],
    doubts: Sequence[sam_subawards.Doubt],
    agencies: _Agencies,
    level: str,
    grade: str,
    dry_run: bool,
) -> None:
    """Enter one contract in one transaction."""
    counted = Summary(summary.parsed)

    def work(act: Act) -> Outcome:
        client = agencies.find(contract) or _add_agency(act, contract)
        by_uei = {
            u: _party(act, parties[u], counted)
            for u in sorted({contract.prime_uei, *(h.sub_uei for h in own)})
        }
        project = _project(act, contract, by_uei[contract.prime_uei], client, level, grade, counted)
        rows = {h.report_number: _hop(act, project, h, by_uei[h.sub_uei], counted) for h in own}
        _doubts(act, project, doubts, rows, by_uei, counted)
        if dry_run:
            raise _DryRun
        return Outcome("done", act.id, project)

    with suppress(_DryRun):
        perform(actor, work)
    for name in ("projects", "hops", "doubts", "known_projects", "known_hops"):
        setattr(summary, name, getattr(summary, name) + getattr(counted, name))
    summary.created |= counted.created
    summary.met |= counted.met
    summary.judgements += counted.judgements


def _party(act: Act, parsed: sam_subawards.Party, counted: Summary) -> m.Party:
    row = m.Party.objects.filter(identifiers__scheme="UEI", identifiers__value=parsed.uei).first()
    if row:
        counted.met.add(parsed.uei)
        return row
    counted.created.add(parsed.uei)
    others = [n for n in parsed.names if n != parsed.name]
    row, _ = add_party(
        act,
        PartyKind.ORGANISATION,
        parsed.name,
        "; ".join(dict.fromkeys(others))[:300],
        parsed.country or "",
        {"UEI": parsed.uei},
    )
    return row


def _add_agency(act: Act, contract: sam_subawards.Contract) -> m.Party:
    name = contract.agency or contract.department or f"US agency {contract.agency_id}"
    row, _ = add_party(act, PartyKind.GOVERNMENT, name, "", "US", {"US-AGENCY": contract.agency_id})
    return row


def _project(
    act: Act,
    contract: sam_subawards.Contract,
    prime: m.Party,
    client: m.Party,
    level: str,
    grade: str,
    counted: Summary,
) -> m.Project:
    key = f"{SOURCE}:{contract.key}"
    row = m.Project.objects.filter(source_key=key).first()
    if row:
        counted.known_projects += 1
        return row
    counted.projects += 1
    row = m.Project(
        entry=m.new_id(),
        code=contract.piid,
        title=(contract.description or contract.piid)[:300],
        regime=REGIME,
        level=level,
        owner_party=prime,
        client_party=client,
        ultimate_client_party=client,
        qualification_type="cmmc",
        qualification_grade=grade,
        contract_number=contract.piid,
        contract_value=Decimal(contract.value) if contract.value else None,
        currency="USD",
        contract_signed=dt.date.fromisoformat(contract.signed) if contract.signed else None,
        source_key=key,
    )
    projects.add_project(act, row, None)
    return row


def _hop(act: Act, project: m.Project, parsed: sam_subawards.Hop, sub: m.Party, counted: Summary) -> m.Hop:
    key = f"{SOURCE}:{parsed.report_number}"
    row = m.Hop.objects.filter(source_key=key).first()
    if row:
        counted.known_hops += 1
        return row
    counted.hops += 1
    awarded = dt.date.fromisoformat(parsed.awarded)
    amount = Decimal(parsed.amount)
    share = (amount * 100 / project.contract_value) if project.contract_value else None
    terms = hops.Terms(
        to_party=sub.id,
        scope=parsed.description or parsed.subaward_number or parsed.report_number,
        level=project.level,
        starts=awarded,
        amount=amount,
        share=None if share is None or share >= 10000 else share.quantize(Decimal("0.01")),
        currency="USD",
        awarded_on=awarded,
        reported_on=dt.date.fromisoformat(parsed.submitted),
        performer=None,
    )
    row = hops.propose(project, None, terms, act.actor, source_key=key)
    ruling: Ruling = rule(
        Verb.HOP_REQUEST,
        hops.question(project, row, act.actor, regimes.today(REGIME, act.now), Verb.HOP_REQUEST),
    )
    hops.add_hop(act, row, ruling, None)
    counted.judgements.append((row, ruling.judgement))
    return row


def _doubts(
    act: Act,
    project: m.Project,
    doubts: Sequence[sam_subawards.Doubt],
    rows: dict[str, m.Hop],
    parties: dict[str, m.Party],
    counted: Summary,
) -> None:
    fresh = []
    for doubt in doubts:
        key = hashlib.sha256(
            f"{SOURCE}|{project.source_key}|{doubt.code}|{doubt.subject}".encode()
        ).hexdigest()
        if not m.Doubt.objects.filter(key=key).exists():
            fresh.append((key, doubt))
    if not fresh:
        return
    counted.doubts += len(fresh)
    named = []
    for key, doubt in fresh:
        hop = rows.get(doubt.subject) if doubt.about == "report" else None
        party = parties.get(doubt.subject) if doubt.about == "party" else (hop.to_party if hop else None)
        named.append((m.new_id(), key, doubt, hop, party))
    entry = act.record(
        project_events.DoubtsNoted(
            project=str(project.id),
            count=len(named),
            doubts=[
                {
                    "doubt": str(id),
                    "key": key,
                    "code": str(doubt.code),
                    "hop": str(hop.id) if hop else None,
                    "party": str(party.id) if party else None,
                    "en": doubt.sentence.en,
                    "zh": doubt.sentence.zh,
                    "position": doubt.place(POSITION),
                }
                for id, key, doubt, hop, party in named
            ],
        ),
        project.stream,
    )
    m.Doubt.objects.bulk_create(
        m.Doubt(
            id=id,
            entry=entry,
            project=project,
            hop=hop,
            party=party,
            code=str(doubt.code),
            text_en=doubt.sentence.en,
            text_zh=doubt.sentence.zh,
            position=doubt.place(POSITION),
            key=key,
        )
        for id, key, doubt, hop, party in named
    )


def _note_import(actor: Actor, summary: Summary, file_name: str, file_sha256: str) -> None:
    def work(act: Act) -> Outcome:
        entry = act.record(
            site_events.SubawardsImported(
                sha256=file_sha256,
                file_name=file_name,
                records=summary.parsed.totals.records,
                projects=summary.projects,
                parties=summary.parties,
                hops=summary.hops,
                doubts=summary.doubts,
                rejected=summary.parsed.totals.rejected,
            ),
            SYSTEM_STREAM,
        )
        return Outcome("done", entry)

    perform(actor, work)


@dataclass(slots=True)
class ListSummary:
    """What an import of barred parties did."""

    barred_list: m.BarredList | None
    rows: int
    rejected: list[sam_exclusions.Rejected]
    repaired: int
    known: bool


def import_exclusions(
    actor: Actor,
    rows: Iterable[sam_exclusions.Exclusion | barred_csv.Barred | sam_exclusions.Rejected],
    *,
    file_name: str,
    file_sha256: str,
    source: str = EXCLUSIONS,
    dry_run: bool = False,
) -> ListSummary:
    """Enter a list of barred parties in one transaction; the same file a second time changes nothing.

    ``source`` says whose list it is: parties are screened against the newest list of each.

    Unless a restore left the list without its lines: they come back from the file whose hash its entry has.
    """
    actor.require("import.exclusions")
    known = m.BarredList.objects.filter(sha256=file_sha256).first()
    taken: list[sam_exclusions.Exclusion | barred_csv.Barred] = []
    rejected: list[sam_exclusions.Rejected] = []
    for row in rows:
        if isinstance(row, sam_exclusions.Rejected):
            rejected.append(row)
        else:
            taken.append(row)
    repaired = sum(isinstance(r, sam_exclusions.Exclusion) and r.repaired for r in taken)
    lost = known is not None and bool(taken) and not known.entries.exists()
    if (known and not lost) or dry_run:
        return ListSummary(known, len(taken), rejected, repaired, known is not None and not lost)

    def work(act: Act) -> Outcome:
        if known:
            m.BarredEntry.objects.bulk_create((_barred(known, row) for row in taken), batch_size=1000)
            return Outcome("done", known.entry, known)
        list_id = m.new_id()
        entry = act.record(
            site_events.BarredListImported(
                barred_list=str(list_id),
                list_source=source,
                file_name=file_name,
                sha256=file_sha256,
                rows=len(taken),
                rejected=len(rejected),
            ),
            SYSTEM_STREAM,
        )
        barred = m.BarredList.objects.create(
            id=list_id,
            entry=entry,
            source=source,
            file_name=file_name,
            sha256=file_sha256,
            rows=len(taken),
            rejected=len(rejected),
        )
        m.BarredEntry.objects.bulk_create((_barred(barred, row) for row in taken), batch_size=1000)
        return Outcome("done", entry, barred)

    done = perform(actor, work)
    return ListSummary(done.object, len(taken), rejected, repaired, False)


def _barred(barred: m.BarredList, row: sam_exclusions.Exclusion | barred_csv.Barred) -> m.BarredEntry:
    if isinstance(row, barred_csv.Barred):
        return m.BarredEntry(
            list=barred,
            line=row.line,
            classification=row.kind,
            name=row.name,
            name_key=fold(row.name)[:600],
            aliases=list(row.aliases),
            country=row.country,
            uei=row.uei,
            duns=row.duns,
            cage=row.cage,
            identifiers=row.identifiers,
            program=row.program,
            agency=row.authority,
            exclusion_type=row.exclusion,
            active_on=row.active,
            ends_on=row.ends,
        )
    return m.BarredEntry(
        list=barred,
        line=row.line,
        classification=row.classification[:60],
        name=row.name[:600],
        name_key=fold(row.name)[:600],
        country=row.country[:3],
        uei=row.uei[:16],
        duns=row.duns[:16],
        cage=row.cage[:8],
        program=row.program[:60],
        agency=row.agency[:60],
        exclusion_type=row.exclusion_type[:100],
        active_on=dt.date.fromisoformat(row.active) if row.active else None,
        ends_on=dt.date.fromisoformat(row.terminates) if row.terminates else None,
    )
