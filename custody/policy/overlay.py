"""Building a pack from files: base below country below province, where an upper file may only tighten.

- ``extends`` names the file below. Levels, qualification types, coverage, holidays and time zone are set
  once, by the lowest file that has them: moving a level under a decided limit would change the limit.
- A rule that is on stays on; a parameter moves only the way its rule calls tighter (``Params.tighten``).
- A keeping period may be added, lengthened, or begin at a lower level.
- Citations add up. "House policy" gives way as soon as a law is cited.
- A remedy may be reworded with the placeholders that the rule knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field, ValidationError

from custody.policy.facts import Json
from custody.policy.packfile import Path, RegimeError, Source, parse
from custody.policy.regime import (
    PLACEHOLDER,
    Cite,
    Coverage,
    Holidays,
    Keeping,
    Label,
    Level,
    Line,
    NotChecked,
    Pack,
    Params,
    Part,
    QualificationType,
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
    cite: tuple[Cite, ...] = ()
    remedy: dict[Word, Label] = {}


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


_ONCE = ("time_zone", "levels", "qualification_types", "coverage", "holidays")


def read(text: str, file: str) -> tuple[Source, PackFile]:
    """Read one regime file. Raises RegimeError."""
    source = parse(text, file)
    return source, _validated(PackFile, source)


def read_holidays(text: str, file: str) -> Holidays:
    """Read a holiday file. Raises RegimeError; a day outside its year or listed twice is an error."""
    source = parse(text, file)
    holidays: Holidays = _validated(Holidays, source)
    for name, year in holidays.years.items():
        days = [*year.holidays, *year.workdays]
        if len(days) != len(set(days)) or any(f"{day.year:04}" != name for day in days):
            raise source.error(("years", name), "a day stands twice or belongs to another year")
        if any(day.weekday() < 5 for day in year.workdays):
            raise source.error(
                ("years", name, "workdays"), "only a Saturday or Sunday can be a make-up workday"
            )
    return holidays


def build(
    files: Iterable[tuple[str, str]], known: Mapping[str, Known], holidays: Mapping[str, Holidays]
) -> Pack:
    """Build a pack from (file name, text), lowest first. Raises RegimeError with file, line and reason."""
    merged: dict[str, Any] = dict.fromkeys(_ONCE)
    rules: dict[str, dict[str, Any]] = {}
    not_checked: list[NotChecked] = []
    keeping: Keeping | None = None
    chain: list[str] = []
    below: PackFile | None = None
    for name, text in files:
        source, pack = read(text, name)
        if pack.extends != (below.id if below else None):
            raise source.error(("extends",), f"expected {below.id if below else 'nothing'} below this file")
        for key in _ONCE:
            if value := getattr(pack, key):
                if merged[key]:
                    raise source.error(
                        (key,), "already set by a file below; an overlay may only tighten rules"
                    )
                merged[key] = value
        ranks = {level.id: level.rank for level in merged["levels"] or ()}
        for code, setting in pack.rules.items():
            if code not in known:
                raise source.error(("rules", code), "no such rule")
            rules[code] = _tightened(rules.get(code), setting, known[code], ranks, source, code)
        keeping = _kept_longer(keeping, pack.keeping, ranks, source)
        not_checked += pack.not_checked
        chain.append(f"{pack.id}@{pack.version}")
        below = pack
    if below is None:
        raise RegimeError("regime", None, (), "no file given")
    if below.abstract:
        raise source.error(("abstract",), "this file is only a base for others")
    if lacking := sorted(set(known) - set(rules)):
        raise source.error(
            ("rules",), f"not set: {', '.join(lacking)}; every rule is on or says why it is off"
        )
    if merged["holidays"] is not None and merged["holidays"] not in holidays:
        raise source.error(("holidays",), f"no holiday file {merged['holidays']}")
    _check_references(merged, source)
    try:
        return Pack.model_validate({
            "id": below.id, "version": below.version, "chain": chain, "label": below.label,
            "jurisdiction": below.jurisdiction, "effective": below.effective,
            "time_zone": merged["time_zone"], "levels": merged["levels"] or (),
            "qualification_types": merged["qualification_types"] or (), "coverage": merged["coverage"] or (),
            "holidays": holidays.get(merged["holidays"] or ""), "rules": rules, "not_checked": not_checked,
            "keeping": keeping,
        })  # fmt: skip
    except ValidationError as error:
        raise _pointed(error, source) from error


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
        raise source.error((*at, "enabled"), "a rule that is on below may not be turned off")
    reason = new.off_reason or (old["off_reason"] if old else None)
    if not enabled and reason is None:
        raise source.error((*at, "off_reason"), "say why the rule is off")
    before = known.params.model_validate(old["params"]) if old and old["enabled"] else None
    params = _params(known.params, {**(old["params"] if old else {}), **new.params}, source, (*at, "params"))
    _check_levels(params, ranks, source, (*at, "params"))
    for name, tighter in known.params.tighten.items() if before else ():
        was, now = getattr(before, name), getattr(params, name)
        if was != now and not tighter(was, now, ranks):
            raise source.error(
                (*at, "params", name), f"{now!r} would loosen {was!r}; an overlay may only tighten"
            )
    for problem, label in new.remedy.items():
        if problem not in known.remedies:
            raise source.error((*at, "remedy", problem), "the rule has no such problem")
        allowed = set(PLACEHOLDER.findall(known.remedies[problem].en))
        if not set(PLACEHOLDER.findall(label.en + label.zh)) <= allowed:
            raise source.error(
                (*at, "remedy", problem), f"only these placeholders are known: {sorted(allowed)}"
            )
    for number, cite in enumerate(new.cite):
        if not set(cite.problems) <= set(known.remedies):
            raise source.error((*at, "cite", number, "problems"), "the rule has no such problem")
    cites = [*(old["cite"] if old else ()), *new.cite]
    if any(cite.status is not BasisStatus.POLICY for cite in cites):
        cites = [cite for cite in cites if cite.status is not BasisStatus.POLICY]
    if enabled and not cites:
        raise source.error((*at, "cite"), "a rule that is on needs a basis, be it house policy")
    return {
        "enabled": enabled,
        "off_reason": None if enabled else reason,
        "params": params.stored(),
        "cite": cites,
        "remedy": {**(old["remedy"] if old else {}), **new.remedy},
    }


def _kept_longer(
    old: Keeping | None, new: Keeping | None, ranks: Mapping[str, int], source: Source
) -> Keeping | None:
    """Return the period of two files; the upper one may only keep longer, and more."""
    if new is None:
        return old
    if new.from_level is not None and new.from_level not in ranks:
        raise source.error(("keeping", "from_level"), f"no level {new.from_level!r}")
    if old is None:
        return new
    if new.years is not None and (old.years is None or new.years < old.years):
        raise source.error(("keeping", "years"), f"{new.years!r} would loosen {old.years!r}")
    if new.from_level is not None and (
        old.from_level is None or ranks[new.from_level] > ranks[old.from_level]
    ):
        raise source.error(("keeping", "from_level"), f"{new.from_level!r} would loosen {old.from_level!r}")
    return new.model_copy(update={"cite": (*old.cite, *new.cite)})


def _params(kind: type[Params], values: Mapping[str, Json], source: Source, at: Path) -> Params:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise source.error((*at, *first["loc"]), first["msg"]) from error


def _check_levels(params: Params, ranks: Mapping[str, int], source: Source, at: Path) -> None:
    for name in params.names_levels:
        value = getattr(params, name)
        for level in [value] if isinstance(value, str) else value or ():
            if level not in ranks:
                raise source.error((*at, name), f"no level {level!r}")


def _check_references(merged: Mapping[str, Any], source: Source) -> None:
    """Refuse repeated ids, and coverage rows that point nowhere."""
    levels = [level.id for level in merged["levels"] or ()]
    kinds = {kind.id: [g.id for g in kind.grades] for kind in merged["qualification_types"] or ()}
    ranks = [level.rank for level in merged["levels"] or ()]
    if len(set(levels)) != len(levels) or len(set(ranks)) != len(ranks):
        raise source.error(("levels",), "an id or rank stands twice")
    for row in merged["coverage"] or ():
        grades = kinds.get(row.type, [])
        if row.level not in levels or row.grade not in grades or row.prime_grade not in [None, *grades]:
            raise source.error(
                ("coverage",), f"{row.type}/{row.level}/{row.grade}: unknown type, level or grade"
            )


def _validated(kind: type[Any], source: Source) -> Any:
    try:
        return kind.model_validate(source.value)
    except ValidationError as error:
        raise _pointed(error, source) from error


def _pointed(error: ValidationError, source: Source) -> RegimeError:
    first = error.errors()[0]
    return source.error(first["loc"], first["msg"])
