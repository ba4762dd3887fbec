"""Events of opening registers, in the stream of their project."""

from typing import Any

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "register.opened",
    1,
    Text(
        en="An old register of {lines} lines was read: {name}.",
        zh="读入旧登记簿“{name}”，共{lines}行。",
    ),
    Audience.INTERNAL,
)
class RegisterOpened:
    """A dry run: nothing of it is entered. ``sha256`` is the file's; ``mapping`` tells for each field its
    column, counted from 0 among ``headings``."""

    register: str = keep()
    project: str = keep()
    name: str = keep()
    sha256: str = keep()
    lines: int = keep()
    headings: list[str] = keep()
    mapping: dict[str, int] = keep()
    from_1904: bool = keep()
    person: str = keep()


@event(
    "register.opened",
    2,
    Text(
        en="An old register of {lines} lines was read: {name}.",
        zh="读入旧登记簿“{name}”，共{lines}行。",
    ),
    Audience.INTERNAL,
)
class RegisterOpenedAs:
    """The same, with what it tells of: copies, or subcontracts."""

    register: str = keep()
    register_kind: str = keep()
    project: str = keep()
    name: str = keep()
    sha256: str = keep()
    lines: int = keep()
    headings: list[str] = keep()
    mapping: dict[str, int] = keep()
    from_1904: bool = keep()
    person: str = keep()


@event(
    "register.mapped",
    1,
    Text(en="The columns of an old register were read another way.", zh="旧登记簿的列对应关系已调整。"),
    Audience.INTERNAL,
)
class RegisterMapped:
    """Its dry run begins anew."""

    register: str = keep()
    mapping: dict[str, int] = keep()
    person: str = keep()


@event(
    "register.withdrawn",
    1,
    Text(
        en="An old register was called off; nothing of it is entered.", zh="旧登记簿已取消，未登记任何内容。"
    ),
    Audience.INTERNAL,
)
class RegisterWithdrawn:
    """Its file may be read again."""

    register: str = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "register.entered",
    1,
    Text(
        en="An old register was taken over: {entered} lines entered, {left_out} not, {findings} findings.",
        zh="旧登记簿已接收：登记{entered}行，未登记{left_out}行，发现问题{findings}项。",
    ),
    Audience.INTERNAL,
)
class RegisterEntered:
    """What stood on paper stands here now, not yet confirmed; findings are to be settled by ``due``."""

    register: str = keep()
    project: str = keep()
    entered: int = keep()
    left_out: int = keep()
    findings: int = keep()
    due: str = keep()
    person: str = keep()


@event(
    "copies.taken_over",
    1,
    Text(en="Copies were taken over from the register {name}.", zh="由登记簿“{name}”接收副本。"),
    Audience.INTERNAL,
)
class CopiesTakenOver:
    """Copies as an old register tells of them: each with its item, who has it and where, its old number, page
    and line, and the day that stands there. No handoff of theirs was seen here. Each copy's key is
    committed to as where copies are numbered."""

    register: str = keep()
    project: str = keep()
    name: str = keep()
    copies: list[dict[str, str | int | None]] = keep()


@event(
    "hops.taken_over",
    1,
    Text(en="Subcontracts were taken over from the register {name}.", zh="由登记簿“{name}”接收分包。"),
    Audience.INTERNAL,
)
class HopsTakenOver:
    """Where requests of the same act stand in an old register, and which approval the paper names: by its
    number, who gave it, its day, and the SHA-256 of its scan. No such approval was seen here, and none
    counts: each request waits for a decision of its own."""

    register: str = keep()
    project: str = keep()
    name: str = keep()
    hops: list[dict[str, str | None]] = keep()


@event(
    "register.compared",
    1,
    Text(en="Lines of an old register were held beside the paper.", zh="旧登记簿条目已与纸质核对。"),
    Audience.INTERNAL,
)
class RegisterCompared:
    """What one person saw, line by line; of two, each compares every line."""

    register: str = keep()
    project: str = keep()
    person: str = keep()
    lines: list[dict[str, str]] = keep()


@event(
    "register.found",
    2,
    Text(
        en="What an old register tells breaks rules; it is to be settled by {due}.",
        zh="旧登记簿所载内容不符合规则，须于{due}前处理。",
    ),
    Audience.INTERNAL,
)
class RegisterFoundOf:
    """The same, where each may be about a subcontract."""

    register: str = keep()
    project: str = keep()
    due: str = keep()
    findings: list[dict[str, Any]] = keep()


@event(
    "register.found",
    1,
    Text(
        en="What an old register tells breaks rules; it is to be settled by {due}.",
        zh="旧登记簿所载内容不符合规则，须于{due}前处理。",
    ),
    Audience.INTERNAL,
)
class RegisterFound:
    """Rules that would have barred what was taken over; ``said`` is what each said that day."""

    register: str = keep()
    project: str = keep()
    due: str = keep()
    findings: list[dict[str, Any]] = keep()


@event(
    "register.assigned",
    1,
    Text(
        en="Somebody sees to a finding of an old register by {due}.",
        zh="旧登记簿问题已指定处理人，期限{due}。",
    ),
    Audience.INTERNAL,
)
class RegisterAssigned:
    """Who sees to it, and by when."""

    register: str = keep()
    finding: str = keep()
    owner: str = keep()
    due: str = keep()
    person: str = keep()


@event(
    "register.settled",
    1,
    Text(en="A finding of an old register was settled.", zh="旧登记簿问题已处理。"),
    Audience.INTERNAL,
)
class RegisterSettled:
    """``resolution`` says what was done."""

    register: str = keep()
    finding: str = keep()
    resolution: str = keep()
    person: str = keep()


@event(
    "register.confirmed",
    1,
    Text(
        en="What came from an old register is confirmed by stocktakes; {missing} copies are missing.",
        zh="旧登记簿接收的副本已经清点确认，缺失{missing}份。",
    ),
    Audience.INTERNAL,
)
class RegisterConfirmed:
    """Each copy of it was counted, or is told as a difference of a stocktake; ``stocktake`` is the last."""

    register: str = keep()
    project: str = keep()
    stocktake: str = keep()
    missing: int = keep()
    person: str = keep()


@event(
    "register.confirmed",
    2,
    Text(
        en="What came from an old register was held beside the paper by two people; {differing} differ.",
        zh="旧登记簿接收的内容已由两人与纸质核对，不一致{differing}项。",
    ),
    Audience.INTERNAL,
)
class RegisterComparedByTwo:
    """Each subcontract of it was compared by two people; ``differing`` are told as differing by one of
    them."""

    register: str = keep()
    project: str = keep()
    differing: int = keep()
    person: str = keep()


@event(
    "register.closed",
    1,
    Text(
        en="Taking over an old register was closed; {open} findings are left, each with somebody and a day.",
        zh="旧登记簿接收工作已结束；尚有{open}项问题，均已指定处理人和期限。",
    ),
    Audience.INTERNAL,
)
class RegisterClosed:
    """Nothing is entered from it any more."""

    register: str = keep()
    project: str = keep()
    settled: int = keep()
    open: int = keep()
    person: str = keep()
