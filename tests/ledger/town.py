"""A log and its witnesses on this machine, each on a port of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger import api, witnessing
from ledger.cosigning import Witness
from ledger.store import Store
from ledger.tlog.note import Verifier
from ledger.witness import Server
from ledger.witnessing import Witnessing
from tests.ledger.tlog.builders import WITNESSES


class Town:
    """A log with witnesses called w0, w1, ... that serve on this machine."""

    def __init__(self, settings: Any, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.servers: dict[int, Server] = {}
        self.urls: dict[str, str] = {}

    @property
    def log_vkey(self) -> str:
        return (self.settings.TRUST_DIR / "log.vkey").read_text().strip()

    def policy(self, quorum: str, count: int = 3) -> None:
        lines = [f"log {self.log_vkey}"]
        lines += [f"witness w{n} {WITNESSES[n].vkey}" for n in range(count)]
        names = " ".join(f"w{n}" for n in range(count))
        lines += [f"group two 2 {names}"] if count > 1 else []
        (self.settings.TRUST_DIR / "policy").write_text("\n".join([*lines, f"quorum {quorum}"]) + "\n")

    def serve(self, number: int, server: Any = None, port: int = 0) -> Any:
        """Have a witness serve, the genuine one unless another is given."""
        listener = socket.create_server(("127.0.0.1", port))
        made = server or (
            lambda at: Server(
                at,
                Witness(WITNESSES[number], self.folder / f"w{number}", [Verifier.from_vkey(self.log_vkey)]),
            )
        )
        self.servers[number] = made(listener)
        threading.Thread(target=self.servers[number].serve_forever, args=(0.02,), daemon=True).start()
        self.urls[f"w{number}"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return self.servers[number]

    def silence(self, number: int) -> None:
        """End a witness; its port stays known and refuses."""
        self.servers[number].shutdown()
        self.servers.pop(number).server_close()

    def loop(self) -> Witnessing:
        return Witnessing(
            witnessing.connect_directly, Store(self.settings.LEDGER_DIR), self.settings.TRUST_DIR, self.urls
        )

    def ask(self, until: Callable[[], bool] | None = None) -> None:
        """Run a loop until something is true; without it, until every witness was tried."""
        loop = self.loop()
        until = until or loop.met.is_set
        end = time.monotonic() + 20
        try:
            while time.monotonic() < end:
                loop.step()
                if until():
                    return
                time.sleep(0.02)
        finally:
            loop.close()
        raise AssertionError(f"did not come: {api.health()}")

    def file(self) -> Path:
        return Path(self.settings.LEDGER_DIR) / "checkpoint.witnessed"

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Have the loop run in a thread, as beside the sealer."""
        stopping = threading.Event()
        thread = threading.Thread(target=self.loop().run, args=(stopping,))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *exception: object) -> None:
        for number in list(self.servers):
            self.silence(number)
