"""The nightly re-check: what turned bad, or good again, becomes an entry; nothing is stopped by it.

Every rule stops the next act by itself. A run judges in batches and records each change in a short act of
its own, on facts gathered for it alone; a change that was recorded is none any more, so a run that was killed
goes on where it was, and two at once record nothing twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from custody import frozen, regimes
from custody import models as m
from custody.events.lapse import RecheckCleared, RecheckFound
from custody.models import Site
from custody.policy.engine import Finding
from custody.terms import LapseEnd, LapseNoun

from . import lapsing, rejudging
from .base import Act, Actor, Outcome, latest_day, perform
from .deciding import carried, keep
from .rejudging import Case, Judged

logger = logging.getLogger(__name__)

EVERY = dt.timedelta(hours=20)
NIGHT = range(1, 6)
"""Hours of the site's clock in which a run begins."""
MISSED = dt.timedelta(hours=30)
"""What is older is made up by day."""
LONGEST = dt.timedelta(hours=2)
LATE = dt.timedelta(hours=36)
"""A re-check that is older is missing, and shown so."""
MARK = 300.0
"""Seconds for which a run that says nothing is taken to be alive."""
TOGETHER = 20
"""Objects whose changes are recorded in one transaction."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('custody.recheck', 0))"
Progress = Callable[[LapseNoun, int, int], None]


@dataclass(slots=True)
class Ran:
    """What a run came to so far."""

    judged: int = 0
    found: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be recorded of one object: findings that began or changed, lapses that are over."""

    began: Mapping[str, Finding]
    over: Mapping[str, m.Lapse]

    def __bool__(self) -> bool:
        return bool(self.began or self.over)


def run_due(now: dt.datetime) -> Ran | None:
    """Run the re-check if one is due or was left unfinished; None while there is nothing to do."""
    with _alone() as mine:
        if not mine or not Site.objects.exists():
            return None
        if not m.RecheckRun.objects.filter(finished_at=None).exists() and not _is_due(now):
            return None
        return _run(now, lambda noun, done, all_: None)


def run(now: dt.datetime, progress: Progress = lambda noun, done, all_: None) -> Ran | None:
    """Run the re-check, or go on with one that was left unfinished; None while another is running."""
    with _alone() as mine:
        return _run(now, progress) if mine else None


def last() -> m.RecheckRun | None:
    """Return the newest run that came to its end."""
    return m.RecheckRun.objects.filter(finished_at__isnull=False).first()


def _is_due(now: dt.datetime) -> bool:
    """Once a night; by day only what was missed."""
    newest = m.RecheckRun.objects.first()
    if newest is None:
        return True
    age = now - newest.started_at
    zone = Site.objects.values_list("time_zone", flat=True).first() or "UTC"
    return age > MISSED or (age > EVERY and now.astimezone(ZoneInfo(zone)).hour in NIGHT)


@contextmanager
def _alone() -> Iterator[bool]:
    """Keep other workers out; a killed one keeps them out for a few minutes, until its mark is gone.

    It saves work and nothing rests on it: what two of them record at once is recorded once.
    """
    mine = cache.add("recheck", "running", MARK)
    try:
        yield mine
    finally:
        if mine:
            cache.delete("recheck")


def _run(now: dt.datetime, progress: Progress) -> Ran:
    row, _ = m.RecheckRun.objects.get_or_create(finished_at=None, defaults={"started_at": now})
    tell_passed(now)
    ran, nouns = Ran(), list(LapseNoun)
    start = nouns.index(LapseNoun(row.place[0])) if row.place else 0
    for noun in nouns[start:]:
        after = row.place[1:] if row.place and row.place[0] == str(noun) else None
        total, done = rejudging.count(noun, now), 0
        progress(noun, done, total)
        for cases, place in rejudging.batches(noun, after, now):
            step = _batch(noun, cases, now)
            ran.judged, ran.found, ran.ended = (
                ran.judged + step.judged, ran.found + step.found, ran.ended + step.ended,
            )  # fmt: skip
            _mark(row, [str(noun), *place], step)
            done += len(cases)
            progress(noun, done, total)
    step = _gone(now)
    ran.ended += step.ended
    _mark(row, row.place, step)
    m.RecheckRun.objects.filter(id=row.id).update(finished_at=timezone.now())
    return ran


