"""The regimes that come with Holdfast: files under ``regimes/``, read here and nowhere else in policy."""

from __future__ import annotations

from importlib import resources

from custody.policy.overlay import Known, build, read, read_holidays
from custody.policy.packfile import RegimeError
from custody.policy.regime import Holidays, Pack
from custody.policy.rule import published

_FOLDER = "regimes"
_BUILT: dict[str, Pack] = {}


def pack(id: str) -> Pack:
    """Return a shipped regime's pack. Raises KeyError for an unknown id."""
    if not _BUILT:
        _BUILT.update(_build_all())
    return _BUILT[id]


def packs() -> dict[str, Pack]:
    """Return all shipped regimes by id."""
    return {id: pack(id) for id in ("generic", *sorted(_files() - {"generic", "base"}))}


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


def _files() -> set[str]:
    folder = resources.files(__package__) / _FOLDER
    return {file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")}


def _text(id: str) -> tuple[str, str]:
    name = f"{id}.yaml"
    return name, (resources.files(__package__) / _FOLDER / name).read_text("utf-8")


def _build_all() -> dict[str, Pack]:
    known, holidays, files = known_rules(), holiday_files(), _files()
    built: dict[str, Pack] = {}
    for id in sorted(files):
        name, text = _text(id)
        source, top = read(text, name)
        if top.id != id:
            raise source.error(("id",), f"expected {id}, the name of the file")
        chain = [(name, text)]
        below = top.extends
        while below is not None:
            if below not in files or len(chain) > len(files):
                raise RegimeError(name, None, ("extends",), f"no file {below}.yaml, or a circle")
            chain.insert(0, _text(below))
            below = read(chain[0][1], chain[0][0])[1].extends
        if not top.abstract:
            built[id] = build(chain, known, holidays)
    return built
