"""Which items, which proposals about them, and which numbered copies."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import hoard, out, recall, silence
from custody import models as m
from custody.codes import normalise
from custody.terms import CopyState, ItemState, ProposalKind, ProposalState, Subject

from .base import Among, OneOf, Questions, Search, WordIs, mine, party_columns, projects


class ItemFilter(Questions):
    """By codename, state and project."""

    q = Search("codename", label=_("Codename"))
    state = WordIs(ItemState, label=_("State"))
    subject = WordIs(Subject, label=_("Sensitive subject"), method="about")
    project = projects()

    def about(self, rows: Any, name: str, value: str) -> Any:
        """Keep the items that tell of a subject."""
        return rows.on(Subject(value))


class ItemProposalFilter(Questions):
    """By words, what is proposed, state, project and item."""

    q = Search("item__codename", "reason", "change_basis", "project__code", label=_("Item, words or project"))
    kind = WordIs(ProposalKind, label=_("What is proposed"))
    state = WordIs(ProposalState, label=_("State"))
    project = projects()
    item = Among(field_name="item", label=_("Item"))


class CopyFilter(Questions):
    """By number, item, holder or place; state; whose."""

    q = Search(
        lambda word: Q(code__icontains=normalise(word)),
        "item__codename",
        "taken_over__number",
        "system__name",
        *party_columns("custodian_party"),
        label=_("Number, item, holder or place"),
    )
    state = WordIs(CopyState, label=_("State"))
    side = OneOf(
        [
            (
                "held",
                _("Held by us"),
                lambda rows, user, _: rows.there().filter(custodian_party__in=mine(user)),
            )
        ],
        label=_("Whose"),
    )
    custody = OneOf(
        [
            (
                "on_paper",
                _("Taken over, not yet confirmed"),
                lambda rows, user, _: rows.filter(taken_over__entry=F("unconfirmed")),
            ),
            ("doubt", _("Not confirmed"), lambda rows, user, _: rows.filter(unconfirmed__isnull=False)),
            (
                "no_paper",
                _("Held by a party without valid paper"),
                lambda rows, user, today: rows.filter(recall.without_paper(today)),
            ),
            ("recalled", _("Asked back"), lambda rows, user, _: rows.filter(id__in=out.asked_back())),
            (
                "recalled_late",
                _("Asked back, and overdue"),
                lambda rows, user, today: rows.filter(id__in=out.overdue_since(today)),
            ),
            (
                "silent",
                _("Silent: nothing heard for too long"),
                lambda rows, user, _: silence.silent_for(user, rows, timezone.now()),
            ),
            (
                "hoarded",
                _("Held without need: too many, or for too long"),
                lambda rows, user, _: hoard.hoarded_for(user, rows, timezone.now()),
            ),
            (
                "missing",
                _("Missing at a stocktake"),
                lambda rows, user, _: rows.filter(
                    Exists(m.StocktakeLine.objects.barring().filter(copy=OuterRef("pk")))
                ),
            ),
        ],
        label=_("Custody"),
    )
    project = Among(field_name="item__project", label=_("Project"))
    item = Among(field_name="item", label=_("Item"))
    custodian_party = Among(field_name="custodian_party", label=_("Held by"))
