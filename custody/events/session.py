"""Events of sessions that were ended before their time."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "session.ended",
    1,
    Text(en="Sessions of a person were ended.", zh="终止人员的登录会话。"),
    Audience.INTERNAL,
)
class SessionEnded:
    """Where somebody was signed in, a sign-in is asked for again: how it came, and why if it was said."""

    user: str = keep()
    sessions: list[str] = keep()
    how: str = keep()
    reason: str = keep()


@event(
    "session.ended",
    2,
    Text(en="Sessions of a person were ended.", zh="终止人员的登录会话。"),
    Audience.INTERNAL,
)
class SessionEndedOf:
    """The same, with what each session had begun with: a password, a passkey, the sign-in provider."""

    user: str = keep()
    sessions: list[str] = keep()
    means: list[str] = keep()
    how: str = keep()
    reason: str = keep()
