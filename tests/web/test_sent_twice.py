"""A double tap, the back button, a lost signal: every form has one effect and shows
the first result again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.stories import told
from ledger.models import Entry

from .scene import Scene, hidden
from .test_decision import filled

Sent = tuple[str, str, dict[str, Any]]  # who, where, what


def offer(scene: Scene) -> Sent:
    return "mei", reverse("handoff_new", args=[scene.project.id]), scene.offer_form()


def refused_offer(scene: Scene) -> Sent:
    office = str(scene.cast.systems["office_pc"].id)
    return (
        "mei",
        reverse("handoff_new", args=[scene.project.id]),
        scene.offer_form(system=office, step="record"),
    )


def accept(scene: Scene) -> Sent:
    return "tao", reverse("handoff", args=[scene.handoff.id]), {"step": "accept"}


def decline(scene: Scene) -> Sent:
    return "tao", reverse("handoff", args=[scene.handoff.id]), {"step": "decline", "reason": "Torn"}


def withdraw(scene: Scene) -> Sent:
    return "yu", reverse("handoff", args=[scene.handoff.id]), {"step": "withdraw", "reason": "Wrong"}


def vote(scene: Scene) -> Sent:
    url = reverse("approval", args=[scene.asked.id])
    html = scene.client("heng").get(url).content.decode()
    return "heng", url, filled(html)


def revoke(scene: Scene) -> Sent:
    granted = m.Approval.objects.get(hop=scene.westgate)
    return "heng", reverse("approval", args=[granted.id]), {"choice": "revoke", "reason": "Found out"}


def certificate(scene: Scene) -> Sent:
    form = {
        "kind": "survey|B",
        "categories": ["survey|engineering"],
        "number": "TWICE-1",
        "issuer": "Issuer",
        "valid_from": "2026-01-01",
        "valid_to": "2029-01-01",
    }
    return "mei", reverse("qualification_new", args=[scene.cast.party("harbour")]), form


def _submitted(scene: Scene) -> m.Qualification:
    who, url, form = certificate(scene)
    scene.client(who).post(url, form)
    return m.Qualification.objects.get(number="TWICE-1")


def verify(scene: Scene) -> Sent:
    paper = _submitted(scene)
    day = (scene.cast.today - dt.timedelta(days=1)).isoformat()
    return (
        "heng",
        reverse("qualification", args=[paper.id]),
        {"step": "verify", "on": day, "how": "Looked up"},
    )


def reject(scene: Scene) -> Sent:
    who, url, form = verify(scene)
    return who, url, {**form, "step": "reject"}


def suspend(scene: Scene) -> Sent:
    paper = m.Qualification.objects.filter(party=scene.cast.party("lakeside"))[0]
    form = {"step": "do", "reason": "Notice 7", "seen": str(paper.entry)}
    return "heng", reverse("qualification_suspend", args=[paper.id]), form


def report(scene: Scene) -> Sent:
    return "jing", reverse("report_new", args=[scene.project.id]), {"language": "en"}


def reported(scene: Scene) -> Sent:
    hop = told.approved_hop(scene.cast, scene.project, "westgate", "Checking", reported_on=None)
    return "mei", reverse("hop", args=[hop.id]), {"reported_on": scene.cast.today.isoformat()}


def explain(scene: Scene) -> Sent:
    who, url, form = refused_offer(scene)
    scene.client(who).post(url, form)
    refusal = m.Refusal.objects.latest("attempted_at")
    return who, reverse("refusal", args=[refusal.id]), {"reason": "Mistook the list"}


FORMS: list[Callable[[Scene], Sent]] = [
    offer, refused_offer, accept, decline, withdraw, vote, revoke, certificate, verify, reject, report,
    reported, explain, suspend,
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_the_second_time_has_no_effect_and_leads_where_the_first_did(
    scene: Scene, form: Callable[[Scene], Sent]
) -> None:
    who, url, sent = form(scene)
    sent = {"submission": str(m.new_id()), **sent}
    client, before = scene.client(who), Entry.objects.count()
    first = client.post(url, sent)
    assert first.status_code == 302
    entries = Entry.objects.count()
    assert entries > before
    second = client.post(url, sent)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(("form", "other"), [(withdraw, "mei"), (vote, "qiao"), (revoke, "qiao")])
def test_somebody_elses_token_opens_nothing(scene: Scene, form: Callable[[Scene], Sent], other: str) -> None:
    """The other may do the same by right, but not with this form."""
    who, url, sent = form(scene)
    token = str(m.new_id())
    assert scene.client(who).post(url, {**sent, "submission": token}).status_code == 302
    entries = Entry.objects.count()
    again = scene.client(other).post(url, {**sent, "submission": token})
    assert again.status_code == 422
    assert "already used for something else" in again.content.decode()
    assert Entry.objects.count() == entries


def test_every_page_with_a_form_gives_it_a_token_of_its_own(scene: Scene) -> None:
    handoff = reverse("handoff", args=[scene.handoff.id])
    pages = {
        "tao": [handoff, f"{handoff}?step=decline"],
        "heng": [
            reverse("approval", args=[scene.asked.id]),
            reverse("approval", args=[m.Approval.objects.get(hop=scene.westgate).id]),
            reverse("qualification_new", args=[scene.cast.party("harbour")]),
        ],
        "mei": [reverse("hop_new", args=[scene.project.id]), reverse("handoff_new", args=[scene.project.id])],
        "jing": [reverse("report_new", args=[scene.project.id])],
    }  # fmt: skip
    for who, urls in pages.items():
        for url in urls:
            tokens = {hidden(scene.client(who).get(url).content.decode(), "submission") for _ in range(2)}
            assert len(tokens) == 2, url
