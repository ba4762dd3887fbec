"""Event -> rows: what the tables must say, told from the ledger alone.

Rebuilding gives plain rows by table and id, which :mod:`custody.compare` holds against the tables. Not told
by entries, and so neither rebuilt nor compared: secrets (passwords, copy keys beyond their commitment), form
tokens, the outbox, the lines of a barred list (only its hash is), file names of reports, and the moments at
which acts began, which lie a little before their entries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from custody import models as m
from custody import record
from custody.blanks import blanks
from custody.corrected import CORRECTED
from custody.terms import (
    ApprovalState,
    CopyState,
    HandoffState,
    HopState,
    ItemState,
    PartyState,
    ProjectState,
    Provision,
    QualificationState,
    ReportState,
    SystemState,
)
from custody.transitions import APPROVAL, HOP, move

Row = dict[str, Any]


@dataclass(slots=True)
class State:
    """Rows by table and id, as the entries read so far make them."""

    rows: dict[type[Model], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    now: dt.datetime | None = None
    """Recorded time of the entry that is being read."""
    born: dict[tuple[type[Model], str], dt.datetime | None] = field(default_factory=dict)
    """When the entry was recorded that made a row."""

    def set(self, model: type[Model], id: str, **columns: Any) -> None:
        """Make a row, or change columns of it."""
        self.born.setdefault((model, id), self.now)
        self.rows[model].setdefault(id, {}).update(columns)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry on its way into rows."""

    values: Mapping[str, Any]
    entry: str
    about: str

    def pick(self, *names: str, **renamed: str) -> Row:
        """Return fields under their own names and, as ``column=field``, under others; with the entry."""
        return {**{n: self.values[n] for n in names}, **{c: self.values[f] for c, f in renamed.items()}} | {
            "entry": self.entry
        }

    @property
    def project(self) -> str | None:
        """Return the project that the entry is about, if it is about one."""
        noun, _, id = self.about.partition(":")
        return id if noun == "project" else None


TABLES: tuple[type[Model], ...] = (
    m.Site, m.RegimePack, m.System, m.BarredList, m.Person, m.User, m.ApiKey, m.Membership, m.Grant, m.Party,
    m.PartyControl, m.Qualification, m.Project, m.Item, m.Copy, m.Doubt, m.Hop, m.Approval, m.Vote, m.Refusal,
    m.Handoff, m.Report, m.Decision, m.Correction, m.FrozenObject,
)  # fmt: skip
Apply = Callable[[State, Told], None]
APPLIES: dict[str, Apply] = {**CORRECTED}


def applies(*kinds: str) -> Callable[[Apply], Apply]:
    """Say how an event kind, in one or several versions, changes rows."""

    def note(body: Apply) -> Apply:
        APPLIES.update(dict.fromkeys(kinds, body))
        return body

    return note


def rebuild(
    entries: Iterable[Any] | None = None,
    before: Callable[[State, Told], None] = lambda state, told: None,
    state: State | None = None,
) -> State:
    """Return the rows that entries make, all of the ledger's if none are given. KeyError: an unknown kind.

    ``before`` sees each entry while the state is still that before it. ``state``: where the rows go.
    """
    state = State() if state is None else state
    for entry in entries if entries is not None else record.history():
        tell(state, entry, before=before)
    return state


def tell(
    state: State,
    entry: record.Entry,
    giving_up: Iterable[str] = (),
    before: Callable[[State, Told], None] = lambda state, told: None,
) -> None:
    """Change rows as one more entry says, with blanks for what it has given up or is about to."""
    blank = blanks(entry.values, {*entry.erased, *giving_up})
    told = Told({**entry.values, **blank}, str(entry.id), entry.stream_name)
    state.now = entry.at
    before(state, told)
    APPLIES[str(entry.values["kind"])](state, told)
    if "decision" in entry.values:
        _decision(state, told)


# --- how each kind changes rows ---


@applies("log.opened/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Site,
        "1",
        **t.pick("origin", "rp_id", "demo", name="site_name", operator_id="operator", system_id="system"),
    )


