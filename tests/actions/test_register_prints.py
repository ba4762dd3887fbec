"""Printed registers: what the ledger says at one size is what stands on the paper, corrections and all."""

from __future__ import annotations

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from custody import models as m
from custody.actions import (
    carriers,
    corrections,
    destructions,
    files,
    handoffs,
    mistakes,
    party_time,
    projects,
    register_prints,
)
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.forgetting import remove_withdrawn
from custody.actions.register_book import TELLING
from custody.actions.register_prints import Asked
from custody.apply import rebuild
from custody.compare import compare
from custody.evidence.words import EvidenceOf
from custody.reports import files as report_files
from custody.single import SET_BY
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories import destruction
from custody.terms import Leg, Medium, PrintedKind, Source
from ledger import api as ledger
from tests.actions.filled_in import scan
from tests.actions.scenes import done
from tests.actions.test_legs import Desk
from tests.reports.made import seal_all
from tests.reports.reading import squeezed, text_of

FIRST = dt.date(2020, 1, 1)


@pytest.fixture
def desk(committed_cast: people.Cast) -> Desk:
    return Desk(committed_cast)


def printed(
    desk: Desk, kind: PrintedKind, by: str = "mei", *, seal: bool = True, **changes: Any
) -> m.RegisterPrint:
    """Print a register of the desk's project up to today."""
    if seal:
        seal_all()
    asked: dict[str, Any] = {
        "project": desk.project.id, "party": None, "starts": FIRST, "ends": desk.cast.today, "language": "en"
    }  # fmt: skip
    row: m.RegisterPrint = done(
        register_prints.make_either(desk.cast.actor(by), Asked(register=kind, **{**asked, **changes}))
    )
    return row


def said(row: m.RegisterPrint) -> str:
    return squeezed(text_of(register_prints.content(row)))


def test_a_line_more_in_the_table_is_a_line_more_in_the_print_and_numbers_follow_each_other(
    desk: Desk,
) -> None:
    first = printed(desk, PrintedKind.CARRIERS)
    assert first.lines == 3 and all(copy.code in said(first) for copy in desk.copies)
    one_more = people.make_copies(desk.cast, desk.project, "LEG-B", 1)[0]
    unsealed = printed(desk, PrintedKind.CARRIERS, seal=False)
    assert unsealed.lines == 3 and one_more.code not in said(unsealed), "what is not sealed is not in it"
    second = printed(desk, PrintedKind.CARRIERS)
    assert second.lines == 4 and one_more.code in said(second)
    year = desk.cast.today.year
    numbers = [row.number for row in (first, unsealed, second)]
    assert numbers == [f"R-{year}-001", f"R-{year}-002", f"R-{year}-003"]
    assert len({row.address for row in (first, unsealed, second)}) == 3
    assert list(compare(rebuild())) == []


def test_the_same_question_at_the_same_size_has_the_same_lines_whatever_came_after(desk: Desk) -> None:
    row = printed(desk, PrintedKind.CARRIERS)
    before = register_prints.content(row)
    told = ledger.read(row.entry).values
    assert told["sha256"] == row.sha256 == hashlib.sha256(before).hexdigest()
    assert (told["lines"], told["pages"], told["ledger_size"]) == (3, row.pages, row.ledger_size)
    assert told["person"] == str(desk.cast.people["mei"].id) and told["ledger_head"] == row.ledger_head != ""
    desk.lend()
    heng = desk.cast.actor("heng")
    item = desk.copies[0].item
    done(
        corrections.correct_item(heng, item=item.id, codename="LEG-Z", level=item.level, reason="Typed wrong")
    )
    seal_all()
    for path in register_prints.folder().glob("*"):
        path.unlink()
    assert register_prints.content(row) == before, "made again from the ledger"
    path = report_files.place(register_prints.folder(), register_prints.name_of(row), b"%PDF-forged")
    assert register_prints.content(row) == before and path.exists(), "a changed file is not given out"


