"""Facts changed by a forger who has all keys: he decides on them anew, and every decision follows from its
facts. What he leaves is the entry that set the fact; or he changes that one, and leaves the fact."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from custody.policy.engine import Decision, decide
from custody.policy.facts import Facts
from custody.policy.regime import Pack
from tests.reports.changes import Forged, Scene, all_keys, sealed
from tests.reports.forged import Forger, Written


def made_to_fit(forger: Forger, entry: Written, group: str, change: Callable[[Any], None]) -> Forged:
    """Facts are changed, and the decision is taken on them anew: it follows from them, and allows the act."""
    kept = Decision.from_json({k: v for k, v in entry.get("decision").items() if k != "id"})
    told = {name: entry.get(name) for name in entry.values if name.startswith("facts/")}
    name = f"facts/{group}"
    fact = json.loads(json.dumps(told[name]))
    change(fact)
    assert fact != told[name]
    entry.put(name, fact)
    facts = {name.removeprefix("facts/"): value for name, value in {**told, name: fact}.items()}
    pack = Pack.from_text(forger.packs[kept.pack_sha256])
    anew = decide(kept.verb, Facts(facts, kept.facts_schema), pack, kept.rules)
    assert anew.allowed
    entry.put("decision", {**anew.to_json(), "id": entry.get("decision")["id"]})
    return all_keys(forger)


def _put(name: str, value: Any) -> Callable[[Any], None]:
    return lambda fact: fact.__setitem__(name, value)


def facts_and_decision_made_to_fit(scene: Scene) -> Forged:
    """The contractor's certificate runs four years longer in the facts."""
    forger = scene.forger()
    entry = forger.find("hop.requested")

    def longer(party: Any) -> None:
        party["qualifications"][0]["valid_to"] = "2033-05-18"

    return made_to_fit(forger, entry, f"party:{entry.get('to_party')}", longer)


def holder_made_to_fit(scene: Scene) -> Forged:
    """Somebody else of the sender held the copy than whom the entries name."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    group = f"copy:{entry.get('copies')[0]}"
    return made_to_fit(forger, entry, group, _put("custodian_person", entry.get("receiver_person")))


def vetting_made_to_fit(scene: Scene) -> Forged:
    """The receiver's vetting runs longer."""
    forger = scene.forger()
    entry = forger.find("handoff.accepted")
    return made_to_fit(
        forger, entry, f"person:{entry.get('custodian_person')}", _put("vetted_to", "2044-04-04")
    )


def level_made_to_fit(scene: Scene) -> Forged:
    """What was handed over was classified lower."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    return made_to_fit(forger, entry, f"copy:{entry.get('copies')[0]}", _put("level", "neibu"))


def vote_made_to_fit(scene: Scene) -> Forged:
    """The officer refused, by a vote and a statement that agree; the facts go on calling it an approval."""
    forger = scene.forger()
    vote = forger.find("approval.voted")
    text = str(vote.get("statement")).replace('"choice":"approve"', '"choice":"deny"')
    vote.put("choice", "deny")
    vote.put("statement", text)
    vote.put("statement_sha256", hashlib.sha256(text.encode()).hexdigest())
    return all_keys(forger)


def register_made_to_fit(scene: Scene) -> Forged:
    """The register says that the contractor was barred; the facts do not."""
    forger = scene.forger()
    forger.find("party.registered", party=forger.find("hop.requested").get("to_party")).put("state", "barred")
    return all_keys(forger)


def certificate_left_out(scene: Scene) -> Forged:
    """A certificate of the contractor that the entries tell of is not among the facts."""
    forger = scene.forger()
    entry = forger.find("hop.requested")
    of_party = forger.find("qualification.recorded", party=entry.get("to_party"))
    more = forger.write(of_party, of_party.get("kind"))
    for name in of_party.values:
        more.put(name, of_party.get(name))
    more.put("qualification", str(uuid4()))
    return all_keys(forger)


def fact_set_later(scene: Scene) -> Forged:
    """The system counts as an entry set it that came after the decision."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    later = forger.find("handoff.accepted")
    return made_to_fit(forger, entry, f"copy:{entry.get('copies')[0]}", _put("entry", later.id))


def fact_of_before(scene: Scene) -> Forged:
    """The copy counts as it was when it was numbered, before it was offered."""
    forger = scene.forger()
    entry = forger.find("handoff.accepted")
    before = forger.find("copies.minted")
    return made_to_fit(forger, entry, f"copy:{entry.get('copies')[0]}", _put("entry", before.id))


def fact_of_no_entry(scene: Scene) -> Forged:
    """An entry that nobody can see set the subcontract."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    return made_to_fit(forger, entry, f"hop:{entry.get('hop')}", _put("entry", str(uuid4())))


def fact_of_another_project(scene: Scene) -> Forged:
    """The facts name another project, of which the evidence holds nothing."""
    forger = scene.forger()
    return made_to_fit(forger, forger.find("handoff.offered"), "project", _put("id", str(uuid4())))


def what_set_a_fact_withheld(scene: Scene) -> Forged:
    forger = scene.forger()
    log = forger.log()
    party = forger.find("hop.requested").get("to_party")
    digest = forger.find("qualification.recorded", party=party).disclosure("valid_to").digest
    texts = {name: text for name, text in log.disclosures.items() if name != digest}
    return sealed(forger, forger.evidence(log, disclosures=texts))


def entry_of_another_version(scene: Scene) -> Forged:
    forger = scene.forger()
    forger.write(forger.find("copies.minted"), "copies.blessed/1", note="In order")
    return all_keys(forger)


def rule_left_out(scene: Scene) -> Forged:
    """A rule is not run, and what it said is not there."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    decision = json.loads(json.dumps(entry.get("decision")))
    code = decision["findings"][0]["code"]
    decision["rules"] = [name for name in decision["rules"] if name.partition("@")[0] != code]
    decision["findings"] = [finding for finding in decision["findings"] if finding["code"] != code]
    entry.put("decision", decision)
    return all_keys(forger)


def decided_on_something_else(scene: Scene) -> Forged:
    """What was decided on is an item of a lower level than the one registered."""
    forger = scene.forger()
    return made_to_fit(forger, forger.find("item.registered"), "act", _put("level", "neibu"))


def decision_left_out(scene: Scene) -> Forged:
    """The copies are offered, and nothing was decided."""
    forger = scene.forger()
    entry = forger.find("handoff.offered")
    for name in [name for name in entry.values if name == "decision" or name.startswith("facts/")]:
        del entry.values[name]
    return all_keys(forger)


def decision_withheld(scene: Scene) -> Forged:
    forger = scene.forger()
    log = forger.log()
    digest = forger.find("handoff.offered").disclosure("decision").digest
    texts = {name: text for name, text in log.disclosures.items() if name != digest}
    return sealed(forger, forger.evidence(log, disclosures=texts))
