"""What the entries of an evidence file tell: the material of every section.

Built from the evidence alone, never from today's tables, so that whoever holds the evidence can build the
same report. Nothing here is trusted to be complete or sensible: a value that is withheld or erased is None,
and an entry that does not fit is listed in `oddities` and left out of the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from custody.policy.regime import Pack
from custody.reports.blocks import Language
from custody.reports.names import Names
from custody.reports.records import AccountError as AccountError
from custody.reports.records import Copy as Copy
from custody.reports.records import Hop as Hop
from custody.reports.records import Party as Party
from custody.reports.records import Qualification as Qualification
from custody.reports.records import Record as Record
from custody.stamp_terms import SealTime
from custody.terms import (
    ApprovalState,
    ConditionState,
    CopyState,
    HopState,
    QualificationState,
    ReportKind,
    Source,
    Text,
)

if TYPE_CHECKING:
    from ledger.tlog.verify import Verdict


_ENDED = tuple(f"handoff.{end}" for end in ("declined", "withdrawn", "read", "lapsed", "lost"))
IN_PROJECT = Text("in this project", "本项目")


@dataclass
class Account:
    """All that sections read."""

    records: list[Record]
    requested: Record
    project: Record
    packs: dict[str, Pack]
    origin: str
    size: int
    root: bytes
    cosigned: list[str]  # key names on the checkpoint beside the log's; nothing here judges them
    runs: list[tuple[str, int]]  # name of the stream, entries
    names: Names = field(default_factory=Names)
    hops: dict[str, Hop] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    handoffs: dict[str, Record] = field(default_factory=dict)
    overrides: dict[str, list[Record]] = field(default_factory=dict)
    """What was asked, then the votes and the end of each, in their order."""
    refusals: list[Record] = field(default_factory=list)
    reasons: dict[str, Record] = field(default_factory=dict)
    doubts: list[tuple[Record, Mapping[str, Any]]] = field(default_factory=list)
    reports: list[Record] = field(default_factory=list)
    published: dict[str, Record] = field(default_factory=dict)
    site: Record | None = None
    systems: dict[str, Record] = field(default_factory=dict)
    """As registered, with what was corrected, tested and retired laid over it."""
    oddities: list[Record] = field(default_factory=list)
    recalls: list[Record] = field(default_factory=list)
    closed: Record | None = None
    """That the project was closed."""
    seal_time: SealTime = SealTime.UNIT
    """Whose word the time of the seal will be: the one thing on the pages that no entry tells beforehand."""
    where: Text = IN_PROJECT
    """Of what it tells, where it says that there is none of something."""

    @classmethod
    def of(cls, verdict: Verdict, report: str) -> Account:
        """Read an evidence file for the report of this id.

        Raises AccountError when the file lacks its checkpoint, the question or the project.
        """
        if verdict.trusted is None or verdict.bundle is None:
            raise AccountError("the evidence has no checkpoint to rest on")
        records, runs = _records(verdict)
        requested = _one(records, "report.requested", "report", report)
        project = _one(records, "project.opened", "project", str(requested.get("project")))
        account = cls(
            records=records,
            requested=requested,
            project=project,
            packs=_packs(verdict.bundle.packs),
            origin=verdict.trusted.checkpoint.origin,
            size=verdict.trusted.checkpoint.size,
            root=verdict.trusted.checkpoint.root,
            cosigned=_cosigners(verdict.bundle.checkpoint, verdict.trusted.checkpoint.origin),
            runs=runs,
        )
        for record in records:
            account._take(record)
        return account

    @property
    def installation(self) -> Record | None:
        """Return the system that Holdfast itself runs on; None when the file does not tell."""
        return next((row for row in self.systems.values() if row.get("is_installation")), None)

    # --- reading entry by entry ---

    def _take(self, record: Record) -> None:
        self.names.learn(record.name, record.at, record.values)
        try:
            self._apply(record)
        except (KeyError, TypeError, ValueError, AttributeError):
            self.oddities.append(record)

    def _apply(self, record: Record) -> None:
        get = record.get
        match record.name:
            case "log.opened":
                self.site = record
            case "system.registered":
                self.systems[get("system")] = record
            case "pack.published":
                self.published[get("sha256")] = record
            case "party.registered":
                self._party(get("party")).registered = record
            case "party.control_recorded":
                self._party(get("party")).controls.append(record)
            case "qualification.recorded":
                self._party(get("party")).qualifications.append(Qualification(record))
            case "qualification.verified" | "qualification.rejected":
                paper = self._qualification(get("party"), get("qualification"))
                paper.judged = record
                verified = record.name == "qualification.verified"
                paper.state = QualificationState.VERIFIED if verified else QualificationState.REJECTED
            case "party.corrected" | "party.renamed" | "party.state_set" | "party.merged":
                party = self._party(get("party"))
                party.registered = _corrected(party.registered, record)
                if record.name == "party.renamed":
                    party.renames.append(record)
            case "party.named":
                self._party(get("party")).names.append(record)
            case "party.control_ended":
                party = self._party(get("party"))
                party.ended[get("control")] = get("ends")
            case "party.located":
                self._party(get("party")).addresses.append(record)
            case "party.identified":
                self._party(get("party")).numbers.append(record)
            case "qualification.corrected":
                paper = self._qualification(get("party"), get("qualification"))
                paper.recorded = _corrected(paper.recorded, record) or paper.recorded
                paper.judged, paper.state = None, QualificationState.SUBMITTED
            case name if name in _STANDING:
                paper = self._qualification(get("party"), get("qualification"))
                paper.recorded = _corrected(paper.recorded, record) or paper.recorded
                paper.judged, paper.state = record, _STANDING[name]
            case "system.corrected" | "system.tested" | "system.retired":
                known = self.systems[get("system")]
                self.systems[get("system")] = _corrected(known, record) or known
            case "report.requested" | "report.issued" | "report.stamped":
                self.reports.append(record)
            case _ if record.about == self.stream:
                self._apply_to_project(record)

    def _apply_to_project(self, record: Record) -> None:
        get = record.get
        match record.name:
            case "hop.requested":
                self.hops[get("hop")] = Hop(
                    record, reported_on=get("reported_on"), performer=get("performer")
                )
            case "hops.taken_over":
                for one in get("hops"):
                    self.hops[one["hop"]].on_paper = {**one, "name": get("name"), "register": get("register")}
            case "register.compared":
                taken = {hop.on_paper["taken"]: hop for hop in self.hops.values() if hop.on_paper}
                for one in get("lines"):
                    taken[one["taken"]].compared[get("person")] = record
            case "hop.reported":
                self.hops[get("hop")].reported_on = get("reported_on")
            case "hop.described":
                hop = self.hops[get("hop")]
                hop.performer = get("performer") or hop.performer
            case "hop.withdrawn":
                hop = self.hops[get("hop")]
                hop.approval, hop.state = ApprovalState.WITHDRAWN, HopState.WITHDRAWN
            case "approval.voted":
                hop = self.hops[get("hop")]
                hop.votes.append(record)
                hop.approval = ApprovalState(get("state"))
                hop.state = _HOP_OF.get(hop.approval, hop.state)
            case "approval.advised" | "approval.referred" | "approval.limited":
                self.hops[get("hop")].advice.append(record)
            case "hop.completed" | "hop.closed":
                hop = self.hops[get("hop")]
                hop.state = HopState.COMPLETED if record.name == "hop.completed" else HopState.CLOSED
                hop.ended.append(record)
            case "copies.recalled":
                self.recalls.append(record)
                if get("hop"):
                    self.hops[get("hop")].state = HopState(get("state"))
            case "project.closed":
                self.closed = record
            case "approval.revoked":
                hop = self.hops[get("hop")]
                hop.revoked, hop.approval, hop.state = record, ApprovalState.REVOKED, HopState.REVOKED
            case "approval.suspended" | "approval.lifted" | "hop.amended":
                hop = self.hops[get("hop")]
                hop.stopped.append(record)
                hop.approval, hop.state = _STOPS[record.name]
                if record.name == "hop.amended":
                    own = {name: get(name) for name in ("subject_sha256", "requested_by")}
                    hop.asked = replace(record, values={**hop.asked.values, **get("new"), **own})
            case "condition.set":
                self.hops[get("hop")].conditions[get("condition")] = (record, ConditionState.OPEN)
            case name if name in _SETTLED:
                known = self.hops[get("hop")].conditions
                known[get("condition")] = (known[get("condition")][0], _SETTLED[name])
            case "override.asked":
                self.overrides[get("override")] = [record]
            case "override.voted" | "override.revoked":
                self.overrides[get("override")].append(record)
            case "attempt.refused":
                self.refusals.append(record)
            case "refusal.explained":
                self.reasons[get("refusal")] = record
            case "doubts.noted":
                self.doubts += [(record, doubt) for doubt in get("doubts")]
            case "copies.minted":
                for copy in get("copies"):
                    self.copies[copy["copy"]] = Copy(
                        copy["copy"], copy["code"], copy["number"], get("item"),
                        get("custodian_party"), get("custodian_person"), get("system"), record,
                    )  # fmt: skip
            case "copies.taken_over":
                for copy in get("copies"):
                    self.copies[copy["copy"]] = Copy(
                        copy["copy"], copy["code"], copy["number"], copy["item"], copy["custodian_party"],
                        copy["custodian_person"], copy["system"], record, unconfirmed=record,
                    )  # fmt: skip
            case "handoff.offered":
                self.handoffs[get("handoff")] = record
                for id in get("copies"):
                    self.copies[id].state, self.copies[id].offered = CopyState.OFFERED, record
            case "handoff.accepted":
                for id in get("copies"):
                    copy = self.copies[id]
                    copy.holder_party, copy.holder_person = get("custodian_party"), get("custodian_person")
                    copy.system, copy.since, copy.state, copy.offered = (
                        get("system"), record, CopyState.HELD, None,
                    )  # fmt: skip
                    copy.unconfirmed = None
                    copy.moves += 1
                for one in get("wrong") or ():  # not in order: it stayed with the sender
                    self.copies[one["copy"]].state, self.copies[one["copy"]].offered = CopyState.HELD, None
            case "copies.unconfirmed":
                for id in get("copies"):
                    self.copies[id].unconfirmed = record
            case "copies.confirmed":
                for id in get("copies"):
                    self.copies[id].unconfirmed = None
            case name if name in _ENDED:
                for id in get("copies"):
                    self.copies[id].state, self.copies[id].offered = CopyState.HELD, None
            case name if name in _DESTRUCTION:
                for id in get("copies"):
                    self.copies[id].state = _DESTRUCTION[name]
                    if name == "destruction.recorded":
                        self.copies[id].since = record
            case "handoff.corrected":
                offered = self.handoffs[get("handoff")]
                self.handoffs[get("handoff")] = _corrected(offered, record) or offered
            case "handoff.mistaken":
                for id in get("copies"):
                    self.copies[id].state = CopyState.DISPUTED
            case "handoff.upheld":
                for id in get("copies"):
                    self.copies[id].state = CopyState.HELD
            case "handoff.undone":
                for id in get("copies"):
                    copy = self.copies[id]
                    copy.holder_party, copy.holder_person = get("custodian_party"), get("custodian_person")
                    copy.system, copy.since, copy.state = get("systems")[id], record, CopyState.HELD
                    copy.moves += 1

    def _party(self, id: str) -> Party:
        return self.parties.setdefault(id, Party(id))

    def _qualification(self, party: str, id: str) -> Qualification:
        papers = self._party(party).qualifications
        return next(p for p in papers if p.recorded.get("qualification") == id)

    # --- what sections ask ---

    @property
    def stream(self) -> str:
        """Return the name of the project's stream."""
        return f"project:{self.requested.get('project')}"

    @property
    def language(self) -> Language:
        """Return the report's language; one that this version does not know is English."""
        asked = str(self.requested.get("language")).lower()
        if asked == "both":
            return "both"
        return "zh" if asked.startswith("zh") else "en"

    @property
    def kind(self) -> str:
        """Return which kind of report is asked for; an entry of the first version asks for the whole."""
        return str(self.requested.get("report_kind") or ReportKind.PROJECT)

    @property
    def subject(self) -> Mapping[str, Any]:
        """Return what the report is about, as its question says; empty for the project itself."""
        subject = self.requested.get("subject")
        return subject if isinstance(subject, Mapping) else {}

    @property
    def report(self) -> str:
        """Return the report's id."""
        return str(self.requested.get("report"))

    @cached_property
    def as_of(self) -> datetime:
        """Return the recorded time of the newest entry shown."""
        return self.records[-1].at

    @property
    def demo(self) -> bool:
        """Return whether the site was opened as a demo."""
        return bool(self.site and self.site.get("demo"))

    @property
    def pack(self) -> Pack | None:
        """Return the newest published pack of the project's regime that the evidence carries."""
        regime = self.project.get("regime")
        found = [self.packs[sha] for sha in self.published if sha in self.packs]
        return next((pack for pack in reversed(found) if pack.id == regime), None)

    @cached_property
    def project_records(self) -> list[Record]:
        """Return the project's own run."""
        return [record for record in self.records if record.about == self.stream]

    @cached_property
    def every(self) -> list[Record]:
        """Return all entries, also where the account was narrowed: for what something is."""
        return self.records

    @cached_property
    def signatures(self) -> dict[object, object]:
        """Return with what each act was signed whose signature stands in an entry beside it, by its id."""
        given = (record for record in self.every if record.name == "signature.given")
        return {record.get("decision_entry"): record.get("method") for record in given}

    @cached_property
    def decisions(self) -> list[Record]:
        """Return the project's entries that carry a decision."""
        return [record for record in self.project_records if record.get("decision") is not None]

    @cached_property
    def concerned(self) -> list[str]:
        """Return the parties of the project in the order in which they came in, with their controllers."""
        get = self.project.get
        ids = [get("owner_party"), get("client_party"), get("ultimate_client_party")]
        for hop in self.hops.values():
            ids += [hop.get("from_party"), hop.get("to_party"), hop.performer]
        ids += [(refusal.get("attempt") or {}).get("to_party") for refusal in self.refusals]
        ids += [r.get("unit") for r in self.records if r.name == "destruction.requested"]
        return self.controlling([id for id in ids if id])

    def controlling(self, waiting: list[str]) -> list[str]:
        """Return parties with all who control them, each once."""
        found: dict[str, None] = {}
        while waiting:
            id = waiting.pop(0)
            if id not in found:
                found[id] = None
                party = self.parties.get(id)
                waiting += [c.get("controller") for c in party.controls] if party else []
        return list(found)

    def is_claimed_late(self, record: Record) -> bool:
        """Return whether the entry claims another time than the recorded one, by more than a minute."""
        claimed = record.get("took_place_at")
        if not isinstance(claimed, str):
            return False
        try:
            return abs((record.at - datetime.fromisoformat(claimed)).total_seconds()) > 60
        except (ValueError, TypeError):
            return True

    def from_outside(self) -> list[Record]:
        """Return the project's entries that were taken over from paper or an import."""
        return [r for r in self.project_records if r.get("source") in _OUTSIDE]


