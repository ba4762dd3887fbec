"""Strict YAML for regime packs: values with the line and column each stands at.

Only what a pack needs is read: mappings, lists, text, whole numbers, true, false, null. Dates stay text; a
number with a point is refused (write it in quotes), and so are repeated keys, anchors and tags, because a
pack is law to the engine and must mean the same to every reader. A file that is too large, too deep or not
UTF-8 is refused before anything is made of it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import yaml

from custody.policy.facts import Json
from custody.terms import Text

Path = tuple[str | int, ...]
Place = tuple[int, int]
MOST_BYTES = 256 * 1024
"""More than twenty times the largest pack that ships."""
MOST_DEPTH = 12
_MOST_DIGITS = 15
# Characters that turn the direction of writing: they make a text read as another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_TOO_LARGE = Text(
    f"too large; a pack has at most {MOST_BYTES} bytes", f"文件过大；规则包不得超过 {MOST_BYTES} 字节"
)
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class RegimeError(ValueError):
    """A pack cannot be used; the message names file, line, column, path and what is expected."""

    def __init__(self, file: str, place: Place | None, path: Path, reason: Text) -> None:
        """Keep the parts, so that a screen can mark the line. ``place``: line and column, from 1."""
        self.file, self.path, self.reason = file, path, reason
        self.line = place[0] if place else None
        self.column = place[1] if place else None
        super().__init__(self.text.en)

    @property
    def text(self) -> Text:
        """Return the whole message in both languages."""
        at = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        path = ".".join(map(str, self.path))
        at += f"{path}: " if path else ""
        return Text(at + self.reason.en, at + self.reason.zh)


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file: its value, and line and column (from 1) of every member and list item."""

    file: str
    value: dict[str, Json]
    places: dict[Path, Place]

    def error(self, path: Path, en: str, zh: str) -> RegimeError:
        """Return an error that points at the nearest known place of ``path``."""
        at = path
        while at and at not in self.places:
            at = at[:-1]
        return RegimeError(self.file, self.places.get(at), path, Text(en, zh))


def decoded(raw: bytes, file: str) -> str:
    """Return the text of a file. Raises RegimeError for one that is too large or not UTF-8."""
    if len(raw) > MOST_BYTES:
        raise RegimeError(file, None, (), _TOO_LARGE)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = (before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1)
        raise RegimeError(
            file, place, (), Text("not UTF-8; save the file as UTF-8", "不是 UTF-8 编码；请将文件存为 UTF-8")
        ) from None


def parse(text: str, file: str) -> Source:
    """Read the text of a pack or holiday file. Raises RegimeError."""
    if len(text) > MOST_BYTES:
        raise RegimeError(file, None, (), _TOO_LARGE)
    places: dict[Path, Place] = {}
    try:
        _safe(text, file)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        before = text[: int(error.position)]
        place = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        raise RegimeError(file, place, (), _no_place(text[int(error.position)])) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or "this cannot be read"
        reason = Text(f"not YAML: {what}", f"不是有效的 YAML：{what}")
        raise RegimeError(file, _place(mark) if mark else None, (), reason) from error
    if not isinstance(root, yaml.MappingNode):
        reason = Text("expected a mapping, such as “id: house”", "应为键值结构，例如“id: house”")
        raise RegimeError(file, (1, 1), (), reason)
    value = _value(root, (), file, places)
    assert isinstance(value, dict)  # noqa: S101 - a MappingNode gives a dict
    return Source(file, value, places)


def _place(mark: yaml.Mark) -> Place:
    return mark.line + 1, mark.column + 1


def _safe(text: str, file: str) -> None:
    """Refuse, before anything is composed, an alias (it may contain itself) and nesting without end."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            reason = Text("write it out: no anchors or aliases", "请完整写出：不得使用锚点或别名")
            raise RegimeError(file, _place(token.start_mark), (), reason)
        depth += isinstance(token, _OPENING)
        depth -= isinstance(token, _CLOSING)
        if depth > MOST_DEPTH:
            reason = Text(f"nested deeper than {MOST_DEPTH} levels", f"嵌套超过 {MOST_DEPTH} 层")
            raise RegimeError(file, _place(token.start_mark), (), reason)


def _value(node: yaml.Node, path: Path, file: str, places: dict[Path, Place]) -> Json:
    place = _place(node.start_mark)
    places.setdefault(path, place)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, file, path)
    if node.tag not in {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
        reason = Text(f"the tag {node.tag} has no place in a pack", f"规则包中不得使用标签 {node.tag}")
        raise RegimeError(file, place, path, reason)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), file, places) for i, item in enumerate(node.value)]
    result: dict[str, Json] = {}
    for key_node, value_node in node.value:
        at = _place(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            raise RegimeError(file, at, path, Text("a key must be a word", "键必须是一个词"))
        key = _text(key_node, file, path)
        if key in result:
            raise RegimeError(file, at, path, Text(f"key {key!r} stands twice", f"键 {key!r} 重复"))
        places[(*path, key)] = at
        result[key] = _value(value_node, (*path, key), file, places)
    return result


def _text(node: yaml.ScalarNode, file: str, path: Path) -> str:
    value = str(node.value)
    for sign in value:  # an escape in quotes can make any
        if sign in _TURNING or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t"):
            raise RegimeError(file, _place(node.start_mark), path, _no_place(sign))
    return value


def _no_place(sign: str) -> Text:
    code = f"U+{ord(sign):04X}"
    return Text(f"the sign {code} has no place in a pack", f"规则包中不得出现字符 {code}")


def _scalar(node: yaml.ScalarNode, file: str, path: Path) -> Json:
    value = _text(node, file, path)
    match str(node.tag).rpartition(":")[2]:
        case "str" | "timestamp":
            return value
        case "null":
            return None
        case "bool" if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case "int" if _is_plain(value):
            return int(value)
    shown = value if len(value) <= 40 else value[:40] + "…"
    reason = Text(
        f"{shown!r}: write numbers with a point, long numbers, yes/no and other special words in quotes",
        f"{shown!r}：带小数点的数、过长的数、yes/no 及其他特殊词须加引号",
    )
    raise RegimeError(file, _place(node.start_mark), path, reason)


def _is_plain(value: str) -> bool:
    digits = value.removeprefix("-")
    return (
        digits.isascii()
        and digits.isdecimal()
        and len(digits) <= _MOST_DIGITS
        and (digits == "0" or digits[0] != "0")
    )
