"""Find the records of a JSON file without trusting any of them.

A JSON parser gives all or nothing, so one bad record would lose the whole file. Here the file is first cut
at its brackets and commas, which needs no understanding of what stands between them, and each record is then
parsed alone.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from custody.importers.problem import ImportFileError, RecordError, shown

MAX_BYTES = 64 * 1024 * 1024
"""Largest file taken: some thirty pages of 1,000 records, the most that the service gives in one answer."""
MAX_RECORDS = 100_000
"""Most records taken; so many real ones would fill more than `MAX_BYTES`."""
MAX_DEPTH = 16
"""Deepest nesting in a record; the real ones have three levels."""

_SPACE = " \t\r\n"
# Possessive throughout (++, *+): a bracket run is one match and no input makes the search go back.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.?)*+"?|[\[{]++|[\]}]++|,', re.DOTALL)
_MEMBER = re.compile(r'[ \t\r\n]*+("(?:[^"\\]++|\\.)*+")[ \t\r\n]*+:', re.DOTALL)
# Control characters (tab and line ends may stand), halves of surrogate pairs, the two that are no characters.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Number(str):
    """A JSON number as it is written: amounts must not pass through binary floating point."""

    __slots__ = ()


class Repeated(dict[str, object]):
    """A JSON object in which a key stands twice; ``key`` is the first such key."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """Where one element of a list, or member of an object, stands in the text."""

    start: int
    end: int
    depth: int  # deepest bracket inside


def read_text(source: bytes | str | os.PathLike[str]) -> str:
    """Return the text of a file, given as its bytes or its path.

    Raises `ImportFileError` when it cannot be opened, is larger than `MAX_BYTES` or is not UTF-8.
    """
    if isinstance(source, bytes):
        data = source
    else:
        try:
            with Path(source).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise ImportFileError(f"The file cannot be opened: {error}", f"无法打开文件：{error}") from error
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise ImportFileError(
            f"The file is larger than {limit} MB. Import it in parts.", f"文件超过 {limit} MB，请分批导入。"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError(
            f"The file is not UTF-8 text (byte {error.start}). Save it as UTF-8.",
            f"文件不是 UTF-8 文本（第 {error.start} 字节），请另存为 UTF-8。",
        ) from error


def split(text: str, start: int) -> tuple[list[Slice], int]:
    """Cut the list or object that opens at ``start``; return its parts and the index after its end.

    Raises `ImportFileError` when it never closes, or closes with the other kind of bracket.
    """
    depth = deepest = 0
    parts: list[Slice] = []
    begin = start + 1
    for token in _TOKEN.finditer(text, start):
        kind = text[token.start()]
        if kind in "[{":
            depth += token.end() - token.start()
            deepest = max(deepest, depth)
        elif kind in "]}":
            if token.end() - token.start() >= depth:
                end = token.start() + depth - 1
                if text[start] + text[end] not in ("[]", "{}"):
                    break
                parts.append(Slice(begin, end, deepest - 1))
                if len(parts) == 1 and not text[begin:end].strip(_SPACE):
                    parts.clear()
                return parts, end + 1
            depth -= token.end() - token.start()
        elif kind == "," and depth == 1:
            if len(parts) >= MAX_RECORDS:
                raise ImportFileError(
                    f"The file holds more than {MAX_RECORDS:,} records. Import it in parts.",
                    f"文件超过 {MAX_RECORDS:,} 条记录，请分批导入。",
                )
            parts.append(Slice(begin, token.start(), deepest - 1))
            begin, deepest = token.end(), 1
    line = text.count("\n", 0, begin) + 1
    raise ImportFileError(
        f"The file is not complete JSON: what begins on line {line} is never closed. "
        "It may have been cut short; fetch it again.",
        f"文件不是完整的 JSON：第 {line} 行开始的内容没有结束，文件可能不完整，请重新获取。",
    )


def open_list(text: str, list_keys: tuple[str, ...]) -> tuple[list[Slice], str, dict[str, object]]:
    """Find the list of records: the file itself, or its one member named in ``list_keys`` (in any case).

    Returns the records, the name of the member (empty when the file is a bare list) and the short other
    members, such as page numbers. Raises `ImportFileError` when there is no such list, or more than one.
    """
    start = len(text) - len(text.lstrip(_SPACE))
    if text[start : start + 1] not in ("[", "{"):
        raise ImportFileError(
            f"The file does not begin with a JSON list or object but with “{shown(text[start:], 20)}”.",
            f"文件不是以 JSON 数组或对象开头，而是“{shown(text[start:], 20)}”。",
        )
    parts, end = split(text, start)
    if text[end:].strip(_SPACE):
        line = text.count("\n", 0, end) + 1
        raise ImportFileError(
            f"After the JSON ends on line {line}, more text follows. "
            "Import one answer of the service per file.",
            f"JSON 在第 {line} 行结束后还有其他内容，请每个文件只放一次接口应答。",
        )
    if text[start] == "[":
        return parts, "", {}
    lists: list[tuple[str, list[Slice]]] = []
    others: dict[str, object] = {}
    for part in parts:
        key, value_at = _member(text, part)
        if key in others or key in (name for name, _ in lists):
            raise ImportFileError(
                f"The key “{shown(key)}” stands twice at the top of the file.",
                f"文件顶层的键“{shown(key)}”重复出现。",
            )
        if key.casefold() in list_keys and text[value_at] == "[":
            records, end = split(text, value_at)
            if text[end : part.end].strip(_SPACE):
                raise ImportFileError(
                    f"The file is not JSON: text follows the list under “{shown(key)}”.",
                    f"文件不是 JSON：“{shown(key)}”的数组之后还有其他内容。",
                )
            lists.append((key, records))
        else:
            others[key] = _short(text[value_at : part.end])
    if len(lists) != 1:
        names = ", ".join(list_keys)
        found = ", ".join(shown(key, 30) for key in [*(name for name, _ in lists), *others][:8]) or "-"
        raise ImportFileError(
            f"Expected one list of records, under one of {names}; the file holds: {found}.",
            f"应有且仅有一个记录数组（键名为 {names} 之一）；文件中有：{found}。",
        )
    return lists[0][1], lists[0][0], others


def _member(text: str, part: Slice) -> tuple[str, int]:
    match = _MEMBER.match(text, part.start, part.end)
    try:
        key = json.loads(match[1]) if match else None
    except ValueError:
        key = None
    if match is None or not isinstance(key, str):
        line = text.count("\n", 0, part.start) + 1
        raise ImportFileError(
            f"The file is not JSON: a key was expected on line {line}.",
            f"文件不是 JSON：第 {line} 行应为键名。",
        )
    value_at = match.end()
    while value_at < part.end and text[value_at] in _SPACE:
        value_at += 1
    return key, value_at


def _short(value: str) -> object:
    """Return a page number or link; anything long, nested or broken is of no use and becomes None."""
    if len(value) > 2000 or value[:1] in ("[", "{"):
        return None
    try:
        found = json.loads(value, parse_int=Number)
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    repeated = Repeated(made)
    seen: set[str] = set()
    repeated.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeated


def decode(text: str, part: Slice) -> object:
    """Parse one record; numbers come as `Number`, text comes in NFC.

    Raises `RecordError` for what is not JSON, nested deeper than `MAX_DEPTH`, holds a key twice, or holds
    text that can be neither stored nor signed (NUL and other control characters, halves of surrogate pairs).
    """
    if part.depth > MAX_DEPTH:
        raise RecordError(
            "too_deep",
            f"Nested {part.depth} levels deep; at most {MAX_DEPTH} are read.",
            f"嵌套 {part.depth} 层，最多读取 {MAX_DEPTH} 层。",
        )
    try:
        value = json.loads(
            text[part.start : part.end],
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
        )
    except (ValueError, RecursionError) as error:
        where = str(error)
        if isinstance(error, json.JSONDecodeError):
            where = f"{error.msg}, character {error.pos}"
        raise RecordError("not_json", f"Not JSON: {where}.", f"不是 JSON：{where}。") from error
    return _checked(value)


def _checked(value: object) -> object:
    """Check and normalise every text in a value whose depth is bounded already."""
    if isinstance(value, Number) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_checked(item) for item in value]
    if isinstance(value, Repeated):
        key = shown(value.key)
        raise RecordError("key_twice", f"The key “{key}” stands twice.", f"键“{key}”重复出现。")
    assert isinstance(value, dict)  # noqa: S101 - json.loads gives nothing else
    return {_text(key): _checked(item) for key, item in value.items()}


def _text(value: str) -> str:
    odd = _ODD.search(value)
    if odd:
        name = f"U+{ord(odd[0]):04X}"
        raise RecordError(
            "unusable_text",
            f"Holds the character {name}, which cannot be stored and signed.",
            f"含有无法存储和签名的字符 {name}。",
        )
    return unicodedata.normalize("NFC", value)
