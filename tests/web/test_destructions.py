"""The pages of destruction: asked for by who holds the copies, decided, recorded and certified by others."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import models as m
from custody.terms import CopyState, DestructionState
from tests.api.hostile_destruction import batch, wanted, was_done
from tests.evidence.made import pdf

from .scene import Scene, hidden


def step(scene: Scene, who: str, row: m.Destruction, verb: str, **given: Any) -> Any:
    address = reverse(f"destruction_{verb}", args=[row.id])
    client = scene.client(who)
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:500]
    body = {"seen": hidden(page.content.decode(), "seen"), "submission": str(m.new_id()), **given}
    return client.post(address, body)


def text(scene: Scene, who: str, address: str, language: str = "en") -> str:
    answer = scene.client(who, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    found: str = answer.content.decode()
    return found


def test_yu_asks_heng_approves_two_see_it_and_the_certificate_is_kept_with_its_file(scene: Scene) -> None:
    project = reverse("project", args=[scene.project.id])
    new = reverse("destruction_new", args=[scene.project.id])
    assert new in text(scene, "yu", project)
    assert scene.copies[2].code in text(scene, "yu", new)
    assert scene.copies[0].code not in text(scene, "yu", new), "it is on offer"
    answer = scene.client("yu").post(new, wanted(scene, submission=str(m.new_id())))
    row = m.Destruction.objects.get()
    page = reverse("destruction", args=[row.id])
    assert answer["Location"] == page
    assert "Destructions that wait for a decision" in text(scene, "heng", reverse("home"))
    shown = text(scene, "heng", reverse("destruction_approve", args=[row.id]))
    assert row.subject_sha256 in shown and "DSP-01" in shown and scene.copies[3].code in shown
    assert step(scene, "heng", row, "approve", reason="In order")["Location"] == page
    copy = reverse("copy", args=[scene.copies[2].id])
    assert "Marked for destruction" in text(scene, "yu", copy) and page in text(scene, "yu", copy)
    assert step(scene, "yu", row, "record", **was_done(scene, row))["Location"] == page
    ended = text(scene, "yu", copy)
    assert "Destroyed: custody has ended" in ended and "Held last by" in ended
    paper = pdf(1)
    certified = step(
        scene, "yu", row, "certify", certificate_number="C-7", certified_on=scene.cast.today.isoformat(),
        certificate_sha256="", evidence_file=SimpleUploadedFile("c.pdf", paper, "application/pdf"),
    )  # fmt: skip
    assert certified["Location"] == page
    row.refresh_from_db()
    assert row.state is DestructionState.CERTIFIED
    kept = m.EvidenceFile.objects.get(what="destruction", subject=row.id)
    assert kept.sha256 == hashlib.sha256(paper).hexdigest()
    done = text(scene, "mei", page)
    assert kept.sha256 in done and "C-7" in done and "Sun Qiao" in done
    assert "Work done" in text(scene, "mei", reverse("destructions"))
    assert "已销毁并有证明" in text(scene, "mei", reverse("destructions"), "zh-hans")
    assert page in text(scene, "mei", project)
    assert reverse("destruction", args=[row.id]) in text(scene, "mei", reverse("file", args=[kept.id]))


def test_what_the_rules_refuse_is_shown_as_a_refusal_with_what_to_do(scene: Scene) -> None:
    form = wanted(scene, count="1", submission=str(m.new_id()))
    answer = scene.client("yu").post(reverse("destruction_new", args=[scene.project.id]), form)
    refusal = m.Refusal.objects.get(verb="destruction.request")
    assert answer["Location"] == reverse("refusal", args=[refusal.id])
    page = text(scene, "yu", answer["Location"])
    assert "Stated: 1; named: 2" in page and "DSP-01" in page
    assert "填报1份，列明2份" in text(scene, "yu", answer["Location"], "zh-hans")
    assert not m.Destruction.objects.exists()


def test_the_page_of_an_officer_who_asked_says_that_somebody_else_must_approve(scene: Scene) -> None:
    row = batch(scene)
    m.Destruction.objects.filter(id=row.id).update(requested_by=scene.cast.people["heng"].id)
    shown = text(scene, "heng", reverse("destruction_approve", args=[row.id]))
    assert "Somebody else must" in shown


@pytest.mark.parametrize(("who", "status"), [("tao", 404), ("lan", 404), ("jing", 200), ("an", 200)])
def test_only_who_sees_the_project_or_holds_the_copies_sees_a_batch(
    scene: Scene, who: str, status: int
) -> None:
    row = batch(scene)
    assert scene.client(who).get(reverse("destruction", args=[row.id])).status_code == status


@pytest.mark.parametrize(
    ("verb", "who"),
    [("approve", "mei"), ("approve", "yu"), ("refuse", "yu"), ("record", "heng"), ("withdraw", "heng")],
)
def test_who_may_not_do_a_step_gets_no_page_for_it(scene: Scene, verb: str, who: str) -> None:
    row = batch(scene)
    assert scene.client(who).get(reverse(f"destruction_{verb}", args=[row.id])).status_code == 403


def test_westgate_has_no_way_to_ask_while_it_holds_nothing(scene: Scene) -> None:
    new = reverse("destruction_new", args=[scene.project.id])
    assert scene.client("tao").get(new).status_code == 403
    assert new not in text(scene, "tao", reverse("project", args=[scene.project.id]))


def test_a_page_that_is_out_of_date_changes_nothing(scene: Scene) -> None:
    row = batch(scene)
    body = {"seen": str(m.new_id()), "reason": "In order", "submission": str(m.new_id())}
    answer = scene.client("heng").post(reverse("destruction_approve", args=[row.id]), body)
    assert answer.status_code in (409, 412, 422)
    row.refresh_from_db()
    assert row.state is DestructionState.REQUESTED


def test_a_destroyed_copy_is_in_no_list_of_what_somebody_holds(scene: Scene) -> None:
    batch(scene, "destroyed")
    mine = f"{reverse('copies')}?side=held"
    codes = [copy.code for copy in scene.copies[2:]]
    assert not any(code in text(scene, "yu", mine) for code in codes)
    assert all(code in text(scene, "yu", f"{reverse('copies')}?state=destroyed") for code in codes)
    states = m.Copy.objects.filter(id__in=[c.id for c in scene.copies[2:]]).values_list("state", flat=True)
    assert set(states) == {CopyState.DESTROYED}
