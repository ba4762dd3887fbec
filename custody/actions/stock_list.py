"""The list of a stocktake: what a party, or one person of it, is to hold, frozen under the party's lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody import record, regimes
from custody.events import stocktake as events
from custody.terms import SecondPerson, Text

from . import locking
from .base import Act, ActionError

MOST = 10_000
"""Copies on one list; a larger holding is counted by project or by place."""
PER_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted, and by whom."""

    party: UUID
    counter: UUID
    second: UUID
    second_as: SecondPerson
    project: UUID | None = None
    system: UUID | None = None
    keeper: UUID | None = None
    """Whose copies: None for all that the party holds."""


def begin(act: Act, asked: Asked, project: m.Project | None, more: Sequence[UUID] = ()) -> m.Stocktake:
    """Freeze the list of what is to be there in an act that is under way, and return the stocktake.

    Raises ActionError when there is nothing to count or too much for one list, somebody stands for nobody
    concerned, or the rules of a copy demand that both count.
    """
    person = act.actor.human()
    # With the party to itself no handoff of it is on its way: the list and the heads say the same.
    locking.together(
        ("update", "party", [asked.party]),
        ("share", "person", [asked.counter, asked.second, *more]),
        ("share", "system", [asked.system] if asked.system else []),
        ("share", "project", [asked.project] if asked.project else []),
    )
    _stand(asked, {asked.party, project.owner_party_id if project else None, act.actor.house})
    copies = _expected(asked)
    locking.share("copy", [copy.id for copy in copies])
    _two_count(asked, copies)
    today = max(regimes.today(name, act.now) for name in {c.item.project.regime for c in copies})
    row = m.Stocktake(
        id=m.new_id(),
        party_id=asked.party,
        project=project,
        system_id=asked.system,
        keeper_id=asked.keeper,
        counter_id=asked.counter,
        second_id=asked.second,
        second_as=asked.second_as,
        opened_by_id=person,
        opened_on=today,
        expected=len(copies),
        list_sha256=record.digest([copy.code for copy in copies]),
        ledger_size=record.sealed_size(),
    )
    heads = record.heads(sorted({row.stream, *(stream_of(copy) for copy in copies)}))
    row.head = heads.get(row.stream, "")
    row.entry = act.record(_opened(row), row.stream, on_behalf_of=asked.party)
    row.save(force_insert=True)
    m.StocktakeLine.objects.bulk_create(_listed(act, row, copies, heads), batch_size=1000)
    return row


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
    if asked.keeper:
        rows = rows.filter(custodian_person=asked.keeper)
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


def stream_of(copy: m.Copy) -> str:
    """Return the name of the ledger stream that a copy belongs to: its project's."""
    return f"project:{copy.item.project_id}"


def _opened(row: m.Stocktake) -> events.StocktakeOpenedOf:
    return events.StocktakeOpenedOf(
        stocktake=str(row.id),
        party=str(row.party_id),
        project=str(row.project_id) if row.project_id else None,
        system=str(row.system_id) if row.system_id else None,
        keeper=str(row.keeper_id) if row.keeper_id else None,
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
    for stream, group in by_stream((copy, stream_of(copy)) for copy in copies):
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
