"""Events of keys that sign decisions: passkeys, and smart cards with a certificate."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "signing_key.asked",
    1,
    Text(en="A person asked that a passkey may sign decisions.", zh="人员申请将通行密钥用于签署决定。"),
    Audience.INTERNAL,
)
class SigningKeyAsked:
    """The passkey ``factor`` of a person is to sign decisions; it signs none before another person confirms
    it."""

    key: str = keep()
    factor: str = keep()
    person: str = keep()
    credential: str = keep()
    public_key: str = keep()
    fingerprint: str = keep()
    origin: str = keep()
    rp_id: str = keep()


@event(
    "signing_key.asked",
    2,
    Text(en="A person asked that a key may sign decisions.", zh="人员申请将密钥用于签署决定。"),
    Audience.INTERNAL,
)
class SigningKeyOfAFormAsked:
    """A passkey (``factor``), or the certificate of a smart card, is to sign decisions of a person; it signs
    none before another person confirms it.

    ``form`` says which. ``public_key``: of a passkey a COSE key (RFC 9052), of a card a SubjectPublicKeyInfo
    (RFC 5280), in base64url. Of a card, ``statement`` and ``proof``: what its owner signed to show that it is
    at hand.
    """

    key: str = keep()
    form: str = keep()
    factor: str | None = keep()
    person: str = keep()
    credential: str = keep()
    public_key: str = keep()
    fingerprint: str = keep()
    origin: str = keep()
    rp_id: str = keep()
    statement: str | None = keep()
    proof: dict[str, str] | None = keep()


@event(
    "signing_key.confirmed",
    1,
    Text(en="A passkey was confirmed: it signs decisions.", zh="通行密钥经确认，可用于签署决定。"),
    Audience.INTERNAL,
)
class SigningKeyConfirmed:
    """Another person has compared the fingerprint with the owner: from here on signatures with this key count
    as the owner's. All that a signature is judged by stands here."""

    key: str = keep()
    person: str = keep()
    credential: str = keep()
    public_key: str = keep()
    fingerprint: str = keep()
    origin: str = keep()
    rp_id: str = keep()
    confirmed_by: str = keep()


@event(
    "signing_key.confirmed",
    2,
    Text(en="A key was confirmed: it signs decisions.", zh="密钥经确认，可用于签署决定。"),
    Audience.INTERNAL,
)
class SigningKeyOfAFormConfirmed:
    """Another person has compared the fingerprint with the owner: from here on signatures with this key, a
    passkey or the certificate of a card (``form``), count as the owner's."""

    key: str = keep()
    form: str = keep()
    person: str = keep()
    credential: str = keep()
    public_key: str = keep()
    fingerprint: str = keep()
    origin: str = keep()
    rp_id: str = keep()
    confirmed_by: str = keep()


@event(
    "signing_key.ended",
    1,
    Text(en="A key signs no more decisions.", zh="密钥停止用于签署决定。"),
    Audience.INTERNAL,
)
class SigningKeyEnded:
    """What was signed before this entry stands; nothing that comes after it does."""

    key: str = keep()
    person: str = keep()
    how: str = keep()
    reason: str = keep()
    ended_at: str = keep()


@event("approval.voted", 4, Text(en="An officer voted “{choice}”.", zh="审批人表决：{choice}。"))
class ApprovalVoted:
    """One vote on the exact statement shown; ``delegation`` where it was cast in the place of ``behalf``.

    ``against``: codes of the warnings (HOP-04) and opinions (ADV-1) that stood against it and that the reason
    names; a vote against advice has some, any other none. Of a vote that was signed, ``key`` and the entry
    that confirmed it, and ``assertion``: what the passkey or card answered to the statement
    (docs/sign-off.md).
    """

    vote: str = keep()
    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    delegation: str | None = keep()
    behalf: str | None = keep()
    choice: str = keep()
    against: list[str] = keep()
    reason: str = keep()
    method: str = keep()
    key: str | None = keep()
    key_entry: str | None = keep()
    assertion: dict[str, str] | None = keep()
    statement: str = keep()
    statement_sha256: str = keep()
    state: str = keep()


@event(
    "signature.given",
    1,
    Text(en="A decision was signed.", zh="一项决定已签署。"),
    Audience.INTERNAL,
)
class SignatureGiven:
    """What a person signed of the decision that the entry ``decision_entry`` of the same act records.

    ``type``: what kind of decision; ``object``: on what. ``key`` with the entry that confirmed it, and
    ``assertion``: what the passkey or card answered to the statement (docs/sign-off.md). Votes on
    subcontracts carry all of this in their own entry.
    """

    signature: str = keep()
    type: str = keep()
    object: str = keep()
    decision_entry: str = keep()
    person: str = keep()
    method: str = keep()
    key: str = keep()
    key_entry: str = keep()
    assertion: dict[str, str] = keep()
    statement: str = keep()
    statement_sha256: str = keep()


@event(
    "signing.refused",
    1,
    Text(en="What came as an officer's signature was refused.", zh="提交的签署未被接受。"),
    Audience.INTERNAL,
)
class VoteSigningRefused:
    """Somebody sent a vote whose signature does not count; it had no effect. ``key``: the one that it named,
    where it is one of the person's."""

    person: str = keep()
    approval: str = keep()
    key: str | None = keep()
    choice: str = keep()
    why: str = keep()


@event(
    "signing.refused",
    2,
    Text(en="What came as a person's signature was refused.", zh="提交的签署未被接受。"),
    Audience.INTERNAL,
)
class SigningRefused:
    """Somebody sent a decision whose signature does not count; it had no effect. ``type`` and ``object``:
    what was decided on. ``key``: the one that it named, where it is one of the person's."""

    person: str = keep()
    type: str = keep()
    object: str = keep()
    key: str | None = keep()
    choice: str = keep()
    why: str = keep()
