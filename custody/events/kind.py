"""What an event kind is: a frozen dataclass that carries its own words.

A kind names its schema and version (``handoff.offered/1``), the sentence that a person reads, who may read
it, and for each field whether it is kept for ever or is personal and may one day be erased. A published kind
is never edited: a change is a new version beside the old one. Values are plain JSON, so that an event
round-trips byte for byte.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from custody.terms import Audience, Text

Json = Any
T = TypeVar("T")

Value = str | list[str] | dict[str, str] | None
"""What a field of a row looks like in an event that says its old and its new value."""

RESERVED = frozenset({"kind", "about", "actor", "on_behalf_of", "source", "took_place_at", "act", "decision"})


class EventError(ValueError):
    """An event's values do not fit its kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One published event kind."""

    name: str
    version: int
    sentence: Text
    audience: Audience
    schema: type[Any]
    personal: frozenset[str]

    @property
    def id(self) -> str:
        """Return the name as it stands in an entry, such as ``handoff.offered/1``."""
        return f"{self.name}/{self.version}"


KINDS: dict[str, Kind] = {}


def keep(default: Any = dataclasses.MISSING) -> Any:
    """Declare a field that stays as long as the ledger."""
    return dataclasses.field(default=default, metadata={"personal": False})


def personal(default: Any = dataclasses.MISSING) -> Any:
    """Declare a field about a human, which an erasure may remove while every proof still verifies."""
    return dataclasses.field(default=default, metadata={"personal": True})


@dataclass_transform(field_specifiers=(keep, personal), frozen_default=True, kw_only_default=True)
def event(
    name: str, version: int, sentence: Text, audience: Audience = Audience.ALL
) -> Callable[[type[T]], type[T]]:
    """Publish a class as an event kind. Raises EventError for a repeated id or a reserved field name."""

    def publish(cls: type[T]) -> type[T]:
        schema: Any = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        fields = dataclasses.fields(schema)
        for field in fields:
            if field.name in RESERVED or "personal" not in field.metadata:
                raise EventError(
                    f"{name}/{version}: field {field.name} is reserved, or is neither keep nor personal"
                )
        kind = Kind(
            name,
            version,
            sentence,
            audience,
            schema,
            frozenset(f.name for f in fields if f.metadata["personal"]),
        )
        if kind.id in KINDS:
            raise EventError(f"{kind.id} is published twice")
        KINDS[kind.id] = kind
        return schema  # type: ignore[no-any-return]

    return publish


def kind_of(value: Any) -> Kind:
    """Return the kind of an event instance. Raises EventError for anything else."""
    for kind in KINDS.values():
        if kind.schema is type(value):
            return kind
    raise EventError(f"{type(value).__name__} is not a published event kind")


def values(value: Any) -> dict[str, Json]:
    """Return an event's fields as JSON values. Raises EventError when a value does not fit its annotation."""
    kind = kind_of(value)
    result = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    _check(kind, result)
    return result


def restore(kind_id: str, fields: dict[str, Json]) -> Any:
    """Rebuild an event from an entry's values. Raises EventError for an unknown kind or unfit fields."""
    kind = KINDS.get(kind_id)
    if kind is None:
        raise EventError(f"{kind_id} is not a published event kind")
    _check(kind, fields)
    return kind.schema(**fields)


def _check(kind: Kind, fields: dict[str, Json]) -> None:
    hints = get_type_hints(kind.schema)
    expected = {f.name for f in dataclasses.fields(kind.schema)}
    if set(fields) != expected:
        raise EventError(f"{kind.id}: fields {sorted(set(fields) ^ expected)} are unknown or missing")
    for name, field_value in fields.items():
        if not _fits(field_value, hints[name]):
            raise EventError(f"{kind.id}: {name} does not fit {hints[name]}")


def _fits(value: Any, hint: Any) -> bool:
    origin: Any = getattr(hint, "__origin__", None)
    args: tuple[Any, ...] = getattr(hint, "__args__", ())
    if hint is Any:
        return True
    if origin is list:
        return isinstance(value, list) and all(_fits(v, args[0]) for v in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _fits(k, args[0]) and _fits(v, args[1]) for k, v in value.items()
        )
    if args:  # a union such as ``str | None``
        return any(_fits(value, arg) for arg in args)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return type(value) is hint
