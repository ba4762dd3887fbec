"""Events of stocktakes.

What concerns copies stands in the stream of their project, at most 200 to an entry; the stocktake's own
entries in the stream of its project, or, where it counts all that a party holds, in the party's.
"""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "stocktake.opened",
    1,
    Text(en="A stocktake was opened; {expected} copies are expected.", zh="开始清点，应有副本{expected}份。"),
    Audience.INTERNAL,
)
class StocktakeOpened:
    """The list of what a party is to hold is frozen: ``list_sha256`` is the SHA-256 of the RFC 8785 text of
    its codes in order, ``ledger_size`` the size of the sealed ledger, ``head`` the newest position of this
    stream then, as ``seq:leaf hash``, empty for none. Those of the projects stand beside their copies."""

    stocktake: str = keep()
    party: str = keep()
    project: str | None = keep()
    system: str | None = keep()
    counter: str = keep()
    second: str = keep()
    second_as: str = keep()
    opened_by: str = keep()
    opened_on: str = keep()
    expected: int = keep()
    list_sha256: str = keep()
    ledger_size: int = keep()
    head: str = keep()


@event(
    "stocktake.opened",
    2,
    Text(en="A stocktake was opened; {expected} copies are expected.", zh="开始清点，应有副本{expected}份。"),
    Audience.INTERNAL,
)
class StocktakeOpenedOf:
    """The list of what a party is to hold, or of that what ``keeper`` keeps, is frozen; the rest as
    before."""

    stocktake: str = keep()
    party: str = keep()
    project: str | None = keep()
    system: str | None = keep()
    keeper: str | None = keep()
    counter: str = keep()
    second: str = keep()
    second_as: str = keep()
    opened_by: str = keep()
    opened_on: str = keep()
    expected: int = keep()
    list_sha256: str = keep()
    ledger_size: int = keep()
    head: str = keep()


@event(
    "stocktake.listed",
    1,
    Text(en="Copies were put on the list of a stocktake.", zh="副本列入清点清单。"),
    Audience.INTERNAL,
)
class StocktakeListed:
    """Copies on the frozen list; ``lines`` tells for each its line, its id and its code, ``head`` is the
    newest position of this stream that the list was read at."""

    stocktake: str = keep()
    party: str = keep()
    head: str = keep()
    lines: list[dict[str, str]] = keep()


@event(
    "stocktake.counted",
    1,
    Text(en="Copies were counted in a stocktake.", zh="清点副本。"),
    Audience.INTERNAL,
)
class StocktakeCounted:
    """What was scanned: ``lines`` that are on the list, and others that were ``met`` beside it. Each tells
    its line, its code, how it was found, and its copy; a label that names no copy has none."""

    stocktake: str = keep()
    party: str = keep()
    round: int = keep()
    counted_by: str = keep()
    place: str | None = keep()
    lines: list[dict[str, str]] = keep()
    met: list[dict[str, str]] = keep()


@event(
    "stocktake.recount",
    1,
    Text(
        en="The second count of a stocktake began; {left} copies were not seen.",
        zh="开始复点，{left}份未见。",
    ),
    Audience.INTERNAL,
)
class StocktakeRecount:
    """All was counted once; what was not seen is looked for again."""

    stocktake: str = keep()
    party: str = keep()
    left: int = keep()


@event(
    "stocktake.concluded",
    1,
    Text(en="A stocktake found copies that differ from its list.", zh="清点发现副本与清单不符。"),
    Audience.INTERNAL,
)
class StocktakeConcluded:
    """How lines stand in the signed result that are not simply seen: missing, left since the list was frozen,
    or a difference that is to be settled."""

    stocktake: str = keep()
    party: str = keep()
    lines: list[dict[str, str]] = keep()


@event(
    "stocktake.closed",
    1,
    Text(
        en="A stocktake was closed: {expected} expected, {missing} missing, {differences} differences.",
        zh="清点结束：应有{expected}份，缺失{missing}份，差异{differences}项。",
    ),
    Audience.INTERNAL,
)
class StocktakeClosed:
    """The result, signed with the password of ``closed_by``: ``counts`` by how lines were found,
    ``lines_sha256`` the SHA-256 of the RFC 8785 text of all codes with how each was found,
    ``statement_sha256`` that of the text that stood on the page."""

    stocktake: str = keep()
    party: str = keep()
    closed_by: str = keep()
    closed_on: str = keep()
    method: str = keep()
    expected: int = keep()
    missing: int = keep()
    differences: int = keep()
    counts: dict[str, int] = keep()
    lines_sha256: str = keep()
    statement_sha256: str = keep()


@event(
    "stocktake.cancelled",
    1,
    Text(en="A stocktake was called off.", zh="清点取消。"),
    Audience.INTERNAL,
)
class StocktakeCancelled:
    """It has no result: nothing counts as counted by it."""

    stocktake: str = keep()
    party: str = keep()
    reason: str = keep()


@event(
    "stocktake.settled",
    1,
    Text(en="A difference of a stocktake was settled.", zh="清点差异已处理。"),
    Audience.INTERNAL,
)
class StocktakeSettled:
    """Somebody says what became of a difference: ``difference`` is how it stands now."""

    stocktake: str = keep()
    party: str = keep()
    line: str = keep()
    code: str = keep()
    copies: list[str] = keep()
    found: str = keep()
    difference: str = keep()
    resolution: str = keep()
    person: str = keep()
