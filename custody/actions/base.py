"""What every action shares: may? -> lock -> gather -> decide -> save -> append, in one transaction.

A refusal is a return value: an exception would roll back the entry that says "refused". The ledger is appended to once,
last, when all else is saved; so either the effect and its entry are both there, or neither is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import OperationalError, connection, transaction

from custody import locks, record
from custody.models import Site, User, new_id
from custody.permissions import may
from custody.policy.facts import Facts
from custody.terms import Role, Source, Text

TRIES = 3
_RETRYABLE = {"40001", "40P01"}


class ActionError(Exception):
    """The act cannot be done as asked; nothing was changed. Carries what a person reads and the field it is about."""

    def __init__(self, text: Text, about: str = "") -> None:
        """Keep the sentence in both languages, and the name of the form field if there is one."""
        self.text, self.about = text, about
        super().__init__(text.en)


class NotPermitted(ActionError):
    """The person's roles do not allow the verb; answered as if the thing were not there where it is not visible."""

    def __init__(self, verb: str) -> None:
        """Name the verb for the log; the person reads a plain sentence."""
        self.verb = verb
        super().__init__(
            Text(
                en="Your role does not allow this. Ask your administrator which role you need.",
                zh="您的角色无权进行此操作。如需办理，请向管理员申请相应角色。",
            )
        )


class Busy(ActionError):
    """Three tries met other people's changes; nothing was changed. Answered with status 503."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="Others were changing the same records at this moment. Nothing was saved. Please try again.",
                zh="其他人员正在修改相同记录，本次未保存任何内容。请重试。",
            )
        )


class TooManyRefusals(ActionError):
    """More than 30 refused attempts in an hour; answered with status 429."""

    def __init__(self) -> None:
        """Say what happened and what to do."""
        super().__init__(
            Text(
                en="You have made more than 30 refused attempts in the last hour. "
                "Further attempts are counted but not listed one by one. Try again in an hour.",
                zh="您在过去一小时内被拒绝的操作已超过30次。后续尝试只计数、不再逐条记录。请一小时后再试。",
            )
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which roles, and how the act came in. Never optional."""

    person: UUID | None
    memberships: tuple[tuple[UUID, Role], ...]
    source: Source
    house: UUID | None

    @classmethod
    def of(cls, user: User, source: Source = Source.SCREEN) -> Actor:
        """Return the actor for a signed-in user, with the memberships in force today."""
        members = tuple((m.party_id, m.role) for m in user.memberships())
        return cls(user.person_id, members, source, Site.operator_id_or_none())

    @classmethod
    def setup(cls) -> Actor:
        """Return the actor of the installation itself, for set-up commands run by whoever owns the machine."""
        return cls(None, (), Source.SYSTEM, Site.operator_id_or_none())

    def require(self, verb: str, **scope: UUID | None) -> None:
        """Raise NotPermitted unless this actor may do ``verb`` for the parties in ``scope``."""
        if self.person is None and self.source is Source.SYSTEM:
            return
        if not self.can(verb, **scope):
            raise NotPermitted(verb)

    def can(self, verb: str, **scope: UUID | None) -> bool:
        """Return whether this actor may do ``verb``; ``house`` is filled in."""
        return may(self.memberships, verb, {"house": self.house, **scope})

    def stands_for(self, party: UUID) -> bool:
        """Return whether the actor's person is a member of ``party`` today."""
        return any(p == party for p, _ in self.memberships)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act: done, held (waiting for somebody), or refused by rules."""

    state: Literal["done", "held", "refused"]
    entry: UUID
    object: Any = None
    decision: Any = None


@dataclass(slots=True)
class Act:
    """One act in one transaction: what it will append, and when it counts as recorded."""

    actor: Actor
    id: UUID
    now: dt.datetime
    took_place_at: dt.datetime
    drafts: list[record.Draft] = field(default_factory=list)

    def record(
        self,
        event: Any,
        about: str,
        *,
        on_behalf_of: UUID | None = None,
        copy_keys: Iterable[bytes] = (),
        decision: Mapping[str, Any] | None = None,
        facts: Facts | None = None,
        entry: UUID | None = None,
    ) -> UUID:
        """Add an event to what will be appended; return the id of its entry, for the rows that it sets."""
        entry = entry or new_id()
        behalf = on_behalf_of if on_behalf_of and not self.actor.stands_for(on_behalf_of) else None
        self.drafts.append(
            record.draft(
                event,
                entry=entry,
                act=self.id,
                about=about,
                actor=self.actor.person,
                on_behalf_of=behalf,
                source=self.actor.source,
                took_place_at=self.took_place_at,
                copy_keys=copy_keys,
                decision=decision,
                facts=facts.groups if facts else None,
            )
        )
        return entry


def perform(
    actor: Actor, work: Callable[[Act], Outcome], took_place_at: dt.datetime | None = None
) -> Outcome:
    """Run an act in one durable transaction and append its entries last. Raises Busy after three lost races."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(durable=True), locks.transaction_locks():
                now = database_now()
                act = Act(actor, new_id(), now, took_place_at or now)
                outcome = work(act)
                if act.drafts:
                    record.append(act.drafts)
                return outcome
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _RETRYABLE:
                raise
    raise Busy


def database_now() -> dt.datetime:
    """Return the database's clock, which all web hosts share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]
