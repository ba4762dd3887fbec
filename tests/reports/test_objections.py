"""A report tells of the objections to its project, with all that either side said."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import objections
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.scenes import done
from tests.actions.test_samples import give
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_the_section_has_every_word_and_the_day(committed_cast: people.Cast, tmp_path: Path) -> None:
    project = play(committed_cast, "LH-WRONG", plays.in_order)
    give(committed_cast, project)
    jing, mei, today = committed_cast.actor("jing"), committed_cast.actor("mei"), committed_cast.today
    due, later = today + dt.timedelta(days=5), today + dt.timedelta(days=9)

    def lodge(text: str) -> objections.m.Objection:
        return done(objections.lodge(jing, project=project.id, text=text, basis="Law 法 47", due=due))

    row, slip = lodge("Discs lie open 光盘未入柜"), lodge("Of another project 误提")
    done(objections.answer(mei, objection=row.id, answer="In a safe 已入柜"))
    done(objections.send_back(jing, objection=row.id, reason="Which one 哪个", due=later))
    done(objections.answer(mei, objection=row.id, answer="The grey one 灰色的"))
    done(objections.accept(jing, objection=row.id, remark="Seen 已核实"))
    done(objections.withdraw(jing, objection=slip.id, reason="In error 有误"))
    made = _deliver(committed_cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert not account.oddities
    words = spoken(blocks_of(account, 95))
    for told in (
        row.number, slip.number, "Discs lie open 光盘未入柜", "Law 法 47", "In a safe 已入柜",
        "Which one 哪个", "The grey one 灰色的", "Seen 已核实", "In error 有误",
        "Answer accepted", "Withdrawn", f"Answer due by {later.isoformat()}", "陈静 Chen Jing",
        "林梅 Lin Mei",
    ):  # fmt: skip
        assert told in words, told
    assert "name not in this evidence" not in words
    assert "答复已认可" in spoken(blocks_of(account, 95), "zh")