_OUTSIDE = (Source.PAPER, Source.IMPORT, Source.REGISTER)
_SETTLED = {
    "condition.evidenced": ConditionState.EVIDENCED,
    "condition.met": ConditionState.MET,
    "condition.returned": ConditionState.OPEN,
    "condition.waived": ConditionState.WAIVED,
}
_DESTRUCTION = {
    "destruction.requested": CopyState.MARKED,
    "destruction.refused": CopyState.HELD,
    "destruction.withdrawn": CopyState.HELD,
    "destruction.failed": CopyState.HELD,
    "destruction.recorded": CopyState.DESTROYED,
}
_STOPS = {
    "hop.amended": (ApprovalState.REQUESTED, HopState.REQUESTED),
    "approval.suspended": (ApprovalState.SUSPENDED, HopState.SUSPENDED),
    "approval.lifted": (ApprovalState.GRANTED, HopState.ACTIVE),
}
_HOP_OF = {ApprovalState.GRANTED: HopState.ACTIVE, ApprovalState.DENIED: HopState.REJECTED}

_STANDING = {
    "qualification.suspended": QualificationState.SUSPENDED,
    "qualification.reinstated": QualificationState.VERIFIED,
    "qualification.downgraded": QualificationState.DOWNGRADED,
    "qualification.revoked": QualificationState.REVOKED,
}


