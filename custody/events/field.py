"""Events of field collection: equipment, permits, sensitive zones, collections."""

from custody.terms import Audience, Text

from .kind import event, keep


@event("equipment.registered", 1, Text(en="Equipment {name} was registered.", zh="登记设备{name}。"))
class EquipmentRegistered:
    """A drone, vehicle, logger or phone; a null registration is not known, an empty one is none."""

    equipment: str = keep()
    owner_party: str = keep()
    equipment_kind: str = keep()
    name: str = keep()
    serial: str = keep()
    maker: str = keep()
    country: str = keep()
    registration: str | None = keep()


@event("permit.drafted", 1, Text(en="A field permit was drafted.", zh="起草外业采集许可。"))
class PermitDrafted:
    """All that a permit is asked for; the same members again when a draft is changed."""

    permit: str = keep()
    project: str = keep()
    hop: str | None = keep()
    unit: str = keep()
    operator: str = keep()
    equipment: list[str] = keep()
    purpose: str = keep()
    area: str = keep()
    datum: str = keep()
    area_km2: str = keep()
    starts: str = keep()
    ends: str = keep()
    airspace_number: str = keep()
    airspace_authority: str = keep()
    airspace_from: str | None = keep()
    airspace_to: str | None = keep()
    airspace_sha256: str = keep()
    operator_licence: str = keep()
    operating_certificate: str = keep()
    work_permit: str = keep()
    uplink: bool | None = keep()
    payment: str | None = keep()
    subject_sha256: str = keep()
    requested_by: str = keep()


@event("permit.changed", 1, Text(en="The draft of a field permit was changed.", zh="修改外业采集许可草稿。"))
class PermitChanged:
    """A draft as it stands after the change."""

    permit: str = keep()
    project: str = keep()
    hop: str | None = keep()
    unit: str = keep()
    operator: str = keep()
    equipment: list[str] = keep()
    purpose: str = keep()
    area: str = keep()
    datum: str = keep()
    area_km2: str = keep()
    starts: str = keep()
    ends: str = keep()
    airspace_number: str = keep()
    airspace_authority: str = keep()
    airspace_from: str | None = keep()
    airspace_to: str | None = keep()
    airspace_sha256: str = keep()
    operator_licence: str = keep()
    operating_certificate: str = keep()
    work_permit: str = keep()
    uplink: bool | None = keep()
    payment: str | None = keep()
    subject_sha256: str = keep()
    requested_by: str = keep()


@event("permit.submitted", 1, Text(en="A field permit was submitted.", zh="提交外业采集许可申请。"))
class PermitSubmitted:
    """A permit waits for an officer's decision on the subject with this digest."""

    permit: str = keep()
    unit: str = keep()
    subject_sha256: str = keep()
    person: str = keep()


@event("permit.approved", 1, Text(en="A field permit was approved.", zh="批准外业采集许可。"))
class PermitApproved:
    """An officer approved the subject with this digest."""

    permit: str = keep()
    unit: str = keep()
    subject_sha256: str = keep()
    person: str = keep()
    reason: str = keep()


@event("permit.returned", 1, Text(en="A field permit was sent back.", zh="退回外业采集许可申请。"))
class PermitReturned:
    """An officer did not approve; the permit is a draft again."""

    permit: str = keep()
    unit: str = keep()
    person: str = keep()
    reason: str = keep()


@event("permit.revoked", 1, Text(en="A field permit was revoked.", zh="撤销外业采集许可。"))
class PermitRevoked:
    """Nothing more may be collected under it."""

    permit: str = keep()
    unit: str = keep()
    person: str = keep()
    reason: str = keep()


@event("permit.used", 1, Text(en="A field permit was used up.", zh="外业采集许可使用完毕。"))
class PermitUsed:
    """The field work is over."""

    permit: str = keep()
    unit: str = keep()
    person: str = keep()
    remark: str = keep()


@event(
    "zones.published",
    1,
    Text(en="Version {version} of the sensitive zones was published.", zh="发布敏感区域第{version}版。"),
    Audience.INTERNAL,
)
class ZonesPublished:
    """All sensitive zones from now on; their text stays outside the ledger."""

    zone_list: str = keep()
    version: int = keep()
    datum: str = keep()
    zones: int = keep()
    sha256: str = keep()
    note: str = keep()
    person: str = keep()


@event(
    "zone.consented",
    1,
    Text(en="A zone authority's consent was recorded.", zh="登记敏感区域主管机关的同意。"),
    Audience.INTERNAL,
)
class ZoneConsented:
    """The authority of one zone of a list consented to one area."""

    consent: str = keep()
    permit: str = keep()
    zone_list: str = keep()
    zone: int = keep()
    area_sha256: str = keep()
    reference: str = keep()
    authority: str = keep()
    given_on: str = keep()
    document_sha256: str = keep()
    person: str = keep()


@event("collection.planned", 1, Text(en="A collection was planned.", zh="计划外业采集。"))
class CollectionPlanned:
    """A flight or field day to come, under a permit."""

    collection: str = keep()
    project: str = keep()
    permit: str = keep()
    hop: str | None = keep()
    unit: str = keep()
    operator: str = keep()
    equipment: str = keep()
    collected_on: str = keep()
    remark: str = keep()
    person: str = keep()


@event(
    "collection.recorded",
    1,
    Text(en="A collection on {collected_on} was recorded.", zh="登记{collected_on}的外业采集。"),
)
class CollectionRecorded:
    """What was collected, with or without leave; ``findings`` names the rules that barred it."""

    collection: str = keep()
    project: str = keep()
    permit: str | None = keep()
    hop: str | None = keep()
    unit: str = keep()
    operator: str = keep()
    equipment: str = keep()
    collected_on: str = keep()
    remark: str = keep()
    uplink: bool | None = keep()
    payment: str | None = keep()
    findings: list[str] = keep()
    due_at: str = keep()
    person: str = keep()


@event(
    "collection.output_registered",
    1,
    Text(en="The output of a collection was registered.", zh="登记外业采集成果。"),
)
class CollectionOutputRegistered:
    """The items that a collection gave; ``late``: after they were due."""

    collection: str = keep()
    unit: str = keep()
    outputs: list[str] = keep()
    late: bool = keep()
    person: str = keep()


@event("collection.reviewed", 1, Text(en="The output of a collection was reviewed.", zh="审查外业采集成果。"))
class CollectionReviewed:
    """Somebody who did not collect looked at what was collected."""

    collection: str = keep()
    unit: str = keep()
    review: str = keep()
    person: str = keep()
