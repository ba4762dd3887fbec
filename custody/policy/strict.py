"""Strict JSON for dataclasses, in both directions: what is read is exactly what would be written.

Readers are derived once per class from its annotations, so that a dataclass is all there is to say about a
group of facts. An unknown, missing or ill-typed member is an error, never a default.

What is stored carries the number of its schema. A member that a later schema brought (``metadata`` with
``since``) must be absent from what is stored under an earlier one, where it reads as None, not known: so a
dataclass may grow, and what was stored before still reads as it did.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from dataclasses import Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast

from custody.terms import Word

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
Id = Annotated[str, "id"]
Sha256 = Annotated[str, "sha256"]

T = TypeVar("T")
W = TypeVar("W", bound=Word)

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_Reader = Callable[[Json, str], Any]


class FactsError(ValueError):
    """A group is not of this schema; the message names group, member, what was expected and what came."""


@cache
def _words(kind: type[Word]) -> dict[str, Word]:
    return {member.value: member for member in kind}


def word(kind: type[W], value: Json, at: str = "") -> W:
    """Return the enumerated word stored as ``value``. Raises FactsError for one that is not of its kind."""
    found = _words(kind).get(value) if isinstance(value, str) else None
    if found is not None:
        return cast(W, found)
    raise FactsError(f"{at}: expected a {kind.__name__}, got {value!r}")


def to_json(value: Any, schema: int) -> dict[str, Json]:
    """Return the stored form of a group under its newest schema. Raises FactsError when a member is not of
    its declared type."""
    return checked(value, schema)[0]


def checked(value: T, schema: int) -> tuple[dict[str, Json], T]:
    """Return the stored form of a group, and the group as whoever reads that has it. Raises FactsError as
    ``to_json`` does."""
    stored = {f.name: _write(getattr(value, f.name)) for f in fields(cast(Any, value))}
    return stored, from_json(type(value), stored, type(value).__name__.lower(), schema)


def from_json(kind: type[T], value: Json, at: str, schema: int) -> T:
    """Read one group or nested record. Raises FactsError for anything that is not exactly its stored form
    under ``schema``."""
    if not isinstance(value, dict):
        raise FactsError(f"{at}: expected an object, got {type(value).__name__}")
    readers = _readers(kind, schema)
    if value.keys() != readers.keys():
        wrong = sorted(value.keys() ^ readers.keys())
        raise FactsError(f"{at}: unknown or missing members: {', '.join(map(str, wrong))}")
    try:
        known = {name: read(value[name], name) for name, read in readers.items()}
    except FactsError as error:
        raise FactsError(f"{at}.{error}") from error
    return kind(**known, **_later(cast(Any, kind), schema))


def _write(value: Any) -> Json:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_write(v) for v in value]
    if is_dataclass(value):
        return {f.name: _write(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, str):
        return str(value)
    return cast(Json, value)


_READERS: dict[tuple[type, int], dict[str, _Reader]] = {}


def _readers(kind: type[Any], schema: int) -> dict[str, _Reader]:
    key = kind, schema
    if key not in _READERS:
        hints = typing.get_type_hints(kind, include_extras=True)
        known = [f for f in fields(kind) if _since(f) <= schema]
        _READERS[key] = {f.name: _reader(hints[f.name], schema) for f in known}
    return _READERS[key]


@cache
def _later(kind: type[Any], schema: int) -> dict[str, None]:
    return {f.name: None for f in fields(kind) if _since(f) > schema}


def _since(field: Field[Any]) -> int:
    return int(field.metadata.get("since", 1))


def _reader(hint: Any, schema: int) -> _Reader:
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _reader(next(a for a in typing.get_args(hint) if a is not type(None)), schema)
        return lambda v, at: None if v is None else inner(v, at)
    if origin is tuple:
        item = _reader(typing.get_args(hint)[0], schema)
        return lambda v, at: tuple(item(x, f"{at}[{i}]") for i, x in enumerate(_typed(v, list, at)))
    if origin is Annotated:
        what = hint.__metadata__[0]
        if what in ("id", "sha256"):
            pattern = ID if what == "id" else _SHA256
            return lambda v, at: _match(v, pattern, what, at)
        return lambda v, at: str(word(what, v, at))
    if hint is date:
        return _day
    if hint is Decimal:
        return lambda v, at: Decimal(_match(v, _DECIMAL, "decimal", at))
    if is_dataclass(hint):
        return lambda v, at: from_json(cast(type, hint), v, at, schema)

    def read(value: Json, at: str) -> Any:
        return value if type(value) is hint else _typed(value, hint, at)

    return read


def _typed(value: Any, kind: type, at: str) -> Any:
    if type(value) is not kind:
        raise FactsError(f"{at}: expected {kind.__name__}, got {value!r}")
    return value


def _match(value: Any, pattern: re.Pattern[str], what: str, at: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise FactsError(f"{at}: expected {what}, got {value!r}")
    return value


def _day(value: Any, at: str) -> date:
    try:
        return date.fromisoformat(_match(value, _DAY, "day YYYY-MM-DD", at))
    except FactsError:
        raise
    except ValueError as error:
        raise FactsError(f"{at}: {error}") from error
