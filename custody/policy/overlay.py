"""Building a pack from files: base below country below province below client below project, where an upper
file may only tighten.

- ``extends`` names the file below. Levels, qualification types, coverage, holidays and time zone are set
  once, by the lowest file that has them: moving a level under a decided limit would change the limit.
- A rule that is on stays on; a parameter moves only the way its rule calls tighter (``Params.tighten``),
  unless the file below marks it ``relaxable``. The mark holds until a file sets that parameter again without
  it, and nobody marks what the files below have set and not marked.
- A keeping period may be added, lengthened, or begin at a lower level.
- Clauses that flow down add up; none is changed or dropped.
- That a rule may be overridden is said by the file that turns it on; above, fewer may, more must agree, for
  fewer days, or nobody may at all.
- Citations add up. "House policy" gives way as soon as a law is cited.
- A remedy may be reworded with the placeholders that the rule knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import Field, ValidationError

from custody.policy.expected import pointed, read_as
from custody.policy.packfile import Path, RegimeError, Source, parse
from custody.policy.regime import (
    PLACEHOLDER,
    Cite,
    Clause,
    Coverage,
    Holidays,
    Keeping,
    Label,
    Level,
    Line,
    NotChecked,
    Overriding,
    Pack,
    Params,
    Part,
    QualificationType,
    RuleSetting,
    Word,
)  # fmt: skip
from custody.terms import BasisStatus, Text


@dataclass(frozen=True, slots=True)
class Known:
    """What pack building must know of a rule: its parameters, problems and placeholders by problem."""

    params: type[Params]
    remedies: Mapping[str, Text]


class SettingFile(Part):
    """A rule's lines in one file."""

    enabled: bool | None = None
    off_reason: Label | None = None
    params: dict[str, Any] = {}
    relaxable: tuple[Word, ...] = ()
    """Parameters that files above may move either way."""
    cite: tuple[Cite, ...] = ()
    remedy: dict[Word, Label] = {}
    override: Overriding | None = None
    """Who may let an act pass although the rule is broken; written as null it takes that away again."""


