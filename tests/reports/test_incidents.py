"""A report of a project with incidents says of each whether an authority was notified in time, what was held
and how it ended, and the verifier finds it good."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from custody import models as m
from custody import verify
from custody.actions import incident_holds, incidents
from custody.apply import rebuild
from custody.compare import compare
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken

ORDER = 74
HOUR = dt.timedelta(hours=1)


def happen(cast: people.Cast, project: m.Project) -> None:
    """One incident to its end, with a copy held and let go; one that still runs; one false alarm."""
    tao, mei, heng = cast.actor("tao"), cast.actor("mei"), cast.actor("heng")
    copy = m.Copy.objects.filter(item__project=project)[0]
    seal = incidents.Told("Seal broken 封签破损", timezone.now() - 3 * HOUR, copies=[copy.id], sure=True)
    first = people.must(incidents.report(tao, project=project.id, told=seal), "done").object
    people.must(incidents.triage(mei, incident=first.id, note="Assessed by two"), "done")
    people.must(incident_holds.hold(mei, incident=first.id, copies=[copy.id], reason="Evidence"), "done")
    people.must(
        incidents.notify(
            heng, incident=first.id, authority="Secrecy bureau 保密局", reference="2026-7",
            notified_at=timezone.now() - HOUR,
        ),
        "done",
    )  # fmt: skip
    live = [one.id for one in m.IncidentHold.objects.live()]
    people.must(incident_holds.release(heng, incident=first.id, holds=live, reason="Photographed"), "done")
    people.must(incidents.investigate(mei, incident=first.id, note="Two officers"), "done")
    people.must(
        incidents.close(heng, incident=first.id, findings="Worn seal", sanctions="Retraining"), "done"
    )
    lost = incidents.Told("A sheet is lost", timezone.now(), unknown=True)
    people.must(incidents.report(tao, project=project.id, told=lost), "done")
    alarm = people.must(incidents.report(mei, project=project.id, told=lost), "done").object
    people.must(incidents.dismiss(heng, incident=alarm.id, reason="It lay below"), "done")


def test_each_incident_stands_in_the_report_with_its_clock_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-INC", plays.in_order)
    happen(cast, project)
    made = {language: _deliver(cast, project, language) for language in ("en", "zh-hans")}
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    for one in made.values():
        verdict = verify.verify_report(one.pdf, folder, one.receipt)
        assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    one = made["en"]
    account = Account.of(verify_bundle(one.evidence, trust.load(folder)), one.report)
    assert account.oddities == []
    told = spoken(blocks_of(account, ORDER))
    for words in (
        "LH-INC-I1", "in time", "Secrecy bureau 保密局, 2026-7, told", "(as stated)", "Worn seal",
        "Retraining", "LH-INC-I2", "runs", "no authority notified yet", "not known", "False alarm",
        "It lay below", "Art. 61 (Verified)",
    ):  # fmt: skip
        assert words in told, words
    assert "LATE" not in told
    assert "Incidents that have not ended: 1." in spoken(blocks_of(account, 10))
    assert "held back" not in spoken(blocks_of(account, 10)), "the copy was let go"
    chinese = spoken(blocks_of(account, ORDER), "zh")
    assert "按时" in chinese and "误报" in chinese and "第61条（已核对原文）" in chinese
    timeline = spoken(blocks_of(account, 40))
    for words in ("Incident LH-INC-I1 was reported.", "Seal broken", "Assessed by two", "Photographed"):
        assert words in timeline, words
    assert list(compare(rebuild())) == []

    later = [
        replace(record, at=record.at + 25 * HOUR) if record.name == "incident.notified" else record
        for record in account.records
    ]
    account.records = later
    account.__dict__.pop("project_records", None)
    late = spoken(blocks_of(account, ORDER))
    assert late.count("LATE") == 1, "what was notified an hour after its time says so, though it is closed"
    assert "超时" in spoken(blocks_of(account, ORDER), "zh")


def test_a_project_without_incidents_says_nothing_of_them(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    project = play(committed_cast, "LH-NONE", plays.in_order)
    one = _deliver(committed_cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    account = Account.of(verify_bundle(one.evidence, trust.load(folder)), one.report)
    assert blocks_of(account, ORDER) == []
