"""How long the rules take: on facts in hand, and with the gathering of facts in projects of growing size.

python -m benchmarks.rules

In hand: one handoff over a chain of two subcontracts, all rules of the regime, each time on facts newly
gathered, as an act has them when it asks its rules. The limit is 2 ms. A replay reads the stored facts too.
From the database: the panel of an offer, facts gathered and all rules run, without the page around it; the
project holds 10, 500 and 10,000 subcontracts in a tree of ten below each. Ten hops are the peer of the rest.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks import site

ASKED, DECIDED = 200, 2_000
SIZES = (10, 500, 10_000)
BELOW = 10
LIMIT_MS = 2.0
FLAT = 2.0
"""How many times as long as with ten hops it may take at most."""


def median_ms(act: Callable[..., object], times: int, before: Callable[[], Any] | None = None) -> float:
    """Return the median of the milliseconds that an act takes; the first tenth warms up. What `before` makes
    is given to it, and the making is not timed."""
    taken = []
    for _ in range(times):
        given = () if before is None else (before(),)
        began = time.perf_counter()
        act(*given)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[times // 10 :])


def in_hand() -> tuple[float, float, int]:
    """Return the milliseconds for all rules on one handoff, those of a replay, and how many rules ran."""
    from custody.policy.engine import decide
    from custody.policy.facts import Facts
    from custody.terms import Verb
    from tests.policy.packs import pack
    from tests.policy.world import World

    national = pack("cn_surveying")
    world = World(Verb.HANDOFF_OFFER, "cn_surveying", tier=2)
    stored = world.facts().to_json()

    def judged(facts: Facts) -> Any:
        return decide(Verb.HANDOFF_OFFER, facts, national)

    decision = judged(world.facts())
    assert decision.allowed, [f.code for f in decision.barring]
    replayed = median_ms(lambda: judged(Facts.from_json(stored)), DECIDED)
    return median_ms(judged, DECIDED, world.facts), replayed, len(decision.findings)


def grow(project: Any, like: Any, size: int) -> None:
    """Give a project so many subcontracts, as approved copies of one, ten below each."""
    from custody import models as m

    there = list(m.Hop.objects.filter(project=project).order_by("depth", "id"))
    room = [hop for hop in there if hop.id != like.id for _ in range(BELOW)] or [None]
    have, made = len(there), []
    while have < size:
        parent = room.pop(0) if room else None
        values = {f.attname: getattr(like, f.attname) for f in m.Hop._meta.concrete_fields}
        id = m.new_id()
        depth, path = (parent.depth + 1, parent.path) if parent else (1, "")
        values |= {"id": id, "entry": m.new_id(), "path": f"{path}{id}/", "depth": depth, "source_key": None}
        values |= {"parent_id": parent.id if parent else None}
        hop = m.Hop(**values)
        made.append(hop)
        room += [hop] * BELOW
        have += 1
    m.Hop.objects.bulk_create(made, batch_size=2_000)


def from_the_database() -> list[tuple[int, float]]:
    """Return for each size of a project the milliseconds for gathering and deciding."""
    from django.db import connection
    from django.utils import timezone

    from custody.actions import handoffs
    from custody.stories import cast, told
    from custody.terms import Channel

    people = cast.load()
    project = cast.open_project(people, "RULES-2026", "Rules 规则")
    hop = told.approved_hop(people, project, "westgate", "Scanning 扫描", **told.SMALL)
    [copy] = cast.make_copies(people, project, "RULES", 1)
    offer = handoffs.Offer(
        hop=hop.id, copies=[copy.id], receiver_person=people.people["tao"].id, purpose="Scanning 扫描",
        channel=Channel.IN_PERSON, system=people.systems["westgate_room"].id,
    )  # fmt: skip
    mei, found = people.actor("mei"), []
    for size in SIZES:
        grow(project, hop, size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE custody_hop")

        def once() -> Any:
            return handoffs.preview(mei, offer, timezone.now())

        assert once().allowed, [f.code for f in once().judgement.barring]
        found.append((size, median_ms(once, ASKED)))
    return found


def main() -> int:
    """Measure, print the table, and return the exit code."""
    hand, replayed, rules = in_hand()  # before the site stands beside: it needs none
    with site.demo() as where:
        os.environ |= {**where.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.db import connections

        rows = from_the_database()
        connections.close_all()
    base = rows[0][1]
    print(f"## The rules ({site.machine()})\n")
    print("| what | median, ms | beside | ratio |\n|---|---:|---|---:|")
    lines = [
        (f"all {rules} rules on one handoff, facts in hand", hand, f"{LIMIT_MS} ms", LIMIT_MS),
        ("the same, the facts read from what is stored", replayed, "in hand", hand),
    ]
    lines += [
        (f"facts gathered and judged, {n:,} hops in the project", ms, "10 hops", base) for n, ms in rows
    ]
    for what, taken, beside, peer in lines:
        print(f"| {what} | {taken:.2f} | {beside} | {taken / peer:.2f} |")
    met = hand <= LIMIT_MS and all(taken <= FLAT * base for _, taken in rows)
    print(f"\nThe limits are {LIMIT_MS} ms and {FLAT} times: {'met' if met else 'MISSED'}.")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