def _corrected(record: Record | None, by: Record) -> Record | None:
    """Return what was recorded with a correction laid over it; an individual's names have own fields."""
    if record is None:
        return None
    own = {f"individual_{n}": v for n, v in (by.get("new_personal") or {}).items()}
    return replace(record, values={**record.values, **(by.get("new") or {}), **own})


def _records(verdict: Verdict) -> tuple[list[Record], list[tuple[str, int]]]:
    """Return all entries in the order of their times, and each run's name and length."""
    if verdict.bundle is None:
        raise AccountError("the evidence cannot be read")
    open_digests = verdict.bundle.disclosures
    place = {run.stream: number for number, run in enumerate(verdict.bundle.runs)}
    records = [
        Record(
            entry.leaf.id,
            place[entry.leaf.stream],
            entry.leaf.seq,
            entry.leaf.time,
            entry.values,
            all(digest in open_digests for digest in entry.leaf.digests),
        )
        for entry in verdict.entries
    ]
    names: dict[int, str] = {}
    for record in filter(lambda record: record.about, records):
        names.setdefault(record.run, record.about)
    runs = [
        (names.get(number, run.stream), run.last - run.first + 1)
        for number, run in enumerate(verdict.bundle.runs)
    ]
    return sorted(records, key=lambda r: (r.at, r.run, r.seq)), runs


def _cosigners(note: str, origin: str) -> list[str]:
    lines = note.rpartition("\n\n")[2].splitlines()
    names = (line.split(" ")[1] for line in lines if line.count(" ") == 2)
    return list(dict.fromkeys(name for name in names if name != origin))


def _one(records: Iterable[Record], kind: str, member: str, value: str) -> Record:
    found = [r for r in records if r.name == kind and r.get(member) == value]
    if len(found) != 1:
        raise AccountError(f"expected one {kind} with {member} {value}, found {len(found)}")
    return found[0]


def _packs(texts: Mapping[str, str]) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    for sha256, text in texts.items():
        try:
            packs[sha256] = Pack.from_text(text)
        except ValueError:
            continue  # the verifier says so; a report is never built on such a file
    return packs


def grouped(records: Sequence[Record], key: Any) -> list[list[Record]]:
    """Return records in groups of equal keys, in the order in which each key came first."""
    groups: dict[Any, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return list(groups.values())
