"""What witnesses signed, as it is stored: each line verified over the checkpoint that it stands beside.

Whether the lines met a quorum is for the policy of that day, which is not stored; that there is one at all is
the least that a checkpoint called witnessed must have. A line that is gone leaves nothing to compare.
"""

from __future__ import annotations

from typing import Any

import psycopg

from ledger.fsck.faults import Found, brief
from ledger.tlog import witness as messages
from ledger.tlog.cosignature import CosignVerifier, time_of
from ledger.tlog.errors import LogError


def check_witnesses(db: psycopg.Connection[Any], found: Found) -> None:
    """Check ``ledger_cosignature`` and ``ledger_witnessed``."""
    verifiers: dict[str, CosignVerifier] = {}
    with db.cursor(name="holdfast_cosignatures") as cursor:
        cursor.execute(
            """SELECT k.size, k.vkey, k.line, k.time, c.note
                 FROM public.ledger_cosignature k LEFT JOIN public.ledger_checkpoint c ON c.size = k.size
                ORDER BY k.size, k.vkey"""
        )
        for size, vkey, line, time, note in cursor:
            where = f"ledger_cosignature {size}, {brief(vkey)}"
            found.checked["cosignatures"] += 1
            if note is None:
                found.fault("cosignature", where, "a checkpoint of that size", "none")
                continue
            try:
                if vkey not in verifiers:
                    verifiers[vkey] = CosignVerifier.from_vkey(vkey)
                text = _bytes(note).partition(b"\n\n")[0] + b"\n"
                _, signature = messages.cosignature_in(_bytes(line), text, verifiers[vkey])
            except LogError as error:
                found.fault("cosignature", where, error.expected, f"{error.what}: {error.got}")
                continue
            if time_of(signature) != time:
                found.fault("cosignature", f"{where}, time", time_of(signature), time)
    for (size,) in db.execute(
        """SELECT w.size FROM public.ledger_witnessed w
            WHERE NOT EXISTS (SELECT FROM public.ledger_cosignature k WHERE k.size = w.size) ORDER BY 1"""
    ):
        found.fault("cosignature", f"ledger_witnessed {size}", "cosignatures that meet a quorum", "none")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
