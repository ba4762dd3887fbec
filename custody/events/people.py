"""Events of persons, memberships and grants."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event("person.registered", 1, Text(en="A person was registered.", zh="登记人员。"), Audience.INTERNAL)
class PersonRegistered:
    """A human enters the register."""

    person: str = keep()
    name: str = personal()
    staff_number: str = personal()
    citizenships: list[str] | None = personal()


@event(
    "membership.given",
    1,
    Text(en="A person was given the role {role}.", zh="授予人员角色“{role}”。"),
    Audience.INTERNAL,
)
class MembershipGiven:
    """A person stands for a party in a role."""

    membership: str = keep()
    person: str = keep()
    party: str = keep()
    role: str = keep()
    starts: str = keep()
    ends: str | None = keep()


@event(
    "grant.given",
    1,
    Text(en="A regulator may read this project until {ends}.", zh="准予监管人员查阅本项目至 {ends}。"),
)
class GrantGiven:
    """A regulator's read-only grant with an end date."""

    grant: str = keep()
    person: str = keep()
    project: str = keep()
    starts: str = keep()
    ends: str = keep()


@event(
    "sign_in.given", 1, Text(en="A person was given a sign-in.", zh="为人员开通登录账号。"), Audience.INTERNAL
)
class SignInGiven:
    """A person may sign in."""

    user: str = keep()
    person: str = keep()
    username: str = personal()
