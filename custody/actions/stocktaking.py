"""Stocktakes: a list frozen under the party's lock, two counts of it, a signed result, its differences.

Who opens one names two people: both count, or one counts and the other supervises, as the rules of the copies
demand (INV-01). What was not seen is looked for in a second count; what is not seen then is missing, unless
custody of it has moved since the list was frozen. A missing copy cannot be offered until somebody says that
it was found or put right. Nothing here moves custody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from custody import models as m
from custody import record, regimes
from custody.events import stocktake as events
from custody.terms import (
    Counted,
    Difference,
    StocktakeState,
    Text,
    VoteMethod,
)
from custody.transitions import DIFFERENCE, STOCKTAKE, move

from . import locking, stock_list
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .stock_list import Asked as Asked
from .stock_list import by_stream, stream_of

DIFFER = (Counted.MISSING, Counted.DAMAGED, Counted.ELSEWHERE, Counted.STRANGER)
_SET_FOUND = """
UPDATE custody_stocktakeline l SET found = v.found, difference = v.difference, entry = v.entry
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[]) AS v(id, found, difference, entry)
WHERE l.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Result:
    """How the lines of a stocktake stand, or would if it were closed now: each with its copy's stream."""

    lines: tuple[tuple[m.StocktakeLine, Counted, str], ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many were found how, by word."""
        return dict(sorted(Counter(str(found) for _, found, _ in self.lines).items()))

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of all codes with how each was found, in the order of the codes."""
        return record.digest([[line.code, str(found)] for line, found, _ in self.lines])

    def differing(self) -> list[tuple[m.StocktakeLine, Counted, str]]:
        """Return the lines that are to be settled."""
        return [one for one in self.lines if one[1] in DIFFER]


def scope(row: m.Stocktake) -> dict[str, UUID | None]:
    """Return the parties of a stocktake, as the table of permissions names them."""
    return {"owner": row.project.owner_party_id if row.project else None, "holder": row.party_id}


@entered()
def open_stocktake(actor: Actor, *, asked: Asked) -> Outcome:
    """Freeze the list of what a party is to hold, and begin to count it. Object: the stocktake.

    Raises ActionError when there is nothing to count or too much for one list, the two are one person or
    stand for nobody concerned, or the rules of a copy demand that both count.
    """
    project = m.Project.objects.get(id=asked.project) if asked.project else None
    owner = project.owner_party_id if project else None
    actor.require("stocktake.open", owner=owner, holder=asked.party)
    if asked.counter == asked.second:
        raise ActionError(Text(en="Name two different people.", zh="请选择两名不同人员。"), "second")

    def work(act: Act) -> Outcome:
        row = stock_list.begin(act, asked, project)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="stocktake.open")


@entered()
def recount(actor: Actor, *, stocktake: UUID) -> Outcome:
    """Begin the second count, of what was not seen. Raises ActionError where all was."""
    row = m.Stocktake.objects.select_related("project").get(id=stocktake)
    actor.require("stocktake.recount", **scope(row))

    def work(act: Act) -> Outcome:
        current = locked(actor, row, ())
        act.unchanged(current)
        state = move(STOCKTAKE, current.state, "recount")
        left = current.lines.filter(found=Counted.NOT_SEEN).count()
        if not left:
            raise ActionError(
                Text(en="Every copy was seen. Close the stocktake.", zh="所有副本均已见到，请结束清点。")
            )
        current.entry = act.record(
            events.StocktakeRecount(stocktake=str(row.id), party=str(row.party_id), left=left),
            row.stream,
            on_behalf_of=row.party_id,
        )
        current.state = state
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.recount")


def locked(actor: Actor, row: m.Stocktake, copies: Iterable[UUID]) -> m.Stocktake:
    """Lock a stocktake, its copies kept still, for one of its two people. Raises ActionError for others."""
    if actor.human() not in (row.counter_id, row.second_id):
        raise ActionError(
            Text(
                en="Only the two people who are named for this stocktake can do this.",
                zh="只有本次清点指定的两名人员可以进行此操作。",
            )
        )
    locking.together(("share", "copy", copies), ("update", "stocktake", [row.id]))
    return m.Stocktake.objects.select_related("project").get(id=row.id)


