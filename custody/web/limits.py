"""How often and until when an approval may be used, as its page and those of its handoffs show it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import limiting
from custody.terms import ApprovalState

from .patterns import Fact


def facts(row: m.Approval) -> list[Fact]:
    """Return how often and until when an approval may be used; nothing where no officer limited it."""
    narrowest = limiting.narrowest(row)
    found = []
    if narrowest.uses is not None:
        used = _("%(used)d of %(uses)d times") % {"used": m.used(row), "uses": narrowest.uses}
        found.append(Fact(_("Approval used"), used))
    if narrowest.until is not None:
        found.append(Fact(_("Approval may be used until"), narrowest.until))
    return found


def of_handoff(row: m.Handoff) -> list[Fact]:
    """Return what the approval that a handoff rests on is limited to."""
    if row.hop is None:
        return []
    granted = row.hop.approvals.filter(state=ApprovalState.GRANTED).first()
    return facts(granted) if granted else []
