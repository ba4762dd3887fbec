"""A report tells of the stocktakes of its project: what was expected, found, missing, and who signed."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import scanning, stocktaking
from custody.reports.account import Account
from custody.reports.kinds import kind_of
from custody.stories import cast as people
from custody.stories import plays
from custody.terms import ReportKind, SecondPerson
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.test_stocktakes import UNKNOWN, Room
from tests.reports.forged import Forger
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


class Hall(Room):
    """The same room, in a project that has its story."""

    def __init__(self, cast: people.Cast) -> None:
        self.cast = cast
        self.project = play(cast, "LH-STOCK", plays.in_order)
        self.copies = people.make_copies(cast, self.project, "STOCK", 3)


def test_the_section_says_what_was_found_and_what_became_of_it(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    hall, mei = Hall(committed_cast), committed_cast.actor("mei")
    row = hall.begin(system=committed_cast.systems["workstation"].id)
    done = [code for code in row.lines.values_list("code", flat=True) if code != hall.copies[0].code]
    scanning.count(mei, stocktake=row.id, codes=[*done, UNKNOWN])
    stocktaking.recount(mei, stocktake=row.id)
    row = hall.sign(row)
    line = row.lines.get(code=hall.copies[0].code)
    stocktaking.settle(mei, line=line.id, how="report", resolution="Case 4 第4号")
    off = hall.begin(second_as=SecondPerson.SUPERVISOR)
    stocktaking.cancel(mei, stocktake=off.id, reason="Begun twice")
    made = _deliver(committed_cast, hall.project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert not account.oddities
    words = spoken(blocks_of(account, 65))
    for told in (
        f"Seen: {len(done)}", "Missing: 1", "Not a registered copy: 1", "Signed by 钱宇 Qian Yu",
        "Counts too", row.lines_sha256, "Called off", "Begun twice", UNKNOWN, "To be settled",
        hall.copies[0].code, "Reported as an incident", "Case 4",
    ):  # fmt: skip
        assert told in words, told
    assert "缺失：1" in spoken(blocks_of(account, 65), "zh")
    held = spoken(blocks_of(account, 60))
    assert held.count("missing: not found when counted") == 1, "the missing copy is not told as held"
    assert "缺失：清点未见" in spoken(blocks_of(account, 60), "zh")
    page_one = spoken(blocks_of(account, 10))
    assert f"Copies missing at a stocktake: 1 ({hall.copies[0].code})." in page_one
    assert "Differences found at a stocktake that nobody has settled: 1." in page_one
    assert (
        "Confirmed by password alone, not signed: 2 (votes on subcontracts 1, results of stocktakes 1)"
        in page_one
    )
    assert "Incidents that have not ended" not in page_one


def test_a_count_of_all_that_a_party_holds_is_reported_project_by_project(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    """Its opening stands in the party's stream; what else it counted is not told, and the verifier does not
    take the part for the whole."""
    hall, mei = Hall(committed_cast), committed_cast.actor("mei")
    other = people.open_project(committed_cast, "LH-OTHER-9", "Another project")
    (elsewhere,) = people.make_copies(committed_cast, other, "ELSE", 1)
    row = hall.begin(project=None)
    scanning.count(mei, stocktake=row.id, codes=list(row.lines.values_list("code", flat=True)))
    row = hall.sign(row)
    made = _deliver(committed_cast, hall.project, "en", kind=ReportKind.STOCKTAKE, stocktake=row.id)
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any(line.text.en.startswith("Of each stocktake, list") for line in verdict.lines)
    whole = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    found = kind_of(whole).narrow(whole)
    words = spoken(blocks_of(found, 36))
    assert "all projects of this holder" in words and f"Seen: {row.expected}" in words
    assert f"Seen: {row.expected - 1}" in words and elsewhere.code not in words
    assert "copies of other projects were found" in spoken(blocks_of(found, 17))
    forger = Forger(made, Path(settings.KEYS_DIR), folder)
    forger.find("stocktake.closed").put("counts", {"seen": 1})
    pdf, receipt = forger.all()
    told = [line.detail for line in verify.verify_report(pdf, folder, receipt).lines if line.state == "bad"]
    assert "counts" in told and "statement" in told
