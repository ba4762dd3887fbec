"""The daily mail: once a day, once for each notice, and without a word that says what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody import outbox, tasks
from custody.actions import digests, notices
from custody.actions.base import ActionError
from custody.stories import cast as people
from custody.terms import MailRhythm, NoticeKind
from custody.web.names import level_name
from tests.actions.scenes import Scene
from tests.mailbox import Mailbox


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    """Westgate's Tao has been told something and wants mail in Chinese; Harbour's Bo in English."""
    found, cast = acts_stage, acts_stage.cast
    for key, person in cast.people.items():
        m.User.objects.create_user(key, None, person)
    people.qualify(cast, cast.party("westgate"), "B", "SECRET-PAPER", days=5)
    notices.tell(timezone.now())
    notices.remind(cast.today)
    wish("tao", language="zh-hans")
    wish("bo")
    return found


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as found:
        settings.MAIL = found.settings
        yield found


def user(key: str) -> m.User:
    return m.User.objects.get(username=key)


def wish(key: str, rhythm: MailRhythm = MailRhythm.DAILY, address: str = "", language: str = "en") -> None:
    address = address or f"{key}@example.org"
    digests.wish(user(key), rhythm=rhythm, address=address, language=language)


def at(hour: int, day: int = 0) -> dt.datetime:
    """Return an hour of today, or of a day after, in the site's zone."""
    local = timezone.localtime() + dt.timedelta(days=day)
    return local.replace(hour=hour, minute=30)


def jobs() -> list[str]:
    rows = m.OutboxJob.objects.filter(task=digests.TASK, done_at__isnull=True)
    return [str(id) for id in rows.values_list("id", flat=True)]


def run() -> None:
    for job in jobs():
        tasks.mail_notices(job)


def test_one_mail_goes_to_each_who_asked_and_counts_what_is_new(scene: Scene, box: Mailbox) -> None:
    assert digests.queue(at(8)) == 2
    run()
    assert sorted(mail["To"] for mail in box.mails) == ["bo@example.org", "tao@example.org"]
    bo = next(mail for mail in box.mails if mail["To"] == "bo@example.org")
    assert bo["From"] == "holdfast@example.org" and bo["Subject"] == "Holdfast: 1 new notice"
    assert "- Offer waits for an answer: 1" in text(bo)
    tao = next(mail for mail in box.mails if mail["To"] == "tao@example.org")
    assert "资质证书即将到期" in text(tao) and "new notice" not in tao["Subject"]


def text(mail: Any) -> str:
    return str(mail.get_content())


def test_a_mail_says_no_name_number_project_or_level(scene: Scene, box: Mailbox, settings: Any) -> None:
    for key in m.User.objects.values_list("username", flat=True):
        wish(key, language="zh-hans" if key in ("tao", "mei") else "en")
    assert digests.queue(at(8)) >= 5
    run()
    regime = scene.project.regime
    secret = {
        scene.project.code, scene.project.title, scene.item.codename, scene.handoff.number,
        scene.project.level, "SECRET-PAPER", "survey", "mimi", "Scanning", "Westgate", "西关",
        *m.Notice.objects.values_list("about", flat=True),
        *m.Copy.objects.values_list("code", flat=True),
        *m.Person.objects.values_list("name", flat=True),
        *m.Person.objects.values_list("staff_number", flat=True),
        *m.Party.objects.values_list("name", flat=True),
        *m.Party.objects.exclude(other_name="").values_list("other_name", flat=True),
        *(str(id) for id in m.Notice.objects.values_list("object", flat=True)),
        *(getattr(level_name(scene.project.level, regime), tongue) for tongue in ("en", "zh")),
    }  # fmt: skip
    assert len(secret) > 40 and "" not in secret
    for mail in box.mails:
        whole = "\n".join([*(f"{k}: {v}" for k, v in mail.items()), text(mail)])
        assert [word for word in secret if word in whole] == []
        assert settings.SITE_URL in text(mail)


