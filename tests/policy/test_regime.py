"""Packs: built from files that may only tighten, one canonical text, errors that point at the line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.policy import shipped
from custody.policy.overlay import build, read_holidays
from custody.policy.packfile import RegimeError, parse
from custody.policy.regime import Pack
from custody.policy.rule import published
from custody.terms import BasisStatus
from ledger.tlog.canonical import encode
from tests.policy import vectors
from tests.policy.packs import overlaid

GENERIC = "67660748920f83b3f1055bb78fdb159faa51cab8b54b3e17dc1e00cab2d2891a"
HEAD = """id: house
version: "1"
extends: {below}
label: {{en: House, zh: 内部}}
effective: 2026-01-01
rules:
"""


def over(below: str, rules: str) -> Pack:
    return overlaid(HEAD.format(below=below) + rules, over=below)


def test_the_shipped_regimes_are_these() -> None:
    assert sorted(shipped.packs()) == [
        "cn_surveying",
        "cn_surveying_beijing",
        "cn_surveying_zhejiang",
        "generic",
        "us_cui",
    ]
    with pytest.raises(KeyError):
        shipped.pack("base")


@pytest.mark.parametrize("id", sorted(shipped.packs()))
def test_a_pack_comes_back_from_its_text_with_the_same_digest(id: str) -> None:
    pack = shipped.pack(id)
    assert Pack.from_text(pack.text) == pack
    assert Pack.from_text(pack.text).sha256 == pack.sha256
    with pytest.raises(ValueError):
        Pack.from_text(json.dumps(json.loads(pack.text)))
    lacking = {key: value for key, value in json.loads(pack.text).items() if key != "holidays"}
    with pytest.raises(ValueError, match="not complete"):
        Pack.from_text(encode(lacking).decode())


@pytest.mark.parametrize("id", sorted(shipped.packs()))
def test_every_rule_is_on_with_a_basis_or_says_why_it_is_off(id: str) -> None:
    pack = shipped.pack(id)
    assert set(pack.rules) == {rule.code for rule in published().newest()}
    for code, setting in pack.rules.items():
        assert setting.cite if setting.enabled else setting.off_reason, code


def statuses(regime: str, code: str) -> dict[str, BasisStatus]:
    return {cite.source.en: cite.status for cite in shipped.pack(regime).rules[code].cite}


def test_national_law_sets_no_limit_of_depth_or_share_and_the_provinces_do() -> None:
    national, beijing, zhejiang = (shipped.pack(f"cn_surveying{p}") for p in ("", "_beijing", "_zhejiang"))
    assert not national.rules["HOP-02"].enabled
    assert national.rules["HOP-03"].params == {"max_share_pct": None, "core_stays": False}
    assert beijing.rules["HOP-02"].params == {"max_depth": 1}
    assert beijing.rules["HOP-03"].params == national.rules["HOP-03"].params
    assert zhejiang.rules["HOP-03"].params == {"max_share_pct": "40", "core_stays": True}
    assert zhejiang.rules["CTR-01"].params["due"] == "before_start"
    assert not beijing.rules["CTR-01"].enabled


def test_citations_say_how_far_they_were_checked() -> None:
    assert statuses("cn_surveying_beijing", "HOP-02") == {
        "Beijing Surveying and Mapping Regulations": BasisStatus.VERIFIED
    }
    assert statuses("us_cui", "QUA-02") == {"32 CFR 170.23(a)": BasisStatus.UNVERIFIED}
    for regime in shipped.packs():
        assert statuses(regime, "FOR-04") == {"House policy": BasisStatus.POLICY}
    assert statuses("us_cui", "CTR-01") == {"FAR 52.204-10": BasisStatus.UNVERIFIED}
    assert statuses("us_cui", "APR-04") == {"NIST SP 800-171 Rev. 3": BasisStatus.VERIFIED}
    assert statuses("cn_surveying", "APR-04") == {"House policy": BasisStatus.POLICY}
    assert statuses("cn_surveying", "APR-01")["Notice Guo Ce Cheng Zi [2009] No. 3"] is BasisStatus.UNVERIFIED


def test_an_overlay_closes_channels_from_a_level_on_and_those_below_stay_as_they_were() -> None:
    tight = over(
        "cn_surveying",
        "  HND-04: {params: {channels: {neibu: [in_person, system, post], mimi: [in_person, system]}}}\n",
    )
    given = tight.rules["HND-04"].params
    assert given["channels"]["mimi"] == ["in_person", "system"] and given["two_carriers_from"] == "juemi"


def test_house_policy_gives_way_to_law_and_law_adds_up() -> None:
    added = over(
        "cn_surveying",
        "  QUA-03: {cite: [{source: {en: Contract, zh: 合同}, status: verified}]}\n",
    )
    assert [cite.source.en for cite in added.rules["QUA-03"].cite] == [
        "Surveying and Mapping Law (2017)",
        "Contract",
    ]


def test_an_overlay_tightens() -> None:
    tight = over(
        "cn_surveying_zhejiang",
        '  HOP-03: {params: {max_share_pct: "30"}}\n  HOP-02: {params: {max_depth: 0}}\n',
    )
    assert tight.rules["HOP-03"].params == {"max_share_pct": "30", "core_stays": True}
    assert tight.chain == (*shipped.pack("cn_surveying_zhejiang").chain, "house@1")
    assert tight.time_zone == "Asia/Shanghai"
    sooner = over("cn_surveying", "  SUB-01: {params: {months: 2, warn_days: 31}}\n")
    assert sooner.rules["SUB-01"].params == {"months": 2, "warn_days": 31}
    same = over("cn_surveying", "  SUB-01: {params: {warn_days: 30}}\n")
    assert same.rules["SUB-01"].params == shipped.pack("cn_surveying").rules["SUB-01"].params


@pytest.mark.parametrize(
    ("below", "rules", "line", "reason"),
    [
        ("cn_surveying_zhejiang", "  HOP-03:\n    params:\n      max_share_pct: 50\n", 9, "loosen"),
        ("cn_surveying_zhejiang", "  HOP-03:\n    params: {core_stays: false}\n", 8, "loosen"),
        ("cn_surveying_zhejiang", "  HOP-02:\n    params: {max_depth: null}\n", 8, "loosen"),
        ("cn_surveying_zhejiang", "  CTR-01: {params: {due: end_of_month_after_award}}\n", 7, "loosen"),
        ("cn_surveying", "  QUA-06:\n    params: {block_from: juemi}\n", 8, "loosen"),
        ("cn_surveying", "  QUA-06: {params: {max_age_days: 700}}\n", 7, "loosen"),
        ("cn_surveying", "  SUB-01: {params: {warn_days: 29}}\n", 7, "loosen"),
        ("cn_surveying", "  SUB-01: {params: {months: 4}}\n", 7, "loosen"),
        ("cn_surveying", "  FOR-01: {params: {home: [CN, US]}}\n", 7, "loosen"),
        ("cn_surveying", "  SYS-01: {params: {test_days: {mimi: 730, jimi: 730}}}\n", 7, "loosen"),
        ("cn_surveying", "  SYS-01: {params: {test_days: {mimi: 731, jimi: 1, juemi: 1}}}\n", 7, "loosen"),
        ("us_cui", "  CTR-01: {params: {due: null}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-04: {params: {channels: {mimi: [in_person, post]}}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-04: {params: {channels: {jimi: [in_person]}}}\n", 7, "loosen"),
        ("cn_surveying", "  SYS-02: {params: {registered_from: jimi}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-02: {params: {need_to_know_from: juemi}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-02: {params: {undertaking_from: null}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-02: {params: {vetting: {mimi: general}}}\n", 7, "loosen"),
        (
            "cn_surveying",
            "  HND-02: {params: {vetting: {mimi: general, jimi: general, juemi: core}}}\n",
            7,
            "loosen",
        ),
        ("cn_surveying", "  HND-02: {params: {vetting: {mimi: some}}}\n", 7, "expected 'general'"),
        ("cn_surveying", "  SYS-02: {params: {registered_from: null}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-04: {params: {two_carriers_from: null}}\n", 7, "loosen"),
        ("cn_surveying", "  HND-04: {params: {channels: {mimi: [pigeon]}}}\n", 7, "expected 'in_person'"),
        ("cn_surveying", "  HND-04: {params: {channels: {mimi: []}}}\n", 7, "must not be empty"),
        ("cn_surveying", "  HND-04: {params: {channels: {geheim: [in_person]}}}\n", 7, "no level"),
        ("cn_surveying", "  QUA-01: {enabled: false, off_reason: {en: Why, zh: 否}}\n", 7, "turned off"),
        ("cn_surveying", "  QUA-99: {enabled: true}\n", 7, "no such rule"),
        ("cn_surveying", "  QUA-03: {params: {expire: block}}\n", 7, "unknown key"),
        ("cn_surveying", "  QUA-03: {params: {expiry: never}}\n", 7, "expected .warn. or .block."),
        ("cn_surveying", "  QUA-06: {params: {block_from: geheim}}\n", 7, "no level"),
        ("cn_surveying", "  QUA-01: {remedy: {nothing: {en: x, zh: 无}}}\n", 7, "no such problem"),
        ("cn_surveying", "  QUA-01: {remedy: {none: {en: 'Ask {boss}.', zh: 无}}}\n", 7, "placeholders"),
        ("cn_surveying", "  QUA-01: {cite: [{source: {en: x, zh: 无}, status: ok}]}\n", 7, ".verified."),
        ("cn_surveying", "  CTR-01: {enabled: true, params: {due: before_start}}\n", 7, "needs a basis"),
        ("cn_surveying", "  QUA-01: {severity: warn}\n", 7, "unknown key"),
        ("cn_surveying", "  QUA-03: {enabled: true}\n  QUA-03: {enabled: true}\n", 8, "twice"),
        ("cn_surveying", "  HOP-03: {params: {max_share_pct: 33.3}}\n", 7, "quotes"),
    ],
)  # fmt: skip
def test_what_an_overlay_may_not_do_is_refused_with_line_and_reason(
    below: str, rules: str, line: int, reason: str
) -> None:
    with pytest.raises(RegimeError, match=reason) as caught:
        over(below, rules)
    assert (caught.value.file, caught.value.line) == ("overlay1.yaml", line)
    assert str(caught.value).startswith(f"overlay1.yaml:{line}:{caught.value.column}: rules")


def test_a_pack_that_names_no_keeping_period_says_nothing_of_one_in_its_text() -> None:
    assert shipped.pack("generic").keeping is None
    assert "keeping" not in json.loads(shipped.pack("generic").text)
    said = encode({**json.loads(shipped.pack("generic").text), "keeping": None}).decode()
    with pytest.raises(ValueError, match="not complete"):  # one pack has one text, so one digest
        Pack.from_text(said)


def test_the_generic_pack_has_the_digest_under_which_it_was_published() -> None:
    assert shipped.pack("generic").sha256 == GENERIC


def test_every_stored_pack_of_before_still_reads_byte_for_byte() -> None:
    stored = sorted((vectors.FOLDER / "packs").glob("*.json"))
    assert len(stored) >= 4
    for path in stored:
        pack = Pack.from_text(path.read_text("utf-8"))
        assert (pack.text, pack.sha256) == (path.read_text("utf-8"), path.stem)


def test_the_regimes_name_these_keeping_periods() -> None:
    found = {id: pack.keeping for id, pack in shipped.packs().items() if pack.keeping}
    assert {id: (kept.years, kept.from_level) for id, kept in found.items()} == {
        "cn_surveying": (None, "mimi"),
        "cn_surveying_beijing": (None, "mimi"),
        "cn_surveying_zhejiang": (None, "mimi"),
        "us_cui": (5, "cui"),
    }
    assert [cite.source.en for cite in found["us_cui"].cite] == ["22 CFR 122.5", "15 CFR 762.6"]
    assert {cite.status for cite in found["us_cui"].cite} == {BasisStatus.UNVERIFIED}
    (law,) = found["cn_surveying"].cite
    assert law.article is not None
    assert (law.article.zh, law.status) == ("第47条", BasisStatus.VERIFIED)


KEPT = (
    "keeping: {{years: {years}, from_level: {level}, "
    "cite: [{{source: {{en: House, zh: 内部}}, status: policy}}]}}"
)


@pytest.mark.parametrize(
    ("below", "years", "level"),
    [("us_cui", 5, "cui"), ("us_cui", 10, "fci"), ("us_cui", "null", "null"), ("generic", 3, "restricted")],
)
def test_an_overlay_may_keep_longer_and_more(below: str, years: Any, level: str) -> None:
    kept = over(below, "  {}\n" + KEPT.format(years=years, level=level) + "\n").keeping
    assert kept is not None
    assert (kept.years, kept.from_level) == tuple(None if v == "null" else v for v in (years, level))
    assert kept.cite[-1].source.en == "House"
    assert len(kept.cite) == (3 if below == "us_cui" else 1)


@pytest.mark.parametrize(
    ("below", "years", "level", "reason"),
    [
        ("us_cui", 4, "cui", "years.*loosen"),
        ("cn_surveying", 30, "mimi", "years.*loosen"),
        ("cn_surveying", "null", "jimi", "from_level.*loosen"),
        ("us_cui", 5, "geheim", "from_level.*no level"),
        ("us_cui", 0, "cui", "years"),
    ],
)
def test_an_overlay_may_not_keep_shorter_or_less(below: str, years: Any, level: str, reason: str) -> None:
    with pytest.raises(RegimeError, match=reason) as caught:
        over(below, "  {}\n" + KEPT.format(years=years, level=level) + "\n")
    assert (caught.value.file, caught.value.line) == ("overlay1.yaml", 8)


def test_levels_and_time_zone_are_set_once() -> None:
    for extra in ("time_zone: UTC\n", "levels: [{id: open, rank: 0, label: {en: Open, zh: 公开}}]\n"):
        with pytest.raises(RegimeError, match="already set"):
            overlaid(HEAD.format(below="cn_surveying") + "  {}\n".replace("  {}", "  QUA-01: {}") + extra)


def test_a_file_must_stand_on_the_one_it_names() -> None:
    files = shipped.files("us_cui")
    with pytest.raises(RegimeError, match="extends"):
        build([files[1]], shipped.known_rules(), shipped.holiday_files())
    with pytest.raises(RegimeError, match="base for others"):
        build(files[:1], shipped.known_rules(), shipped.holiday_files())


def test_a_coverage_row_must_name_known_grades_and_levels() -> None:
    (base, text), (name, regime) = shipped.files("us_cui")
    for good, bad in (
        ("level: fci, grade: L1", "level: fci, grade: L9"),
        ("prime_grade: L3", "prime_grade: L4"),
    ):
        with pytest.raises(RegimeError, match="coverage"):
            build(
                [(base, text), (name, regime.replace(good, bad))],
                shipped.known_rules(),
                shipped.holiday_files(),
            )


@pytest.mark.parametrize(
    "text",
    [
        "a: yes",
        "a: 1.5",
        "a: 0x10",
        "a: 010",
        "a: !!python/object:os.system {}",
        "a: 1\na: 2",
        "? [1]\n: 2",
        "- 1",
        "a: [",
        "a: .inf",
        "a: &x [*x]",
        "a: !!set {b}",
    ],
)
def test_loose_yaml_is_refused(text: str) -> None:
    with pytest.raises(RegimeError, match=r"^house\.yaml:\d:\d+: "):
        parse(text, "house.yaml")


def test_dates_and_numbers_are_read_as_written() -> None:
    assert parse("a: 2026-01-01\nb: 12\nc: '12'\nd: null\ne: true", "x").value == {
        "a": "2026-01-01",
        "b": 12,
        "c": "12",
        "d": None,
        "e": True,
    }


def test_a_holiday_file_holds_days_of_its_year_once() -> None:
    head = "source: {en: Notice, zh: 通知}\nstatus: verified\nyears:\n"
    for year in (
        '  "2026": {holidays: [2025-12-31]}',
        '  "2026": {holidays: [2026-01-01, 2026-01-01]}',
        '  "2026": {holidays: [], workdays: [2026-01-05]}',
        "  26: {holidays: []}",
    ):
        with pytest.raises(RegimeError):
            read_holidays(head + year, "h.yaml")
