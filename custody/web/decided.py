"""The register of decisions as a list: what was asked, what came of it, who decided, on what grounds."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import decided
from custody.actions.base import NotPermitted
from custody.filters import DecidedFilter
from custody.terms import ApprovalState

from .base import screen, signed_in, words
from .listing import List, Listed, Shown
from .names import level_name, party_link, party_name
from .patterns import Link


def _officers(row: Any) -> list[str]:
    """Return who decided and what, in the order of the acts."""
    said = []
    for vote in row.votes.all():
        who = vote.person.name
        if vote.delegation:
            who = _("%(who)s for %(officer)s") % {"who": who, "officer": vote.delegation.delegator.name}
        said.append(_("%(what)s: %(who)s") % {"what": words(vote.choice.text), "who": who})
    for who, state in zip(row.changed_by, row.changed_to, strict=True):
        became = words(ApprovalState(state).text) if state else ""
        said.append(_("%(what)s: %(who)s") % {"what": became, "who": who or _("The system")})
    return said


def _against(row: Any) -> list[str]:
    """Return the codes of the warnings and opinions that it was approved against."""
    return sorted({code for vote in row.votes.all() for code in vote.against})


class DecidedTable(Listed):
    """Decisions, the newest act first."""

    related = ("hop__project", "hop__to_party", "hop__from_party", "requested_by")
    party = Shown(
        _l("Receiving party"),
        lambda a: Link(party_name(a.hop.to_party), reverse("approval", args=[a.id])),
        "hop__to_party__name",
    )
    project = Shown(
        _l("Project"),
        lambda a: Link(a.hop.project.code, reverse("project", args=[a.hop.project_id])),
        "hop__project__code",
    )
    level = Shown(_l("Classification"), lambda a: level_name(a.level, a.hop.project.regime), "level")
    outcome = Shown(_l("Outcome"), lambda a: a.outcome, "outcome")
    decided = Shown(_l("Decided"), lambda a: a.decided_at, "decided_at")
    officers = Shown(_l("Who decided"), _officers)
    own = Shown(_l("Your vote"), lambda a: _("Yes") if a.own else None, "own")
    rules = Shown(_l("Rules that warned or barred"), lambda a: decided.rules_of(a) or None, first=False)
    against = Shown(_l("Approved against"), lambda a: _against(a) or None, first=False)
    referred = Shown(_l("Referred to"), lambda a: [r.to.name for r in a.referrals.all()] or None, first=False)
    reason = Shown(_l("Reason"), lambda a: [v.reason for v in a.votes.all()] or None, first=False)
    changed = Shown(_l("Last change"), lambda a: decided.changed_at(a), "entry", first=False)
    ends = Shown(_l("Last day"), lambda a: a.ends, "ends", first=False)
    giver = Shown(_l("From"), lambda a: party_link(a.hop.from_party), "hop__from_party__name", first=False)
    asked_by = Shown(_l("Asked for by"), lambda a: a.requested_by.name, first=False)

    @classmethod
    def whole(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return rows with their votes too."""
        return (
            super()
            .whole(rows)
            .prefetch_related("votes__person", "votes__delegation__delegator", "referrals__to")
        )


DECISIONS = List(
    "decisions", _l("Register of decisions"), DecidedFilter, DecidedTable, _l("No decision fits.")
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List every decision on a request that this reader may see."""
    user = signed_in(request)
    if not decided.may_read(user):
        raise NotPermitted("hop.approve")
    return DECISIONS.answer(request, decided.register(user))
