"""A report tells opinions, approvals against advice, referrals, limits and overrides, and verifies."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import advising, contractors, hops, overriding
from custody.actions.limiting import Limit
from custody.replay import replay_all
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import Source, Stance, VoteChoice
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.cast import give_sign_ins
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_what_officers_said_and_passed_over_stands_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    give_sign_ins(cast)
    project = play(cast, "LH-ADVR", plays.in_order)
    heng, qiao, mei = cast.actor("heng"), cast.actor("qiao"), cast.actor("mei")
    contractors.state_conditions(
        cast.actor("mei", Source.SYSTEM),
        party=cast.party("lakeside"),
        stated_on=cast.today,
        established_on=cast.today - dt.timedelta(days=40),
        clean_record=True,
        prc_staff=True,
        evidence="Extract of the register 登记证明",
    )
    asked = overriding.ask(
        mei,
        project=project.id,
        rule="QUA-08",
        party=cast.party("lakeside"),
        until=cast.today,
        reason="Plates 图版",
    )
    override = people.must(asked, "held").object
    for actor in (heng, qiao):
        agreed = overriding.vote(actor, override=override.id, choice=VoteChoice.APPROVE, reason="Mine 负责")
        people.must(agreed, "done")
    asked = told.ask(cast, project, "mei", "lakeside", "Sheets 图幅", **told.SMALL)
    held = people.must(asked, "held").decision
    advised = advising.advise(qiao, approval=held.id, stance=Stance.AGAINST, reason="Too many hands 环节过多")
    people.must(advised, "done")
    to = cast.people["qiao"].id
    referred = advising.refer(heng, approval=held.id, to=to, reason="Above my post 超出权限")
    people.must(referred, "done")
    voted = hops.vote(
        qiao,
        approval=held.id,
        choice=VoteChoice.AGAINST,
        reason="ADV-1, QUA-08: no other has the plates",
        limit=Limit(uses=1, until=cast.today),
    )
    people.must(voted, "done")
    assert {r.verdict for r in replay_all()} == {"same"}

    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    votes = spoken(blocks_of(account, 70))
    for words in ("Opinion ADV-1", "Too many hands 环节过多", "Referred by", "against: QUA-08, ADV-1",
                  "Approve against advice", "Limited by"):  # fmt: skip
        assert words in votes, words
    passed = spoken(blocks_of(account, 77))
    for words in (
        *("QUA-08", "In force", "Plates 图版", "Mine 负责", "Password only: not signed"),
        cast.people["qiao"].name,
    ):
        assert words in passed, words
    assert "特批" in spoken(blocks_of(account, 77), "zh")
    assert "Overridden: QUA-08" in spoken(blocks_of(account, 80))
    assert "overridden when an act went ahead" in spoken(blocks_of(account, 10))


def test_a_project_without_overrides_says_that_there_is_none(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    project = play(committed_cast, "LH-NONE", plays.in_order)
    made = _deliver(committed_cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert "No rule was overridden." in spoken(blocks_of(account, 77))
