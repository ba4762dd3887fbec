"""Papers of a subcontract on screens: asked for with the request, recorded later, shown to the officer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.stories import told

from .scene import Scene

NAMES = (
    *("client_reference", "client_given_on", "agreement_reference"),
    *("giver_signed_on", "receiver_signed_on"),
)
NONE: dict[str, Any] = {"consents": [], "agreed": None, "client_consent": None}


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return a request with its papers, as a browser sends it."""
    day = scene.cast.today.isoformat()
    asked = {
        "to_party": scene.cast.parties["westgate"].name, "scope": "Printing", "level": people.LEVEL,
        "categories": ["engineering"], "starts": day, "ends": "2027-11-24", "share": "3", "amount": "",
        "currency": "CNY", "business": ["-"],
        "keeps_core": "yes", "client_consent": "yes", "awarded_on": "", "decide_by": "",
        "client_reference": "〔2026〕18号", "client_given_on": day,
        "clauses": ["confidentiality", "no-transfer", "oversight"], "agreement_reference": "BM-1",
        "giver_signed_on": day, "receiver_signed_on": day, "submission": str(m.new_id()), "step": "do",
    }  # fmt: skip
    return {**asked, **changes}


def test_the_wizard_takes_the_papers_and_they_stand_on_the_page(scene: Scene) -> None:
    mei, url = scene.client("mei"), reverse("hop_new", args=[scene.project.id])
    assert "confidentiality agreement (Law on Guarding State Secrets" in mei.get(url).content.decode()
    checked = mei.post(url, form(scene, step="check")).content.decode()
    assert "BM-1" in checked and "management and inspection throughout" in checked
    answer = mei.post(url, form(scene))
    assert answer.status_code == 302, answer.content.decode()
    hop = m.Hop.objects.get(scope=form(scene)["scope"])
    assert (
        m.Consent.objects.get(hop=hop).reference == "〔2026〕18号"
        and len(m.Agreement.objects.get(hop=hop).clauses) == 3
    )
    for language, words in (("en", "Written consent: client"), ("zh-hans", "书面同意：委托方")):
        page = scene.client("heng", language).get(answer["Location"]).content.decode()
        assert words in page and "〔2026〕18号" in page and "BM-1" in page
    approval = reverse("approval", args=[hop.approvals.get().id])
    decided = scene.client("heng").get(approval).content.decode()
    assert "〔2026〕18号" in decided and f"Recorded by {scene.cast.people['mei'].name}" in decided


def test_the_panel_says_what_must_come_and_stays_green_for_it(scene: Scene) -> None:
    lacking = dict.fromkeys(NAMES, "")
    mei, url = scene.client("mei"), reverse("hop_new", args=[scene.project.id])
    panel = mei.post(url, form(scene, step="panel", **lacking, clauses=[])).content.decode()
    assert "Before this can be approved, a written consent must be recorded from: client." in panel
    assert "both sides must have agreed and signed: confidentiality agreement" in panel
    assert mei.post(url, form(scene, **lacking, clauses=[])).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_given_on": ""}, "Enter the day of the paper"),
        ({"client_reference": ""}, "Enter the number of the paper"),
        ({"agreement_reference": ""}, "Enter the number of the agreement"),
        ({"client_consent": "no"}, "so the client has consented"),
        ({"giver_signed_on": "2198-01-01"}, "This day has not come yet"),
        ({"clauses": ["dd-254"]}, "dd-254"),
    ],
)
def test_half_a_paper_is_told_beside_its_field(scene: Scene, changes: dict[str, Any], words: str) -> None:
    before = m.Hop.objects.count()
    url = reverse("hop_new", args=[scene.project.id])
    answer = scene.client("mei").post(url, form(scene, **changes))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert m.Hop.objects.count() == before and not m.Agreement.objects.filter(reference="BM-1").exists()


