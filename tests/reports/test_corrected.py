"""A report of a project in which mistakes were put right: the corrected state in its tables, both in its
timeline, and the verifier finds it good."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import corrections, mistakes, systems
from custody.actions.base import Actor
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import HandoffState, HopState, ResultOfTest, Role, Source
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def put_right(cast: people.Cast, project: m.Project) -> m.Handoff:
    """Correct one thing of every kind; the newest accepted handoff is undone."""
    house = cast.party("northfield")
    setup = Actor.setup()
    mei, heng, tao = cast.actor("mei"), cast.actor("heng"), cast.actor("tao")
    manager = Actor(mei.person, ((house, Role.MANAGER),), Source.SCREEN, house)
    corrections.correct_party(
        manager, party=cast.party("westgate"), name="Westgate Renamed", other_name="西关新名", country="CN",
        reason="Changed its name",
    )  # fmt: skip
    corrections.correct_system(
        setup,
        system=cast.systems["westgate_room"].id,
        name="WG-ROOM-NEW",
        levels=cast.systems["westgate_room"].levels,
        network=cast.systems["westgate_room"].network,
        tested_on=cast.systems["westgate_room"].tested_on,
        reason="Relabelled",
        inventory_number="WG-NEW-7",
    )
    systems.record_test(
        setup, system=cast.systems["workstation"].id, tested_on=cast.today, tested_by="Centre 省测评中心",
        result=ResultOfTest.FAILED, remark="Report 7",
    )  # fmt: skip
    systems.retire(setup, system=cast.systems["office_pc"].id, reason="Worn out 老旧")
    corrections.correct_person(
        setup, person=cast.people["tao"].id, name="Wu Tao New 吴涛新", citizenships=["CN"], reason="Married"
    )
    paper = m.Qualification.objects.filter(party=cast.party("westgate"))[0]
    corrections.correct_qualification(
        manager, qualification=paper.id, type=paper.type, grade=paper.grade, categories=paper.categories,
        number="CORRECTED-7", issuer=paper.issuer, valid_from=paper.valid_from, valid_to=paper.valid_to,
        reason="Misread",
    )  # fmt: skip
    item = m.Item.objects.filter(project=project)[0]
    corrections.correct_item(
        heng, item=item.id, codename="CORRECTED-SHEET", level=item.level, reason="Wrong label"
    )
    held = told.ask(cast, project, "mei", "lakeside", "Asked by mistake 误申请")
    mistakes.withdraw_request(mei, hop=held.object.id, reason="Wrong party")
    row = m.Handoff.objects.filter(project=project, state=HandoffState.ACCEPTED)[0]
    sender = Actor(cast.people["yu"].id, ((row.sender_party_id, Role.CUSTODIAN),), Source.SCREEN, house)
    due = cast.today + dt.timedelta(days=11)
    corrections.correct_handoff(sender, handoff=row.id, due_back=due, reason="Too late")
    receiver = Actor(tao.person, ((row.receiver_party_id, Role.RECIPIENT),), Source.SCREEN, house)
    mistakes.accepted_by_mistake(receiver, handoff=row.id, reason="Not ours")
    mistakes.agree(sender, handoff=row.id, note="Here they are")
    return row


def test_tables_show_the_corrected_state_the_timeline_both_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-FIX", plays.in_order)
    row = put_right(cast, project)
    made = {language: _deliver(cast, project, language) for language in ("en", "zh-hans")}
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    for one in made.values():
        verdict = verify.verify_report(one.pdf, folder, one.receipt)
        assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    one = made["en"]
    account = Account.of(verify_bundle(one.evidence, trust.load(folder)), one.report)
    assert account.oddities == []
    parties, timeline = (spoken(blocks_of(account, order)) for order in (20, 40))
    assert "Westgate Renamed" in parties and "CORRECTED-7" in parties
    for words in (
        "The recipient says that", "Not ours", "The sender agreed that", "went back to", "Here they are",
        "The request for a subcontract was withdrawn.", "The record of an item was corrected.",
        "→ CORRECTED-SHEET", "The return date of", "Return by:",
    ):  # fmt: skip
        assert words in timeline, words
    copies = m.Copy.objects.filter(lines__handoff=row)
    for copy in copies:
        found = account.copies[str(copy.id)]
        assert found.holder_party == str(copy.custodian_party_id) == str(row.sender_party_id)
        assert found.system == (None if copy.system_id is None else str(copy.system_id))
    retired = account.systems[str(cast.systems["office_pc"].id)]
    assert (retired.get("state"), retired.get("inventory_number")) == ("retired", "PC-113-2024")
    holdings = spoken(blocks_of(account, 60))
    assert "no. WS-07-2024" in holdings and "Failed its test" in holdings, "they are back where they stood"
    renamed = account.systems[str(cast.systems["westgate_room"].id)]
    assert (renamed.get("name"), renamed.get("inventory_number")) == ("WG-ROOM-NEW", "WG-NEW-7")
    assert HopState.WITHDRAWN in {hop.state for hop in account.hops.values()}
    chinese = " ".join(spoken(blocks_of(account, order), "zh") for order in (20, 40, 60))
    assert "系误签收" in chinese and "撤回分包申请。" in chinese and "更正成果登记信息。" in chinese
