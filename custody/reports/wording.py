"""How entries, labels and findings read: shared by the sections of a report. Pure; words only, no layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from custody.chain import Shape
from custody.fields import field_name
from custody.policy.engine import Decision
from custody.policy.engine import Finding as Found
from custody.policy.facts import Missing
from custody.reports.account import Account, Record
from custody.reports.blocks import Finding, Flag, Lines, Value, Words, say
from custody.reports.names import SYSTEM, UNNAMED
from custody.terms import (
    Audience,
    BasisKind,
    BasisStatus,
    Channel,
    ConsentKind,
    FindingOutcome,
    Marking,
    Network,
    Provision,
    QualificationState,
    ResultOfTest,
    ReviewOutcome,
    Role,
    Source,
    Text,
    Verb,
    VoteChoice,
    VoteMethod,
    Word,
)

NOT_STATED = Text("not stated", "未填写")
_PLACE = re.compile(r"\{([a-z_]+)\}")
_WORDS: dict[str, type[Word]] = {
    "choice": VoteChoice,
    "role": Role,
    "verb": Verb,
    "method": VoteMethod,
    "channel": Channel,
    "source": Source,
    "network": Network,
    "provision": Provision,
    "basis_kind": BasisKind,
    "marking": Marking,
    "review_outcome": ReviewOutcome,
}
OUTCOME_SHAPES = {
    FindingOutcome.PASS: Shape.CHECK,
    FindingOutcome.WARN: Shape.BANG,
    FindingOutcome.BLOCK: Shape.CROSS,
    FindingOutcome.CANNOT_TELL: Shape.CROSS,
    FindingOutcome.NOT_APPLICABLE: Shape.DASH,
}


def fill(template: Text, **values: Words) -> Text:
    """Return a sentence with values put in, each in the sentence's language."""

    def put(text: str, language: str) -> str:
        return _PLACE.sub(
            lambda m: say(values[m[1]], language) if m[1] in values else m[0], text
        )  # a value's own braces are not read again

    return Text(put(template.en, "en"), put(template.zh, "zh"))


def joined(parts: Iterable[Words], en: str = ", ", zh: str = "、") -> Text:
    """Return words as one list."""
    found = list(parts)
    return Text(en.join(say(p, "en") for p in found), zh.join(say(p, "zh") for p in found))


def label(kind: type[Word], value: Any) -> Text:
    """Return what people read for a stored word; an unknown one stands as it is."""
    try:
        return kind(value).text
    except ValueError:
        return Text(str(value), str(value))


def day(value: Any) -> Words:
    """Return a stored day as a date; what is none stands as it is, and nothing is NOT_STATED."""
    if not value:
        return NOT_STATED
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)


def level(account: Account, id: Any) -> Text:
    """Return a classification level as the project's regime calls it."""
    if not id:
        return NOT_STATED
    try:
        return account.pack.level(str(id)).label.text if account.pack else Text(str(id), str(id))
    except Missing:
        return Text(str(id), str(id))


def regime(account: Account) -> Text:
    """Return the project's regime with the version of its pack."""
    pack = account.pack
    if pack is None:
        id = str(account.project.get("regime"))
        return Text(id, id)
    return fill(Text("{label} ({id}@{version})", "{label}（{id}@{version}）"),
                label=pack.label.text, id=pack.id, version=str(pack.version))  # fmt: skip


def certificate(account: Account, type: Any, grade: Any) -> Text:
    """Return a kind of certificate with its grade, as the first pack that knows it calls them."""
    for pack in account.packs.values():
        for kind in pack.qualification_types:
            if kind.id == type:
                known = next(
                    (g.label.text for g in kind.grades if g.id == grade), Text(str(grade), str(grade))
                )
                return joined([kind.label.text, known], ", ", " ") if grade else kind.label.text
    text = f"{type or ''} {grade or ''}".strip()
    return Text(text, text) if text else NOT_STATED


def categories(account: Account, ids: Iterable[str]) -> Text:
    """Return categories of work as the packs call them."""
    known = {
        c.id: c.label.text
        for pack in account.packs.values()
        for kind in pack.qualification_types
        for c in kind.categories
    }
    found = [known.get(id, Text(id, id)) for id in ids or ()]
    return joined(found) if found else NOT_STATED


