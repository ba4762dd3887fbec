"""The product walks beside a clerk's book for thousands of acts: one custodian for each copy at every moment,
no copy lost or doubled, nothing moved without a receipt, nothing destroyed that is held, and the past told as
it was."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from custody import models as m
from custody.apply import rebuild
from custody.compare import compare
from custody.terms import Had
from tests.actions.scenes import Scene, undone
from tests.oracle.stage import Clock
from tests.scale import DAY, FULL, tries
from tests.walk.book import Book
from tests.walk.walker import Walker

Record = Callable[[str, object], None]
STEPS = 250
WALKS = tries(2_000, 50_000) // STEPS
OFTEN = (
    "mint", "offer issue", "offer loan", "offer transfer", "offer destruction", "offer return",
    "offer internal", "offer inspection", "accept", "accept in part", "decline", "withdraw", "settle: find",
    "send off", "lose", "lapse",
    "mistaken", "agree", "disagree", "ask to destroy", "let destroy", "destroy", "report", "hold", "release",
    "legal hold", "lift legal hold", "begin count", "count", "recount", "end count", "suspend", "lift",
)  # fmt: skip
"""What must have gone through at least once: a walk on which everything is refused says nothing."""
SELDOM = (
    "settle: replace", "settle: report", "refuse batch", "withdraw batch", "fail batch", "certify",
    "difference: find", "difference: put_right", "difference: report", "difference: destroy", "dismiss",
)  # fmt: skip
"""What must in many walks."""


def text(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def rows(walker: Walker) -> dict[str, tuple[Any, ...]]:
    """Return how each copy stands in the product, in the book's words."""
    return {
        str(id): (
            str(state),
            walker.parties[party],
            walker.people.get(person),
            str(paper) if paper is not None else None,
        )
        for id, state, party, person, paper in m.Copy.objects.values_list(
            "id", "state", "custodian_party_id", "custodian_person_id", "offered_in_id"
        )
    }


def check(walker: Walker) -> None:
    """Hold every copy against the book, and keep a page of it."""
    book = walker.book
    assert rows(walker) == {c.id: (c.state, c.party, c.person, c.paper) for c in book.copies.values()}
    gone = sum(c.state == "destroyed" for c in book.copies.values())
    assert len(book.copies) == book.minted and len(book.custody()) == book.minted - gone
    walker.turn()


def told_as_it_was(walker: Walker, every: int) -> None:
    """Ask the product who had what at earlier moments, and hold the answers against the book's pages."""
    for moment, page in walker.book.pages[::every]:
        had = m.Holding.objects.filter(how=Had.KEPT).between(moment, moment + dt.timedelta(microseconds=1))
        found = [(str(h.copy_id), (walker.parties[h.party_id], walker.people.get(h.person_id))) for h in had]
        assert len(found) == len(dict(found)), "one custodian at every moment"
        assert dict(found) == page, moment


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_copy_stands_where_the_clerk_has_it_after_each_of_thousands_of_acts(
    acts_stage: Scene, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    seen: Counter[str] = Counter()
    clock = Clock(timezone.now()).set_by(monkeypatch)
    begun = clock.moment
    first = 0 if FULL else DAY  # other walks every day

    for number in range(WALKS):
        clock.moment, seed = begun, first * WALKS + number
        with undone():
            walker = Walker(acts_stage, seed, clock)
            for step in range(STEPS):
                try:
                    walker.step()
                    check(walker)
                except AssertionError as error:
                    error.add_note(f"walk {seed}, step {step}: {walker.last}")
                    raise
            told_as_it_was(walker, every=5)
            assert not list(compare(rebuild())), f"walk {seed}"
            seen += walker.done
    wanted = (*OFTEN, *(SELDOM if FULL else ()))
    never = [what for what in wanted if not seen[what]]
    assert not never, "\n".join([f"never: {never}", *(f"{n} {what}" for what, n in sorted(seen.items()))])
    done = sum(seen[what] for what in (*OFTEN, *SELDOM))
    record_property("acts", f"{WALKS * STEPS} steps, of which {done} went through")


def test_the_book_says_no_to_what_a_clerk_could_not_have_written() -> None:
    book = Book()
    book.mint(["a", "b"], "lakeside", "lan")
    with pytest.raises(AssertionError, match="another has"):
        book.offer("1", "tao", ["a"], "westgate", "harbour", "bo", "issue")
    book.offer("1", "lan", ["a"], "lakeside", "westgate", "tao", "issue")
    with pytest.raises(AssertionError, match="not to be given"):
        book.offer("2", "lan", ["a"], "lakeside", "westgate", "tao", "issue")
    with pytest.raises(AssertionError, match="who is named"):
        book.accept("1", "lan", [])
    book.accept("1", "tao", [])
    assert book.custody() == {"a": ("westgate", "tao"), "b": ("lakeside", "lan")}
    book.hold("h", "i", copy="b")
    with pytest.raises(AssertionError, match="incident holds"):
        book.offer("3", "lan", ["b"], "lakeside", "westgate", "tao", "loan")
    with pytest.raises(AssertionError, match="look at it"):
        book.ask("4", "lan", ["b"], "lakeside")
