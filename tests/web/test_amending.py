"""Amending a subcontract on screen: old beside new, and the old approval can still be read."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.urls import reverse

from custody import models as m
from custody.terms import ApprovalState, HopState

from .scene import Scene


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The terms as they stand, as the page sends them."""
    row = scene.westgate
    return {
        "scope": row.scope,
        "level": row.level,
        "categories": row.categories,
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat() if row.ends else "",
        "share": str(row.share),
        "amount": str(row.amount),
        "currency": row.currency,
        "keeps_core": "yes",
        "client_consent": "yes",
        "payer": row.payer.name if row.payer else "",
        "payer_country": row.payer_country,
        "payment": str(row.payment),
        "awarded_on": row.awarded_on.isoformat() if row.awarded_on else "",
        "decide_by": "",
        "reason": "More time",
        "submission": str(m.new_id()),
        "step": "do",
        **changes,
    }


def later(scene: Scene) -> str:
    return (scene.cast.today + dt.timedelta(days=500)).isoformat()


def test_the_page_begins_with_the_terms_as_they_stand_and_shows_old_beside_new(scene: Scene) -> None:
    client, url = scene.client("mei"), reverse("hop_amend", args=[scene.westgate.id])
    hop = client.get(reverse("hop", args=[scene.westgate.id])).content.decode()
    assert url in hop
    page = client.get(url).content.decode()
    tags = re.findall(r'<input[^>]*name="keeps_core"[^>]*>', page)
    assert [t for t in tags if "checked" in t and 'value="yes"' in t], tags
    assert "HOP-08" in page, "the rules are asked at once"
    assert scene.westgate.scope in page and scene.westgate.starts.isoformat() in page
    checked = client.post(url, form(scene, ends=later(scene), step="check")).content.decode()
    assert "Last day" in checked and later(scene) in checked and "What changes" in checked
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.ACTIVE
    assert client.post(url, form(scene, ends=later(scene))).status_code == 302
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.REQUESTED


def test_the_officer_sees_what_changes_and_the_old_approval_says_what_it_was_for(scene: Scene) -> None:
    old = m.Approval.objects.get(hop=scene.westgate)
    url = reverse("hop_amend", args=[scene.westgate.id])
    assert scene.client("mei").post(url, form(scene, scope="Scanning and index")).status_code == 302
    new = m.Approval.objects.get(hop=scene.westgate, state=ApprovalState.REQUESTED)
    page = scene.client("heng").get(reverse("approval", args=[new.id])).content.decode()
    assert "What changes against the terms before" in page and "Scanning and index" in page
    before = scene.client("heng").get(reverse("approval", args=[old.id])).content.decode()
    assert "Superseded by an amendment" in before and "Scanning and index" not in before
    chinese = scene.client("heng", "zh-hans").get(reverse("approval", args=[new.id])).content.decode()
    assert "与此前内容相比的变更" in chinese and "工作内容" in chinese


def test_without_a_change_a_reason_or_the_right_nothing_is_amended(scene: Scene) -> None:
    client, url = scene.client("mei"), reverse("hop_amend", args=[scene.westgate.id])
    assert client.post(url, form(scene)).status_code == 422
    assert client.post(url, form(scene, scope="Else", reason="")).status_code == 422
    assert client.post(url, form(scene, scope="Else", ends="2020-01-01")).status_code == 422
    assert scene.client("heng").get(url).status_code == 403
    assert scene.client("bo").get(url).status_code == 404
    assert m.Hop.objects.get(id=scene.westgate.id).state is HopState.ACTIVE


def test_a_refused_amendment_leads_to_its_refusal(scene: Scene) -> None:
    client, url = scene.client("mei"), reverse("hop_amend", args=[scene.westgate.id])
    answer = client.post(url, form(scene, share="95.00"))
    refusal = m.Refusal.objects.get(hop=scene.westgate)
    assert answer.status_code == 302 and str(refusal.id) in answer["Location"]
    assert "HOP-03" in scene.client("mei").get(answer["Location"]).content.decode()


def test_a_draft_of_another_amendment_leads_to_its_own_page(scene: Scene) -> None:
    client = scene.client("mei")
    mine, other = (reverse("hop_amend", args=[hop.id]) for hop in (scene.westgate, scene.lakeside))
    client.post(mine, form(scene, scope="Half typed", step="panel"))
    assert f"{mine}?draft=open" in client.get(other).content.decode()
    assert "Half typed" in client.get(f"{mine}?draft=open").content.decode()
