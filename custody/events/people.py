"""Events of persons, memberships and grants."""

from custody.terms import Audience, Text

from .kind import Value, event, keep, personal


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
    "grant.given",
    2,
    Text(en="A regulator may read until {ends}.", zh="准予监管人员查阅至 {ends}。"),
)
class GrantGivenOfMore:
    """A regulator's read-only grant with an end date: of one project, or of all projects that a party owns or
    that are done in a region (ISO 3166-2). Null: it is not of that."""

    grant: str = keep()
    person: str = keep()
    project: str | None = keep()
    party: str | None = keep()
    region: str | None = keep()
    starts: str = keep()
    ends: str = keep()


@event(
    "sign_in.given", 1, Text(en="A person was given a sign-in.", zh="为人员开通登录账号。"), Audience.INTERNAL
)
class SignInGivenWithoutMeans:
    """A person may sign in."""

    user: str = keep()
    person: str = keep()
    username: str = personal()


@event(
    "sign_in.given",
    2,
    Text(en="A person was given a sign-in.", zh="为人员开通登录账号。"),
    Audience.INTERNAL,
)
class SignInGiven:
    """A person may sign in; ``means`` says who knows the first password."""

    user: str = keep()
    person: str = keep()
    username: str = personal()
    means: str = keep()


@event(
    "key.issued",
    1,
    Text(en="A key for programs was issued until {expires_at}.", zh="签发程序密钥，有效期至 {expires_at}。"),
    Audience.INTERNAL,
)
class KeyIssued:
    """A program may act for a sign-in, on some nouns, until a time. The key itself is nowhere but with its
    owner."""

    key: str = keep()
    user: str = keep()
    name: str = personal()
    scopes: list[str] = keep()
    expires_at: str = keep()


@event(
    "key.issued",
    2,
    Text(en="A key for programs was issued until {expires_at}.", zh="签发程序密钥，有效期至 {expires_at}。"),
    Audience.INTERNAL,
)
class KeyIssuedForAParty:
    """The same, of a key that acts for one party of its owner's alone."""

    key: str = keep()
    user: str = keep()
    party: str = keep()
    name: str = personal()
    scopes: list[str] = keep()
    expires_at: str = keep()


@event("key.revoked", 1, Text(en="A key for programs was revoked.", zh="撤销程序密钥。"), Audience.INTERNAL)
class KeyRevoked:
    """A key ended before its time."""

    key: str = keep()
    user: str = keep()
    revoked_at: str = keep()


@event(
    "person.corrected",
    1,
    Text(en="The record of a person was corrected.", zh="更正人员登记信息。"),
    Audience.INTERNAL,
)
class PersonCorrected:
    """A wrong name or citizenship is put right."""

    person: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()
