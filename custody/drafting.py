"""A pack file before it counts: read on what it stands on, held against what is in force, and judged.

Nothing is recorded here. What a file may not do is a RegimeError that points into the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from custody import regimes
from custody.policy import shipped
from custody.policy.changes import Change, changes, loosened, newer
from custody.policy.overlay import Known, PackFile, build, read
from custody.policy.packfile import Path, Source, decoded
from custody.policy.regime import Pack
from custody.regimes import Published
from custody.terms import Text

LONGEST_NAME, LONGEST_VERSION = 60, 40
"""As the columns of the table."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A good pack file: the pack it makes, what is in force in its place, and what it changes.

    ``against`` is the pack in force of the same name, for a new name the one it stands on, None for a regime
    that stands on nothing in force. ``left`` names the packs that stand on the version before and keep it.
    """

    pack: Pack
    file_sha256: str
    effective: dt.date
    replaces: Published | None
    against: Pack | None
    changes: tuple[Change, ...]
    left: tuple[str, ...]


def draft(raw: bytes, file: str) -> Draft:
    """Read a pack file and judge it as an activation would. Raises RegimeError."""
    source, top = read(decoded(raw, file), file)
    _check_names(source, top)
    pack = _built(source, top, raw, file)
    known = shipped.known_rules()
    replaces = regimes.in_force(pack.id)
    _check_zone(source, pack)
    _check_version(source, pack)
    if replaces is not None:
        _check_same(source, replaces.pack(), pack, known)
    against = replaces.pack() if replaces else _below(top)
    return Draft(
        pack,
        hashlib.sha256(raw).hexdigest(),
        max(top.effective, dt.datetime.now(dt.UTC).astimezone(ZoneInfo(pack.time_zone)).date()),
        replaces,
        against,
        tuple(changes(against, pack, known)) if against else (),
        _left(pack, replaces),
    )


def made(raw: bytes, file: str) -> Pack:
    """Return the pack that a file makes on what is in force, whether or not it may be activated.

    Raises RegimeError.
    """
    source, top = read(decoded(raw, file), file)
    return _built(source, top, raw, file)


def _check_names(source: Source, top: PackFile) -> None:
    for name, value, most in (("id", top.id, LONGEST_NAME), ("version", top.version, LONGEST_VERSION)):
        if len(value) > most:
            raise source.error((name,), f"expected at most {most} characters", f"不得超过 {most} 个字符")
    if top.id in shipped.bases():
        raise source.error(("id",), f"{top.id} comes with the software alone", f"{top.id} 只能随软件提供")


def _below(top: PackFile) -> Pack | None:
    """Return the pack in force that a file stands on, on the day from which the file counts."""
    if top.extends is None or top.extends in shipped.bases():
        return None
    zone = ZoneInfo(regimes.pack(top.extends).time_zone)
    today = dt.datetime.now(dt.UTC).astimezone(zone).date()
    return regimes.pack(top.extends, max(today, top.effective))


def _built(source: Source, top: PackFile, raw: bytes, file: str) -> Pack:
    known, holidays = shipped.known_rules(), shipped.holiday_files()
    files = [(file, raw.decode())]
    if top.extends in shipped.bases():
        return build([*shipped.files(str(top.extends)), *files], known, holidays)
    if top.extends is not None and top.extends not in regimes.all_names():
        there = [*shipped.bases(), *regimes.all_names()]
        raise source.error(
            ("extends",),
            f"no pack {top.extends} is in force; there are {', '.join(there)}",
            f"没有现行的规则包 {top.extends}；现有：{'、'.join(there)}",
        )
    below = _below(top)
    if below is not None and any(part.partition("@")[0] == top.id for part in below.chain):
        raise source.error(
            ("extends",), f"{top.extends} stands on {top.id} itself", f"{top.extends} 本身基于 {top.id}"
        )
    return build(files, known, holidays, below)


def _check_zone(source: Source, pack: Pack) -> None:
    try:
        ZoneInfo(pack.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise source.error(
            ("time_zone",),
            f"no time zone {pack.time_zone!r}; expected a name such as Asia/Shanghai",
            f"没有时区 {pack.time_zone!r}；应为 Asia/Shanghai 之类的名称",
        ) from error


def _check_version(source: Source, pack: Pack) -> None:
    """Refuse a version that was published, with this content or another, and one that comes before."""
    there = regimes.versions(pack.id)
    for one in there:
        if one.sha256 == pack.sha256:
            raise source.error(
                ("version",),
                f"{pack.version} is published already, with this very content",
                f"{pack.version} 已发布，内容相同",
            )
        if one.version == pack.version:
            raise source.error(
                ("version",),
                f"{pack.version} is published already with another content, SHA-256 {one.sha256}; give a new "
                "version",
                f"{pack.version} 已以不同内容发布，SHA-256 为 {one.sha256}；请使用新版本号",
            )
    if there and not newer(pack.version, there[0].version):
        raise source.error(
            ("version",),
            f"{pack.version} does not come after {there[0].version}, which is published",
            f"{pack.version} 不晚于已发布的 {there[0].version}",
        )


def _check_same(source: Source, old: Pack, new: Pack, known: Mapping[str, Known]) -> None:
    """Refuse what would pull the ground from under projects that run, or loosen a pack that ships."""
    if regimes.family_of(old) != regimes.family_of(new):
        raise source.error(
            ("extends",),
            f"{new.id} belongs to {regimes.family_of(old)}, this file to {regimes.family_of(new)}; give the "
            "pack another id",
            f"{new.id} 属于 {regimes.family_of(old)}，而此文件属于 {regimes.family_of(new)}；请另取编号",
        )
    if old.time_zone != new.time_zone:
        raise source.error(
            ("time_zone",),
            f"the time zone of a pack stays: {old.time_zone}",
            f"规则包的时区不得变更：{old.time_zone}",
        )
    ranks = {level.id: level.rank for level in new.levels}
    for level in old.levels:
        if ranks.get(level.id) != level.rank:
            raise _gone(
                source, "levels", f"{level.id} (rank {level.rank})", f"{level.id}（级别 {level.rank}）"
            )
    kinds = {kind.id: kind for kind in new.qualification_types}
    for kind in old.qualification_types:
        now = kinds.get(kind.id)
        grades = [grade.id for grade in kind.grades]
        kept = [grade.id for grade in now.grades if grade.id in grades] if now else []
        if now is None or kept != grades or {c.id for c in kind.categories} - {c.id for c in now.categories}:
            raise _gone(source, "qualification_types", kind.id, kind.id)
    if old.id not in shipped.packs():
        return  # an overlay of the site's own may go back as far as what it stands on
    for change in loosened(changes(old, new, known)):
        # A rule that the old version does not set bars all; setting it is no loosening of anybody's choice.
        if not change.rule or change.rule in old.rules:
            raise source.error(
                _path(change),
                f"{change.name.en}: {change.new.en} would loosen {change.old.en}, as {old.version} has it; "
                "what ships is loosened by an upgrade of the software alone",
                f"{change.name.zh}：{change.new.zh} 比 {old.version} 的 {change.old.zh} 宽松；"
                "随软件提供的规则包只能通过软件升级放宽",
            )


def _gone(source: Source, key: str, en: str, zh: str) -> Exception:
    return source.error(
        (key,),
        f"{en} must stay as it is, for projects use it",
        f"{zh} 须保持不变，因为有项目正在使用",
    )


def _path(change: Change) -> Path:
    parts = change.what.split(".")
    return ("rules", change.rule, *parts) if change.rule else tuple(parts)


def _left(pack: Pack, replaces: Published | None) -> tuple[str, ...]:
    if replaces is None:
        return ()
    before = f"{pack.id}@{replaces.version}"
    names = (name for name in regimes.all_names() if name != pack.id)
    return tuple(name for name in names if before in regimes.pack(name).chain)


def remarks(name: str) -> list[Text]:
    """Return what an administrator should know of a pack in force. Raises PackLost."""
    told = []
    pack, there = regimes.pack(name), regimes.all_names()
    for id, _at, version in (part.partition("@") for part in pack.chain[:-1]):
        if id in there and (now := regimes.pack(id).version) != version:
            told.append(
                Text(
                    f"stands on {id} {version}, while {now} is in force",
                    f"基于 {id} {version}，而现行版本为 {now}",
                )
            )
    if lacking := sorted(set(shipped.known_rules()) - set(pack.rules)):
        told.append(
            Text(
                f"does not set {', '.join(lacking)}, which bar until it does",
                f"未设定 {'、'.join(lacking)}；设定之前，这些规则一律阻止操作",
            )
        )
    told += [
        Text(
            f"version {one.version} counts from {one.effective}",
            f"版本 {one.version} 自 {one.effective} 起适用",
        )
        for one in regimes.versions(name)
        if not one.counts(None)
    ]
    return told
