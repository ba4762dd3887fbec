"""One process under the supervisor, with the thread that carries its words to a file and to the screen."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

from config.bootstrap import PROJECT
from config.folders import set_aside
from config.process import end, spawn
from config.words import words

SHOWN_AT_ONCE = 12  # lines of one child within ten seconds


def say(line: str) -> None:
    """Print one line; a closed terminal is no reason to stop serving."""
    try:
        print(line, flush=True)
    except OSError:
        return


class Child:
    """One supervised process and the thread that carries its words away."""

    def __init__(
        self,
        name: str,
        argv: list[str],
        log: Path,
        *,
        keep: tuple[int, ...] = (),
        last_signal: int = signal.SIGTERM,
    ) -> None:
        self.name, self.argv, self.log, self.keep, self.last_signal = name, argv, log, keep, last_signal
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = 0.0
        self.due: float | None = None  # when to start it again
        self._shown_since, self._shown = 0.0, 0

    def start(self, environ: dict[str, str]) -> None:
        """Start it and carry away what it says."""
        self.process = spawn(
            self.argv,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            environ=environ,
            keep=self.keep,
            last_signal=self.last_signal,
        )
        self.started, self.due = time.monotonic(), None
        assert self.process.stdout is not None  # noqa: S101
        threading.Thread(target=self._carry, args=(self.process.stdout,), daemon=True).start()

    def ended(self) -> bool:
        """Say whether it is not running."""
        return self.process is None or self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Send SIGTERM and do not wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def finish(self) -> None:
        """Wait until it is gone, with all that it started; after 20 seconds by force."""
        if self.process is not None and self.due is None:
            end(self.process, None, 20)
            self.sweep()

    def sweep(self) -> None:
        """Take away, once, what it started and left; it leads a session of its own."""
        assert self.process is not None  # noqa: S101
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _carry(self, source: IO[bytes]) -> None:
        with set_aside(self.log).open("ab") as log:
            for line in source:
                log.write(line)
                log.flush()
                self._show(line.decode(errors="replace").rstrip())

    def _show(self, line: str) -> None:
        """Put the line on the screen unless it is the inside of a traceback or one too many."""
        now = time.monotonic()
        if now - self._shown_since > 10:
            self._shown_since, self._shown = now, 0
        if not line or line[0].isspace() or self._shown > SHOWN_AT_ONCE:
            return
        self._shown += 1
        if self._shown > SHOWN_AT_ONCE:
            line = words(f"... more in {self.log}", f"……更多内容见 {self.log}")
        say(f"{self.name:>8} | {line[:160]}")
