"""A custody book as a careful clerk keeps it: who has which copy, what is on its way, what must stay.

It knows nothing of the product but the names of the cast. Each method writes down one act that went through,
and raises AssertionError when a clerk could not have written it: that act must not have gone through.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

DOWN = ("issue", "loan", "transfer", "destruction")


@dataclass
class Copy:
    """One copy: where it is, on what paper it is under way, why it may not be given away."""

    id: str
    party: str
    person: str | None
    state: str = "held"
    paper: str | None = None
    unsettled: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    since: str = "minted"


@dataclass
class Paper:
    """A handing over between two parties, or a batch to be destroyed, or a count."""

    id: str
    copies: list[str]
    giver: str
    taker: str
    by: str
    to: str = ""
    leg: str = ""
    state: str = "open"
    signed_by: str = ""
    doubted_by: str = ""
    took: list[str] = field(default_factory=list)
    answer_by: dt.date | None = None
    sent: bool = False

    def past(self, today: dt.date) -> bool:
        """Return whether it waits for an answer no more: its day is over and nothing is on the road."""
        return self.answer_by is not None and self.answer_by < today and not self.sent


@dataclass
class Hold:
    """What an incident keeps where it is."""

    incident: str
    copy: str | None = None
    party: str | None = None


class Book:
    """The book, and a page for every moment that anything was written."""

    def __init__(self) -> None:
        self.copies: dict[str, Copy] = {}
        self.papers: dict[str, Paper] = {}
        self.batches: dict[str, Paper] = {}
        self.counts: dict[str, Paper] = {}
        self.holds: dict[str, Hold] = {}
        self.legal: set[str] = set()
        self.minted = 0
        self.pages: list[tuple[dt.datetime, dict[str, tuple[str, str | None]]]] = []

    # --- what anybody may ask ---

    def custody(self) -> dict[str, tuple[str, str | None]]:
        """Return who has each copy that is."""
        return {c.id: (c.party, c.person) for c in self.copies.values() if c.state != "destroyed"}

    def turn(self, moment: dt.datetime) -> None:
        """Keep a page of how it stands at a moment."""
        self.pages.append((moment, self.custody()))

    def held(self, copy: str) -> bool:
        return any(h.copy == copy for h in self.holds.values())

    def barred(self, *parties: str) -> bool:
        return any(h.party in parties for h in self.holds.values())

    # --- copies ---

    def mint(self, ids: list[str], party: str, person: str) -> None:
        for id in ids:
            assert id not in self.copies, "a number is given once"
            self.copies[id] = Copy(id, party, person)
        self.minted += len(ids)

    # --- handing over ---

    def offer(
        self, id: str, by: str, copies: list[str], giver: str, taker: str, to: str, leg: str,
        answer_by: dt.date | None = None,
    ) -> None:  # fmt: skip
        for copy in (self.copies[c] for c in copies):
            assert copy.party == giver, "nobody gives what another has"
            assert copy.state == "held", f"{copy.state} is not to be given"
            assert not copy.unsettled, "not in order when last received"
            assert not copy.missing, "not seen when last counted"
            assert leg == "return" or not self.held(copy.id), "an incident holds it"
            copy.state, copy.paper = "offered", id
        assert leg == "return" or not self.barred(giver, taker), "an incident holds the party"
        assert (giver == taker) == (leg == "internal")
        self.papers[id] = Paper(id, sorted(copies), giver, taker, by, to, leg, answer_by=answer_by)

    def accept(self, id: str, by: str, wrong: list[str], today: dt.date | None = None) -> None:
        paper = self.papers[id]
        assert today is None or not paper.past(today), "its day is over"
        assert paper.state == "open" and by == paper.to, "who is named signs, once"
        assert set(wrong) < set(paper.copies), "something is signed for"
        assert not (wrong and paper.leg == "inspection")
        paper.state, paper.signed_by = ("part" if wrong else "signed"), by
        paper.took = [c for c in paper.copies if c not in wrong]
        for id_ in paper.copies:
            copy = self.copies[id_]
            assert copy.paper == id and (paper.leg == "return" or not self.held(id_))
            copy.state, copy.paper, copy.since = "held", None, f"{id} signed"
            if id_ in wrong:
                copy.unsettled.add(id)
            elif paper.leg != "inspection":
                copy.party, copy.person = paper.taker, by

    def send(self, id: str, today: dt.date) -> None:
        paper = self.papers[id]
        assert paper.state == "open" and paper.leg != "inspection" and not paper.past(today)
        paper.sent = True

    def lose(self, id: str) -> None:
        paper = self.papers[id]
        assert paper.sent, "what never left is not lost on the way"
        self.end(id, "lose", paper.giver)
        for copy in paper.copies:
            self.copies[copy].unsettled.add(id)

    def night(self, today: dt.date) -> set[str]:
        """End the offers past their day; return which."""
        over = {p.id for p in self.papers.values() if p.state == "open" and p.past(today)}
        for id in over:
            self.end(id, "lapse", "")
        return over

    def end(self, id: str, verb: str, by_party: str, came_back: bool = False) -> None:
        paper = self.papers[id]
        assert paper.state == "open"
        assert verb != "withdraw" or came_back == paper.sent, "what is on the road comes back first"
        assert verb != "decline" or by_party == paper.taker
        paper.state = verb
        for copy in (self.copies[c] for c in paper.copies):
            assert copy.paper == id
            copy.state, copy.paper, copy.since = "held", None, f"{id} {verb}"

    def settle(self, id: str, copy: str, how: str) -> None:
        assert id in self.copies[copy].unsettled, "only what was not in order is settled"
        if how != "report":
            self.copies[copy].unsettled.discard(id)

    def doubt(self, id: str, by: str, party: str) -> None:
        paper = self.papers[id]
        assert paper.state == "signed" and party == paper.taker and paper.leg != "inspection"
        for copy in (self.copies[c] for c in paper.copies):
            assert copy.since == f"{id} signed" and copy.state == "held", "it has moved since"
            copy.state, copy.paper = "disputed", id
        paper.state, paper.doubted_by = "doubted", by

    def undo(self, id: str, by: str, party: str) -> None:
        paper = self.papers[id]
        assert paper.state == "doubted" and party == paper.giver and by != paper.doubted_by
        paper.state = "undone"
        for copy in (self.copies[c] for c in paper.copies):
            copy.state, copy.paper, copy.since = "held", None, f"{id} undone"
            copy.party, copy.person = paper.giver, by

    def uphold(self, id: str, party: str) -> None:
        paper = self.papers[id]
        assert paper.state == "doubted" and party == paper.giver
        paper.state = "signed"
        for copy in (self.copies[c] for c in paper.copies):
            copy.state, copy.paper, copy.since = "held", None, f"{id} upheld"

    # --- destruction ---

    def ask(self, id: str, by: str, copies: list[str], holder: str) -> None:
        self._may_go(copies, holder)
        for copy in (self.copies[c] for c in copies):
            assert copy.state == "held"
            copy.state = "marked_for_destruction"
        self.batches[id] = Paper(id, sorted(copies), holder, "", by)

    def let(self, id: str, by: str) -> None:
        batch = self.batches[id]
        assert batch.state == "open"
        assert by != batch.by and by not in {self.copies[c].person for c in batch.copies}, "their own copies"
        self._may_go(batch.copies, batch.giver)
        batch.state = "let"

    def give_back(self, id: str, verb: str) -> None:
        batch = self.batches[id]
        assert batch.state in {"refuse": ("open",), "withdraw": ("open", "let"), "fail": ("let",)}[verb]
        batch.state = verb
        for copy in (self.copies[c] for c in batch.copies):
            assert copy.state == "marked_for_destruction"
            copy.state, copy.since = "held", f"{id} {verb}"

    def destroy(self, id: str, counted: int, saw: list[str]) -> None:
        batch = self.batches[id]
        assert batch.state == "let", "nothing is destroyed without leave"
        assert counted == len(batch.copies)
        assert saw and not set(saw) & {self.copies[c].person for c in batch.copies}, "who has it saw it"
        self._may_go(batch.copies, batch.giver)
        batch.state = "destroyed"
        for copy in (self.copies[c] for c in batch.copies):
            assert copy.state == "marked_for_destruction"
            copy.state = "destroyed"

    def _may_go(self, copies: list[str], holder: str) -> None:
        for copy in (self.copies[c] for c in copies):
            assert copy.party == holder, "only who has it"
            assert not copy.unsettled and not self.held(copy.id), "somebody has to look at it"
            assert not copy.missing, "what nobody has seen is not destroyed"
            assert copy.person not in self.legal, "under a legal hold"
        assert not self.barred(holder)

    # --- holds ---

    def hold(self, id: str, incident: str, copy: str | None = None, party: str | None = None) -> None:
        self.holds[id] = Hold(incident, copy, party)

    def free(self, ids: list[str]) -> None:
        for id in ids:
            del self.holds[id]

    # --- counting ---

    def count(self, id: str, party: str) -> None:
        self.counts[id] = Paper(id, [c for c, (holder, _) in self.custody().items() if holder == party],
                                party, "", "")  # fmt: skip

    def counted(self, id: str, seen: set[str]) -> dict[str, str]:
        """End a count of which these were seen; return what of the list was not, and how that reads."""
        count = self.counts[id]
        assert count.state == "open"
        count.state = "closed"
        reads = {}
        for copy in (self.copies[c] for c in count.copies):
            if copy.id not in seen:
                here = copy.party == count.giver and copy.state != "destroyed"
                reads[copy.id] = "missing" if here else "moved"
                if here:
                    copy.missing.add(id)
        return reads

    def found(self, id: str, copy: str) -> None:
        self.copies[copy].missing.discard(id)
