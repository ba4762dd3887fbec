"""A report of a project with a suspended, an amended, a conditional and a delegated approval tells each, and
the verifier finds all of it good."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import amending, conditions, delegations, hops, standing
from custody.actions.conditioning import Asked
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay_all
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import ApprovalState, ConditionState, ConditionType, VoteChoice
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_what_became_of_each_approval_stands_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-APPR", plays.in_order)
    heng, qiao, mei = cast.actor("heng"), cast.actor("qiao"), cast.actor("mei")
    today = cast.today
    hop = told.approved_hop(cast, project, "lakeside", "Sheets 图幅")
    approval = m.Approval.objects.get(hop=hop)
    people.must(standing.suspend(heng, approval=approval.id, reason="Notice 7"), "done")
    people.must(standing.lift(qiao, approval=approval.id, reason="Notice 8 ended it"), "done")
    terms = replace(amending.terms_of(hop), ends=today + dt.timedelta(days=400))
    new = people.must(amending.amend(mei, hop=hop.id, terms=terms, reason="More time 延期"), "held").decision
    people.must(
        delegations.give(
            heng,
            party=cast.party("northfield"),
            delegate=cast.people["yu"].id,
            scope=delegations.Scope(people.LEVEL, today, today),
            reason="Away 外出",
        ),
        "done",
    )
    voted = hops.vote(
        cast.actor("yu"),
        approval=new.id,
        choice=VoteChoice.APPROVE,
        reason="In order 同意",
        conditions=[Asked(ConditionType.PRECONDITION, "Seals 封签")],
    )
    people.must(voted, "done")
    (seals,) = m.Condition.objects.filter(approval=new)
    people.must(conditions.show(mei, condition=seals.id, evidence="Letter 7"), "done")
    people.must(conditions.confirm(qiao, condition=seals.id, reason="Seen 已核"), "done")
    assert list(compare(rebuild())) == []
    assert {r.verdict for r in replay_all()} == {"same"}

    made = [_deliver(cast, project, language) for language in ("en", "zh-hans")]
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    for one in made:
        verdict = verify.verify_report(one.pdf, folder, one.receipt)
        assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(one.evidence, trust.load(folder)), one.report)
    assert account.oddities == []
    found = account.hops[str(hop.id)]
    assert (found.approval, found.get("ends")) == (
        ApprovalState.GRANTED,
        (today + dt.timedelta(days=400)).isoformat(),
    )
    assert [state for _, state in found.conditions.values()] == [ConditionState.MET]
    english, chinese = (spoken(blocks_of(account, 70), language) for language in ("en", "zh"))
    said = ("Suspended by", "Suspension lifted by", "Notice 7", "Put up in other terms by", "Condition 1")
    for words in (*said, "Seals 封签", "in the place of", cast.people["yu"].name):
        assert words in english, words
    for words in ("暂停", "解除暂停", "变更后重新提交", "条件1", "已落实", "代"):
        assert words in chinese, words
    timeline = spoken(blocks_of(account, 40))
    for words in ("A subcontract was amended.", "Condition 1 is met.", "More time 延期", "Letter 7"):
        assert words in timeline, words