@applies("site.configured/1")
def _(state: State, t: Told) -> None:
    state.set(m.Site, "1", time_zone=t.values["time_zone"], regime=t.values["regime"])


@applies("pack.published/1", "pack.published/2")
def _(state: State, t: Told) -> None:
    given = t.pick("effective", body="text") if "text" in t.values else {"effective": None}
    state.set(m.RegimePack, t.values["pack"], **given | t.pick("name", "version", "sha256"))


@applies("system.registered/1", "system.registered/2")
def _(state: State, t: Told) -> None:
    row = t.pick(
        "name",
        "levels",
        "network",
        "tested_on",
        "is_installation",
        kind="system_kind",
        owner_party_id="owner_party",
    )
    later = {"inventory_number": None, "accreditation": "", "country": "", "provision": Provision.UNKNOWN}
    row |= {name: t.values.get(name, unsaid) for name, unsaid in later.items()}
    state.set(m.System, t.values["system"], state=SystemState.ACTIVE, tested_by="", **row)


@applies("barred_list.imported/1")
def _(state: State, t: Told) -> None:
    row = t.pick("file_name", "sha256", "rows", "rejected", source="list_source")
    state.set(m.BarredList, t.values["barred_list"], **row)


@applies("subawards.imported/1")
@applies("grant.looked/1")
@applies("refusals.throttled/1")
@applies("fsck.failed/1")
@applies("attempt.held/1")
@applies("ledger.restored/1")
@applies("log_folder.rewritten/1")
@applies("erasure.refused/1")
@applies("erasure.too_early/1")
def _(state: State, t: Told) -> None:
    """Tell something that stands in no table."""


@applies("person.registered/1")
def _(state: State, t: Told) -> None:
    state.set(m.Person, t.values["person"], hold=None, **t.pick("name", "staff_number", "citizenships"))


@applies("person.held/1")
def _(state: State, t: Told) -> None:
    state.set(m.Person, t.values["person"], hold=t.entry, entry=t.entry)


@applies("person.hold_lifted/1")
def _(state: State, t: Told) -> None:
    state.set(m.Person, t.values["person"], hold=None, entry=t.entry)


