"""Since when nothing was heard of a copy (rule SIL-01): the last entry that says something of it alone.

Counted is the time at which an entry was made, which nobody can choose; what somebody claims counts for
nothing. An entry on a copy is what set its row (its numbering, an offer, a receipt, a mark for destruction, a
confirmed count), what became of a handoff that it is in (an answer, a withdrawal, a correction, a reading on
site), a count that saw it or did not find it, and a hold by an incident or its release. That a restore has
cast doubt on it is none, nor is what the re-check finds, or a list on which it merely stands.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, DateTimeField, F, Func, Q, When
from django.db.models.expressions import RawSQL

from custody import models as m
from custody import regimes

CODE = "SIL-01"


def made(entry: str) -> str:
    """Return SQL for the time in an entry's id, a UUIDv7."""
    return f"to_timestamp(('x' || left(replace({entry}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"


def last_event(id: str, entry: str, unconfirmed: str, created: str) -> str:
    """Return SQL for the time of the last entry on a copy, of whose row these are columns."""
    own = f"CASE WHEN {entry} IS DISTINCT FROM {unconfirmed} THEN {made(entry)} END"
    handoffs = f"""(
      SELECT max({made("h.entry")}) FROM custody_handoffcopy l JOIN custody_handoff h ON h.id = l.handoff_id
      WHERE l.copy_id = {id})"""  # noqa: S608 - columns of our own
    counts = f"""(
      SELECT max({made("s.entry")}) FROM custody_stocktakeline s
      WHERE s.copy_id = {id} AND s.found <> 'not_seen')"""  # noqa: S608
    holds = f"""(
      SELECT max(greatest({made("x.entry")}, {made("x.release_entry")})) FROM custody_incidenthold x
      WHERE x.copy_id = {id})"""  # noqa: S608
    return f"greatest({created}, {own}, {handoffs}, {counts}, {holds})"


class _LastEvent(Func):
    """The same as an expression of a list of copies."""

    output_field = DateTimeField()

    def __init__(self) -> None:
        """Read the columns of the copy."""
        super().__init__(F("id"), F("entry"), F("unconfirmed"), F("created_at"))

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: Any = None,
        template: Any = None,
        arg_joiner: Any = None,
        **_: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL; columns have no parameters."""
        columns = [compiler.compile(column)[0] for column in self.source_expressions]
        return last_event(*columns), ()


def told(copies: Any, user: Any) -> Any:
    """Return copies, each with the time of the last entry on it as ``last_event``; None where it is not for
    this user to know."""
    return copies.annotate(last_event=Case(When(answers_for(user), then=_LastEvent())))


def of(copy: m.Copy, user: Any) -> dt.datetime | None:
    """Return the time of the last entry on a copy; None where it is not for this user to know."""
    rows = m.Copy.objects.filter(answers_for(user), id=copy.id)
    found: dt.datetime | None = rows.annotate(at=_LastEvent()).values_list("at", flat=True).first()
    return found


def answers_for(user: Any) -> Q:
    """Return which copies are of a project that a user sees whole, or with a party of the user's: who passed
    one on is not told what became of it there."""
    if user.in_house:
        return Q(pk__isnull=False)
    whole = m.Project.objects.whole_for(user).values("id")
    return Q(item__project__in=whole) | Q(custodian_party__in=user.party_ids())


_SILENT = f"""
SELECT c.id FROM custody_copy c
  JOIN custody_item i ON i.id = c.item_id
  JOIN custody_project p ON p.id = i.project_id
  JOIN unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::int[], %s::int[])
    AS asked(regime, level, zone, today, days, owner_days)
    ON asked.regime = p.regime AND asked.level = i.level
WHERE c.state <> 'destroyed' AND c.created_at < %s
  AND asked.today - ({last_event("c.id", "c.entry", "c.unconfirmed", "c.created_at")}
      AT TIME ZONE asked.zone)::date
    > CASE WHEN c.custodian_party_id = p.owner_party_id THEN asked.owner_days ELSE asked.days END
"""  # noqa: S608
"""The copies that are silent: one query, whatever their number. A limit that is null finds none."""


def silent_for(user: Any, copies: Any, now: dt.datetime) -> Any:
    """Return the silent ones of some copies, as far as this user is to know of it."""
    return silent(copies, now).filter(answers_for(user)) if hasattr(user, "in_house") else copies.none()


def silent(copies: Any, now: dt.datetime) -> Any:
    """Return those of some copies of which nothing was heard for longer than their regime allows (rule
    SIL-01)."""
    rows = [row for name in regimes.all_names() for row in _asked(name, now)]
    least = min((days for *_, away, home in rows for days in (away, home) if days is not None), default=None)
    if least is None:
        return copies.none()
    columns = [list(column) for column in zip(*rows, strict=True)]
    before = now - dt.timedelta(days=least - 1)
    return copies.filter(id__in=RawSQL(_SILENT, [*columns, before]))  # noqa: S611 - our own constants


def _asked(regime: str, now: dt.datetime) -> list[tuple[Any, ...]]:
    """Return what a regime asks for each of its levels: its name, the level, its clock and day, the limits of
    days for others and for the owner of a project. Where its text is gone, which other pages say: none."""
    try:
        today = regimes.today(regime, now)
        pack = regimes.pack(regime, today)
    except (KeyError, ValueError):
        return []
    setting = pack.rules.get(CODE)
    start = setting.params.get("from_level") if setting is not None and setting.enabled else None
    if setting is None or start is None:
        return []
    limits = (setting.params.get("days"), setting.params.get("owner_days"))
    lowest = pack.rank(start)
    return [(regime, lv.id, pack.time_zone, today, *limits) for lv in pack.levels if lv.rank >= lowest]
