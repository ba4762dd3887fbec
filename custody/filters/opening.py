"""Which old registers, and which of their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import HopState, LineState, RegisterKind, RegisterState, Settled

from .base import Among, OneOf, Questions, Search, WordIs, party_columns, projects


class OpeningRegisterFilter(Questions):
    """By name, project and state."""

    q = Search("name", "project__code", label=_("Name or project"))
    state = WordIs(RegisterState, label=_("State"))
    kind = WordIs(RegisterKind, label=_("What it tells of"))
    project = projects()


class OpeningLineFilter(Questions):
    """By register, old number and how it stands."""

    q = Search("number", "page", label=_("Old number or page"))
    state = WordIs(LineState, label=_("State"))
    register = Among(field_name="register", label=_("Old register"))


class HopTakenOverFilter(Questions):
    """By old number, approval on paper or party, what became of it, register and project."""

    q = Search(
        "number", "approval", "approver", *party_columns("hop__to_party"),
        label=_("Old number, approval or party"),
    )  # fmt: skip
    state = WordIs(HopState, field_name="hop__state", label=_("State"))
    register = Among(field_name="register", label=_("Old register"))
    project = Among(field_name="register__project", label=_("Project"))


class OpeningFindingFilter(Questions):
    """By rule, item or holder, state, whether it is overdue, register and project."""

    q = Search("code", "item__codename", *party_columns("party"), label=_("Rule, item or holder"))
    state = WordIs(Settled, label=_("State"))
    late = OneOf(
        [("yes", _("Overdue"), lambda rows, user, today: rows.open().filter(due__lt=today))], label=_("Due")
    )
    register = Among(field_name="register", label=_("Old register"))
    project = Among(field_name="register__project", label=_("Project"))
