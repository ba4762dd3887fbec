"""Events of subcontract hops, approvals and votes."""

from custody.terms import Audience, Text

from .kind import event, keep


@event("hop.requested", 1, Text(en="A subcontract was requested.", zh="申请分包。"))
class HopRequested:
    """A subcontract is asked for; its approval request is bound to the subject's SHA-256."""

    hop: str = keep()
    approval: str = keep()
    project: str = keep()
    parent: str | None = keep()
    path: str = keep()
    depth: int = keep()
    from_party: str = keep()
    to_party: str = keep()
    scope: str = keep()
    level: str = keep()
    categories: list[str] = keep()
    starts: str = keep()
    ends: str | None = keep()
    share: str | None = keep()
    amount: str | None = keep()
    currency: str = keep()
    keeps_core: bool | None = keep()
    client_consent: bool | None = keep()
    awarded_on: str | None = keep()
    reported_on: str | None = keep()
    requested_by: str = keep()
    subject_sha256: str = keep()
    decide_by: str | None = keep()
    needed: int = keep()
    source_key: str | None = keep()


@event("hop.requested", 2, Text(en="A subcontract was requested.", zh="申请分包。"))
class HopRequestedWith:
    """The same, with which listed business the work is (rule QUA-05) and who performs it (QUA-07).

    ``business``: None: not known; empty: none. ``performer``: None: not known.
    """

    hop: str = keep()
    approval: str = keep()
    project: str = keep()
    parent: str | None = keep()
    path: str = keep()
    depth: int = keep()
    from_party: str = keep()
    to_party: str = keep()
    performer: str | None = keep()
    scope: str = keep()
    level: str = keep()
    categories: list[str] = keep()
    business: list[str] | None = keep()
    starts: str = keep()
    ends: str | None = keep()
    share: str | None = keep()
    amount: str | None = keep()
    currency: str = keep()
    keeps_core: bool | None = keep()
    client_consent: bool | None = keep()
    awarded_on: str | None = keep()
    reported_on: str | None = keep()
    requested_by: str = keep()
    subject_sha256: str = keep()
    decide_by: str | None = keep()
    needed: int = keep()
    source_key: str | None = keep()


@event("hop.requested", 3, Text(en="A subcontract was requested.", zh="申请分包。"))
class HopRequestedPaid:
    """The same, with who pays, from which country and by which means (rule HOP-11); None: not known."""

    hop: str = keep()
    approval: str = keep()
    project: str = keep()
    parent: str | None = keep()
    path: str = keep()
    depth: int = keep()
    from_party: str = keep()
    to_party: str = keep()
    performer: str | None = keep()
    scope: str = keep()
    level: str = keep()
    categories: list[str] = keep()
    business: list[str] | None = keep()
    starts: str = keep()
    ends: str | None = keep()
    share: str | None = keep()
    amount: str | None = keep()
    currency: str = keep()
    keeps_core: bool | None = keep()
    client_consent: bool | None = keep()
    payer: str | None = keep()
    payer_country: str | None = keep()
    payment: str | None = keep()
    awarded_on: str | None = keep()
    reported_on: str | None = keep()
    requested_by: str = keep()
    subject_sha256: str = keep()
    decide_by: str | None = keep()
    needed: int = keep()
    source_key: str | None = keep()


@event(
    "hop.described",
    1,
    Text(
        en="Who performs the work of a subcontract, and its kind, were added.",
        zh="补充登记分包作业单位和业务类别。",
    ),
)
class HopDescribed:
    """What the request had left open is stated afterwards; what it said is never changed by this.

    A member that stood already is None here.
    """

    hop: str = keep()
    performer: str | None = keep()
    business: list[str] | None = keep()
    reason: str = keep()


@event("hop.withdrawn", 1, Text(en="The request for a subcontract was withdrawn.", zh="撤回分包申请。"))
class HopWithdrawn:
    """Whoever asks takes the request back before an officer has decided; its approval ends with it."""

    hop: str = keep()
    approval: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event(
    "approval.voted",
    1,
    Text(en="An officer voted “{choice}”.", zh="审批人表决：{choice}。"),
)
class ApprovalVoted:
    """One officer's vote on the exact statement shown."""

    vote: str = keep()
    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    choice: str = keep()
    reason: str = keep()
    method: str = keep()
    statement: str = keep()
    statement_sha256: str = keep()
    state: str = keep()


@event("approval.revoked", 1, Text(en="The approval was revoked.", zh="批准被撤销。"))
class ApprovalRevoked:
    """An officer takes a granted approval back; the hop and those below it can pass nothing more."""

    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "hop.reported",
    1,
    Text(en="The subcontract was reported on {reported_on}.", zh="分包已于 {reported_on} 报告。"),
)
class HopReported:
    """The subcontract was reported to the authority (monitor CTR-01)."""

    hop: str = keep()
    reported_on: str = keep()


@event(
    "attempt.refused",
    1,
    Text(en="An attempt was refused: {verb}.", zh="操作被拒绝：{verb}。"),
    Audience.INTERNAL,
)
class AttemptRefused:
    """A blocked attempt that was submitted, with what was attempted."""

    refusal: str = keep()
    verb: str = keep()
    person: str = keep()
    attempt: dict[str, str | int | bool | list[str] | None] = keep()


@event(
    "refusal.explained",
    1,
    Text(en="The person gave a reason for a refused attempt.", zh="当事人说明被拒操作的原因。"),
    Audience.INTERNAL,
)
class RefusalExplained:
    """What the person said about a refused attempt, within 24 hours."""

    refusal: str = keep()
    reason: str = keep()


@event(
    "refusals.throttled",
    1,
    Text(
        en="A person had more than {limit} attempts refused within an hour; further ones are not listed.",
        zh="人员一小时内被拒操作超过 {limit} 次，后续不再逐条记录。",
    ),
    Audience.INTERNAL,
)
class RefusalsThrottled:
    """One entry per person and clock hour in place of the refusals above the limit."""

    person: str = keep()
    hour: str = keep()
    limit: int = keep()