def test_a_correction_shows_as_one_and_never_silently(desk: Desk) -> None:
    heng, item = desk.cast.actor("heng"), desk.copies[0].item
    done(
        corrections.correct_item(heng, item=item.id, codename="LEG-Z", level=item.level, reason="Typed wrong")
    )
    entry = m.Correction.objects.get(object=item.id).id
    row = printed(desk, PrintedKind.CARRIERS)
    text = said(row)
    assert row.lines == 6 and "struckascorrected:3" in text
    assert text.count("LEG-A") == text.count("LEG-Z") == 3
    assert text.count(squeezed(str(entry))) == 3 and text.count("Typedwrong") == 3
    assert "Struck:correctedbyentry" in text


def test_a_receipt_that_was_undone_is_struck_and_what_it_moved_is_with_its_sender(desk: Desk) -> None:
    loan = desk.lend()
    done(mistakes.accepted_by_mistake(desk.cast.actor("tao"), handoff=loan.id, reason="Wrong box"))
    disputed = printed(desk, PrintedKind.LOANS)
    assert disputed.lines == 3 and said(disputed).count("receiptdisputed") == 3
    done(mistakes.agree(desk.cast.actor("mei"), handoff=loan.id, note="I have them"))
    row = printed(desk, PrintedKind.LOANS)
    assert row.lines == 3 and "struckascorrected:3" in said(row)
    learnt = said(printed(desk, PrintedKind.LEARNT))
    assert learnt.count("Struck:correctedbyentry") >= 3 and "LinMei" in learnt
    alone = printed(desk, PrintedKind.CARRIERS, party=desk.cast.party("westgate"))
    assert alone.lines == 3 and "struckascorrected:3" in said(alone)


def test_loans_and_returns_stand_with_who_when_and_until_when(desk: Desk) -> None:
    loan = desk.lend(9)
    open_ = said(printed(desk, PrintedKind.LOANS))
    due = (desk.cast.today + dt.timedelta(days=9)).isoformat()
    assert open_.count(loan.number) == 3 and due in open_ and "WuTao" in open_
    later = desk.cast.today + dt.timedelta(days=20)
    done(
        corrections.correct_handoff(desk.cast.actor("mei"), handoff=loan.id, due_back=later, reason="Agreed")
    )
    moved = said(printed(desk, PrintedKind.LOANS))
    assert due in moved and later.isoformat() in moved and moved.count("Agreed") == 3
    back = done(handoffs.offer(desk.cast.actor("tao"), desk.back()))
    assert printed(desk, PrintedKind.RETURNS).lines == 0, "an offer is no return"
    done(handoffs.accept(desk.cast.actor("yu"), handoff=back.id))
    row = printed(desk, PrintedKind.RETURNS)
    text = said(row)
    assert row.lines == 3 and text.count(back.number) == 3 and "WG-ROOM-1" in text
    stamp = f"{desk.cast.today.isoformat()}"
    assert said(printed(desk, PrintedKind.LOANS)).count(stamp) > moved.count(stamp), "given back on"


def test_copying_destruction_and_subcontracts_stand_with_who_let_it(desk: Desk) -> None:
    item = desk.copies[0].item_id
    leave.permitted(desk.cast, item)
    made = done(projects.mint_copies(desk.cast.actor("yu"), item=item, count=2))
    copied = printed(desk, PrintedKind.COPYING)
    text = said(copied)
    assert copied.lines == 2 and "underacopypermit" in text and "firstnumbering" in text
    assert all(copy.code in text for copy in (*made, *desk.copies)) and "ZhaoHeng" in text
    gone = destruction.destroyed(desk.cast, desk.project, desk.copies[:2])
    done(
        destructions.certify(
            desk.cast.actor("yu"), destruction=gone.id, certificate_number="销〔2026〕7号",
            certified_on=desk.cast.today, certificate_sha256="",
        )
    )  # fmt: skip
    burnt = printed(desk, PrintedKind.DESTRUCTION)
    text = said(burnt)
    assert burnt.lines == 2 and "Pulping" in text and "销〔2026〕7号" in text and "GuoAn" in text
    assert desk.copies[0].code in text and desk.copies[2].code not in text
    drive = carriers.Carrier(Medium.USB, "K-0815", "S44")
    done(carriers.describe(desk.cast.actor("yu"), copy=desk.copies[2].id, carrier=drive, reason="Seen"))
    kept = said(printed(desk, PrintedKind.CARRIERS))
    assert kept.count("destroyed") == 2 and all(words in kept for words in ("USBdrive", "K-0815", "S44"))
    hops = printed(desk, PrintedKind.SUBCONTRACTS)
    assert hops.lines == 1 and "Scanning" in said(hops) and "ZhaoHeng" in said(hops)


