"""Events of overrides of rules."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "override.asked",
    1,
    Text(
        en="An override of rule {rule} until {until} was asked for.",
        zh="申请对规则 {rule} 特批放行至 {until}。",
    ),
    Audience.INTERNAL,
)
class OverrideAsked:
    """Somebody asks that a party may be handed to although it breaks a rule that the pack marks overridable.

    ``problems`` are what the rule says of it today; ``hop_sha256`` is the subject of ``hop`` where it is for
    one subcontract alone; ``needed`` persons who are not concerned must agree.
    """

    override: str = keep()
    project: str = keep()
    rule: str = keep()
    problems: list[str] = keep()
    party: str = keep()
    hop: str | None = keep()
    hop_sha256: str = keep()
    until: str = keep()
    subject_sha256: str = keep()
    needed: int = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "override.voted",
    1,
    Text(
        en="On the override of rule {rule} was voted “{choice}”.", zh="对规则 {rule} 的特批表决：{choice}。"
    ),
    Audience.INTERNAL,
)
class OverrideVoted:
    """One person's vote on an override; the last of those needed puts it in force, one refusal ends it."""

    vote: str = keep()
    override: str = keep()
    hop: str | None = keep()
    rule: str = keep()
    person: str = keep()
    choice: str = keep()
    reason: str = keep()
    method: str = keep()
    subject_sha256: str = keep()
    state: str = keep()


@event(
    "override.revoked",
    1,
    Text(en="The override of rule {rule} was revoked.", zh="对规则 {rule} 的特批被撤销。"),
    Audience.INTERNAL,
)
class OverrideRevoked:
    """An override ends before its day, at once."""

    override: str = keep()
    hop: str | None = keep()
    rule: str = keep()
    person: str = keep()
    reason: str = keep()
