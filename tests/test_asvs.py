"""`docs/asvs.csv` answers each requirement of levels 1 and 2 of OWASP ASVS 5.0.0, and names what exists."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PROJECT
from tests.test_documents import functions_of

LEVELS = """
V1.1 22|V1.2 1111122223|V1.3 112222222223|V1.4 222|V1.5 123|V2.1 122|V2.2 112|V2.3 12223|V2.4 23|V3.1 3
V3.2 113|V3.3 12223|V3.4 11222233|V3.5 11122333|V3.6 3|V3.7 22333|V4.1 12233|V4.2 23333|V4.3 22|V4.4 1222
V5.1 2|V5.2 112333|V5.3 113|V5.4 222|V6.1 122|V6.2 111111112222|V6.3 11223333|V6.4 112233|V6.5 22222333
V6.6 2223|V6.7 33|V6.8 2222|V7.1 222|V7.2 1111|V7.3 22|V7.4 11222|V7.5 223|V7.6 22|V8.1 1233|V8.2 1123
V8.3 133|V8.4 23|V9.1 111|V9.2 1222|V10.1 22|V10.2 223|V10.3 22223|V10.4 1111122222233333|V10.5 22222
V10.6 22|V10.7 222|V11.1 2233|V11.2 22233|V11.3 11233|V11.4 1222|V11.5 23|V11.6 23|V11.7 33|V12.1 12233
V12.2 11|V12.3 22223|V13.1 2333|V13.2 222223|V13.3 2233|V13.4 1222233|V14.1 22|V14.2 12223333|V14.3 122
V15.1 12233|V15.2 12233|V15.3 1222222|V15.4 3333|V16.1 2|V16.2 22222|V16.3 2222|V16.4 222|V16.5 2223
V17.1 23|V17.2 22223333|V17.3 22
"""
"""By section, the level of each requirement in its order."""
ASKED = {
    f"{section}.{number}": int(level)
    for part in re.split(r"[|\n]", LEVELS.strip())
    for section, _, levels in [part.partition(" ")]
    for number, level in enumerate(levels, 1)
}
TEST = re.compile(r"([a-z_/0-9]+\.py)(?:::(test_\w+))?")
SOURCES = [
    p for name in ("config", "custody", "ledger", "holdfast_client") for p in (PROJECT / name).rglob("*.py")
]


def rows() -> list[dict[str, str]]:
    with (PROJECT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked_by(row: dict[str, str]) -> set[str]:
    """Return the requirements of a row: one, or all of a part that is absent."""
    at = row["id"]
    return {id for id, level in ASKED.items() if level < 3 and (id == at or id.startswith(f"{at}."))}


def test_the_standard_has_as_many_requirements_as_it_says() -> None:
    found = list(ASKED.values())
    assert [found.count(level) for level in (1, 2, 3)] == [70, 183, 92]


def test_each_requirement_of_levels_1_and_2_is_answered_once() -> None:
    answered = [id for row in rows() for id in asked_by(row)]
    assert len(answered) == len(set(answered))
    assert set(answered) == {id for id, level in ASKED.items() if level < 3}
    for row in rows():
        assert all(value.strip() for value in row.values()) and len(row) == 5, row
        levels = sorted({str(ASKED[id]) for id in asked_by(row)})
        assert row["level"] == "-".join(levels), row["id"]
        assert row["status"] in {"test", "reason", "absent", "open"}, row["id"]
        assert row["status"] == "absent" or row["id"] in ASKED, "a part is answered as one where it is absent"


def test_level_1_rests_on_tests_alone() -> None:
    """What nothing holds is called open, never argued away."""
    assert [row["id"] for row in rows() if "1" in row["level"] and row["status"] == "reason"] == []


def test_every_test_that_is_named_exists() -> None:
    missing, named = [], 0
    for row in rows():
        for each in row["where"].split("; ") if row["status"] == "test" else []:
            found = TEST.fullmatch(each)
            assert found, (row["id"], each)
            named += 1
            path, name = found.groups()
            there = (PROJECT / "tests" / path).exists() and (name is None or name in functions_of(path))
            missing += [] if there else [(row["id"], each)]
    assert missing == [] and named > 100


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


RUNS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads"}
RUNS |= {"marshal.loads", "yaml.load", "yaml.unsafe_load", "shelve.open", "Template"}


def test_no_program_is_started_by_a_shell_and_no_text_is_run() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{call.lineno} {name}"
        for path in SOURCES
        for name, call in calls(path)
        if name in RUNS
        or any(
            k.arg == "shell" and not (isinstance(k.value, ast.Constant) and k.value.value is False)
            for k in call.keywords
        )
    ]
    assert found == []


WEAK = re.compile(
    r"\b(?:md5|sha1|SHA1|MD5|RC4|ARC4|TripleDES|Blowfish|modes\.(?:ECB|CBC|CFB|OFB)|PKCS1v15)\b"
)
VERIFIED = (
    "certificates.py", 'key.verify(signature, signed, padding.PKCS1v15() if way == "RS" else pss, digest)'
)  # fmt: skip


def test_no_weak_hash_or_cipher_is_used() -> None:
    """But in two migrations, which made ids of ids by MD5: nothing rests on these being hard to guess. And
    PKCS #1 v1.5, which is weak where it encrypts, is verified, for most cards sign with it (FIPS 186-5)."""
    found = [
        f"{path.relative_to(PROJECT)}:{number} {line.strip()}"
        for path in SOURCES
        if path.parent.name != "migrations"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if WEAK.search(line) and (path.name, line.strip()) != VERIFIED
    ]
    assert found == []


@pytest.mark.parametrize("module", ["random", "numpy"])
def test_chance_comes_from_the_system(module: str) -> None:
    bare = re.compile(rf"^\s*(?:import {module}\b|from {module} import)", re.MULTILINE)
    assert [p.name for p in SOURCES if bare.search(p.read_text(encoding="utf-8"))] == []
