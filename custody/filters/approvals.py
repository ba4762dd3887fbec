"""Which requests for approval."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from custody.models import Condition, Referral, Vote
from custody.terms import ApprovalState, VoteChoice

from .base import Among, OneOf, Questions, Search, WordIs, party_columns


class ApprovalFilter(Questions):
    """By party or project, state and deadline."""

    q = Search("hop__project__code", *party_columns("hop__to_party"), label=_("Party or project"))
    state = WordIs(ApprovalState, label=_("State"))
    decide = OneOf(
        [
            (
                "late",
                _("Deadline has passed"),
                lambda rows, user, today: rows.filter(state=ApprovalState.REQUESTED, decide_by__lt=today),
            ),
            (
                "week",
                _("Within 7 days"),
                lambda rows, user, today: rows.filter(
                    state=ApprovalState.REQUESTED,
                    decide_by__gte=today,
                    decide_by__lte=today + dt.timedelta(days=7),
                ),
            ),
        ],
        label=_("Decide by"),
    )
    conditions = OneOf(
        [
            (
                "open",
                _("Not all met"),
                lambda rows, user, today: rows.filter(id__in=Condition.objects.open().values("approval")),
            ),
        ],
        label=_("Conditions"),
    )
    advice = OneOf(
        [
            (
                "against",
                _("Approved against advice"),
                lambda rows, user, today: rows.filter(
                    id__in=Vote.objects.filter(choice=VoteChoice.AGAINST).values("approval")
                ),
            ),
            (
                "referred",
                _("Referred to another officer"),
                lambda rows, user, today: rows.filter(
                    id__in=Referral.objects.visible_to(user).values("approval")
                ),
            ),
        ],
        label=_("Advice"),
    )
    project = Among(field_name="hop__project", label=_("Project"))