class PackFile(Part):
    """One regime file as written."""

    id: Word
    version: Word
    extends: Word | None = None
    abstract: bool = False
    label: Label
    jurisdiction: Word | None = None
    effective: date
    time_zone: Line | None = None
    levels: tuple[Level, ...] = ()
    qualification_types: tuple[QualificationType, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    holidays: Word | None = None
    rules: dict[Word, SettingFile] = {}
    not_checked: tuple[NotChecked, ...] = Field(default=())
    keeping: Keeping | None = None
    clauses: tuple[Clause, ...] = Field(default=())


_ONCE = ("time_zone", "levels", "qualification_types", "coverage", "holidays")


@lru_cache(maxsize=16)
def read(text: str, file: str) -> tuple[Source, PackFile]:
    """Read one regime file, once: a base stands in many chains. Raises RegimeError."""
    source = parse(text, file)
    return source, read_as(PackFile, source.value, source)


def read_holidays(text: str, file: str) -> Holidays:
    """Read a holiday file. Raises RegimeError; a day outside its year or listed twice is an error."""
    source = parse(text, file)
    holidays = read_as(Holidays, source.value, source)
    for name, year in holidays.years.items():
        days = [*year.holidays, *year.workdays]
        if len(days) != len(set(days)) or any(f"{day.year:04}" != name for day in days):
            raise source.error(
                ("years", name), "a day stands twice or belongs to another year", "日期重复或不属于该年"
            )
        if any(day.weekday() < 5 for day in year.workdays):
            raise source.error(
                ("years", name, "workdays"),
                "only a Saturday or Sunday can be a make-up workday",
                "调休上班日只能是周六或周日",
            )
    return holidays


def build(
    files: Iterable[tuple[str, str]],
    known: Mapping[str, Known],
    holidays: Mapping[str, Holidays],
    below: Pack | None = None,
) -> Pack:
    """Build a pack from (file name, text), lowest first. Raises RegimeError with file, line and reason.

    ``below``: the pack that the lowest file stands on, where that is not a file but is published already.
    """
    merged: dict[str, Any] = {name: getattr(below, name) if below else None for name in _ONCE}
    rules = {code: _read_back(setting) for code, setting in below.rules.items()} if below else {}
    not_checked: list[NotChecked] = [*below.not_checked] if below else []
    keeping: Keeping | None = below.keeping if below else None
    clauses: list[Clause] = [*below.clauses] if below else []
    chain: list[str] = [*below.chain] if below else []
    under: str | None = below.id if below else None
    top: PackFile | None = None
    for name, text in files:
        source, pack = read(text, name)
        if pack.extends != under:
            raise source.error(
                ("extends",),
                f"expected {under or 'nothing'} below this file",
                f"此文件之下应为{under or '空'}",
            )
        for key in _ONCE:
            if value := getattr(pack, key):
                if merged[key]:
                    raise source.error(
                        (key,),
                        "already set by a file below; an overlay may only tighten rules",
                        "下层文件已设定；上层只能收紧规则",
                    )
                merged[key] = _calendar(value, holidays, source) if key == "holidays" else value
        ranks = {level.id: level.rank for level in merged["levels"] or ()}
        for code, setting in pack.rules.items():
            if code not in known:
                raise source.error(
                    ("rules", code),
                    f"no such rule; there are {', '.join(sorted(known))}",
                    f"没有此规则；现有规则：{'、'.join(sorted(known))}",
                )
            rules[code] = _tightened(rules.get(code), setting, known[code], ranks, source, code)
        keeping = _kept_longer(keeping, pack.keeping, ranks, source)
        clauses += _added(clauses, pack.clauses, ranks, source)
        not_checked += pack.not_checked
        chain.append(f"{pack.id}@{pack.version}")
        top, under = pack, pack.id
    if top is None:
        raise RegimeError("regime", None, (), Text("no file given", "未给出文件"))
    if top.abstract:
        raise source.error(
            ("abstract",), "this file is only a base for others", "此文件只能作为其他文件的基础"
        )
    if lacking := sorted(set(known) - set(rules)):
        raise source.error(
            ("rules",),
            f"not set: {', '.join(lacking)}; every rule is on or says why it is off",
            f"未设定：{'、'.join(lacking)}；每条规则须启用，或说明停用理由",
        )
    _check_references(merged, source)
    try:
        return Pack.model_validate({
            "id": top.id, "version": top.version, "chain": chain, "label": top.label,
            "jurisdiction": top.jurisdiction, "effective": top.effective,
            "time_zone": merged["time_zone"], "levels": merged["levels"] or (),
            "qualification_types": merged["qualification_types"] or (), "coverage": merged["coverage"] or (),
            "holidays": merged["holidays"], "rules": rules, "not_checked": not_checked, "keeping": keeping,
            "clauses": clauses,
        })  # fmt: skip
    except ValidationError as error:
        raise pointed(error, source) from error


def _read_back(setting: RuleSetting) -> dict[str, Any]:
    return {name: getattr(setting, name) for name in RuleSetting.model_fields} | {"cite": [*setting.cite]}


def _calendar(name: str, holidays: Mapping[str, Holidays], source: Source) -> Holidays:
    if name not in holidays:
        raise source.error(("holidays",), f"no holiday file {name}", f"没有假日文件 {name}")
    return holidays[name]


def _tightened(
    old: dict[str, Any] | None,
    new: SettingFile,
    known: Known,
    ranks: Mapping[str, int],
    source: Source,
    code: str,
) -> dict[str, Any]:
    at: Path = ("rules", code)
    enabled = new.enabled if new.enabled is not None else (old["enabled"] if old else True)
    if old and old["enabled"] and not enabled:
        raise source.error(
            (*at, "enabled"), "a rule that is on below may not be turned off", "下层已启用的规则不得停用"
        )
    reason = new.off_reason or (old["off_reason"] if old else None)
    if not enabled and reason is None:
        raise source.error((*at, "off_reason"), "say why the rule is off", "请说明停用理由")
    before = known.params.model_validate(old["params"]) if old and old["enabled"] else None
    names = ", ".join(known.params.model_fields) or "-"
    params = read_as(
        known.params, {**(old["params"] if old else {}), **new.params}, source, (*at, "params"), names
    )
    _check_levels(params, ranks, source, (*at, "params"))
    marked: tuple[str, ...] = old["relaxable"] if old else ()
    for name, tighter in known.params.tighten.items() if before else ():
        was, now = getattr(before, name), getattr(params, name)
        if was != now and name not in marked and not tighter(was, now, ranks):
            raise source.error(
                (*at, "params", name),
                f"{said(now)} would loosen {said(was)}; not marked relaxable below, it may only tighten",
                f"{said(now)} 比 {said(was)} 宽松；下层未标明可放宽的参数，上层只能收紧",
            )
    relaxable = _marks(old, new, known, source, at)
    override = _overriding(old, new, source, at)
    _check_words(new, known, source, at)
    cites = [*(old["cite"] if old else ()), *new.cite]
    if any(cite.status is not BasisStatus.POLICY for cite in cites):
        cites = [cite for cite in cites if cite.status is not BasisStatus.POLICY]
    if enabled and not cites:
        raise source.error(
            (*at, "cite"),
            "a rule that is on needs a basis, be it house policy",
            "启用的规则须有依据，内部制度亦可",
        )
    return {
        "enabled": enabled,
        "off_reason": None if enabled else reason,
        "params": params.stored(),
        "relaxable": relaxable,
        "cite": cites,
        "remedy": {**(old["remedy"] if old else {}), **new.remedy},
        "override": override if enabled else None,
    }


def _overriding(old: dict[str, Any] | None, new: SettingFile, source: Source, at: Path) -> Overriding | None:
    """Return who may override a rule of two files; above the file that turned it on no more may."""
    below: Overriding | None = old["override"] if old else None
    if "override" not in new.model_fields_set:
        return below
    asked = new.override
    if asked is None or old is None or not old["enabled"]:
        return asked
    if below is None or not asked.no_wider_than(below):
        raise source.error(
            (*at, "override"),
            "only a file that turns a rule on may let it be overridden; above it may only be narrowed",
            "只有启用规则的文件可以规定特批；上层只能收窄",
        )
    return asked


def said(value: object) -> str:
    """Return a parameter as a message shows it."""
    return "—" if value is None else str(value)


def _marks(
    old: dict[str, Any] | None, new: SettingFile, known: Known, source: Source, at: Path
) -> tuple[str, ...]:
    """Return the parameters that files above may move either way."""
    inherited = old["relaxable"] if old else ()
    unset = known.params().stored()
    for number, name in enumerate(new.relaxable):
        here = (*at, "relaxable", number)
        if name not in known.params.model_fields:
            there = ", ".join(known.params.model_fields) or "-"
            raise source.error(here, f"no such parameter; there are {there}", f"没有此参数；现有：{there}")
        if old and old["enabled"] and name not in inherited and old["params"].get(name) != unset[name]:
            raise source.error(
                here,
                f"{name} is set below and not marked relaxable there",
                f"{name} 已由下层设定且未标明可放宽",
            )
    return tuple(sorted({*new.relaxable, *(name for name in inherited if name not in new.params)}))


def _check_words(new: SettingFile, known: Known, source: Source, at: Path) -> None:
    """Refuse remedies and citations for problems that the rule does not have."""
    there = ", ".join(known.remedies)
    for problem, label in new.remedy.items():
        if problem not in known.remedies:
            raise source.error(
                (*at, "remedy", problem),
                f"the rule has no such problem; it has {there}",
                f"规则没有此问题；现有：{there}",
            )
        allowed = set(PLACEHOLDER.findall(known.remedies[problem].en))
        if not set(PLACEHOLDER.findall(label.en + label.zh)) <= allowed:
            raise source.error(
                (*at, "remedy", problem),
                f"only these placeholders are known: {sorted(allowed)}",
                f"只能使用占位符：{sorted(allowed)}",
            )
    for number, cite in enumerate(new.cite):
        if not set(cite.problems) <= set(known.remedies):
            raise source.error(
                (*at, "cite", number, "problems"),
                f"the rule has no such problem; it has {there}",
                f"规则没有此问题；现有：{there}",
            )


def _kept_longer(
    old: Keeping | None, new: Keeping | None, ranks: Mapping[str, int], source: Source
) -> Keeping | None:
    """Return the period of two files; the upper one may only keep longer, and more."""
    if new is None:
        return old
    if new.from_level is not None and new.from_level not in ranks:
        raise _no_level(source, ("keeping", "from_level"), new.from_level, ranks)
    if old is None:
        return new
    if new.years is not None and (old.years is None or new.years < old.years):
        raise _shorter(source, "years", old.years, new.years)
    if new.from_level is not None and (
        old.from_level is None or ranks[new.from_level] > ranks[old.from_level]
    ):
        raise _shorter(source, "from_level", old.from_level, new.from_level)
    return new.model_copy(update={"cite": (*old.cite, *new.cite)})


def _added(
    old: Iterable[Clause], new: tuple[Clause, ...], ranks: Mapping[str, int], source: Source
) -> tuple[Clause, ...]:
    """Return the clauses that a file adds; each id stands once, and at a level that there is."""
    seen = {clause.id for clause in old}
    for number, clause in enumerate(new):
        at: Path = ("clauses", number)
        if clause.id in seen:
            raise source.error(
                (*at, "id"), f"the clause {clause.id} is listed already", f"条款 {clause.id} 已列出"
            )
        if clause.from_level is not None and clause.from_level not in ranks:
            raise _no_level(source, (*at, "from_level"), clause.from_level, ranks)
        seen.add(clause.id)
    return new


def _shorter(source: Source, name: str, old: object, new: object) -> RegimeError:
    return source.error(
        ("keeping", name), f"{said(new)} would loosen {said(old)}", f"{said(new)} 比 {said(old)} 宽松"
    )


def _no_level(source: Source, at: Path, level: str, ranks: Mapping[str, int]) -> RegimeError:
    return source.error(
        at,
        f"no level {level!r}; there are {', '.join(ranks)}",
        f"没有密级 {level!r}；现有：{'、'.join(ranks)}",
    )


def _check_levels(params: Params, ranks: Mapping[str, int], source: Source, at: Path) -> None:
    for name in params.names_levels:
        value = getattr(params, name)
        for level in [value] if isinstance(value, str) else value or ():
            if level not in ranks:
                raise _no_level(source, (*at, name), level, ranks)


def _check_references(merged: Mapping[str, Any], source: Source) -> None:
    """Refuse repeated ids, and coverage rows that point nowhere."""
    levels = [level.id for level in merged["levels"] or ()]
    kinds = {kind.id: [g.id for g in kind.grades] for kind in merged["qualification_types"] or ()}
    ranks = [level.rank for level in merged["levels"] or ()]
    if len(set(levels)) != len(levels) or len(set(ranks)) != len(ranks):
        raise source.error(("levels",), "an id or rank stands twice", "编号或级别数重复")
    if len(kinds) != len(merged["qualification_types"] or ()):
        raise source.error(("qualification_types",), "an id stands twice", "编号重复")
    for row in merged["coverage"] or ():
        grades = kinds.get(row.type, [])
        if row.level not in levels or row.grade not in grades or row.prime_grade not in [None, *grades]:
            raise source.error(
                ("coverage",),
                f"{row.type}/{row.level}/{row.grade}: unknown type, level or grade",
                f"{row.type}/{row.level}/{row.grade}：类型、密级或等级不明",
            )
