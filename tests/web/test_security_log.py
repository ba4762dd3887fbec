"""The security log: who came, who was turned away, what access changed; nothing secret, one line each."""

from __future__ import annotations

import json
import logging
import logging.config
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from config import env
from custody.actions import keys
from custody.actions.base import Actor
from custody.security_log import OneLine, SecurityLine, log
from custody.stories.cast import PASSWORD
from tests.web.scene import Scene


class Kept(logging.Handler):
    """Keeps the lines that a file would get."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(SecurityLine())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def events(self, **like: Any) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.lines]
        return [one for one in found if like.items() <= one.items()]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept()
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


def signs_in(name: str, password: str) -> Any:
    return Client().post(reverse("account_login"), {"login": name, "password": password})


def test_who_comes_and_who_goes_is_told_with_address_and_id(scene: Scene, kept: Kept) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_login"), {"login": "mei", "password": PASSWORD})
    client.post(reverse("account_logout"))
    mei = scene.user("mei")
    (came,) = kept.events(event="signed_in")
    assert (came["user"], came["person"], came["from"]) == (str(mei.pk), str(mei.person_id), "192.0.2.7")
    assert came["at"].endswith("Z")
    assert kept.events(event="signed_out", user=str(mei.pk))


def test_a_wrong_password_is_told_with_the_name_only_where_somebody_has_it(scene: Scene, kept: Kept) -> None:
    signs_in("mei", "wrong-password-typed")
    signs_in("my-password-in-the-wrong-field", "x")
    assert [one["name"] for one in kept.events(event="sign_in_failed")] == ["mei", None]
    assert "wrong-password-typed" not in "".join(kept.lines)
    assert "wrong-field" not in "".join(kept.lines)


def test_a_lock_a_forbidden_page_and_an_unknown_key_are_told(scene: Scene, kept: Kept) -> None:
    for _ in range(5):
        signs_in("mei", "wrong")
    assert kept.events(event="too_many", path=reverse("account_login"))
    assert scene.client("tao").get(reverse("queue")).status_code in (200, 403)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.user("heng"), backend="custody.web.accounts.SignInBackend")
    assert strict.post(reverse("account_logout")).status_code == 403
    assert kept.events(event="forbidden", user=str(scene.user("heng").pk))
    assert Client().get("/api/v1/projects/", headers={"authorization": "Bearer hf_none"}).status_code == 401
    assert kept.events(event="unknown_key", path="/api/v1/projects/")


def test_a_change_of_access_is_told_by_the_id_of_its_entry_and_by_nothing_of_its_content(
    scene: Scene, kept: Kept
) -> None:
    user = scene.user("mei")
    outcome, key = keys.issue(Actor.of(user), user=user.pk, name="secret name", scopes=keys.SCOPES, days=1)
    (told,) = kept.events(event="entry", entry=str(outcome.entry))
    assert told["kind"].startswith("key.issued/") and told["actor"] == str(user.person_id)
    assert key not in "".join(kept.lines) and "secret name" not in "".join(kept.lines)


def test_an_act_that_concerns_no_access_is_left_to_the_ledger(scene: Scene, kept: Kept) -> None:
    form = scene.offer_form()
    assert scene.client("mei").post(reverse("handoff_new", args=[scene.project.id]), form).status_code == 302
    assert not kept.events(event="entry")


@pytest.mark.parametrize(
    "typed", ["a\nb", "a\r\n2026-01-01 CRITICAL forged", "\x1b[2J\x07", "a\u2028b\u202eb"]
)
def test_what_is_typed_begins_no_line_of_any_log_and_steers_no_terminal(typed: str) -> None:
    record = logging.LogRecord("custody", logging.WARNING, "x.py", 1, "asked for %s", (typed,), None)
    line = OneLine("{levelname} {message}", style="{").format(record)
    assert line.isprintable() and line.startswith("WARNING asked for ")


def test_a_fault_keeps_its_trace() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("custody", logging.ERROR, "x.py", 1, "failed", (), told)
    line = OneLine("{levelname} {message}", style="{").format(record)
    assert line.startswith("ERROR failed\nTraceback") and line.endswith("ValueError: broken")


def test_an_address_that_was_typed_is_told_as_text(scene: Scene, kept: Kept) -> None:
    Client().get('/api/v1/projects/%0a{"event":"signed_in"}', headers={"authorization": "Bearer x"})
    assert len(kept.lines) == len(kept.events()) and not kept.events(event="signed_in")


def test_every_program_log_of_the_site_is_cleaned() -> None:
    logs: Any = site.LOGGING
    assert {h["formatter"] for h in logs["handlers"].values()} == {"line", "security"}
    assert logs["formatters"]["line"]["()"] == "custody.security_log.OneLine"


def lines_to(target: dict[str, Any], said: str) -> None:
    made = {"version": 1, "disable_existing_loggers": False, "formatters": site.LOGGING["formatters"]}
    made |= {"handlers": {"security": {"formatter": "security", **target}}}
    made |= {"loggers": {"tests.security": {"handlers": ["security"], "level": "INFO", "propagate": False}}}
    logging.config.dictConfig(made)
    logger = logging.getLogger("tests.security")
    logger.info("%s", json.dumps({"event": said}))
    for handler in list(logger.handlers):
        handler.close()
        logger.removeHandler(handler)


def test_it_goes_to_a_file_that_only_the_site_reads_and_is_not_begun_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "security.log"
    monkeypatch.setenv("SECURITY_LOG", str(path))
    for said in ("one", "two"):
        lines_to(env.log_target("SECURITY_LOG"), said)
    assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == ["one", "two"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_goes_to_the_syslog_of_the_machine_or_of_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    here.bind(str(tmp_path / "log"))
    there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    there.bind(("127.0.0.1", 0))
    for server, target in (
        (here, f"syslog:{tmp_path}/log"),
        (there, f"syslog:127.0.0.1:{there.getsockname()[1]}"),
    ):
        server.settimeout(10)
        monkeypatch.setenv("SECURITY_LOG", target)
        lines_to(env.log_target("SECURITY_LOG"), "told")
        assert b'"event": "told"' in server.recv(4096)
        server.close()


@pytest.mark.parametrize(
    "target",
    ["security.log", "syslog:", "syslog:host", "syslog:host:0", "syslog:/no/socket", "/no/such/folder/log"],
)
def test_a_target_that_is_none_stops_the_start_by_name(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.setenv("SECURITY_LOG", target)
    with pytest.raises(ImproperlyConfigured, match="SECURITY_LOG"):
        env.log_target("SECURITY_LOG")
