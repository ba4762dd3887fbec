"""What a new site needs up to its first handoff, with what is done already: read from the tables each time.

Shown on the home page of a real site to the administrators and managers of the house, until a handoff was
accepted. A step leads to its page; where no page does it yet, it names the action to call in
``manage.py shell`` (see docs/operating.md).
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
from custody.templatetags.holdfast import mark
from custody.terms import HandoffState, HopState, QualificationState, Role

from .base import heads, signed_in
from .patterns import Link, Section, Table


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``fact`` shows it done; ``route`` is the page where it begins, ``page`` what to do there.

    ``actions`` are called in ``manage.py shell`` as long as no page does it.
    """

    fact: str
    what: str | Promise
    who: str | Promise
    page: str | Promise = ""
    route: str = ""
    actions: str = ""
    optional: bool = False

    @property
    def how(self) -> str:
        """Return where it is done, in the reader's language."""
        by_code = _("No page yet. In manage.py shell: %(actions)s") % {"actions": self.actions}
        return " ".join(str(part) for part in (self.page, by_code if self.actions else "") if part)


_ADMINISTRATOR, _MANAGER = gettext_lazy("administrator"), gettext_lazy("manager")

STEPS: tuple[Step, ...] = (
    Step(
        "parties",
        gettext_lazy("Register the parties you work with"),
        _ADMINISTRATOR,
        actions="register_party",
    ),
    Step(
        "staff",
        gettext_lazy("Give a manager and an approval officer their roles and sign-ins"),
        _ADMINISTRATOR,
        actions="register_person, give_membership, give_sign_in",
    ),
    Step(
        "recipients",
        gettext_lazy("Give a recipient at a contractor a role and a sign-in"),
        _ADMINISTRATOR,
        actions="register_person, give_membership, give_sign_in",
    ),
    Step(
        "systems",
        gettext_lazy("Register a second system: where the contractor keeps the copies"),
        _ADMINISTRATOR,
        actions="register_system",
    ),
    Step(
        "certificates",
        gettext_lazy("Record a certificate and have it verified"),
        gettext_lazy("two people: manager, officer or administrator; then officer or administrator"),
        gettext_lazy("On the page of its holder; another person then verifies it."),
        "parties",
    ),
    Step("project", gettext_lazy("Open a project"), _MANAGER, actions="open_project"),
    Step(
        "copies",
        gettext_lazy("Register an item and number its copies"),
        gettext_lazy("manager or custodian"),
        actions="register_item, mint_copies",
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
        actions="register_person, give_membership, give_sign_in, give_grant",
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
            Link(step.what, reverse(step.route)) if step.route else step.what,
            mark("ok", _("Done")) if done[step.fact] else mark("wait", _("To do")),
            step.who,
            step.how,
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
        "accepted": m.Handoff.objects.filter(state=HandoffState.ACCEPTED),
        "grant": m.Grant.objects.all(),
    }
    asked = {f"has_{name}": Exists(rows) for name, rows in questions.items()}
    row = m.Site.objects.filter(demo=False).annotate(**asked).values(*asked).first()
    if row is None:
        return None
    found = {name: bool(row[f"has_{name}"]) for name in questions}
    return {**found, "staff": found["managers"] and found["officers"]}