def test_who_read_a_copy_on_site_stands_among_those_who_learnt(desk: Desk) -> None:
    before = printed(desk, PrintedKind.LEARNT)
    asked = desk.deal(leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id)
    offered = handoffs.offer(desk.cast.actor("mei"), asked)
    if offered.state != "done":
        asked = desk.deal(leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id, hop=None)
        offered = handoffs.offer(desk.cast.actor("mei"), asked)
    done(handoffs.accept(desk.cast.actor("tao"), handoff=done(offered).id))
    row = printed(desk, PrintedKind.LEARNT)
    assert row.lines == before.lines + 3 and said(row).count("Readitonsite") == 3


def test_a_contractor_prints_own_lines_alone_and_nobody_what_they_may_not_see(desk: Desk) -> None:
    desk.lend()
    westgate, house = desk.cast.party("westgate"), desk.cast.party("northfield")
    mine = printed(desk, PrintedKind.CARRIERS, "tao", party=westgate)
    assert mine.lines == 3 and "thisunitalone" in said(mine)
    everywhere = printed(desk, PrintedKind.CARRIERS, "tao", party=westgate, project=None)
    assert everywhere.lines == 3 and desk.project.code in said(everywhere)
    for changes in ({"party": None}, {"party": house}, {"party": house, "project": None}):
        with pytest.raises(NotPermitted):
            printed(desk, PrintedKind.CARRIERS, "tao", **changes)
    other = people.open_project(desk.cast, "SECRET-9", "Not theirs")
    with pytest.raises(NotPermitted):
        printed(desk, PrintedKind.CARRIERS, "tao", party=westgate, project=other.id)
    for nobody in ("jing", "lan"):
        with pytest.raises(NotPermitted):
            printed(desk, PrintedKind.CARRIERS, nobody)
    seen = m.RegisterPrint.objects.visible_to(m.User(person=desk.cast.people["tao"]))
    assert set(seen) == {mine, everywhere}
    key = Actor(
        desk.cast.people["mei"].id, desk.cast.actor("mei").memberships, Source.API, house, scopes=frozenset()
    )
    assert register_prints.may_print(key, desk.project, None) is None


def test_a_question_that_is_none_is_refused_without_a_trace(desk: Desk) -> None:
    today = desk.cast.today
    day = dt.timedelta(days=1)
    for about, changes in (
        ("ends", {"starts": today, "ends": today - day}),
        ("ends", {"ends": today + 3 * day}),
        ("starts", {"starts": dt.date(1900, 1, 1)}),
        ("language", {"language": "fr"}),
        ("project", {"project": None}),
    ):
        with pytest.raises(ActionError) as told:
            printed(desk, PrintedKind.LOANS, seal=False, **changes)
        assert told.value.about == about and told.value.text.zh
    assert not m.RegisterPrint.objects.exists()


def test_too_many_lines_ask_for_a_shorter_period(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_prints, "MOST", 2)
    with pytest.raises(ActionError, match="one register holds 2"):
        printed(desk, PrintedKind.CARRIERS)


def test_a_period_keeps_what_lay_outside_of_it_out(desk: Desk) -> None:
    gone = printed(desk, PrintedKind.CARRIERS, ends=FIRST, starts=FIRST)
    assert gone.lines == 0 and "Nolinefits" in said(gone) and "nolevelnamed" in said(gone)


def test_a_name_put_right_strikes_the_line_and_a_renaming_does_not(desk: Desk) -> None:
    desk.lend()
    westgate = m.Party.objects.get(id=desk.cast.party("westgate"))
    mei = desk.cast.actor("mei")
    fixed = {"name": "Westgate Data Works", "other_name": westgate.other_name, "country": westgate.country}
    done(corrections.correct_party(mei, party=westgate.id, reason="Misspelt", **fixed))
    row = printed(desk, PrintedKind.CARRIERS, party=westgate.id)
    text = said(row)
    assert row.lines == 6 and text.count("Misspelt") == 3 and "WestgateDataWorks" in text
    old = squeezed(westgate.name if westgate.name.isascii() else westgate.other_name)
    assert old in text