@applies("membership.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("role", "starts", "ends", person_id="person", party_id="party")
    state.set(m.Membership, t.values["membership"], **row)


@applies("grant.given/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Grant, t.values["grant"], **t.pick("starts", "ends", person_id="person", project_id="project")
    )


@applies("sign_in.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("username", person_id="person")
    del row["entry"]
    state.set(m.User, t.values["user"], **row)


@applies("key.issued/1")
def _(state: State, t: Told) -> None:
    expires = dt.datetime.fromisoformat(t.values["expires_at"])
    row = t.pick("name", "scopes", user_id="user")
    state.set(m.ApiKey, t.values["key"], **row, expires_at=expires, revoked_at=None)


@applies("key.revoked/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["revoked_at"])
    state.set(m.ApiKey, t.values["key"], revoked_at=ended, entry=t.entry)


@applies("party.registered/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(
        m.Party,
        v["party"],
        kind=v["party_kind"],
        name=v["name"] if v["name"] is not None else v["individual_name"],
        other_name=v["other_name"] if v["other_name"] is not None else v["individual_other_name"],
        country=v["country"],
        state=PartyState(v["state"]),
        entry=t.entry,
    )


@applies("party.control_recorded/1")
def _(state: State, t: Told) -> None:
    row = t.pick("share", kind="control_kind", party_id="party", controller_id="controller")
    state.set(m.PartyControl, t.values["control"], **row)


@applies("qualification.recorded/1")
def _(state: State, t: Told) -> None:
    names = ("type", "grade", "categories", "number", "issuer", "valid_from", "valid_to")
    row = t.pick(*names, party_id="party", recorded_by_id="recorded_by")
    state.set(
        m.Qualification,
        t.values["qualification"],
        state=QualificationState.SUBMITTED,
        verified_by_id=None,
        **row,
    )


@applies("qualification.verified/1")
def _(state: State, t: Told) -> None:
    row = t.pick("verified_on", verified_how="how", verified_by_id="verified_by")
    state.set(m.Qualification, t.values["qualification"], state=QualificationState.VERIFIED, **row)


@applies("qualification.rejected/1")
def _(state: State, t: Told) -> None:
    state.set(m.Qualification, t.values["qualification"], state=QualificationState.REJECTED, entry=t.entry)


@applies("project.opened/1")
def _(state: State, t: Told) -> None:
    names = ("code", "title", "regime", "level", "qualification_type", "qualification_grade", "categories")
    money = ("contract_number", "contract_value", "currency", "contract_signed", "source_key")
    parties = {f"{name}_id": name for name in ("owner_party", "client_party", "ultimate_client_party")}
    state.set(m.Project, t.values["project"], state=ProjectState.OPEN, **t.pick(*names, *money, **parties))


@applies("item.registered/1")
def _(state: State, t: Told) -> None:
    row = t.pick("codename", "level", "sha256", project_id="project")
    state.set(m.Item, t.values["item"], state=ItemState.REGISTERED, **row)


@applies("copies.minted/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        row = t.pick(
            item_id="item", custodian_party_id="custodian_party", custodian_person_id="custodian_person"
        )
        row |= {"number": copy["number"], "code": copy["code"], "system_id": t.values["system"]}
        state.set(m.Copy, copy["copy"], state=CopyState.HELD, offered_in_id=None, unconfirmed=None, **row)


@applies("doubts.noted/1")
def _(state: State, t: Told) -> None:
    for doubt in t.values["doubts"]:
        state.set(
            m.Doubt,
            doubt["doubt"],
            project_id=t.values["project"],
            hop_id=doubt["hop"],
            party_id=doubt["party"],
            code=doubt["code"],
            text_en=doubt["en"],
            text_zh=doubt["zh"],
            position=doubt["position"],
            key=doubt["key"],
            entry=t.entry,
        )


@applies("hop.requested/1")
def _(state: State, t: Told) -> None:
    v = t.values
    names = ("path", "depth", "scope", "level", "categories", "starts", "ends", "share", "amount", "currency")
    more = ("keeps_core", "client_consent", "awarded_on", "reported_on", "subject_sha256", "source_key")
    ids = {f"{name}_id": name for name in ("project", "parent", "from_party", "to_party", "requested_by")}
    state.set(m.Hop, v["hop"], state=HopState.REQUESTED, **t.pick(*names, *more, **ids))
    row = t.pick("level", "starts", "ends", "subject_sha256", "decide_by", "needed")
    row |= {"hop_id": v["hop"], "requested_by_id": v["requested_by"]}
    state.set(m.Approval, v["approval"], state=ApprovalState.REQUESTED, **row)


@applies("approval.voted/1")
def _(state: State, t: Told) -> None:
    v = t.values
    names = ("choice", "reason", "method", "statement", "statement_sha256")
    state.set(m.Vote, v["vote"], **t.pick(*names, approval_id="approval", person_id="person"))
    became = ApprovalState(v["state"])
    verb = {ApprovalState.GRANTED: "approve", ApprovalState.DENIED: "deny"}.get(became, "agree")
    state.set(m.Approval, v["approval"], state=became, entry=t.entry)
    state.set(m.Hop, v["hop"], state=move(HOP, HopState.REQUESTED, verb), entry=t.entry)


@applies("approval.revoked/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Approval, t.values["approval"], state=move(APPROVAL, ApprovalState.GRANTED, "revoke"), entry=t.entry
    )
    state.set(m.Hop, t.values["hop"], state=move(HOP, HopState.ACTIVE, "revoke"), entry=t.entry)


@applies("hop.reported/1")
def _(state: State, t: Told) -> None:
    state.set(m.Hop, t.values["hop"], **t.pick("reported_on"))


@applies("attempt.refused/1")
def _(state: State, t: Told) -> None:
    attempt = t.values["attempt"]
    row = t.pick("verb", "attempt", attempted_by_id="person")
    columns = {
        "hop_id": attempt.get("hop"),
        "parent_hop_id": attempt.get("parent"),
        "to_party_id": attempt.get("to_party"),
    }
    decision = t.values["decision"]["id"]
    state.set(
        m.Refusal,
        t.values["refusal"],
        project_id=t.project,
        decision_id=decision,
        reason="",
        **row,
        **columns,
    )


@applies("refusal.explained/1")
def _(state: State, t: Told) -> None:
    state.set(m.Refusal, t.values["refusal"], **t.pick("reason"))


@applies("handoff.offered/1", "handoff.offered/2")
def _(state: State, t: Told) -> None:
    v = t.values
    parties = (
        "sender_party",
        "sender_person",
        "receiver_party",
        "receiver_person",
        "project",
        "hop",
        "system",
    )
    row = t.pick("number", "purpose", "channel", "due_back", **{f"{name}_id": name for name in parties})
    state.set(
        m.Handoff,
        v["handoff"],
        state=HandoffState.OFFERED,
        answer="",
        offer_entry=t.entry,
        answer_entry=None,
        second_carrier_id=v.get("second_carrier"),
        **row,
    )
    for copy in v["copies"]:
        state.set(m.Copy, copy, state=CopyState.OFFERED, offered_in_id=v["handoff"], entry=t.entry)


@applies("handoff.accepted/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(
        m.Handoff,
        v["handoff"],
        state=HandoffState.ACCEPTED,
        answer=v["note"],
        answer_entry=t.entry,
        entry=t.entry,
    )
    row = t.pick(
        custodian_party_id="custodian_party", custodian_person_id="custodian_person", system_id="system"
    )
    for copy in v["copies"]:
        state.set(m.Copy, copy, state=CopyState.HELD, offered_in_id=None, unconfirmed=None, **row)


def _offer_ended(to: HandoffState) -> Apply:
    def body(state: State, t: Told) -> None:
        state.set(
            m.Handoff,
            t.values["handoff"],
            state=to,
            answer=t.values["reason"],
            answer_entry=t.entry,
            entry=t.entry,
        )
        for copy in t.values["copies"]:
            state.set(m.Copy, copy, state=CopyState.HELD, offered_in_id=None, entry=t.entry)

    return body


applies("handoff.declined/1")(_offer_ended(HandoffState.DECLINED))
applies("handoff.withdrawn/1")(_offer_ended(HandoffState.WITHDRAWN))


@applies("report.requested/1")
def _(state: State, t: Told) -> None:
    row = t.pick("language", project_id="project") | {"requested_entry": t.entry}
    state.set(m.Report, t.values["report"], **row)


@applies("report.issued/1")
def _(state: State, t: Told) -> None:
    state.set(m.Report, t.values["report"], state=ReportState.READY, **t.pick("sha256", "length", "log_size"))


@applies("object.frozen/1")
def _(state: State, t: Told) -> None:
    row = t.pick("table", "object", "holds", "columns")
    state.set(m.FrozenObject, t.values["frozen"], settled_entry=None, **row)


@applies("object.settled/1")
def _(state: State, t: Told) -> None:
    state.set(m.FrozenObject, t.values["frozen"], settled_entry=t.entry, entry=t.entry)


@applies("person.erased/1")
@applies("fields.erased/1")
def _(state: State, t: Told) -> None:
    for report in t.values["reports"]:
        state.set(m.Report, report, state=ReportState.WITHDRAWN, entry=t.entry)


@applies("copies.unconfirmed/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        state.set(m.Copy, copy, unconfirmed=t.entry, entry=t.entry)


@applies("copies.confirmed/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        state.set(m.Copy, copy, unconfirmed=None, entry=t.entry)


def _decision(state: State, t: Told) -> None:
    told = t.values["decision"]
    names = ("verb", "outcome", "rules", "facts_schema", "pack_sha256", "findings")
    project = t.project if t.values["kind"] != "project.opened/1" else t.values["project"]
    state.set(m.Decision, told["id"], project_id=project, entry=t.entry, **{n: told[n] for n in names})
