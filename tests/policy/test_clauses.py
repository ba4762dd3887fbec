"""Clauses that flow down: files add them, none is changed or dropped, and a change says which way it goes."""

from __future__ import annotations

import pytest

from custody.policy import shipped
from custody.policy.changes import changes
from custody.policy.packfile import RegimeError
from custody.policy.regime import Pack
from custody.terms import BasisStatus, Way
from tests.policy.packs import overlaid

HEAD = """id: house
version: "1"
extends: cn_surveying
label: {en: House, zh: 内部}
effective: 2026-01-01
clauses:
"""
CITE = "cite: {source: {en: Contract, zh: 合同}, status: policy}"


def clause(id: str, level: str = "") -> str:
    at = f", from_level: {level}" if level else ""
    return f"  - {{id: {id}, label: {{en: House rules, zh: 内部规定}}, {CITE}{at}}}\n"


def test_the_shipped_packs_list_these_with_their_sources() -> None:
    chinese = ["confidentiality", "no-transfer", "oversight"]
    assert {id: [c.id for c in pack.clauses] for id, pack in shipped.packs().items()} == {
        "cn_surveying": chinese,
        "cn_surveying_beijing": chinese,
        "cn_surveying_zhejiang": chinese,
        "generic": [],
        "us_cui": ["dfars-7012", "dd-254"],
    }
    assert {c.cite.status for c in shipped.pack("cn_surveying").clauses} == {BasisStatus.VERIFIED}
    assert {c.cite.status for c in shipped.pack("us_cui").clauses} == {BasisStatus.UNVERIFIED}


def test_an_overlay_adds_a_clause_and_keeps_those_below() -> None:
    pack = overlaid(HEAD + clause("site-rules"))
    assert [c.id for c in pack.clauses][-2:] == ["oversight", "site-rules"]
    assert Pack.from_text(pack.text) == pack
    assert '"clauses"' not in shipped.pack("generic").text, "a pack without any is written as before"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (clause("oversight"), "clauses.0.id: the clause oversight is listed already"),
        (clause("a") + clause("a"), "clauses.1.id: the clause a is listed already"),
        (clause("a", "geheim"), "clauses.0.from_level: no level 'geheim'"),
        ("  - {id: a, label: {en: A, zh: 甲}}\n", "clauses.0.cite: missing"),
    ],
)
def test_a_clause_that_does_not_fit_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(RegimeError) as told:
        overlaid(HEAD + text)
    assert words in told.value.text.en


def test_a_change_of_clauses_says_which_way_it_goes() -> None:
    def ways(old: Pack, new: Pack) -> list[Way]:
        return [c.way for c in changes(old, new, shipped.known_rules()) if c.what == "clauses.x"]

    without, everywhere = shipped.pack("cn_surveying"), overlaid(HEAD + clause("x"))
    secret = overlaid(HEAD + clause("x", "mimi"))
    reworded = overlaid((HEAD + clause("x")).replace("House rules", "Rules of the house"))
    assert ways(without, secret) == [Way.TIGHTER] and ways(secret, without) == [Way.LOOSER]
    assert ways(secret, everywhere) == [Way.TIGHTER] and ways(everywhere, secret) == [Way.LOOSER]
    assert ways(everywhere, reworded) == [Way.NEITHER]