def tell_passed(now: dt.datetime) -> None:
    """Tell offers past the day of an answer as lapsed, and what was sent off as late: each in a short act."""
    for handoff in lapsing.passed(now):

        def work(act: Act, handoff: UUID = handoff) -> Outcome:
            def note() -> tuple[int, int]:
                lapsing.note(act, handoff)
                return 0, 0

            _apart(act, note)
            return Outcome("done", act.id)

        perform(Actor.setup(), work, despite_freeze=True)


def _mark(row: m.RecheckRun, place: list[str], step: Ran) -> None:
    cache.touch("recheck", MARK)
    row.place = place
    m.RecheckRun.objects.filter(id=row.id).update(
        place=place,
        judged=F("judged") + step.judged,
        found=F("found") + step.found,
        ended=F("ended") + step.ended,
    )


def _batch(noun: LapseNoun, cases: Sequence[Case], now: dt.datetime) -> Ran:
    """Judge a batch; record what changed."""
    if not cases:
        return Ran()
    regimes.refresh()
    standing = _standing(noun, [case.object for case in cases])
    judged = rejudging.judge_many(cases, now)
    changed = [one.case for one in judged if _change(one, standing.get(one.case.object, {}))]
    ran = Ran(judged=len(cases))
    for first in range(0, len(changed), TOGETHER):
        step = _record(noun, changed[first : first + TOGETHER], now)
        ran.found, ran.ended = ran.found + step.found, ran.ended + step.ended
    return ran


def _standing(noun: LapseNoun, objects: Sequence[UUID]) -> dict[UUID, dict[str, m.Lapse]]:
    """Return the open lapses of objects, by rule."""
    found: dict[UUID, dict[str, m.Lapse]] = {}
    for lapse in m.Lapse.objects.open().filter(noun=noun, object__in=objects):
        found.setdefault(lapse.object, {})[lapse.code] = lapse
    return found


def _change(judged: Judged, standing: Mapping[str, m.Lapse]) -> _Change:
    began = {
        code: finding
        for code, finding in judged.findings.items()
        if code not in standing or not _same(finding, Finding.from_json(standing[code].finding))
    }
    over = {code: lapse for code, lapse in standing.items() if code not in judged.findings}
    return _Change(began, over)


def _same(now: Finding, before: Finding) -> bool:
    """Return whether a rule still says the same: as heavy, for the same reasons. That it cannot tell is as
    heavy as what it would say."""
    return _weight(now) == _weight(before) and set(now.problems) == set(before.problems)


def _weight(finding: Finding) -> int:
    return 2 if finding.bars else 1


def _record(noun: LapseNoun, cases: Sequence[Case], now: dt.datetime) -> Ran:
    """Judge each once more, on its own facts, and record what is still a change."""
    ran = Ran()

    def work(act: Act) -> Outcome:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        standing = _standing(noun, [case.object for case in cases])
        rows = rejudging.in_scope(noun, now).in_bulk([case.object for case in cases])
        ran.found = ran.ended = 0  # of this try alone
        for id in sorted(rows):
            before = standing.get(id, {})
            judged = rejudging.judge(rejudging.case_of(rows[id], now), now)
            change = _change(judged, before)
            if change:
                found, ended = _apart(act, lambda: _keep(act, judged, change, before, now))  # noqa: B023
                ran.found, ran.ended = ran.found + found, ran.ended + ended
        return Outcome("done", act.id)

    perform(Actor.setup(), work, despite_freeze=True)
    return ran


def _apart(act: Act, body: Callable[[], tuple[int, int]]) -> tuple[int, int]:
    """Record changes of one object, but not those that rest on a frozen record: they wait until it is
    settled, without an entry every night."""
    before = len(act.drafts)
    with transaction.atomic():
        counted = body()
        if frozen.open_ones() and frozen.barring(act.drafts[before:]):
            transaction.set_rollback(True)
            del act.drafts[before:]
            return 0, 0
    return counted


def _keep(
    act: Act, judged: Judged, change: _Change, before: Mapping[str, m.Lapse], now: dt.datetime
) -> tuple[int, int]:
    if change.began:
        _began(act, judged, change.began, before, now)
    if change.over:
        _ended(act, judged.case, change.over, LapseEnd.MENDED, now)
    return len(change.began), len(change.over)


