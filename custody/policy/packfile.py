"""Strict YAML for regime packs: values with the line each stands on.

Only what a pack needs is read: mappings, lists, text, whole numbers, true, false, null. Dates stay text; a
number with a point is refused (write it in quotes), and so are repeated keys, anchors and tags, because a
pack is law to the engine and must mean the same to every reader.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from custody.policy.facts import Json

Path = tuple[str | int, ...]


class RegimeError(ValueError):
    """A pack cannot be used; the message names file, line, place and reason."""

    def __init__(self, file: str, line: int | None, path: Path, reason: str) -> None:
        """Keep the parts, so that a screen can mark the line."""
        place = ".".join(map(str, path))
        super().__init__(f"{file}{f':{line}' if line else ''}: {f'{place}: ' if place else ''}{reason}")
        self.file, self.line, self.path, self.reason = file, line, path, reason


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file: its value, and the line (from 1) of every member and list item."""

    file: str
    value: dict[str, Json]
    lines: dict[Path, int]

    def error(self, path: Path, reason: str) -> RegimeError:
        """Return an error that points at the nearest known line of ``path``."""
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        return RegimeError(self.file, self.lines.get(at), path, reason)


def parse(text: str, file: str) -> Source:
    """Read the text of a pack or holiday file. Raises RegimeError."""
    lines: dict[Path, int] = {}
    try:
        # An alias may contain itself, so anchors are refused before anything is composed.
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                raise RegimeError(file, token.start_mark.line + 1, (), "write it out: no anchors or aliases")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise RegimeError(file, line, (), error.problem or "not YAML") from error
    if not isinstance(root, yaml.MappingNode):
        raise RegimeError(file, 1, (), "expected a mapping")
    value = _value(root, (), file, lines)
    assert isinstance(value, dict)  # noqa: S101 - a MappingNode gives a dict
    return Source(file, value, lines)


def _value(node: yaml.Node, path: Path, file: str, lines: dict[Path, int]) -> Json:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(str(node.value), str(node.tag), RegimeError(file, line, path, ""))
    if node.tag not in {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
        raise RegimeError(file, line, path, f"the tag {node.tag} has no place in a pack")
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), file, lines) for i, item in enumerate(node.value)]
    result: dict[str, Json] = {}
    for key_node, value_node in node.value:
        key, at = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key in result:
            raise RegimeError(file, at, path, f"key {key!r} stands twice or is no text")
        lines[(*path, key)] = at
        result[key] = _value(value_node, (*path, key), file, lines)
    return result


def _scalar(value: str, tag: str, error: RegimeError) -> Json:
    match tag.rpartition(":")[2]:
        case "str" | "timestamp":
            return value
        case "null":
            return None
        case "bool" if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case "int" if value.removeprefix("-").isdecimal() and (value == "0" or value.lstrip("-")[0] != "0"):
            return int(value)
    raise RegimeError(
        error.file,
        error.line,
        error.path,
        f"{value!r}: write numbers with a point, yes/no and other special words in quotes",
    )
