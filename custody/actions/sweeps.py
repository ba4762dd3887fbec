"""Sweeps of computers: a list goes out, a result comes back, and what lies where it should not is settled.

The list and the command that reads it are :mod:`custody.sweep`; they need no server and no network.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from custody import models as m
from custody.events import sweep as events
from custody.record import SYSTEM_STREAM
from custody.sweep.files import Listing, Result, SweepError, keyed, looked_for
from custody.terms import Text
from custody.transitions import STRAY, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

MOST_FOUND = 5_000
"""Files on the list in one result; a folder with more is swept in parts."""
MOST_UNREAD = 200
"""Of what could not be read, so many are kept by name; all are counted."""


def make_list(actor: Actor, *, submission: UUID | None = None) -> Outcome:
    """Make a list of all items with a hash. Object: the list; its file is :func:`listing`."""
    actor.require("sweep.list")

    def work(act: Act) -> Outcome:
        row = m.SweepList(
            id=m.new_id(),
            key=secrets.token_hex(32),
            items=_hashed().count(),
            made_by_id=actor.human(),
        )
        told = events.SweepListed(
            sweep_list=str(row.id), items=row.items, key=row.key, person=str(actor.human())
        )
        row.entry = act.record(told, SYSTEM_STREAM)
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, submission=submission, verb="sweep.list")


def listing(row: m.SweepList) -> Listing:
    """Return a list as it goes out: of the items that were registered when it was made, and of files of their
    copies that differ from them."""
    items = _hashed().filter(created_at__lte=row.created_at).values_list("sha256", flat=True)
    own = _own_hashes().filter(created_at__lte=row.created_at).values_list("sha256", flat=True)
    key, hashes = bytes.fromhex(row.key), [*items, *own]
    return Listing(row.id, key, looked_for(key, hashes), row.created_at.isoformat(timespec="seconds"))


def bring_in(actor: Actor, *, system: UUID, raw: bytes, submission: UUID | None = None) -> Outcome:
    """Bring in the result of a sweep of a registered system. Object: the sweep.

    A file of an item without a copy registered on that system becomes a stray, which somebody has to settle.
    Raises ActionError for what is no whole result of a list of this site, for one that was brought in before,
    and for more files than one result may have.
    """
    actor.require("sweep.import")
    row, result = _read(raw)
    sha256 = hashlib.sha256(raw).hexdigest()

    def work(act: Act) -> Outcome:
        locking.together(("share", "system", [system]), ("update", "sweep_list", [row.id]))
        if not m.System.objects.filter(id=system).exists():
            raise ActionError(Text(en="There is no such system.", zh="没有此系统。"), "system")
        if m.Sweep.objects.filter(sha256=sha256).exists():
            raise ActionError(Text(en="This result was brought in before.", zh="此结果已导入过。"), "result")
        known = _by_digest(bytes.fromhex(row.key))
        sweep = m.Sweep(
            id=m.new_id(), sweep_list=row, system_id=system, folder=result.folder, began_at=result.began_at,
            ended_at=result.ended_at, files=result.files, size=result.size, links=result.links,
            unread=[{"path": u.path, "why": u.why} for u in result.unread[:MOST_UNREAD]],
            unread_count=len(result.unread), sha256=sha256, imported_by_id=actor.human(),
        )  # fmt: skip
        strays = _strays(sweep, result, known)
        sweep.entry = act.record(_told(sweep, actor), SYSTEM_STREAM)
        for project, rows in strays.items():
            entry = act.record(
                events.SweepFound(
                    sweep=str(sweep.id),
                    project=str(project.id),
                    system=str(system),
                    strays=[
                        {"stray": str(s.id), "item": str(s.item_id), "path": s.path, "size": s.size}
                        for s in rows
                    ],
                ),
                project.stream,
            )
            for stray in rows:
                stray.entry = entry
        sweep.save(force_insert=True)
        m.Stray.objects.bulk_create(stray for rows in strays.values() for stray in rows)
        return Outcome("done", sweep.entry, sweep)

    return perform(actor, work, submission=submission, verb="sweep.import")


@entered(m.Stray, needed=("resolution",))
def settle(actor: Actor, *, stray: UUID, how: str, resolution: str) -> Outcome:
    """Say what became of a file that was found: ``report``, ``remove`` or ``allow``. Object: the stray."""
    found = m.Stray.objects.select_related("project").get(id=stray)
    actor.require("stray.settle", owner=found.project.owner_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.update("project", [found.project_id])
        current = m.Stray.objects.get(id=stray)
        act.unchanged(current)
        state = move(STRAY, current.state, how)
        entry = act.record(
            events.StraySettled(
                stray=str(stray),
                item=str(current.item_id),
                state=str(state),
                resolution=resolution,
                person=str(person),
            ),
            found.project.stream,
        )
        current.state, current.resolution, current.entry = state, resolution, entry
        current.settled_by_id = person
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="stray.settle")


def _hashed() -> m.ItemQuerySet:
    rows: m.ItemQuerySet = m.Item.objects.filter(sha256__isnull=False).exclude(sha256="")
    return rows


def _own_hashes() -> QuerySet[m.Copy]:
    return m.Copy.objects.exclude(sha256="")


def _read(raw: bytes) -> tuple[m.SweepList, Result]:
    """Return the list and the result that a file holds. Raises ActionError."""
    try:
        row = m.SweepList.objects.filter(id=Result.list_of(raw)).first()
        if row is None:
            raise ActionError(
                Text(en="This result is of a list that was not made here.", zh="此结果所用清单非本站生成。"),
                "result",
            )
        result = Result.read(raw, bytes.fromhex(row.key))
    except SweepError as error:
        told = Text(
            en="This is not a whole, unchanged result of a sweep. Copy the file again.",
            zh="此文件不是完整且未被改动的检查结果，请重新复制。",
        )
        raise ActionError(told, "result") from error
    if len(result.found) > MOST_FOUND:
        told = Text(
            en=f"More than {MOST_FOUND} files were found. Sweep the folder in parts.",
            zh=f"发现的文件超过 {MOST_FOUND} 个，请分文件夹检查。",
        )
        raise ActionError(told, "result")
    return row, result


def _by_digest(key: bytes) -> dict[str, list[m.Item]]:
    found = defaultdict(list)
    for item in _hashed().select_related("project").order_by("id"):
        found[keyed(key, item.sha256)].append(item)
    for copy in _own_hashes().select_related("item__project").order_by("id"):
        if copy.item not in found[keyed(key, copy.sha256)]:
            found[keyed(key, copy.sha256)].append(copy.item)
    return found


def _strays(sweep: m.Sweep, result: Result, known: dict[str, list[m.Item]]) -> dict[m.Project, list[m.Stray]]:
    """Return by project what was found and has no copy on that system; count the rest in the sweep."""
    here = set(m.Copy.objects.there().filter(system_id=sweep.system_id).values_list("item_id", flat=True))
    strays: dict[m.Project, list[m.Stray]] = defaultdict(list)
    for file in result.found:
        items = known.get(file.digest, [])
        if not items:
            sweep.unknown += 1
        elif any(item.id in here for item in items):
            sweep.registered += 1
        else:
            for item in items:
                strays[item.project].append(
                    m.Stray(
                        id=m.new_id(), sweep=sweep, project=item.project, item=item,
                        system_id=sweep.system_id, path=file.path, size=file.size,
                    )
                )  # fmt: skip
    return strays


def _told(sweep: m.Sweep, actor: Actor) -> events.SweepImported:
    return events.SweepImported(
        sweep=str(sweep.id), sweep_list=str(sweep.sweep_list_id), system=str(sweep.system_id),
        folder=sweep.folder,
        began_at=sweep.began_at, ended_at=sweep.ended_at, files=sweep.files, size=sweep.size,
        links=sweep.links, unread=sweep.unread, unread_count=sweep.unread_count,
        registered=sweep.registered, unknown=sweep.unknown, sha256=sweep.sha256, person=str(actor.human()),
    )  # fmt: skip
