"""`bin/run` sets up, serves, restarts what falls, and leaves nothing behind however it ends."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import bootstrap, gunicorn
from tests.databases import PROJECT
from tests.scale import share

pytestmark = pytest.mark.slow
NAME = "custody.holdfast.test"


def clean_environ() -> dict[str, str]:
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HOLDFAST_", "DATABASE_", "DJANGO_", "PYTEST_", "REDIS_", "LC_", "LANG"))
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if true():
            return True
        time.sleep(0.1)
    return False


class Site:
    """One `bin/run` on a folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.output = var.parent / "output"

    def start(self, *options: str) -> float:
        """Start it, wait for the first page, and return how long that took."""
        begun = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [PROJECT / "bin" / "run", f"--port={self.port}", f"--var={self.var}", *options],
                stdout=output,
                stderr=output,
                env=clean_environ(),
            )
        assert eventually(lambda: self.process.poll() is not None or "Ctrl-C" in self.said(), 120)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.said()
        return time.monotonic() - begun

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/account/login/", timeout=60) as page:
                return bool(page.status == 200)
        except urllib.error.HTTPError:
            return False
        except OSError:
            return False

    def tree(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        assert self.process is not None
        for process in psutil.Process(self.process.pid).children():
            if any(word in part for part in process.cmdline()):
                return process
        raise AssertionError(f"no {word} among the children")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="hfrun"))
    folder.chmod(0o755)
    site = Site(folder / "var")
    yield site
    if site.process is not None and site.process.poll() is None:
        site.process.terminate()
        site.process.wait(60)
    shutil.rmtree(folder)


@pytest.fixture
def running(site: Site) -> Site:
    if site.process is None or site.process.poll() is not None:
        site.start()
    return site


def test_it_serves_and_prints_the_address(running: Site) -> None:
    assert running.serves(), running.said()
    assert f"http://localhost:{running.port}" in running.said()


def test_what_the_security_log_says_lies_in_its_file_and_not_on_the_terminal(running: Site) -> None:
    path = running.var / "log" / "security.log"
    assert '"kind": "sign_in.given/' in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert '"event"' not in running.said()


