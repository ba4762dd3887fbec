"""What one pack changes against another, rule by rule, and which way each change goes.

Tighter is what an overlay may do, looser the other way; a change that is neither (a limit of another kind, a
calendar) counts as ``NEITHER`` and is to be read. The engine's verdict on a parameter is that of its rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from custody.policy.overlay import Known
from custody.policy.regime import Cite, Clause, Label, Pack, Params, RuleSetting
from custody.terms import Role, Text, Way

NONE = Text("—", "—")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``rule`` is empty for what belongs to no rule, ``what`` names a parameter or a part."""

    rule: str
    what: str
    name: Text
    old: Text
    new: Text
    way: Way


def newer(version: str, than: str) -> bool:
    """Return whether a version comes after another: digits count as numbers, 2026.10 after 2026.9."""
    return order(version) > order(than)


def order(version: str) -> list[tuple[int, int, str]]:
    """Return what versions are sorted by."""
    found = re.findall(r"\d+|[A-Za-z]+", version)
    # A word comes before a number, as 1.0rc comes before 1.0.1; nothing at all before either.
    return [(1, int(part), "") if _NUMBERS.fullmatch(part) else (0, 0, part) for part in found]


def changes(old: Pack, new: Pack, known: Mapping[str, Known]) -> list[Change]:
    """Return everything in which two packs differ but their version; in the order of the pack."""
    return [
        *_head(old, new),
        *_levels(old, new),
        *_qualifications(old, new),
        *_coverage(old, new),
        *_calendar(old, new),
        *_rules(old, new, known),
        *_clauses(old, new),
        *_keeping(old, new),
        *_not_checked(old, new),
    ]


def loosened(found: Iterable[Change]) -> list[Change]:
    """Return the changes that loosen."""
    return [change for change in found if change.way is Way.LOOSER]


def _made(what: str, name: Text, old: Text | None, new: Text | None, way: Way, rule: str = "") -> Change:
    return Change(rule, what, name, old or NONE, new or NONE, way)


def _plain(value: object) -> Text:
    """Return a value as people read it in either language."""
    match value:
        case None | "" | [] | () | {}:
            return NONE
        case bool():
            return Text("yes", "是") if value else Text("no", "否")
        case dict():
            text = ", ".join(f"{key}: {item}" for key, item in value.items())
        case list() | tuple():
            text = ", ".join(map(str, value))
        case _:
            text = str(value)
    return Text(text, text)


def _label(label: Label | None) -> Text | None:
    return label.text if label else None


def _head(old: Pack, new: Pack) -> Iterator[Change]:
    rows: list[tuple[str, Text, Text | None, Text | None]] = [
        ("label", Text("Name", "名称"), old.label.text, new.label.text),
        (
            "jurisdiction",
            Text("Jurisdiction", "适用地区"),
            _plain(old.jurisdiction),
            _plain(new.jurisdiction),
        ),
        ("effective", Text("In force from", "施行日期"), _plain(old.effective), _plain(new.effective)),
        ("time_zone", Text("Time zone", "时区"), _plain(old.time_zone), _plain(new.time_zone)),
        ("chain", Text("Stands on", "层级"), _plain(old.chain[:-1]), _plain(new.chain[:-1])),
    ]
    for what, name, was, now in rows:
        if was != now:
            yield _made(what, name, was, now, Way.NEITHER)


def _levels(old: Pack, new: Pack) -> Iterator[Change]:
    name = Text("Classification level", "密级")
    before, after = {x.id: x for x in old.levels}, {x.id: x for x in new.levels}
    for id in [*before, *(id for id in after if id not in before)]:
        was, now = before.get(id), after.get(id)
        if was == now:
            continue
        way = Way.LOOSER if now is None else Way.NEITHER
        if was and now and was.rank != now.rank:
            way = Way.TIGHTER if now.rank > was.rank else Way.LOOSER
        texts = [Text(f"{x.rank} {x.label.en}", f"{x.rank} {x.label.zh}") if x else None for x in (was, now)]
        yield _made(f"levels.{id}", _of(name, id), texts[0], texts[1], way)


def _of(name: Text, id: str) -> Text:
    return Text(f"{name.en} {id}", f"{name.zh} {id}")


def _qualifications(old: Pack, new: Pack) -> Iterator[Change]:
    name = Text("Type of qualification", "资质类型")
    before = {x.id: x for x in old.qualification_types}
    after = {x.id: x for x in new.qualification_types}
    for id in [*before, *(id for id in after if id not in before)]:
        was, now = before.get(id), after.get(id)
        if was == now:
            continue
        texts = [
            Text(
                f"{x.label.en}: {', '.join(g.id for g in x.grades)}; {', '.join(c.id for c in x.categories)}",
                f"{x.label.zh}：{'、'.join(g.id for g in x.grades)}；{'、'.join(c.id for c in x.categories)}",
            )
            if x
            else None
            for x in (was, now)
        ]
        yield _made(
            f"qualification_types.{id}", _of(name, id), texts[0], texts[1], Way.NEITHER if now else Way.LOOSER
        )


