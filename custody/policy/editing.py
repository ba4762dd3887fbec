"""Facts as a list of single members that a person can change for a trial, and the facts after it. Pure.

Ids, digests and what ties the groups together are left as they are: a trial asks what a rule would say if
something known were otherwise, not whether a graph can be broken.
"""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, cast

from custody.policy.facts import Facts, FactsError, Json, noun_of
from custody.policy.regime import Pack
from custody.terms import Word

MOST = 400
"""Members that one trial offers for a change; what lies beyond stays as it is."""
_FIXED = frozenset({"verb", "regime", "subject_kind", "is_installation", "number", "depth"})
_ORDER = ("act", "project", "hop", "approval", "party", "person", "item", "copy", "system", "installation")
Kind = Literal["word", "level", "day", "truth", "count", "number", "text", "list"]


@dataclass(frozen=True, slots=True)
class Member:
    """One value of the facts: ``group`` and ``names`` say where it stands (a number counts from 0), ``text``
    is its value as typed, empty for what is not known."""

    group: str
    names: tuple[str | int, ...]
    kind: Kind
    text: str
    nullable: bool
    words: type[Word] | None = None

    @property
    def path(self) -> str:
        """Return the name under which a change of it is sent, such as ``party:<uuid>/country``."""
        return "/".join([self.group, *map(str, self.names)])


def members(facts: Facts) -> list[Member]:
    """Return what can be changed, at most 400, the act and the project first."""
    found: list[Member] = []
    for key in sorted(facts.groups, key=lambda k: (_ORDER.index(k.partition(":")[0]), k)):
        found += _walk(noun_of(key), facts.groups[key], key, (), facts.schema)
    return found[:MOST]


def _walk(
    kind: type[Any], stored: Any, group: str, names: tuple[str | int, ...], schema: int
) -> Iterator[Member]:
    hints = typing.get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        if each.name in _FIXED or _since(each) > schema:
            continue
        hint, nullable = _plain(hints[each.name])
        value, at = stored[each.name], (*names, each.name)
        if typing.get_origin(hint) is tuple:
            inner = typing.get_args(hint)[0]
            if is_dataclass(inner):
                for place, one in enumerate(value or ()):
                    yield from _walk(cast("type[Any]", inner), one, group, (*at, place), schema)
            elif inner is str:
                yield Member(group, at, "list", ", ".join(value or ()), nullable)
            continue
        made = _single(hint, each.name)
        if made is not None:
            yield Member(group, at, made[0], _typed(value), nullable, made[1])


def _single(hint: Any, name: str) -> tuple[Kind, type[Word] | None] | None:
    """Return how a single value is typed; None for an id or digest, which no trial changes."""
    if typing.get_origin(hint) is Annotated:
        what = hint.__metadata__[0]
        return None if isinstance(what, str) else ("word", what)
    if hint is str:
        return ("level" if name == "level" else "text"), None
    kinds: dict[Any, Kind] = {date: "day", bool: "truth", int: "count", Decimal: "number"}
    return kinds[hint], None


def _plain(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (Union, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None)), True
    return hint, False


def _since(field: Field[Any]) -> int:
    return int(field.metadata.get("since", 1))


def _typed(value: Any) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def changed(facts: Facts, pack: Pack, changes: Mapping[str, str]) -> tuple[Facts, list[tuple[Member, str]]]:
    """Return the facts after changes by path, and what really differs, with its new text.

    Raises FactsError for a path that cannot be changed and for a value that does not fit; it says which.
    """
    known = {member.path: member for member in members(facts)}
    groups = cast("dict[str, Any]", copy.deepcopy(dict(facts.groups)))
    done: list[tuple[Member, str]] = []
    for path, text in changes.items():
        if path not in known:
            raise FactsError(f"{path}: no such member, or none that a trial can change")
        member, said = known[path], text.strip()
        if said == member.text:
            continue
        at: Any = groups[member.group]
        for name in member.names[:-1]:
            at = at[name]
        at[member.names[-1]] = _stored(member, said, pack)
        done.append((member, said))
    return Facts.from_json({"schema": facts.schema, "groups": groups}), done


def _stored(member: Member, said: str, pack: Pack) -> Json:
    if not said:
        if member.nullable:
            return None
        if member.kind == "list":
            return []
        raise FactsError(f"{member.path}: cannot be empty")
    if member.kind == "truth":
        if said not in ("yes", "no"):
            raise FactsError(f"{member.path}: expected yes or no")
        return said == "yes"
    if member.kind == "count":
        if not (said.isascii() and said.isdigit() and len(said) <= 6):
            raise FactsError(f"{member.path}: expected a whole number")
        return int(said)
    if member.kind == "list":
        return [part.strip() for part in said.split(",") if part.strip()]
    if member.kind == "level" and said not in {level.id for level in pack.levels}:
        raise FactsError(f"{member.path}: no level of {pack.id}")
    if len(said) > 200:
        raise FactsError(f"{member.path}: too long")
    return said
