"""The register of decisions: every request that was voted on or is closed, and what came of it.

It reads the requests themselves, so that it cannot differ from them. Officers and administrators of the house
read it whole, those of a project's owner and regulators under a live grant the projects that are theirs, and
whoever voted, in the own right or in an officer's place, the requests of the own votes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from custody import models as m
from custody.terms import ApprovalState, RequestOutcome, Role

ROLES = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
"""Who reads the register for the party at which the role is held."""
_SPEAKING = ("warn", "overridden", "block", "cannot_tell")
SPOKE = f"$[*] ? ({' || '.join(f'@.outcome == {chr(34)}{word}{chr(34)}' for word in _SPEAKING)}).code"
"""What finds, in the findings of a decision, the codes of the rules that had something to say."""
_SAME = {
    ApprovalState.DENIED: RequestOutcome.DENIED,
    ApprovalState.SUSPENDED: RequestOutcome.SUSPENDED,
    ApprovalState.REVOKED: RequestOutcome.REVOKED,
    ApprovalState.WITHDRAWN: RequestOutcome.WITHDRAWN,
    ApprovalState.SUPERSEDED: RequestOutcome.SUPERSEDED,
}


def may_read(user: Any) -> bool:
    """Return whether a user has a register at all: by a role, or by having voted."""
    by_role = user.roles() & {*ROLES, Role.REGULATOR}
    return bool(by_role) or m.Vote.objects.filter(person=user.person_id).exists()


def register(user: Any) -> QuerySet[m.Approval]:
    """Return the lines that a user may read, each with ``outcome``, ``own`` (whether the user voted on it),
    ``changes`` (what was done to the approval after it was granted) and ``rules`` (codes that spoke when it
    was voted on)."""
    if not getattr(user, "is_authenticated", False):
        return m.Approval.objects.none()
    votes = m.Vote.objects.filter(approval=OuterRef("pk"))
    own = Exists(votes.filter(person=user.person_id))
    decisions = m.Decision.objects.filter(
        entry__in=m.Vote.objects.filter(approval=OuterRef(OuterRef("pk"))).values("entry")
    )
    changes = m.Correction.objects.filter(noun="approval", object=OuterRef("pk"))
    spoke = Func(
        F("findings"),
        Value(SPOKE),
        template="jsonb_path_query_array(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    return (
        m.Approval.objects.filter(~Q(state=ApprovalState.REQUESTED) | Exists(votes))
        .filter(_readable(user))
        .annotate(
            outcome=_outcome(),
            own=Case(When(own, then=True), default=False, output_field=BooleanField()),
            rules=ArraySubquery(decisions.values_list(spoke)),
            changed_by=ArraySubquery(changes.order_by("created_at", "id").values("person__name")),
            changed_to=ArraySubquery(changes.order_by("created_at", "id").values("changes__state__1")),
        )
        .order_by("-entry")
    )


def _readable(user: Any) -> Q:
    places = {row.party_id for row in user.memberships() if row.role in ROLES}
    if user.house in places:
        return Q()
    own = Q(id__in=m.Vote.objects.filter(person=user.person_id).values("approval"))
    return own | user.granted.projects("hop__project__") | Q(hop__project__owner_party__in=places)


def _outcome() -> Case:
    """Return what came of a request as an expression. An approval ends after its last day, in the site's
    zone."""
    granted = Q(state=ApprovalState.GRANTED)
    return Case(
        *(When(state=state, then=Value(str(outcome))) for state, outcome in _SAME.items()),
        When(granted & Q(ends__lt=timezone.localdate()), then=Value(str(RequestOutcome.ENDED))),
        When(
            granted & Exists(m.Condition.objects.filter(approval=OuterRef("pk"))),
            then=Value(str(RequestOutcome.CONDITIONAL)),
        ),
        When(granted, then=Value(str(RequestOutcome.APPROVED))),
        default=Value(str(RequestOutcome.WAITING)),
        output_field=m.WordField(RequestOutcome),
    )


def rules_of(row: Any) -> list[str]:
    """Return the codes of the rules that had something to say when a line of the register was voted on."""
    return sorted({code for codes in row.rules for code in codes})


def changed_at(row: m.Approval) -> dt.datetime:
    """Return when a request last changed: the time in the id of that entry (UUIDv7, RFC 9562, 5.7)."""
    return dt.datetime.fromtimestamp((row.entry.int >> 80) / 1000, dt.UTC)


def by_rule(code: str) -> Q:
    """Return the condition that a rule had something to say when a request was voted on."""
    spoke = Q()
    for outcome in _SPEAKING:
        spoke |= Q(findings__contains=[{"code": code, "outcome": outcome}])
    entries = m.Decision.objects.filter(spoke).values("entry")
    return Q(id__in=m.Vote.objects.filter(entry__in=entries).values("approval"))


def by_officer(name: str) -> Q:
    """Return the condition that somebody of this name voted on a request, suspended it or lifted that."""
    return _acted(m.Person.objects.filter(name__icontains=name).values("id"))


def by_person(person: UUID) -> Q:
    """Return the condition that a person voted on a request, suspended it or lifted that."""
    return _acted([person])


def _acted(persons: Any) -> Q:
    votes = m.Vote.objects.filter(Q(person__in=persons) | Q(delegation__delegator__in=persons))
    changes = m.Correction.objects.filter(noun="approval", person__in=persons)
    return Q(id__in=votes.values("approval")) | Q(id__in=changes.values("object"))