def _coverage(old: Pack, new: Pack) -> Iterator[Change]:
    name = Text("Grade needed", "所需等级")
    before = {(x.type, x.level, x.prime_grade): x.grade for x in old.coverage}
    after = {(x.type, x.level, x.prime_grade): x.grade for x in new.coverage}
    order = {
        (kind.id, grade.id): n for kind in new.qualification_types for n, grade in enumerate(kind.grades)
    }
    for key in [*before, *(key for key in after if key not in before)]:
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        higher = was is None or (now is not None and order[key[0], now] > order.get((key[0], was), -1))
        where = "/".join(filter(None, key))
        way = Way.TIGHTER if higher else Way.LOOSER
        yield _made(f"coverage.{where}", _of(name, where), _plain(was), _plain(now), way)


def _calendar(old: Pack, new: Pack) -> Iterator[Change]:
    if old.holidays != new.holidays:
        texts = [_plain(sorted(pack.holidays.years)) if pack.holidays else None for pack in (old, new)]
        yield _made("holidays", Text("Working calendar", "工作日历"), texts[0], texts[1], Way.NEITHER)


def _rules(old: Pack, new: Pack, known: Mapping[str, Known]) -> Iterator[Change]:
    ranks = {level.id: level.rank for level in new.levels}
    for code in sorted(old.rules.keys() | new.rules.keys()):
        was, now = old.rules.get(code), new.rules.get(code)
        if was == now:
            continue
        if was is None or now is None:
            # A rule that a pack does not set bars every act that it is asked at.
            state = [_state(x) if x else Text("not set: bars", "未设定：阻止操作") for x in (was, now)]
            way = Way.TIGHTER if now is None else Way.LOOSER
            yield _made("enabled", Text("Rule", "规则"), state[0], state[1], way, code)
            continue
        if was.enabled != now.enabled:
            way = Way.TIGHTER if now.enabled else Way.LOOSER
            yield _made("enabled", Text("Rule", "规则"), _state(was), _state(now), way, code)
        elif was.off_reason != now.off_reason:
            texts = (_label(was.off_reason), _label(now.off_reason))
            yield _made(
                "off_reason", Text("Why it is off", "停用理由"), texts[0], texts[1], Way.NEITHER, code
            )
        yield from _params(code, was, now, known.get(code), ranks)
        if was.override != now.override:
            narrower = was.override is not None and (
                now.override is None or now.override.no_wider_than(was.override)
            )
            said = Text("May be overridden", "可特批放行")
            texts = (overriding(was), overriding(now))
            yield _made("override", said, texts[0], texts[1], Way.TIGHTER if narrower else Way.LOOSER, code)
        yield from _cites(code, was, now)
        for problem in sorted(was.remedy.keys() | now.remedy.keys()):
            if was.remedy.get(problem) != now.remedy.get(problem):
                said = _of(Text("What to do", "如何处理"), problem)
                texts = (_label(was.remedy.get(problem)), _label(now.remedy.get(problem)))
                yield _made(f"remedy.{problem}", said, texts[0], texts[1], Way.NEITHER, code)


def _state(setting: RuleSetting) -> Text:
    if setting.enabled or setting.off_reason is None:
        return Text("on", "启用") if setting.enabled else Text("off", "停用")
    reason = setting.off_reason
    return Text(f"off: {reason.en}", f"停用：{reason.zh}")


def overriding(setting: RuleSetting) -> Text | None:
    """Return who may override a rule, as people read it; None where nobody may."""
    by = setting.override
    if by is None:
        return None
    roles = [Role(role).text for role in by.roles]
    return Text(
        f"by {by.quorum} ({', '.join(role.en.lower() for role in roles)}) for at most {by.days} days",
        f"{by.quorum}名（{'、'.join(role.zh for role in roles)}）同意，最长{by.days}天",
    )


