"""Events of the full checks: what they found, and how it was settled."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event(
    "fsck.failed",
    1,
    Text(en="A full check found {count} faults.", zh="全面核对发现 {count} 处问题。"),
    Audience.INTERNAL,
)
class FsckFailed:
    """The ledger, or the tables beside it, contradict themselves; the first faults by name."""

    check: str = keep()
    count: int = keep()
    faults: list[str] = keep()


@event(
    "object.frozen",
    1,
    Text(
        en="A record of {table} does not say what the ledger says; acts on it are held.",
        zh="{table} 中的一条记录与账本不符，相关操作已暂停。",
    ),
    Audience.INTERNAL,
)
class ObjectFrozen:
    """A row was changed without an entry. `ledger` and `database` say what each holds, column by column."""

    frozen: str = keep()
    table: str = keep()
    object: str = keep()
    holds: list[str] = keep()
    columns: list[str] = keep()
    ledger: dict[str, str] = personal()
    database: dict[str, str] = personal()


@event(
    "object.settled",
    1,
    Text(
        en="A record of {table} says again what the ledger says; it is free.",
        zh="{table} 中的一条记录已与账本一致，恢复使用。",
    ),
    Audience.INTERNAL,
)
class ObjectSettled:
    """A frozen row agrees again: found so (`agrees`), or set back to what the ledger says (`repaired`)."""

    frozen: str = keep()
    table: str = keep()
    object: str = keep()
    how: str = keep()
    reason: str = keep()


@event(
    "attempt.held",
    1,
    Text(
        en="An attempt was held, because it rests on a frozen record: {verb}.",
        zh="因涉及已冻结的记录，操作被暂停：{verb}。",
    ),
    Audience.INTERNAL,
)
class AttemptHeld:
    """An act that was submitted and saved nothing. `frozen` are the records that held it; `kinds` and
    `streams` say what it would have appended and where, `attempt` what it would have named by id."""

    verb: str = keep()
    person: str | None = keep()
    frozen: list[str] = keep()
    kinds: list[str] = keep()
    streams: list[str] = keep()
    attempt: dict[str, str | list[str]] = keep()
