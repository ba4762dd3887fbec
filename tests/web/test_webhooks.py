"""The pages of webhooks: a secret is shown once, foreign ones are not there, each button does its part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody import tasks
from custody.actions import webhook_sending, webhooks
from custody.terms import DeliveryState, NoticeKind, WebhookState
from tests.webhook_receiver import Receiver, running, status

from .scene import Scene
from .test_factors import token


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture
def receiver(server: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    server.came.clear()
    server.answer = status(204)
    settings.WEBHOOKS, settings.WEBHOOKS_CA_FILE = (server.host,), server.authority
    monkeypatch.setattr(webhooks, "hosts_of", lambda party: [server.host])
    return server


def run() -> None:
    for job in m.OutboxJob.objects.filter(task=webhook_sending.TASK, done_at__isnull=True):
        tasks.send_webhook(str(job.id))


def press(scene: Scene, who: str, row: m.Webhook, step: str, **more: str) -> Any:
    sent = {"step": step, "submission": token(), **more}
    return scene.client(who).post(reverse("webhook", args=[row.id]), sent)


def added(scene: Scene, receiver: Receiver, who: str = "tao", party: str = "westgate") -> tuple[Any, str]:
    sent = {
        "party": str(scene.cast.party(party)), "address": receiver.url, "kinds": ["offer_to_answer"],
        "submission": token(),
    }  # fmt: skip
    answer = scene.client(who).post(reverse("webhook_new"), sent)
    assert answer.status_code == 200, answer.content.decode()
    [secret] = re.findall("whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert secret not in scene.client(who).post(reverse("webhook_new"), sent).content.decode()
    return m.Webhook.objects.get(party=scene.cast.party(party)), secret


def test_a_manager_adds_one_sees_its_secret_once_tests_it_and_sees_what_came_of_that(
    scene: Scene, receiver: Receiver
) -> None:
    tao = scene.client("tao")
    assert reverse("webhooks") in tao.get(reverse("keys")).content.decode()
    assert reverse("webhook_new") in tao.get(reverse("webhooks")).content.decode()
    row, secret = added(scene, receiver)
    page = reverse("webhook", args=[row.id])
    for address in (page, reverse("webhooks"), reverse("keys")):
        assert secret not in tao.get(address).content.decode()
    assert receiver.url in tao.get(reverse("webhooks")).content.decode()
    assert press(scene, "tao", row, "test").status_code == 302
    assert "To be confirmed" not in tao.get(page).content.decode()
    run()
    assert receiver.opened(secret)["type"] == "webhook.test"
    html = tao.get(page).content.decode()
    assert "Arrived" in html and "204" in html
    receiver.answer = status(503)
    made = m.WebhookDelivery.objects.get()
    assert press(scene, "tao", row, f"again:{made.id}").status_code == 302
    run()
    html = tao.get(page, headers={"accept-language": "zh-hans"}).content.decode()
    assert "已放弃" in html and "503" in html


def test_another_secret_is_shown_once_and_an_end_needs_a_reason(scene: Scene, receiver: Receiver) -> None:
    row, secret = added(scene, receiver)
    answer = press(scene, "tao", row, "rekey")
    [other] = re.findall("whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert other != secret and "one before, that one signs too" in answer.content.decode()
    assert press(scene, "tao", row, "end", reason=" ").status_code == 422
    assert press(scene, "tao", row, "end", reason="The receiver moved").status_code == 302
    row.refresh_from_db()
    assert row.state is WebhookState.ENDED
    html = scene.client("tao").get(reverse("webhook", args=[row.id])).content.decode()
    assert "Send a test" not in html and "End it now" not in html
    assert press(scene, "tao", row, "test").status_code in (400, 409, 422)
    assert not m.OutboxJob.objects.filter(task=webhook_sending.TASK).exists()


def test_anothers_is_not_there_and_the_house_sees_it_and_changes_nothing(
    scene: Scene, receiver: Receiver
) -> None:
    row, secret = added(scene, receiver)
    made = m.WebhookDelivery.objects.create(webhook=row, state=DeliveryState.ARRIVED)
    steps = ("test", "rekey", "end", f"again:{made.id}")
    page = reverse("webhook", args=[row.id])
    for who in ("lan", "bo", "jing"):
        assert scene.client(who).get(page).status_code == 404
        assert receiver.url not in scene.client(who).get(reverse("webhooks")).content.decode()
        for step in steps:
            assert press(scene, who, row, step, reason="x").status_code == 404, (who, step)
    for who in ("an", "mei", "heng"):
        html = scene.client(who).get(page).content.decode()
        assert receiver.url in html and secret not in html and "Send a test" not in html
        for step in steps:
            assert press(scene, who, row, step, reason="x").status_code == 403, (who, step)
    for who in ("bo", "jing", "heng", "yu"):
        assert scene.client(who).get(reverse("webhook_new")).status_code == 403
    sent = {"party": str(row.party_id), "address": receiver.url + "/x", "kinds": ["report_ready"]}
    assert scene.client("lan").post(reverse("webhook_new"), sent).status_code == 422
    row.refresh_from_db()
    assert row.state is WebhookState.IN_FORCE and m.Webhook.objects.count() == 1
    theirs, _ = added(scene, receiver, "lan", "lakeside")
    assert press(scene, "lan", theirs, f"again:{made.id}").status_code in (400, 409, 422)
    assert press(scene, "lan", theirs, "again:x").status_code in (400, 409, 422)
    assert press(scene, "lan", theirs, "").status_code in (400, 409, 422)
    made.refresh_from_db()
    assert made.state is DeliveryState.ARRIVED


def test_an_address_that_is_not_allowed_and_no_kind_are_told_beside_their_fields(
    scene: Scene, receiver: Receiver
) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"address": "https://elsewhere.example/"}, {"address": ""}, {"kinds": []},
        {"kinds": [str(NoticeKind.SLIP_ASKED)]}, {"kinds": ["x"]}, {"party": "x"},
    )  # fmt: skip
    for change in changes:
        sent: dict[str, Any] = {
            "party": str(scene.cast.party("westgate")), "address": receiver.url, "kinds": ["report_ready"],
            "submission": token(), **change,
        }  # fmt: skip
        assert scene.client("tao").post(reverse("webhook_new"), sent).status_code == 422, change
    assert not m.Webhook.objects.exists()


def test_without_a_host_on_the_operators_list_none_is_offered(scene: Scene, settings: Any) -> None:
    assert settings.WEBHOOKS == (), "off unless the operator names a host"
    mei = scene.client("mei")
    assert reverse("webhooks") not in mei.get(reverse("keys")).content.decode()
    page = mei.get(reverse("webhooks")).content.decode()
    assert "This site sends no webhooks." in page and reverse("webhook_new") not in page
    assert mei.get(reverse("webhook_new")).status_code == 403
