"""Screening: parties held against the newest list of each source, and what a person judges of the hits.

A hit says that somebody should look. Nothing is barred by a score: a person who judges "the same" bars the
party, and a hit judged "not the same" stays judged in every later list that has the same line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from custody import models as m
from custody.events import screening as events
from custody.screening.likeness import CUT_OFF, Book, Hit, Named
from custody.terms import HitState, PartyState, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, database_now, latest_day, perform
from .correcting import needed
from .entered import entered
from .parties import named, restate
from .registers import party_stream

FRESH = dt.timedelta(days=7)
"""A party is held against the lists again when its last screening is older."""
AT_ONCE = 20
"""Parties in one transaction."""


def newest() -> list[m.BarredList]:
    """Return the newest list of each source, of those whose lines are there."""
    lines = m.BarredEntry.objects.filter(list=OuterRef("pk"))
    rows = m.BarredList.objects.filter(Q(rows=0) | Exists(lines))
    return list(rows.order_by("source", "-created_at", "-id").distinct("source"))


@lru_cache(maxsize=8)
def _book(barred: UUID, on: dt.date) -> Book:
    """Return the lines of a list that are in force on a day, ready to be compared; lists never change."""
    # ``on`` is the latest day anywhere; a line counts while its last day lasts anywhere.
    last = on - dt.timedelta(days=2)
    rows = m.BarredEntry.objects.filter(
        Q(active_on=None) | Q(active_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=last), list_id=barred
    )
    return Book(
        Named(
            str(row.line),
            {str(n): name for n, name in enumerate([row.name, *row.aliases])},
            {scheme: frozenset({value}) for scheme, value in _numbers(row).items()},
        )
        for row in rows.iterator()
    )


def _numbers(row: m.BarredEntry) -> dict[str, str]:
    found = {"UEI": row.uei, "DUNS": row.duns, "CAGE": row.cage, **row.identifiers}
    return {scheme: value for scheme, value in found.items() if value}


def _key(row: m.BarredEntry) -> str:
    """Return what tells a line of a source again in its next list: its names and numbers."""
    said = [row.name_key, sorted(row.aliases), sorted(_numbers(row).items())]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def screen(actor: Actor, *, parties: Sequence[UUID]) -> Outcome:
    """Hold parties against the newest list of each source, in one act. Raises ActionError without a list."""
    actor.require("party.screen")

    def work(act: Act) -> Outcome:
        lists = newest()
        if not lists:
            raise ActionError(
                Text(
                    "No list of barred parties was imported yet. Ask the administrator to import one.",
                    "尚未导入禁入名单，请联系管理员导入。",
                )
            )
        locking.update("party", parties)
        rows = m.Party.objects.filter(id__in=parties)
        on = latest_day(act.now)
        entry = act.id
        for who in named(rows):
            for barred in lists:
                entry = _screen_one(act, who, barred, on)
        first = rows.order_by("id").first()
        return Outcome("done", entry, first)

    return perform(actor, work, verb="party.screen")


def _screen_one(act: Act, who: Named, barred: m.BarredList, on: dt.date) -> UUID:
    found, party = _book(barred.id, on).like(who), UUID(who.key)
    lines = {e.line: e for e in barred.entries.filter(line__in=[int(hit.other) for hit in found])}
    keyed: dict[str, tuple[Hit, m.BarredEntry]] = {}
    for hit in found:  # one line may stand in a list twice; the likest comes first
        keyed.setdefault(_key(lines[int(hit.other)]), (hit, lines[int(hit.other)]))
    known = {h.key: h for h in m.ScreeningHit.objects.filter(party=party, source=barred.source)}
    ids = {key: known[key].id if key in known else m.new_id() for key in keyed}
    held = m.Screening.objects.filter(party=party, source=barred.source).first()
    screening = held.id if held else m.new_id()
    entry = act.record(
        events.PartyScreened(
            screening=str(screening),
            party=who.key,
            barred_list=str(barred.id),
            list_source=barred.source,
            screened_on=on.isoformat(),
            rows=barred.rows,
            cut_off=CUT_OFF,
            found=len(keyed),
            hits=[
                {
                    "hit": str(ids[key]),
                    "key": key,
                    "line": str(line.line),
                    "by": hit.by,
                    "score": str(hit.score),
                }
                for key, (hit, line) in keyed.items()
            ],
            fresh=[str(ids[key]) for key in keyed if key not in known],
        ),
        party_stream(party),
    )
    m.Screening.objects.update_or_create(
        id=screening,
        defaults={
            "party_id": party,
            "source": barred.source,
            "barred_list": barred,
            "screened_on": on,
            "found": len(keyed),
            "screened_at": act.now,
            "entry": entry,
        },
    )
    for key, (hit, line) in keyed.items():
        m.ScreeningHit.objects.update_or_create(
            id=ids[key],
            defaults={
                "party_id": party,
                "source": barred.source,
                "key": key,
                "barred_list": barred,
                "line": line.line,
                "by": hit.by,
                "score": hit.score,
                "entry": entry,
            },
        )
    return entry


def due(now: dt.datetime) -> list[UUID]:
    """Return the parties that are to be held against the lists: never yet, not against the newest one, not
    since their names or numbers changed, or too long ago. Merged and closed ones are left."""
    lists = newest()
    if not lists:
        return []
    parties = m.Party.objects.filter(merged_into=None).exclude(state=PartyState.CLOSED)
    fresh = m.Screening.objects.filter(barred_list__in=lists, screened_at__gt=now - FRESH)
    changed = m.Correction.objects.filter(noun="party")
    seen: dict[UUID, list[dt.datetime]] = {}
    for party, at in fresh.values_list("party", "screened_at"):
        seen.setdefault(party, []).append(at)
    touched: dict[UUID, dt.datetime] = {}
    for pairs in (
        m.PartyName.objects.values_list("party", "created_at"),
        m.PartyIdentifier.objects.values_list("party", "created_at"),
        changed.values_list("object", "created_at"),
    ):
        for party, at in pairs:
            touched[party] = max(touched.get(party, at), at)
    return [
        party
        for party in parties.order_by("id").values_list("id", flat=True)
        if len(seen.get(party, ())) < len(lists) or (party in touched and min(seen[party]) <= touched[party])
    ]


def run_due(now: dt.datetime | None = None) -> int:
    """Screen what is due, some parties in each transaction; return how many. Run by beat."""
    waiting = due(now or database_now())
    for first in range(0, len(waiting), AT_ONCE):
        screen(Actor.setup(), parties=waiting[first : first + AT_ONCE])
    return len(waiting)


@entered(m.ScreeningHit)
def judge(actor: Actor, *, hit: UUID, verdict: HitState, reason: str) -> Outcome:
    """Say whether a party is who stands on the list. The same: the party is barred at once (rule HOP-01).

    Not the same lets nothing free: a party that was barred before stays so until its standing is changed.
    """
    actor.require("party.judge")
    needed(reason)
    if verdict is HitState.OPEN:
        raise ActionError(Text("Say whether it is the same party.", "请判定是否为同一单位。"), "verdict")
    found = m.ScreeningHit.objects.get(id=hit)

    def work(act: Act) -> Outcome:
        locking.update("party", [found.party_id])
        row = m.ScreeningHit.objects.select_related("party", "barred_list").get(id=hit)
        act.unchanged(row)
        if row.state is verdict:
            raise ActionError(Text("This was judged so already.", "已作出同样的判定。"), "verdict")
        person, on = actor.human(), latest_day(act.now)
        entry = act.record(
            events.ScreeningJudged(
                hit=str(hit),
                party=str(row.party_id),
                verdict=str(verdict),
                reason=reason,
                judged_by=str(person),
                judged_on=on.isoformat(),
            ),
            party_stream(row.party_id),
        )
        row.state, row.reason, row.judged_by_id, row.judged_on = verdict, reason, person, on
        row.entry = entry
        row.save()
        if verdict is HitState.SAME and _to_be_barred(row.party, actor):
            restate(act, row.party, PartyState.BARRED, _because(row, reason))
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.judge")


def _to_be_barred(party: m.Party, actor: Actor) -> bool:
    """Whether the verdict changes the party's standing: a closed one gets nothing as it is, and the unit
    that runs the site is not barred from its own."""
    return party.state not in (PartyState.BARRED, PartyState.CLOSED) and party.id != actor.house


def _because(hit: m.ScreeningHit, reason: str) -> str:
    barred = hit.barred_list
    return f"{barred.source}, {barred.file_name}, line {hit.line}: {reason}"[:1000]


def listed_names(hits: Iterable[m.ScreeningHit]) -> dict[UUID, m.BarredEntry]:
    """Return the lines that hits name, as far as their lists are here: a restore may have lost them."""
    wanted = {(h.barred_list_id, h.line): h.id for h in hits}
    asked = Q(pk__in=[])
    for barred, line in wanted:
        asked |= Q(list_id=barred, line=line)
    rows = m.BarredEntry.objects.filter(asked)
    by_place = {(row.list_id, row.line): row for row in rows}
    return {h.id: by_place[h.barred_list_id, h.line] for h in hits if (h.barred_list_id, h.line) in by_place}
