"""Ways to change what was genuine: byte by byte, and in its parts as somebody would who knows the format.

A changed thing is a `Mutant`: what was done to it, in words for a failing test, and its bytes. Nothing here
knows what a reader should say to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple, TypeVar

from ledger.tlog.encoding import b64, unb64

T = TypeVar("T")


class Mutant(NamedTuple):
    """A changed thing; `raw` are its bytes, or for a bare proof its parts."""

    how: str
    raw: Any


Change = Callable[[Random], Mutant]


def mutants(genuine: object, count: int, seed: int, *changes: Change) -> Iterator[Mutant]:
    """Give `count` mutants, the changes in turn; what came out unchanged is tried again."""
    chance = Random(seed)
    given = tried = 0
    while given < count:
        mutant = changes[tried % len(changes)](chance)
        tried += 1
        assert tried < 20 * count + 200, "the changes change nothing"
        if mutant.raw != genuine:
            given += 1
            yield mutant


# --- bytes ------------------------------------------------------------------------------------------------


def bytewise(raw: bytes, chance: Random) -> Mutant:
    """One change that needs no knowledge of the format."""
    name = chance.choice(list(_BYTES))
    at = chance.randrange(len(raw))
    end = min(len(raw), at + chance.choice((1, 1, 2, 4, 32, 44)))
    return Mutant(f"{name} at {at}", _BYTES[name](raw, at, end, chance))


def _swapped(raw: bytes, at: int, end: int, chance: Random) -> bytes:
    other = chance.randrange(len(raw))
    changed = bytearray(raw)
    changed[at], changed[other] = changed[other], changed[at]
    return bytes(changed)


def _moved(raw: bytes, at: int, end: int, chance: Random) -> bytes:
    rest = raw[:at] + raw[end:]
    to = chance.randrange(len(rest) + 1)
    return rest[:to] + raw[at:end] + rest[to:]


_SMUGGLED = (
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"=",
    b"0",
    b"+",
    b"-",
    b"_",
    b"\0",
    b"\xff",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
    b"#",
)

_BYTES: dict[str, Callable[[bytes, int, int, Random], bytes]] = {
    "bit flipped": lambda raw, at, end, c: raw[:at] + bytes([raw[at] ^ 1 << c.randrange(8)]) + raw[at + 1 :],
    "byte set": lambda raw, at, end, c: raw[:at] + bytes([c.randrange(256)]) + raw[at + 1 :],
    "case turned": lambda raw, at, end, c: raw[:at] + raw[at:end].swapcase() + raw[end:],
    "byte put in": lambda raw, at, end, c: raw[:at] + bytes([c.randrange(256)]) + raw[at:],
    "smuggled": lambda raw, at, end, c: raw[:at] + c.choice(_SMUGGLED) + raw[at:],
    "taken out": lambda raw, at, end, c: raw[:at] + raw[end:],
    "doubled": lambda raw, at, end, c: raw[:end] + raw[at:end] + raw[end:],
    "reversed": lambda raw, at, end, c: raw[:at] + raw[at:end][::-1] + raw[end:],
    "swapped": _swapped,
    "moved": _moved,
    "cut off after": lambda raw, at, end, c: raw[:at],
    "cut off before": lambda raw, at, end, c: raw[at:],
    "lengthened": lambda raw, at, end, c: raw + c.choice((b"\n", b" ", b"\0", b"=", raw[at:end], raw)),
    "begun anew": lambda raw, at, end, c: c.choice((b"\n", b" ", b"\xef\xbb\xbf", raw[:end])) + raw,
    "zeroed": lambda raw, at, end, c: raw[:at] + bytes(end - at) + raw[end:],
    "other line ends": lambda raw, at, end, c: raw.replace(
        b"\n", c.choice((b"\r\n", b"\r", b"\n\n", b" \n"))
    ),
}


# --- parts ------------------------------------------------------------------------------------------------


def shuffled(values: list[T], others: list[T], chance: Random) -> tuple[str, list[T]]:
    """A list with something done to its members; `others` are members of another genuine list."""
    values = list(values)
    at, to = (chance.randrange(len(values)) for _ in "ab") if values else (0, 0)
    how = chance.choice(("swapped", "left out", "doubled", "another's", "added", "reversed", "all another's"))
    if how == "added" or not values:
        values.insert(to, chance.choice(others or values))
    elif how == "swapped":
        values[at], values[to] = values[to], values[at]
    elif how == "left out":
        del values[at]
    elif how == "doubled":
        values.insert(to, values[at])
    elif how == "another's":
        values[at] = chance.choice(others or values)
    elif how == "reversed":
        values.reverse()
    else:
        values = list(others)
    return f"member {at} {how}", values


def renoted(note: str, other: str, chance: Random) -> tuple[str, str]:
    """A signed note with its parts changed; `other` is a genuine note over another text by the same keys."""
    text, _, tail = note.rpartition("\n\n")
    lines = tail.splitlines()
    other_text, _, other_tail = other.rpartition("\n\n")
    how = chance.choice(list(_NOTES))
    if how == "lines":
        what, lines = shuffled(lines, other_tail.splitlines(), chance)
        return f"signature {what}", text + "\n\n" + "".join(f"{line}\n" for line in lines)
    if how == "text of another note":
        return how, other_text + "\n\n" + tail
    at = chance.randrange(len(lines))
    return f"{how} in line {at}", text + "\n\n" + _NOTES[how](lines, at, chance)


def _line(lines: list[str], at: int, change: Callable[[str, bytes], tuple[str, bytes]]) -> str:
    dash, name, blob = lines[at].split(" ")
    name, raw = change(name, unb64(blob))
    changed = [*lines[:at], f"{dash} {name} {b64(raw)}", *lines[at + 1 :]]
    return "".join(f"{line}\n" for line in changed)


def _named(lines: list[str], at: int, chance: Random) -> str:
    names = [line.split(" ")[1] for line in lines]
    return _line(lines, at, lambda name, raw: (chance.choice([*names, name + "/2", name.upper()]), raw))


def _other_key(lines: list[str], at: int, chance: Random) -> str:
    blobs = [unb64(line.split(" ")[2])[:4] for line in lines]
    return _line(lines, at, lambda name, raw: (name, chance.choice([*blobs, chance.randbytes(4)]) + raw[4:]))


def _other_blob(lines: list[str], at: int, chance: Random) -> str:
    blobs = [unb64(line.split(" ")[2])[4:] for line in lines]
    return _line(lines, at, lambda name, raw: (name, raw[:4] + chance.choice(blobs)))


def _time(lines: list[str], at: int, chance: Random) -> str:
    def later(name: str, raw: bytes) -> tuple[str, bytes]:
        if len(raw) != 76:  # a log's signature carries no time: one is put before it
            return name, raw[:4] + chance.randbytes(8) + raw[4:]
        time = int.from_bytes(raw[4:12], "big") + chance.choice((-86_400, -1, 1, 60, 2**62))
        return name, raw[:4] + (time % 2**64).to_bytes(8, "big") + raw[12:]

    return _line(lines, at, later)


def _signature(lines: list[str], at: int, chance: Random) -> str:
    def damaged(name: str, raw: bytes) -> tuple[str, bytes]:
        place = chance.randrange(4, len(raw))
        ways = (
            raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :],
            raw[:place],
            raw + chance.randbytes(chance.randrange(1, 9)),
            raw[:-64] + bytes(64),
            # The same point with s + L: what RFC 8032 section 5.1.7 has refused as malleable.
            raw[:-32] + ((int.from_bytes(raw[-32:], "little") + _L) % 2**256).to_bytes(32, "little"),
        )
        return name, chance.choice(ways)

    return _line(lines, at, damaged)


_L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point of Ed25519."""