def test_manage_py_works_in_another_shell_meanwhile(running: Site) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(running.var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "word", ["gunicorn", "celery", "ledger_seal", "witnesses/north", "valkey-server", "postgres"]
)
def test_a_killed_child_is_started_again(running: Site, word: str) -> None:
    before = running.child(word)
    family = before.children(recursive=True)
    before.kill()

    def again() -> bool:
        try:
            return running.child(word).pid != before.pid
        except (AssertionError, psutil.NoSuchProcess):
            return False

    assert eventually(again), running.said()
    assert eventually(running.serves), running.said()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def test_a_taken_port_is_named_with_the_option_that_helps(running: Site) -> None:
    done = subprocess.run(
        [PROJECT / "bin" / "run", f"--port={running.port}", f"--var={running.var.parent / 'other'}"],
        capture_output=True,
        text=True,
        env=clean_environ(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"Port {running.port} is taken" in done.stderr
    assert f"--port {running.port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_in_use_is_refused_in_words(running: Site) -> None:
    done = subprocess.run(
        [PROJECT / "bin" / "run", f"--port={free_port()}", f"--var={running.var}"],
        capture_output=True,
        text=True,
        env=clean_environ(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "already runs" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert running.serves()
    assert (running.var / "run" / "urls.json").exists(), "the way to the running site's engine stays"


def test_a_demonstration_never_becomes_a_real_site(running: Site) -> None:
    running.process.send_signal(signal.SIGINT)  # type: ignore[union-attr]
    running.process.wait(60)  # type: ignore[union-attr]
    done = subprocess.run(
        [PROJECT / "bin" / "run", "--new", f"--port={free_port()}", f"--var={running.var}"],
        capture_output=True,
        text=True,
        env=clean_environ(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "holds a demonstration" in done.stdout


@pytest.mark.parametrize(
    "number", share([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], 3), ids=lambda s: s.name
)
def test_it_ends_cleanly_when_asked(running: Site, number: signal.Signals) -> None:
    family = running.tree()
    assert running.process is not None
    running.process.send_signal(number)
    assert running.process.wait(60) == 0
    _, alive = psutil.wait_procs(family, timeout=1)
    assert alive == []
    assert not (running.var / "run" / "urls.json").exists()
    assert "Traceback" not in running.said()


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_serves(running: Site) -> None:
    family = running.tree()
    assert len(family) >= 8
    assert running.process is not None
    told = {process.pid: (process.ppid(), process.cmdline()) for process in family}
    running.process.kill()
    running.process.wait()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert [told[process.pid] for process in alive] == []
    running.start()
    assert running.serves()


def test_a_later_start_serves_within_ten_seconds(running: Site) -> None:
    taken = []
    for _ in range(3):  # the machine may be busy with other tests
        assert running.process is not None
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)
        taken.append(running.start())
        if taken[-1] < 10:
            return
    raise AssertionError(f"three later starts took {taken} seconds")


@pytest.fixture
def by_tls(site: Site) -> Iterator[Site]:
    """The same demonstration, under a certificate of its own."""
    stop(site)
    site.start(f"--tls={NAME}")
    yield site
    stop(site)


def stop(site: Site) -> None:
    if site.process is not None and site.process.poll() is None:
        site.process.terminate()
        assert site.process.wait(60) == 0


def fetched(site: Site, path: str = "/account/login/") -> http.client.HTTPResponse:
    """Return a page as who trusts the authority gets it."""
    authority = site.var / "tls" / NAME / "authority.pem"
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=150)
    connection.connect()
    context = ssl.create_default_context(cafile=authority)
    connection.sock = context.wrap_socket(connection.sock, server_hostname=NAME)
    connection.request("GET", path, headers={"Host": f"{NAME}:{site.port}"})
    answer = connection.getresponse()
    answer.read()
    return answer


def test_under_its_own_certificate_it_speaks_tls_alone(by_tls: Site) -> None:
    log = by_tls.var / "log" / "web.log"
    told_before = log.stat().st_size
    assert f"https://{NAME}:{by_tls.port}" in by_tls.said()
    assert str(by_tls.var / "tls" / NAME / "authority.pem") in by_tls.said()
    assert f"knows no address of {NAME}" in by_tls.said() and "Only this machine" in by_tls.said()
    page = fetched(by_tls)
    assert page.status == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    cookies = page.headers.get_all("Set-Cookie") or []
    assert any(cookie.startswith("__Host-csrf=") and "Secure" in cookie for cookie in cookies)
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://localhost:{by_tls.port}/account/login/", timeout=60)
    # manage.py in another shell calls the site by the same address.
    asked = "from django.conf import settings; print(settings.SITE_URL, settings.SESSION_COOKIE_NAME)"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", asked],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(by_tls.var)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [f"https://{NAME}:{by_tls.port}", "__Host-session"]
    # Whoever connects and says nothing, before the handshake or after it, gets no thread for long: of them
    # there are more than threads, and a page comes all the same.
    context = ssl.create_default_context(cafile=by_tls.var / "tls" / NAME / "authority.pem")
    after = socket.create_connection(("127.0.0.1", by_tls.port), timeout=60)
    silent: list[socket.socket] = [context.wrap_socket(after, server_hostname=NAME)]
    for _ in range(2 * gunicorn.threads + 8):
        silent.append(socket.create_connection(("127.0.0.1", by_tls.port)))
        silent[-1].send(b"\x16\x03\x01")  # the beginning of a handshake
    assert fetched(by_tls).status == 200
    for one in silent:
        one.close()
    assert b"Traceback" not in log.read_bytes()[told_before:]


def test_a_demonstration_is_not_opened_to_other_machines(site: Site) -> None:
    stop(site)
    done = subprocess.run(
        [PROJECT / "bin" / "run", f"--var={site.var}", f"--tls={NAME}", "--listen=0.0.0.0"],
        capture_output=True,
        text=True,
        env=clean_environ(),
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "served to this machine only" in done.stdout and "Traceback" not in done.stdout + done.stderr


def test_byte_code_is_kept_in_the_sites_folder_where_the_machine_forbids_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each of a site's processes would compile all that it loads."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    environ = bootstrap.environment(tmp_path)
    subprocess.run([sys.executable, "-c", "import config.words"], cwd=PROJECT, env=environ, check=True)
    kept = tmp_path / "cache" / "pycache" / PROJECT.relative_to("/") / "config"
    assert list(kept.glob("words.*.pyc"))


def test_an_old_python_gets_a_word_instead_of_a_traceback(tmp_path: Path) -> None:
    """The scripts must parse on old versions: their syntax is checked against Python 3.7's grammar."""
    import ast

    for name in ("run", "test"):
        ast.parse((PROJECT / "bin" / name).read_text(encoding="utf-8"), feature_version=(3, 7))
    script = (PROJECT / "bin" / "run").read_text(encoding="utf-8").replace("(3, 11)", "(9, 0)")
    (tmp_path / "run").write_text(script)
    done = subprocess.run(
        [sys.executable, tmp_path / "run"], capture_output=True, text=True, env={"PATH": ""}, check=False
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr
