"""Events of accounts at the house's sign-in provider."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event(
    "identity.proposed",
    1,
    Text(
        en="An account at the sign-in provider was proposed to sign a person in.",
        zh="申请为人员关联统一身份认证账号。",
    ),
    Audience.INTERNAL,
)
class IdentityProposed:
    """Whoever the issuer calls by this subject is to come in as this sign-in, once another confirms it."""

    identity: str = keep()
    user: str = keep()
    issuer: str = keep()
    subject: str = personal()
    proposed_by: str = keep()


@event(
    "identity.linked",
    1,
    Text(en="An account at the sign-in provider signs a person in.", zh="为人员关联统一身份认证账号。"),
    Audience.INTERNAL,
)
class IdentityLinked:
    """Whoever the issuer calls by this subject comes in as this sign-in, from now on; one person said so."""

    identity: str = keep()
    user: str = keep()
    issuer: str = keep()
    subject: str = personal()


@event(
    "identity.linked",
    2,
    Text(en="An account at the sign-in provider signs a person in.", zh="为人员关联统一身份认证账号。"),
    Audience.INTERNAL,
)
class IdentityConfirmed:
    """As /1, and two people said so: one proposed it, the other confirmed what was proposed."""

    identity: str = keep()
    user: str = keep()
    issuer: str = keep()
    subject: str = personal()
    proposed_by: str = keep()
    confirmed_by: str = keep()


@event(
    "identity.ended",
    1,
    Text(
        en="An account at the sign-in provider signs nobody in any more.",
        zh="统一身份认证账号不再用于登录。",
    ),
    Audience.INTERNAL,
)
class IdentityEnded:
    """An account counts no more, or was proposed and never will: ended, refused or withdrawn for the given
    reason, or replaced."""

    identity: str = keep()
    user: str = keep()
    how: str = keep()
    reason: str = keep()
    ended_at: str = keep()


@event(
    "identity.refused",
    1,
    Text(
        en="Somebody whom the sign-in provider knows was not let in.",
        zh="统一身份认证已通过，但本站拒绝登录。",
    ),
    Audience.INTERNAL,
)
class IdentityRefused:
    """The provider said who it is; the account is nobody's here, or of somebody who may not come in."""

    user: str | None = keep()
    issuer: str = keep()
    subject: str = personal()
    why: str = keep()