def _named(case: Case) -> dict[str, Any]:
    return {
        "noun": str(case.noun),
        "object": str(case.object),
        "project": str(case.project.id) if case.project else None,
        "hop": str(case.hop) if case.hop else None,
        "party": str(case.party) if case.party else None,
    }


def _day(case: Case, now: dt.datetime) -> dt.date:
    return regimes.today(case.project.regime, now) if case.project else latest_day(now)


def _began(
    act: Act, judged: Judged, began: Mapping[str, Finding], before: Mapping[str, m.Lapse], now: dt.datetime
) -> None:
    """Record rules that do not hold any more: one entry for each ruling that says so, with its facts."""
    case, on = judged.case, _day(judged.case, now)
    parts: list[tuple[Any, list[Finding]]] = [
        (ruling, [x for x in ruling.judgement.findings if began.get(x.code) is x])
        for ruling in judged.rulings
    ]
    if not judged.rulings:
        parts = [(None, list(began.values()))]
    for ruling, findings in parts:
        if not findings:
            continue
        decision = m.new_id()
        made = {finding.code: m.new_id() for finding in findings}
        replaced = [before[code] for code in made if code in before]
        entry = act.record(
            RecheckFound(
                **_named(case),
                on=on.isoformat(),
                lapses=[str(id) for id in made.values()],
                findings=[finding.to_json() for finding in findings],
                replaced=[str(lapse.id) for lapse in replaced],
            ),
            case.stream,
            **(carried(ruling, decision) if ruling else {}),
        )
        if ruling:
            keep(ruling, case.project, decision, entry)
        _end(replaced, on, LapseEnd.CHANGED, entry)
        m.Lapse.objects.bulk_create(
            m.Lapse(
                id=made[finding.code],
                entry=entry,
                noun=case.noun,
                object=case.object,
                project=case.project,
                hop_id=case.hop,
                party_id=case.party,
                code=finding.code,
                version=finding.version,
                outcome=finding.outcome,
                finding=finding.to_json(),
                since=on,
            )
            for finding in findings
        )


def _ended(act: Act, case: Case, over: Mapping[str, m.Lapse], how: LapseEnd, now: dt.datetime) -> None:
    on = _day(case, now)
    entry = act.record(
        RecheckCleared(
            **_named(case),
            on=on.isoformat(),
            lapses=[str(lapse.id) for lapse in over.values()],
            codes=sorted(over),
            ended=str(how),
        ),
        case.stream,
    )
    _end(over.values(), on, how, entry)


def _end(lapses: Any, on: dt.date, how: LapseEnd, entry: UUID) -> None:
    ids = [lapse.id for lapse in lapses]
    m.Lapse.objects.filter(id__in=ids).update(ended_on=on, ended=how, entry=entry)


def _gone(now: dt.datetime) -> Ran:
    """End the lapses of what is not in force any more."""
    ran = Ran()
    for noun in LapseNoun:
        scope = rejudging.in_scope(noun, now).order_by().values("id")
        while True:
            left = m.Lapse.objects.open().filter(noun=noun).exclude(object__in=scope)
            objects = list(left.order_by("object").values_list("object", flat=True).distinct()[:TOGETHER])
            ended = _end_gone(noun, objects, now) if objects else 0
            ran.ended += ended
            if not ended:
                break
    return ran


def _end_gone(noun: LapseNoun, objects: Sequence[UUID], now: dt.datetime) -> int:
    ended = 0

    def work(act: Act) -> Outcome:
        nonlocal ended
        ended = 0
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        inside = set(rejudging.in_scope(noun, now).filter(id__in=objects).values_list("id", flat=True))
        for id, lapses in _standing(noun, [id for id in objects if id not in inside]).items():
            row = next(iter(lapses.values()))
            stream = row.project.stream if row.project else f"party:{row.party_id}"
            case = Case(noun, id, stream, row.party_id, row.project, row.hop_id)

            def end(case: Case = case, lapses: dict[str, m.Lapse] = lapses) -> tuple[int, int]:
                _ended(act, case, lapses, LapseEnd.GONE, now)
                return 0, len(lapses)

            ended += _apart(act, end)[1]
        return Outcome("done", act.id)

    perform(Actor.setup(), work, despite_freeze=True)
    return ended
