"""What carries a copy: its medium and the number on it, its seal, its own hash, and where it belongs.

It is judged by no rule and moves nothing: whoever receives the copy holds what is in the hand against it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from custody import models as m
from custody.events.copy import CopyDescribed
from custody.terms import CopyState, Medium, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import Alteration, needed, save_changed
from .entered import entered


@dataclass(frozen=True, slots=True)
class Carrier:
    """All that is said of what carries a copy; what is empty is not recorded. ``sha256`` is of the copy's own
    file, 64 lower-case hexadecimal digits; ``home`` a system."""

    medium: Medium | None = None
    medium_serial: str = ""
    seal_number: str = ""
    sha256: str = ""
    home: UUID | None = None


@entered(m.Copy)
def describe(actor: Actor, *, copy: UUID, carrier: Carrier, reason: str) -> Outcome:
    """Record what carries a copy, in place of what was recorded before. Object: the copy.

    Raises ActionError for a copy that was destroyed, when nothing would change, for a serial number without a
    medium, and for a hash of what has no file: of paper or film.
    """
    found = m.Copy.objects.select_related("item__project").get(id=copy)
    project = found.item.project
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("copy", [copy])
        row = m.Copy.objects.select_related("custodian_party").get(id=copy)
        actor.require("copy.describe", owner=project.owner_party_id, holder=row.custodian_party_id)
        act.unchanged(row)
        _fit(row, carrier)
        given = asdict(carrier)
        given["home_id"] = given.pop("home")
        changed = Alteration.of(row, given)
        event = CopyDescribed(
            copy=str(copy),
            item=str(row.item_id),
            project=str(project.id),
            code=row.code,
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(
            event, project.stream, on_behalf_of=row.custodian_party_id, copy_keys=[row.tag_key]
        )
        return save_changed(act, row, changed, entry, reason, new=given)

    return perform(actor, work, verb="copy.describe")


def _fit(row: m.Copy, given: Carrier) -> None:
    if row.state is CopyState.DESTROYED:
        raise ActionError(Text("This copy was destroyed.", "该副本已销毁。"))
    if given.medium_serial and given.medium is None:
        raise ActionError(
            Text("Say what carries the copy that has this number.", "请选择该编号所属的载体类型。"), "medium"
        )
    if given.sha256 and given.medium in (Medium.PAPER, Medium.FILM):
        raise ActionError(
            Text(
                "Paper and film have no hash: leave it empty, or choose what the file is on.",
                "纸介质和胶片没有哈希值：请留空，或选择文件所在的载体。",
            ),
            "sha256",
        )
