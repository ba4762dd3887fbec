"""Copies whose custody is in doubt since a restore, counted by somebody of their holder and confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from custody import models as m
from custody.events.recovery import CopiesConfirmed
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

COPIES_PER_COUNT = 200


@entered(needed=("how",))
def confirm(actor: Actor, *, copies: Sequence[UUID], how: str) -> Outcome:
    """Say that copies of one project were seen where the record says that they are. Object: the copies.

    Raises ActionError for a copy that is not in doubt. What is not found stays in doubt.
    """
    ids = sorted(set(copies))
    if not 1 <= len(ids) <= COPIES_PER_COUNT:
        raise ActionError(Text(en="Choose 1 to 200 copies.", zh="请选择1至200份副本。"), "copies")
    projects = m.Project.objects.filter(items__copies__in=ids).distinct()
    if len(projects) != 1:
        raise ActionError(
            Text(en="Confirm copies of one project at a time.", zh="每次只能确认同一项目的副本。"), "copies"
        )
    project = projects[0]

    def work(act: Act) -> Outcome:
        actor.human()
        locking.update("copy", ids)
        rows = list(m.Copy.objects.filter(id__in=ids).select_related("taken_over").order_by("id"))
        for row in rows:
            actor.require("copy.confirm", owner=project.owner_party_id, holder=row.custodian_party_id)
            act.unchanged(row)
        clear = [row.code for row in rows if row.unconfirmed is None]
        if clear or len(rows) != len(ids):
            raise ActionError(
                Text(
                    en=f"The custody of these copies is not in doubt: {', '.join(clear)}.",
                    zh=f"下列副本的保管情况并无疑问：{'、'.join(clear)}。",
                ),
                "copies",
            )
        if paper := [row.code for row in rows if on_paper_only(row)]:
            raise ActionError(
                Text(
                    en=f"Two people confirm copies of an old register, by its opening stocktake: "
                    f"{', '.join(paper)}.",
                    zh=f"旧登记簿的副本须由两人通过启用清点确认：{'、'.join(paper)}。",
                ),
                "copies",
            )
        entry = act.record(
            CopiesConfirmed(project=str(project.id), copies=[str(row.id) for row in rows], how=how),
            project.stream,
            on_behalf_of=rows[0].custodian_party_id,
            copy_keys=[row.tag_key for row in rows],
        )
        m.Copy.objects.filter(id__in=ids).update(unconfirmed=None, entry=entry)
        return Outcome("done", entry, rows)

    return perform(actor, work, verb="copy.confirm")


def on_paper_only(copy: m.Copy) -> bool:
    """Return whether nothing but an old register says where a copy is."""
    return hasattr(copy, "taken_over") and copy.unconfirmed == copy.taken_over.entry
