"""CPY: custody is of numbered, registered copies."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Facts
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.terms import Text


@rule(
    "CPY-01",
    1,
    verbs=subject.HANDOFFS,
    params=Params,
    title=Text("Every copy handed over is numbered and registered", "移交的每份副本都已编号登记"),
    remedies={
        "none": Text(
            "No copy is named. Choose the copy numbers to hand over.", "未指明副本。请选择要移交的副本编号。"
        ),
        "unregistered": Text(
            "{unregistered} of the copies are not registered. Register and number them first.",
            "有{unregistered}份副本未登记。请先编号登记。",
        ),
        "twice": Text("A copy is named twice. Name each copy once.", "同一副本重复列出。每份副本只列一次。"),
    },
)
def cpy_01(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The handoff names at least one copy, each once, and each has a number and is registered."""
    ids = facts.act.copies
    answer.tell("copies", len(ids), everyone=True)
    if not ids:
        return answer.fail("none")
    if len(set(ids)) < len(ids):
        answer.fail("twice")
    bare = [copy for copy in subject.copies(facts) if not (copy.registered and copy.number)]
    answer.tell("unregistered", len(bare), everyone=True)
    if bare:
        answer.fail("unregistered")
    return None
