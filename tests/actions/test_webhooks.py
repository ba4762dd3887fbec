"""Webhooks: who may have one, of what it tells, and what becomes of a message that does not arrive.

The receiver is real: a server on this computer, over TLS.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from custody import models as m
from custody import outbox, record, tasks, webhook_post
from custody.actions import notices, registers, webhook_sending, webhooks
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.webhook_sending import TASK, WAITS
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import DeliveryFault, DeliveryState, NoticeKind, Role, WebhookEnd, WebhookState
from custody.transitions import NotNow
from tests.webhook_receiver import Receiver, running, status

from .scenes import Scene

PAPER = "CANARY-PAPER"
EXPIRING = NoticeKind.CERTIFICATE_EXPIRING


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture
def receiver(server: Receiver, settings: Any) -> Receiver:
    server.came.clear()
    server.answer = status(204)
    settings.SITE_URL = "https://custody.example.org"
    settings.WEBHOOKS = (server.host,)
    settings.WEBHOOKS_CA_FILE = server.authority
    return server


@pytest.fixture
def scene(acts_stage: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Everybody has a sign-in; Westgate may have the receiver told as if it were a host outside."""
    for key, person in acts_stage.cast.people.items():
        m.User.objects.create_user(key, None, person)
    monkeypatch.setattr(webhooks, "hosts_of", lambda party: [receiver.host])
    return acts_stage


def add(
    scene: Scene, receiver: Receiver, who: str = "tao", party: str = "westgate", path: str = "", **more: Any
) -> tuple[m.Webhook, str]:
    told = {"kinds": [EXPIRING], **more}
    outcome, secret = webhooks.add(
        scene.cast.actor(who), party=scene.cast.party(party), address=receiver.url + path, **told
    )
    return outcome.object, secret


def expiring(scene: Scene, party: str = "westgate", number: str = PAPER) -> None:
    """Have managers and officers of a party and of the house told that a certificate of it runs out."""
    people.qualify(scene.cast, scene.cast.party(party), "B", number, days=5)
    notices.remind(scene.cast.today)


def jobs() -> list[m.OutboxJob]:
    return list(m.OutboxJob.objects.filter(task=TASK, done_at__isnull=True).order_by("due_at"))


def run() -> None:
    for job in jobs():
        tasks.send_webhook(str(job.id))


def go() -> int:
    made = webhook_sending.queue(timezone.now())
    run()
    return made


def told(kind: str) -> list[dict[str, Any]]:
    return [dict(e.values) for e in record.history() if str(e.values["kind"]) == kind]


def differs() -> list[Any]:
    """Return where the tables of webhooks say something else than the ledger."""
    return [d for d in compare(rebuild()) if d.table == "custody_webhook"]


# --- who, and where to ------------------------------------------------------------------------------------


def test_it_is_added_by_who_answers_for_the_party_and_its_secret_lies_sealed(
    scene: Scene, receiver: Receiver
) -> None:
    row, secret = add(scene, receiver)
    assert secret.startswith("whsec_") and len(secret) == 50
    row.refresh_from_db()
    assert secret not in row.secret and secret.removeprefix("whsec_") not in row.secret
    assert webhooks.secrets_of(row, timezone.now()) == [secret]
    [entry] = told("webhook.added/1")
    assert (entry["address"], entry["kinds"]) == (receiver.url, ["certificate_expiring"])
    assert entry["party"] == str(scene.cast.party("westgate"))
    assert secret not in json.dumps([dict(e.values) for e in record.history()], default=str)
    assert not differs()
    for who, party in (("heng", "northfield"), ("bo", "harbour"), ("jing", "office"), ("tao", "harbour")):
        with pytest.raises(NotPermitted):
            add(scene, receiver, who, party)
    for who, party in (("mei", "northfield"), ("an", "northfield"), ("lan", "lakeside")):
        add(scene, receiver, who, party, f"/{who}")


