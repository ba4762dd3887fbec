"""Events of the re-check: what was allowed and does not hold any more, and what holds again."""

from typing import Any

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "recheck.found",
    1,
    Text(
        en="A re-check found that rules do not hold any more ({noun}).",
        zh="复核发现有规则不再符合（{noun}）。",
    ),
    Audience.INTERNAL,
)
class RecheckFound:
    """Rules that warn, block or cannot tell by now of what was allowed before. ``findings`` is what each
    said; ``lapses`` are their ids in the same order, ``replaced`` those that stood before of the same rules.
    ``object`` is the id of the ``noun``; ``on`` the day. Nothing is stopped by it."""

    noun: str = keep()
    object: str = keep()
    project: str | None = keep()
    hop: str | None = keep()
    party: str | None = keep()
    on: str = keep()
    lapses: list[str] = keep()
    findings: list[dict[str, Any]] = keep()
    replaced: list[str] = keep()


@event(
    "recheck.cleared",
    1,
    Text(
        en="A re-check found rules in order again ({noun}).",
        zh="复核发现有规则恢复符合或不再复核（{noun}）。",
    ),
    Audience.INTERNAL,
)
class RecheckCleared:
    """Lapses that ended: ``mended``, or ``gone`` because the object is not in force any more."""

    noun: str = keep()
    object: str = keep()
    project: str | None = keep()
    hop: str | None = keep()
    party: str | None = keep()
    on: str = keep()
    lapses: list[str] = keep()
    codes: list[str] = keep()
    ended: str = keep()
