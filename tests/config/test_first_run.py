"""`bin/run --new` at a terminal: wrong answers are asked again, and what was set up holds at later starts."""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import scale
from tests.config.test_run import clean_environ, eventually, free_port
from tests.databases import PROJECT

pytestmark = pytest.mark.slow
PASSWORDS = ("a long password 1", "another long one 2")

# What the question begins with, what is typed one after the other, and what is said to the wrong ones.
ANSWERS: list[tuple[str, list[str], list[str]]] = [
    ("Organisation that runs", ["", "Institute"], ["Fill this in."]),
    ("Its name in the other script", ["测绘院"], []),
    ("Its country", ["China", "XX", "cn"], ["There is no country China", "There is no country XX"]),
    ("Name of this site", ["First site"], []),
    ("Time zone", ["Mars/Base", "asia/shanghai"], ["There is no time zone Mars/Base"]),
    ("Number", ["9", "1"], ["9 is not among them"]),
    ("Number", ["zhejiang", "2"], ["zhejiang is not among them"]),
    ("Number", ["0", "4"], ["0 is not among them"]),
    ("Number", ["none"], []),
    ("Name", ["Ann Lee"], []),
    ("Staff number", ["A-1"], []),
    ("User name", ["ann lee", "ann"], ["no blanks"]),
    ("Password", ["short", "password1234"], ["too short", "too common"]),
    ("Password", [PASSWORDS[0]], []),
    ("The same again", ["not the same"], ["These two are not the same"]),
    ("Password", [PASSWORDS[0]], []),
    ("The same again", [PASSWORDS[0]], []),
    ("Name", ["ann lee", "Ben Lee"], ["The two administrators are two people"]),
    ("Staff number", ["A-1", "A-2"], ["has this staff number already"]),
    ("User name", ["ANN", "ben"], ["signs in with this name"]),
    ("Password", [PASSWORDS[0], PASSWORDS[1]], ["has this password"]),
    ("The same again", [PASSWORDS[1]], []),
    ("Set the site up like this?", ["maybe", "yes"], ["Type yes or no."]),
]


