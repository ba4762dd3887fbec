"""The time authority of the demonstration: a key of its own, a process of its own, a port of this machine.

It shows how time stamps look and proves nothing, because whoever runs the site runs it too: its name says so,
and so does page one of what it stamps. A real site has none unless its owner names one (`docs/seal.md`).
"""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.bootstrap import PROJECT
from config.folders import private

_FOLDER = "time-authority"
_PROGRAM = ["-m", "custody.reports.demo_authority"]


@dataclass(frozen=True)
class DemoAuthority:
    """How it is started, and what tells the worker of it."""

    argv: list[str]
    socket: int
    environ: dict[str, str]


def appointed(var: Path, python: str) -> DemoAuthority:
    """Make its key where there is none, and return it with a socket that listens already.

    The socket is ours and handed down, so that an authority that is started again keeps its port.
    """
    folder = private(var / _FOLDER)
    subprocess.run([python, *_PROGRAM, f"--keys={folder}"], cwd=PROJECT, check=True)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    environ = {
        "TSA_URL": f"http://127.0.0.1:{listener.getsockname()[1]}/",
        "TSA_TRUST_FILE": str(folder / "root.pem"),
        "TSA_CRL_FILES": str(folder / "root.crl"),
    }
    number = listener.detach()
    return DemoAuthority([python, *_PROGRAM, f"--keys={folder}", f"--listen=fd:{number}"], number, environ)
