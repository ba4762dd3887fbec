"""The proof of one's own decisions, to keep: nothing is changed."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from custody import models as m
from custody.reports import evidence
from custody.terms import SignedType, Text

from .base import ActionError

PART = 200
"""Decisions in one archive: each costs the server a moment."""
_KEPT = (SignedType.DESTRUCTION, SignedType.RECEIPT, SignedType.KEY, SignedType.PACK)
"""What is proved by the signature alone; votes have rows of their own."""
HOW = Text(
    en="""Your decisions, each in a file that proves it without the site.

To check one, on a computer without a network: take the verifier from whoever inspects the unit, or build it
from the published source, and run

    holdfast-verify FILE.bundle.json --trust trust

The folder trust holds the public keys of the site. Keys that came in the same box prove nothing by
themselves: "holdfast-verify register trust --trust-book BOOK --as NAME" prints their fingerprint, to be
compared with the one on the sheet that was signed when the unit was registered.
What was not sealed yet when this was packed is named at the end of this text; take it again later.""",
    zh="""您的各项决定，每项一个文件，无需联系站点即可证明。

核验方法（在不联网的计算机上）：向检查单位索取核验程序，或用公开的源代码构建，然后运行

    holdfast-verify 文件名.bundle.json --trust trust

trust 目录中是本站的公钥。随包附带的公钥本身不能证明任何事：
运行“holdfast-verify register trust --trust-book 目录 --as 名称”会显示其指纹，请与登记时双方签字的登记表核对。
打包时尚未固化的决定列于文末，请稍后重新下载。""",
)
NOT_YET = Text(
    en="This decision is not sealed yet. Try again in a moment; if it stays so, tell the administrator.",
    zh="该决定尚未固化，请稍后再试；如持续如此，请告知管理员。",
)
NOT_WHOLE = Text(
    en="This decision cannot be proved: the ledger does not agree with it. Tell the administrator.",
    zh="无法证明该决定：与账本不符。请告知管理员。",
)


def own(user: m.User) -> Any:
    """Return the votes that a user has cast."""
    return m.Vote.objects.filter(person=user.person_id)


def own_of_overrides(user: m.User) -> Any:
    """Return the votes on overrides that a user has cast."""
    return m.OverrideVote.objects.filter(person=user.person_id)


def own_signature(user: m.User, type: SignedType, object: UUID) -> m.Signature | None:
    """Return a user's signature of a type on something; None where there is none."""
    rows = m.Signature.objects.filter(type=type, object=object, person=user.person_id)
    return rows.order_by("-id").first()


def of_vote(row: m.Vote | m.OverrideVote | m.Signature) -> bytes:
    """Return the evidence file of a vote, or of what else was signed. Raises ActionError while it is not
    sealed."""
    folder = Path(settings.TRUST_DIR)
    try:
        if isinstance(row, m.OverrideVote):
            return evidence.of_override_vote(row, folder)
        if isinstance(row, m.Signature):
            return evidence.of_signature(row, folder)
        return evidence.of_vote(row, folder)
    except evidence.OrderAheadError as error:
        raise ActionError(NOT_YET) from error
    except evidence.EvidenceError as error:
        raise ActionError(NOT_WHOLE) from error


def all_own(user: m.User) -> list[m.Vote | m.OverrideVote | m.Signature]:
    """Return all that a user has decided and that can be proved, the oldest first."""
    rows = [row for some in _sets(user) for row in some]
    return sorted(rows, key=lambda row: (row.created_at, row.id))


def _sets(user: m.User) -> tuple[Any, ...]:
    signed = m.Signature.objects.filter(type__in=_KEPT, person=user.person_id)
    return own(user), own_of_overrides(user), signed


def _kind(row: m.Vote | m.OverrideVote | m.Signature) -> str:
    """Return what was decided, as the name of its file says it."""
    if isinstance(row, m.Signature):
        return str(row.type)
    return "approval" if isinstance(row, m.Vote) else "override"


def parts(user: m.User) -> int:
    """Return in how many archives a user's decisions go out."""
    return -(-sum(rows.count() for rows in _sets(user)) // PART)


def archive(user: m.User, part: int) -> bytes:
    """Return a ZIP of one part of a user's decisions, counted from 1: each with its evidence file, a list of
    them, the public keys of the site, and how to check it all.

    What is not sealed yet is named and left to the next download. Raises ActionError for a part that is not.
    """
    rows = all_own(user)[PART * (part - 1) : PART * part] if part > 0 else []
    if not rows:
        raise ActionError(Text(en="You have decided on nothing in this part.", zh="该部分没有您的决定。"))
    listed, left, packed = io.StringIO(), [], io.BytesIO()
    table = csv.writer(listed)
    table.writerow(["file", "kind", "decided at (UTC)", "SHA-256"])
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        for row in rows:
            kind, at = _kind(row), row.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            try:
                content = of_vote(row)
            except ActionError as error:
                left.append(f"{kind} {at} {row.id}: {error.text.en} {error.text.zh}")
                continue
            name = f"{kind}-{row.created_at:%Y-%m-%d}-{row.id}.bundle.json"
            table.writerow([name, kind, at, hashlib.sha256(content).hexdigest()])
            box.writestr(name, content)
        for file in sorted(Path(settings.TRUST_DIR).iterdir()):
            if file.is_file():
                box.write(file, f"trust/{file.name}")
        box.writestr("decisions.csv", "\ufeff" + listed.getvalue())
        box.writestr("README.txt", "\n".join([HOW.en, "", HOW.zh, "", *left, ""]))
    return packed.getvalue()


def headers(row: m.Vote | m.OverrideVote | m.Signature) -> dict[str, str]:
    """Return the headers under which the proof of a vote goes out."""
    return {
        "Content-Type": "application/json",
        "Content-Disposition": f'attachment; filename="holdfast-decision-{row.id}.bundle.json"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
