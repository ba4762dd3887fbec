"""Events of printed one-time slips that two people hand over. No code stands in any of them."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "slip.asked",
    1,
    Text(en="A slip for a sign-in was asked for.", zh="申请登录凭条。"),
    Audience.INTERNAL,
)
class SlipAsked:
    """One person wants the sign-in ``user`` opened anew, and was shown the first half. ``half_sha256``:
    digest of the 80 random bits on it, with its id."""

    slip: str = keep()
    user: str = keep()
    purpose: str = keep()
    reason: str = keep()
    asked_by: str = keep()
    half_sha256: str = keep()
    expires_at: str = keep()


@event(
    "slip.confirmed",
    1,
    Text(en="A slip for a sign-in was confirmed by a second person.", zh="登录凭条经第二人确认。"),
    Audience.INTERNAL,
)
class SlipConfirmed:
    """Another person agreed, and was shown the second half; both together are good for one use."""

    slip: str = keep()
    user: str = keep()
    confirmed_by: str = keep()
    half_sha256: str = keep()


@event(
    "slip.printed",
    1,
    Text(en="A half of a slip for a sign-in was printed.", zh="打印登录凭条的一联。"),
    Audience.INTERNAL,
)
class SlipPrinted:
    """Whoever was shown a half made a file of it, once."""

    slip: str = keep()
    user: str = keep()
    half: str = keep()


@event(
    "slip.used",
    1,
    Text(en="A slip for a sign-in was used.", zh="登录凭条已使用。"),
    Audience.INTERNAL,
)
class SlipUsed:
    """Somebody who held both halves used them for what the slip was made for."""

    slip: str = keep()
    user: str = keep()
    purpose: str = keep()
    used_at: str = keep()


@event(
    "slip.refused",
    1,
    Text(en="A slip for a sign-in was refused.", zh="登录凭条被拒绝。"),
    Audience.INTERNAL,
)
class SlipRefused:
    """What was tried with a slip, or at its making, had no effect; ``tries``: wrong tries so far."""

    slip: str = keep()
    user: str = keep()
    why: str = keep()
    tries: int = keep()


@event(
    "slip.ended",
    1,
    Text(en="A slip for a sign-in ended unused.", zh="登录凭条未使用即终止。"),
    Audience.INTERNAL,
)
class SlipEnded:
    """Its halves open nothing any more."""

    slip: str = keep()
    user: str = keep()
    how: str = keep()
    reason: str = keep()
    ended_at: str = keep()
