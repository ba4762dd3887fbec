"""Events of what people sign in with beside a password."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event(
    "factor.enrolled",
    1,
    Text(en="A person added a way to sign in.", zh="人员新增登录验证方式。"),
    Audience.INTERNAL,
)
class FactorEnrolled:
    """A passkey, code app or set of recovery codes counts from now on. Of a passkey all that a signature is
    checked with; of the others no secret."""

    factor: str = keep()
    user: str = keep()
    means: str = keep()
    name: str = personal()
    credential: str = keep()
    public_key: str = keep()
    fingerprint: str = keep()


@event(
    "factor.removed",
    1,
    Text(en="A way to sign in counts no more.", zh="登录验证方式不再有效。"),
    Audience.INTERNAL,
)
class FactorRemoved:
    """A factor ended: by its owner, by a newer one, or by an administrator for the given reason."""

    factor: str = keep()
    user: str = keep()
    how: str = keep()
    reason: str = keep()
    ended_at: str = keep()


@event(
    "factor.refused",
    1,
    Text(en="A sign-in was refused at its second step.", zh="登录在第二步验证时被拒绝。"),
    Audience.INTERNAL,
)
class FactorRefused:
    """Somebody came as far as the second step and no further."""

    user: str = keep()
    factor: str | None = keep()
    why: str = keep()


@event(
    "factor.recovered",
    1,
    Text(en="A recovery code was used to sign in; {left} are left.", zh="使用恢复码登录；剩余 {left} 个。"),
    Audience.INTERNAL,
)
class FactorRecovered:
    """A recovery code took the place of the second factor, once."""

    user: str = keep()
    factor: str = keep()
    left: int = keep()
