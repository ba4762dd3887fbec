"""Canonical JSON: RFC 8785, narrowed until every value has one form on every machine.

- No floats: a decimal, an amount of money, a share or a coordinate is a string.
- Integers lie within -(2^53-1)..2^53-1, which every JSON reader keeps exactly.
- Strings and member names are Unicode NFC, without U+0000 and without lone surrogates.
- Members are sorted by UTF-16 code units (RFC 8785 section 3.2.3), which differs from code point order
  where characters above U+FFFF meet U+E000..U+FFFF.
- Nothing is nested deeper than 32 levels.

What `decode` accepts, `encode` gives back byte for byte; anything else is refused.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, TypeAlias

from ledger.tlog.errors import CanonicalError, shown

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32

_LEAVES = frozenset({str, bool, type(None)})
_NAMES = frozenset({str})
_write, _write_sorted = (
    json.JSONEncoder(
        ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=sort, separators=(",", ":")
    ).encode
    for sort in (False, True)
)


def encode(value: Json) -> bytes:
    """The canonical bytes of `value`. Tuples count as lists. Raises CanonicalError."""
    # Nearly everything is plain, and is then sorted and written in C. The rest is taken part by part, which
    # settles the order of its names, or says which part is wrong.
    if _plain(value, 0) and _has_one_form(text := _write_sorted(value)):
        return text.encode("utf-8")
    return _write(_ordered(value, 0)).encode("utf-8")


def _plain(value: Json, depth: int) -> bool:
    """Whether `value` is of kinds that are written as they are; what its texts say is not asked."""
    parts: Iterable[Json]
    if isinstance(value, dict):
        if not _NAMES.issuperset(map(type, value)):
            return False
        parts = value.values()
    elif isinstance(value, (list, tuple)):
        parts = value
    elif isinstance(value, int):
        return type(value) is bool or (type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER)
    else:
        return value is None or isinstance(value, str)
    if depth >= MAX_DEPTH:
        return False
    for part in parts:
        kind = type(part)
        if kind not in _LEAVES and not (
            -MAX_INTEGER <= part <= MAX_INTEGER if kind is int else _plain(part, depth + 1)
        ):
            return False
    return True


def _has_one_form(text: str) -> bool:
    """Whether all texts in what was written may stand there; False where that takes a closer look.

    Between two texts stands ASCII that nothing combines with, so the whole is NFC only if each is. Code
    points have the order of UTF-16 code units where none is beyond U+FFFF. Surrogates are left out, and so
    counted.
    """
    if "\\u0000" in text:
        return False
    if text.isascii():
        return True
    units = text.encode("utf-16-le", "ignore")
    return len(units) == 2 * len(text) and unicodedata.is_normalized("NFC", text)


def decode(data: bytes) -> Json:
    """The value whose canonical bytes are exactly `data`. Raises CanonicalError."""
    try:
        value: Json = _READER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CanonicalError("JSON", expected="UTF-8", got=f"a broken byte at {error.start}") from None
    except RecursionError:
        raise CanonicalError("JSON", expected=f"at most {MAX_DEPTH} levels", got="deeper nesting") from None
    except ValueError as error:
        raise CanonicalError("JSON", expected="one JSON value", got=str(error)) from None
    if encode(value) != data:
        raise CanonicalError(
            "JSON",
            expected="canonical form (RFC 8785)",
            got="the same value written in another way",
            todo="Do not re-save or re-indent the file; use it as it was delivered.",
        )
    return value


def check_text(text: str) -> str:
    """`text` itself, as a plain str, if it may stand in canonical JSON. Raises CanonicalError."""
    text = str.__str__(text)
    if text.isascii():
        if "\0" in text:
            raise CanonicalError("text", expected="no U+0000", got=shown(text))
        return text
    if "\0" in text:
        raise CanonicalError("text", expected="no U+0000", got=shown(text))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CanonicalError("text", expected="no lone surrogates", got=shown(text))
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError(
            "text", expected="Unicode NFC", got=shown(text), todo="Normalize it to NFC before recording."
        )
    return text


def _ordered(value: Json, depth: int) -> Json:
    """`value` with every part checked and every object's members in canonical order."""
    kind = type(value)
    if kind is str:
        return check_text(value)  # type: ignore[arg-type]
    if value is None or kind is bool:
        return value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise CanonicalError(
                "integer", expected="at most 2^53-1 in size", got=shown(value), todo="Record it as a string."
            )
        return int(value)
    if depth >= MAX_DEPTH:
        raise CanonicalError("JSON", expected=f"at most {MAX_DEPTH} levels", got="deeper nesting")
    if isinstance(value, (list, tuple)):
        return [_ordered(part, depth + 1) for part in value]
    if isinstance(value, Mapping):
        names = [_name(name) for name in value]
        # ASCII names sort the same by code point and by UTF-16 unit; the encoding is only paid for others.
        if all(name.isascii() for name in names):
            names.sort()
        else:
            names.sort(key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name], depth + 1) for name in names}
    raise CanonicalError(
        "value",
        expected="null, a boolean, an integer, a string, a list or an object",
        got=f"{kind.__name__} {shown(value)}",
        todo="Record decimals, times and identifiers as strings.",
    )


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise CanonicalError("member name", expected="a string", got=shown(name))
    return check_text(name)


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise CanonicalError("JSON object", expected="each member once", got=f"{shown(twice)} again")
    return members


def _integer(digits: str) -> int:
    if len(digits) > 17:
        raise CanonicalError("integer", expected="at most 2^53-1 in size", got=shown(digits))
    return int(digits)


def _no_float(digits: str) -> NoReturn:
    raise CanonicalError("number", expected="an integer", got=shown(digits))


_READER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)
