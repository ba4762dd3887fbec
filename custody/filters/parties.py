"""Which parties, and which certificates."""

from __future__ import annotations

import datetime as dt

import django_filters as filters
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custody import due, regimes
from custody import models as m
from custody.terms import HitState, PartyKind, PartyState, QualificationState

from .base import Among, OneOf, Questions, Search, WordIs, party_columns


def _identified(word: str) -> Q:
    return Q(id__in=m.PartyIdentifier.objects.filter(value__iexact=word).values("party"))


def _also_called(word: str) -> Q:
    return Q(id__in=m.PartyName.objects.filter(name__icontains=word).values("party"))


class PartyFilter(Questions):
    """By name or registration number, kind, country and state."""

    q = Search("name", "other_name", _also_called, _identified, label=_("Name or registration number"))
    kind = WordIs(PartyKind, label=_("Kind"))
    country = filters.CharFilter(max_length=2, lookup_expr="iexact", label=_("Country (two letters)"))
    state = WordIs(PartyState, label=_("State"))
    inspection = OneOf(
        [
            (
                "month",
                _("Due within 30 days"),
                lambda rows, user, today: rows.filter(
                    id__in=due.inspections(today)
                    .filter(inspection_due__range=(today, today + dt.timedelta(days=30)))
                    .values("id")
                ),
            ),
            (
                "overdue",
                _("Overdue"),
                lambda rows, user, today: rows.filter(
                    id__in=due.inspections(today).filter(inspection_due__lt=today).values("id")
                ),
            ),
        ],
        label=_("Yearly self-inspection"),
    )
    screening = OneOf(
        [
            (
                "open",
                _("Looks like a barred party, to be judged"),
                lambda rows, user, today: rows.filter(
                    id__in=m.ScreeningHit.objects.visible_to(user).filter(state=HitState.OPEN).values("party")
                ),
            ),
        ],
        label=_("Screening"),
    )


def _types() -> list[tuple[str, str]]:
    lang = get_language() or "en"
    kinds = {
        k.id: k.label.text for name in regimes.all_names() for k in regimes.pack(name).qualification_types
    }
    return [(id, label.get(lang)) for id, label in kinds.items()]


class QualificationFilter(Questions):
    """By number or holder, kind, state, and when it ends."""

    q = Search("number", "issuer", *party_columns("party"), label=_("Number, issuer or holder"))
    type = filters.ChoiceFilter(choices=_types, empty_label="—", label=_("Kind"))
    state = WordIs(QualificationState, label=_("State"))
    ends = OneOf(
        [
            (
                "month",
                _("Ends within 30 days"),
                lambda rows, user, today: rows.filter(
                    state=QualificationState.VERIFIED,
                    valid_to__gte=today,
                    valid_to__lte=today + dt.timedelta(days=30),
                ),
            ),
            (
                "ended",
                _("Has ended"),
                lambda rows, user, today: rows.filter(state=QualificationState.VERIFIED, valid_to__lt=today),
            ),
        ],
        label=_("Valid until"),
    )
    party = Among(field_name="party", label=_("Holder"))
