"""The two witnesses of the demonstration: keys of their own, a state of their own, ports of this machine.

They show how witnessing looks and prove nothing, because whoever runs the site runs them too. The quorum is
one of the two, so that either can be stopped to see that sealing goes on, that the silence shows, and that
reports are still witnessed. A demonstration gets them when it is set up, and one that an earlier version set
up gets them when it is next prepared, unless somebody wrote a policy of his own. What it issued before falls
short of a policy that demands witnesses, so the trust folder of before is kept. A real site starts with none.
"""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from config.folders import private
from ledger.cosigning import load_key, make_key
from ledger.keys import POLICY, VKEY
from ledger.store import fsync_folder, write_temporary

NAMES = ("north", "south")
_FOLDER = "witnesses"
_FORMER = "former-trust"


@dataclass
class DemoWitness:
    """One witness: how it is started, and where it is asked."""

    name: str
    argv: list[str]
    socket: int
    url: str


def appoint(var: Path, trust: Path, *, fresh: bool) -> Path | None:
    """Make the keys of both, and a policy that names them, where the policy is still the one of set-up.

    Unless the site is `fresh`, what it issued rests on the policy of before: the trust folder is copied, and
    the folder of the copy returned. Done again after a kill it comes to the same.
    """
    vkey = (trust / VKEY).read_text(encoding="utf-8").strip()
    policy = trust / POLICY
    if policy.read_text(encoding="utf-8") != f"log {vkey}\nquorum none\n":
        return None
    former = None if fresh else private(var / _FOLDER) / _FORMER
    if former is not None:
        shutil.copytree(trust, former, dirs_exist_ok=True)
    private(var / _FOLDER)
    lines = [f"log {vkey}"]
    for name in NAMES:
        key = private(var / _FOLDER / name) / "key"
        signer = load_key(key) if key.exists() else make_key(key, f"demo.example/{name}")
        lines.append(f"witness {name} {signer.vkey}")
    lines += [f"group demo any {' '.join(NAMES)}", "quorum demo"]
    write_temporary(policy, ("\n".join(lines) + "\n").encode(), 0o644).replace(policy)
    fsync_folder(trust)
    return former


def appointed(var: Path, trust: Path, python: str) -> list[DemoWitness]:
    """The witnesses that this folder has, each with a socket that listens already; none in most folders.

    The sockets are ours and handed down, so that a witness that is started again keeps its port.
    """
    found = []
    for name in NAMES:
        folder = var / _FOLDER / name
        if not (folder / "key").exists():
            continue
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        number = listener.detach()
        argv = [python, "-m", "ledger", "witness", f"--key={folder / 'key'}", f"--state={folder / 'state'}"]
        argv += [f"--log={trust / VKEY}", f"--listen=fd:{number}"]
        found.append(DemoWitness(name, argv, number, url))
    return found