class Terminal:
    """One `bin/run` at a terminal of its own."""

    def __init__(self, var: Path, *options: str, site_url: str = "") -> None:
        self.var, self.port, self.said = var, free_port(), ""
        environ = {
            **clean_environ(),
            "SECOND_FACTOR": "offered",
            **({"SITE_URL": site_url} if site_url else {}),
        }
        command = [str(PROJECT / "bin" / "run"), *options, f"--var={var}", f"--port={self.port}"]
        self.mine, theirs = pty.openpty()
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
        os.close(theirs)

    def until(self, *endings: str, seconds: float = 120) -> str:
        """Read until the screen ends with, or for a word of several letters shows, one of these."""
        begun, last = len(self.said), time.monotonic() + seconds
        while time.monotonic() < last:
            new = self.said[begun:]
            if any(new.endswith(end) if end == ": " else end in new for end in endings):
                return new
            try:
                self.said += os.read(self.mine, 4096).decode(errors="replace")
            except OSError:  # the other side is closed
                return self.said[begun:]
        raise AssertionError(f"neither of {endings} within {seconds} s:\n{self.said}")

    def type(self, line: str) -> None:
        os.write(self.mine, f"{line}\n".encode())

    def end(self) -> int:
        """Ask it to end and read what it still says."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.until("\0")  # until it is closed
        os.close(self.mine)
        return self.process.wait(60)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="hfnew"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def answered(terminal: Terminal) -> None:
    """Give every answer, the wrong ones first, and see that each wrong one is told at once."""
    shown = terminal.until(": ")
    for question, typed, faults in ANSWERS:
        assert shown.rstrip(": ").splitlines()[-1].startswith(question), shown
        for number, line in enumerate(typed):
            terminal.type(line)
            fault = faults[number] if number < len(faults) else ""
            if question.startswith("Set the site up") and line == "yes":
                return
            shown = terminal.until(": ")
            assert fault in shown, shown


def page(port: int, path: str, cookies: dict[str, str], form: dict[str, str] | None = None) -> str:
    """Return a page as a browser gets it; cookies are kept by hand, since those of a real site are Secure."""
    connection = http.client.HTTPConnection("localhost", port, timeout=20)
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()), "Accept-Language": "en"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urllib.parse.urlencode(form) if form is not None else None
    connection.request("GET" if form is None else "POST", path, body, headers)
    answer = connection.getresponse()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            cookies[key] = rest.partition(";")[0]
    text = answer.read().decode()
    connection.close()
    return text


def home_of(port: int, user: str, password: str) -> str:
    cookies: dict[str, str] = {}
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page(port, "/account/login/", cookies))
    assert token
    form = {"login": user, "password": password, "csrfmiddlewaretoken": token[1]}
    page(port, "/account/login/", cookies, form)
    return page(port, "/", cookies)


def refused(var: Path, *options: str) -> str:
    done = subprocess.run(
        [PROJECT / "bin" / "run", *options, f"--var={var}", f"--port={free_port()}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=clean_environ(), timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_real_site_from_its_first_question_to_its_second_start(folder: Path) -> None:
    first = Terminal(folder / "var", "--new")
    try:
        answered(first)
        said = first.until("Ctrl-C")
        assert "http://localhost:" in said and "ann / ben" in said
        assert [n for n in (1, 2, 3, 4) if f"  {n}. " in said] == [1, 2, 3]
        assert not any(password in first.said for password in PASSWORDS)
        for user, password in zip(("ann", "ben"), PASSWORDS, strict=True):
            home = home_of(first.port, user, password)
            assert "Up to the first handoff: 0 of 10 steps done" in home
    finally:
        first.end()
    origin = (folder / "var" / "trust" / "log.vkey").read_text().partition("+")[0]
    assert re.fullmatch(r"localhost/ledger/[0-9a-f]{16}", origin)

    site_json = folder / "var" / "site.json"
    site_json.write_text(json.dumps({"demo": True}))
    assert "Neither becomes the other" in refused(folder / "var")
    site_json.unlink()  # the database still knows what it is

    second = Terminal(folder / "var", "--new")
    try:
        assert "A real site stands here already" in second.until("Ctrl-C")
        assert json.loads(site_json.read_text()) == {"demo": False}
        assert eventually(lambda: "+08:00" in home_of(second.port, "ben", PASSWORDS[1]))
    finally:
        second.end()


@pytest.mark.parametrize("how", ["Ctrl-C", "end of input", "kill"] if scale.FULL else ["kill"])
def test_breaking_off_leaves_nothing_and_says_so(folder: Path, how: str) -> None:
    terminal = Terminal(folder / "var", "--new")
    terminal.until(": ")
    terminal.type("Institute")
    terminal.until(": ")
    if how == "end of input":
        os.write(terminal.mine, b"\x04")
    else:
        terminal.process.send_signal(signal.SIGINT if how == "Ctrl-C" else signal.SIGTERM)
    said = terminal.until("Nothing was set up")
    assert "Nothing was set up" in said and "Traceback" not in said
    terminal.end()
    for name in ("site.json", "keys", "trust"):
        assert not (folder / "var" / name).exists(), name
    assert "--operator, --country, --name, --time-zone" in refused(folder / "var", "--new")
    assert not (folder / "var" / "site.json").exists()


def test_a_site_behind_tls_is_named_by_its_host(folder: Path) -> None:
    terminal = Terminal(folder / "var", "--new", site_url="https://custody.example")
    try:
        answered(terminal)
        assert "https://custody.example" in terminal.until("Ctrl-C")
        assert (folder / "var" / "trust" / "log.vkey").read_text().startswith("custody.example/ledger/")
        assert terminal.process.poll() is None
    finally:
        terminal.end()
