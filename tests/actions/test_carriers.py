"""What carries a copy is put down by who has it, kept with what stood before, and held against receipts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody import models as m
from custody.actions import carriers, handoffs
from custody.actions.base import ActionError, Changed, NotPermitted
from custody.actions.carriers import Carrier
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.terms import Medium, Received
from tests.actions.scenes import done, everything
from tests.actions.test_legs import Desk

OWN, OTHER = "1" * 64, "2" * 64
DRIVE = Carrier(Medium.USB, "K-0815", "S 44 017", OWN)
WHY = "Put on a drive of its own 单独拷入U盘"


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def described(desk: Desk, carrier: Carrier = DRIVE, who: str = "yu", copy: int = 0) -> m.Copy:
    row: m.Copy = done(
        carriers.describe(desk.cast.actor(who), copy=desk.copies[copy].id, carrier=carrier, reason=WHY)
    )
    return row


def test_a_custodian_puts_down_what_carries_a_copy_and_what_stood_before_is_kept(desk: Desk) -> None:
    home = desk.cast.systems["workstation"].id
    row = described(desk, replace(DRIVE, home=home))
    row.refresh_from_db()
    assert (row.medium, row.medium_serial, row.seal_number) == (Medium.USB, "K-0815", "S 44 017")
    assert (row.sha256, row.home_id) == (OWN, home)
    described(desk, replace(DRIVE, seal_number="S 44 018", home=home))
    kept = m.Correction.objects.of(row).order_by("entry").last()
    assert kept is not None
    assert kept.changes == {"seal_number": ["S 44 017", "S 44 018"]} and kept.reason == WHY
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize(
    ("carrier", "about"),
    [
        (Carrier(medium_serial="K-1"), "medium"),
        (Carrier(Medium.PAPER, sha256=OWN), "sha256"),
        (Carrier(Medium.FILM, sha256=OWN), "sha256"),
        (Carrier(Medium.USB, sha256="A" * 64), "sha256"),
        (Carrier(Medium.USB, medium_serial="K" * 101), "medium_serial"),
        (Carrier(), ""),
    ],
)
def test_what_cannot_be_so_is_told_and_changes_nothing(desk: Desk, carrier: Carrier, about: str) -> None:
    before = everything()
    with pytest.raises(ActionError) as told:
        described(desk, carrier)
    assert (told.value.about or "") == about and told.value.text.zh
    assert everything() == before


def test_nobody_describes_what_another_has_in_hand_and_the_receiver_does_once_it_is_there(desk: Desk) -> None:
    for who in ("tao", "lan", "heng", "an", "jing"):
        with pytest.raises(NotPermitted):
            described(desk, who=who)
    row = done(handoffs.offer(desk.cast.actor("mei"), desk.deal()))
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id))
    assert described(desk, who="tao").medium is Medium.USB


def test_a_copy_that_was_destroyed_is_described_no_more(desk: Desk) -> None:
    batches.destroyed(desk.cast, desk.project, desk.copies[:1])
    with pytest.raises(ActionError, match="destroyed"):
        described(desk)


def test_who_read_an_older_state_is_told_so(desk: Desk) -> None:
    seen = desk.copies[0].entry
    described(desk)
    late = replace(desk.cast.actor("yu"), expects=seen)
    with pytest.raises(Changed):
        carriers.describe(late, copy=desk.copies[0].id, carrier=Carrier(Medium.TAPE), reason=WHY)


def test_a_receipt_holds_the_hash_against_that_of_the_copy_and_not_of_its_item(desk: Desk) -> None:
    m.Item.objects.filter(copies=desk.copies[0].id).update(sha256=OTHER)
    described(desk)
    row = done(handoffs.offer(desk.cast.actor("mei"), desk.deal()))
    found: dict[Any, str] = {desk.copies[0].id: OWN, desk.copies[1].id: OTHER, desk.copies[2].id: OWN}
    done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id, hashes=found))
    wrong = list(m.Discrepancy.objects.values_list("copy", "found"))
    assert wrong == [(desk.copies[2].id, Received.HASH_DIFFERS)]
