"""Events of single copies, apart from those that move them."""

from custody.terms import Text

from .kind import Value, event, keep


@event(
    "copy.described",
    1,
    Text(
        en="What carries copy {code}, its numbers or its hash were put down.",
        zh="登记副本 {code} 的载体、编号或哈希值。",
    ),
)
class CopyDescribed:
    """Medium, serial number, seal, own hash and home system of a copy, as far as they changed."""

    copy: str = keep()
    item: str = keep()
    project: str = keep()
    code: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
