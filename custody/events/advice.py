"""Events of what officers say of a request: votes and what they were cast against, opinions, referrals."""

from custody.terms import Audience, Text

from .kind import event, keep


@event("approval.voted", 3, Text(en="An officer voted “{choice}”.", zh="审批人表决：{choice}。"))
class ApprovalVoted:
    """One vote on the exact statement shown; ``delegation`` where it was cast in the place of ``behalf``.

    ``against``: codes of the warnings (HOP-04) and opinions (ADV-1) that stood against it and that the reason
    names; a vote against advice has some, any other none.
    """

    vote: str = keep()
    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    delegation: str | None = keep()
    behalf: str | None = keep()
    choice: str = keep()
    against: list[str] = keep()
    reason: str = keep()
    method: str = keep()
    statement: str = keep()
    statement_sha256: str = keep()
    state: str = keep()


@event(
    "approval.advised",
    1,
    Text(en="An officer gave opinion ADV-{number}: {stance}.", zh="审批人提出意见 ADV-{number}：{stance}。"),
    Audience.INTERNAL,
)
class ApprovalAdvised:
    """An officer's advice on a request, without a vote; the officer's latest stands."""

    opinion: str = keep()
    approval: str = keep()
    hop: str = keep()
    number: int = keep()
    person: str = keep()
    stance: str = keep()
    reason: str = keep()


@event(
    "approval.referred",
    1,
    Text(en="An officer referred the request to another officer.", zh="审批人将申请转交其他审批人决定。"),
    Audience.INTERNAL,
)
class ApprovalReferred:
    """An officer passes the decision to the officer ``to``, without whom it is not granted from then on;
    ``behalf`` where that was done in an officer's place."""

    referral: str = keep()
    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    delegation: str | None = keep()
    behalf: str | None = keep()
    to: str = keep()
    reason: str = keep()
