"""Who has more copies of a project, or for longer, than its subcontracts in force justify (rule HLD-01).

Fragments of SQL say how many copies of one item a holder has, by which subcontracts, until when, and since
when it has a copy; the facts of the rule and the search at night read the same. A subcontract is in force on
a day from its first to its last, while it stands as approved. What is suspended, revoked, done, being closed
or closed was in force until the day on which that was recorded.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models.expressions import RawSQL

from custody import regimes
from custody.silence import answers_for, made

CODE = "HLD-01"
_IN_FORCE = "h.state = 'active' AND h.starts <= {today} AND (h.ends IS NULL OR h.ends >= {today})"


def covered_by(party: str, project: str, today: str) -> str:
    """Return SQL for the number of subcontracts of a project to a party that are in force on a day."""
    return f"""(
      SELECT count(*) FROM custody_hop h
      WHERE h.to_party_id = {party} AND h.project_id = {project} AND {_IN_FORCE.format(today=today)})"""  # noqa: S608 - columns of our own


def covered_until(party: str, project: str, today: str, zone: str) -> str:
    """Return SQL for the last day before a day on which one was in force; null where none ever was."""
    return f"""(
      SELECT max(least({today} - 1, h.ends, CASE WHEN h.state <> 'active'
        THEN ({made("h.entry")} AT TIME ZONE {zone})::date END)) FROM custody_hop h
      WHERE h.to_party_id = {party} AND h.project_id = {project} AND h.starts < {today}
        AND h.state NOT IN ('requested', 'rejected', 'withdrawn'))"""  # noqa: S608


def held_since(copy: str, party: str, created: str) -> str:
    """Return SQL for the moment since which a party has a copy without a break; moves within it are none."""
    return f"""coalesce((
      SELECT min(x.created_at) FROM custody_holding x
      WHERE x.copy_id = {copy} AND x.party_id = {party} AND x.how = 'kept' AND NOT EXISTS (
        SELECT FROM custody_holding y
        WHERE y.copy_id = {copy} AND y.party_id <> {party} AND y.how = 'kept'
          AND y.created_at > x.created_at)),
      {created})"""  # noqa: S608


def beside(item: str, party: str) -> str:
    """Return SQL for the number of copies of an item that a party has."""
    return f"""(
      SELECT count(*) FROM custody_copy b
      WHERE b.item_id = {item} AND b.custodian_party_id = {party} AND b.state <> 'destroyed')"""  # noqa: S608


def person_has(person: str, project: str) -> str:
    """Return SQL for the number of copies of a project that a person has; null for no person."""
    return f"""CASE WHEN {person} IS NOT NULL THEN (
      SELECT count(*) FROM custody_copy b JOIN custody_item o ON o.id = b.item_id
      WHERE b.custodian_person_id = {person} AND o.project_id = {project} AND b.state <> 'destroyed') END"""  # noqa: S608


_HOARDED = f"""
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::int[], %s::int[], %s::int[])
    AS asked(regime, level, zone, today, late_days, copies_each, per_person)
), with_others AS MATERIALIZED (
  SELECT c.id, c.item_id, c.created_at, c.custodian_party_id AS party, c.custodian_person_id AS person,
    p.id AS project, a.*,
    count(*) OVER (PARTITION BY c.item_id, c.custodian_party_id) AS beside
  FROM custody_copy c JOIN custody_item i ON i.id = c.item_id JOIN custody_project p ON p.id = i.project_id
    JOIN asked a ON a.regime = p.regime AND a.level = i.level
  WHERE c.state <> 'destroyed' AND c.custodian_party_id <> p.owner_party_id
), holder AS MATERIALIZED (
  SELECT x.*, {covered_by("x.party", "x.project", "x.today")} AS covered,
    {covered_until("x.party", "x.project", "x.today", "x.zone")} AS until
  FROM (SELECT DISTINCT party, project, today, zone FROM with_others) x
), keeper AS MATERIALIZED (
  SELECT x.person, x.project, {person_has("x.person", "x.project")} AS has
  FROM (SELECT DISTINCT person, project FROM with_others WHERE person IS NOT NULL) x
)
SELECT w.id FROM with_others w
  JOIN holder h ON h.party = w.party AND h.project = w.project
  LEFT JOIN keeper k ON k.person = w.person AND k.project = w.project
WHERE (h.covered > 0 AND w.beside > w.copies_each * h.covered) OR k.has > w.per_person
  OR (h.covered = 0 AND w.today - greatest(h.until,
    ({held_since("w.id", "w.party", "w.created_at")} AT TIME ZONE w.zone)::date) > w.late_days)
"""  # noqa: S608
"""The copies that somebody hoards: one query, whatever their number. A limit that is null finds none."""


def hoarded_for(user: Any, copies: Any, now: dt.datetime) -> Any:
    """Return the hoarded ones of some copies, as far as this user is to know of it."""
    return hoarded(copies, now).filter(answers_for(user)) if hasattr(user, "in_house") else copies.none()


def hoarded(copies: Any, now: dt.datetime) -> Any:
    """Return those of some copies of which their holder has more, or for longer, than its subcontracts in
    force justify under their regime (rule HLD-01)."""
    rows = [row for name in regimes.all_names() for row in _asked(name, now)]
    if not rows:
        return copies.none()
    columns = [list(column) for column in zip(*rows, strict=True)]
    return copies.filter(id__in=RawSQL(_HOARDED, columns))  # noqa: S611 - our own constants


def _asked(regime: str, now: dt.datetime) -> list[tuple[Any, ...]]:
    """Return what a regime asks for each of its levels: its name, the level, its clock and day, the limits.
    Where its text is gone, which other pages say: none."""
    try:
        today = regimes.today(regime, now)
        pack = regimes.pack(regime, today)
    except (KeyError, ValueError):
        return []
    setting = pack.rules.get(CODE)
    start = setting.params.get("from_level") if setting is not None and setting.enabled else None
    if setting is None or start is None:
        return []
    limits = [setting.params.get(name) for name in ("late_days", "copies_each", "per_person")]
    lowest = pack.rank(start)
    return [(regime, lv.id, pack.time_zone, today, *limits) for lv in pack.levels if lv.rank >= lowest]
