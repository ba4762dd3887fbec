"""Events of the installation itself: the log, packs, systems, imports."""

from custody.terms import Audience, Text

from .kind import Value, event, keep, personal


@event("log.opened", 1, Text(en="The ledger {origin} was opened.", zh="账本 {origin} 启用。"))
class LogOpened:
    """Genesis: fixes the log's origin and the passkey RP ID for the life of the installation, and its first
    key."""

    origin: str = keep()
    log_key: str = keep()
    rp_id: str = keep()
    demo: bool = keep()
    site_name: str = keep()
    operator: str = keep()
    system: str = keep()


@event(
    "log.key_changed",
    1,
    Text(
        en="The ledger has a new key, which signs this entry and all that follow: {reason}.",
        zh="账本改用新密钥，本条及以后的记录均由新密钥签名：{reason}。",
    ),
)
class LogKeyChanged:
    """Another key signs under the log's name. The first checkpoint of the new key covers this entry."""

    old_key: str = keep()
    new_key: str = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "seal_key.changed",
    1,
    Text(
        en="Reports are sealed with another key from now on: {reason}.",
        zh="此后的报告改用另一密钥封印：{reason}。",
    ),
)
class SealKeyChanged:
    """The certificates of before and after, and the root of the new one, by SHA-256."""

    old_certificate: str = keep()
    new_certificate: str = keep()
    new_root: str = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "site.configured",
    1,
    Text(
        en="The site was set to time zone {time_zone} and regime {regime}.",
        zh="本站点设定时区为 {time_zone}，监管制度为 {regime}。",
    ),
)
class SiteConfigured:
    """What pages and forms of the site begin with: the zone of times, the pack offered for a new project."""

    time_zone: str = keep()
    regime: str = keep()


@event(
    "pack.published",
    1,
    Text(en="Rule pack {name} {version} was published.", zh="规则包 {name} {version} 发布。"),
)
class PackPublished:
    """A rule pack, bound by the SHA-256 of its canonical text."""

    pack: str = keep()
    name: str = keep()
    version: str = keep()
    sha256: str = keep()


@event(
    "pack.published",
    2,
    Text(
        en="Rule pack {name} {version} was published; it counts from {effective}.",
        zh="规则包 {name} {version} 发布，自 {effective} 起适用。",
    ),
)
class PackActivated:
    """A rule pack that somebody of the site put in force, bound by the SHA-256 of its canonical text.

    The text travels with the entry, since no software brings it back. ``effective`` is the first day on which
    it counts, in its own time zone; ``file_sha256`` is that of the file as it was given.
    """

    pack: str = keep()
    name: str = keep()
    version: str = keep()
    sha256: str = keep()
    effective: str = keep()
    text: str = keep()
    file_sha256: str = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "system.registered",
    1,
    Text(en="System {name} was registered.", zh="登记系统 {name}。"),
    Audience.INTERNAL,
)
class SystemRegistered:
    """A computer, vault, medium or site with its accredited level."""

    system: str = keep()
    name: str = keep()
    system_kind: str = keep()
    owner_party: str = keep()
    levels: dict[str, str] = keep()
    network: str = keep()
    tested_on: str | None = keep()
    is_installation: bool = keep()


@event(
    "system.registered",
    2,
    Text(en="System {name} was registered.", zh="登记系统 {name}。"),
    Audience.INTERNAL,
)
class SystemEntered:
    """The same, with its number (null: not known), accreditation paper, country, and whose it is."""

    system: str = keep()
    name: str = keep()
    system_kind: str = keep()
    owner_party: str = keep()
    levels: dict[str, str] = keep()
    network: str = keep()
    tested_on: str | None = keep()
    is_installation: bool = keep()
    inventory_number: str | None = keep()
    accreditation: str = keep()
    country: str = keep()
    provision: str = keep()


@event(
    "barred_list.imported",
    1,
    Text(en="A list of {rows} barred parties was imported.", zh="导入禁入名单，共 {rows} 条。"),
    Audience.INTERNAL,
)
class BarredListImported:
    """A barred-party list, bound by the SHA-256 of the file."""

    barred_list: str = keep()
    list_source: str = keep()
    file_name: str = keep()
    sha256: str = keep()
    rows: int = keep()
    rejected: int = keep()


@event(
    "subawards.imported",
    1,
    Text(
        en="A file of {records} subaward records was imported.", zh="导入分包报告文件，共 {records} 条记录。"
    ),
    Audience.INTERNAL,
)
class SubawardsImported:
    """An import of subaward reports, with its totals."""

    sha256: str = keep()
    file_name: str = keep()
    records: int = keep()
    projects: int = keep()
    parties: int = keep()
    hops: int = keep()
    doubts: int = keep()
    rejected: int = keep()


@event(
    "system.corrected",
    1,
    Text(en="The record of a system was corrected.", zh="更正系统登记信息。"),
    Audience.INTERNAL,
)
class SystemCorrected:
    """Anything wrong in the record of a system, apart from its kind and owner, is put right."""

    system: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "system.tested",
    1,
    Text(en="System {name} was tested on {tested_on}.", zh="系统 {name} 于 {tested_on} 接受检测。"),
    Audience.INTERNAL,
)
class SystemTested:
    """A testing body looked at a system; one that failed takes no copies until it has passed again."""

    system: str = keep()
    name: str = keep()
    corrects: str = keep()
    tested_on: str = keep()
    tested_by: str = keep()
    result: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()


@event(
    "system.retired",
    1,
    Text(en="System {name} was retired.", zh="系统 {name} 停用。"),
    Audience.INTERNAL,
)
class SystemRetired:
    """A system is out of use for good; no copy was on it."""

    system: str = keep()
    name: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
