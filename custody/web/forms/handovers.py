"""A handover is opened: who hands over, to whom, before whom, why, and until when what stays is settled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import handing_over
from custody.actions.base import Actor
from custody.permissions import PERMISSIONS

from ..base import words
from ..names import party_name, person_label
from .fields import Day, ReasonForm

LISTED = 300


def _pair(value: str) -> tuple[UUID, UUID]:
    party, _slash, person = value.partition("/")
    return UUID(party), UUID(person)


class HandoverForm(ReasonForm):
    """Whose copies pass, to whom, and before whom."""

    outgoing = forms.TypedChoiceField(
        label=_("Who hands over?"),
        help_text=_("All that this person keeps for the party is put on one list."),
        coerce=_pair,
        empty_value=None,
        error_messages={"required": _("Choose who hands over")},
    )
    incoming = forms.TypedChoiceField(
        label=_("Who takes over?"),
        help_text=_("Both count together, and both sign."),
        coerce=UUID,
        empty_value=None,
        error_messages={"required": _("Choose who takes over")},
    )
    supervisor = forms.TypedChoiceField(
        label=_("Who supervises?"),
        help_text=_("A third person, who is there and signs too."),
        coerce=UUID,
        empty_value=None,
        error_messages={"required": _("Choose who supervises")},
    )
    due = Day(
        label=_("By when is what stays to be settled?"),
        help_text=_("What is missing or barred stays with who hands over. Leave empty for 14 days."),
        required=False,
    )
    field_order = ("outgoing", "incoming", "supervisor", "reason", "due")

    def __init__(self, data: Any, user: m.User, actor: Actor, person: str) -> None:
        """Offer who keeps copies of parties for which the reader may open one, and people who could sign."""
        held = m.Copy.objects.there().visible_to(user).exclude(custodian_person=None)
        rows = held.values("custodian_party", "custodian_person").annotate(n=Count("id")).order_by()
        pairs = {
            (row["custodian_party"], row["custodian_person"]): row["n"]
            for row in rows
            if actor.can("handover.open", holder=row["custodian_party"])
        }
        parties = m.Party.objects.in_bulk({party for party, _person in pairs})
        people = m.Person.objects.visible_to(user).in_bulk({one for _party, one in pairs})
        keepers = sorted(
            (person_label(people[one]), words(party_name(parties[party])), n, f"{party}/{one}")
            for (party, one), n in pairs.items()
            if one in people
        )[:LISTED]
        first = next((value for *_rest, value in keepers if person and value.endswith(f"/{person}")), "")
        super().__init__(data, initial={"outgoing": first})
        self._offer(
            "outgoing",
            [
                (value, f"{name}, {party}: " + ngettext("%(n)d copy", "%(n)d copies", n) % {"n": n})
                for name, party, n, value in keepers
            ],
        )
        for name, roles in (
            ("incoming", PERMISSIONS["handoff.accept"].roles),
            ("supervisor", handing_over.SUPERVISES),
        ):
            able = m.Membership.objects.current().filter(role__in=roles).values("person")
            found = m.Person.objects.visible_to(user).filter(id__in=able)[:LISTED]
            self._offer(name, [(str(p.id), person_label(p)) for p in found])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def asked(self) -> handing_over.Asked:
        """Return what is asked for."""
        given = dict(self.cleaned_data)
        party, outgoing = given.pop("outgoing")
        return handing_over.Asked(party=party, outgoing=outgoing, **given)