def test_a_renaming_strikes_nothing_and_the_line_keeps_the_name_of_its_day(desk: Desk) -> None:
    desk.lend()
    westgate = desk.cast.party("westgate")
    done(
        party_time.rename(
            desk.cast.actor("mei"), party=westgate, name="Eastgate Works", on=desk.cast.today, reason="Notice"
        )
    )
    row = printed(desk, PrintedKind.LOANS)
    text = said(row)
    assert row.lines == 3 and "struckascorrected:0" in text
    assert "WestgateDataProcessing" in text and "EastgateWorks" not in text


def test_an_erasure_takes_the_kept_files_and_what_held_the_name_is_not_given_out(desk: Desk) -> None:
    row = printed(desk, PrintedKind.LEARNT)
    assert "QianYu" in said(row)
    assert list(register_prints.folder().glob("*.pdf"))
    remove_withdrawn("default")
    assert not list(register_prints.folder().glob("*.pdf"))
    assert "QianYu" in said(row), "made again while nothing is erased"
    m.Person.objects.filter(id=desk.cast.people["yu"].id).update(name="[erased 已删除]")
    with pytest.raises(ActionError, match="Print it anew"):
        register_prints.content(row)


def test_those_who_print_at_once_get_a_number_each_without_a_gap(desk: Desk) -> None:
    day = desk.cast.today
    asked = Asked(PrintedKind.CARRIERS, desk.project.id, None, day, day, "en")
    seal_all()

    def one(actor: Actor) -> str:
        try:
            return str(done(register_prints.make(actor, asked)).number)
        finally:
            connections.close_all()

    actors = [desk.cast.actor(key) for key in ("mei", "yu", "heng") * 3]
    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(one, actors))
    assert numbers == [f"R-{day.year}-{n:03d}" for n in range(1, 10)]
    assert list(compare(rebuild())) == []


def test_the_stamped_scan_is_attached_by_who_may_and_is_no_signature(desk: Desk) -> None:
    desk.lend()
    row = printed(desk, PrintedKind.CARRIERS, "tao", party=desk.cast.party("westgate"))
    attached = done(register_prints.attach(desk.cast.actor("tao"), print=row.id, file=scan("Stamped")))
    told = ledger.read(attached.entry).values
    assert (told["kind"], told["evidence_of"], told["subject"]) == (
        "file.attached/1", "printed_register", str(row.id),
    )  # fmt: skip
    done(files.attach(desk.cast.actor("mei"), what=EvidenceOf.PRINTED, subject_id=row.id, file=scan("Again")))
    whole = printed(desk, PrintedKind.CARRIERS)
    with pytest.raises(NotPermitted):
        register_prints.attach(desk.cast.actor("tao"), print=whole.id, file=scan("No"))
    seen = m.EvidenceFile.objects.visible_to(m.User(person=desk.cast.people["tao"]))
    assert seen.filter(subject=row.id).count() == 2
    assert list(compare(rebuild())) == []


def test_every_kind_that_tells_of_what_stands_in_a_register_is_read() -> None:
    told = (
        *(m.Project, m.Item, m.Copy, m.Holding, m.Handoff, m.Hop, m.Approval, m.Vote),
        *(m.CopyPermit, m.Destruction, m.TakenOver),
    )
    kinds = {kind for model in told for kind in SET_BY.get(model, ())}
    assert len(kinds) > 20
    assert [kind for kind in sorted(kinds) if not kind.startswith(TELLING)] == []


def test_five_hundred_copies_are_five_hundred_lines(desk: Desk) -> None:
    made = [copy for n in range(5) for copy in people.make_copies(desk.cast, desk.project, f"BIG-{n}", 100)]
    row = printed(desk, PrintedKind.CARRIERS)
    text = said(row)
    assert row.lines == 503 and row.pages > 15
    assert [copy.code for copy in (*desk.copies, *made) if text.count(copy.code) != 1] == []
    assert "Thelastlineisno.503of503" in text
