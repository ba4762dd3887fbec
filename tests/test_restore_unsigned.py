"""The disaster strikes while a batch has its numbers and no signature: it comes back whole, or is set aside,
and the log goes on as one history."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from custody import models as m
from custody.actions.restore import RestoreError, restore, rewrite_log_folder
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from ledger import api, keys, models
from ledger.agreement import published
from ledger.checking import check_everything
from ledger.restore import look_outside
from ledger.store import Store
from ledger.tlog import merkle
from tests.backups import in_use
from tests.databases import Database, Databases, connected_to
from tests.ledger.scenes import FragileSealer, Killed, seal
from tests.scale import share

STEPS = ("numbered", "second tile", "journal", "mark", "sign", "publish", "record")
WHOLE = STEPS[STEPS.index("mark") :]
"""From here on bundles and journal hold the batch."""
WHY: dict[str, Any] = {"really": True, "reason": "the disk died", "ordered_by": "Guo An"}


def struck(step: str, cast: people.Cast) -> dict[str, int]:
    """Open a project, and die at a step of sealing it; return the place of each of its entries."""
    people.open_project(cast, "LH-N", "Numbered, not signed")
    seen = 0

    def at(name: str) -> None:
        nonlocal seen
        seen += name == "tile"
        if name == step or (step == "second tile" and seen == 2):
            raise Killed

    with FragileSealer.from_settings() as sealer:
        sealer.at = at
        with pytest.raises(Killed):
            sealer.seal_once()
    signed = models.Checkpoint.objects.order_by("-size")[0].size
    rows = models.LogIndex.objects.filter(idx__gte=signed)
    places = {str(entry): place for entry, place in rows.values_list("entry_id", "idx")}
    assert places
    return places


class Heads:
    """Every head that was signed, or was about to be."""

    def __init__(self, settings: Any) -> None:
        self.store = Store(settings.LEDGER_DIR)
        note = published(self.store, keys.log_signer(settings.KEYS_DIR, look_outside().checkpoint.origin))
        mark = self.store.mark()
        assert note is not None
        assert mark is not None
        self.signed = note.size
        self.seen = {note.size: note.root, mark.size: mark.root}

    def stand(self) -> None:
        """The database and the tree on disk begin with each of them, and nothing is wrong with the log."""
        while seal().taken:
            pass
        hashes = [
            bytes(h) for h in models.LogIndex.objects.order_by("idx").values_list("leaf_hash", flat=True)
        ]
        for size, root in self.seen.items():
            assert merkle.root_of(hashes[:size]) == root
        health = api.health()
        assert (health.frozen, health.pending, health.size) == (None, 0, len(hashes))
        assert list(compare(rebuild())) == []
        look_outside().verify()
        assert check_everything().found.faults == []


def places_of(entries: dict[str, int]) -> dict[str, int]:
    rows = models.LogIndex.objects.filter(entry_id__in=entries)
    return {str(entry): place for entry, place in rows.values_list("entry_id", "idx")}


def set_aside(folder: Path) -> list[str]:
    return [p.name for p in (folder / "set-aside").rglob("*") if p.is_file()]


@pytest.mark.parametrize("step", share(STEPS, 2))
def test_into_an_empty_database_the_batch_comes_back_when_the_folder_has_it_whole(
    step: str, played: people.Cast, empty: Database, settings: Any
) -> None:
    places = struck(step, played)
    heads = Heads(settings)
    with connected_to(empty):
        done = restore(**WHY)
        whole = step in WHOLE
        assert done.size == (max(places.values()) + 1 if whole else min(places.values()))
        assert m.Project.objects.filter(code="LH-N").exists() == whole
        assert places_of(places) == (places if whole else {})
        assert bool(set_aside(settings.LEDGER_DIR)) == (step in ("second tile", "journal"))
        heads.stand()


@pytest.mark.parametrize("step", share(["numbered", "journal", "mark", "sign", "record"], 2))
def test_over_an_older_copy_the_same(
    step: str, stories: Database, played: people.Cast, empty: Database, databases: Databases, settings: Any
) -> None:
    places = struck(step, played)
    heads = Heads(settings)
    with databases.fresh(empty.folder, stories.name) as old, connected_to(old):
        # Where it lacks nothing there is still what the sealer left half written, in the next one's way.
        restore(**WHY, old_database=True)
        assert m.Project.objects.filter(code="LH-N").exists() == (step in WHOLE)
        assert places_of(places) == (places if step in WHOLE else {})
        assert bool(set_aside(settings.LEDGER_DIR)) == (step == "journal")
        people.open_project(people.load(), "LH-O", "Opened on the old copy")
        heads.stand()


@pytest.mark.parametrize("step", share(["numbered", "mark"], 2))
def test_a_copy_that_had_numbered_it_follows_the_log_that_signed_it(
    step: str, played: people.Cast, empty: Database, databases: Databases, settings: Any
) -> None:
    places = struck(step, played)
    with databases.fresh(empty.folder, in_use(empty).name) as copy:
        while seal().taken:
            pass
        people.open_project(played, "LH-P", "Opened and signed after the copy")
        seal()
        heads = Heads(settings)
        with connected_to(copy):
            assert models.LogState.objects.get().size == max(places.values()) + 1
            restore(**WHY, old_database=True)
            assert places_of(places) == places
            assert m.Project.objects.filter(code="LH-P").exists()
            heads.stand()


@pytest.mark.parametrize("step", share(["numbered", "second tile", "journal"], 2))
def test_a_database_that_is_ahead_of_the_folder_needs_no_restore(
    step: str, played: people.Cast, empty: Database, settings: Any
) -> None:
    places = struck(step, played)
    heads = Heads(settings)
    with pytest.raises(RestoreError, match="--log-folder"):
        restore(**WHY, old_database=True)
    assert rewrite_log_folder(really=False).files == ()
    heads.stand()
    assert places_of(places) == places


@pytest.mark.parametrize("step", share(["numbered", "journal", "mark", "record"], 2))
def test_with_the_folder_lost_the_database_signs_the_batch_that_it_had_numbered(
    step: str, played: people.Cast, empty: Database, settings: Any
) -> None:
    places = struck(step, played)
    heads = Heads(settings)
    published_last = (settings.LEDGER_DIR / "checkpoint").read_text("utf-8")
    shutil.rmtree(settings.LEDGER_DIR)
    assert rewrite_log_folder(**WHY, mark_lost=True, seen=[published_last]).mark_lost
    heads.stand()
    assert places_of(places) == places
