"""The examples of all rule versions, in the order in which they were written."""

from tests.policy.examples import (
    approvals,
    channels,
    classification,
    conditions,
    contractors,
    delegations,
    handoffs,
    hops,
    legs,
    papers,
    people,
    places,
    qualifications,
    referrals,
    splitting,
    strict,
    systems,
)
from tests.policy.examples.table import EXAMPLES, Example

__all__ = [
    "EXAMPLES",
    "Example",
    "approvals",
    "channels",
    "classification",
    "conditions",
    "contractors",
    "delegations",
    "handoffs",
    "hops",
    "legs",
    "papers",
    "people",
    "places",
    "qualifications",
    "referrals",
    "splitting",
    "strict",
    "systems",
]
