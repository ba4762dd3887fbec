"""The receipt of a report judged: that the ledger recorded the issue of this file, or its later stamp."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data

from custody.reports import timestamp
from ledger.tlog.policy import Policy
from ledger.tlog.receipt import verify_receipt
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import Part, kind_of

TSA_FILE = "tsa.pem"


def judge_issue(
    part: Part,
    raw: bytes,
    policy: Policy | None,
    why: str,
    trust: Path,
    pdf: bytes | None = None,
    judged: Judged | None = None,
    report: str = "",
) -> None:
    """Add what a receipt says, and whether it is that of a report.

    Args:
        part: where the lines go.
        raw: the receipt.
        policy: of the trust folder; None where it cannot be used, and `why`.
        trust: the trust folder, for the roots of time authorities.
        pdf: the report; None where it was not handed in.
        judged: its evidence as judged, and the id of the `report` that it answers.
    """
    if policy is None:
        part.add("unknown", w.NO_TRUST, why)
        return
    found = verify_receipt(raw, policy)
    part.take(found.checks)
    if found.entry is None or found.state != "ok" or found.trusted is None:
        return
    values = found.entry.values
    kind = kind_of(found.entry)
    if kind not in ("report.issued", "report.stamped"):
        part.add("bad", w.NOT_AN_ISSUE, values.get("kind"))
        return
    if kind == "report.stamped":
        _stamp(part, values, trust)
    if pdf is None:
        part.add("ok", w.ISSUED_ANY, sha256=values.get("sha256"))
        return
    if values.get("sha256") != hashlib.sha256(pdf).hexdigest() or values.get("length") != len(pdf):
        part.add("bad", w.OTHER_FILE)
        return
    if judged is not None and judged.trusted is not None:
        if judged.trusted.checkpoint.origin != found.trusted.checkpoint.origin:
            part.add("bad", w.OTHER_LOG)
            return
        if values.get("report") != report:
            part.add("bad", w.OTHER_REPORT)
            return
    part.add("ok", w.ISSUED)


def _stamp(part: Part, values: Mapping[str, Any], trust: Path) -> None:
    """Judge the time stamp in a receipt: it must be of the hash that stands beside it."""
    try:
        token = timestamp.read(base64.b64decode(str(values.get("token")), validate=True))
        stamped = bytes.fromhex(str(values.get("sha256")))
    except (ValueError, binascii.Error) as error:
        part.add("bad", w.NO_STAMP, error)
        return
    roots = _roots(trust)
    found = timestamp.judge(token, lambda name: stamped if name == "sha256" else b"", roots)
    if found.state == "ok":
        part.add("ok", w.STAMPED_LATER)
    part.add(found.state, found.sentence)


def _roots(trust: Path) -> list[Any]:
    """Return the roots of time authorities in a trust folder; none where it names none."""
    try:
        return list(load_certs_from_pemder_data((trust / TSA_FILE).read_bytes()))
    except (OSError, ValueError):
        return []
