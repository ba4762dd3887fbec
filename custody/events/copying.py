"""Events of copy permits: asked for, decided, withdrawn, used up by the numbering of copies."""

from custody.terms import Text

from .kind import event, keep


@event(
    "copy_permit.requested",
    1,
    Text(en="Leave to make {count} more copies was asked for.", zh="申请复制{count}份副本。"),
)
class CopyPermitRequested:
    """All that is asked. ``asked_for`` is the party that asks, ``copy`` the one they are made from; None:
    from the original. ``until`` is the last day."""

    permit: str = keep()
    project: str = keep()
    item: str = keep()
    asked_for: str = keep()
    copy: str | None = keep()
    place: str = keep()
    count: int = keep()
    purpose: str = keep()
    until: str = keep()
    subject_sha256: str = keep()
    requested_by: str = keep()


@event("copy_permit.approved", 1, Text(en="A copy permit was approved.", zh="批准复制许可。"))
class CopyPermitApproved:
    """An officer approved the subject with this digest."""

    permit: str = keep()
    subject_sha256: str = keep()
    person: str = keep()
    reason: str = keep()


@event("copy_permit.refused", 1, Text(en="A copy permit was not approved.", zh="未批准复制许可。"))
class CopyPermitRefused:
    """An officer did not approve."""

    permit: str = keep()
    person: str = keep()
    reason: str = keep()


@event("copy_permit.withdrawn", 1, Text(en="A copy permit was withdrawn.", zh="撤回复制许可。"))
class CopyPermitWithdrawn:
    """No copy was made under it, and none will be."""

    permit: str = keep()
    person: str = keep()
    reason: str = keep()


@event("copy_permit.used", 1, Text(en="A copy permit was used up.", zh="复制许可已使用。"))
class CopyPermitUsed:
    """Copies were made and numbered under it, so many as are named; the rest lapses."""

    permit: str = keep()
    copies: list[str] = keep()
