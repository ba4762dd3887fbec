"""The pages of visits: asked for on one, refused with the reason, shown and ended on another."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.terms import VisitState

from .scene import Scene, hidden


def ask(scene: Scene, language: str = "en", **said: Any) -> Any:
    day = scene.cast.today.isoformat()
    form = {
        "kind": "visit", "host": "", "purpose": "Look at sheets", "starts": day, "ends": day,
        "level": people.LEVEL, "guest_1": "Lin Yue", "countries_1": "CN", **said,
    }  # fmt: skip
    return scene.client("mei", language).post(reverse("visit_new", args=[scene.project.id]), form)


def test_a_visit_is_asked_for_shown_and_ended(scene: Scene) -> None:
    page = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert reverse("visit_new", args=[scene.project.id]) in page
    answer = ask(scene)
    (visit,) = m.Visit.objects.all()
    url = reverse("visit", args=[visit.id])
    assert answer.status_code == 302 and answer["Location"] == url
    client = scene.client("mei", "zh-hans")
    html = client.get(url).content.decode()
    assert "Lin Yue" in html and "来访" in html and "FOR-03" in html
    seen = hidden(html, "seen")
    ended = client.post(url, {"ended_on": scene.cast.today.isoformat(), "remark": "Sheets", "seen": seen})
    assert ended.status_code == 302
    visit.refresh_from_db()
    assert visit.state is VisitState.ENDED
    assert scene.client("tao").get(url).status_code == 404, "not at their place"


def test_a_foreign_guest_leads_to_the_refusal(scene: Scene) -> None:
    answer = ask(scene, countries_1="CN, KR")
    assert answer.status_code == 302 and "/refusals/" in answer["Location"]
    html = scene.client("mei").get(answer["Location"]).content.decode()
    assert "FOR-03" in html and "KR" in html
    assert ask(scene, countries_1="Korea").status_code == 422
    assert ask(scene, guest_1="").status_code == 422
