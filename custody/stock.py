"""Until when what a party holds of a project is to be counted (rule INV-01), and since when it counts.

Two fragments of SQL say when something was counted last and since when something is held; the facts of the
rule and the reminders read the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import OuterRef, Subquery

from custody import models as m
from custody import regimes
from custody.policy.calendar import months_later


def counted_on(party: str, project: str) -> str:
    """Return SQL for the day on which a party signed for a count of all that it holds of a project."""
    return f"""(
      SELECT max(s.closed_on) FROM custody_stocktake s
      WHERE s.party_id = {party} AND s.state = 'closed' AND s.system_id IS NULL
        AND s.keeper_id IS NULL
        AND (s.project_id IS NULL OR s.project_id = {project}))"""  # noqa: S608 - columns of our own


def held_since(party: str, project: str) -> str:
    """Return SQL for the moment since which a party holds the first copy of a project that it still has: it
    was received then, or else numbered."""
    return f"""coalesce((
      SELECT min(h.answered_at) FROM custody_handoff h
      WHERE h.receiver_party_id = {party} AND h.project_id = {project}
        AND h.state IN ('accepted', 'accepted_in_part', 'mistaken') AND h.leg IS DISTINCT FROM 'inspection'
        AND EXISTS (
          SELECT FROM custody_handoffcopy l JOIN custody_copy c ON c.id = l.copy_id
          WHERE l.handoff_id = h.id AND c.custodian_party_id = {party} AND c.state <> 'destroyed')), (
      SELECT min(c.created_at) FROM custody_copy c JOIN custody_item i ON i.id = c.item_id
      WHERE c.custodian_party_id = {party} AND i.project_id = {project} AND c.state <> 'destroyed'))"""  # noqa: S608


def told_missing(copies: Any, user: Any) -> Any:
    """Return copies, each with the stocktake at which it was found missing as ``missing_in``; None while
    nothing says so that this user may see."""
    lines = m.StocktakeLine.objects.visible_to(user).barring().filter(copy=OuterRef("pk"))
    return copies.annotate(missing_in=Subquery(lines.order_by("-created_at").values("stocktake")[:1]))


_HOLDINGS = f"""
SELECT p.party_id, p.project_id, p.regime, {held_since("p.party_id", "p.project_id")},
  {counted_on("p.party_id", "p.project_id")}
FROM (
  SELECT DISTINCT c.custodian_party_id AS party_id, i.project_id, j.regime
  FROM custody_copy c JOIN custody_item i ON i.id = c.item_id JOIN custody_project j ON j.id = i.project_id
  WHERE c.state <> 'destroyed' AND (%(all)s OR c.custodian_party_id = ANY(%(parties)s::uuid[]))) p
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Holding:
    """What a party holds of a project is to be counted by ``due``; ``counted_on`` is None for never."""

    party: UUID
    project: UUID
    counted_on: dt.date | None
    due: dt.date


def holdings(now: dt.datetime, parties: Iterable[UUID] | None = None) -> list[Holding]:
    """Return what is to be counted by whom, of all parties or of some, by day. One query.

    Projects whose rules ask for no count are left out, and those whose pack cannot be read, which other pages
    say.
    """
    only = None if parties is None else list(parties)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, {"all": only is None, "parties": only or []})
        rows = cursor.fetchall()
    found = []
    for party, project, regime, since, counted in rows:
        if (asked := _every(regime)) is not None:
            months, zone = asked
            began = since.astimezone(zone).date()
            last = max(began, counted) if counted else began
            found.append(Holding(party, project, counted, months_later(last, months)))
    return sorted(found, key=lambda one: (one.due, str(one.project), str(one.party)))


def _every(regime: str) -> tuple[int, ZoneInfo] | None:
    try:
        pack = regimes.pack(regime)
    except (KeyError, ValueError):
        return None
    setting = pack.rules.get("INV-01")
    months = setting.params.get("every_months") if setting and setting.enabled else None
    return (int(months), ZoneInfo(pack.time_zone)) if months else None
