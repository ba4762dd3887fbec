"""A report is stamped by an outside authority; when that is silent, sealed without, and stamped later."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from config.env import TimeAuthority
from tests.actions.test_legs import Desk
from tests.reports import made
from tests.reports.reading import drawn, text_of
from tests.reports.stamped import Clock, answering, served, with_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(committed_cast: Any) -> Any:
    """A report that was asked for on a small project."""
    from custody.stories import plays

    return made.request(committed_cast, made.play(committed_cast, "LH-1", plays.in_order))


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Clock]:
    with served(tmp_path / "clock", name="State time service") as found:
        yield found


def configured(clock: Clock, url: str = "", *, trusting: bool = True) -> TimeAuthority:
    """Return the settings that name an authority."""
    lists = (str(clock.folder / "root.crl"),)
    return TimeAuthority(url or clock.url, "", "", "", "", clock.root if trusting else b"", lists)


def judged(path: Path, settings: Any) -> Any:
    from custody.verify import verify_report

    receipt = path.with_name(path.name + ".receipt").read_bytes()
    return verify_report(path.read_bytes(), settings.TRUST_DIR, receipt)


def said_on(path: Path) -> str:
    """Return what the first page says."""
    return " ".join(" ".join(one.text for one in drawn(path.read_bytes()) if one.page == 1).split())


def sentences(verdict: Any) -> str:
    return "\n".join(f"{line.state} {line.text.en}" for line in verdict.lines)


def test_a_report_with_a_stamp_says_so_on_page_one_and_the_verifier_names_the_authority(
    asked: Any, settings: Any, clock: Clock
) -> None:
    from custody.models import OutboxJob, Report
    from custody.verify import verify_report

    settings.DEMO, settings.TIME_AUTHORITY = False, configured(clock)
    path = made.build(asked)
    row = Report.objects.get(id=asked)
    assert (row.seal_time, row.stamped_by) == ("outside", "State time service")
    assert not OutboxJob.objects.filter(task="custody.stamp_report").exists()
    verdict = judged(path, settings)
    assert verdict.good, sentences(verdict)
    assert "ok The time authority State time service stamped it" in sentences(verdict)
    assert "(PAdES B-LT)" in sentences(verdict)
    assert verdict.about["stamped_by"] == "State time service"
    assert "The seal carries the time stamp of an outside authority" in said_on(path)
    (settings.TRUST_DIR / "tsa.pem").unlink()
    unproved = judged(path, settings)
    assert unproved.state == "unknown"
    assert "unknown It carries a time stamp of State time service" in sentences(unproved)
    assert "stamped_by" not in unproved.about
    stripped = verify_report(with_token(path.read_bytes(), None), settings.TRUST_DIR)
    assert stripped.state == "bad"
    assert "bad The pages say that an authority stamped the seal" in sentences(stripped)


def test_a_stamp_in_a_demonstration_is_said_to_prove_nothing(asked: Any, settings: Any, clock: Clock) -> None:
    from custody.models import Report

    settings.DEMO, settings.TIME_AUTHORITY = True, configured(clock)
    path = made.build(asked)
    assert Report.objects.get(id=asked).seal_time == "demo"
    assert "the time stamp is a demonstration's own and proves nothing" in said_on(path)
    assert judged(path, settings).good


def test_without_an_authority_page_one_and_the_verifier_say_that_the_time_is_the_units_word(
    asked: Any, settings: Any, clock: Clock
) -> None:
    from custody.models import Report
    from custody.reports import seal
    from custody.reports.authority import SealFiles
    from custody.reports.build import body
    from custody.reports.sealer import load_sealer
    from custody.verify import verify_report
    from ledger import trust
    from ledger.tlog.verify import verify_bundle

    path = made.build(asked)
    assert Report.objects.get(id=asked).seal_time == "unit"
    verdict = judged(path, settings)
    assert verdict.good
    assert "ok When it was sealed is the unit's own word" in sentences(verdict)
    assert "no outside time stamp, the unit asks for none" in said_on(path)
    # The unit puts a stamp into a report that it issued without one.
    evidence = made.Delivered(str(asked), path.read_bytes(), b"").evidence
    pages = body(verify_bundle(evidence, trust.load(settings.TRUST_DIR)), evidence, str(asked))
    assert path.read_bytes().startswith(pages)
    signer = load_sealer(SealFiles.within(settings.KEYS_DIR))
    later = seal.seal(pages, signer, at=timezone.now().replace(microsecond=0), timestamper=clock.asked())
    (settings.TRUST_DIR / "tsa.pem").write_bytes(clock.root)
    assert "bad The pages say that no authority stamped" in sentences(
        verify_report(later, settings.TRUST_DIR)
    )


@contextmanager
def silent() -> Iterator[str]:
    with answering(lambda _: b"", status=503) as (url, _):
        yield url


def again(report: Any) -> Any:
    """Run the job that asks once more; return it as it stands then."""
    from custody.models import OutboxJob
    from custody.tasks import stamp_report

    (job,) = OutboxJob.objects.filter(task="custody.stamp_report", payload__report=str(report))
    with made.Sealing():
        stamp_report(str(job.id))
    job.refresh_from_db()
    return job


def test_a_silent_authority_is_said_on_page_one_asked_again_and_its_stamp_is_in_the_receipt_then(
    asked: Any, settings: Any, clock: Clock
) -> None:
    from custody.models import Report
    from custody.verify import verify_issue, verify_report

    with silent() as url:
        settings.TIME_AUTHORITY = configured(clock, url)
        path = made.build(asked)
        row = Report.objects.get(id=asked)
        assert (row.seal_time, row.stamped_by) == ("silent", "")
        said = said_on(path)
        assert "no outside time stamp: the authority did not answer" in said
        first = judged(path, settings)
        assert first.good, sentences(first)
        before = path.with_name(path.name + ".receipt").read_bytes()
        job = again(asked)
        assert job.done_at is None
        assert job.publish_after - timezone.now() > timedelta(seconds=90)
    settings.TIME_AUTHORITY = configured(clock)
    pdf = path.read_bytes()
    assert again(asked).done_at is not None
    row.refresh_from_db()
    assert (row.seal_time, row.stamped_by) == ("later", "State time service")
    assert row.stamped_at is not None
    assert path.read_bytes() == pdf, "the file is what it was"
    verdict = judged(path, settings)
    assert verdict.good, sentences(verdict)
    assert "ok The receipt holds a time stamp of the file" in sentences(verdict)
    assert "ok The time authority State time service stamped it" in sentences(verdict)
    assert verify_report(pdf, settings.TRUST_DIR, before).good, "the receipt of the issue still holds"
    receipt = path.with_name(path.name + ".receipt").read_bytes()
    assert verify_issue(receipt, settings.TRUST_DIR).good
    (settings.TRUST_DIR / "tsa.pem").unlink()
    assert verify_report(pdf, settings.TRUST_DIR, receipt).state == "unknown"
    again(asked)
    assert entries(row.project.stream).count("report.stamped/1") == 1


def entries(stream: str) -> list[str]:
    from ledger import api

    return [str(entry.values["kind"]) for entry in api.run(stream)]


def test_the_stamp_in_a_receipt_is_what_openssl_takes_too(
    asked: Any, settings: Any, clock: Clock, tmp_path: Path
) -> None:
    import base64
    import shutil

    from ledger import api

    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with silent() as url:
        settings.TIME_AUTHORITY = configured(clock, url)
        path = made.build(asked)
    settings.TIME_AUTHORITY = configured(clock)
    again(asked)
    from custody.models import Report

    row = Report.objects.get(id=asked)
    (tmp_path / "token").write_bytes(base64.b64decode(str(api.read(row.entry).values["token"])))
    command = ["openssl", "ts", "-verify", "-token_in", "-in", str(tmp_path / "token"), "-data", str(path)]
    done = subprocess.run(
        [*command, "-CAfile", str(clock.folder / "root.pem")], capture_output=True, text=True
    )
    assert "Verification: OK" in done.stdout + done.stderr


def test_an_authority_that_falls_silent_between_pages_and_seal_costs_only_its_stamp(
    asked: Any, settings: Any, clock: Clock
) -> None:
    from custody.models import Report
    from custody.reports import demo_authority

    authority, count = demo_authority.DemoAuthority(clock.folder), [0]

    def once(raw: bytes) -> bytes:
        count[0] += 1
        return demo_authority.answer(authority, raw) if count[0] == 1 else b""

    with answering(once) as (url, _):
        settings.TIME_AUTHORITY = configured(clock, url)
        path = made.build(asked)
    assert count[0] > 1
    assert Report.objects.get(id=asked).seal_time == "silent"
    assert judged(path, settings).good
    assert "the authority did not answer" in said_on(path)


def test_a_stamp_that_does_not_lead_to_the_configured_roots_is_none(
    asked: Any, settings: Any, clock: Clock, tmp_path: Path
) -> None:
    from custody.models import Report

    with served(tmp_path / "other") as other:
        settings.TIME_AUTHORITY = configured(clock, other.url)
        made.build(asked)
    assert Report.objects.get(id=asked).seal_time == "silent"


def test_a_receipt_whose_stamp_is_of_another_report_is_refused(
    asked: Any, settings: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a lying unit could record: the stamp of an older file beside the hash of this one."""
    from custody.actions import stamping
    from custody.reports.stamping import stamp_of

    with silent() as url:
        settings.TIME_AUTHORITY = configured(clock, url)
        path = made.build(asked)
    settings.TIME_AUTHORITY = configured(clock)
    other = hashlib.sha256(b"another file").digest()
    monkeypatch.setattr(stamping, "stamp_of", lambda there, _: stamp_of(there, other))
    again(asked)
    verdict = judged(path, settings)
    assert verdict.state == "bad"
    assert "bad The time stamp is of something else." in sentences(verdict)


