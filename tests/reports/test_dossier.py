"""A report tells what else a subcontractor is called, its numbers, and how it stands; it verifies."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import parties
from custody.apply import rebuild
from custody.compare import compare
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from custody.terms import NameKind, PartyState
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken
from tests.screening.lists import listed_and_screened


def test_names_numbers_and_standing_of_a_party_stand_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-WHO", plays.in_order)
    an, westgate = cast.actor("an"), cast.party("westgate")
    parties.add_name(an, party=westgate, kind=NameKind.FORMER, name="Westgate Punch Cards")
    parties.add_identifier(an, party=westgate, scheme="USCC", value="91110000600037341L")
    listed_and_screened(westgate)
    parties.set_state(cast.actor("heng"), party=westgate, state=PartyState.WATCH, reason="Notice 7")
    assert list(compare(rebuild())) == []

    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    english, chinese = (spoken(blocks_of(account, 20), language) for language in ("en", "zh"))
    for words in ("Former name", "Westgate Punch Cards", "91110000600037341L"):
        assert words in english, words
    assert "曾用名" in chinese
