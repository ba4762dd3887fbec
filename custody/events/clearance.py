"""Events of what lets a person receive: vetting, training, undertaking, and that they leave.

What is said of a human is personal in all of them: it can be erased, and that something was recorded stays.
"""

from custody.terms import Audience, Text

from .kind import Value, event, keep, personal


@event(
    "person.vetted",
    1,
    Text(en="The vetting of a person was recorded.", zh="登记人员审查结果。"),
    Audience.INTERNAL,
)
class PersonVetted:
    """Somebody was vetted for a post, of which class and how long it counts."""

    person: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()


@event(
    "person.trained",
    1,
    Text(en="A secrecy training of a person was recorded.", zh="登记人员保密培训。"),
    Audience.INTERNAL,
)
class PersonTrained:
    """Somebody took a secrecy training."""

    person: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()


@event(
    "undertaking.signed",
    1,
    Text(en="The signed undertaking of a person was recorded.", zh="登记人员签署的保密承诺书。"),
    Audience.INTERNAL,
)
class UndertakingSigned:
    """Somebody signed to keep secret what they learn."""

    person: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()


@event(
    "person.leaving",
    1,
    Text(en="The last day of a person was recorded.", zh="登记人员离岗日期。"),
    Audience.INTERNAL,
)
class PersonLeaving:
    """Somebody leaves on a day, or stays after all."""

    person: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()
