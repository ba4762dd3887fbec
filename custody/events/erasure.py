"""Events of erasure: that personal values were given up, on whose order and why; never what they were."""

from custody.terms import Text

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
