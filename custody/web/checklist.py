"""What a new site needs up to its first handoff, with what is done already: read from the tables each time.

Shown on the home page of a real site to the administrators and managers of the house, until a handoff was
accepted. A step leads to the page where it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.models.handoff import SIGNED
from custody.templatetags.holdfast import mark
from custody.terms import HopState, QualificationState, Role

from .base import heads, signed_in
from .patterns import Link, Section, Table


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``fact`` shows it done; ``route`` is the page where it begins, ``page`` names it."""

    fact: str
    what: str | Promise
    who: str | Promise
    page: str | Promise
    route: str
    optional: bool = False


_ADMINISTRATOR, _MANAGER = gettext_lazy("administrator"), gettext_lazy("manager")

STEPS: tuple[Step, ...] = (
    Step(
        "parties",
        gettext_lazy("Register the parties you work with"),
        _ADMINISTRATOR,
        gettext_lazy("Under Parties."),
        "party_new",
    ),
    Step(
        "staff",
        gettext_lazy("Give a manager and an approval officer their roles and sign-ins"),
        _ADMINISTRATOR,
        gettext_lazy("Under People: register each, then give the role and the sign-in on their page."),
        "people",
    ),
    Step(
        "recipients",
        gettext_lazy("Give a recipient at a contractor a role and a sign-in"),
        _ADMINISTRATOR,
        gettext_lazy("Under People: register each, then give the role and the sign-in on their page."),
        "people",
    ),
    Step(
        "systems",
        gettext_lazy("Register a second system: where the contractor keeps the copies"),
        _ADMINISTRATOR,
        gettext_lazy("Under Systems."),
        "system_new",
    ),
    Step(
        "certificates",
        gettext_lazy("Record a certificate and have it verified"),
        gettext_lazy("two people: manager, officer or administrator; then officer or administrator"),
        gettext_lazy("On the page of its holder; another person then verifies it."),
        "parties",
    ),
    Step("project", gettext_lazy("Open a project"), _MANAGER, gettext_lazy("Under Projects."), "project_new"),
    Step(
        "copies",
        gettext_lazy("Register an item and number its copies"),
        gettext_lazy("manager or custodian"),
        gettext_lazy("On the page of the project."),
        "projects",
    ),
    Step(
        "subcontract",
        gettext_lazy("Ask for a subcontract and have it approved"),
        gettext_lazy("manager; then approval officer"),
        gettext_lazy("On the page of the project; the officer decides under Approvals."),
        "projects",
    ),
    Step(
        "offered",
        gettext_lazy("Offer copies over the subcontract"),
        gettext_lazy("manager or custodian"),
        gettext_lazy("On the page of the project."),
        "projects",
    ),
    Step(
        "accepted",
        gettext_lazy("Sign for the copies"),
        gettext_lazy("recipient"),
        gettext_lazy("On the page of the handoff, signed in as the recipient."),
        "handoffs",
    ),
    Step(
        "grant",
        gettext_lazy("Let a regulator read the project (optional)"),
        _ADMINISTRATOR,
        gettext_lazy("On the page of the person, under People."),
        "people",
        optional=True,
    ),
)


def first_handoff(request: HttpRequest) -> Section | None:
    """Return the steps with their marks; None on a demo, for outsiders, and once a handoff was accepted."""
    if not signed_in(request).in_house:
        return None
    done = facts()
    if done is None or done["accepted"]:
        return None
    body = [
        [
            Link(step.what, reverse(step.route)),
            mark("ok", _("Done")) if done[step.fact] else mark("wait", _("To do")),
            step.who,
            step.page,
        ]
        for step in STEPS
    ]
    needed = [step for step in STEPS if not step.optional]
    title = _("Up to the first handoff: %(done)d of %(all)d steps done") % {
        "done": sum(done[step.fact] for step in needed),
        "all": len(needed),
    }
    return Section(title, Table(heads(_("Step"), _("State"), _("Who"), _("Where")), body))


def facts() -> dict[str, bool] | None:
    """Return which steps are done, asked in one query; None on a demo and before set-up."""
    house = OuterRef("operator_id")
    people = m.Membership.objects.current().filter(person__users__is_active=True)
    questions = {
        "parties": m.Party.objects.exclude(id=house),
        "managers": people.filter(party=house, role=Role.MANAGER),
        "officers": people.filter(party=house, role=Role.OFFICER),
        "recipients": people.exclude(party=house).filter(
            role__in=(Role.RECIPIENT, Role.CUSTODIAN, Role.MANAGER)
        ),
        "systems": m.System.objects.filter(is_installation=False),
        "certificates": m.Qualification.objects.filter(state=QualificationState.VERIFIED),
        "project": m.Project.objects.all(),
        "copies": m.Copy.objects.all(),
        "subcontract": m.Hop.objects.filter(state=HopState.ACTIVE),
        "offered": m.Handoff.objects.all(),
        "accepted": m.Handoff.objects.filter(state__in=SIGNED),
        "grant": m.Grant.objects.all(),
    }
    asked = {f"has_{name}": Exists(rows) for name, rows in questions.items()}
    row = m.Site.objects.filter(demo=False).annotate(**asked).values(*asked).first()
    if row is None:
        return None
    found = {name: bool(row[f"has_{name}"]) for name in questions}
    return {**found, "staff": found["managers"] and found["officers"]}