def test_there_is_no_mail_before_seven_and_one_a_day(scene: Scene, box: Mailbox) -> None:
    assert digests.queue(at(6)) == 0
    assert digests.queue(at(7)) == 2
    run()
    m.Notice.objects.update(mailed_at=None)  # as if something new had come
    assert digests.queue(at(20)) == 0
    assert digests.queue(at(6, day=1)) == 0
    assert digests.queue(at(7, day=1)) == 2


def test_what_was_mailed_is_not_mailed_again_and_nothing_new_is_no_mail(scene: Scene, box: Mailbox) -> None:
    digests.queue(at(8))
    run()
    assert len(box.raw) == 2
    assert digests.queue(at(8, day=1)) == 0
    assert m.Notice.objects.filter(user=user("bo"), mailed_at__isnull=True).count() == 0


def test_what_was_read_meanwhile_is_not_mailed(scene: Scene, box: Mailbox) -> None:
    digests.queue(at(8))
    bo = user("bo")
    notices.mark_read(bo, m.Notice.objects.filter(user=bo).values_list("id", flat=True))
    run()
    assert [mail["To"] for mail in box.mails] == ["tao@example.org"]
    assert jobs() == []


def test_a_task_that_runs_twice_sends_one_mail(scene: Scene, box: Mailbox) -> None:
    digests.queue(at(8))
    todo = jobs()
    for job in todo * 2:
        tasks.mail_notices(job)
    for job in todo:
        digests.send(m.OutboxJob.objects.get(id=job).id)
    assert len(box.raw) == 2


def test_a_server_that_is_down_gets_the_mail_once_when_it_is_up_again(scene: Scene, box: Mailbox) -> None:
    wish("tao", MailRhythm.OFF)
    digests.queue(at(8))
    box.down()
    run()
    assert len(jobs()) == 1, "the job waits"
    assert m.Notice.objects.exclude(mailed_at=None).count() == 0
    assert digests.queue(at(8, day=1)) == 0, "the next day asks for no second mail while one waits"
    box.up()
    box.refuses = True
    run()
    assert box.raw == [] and len(jobs()) == 1
    assert m.OutboxJob.objects.get(id=jobs()[0]).publish_after > timezone.now()
    box.refuses = False
    run()
    run()
    assert [mail["To"] for mail in box.mails] == ["bo@example.org"]
    assert jobs() == []


def test_a_job_given_up_leaves_its_notices_to_the_mail_of_the_next_day(scene: Scene, box: Mailbox) -> None:
    wish("tao", MailRhythm.OFF)
    digests.queue(at(8))
    m.OutboxJob.objects.filter(task=digests.TASK).update(attempts=outbox.MAX_ATTEMPTS)
    box.refuses = True
    run()
    assert jobs() == []
    assert m.OutboxJob.objects.get(task=digests.TASK).error
    box.refuses = False
    assert digests.queue(at(8, day=1)) == 1
    run()
    assert len(box.raw) == 1


def test_without_a_server_nothing_is_queued_or_sent(scene: Scene, box: Mailbox, settings: Any) -> None:
    digests.queue(at(8))
    settings.MAIL = None
    run()
    assert box.raw == [] and jobs() == []
    assert digests.queue(at(8, day=1)) == 0


def test_who_asked_for_none_or_is_shut_out_gets_none(scene: Scene, box: Mailbox) -> None:
    wish("tao", MailRhythm.OFF)
    m.User.objects.filter(username="bo").update(is_active=False)
    assert digests.queue(at(8)) == 0
    m.User.objects.filter(username="bo").update(is_active=True)
    assert digests.queue(at(8)) == 1
    wish("bo", MailRhythm.OFF)
    run()
    assert box.raw == []


@pytest.mark.parametrize("address", ["a@example.org\r\nBcc: x@example.org", "\0@example.org", "a" * 300])
def test_an_address_that_is_none_is_not_kept(scene: Scene, address: str) -> None:
    with pytest.raises(ActionError):
        wish("bo", address=address)


def test_the_last_kind_is_counted_too(scene: Scene) -> None:
    assert {str(kind) for kind in NoticeKind} >= set(m.Notice.objects.values_list("kind", flat=True))
