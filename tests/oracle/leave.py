"""What the notes say of making more copies (CPY-02): approved, and of what is top secret by its originator
only. Nothing here looks at the product."""

from __future__ import annotations

from tests.oracle.verdict import Verdict, secret
from tests.oracle.world import OFFICER, Item, Permit, Person, World

BESIDE = ("CLS-01", "CLS-02", "FOR-01", "FOR-02", "SYS-01", "SYS-02")
"""Rows on the item and the place, of which the notes do not say whether they fall on copying too."""


def counts(world: World, permit: Permit, item: Item, count: int) -> bool:
    """Whether a permit lets so many copies of an item be made today."""
    return (
        permit.item == item.id
        and permit.state == "approved"
        and permit.count >= count
        and world.today <= permit.until
    )


def copied(world: World, item: Item, count: int) -> Verdict:
    """What forbids making more copies of an item that has some."""
    said = Verdict()
    said.silent(*BESIDE)
    if not secret(item.level):
        said.silent("CPY-02")
    elif not any(counts(world, permit, item, count) for permit in world.permits):
        said.no("CPY-02", f"{count} of {item.id} are not approved (SSR 27(5))")
    return said


def asked(world: World, permit: Permit) -> Verdict:
    """Asking is free; whether for a day that is over, the notes do not say."""
    said = Verdict()
    said.silent(*BESIDE)
    if permit.until < world.today:
        said.silent("CPY-02")
    return said


def approved(world: World, voter: Person, permit: Permit) -> Verdict:
    """What forbids an approval."""
    said = asked(world, permit)
    item = world.items[permit.item]
    if voter.id == permit.requester:
        said.silent("CPY-02", "APR-04")  # of copies the notes do not say that one may not approve one's own
    if item.level == "juemi" and not voter.is_(OFFICER, item.originator):
        said.no("CPY-02", "top secret is copied by leave of its originator (SSR 29(4))")
    return said
