"""Events of parties, control and qualifications."""

from custody.terms import Audience, Text

from .kind import Value, event, keep, personal


@event("party.registered", 1, Text(en="Party {name} was registered.", zh="登记单位 {name}。"))
class PartyRegistered:
    """A party enters the register. An individual's names stand in the personal fields."""

    party: str = keep()
    party_kind: str = keep()
    name: str | None = keep()
    other_name: str | None = keep()
    individual_name: str | None = personal()
    individual_other_name: str | None = personal()
    country: str = keep()
    state: str = keep()
    identifiers: dict[str, str] = keep()


@event(
    "party.control_recorded",
    1,
    Text(en="Control of a party was recorded.", zh="登记单位的控制关系。"),
    Audience.INTERNAL,
)
class PartyControlRecorded:
    """One party owns or controls another."""

    control: str = keep()
    party: str = keep()
    controller: str = keep()
    control_kind: str = keep()
    share: str | None = keep()


@event(
    "qualification.recorded",
    1,
    Text(
        en="Qualification {type} {grade} no. {number} was recorded.",
        zh="登记资质 {type} {grade}，证书号 {number}。",
    ),
)
class QualificationRecorded:
    """A certificate enters the register, not yet verified."""

    qualification: str = keep()
    party: str = keep()
    type: str = keep()
    grade: str = keep()
    categories: list[str] = keep()
    number: str = keep()
    issuer: str = keep()
    valid_from: str = keep()
    valid_to: str = keep()
    recorded_by: str = keep()


@event(
    "qualification.verified",
    1,
    Text(en="The qualification was checked with its issuer.", zh="资质已向发证机关核验。"),
)
class QualificationVerified:
    """Somebody other than the recorder checked the certificate with its issuer."""

    qualification: str = keep()
    party: str = keep()
    verified_by: str = keep()
    verified_on: str = keep()
    how: str = keep()


@event("qualification.rejected", 1, Text(en="The qualification was not confirmed.", zh="资质核验未通过。"))
class QualificationRejected:
    """The certificate did not stand up to the check."""

    qualification: str = keep()
    party: str = keep()
    rejected_by: str = keep()
    reason: str = keep()


@event(
    "party.corrected",
    1,
    Text(en="The record of a party was corrected.", zh="更正单位登记信息。"),
)
class PartyCorrected:
    """A wrong name or country is put right; what an individual is called stands in the personal fields."""

    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()


@event(
    "qualification.corrected",
    1,
    Text(
        en="The record of a qualification was corrected; it must be verified again.",
        zh="更正资质登记信息，须重新核验。",
    ),
)
class QualificationCorrected:
    """What the certificate says is put right; that it was verified counts no more."""

    qualification: str = keep()
    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "party.conditions_stated",
    1,
    Text(
        en="The statement of a party on the conditions of a contractor was recorded.",
        zh="登记单位承接涉密业务条件的声明。",
    ),
)
class PartyConditionsStated:
    """Since when a party exists, whether it leaked or was convicted, who its staff are (rule QUA-08).

    Takes the place of the statement before; None: not stated.
    """

    party: str = keep()
    stated_on: str = keep()
    established_on: str | None = keep()
    clean_record: bool | None = keep()
    prc_staff: bool | None = keep()
    evidence: str = keep()
    remark: str = keep()


@event(
    "party.inspected",
    1,
    Text(en="The yearly self-inspection of a party was recorded.", zh="登记单位年度自查。"),
)
class PartyInspected:
    """A party has inspected itself on a day (monitor QUA-09); ``evidence`` is the paper that shows it."""

    party: str = keep()
    inspected_on: str = keep()
    evidence: str = keep()
    remark: str = keep()


@event(
    "qualification.suspended",
    1,
    Text(
        en="The qualification was suspended; it does not count until it is reinstated.",
        zh="资质被暂停，恢复之前不予认可。",
    ),
)
class QualificationSuspended:
    """A verified certificate stops counting for a while; ``old`` and ``new`` hold its state."""

    qualification: str = keep()
    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "qualification.reinstated",
    1,
    Text(
        en="The suspension of the qualification ended; it counts again.",
        zh="资质暂停解除，恢复认可。",
    ),
)
class QualificationReinstated:
    """The suspension of a certificate ends, and it counts as it did before."""

    qualification: str = keep()
    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "qualification.downgraded",
    1,
    Text(
        en="The qualification was downgraded; it does not count until it is verified at its lower grade.",
        zh="资质被降级，按新等级核验之前不予认可。",
    ),
)
class QualificationDowngraded:
    """A certificate is cut to a lower grade, at which it must be verified again."""

    qualification: str = keep()
    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "qualification.revoked",
    1,
    Text(
        en="The qualification was revoked for good.",
        zh="资质被吊销。",
    ),
)
class QualificationRevoked:
    """A certificate stops counting for good."""

    qualification: str = keep()
    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event("party.named", 1, Text(en="A further name of the party was recorded.", zh="登记单位的其他名称。"))
class PartyNamed:
    """What else a party is or was called; an individual's name stands in the personal field."""

    party_name: str = keep()
    party: str = keep()
    name_kind: str = keep()
    name: str | None = keep()
    individual_name: str | None = personal()
    language: str = keep()
    starts: str | None = keep()
    ends: str | None = keep()


@event(
    "party.identified",
    1,
    Text(en="The number {scheme} {value} was recorded.", zh="登记编号{scheme} {value}。"),
)
class PartyIdentified:
    """A registration number of a party, in its plain form; ``checked``: by the scheme's own rule."""

    identifier: str = keep()
    party: str = keep()
    scheme: str = keep()
    value: str = keep()
    checked: bool = keep()


@event("party.state_set", 1, Text(en="The standing of the party was changed.", zh="变更单位状态。"))
class PartyStateSet:
    """A party is watched, barred, closed or active again; ``old`` and ``new`` hold its state."""

    party: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "party.merged",
    1,
    Text(
        en="The party turned out to be registered twice; it is closed and points to the other record.",
        zh="该单位系重复登记，已关闭并指向另一条记录。",
    ),
)
class PartyMerged:
    """A duplicate is closed and points to the record that stays; nothing of its history moves."""

    party: str = keep()
    into: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