_NOTES: dict[str, Callable[[list[str], int, Random], str]] = {
    "lines": lambda lines, at, chance: "",
    "text of another note": lambda lines, at, chance: "",
    "other name": _named,
    "other key ID": _other_key,
    "signature of another line": _other_blob,
    "other time": _time,
    "damaged signature": _signature,
}


def relined(text: str, chance: Random, *, words: tuple[str, ...] = ()) -> tuple[str, str]:
    """A text of lines with its lines, or a word in them, changed."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    if chance.random() < 0.5:
        what, lines = shuffled(lines, [*words, *lines], chance)
        return f"line {what}", "\n".join(lines)
    parts = lines[at].split(" ")
    place = chance.randrange(len(parts))
    every = [word for line in lines for word in line.split(" ")]
    parts[place] = chance.choice([*words, *every, "0", "1", "01", "-1", "", "none"])
    lines[at] = " ".join(parts)
    return f"word {place} of line {at}", "\n".join(lines)


def edited(text: str, chance: Random) -> tuple[str, str]:
    """A checkpoint's text that says something else in a fitting form."""
    origin, size, root, *more = text.split("\n")
    ways = {
        "other size": (origin, str(int(size) + chance.choice((-1, 1, 256))), root, *more),
        "leading zero": (origin, "0" + size, root, *more),
        "other root": (origin, size, b64(chance.randbytes(32)), *more),
        "short root": (origin, size, b64(unb64(root)[:-1]), *more),
        "other origin": (origin + chance.choice((" ", "x", "/", ".")), size, root, *more),
        "no origin": ("", size, root, *more),
        "extension line": (origin, size, root, "extension", *more),
        "lines swapped": (size, origin, root, *more),
        "line left out": (origin, root, *more),
    }
    how = chance.choice(list(ways))
    return how, "\n".join(ways[how])
