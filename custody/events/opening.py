"""Events of opening registers, in the stream of their project."""

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
