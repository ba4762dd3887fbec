"""Events of a restore: what was brought back, what is in doubt since, and what was counted again."""

from custody.terms import Text

from .kind import event, keep, personal


@event(
    "ledger.restored",
    1,
    Text(
        en="The database was restored from the log folder; entries recorded after {last_sealed_at} and not "
        "sealed are lost.",
        zh="数据库已由日志目录恢复；{last_sealed_at} 之后记录而未固化的条目已丢失。",
    ),
)
class LedgerRestored:
    """The tables were written again from tiles and journal. `lost` counts what could not be, by its name."""

    size: int = keep()
    root: str = keep()
    last_sealed_at: str = keep()
    entries: int = keep()
    rows: int = keep()
    over_old_database: bool = keep()
    all_was_sealed: bool = keep()
    unconfirmed: int = keep()
    lost: dict[str, int] = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "log_folder.rewritten",
    1,
    Text(
        en="{files} files of the log folder were written again from the database.",
        zh="已由数据库重新写出日志目录中的 {files} 个文件。",
    ),
)
class LogFolderRewritten:
    """Tiles, entry bundles or journal were lost and follow from the database; so does a lost mark, if said
    so."""

    size: int = keep()
    files: int = keep()
    mark_lost: bool = keep()
    reason: str = keep()
    ordered_by: str = personal()


@event(
    "copies.unconfirmed",
    1,
    Text(
        en="Since a restore the custody of copies is not confirmed; they are to be counted.",
        zh="恢复之后，副本的保管情况未经确认，须重新清点。",
    ),
)
class CopiesUnconfirmed:
    """What happened to these copies last may be among the entries that are lost."""

    project: str = keep()
    restoration: str = keep()
    copies: list[str] = keep()


@event(
    "copies.confirmed",
    1,
    Text(en="Copies were counted and found where the record says.", zh="副本已清点，与记录一致。"),
)
class CopiesConfirmed:
    """Somebody of the holder saw these copies where the record says that they are."""

    project: str = keep()
    copies: list[str] = keep()
    how: str = keep()
