"""Hostile and careless pack files: each a sentence with file, line, column, path and what is expected, in
both languages; never a traceback, and never minutes of work."""

from __future__ import annotations

import time

import pytest

from custody.policy.overlay import read
from custody.policy.packfile import MOST_BYTES, RegimeError, decoded, parse
from tests.policy.packs import overlaid

HEAD = """id: house
version: "1"
extends: cn_surveying_zhejiang
label: {en: House, zh: 内部}
effective: 2026-01-01
"""


def faulty(text: str) -> RegimeError:
    with pytest.raises(RegimeError) as caught:
        overlaid(HEAD + text, over="cn_surveying_zhejiang")
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "path", "en", "zh"),
    [
        ("colour: red\n", (6, 1), "colour", "unknown key", "未知的键"),
        ("rules:\n  HOP-03: {limit: 3}\n", (7, 12), "rules.HOP-03.limit", "unknown key", "未知的键"),
        (
            "rules:\n  HOP-03: {params: {max: 3}}\n", (7, 21), "rules.HOP-03.params.max",
            "known here: max_share_pct, core_stays", "此处可用：max_share_pct, core_stays",
        ),
        (
            'rules:\n  HOP-03: {params: {core_stays: "yes"}}\n', (7, 21), "rules.HOP-03.params.core_stays",
            'expected true or false without quotes; got "yes"', "应为 true 或 false",
        ),
        ("rules: []\n", (6, 1), "rules", "expected a mapping", "应为键值结构"),
        ("rules:\n  HOP-99: {}\n", (7, 3), "rules.HOP-99", "no such rule; there are APR-01", "没有此规则"),
        (
            "rules:\n  QUA-06: {params: {block_from: geheim}}\n", (7, 21), "rules.QUA-06.params.block_from",
            "no level 'geheim'; there are gongkai, neibu, mimi", "没有密级 'geheim'",
        ),
        (
            'rules:\n  HOP-03: {params: {max_share_pct: "55"}}\n', (7, 21),
            "rules.HOP-03.params.max_share_pct",
            "55 would loosen 40; not marked relaxable below", "55 比 40 宽松",
        ),
        (
            "rules:\n  HOP-02: {relaxable: [max_depth]}\n", (7, 24), "rules.HOP-02.relaxable.0",
            "set below and not marked relaxable there", "未标明可放宽",
        ),
        (
            "rules:\n  HOP-02: {relaxable: [depth]}\n", (7, 24), "rules.HOP-02.relaxable.0",
            "no such parameter; there are max_depth", "没有此参数",
        ),
        (
            "rules:\n  QUA-01:\n    cite:\n      - {source: {en: A}, status: verified}\n", (9, 10),
            "rules.QUA-01.cite.0.source.zh", "missing; it must be given", "缺失",
        ),
        (
            "rules:\n  QUA-01: {cite: [{source: {en: A, zh: 甲}, status: sure}]}\n", (7, 44),
            "rules.QUA-01.cite.0.status", "expected 'verified', 'unverified' or 'policy'; got \"sure\"",
            "应为 'verified', 'unverified' 或 'policy'",
        ),
        (
            "keeping: {years: 300, cite: [{source: {en: A, zh: 甲}, status: policy}]}\n", (6, 11),
            "keeping.years", "expected 200 or less; got 300", "应不大于 200",
        ),
        ("rules: {}\nrules: {}\n", (7, 1), "", "key 'rules' stands twice", "键 'rules' 重复"),
        ("abstract: &a true\n", (6, 11), "", "no anchors or aliases", "不得使用锚点或别名"),
        ("rules: {<<: *base}\n", (6, 13), "", "no anchors or aliases", "不得使用锚点或别名"),
        ("holidays: !!binary aGk=\n", (6, 11), "holidays", "in quotes", "须加引号"),
        ("jurisdiction: \"\\ud800\"\n", (6, 15), "jurisdiction", "the sign U+D800 has no place", "U+D800"),
        ('jurisdiction: "C\\aN"\n', (6, 15), "jurisdiction", "the sign U+0007 has no place", "U+0007"),
        ("label2: C\u202eN\n", (6, 9), "label2", "the sign U+202E has no place", "U+202E"),
        ("label2: {\n", (7, 1), "", "not YAML: ", "不是有效的 YAML"),
        ("---\nid: two\n", (6, 1), "", "not YAML: ", "不是有效的 YAML"),
        ("jurisdiction: C\x07N\n", (6, 16), "", "the sign U+0007 has no place", "不得出现字符 U+0007"),
        ("time_zone: UTC\n", (6, 1), "time_zone", "already set by a file below", "下层文件已设定"),
        (f"version2: {'9' * 5000}\n", (6, 11), "version2", "long numbers", "过长的数"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_what_is_expected(
    text: str, place: tuple[int, int], path: str, en: str, zh: str
) -> None:
    told = faulty(text)
    assert (told.file, told.line, told.column) == ("overlay1.yaml", *place)
    assert ".".join(map(str, told.path)) == path
    assert en in told.reason.en
    assert zh in told.reason.zh
    assert str(told).startswith(f"overlay1.yaml:{place[0]}:{place[1]}: {path + ': ' if path else ''}")
    assert told.text.zh.startswith(f"overlay1.yaml:{place[0]}:{place[1]}: ")


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-1-1", "20260101", "0", "soon", '"2026-01-01T00:00:00"', "null", "2026-13-01"]
)
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(RegimeError, match=r"^h\.yaml:5:1: effective: expected a day .*YYYY-MM-DD") as caught:
        read(HEAD.replace("2026-01-01", day), "h.yaml")
    assert "有效日期" in caught.value.text.zh


@pytest.mark.parametrize(
    ("version", "told"),
    [("1", "write numbers in quotes"), ('""', "form"), ('"a b"', "form"), ("true", "text")],
)
def test_a_version_is_a_word_in_quotes(version: str, told: str) -> None:
    with pytest.raises(RegimeError, match=told):
        read(HEAD.replace('"1"', version), "h.yaml")


def test_a_rule_that_is_switched_on_without_a_basis_is_refused() -> None:
    with pytest.raises(RegimeError, match=r"rules\.HOP-02\.cite: a rule that is on needs a basis") as caught:
        overlaid(
            HEAD.replace("_zhejiang", "") + "rules:\n  HOP-02: {enabled: true, params: {max_depth: 1}}\n",
            over="cn_surveying",
        )
    assert "须有依据" in caught.value.text.zh


def test_a_file_that_is_not_utf_8_is_told_where() -> None:
    for raw, place in ((b"id: a\nlabel: \xff\xfe\n", (2, 8)), ("id: 测".encode("gb18030"), (1, 5))):
        with pytest.raises(RegimeError, match="UTF-8") as caught:
            decoded(raw, "h.yaml")
        assert (caught.value.line, caught.value.column) == place


BOMB = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(50))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "anchors"),
        ("a: " + "[" * 100_000, "nested deeper"),
        ("a: " + "{a: " * 40_000, "nested deeper"),
        ("\n".join(f"{' ' * n}a:" for n in range(600)), "nested deeper"),
        ("x" * (MOST_BYTES + 1), "at most"),
        ("", "expected a mapping"),
        ("\n" * 1000, "expected a mapping"),
        ("# nothing", "expected a mapping"),
        ("%YAML 9.9\n---\na: 1", "not YAML"),
        ("a: \t- b", "not YAML"),
        ("\x00", r"U\+0000"),
        ("a: b: c", "not YAML"),
        ("? a\n", "expected|missing|unknown"),
        ("- " * 30_000, "expected a mapping|nested deeper"),
    ],
)
def test_a_hostile_file_is_refused_at_once(text: str, reason: str) -> None:
    begun = time.process_time()
    with pytest.raises(RegimeError, match=reason):
        read(text, "h.yaml")
    assert time.process_time() - begun < 5


def test_ten_megabytes_are_refused_unread() -> None:
    begun = time.process_time()
    with pytest.raises(RegimeError, match="too large; a pack has at most 262144 bytes"):
        decoded(b"a" * 10_485_760, "h.yaml")
    assert time.process_time() - begun < 0.5


def test_a_member_knows_its_line_and_column() -> None:
    source = parse("a: 1\nb:\n  - {c: 2, d: 3}\n", "x")
    assert source.places[("a",)] == (1, 1)
    assert source.places[("b", 0)] == (3, 5)
    assert source.places[("b", 0, "d")] == (3, 12)
