"""A report tells how copies travelled, who went with them, and which closed channel somebody tried."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import handoffs
from custody.policy.facts import FACTS_SCHEMA
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import Channel
from custody.verify import decisions
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken
from tests.test_replay import ruled_before_channels


def test_the_timeline_and_the_refusals_say_so_and_the_decisions_come_out_the_same(
    committed_cast: people.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    project = play(cast, "LH-WAY", plays.in_order)
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    (copy,) = people.make_copies(cast, project, "WAY", 1)
    for channel, second, state in (
        (Channel.COURIER, None, "refused"),
        (Channel.IN_PERSON, cast.people["mei"].id, "done"),
    ):
        offer = handoffs.Offer(
            hop=hop.id,
            copies=[copy.id],
            receiver_person=cast.people["tao"].id,
            purpose="Scanning 扫描",
            channel=channel,
            system=cast.systems["westgate_room"].id,
            second_carrier=second,
        )
        assert handoffs.offer(cast.actor("yu"), offer).state == state
    (before,) = people.make_copies(cast, project, "BEFORE", 1)
    with monkeypatch.context() as then:
        then.setattr(handoffs, "rule", ruled_before_channels)
        told.offer(cast, hop, [before], "tao", "westgate_room")
    assert set(m.Decision.objects.values_list("facts_schema", flat=True)) == {1, FACTS_SCHEMA}
    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    with monkeypatch.context() as older:  # a verifier that knows the facts of the first schema only
        older.setattr(decisions, "SCHEMAS", (1,))
        by_then = verify.verify_report(made.pdf, folder, made.receipt)
        assert by_then.state == "unknown" and any("newer verifier" in line.text.en for line in by_then.lines)
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    for language, way, tried in (
        ("en", "Accompanied by", "Ordinary courier"),
        ("zh", "同行人", "普通快递"),
    ):
        pages = " ".join(spoken(blocks_of(account, order), language) for order in (40, 50, 60, 70, 80))
        assert way in pages and "Lin Mei" in pages and tried in pages and "HND-04" in pages
