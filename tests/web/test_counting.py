"""A copy in doubt says so on its page and in the list, and whoever may confirms it after counting."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions.base import Act, Outcome, perform
from custody.actions.base import Actor as Doer
from custody.apply import rebuild
from custody.compare import compare
from custody.events.recovery import CopiesUnconfirmed

from .scene import Scene


@pytest.fixture
def doubted(scene: Scene) -> m.Copy:
    """A copy of the scene, in doubt as after a restore."""
    copy: m.Copy = scene.copies[2]

    def work(act: Act) -> Outcome:
        entry = act.record(
            CopiesUnconfirmed(project=str(scene.project.id), restoration=str(act.id), copies=[str(copy.id)]),
            scene.project.stream,
            copy_keys=[copy.tag_key],
        )
        m.Copy.objects.filter(id=copy.id).update(unconfirmed=entry, entry=entry)
        return Outcome("done", entry)

    perform(Doer.setup(), work)
    copy.refresh_from_db()
    return copy


def test_a_copy_in_doubt_says_so_and_is_confirmed_after_counting(scene: Scene, doubted: m.Copy) -> None:
    client = scene.client("yu")
    page = client.get(reverse("copy", args=[doubted.id])).content.decode()
    assert "Custody not confirmed" in page and ">Held<" not in page and "The database was restored" in page
    where = reverse("copies_confirm", args=[scene.project.id])
    assert f"{where}?copy={doubted.id}" in page
    listed = client.get(reverse("copies"), {"custody": "doubt"}).content.decode()
    assert doubted.code in listed
    assert scene.copies[0].code not in listed
    assert "checked" in client.get(where, {"copy": str(doubted.id)}).content.decode()
    assert client.post(where, {"copies": [str(doubted.id)], "how": " "}).status_code == 422
    assert client.post(where, {"how": "seen"}).status_code == 422
    assert client.post(where, {"copies": [str(scene.copies[0].id)], "how": "seen"}).status_code == 422
    assert client.post(where, {"copies": [str(doubted.id)], "how": "seen in vault 3"}).status_code == 302
    doubted.refresh_from_db()
    assert doubted.unconfirmed is None
    page = client.get(reverse("copy", args=[doubted.id])).content.decode()
    assert "Custody not confirmed" not in page and ">Held<" in page
    assert page.index("The database was restored") < page.index("Counted, and found where")
    assert list(compare(rebuild())) == []


def test_who_neither_owns_nor_holds_is_not_asked(scene: Scene, doubted: m.Copy) -> None:
    where = reverse("copies_confirm", args=[scene.project.id])
    for who in ("tao", "heng", "jing"):
        client = scene.client(who)
        assert client.get(where).status_code == 403
        answer = client.post(where, {"copies": [str(doubted.id)], "how": "seen"})
        assert answer.status_code == 403
    doubted.refresh_from_db()
    assert doubted.unconfirmed is not None


def test_the_page_speaks_chinese(scene: Scene, doubted: m.Copy) -> None:
    client: Any = scene.client("yu")
    page = client.get(reverse("copy", args=[doubted.id]), headers={"accept-language": "zh-hans"})
    assert "保管情况未经确认" in page.content.decode()


def test_a_copy_in_doubt_is_told_beside_the_copies_before_the_offer_is_checked(
    scene: Scene, doubted: m.Copy
) -> None:
    where = reverse("handoff_new", args=[scene.project.id])
    answer = scene.client("mei").post(where, scene.offer_form(copies=[str(doubted.id)], step="check"))
    assert answer.status_code == 422
    assert f"custody of these copies is not confirmed: {doubted.code}" in answer.content.decode()
    assert m.Handoff.objects.filter(lines__copy=doubted).count() == 0
