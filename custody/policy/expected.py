"""What a pack file should have said: the reader's findings as sentences in both languages."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from custody.policy.facts import Json
from custody.policy.packfile import Path, RegimeError, Source
from custody.terms import Text

M = TypeVar("M", bound=BaseModel)

_KINDS = {
    "string": Text("expected text; write numbers in quotes", "应为文本；数字须加引号"),
    "int": Text("expected a whole number without quotes", "应为整数，不加引号"),
    "bool": Text("expected true or false without quotes", "应为 true 或 false，不加引号"),
    "decimal": Text(
        'expected a number in quotes, such as "40" or "12.5"', '应为加引号的数，例如 "40" 或 "12.5"'
    ),
    "date": Text(
        "expected a day of the calendar as YYYY-MM-DD, such as 2027-01-31",
        "应为 YYYY-MM-DD 格式的有效日期，例如 2027-01-31",
    ),
    "tuple": Text("expected a list", "应为列表"),
    "list": Text("expected a list", "应为列表"),
    "dict": Text("expected a mapping of keys to values", "应为键值结构"),
    "model": Text("expected a mapping of keys to values", "应为键值结构"),
}


def read_as(kind: type[M], value: Json, source: Source, at: Path = (), known: str = "") -> M:
    """Read a parsed value as ``kind``, exactly: nothing is converted. Raises RegimeError at the first fault.

    ``known`` names, for the sentence on an unknown member, those that there are.
    """
    try:
        # As JSON, for only there is a strict reading of days, numbers and words from text.
        return kind.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise pointed(error, source, at, known) from error


def pointed(error: ValidationError, source: Source, at: Path = (), known: str = "") -> RegimeError:
    """Return the first fault with its place in the file and what is expected there."""
    first = error.errors(include_url=False)[0]
    path = (*at, *(part for part in first["loc"] if part != "[key]"))
    said = _expected(first, known)
    got = first["input"]
    if first["type"] not in {"missing", "extra_forbidden"} and not isinstance(got, dict | list):
        shown = json.dumps(got, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= 60 else shown[:60] + "…"
        said = Text(f"{said.en}; got {shown}", f"{said.zh}；实际为 {shown}")
    return source.error(path, said.en, said.zh)


def _expected(fault: ErrorDetails, known: str) -> Text:
    context: dict[str, Any] = fault.get("ctx") or {}
    match fault["type"]:
        case "missing":
            return Text("missing; it must be given", "缺失；此项必填")
        case "extra_forbidden" if known:
            return Text(f"unknown key; known here: {known}", f"未知的键；此处可用：{known}")
        case "extra_forbidden":
            return Text(
                "unknown key; docs/regime.schema.json lists those there are",
                "未知的键；可用的键见 docs/regime.schema.json",
            )
        case "enum" | "literal_error":
            words = context["expected"]
            return Text(f"expected {words}", f"应为 {words.replace(' or ', ' 或 ')}")
        case "string_pattern_mismatch":
            return Text(f"expected text of the form {context['pattern']}", f"应符合格式 {context['pattern']}")
        case "string_too_short" | "too_short":
            return Text("must not be empty", "不得为空")
        case "string_too_long":
            most = context["max_length"]
            return Text(f"expected at most {most} characters", f"不得超过 {most} 个字符")
        case "greater_than_equal":
            return Text(f"expected {context['ge']} or more", f"应不小于 {context['ge']}")
        case "less_than_equal":
            return Text(f"expected {context['le']} or less", f"应不大于 {context['le']}")
        case "value_error":
            return Text("expected text in Unicode NFC", "应为 Unicode NFC 规范文本")
    kind = fault["type"].partition("_")[0]
    return _KINDS.get(kind, Text(fault["msg"], f"不符合要求（{fault['msg']}）"))
