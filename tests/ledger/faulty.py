"""A sealer in a child whose system calls fail, or are its last: strace stands between it and the disk.

The child is forked, so that no Django has to start for each fault, and waits until strace is attached.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import select
import subprocess
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ledger.errors import FrozenError, KeyFileError
from ledger.sealer import Sealer

_SAID = 16_384
_ANY_TRACER = (0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER: where only a parent may trace, allow all
ON_DISK = ("openat", "write", "fsync", "link", "rename", "unlink", "mkdir", "rmdir", "flock")
READ = ("read", "getdents")
ON_THE_WIRE = ("sendto", "recvfrom")
# Which of the names a machine has depends on its architecture.
_ALSO = {
    "link": "linkat",
    "rename": "renameat|renameat2",
    "unlink": "unlinkat",
    "mkdir": "mkdirat",
    "rmdir": "rmdir",
    "getdents": "getdents64",
    "sendto": "sendmsg",
    "recvfrom": "recvmsg",
}
_KIND = {other: call for call, others in _ALSO.items() for other in others.split("|")}
_CALL = re.compile(r"^(?:\d+ +)?([a-z0-9_]+)\(", re.MULTILINE)


def _pattern(*calls: str) -> str:
    """The calls, by all their names, as strace takes them."""
    return "/^(" + "|".join(f"{call}|{_ALSO.get(call, call)}" for call in calls) + ")$"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the n-th call of a kind, counted from 1. `what`: an errno's name, or KILL."""

    call: str
    number: int
    what: str

    @property
    def option(self) -> str:
        """How strace is told. A full disk stays full; a broken sector is met once."""
        effect = "signal=KILL" if self.what == "KILL" else f"error={self.what}"
        ever_after = "+" if self.what == "ENOSPC" else ""
        return f"inject={_pattern(self.call)}:{effect}:when={self.number}{ever_after}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How the child ended: `done`, `error` (of disk or connection), `killed`, `frozen`, `broken`."""

    how: str
    said: str
    calls: Counter[str]


def seal_under(folder: Path, fault: Fault | None = None) -> Ended:
    """One pass of a sealer, with this fault; without one its calls are counted."""
    trace = folder / "trace.txt"
    said = mmap.mmap(-1, _SAID)  # shared with the child, which may not be able to write to anything else
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ctypes.CDLL(None).prctl(*_ANY_TRACER, 0, 0, 0)
            select.select([ready], [], [])  # no read: the first one counted is the sealer's
            os._exit(_seal(said))
        finally:
            os._exit(3)
    wanted = [
        f"trace={_pattern(*ON_DISK, *READ, *ON_THE_WIRE)}",
        "signal=none",
        *([fault.option] if fault else []),
    ]
    command = [
        "strace",
        "-f",
        f"--attach={child}",
        f"--output={trace}",
        *(w for e in wanted for w in ("-e", e)),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        first = strace.stderr.readline()
        os.write(go, b"x")
        _, status = os.waitpid(child, 0)
        os.close(ready)
        os.close(go)
        rest = strace.stderr.read()
    assert "attached" in first, first + rest
    how = (
        "killed" if os.WIFSIGNALED(status) else ("done", "error", "frozen", "broken")[os.WEXITSTATUS(status)]
    )
    return Ended(
        how,
        said[:].rstrip(b"\0").decode(),
        Counter(_KIND.get(name, name) for name in _CALL.findall(trace.read_text())),
    )


def _seal(said: mmap.mmap) -> int:
    """Make one pass as leader, and return the exit status."""
    try:
        for _ in range(200):
            with Sealer.from_settings() as sealer:
                if sealer.seal_once().leading:
                    return 0
            time.sleep(0.05)
        raise AssertionError("nobody lets go of the lead")
    except BaseException as error:
        text = "".join(traceback.format_exception_only(error)) + traceback.format_exc()
        said.write(text.encode()[:_SAID])
        if isinstance(error, OSError | psycopg.OperationalError | KeyFileError):
            return 1  # what `ledger_seal` tries again
        return 2 if isinstance(error, FrozenError) else 3
