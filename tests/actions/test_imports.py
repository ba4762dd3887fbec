"""SAM.gov files become projects, parties and hops under us_cui; doubts are told, rules are run."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from custody import models as m
from custody.actions import handoffs, need, projects, registers
from custody.actions.base import Actor, Outcome
from custody.actions.items import Classification
from custody.stories import cast as people
from custody.stories import told
from custody.stories.cast import Cast
from custody.terms import Channel, Marking, Network, Provision, Role, Source, SystemKind
from ledger.models import Entry

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SUBAWARDS = DATA / "sam_subawards.json"
EXCLUSIONS = next(iter(DATA.glob("SAM_Exclusions_*.ZIP")), DATA / "absent.ZIP")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not SUBAWARDS.exists(), reason="the folder of real records is not beside the project"),
]


@pytest.fixture
def site(signed_in_cast: Cast) -> Cast:
    return signed_in_cast


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def test_the_real_file_gives_6_projects_35_parties_44_hops_and_names_every_trap(
    site: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    before = m.Party.objects.count()
    out = run(capsys, "import_sam_subawards", str(SUBAWARDS))
    assert m.Project.objects.filter(source_key__isnull=False).count() == 6
    assert m.PartyIdentifier.objects.filter(scheme="UEI").count() == 35
    assert m.Hop.objects.count() == 44
    agencies = m.Party.objects.filter(identifiers__scheme="US-AGENCY").count()
    assert m.Party.objects.count() == before + 35 + agencies
    for trap, count in {
        "sub_foreign": 1,
        "sub_before_prime": 1,
        "filed_late": 21,
        "two_spellings": 4,
        "two_identifiers": 1,
        "report_conflict": 1,
        "sub_over_prime": 9,
        "subs_over_prime": 3,
    }.items():
        assert f"{trap} ({count})" in out
        assert m.Doubt.objects.filter(code=trap).exists()
    assert re.search(r"organisations as parties +35 +35 +0\n", out)
    assert "44 of 44 hops may not receive a handoff" in out
    assert "QUA-01: 44" in out


def test_a_second_run_changes_nothing(site: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "import_sam_subawards", str(SUBAWARDS))
    entries = Entry.objects.count()
    rows = [model.objects.count() for model in (m.Project, m.Party, m.Hop, m.Doubt, m.Approval, m.Decision)]
    out = run(capsys, "import_sam_subawards", str(SUBAWARDS))
    assert re.search(r"organisations as parties +35 +0 +35\n", out)
    assert Entry.objects.count() == entries
    assert [
        model.objects.count() for model in (m.Project, m.Party, m.Hop, m.Doubt, m.Approval, m.Decision)
    ] == rows


def test_a_dry_run_tells_the_same_and_changes_nothing(site: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    entries = Entry.objects.count()
    out = run(capsys, "import_sam_subawards", str(SUBAWARDS), "--dry-run")
    assert "Would be entered" in out
    assert re.search(r"organisations as parties +35 +35 +0\n", out), "one that stands in two contracts is one"
    assert Entry.objects.count() == entries
    assert not m.Hop.objects.exists()
    assert "sub_foreign (1)" in out


def test_every_imported_hop_is_refused_until_one_chain_is_qualified_and_approved(site: Cast) -> None:
    call_command("import_sam_subawards", str(SUBAWARDS))
    mei = site.actor("mei", Source.IMPORT)
    refused = 0
    chosen = None
    for hop in m.Hop.objects.select_related("project", "project__owner_party"):
        outcome, deal = _try_handoff(site, mei, hop)
        assert outcome.state == "refused"
        codes = {f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")}
        assert {"QUA-01", "HOP-01"} <= codes
        refused += 1
        chosen = chosen or (hop, deal)
    assert refused == 44
    assert chosen is not None
    hop, deal = chosen
    paper = registers.record_qualification(
        site.actor("mei"),
        party=hop.to_party_id,
        type="cmmc",
        grade="L3",
        categories=[],
        number="CMMC-1",
        issuer="Assessor",
        valid_from=site.today - dt.timedelta(days=10),
        valid_to=site.today + dt.timedelta(days=900),
    ).object
    registers.verify_qualification(
        site.actor("heng"), qualification=paper.id, on=site.today, how="Read in the public register"
    )
    approval = m.Approval.objects.get(hop=hop)
    voted = told.approve(site, approval)
    assert voted.state == "done", voted.decision.findings
    assert handoffs.offer(mei, deal).state == "done"


def _try_handoff(site: Cast, mei: Actor, hop: m.Hop) -> tuple[Outcome, handoffs.Offer]:
    item = m.Item.objects.filter(project=hop.project).first()
    if item is None:
        item = people.register_item(
            site,
            mei,
            project=hop.project_id,
            codename="DRAWINGS",
            level=hop.level,
            classified=Classification(marking=Marking.MARKED),
        ).object
    receiver = registers.register_person(
        Actor.setup(), name=f"Receiver {hop.id}", staff_number=str(hop.id), citizenships=["US"]
    ).object
    yesterday = site.today - dt.timedelta(days=1)  # the demo's day begins before that of the regime
    registers.give_membership(
        Actor.setup(), person=receiver.id, party=hop.to_party_id, role=Role.RECIPIENT, starts=yesterday
    )
    people.clear(receiver.id, yesterday, str(hop.id))
    need.admit(
        mei,
        item=item.id,
        person=receiver.id,
        since=yesterday,
        decided_by=site.people["heng"].id,
        basis="No. 1",
    )
    system = registers.register_system(
        Actor.setup(),
        name=f"room {hop.id}",
        kind=SystemKind.COMPUTER,
        owner_party=hop.to_party_id,
        levels={"us_cui": "cui"},
        network=Network.NONE,
        tested_on=yesterday,
        inventory_number="R-1",
        provision=Provision.ISSUED,
    ).object
    copies = projects.mint_copies(mei, item=item.id, count=1).object
    deal = handoffs.Offer(
        hop=hop.id,
        copies=[copies[0].id],
        receiver_person=receiver.id,
        purpose="Work",
        channel=Channel.IN_PERSON,
        system=system.id,
    )
    return handoffs.offer(mei, deal), deal


def test_the_real_list_of_barred_parties_goes_in_once(site: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "import_sam_exclusions", str(EXCLUSIONS))
    assert "9991 barred parties" in out
    assert m.BarredEntry.objects.count() == 9991
    out = run(capsys, "import_sam_exclusions", str(EXCLUSIONS))
    assert "imported before" in out
    assert m.BarredEntry.objects.count() == 9991
