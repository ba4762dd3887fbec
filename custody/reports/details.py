"""What an entry tells beside its sentence: the lines below it in a timeline. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custody import regions
from custody.fields import field_name
from custody.reports import on_the_way, taken_over
from custody.reports.account import Account, Record
from custody.reports.blocks import Words
from custody.reports.names import UNNAMED
from custody.reports.wording import (
    _WORDS,
    NOT_STATED,
    attempted,
    categories,
    fill,
    hop_name,
    joined,
    label,
    level,
    quoted,
)
from custody.terms import (
    AddressKind,
    Channel,
    ConsentKind,
    DiscrepancyState,
    Leg,
    PaymentMeans,
    ProposalKind,
    QualificationState,
    Received,
    ResultOfTest,
    Source,
    StrayState,
    Subject,
    Text,
    VisitKind,
    VoteMethod,
)

Detail = Callable[[Account, Record], list[Words]]


def details(account: Account, record: Record) -> list[Words]:
    """Return what a reader wants to know beside the sentence, one line each."""
    lines = _DETAILS[record.name](account, record) if record.name in _DETAILS else []
    if account.is_claimed_late(record):
        lines.append(
            fill(
                Text(
                    "Said to have taken place at {time} (claimed, not proved).",
                    "据称发生于 {time}（系当事人陈述，未经证明）。",
                ),
                time=str(record.get("took_place_at")),
            )
        )
    return [line for line in lines if line]


def _hop(account: Account, record: Record) -> list[Words]:
    get = record.get
    share = get("share")
    return [
        fill(
            Text("{giver} → {taker}: {scope}", "{giver} → {taker}：{scope}"),
            giver=account.names.of(get("from_party"), record.at),
            taker=account.names.of(get("to_party"), record.at),
            scope=str(get("scope") or NOT_STATED.get(account.language)),
        ),
        fill(
            Text("Level {level}; share of the work {share}.", "密级：{level}；工作量占比：{share}。"),
            level=level(account, get("level")),
            share=f"{share} %" if share else NOT_STATED,
        ),
        *_described(account, record),
        *([taken_over.ANEW] if record.get("source") == Source.REGISTER else []),
    ]


def _described(account: Account, record: Record) -> list[Words]:
    """Return who performs the work and which listed business it is, as far as the entry says so."""
    lines: list[Words] = []
    if performer := record.get("performer"):
        named = account.names.of(performer, record.at)
        lines.append(fill(Text("Work performed by {party}.", "实际作业单位：{party}。"), party=named))
    lines += _paid(account, record)
    if (business := record.get("business")) is not None:
        named = categories(account, business) if business else Text("none", "无")
        lines.append(fill(Text("Listed businesses: {listed}.", "涉密业务类别：{listed}。"), listed=named))
    return [*lines, quoted(record.get("reason"))]


def _paid(account: Account, record: Record) -> list[Words]:
    """Return who pays, from where and how, as far as the entry says so."""
    payer, country, means = (record.get(n) for n in ("payer", "payer_country", "payment"))
    if not (payer or country or means):
        return []
    return [
        fill(
            Text(
                "Paid by {payer}, from {country}, by {means}.",
                "付款方：{payer}；来源国：{country}；方式：{means}。",
            ),
            payer=account.names.of(payer, record.at) if payer else NOT_STATED,
            country=str(country) if country else NOT_STATED,
            means=label(PaymentMeans, means) if means else NOT_STATED,
        )
    ]


def _vote(account: Account, record: Record) -> list[Words]:
    return [
        hop_name(account, record.get("hop"), record),
        quoted(record.get("reason")),
        label(VoteMethod, record.get("method")),
    ]


def _refused(account: Account, record: Record) -> list[Words]:
    decision = record.decision
    codes = ", ".join(f.code for f in decision.barring) if decision else "?"
    return [attempted(account, record), fill(Text("Rules: {codes}", "规则：{codes}"), codes=codes)]


def _offered(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    return [
        fill(
            Text(
                "{giver} → {taker} ({person}): copies {copies}",
                "{giver} → {taker}（{person}）：副本 {copies}",
            ),
            giver=names.of(get("sender_party"), at),
            taker=names.of(get("receiver_party"), at),
            person=names.of(get("receiver_person"), at),
            copies=names.listed(get("copies") or (), at),
        ),
        label(Leg, get("leg")) if get("leg") else "",
        fill(
            Text("{channel}, to {system}. {purpose}", "{channel}，目的系统 {system}。{purpose}"),
            channel=label(Channel, get("channel")),
            system=names.of(get("system"), at),
            purpose=quoted(get("purpose")),
        ),
        *(
            [fill(Text("Accompanied by {person}.", "同行人：{person}。"), person=names.of(second, at))]
            if (second := get("second_carrier"))
            else []
        ),
        *([quoted(get("statement"))] if get("statement") else []),
    ]


def _accepted(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    return [
        fill(
            Text(
                "Custody of {copies} passed to {person}, {party}.",
                "{copies} 的保管责任转移至{party} {person}。",
            ),
            copies=names.listed(get("copies") or (), at),
            person=names.of(get("custodian_person"), at),
            party=names.of(get("custodian_party"), at),
        ),
        *(
            fill(
                Text(
                    "{copy} not in order ({found}): stayed with the sender. {note}",
                    "{copy} 存在异常（{found}），仍由移交方保管。{note}",
                ),
                copy=names.of(one["copy"], at),
                found=label(Received, one["found"]),
                note=quoted(one["note"]),
            )
            for one in get("wrong") or ()
        ),
        *(
            [
                fill(
                    Text(
                        "Signed by hand on sheet {sheet} before {witness}, without an own sign-in: weaker "
                        "than a receipt with one.",
                        "在见证人{witness}面前以签收单 {sheet} 纸质签收，接收人无本人账号，"
                        "效力弱于本人账号签收。",
                    ),
                    sheet=str(get("sheet_number")),
                    witness=names.of(get("witness"), at),
                )
            ]
            if get("witness")
            else []
        ),
        quoted(get("note")),
    ]


def _settled(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    return [
        fill(
            Text("{copies}: {found}; {state}. {resolution}", "{copies}：{found}；{state}。{resolution}"),
            copies=names.listed(get("copies") or (), at),
            found=label(Received, get("found")),
            state=label(DiscrepancyState, get("state")),
            resolution=quoted(get("resolution")),
        )
    ]


def _read(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    return [
        fill(
            Text(
                "{person}, {party}, read {copies}; custody stayed.",
                "{party} {person} 查阅 {copies}，保管责任未转移。",
            ),
            copies=names.listed(get("copies") or (), at),
            person=names.of(get("reader"), at),
            party=names.of(get("reader_party"), at),
        ),
        quoted(get("note")),
    ]


def _undone(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    return [
        fill(
            Text(
                "Custody of {copies} went back to {person}, {party}.",
                "{copies} 的保管责任退回{party} {person}。",
            ),
            copies=names.listed(get("copies") or (), at),
            person=names.of(get("custodian_person"), at),
            party=names.of(get("custodian_party"), at),
        ),
        quoted(get("reason")),
    ]


def _correction(account: Account, record: Record) -> list[Words]:
    """Return each changed field with its old and new value; what is about a human only where disclosed."""
    old = {**(record.get("old") or {}), **(record.get("old_personal") or {})}
    new = {**(record.get("new") or {}), **(record.get("new_personal") or {})}
    lines: list[Words] = [
        fill(
            Text("{field}: {old} → {new}", "{field}：{old} → {new}"),
            field=field_name(name),
            old=_stated(account, name, old.get(name)) if name in old else UNNAMED,
            new=_stated(account, name, new.get(name)) if name in new else UNNAMED,
        )
        for name in record.get("changed") or ()
    ]
    return [*lines, quoted(record.get("reason"))]


def _stated(account: Account, name: str, value: Any) -> Words:
    if name == "level":
        return level(account, value)
    if name == "state":  # of a certificate; nothing else changes it by a correction
        return label(QualificationState, value)
    if name == "sources" and value:
        return account.names.listed(value)
    if name in ("classified_by_id", "home_id") and value:
        return account.names.of(value)
    if name in _WORDS and value:
        return label(_WORDS[name], value)
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in sorted(value.items())) or NOT_STATED
    if name == "subjects" and value:
        return joined(label(Subject, word) for word in value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOT_STATED
    return str(value) if value else NOT_STATED


def _minted(account: Account, record: Record) -> list[Words]:
    names, at = account.names, record.at
    copies = [copy.get("copy") for copy in record.get("copies") or ()]
    return [
        fill(
            Text(
                "{item}: {copies}; held by {person}, {party}.", "{item}：{copies}；保管人：{party} {person}。"
            ),
            item=names.of(record.get("item"), at),
            copies=names.listed(copies, at),
            person=names.of(record.get("custodian_person"), at),
            party=names.of(record.get("custodian_party"), at),
        )
    ]


def _level(account: Account, record: Record) -> Words:
    return fill(Text("Level {level}", "密级：{level}"), level=level(account, record.get("level")))


def _listed(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    since = fill(
        Text("{person}, since {since}, by decision of {by}", "{person}，自{since}起，由{by}决定"),
        person=names.of(get("person"), at),
        since=_stated(account, "since", get("since")),
        by=names.of(get("decided_by"), at),
    )
    return [since, quoted(get("basis"))]


def _recalled(account: Account, record: Record) -> list[Words]:
    get, names, at = record.get, account.names, record.at
    asked = fill(
        Text(
            "{copies}, held by {holders}; due back by {due}", "{copies}；持有方：{holders}；归还期限：{due}"
        ),
        copies=names.listed(get("copies") or (), at),
        holders=names.listed(get("holders") or ([get("holder")] if get("holder") else []), at),
        due=str(get("due") or NOT_STATED.get(account.language)),
    )
    from_where = [
        fill(words, which=names.of(get(about), at)) for about, words in _ASKED_OF.items() if get(about)
    ]
    hop = [hop_name(account, get("hop"), record)] if get("hop") else []
    return [*hop, *from_where, asked, quoted(get("reason"))]


_ASKED_OF = {
    "system": Text("To be taken off {which}", "应从{which}移出"),
    "leaver": Text("To be handed over by {which}", "应由{which}移交他人"),
}


def _visit(account: Account, record: Record) -> list[Words]:
    """Return who comes to whom, to see what; the names of guests as far as they are disclosed."""
    get, names, at = record.get, account.names, record.at
    guests = get("guests")
    comes: list[Words] = [names.of(id, at) for id in get("people") or ()]
    if isinstance(guests, list):
        comes += [f"{g.get('name')} ({', '.join(g.get('citizenships') or ())})" for g in guests]
    else:
        comes.append(UNNAMED)
    approved = Text("authority's approval {paper} of {day}", "主管部门批准 {paper}（{day}）")
    return [
        fill(
            Text("{kind} at {host}: {who}", "{kind}，接待单位{host}：{who}"),
            kind=label(VisitKind, get("visit_kind")),
            host=names.of(get("host"), at),
            who=joined(comes),
        ),
        fill(
            Text("Level {level}; items {items}", "密级：{level}；成果：{items}"),
            level=level(account, get("level")),
            items=names.listed(get("items") or (), at) if get("items") else NOT_STATED,
        ),
        *(
            [fill(approved, paper=str(get("approval_reference")), day=str(get("approved_on")))]
            if get("approved_on")
            else []
        ),
        quoted(get("purpose")),
    ]


def _reason(account: Account, record: Record) -> list[Words]:
    return [quoted(record.get("reason"))]


def _regions(*codes: Any) -> list[Words]:
    return [regions.name(str(code)) for code in codes if code]


def _granted(account: Account, record: Record) -> list[Words]:
    """Say of which party or region a leave to read is; of a project it stands among its entries."""
    party = record.get("party")
    return [*([account.names.of(party, record.at)] if party else []), *_regions(record.get("region"))]


_DETAILS: Mapping[str, Detail] = {
    "project.opened": lambda a, r: [str(r.get("title") or ""), _level(a, r)],
    "hop.requested": _hop,
    "visit.allowed": _visit,
    "incident.reported": lambda a, r: [
        quoted(r.get("what")),
        fill(Text("Noticed {at}, as stated", "发现于{at}（陈述）"), at=str(r.get("noticed_at"))),
        *(
            [
                Text("Its reporter knew that these were seen after that:", "报告人知悉下列副本此后出现过："),
                a.names.listed(r.get("seen_since"), r.at),
            ]
            if r.get("seen_since")
            else []
        ),
    ],
    **{
        f"incident.{step}": lambda a, r: [quoted(r.get("note"))]
        for step in ("triaged", "contained", "investigating")
    },
    "incident.closed": lambda a, r: [quoted(r.get("findings")), quoted(r.get("sanctions"))],
    "incident.corrected": _correction,
    **dict.fromkeys(
        ("incident.held", "incident.released"),
        lambda a, r: [
            a.names.listed([*(r.get("copies") or ()), *(r.get("parties") or ())], r.at),
            quoted(r.get("reason")),
        ],
    ),
    "incident.dismissed": _reason,
    "visit.ended": lambda a, r: [quoted(r.get("remark"))],
    "party.corrected": _correction,
    "party.renamed": lambda a, r: [*_correction(a, r), str(r.get("on"))],
    "party.control_ended": lambda a, r: [a.names.of(r.get("controller"), r.at), quoted(r.get("reason"))],
    "party.located": lambda a, r: [
        label(AddressKind, r.get("address_kind")), quoted(r.get("address")), str(r.get("country")),
    ],
    **dict.fromkeys(("party.conditions_stated", "party.inspected"), lambda a, r: [quoted(r.get("evidence"))]),
    "party.state_set": _correction,
    "party.merged": _correction,
    "qualification.corrected": _correction,
    "qualification.suspended": _correction,
    "qualification.reinstated": _correction,
    **dict.fromkeys(("qualification.downgraded", "qualification.revoked"), _correction),
    "person.corrected": _correction,
    "copy.described": _correction,
    "system.corrected": _correction,
    "system.tested": lambda a, r: [label(ResultOfTest, r.get("result")), *_correction(a, r)],
    "system.retired": _correction,
    **dict.fromkeys(("item.corrected", "results.corrected"), _correction),
    "need_to_know.added": _listed,
    "need_to_know.ended": lambda a, r: [a.names.of(r.get("person"), r.at), quoted(r.get("reason"))],
    "item.classified": _correction,
    "item.reviewed": _correction,
    "item.proposed": lambda a, r: [label(ProposalKind, r.get("proposed")), _level(a, r), *_reason(a, r)],
    "item.determined": lambda a, r: [label(ProposalKind, r.get("proposed")), *_correction(a, r)],
    **dict.fromkeys(("item.sent_back", "item.taken_back"), _reason),
    "handoff.corrected": _correction,
    "hop.withdrawn": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.voted": _vote,
    "approval.revoked": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.suspended": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.lifted": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    **{
        f"hop.{done}": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))]
        for done in ("completed", "closed")
    },
    "project.closed": lambda a, r: [quoted(r.get("reason"))],
    "copies.recalled": _recalled,
    "hop.amended": lambda a, r: [hop_name(a, r.get("hop"), r), *_correction(a, r)],
    **dict.fromkeys(
        ("override.asked", "override.voted", "override.revoked"), lambda a, r: [quoted(r.get("reason"))]
    ),
    **dict.fromkeys(
        ("approval.advised", "approval.referred", "approval.limited"),
        lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    ),
    "condition.set": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("text"))],
    "condition.evidenced": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("evidence"))],
    **{
        f"condition.{verb}": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))]
        for verb in ("met", "returned", "waived")
    },
    "hop.described": lambda a, r: [hop_name(a, r.get("hop"), r), *_described(a, r)],
    "hop.reported": lambda a, r: [hop_name(a, r.get("hop"), r)],
    "hop.consented": lambda a, r: [
        hop_name(a, r.get("hop"), r), label(ConsentKind, r.get("consent_of")),
        quoted(r.get("reference")), str(r.get("given_on")),
    ],
    "hop.terms_agreed": lambda a, r: [
        hop_name(a, r.get("hop"), r), quoted(r.get("reference")), ", ".join(r.get("clauses") or ()),
    ],
    "attempt.refused": _refused,
    "refusal.explained": _reason,
    "handoff.offered": _offered,
    "handoff.accepted": _accepted,
    "handoff.read": _read,
    "discrepancy.settled": _settled,
    "sweep.found": lambda a, r: [
        a.names.of(r.get("system"), r.at), *(quoted(s.get("path")) for s in (r.get("strays") or ())[:3]),
    ],
    "stray.settled": lambda a, r: [label(StrayState, r.get("state")), quoted(r.get("resolution"))],
    "handoff.declined": _reason,
    **on_the_way.DETAILS,
    "handoff.mistaken": _reason,
    "handoff.undone": _undone,
    "handoff.upheld": _reason,
    "copies.minted": _minted,
    "copies.taken_over": taken_over.copies,
    "hops.taken_over": taken_over.hops,
    "item.registered": lambda a, r: [_level(a, r)],
    "results.accepted": lambda a, r: [quoted(r.get("accepted_by"))],
    "results.submitted": lambda a, r: [quoted(r.get("submitted_by"))],
    "project.located": lambda a, r: [*_regions(r.get("region_before"), r.get("region")), *_reason(a, r)],
    "grant.given": lambda a, r: [a.names.of(r.get("person"), r.at), *_granted(a, r)],
    "grant.ended": lambda a, r: [a.names.of(r.get("person"), r.at), *_granted(a, r), *_reason(a, r)],
    "report.stamped": lambda a, r: [quoted(r.get("stamped_by")), str(r.get("stamped_at"))],
    "report.issued": lambda a, r: [fill(Text("SHA-256 {sha}", "SHA-256 {sha}"), sha=str(r.get("sha256")))],
}  # fmt: skip