def test_what_came_later_is_recorded_on_the_page_of_the_subcontract(scene: Scene) -> None:
    held = told.ask(scene.cast, scene.project, "mei", "westgate", "Binding", **NONE)
    page, day = reverse("hop", args=[held.object.id]), scene.cast.today.isoformat()
    mei = scene.client("mei")
    shown = mei.get(page).content.decode()
    assert "Record a written consent" in shown and "Clauses missing" in shown
    assert "Number of the paper" in mei.get(page + "?step=consent").content.decode()
    paper = {"step": "consent", "kind": "client", "reference": "C-7", "given_on": day}
    assert mei.post(page, {**paper, "given_on": ""}).status_code == 422
    assert mei.post(page, paper).status_code == 302
    assert mei.post(page, paper).status_code == 422, "it is recorded already"
    terms = {"step": "terms", "clauses": ["confidentiality", "no-transfer", "oversight"], "reference": "A-7"}
    terms |= {"giver_signed_on": day, "receiver_signed_on": day}
    assert mei.post(page, terms).status_code == 302
    shown = mei.get(page).content.decode()
    assert "C-7" in shown and "A-7" in shown and "Clauses missing" not in shown
    kept = mei.get(page + "?step=terms").content.decode()
    assert 'value="A-7"' in kept and kept.count("checked") == 3


def test_who_may_not_record_a_paper_has_no_button_and_no_effect(scene: Scene) -> None:
    page, day = reverse("hop", args=[scene.westgate.id]), scene.cast.today.isoformat()
    for who in ("tao", "heng", "jing", "yu"):
        client = scene.client(who)
        assert "Record a written consent" not in client.get(page).content.decode(), who
        paper = {"step": "consent", "kind": "client", "reference": "C-7", "given_on": day}
        assert client.post(page, paper).status_code == 403, who
    assert not m.Consent.objects.filter(reference="C-7").exists()


def test_the_projects_side_sees_what_is_passed_on_besides_and_a_contractor_never(scene: Scene) -> None:
    pages = [reverse("hop", args=[scene.westgate.id]), reverse("approval", args=[scene.asked.id])]
    for who, sum in (("mei", "12.00"), ("heng", "12.00"), ("jing", "12.00")):
        html = scene.client(who).get(pages[0]).content.decode()
        assert f"With this one, {sum} % is passed on altogether." in html and "Drawing" in html, who
    assert "With this one, 12.00 %" in scene.client("heng").get(pages[1]).content.decode()
    html = scene.client("tao").get(pages[0]).content.decode()
    assert "passed on altogether" not in html and "Drawing" not in html and "Lakeside" not in html


def test_an_unknown_share_is_not_left_out_of_the_sum(scene: Scene) -> None:
    m.Hop.objects.filter(id=scene.lakeside.id).update(share=None)
    html = scene.client("heng").get(reverse("hop", args=[scene.westgate.id])).content.decode()
    assert "A share is not known" in html


def test_the_officer_is_shown_work_that_looks_alike_and_a_contractor_is_not(scene: Scene) -> None:
    held = told.ask(scene.cast, scene.project, "mei", "lakeside", "SCANNING.", share=Decimal(1), amount=None)
    page = reverse("approval", args=[held.decision.id])
    html = scene.client("heng").get(page).content.decode()
    assert "Looks like other work of this project" in html and str(scene.westgate.id) in html
    assert "与本项目的其他分包内容相近" in scene.client("heng", "zh-hans").get(page).content.decode()
    html = scene.client("lan").get(page).content.decode()
    assert "Looks like" not in html and str(scene.westgate.id) not in html


def test_the_page_of_a_pack_lists_the_clauses(scene: Scene) -> None:
    row = m.RegimePack.objects.filter(name=people.REGIME).latest("created_at")
    html = scene.client("an").get(reverse("pack", args=[row.id])).content.decode()
    assert "confidentiality agreement, from Secret (mimi)" in html
