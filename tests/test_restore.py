"""A lost database comes back from the log folder, whole or not at all, and says what it could not bring
back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from custody import models as m
from custody.actions import counting, handoffs, pins, registers
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.restore import RestoreError, restore
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories import plays
from ledger import api
from ledger.restore import look_outside
from tests.databases import Database, Databases, connected_to
from tests.ledger.scenes import seal
from tests.scale import tries

WHY = ("--really", "--reason", "the disk died", "--ordered-by", "Guo An")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    call_command("ledger_restore", *words)
    return capsys.readouterr().out


def counts() -> dict[str, int]:
    models = (m.Party, m.Person, m.PartyIdentifier, m.Hop, m.Approval, m.Vote, m.Copy, m.HandoffCopy)
    more = (m.Handoff, m.Refusal, m.Decision, m.Membership, m.User, m.System, m.RegimePack, m.Correction)
    return {model.__name__: model._default_manager.count() for model in (*models, *more)}


def test_an_empty_database_gets_everything_back_that_was_sealed(
    played: people.Cast, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    before, entries = counts(), len(list(rebuild().born))
    moments = dict(m.Handoff.objects.values_list("number", "offered_at"))
    kept = dict(m.Hop.objects.values_list("id", "created_at"))
    with connected_to(empty):
        out = told(capsys, *WHY)
        assert "RESTORED" in out
        assert counts() == before
        state = rebuild()
        assert len(state.born) == entries
        assert list(compare(state)) == []
        for number, offered in m.Handoff.objects.values_list("number", "offered_at"):
            assert abs((offered - moments[number]).total_seconds()) < 5
        assert [h.id for h in m.Hop.objects.order_by("created_at")] == sorted(kept, key=lambda h: kept[h])
        assert {r.verdict for r in replay_all()} == {"same"}
        assert api.health().frozen is None


def test_a_counter_pin_comes_back_as_one_that_nothing_fits_and_is_set_anew(
    played: people.Cast, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    people.give_pins(played)
    seal()
    assert pins.fits(played.users["tao"], people.PIN)
    with connected_to(empty):
        assert "Counter PINs. They work no more" in told(capsys, *WHY)
        tao = m.User.objects.get(username="tao")
        assert set(m.CounterPin.objects.live().values_list("digest", flat=True)) == {""}
        assert not pins.fits(tao, people.PIN) and not pins.fits(tao, "")
        pins.set_own(Actor.of(tao), user=tao.pk, pin=people.PIN)
        assert pins.fits(tao, people.PIN) and list(compare(rebuild())) == []


def test_after_a_restore_the_sealer_goes_on_and_the_site_works(empty: Database) -> None:
    done = restore(really=True, reason="the disk died", ordered_by="Guo An")
    assert seal().size == done.size + len(set(m.Copy.objects.values_list("unconfirmed"))) + 1
    cast = people.load()
    project = people.open_project(cast, "LH-2", "Lanhe second")
    plays.in_order(cast, project)
    seal()
    assert list(compare(rebuild())) == []
    assert api.health().pending == 0
    recorded = [e for e in api.run("system") if e.values["kind"] == "ledger.restored/1"]
    assert [e.values["reason"] for e in recorded] == ["the disk died"]
    lost: Any = recorded[0].values["lost"]
    assert lost["passwords"] == m.User.objects.count()


def test_what_was_recorded_and_not_sealed_is_gone_and_that_is_said(
    played: people.Cast, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    people.open_project(played, "LH-LOST", "Never sealed")
    with connected_to(empty):
        out = told(capsys, *WHY)
        assert "is not here, and nobody can say how much" in out
        assert not m.Project.objects.filter(code="LH-LOST").exists()
        assert not m.Copy.objects.filter(unconfirmed__isnull=True).exists()


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(
    empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    out = told(capsys)
    assert "CAN BE RESTORED" in out
    assert "林梅" not in out  # the sign-ins are named, not the persons
    assert not m.Site.objects.exists()
    assert api.health().size == 0


def test_the_verdict_comes_in_chinese_too(empty: Database, capsys: pytest.CaptureFixture[str]) -> None:
    from django.utils import translation

    with translation.override("zh-hans"):
        assert "可以恢复" in told(capsys)


def test_everything_that_was_lost_is_named_and_opens_nothing(
    empty: Database, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.VAR = empty.folder
    out = told(capsys, *WHY)
    (kept,) = (empty.folder / "restores").iterdir()
    for user in m.User.objects.all():
        assert not user.has_usable_password()
        assert user.username in kept.read_text("utf-8")
    for copy in m.Copy.objects.all():
        assert copy.code in kept.read_text("utf-8")
    assert str(kept) in out


def test_numbers_go_on_above_those_that_were_given_out(empty: Database) -> None:
    restore(really=True, reason="r", ordered_by="o")
    old = {int(code.split("-")[1]) for code in m.Copy.objects.values_list("code", flat=True)}
    cast = people.load()
    project = people.open_project(cast, "LH-2", "Lanhe second")
    plays.in_order(cast, project)
    fresh = m.Copy.objects.filter(item__project=project).values_list("code", flat=True)
    assert min(int(code.split("-")[1]) for code in fresh) > max(old) + 900


def test_copies_in_doubt_are_not_passed_on_until_somebody_of_the_holder_has_counted_them(
    empty: Database,
) -> None:
    restore(really=True, reason="r", ordered_by="o")
    cast = people.load()
    copy = m.Copy.objects.filter(custodian_party=cast.party("northfield"), state="held").first()
    assert copy is not None
    hop = m.Hop.objects.filter(from_party=cast.party("northfield"), state="active").first()
    assert hop is not None
    offer = handoffs.Offer(
        hop=hop.id,
        copies=[copy.id],
        receiver_person=cast.people["tao"].id,
        purpose="Scanning",
        channel=m.Handoff.objects.all()[0].channel,
        system=cast.systems["westgate_room"].id,
    )
    with pytest.raises(ActionError, match="not confirmed"):
        handoffs.offer(cast.actor("mei"), offer)
    with pytest.raises(NotPermitted):
        counting.confirm(cast.actor("bo"), copies=[copy.id], how="counted")
    with pytest.raises(ActionError):
        counting.confirm(cast.actor("yu"), copies=[copy.id], how=" ")
    counting.confirm(cast.actor("yu"), copies=[copy.id], how="seen in vault 3, seal unbroken")
    copy.refresh_from_db()
    assert copy.unconfirmed is None
    with pytest.raises(ActionError, match="not in doubt"):
        counting.confirm(cast.actor("yu"), copies=[copy.id], how="again")
    handoffs.offer(cast.actor("mei"), offer)
    assert list(compare(rebuild())) == []


def test_who_knows_that_all_was_sealed_says_how_and_no_copy_is_in_doubt(empty: Database) -> None:
    with pytest.raises(ActionError, match="Say how"):
        restore(really=True, all_was_sealed=True)
    restore(really=True, all_was_sealed=True, reason="stopped by hand, pending was 0", ordered_by="Guo An")
    assert not m.Copy.objects.exclude(unconfirmed=None).exists()


def test_a_second_restore_finds_nothing_missing(empty: Database, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, *WHY)
    seal()
    with pytest.raises(CommandError, match="entries already"):
        call_command("ledger_restore", *WHY)
    size = api.health().size
    assert "nothing is missing" in told(capsys, "--old-database", *WHY)
    assert api.health().size == size
    assert api.health().pending == 0


def test_really_needs_a_reason_and_who_ordered_it(empty: Database) -> None:
    with pytest.raises(CommandError, match="--reason"):
        call_command("ledger_restore", "--really")


def test_a_database_without_tables_is_told_to_be_migrated(empty: Database, databases: Databases) -> None:
    with databases.fresh(empty.folder, "template1") as bare, connected_to(bare):
        for way in ([], ["--log-folder"]):
            with pytest.raises(CommandError, match=r"Run manage.py migrate"):
                call_command("ledger_restore", *way, *WHY)
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        call_command("ledger_restore", *WHY)
        assert m.Site.objects.exists()


# --- an old copy of the database ---


@pytest.fixture
def put_back(stories: Database, played: people.Cast, databases: Databases) -> Iterator[Database]:
    """A copy of the database from before the last project, beside the log folder of after it."""
    project = people.open_project(played, "LH-2", "Lanhe second")
    plays.in_order(played, project)
    registers.register_person(Actor.setup(), name="Luo Ning", staff_number="NF-009")
    seal()
    with databases.fresh(stories.folder, stories.name) as old, connected_to(old):
        yield old


def test_an_old_database_gets_what_it_lacks(put_back: Database, capsys: pytest.CaptureFixture[str]) -> None:
    passwords = set(m.User.objects.values_list("password", flat=True))
    with pytest.raises(CommandError, match="--old-database"):
        call_command("ledger_restore", *WHY)
    assert not m.Project.objects.filter(code="LH-2").exists()
    assert "RESTORED" in told(capsys, "--old-database", *WHY)
    assert m.Project.objects.filter(code="LH-2").exists()
    assert list(compare(rebuild())) == []
    assert set(m.User.objects.values_list("password", flat=True)) == passwords
    seal()
    assert api.health().pending == 0


def test_a_frozen_old_database_works_again_after_its_restore(put_back: Database) -> None:
    people.open_project(people.load(), "LH-3", "Opened on the old database")
    with pytest.raises(api.FrozenError):
        seal()
    done = restore(really=True, old_database=True, reason="r", ordered_by="o")
    assert done.unsealed > 0
    seal()
    assert api.health().frozen is None
    assert m.Project.objects.filter(code__in=["LH-2", "LH-3"]).count() == 2
    assert list(compare(rebuild())) == []


def test_an_old_database_that_went_on_in_a_stream_of_the_log_is_refused(put_back: Database) -> None:
    registers.register_person(Actor.setup(), name="He Shu", staff_number="AX-009")
    before = list(m.Person.objects.values_list("id"))
    # The log went on in this stream too, after the copy was taken.
    with pytest.raises(RestoreError, match="went on working"):
        restore(really=True, old_database=True, reason="r", ordered_by="o")
    assert list(m.Person.objects.values_list("id")) == before


def test_an_edited_old_database_is_refused_by_table_and_column(put_back: Database) -> None:
    m.Party.objects.filter(name="Lakeside Mapping Ltd").update(country="XB")
    with pytest.raises(ActionError, match="custody_party says something else"):
        restore(really=True, old_database=True, reason="r", ordered_by="o")
    assert not m.Project.objects.filter(code="LH-2").exists()


# --- the folder contradicts itself: every kind of damage is refused, and nothing is written ---


def flip(path: Path, at: int = -1) -> None:
    """Turn one bit of a file over."""
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(bytes(raw))


def files_of(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a bit of a bundle": ("tile/entries/**/*", lambda path: flip(path, 40)),
    "a bit of the lowest tiles": ("tile/0/**/*", flip),
    "no bundle": ("tile/entries/**/*", Path.unlink),
    "a bit of the journal": ("journal/*/*", flip),
    "no journal": ("journal/*/*", Path.unlink),
    "no mark": ("mark", Path.unlink),
    "a broken mark": ("mark", lambda path: path.write_text("holdfast-mark/1")),
    "no checkpoint": ("checkpoint", Path.unlink),
    "a bit of the checkpoint": ("checkpoint", lambda path: flip(path, -4)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_log_folder_restores_nothing(damage: str, empty: Database, settings: Any) -> None:
    pattern, harm = DAMAGE[damage]
    for path in files_of(settings.LEDGER_DIR, pattern):
        harm(path)
    with pytest.raises(RestoreError):
        restore(really=True, reason="r", ordered_by="o")
    assert not m.Site.objects.exists()
    assert api.health().size == 0


def test_the_key_of_another_journal_restores_nothing(empty: Database, settings: Any) -> None:
    (settings.KEYS_DIR / "journal.key").write_bytes(os.urandom(32))
    with pytest.raises(RestoreError, match="journal"):
        restore(really=True, reason="r", ordered_by="o")


# --- killed on the way ---


def killed(after: float | None, at: int | None) -> bool:
    """A restore in a child process, killed (SIGKILL) after so many seconds or at its n-th step."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = 0

        def progress(*_: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            restore(really=True, reason="r", ordered_by="o", progress=progress)
        finally:
            os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_at_any_step_a_restore_leaves_an_empty_database_and_can_be_run_again(
    empty: Database, record_property: Callable[[str, object], None]
) -> None:
    kills = tries(3, 30)
    rows = len(list(look_outside().entries())) + 2  # verify, write in one chunk, rows
    for n in range(kills):
        assert killed(None, 1 + n * (rows - 1) // (kills - 1))
        assert not m.Site.objects.exists()
        assert api.streams() == []
    restore(really=True, reason="r", ordered_by="o")
    assert list(compare(rebuild())) == []
    record_property("restores killed", kills)


def test_killed_at_random_moments_a_restore_is_whole_or_nothing(
    empty: Database,
    databases: Databases,
    record_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(11)
    whole, kills = 0, tries(2, 30)
    for _ in range(kills):
        with databases.fresh(empty.folder) as fresh, connected_to(fresh):
            killed(chance.uniform(0.02, 2.5), None)
            if m.Site.objects.exists():
                whole += 1
                assert list(compare(rebuild())) == []
            else:
                assert api.streams() == []
    record_property("restores killed at random", kills)
    record_property("of them whole by then", whole)
