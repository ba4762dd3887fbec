"""Events of erasure: that personal values were given up, on whose order and why; never what they were."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event(
    "person.erased",
    1,
    Text(en="What was recorded about a person was erased.", zh="人员的个人信息已被删除。"),
)
class PersonErased:
    """Every personal value about a person. `erases`: the digests whose texts were given up (RFC 9901)."""

    person: str = keep()
    erases: list[str] = keep()
    reports: list[str] = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "fields.erased",
    1,
    Text(en="Personal values of an entry were erased: {names}.", zh="条目中的个人信息已被删除：{names}。"),
)
class FieldsErased:
    """Some personal values of one entry. `reports`: those that held one and were withdrawn."""

    entry_erased: str = keep()
    names: list[str] = keep()
    erases: list[str] = keep()
    reports: list[str] = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "person.held",
    1,
    Text(en="A person was put under a legal hold: {reason}.", zh="人员被列入法定保全：{reason}。"),
    Audience.INTERNAL,
)
class PersonHeld:
    """From now on nothing known about the person is erased."""

    person: str = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "person.hold_lifted",
    1,
    Text(en="The legal hold on a person was lifted: {reason}.", zh="人员的法定保全已解除：{reason}。"),
    Audience.INTERNAL,
)
class PersonHoldLifted:
    """What is known about the person may be erased again."""

    person: str = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "erasure.refused",
    1,
    Text(
        en="An erasure was refused, because a legal hold stands on a person.",
        zh="因人员处于法定保全中，删除请求被拒绝。",
    ),
    Audience.INTERNAL,
)
class ErasureRefused:
    """An order that was not carried out. `entry_asked` and `names` are empty when all of a person was asked
    for; `hold` is the entry of the hold."""

    person: str = keep()
    hold: str = keep()
    entry_asked: str = keep()
    names: list[str] = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "erasure.too_early",
    1,
    Text(
        en="An erasure was refused, because a keeping period still runs.",
        zh="因保存期限未满，删除请求被拒绝。",
    ),
    Audience.INTERNAL,
)
class ErasureTooEarly:
    """An order that was not carried out. `person` is null when no person was asked about; `entry_asked` and
    `names` are empty when all of a person was.

    `regime` and `pack_sha256` say whose period it is, `basis` the article in both languages; `counted_from`
    and `free_from` are days in the regime's time zone, the second null when the regime names no end."""

    person: str | None = keep()
    project: str = keep()
    regime: str = keep()
    pack_sha256: str = keep()
    basis: dict[str, str] = keep()
    counted_from: str = keep()
    free_from: str | None = keep()
    entry_asked: str = keep()
    names: list[str] = keep()
    reason: str = keep()
    ordered_by: str = personal()
