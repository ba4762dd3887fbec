"""What rests on a certificate or an approval, and what lies with parties whose certificate counts no more.

Handing over stops by itself (rule QUA-04); what was handed over before does not come back by itself. So
whoever stops a certificate is shown this first, and it stands on the certificate's page afterwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from custody import models as m
from custody import regimes
from custody.terms import CopyState, HandoffState, HopState, QualificationState

STOPPED = (QualificationState.SUSPENDED, QualificationState.DOWNGRADED, QualificationState.REVOKED)


@dataclass(frozen=True, slots=True)
class Resting:
    """Subcontracts in force to the holder, offers it has not answered, copies it holds: querysets."""

    hops: Any
    offers: Any
    copies: Any

    def visible_to(self, user: Any) -> Resting:
        """Return what of it a user may see."""
        return Resting(*(rows.visible_to(user) for rows in (self.hops, self.offers, self.copies)))

    def owners(self) -> set[UUID]:
        """Return the parties whose projects it is in."""
        found: set[UUID] = set()
        for rows, project in (
            (self.hops, "project"),
            (self.offers, "project"),
            (self.copies, "item__project"),
        ):
            found |= set(rows.order_by().values_list(f"{project}__owner_party", flat=True).distinct())
        return found


def resting(paper: m.Qualification) -> Resting:
    """Return what rests on a certificate: what its holder has in projects that need one of its type, or over
    a subcontract whose business does (QUA-05)."""
    projects, holder = needing(paper.type), paper.party_id
    listed = _listed(paper.type).filter(to_party=holder)
    there = Q(project__in=projects)
    return Resting(
        m.Hop.objects.filter(there | Q(id__in=listed), to_party=holder, state=HopState.ACTIVE),
        m.Handoff.objects.filter(
            there | Q(hop__in=listed), receiver_party=holder, state=HandoffState.OFFERED
        ),
        m.Copy.objects.there().filter(
            Q(item__project__in=projects) | Q(item__project__in=listed.values("project")),
            custodian_party=holder,
        ),
    )


def beyond(hop: m.Hop) -> Resting:
    """Return what rests on an approval: its hop and those below it in force, offers over them, and the copies
    of the project that lie with their parties."""
    below = m.Hop.objects.filter(project=hop.project_id, path__startswith=hop.path)
    return Resting(
        below.filter(state=HopState.ACTIVE),
        m.Handoff.objects.filter(hop__in=below.values("id"), state=HandoffState.OFFERED),
        m.Copy.objects.there().filter(
            item__project=hop.project_id, custodian_party__in=below.values("to_party")
        ),
    )


def needing(type: str) -> Any:
    """Return the projects that need a certificate of a type: by name, or by the only one of their regime."""
    packs = {name: regimes.pack(name).main_types for name in regimes.all_names()}
    only = [name for name, kinds in packs.items() if [kind.id for kind in kinds] == [type]]
    return m.Project.objects.filter(
        Q(qualification_type=type) | Q(qualification_type="", regime__in=only)
    ).values("id")


def _listed(type: str) -> Any:
    """Return the subcontracts of a business that needs a certificate of a type beside that of the work."""
    packs = {name: regimes.pack(name).rules.get("QUA-05") for name in regimes.all_names()}
    asking = [name for name, rule in packs.items() if rule and rule.enabled and rule.params["type"] == type]
    return m.Hop.objects.filter(project__regime__in=asking, business__len__gt=0)


def barred(today: dt.date) -> Any:
    """Return the certificates that bar their holder as rule QUA-04 has it: suspended or downgraded and not
    run out, or revoked with no other of the type active."""
    active = m.Qualification.objects.filter(
        party=OuterRef("party"), type=OuterRef("type"), state=QualificationState.VERIFIED
    )
    return m.Qualification.objects.filter(
        ~Q(state=QualificationState.REVOKED) | ~Exists(active), state__in=STOPPED, valid_to__gte=today
    )


def without_paper(today: dt.date) -> Q:
    """Return the condition on copies that their holder is barred for want of a certificate that counts."""
    papers = barred(today)
    found = Q(pk__in=[])
    there = ~Q(state=CopyState.DESTROYED)
    for type in papers.order_by().values_list("type", flat=True).distinct():
        holders = papers.filter(type=type).order_by().values("party")
        listed = _listed(type).filter(to_party=OuterRef("custodian_party"), project=OuterRef("item__project"))
        rests = Q(item__project__in=needing(type)) | Q(Exists(listed))
        found |= Q(rests, there, custodian_party__in=holders)
    return found