def test_nothing_is_added_where_the_operator_lists_no_host_or_another(
    scene: Scene, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    westgate, house = scene.cast.party("westgate"), scene.cast.party("northfield")
    monkeypatch.undo()
    assert list(webhooks.hosts_of(house)) == [receiver.host]
    assert list(webhooks.hosts_of(westgate)) == [], "into the house's own nets the house alone"
    with pytest.raises(ActionError) as refused:
        add(scene, receiver)
    assert refused.value.about == "address"
    add(scene, receiver, "mei", "northfield")
    for address in ("https://elsewhere.example/", "http://localhost/", receiver.url.replace("https", "http")):
        with pytest.raises(ActionError):
            webhooks.add(scene.cast.actor("mei"), party=house, address=address, kinds=[EXPIRING])
    settings.WEBHOOKS = ()
    with pytest.raises(ActionError, match="sends no webhooks"):
        add(scene, receiver, "mei", "northfield", "/more")


def test_a_party_has_ten_and_an_address_once_and_of_how_people_sign_in_none_tells(
    scene: Scene, receiver: Receiver
) -> None:
    add(scene, receiver)
    with pytest.raises(ActionError, match="already"):
        add(scene, receiver)
    for n in range(9):
        add(scene, receiver, path=f"/{n}")
    with pytest.raises(ActionError, match="at most"):
        add(scene, receiver, path="/more")
    add(scene, receiver, "lan", "lakeside")
    for kinds in ([], [NoticeKind.SLIP_ASKED], [NoticeKind.FACTOR_ADDED, NoticeKind.PIN_SET]):
        with pytest.raises(ActionError, match="Choose"):
            add(scene, receiver, "lan", "lakeside", "/other", kinds=kinds)


# --- of what it tells -------------------------------------------------------------------------------------


def test_it_says_kind_ids_and_a_link_and_no_name_number_level_or_project(
    scene: Scene, receiver: Receiver
) -> None:
    _row, secret = add(scene, receiver)
    expiring(scene)
    assert go() == 1
    said = receiver.opened(secret)
    paper = m.Qualification.objects.get(number__contains=PAPER, party=scene.cast.party("westgate"))
    assert said == {
        "type": "notice.certificate_expiring",
        "timestamp": said["timestamp"],
        "data": {
            "party": str(scene.cast.party("westgate")),
            "noun": "qualification",
            "id": str(paper.id),
            "link": f"https://custody.example.org/qualifications/{paper.id}/",
        },
    }
    assert dt.datetime.fromisoformat(said["timestamp"]).tzinfo is not None
    everything = json.dumps(receiver.came[0][1]) + receiver.came[0][2].decode()
    canaries = {"CANARY", "Tao", "涛", "WG-001", "Westgate", "西门", scene.project.code, "secret", "机密"}
    assert not [word for word in canaries if word in everything]
    job = m.OutboxJob.objects.get(task=TASK)
    assert set(job.payload) == {"delivery"}


def test_every_kind_that_may_be_told_says_no_more_than_that(scene: Scene, receiver: Receiver) -> None:
    """Whatever a notice is about, in each message stand the same four words of data."""
    row, _secret = add(scene, receiver, kinds=webhooks.KINDS)
    tao = m.User.objects.get(username="tao")
    m.Notice.objects.all().delete()
    for kind in webhooks.KINDS:
        m.Notice.objects.create(
            user=tao, kind=kind, noun="party", object=scene.cast.party("westgate"), about=f"CANARY-{kind}"
        )
    assert webhook_sending.queue(timezone.now()) == len(webhooks.KINDS)
    for made in m.WebhookDelivery.objects.filter(webhook=row):
        said = json.loads(webhook_sending.message(made).body)
        assert set(said) == {"type", "timestamp", "data"} and "CANARY" not in json.dumps(said)
        assert set(said["data"]) == {"party", "noun", "id", "link"}
        assert said["type"] == f"notice.{made.kind}"


def test_it_tells_its_own_party_alone_and_of_what_it_asked_for(scene: Scene, receiver: Receiver) -> None:
    ours, _ = add(scene, receiver)
    other, _ = add(scene, receiver, "lan", "lakeside", "/lakeside")
    silent, _ = add(scene, receiver, path="/silent", kinds=[NoticeKind.INCIDENT_REPORTED])
    house, _ = add(scene, receiver, "mei", "northfield", "/house")
    expiring(scene)
    assert webhook_sending.queue(timezone.now()) == 2
    count = {row.id: row.deliveries.count() for row in (ours, other, silent, house)}
    assert count == {ours.id: 1, other.id: 0, silent.id: 0, house.id: 1}, "mei and heng were told: one"
    assert webhook_sending.queue(timezone.now()) == 0, "what was told is not told again"


def test_of_what_somebody_is_told_who_acts_for_two_parties_neither_is_told(
    scene: Scene, receiver: Receiver
) -> None:
    """Tao stands for Annex as well: a notice of his may be of either, and must not come to the other."""
    registers.give_membership(
        Actor.setup(), person=scene.cast.people["tao"].id, party=scene.cast.party("annex"),
        role=Role.MANAGER, starts=scene.cast.today,
    )  # fmt: skip
    add(scene, receiver, "tao", "annex", "/annex")
    add(scene, receiver)
    expiring(scene)
    expiring(scene, "annex", "OTHER")
    assert webhook_sending.queue(timezone.now()) == 0


def test_of_what_nobody_there_may_see_any_more_it_tells_nothing(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(scene, receiver)
    add(scene, receiver, "lan", "lakeside", "/l")
    tao, lan = (m.User.objects.get(username=who) for who in ("tao", "lan"))
    foreign = m.Handoff.objects.exclude(sender_party=scene.cast.party("westgate")).exclude(
        receiver_party=scene.cast.party("westgate")
    )
    hidden = foreign.exclude(id__in=m.Handoff.objects.visible_to(tao)).first() or m.new_id()
    m.Notice.objects.create(
        user=tao, kind=EXPIRING, noun="handoff", object=getattr(hidden, "id", hidden), about="x"
    )
    assert webhook_sending.queue(timezone.now()) == 0
    m.Notice.objects.create(
        user=lan, kind=EXPIRING, noun="party", object=scene.cast.party("lakeside"), about="x"
    )
    m.User.objects.filter(id=lan.id).update(is_active=False)
    assert webhook_sending.queue(timezone.now()) == 0, "whose sign-in is shut is told nothing"


def test_of_what_was_there_before_it_and_of_what_is_old_it_tells_nothing(
    scene: Scene, receiver: Receiver, settings: Any
) -> None:
    expiring(scene)
    row, _ = add(scene, receiver)
    assert webhook_sending.queue(timezone.now()) == 0
    expiring(scene, number="SECOND")
    m.Notice.objects.update(hooked_at=None)
    assert webhook_sending.queue(timezone.now() + dt.timedelta(days=3)) == 0
    settings.WEBHOOKS = ()
    assert webhook_sending.queue(timezone.now()) == 0, "off: nothing is made"
    settings.WEBHOOKS = (receiver.host,)
    assert webhook_sending.queue(timezone.now()) == 1 and row.deliveries.count() == 1


# --- tries ------------------------------------------------------------------------------------------------


def test_it_is_tried_after_the_waits_of_the_specification_and_then_given_up(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, secret = add(scene, receiver)
    expiring(scene)
    receiver.answer = status(503)
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    monkeypatch.setattr(outbox.current_app, "send_task", lambda name, args, **_: tasks.send_webhook(*args))
    webhook_sending.queue(moment)
    run()
    hours = [2, 5, 10, 14, 20, 24]
    assert [w.total_seconds() for w in WAITS] == [5, 300, 1800, *(h * 3600 for h in hours)]
    for n, wait in enumerate(WAITS, start=1):
        assert len(receiver.came) == n
        delivery = m.WebhookDelivery.objects.get()
        assert (delivery.state, delivery.status, delivery.tries) == (DeliveryState.WAITING, 503, n)
        assert delivery.next_at == moment + wait
        moment += wait - dt.timedelta(seconds=1)
        outbox.relay()
        assert len(receiver.came) == n, "not before its time"
        moment += dt.timedelta(seconds=1)
        outbox.relay()
    delivery.refresh_from_db()
    assert len(receiver.came) == 10 and not jobs()
    assert (delivery.state, delivery.fault, delivery.tries) == (
        DeliveryState.GIVEN_UP, DeliveryFault.STATUS, 10,
    )  # fmt: skip
    assert len({headers["webhook-id"] for _, headers, _ in receiver.came}) == 1
    assert len({body for _, _, body in receiver.came}) == 1
    times = [int(headers["webhook-timestamp"]) for _, headers, _ in receiver.came]
    assert times == sorted(set(times)), "each try is signed anew"
    monkeypatch.undo()
    row.refresh_from_db()
    assert row.failed_at == moment and row.state is WebhookState.IN_FORCE
    assert not differs()
    assert secret


def test_who_answers_for_the_party_is_told_that_it_was_given_up_each_time_anew(
    scene: Scene, receiver: Receiver
) -> None:
    row, _ = add(scene, receiver)

    def failed(at: dt.datetime | None) -> list[str]:
        m.Webhook.objects.filter(id=row.id).update(failed_at=at)
        notices.tell(timezone.now())
        rows = m.Notice.objects.filter(kind=NoticeKind.WEBHOOK_FAILED)
        return [n.user.username for n in rows.select_related("user")]

    assert failed(None) == []
    assert failed(timezone.now()) == ["tao"]
    first = m.Notice.objects.get(kind=NoticeKind.WEBHOOK_FAILED)
    assert (first.noun, first.object) == ("webhook", row.id)
    assert failed(first.created_at) == ["tao"]
    assert m.Notice.objects.get(kind=NoticeKind.WEBHOOK_FAILED).id == first.id
    assert failed(timezone.now()) == ["tao"]
    assert m.Notice.objects.get(kind=NoticeKind.WEBHOOK_FAILED).id != first.id
    assert webhook_sending.queue(timezone.now()) == 0, "that one is told to people"


def test_one_that_arrives_again_is_sound_and_a_message_can_be_sent_once_more(
    scene: Scene, receiver: Receiver
) -> None:
    row, secret = add(scene, receiver)
    expiring(scene)
    receiver.answer = status(500)
    go()
    delivery = m.WebhookDelivery.objects.get()
    with pytest.raises(ActionError, match="waits"):
        webhook_sending.again(scene.cast.actor("tao"), webhook=row.id, delivery=delivery.id)
    m.WebhookDelivery.objects.update(state=DeliveryState.GIVEN_UP)
    m.OutboxJob.objects.filter(task=TASK).delete()
    m.Webhook.objects.update(failed_at=timezone.now())
    receiver.answer = status(200)
    webhook_sending.again(scene.cast.actor("tao"), webhook=row.id, delivery=delivery.id)
    run()
    delivery.refresh_from_db()
    row.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.fault) == (DeliveryState.ARRIVED, 200, None)
    assert row.failed_at is None and not jobs()
    assert receiver.opened(secret, 0) == receiver.opened(secret, 1)


def test_a_worker_killed_anywhere_loses_no_message_and_it_comes_twice_under_one_id_at_most(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    _row, secret = add(scene, receiver)
    expiring(scene)
    webhook_sending.queue(timezone.now())
    [job] = jobs()
    for place, came in ((webhook_post, 0), (webhook_sending, 1)):
        name = "send" if place is webhook_post else "_settle"
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(place, name, killed)
            tasks.send_webhook(str(job.id))
        assert len(receiver.came) == came
        assert m.WebhookDelivery.objects.get().state is DeliveryState.WAITING
        assert [one.id for one in jobs()] == [job.id], "the job is open still, and given out again"
    tasks.send_webhook(str(job.id))
    tasks.send_webhook(str(job.id))
    assert m.WebhookDelivery.objects.get().state is DeliveryState.ARRIVED and not jobs()
    assert len(receiver.came) == 2 and receiver.opened(secret, 0) == receiver.opened(secret, 1)
    assert receiver.came[0][1]["webhook-id"] == receiver.came[1][1]["webhook-id"]


def test_an_error_of_ours_is_tried_thrice_and_then_told(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(scene, receiver)
    expiring(scene)
    webhook_sending.queue(timezone.now())
    [job] = jobs()

    def broken(*_: Any, **__: Any) -> int:
        raise RuntimeError("ours")

    monkeypatch.setattr(webhook_post, "send", broken)
    for _ in range(3):
        tasks.send_webhook(str(job.id))
    delivery = m.WebhookDelivery.objects.get()
    assert (delivery.state, delivery.fault) == (DeliveryState.GIVEN_UP, DeliveryFault.OURS) and not jobs()


def test_one_whose_receiver_is_gone_is_ended_at_once_and_recorded(scene: Scene, receiver: Receiver) -> None:
    row, _ = add(scene, receiver)
    expiring(scene)
    receiver.answer = status(410)
    go()
    row.refresh_from_db()
    assert (row.state, row.ended_how, row.secret) == (WebhookState.ENDED, WebhookEnd.GONE, "")
    [entry] = told("webhook.ended/1")
    assert (entry["how"], entry["actor"]) == ("gone", "system")
    assert m.WebhookDelivery.objects.get().fault is DeliveryFault.GONE and not jobs()
    notices.tell(timezone.now())
    assert m.Notice.objects.filter(kind=NoticeKind.WEBHOOK_FAILED).exists()
    expiring(scene, number="SECOND")
    assert go() == 0 and len(receiver.came) == 1
    assert not differs()


def test_one_that_is_ended_sends_nothing_more_not_even_what_waits(scene: Scene, receiver: Receiver) -> None:
    row, _ = add(scene, receiver)
    expiring(scene)
    webhook_sending.queue(timezone.now())
    for who in ("bo", "lan", "heng"):
        with pytest.raises(NotPermitted):
            webhooks.end(scene.cast.actor(who), webhook=row.id, reason="x")
    tao = scene.cast.actor("tao")
    with pytest.raises(ActionError, match="Fill"):
        webhooks.end(tao, webhook=row.id, reason=" ")
    webhooks.end(tao, webhook=row.id, reason="The receiver moved")
    run()
    assert not receiver.came
    assert m.WebhookDelivery.objects.get().fault is DeliveryFault.ENDED
    with pytest.raises(NotNow):
        webhooks.end(tao, webhook=row.id, reason="Again")
    for act in (
        lambda: webhooks.rekey(tao, webhook=row.id),
        lambda: webhook_sending.test(tao, webhook=row.id),
        lambda: webhook_sending.again(tao, webhook=row.id, delivery=m.WebhookDelivery.objects.get().id),
    ):
        with pytest.raises(ActionError, match="ended"):
            act()
    add(scene, receiver)
    assert not differs()


def test_a_host_that_the_operator_takes_from_the_list_is_told_nothing_more(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(scene, receiver)
    expiring(scene)
    webhook_sending.queue(timezone.now())
    monkeypatch.setattr(webhooks, "hosts_of", lambda party: [])
    run()
    assert not receiver.came
    assert m.WebhookDelivery.objects.get().fault is DeliveryFault.NOT_LISTED


def test_a_test_is_sent_once_and_its_failure_ends_and_tells_nothing(scene: Scene, receiver: Receiver) -> None:
    row, secret = add(scene, receiver)
    webhook_sending.test(scene.cast.actor("tao"), webhook=row.id)
    run()
    said = receiver.opened(secret)
    assert said["type"] == "webhook.test" and set(said["data"]) == {"party"}
    for code in (500, 410):
        receiver.answer = status(code)
        webhook_sending.test(scene.cast.actor("tao"), webhook=row.id)
        run()
        assert not jobs()
    row.refresh_from_db()
    assert row.state is WebhookState.IN_FORCE and row.failed_at is None
    assert [d.state for d in row.deliveries.order_by("id")] == [
        DeliveryState.ARRIVED, DeliveryState.GIVEN_UP, DeliveryState.GIVEN_UP,
    ]  # fmt: skip


# --- secrets ----------------------------------------------------------------------------------------------


def test_for_a_day_both_secrets_open_a_message_and_then_the_new_one_alone(
    scene: Scene, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, old = add(scene, receiver)
    outcome, new = webhooks.rekey(scene.cast.actor("tao"), webhook=row.id)
    assert new != old and told("webhook.rekeyed/1")
    assert not differs()
    webhook_sending.test(scene.cast.actor("tao"), webhook=row.id)
    run()
    assert receiver.opened(new) == receiver.opened(old)
    m.Webhook.objects.filter(id=row.id).update(rekeyed_at=timezone.now() - dt.timedelta(days=1, seconds=1))
    webhook_sending.test(scene.cast.actor("tao"), webhook=row.id)
    run()
    assert receiver.opened(new)
    with pytest.raises(WebhookVerificationError):
        receiver.opened(old)
    row.refresh_from_db()
    assert row.secret_before == "" and outcome.object.id == row.id


def test_a_secret_that_was_moved_to_another_webhook_signs_nothing(scene: Scene, receiver: Receiver) -> None:
    row, _ = add(scene, receiver)
    other, _ = add(scene, receiver, path="/other")
    m.Webhook.objects.filter(id=row.id).update(secret=m.Webhook.objects.get(id=other.id).secret)
    webhook_sending.test(scene.cast.actor("tao"), webhook=row.id)
    run()
    assert not receiver.came and m.WebhookDelivery.objects.get().fault is DeliveryFault.SECRET


def test_what_is_settled_for_long_is_removed_and_what_waits_is_not(scene: Scene, receiver: Receiver) -> None:
    row, _ = add(scene, receiver)
    kept: list[UUID] = []
    for state, days in (("arrived", 91), ("given_up", 91), ("waiting", 91), ("arrived", 89)):
        made = m.WebhookDelivery.objects.create(webhook=row, state=state)
        m.WebhookDelivery.objects.filter(id=made.id).update(
            created_at=timezone.now() - dt.timedelta(days=days)
        )
        kept += [made.id] if state == "waiting" or days == 89 else []
    assert webhook_sending.tidy(timezone.now()) == 2
    assert sorted(m.WebhookDelivery.objects.values_list("id", flat=True)) == sorted(kept)
