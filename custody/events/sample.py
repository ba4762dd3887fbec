"""Events of random samples: what a regulator asks for, draws, finds on site and closes."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "sample.asked",
    1,
    Text(
        en="A regulator asked for a random sample of {count} of {population} copies.",
        zh="监管人员提出从 {population} 份副本中随机抽取 {count} 份。",
    ),
    Audience.INTERNAL,
)
class SampleAsked:
    """``word_sha256`` is of a word that only the regulator knows yet. ``population``: copies of the project
    that are not destroyed; its SHA-256 is of their numbers, each on a line, in order."""

    sample: str = keep()
    number: str = keep()
    serial: int = keep()
    project: str = keep()
    authority: str = keep()
    asked_by: str = keep()
    asked_on: str = keep()
    count: int = keep()
    word_sha256: str = keep()
    population: int = keep()
    population_sha256: str = keep()


@event(
    "sample.drawn",
    1,
    Text(
        en="A random sample was drawn from the checkpoint of size {ledger_size}.",
        zh="依规模为 {ledger_size} 的检查点抽取随机样本。",
    ),
    Audience.INTERNAL,
)
class SampleDrawn:
    """Size and root of the first checkpoint that covers the entry by which it was asked for, the word, and
    the copies in the order in which they were drawn: with item, and where and with whom each was by the
    record."""

    sample: str = keep()
    asked: str = keep()
    ledger_size: int = keep()
    root: str = keep()
    word: str = keep()
    drawn_by: str = keep()
    drawn_on: str = keep()
    lines: list[dict[str, str | int | None]] = keep()


@event(
    "sample.entered",
    1,
    Text(en="What a regulator found of a random sample was entered.", zh="填写随机样本的查验情况。"),
    Audience.INTERNAL,
)
class SampleEntered:
    """How copies were found on site; entered again, the later counts."""

    sample: str = keep()
    entered_by: str = keep()
    lines: list[dict[str, str]] = keep()


@event(
    "sample.closed",
    1,
    Text(en="A random sample was closed.", zh="随机抽样结束。"),
    Audience.INTERNAL,
)
class SampleClosed:
    """How many copies were found how, by word."""

    sample: str = keep()
    closed_by: str = keep()
    closed_on: str = keep()
    counts: dict[str, int] = keep()
    remark: str = keep()


@event(
    "sample.withdrawn",
    1,
    Text(en="A random sample was withdrawn before it was drawn.", zh="随机抽样在抽取前撤回。"),
    Audience.INTERNAL,
)
class SampleWithdrawn:
    """Nobody knows what it would have drawn; that it was asked for stays."""

    sample: str = keep()
    withdrawn_by: str = keep()
    reason: str = keep()