def hop_name(account: Account, id: Any, record: Record | None = None) -> Text:
    """Return a subcontract as "giver → taker"."""
    hop = account.hops.get(str(id))
    if hop is None:
        return UNNAMED
    at = record.at if record else None
    return joined(
        [account.names.of(hop.get("from_party"), at), account.names.of(hop.get("to_party"), at)], " → ", " → "
    )


def names_in(account: Account) -> dict[str, str]:
    """Return all names in the report's language, hops included, for remedies and inputs."""
    hops = {id: hop_name(account, id).get(account.language) for id in account.hops}
    return {**hops, **account.names.as_mapping(account.language)}


def who(account: Account, record: Record) -> Text:
    """Return who did it, for whom, and by what way where that was not the screen."""
    person = record.get("actor")
    name = SYSTEM if person == "system" else account.names.of(person, record.at)
    behalf, source = record.get("on_behalf_of"), record.get("source")
    parts: list[Words] = [name]
    if behalf:
        parts.append(
            fill(Text("on behalf of {party}", "代表{party}"), party=account.names.of(behalf, record.at))
        )
    if source not in (Source.SCREEN, Source.SYSTEM, None):
        parts.append(label(Source, source))
    return joined(parts, ", ", "，")


def sentence(account: Account, record: Record) -> Text:
    """Return what happened as the event's own sentence, filled from the entry."""
    kind = record.kind
    if kind is None:
        named = str(record.get("kind") or "")
        return (
            Text(f"An event of a kind unknown here: {named}.", f"本版本未知的事件类型：{named}。")
            if named
            else Text("An event whose kind is withheld.", "事件类型未披露。")
        )
    values: dict[str, Words] = {}
    for name in set(_PLACE.findall(kind.sentence.en + kind.sentence.zh)):
        values[name] = _value(account, record, name)
    # The embedded type is Chinese: there curled quotes are as wide as a character and tear an English line.
    plain = Text(kind.sentence.en.replace("“", '"').replace("”", '"'), kind.sentence.zh)
    return fill(plain, **values)


def _value(account: Account, record: Record, name: str) -> Words:
    value = record.get(name)
    if name in _WORDS and value is not None:
        return label(_WORDS[name], value)
    if name in ("type", "grade") and record.name == "qualification.recorded":
        both = certificate(account, record.get("type"), record.get("grade"))
        return both if name == "type" else ""
    if name == "name" and record.name == "party.registered":
        return account.names.of(record.get("party"), record.at)
    if name in ("ends", "reported_on"):
        return day(value)
    return UNNAMED if value is None else str(value)


# --- what an entry says beyond its sentence ----------------------------------------------------------------

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
    ]


def _described(account: Account, record: Record) -> list[Words]:
    """Return who performs the work and which listed business it is, as far as the entry says so."""
    lines: list[Words] = []
    if performer := record.get("performer"):
        named = account.names.of(performer, record.at)
        lines.append(fill(Text("Work performed by {party}.", "实际作业单位：{party}。"), party=named))
    if (business := record.get("business")) is not None:
        named = categories(account, business) if business else Text("none", "无")
        lines.append(fill(Text("Listed businesses: {listed}.", "涉密业务类别：{listed}。"), listed=named))
    return [*lines, quoted(record.get("reason"))]


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
    if name == "classified_by_id" and value:
        return account.names.of(value)
    if name in _WORDS and value:
        return label(_WORDS[name], value)
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in sorted(value.items())) or NOT_STATED
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


def _reason(account: Account, record: Record) -> list[Words]:
    return [quoted(record.get("reason"))]