def _params(
    code: str, was: RuleSetting, now: RuleSetting, known: Known | None, ranks: Mapping[str, int]
) -> Iterator[Change]:
    for name in sorted(was.params.keys() | now.params.keys()):
        old, new = was.params.get(name), now.params.get(name)
        if old == new:
            continue
        # While a rule is off its parameters bind nobody.
        way = _way(name, was, now, known, ranks) if was.enabled and now.enabled else Way.NEITHER
        yield _made(f"params.{name}", Text(name, name), _plain(old), _plain(new), way, code)
    if was.relaxable != now.relaxable:
        fewer = set(now.relaxable) < set(was.relaxable)
        said = Text("An overlay may relax", "上层可放宽")
        texts = (_plain(was.relaxable), _plain(now.relaxable))
        yield _made("relaxable", said, texts[0], texts[1], Way.TIGHTER if fewer else Way.LOOSER, code)


def _way(name: str, was: RuleSetting, now: RuleSetting, known: Known | None, ranks: Mapping[str, int]) -> Way:
    """Return which way a parameter moved; one of a rule version that is gone cannot be told."""
    tighter = known.params.tighten.get(name) if known else None
    if known is None or tighter is None:
        return Way.NEITHER
    try:
        old, new = (getattr(_read(known.params, setting), name) for setting in (was, now))
        if tighter(old, new, ranks):
            return Way.TIGHTER
        return Way.LOOSER
    except (ValidationError, KeyError, AttributeError):
        return Way.NEITHER


def _read(kind: type[Params], setting: RuleSetting) -> Any:
    return kind.model_validate(setting.params)


def _cites(code: str, was: RuleSetting, now: RuleSetting) -> Iterator[Change]:
    name = Text("Basis", "依据")
    for cite in was.cite:
        if cite not in now.cite:
            yield _made("cite", name, cited(cite), None, Way.NEITHER, code)
    for cite in now.cite:
        if cite not in was.cite:
            yield _made("cite", name, None, cited(cite), Way.NEITHER, code)


def cited(cite: Cite) -> Text:
    """Return a citation with how far it was checked."""
    article = cite.article.text if cite.article else Text("", "")
    status = cite.status.text
    en = f"{cite.source.en}, {article.en}" if article.en else cite.source.en
    return Text(f"{en} ({status.en.lower()})", f"{cite.source.zh}{article.zh}（{status.zh}）")


def _clauses(old: Pack, new: Pack) -> Iterator[Change]:
    name = Text("Clause that flows down", "应承接的条款")
    before, after = {x.id: x for x in old.clauses}, {x.id: x for x in new.clauses}
    ranks = {level.id: level.rank for level in new.levels}
    for id in [*before, *(id for id in after if id not in before)]:
        was, now = before.get(id), after.get(id)
        if was == now:
            continue
        way = Way.TIGHTER if was is None else Way.LOOSER
        if was and now:
            ranked = [0 if x.from_level is None else ranks.get(x.from_level, 10**6) for x in (was, now)]
            way = Way.NEITHER if ranked[0] == ranked[1] else Way.TIGHTER if ranked[1] < ranked[0] else way
        texts = [_clause(x) if x else None for x in (was, now)]
        yield _made(f"clauses.{id}", _of(name, id), texts[0], texts[1], way, "HOP-07")


def _clause(clause: Clause) -> Text:
    if clause.from_level is None:
        return clause.text
    return Text(f"{clause.text.en}, from {clause.from_level}", f"{clause.text.zh}，自 {clause.from_level} 起")


def _keeping(old: Pack, new: Pack) -> Iterator[Change]:
    was, now = old.keeping, new.keeping
    if was == now:
        return
    ranks = {level.id: level.rank for level in new.levels}
    texts = []
    for kept in (was, now):
        years = None if kept is None else kept.years
        level = kept.from_level if kept and kept.from_level else ""
        texts.append(
            None
            if kept is None
            else Text(
                f"{years or 'no end named'} {f'from {level}' if level else ''}".strip(),
                f"{years or '未规定终止时间'}{f'，自 {level} 起' if level else ''}",
            )
        )
    longer = was is None or (
        now is not None
        and (now.years is None or (was.years is not None and now.years >= was.years))
        and (
            now.from_level is None or ranks.get(now.from_level, 10**6) <= ranks.get(was.from_level or "", -1)
        )
    )
    same = was is not None and now is not None and (was.years, was.from_level) == (now.years, now.from_level)
    way = Way.NEITHER if same else Way.TIGHTER if longer else Way.LOOSER
    yield _made("keeping", Text("Keeping period, years", "保存年限"), texts[0], texts[1], way)


def _not_checked(old: Pack, new: Pack) -> Iterator[Change]:
    name = Text("Duty that no rule checks", "无规则检查的义务")
    for row in old.not_checked:
        if row not in new.not_checked:
            yield _made("not_checked", name, row.duty.text, None, Way.NEITHER)
    for row in new.not_checked:
        if row not in old.not_checked:
            yield _made("not_checked", name, None, row.duty.text, Way.NEITHER)
