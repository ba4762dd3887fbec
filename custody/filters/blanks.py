"""Which blank receipts, and which handoffs that took place on paper."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import BlankState, PaperState

from .base import Among, OneOf, Questions, Search, WordIs, projects


class BlankReceiptFilter(Questions):
    """By number or project, state, whether it is still to be accounted for, block and project."""

    q = Search("number", "project__code", "issued_to__name", label=_("Number, project or person"))
    state = WordIs(BlankState, label=_("State"))
    open = OneOf(
        [
            (
                "mine",
                _("Issued to me"),
                lambda rows, user, today: rows.unaccounted().filter(
                    issued_to=getattr(user, "person_id", None)
                ),
            ),
            ("all", _("Of anybody"), lambda rows, user, today: rows.unaccounted()),
        ],
        label=_("Not accounted for"),
    )
    block = Among(field_name="block", label=_("Block"))
    project = projects()


class PaperHandoffFilter(Questions):
    """By number, state, whether it is overdue, handoff and project."""

    q = Search("handoff__number", "form__number", label=_("Number of handoff or form"))
    state = WordIs(PaperState, label=_("State"))
    late = OneOf(
        [
            (
                "yes",
                _("Overdue"),
                lambda rows, user, today: rows.filter(state=PaperState.WITHOUT_LEAVE, due__lt=today),
            )
        ],
        label=_("Due"),
    )
    handoff = Among(field_name="handoff", label=_("Handoff"))
    project = Among(field_name="handoff__project", label=_("Project"))
