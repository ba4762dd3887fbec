"""The regimes that come with Holdfast: files under ``regimes/``, read here and nowhere else in policy."""

from __future__ import annotations

from importlib import resources

from custody.policy.overlay import Known, build, read, read_holidays
from custody.policy.packfile import RegimeError
from custody.policy.regime import Holidays, Pack
from custody.policy.rule import published
from custody.terms import Text

_FOLDER = "regimes"
_BUILT: dict[str, Pack] = {}


def pack(id: str) -> Pack:
    """Return a shipped regime's pack. Raises KeyError for an unknown id."""
    if not _BUILT:
        _BUILT.update(_build_all())
    return _BUILT[id]


def packs() -> dict[str, Pack]:
    """Return all shipped regimes by id."""
    pack("generic")
    return dict(_BUILT)


def bases() -> list[str]:
    """Return the ids of the files that are only a base for others."""
    return sorted(_ids() - packs().keys())


def known_rules() -> dict[str, Known]:
    """Return what pack building must know of the newest version of every rule."""
    return {rule.code: Known(rule.params, rule.remedies) for rule in published().newest()}


def holiday_files() -> dict[str, Holidays]:
    """Return the shipped working calendars by name."""
    folder = resources.files(__package__) / _FOLDER / "holidays"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {
        name.removesuffix(".yaml"): read_holidays((folder / name).read_text("utf-8"), name) for name in names
    }


def files(id: str) -> list[tuple[str, str]]:
    """Return name and text of a regime's files, lowest first, ready for ``overlay.build``.

    Raises KeyError for an unknown id, RegimeError when ``extends`` leads nowhere.
    """
    names = _ids()
    if id not in names:
        raise KeyError(id)
    chain: list[tuple[str, str]] = []
    at: str | None = id
    while at is not None:
        if at not in names or len(chain) > len(names):
            reason = Text(f"no file {at}.yaml, or a circle", f"没有文件 {at}.yaml，或循环引用")
            raise RegimeError(chain[0][0], None, ("extends",), reason)
        name = f"{at}.yaml"
        chain.insert(0, (name, (resources.files(__package__) / _FOLDER / name).read_text("utf-8")))
        source, top = read(chain[0][1], name)
        if top.id != at:
            raise source.error(("id",), f"expected {at}, the name of the file", f"应为文件名 {at}")
        at = top.extends
    return chain


def _ids() -> set[str]:
    folder = resources.files(__package__) / _FOLDER
    return {file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")}


def _build_all() -> dict[str, Pack]:
    known, holidays = known_rules(), holiday_files()
    chains = {id: files(id) for id in sorted(_ids())}
    usable = {id: chain for id, chain in chains.items() if not read(chain[-1][1], chain[-1][0])[1].abstract}
    return {id: build(chain, known, holidays) for id, chain in usable.items()}
