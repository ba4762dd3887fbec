"""What every action shares: may? -> lock -> gather -> decide -> save -> append, in one transaction.

A refusal is a return value: an exception would roll back the entry that says "refused". The ledger is
appended to once, last, when all else is saved; so either the effect and its entry are both there, or neither
is.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import DataError, IntegrityError, OperationalError, connection, connections, transaction

from custody import frozen, locks, record, regimes, scope, security_log
from custody import models as m
from custody.models import Site, User, new_id
from custody.permissions import may
from custody.policy.facts import Facts
from custody.terms import Role, Source, Text

from . import attempts, submissions
from .entered import told_by
from .errors import ActionError, Busy, Changed, Edited, Frozen, NotPermitted, PackGone, TooManyRefusals

__all__ = [
    "Act",
    "ActionError",
    "Actor",
    "Busy",
    "Changed",
    "Edited",
    "Frozen",
    "NotPermitted",
    "Outcome",
    "PackGone",
    "TooManyRefusals",
    "database_now",
    "done_before",
    "installation_act",
    "latest_day",
    "perform",
    "reached",
]

log = logging.getLogger(__name__)
TRIES = 3
AHEAD = dt.timedelta(minutes=2)
"""How far a clock at a counter may run ahead of the database's."""
_MOMENT = f"""
SELECT clock_timestamp(), EXISTS (SELECT FROM custody_frozenobject WHERE settled_entry IS NULL),
  current_user = '{scope.OUTSIDE_ROLE}', {regimes.MARKER}
"""  # noqa: S608 - a constant
_RETRYABLE = {"40001", "40P01"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which roles, and how the act came in. Never optional."""

    person: UUID | None
    memberships: tuple[tuple[UUID, Role], ...]
    source: Source
    house: UUID | None
    submission: UUID | None = None
    """Token of the form that was sent: sent twice it has one effect, and the first result is shown."""
    digest: str = ""
    """Keyed SHA-256 of what a program asked: the same token with other content is refused."""
    scopes: frozenset[str] | None = None
    """Nouns on which the key in use may act; None: no key is in use."""
    expects: UUID | None = None
    """Entry that must still have been the last to set the row that is acted on (If-Match)."""

    @classmethod
    def of(cls, user: User, source: Source = Source.SCREEN) -> Actor:
        """Return the actor for a signed-in user, with the memberships in force today."""
        members = tuple((m.party_id, m.role) for m in user.memberships())
        return cls(user.person_id, members, source, user.house)

    @classmethod
    def setup(cls) -> Actor:
        """Return the actor of the installation itself, for set-up commands run by whoever owns the
        machine."""
        return cls(None, (), Source.SYSTEM, Site.operator_id_or_none())

    def human(self) -> UUID:
        """Return the person who acts. Raises ActionError for the installation itself."""
        if self.person is None:
            raise ActionError(Text(en="Only a person can do this.", zh="此操作须由自然人进行。"))
        return self.person

    def require(self, verb: str, **scope: UUID | None) -> None:
        """Raise NotPermitted unless this actor may do ``verb`` for the parties in ``scope``."""
        if self.person is None and self.source is Source.SYSTEM:
            return
        if not self.can(verb, **scope):
            raise NotPermitted(verb)

    def can(self, verb: str, **scope: UUID | None) -> bool:
        """Return whether this actor may do ``verb``; ``house`` is filled in."""
        if self.scopes is not None and verb.split(".")[0] not in self.scopes:
            return False
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
    again: bool = False
    """It was done before, under the same token; nothing was done now."""


@dataclass(slots=True)
class Act:
    """One act in one transaction: what it will append, and when it counts as recorded."""

    actor: Actor
    id: UUID
    now: dt.datetime
    took_place_at: dt.datetime
    drafts: list[record.Draft] = field(default_factory=list)
    turned_away: ActionError | None = None
    """Raised once the act is committed: what was recorded stays, and the person is told no."""

    def unchanged(self, row: Any) -> None:
        """Raise Changed when the caller named the state it acts on, and a locked row has moved on since."""
        if self.actor.expects is not None and row.entry != self.actor.expects:
            raise Changed

    def record(
        self,
        event: Any,
        about: str,
        *,
        on_behalf_of: UUID | None = None,
        copy_keys: Iterable[bytes | memoryview] = (),
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
    actor: Actor,
    work: Callable[[Act], Outcome],
    took_place_at: dt.datetime | None = None,
    *,
    submission: UUID | None = None,
    verb: str = "",
    despite_freeze: bool = False,
) -> Outcome:
    """Run an act in one durable transaction and append its entries last.

    A ``submission`` (else the actor's) that was done before gives the outcome of then, and nothing is done
    again; an act without a ``verb`` takes no token.
    Raises Frozen, once that is recorded, when it rests on a record that does not agree with the ledger,
    unless ``despite_freeze``, which is for freezing, settling, and who asks what is frozen itself; Busy after
    three lost races;
    ActionError for input that the database does not take.
    """
    submission = (submission or actor.submission) if verb else None
    for _ in range(TRIES):
        try:
            with transaction.atomic(durable=True), scope.whole(), locks.transaction_locks():
                if submission and not submissions.claim(submission, actor.person, verb, actor.digest):
                    earlier = submissions.earlier(submission, actor.person, verb, actor.digest)
                    return Outcome(*earlier, again=True)
                now, any_frozen = _moment()
                act = Act(actor, new_id(), now, _happened(took_place_at, now))
                outcome = work(act) if despite_freeze or not any_frozen else _unless_held(act, work, verb)
                if submission:
                    _settle(submission, act, outcome)
                if act.drafts:
                    record.append(act.drafts)
        except locks.Unlocked:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) in _RETRYABLE:
                continue
            raise
        except (DataError, IntegrityError) as error:
            told = told_by(error)
            if told is None:
                raise
            raise told from error
        except regimes.PackLost as error:
            raise PackGone from error
        except record.DraftError as error:
            raise ActionError(
                Text(en=f"The ledger cannot record this: {error}", zh=f"账本无法记录此内容：{error}")
            ) from error
        security_log.entered(act.drafts)
        if act.turned_away:
            raise act.turned_away
        return outcome
    raise Busy


def done_before(actor: Actor, submission: UUID, verb: str) -> Outcome | None:
    """Return what came of a form that was sent before; None for one that was not, or that is on its way.

    For a screen that is asked to do it again: by now its answers may no longer fit what there is.
    """
    done = submissions.settled(submission, actor.person, verb, actor.digest)
    return Outcome(*done, again=True) if done else None


class _Held(Exception):
    """Takes back what an act saved that rests on frozen records."""

    def __init__(self, rows: list[m.FrozenObject]) -> None:
        self.rows = rows
        super().__init__()


def _unless_held(act: Act, work: Callable[[Act], Outcome], verb: str) -> Outcome:
    """Do an act while something is frozen; where it rests on that, record the attempt in its place."""
    try:
        with transaction.atomic():
            outcome = work(act)
            if rows := frozen.barring(act.drafts):
                raise _Held(rows)
    except _Held as held:
        drafts, act.drafts = act.drafts, []
        return Outcome("refused", attempts.hold(act, verb, drafts, held.rows))
    return outcome


def _settle(submission: UUID, act: Act, outcome: Outcome) -> None:
    if act.turned_away:
        submissions.release(submission)
    else:
        submissions.settle(submission, outcome.state, outcome.entry, outcome.object, outcome.decision)


def _happened(claimed: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if claimed and claimed > now + AHEAD:
        raise ActionError(
            Text(en="This time lies in the future.", zh="该时间晚于当前时间。"), "took_place_at"
        )
    return claimed or now


def reached(day: dt.date | None, today: dt.date, about: str) -> None:
    """Raise ActionError when something done is dated on a day that has not come."""
    if day is not None and day > today:
        raise ActionError(
            Text(
                en="This day has not come yet. Give the day on which it was done.",
                zh="该日期尚未到来。请填写实际办理日期。",
            ),
            about,
        )


def latest_day(moment: dt.datetime) -> dt.date:
    """Return the day of a moment where it is latest on Earth: for what belongs to no regime."""
    return moment.astimezone(dt.timezone(dt.timedelta(hours=14))).date()


def _moment() -> tuple[dt.datetime, bool]:
    """Return the database's clock and whether anything is frozen, and learn of packs that were published: in
    one query."""
    with connection.cursor() as cursor:
        cursor.execute(_MOMENT)
        now, any_frozen, walled, marker = cursor.fetchone()
    if walled:  # rules would judge by some of the rows: no session of a pool that was narrowed for another
        log.error("an act met a database session that is narrowed for another request")
        raise Busy
    regimes.learn(marker)
    return now, any_frozen


def database_now(using: str = "default") -> dt.datetime:
    """Return the database's clock, which all web hosts share."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def installation_act(using: str) -> Act:
    """Return an act of the installation itself, for a transaction of another role than the application's;
    whoever opened that transaction appends what the act recorded."""
    now = database_now(using)
    return Act(Actor(None, (), Source.SYSTEM, None), new_id(), now, now)
