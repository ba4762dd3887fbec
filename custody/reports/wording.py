"""How entries, labels and findings read: shared by the sections of a report. Pure; words only, no layout."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from custody.chain import Shape
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
    FindingOutcome,
    Leg,
    Marking,
    Medium,
    Network,
    Provision,
    ReviewOutcome,
    Role,
    Source,
    Stance,
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
    "stance": Stance,
    "role": Role,
    "verb": Verb,
    "method": VoteMethod,
    "channel": Channel,
    "source": Source,
    "network": Network,
    "provision": Provision,
    "basis_kind": BasisKind,
    "marking": Marking,
    "medium": Medium,
    "review_outcome": ReviewOutcome,
}
OUTCOME_SHAPES = {
    FindingOutcome.PASS: Shape.CHECK,
    FindingOutcome.WARN: Shape.BANG,
    FindingOutcome.OVERRIDDEN: Shape.BANG,
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


def accredited(account: Account, levels: Any) -> str | None:
    """Return the level for which a system is accredited in the project's family of regimes; None: none."""
    pack = account.pack
    if pack is None or not isinstance(levels, dict):
        return None
    family = next((part.partition("@")[0] for part in pack.chain if not part.startswith("base@")), pack.id)
    found = levels.get(family)
    return str(found) if found else None


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
    if name in ("ends", "reported_on", "until"):
        return day(value)
    return UNNAMED if value is None else str(value)


# --- what an entry says beyond its sentence ----------------------------------------------------------------


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
    if attempt.get("leg"):
        parts.append(label(Leg, attempt["leg"]))
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
    if found.overridden:
        by = Text("entry {entry}, until {until}", "账本记录 {entry}，有效至 {until}")
        said = fill(by, entry=str(found.overridden.entry), until=day(found.overridden.until))
        pairs.append((Text("Overridden by", "特批依据"), said))
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
