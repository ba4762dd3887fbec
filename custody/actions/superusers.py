"""Superusers, named by the owner of the machine: they read the tables as they lie, and change nothing."""

from __future__ import annotations

from custody import models as m
from custody.events.access import SignInLowered, SignInRaised
from custody.record import SYSTEM_STREAM
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered


@entered(needed=("reason",))
def name(actor: Actor, *, username: str, superuser: bool, reason: str) -> Outcome:
    """Make a sign-in a superuser's, or end that. Object: the sign-in.

    Raises NotPermitted for a person, whatever their roles; ActionError for a name that no open sign-in has,
    and where nothing changes.
    """
    if actor.person is not None:
        raise NotPermitted("sign_in.raise")

    def work(act: Act) -> Outcome:
        found = m.User.objects.filter(username=username).first()
        if found is None or (superuser and not found.is_active):
            raise ActionError(Text(en="No open sign-in has this name.", zh="没有使用此名称的开放账号。"))
        locking.update("person", [found.person_id])
        row = m.User.objects.get(pk=found.pk)
        if row.is_superuser is superuser:
            raise ActionError(Text(en="It is so already.", zh="当前已是此状态。"))
        kind = SignInRaised if superuser else SignInLowered
        entry = act.record(kind(user=str(row.pk), person=str(row.person_id), reason=reason), SYSTEM_STREAM)
        row.is_superuser = superuser
        row.save(update_fields=["is_superuser"])
        return Outcome("done", entry, row)

    return perform(actor, work)
