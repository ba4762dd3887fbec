"""`manage.py setup_site` without a terminal: what is missing or wrong is said, and nothing is half set up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from custody import checks
from custody import models as m
from custody.apply import rebuild
from custody.compare import compare
from custody.management.site_questions import OPTIONS
from custody.stories import cast as people
from custody.terms import Role

Given = dict[str, str]


@pytest.fixture
def given(db: None, settings: Any, tmp_path: Path) -> Iterator[Given]:
    """Every option, right."""
    settings.TERMINAL_LANGUAGE, settings.TIME_ZONE_GIVEN = "en", False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for number, password in (("1", "a long password 1\n"), ("2", "another long one 2\n"), ("short", "x\n")):
        (tmp_path / number).write_text(password)
    (tmp_path / "two").write_text("a long password\non two lines\n")
    yield {
        "operator": "Institute",
        "country": "CN",
        "name": "Site",
        "time_zone": "Asia/Shanghai",
        "regime": "cn_surveying",
        "province": "cn_surveying_zhejiang",
        "level": "jimi",
        "network": "none",
        "admin_name": "Ann",
        "admin_number": "A-1",
        "admin_user": "ann",
        "admin_password_file": str(tmp_path / "1"),
        "admin2_name": "Ben",
        "admin2_number": "A-2",
        "admin2_user": "ben",
        "admin2_password_file": str(tmp_path / "2"),
    }


def set_up(given: Given, **changes: str | None) -> str:
    out = io.StringIO()
    call_command("setup_site", stdout=out, **{k: v for k, v in {**given, **changes}.items() if v is not None})
    return out.getvalue()


def refused(given: Given, **changes: str | None) -> str:
    """Return what is said instead; status 2, and no row, key or log is left."""
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "setup_site", stderr=err, **{k: v for k, v in {**given, **changes}.items() if v is not None}
        )
    assert ended.value.code == 2
    for model in (m.Site, m.Party, m.Person, m.User, m.System, m.RegimePack):
        assert not model._default_manager.exists(), model
    return err.getvalue()


def test_both_administrators_hold_the_role_at_the_house_and_the_ledger_tells_it_all(given: Given) -> None:
    said = set_up(given, operator_other_name="测绘院")
    assert "ann / ben" in said and "1. Register the parties" in said
    site = m.Site.objects.get()
    assert (site.time_zone, site.regime, site.demo) == ("Asia/Shanghai", "cn_surveying_zhejiang", False)
    assert (site.operator.name, site.operator.other_name) == ("Institute", "测绘院")
    assert site.system.levels == {"cn_surveying": "jimi"}
    for user in m.User.objects.all():
        assert user.in_house and user.roles() == {Role.ADMINISTRATOR}
    assert m.User.objects.get(username="ben").check_password("another long one 2")
    assert list(compare(rebuild())) == []


def test_all_that_is_missing_is_named_together(given: Given) -> None:
    said = refused({})
    for name in set(OPTIONS) - {"operator_other_name", "province"}:
        assert f"--{name.replace('_', '-')}" in said
    assert "--province" not in said
    assert "these options: --province" in refused(given, province=None)
    assert "--admin2-password-file" in refused(given, admin2_password_file=None)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("time_zone", "Mars/Base", "--time-zone: There is no time zone Mars/Base"),
        ("time_zone", "../../etc/passwd", "no time zone"),
        ("country", "XX", "There is no country XX"),
        ("country", "\0", "characters that cannot be recorded"),
        ("regime", "base", "base is not among them"),
        ("province", "cn_surveying_tibet", "--province: cn_surveying_tibet is not among them"),
        ("level", "cui", "--level: cui is not among them"),
        ("network", "wifi", "wifi is not among them"),
        ("name", "x" * 201, "--name: This is too long"),
        ("name", "  ", "--name: Fill this in."),
        ("operator", "\ud800", "characters that cannot be recorded"),
        ("admin_number", "1" * 41, "too long"),
        ("admin_user", "a b", "no blanks"),
        ("admin2_name", "ann", "two people"),
        ("admin2_number", "a-1", "has this staff number already"),
        ("admin2_user", "ANN", "signs in with this name"),
    ],
)
def test_a_wrong_option_is_said_plainly(given: Given, option: str, value: str, words: str) -> None:
    said = refused(given, **{option: value})
    assert words in said and said.endswith("Nothing was set up.\n")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("short", "too short"),
        ("two", "more than one line"),
        ("none", "cannot be read: No such file"),
        ("1", "The first administrator has this password"),
        (".", "cannot be read"),
    ],
)
def test_a_wrong_password_file_is_said_plainly(given: Given, tmp_path: Path, file: str, words: str) -> None:
    said = refused(given, admin2_password_file=str(tmp_path / file))
    assert "--admin2-password-file: " in said and words in said
    assert "long password" not in said


@pytest.mark.parametrize(
    ("regime", "province", "level", "pack"),
    [
        ("cn_surveying", "none", "jimi", "cn_surveying"),
        ("cn_surveying_beijing", None, "mimi", "cn_surveying_beijing"),
        ("generic", None, "open", "generic"),
        ("us_cui", "none", "cui", "us_cui"),
    ],
)
def test_a_province_is_asked_where_there_is_one(
    given: Given, regime: str, province: str | None, level: str, pack: str
) -> None:
    set_up(given, regime=regime, province=province, level=level)
    assert m.Site.objects.get().regime == pack


@pytest.mark.parametrize(
    ("regime", "words"),
    [("cn_surveying_beijing", "names another province"), ("generic", "has no provinces")],
)
def test_a_province_that_does_not_belong_is_refused(given: Given, regime: str, words: str) -> None:
    assert words in refused(given, regime=regime, level="open")


def test_it_speaks_chinese_on_a_chinese_terminal(given: Given, settings: Any) -> None:
    settings.TERMINAL_LANGUAGE = "zh-hans"
    assert "没有时区“Mars”" in refused(given, time_zone="Mars")
    said = set_up(given)
    assert "两位管理员可以登录：ann / ben" in said and "登记往来单位" in said
    assert translation.get_language() == "en"


def test_set_up_twice_changes_nothing(given: Given) -> None:
    set_up(given)
    before = m.User.objects.count()
    assert "set up already" in set_up(given, admin_user="eve")
    assert set_up({}) == ""
    assert m.User.objects.count() == before and not m.User.objects.filter(username="eve").exists()


def test_neither_kind_of_site_becomes_the_other(given: Given, cast: people.Cast) -> None:
    for demo, words in ((True, "never becomes a real site"), (False, "never becomes a demonstration")):
        m.Site.objects.update(demo=demo)
        err = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("setup_site", demo=not demo, stderr=err)
        assert ended.value.code == 2 and words in err.getvalue()


def test_a_real_site_is_not_served_as_a_demo(given: Given, settings: Any) -> None:
    set_up(given)
    found = []
    for settings.DEMO in (True, False):
        found.append([fault.id for fault in checks.walls_stand(["default"])])
    assert found == [["custody.E002"], []]


@pytest.mark.parametrize("name", ["keys/log.pem", "trust/log.vkey"])
def test_the_keys_of_another_ledger_are_not_used_again(given: Given, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("theirs")
    assert "belongs to a ledger that stands already" in refused(given)
    assert (tmp_path / name).read_text() == "theirs"


@pytest.mark.parametrize("demo", [True, False])
def test_a_site_whose_database_was_lost_is_not_asked_anything_and_hears_of_the_restore(
    given: Given, tmp_path: Path, demo: bool
) -> None:
    (tmp_path / "keys/log.pem").write_text("ours")
    err = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("setup_site", demo=demo, stderr=err)
    assert ended.value.code == 2
    assert "manage.py ledger_restore" in err.getvalue()
    assert "options" not in err.getvalue()
    assert not m.Site.objects.exists()


def test_keys_of_a_set_up_that_failed_are_taken_away(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database says no at the last moment: the same user name came in by another way."""
    monkeypatch.setattr("custody.management.site_questions._user_name", lambda answer: "same")
    monkeypatch.setattr("custody.management.site_questions._other_than", lambda taken, words: str)
    assert "This user name is taken." in refused(given)
    assert not [*(tmp_path / "keys").iterdir(), *(tmp_path / "trust").iterdir()]
    monkeypatch.undo()
    set_up(given)
