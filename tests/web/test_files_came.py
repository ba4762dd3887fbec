"""Before signing a receiver holds the files that came against the recorded hashes, and reads which agree."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.stories import told
from custody.terms import HandoffState, Received

from .scene import Scene, hidden

ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def row(scene: Scene) -> m.Handoff:
    """Three copies on offer to Westgate: two of one item with a hash, one of which has a file of its own."""
    copies = people.make_copies(scene.cast, scene.project, "FILED", 2, sha256=ONE)
    m.Copy.objects.filter(id=copies[1].id).update(sha256=TWO)
    plain = people.make_copies(scene.cast, scene.project, "PAPER", 1)
    made = told.offer(scene.cast, scene.westgate, [*copies, *plain], "tao", "westgate_room")
    found: m.Handoff = made.object
    return found


def copies_of(row: m.Handoff) -> list[str]:
    rows = m.Copy.objects.filter(lines__handoff=row).order_by("code")
    return [str(id) for id in rows.values_list("id", flat=True)]


def test_what_agrees_is_signed_for_and_what_differs_stays(scene: Scene, row: m.Handoff) -> None:
    tao, where = scene.client("tao"), reverse("handoff_files", args=[row.id])
    one, two, plain = copies_of(row)
    assert where in tao.get(reverse("handoff", args=[row.id])).content.decode()
    page = tao.get(where).content.decode()
    assert f'name="{one}"' in page and f'name="{two}"' in page and f'name="{plain}"' not in page
    assert 'src="/static/hash' in page and "The files stay on this computer" in page
    answers = {one: ONE, two: ONE, "step": "check"}
    html = tao.post(where, answers).content.decode()
    assert html.count(">Agrees<") == 1 and html.count(">Differs<") == 1
    assert "Sign for the other 2 copies" in html
    row.refresh_from_db()
    assert row.state is HandoffState.OFFERED, "comparing is not signing"
    signed = {**answers, "step": "sign", "submission": hidden(html, "submission")}
    for _ in range(2):
        assert tao.post(where, signed).status_code == 302
    row.refresh_from_db()
    assert row.state is HandoffState.PARTLY
    wrong = m.Discrepancy.objects.get()
    assert (str(wrong.copy_id), wrong.found) == (two, Received.HASH_DIFFERS)
    assert tao.get(where).status_code == 409, "it is answered"


def test_all_that_agree_are_signed_for_and_what_was_not_checked_too(scene: Scene, row: m.Handoff) -> None:
    tao, where = scene.client("tao", "zh-hans"), reverse("handoff_files", args=[row.id])
    one, two, _plain = copies_of(row)
    html = tao.post(where, {one: ONE, two: "", "step": "check"}).content.decode()
    assert html.count(">一致<") == 1 and html.count(">未核对<") == 1
    assert tao.post(where, {one: ONE, "step": "sign"}).status_code == 302
    row.refresh_from_db()
    assert row.state is HandoffState.ACCEPTED


def test_nothing_checked_or_no_hash_is_told_and_signs_nothing(scene: Scene, row: m.Handoff) -> None:
    tao, where = scene.client("tao"), reverse("handoff_files", args=[row.id])
    one, _two, _plain = copies_of(row)
    none = tao.post(where, {"step": "sign"})
    assert none.status_code == 422 and "Choose at least one file" in none.content.decode()
    wrong = tao.post(where, {one: "xyz", "step": "sign"})
    assert wrong.status_code == 422 and "64 lower-case hexadecimal digits" in wrong.content.decode()
    row.refresh_from_db()
    assert row.state is HandoffState.OFFERED


def test_where_no_hash_is_recorded_there_is_no_such_page(scene: Scene) -> None:
    where = reverse("handoff_files", args=[scene.handoff.id])
    tao = scene.client("tao")
    assert where not in tao.get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    assert tao.get(where).status_code == 404


def test_of_one_copy_that_differs_nothing_is_left_but_to_refuse(scene: Scene) -> None:
    (copy,) = people.make_copies(scene.cast, scene.project, "ALONE", 1, sha256=ONE)
    row = told.offer(scene.cast, scene.westgate, [copy], "tao", "westgate_room").object
    tao, where = scene.client("tao"), reverse("handoff_files", args=[row.id])
    html = tao.post(where, {str(copy.id): TWO, "step": "check"}).content.decode()
    assert "Refuse the copies" in html and 'value="sign"' not in html
    assert tao.post(where, {str(copy.id): TWO, "step": "sign"}).status_code == 422
    row.refresh_from_db()
    assert row.state is HandoffState.OFFERED
