"""Events of the destruction of copies: asked for, decided, done before witnesses, certified, or ended."""

from custody.terms import Text

from .kind import event, keep


@event(
    "destruction.requested",
    1,
    Text(en="The destruction of {count} copies was asked for.", zh="申请销毁{count}份副本。"),
)
class DestructionRequested:
    """All that is asked; the copies are marked and cannot be offered. ``holder`` gives them up, ``unit``
    destroys them."""

    destruction: str = keep()
    project: str = keep()
    holder: str = keep()
    unit: str = keep()
    copies: list[str] = keep()
    count: int = keep()
    method: str = keep()
    place: str = keep()
    reason: str = keep()
    subject_sha256: str = keep()
    requested_by: str = keep()


@event("destruction.approved", 1, Text(en="A destruction was approved.", zh="批准销毁副本。"))
class DestructionApproved:
    """An officer approved the subject with this digest."""

    destruction: str = keep()
    holder: str = keep()
    subject_sha256: str = keep()
    decided_on: str = keep()
    person: str = keep()
    reason: str = keep()


@event("destruction.refused", 1, Text(en="A destruction was not approved.", zh="未批准销毁副本。"))
class DestructionRefused:
    """An officer did not approve; the copies are free again."""

    destruction: str = keep()
    holder: str = keep()
    copies: list[str] = keep()
    decided_on: str = keep()
    person: str = keep()
    reason: str = keep()


@event("destruction.withdrawn", 1, Text(en="A destruction was withdrawn.", zh="撤回销毁申请。"))
class DestructionWithdrawn:
    """Nothing was destroyed; the copies are free again."""

    destruction: str = keep()
    holder: str = keep()
    copies: list[str] = keep()
    person: str = keep()
    reason: str = keep()


@event("destruction.failed", 1, Text(en="A destruction failed.", zh="未能销毁副本。"))
class DestructionFailed:
    """It was tried and came to nothing; the copies are still there, and free again."""

    destruction: str = keep()
    holder: str = keep()
    copies: list[str] = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "destruction.recorded",
    1,
    Text(en="{counted} copies were destroyed on {destroyed_on}.", zh="{destroyed_on}销毁{counted}份副本。"),
)
class DestructionRecorded:
    """The copies are no more: custody of them has ended. ``witnesses`` saw it, ``person`` recorded it."""

    destruction: str = keep()
    holder: str = keep()
    unit: str = keep()
    method: str = keep()
    copies: list[str] = keep()
    counted: int = keep()
    destroyed_on: str = keep()
    witnesses: list[str] = keep()
    person: str = keep()
    remark: str = keep()


@event(
    "destruction.certified",
    1,
    Text(en="Certificate {certificate_number} of a destruction.", zh="销毁证明 {certificate_number}。"),
)
class DestructionCertified:
    """The certificate of the destruction, and its SHA-256 as a file where that was given."""

    destruction: str = keep()
    holder: str = keep()
    certificate_number: str = keep()
    certified_on: str = keep()
    certificate_sha256: str = keep()
    person: str = keep()
