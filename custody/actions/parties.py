"""The life of a party in the register: further names and numbers, its standing, and duplicates.

Whether two records are one party is proposed by their likeness and decided by a person. A merge moves
nothing: the duplicate is closed and points to the record that stays, and each keeps its own history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from custody import models as m
from custody.events import party as party_events
from custody.screening.identifiers import is_checked
from custody.screening.likeness import Book, Named
from custody.terms import HandoffState, NameKind, PartyKind, PartyState, Text
from custody.transitions import PARTY, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import Alteration, needed, save_changed
from .entered import entered
from .numbers import nobodys, number
from .registers import party_stream

OPEN = (HandoffState.OFFERED, HandoffState.MISTAKEN)
_VERB = {
    PartyState.ACTIVE: "activate",
    PartyState.WATCH: "watch",
    PartyState.BARRED: "bar",
    PartyState.CLOSED: "close",
}
STATES = tuple(_VERB)
"""What a party's standing may be set to."""


@entered(m.PartyName, needed=("name",))
def add_name(
    actor: Actor,
    *,
    party: UUID,
    kind: NameKind,
    name: str,
    language: str = "",
    starts: dt.date | None = None,
    ends: dt.date | None = None,
) -> Outcome:
    """Record what else a party is or was called; ``language`` is a tag of BCP 47. Raises ActionError for a
    name that is recorded already, or days out of order."""
    actor.require("party.name")

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        owner = m.Party.objects.get(id=party)
        human, row_id = owner.kind is PartyKind.INDIVIDUAL, m.new_id()
        entry = act.record(
            party_events.PartyNamed(
                party_name=str(row_id),
                party=str(party),
                name_kind=str(kind),
                name=None if human else name,
                individual_name=name if human else None,
                language=language,
                starts=starts.isoformat() if starts else None,
                ends=ends.isoformat() if ends else None,
            ),
            party_stream(party),
        )
        row = m.PartyName.objects.create(
            id=row_id,
            entry=entry,
            party_id=party,
            kind=kind,
            name=name,
            language=language,
            starts=starts,
            ends=ends,
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.name")


@entered(m.PartyIdentifier, needed=("scheme", "value"))
def add_identifier(actor: Actor, *, party: UUID, scheme: str, value: str) -> Outcome:
    """Record a registration number. Raises ActionError for one that its scheme cannot have given, or that
    belongs to a party already."""
    actor.require("party.identify")
    scheme, value = number(scheme, value, "value")

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        nobodys(scheme, value, "value")
        row_id = m.identifier_id(scheme, value)
        entry = act.record(
            party_events.PartyIdentified(
                identifier=str(row_id),
                party=str(party),
                scheme=scheme,
                value=value,
                checked=is_checked(scheme),
            ),
            party_stream(party),
        )
        row = m.PartyIdentifier.objects.create(
            id=row_id, entry=entry, party_id=party, scheme=scheme, value=value
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.identify")


@entered(m.Correction)
def set_state(actor: Actor, *, party: UUID, state: PartyState, reason: str) -> Outcome:
    """Change the standing of a party: a barred or closed one gets nothing handed over (rule HOP-01).

    Raises NotNow for the standing that it has, ActionError for a merged party and for the house itself.
    """
    actor.require("party.set_state")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        row = m.Party.objects.get(id=party)
        act.unchanged(row)
        if state not in _VERB:
            raise ActionError(Text("Choose another state.", "请选择其他状态。"), "state")
        if row.id == actor.house and state in (PartyState.BARRED, PartyState.CLOSED):
            raise ActionError(
                Text(
                    "The unit that runs this site cannot be barred or closed.",
                    "运行本系统的单位不能禁入或关闭。",
                ),
                "state",
            )
        return restate(act, row, state, reason)

    return perform(actor, work, verb="party.set_state")


def restate(act: Act, row: m.Party, state: PartyState, reason: str) -> Outcome:
    """Set the standing of a locked party inside an act that is already open."""
    _not_merged(row)
    given = {"state": move(PARTY, row.state, _VERB[state])}
    changed = Alteration.of(row, given)
    event = party_events.PartyStateSet(
        party=str(row.id),
        corrects=str(row.entry),
        changed=changed.names,
        old=changed.old,
        new=changed.new,
        reason=reason,
    )
    return save_changed(act, row, changed, act.record(event, party_stream(row.id)), reason, new=given)


@entered(m.Correction)
def merge(actor: Actor, *, party: UUID, into: UUID, reason: str) -> Outcome:
    """Close a party as a duplicate of another, which stays. Raises ActionError where that cannot be: see
    :func:`in_the_way`."""
    actor.require("party.merge")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("party", [party, into])
        row, stays = m.Party.objects.get(id=party), m.Party.objects.get(id=into)
        act.unchanged(row)
        for text in in_the_way(row, stays, actor.house):
            raise ActionError(text, "into")
        given = {"state": PartyState.CLOSED}
        # A closed party may be merged too; then only the pointer changes, and the history says so.
        old, new = {"state": str(row.state)}, {"state": str(PartyState.CLOSED)}
        changed = Alteration(["state"], old, new)
        event = party_events.PartyMerged(
            party=str(party),
            into=str(into),
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        row.merged_into = stays
        return save_changed(act, row, changed, act.record(event, party_stream(party)), reason, new=given)

    return perform(actor, work, verb="party.merge")


def in_the_way(row: m.Party, stays: m.Party, house: UUID | None) -> list[Text]:
    """Return why one party cannot be merged into another; none, when it can."""
    found = []
    if row.id == stays.id:
        found.append(Text("A party cannot be merged into itself.", "单位不能与自身合并。"))
    if row.merged_into_id:
        found.append(Text("This party is merged already.", "该单位已合并。"))
    if stays.merged_into_id or stays.state is PartyState.CLOSED:
        found.append(
            Text(
                "The other party is closed. Choose the record that stays.",
                "对方单位已关闭，请选择保留的记录。",
            )
        )
    if row.id == house:
        found.append(
            Text(
                "The unit that runs this site stays. Merge the other record into it.",
                "运行本系统的单位须保留，请将另一条记录并入。",
            )
        )
    if (row.kind is PartyKind.INDIVIDUAL) is not (stays.kind is PartyKind.INDIVIDUAL):
        found.append(Text("A person and an organisation are not one party.", "个人与单位不能合并。"))
    if waiting := m.Handoff.objects.filter(
        Q(receiver_party=row) | Q(sender_party=row), state__in=OPEN
    ).count():
        found.append(
            Text(
                f"{waiting} handoffs from or to this party are open. Have them answered or withdrawn first.",
                f"该单位尚有{waiting}次未了结的移交，请先答复或撤回。",
            )
        )
    return found


def _not_merged(row: m.Party) -> None:
    if row.merged_into_id:
        raise ActionError(
            Text(
                "This party was merged into another. Its standing is that of the record that stays.",
                "该单位已并入另一条记录，以保留的记录为准。",
            )
        )


def named(parties: QuerySet[m.Party]) -> list[Named]:
    """Return parties as they are compared; a further name is called by the id of its row."""
    found = []
    for party in parties.prefetch_related("names", "identifiers"):
        names = {"name": party.name, "other_name": party.other_name}
        names |= {str(row.id): row.name for row in party.names.all()}
        numbers: dict[str, set[str]] = {}
        for row in party.identifiers.all():
            numbers.setdefault(row.scheme, set()).add(row.value)
        found.append(
            Named(
                str(party.id),
                {called: name for called, name in names.items() if name},
                {scheme: frozenset(values) for scheme, values in numbers.items()},
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Alike:
    """Another party that may be the same, and how like it is, 0 to 100."""

    party: m.Party
    score: int
    by: str


def alike(who: Named, among: QuerySet[m.Party]) -> list[Alike]:
    """Return the parties that look like somebody, the likest first; merged ones are left out."""
    hits = Book(named(among.filter(merged_into=None))).like(who)
    by_id = {str(p.id): p for p in m.Party.objects.filter(id__in=[hit.other for hit in hits])}
    return [Alike(by_id[hit.other], hit.score, hit.by) for hit in hits]
