"""Start a process that cannot outlive us, and find what an earlier run left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import IO

import psutil

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with(parent: int, last_signal: int = signal.SIGKILL) -> None:
    """Have the kernel send us `last_signal` when our parent ends, however it ends.

    For a child to call on itself. The kernel binds the wish to the *thread* of the parent that started us.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, last_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the wish was registered
            os._exit(1)


def spawn(
    argv: Sequence[str | Path],
    *,
    last_signal: int = signal.SIGTERM,
    user: tuple[int, int] | None = None,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    cwd: Path | None = None,
    environ: dict[str, str] | None = None,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own (Ctrl-C is ours to pass on), stdout and stderr together.

    `last_signal` is what the kernel sends it when we die, however we die. Call from the main thread: the wish
    is bound to it. `user` is (uid, gid) to run as; `keep` are file numbers it inherits; `stdin` None lets it
    ask the person at our terminal.
    """
    uid, gid = user or (None, None)
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT if stdout is not None else None,
        cwd=cwd,
        env=environ,
        pass_fds=keep,
        start_new_session=True,
        preexec_fn=partial(die_with, os.getpid(), last_signal),
        user=uid,
        group=gid,
        extra_groups=[] if user else None,
    )


def end(
    process: subprocess.Popen[bytes], first: int | None, seconds: float, then: int = signal.SIGKILL
) -> None:
    """Ask `process` to end with signal `first` (None: it was asked before); after `seconds` send `then`.

    Returns when it is gone.
    """
    if process.poll() is None:
        if first is not None:
            process.send_signal(first)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(then)
    process.wait()


def living_in(folder: Path, names: Iterable[str]) -> list[psutil.Process]:
    """Return the processes called one of `names` that work in `folder`: leftovers of an earlier run."""
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] not in names:
            continue
        try:
            if Path(process.cwd()) == folder and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def clear_out(processes: list[psutil.Process], first: int, seconds: float) -> None:
    """End leftovers: `first` to all, SIGKILL to those still there after `seconds`."""
    for process in processes:
        _send(process, first)
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=10)


def _send(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
