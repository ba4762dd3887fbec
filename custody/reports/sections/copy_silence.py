"""How the ledger proves one copy's path without telling of any other."""

from __future__ import annotations

from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block, Bullets, Heading, Paragraph, Proof
from custody.reports.sections import section
from custody.reports.sections.proof import how_to_check, proved_by
from custody.terms import Text


@section(101, Text("Proof by the ledger", "账本证明"))
def silence(account: Account) -> Sequence[Block]:
    """The mark and what it tells; then the checkpoint, and how to check."""
    return [
        Paragraph(
            Text(
                "Every entry about a copy bears a mark, made of the entry's identifier with a key that is "
                "the copy's own. The key of this copy is in the evidence, so that each entry of the project "
                "can be tested: those with its mark are open as far as they are about it, and no other entry "
                "is about it. The keys of other copies are not here, so their marks tell nothing.",
                "与副本有关的每条记录均带有标记，由记录标识符和该副本专用密钥生成。"
                "证据中载有本副本的密钥，据此可逐条检验项目记录：带有其标记的记录已在涉及本副本的范围内披露，"
                "其余记录均与本副本无关。其他副本的密钥不在证据中，其标记不透露任何内容。",
            )
        ),
        Proof(
            (
                (Text("Copy", "副本"), str(account.subject.get("copy"))),
                (
                    Text("SHA-256 of its key (base64url)", "其密钥的 SHA-256（base64url）"),
                    str(account.subject.get("key_commitment")),
                ),
            )
        ),
        *proved_by(account),
        Heading(Text("What can be seen of other entries", "其他记录可见的内容"), 2),
        Bullets(
            (
                Text("How many there are, and when each was recorded.", "数量及各自的记录时间。"),
                Text(
                    "How many copies each is about, not which ones, nor what it says.",
                    "各自涉及的副本数量；不含涉及哪些副本及其内容。",
                ),
            )
        ),
        *how_to_check(),
    ]
