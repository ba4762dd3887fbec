"""Events of looks at what belongs to another organisation."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "object.looked",
    1,
    Text(en="Somebody of another organisation looked at it.", zh="其他单位人员查阅。"),
    Audience.INTERNAL,
)
class ObjectLooked:
    """The first look of a person at an object within an hour; ``noun`` is a word of
    :class:`custody.look_terms.Looked`. Who it was, the entry says; ``hour`` is the beginning of the hour."""

    look: str = keep()
    noun: str = keep()
    object: str = keep()
    project: str | None = keep()
    party: str | None = keep()
    hour: str = keep()
