"""What the documents say can be looked up: every test and file that they name exists."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.databases import PROJECT

PAGES = sorted(
    page.relative_to(PROJECT).as_posix()
    for page in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    if page.name != "rules.md"
)
TEST = re.compile(r"`([a-z_/0-9]+\.py)::(test_\w+)`")
FILE = re.compile(r"`((?:config|custody|docs|ledger|templates|tests|bin|\.ci)/[\w./-]*\w)`")
PAGE = re.compile(r"`([A-Z_]+\.md)`")


@cache
def functions_of(path: str) -> set[str]:
    return set(
        re.findall(r"^def (test_\w+)", (PROJECT / "tests" / path).read_text(encoding="utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_document_names_only_what_exists(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    missing = [name for name in FILE.findall(text) + PAGE.findall(text) if not (PROJECT / name).exists()]
    assert missing == []


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = TEST.findall((PROJECT / "THREAT_MODEL.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [f"{path}::{name}" for path, name in named if name not in functions_of(path)] == []


def test_the_threat_model_answers_each_of_its_38_rows() -> None:
    text = (PROJECT / "THREAT_MODEL.md").read_text(encoding="utf-8")
    assert re.findall(r"^- \*\*(\d+)\.", text, re.MULTILINE) == [str(n) for n in range(1, 39)]
    assert len(re.findall(r"^  \*\*(?:Held|Part|Open)\.?\*\*", text, re.MULTILINE)) == 38


def test_in_what_time_a_library_is_mended_is_written_down() -> None:
    text = " ".join((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
    said = text[text.index("**Dependencies**") :].partition(" - **")[0]
    assert "docs/sbom.cdx.json" in said and "once a month" in said
    assert re.findall(r"(critical|high)\b.*?within (\d+)", said) == [("critical", "7"), ("high", "30")]
