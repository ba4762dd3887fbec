"""Which handovers from one custodian to the next, and which of their lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.terms import HandoverState, Stays

from .base import Among, OneOf, Questions, Rows, Search, WordIs, party_columns


def _waits_for(rows: Rows, user: Any, today: dt.date) -> Rows:
    """Return those under way that a user has still to sign."""
    person = getattr(user, "person_id", None)
    if person is None:
        return rows.none()
    signed = m.HandoverSignature.objects.filter(handover=OuterRef("pk"), person=person)
    named = Q(outgoing=person) | Q(incoming=person) | Q(supervisor=person)
    return rows.under_way().filter(named, ~Exists(signed))


class HandoverFilter(Questions):
    """By party or person, state, and whose signature is missing."""

    q = Search(
        *party_columns("party"), "outgoing__name", "incoming__name", "supervisor__name",
        label=_("Party or person"),
    )  # fmt: skip
    state = WordIs(HandoverState, label=_("State"))
    waits = OneOf([("me", _("For my signature"), _waits_for)], label=_("Waits"))
    party = Among(field_name="party", label=_("Party"))
    outgoing = Among(field_name="outgoing", label=_("Hands over"))


class HandoverLineFilter(Questions):
    """By handover, copy, and why it stayed."""

    stays = WordIs(Stays, label=_("Why it stayed"))
    handover = Among(field_name="handover", label=_("Handover"))
    copy = Among(field_name="copy", label=_("Copy"))
    handoff = Among(field_name="handoff", label=_("Handoff"))
