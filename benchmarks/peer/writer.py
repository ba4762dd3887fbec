"""One writer: business transactions through Django.

python -m benchmarks.peer.writer STREAM

Says "ready"; for each line "KIND SECONDS" it writes for so long and prints how many transactions it
committed. KIND is bare, ledger, history or auditlog.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

SOME = UUID("0190b2f4-7c1a-7def-8123-456789abcdef")
VALUES: dict[str, Any] = {
    "hop": SOME,
    "receiver_person": SOME,
    "copies": [str(SOME), str(SOME)],
    "purpose": "Field survey of the northern section",
    "channel": "in_person",
    "system": SOME,
    "due_back": "2027-01-31",
}
TAGS = [bytes(range(n, n + 16)) for n in range(2)]  # one for each copy


def act(kind: str, stream: str) -> Callable[[], None]:
    """Return a function that writes one row, and what `kind` keeps about it, in one transaction."""
    from django.db import transaction

    from benchmarks.peer import models
    from ledger.log import Draft, Field, append

    model = {"history": models.Handoff, "auditlog": models.Audited}.get(kind, models.Bare)

    def write() -> None:
        with transaction.atomic():
            row = model._default_manager.create(**VALUES)
            if kind == "ledger":
                said = {k: v if isinstance(v, list) else str(v) for k, v in VALUES.items()}
                fields = [Field(k, v) for k, v in {"kind": "bench/1", "row": str(row.pk), **said}.items()]
                append(Draft(stream, fields, TAGS))

    return write


def main() -> None:
    """Write when told to."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peer.settings")
    django.setup()
    acts = {kind: act(kind, sys.argv[1]) for kind in ("bare", "ledger", "history", "auditlog")}
    for write in acts.values():
        write()
    print("ready", flush=True)
    for line in sys.stdin:
        kind, seconds = line.split()
        count, end = 0, time.monotonic() + float(seconds)
        while time.monotonic() < end:
            acts[kind]()
            count += 1
        print(count, flush=True)


if __name__ == "__main__":
    main()
