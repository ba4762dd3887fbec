"""Conditions as an officer sets them with a vote, inside the act of the vote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from custody import models as m
from custody.events import condition as events
from custody.terms import ConditionType, Text, VoteChoice

from .base import Act, ActionError

MOST = 20
"""Conditions that one vote may carry."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition: what must be done, whether before anything passes, and by when."""

    type: ConditionType
    text: str
    due: dt.date | None = None


def check(conditions: Sequence[Asked], choice: VoteChoice) -> None:
    """Raise ActionError for conditions that cannot be set with a vote."""
    if conditions and not choice.approves:
        raise ActionError(
            Text(en="Conditions belong to an approval only.", zh="只有同意时才能附加条件。"), "conditions"
        )
    if len(conditions) > MOST:
        raise ActionError(
            Text(en=f"Set at most {MOST} conditions.", zh=f"最多附加{MOST}项条件。"), "conditions"
        )
    for asked in conditions:
        if not asked.text.strip():
            raise ActionError(Text(en="Say what must be done.", zh="请写明条件内容。"), "conditions")
        if asked.type is ConditionType.RUNNING and asked.due is None:
            raise ActionError(
                Text(en="Give the day by which it must be met.", zh="请填写落实期限。"), "conditions"
            )


def put(
    act: Act, approval: m.Approval, vote: UUID, conditions: Sequence[Asked], today: dt.date
) -> list[m.Condition]:
    """Save the conditions of a vote, each with an entry of its own. Raises ActionError for a day that is
    gone."""
    last = approval.conditions.order_by("-number").values_list("number", flat=True).first() or 0
    rows = []
    for number, asked in enumerate(conditions, last + 1):
        if asked.due is not None and asked.due < today:
            raise ActionError(
                Text(
                    en="This day is gone. Give a day that is still to come.",
                    zh="该日期已过，请填写今后的日期。",
                ),
                "conditions",
            )
        id, person = m.new_id(), act.actor.human()
        entry = act.record(
            events.ConditionSet(
                condition=str(id),
                approval=str(approval.id),
                hop=str(approval.hop_id),
                vote=str(vote),
                number=number,
                type=str(asked.type),
                text=asked.text,
                due=asked.due.isoformat() if asked.due else None,
                set_on=today.isoformat(),
                person=str(person),
            ),
            approval.hop.project.stream,
            on_behalf_of=approval.hop.project.owner_party_id,
        )
        rows.append(
            m.Condition(
                id=id,
                entry=entry,
                approval=approval,
                number=number,
                type=asked.type,
                text=asked.text,
                due=asked.due,
                set_on=today,
                set_by_id=person,
            )
        )
    return list(m.Condition.objects.bulk_create(rows))
