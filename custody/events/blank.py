"""Events of blank receipts, and of handoffs that took place on paper."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "blanks.printed",
    1,
    Text(
        en="Blank receipts were printed: {count}, from {first} to {last}.",
        zh="印制空白回执{count}份：{first}至{last}。",
    ),
    Audience.INTERNAL,
)
class BlanksPrinted:
    """Numbered forms, each to be accounted for; ``forms`` tells for each its id and number."""

    block: str = keep()
    project: str | None = keep()
    count: int = keep()
    first: str = keep()
    last: str = keep()
    forms: list[dict[str, str]] = keep()
    person: str = keep()


@event(
    "blanks.issued",
    1,
    Text(
        en="Blank receipts were issued: {count}, from {first} to {last}.",
        zh="领用空白回执{count}份：{first}至{last}。",
    ),
    Audience.INTERNAL,
)
class BlanksIssued:
    """``to`` took the forms for ``party`` and answers for them."""

    block: str = keep()
    project: str | None = keep()
    forms: list[str] = keep()
    count: int = keep()
    first: str = keep()
    last: str = keep()
    to: str = keep()
    party: str = keep()
    issued_at: str = keep()
    person: str = keep()


@event(
    "blank.spoiled", 1, Text(en="Blank receipt {number} was spoiled.", zh="空白回执 {number} 已作废。"),
    Audience.INTERNAL,
)  # fmt: skip
class BlankSpoiled:
    """It can never be used."""

    form: str = keep()
    number: str = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "blank.missing", 1, Text(en="Blank receipt {number} is missing.", zh="空白回执 {number} 缺失。"),
    Audience.INTERNAL,
)  # fmt: skip
class BlankMissing:
    """Nobody knows where it is; until it is found nothing can be entered from it."""

    form: str = keep()
    number: str = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "blank.found", 1, Text(en="Blank receipt {number} was found.", zh="空白回执 {number} 已找到。"),
    Audience.INTERNAL,
)  # fmt: skip
class BlankFound:
    """It stands as issued again, to whom it was."""

    form: str = keep()
    number: str = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "handoff.on_paper",
    1,
    Text(
        en="Handoff {number} took place on paper ({form_number}) and was entered later.",
        zh="移交 {number} 先以纸质方式办理（{form_number}），事后补录。",
    ),
)
class HandoffOnPaper:
    """Stands beside the offer of the same act. ``took_place`` is what the paper says. Where a rule would have
    barred it, ``allowed`` is false and it is to be settled by ``due``: the decision stands with the offer."""

    paper: str = keep()
    handoff: str = keep()
    number: str = keep()
    form: str = keep()
    form_number: str = keep()
    took_place: str = keep()
    reason: str = keep()
    scan_sha256: str = keep()
    allowed: bool = keep()
    due: str | None = keep()
    person: str = keep()


@event(
    "handoff.without_leave",
    1,
    Text(
        en="Handoff {number}, done on paper, was confirmed though a rule bars it; to be settled by {due}.",
        zh="纸质办理的移交 {number} 已确认，但不符合规则，须于{due}前处理。",
    ),
)
class HandoffWithoutLeave:
    """A rule bars the acceptance of what took place on paper; the decision stands with the acceptance."""

    paper: str = keep()
    handoff: str = keep()
    number: str = keep()
    due: str = keep()


@event(
    "handoff.leave_settled",
    1,
    Text(
        en="What was done about handoff {number}, done without leave, was recorded.",
        zh="已记录未经许可的移交 {number} 的处理结果。",
    ),
)
class HandoffLeaveSettled:
    """``resolution`` says it in words."""

    paper: str = keep()
    handoff: str = keep()
    number: str = keep()
    resolution: str = keep()
    person: str = keep()
