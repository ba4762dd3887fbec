"""Examples of APR-08: officer Wen refers a request to Guan, who is an officer too."""

from __future__ import annotations

from custody.policy import facts as f
from tests.policy.examples.delegations import by_guan
from tests.policy.examples.table import ACCEPT, APPROVAL1_KEY, APPROVE, Change, add, both, changed, sound
from tests.policy.world import GUAN, LU, OWNER, WEN, vote


def referred(by: str = WEN, to: str = GUAN, behalf: str | None = None) -> f.Referral:
    return f.Referral(by=by, on_behalf_of=behalf, to=to, entry=None)


def told(*referrals: f.Referral, votes: tuple[f.Vote, ...] = (), needed: int = 1) -> Change:
    return changed(APPROVAL1_KEY, referrals=referrals, votes=votes, needed=needed)


add("APR-08@1", "nothing was referred", "not_applicable", sound)
add("APR-08@1", "whom it was referred to has approved", "pass", told(referred(), votes=(vote(GUAN, OWNER),)))
add("APR-08@1", "in whose place a delegate has approved", "pass",
    told(referred(), votes=(vote(LU, OWNER, behalf=GUAN),)))  # fmt: skip
add("APR-08@1", "another officer approved, not whom it was referred to", "block",
    told(referred(), votes=(vote(LU, OWNER),)), "unanswered")  # fmt: skip
add("APR-08@1", "referred on, and only the first has approved", "block",
    told(referred(), referred(GUAN, LU), votes=(vote(GUAN, OWNER),)), "unanswered", verb=ACCEPT)  # fmt: skip
add("APR-08@1", "referred on, and the last has approved", "pass",
    told(referred(), referred(GUAN, LU), votes=(vote(LU, OWNER),)))  # fmt: skip
add("APR-08@1", "who referred it counts among the two", "block",
    told(referred(), votes=(vote(WEN, OWNER), vote(GUAN, OWNER)), needed=2), "too_few")  # fmt: skip
add("APR-08@1", "in whose place it was referred counts among the two", "block",
    told(referred(LU, GUAN, behalf=WEN), votes=(vote(WEN, OWNER), vote(GUAN, OWNER)), needed=2),
    "too_few")  # fmt: skip
add("APR-08@1", "copies come back over what was not decided by whom it was referred to", "not_applicable",
    both(told(referred(), votes=(vote(LU, OWNER),)), changed("act", leg="return")))  # fmt: skip
add("APR-08@1", "the officer to whom it was referred decides", "pass", told(referred(LU, WEN)), verb=APPROVE)
add("APR-08@1", "another officer approves before", "pass", told(referred(LU, GUAN)), verb=APPROVE)
add("APR-08@1", "who referred it approves", "block", told(referred()), "aside", verb=APPROVE)
add("APR-08@1", "who referred it, by the hand of a delegate", "block", by_guan(also=told(referred(WEN, LU))),
    "aside", verb=APPROVE)  # fmt: skip
add("APR-08@1", "it is not known how it was referred", "cannot_tell", changed(APPROVAL1_KEY, referrals=None))
add("APR-08@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))
