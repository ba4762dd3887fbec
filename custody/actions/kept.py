"""What one user keeps for convenience: drafts, recipient sets, lists. No custody facts: nothing is appended.

Plain functions for one user's own rows; somebody else's row is as if it were not there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from custody import models as m
from custody.terms import Channel, Text

from .base import ActionError, Actor
from .entered import entered

DRAFT_BYTES = 20_000
DRAFT_LASTS = dt.timedelta(days=30)
MOST_SETS = 50
LISTS_KEPT = 50

Answers = Mapping[str, str | list[str]]

_KEEP = """
INSERT INTO custody_draft (id, user_id, project_id, verb, data, updated_at)
SELECT %s, %s, %s, %s, %s::jsonb, clock_timestamp()
WHERE NOT EXISTS (SELECT 1 FROM custody_submission WHERE id = %s)
ON CONFLICT (user_id, project_id, verb) DO UPDATE SET data = EXCLUDED.data, updated_at = EXCLUDED.updated_at
"""


def keep_draft(user: m.User, *, project: UUID, verb: str, data: Answers, submission: UUID | None) -> bool:
    """Keep what was typed so far in place of what was kept before; one statement. Return whether it was kept.

    Not kept: nothing, too much, what no database takes, and a form that has been sent: an answer of the rules
    that comes in late must not bring back a draft of what is done.
    """
    text = json.dumps(data, ensure_ascii=False)
    if not any(data.values()) or "\\u0000" in text:
        return False
    try:
        if len(text.encode()) > DRAFT_BYTES:
            return False
    except UnicodeEncodeError:  # a lone surrogate
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_KEEP, [m.new_id(), user.pk, project, verb, text, submission])
        return bool(cursor.rowcount)


def drop_draft(user: m.User, *, project: UUID, verb: str) -> None:
    """Forget a draft: the act is done, or the user throws it away."""
    m.Draft.objects.visible_to(user).filter(project=project, verb=verb).delete()


def sweep_drafts() -> int:
    """Delete the drafts that nobody has touched for long; return how many."""
    old = m.Draft.objects.filter(updated_at__lt=timezone.now() - DRAFT_LASTS)
    return int(old.delete()[0])


@entered(m.RecipientSet, needed=("name",))
def save_set(
    actor: Actor,
    user: m.User,
    *,
    hop: UUID,
    name: str,
    receiver_person: UUID,
    system: UUID,
    channel: Channel,
    purpose: str,
) -> m.RecipientSet:
    """Keep the answers of an offer under a name. The same set saved twice is saved once.

    Raises ActionError for a name that another set of this user has in the project, and for one set too many;
    NotPermitted for somebody who may not offer over the hop.
    """
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("handoff.offer", owner=row.project.owner_party_id, sender=row.from_party_id)
    answers = {
        "hop_id": hop,
        "receiver_person_id": receiver_person,
        "system_id": system,
        "channel": channel,
        "purpose": purpose,
    }
    with transaction.atomic():
        m.User.objects.select_for_update().get(pk=user.pk)  # two saves of one user wait in line
        mine = m.RecipientSet.objects.visible_to(user).filter(project=row.project_id)
        same = mine.filter(name=name.strip()).first()
        if same and all(getattr(same, field) == value for field, value in answers.items()):
            return same
        if same:
            raise ActionError(
                Text(
                    "You have a set of this name already. Choose another name.",
                    "您已有同名的组合，请换一个名称。",
                ),
                "name",
            )
        if mine.count() >= MOST_SETS:
            raise ActionError(
                Text(
                    f"You have {MOST_SETS} sets in this project, no more fit. Delete one first.",
                    f"您在本项目中已有{MOST_SETS}个组合，请先删除一个。",
                ),
                "name",
            )
        return m.RecipientSet.objects.create(user=user, project=row.project, name=name.strip(), **answers)


def drop_set(user: m.User, *, recipients: UUID) -> None:
    """Delete a set of this user; nothing happens when there is none."""
    m.RecipientSet.objects.visible_to(user).filter(id=recipients).delete()


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
