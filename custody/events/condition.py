"""Events of conditions that an officer sets with an approval."""

from custody.terms import Text

from .kind import event, keep


@event("condition.set", 1, Text(en="An officer set condition {number}.", zh="审批人提出第{number}项条件。"))
class ConditionSet:
    """A condition set with a vote: `precondition` before anything passes, or `running` until its day."""

    condition: str = keep()
    approval: str = keep()
    hop: str = keep()
    vote: str = keep()
    number: int = keep()
    type: str = keep()
    text: str = keep()
    due: str | None = keep()
    set_on: str = keep()
    person: str = keep()


@event(
    "condition.evidenced",
    1,
    Text(en="It was shown that condition {number} is met.", zh="提交第{number}项条件的落实材料。"),
)
class ConditionEvidenced:
    """The side that asked for the subcontract shows that a condition is met; an officer has to confirm it."""

    condition: str = keep()
    approval: str = keep()
    hop: str = keep()
    number: int = keep()
    person: str = keep()
    evidence: str = keep()
    paper: str = keep()
    sha256: str = keep()


@event("condition.met", 1, Text(en="Condition {number} is met.", zh="第{number}项条件已落实。"))
class ConditionMet:
    """An officer who did not show it confirms that a condition is met."""

    condition: str = keep()
    approval: str = keep()
    hop: str = keep()
    number: int = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "condition.returned",
    1,
    Text(
        en="What was shown for condition {number} was not accepted.",
        zh="第{number}项条件的落实材料未被认可。",
    ),
)
class ConditionReturned:
    """An officer does not accept what was shown; the condition is open again."""

    condition: str = keep()
    approval: str = keep()
    hop: str = keep()
    number: int = keep()
    person: str = keep()
    reason: str = keep()


@event("condition.waived", 1, Text(en="Condition {number} was waived.", zh="第{number}项条件已豁免。"))
class ConditionWaived:
    """An officer who is not concerned lets a condition go, with the reason."""

    condition: str = keep()
    approval: str = keep()
    hop: str = keep()
    number: int = keep()
    person: str = keep()
    reason: str = keep()
