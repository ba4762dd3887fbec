"""Stocktakes: a list frozen under the party's lock, two counts of it, a signed result, its differences.

Who opens one names two people: both count, or one counts and the other supervises, as the rules of the copies
demand (INV-01). What was not seen is looked for in a second count; what is not seen then is missing, unless
custody of it has moved since the list was frozen. A missing copy cannot be offered until somebody says that
it was found or put right. Nothing here moves custody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from custody import models as m
from custody import record, regimes
from custody.events import stocktake as events
from custody.terms import (
    CopyState,
    Counted,
    Difference,
    SecondPerson,
    StocktakeState,
    Text,
    VoteMethod,
)
from custody.transitions import DIFFERENCE, STOCKTAKE, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

MOST = 10_000
"""Copies on one list; a larger holding is counted by project or by place."""
PER_ENTRY = 200
DIFFER = (Counted.MISSING, Counted.DAMAGED, Counted.ELSEWHERE, Counted.STRANGER)
_SET_FOUND = """
UPDATE custody_stocktakeline l SET found = v.found, difference = v.difference, entry = v.entry
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[]) AS v(id, found, difference, entry)
WHERE l.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted, and by whom."""

    party: UUID
    counter: UUID
    second: UUID
    second_as: SecondPerson
    project: UUID | None = None
    system: UUID | None = None


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
        person = actor.human()
        # With the party to itself no handoff of it is on its way: the list and the heads say the same.
        locking.together(
            ("update", "party", [asked.party]),
            ("share", "person", [asked.counter, asked.second]),
            ("share", "system", [asked.system] if asked.system else []),
            ("share", "project", [asked.project] if asked.project else []),
        )
        _stand(asked, {asked.party, owner, actor.house})
        copies = _expected(asked)
        locking.share("copy", [copy.id for copy in copies])
        _two_count(asked, copies)
        today = max(regimes.today(name, act.now) for name in {c.item.project.regime for c in copies})
        row = m.Stocktake(
            id=m.new_id(),
            party_id=asked.party,
            project=project,
            system_id=asked.system,
            counter_id=asked.counter,
            second_id=asked.second,
            second_as=asked.second_as,
            opened_by_id=person,
            opened_on=today,
            expected=len(copies),
            list_sha256=record.digest([copy.code for copy in copies]),
            ledger_size=record.sealed_size(),
        )
        heads = record.heads(sorted({row.stream, *(_stream_of(copy) for copy in copies)}))
        row.head = heads.get(row.stream, "")
        row.entry = act.record(_opened(row), row.stream, on_behalf_of=asked.party)
        row.save(force_insert=True)
        m.StocktakeLine.objects.bulk_create(_listed(act, row, copies, heads), batch_size=1000)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="stocktake.open")


def _stand(asked: Asked, parties: set[UUID | None]) -> None:
    """Check that the two stand for the holder, the project's owner or the house today."""
    members = m.Membership.objects.current().filter(party__in=parties - {None})
    standing = set(members.values_list("person_id", flat=True))
    for name in ("counter", "second"):
        if getattr(asked, name) not in standing:
            raise ActionError(
                Text(
                    en="This person stands neither for the party whose copies are counted nor for the owner.",
                    zh="该人员既不属于被清点单位，也不属于项目单位。",
                ),
                name,
            )


def _expected(asked: Asked) -> list[m.Copy]:
    rows = m.Copy.objects.there().filter(custodian_party=asked.party)
    if asked.project:
        rows = rows.filter(item__project=asked.project)
    if asked.system:
        rows = rows.filter(system=asked.system)
    found = list(rows.select_related("item__project").order_by("code")[: MOST + 1])
    if not found:
        raise ActionError(Text(en="There is no copy to count.", zh="没有可清点的副本。"), "party")
    if len(found) > MOST:
        raise ActionError(
            Text(
                en=f"There are more than {MOST:,} copies. Count them by project or by place.",
                zh=f"副本超过{MOST}份，请按项目或存放处分别清点。",
            ),
            "party",
        )
    return found


def _two_count(asked: Asked, copies: Sequence[m.Copy]) -> None:
    if asked.second_as is SecondPerson.COUNTER:
        return
    for regime, level in {(c.item.project.regime, c.item.level) for c in copies}:
        pack = regimes.pack(regime)
        setting = pack.rules.get("INV-01")
        begins = setting.params.get("two_count_from") if setting and setting.enabled else None
        if begins is not None and pack.rank(level) >= pack.rank(begins):
            raise ActionError(
                Text(
                    en="The rules of these copies demand that both people count.",
                    zh="按照这些副本适用的规则，两人须共同清点。",
                ),
                "second_as",
            )


