"""What people keep for themselves. No custody fact: it stands in no ledger, and only its owner touches it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from custody import models as m
from custody.terms import Text

from .base import ActionError
from .entered import entered

LISTS_KEPT = 50


@entered(m.SavedFilter, needed=("name",))
def save_list(user: m.User, *, list: str, name: str, query: str) -> m.SavedFilter:
    """Keep a list's address under a name; the same name again replaces it. Raises ActionError past 50."""
    with transaction.atomic():
        m.User.objects.select_for_update().get(pk=user.pk)  # two at once would both find room
        own = m.SavedFilter.objects.visible_to(user)
        if not own.filter(list=list, name=name).exists() and own.count() >= LISTS_KEPT:
            raise ActionError(
                Text(
                    f"You have kept {LISTS_KEPT} lists. Remove one first.",
                    f"已保存{LISTS_KEPT}个列表，请先删除一个。",
                ),
                "name",
            )
        return m.SavedFilter.objects.update_or_create(
            user=user, list=list, name=name, defaults={"query": query}
        )[0]


def forget_list(user: m.User, *, id: UUID) -> str:
    """Remove one of the user's own lists and return the route of its page; empty when there is none."""
    with transaction.atomic():
        row = m.SavedFilter.objects.visible_to(user).filter(id=id).first()
        if row is None:
            return ""
        row.delete()
        return str(row.list)
