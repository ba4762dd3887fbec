"""Events of projects, items and copies."""

from custody.terms import Audience, Text

from .kind import Value, event, keep


@event("project.opened", 1, Text(en="Project {code} was opened.", zh="项目 {code} 立项。"))
class ProjectOpened:
    """Work begins under a regime, with a classification ceiling."""

    project: str = keep()
    code: str = keep()
    title: str = keep()
    regime: str = keep()
    level: str = keep()
    owner_party: str = keep()
    client_party: str | None = keep()
    ultimate_client_party: str | None = keep()
    qualification_type: str = keep()
    qualification_grade: str = keep()
    categories: list[str] = keep()
    contract_number: str = keep()
    contract_value: str | None = keep()
    currency: str = keep()
    contract_signed: str | None = keep()
    source_key: str | None = keep()


@event(
    "project.located",
    1,
    Text(en="It was recorded in which region the project is done.", zh="登记项目实施地区。"),
)
class ProjectLocated:
    """The region decides whose leave to read covers the project. ISO 3166-2; null: none."""

    project: str = keep()
    region_before: str | None = keep()
    region: str | None = keep()
    reason: str = keep()


@event(
    "item.registered",
    1,
    Text(en="Item {codename} was registered.", zh="登记成果 {codename}。"),
    Audience.INTERNAL,
)
class ItemRegistered:
    """A data item, by codename and hash; the content stays outside."""

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    level: str = keep()
    sha256: str = keep()


@event(
    "item.registered",
    2,
    Text(en="Item {codename} was registered.", zh="登记成果 {codename}。"),
    Audience.INTERNAL,
)
class ItemEntered:
    """The same, with how it is classified and what it was made from; null: not known.

    ``sources`` are items of the project, none when it was made from none; ``until`` is the last day.
    """

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    level: str = keep()
    sha256: str = keep()
    basis_kind: str | None = keep()
    basis: str = keep()
    classified_by: str | None = keep()
    issued_on: str | None = keep()
    until: str | None = keep()
    release_condition: str = keep()
    marking: str | None = keep()
    marking_how: str = keep()
    sources: list[str] | None = keep()
    certificate_number: str = keep()
    certificate_on: str | None = keep()
    certificate_authority: str = keep()


@event(
    "item.registered",
    3,
    Text(en="Item {codename} was registered.", zh="登记成果 {codename}。"),
    Audience.INTERNAL,
)
class ItemEnteredWithArea:
    """The same, with the ground that it shows in square kilometres; null: not known."""

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    level: str = keep()
    sha256: str = keep()
    basis_kind: str | None = keep()
    basis: str = keep()
    classified_by: str | None = keep()
    issued_on: str | None = keep()
    until: str | None = keep()
    release_condition: str = keep()
    marking: str | None = keep()
    marking_how: str = keep()
    sources: list[str] | None = keep()
    certificate_number: str = keep()
    certificate_on: str | None = keep()
    certificate_authority: str = keep()
    area_km2: str | None = keep()


@event(
    "copies.minted",
    1,
    Text(
        en="Copies {first} to {last} of an item were numbered.", zh="对成果第 {first} 至 {last} 份副本编号。"
    ),
    Audience.INTERNAL,
)
class CopiesMinted:
    """Numbered copies; each commits to the key by which entries are tagged for it."""

    item: str = keep()
    first: int = keep()
    last: int = keep()
    copies: list[dict[str, str | int]] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    system: str | None = keep()


@event(
    "doubts.noted",
    1,
    Text(en="The import noted doubts: {count}.", zh="导入时记录疑点 {count} 项。"),
    Audience.INTERNAL,
)
class DoubtsNoted:
    """What an importer saw in the outside records of this project and would not swallow."""

    project: str = keep()
    count: int = keep()
    doubts: list[dict[str, str | None]] = keep()


@event(
    "item.corrected",
    1,
    Text(en="The record of an item was corrected.", zh="更正成果登记信息。"),
    Audience.INTERNAL,
)
class ItemCorrected:
    """A wrong level or codename is put right; where its copies are does not change."""

    item: str = keep()
    project: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "item.classified",
    1,
    Text(en="How item {codename} is classified was recorded.", zh="登记成果 {codename} 的定密信息。"),
    Audience.INTERNAL,
)
class ItemClassified:
    """Basis, period, marking, sources or certificate of an item were recorded or put right."""

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "item.reviewed",
    1,
    Text(
        en="The level of item {codename} was reviewed on {reviewed_on}.",
        zh="成果 {codename} 的密级于 {reviewed_on} 审核。",
    ),
    Audience.INTERNAL,
)
class ItemReviewed:
    """Whether an item's level is still right: kept, or to be changed; changing it is an act of its own."""

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    corrects: str = keep()
    reviewed_on: str = keep()
    outcome: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