def _stream_of(copy: m.Copy) -> str:
    return f"project:{copy.item.project_id}"


def _opened(row: m.Stocktake) -> events.StocktakeOpened:
    return events.StocktakeOpened(
        stocktake=str(row.id),
        party=str(row.party_id),
        project=str(row.project_id) if row.project_id else None,
        system=str(row.system_id) if row.system_id else None,
        counter=str(row.counter_id),
        second=str(row.second_id),
        second_as=str(row.second_as),
        opened_by=str(row.opened_by_id),
        opened_on=row.opened_on.isoformat(),
        expected=row.expected,
        list_sha256=row.list_sha256,
        ledger_size=row.ledger_size,
        head=row.head,
    )


def _listed(
    act: Act, row: m.Stocktake, copies: Sequence[m.Copy], heads: Mapping[str, str]
) -> list[m.StocktakeLine]:
    lines = []
    for stream, group in by_stream((copy, _stream_of(copy)) for copy in copies):
        made = [
            m.StocktakeLine(id=m.new_id(), stocktake=row, copy=copy, code=copy.code, expected=True)
            for copy in group
        ]
        entry = act.record(
            events.StocktakeListed(
                stocktake=str(row.id),
                party=str(row.party_id),
                head=heads.get(stream, ""),
                lines=[{"line": str(line.id), "copy": str(line.copy_id), "code": line.code} for line in made],
            ),
            stream,
            on_behalf_of=row.party_id,
            copy_keys=[copy.tag_key for copy in group],
        )
        for line in made:
            line.entry = entry
        lines += made
    return lines


def by_stream(things: Iterable[tuple[Any, str]]) -> Iterator[tuple[str, list[Any]]]:
    """Yield things with the stream that they belong to, at most 200 at a time, as entries take them."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for thing, stream in things:
        groups[stream].append(thing)
    for stream, group in sorted(groups.items()):
        for at in range(0, len(group), PER_ENTRY):
            yield stream, group[at : at + PER_ENTRY]


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
        locking.update("stocktake", [row.id])
        current = m.Stocktake.objects.get(id=row.id)
        act.unchanged(current)
        current.state = move(STOCKTAKE, current.state, "cancel")
        current.reason = reason
        current.entry = act.record(
            events.StocktakeCancelled(stocktake=str(row.id), party=str(row.party_id), reason=reason),
            row.stream,
            on_behalf_of=row.party_id,
        )
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.cancel")


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
    here = copy.custodian_party_id == row.party_id and copy.state is not CopyState.DESTROYED
    if row.system_id and copy.system_id != row.system_id:
        here = False
    return Counted.MISSING if here else Counted.MOVED


def _line_stream(row: m.Stocktake, line: m.StocktakeLine) -> str:
    return _stream_of(line.copy) if line.copy else row.stream


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
        unseen = row.lines.filter(found=Counted.NOT_SEEN).values_list("copy_id", flat=True)
        current = locked(actor, row, [id for id in unseen if id])
        act.unchanged(current)
        state, found = move(STOCKTAKE, current.state, "close"), result(current)
        missing = found.counts.get(Counted.MISSING.value, 0)
        if missing and current.state is StocktakeState.COUNTING:
            raise ActionError(
                Text(
                    en=f"{missing} copies were not seen. Look for them in a second count first.",
                    zh=f"有{missing}份副本未见，请先进行复点。",
                )
            )
        if record.digest_of_text(statement(current, found)) != statement_sha256:
            raise ActionError(
                Text(
                    en="Somebody has counted since this was shown. Read the result again, then sign it.",
                    zh="显示之后又有清点记录。请重新核对结果后再签字。",
                ),
                "statement_sha256",
            )
        today = max(regimes.today(name, act.now) for name in _regimes(current))
        _conclude(act, current, found)
        current.entry = act.record(
            events.StocktakeClosed(
                stocktake=str(row.id),
                party=str(row.party_id),
                closed_by=str(actor.human()),
                closed_on=today.isoformat(),
                method=str(VoteMethod.PASSWORD),
                expected=current.expected,
                missing=missing,
                differences=len(found.differing()),
                counts=found.counts,
                lines_sha256=found.sha256,
                statement_sha256=statement_sha256,
            ),
            row.stream,
            on_behalf_of=row.party_id,
        )
        current.state, current.closed_on, current.closed_by_id = state, today, actor.human()
        current.counts, current.lines_sha256 = found.counts, found.sha256
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="stocktake.close")


def _regimes(row: m.Stocktake) -> set[str]:
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
