"""Asking for a report and taking it away: who may, what is shown on the way, which files are given."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import report_subjects, reports, stocktaking
from custody.actions.base import ActionError
from custody.single import differing
from custody.stories import cast as people
from custody.stories import destruction
from custody.terms import ReportKind, ReportState, SecondPerson

from .scene import Scene


def ask(scene: Scene, who: str = "jing", language: str = "en") -> m.Report:
    answer = scene.client(who).post(reverse("report_new", args=[scene.project.id]), {"language": language})
    assert answer.status_code == 302, answer.content.decode()
    report = m.Report.objects.latest("created_at")
    assert answer["Location"] == reverse("report", args=[report.id])
    return report


def batch(scene: Scene, project: m.Project | None = None) -> m.Destruction:
    """A batch of two copies of a project that waits for an officer."""
    of = project or scene.project
    return destruction.requested(scene.cast, of, people.make_copies(scene.cast, of, "SCRAP", 2))


def stock(scene: Scene, project: m.Project | None = None) -> m.Stocktake:
    """A stocktake of what Northfield holds of a project, under way."""
    if project:
        people.make_copies(scene.cast, project, "SHELF", 1)
    asked = stocktaking.Asked(
        party=scene.cast.party("northfield"),
        counter=scene.cast.people["mei"].id,
        second=scene.cast.people["yu"].id,
        second_as=SecondPerson.COUNTER,
        project=(project or scene.project).id,
    )
    row: m.Stocktake = stocktaking.open_stocktake(scene.cast.actor("mei"), asked=asked).object
    return row


def other(scene: Scene) -> m.Project:
    return people.open_project(scene.cast, "ELSE-1", "Another project")


def test_the_certificate_of_a_destruction_is_asked_for_from_its_page(scene: Scene) -> None:
    row = batch(scene)
    page = scene.client("jing").get(reverse("destruction", args=[row.id])).content.decode()
    link = f"{reverse('report_new', args=[scene.project.id])}?kind=destruction&amp;destruction={row.id}"
    assert link in page
    form = scene.client("jing").get(link.replace("&amp;", "&")).content.decode()
    assert f'value="{row.id}" selected' in form
    assert "reports/new" not in scene.client("yu").get(reverse("destruction", args=[row.id])).content.decode()


def test_the_report_on_a_stocktake_is_asked_for_from_its_page(scene: Scene) -> None:
    row = stock(scene)
    page = scene.client("mei").get(reverse("stocktake", args=[row.id])).content.decode()
    link = f"{reverse('report_new', args=[scene.project.id])}?kind=stocktake&amp;stocktake={row.id}"
    assert link in page
    form = scene.client("mei").get(link.replace("&amp;", "&")).content.decode()
    assert f'value="{row.id}" selected' in form
    assert "reports/new" not in scene.client("yu").get(reverse("stocktake", args=[row.id])).content.decode()


def test_a_report_on_one_copy_is_asked_for_from_its_page(scene: Scene) -> None:
    copy, jing = scene.copies[0], scene.client("jing")
    address = reverse("report_new", args=[scene.project.id])
    page = jing.get(reverse("copy", args=[copy.id])).content.decode()
    link = f"{address}?kind=copy&amp;copy={copy.code}"
    assert link in page
    form = jing.get(link.replace("&amp;", "&")).content.decode()
    assert f'value="{copy.code}"' in form and "nothing of any other copy" in form
    typed = {"kind": "copy", "copy": f" {copy.code.lower()} ", "language": "zh"}
    answer = jing.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    report = m.Report.objects.get()
    assert report.kind is ReportKind.COPY and report.subject["copy"] == str(copy.id)
    shown = jing.get(reverse("report", args=[report.id])).content.decode()
    assert "Path of one copy" in shown and copy.code in shown


@pytest.mark.parametrize("code", ["", "HF-999999-X", "x" * 41, "\0"])
def test_a_copy_that_is_none_of_the_project_is_told(scene: Scene, code: str) -> None:
    url = reverse("report_new", args=[scene.project.id])
    answer = scene.client("jing").post(url, {"kind": "copy", "copy": code, "language": "en"})
    assert answer.status_code == 422
    assert not m.Report.objects.exists()


def test_of_a_copy_the_page_shows_no_way_to_a_report_that_may_not_be_asked_for(scene: Scene) -> None:
    page = scene.client("tao").get(reverse("copy", args=[scene.copies[0].id]))
    assert "reports/new" not in page.content.decode()
    url = reverse("report_new", args=[scene.project.id])
    sent = {"kind": "copy", "copy": scene.copies[0].code, "language": "en"}
    assert scene.client("tao").post(url, sent).status_code == 403
    assert not m.Report.objects.exists()


@pytest.mark.parametrize(
    ("kind", "asked", "shown"),
    [
        ("officer", {"person": "heng"}, "赵衡 Zhao Heng"),
        ("party", {"party": "westgate"}, "Westgate Data Processing Co."),
        ("refusals", {"starts": "2026-11-01", "ends": "2026-11-02"}, "2026-11-01 – 2026-11-02"),
        ("inspection", {}, "Inspection by the 13 heads"),
        ("destruction", {"destruction": "batch"}, "Work done, not needed any more"),
        ("stocktake", {"stocktake": "of the project"}, "Northfield Survey Institute"),
    ],
)
def test_each_kind_asks_for_what_it_is_about_and_tells_it_again(
    scene: Scene, kind: str, asked: dict[str, str], shown: str
) -> None:
    of = {
        "person": lambda who: str(scene.cast.people[who].id),
        "party": lambda who: str(scene.cast.party(who)),
        "destruction": lambda _batch: str(batch(scene).id),
        "stocktake": lambda _of: str(stock(scene).id),
    }
    about = {name: of[name](who) if name in of else who for name, who in asked.items()}
    jing, address = scene.client("jing"), reverse("report_new", args=[scene.project.id])
    page = jing.get(f"{address}?kind={kind}").content.decode()
    assert all(f'name="{name}"' in page for name in about)
    if about:
        missing = jing.post(address, {"kind": kind, "language": "en"})
        assert missing.status_code == 422 and not m.Report.objects.exists()
    answer = jing.post(address, {"kind": kind, "language": "en", **about})
    assert answer.status_code == 302, answer.content.decode()
    report = m.Report.objects.get()
    assert differing(m.Report, str(report.id)) == [], "the ledger tells the same"
    assert report.kind == kind and all(report.subject[name] == value for name, value in about.items())
    assert shown in jing.get(reverse("report", args=[report.id])).content.decode()


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("officer", {"person": "tao"}),
        ("party", {"party": "ridge"}),
        ("refusals", {"starts": "2026-11-02", "ends": "2026-11-01"}),
        ("refusals", {"starts": "2026-11-02", "ends": "2999-01-01"}),
        ("destruction", {"destruction": "elsewhere"}),
        ("stocktake", {"stocktake": "counted elsewhere"}),
        ("project", {"kind": "prophecy"}),
    ],
)
def test_who_is_no_officer_no_party_and_no_period_is_told(
    scene: Scene, kind: str, about: dict[str, str]
) -> None:
    named = {
        "tao": str(scene.cast.people["tao"].id),
        "counted elsewhere": str(stock(scene, other(scene)).id) if kind == "stocktake" else "",
        "elsewhere": str(batch(scene, other(scene)).id) if kind == "destruction" else "",
        "ridge": str(m.Party.objects.exclude(id__in=report_subjects.parties_of(scene.project))[0].id),
    }
    sent = {"kind": kind, "language": "en"} | {name: named.get(value, value) for name, value in about.items()}
    answer = scene.client("jing").post(reverse("report_new", args=[scene.project.id]), sent)
    assert answer.status_code == 422, answer.content.decode()
    assert not m.Report.objects.exists()


def test_what_a_kind_is_not_about_is_not_taken(scene: Scene) -> None:
    """Nothing that was said is left out without a word."""
    with pytest.raises(ActionError, match="not about that"):
        reports.request(
            scene.cast.actor("mei"), project=scene.project.id, language="en", copy=scene.copies[0].id
        )


def progress(scene: Scene, report: m.Report, who: str = "jing") -> Any:
    return scene.client(who).get(reverse("report", args=[report.id]), headers={"hx-request": "true"})


def test_the_regulator_asks_and_watches(scene: Scene) -> None:
    report = ask(scene, language="zh")
    page = scene.client("jing").get(reverse("report", args=[report.id])).content.decode()
    assert "<html" in page and "Chinese" in page and scene.project.code in page
    part = progress(scene, report)
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert "Download" not in page


def test_a_report_is_asked_for_in_both_languages_and_says_so(scene: Scene) -> None:
    form = scene.client("jing").get(reverse("report_new", args=[scene.project.id])).content.decode()
    assert "English and Chinese" in form
    report = ask(scene, language="both")
    assert report.language == "both"
    page = scene.client("jing").get(reverse("report", args=[report.id])).content.decode()
    listed = scene.client("jing").get(reverse("reports")).content.decode()
    assert "English and Chinese" in page and "English and Chinese" in listed


def test_a_report_that_failed_says_so_and_the_page_stops_asking(scene: Scene) -> None:
    report = ask(scene)
    m.Report.objects.filter(id=report.id).update(state=ReportState.FAILED)
    part = progress(scene, report)
    assert part.status_code == 286
    assert "could not be built" in part.content.decode()


def test_files_are_given_to_be_saved_once_they_are_there(scene: Scene, settings: Any, tmp_path: Path) -> None:
    settings.REPORTS_DIR = str(tmp_path)
    report = ask(scene)
    link = reverse("report_file", args=[report.id, "pdf"])
    jing = scene.client("jing")
    assert jing.get(link).status_code == 404
    (tmp_path / "r.pdf").write_bytes(b"%PDF-1.7 a report")
    m.Report.objects.filter(id=report.id).update(
        state=ReportState.READY, file="r.pdf", sha256="0" * 64, length=17, built_at=timezone.now(), log_size=9
    )
    answer = jing.get(link)
    assert answer.getvalue() == b"%PDF-1.7 a report"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]
    assert "receipt follows" in progress(scene, report).content.decode()
    (tmp_path / "r.pdf.receipt").write_bytes(b"{}")
    assert jing.get(reverse("report_file", args=[report.id, "receipt"])).status_code == 200
    assert progress(scene, report).status_code == 286
    assert jing.get(reverse("report_file", args=[report.id, "bundle"])).status_code == 404, "none inside"
    assert jing.get(reverse("report_file", args=[report.id, "key"])).status_code == 404
    for who in ("tao", "bo", "shu"):
        assert scene.client(who).get(link).status_code == 404, who


def test_a_file_name_that_leads_elsewhere_is_absent(scene: Scene, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"%PDF- not a report")
    settings.REPORTS_DIR = str(tmp_path / "reports")
    report = ask(scene)
    m.Report.objects.filter(id=report.id).update(
        state=ReportState.READY,
        file="../secret.pdf",
        sha256="0" * 64,
        length=5,
        log_size=9,
        built_at=timezone.now() - dt.timedelta(hours=1),
    )
    assert scene.client("jing").get(reverse("report_file", args=[report.id, "pdf"])).status_code == 404


@pytest.mark.parametrize("language", ["", "fr", "EN", "zh\0"])
def test_a_language_that_is_none_is_told(scene: Scene, language: str) -> None:
    url = reverse("report_new", args=[scene.project.id])
    assert scene.client("jing").post(url, {"language": language}).status_code == 422
    assert not m.Report.objects.exists()


def test_who_may_not_ask_leaves_nothing_behind(scene: Scene) -> None:
    url = reverse("report_new", args=[scene.project.id])
    for who, status in (("an", 403), ("tao", 403), ("bo", 404)):
        assert scene.client(who).post(url, {"language": "en"}).status_code == status, who
    assert not m.Report.objects.exists()
