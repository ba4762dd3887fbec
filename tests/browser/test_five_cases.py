"""The five published cases, each played whole by its people at their screens, on a desk and on a phone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from custody.stories import field
from tests import scale
from tests.browser import doing
from tests.browser.doing import is_refused, party
from tests.browser.person import DESK, PHONE, Person
from tests.databases import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


PARTNERS = {"en": "Kestrel Imaging", "zh-hans": "鹭湾影像"}


class Play:
    """A case in a language and on a screen, in a project of its own."""

    def __init__(self, enter: Callable[..., Person], name: str, language: str, width: int) -> None:
        self.code = f"{name}-{language[:2].upper()}"
        self._people: dict[str, Person] = {}
        phone = {"width": PHONE, "has_touch": True, "is_mobile": True} if width == PHONE else {}
        self._enter = lambda who: enter(who, language, **phone)

    def __call__(self, who: str) -> Person:
        """Return a person of the cast, who signs in when first called."""
        if who not in self._people:
            self._people[who] = self._enter(who)
            self._people[who].sign_in()
        return self._people[who]

    def ends(self, *rules: str) -> None:
        """Let the regulator read how the case ended."""
        doing.lets_read(self("an"), self.code)
        doing.sees(self("jing"), self.code, *rules)


def discs_to_an_internet_computer(play: Play, folder: Path) -> None:
    """Case 1: two discs are to be read in on a computer on the internet; one file lies there already."""
    mei, heng, yu = play("mei"), play("heng"), play("yu")
    content = f"sheets of {play.code}".encode()
    doing.opens_a_project(mei, play.code, "Sheet scanning 图幅扫描")
    mei.press("Open the project")
    doing.registers_copies(mei, heng, play.code, f"{play.code}-DISC", 2, sha256=sha256(content).hexdigest())
    hop = doing.asks(mei, play.code, party(mei, "westgate"), "Scanning 扫描")
    doing.decides(heng, play.code)
    doing.notes_the_report(mei, hop)
    doing.fills_in_an_offer(mei, hop, "tao", "PC-113", True)
    is_refused(mei, "SYS-01", saying="For convenience 图方便")
    # Years later: a sweep of the office computer.
    yu.go("/sweeps/")
    yu.follow(yu.word("Make a sweep list"))
    yu.press("Make a sweep list")
    listing = folder / "sweep-list.json"
    listing.write_bytes(yu.download("Download the list").read_bytes())
    computer = folder / "PC-113"
    computer.mkdir()
    (computer / "old maps.iso").write_bytes(content)
    command = [sys.executable, "-m", "custody.sweep", str(computer), "--list", str(listing)]
    assert subprocess.run(command, cwd=PROJECT, check=False).returncode == 1, "it is found"
    yu.go("/sweeps/")
    yu.follow(yu.word("Bring in a result"))
    yu.choose_with("system", "PC-113")
    yu.fill(result=listing.with_suffix(".result"))
    yu.press("Bring it in")
    assert "old maps.iso" in yu.text
    play.ends("SYS-01")


def split_and_passed_on(play: Play, _folder: Path) -> None:
    """Case 2: a job is split, repackaged and passed down to one man with a drone."""
    mei, heng, tao = play("mei"), play("heng"), play("tao")
    doing.opens_a_project(mei, play.code, "Survey of fields 农田测绘")
    mei.press("Open the project")
    lakeside = party(mei, "lakeside")
    doing.fills_in_a_request(mei, play.code, lakeside, "All of it 整体", share="85", keeps_core="no")
    is_refused(mei, "HOP-03", saying="Too much to do 任务太多")
    hop = doing.asks(mei, play.code, party(mei, "westgate"), "Processing 数据处理")
    doing.decides(heng, play.code)
    doing.notes_the_report(mei, hop)
    for to, rules in (("harbour", ("QUA-01", "HOP-02")), ("pilot", ("HOP-05", "QUA-01"))):
        doing.fills_in_a_request(tao, hop, party(tao, to), "A part of it 部分工作")
        is_refused(tao, *rules)
    serial = f"WG-{play.code}"
    doing.registers_a_drone(mei, "westgate", serial)
    permit = doing.asks_to_fly(tao, play.code, serial, field.OVER_THE_DEPOT)
    doing.takes_a_step(tao, "Submit for approval")
    assert "FLD-02" in tao.text
    tao.go(permit)
    tao.follow(tao.word("Change the draft"))
    tao.fill(area=doing.area(field.FIELDS))
    tao.press("Save the draft")
    doing.takes_a_step(tao, "Submit for approval")
    heng.go(permit)
    doing.takes_a_step(heng, "Approve", reason="Off the zone 避开敏感区域")
    doing.registers_a_drone(mei, "pilot", f"RY-{play.code}", country="XA", registered="no", registration="")
    doing.is_found_out(mei, play.code, f"RY-{play.code}", "unpaid", "no", "FLD-01")
    play.ends("HOP-03", "HOP-02", "HOP-05", "FLD-02", "FLD-01")


def lent_and_gone_missing(play: Play, _folder: Path) -> None:
    """Case 3: results are lent before anybody approved, are lent in order then, and one goes missing."""
    mei, heng, lan, yu = play("mei"), play("heng"), play("lan"), play("yu")
    doing.opens_a_project(mei, play.code, "Atlas 图集")
    mei.press("Open the project")
    doing.registers_copies(mei, heng, play.code, f"{play.code}-ATLAS", 2)
    doing.fills_in_a_request(mei, play.code, party(mei, "annex"), "Lending 出借")
    is_refused(mei, "QUA-01")
    hop = doing.asks(mei, play.code, party(mei, "lakeside"), "Lending 出借")
    doing.fills_in_an_offer(mei, hop, "lan", "LS-ROOM-1", True)
    is_refused(mei, "HOP-01", "APR-01", saying="They are in a hurry 对方着急")
    doing.decides(heng, play.code)
    doing.notes_the_report(mei, hop)
    doing.fills_in_an_offer(mei, hop, "lan", "LS-ROOM-1", True)
    mei.press("Offer the copies")
    handoff = doing.number(mei)
    lan.go(handoff)
    lan.press("I have all %(n)s copies", n=2)
    missing, found = sorted(set(re.findall(r"HF-\d+-\w", lan.text)))
    doing.counts_twice(yu, lan, play.code, found)
    incident = doing.reports(yu, play.code, missing)
    doing.holds_and_notifies(heng, incident)
    lan.go(f"/c/{missing}")
    play.ends("QUA-01", "HOP-01", "APR-01")


def foreign_client(play: Play, _folder: Path) -> None:
    """Case 4: a foreign company orders "commercial research", through a partner that it controls."""
    mei, an = play("mei"), play("an")
    doing.opens_a_project(
        mei, play.code, "Commercial research 商业调研", ultimate_client_party=party(mei, "meridian")
    )
    mei.press("Open the project")
    assert "/refusals/" in mei.page.url and "FOR-01" in mei.text
    doing.opens_a_project(mei, play.code, "Street views 街景")
    mei.press("Open the project")
    name = PARTNERS[mei.language]
    doing.registers_a_party(an, name, "meridian")
    doing.fills_in_a_request(mei, play.code, name, "Photogrammetry 摄影测量")
    is_refused(mei, "FOR-01", saying="The partner has its papers 合作方有资质")
    play.ends("FOR-01")


def paid_collectors(play: Play, _folder: Path) -> None:
    """Case 5: individuals are paid from abroad to collect at sensitive places, and send it on live."""
    mei = play("mei")
    doing.opens_a_project(mei, play.code, "Street views 街景")
    mei.press("Open the project")
    for to, rules in (("pilot", ("HOP-05", "QUA-01")), ("meridian", ("FOR-01", "QUA-01"))):
        doing.fills_in_a_request(mei, play.code, party(mei, to), "Street-level collection 沿路采集")
        is_refused(mei, *rules)
    serial = f"RY-{play.code}"
    doing.registers_a_drone(mei, "pilot", serial, country="XA", registered="no", registration="")
    doing.is_found_out(mei, play.code, serial, "crypto", "yes", "FLD-01", "FLD-02")
    mei.go("/parties/")
    mei.follow(party(mei, "pilot"))
    mei.reads("Collected without leave")
    play.ends("HOP-05", "FOR-01", "FLD-02")


CASES = {
    "C1": discs_to_an_internet_computer, "C2": split_and_passed_on, "C3": lent_and_gone_missing,
    "C4": foreign_client, "C5": paid_collectors,
}  # fmt: skip
# Nobody is refused more than thirty times in an hour: each case is played twice, not four times.
PLAYS = [(name, *way) for way in (("en", DESK), ("zh-hans", PHONE)) for name in CASES]


@pytest.mark.parametrize(("name", "language", "width"), scale.share(PLAYS, 10))
def test_a_published_case_is_stopped_and_shown(
    enter: Callable[..., Person], name: str, language: str, width: int, tmp_path: Path
) -> None:
    CASES[name](Play(enter, name, language, width), tmp_path)
