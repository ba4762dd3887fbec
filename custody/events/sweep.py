"""Events of sweeps: a list made, a result brought in, files found where no copy is registered."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "sweep.listed",
    1,
    Text(en="A sweep list of {items} items was made.", zh="生成含 {items} 项成果的检查清单。"),
    Audience.INTERNAL,
)
class SweepListed:
    """A list of keyed digests went out. The key tells nothing without a file that lies before its reader."""

    sweep_list: str = keep()
    items: int = keep()
    key: str = keep()
    person: str = keep()


@event(
    "sweep.imported",
    1,
    Text(en="The result of a sweep of {files} files was brought in.", zh="导入对 {files} 个文件的检查结果。"),
    Audience.INTERNAL,
)
class SweepImported:
    """What a computer was looked through for; the times are those of that computer."""

    sweep: str = keep()
    sweep_list: str = keep()
    system: str = keep()
    folder: str = keep()
    began_at: str = keep()
    ended_at: str = keep()
    files: int = keep()
    size: int = keep()
    links: int = keep()
    unread: list[dict[str, str]] = keep()
    unread_count: int = keep()
    registered: int = keep()
    unknown: int = keep()
    sha256: str = keep()
    person: str = keep()


@event(
    "sweep.found",
    1,
    Text(
        en="Files were found on a system where no copy of them is registered.",
        zh="在未登记副本的系统上发现文件。",
    ),
)
class SweepFound:
    """Files of one project; each of ``strays`` has its id, the item, the path and the size in bytes."""

    sweep: str = keep()
    project: str = keep()
    system: str = keep()
    strays: list[dict[str, str | int]] = keep()


@event(
    "stray.settled",
    1,
    Text(en="What became of a file found by a sweep was recorded.", zh="已记录检查发现文件的处理结果。"),
)
class StraySettled:
    """``state`` is how it stands now, ``resolution`` says what was done."""

    stray: str = keep()
    item: str = keep()
    state: str = keep()
    resolution: str = keep()
    person: str = keep()