@entered(m.Stocktake, needed=("reason",))
def cancel(actor: Actor, *, stocktake: UUID, reason: str) -> Outcome:
    """Call a stocktake off; nothing counts as counted by it."""
    row = m.Stocktake.objects.select_related("project").get(id=stocktake)
    actor.require("stocktake.cancel", **scope(row))

    def work(act: Act) -> Outcome:
        actor.human()
        of_handover(row)
        locking.update("stocktake", [row.id])
        current = m.Stocktake.objects.get(id=row.id)
        act.unchanged(current)
        call_off(act, current, reason)
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.cancel")


def call_off(act: Act, row: m.Stocktake, reason: str) -> None:
    """Call a stocktake that is locked off."""
    row.state = move(STOCKTAKE, row.state, "cancel")
    row.reason = reason
    row.entry = act.record(
        events.StocktakeCancelled(stocktake=str(row.id), party=str(row.party_id), reason=reason),
        row.stream,
        on_behalf_of=row.party_id,
    )
    row.save()


def result(row: m.Stocktake) -> Result:
    """Return how all lines stand; of one that is under way, as they would if it were closed now."""
    lines = row.lines.select_related("copy__item").order_by("code")
    ended = row.state is StocktakeState.CLOSED
    return Result(
        tuple(
            (line, line.found if ended else _concluded(row, line), _line_stream(row, line)) for line in lines
        )
    )


def _concluded(row: m.Stocktake, line: m.StocktakeLine) -> Counted:
    """Return how a line stands at the end: what nobody saw is missing, unless it is not here any more."""
    if line.found is not Counted.NOT_SEEN or line.copy is None:
        return Counted(line.found)
    copy = line.copy
    here = row.keeps(copy)
    if row.system_id and copy.system_id != row.system_id:
        here = False
    return Counted.MISSING if here else Counted.MOVED


def _line_stream(row: m.Stocktake, line: m.StocktakeLine) -> str:
    return stream_of(line.copy) if line.copy else row.stream


def statement(row: m.Stocktake, found: Result) -> str:
    """Return the RFC 8785 text that is signed."""
    return record.canonical_text(
        {
            "stocktake": str(row.id),
            "party": str(row.party_id),
            "project": str(row.project_id) if row.project_id else None,
            "system": str(row.system_id) if row.system_id else None,
            "counter": str(row.counter_id),
            "second": str(row.second_id),
            "second_as": str(row.second_as),
            "opened_on": row.opened_on.isoformat(),
            "ledger_size": row.ledger_size,
            "expected": row.expected,
            "list_sha256": row.list_sha256,
            "counts": found.counts,
            "lines_sha256": found.sha256,
        }
    )


@entered()
def close(actor: Actor, *, stocktake: UUID, statement_sha256: str) -> Outcome:
    """Sign the result that was read: ``statement_sha256`` is of :func:`statement`, the password was asked.

    Raises ActionError while something is left for a second count, and when somebody has counted since the
    statement was shown.
    """
    row = m.Stocktake.objects.select_related("project").get(id=stocktake)
    actor.require("stocktake.close", **scope(row))

    def work(act: Act) -> Outcome:
        of_handover(row)
        unseen = row.lines.filter(found=Counted.NOT_SEEN).values_list("copy_id", flat=True)
        current = locked(actor, row, [id for id in unseen if id])
        act.unchanged(current)
        found = result(current)
        ready(current, found)
        read(statement(current, found), statement_sha256)
        end(act, current, found, statement_sha256)
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.close")


def of_handover(row: m.Stocktake) -> None:
    """Raise ActionError for the count of a handover, which three people sign and which ends with it."""
    if row.keeper_id is not None:
        raise ActionError(
            Text(
                en="This is the count of a handover. Sign or abandon it on the page of the handover.",
                zh="这是保管人交接的清点，请在交接页面签字或中止。",
            )
        )


def read(text: str, statement_sha256: str) -> None:
    """Raise ActionError unless the text that was read is the one that would be signed now."""
    if record.digest_of_text(text) != statement_sha256:
        raise ActionError(
            Text(
                en="Somebody has counted since this was shown. Read the result again, then sign it.",
                zh="显示之后又有清点记录。请重新核对结果后再签字。",
            ),
            "statement_sha256",
        )


