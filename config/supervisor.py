"""One tree of processes: PostgreSQL, Valkey, web, worker with beat, sealer; in a demo witnesses and a clock.

`bin/run` becomes this process. Every child ends when it ends, even by SIGKILL (see config.process); a child
that ends by itself is started again, after 1, 2, 4 ... 30 seconds. What children say goes to
`var/log/<name>.log`, and in short to the screen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from config import bootstrap, time_authority, tls, web, witnesses
from config.child import Child, say
from config.embedded import Engine
from config.folders import AlreadyRunning, EngineError, set_aside, write_private
from config.process import end, spawn
from config.words import words

PROJECT = bootstrap.PROJECT
LONGEST_PAUSE = 30.0
STEADY = 60.0  # a child that lived this long starts again without a pause
PATIENCE = 60.0  # for the first page
NOTHING_SET_UP = 2  # what `manage.py setup_site` ends with when it began nothing


class Stop(Exception):
    """The person pressed Ctrl-C, or the system asked us to end."""


class NothingSetUp(EngineError):
    """Set-up was refused or broken off, and has said so itself: no site was begun."""


class Supervisor:
    """Sets a site up, serves it, and takes everything down again."""

    def __init__(
        self, var: Path, port: int, new: bool, name: str | None = None, listen: str = tls.LOOPBACK
    ) -> None:
        self.var, self.port, self.new, self.name, self.listen = var, port, new, name, listen
        self.environ = bootstrap.environment(var)
        tail = "" if port == 443 else f":{port}"
        self.environ.setdefault("SITE_URL", f"https://{name}{tail}" if name else f"http://localhost:{port}")
        self.files: tls.Files | None = None
        self._renewed = time.monotonic()
        self.engine: Engine | None = None
        self.children: list[Child] = []

    # --- set-up -----------------------------------------------------------------------------------------

    def set_up(self) -> None:
        """Engine, kind of site, schema, first contents. Quick when nothing has changed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        if self.name:
            self._certify(self.name)
        if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
            for name in ("log", "run"):
                (self.var / name).mkdir(parents=True, exist_ok=True)
        else:
            say(words("Starting PostgreSQL and Valkey", "正在启动 PostgreSQL 和 Valkey"))
            self.engine = Engine(self.var, say=say)
            urls = {**self.engine.start(), "SITE_URL": self.environ["SITE_URL"]}
            # So that manage.py in another shell names the site as this one does.
            write_private(self.var / "run" / "urls.json", json.dumps(urls, indent=1))
            shutil.rmtree(self.var / "tmp", ignore_errors=True)
        self.environ.setdefault("SECURITY_LOG", str(set_aside(self.var / "log" / "security.log")))
        # A worker that is killed takes nothing away: what it left lies where the next start clears it.
        (self.var / "tmp").mkdir(mode=0o700, exist_ok=True)
        self.environ["TMPDIR"] = str(self.var / "tmp")
        demo = self._kind_of_site()
        if demo and not ip_address(self.listen).is_loopback:
            raise EngineError(
                words(
                    "Everybody knows the password of a demonstration: it is served to this machine only. "
                    "Leave --listen out, or make a real site: bin/run --new --var DIR",
                    "演示站点的密码人人皆知，因此只向本机开放。请去掉 --listen，"
                    "或创建正式站点：bin/run --new --var DIR",
                )
            )
        fresh = self._site_in_database() is None
        stamp = self._stamp(demo)
        if self._stamp_in_database() == stamp:
            return
        try:
            say(words("Preparing the tables", "正在准备数据表"))
            self.manage("migrate", "--no-input", "--verbosity=0")
            say(words("Setting up the site", "正在设置站点"))
            self.manage("setup_site", *(["--demo"] if demo else []))
        except (EngineError, Stop):
            if self._site_in_database() is None:  # nothing was begun: the folder may become either kind
                (self.var / "site.json").unlink(missing_ok=True)
            raise
        former = witnesses.appoint(self.var, self._trust, fresh=fresh) if demo else None
        if former is not None:
            say(
                words(
                    "This demonstration has two witnesses of its own from now on. What it issued before "
                    f"falls short of the new policy, and is verified with --trust {former}",
                    "本演示站点从现在起有两个见证方。此前出具的文件达不到新策略的要求，"
                    f"核验时请用 --trust {former}",
                )
            )
        write_private(self.var / "signins.txt", self._signins() if demo else "")
        self._write_stamp(stamp)

    def manage(self, *arguments: str) -> None:
        """Run a management command to its end; raises EngineError with its name when it fails."""
        status = self.run_command(*arguments)
        if status == NOTHING_SET_UP and arguments[0] == "setup_site":
            raise NothingSetUp
        if status != 0:
            raise EngineError(
                words(
                    f"manage.py {arguments[0]} failed (see above).",
                    f"manage.py {arguments[0]} 失败（见上文）。",
                )
            )

    def run_command(self, *arguments: str) -> int:
        """Run a management command on this terminal and return its status."""
        command = [sys.executable, "manage.py", *arguments]
        process = spawn(command, stdin=None, cwd=PROJECT, environ=self.environ)
        try:
            return process.wait()
        except Stop:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
            # Once more: one that comes just before it reads the terminal waits until a line is typed.
            end(process, signal.SIGTERM, 10)
            raise

    def _signins(self) -> str:
        """Return who can sign in to the demo, asked once: a later start need not wait for the answer."""
        process = spawn(
            [sys.executable, "manage.py", "demo_signins"],
            cwd=PROJECT,
            environ=self.environ,
            stdout=subprocess.PIPE,
        )
        return process.communicate()[0].decode()

    def _kind_of_site(self) -> bool:
        """Return whether this is a demo; settled once for a folder, and never changed into the other.

        The database knows best; ``site.json`` says it to the settings, and before anything was set up.
        """
        path = self.var / "site.json"
        standing = self._site_in_database()
        said = json.loads(path.read_text(encoding="utf-8")).get("demo") if path.exists() else None
        if standing is not None and said is not None and standing != bool(said):
            raise EngineError(
                words(
                    f"{path} and the database do not agree whether this is a demonstration. Neither becomes "
                    "the other: put the file back, or name the database that belongs to this folder.",
                    f"{path} 与数据库对是否为演示站点的记录不一致。二者不能互相转换："
                    "请恢复该文件，或指定属于此目录的数据库。",
                )
            )
        demo = standing if standing is not None else bool(said) if said is not None else not self.new
        if demo and self.new:
            raise EngineError(
                words(
                    f"{self.var} holds a demonstration, which never becomes a real site. "
                    "Choose another folder: bin/run --new --var DIR",
                    f"{self.var} 是演示站点，不能变为正式站点。请换一个目录：bin/run --new --var DIR",
                )
            )
        if standing is False and self.new:
            say(
                words(
                    "A real site stands here already; it is started as it is.",
                    "此处已有正式站点，按原样启动。",
                )
            )
        if said is None:
            write_private(path, json.dumps({"demo": demo}))
        return demo

    def _site_in_database(self) -> bool | None:
        """Return whether the site in the database is a demo, None where none was set up yet."""
        with psycopg.connect(self._owner_url()) as connection:
            there = connection.execute("SELECT to_regclass('public.custody_site') IS NOT NULL").fetchone()
            if there is None or not there[0]:
                return None
            row = connection.execute("SELECT demo FROM custody_site").fetchone()
        return None if row is None else bool(row[0])

    def _owner_url(self) -> str:
        if self.engine is not None:
            return self.engine.urls()["DATABASE_OWNER_URL"]
        file = os.environ.get("DATABASE_OWNER_URL_FILE")
        return Path(file).read_text(encoding="utf-8").strip() if file else os.environ["DATABASE_OWNER_URL"]

    def _stamp(self, demo: bool) -> str:
        """Hash everything that set-up depends on: our code and the pinned requirements."""
        digest = hashlib.sha256(str(demo).encode())
        files = [PROJECT / "requirements.txt"]
        for room in ("config", "custody", "ledger"):
            files += [p for p in (PROJECT / room).rglob("*") if p.suffix in {".py", ".yaml", ".sql", ".json"}]
        for path in sorted(files):
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return f"holdfast set-up {digest.hexdigest()}"

    def _stamp_in_database(self) -> str | None:
        """Read the stamp where it cannot part from the data: the comment on the database."""
        with psycopg.connect(self._owner_url()) as connection:
            row = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                "WHERE datname = current_database()"
            ).fetchone()
        return row[0] if row else None

    def _write_stamp(self, stamp: str) -> None:
        with psycopg.connect(self._owner_url()) as connection:
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(stamp)))

    # --- serving ----------------------------------------------------------------------------------------

    def start_web(self) -> None:
        """Start the web server on a socket that we hold, and return when it served a page."""
        number = web.listener(self.listen, self.port)
        serve = web.command(number, self.files)
        # When we are killed the database goes too: a request that would be waited for could not end well.
        log = self.var / "log" / "web.log"
        self._start(Child("web", serve, log, keep=(number,), last_signal=signal.SIGKILL))
        self._wait_for_web()

    def start_workers(self) -> None:
        """Start witnesses, worker and sealer: after the web server, which is what a person waits for."""
        self._start_witnesses()
        beat = str(self.var / "run" / "celerybeat")
        # The demo may run as root, and nothing is pickled: Celery's warning would only frighten.
        quiet = "-Wignore:You're running the worker:UserWarning"
        worker = [sys.executable, quiet, "-m", "celery", "-A", "config.celery", "-q", "worker", "--beat"]
        worker += [f"--schedule={beat}", "--concurrency=2", "--loglevel=WARNING"]
        worker += ["--without-gossip", "--without-mingle"]
        # While it waits for a lost broker it hears nothing but SIGKILL; open tasks are given out again.
        self._start(Child("worker", worker, self.var / "log" / "worker.log", last_signal=signal.SIGKILL))
        seal = [sys.executable, "manage.py", "ledger_seal"]
        self._start(Child("sealer", seal, self.var / "log" / "sealer.log"))

    def _start_witnesses(self) -> None:
        """Start the witnesses and the time authority of a demo, and tell sealer and worker where they are."""
        if not json.loads((self.var / "site.json").read_text(encoding="utf-8")).get("demo"):
            return
        found = witnesses.appointed(self.var, self._trust, sys.executable)
        for one in found:
            self._start(Child(one.name, one.argv, self.var / "log" / f"{one.name}.log", keep=(one.socket,)))
        if found:
            self.environ["HOLDFAST_WITNESSES"] = ",".join(f"{one.name}={one.url}" for one in found)
        if not self.environ.get("TSA_URL"):
            clock = time_authority.appointed(self.var, sys.executable)
            log = self.var / "log" / "clock.log"
            self._start(Child("clock", clock.argv, log, keep=(clock.socket,)))
            self.environ.update(clock.environ)

    @property
    def _trust(self) -> Path:
        given = self.environ.get("HOLDFAST_TRUST_DIR", "").strip()
        return Path(given).expanduser().resolve() if given else self.var / "trust"

    def _start(self, child: Child) -> None:
        self.children.append(child)
        child.start(self.environ)

    def watch(self) -> None:
        """Restart what ends, until we are asked to stop (raises Stop)."""
        while True:
            time.sleep(0.2)
            self._watch_engine()
            self._renew()
            for child in self.children:
                if child.ended():
                    self._again(child)

    def _again(self, child: Child) -> None:
        now = time.monotonic()
        if child.due is None:
            assert child.process is not None  # noqa: S101
            steady = now - child.started > STEADY
            child.pause = 1.0 if steady or not child.pause else min(child.pause * 2, LONGEST_PAUSE)
            child.due = now + child.pause
            child.sweep()
            name, status, pause = child.name, child.process.returncode, round(child.pause)
            say(
                words(
                    f"{name} ended ({status}); starting it again in {pause} s",
                    f"{name} 已退出（{status}），{pause} 秒后重启",
                )
            )
        elif now >= child.due:
            child.start(self.environ)

    def _watch_engine(self) -> None:
        if self.engine is None:
            return
        if self.engine.valkey is not None and self.engine.valkey.poll() is not None:
            say(words("Valkey ended; starting it again", "Valkey 已退出，正在重启"))
            self.engine.start_valkey()
        if self.engine.postgres is not None and self.engine.postgres.poll() is not None:
            say(words("PostgreSQL ended; starting it again", "PostgreSQL 已退出，正在重启"))
            self.engine.start_postgres()

    def _wait_for_web(self) -> None:
        last = time.monotonic() + PATIENCE
        while not web.answers(self.listen, self.port, self.name or "localhost", self.files):
            time.sleep(0.1)
            ended = any(child.ended() for child in self.children if child.name == "web")
            if ended or time.monotonic() > last:
                raise EngineError(
                    words(
                        f"The web server did not start; see {self.var / 'log' / 'web.log'}.",
                        f"网页服务未能启动，见 {self.var / 'log' / 'web.log'}。",
                    )
                )

    def _certify(self, name: str) -> None:
        """Have certificates for the name; the address that people are told must be of that name."""
        site = urlsplit(self.environ["SITE_URL"])
        if (site.scheme, site.hostname) != ("https", name):
            raise EngineError(
                words(
                    f"SITE_URL is {self.environ['SITE_URL']}, and --tls names {name}. Leave one of them out.",
                    f"SITE_URL 为 {self.environ['SITE_URL']}，而 --tls 指定的是 {name}。请只保留其一。",
                )
            )
        self.files = tls.ready(self.var, name)

    def _renew(self) -> None:
        """Once a day: the web server reads the files anew for each connection, and needs no restart."""
        if self.name and time.monotonic() - self._renewed > 86_400:
            self._renewed = time.monotonic()
            try:
                self.files = tls.ready(self.var, self.name)
            except EngineError as error:  # the one that stands is good for weeks: told, and tried again
                say(str(error))

    def greet(self) -> None:
        """Print the address, and in a demo who can sign in."""
        say("")
        say(
            words(
                f"Holdfast serves at  {self.environ['SITE_URL']}",
                f"Holdfast 已启动：{self.environ['SITE_URL']}",
            )
        )
        if self.files and self.name:
            tls.greeting(self.files, self.name, self.listen, say)
        signins = self.var / "signins.txt"
        if signins.exists():
            say(signins.read_text(encoding="utf-8").rstrip())
        say(words("Ctrl-C ends it.", "按 Ctrl-C 结束。"))

    def take_down(self) -> None:
        """End all children, then the servers. A second Ctrl-C does not break in."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.finish()
        if self.engine is not None:
            self.engine.stop()


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def main(arguments: list[str]) -> int:
    """Serve, or check and end. Returns the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--tls")
    parser.add_argument("--listen", default=tls.LOOPBACK)
    options = parser.parse_args(arguments)
    supervisor = Supervisor(options.var, options.port, options.new, options.tls, options.listen)
    try:
        supervisor.set_up()
        if options.check:
            supervisor.start_workers()
            return supervisor.run_command("check_stories")
        supervisor.start_web()
        supervisor.start_workers()
        supervisor.greet()
        supervisor.watch()
    except Stop:
        say(words("Stopping", "正在停止"))
    except AlreadyRunning as error:
        if options.check:  # the stories can be played on the site that is up
            return supervisor.run_command("check_stories")
        say(str(error))
        return 1
    except NothingSetUp:
        return NOTHING_SET_UP
    except EngineError as error:
        say(str(error))
        return 1
    finally:
        supervisor.take_down()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