def test_a_withdrawn_report_is_not_stamped(asked: Any, settings: Any, clock: Clock) -> None:
    from custody.models import Report
    from custody.terms import ReportState

    with silent() as url:
        settings.TIME_AUTHORITY = configured(clock, url)
        made.build(asked)
    settings.TIME_AUTHORITY = configured(clock)
    Report.objects.filter(id=asked).update(state=ReportState.WITHDRAWN)
    assert again(asked).done_at is not None
    assert Report.objects.get(id=asked).seal_time == "silent"


def receipt_of(committed_cast: Any) -> tuple[Any, bytes]:
    """Return a handoff that was signed for, and its receipt as the worker prints and seals it."""
    from tests.reports.test_handed import printed, signed

    row = signed(Desk(committed_cast))
    return row, printed(row)


def test_the_receipt_of_a_handoff_is_stamped_as_a_report_is_and_a_stamp_taken_out_is_noticed(
    committed_cast: Any, settings: Any, clock: Clock
) -> None:
    from custody.verify import verify_file

    settings.DEMO, settings.TIME_AUTHORITY = False, configured(clock)
    _row, pdf = receipt_of(committed_cast)
    verdict = verify_file(pdf, settings.TRUST_DIR)
    assert verdict.state == "ok", sentences(verdict)
    assert "ok The time authority State time service stamped it" in sentences(verdict)
    assert verdict.about["stamped_by"] == "State time service"
    assert "carries the time stamp of an outside authority" in " ".join(text_of(pdf).split())
    stripped = verify_file(with_token(pdf, None), settings.TRUST_DIR)
    assert stripped.state == "bad"
    assert "bad The pages say that an authority stamped the seal" in sentences(stripped)


def test_a_receipt_whose_authority_is_silent_says_so_and_the_next_one_has_the_stamp(
    committed_cast: Any, settings: Any, clock: Clock
) -> None:
    from custody.actions import printing
    from custody.verify import verify_file
    from tests.reports.test_handed import printed

    settings.DEMO = False
    with silent() as url:
        settings.TIME_AUTHORITY = configured(clock, url)
        row, pdf = receipt_of(committed_cast)
    verdict = verify_file(pdf, settings.TRUST_DIR)
    assert verdict.state == "ok", sentences(verdict)
    assert "ok When it was sealed is the unit's own word" in sentences(verdict)
    assert "the authority did not answer" in " ".join(text_of(pdf).split())
    settings.TIME_AUTHORITY = configured(clock)
    printing.sweep(all_of_them=True)
    after = verify_file(printed(row), settings.TRUST_DIR)
    assert after.state == "ok" and after.about["stamped_by"] == "State time service"


def test_a_receipt_of_a_site_without_an_authority_that_is_stamped_afterwards_is_not_believed(
    committed_cast: Any, settings: Any, clock: Clock
) -> None:
    from custody.reports import handed, seal
    from custody.reports.attachments import read_attachments
    from custody.reports.authority import SealFiles
    from custody.reports.sealer import load_sealer
    from custody.verify import verify_file

    _row, pdf = receipt_of(committed_cast)
    assert "ok When it was sealed is the unit's own word" in sentences(verify_file(pdf, settings.TRUST_DIR))
    pages = handed.body(read_attachments(pdf))
    assert pdf.startswith(pages)
    signer = load_sealer(SealFiles.within(settings.KEYS_DIR))
    later = seal.seal(pages, signer, at=timezone.now().replace(microsecond=0), timestamper=clock.asked())
    (settings.TRUST_DIR / "tsa.pem").write_bytes(clock.root)
    told = sentences(verify_file(later, settings.TRUST_DIR))
    assert "bad The pages say that no authority stamped" in told
