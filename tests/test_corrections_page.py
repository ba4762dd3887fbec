"""The page on mistakes says what the permissions say."""

from __future__ import annotations

import re
from pathlib import Path

from custody.permissions import PERMISSIONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "corrections.md"
ROW = re.compile(r"^\| [^|]+ \| `([a-z_.]+)` \| ([^|:]+): ([^|]+) \|", re.MULTILINE)


def words(text: str) -> set[str]:
    return set(text.strip().split(", "))


def test_every_row_names_the_roles_and_places_that_the_table_gives() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len(rows) == PAGE.read_text("utf-8").count("\n| ") - 1
    for verb, roles, places in rows:
        permit = PERMISSIONS[verb]
        assert words(roles) == {str(role) for role in permit.roles}, verb
        assert words(places) == set(permit.where), verb


def test_every_verb_that_puts_something_right_has_a_row() -> None:
    told = {verb for verb, _, _ in ROW.findall(PAGE.read_text("utf-8"))}
    more = {"handoff.withdraw", "handoff.mistaken", "handoff.agree", "handoff.disagree", "hop.withdraw"}
    assert {v for v in PERMISSIONS if v.endswith(".correct")} | more <= told
