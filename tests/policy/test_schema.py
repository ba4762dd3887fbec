"""The published JSON Schema is the one that the reader's own classes make, and says what the reader says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from custody.policy import shipped
from custody.policy.overlay import build, read
from custody.policy.packfile import RegimeError, parse
from custody.policy.rule import published
from custody.policy.schema import schema, text
from tests.policy.packs import STRICT

FILE = Path(__file__).parents[2] / "docs" / "regime.schema.json"
FILES = {name: body for id in shipped.packs() for name, body in shipped.files(id)}
HEAD = 'id: house\nversion: "1"\nextends: generic\nlabel: {en: House, zh: 内部}\neffective: 2026-01-01\n'


def valid(body: str) -> bool:
    return bool(Draft202012Validator(schema()).is_valid(parse(body, "x.yaml").value))


def test_docs_regime_schema_json_is_current_and_a_schema() -> None:
    assert FILE.read_text("utf-8") == text(), "run: python -m custody.policy.schema > docs/regime.schema.json"
    Draft202012Validator.check_schema(json.loads(FILE.read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_shipped_file_is_valid(name: str) -> None:
    errors = Draft202012Validator(schema()).iter_errors(parse(FILES[name], name).value)
    assert [(list(e.path), e.message) for e in errors] == []


def test_the_strict_house_is_valid() -> None:
    assert valid(STRICT)


def test_every_rule_is_there_with_its_parameters_and_problems() -> None:
    rules = schema()["properties"]["rules"]["properties"]
    assert set(rules) == {rule.code for rule in published().newest()}
    for rule in published().newest():
        said = rules[rule.code]["properties"]
        assert set(said["params"].get("properties", {})) == set(rule.params.model_fields), rule.name
        assert set(said["remedy"]["properties"]) == set(rule.remedies), rule.name


@pytest.mark.parametrize(
    "more",
    [
        "colour: red\n",
        "rules: []\n",
        "rules: {HOP-03: {limit: 3}}\n",
        "rules: {HOP-03: {params: {max: 3}}}\n",
        'rules: {HOP-03: {params: {core_stays: "yes"}}}\n',
        "rules: {QUA-03: {params: {expiry: never}}}\n",
        "rules: {FOR-01: {params: {home: [cn]}}}\n",
        "rules: {QUA-01: {cite: [{source: {en: A}, status: verified}]}}\n",
        "rules: {QUA-01: {cite: [{source: {en: A, zh: 甲}, status: sure}]}}\n",
        "levels: [{id: a, rank: '1', label: {en: A, zh: 甲}}]\n",
        "levels: [{id: a, rank: 1001, label: {en: A, zh: 甲}}]\n",
        "keeping: {years: 0, cite: [{source: {en: A, zh: 甲}, status: policy}]}\n",
        "keeping: {years: 5, cite: []}\n",
        "abstract: 1\n",
        "jurisdiction: 'C N'\n",
    ],
)
def test_what_the_reader_refuses_for_its_shape_the_schema_refuses(more: str) -> None:
    assert valid(HEAD)
    assert not valid(HEAD + more)
    with pytest.raises(RegimeError):
        files = [*shipped.files("generic"), ("house.yaml", HEAD + more)]
        build(files, shipped.known_rules(), shipped.holiday_files())


@pytest.mark.parametrize("lacking", ["id", "version", "label", "effective"])
def test_what_must_be_given_must_be_given_in_both(lacking: str) -> None:
    body = "".join(line for line in HEAD.splitlines(True) if not line.startswith(lacking))
    assert not valid(body)
    with pytest.raises(RegimeError, match=f"{lacking}: missing"):
        read(body, "house.yaml")


@pytest.mark.parametrize(("day", "good"), [("2027-01-31", True), ("27-01-31", False), ("20270131", False)])
def test_a_day_has_one_form_in_both(day: str, good: bool) -> None:
    body = HEAD.replace("2026-01-01", day)
    assert valid(body) is good
    try:
        read(body, "house.yaml")
    except RegimeError:
        assert not good
    else:
        assert good


def test_the_example_in_the_manual_is_a_good_file() -> None:
    page = (FILE.parent / "operating.md").read_text("utf-8")
    (example,) = [part for part in page.split("```") if part.startswith("\nid: ")]
    assert valid(example)
    pack = build(
        [("client_a.yaml", example)],
        shipped.known_rules(),
        shipped.holiday_files(),
        shipped.pack("cn_surveying_zhejiang"),
    )
    assert pack.rules["HOP-03"].params["max_share_pct"] == "30"