_DETAILS: Mapping[str, Detail] = {
    "project.opened": lambda a, r: [str(r.get("title") or ""), _level(a, r)],
    "hop.requested": _hop,
    "party.corrected": _correction,
    **dict.fromkeys(("party.conditions_stated", "party.inspected"), lambda a, r: [quoted(r.get("evidence"))]),
    "party.state_set": _correction,
    "party.merged": _correction,
    "qualification.corrected": _correction,
    "qualification.suspended": _correction,
    "qualification.reinstated": _correction,
    "qualification.downgraded": _correction,
    "qualification.revoked": _correction,
    "person.corrected": _correction,
    "system.corrected": _correction,
    "system.tested": lambda a, r: [label(ResultOfTest, r.get("result")), *_correction(a, r)],
    "system.retired": _correction,
    "item.corrected": _correction,
    "need_to_know.added": _listed,
    "need_to_know.ended": lambda a, r: [a.names.of(r.get("person"), r.at), quoted(r.get("reason"))],
    "item.classified": _correction,
    "item.reviewed": _correction,
    "handoff.corrected": _correction,
    "hop.withdrawn": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.voted": _vote,
    "approval.revoked": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.suspended": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "approval.lifted": lambda a, r: [hop_name(a, r.get("hop"), r), quoted(r.get("reason"))],
    "hop.amended": lambda a, r: [hop_name(a, r.get("hop"), r), *_correction(a, r)],
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
    "handoff.declined": _reason,
    "handoff.withdrawn": _reason,
    "handoff.mistaken": _reason,
    "handoff.undone": _undone,
    "handoff.upheld": _reason,
    "copies.minted": _minted,
    "item.registered": lambda a, r: [_level(a, r)],
    "grant.given": lambda a, r: [a.names.of(r.get("person"), r.at)],
    "report.issued": lambda a, r: [fill(Text("SHA-256 {sha}", "SHA-256 {sha}"), sha=str(r.get("sha256")))],
}  # fmt: skip


def quoted(text: Any) -> Words:
    """Return a person's own words between quotation marks; nothing for none."""
    return Text(f'"{text}"', f"“{text}”") if text else ""


def attempted(account: Account, record: Record) -> Text:
    """Return what a refused attempt was about: party, scope, copies, channel, system, level, code."""
    attempt = record.get("attempt") or {}
    names, at = account.names, record.at
    parts: list[Words] = []
    if attempt.get("to_party"):
        parts.append(fill(Text("to {party}", "对象：{party}"), party=names.of(attempt["to_party"], at)))
    if attempt.get("scope"):
        parts.append(str(attempt["scope"]))
    if attempt.get("share"):
        parts.append(fill(Text("{share} % of the work", "工作量 {share} %"), share=str(attempt["share"])))
    if attempt.get("codename"):
        parts.append(fill(Text("item {code}", "成果 {code}"), code=str(attempt["codename"])))
    if attempt.get("level"):
        parts.append(fill(Text("level {level}", "密级 {level}"), level=level(account, attempt["level"])))
    if attempt.get("copies"):
        parts.append(
            fill(Text("copies {copies}", "副本 {copies}"), copies=names.listed(attempt["copies"], at))
        )
    if attempt.get("channel"):
        parts.append(label(Channel, attempt["channel"]))
    if attempt.get("second_carrier"):
        person = names.of(attempt["second_carrier"], at)
        parts.append(fill(Text("accompanied by {person}", "同行人 {person}"), person=person))
    if attempt.get("system"):
        parts.append(fill(Text("system {system}", "系统 {system}"), system=names.of(attempt["system"], at)))
    if attempt.get("purpose"):
        parts.append(quoted(attempt["purpose"]))
    return joined(parts, "; ", "；") if parts else NOT_STATED


# --- findings ----------------------------------------------------------------------------------------------


def finding(account: Account, found: Found) -> Finding:
    """Return a rule's finding as the project's side reads it, with basis, its status, and the remedy."""
    names = names_in(account)
    pairs: list[tuple[Words, Value]] = []
    remedy = found.remedy_for(Audience.INTERNAL, None, names)
    if remedy:
        pairs.append((Text("What to do", "处理办法"), remedy))
    if found.note:
        pairs.append((Text("Note", "说明"), found.note))
    if found.basis:
        pairs.append((Text("Basis", "依据"), Lines(tuple(basis(found)))))
    return Finding(
        found.code, Flag(OUTCOME_SHAPES[found.outcome], found.outcome.text), found.title, tuple(pairs)
    )


def basis(found: Found) -> list[Flag]:
    """Return each citation with how far it was checked against its source."""
    shapes = {
        BasisStatus.VERIFIED: Shape.CHECK,
        BasisStatus.UNVERIFIED: Shape.BANG,
        BasisStatus.POLICY: Shape.DASH,
    }
    lines = []
    for cited in found.basis:
        article = cited.article or Text("", "")
        source = Text(f"{cited.source.en} {article.en}".strip(), f"{cited.source.zh}{article.zh}")
        lines.append(
            Flag(
                shapes[cited.status],
                fill(
                    Text("{source} ({status})", "{source}（{status}）"),
                    source=source,
                    status=cited.status.text,
                ),
            )
        )
    return lines


def barring(decision: Decision | None) -> tuple[Found, ...]:
    """Return the findings that refused an act."""
    return decision.barring if decision else ()
