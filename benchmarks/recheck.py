"""How long the nightly re-check takes over ten thousand subcontracts, and what a bad day costs.

python -m benchmarks.recheck

A project of 10,000 approved subcontracts to fifty parties, in a tree of ten below each, all in order. Nothing
has changed: the limit is 60 s. The peer are the same questions one by one, on a reading of their own each,
as an act asks them. Then the certificate of one party is past its day, so some subcontracts turn bad, and
each becomes an entry with its facts; then it is renewed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks import site

SIZE, BELOW, TIERS, ALONE = 10_000, 10, 5, 200
WORTH = Decimal(10) ** 14
"""Of the contract: every subcontract is one per cent of what stands above it, down to the last tier."""
LIMIT_S = 60.0


def grown() -> tuple[Any, Any]:
    """Return a project of so many subcontracts that are all in order, and a certificate that some rest on."""
    from django.db import connection

    from custody import models as m
    from custody.stories import cast, told

    people = cast.load()
    project = cast.open_project(people, "RECHECK-2026", "Re-check 复核", regime="cn_surveying")
    m.Project.objects.filter(id=project.id).update(contract_value=WORTH)
    project.refresh_from_db()
    like = told.approved_hop(
        people, project, "westgate", "Scanning 扫描", share=Decimal(1), amount=WORTH / 100
    )
    parties, paper = _parties(m.Party.objects.get(id=like.to_party_id))
    made = _tree(project, like, parties)
    m.Hop.objects.bulk_create(made, batch_size=2_000)
    _papers(like, made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return project, paper


def _copy(row: Any, **changes: Any) -> Any:
    """Return an unsaved copy of a row with an id of its own."""
    from custody import models as m

    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    return type(row)(**{**values, "id": m.new_id(), "entry": m.new_id(), **changes})


def _parties(like: Any) -> tuple[list[list[Any]], Any]:
    """Return ten parties for each tier, with the certificates of one; and one of those certificates."""
    from custody import models as m

    tiers = [[_copy(like, name=f"Unit {tier}-{n}") for n in range(BELOW)] for tier in range(TIERS)]
    m.Party.objects.bulk_create([party for tier in tiers for party in tier])
    papers = [
        _copy(paper, party_id=party.id, number=f"{paper.number}-{tier}-{n}")
        for tier, parties in enumerate(tiers)
        for n, party in enumerate(parties)
        for paper in like.qualifications.all()
    ]
    m.Qualification.objects.bulk_create(papers)
    return tiers, next(paper for paper in papers if paper.party_id == tiers[2][0].id)


def _tree(project: Any, like: Any, tiers: list[list[Any]]) -> list[Any]:
    """Return so many subcontracts, ten below each, each to another party of the next tier."""
    from custody import record
    from custody.actions.subjects import subject_of

    made: list[Any] = []
    room: list[Any] = [None]
    while len(made) < SIZE:
        parent = room.pop(0)
        tier = parent.depth if parent else 0
        giver = parent.to_party_id if parent else like.from_party_id
        for party in tiers[tier]:
            hop = _copy(like, from_party_id=giver, to_party_id=party.id, performer_id=party.id)
            hop.amount = WORTH / 100 ** (tier + 1)
            hop.parent_id, hop.depth, hop.source_key = parent.id if parent else None, tier + 1, None
            hop.path = f"{parent.path if parent else ''}{hop.id}/"
            hop.subject_sha256 = record.digest(subject_of(hop))
            made.append(hop)
            room += [hop] if tier + 1 < TIERS else []
    return made[:SIZE]


def _papers(like: Any, made: list[Any]) -> None:
    """Give each what the first has: approval with its votes, consents, terms."""
    from custody import models as m
    from custody.actions.subjects import subject_of

    for model in (m.Consent, m.Agreement):
        rows = [_copy(row, hop_id=hop.id) for row in model.objects.filter(hop=like) for hop in made]
        model.objects.bulk_create(rows, batch_size=2_000)
    approval = m.Approval.objects.get(hop=like)
    given = [
        _copy(approval, hop_id=hop.id, subject=subject_of(hop), subject_sha256=hop.subject_sha256)
        for hop in made
    ]
    m.Approval.objects.bulk_create(given, batch_size=2_000)
    votes = [_copy(vote, approval_id=row.id) for vote in approval.votes.all() for row in given]
    m.Vote.objects.bulk_create(votes, batch_size=2_000)


def _seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def _show(noun: Any, done: int, total: int) -> None:
    live = sys.stderr.isatty()
    if live or done in (0, total) or done % 2_500 == 0:
        sys.stderr.write(f"\r{noun}: {done:,} of {total:,}  " if live else f"{noun}: {done:,} of {total:,}\n")


def measure() -> list[tuple[str, float, int, int]]:
    """Return what was done, in how many seconds, over how many objects, with how many entries."""
    import datetime as dt

    from django.utils import timezone

    from custody import models as m
    from custody.actions import rechecking, rejudging
    from custody.terms import LapseNoun

    project, paper = grown()
    now, found = timezone.now(), []
    rechecking.run(now, _show)  # tells what the demo left; warms up
    for what, change in (
        ("nothing has changed", {}),
        ("a certificate has run out", {"valid_to": paper.valid_from + dt.timedelta(days=1)}),
        ("nothing has changed since", {}),
        ("the certificate is renewed", {"valid_to": paper.valid_to}),
    ):
        if change:
            m.Qualification.objects.filter(id=paper.id).update(**change)
        taken, ran = _seconds(lambda: rechecking.run(now, _show))
        found.append((what, taken, ran.judged, ran.found + ran.ended))
    some = list(rejudging.in_scope(LapseNoun.HOP, now).filter(project=project)[:ALONE])
    taken, _ = _seconds(lambda: [rejudging.judge(rejudging.case_of(hop, now), now) for hop in some])
    found.append(("one by one", taken, len(some), 0))
    return found


def main() -> int:
    """Measure, print the table, and return the exit code."""
    with site.demo() as where:
        os.environ |= {**where.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django

        django.setup()
        from django.db import connections

        rows = measure()
        connections.close_all()
    peer = rows[-1][1] / rows[-1][2]
    print(f"## The nightly re-check ({site.machine()})\n")
    print("| what | judged | changes recorded | seconds | ms each | to one by one |")
    print("|---|---:|---:|---:|---:|---:|")
    for what, taken, judged, changes in rows:
        each = taken / judged
        print(f"| {what} | {judged:,} | {changes:,} | {taken:.1f} | {each * 1000:.2f} | {each / peer:.2f} |")
    quiet = [row for row in rows if row[3] == 0 and row[2] >= SIZE]
    met = len(quiet) == 2 and all(row[1] <= LIMIT_S for row in quiet)
    print(f"\nThe limit is {LIMIT_S:.0f} s where nothing has changed: {'met' if met else 'MISSED'}.")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
