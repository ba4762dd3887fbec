"""The JSON Schema of a pack file, made from the very classes that read one, with all parameters of rules.

``python -m custody.policy.schema > docs/regime.schema.json`` writes it; a test says when it is out of date.
What a schema cannot say (what a file above may move, ids that must exist) the reader alone says.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from custody.policy.overlay import PackFile
from custody.policy.rule import Rule, published

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEMPLATE = "#/$defs/{model}"


def schema() -> dict[str, Any]:
    """Return the schema, in the dialect of 2020-12."""
    rules = published().newest()
    kinds = {rule.params for rule in rules}
    ordered = sorted(kinds, key=lambda kind: (kind.__module__, kind.__qualname__))
    refs, made = models_json_schema(
        [(PackFile, "validation"), *((kind, "validation") for kind in ordered)], ref_template=_TEMPLATE
    )
    definitions: dict[str, Any] = _as_written(made["$defs"])
    setting = definitions.pop("SettingFile")
    root = definitions.pop(refs[PackFile, "validation"]["$ref"].rpartition("/")[2])
    root["properties"]["rules"] = {
        "type": "object",
        "additionalProperties": False,
        "default": {},
        "properties": {
            rule.code: _rule(rule, setting, definitions, refs[rule.params, "validation"]["$ref"])
            for rule in rules
        },
    }
    for kind in ordered:
        definitions.pop(refs[kind, "validation"]["$ref"].rpartition("/")[2])
    root |= {
        "title": "Holdfast regime pack",
        "description": "One file of a regime: base, country, province, client or project. YAML, UTF-8.",
    }
    return {"$schema": DRAFT, **root, "$defs": definitions}


def text() -> str:
    """Return the schema as the file in ``docs`` holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _rule(rule: Rule, setting: dict[str, Any], definitions: dict[str, Any], params: str) -> dict[str, Any]:
    """Return what a file may say of one rule."""
    given = json.loads(json.dumps(definitions[params.rpartition("/")[2]]))
    for name, property in given.get("properties", {}).items():
        property["description"] = inspect.getdoc(rule.params.tighten[name])
    names, problems = list(rule.params.model_fields), list(rule.remedies)
    label = {"$ref": "#/$defs/Label"}
    properties = {
        **setting["properties"],
        "params": {**given, "default": {}, "title": "Parameters"},
        "relaxable": {**setting["properties"]["relaxable"], "items": {"enum": names}},
        "remedy": {
            "type": "object",
            "additionalProperties": False,
            "default": {},
            "properties": dict.fromkeys(problems, label),
        },
    }
    return {**setting, "title": rule.title.en, "description": rule.title.zh, "properties": properties}


def _as_written(node: Any) -> Any:
    """Say days and decimals as a pack file writes them: text; a number with a point cannot be read."""
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _as_written(value) for key, value in node.items()}
    if found.get("format") == "date":
        found["pattern"] = r"^\d{4}-\d{2}-\d{2}$"
    if found.get("type") == "number":
        found["type"] = "integer"
    return found


if __name__ == "__main__":
    sys.stdout.write(text())
