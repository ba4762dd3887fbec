"""A pack is put in force by an entry that carries it; what it may not do is refused, what was decided before
stays as it was decided."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from custody import models as m
from custody import regimes
from custody.actions import hops, packs, projects
from custody.actions.base import ActionError, Actor, Changed, NotPermitted, PackGone
from custody.apply import rebuild
from custody.compare import compare
from custody.policy import shipped
from custody.policy.regime import Pack
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories import plays
from custody.stories.told import terms
from ledger import api
from tests.packs import WHY, activate, again, house, zhejiang

ZHEJIANG = "cn_surveying_zhejiang"


def refused(raw: bytes) -> str:
    before = m.RegimePack.objects.count()
    with pytest.raises(ActionError) as caught:
        activate(raw)
    assert caught.value.about == "file"
    assert caught.value.text.zh
    assert m.RegimePack.objects.count() == before
    return caught.value.text.en


def test_an_entry_carries_the_pack_with_the_reason_and_who_ordered_it(cast: people.Cast) -> None:
    done = activate(house())
    told = api.read(done.entry).values
    assert told["kind"] == "pack.published/2"
    assert {name: told[name] for name in WHY} == WHY
    pack = Pack.from_text(str(told["text"]))
    assert (pack.id, pack.sha256) == ("house", told["sha256"])
    row = m.RegimePack.objects.get(name="house")
    assert (row.body, row.sha256, row.entry) == (pack.text, pack.sha256, done.entry)
    assert row.effective == timezone.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert list(compare(rebuild())) == []
    assert regimes.pack("house") == pack
    assert "house" in regimes.all_names()
    assert regimes.family("house") == "cn_surveying"


def test_who_ordered_it_can_be_erased(cast: people.Cast) -> None:
    from custody.events import KINDS

    assert KINDS["pack.published/2"].personal == {"ordered_by"}


def test_the_administrator_of_the_house_may_and_nobody_else(cast: people.Cast) -> None:
    assert packs.activate(cast.actor("an"), raw=house(), file="house.yaml", **WHY).state == "done"
    for who in ("mei", "heng", "yu", "tao", "jing"):
        with pytest.raises(NotPermitted):
            packs.activate(cast.actor(who), raw=house("2"), file="house.yaml", **WHY)


@pytest.mark.parametrize("lacking", ["reason", "ordered_by"])
def test_reason_and_order_must_be_given(cast: people.Cast, lacking: str) -> None:
    with pytest.raises(ActionError) as caught:
        packs.activate(Actor.setup(), raw=house(), file="house.yaml", **{**WHY, lacking: "  "})
    assert caught.value.about == lacking


def part(cast: people.Cast, project: m.Project, share: str, **changes: Any) -> Any:
    return hops.request(
        cast.actor("mei"),
        project=project.id,
        parent=None,
        terms=terms(cast, "westgate", "Part 部分", share=share, **changes),
    )


def test_decisions_from_then_on_carry_the_new_pack_and_earlier_ones_replay_with_theirs(
    cast: people.Cast,
) -> None:
    project = people.open_project(cast, "LH-1", "Lanhe")
    for story in plays.STORIES:
        assert story(cast, project).as_expected
    before = list(m.Decision.objects.values_list("id", "pack_sha256"))
    old = shipped.pack(ZHEJIANG)
    assert {sha for _, sha in before} == {old.sha256}
    new = activate(zhejiang("2026.12", ('"40"', '"10"'))).object
    asked = part(cast, project, "20")
    assert asked.state == "refused"
    assert asked.decision.pack_sha256 == new.sha256 != old.sha256
    assert "HOP-03" in {f["code"] for f in asked.decision.findings if f["outcome"] == "block"}
    verdicts = {r.decision.pack_sha256: r.verdict for r in replay_all()}
    assert verdicts == {old.sha256: "same", new.sha256: "same"}
    assert m.Decision.objects.count() > len(before)


def test_a_project_is_opened_under_an_overlay_of_the_house_and_judged_by_it(cast: people.Cast) -> None:
    activate(house(share="5"))
    project = people.open_project(cast, "LH-3", "Under house rules", regime="house")
    assert part(cast, project, "10").state == "refused"


# --- what is refused --------------------------------------------------------------------------------------


def test_a_version_is_published_once_and_the_next_comes_after_it(cast: people.Cast) -> None:
    activate(house("1.10"))
    assert "1.10 is published already, with this very content" in refused(house("1.10"))
    assert "1.10 is published already with another content, SHA-256" in refused(house("1.10", "29"))
    assert "1.9 does not come after 1.10, which is published" in refused(house("1.9", "29"))
    assert activate(house("1.11", "29")).state == "done"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (house(share="41"), "house.yaml:7:21: rules.HOP-03.params.max_share_pct: 41 would loosen 40"),
        (house(extends="base"), "not set|must not be empty|expected"),
        (house(extends="nowhere"), "house.yaml:3:1: extends: no pack nowhere is in force; there are base, "),
        (house(id="base"), "house.yaml:1:1: id: base comes with the software alone"),
        (house(id="a" * 61), "expected at most 60 characters"),
        (house("9" * 41), "expected at most 40 characters"),
        (house(abstract="true"), "this file is only a base for others"),
        (house(effective="2026-02-30"), "house.yaml:5:1: effective: expected a day"),
        (b"\xff", "house.yaml:1:1: not UTF-8"),
        (b"", "expected a mapping"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(cast: people.Cast, raw: bytes, told: str) -> None:
    assert re.search(told, refused(raw))


@pytest.mark.parametrize(
    ("swap", "told"),
    [
        (('"40"', '"50"'), "rules.HOP-03.params.max_share_pct: max_share_pct: 50 would loosen 40"),
        (("core_stays: true", "core_stays: false"), "core_stays: no would loosen yes"),
        (("max_depth: 1", "max_depth: 2"), "max_depth: 2 would loosen 1"),
        (("- duty", "- duty2"), "not_checked.0.duty: missing"),
    ],
)
def test_a_pack_that_ships_is_not_loosened_by_a_file(
    cast: people.Cast, swap: tuple[str, str], told: str
) -> None:
    assert told in refused(zhejiang("2026.12", swap))


def test_a_pack_stays_in_its_family(cast: people.Cast) -> None:
    activate(house())
    plain = b'id: house\nversion: "2"\nextends: us_cui\nlabel: {en: H, zh: H}\neffective: 2026-01-01\n'
    assert "house.yaml:3:1: extends: house belongs to cn_surveying, this file to us_cui" in refused(plain)


def test_a_national_regime_keeps_its_levels_types_and_zone(cast: people.Cast) -> None:
    named = [
        (f"{before}from_level: neibu", f"{before}from_level: neibu2")
        for before in ("SIL-01: {params: {", "HLD-01: {params: {", "FOR-04: {params: {", "[CN], ", '"25", ')
    ]
    renamed = again("cn_surveying", "2027.1", ("{id: neibu, rank: 5,", "{id: neibu2, rank: 5,"), *named)
    assert "neibu (rank 5) must stay as it is" in refused(renamed)
    for swap, told in (
        (("rank: 30", "rank: 31"), "juemi (rank 30) must stay as it is"),
        (("{id: A, label: {en: grade A", "{id: AA, label: {en: grade A"), "survey must stay|unknown type"),
        (("time_zone: Asia/Shanghai", "time_zone: UTC"), "the time zone of a pack stays"),
        (("time_zone: Asia/Shanghai", "time_zone: Asia/Shanghi"), "no time zone 'Asia/Shanghi'"),
        (("from_level: mimi", "from_level: jimi"), "keeping: Keeping period"),
    ):
        assert re.search(re.escape(told).replace(r"\|", "|"), refused(again("cn_surveying", "2027.1", swap)))


def test_an_overlay_of_the_house_may_go_back_as_far_as_what_it_stands_on(cast: people.Cast) -> None:
    activate(house("1", "20"))
    assert activate(house("2", "35")).state == "done"
    assert "would loosen 40" in refused(house("3", "45"))


def test_a_pack_cannot_stand_on_itself(cast: people.Cast) -> None:
    activate(house())
    assert "house stands on cn_surveying_zhejiang itself" in refused(
        zhejiang("2026.12", ("extends: cn_surveying\n", "extends: house\n"))
    )


def test_what_was_read_is_what_is_activated(cast: people.Cast) -> None:
    with pytest.raises(Changed):
        packs.activate(Actor.setup(), raw=house(), file="house.yaml", shown="0" * 64, **WHY)
    assert not m.RegimePack.objects.filter(name="house").exists()


# --- the day from which it counts -------------------------------------------------------------------------


def test_a_pack_counts_from_its_day_in_the_zone_of_the_regime(cast: people.Cast) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    day = timezone.now().astimezone(shanghai).date() + dt.timedelta(days=3)
    project = people.open_project(cast, "LH-1", "Lanhe")
    swap = ("effective: 2024-09-01", f"effective: {day}")
    row = activate(zhejiang("2026.12", swap, ('"40"', '"10"'))).object
    assert row.effective == day
    old, eve = shipped.pack(ZHEJIANG), day - dt.timedelta(days=1)
    late = dt.datetime.combine(eve, dt.time(23, 59), shanghai)
    early = dt.datetime.combine(day, dt.time(0, 1), shanghai)
    # Both are the same day in UTC, and by London's reckoning neither has come.
    assert late.astimezone(dt.UTC).date() == early.astimezone(dt.UTC).date() == eve
    for moment, sha256 in ((late, old.sha256), (early, row.sha256)):
        ruling = hops.preview_request(
            cast.actor("mei"),
            project=project,
            parent=None,
            terms=terms(cast, "westgate", "Part 部分"),
            now=moment,
        )
        assert ruling.judgement.pack_sha256 == sha256, moment
    assert regimes.pack(ZHEJIANG) == old
    assert regimes.pack(ZHEJIANG, day).sha256 == row.sha256


def test_a_new_pack_is_not_offered_before_its_day(cast: people.Cast) -> None:
    activate(house(effective="2199-01-01"))
    assert "house" not in regimes.all_names()
    with pytest.raises(KeyError):
        regimes.pack("house")
    with pytest.raises(ActionError, match="Choose a regime"):
        projects.open_project(
            cast.actor("mei"), code="X", title="X", regime="house", level="mimi",
            owner_party=cast.party("northfield"),
        )  # fmt: skip


def test_of_two_versions_that_wait_the_newer_counts_first_come_first(cast: people.Cast) -> None:
    activate(house("1", "30"))
    activate(house("2", "20", effective="2190-01-01"))
    activate(house("3", "10", effective="2150-01-01"))
    shares = {
        day: regimes.pack("house", dt.date.fromisoformat(day)).rules["HOP-03"].params["max_share_pct"]
        for day in ("2149-12-31", "2150-01-01", "2190-01-01")
    }
    assert shares == {"2149-12-31": "30", "2150-01-01": "10", "2190-01-01": "10"}


# --- texts ------------------------------------------------------------------------------------------------


def edited(name: str, version: str = "2999") -> None:
    """Put a version in past the ledger, under the digest of something else."""
    text = regimes.pack(name).text
    looser = text.replace('"max_share_pct":"30"', '"max_share_pct":"99"')
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    m.RegimePack.objects.create(entry=m.new_id(), name=name, version=version, sha256=sha256, body=looser)
    regimes.refresh()


def test_an_edited_text_in_the_database_decides_nothing(cast: people.Cast) -> None:
    project = people.open_project(cast, "LH-1", "Lanhe")
    activate(house())
    edited("house")
    with pytest.raises(regimes.PackLost, match="not the one published"):
        regimes.pack("house")
    with pytest.raises(PackGone):
        people.open_project(cast, "LH-2", "House", regime="house")
    assert part(cast, project, "10").state == "held"  # under the pack of the province, which nobody edited
    edited(ZHEJIANG)
    with pytest.raises(PackGone):
        part(cast, project, "10", agreed=None)
    assert "house" in regimes.all_names()
