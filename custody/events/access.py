"""Events that take back what was given: roles, leave to read, sign-ins."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "membership.ended",
    1,
    Text(en="The role {role} of a person was ended.", zh="终止人员角色“{role}”。"),
    Audience.INTERNAL,
)
class MembershipEnded:
    """A role gets a last day, earlier than before; with ``ended_at`` it ended at that moment."""

    membership: str = keep()
    person: str = keep()
    party: str = keep()
    role: str = keep()
    corrects: str = keep()
    ends_before: str | None = keep()
    ends: str = keep()
    ended_at: str | None = keep()
    reason: str = keep()


@event(
    "grant.ended",
    1,
    Text(en="A regulator may not read this project any more.", zh="终止监管人员查阅本项目的许可。"),
)
class GrantEnded:
    """A regulator's leave to read a project ended before its last day, at that moment."""

    grant: str = keep()
    person: str = keep()
    project: str = keep()
    corrects: str = keep()
    ends_before: str = keep()
    ends: str = keep()
    ended_at: str = keep()
    reason: str = keep()


@event(
    "grant.ended",
    2,
    Text(en="A regulator's leave to read was ended.", zh="终止监管人员的查阅许可。"),
)
class GrantOfMoreEnded:
    """The same, of a grant of one project, or of all of a party or region. Null: it was not of that."""

    grant: str = keep()
    person: str = keep()
    project: str | None = keep()
    party: str | None = keep()
    region: str | None = keep()
    corrects: str = keep()
    ends_before: str = keep()
    ends: str = keep()
    ended_at: str = keep()
    reason: str = keep()


@event(
    "sign_in.closed",
    1,
    Text(en="The sign-in of a person was closed.", zh="关闭人员的登录账号。"),
    Audience.INTERNAL,
)
class SignInClosed:
    """Nobody comes in by this sign-in any more."""

    user: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event(
    "sign_in.raised",
    1,
    Text(
        en="A sign-in was made a superuser's: it may read all tables.",
        zh="登录账号被设为超级用户，可查阅全部数据表。",
    ),
    Audience.INTERNAL,
)
class SignInRaised:
    """The owner of the machine lets a sign-in read the tables as they lie."""

    user: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "sign_in.lowered",
    1,
    Text(en="A sign-in is a superuser's no more.", zh="登录账号不再是超级用户。"),
    Audience.INTERNAL,
)
class SignInLowered:
    """That leave is taken back."""

    user: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "sign_in.opened",
    1,
    Text(en="The sign-in of a person was opened again.", zh="重新开放人员的登录账号。"),
    Audience.INTERNAL,
)
class SignInOpened:
    """A sign-in that was closed lets its owner in again."""

    user: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()
