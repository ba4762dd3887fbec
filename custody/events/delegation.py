"""Events of an officer's right to vote in another person's hands."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "delegation.given",
    1,
    Text(en="An officer delegated the right to vote.", zh="审批人委托他人表决。"),
    Audience.INTERNAL,
)
class DelegationGiven:
    """An officer lets another person of the party vote in their place, from and to inclusive days."""

    delegation: str = keep()
    party: str = keep()
    delegator: str = keep()
    delegate: str = keep()
    project: str | None = keep()
    level: str = keep()
    starts: str = keep()
    ends: str = keep()
    reason: str = keep()


@event(
    "deputy.proposed",
    1,
    Text(en="A deputy for an absent officer was proposed.", zh="提名缺席审批人的代理人。"),
    Audience.INTERNAL,
)
class DeputyProposed:
    """Somebody else proposes who votes in an absent officer's place; it counts once another has confirmed."""

    delegation: str = keep()
    party: str = keep()
    delegator: str = keep()
    delegate: str = keep()
    project: str | None = keep()
    level: str = keep()
    starts: str = keep()
    ends: str = keep()
    proposed_by: str = keep()
    reason: str = keep()


@event(
    "deputy.confirmed",
    1,
    Text(en="The deputy for an absent officer was confirmed.", zh="确认缺席审批人的代理人。"),
    Audience.INTERNAL,
)
class DeputyConfirmed:
    """A second person confirms a deputy."""

    delegation: str = keep()
    confirmed_by: str = keep()


@event(
    "delegation.revoked",
    1,
    Text(en="The right to vote in an officer's place was revoked.", zh="表决委托被撤销。"),
    Audience.INTERNAL,
)
class DelegationRevoked:
    """A delegation or a deputy ends before its day, at once."""

    delegation: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "approval.voted",
    2,
    Text(en="An officer voted “{choice}”.", zh="审批人表决：{choice}。"),
)
class ApprovalVoted:
    """One vote on the exact statement shown; ``delegation`` where it was cast in the place of ``behalf``."""

    vote: str = keep()
    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    delegation: str | None = keep()
    behalf: str | None = keep()
    choice: str = keep()
    reason: str = keep()
    method: str = keep()
    statement: str = keep()
    statement_sha256: str = keep()
    state: str = keep()
