"""Rows that do not say what the ledger says: which acts rest on them.

An entry names everything that its act rests on: the rows it sets, the facts that were decided on, who acted.
So an act rests on a frozen row when its entries name the row, or a row that stands for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from custody import models as m
from custody.record import Draft

EVERYTHING = "*"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Columns that name who or what is judged by a row whose own id no entry of an act carries.
_STANDS_FOR: dict[type[Any], tuple[str, ...]] = {
    m.User: ("person_id",),
    m.Membership: ("person_id",),
    m.Grant: ("person_id",),
    m.PartyName: ("party_id",),
    m.PartyIdentifier: ("party_id",),
    m.NeedToKnow: ("person_id",),
    m.PartyControl: ("party_id", "controller_id"),
    m.Screening: ("party_id",),
    m.ScreeningHit: ("party_id",),
    m.Qualification: ("party_id",),
    m.Approval: ("hop_id",),
    m.Vote: ("approval_id",),
    m.Condition: ("approval_id",),
    m.Opinion: ("approval_id",),
    m.Referral: ("approval_id",),
    m.UseLimit: ("approval_id",),
    m.Override: ("party_id",),
    m.OverrideVote: ("override_id",),
    m.Signature: ("object",),
    m.Correction: ("object",),
    m.IncidentHold: ("copy_id", "party_id"),
}
_OF_A_SIGN_IN: tuple[type[Any], ...] = (m.ApiKey, m.Factor, m.Identity, m.CounterPin)
_ALL_RESTS_ON: tuple[type[Any], ...] = (m.Site, m.RegimePack)


def holds(model: type[Any], id: str, *rows: Mapping[str, Any]) -> list[str]:
    """Return the ids that no act may name while a row is frozen; ``rows``: what ledger and table say of
    it."""
    if model in _ALL_RESTS_ON:
        return [EVERYTHING]
    found = {id}
    for row in rows:
        found |= {str(row[name]) for name in stands_for(model) if row.get(name)}
        if model in _OF_A_SIGN_IN and row.get("user_id"):
            persons = m.User.objects.filter(pk=row["user_id"]).values_list("person_id", flat=True)
            found |= {str(person) for person in persons}
    return sorted(found)


def stands_for(model: type[Any]) -> tuple[str, ...]:
    """Return the columns of a table that name who or what its rows are judged with."""
    return ("user_id",) if model in _OF_A_SIGN_IN else _STANDS_FOR.get(model, ())


def barring(drafts: Iterable[Draft]) -> list[m.FrozenObject]:
    """Return the open freezes of what these entries rest on."""
    return rested_on([[[field.name, field.value] for field in draft.fields] for draft in drafts])


def rested_on(values: Any) -> list[m.FrozenObject]:
    """Return the open freezes of what these values name: fields of entries, or facts by group."""
    named = {EVERYTHING, *_UUID.findall(json.dumps(values))}
    return [row for row in open_ones() if named & set(row.holds)]


def open_ones() -> list[m.FrozenObject]:
    """Return what is frozen now."""
    return list(m.FrozenObject.objects.filter(settled_entry__isnull=True))
