"""What one pack changes against another: rule by rule, with the way that the rule itself calls tighter."""

from __future__ import annotations

import pytest

from custody.policy import shipped
from custody.policy.changes import Change, changes, loosened, newer
from custody.policy.overlay import build
from custody.policy.packfile import RegimeError
from custody.policy.regime import Pack
from custody.terms import Way

HEAD = """id: house
version: "1"
extends: cn_surveying_zhejiang
label: {en: House, zh: 内部}
effective: 2026-01-01
"""
CITE = "[{source: {en: Contract, zh: 合同}, status: policy}]"


def over(text: str, below: str = "cn_surveying_zhejiang") -> Pack:
    """Build a file on a pack that is published, as an operator's overlay stands."""
    return build([("house.yaml", text)], shipped.known_rules(), shipped.holiday_files(), shipped.pack(below))


def told(old: Pack, new: Pack) -> list[Change]:
    return changes(old, new, shipped.known_rules())


def ways(found: list[Change]) -> dict[str, tuple[str, str, Way]]:
    return {f"{c.rule} {c.what}".strip(): (c.old.en, c.new.en, c.way) for c in found}


def test_a_pack_against_itself_changes_nothing() -> None:
    for pack in shipped.packs().values():
        assert told(pack, Pack.from_text(pack.text)) == []


def test_zhejiang_tightens_national_law_and_the_way_back_loosens() -> None:
    national, province = shipped.pack("cn_surveying"), shipped.pack("cn_surveying_zhejiang")
    there, back = ways(told(national, province)), ways(told(province, national))
    assert there["HOP-03 params.max_share_pct"] == ("—", "40", Way.TIGHTER)
    assert back["HOP-03 params.max_share_pct"] == ("40", "—", Way.LOOSER)
    assert there["HOP-03 params.core_stays"] == ("no", "yes", Way.TIGHTER)
    assert there["HOP-02 enabled"][1:] == ("on", Way.TIGHTER)
    assert back["HOP-02 enabled"][2] is Way.LOOSER
    assert there["jurisdiction"] == ("CN", "CN-ZJ", Way.NEITHER)
    assert not [c for c in loosened(told(national, province)) if c.rule]


def test_an_overlay_on_a_published_pack_is_the_pack_that_all_files_make() -> None:
    text = HEAD + f'rules:\n  HOP-03: {{params: {{max_share_pct: "30"}}, cite: {CITE}}}\n'
    files = [*shipped.files("cn_surveying_zhejiang"), ("house.yaml", text)]
    whole = build(files, shipped.known_rules(), shipped.holiday_files())
    assert over(text).sha256 == whole.sha256
    assert over(text).chain[-2:] == (shipped.pack("cn_surveying_zhejiang").chain[-1], "house@1")


def test_a_relaxable_parameter_may_be_moved_by_the_file_above_and_no_further_without_the_mark() -> None:
    client = over(
        HEAD + f"rules:\n  QUA-03: {{params: {{expiry: warn}}, relaxable: [expiry], cite: {CITE}}}\n"
        '  HOP-03: {params: {max_share_pct: "30"}}\n'
    )
    assert client.rules["QUA-03"].relaxable == ("expiry",)
    project = 'id: job\nversion: "1"\nextends: house\nlabel: {en: Job, zh: 项目}\neffective: 2026-01-01\n'

    def above(below: Pack, text: str) -> Pack:
        return build([("job.yaml", text)], shipped.known_rules(), shipped.holiday_files(), below)

    with pytest.raises(RegimeError, match="40 would loosen 30"):
        above(client, project + 'rules:\n  HOP-03: {params: {max_share_pct: "40"}}\n')
    blocks = above(client, project + "rules:\n  QUA-03: {params: {expiry: block}}\n")
    assert blocks.rules["QUA-03"].relaxable == ()  # set again without the mark: it binds from here
    marked = above(client, project + "rules:\n  QUA-03: {params: {expiry: block}, relaxable: [expiry]}\n")
    more = project.replace("id: job", "id: task").replace("extends: house", "extends: job")
    assert above(marked, more + "rules:\n  QUA-03: {params: {expiry: warn}}\n").rules["QUA-03"].params == {
        "expiry": "warn"
    }
    with pytest.raises(RegimeError, match="warn would loosen block"):
        above(blocks, more + "rules:\n  QUA-03: {params: {expiry: warn}}\n")
    with pytest.raises(RegimeError, match="set below and not marked relaxable there"):
        above(blocks, more + "rules:\n  QUA-03: {relaxable: [expiry]}\n")
    found = ways(told(client, blocks))
    assert found["QUA-03 relaxable"] == ("expiry", "—", Way.TIGHTER)
    assert ways(told(blocks, client))["QUA-03 relaxable"][2] is Way.LOOSER


def test_the_mark_is_in_the_text_of_a_pack_that_has_it_and_in_no_other() -> None:
    pack = over(HEAD + f"rules:\n  QUA-03: {{relaxable: [expiry], cite: {CITE}}}\n")
    assert '"relaxable":["expiry"]' in pack.text
    assert pack.text.count("relaxable") == 1
    assert Pack.from_text(pack.text) == pack
    for id in shipped.packs():
        assert "relaxable" not in shipped.pack(id).text


def test_what_belongs_to_no_rule_is_told_too() -> None:
    old = shipped.pack("us_cui")
    (base, text), (name, body) = shipped.files("us_cui")

    def changed(before: str, after: str) -> dict[str, tuple[str, str, Way]]:
        assert before in body
        new = build(
            [(base, text), (name, body.replace(before, after, 1))],
            shipped.known_rules(),
            shipped.holiday_files(),
        )
        return ways(told(old, new))

    assert changed("rank: 20", "rank: 30")["levels.cui"][2] is Way.TIGHTER
    assert changed("rank: 20", "rank: 11")["levels.cui"][2] is Way.LOOSER
    assert changed("years: 5", "years: 6")["keeping"] == ("5 from cui", "6 from cui", Way.TIGHTER)
    assert changed("years: 5", "years: 4")["keeping"][2] is Way.LOOSER
    assert changed("effective: ", "effective: 2027-01-31 # ")["effective"][1] == "2027-01-31"


def test_a_rule_that_a_pack_does_not_know_bars_so_setting_it_loosens() -> None:
    new = shipped.pack("generic")
    old = new.model_copy(update={"rules": {c: s for c, s in new.rules.items() if c != "QUA-01"}})
    assert ways(told(old, new))["QUA-01 enabled"] == ("not set: bars", "on", Way.LOOSER)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [("2026.10", "2026.9"), ("2", "1"), ("2026.2.1", "2026.2"), ("1.0.1", "1.0rc"), ("10", "9")],
)
def test_versions_are_counted_as_people_count(later: str, earlier: str) -> None:
    assert newer(later, earlier)
    assert not newer(earlier, later)
    assert not newer(later, later)
