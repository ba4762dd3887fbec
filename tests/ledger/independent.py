"""Programs for transparency logs that others wrote, as other processes: their auditor and their witness.

`.ci/independent.sh` installs them into var/independent. The fixture `independent` gives them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.tlog.encoding import b64
from tests.databases import PROJECT
from tests.ledger.running import call

PLACE = PROJECT / "var" / "independent"


@dataclass(frozen=True)
class Independent:
    """The environment in which they stand."""

    bin: Path = PLACE / "bin"

    def tlog(self, *arguments: object) -> dict[str, Any]:
        """What `aics-tlog` answers, with its exit code as "exit". It has no network but this machine."""
        done = self._run(self.bin / "aics-tlog", *arguments)
        assert done.stdout, done.stderr
        return {**json.loads(done.stdout), "exit": done.returncode}

    def python(self, program: str, *arguments: object) -> str:
        """What a program prints that uses their library; it must end well."""
        done = self._run(self.bin / "python", "-c", program, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def witness(self, folder: Path, name: str, *logs: tuple[str, str]) -> Iterator[Witness]:
        """Their witness at work, with a new key, for logs given as origin and verifier key."""
        folder.mkdir()
        at = ("--config", folder / "witness.json")
        made = self._run(self.bin / "aics-witness", "init", *at, "--name", name, cwd=folder)
        assert made.returncode == 0, made.stderr
        for origin, vkey in logs:
            taken = self._run(
                self.bin / "aics-witness", "add-log", *at, "--origin", origin, "--vkey", vkey, cwd=folder
            )
            assert taken.returncode == 0, taken.stderr
        command = [str(part) for part in (self.bin / "aics-witness", "serve", *at, "--listen", "127.0.0.1:0")]
        serving = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=_environ())
        try:
            assert serving.stderr is not None
            said = ""
            for line in serving.stderr:
                said += line
                if found := re.search(r"listening on (http://\S+)", line):
                    break
            else:
                raise AssertionError(f"their witness does not start:\n{said}")
            yield Witness(found[1], made.stdout.strip())
        finally:
            serving.terminate()
            serving.communicate(timeout=30)

    def _run(self, *command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            cwd=cwd,
            env=_environ(),
        )


@dataclass(frozen=True)
class Witness:
    """Their witness: where it listens, and its verifier key."""

    url: str
    vkey: str

    def ask(self, note: str, old: int, proof: Sequence[bytes] = ()) -> tuple[int, str]:
        """Status and answer to add-checkpoint (c2sp.org/tlog-witness), written out here by hand."""
        body = f"old {old}\n" + "".join(f"{b64(value)}\n" for value in proof) + "\n" + note
        found = call(f"{self.url}/add-checkpoint", body.encode())
        return found.status, found.body.decode()


def _environ() -> dict[str, str]:
    """No proxy, no settings of ours."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONIOENCODING": "utf-8",
        "NO_PROXY": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
