"""Page one of the dossier of one party."""

from __future__ import annotations

from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block
from custody.reports.page_one import about_project, page_one
from custody.reports.sections import section
from custody.reports.sections.cover import checked, to_act
from custody.reports.wrong import wrong
from custody.terms import Text


@section(12)
def party_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further; the counts are of what the party took part in."""
    name = account.names.of(account.subject.get("party"))
    return page_one(
        account,
        facts=[(Text("Party", "单位"), name), *about_project(account)],
        checked=checked(account),
        wrong=wrong(account),
        to_act=to_act(account),
    )
