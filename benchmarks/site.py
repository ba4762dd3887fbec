"""A demo site of its own for a benchmark: embedded servers with fsync on, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import bootstrap
from config.embedded import Engine

FSYNC = "fsync on, synchronous_commit on"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site is and how its commands are run."""

    environ: dict[str, str]
    urls: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return what it said."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=bootstrap.PROJECT, env=self.environ, check=True, capture_output=True, text=True
        )
        return done.stdout


@contextmanager
def demo() -> Iterator[Site]:
    """Set a demo up in a temporary folder, and take it away again."""
    with bare() as site:
        site.manage("setup_site", "--demo")
        yield site


@contextmanager
def bare() -> Iterator[Site]:
    """Set up servers and tables in a temporary folder, nothing in them, and take them away again."""
    with tempfile.TemporaryDirectory(prefix="hfbench") as folder:
        Path(folder).chmod(0o755)
        var = Path(folder) / "var"
        engine = Engine(var, say=lambda _: None)
        urls = engine.start()
        try:
            environ = {**bootstrap.environment(var), "HOLDFAST_DEMO": "1"}
            environ = {k: v for k, v in environ.items() if not k.startswith("DATABASE_")}
            site = Site(environ, urls)
            site.manage("migrate", "--no-input", "--verbosity=0")
            yield site
        finally:
            engine.stop()


def machine() -> str:
    """Return what a reader needs to place the figures."""
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {FSYNC}"