def ready(row: m.Stocktake, found: Result) -> None:
    """Raise ActionError while something is left for a second count, NotNow once it is ended."""
    move(STOCKTAKE, row.state, "close")
    missing = found.counts.get(Counted.MISSING.value, 0)
    if missing and row.state is StocktakeState.COUNTING:
        raise ActionError(
            Text(
                en=f"{missing} copies were not seen. Look for them in a second count first.",
                zh=f"有{missing}份副本未见，请先进行复点。",
            )
        )


def end(act: Act, row: m.Stocktake, found: Result, statement_sha256: str) -> None:
    """Close a stocktake that is locked and ready, with a result that was read and is signed by who acts."""
    state, missing = move(STOCKTAKE, row.state, "close"), found.counts.get(Counted.MISSING.value, 0)
    today = max(regimes.today(name, act.now) for name in regimes_of(row))
    _conclude(act, row, found)
    row.entry = act.record(
        events.StocktakeClosed(
            stocktake=str(row.id),
            party=str(row.party_id),
            closed_by=str(act.actor.human()),
            closed_on=today.isoformat(),
            method=str(VoteMethod.PASSWORD),
            expected=row.expected,
            missing=missing,
            differences=len(found.differing()),
            counts=found.counts,
            lines_sha256=found.sha256,
            statement_sha256=statement_sha256,
        ),
        row.stream,
        on_behalf_of=row.party_id,
    )
    row.state, row.closed_on, row.closed_by_id = StocktakeState(state), today, act.actor.human()
    row.counts, row.lines_sha256 = found.counts, found.sha256
    row.save()


def regimes_of(row: m.Stocktake) -> set[str]:
    """Return the names of the regimes that the copies on its list are under."""
    lines = row.lines.filter(expected=True)
    return set(lines.values_list("copy__item__project__regime", flat=True).distinct())


def _conclude(act: Act, row: m.Stocktake, found: Result) -> None:
    told = [((line, how), stream) for line, how, stream in found.lines if how in (*DIFFER, Counted.MOVED)]
    ids, hows, states, entries = [], [], [], []
    for stream, group in by_stream(told):
        entry = act.record(
            events.StocktakeConcluded(
                stocktake=str(row.id),
                party=str(row.party_id),
                lines=[
                    {"line": str(line.id), "code": line.code, "found": str(how)}
                    | ({"copy": str(line.copy_id)} if line.copy_id else {})
                    for line, how in group
                ],
            ),
            stream,
            on_behalf_of=row.party_id,
            copy_keys=[line.copy.tag_key for line, _ in group if line.copy],
        )
        for line, how in group:
            ids.append(line.id)
            hows.append(str(how))
            states.append(None if how is Counted.MOVED else str(Difference.OPEN))
            entries.append(entry)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_SET_FOUND, [ids, hows, states, entries])


@entered(m.StocktakeLine, needed=("resolution",))
def settle(actor: Actor, *, line: UUID, how: str, resolution: str) -> Outcome:
    """Say what became of a difference: ``find``, ``put_right``, ``destroy`` or ``report``.

    Raises NotNow for a line that is no difference, or one that is settled for good.
    """
    found = m.StocktakeLine.objects.select_related("stocktake__project", "copy__item").get(id=line)
    row = found.stocktake
    actor.require("stocktake.settle", **scope(row))

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(
            ("update", "copy", [found.copy_id] if found.copy_id else []),
            ("update", "stocktake", [row.id]),
        )
        current = m.StocktakeLine.objects.get(id=line)
        act.unchanged(current)
        if current.difference is None:
            raise ActionError(Text(en="This is no difference.", zh="该项并非差异。"))
        current.difference = move(DIFFERENCE, current.difference, how)
        current.entry = act.record(
            events.StocktakeSettled(
                stocktake=str(row.id),
                party=str(row.party_id),
                line=str(line),
                code=current.code,
                copies=[str(current.copy_id)] if current.copy_id else [],
                found=str(current.found),
                difference=str(current.difference),
                resolution=resolution,
                person=str(person),
            ),
            _line_stream(row, found),
            on_behalf_of=row.party_id,
            copy_keys=[found.copy.tag_key] if found.copy else [],
        )
        current.resolution, current.settled_by_id = resolution, person
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.settle")
