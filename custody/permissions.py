"""Who may do what: one row per verb. A verb without a row may be done by nobody.

``where`` names the parties of the act for which the role must be held: ``house`` is the unit that runs the
installation, ``own`` any party that the actor stands for, ``owner`` the project's owner, ``sender`` and
``receiver`` the two ends of a hop or handoff, ``holder`` who has a copy, ``originator`` who classified an
item, ``grant`` a regulator's live grant on the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from custody.terms import Role

M, OF, R, C, G, A = (
    Role.MANAGER,
    Role.OFFICER,
    Role.RECIPIENT,
    Role.CUSTODIAN,
    Role.REGULATOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Permit:
    """Roles that may do a verb, and at which of the act's parties they must be held."""

    roles: frozenset[Role]
    where: tuple[str, ...]


def _permit(roles: Iterable[Role], *where: str) -> Permit:
    return Permit(frozenset(roles), where)


PERMISSIONS: dict[str, Permit] = {
    "party.register": _permit((M, OF, A), "house"),
    "party.record_control": _permit((M, OF, A), "house"),
    "party.name": _permit((M, OF, A), "house"),
    "party.identify": _permit((M, OF, A), "house"),
    "party.screen": _permit((M, OF, A), "house"),
    "party.judge": _permit((OF, A), "house"),
    "party.rename": _permit((M, OF, A), "house"),
    "party.end_control": _permit((M, OF, A), "house"),
    "party.locate": _permit((M, OF, A), "house"),
    "party.set_state": _permit((OF, A), "house"),
    "party.merge": _permit((A,), "house"),
    "person.register": _permit((A,), "house"),
    "person.hold": _permit((A,), "house"),
    "person.lift_hold": _permit((A,), "house"),
    # What lets a person receive; whoever may correct their record, and nobody for themselves.
    "person.vet": _permit((A,), "house"),
    "person.train": _permit((A,), "house"),
    "person.undertake": _permit((A,), "house"),
    "person.leave": _permit((A,), "house"),
    # Whoever leaves, or keeps what is to go out of use, is asked for it by the house.
    "person.recall": _permit((M, OF, C, A), "house"),
    "sign_in.give": _permit((A,), "house"),
    "membership.give": _permit((A,), "house"),
    "grant.give": _permit((A,), "house"),
    # What was given is taken back by whoever gives it; nobody closes or opens their own sign-in.
    "membership.end": _permit((A,), "house"),
    "grant.end": _permit((A,), "house"),
    "sign_in.close": _permit((A,), "house"),
    "sign_in.open": _permit((A,), "house"),
    "system.register": _permit((A,), "house"),
    "system.test": _permit((A,), "house"),
    "system.retire": _permit((A,), "house"),
    "system.recall": _permit((M, OF, C, A), "house"),
    "qualification.record": _permit((M, OF, A), "house"),
    # As for rejecting, one person is enough to stop a certificate. What lets it count again (verify, and so
    # after a downgrade; reinstate) is never for who recorded or corrected it, or who downgraded it.
    "qualification.verify": _permit((OF, A), "house"),
    "qualification.suspend": _permit((OF, A), "house"),
    "qualification.reinstate": _permit((OF, A), "house"),
    "qualification.downgrade": _permit((OF, A), "house"),
    "qualification.revoke": _permit((OF, A), "house"),
    "project.open": _permit((M,), "house"),
    "item.register": _permit((M, C), "house", "owner"),
    # Who may learn an item: decided by the owner's managers, and by nobody for themselves.
    "item.admit": _permit((M,), "house", "owner"),
    "item.dismiss": _permit((M,), "house", "owner"),
    # How it is classified, another level, declassified, withdrawn: proposed by one, determined by another, an
    # officer of the house or of who classifies it.
    "item.propose": _permit((M, C, OF), "house", "owner"),
    "item.take_back": _permit((M, C, OF), "house", "owner"),
    "item.determine": _permit((OF,), "house", "originator"),
    "item.return": _permit((OF,), "house", "originator"),
    "item.recall": _permit((M, OF, C), "house", "owner"),
    "item.review": _permit((M, OF), "house", "owner"),
    "copy.mint": _permit((M, C), "house", "owner"),
    # Asked for by the owner's side or by who holds the copy they are made from; decided by an officer who did
    # not ask, at the top level one of who classified the item (CPY-02).
    "copy_permit.request": _permit((M, C, R), "house", "owner", "holder"),
    "copy_permit.approve": _permit((OF,), "house", "owner", "originator"),
    "copy_permit.refuse": _permit((OF,), "house", "owner", "originator"),
    "copy_permit.withdraw": _permit((M, C, R, OF), "house", "owner", "holder"),
    "copy.confirm": _permit((M, C), "house", "owner", "holder"),
    # What carries it, its numbers, seal and hash: told by the owner's side or by who has it in hand.
    "copy.describe": _permit((M, C), "house", "owner", "holder"),
    "hop.request": _permit((M,), "house", "owner", "sender"),
    "hop.withdraw": _permit((M,), "house", "owner", "sender"),
    "hop.amend": _permit((M,), "house", "owner", "sender"),
    "hop.approve": _permit((OF,), "house", "owner"),
    "hop.deny": _permit((OF,), "house", "owner"),
    "hop.revoke": _permit((OF,), "house", "owner"),
    # Beside a vote: an opinion that binds nobody, and the decision passed on to another officer.
    "hop.advise": _permit((OF,), "house", "owner"),
    "hop.refer": _permit((OF,), "house", "owner"),
    # As with certificates: one officer stops it, but who asked for it or is a party to it does not lift that.
    "hop.suspend": _permit((OF,), "house", "owner"),
    "hop.lift": _permit((OF,), "house", "owner"),
    # The work is done, and once the copies are back it is closed: whoever may ask for the subcontract.
    "hop.complete": _permit((M,), "house", "owner", "sender"),
    "hop.close": _permit((M,), "house", "owner", "sender"),
    "hop.recall": _permit((M, OF, C), "house", "owner", "sender"),
    # Asked for by those whose data or rooms are seen: the owner, or the party of a subcontract.
    "visit.request": _permit((M,), "house", "owner", "receiver"),
    "visit.end": _permit((M,), "house", "owner", "receiver"),
    # The region decides who reads the project: whoever gives leave to read changes it.
    "project.locate": _permit((A,), "house"),
    # That the results were accepted, and submitted to the authority: as a report of a subcontract is.
    "project.accept_results": _permit((M, OF), "house", "owner"),
    "project.submit_results": _permit((M, OF), "house", "owner"),
    "project.correct": _permit((M, OF), "house", "owner"),
    "project.close": _permit((M,), "house", "owner"),
    "project.recall": _permit((M, OF, C), "house", "owner"),
    # Given by the officer alone, at the very party; a deputy is proposed by one and confirmed by another.
    "delegation.give": _permit((OF,), "owner"),
    "delegation.propose": _permit((OF, A), "house", "owner"),
    "delegation.confirm": _permit((OF, A), "house", "owner"),
    "delegation.revoke": _permit((OF, A), "house", "owner"),
    # Shown by those who ask, confirmed or waived by an officer who neither showed it nor is concerned.
    "condition.show": _permit((M,), "house", "owner", "sender"),
    "condition.confirm": _permit((OF,), "house", "owner"),
    "condition.return": _permit((OF,), "house", "owner"),
    "condition.waive": _permit((OF,), "house", "owner"),
    # A rule that the pack lets be overridden: asked for by one, agreed to by others in the roles it names,
    # ended by any one of them.
    "override.ask": _permit((M, OF), "house", "owner"),
    "override.vote": _permit((OF, A), "house", "owner"),
    "override.revoke": _permit((OF, A), "house", "owner"),
    "hop.describe": _permit((M, OF), "house", "owner"),
    "hop.consent": _permit((M,), "house", "owner", "sender"),
    "hop.agree_terms": _permit((M,), "house", "owner", "sender"),
    "hop.report": _permit((M, OF), "house", "owner"),
    "handoff.offer": _permit((M, C), "house", "owner", "sender"),
    # What a party has in hand it gives back, and moves between its people, by its own people alone.
    "handoff.return": _permit((R, C, M), "sender"),
    "handoff.move": _permit((R, C, M), "sender"),
    "handoff.withdraw": _permit((M, C), "house", "owner", "sender"),
    "handoff.dispatch": _permit((M, C), "house", "owner", "sender"),
    "handoff.lose": _permit((M, C, OF), "house", "owner", "sender"),
    "handoff.accept": _permit((R, C, M), "receiver"),
    # At whose counter a receiver may identify for one receipt: it gives the custodian no right to receive.
    "handoff.counter": _permit((C, M), "sender"),
    # For a receiver without a sign-in: a sheet to be signed by hand, and who confirms that it was; neither
    # gives a right to receive, and rule HND-06 asks that the witness has no other part in it.
    "handoff.print_sheet": _permit((C, M), "sender"),
    "handoff.witness": _permit((M, OF, C, R), "sender"),
    # Blank receipts are printed and given out by whoever answers for the copies; who has them accounts for
    # them.
    "blank.print": _permit((M, C), "house", "owner"),
    "blank.issue": _permit((M, C), "house", "owner"),
    "blank.spoil": _permit((M, C, R), "house", "owner", "holder"),
    "blank.miss": _permit((M, C, R), "house", "owner", "holder"),
    "blank.find": _permit((M, C, R), "house", "owner", "holder"),
    # A register of a whole project, or of any party in it, is printed by whoever answers for the project; of
    # the own party's lines, by its own people. The stamped paper is scanned by either.
    "register_print.make": _permit((M, OF, C), "house", "owner"),
    "register_print.make_own": _permit((M, OF, C, R), "holder"),
    "register_print.attach": _permit((M, OF, C, R), "house", "owner", "holder"),
    # What took place on paper is entered by the people of the party that gave the copies away, on top of what
    # its leg asks for. What was done without leave is settled by the owner's side.
    "paper.enter": _permit((R, C, M), "sender"),
    "paper.settle": _permit((M, OF), "house", "owner"),
    # The copy is still the sender's: its people say what became of it.
    "sweep.list": _permit((M, OF, C, A), "house"),
    "sweep.import": _permit((M, OF, C, A), "house"),
    "stray.settle": _permit((M, OF), "house", "owner"),
    # What stood on paper before is taken over by whoever answers for the project's copies.
    "register.open": _permit((M, C), "house", "owner"),
    "register.map": _permit((M, C), "house", "owner"),
    "register.withdraw": _permit((M, C), "house", "owner"),
    "register.enter": _permit((M,), "house", "owner"),
    "register.confirm": _permit((M, C), "house", "owner"),
    "register.compare": _permit((M, C), "house", "owner"),
    "register.close": _permit((M,), "house", "owner"),
    "register.assign": _permit((M, OF), "house", "owner"),
    "register.settle": _permit((M, OF), "house", "owner"),
    "discrepancy.settle": _permit((M, C), "house", "owner", "sender"),
    # Opened and signed by whoever answers for the copies, or whose project they are of; the act asks besides
    # that who counts and who signs is one of the two people named for it.
    "stocktake.open": _permit((M, C), "house", "owner", "holder"),
    "stocktake.count": _permit((R, C, M), "house", "owner", "holder"),
    "stocktake.recount": _permit((R, C, M), "house", "owner", "holder"),
    "stocktake.close": _permit((M, C), "house", "owner", "holder"),
    "stocktake.cancel": _permit((M, C), "house", "owner", "holder"),
    "stocktake.settle": _permit((M, C), "house", "owner", "holder"),
    # All that a person keeps passes to another: opened by whoever answers for the copies or for leavers, and
    # signed by the three whom it names.
    "handover.open": _permit((M, C, A), "house", "holder"),
    "handover.sign": _permit((R, C, M, OF), "house", "holder"),
    "handover.abandon": _permit((M, C, A), "house", "holder"),
    "handoff.decline": _permit((R, C, M), "receiver"),
    "handoff.mistaken": _permit((R, C, M), "receiver"),
    "handoff.agree": _permit((M, C), "sender"),
    "handoff.disagree": _permit((M, C), "sender"),
    # Asked by the owner's side or by the unit; decided by an officer whom rule FLD-01 finds not concerned.
    "equipment.register": _permit((M, A), "house", "owner"),
    "permit.draft": _permit((M,), "house", "owner", "sender"),
    "permit.change": _permit((M,), "house", "owner", "sender"),
    "permit.submit": _permit((M,), "house", "owner", "sender"),
    "permit.approve": _permit((OF,), "house", "owner"),
    "permit.return": _permit((OF,), "house", "owner"),
    "permit.revoke": _permit((OF,), "house", "owner"),
    "permit.close": _permit((M,), "house", "owner", "sender"),
    # Who is cleared for the zones: nobody else reads more of them than how many are met.
    "zone.publish": _permit((A,), "house"),
    "zone.read": _permit((OF, A), "house"),
    "zone.consent": _permit((OF, A), "house"),
    "collection.plan": _permit((M,), "house", "owner", "sender"),
    "collection.record": _permit((M, OF), "house", "owner", "sender"),
    "collection.register": _permit((M,), "house", "owner", "sender"),
    "collection.review": _permit((M, OF), "house", "owner"),
    # Asked for and done by who has the copies; decided by an officer whom rule DSP-01 finds not concerned.
    "destruction.request": _permit((R, C, M), "holder"),
    "destruction.withdraw": _permit((R, C, M), "holder"),
    "destruction.approve": _permit((OF,), "house", "owner"),
    "destruction.refuse": _permit((OF,), "house", "owner"),
    "destruction.record": _permit((R, C, M), "holder"),
    "destruction.fail": _permit((R, C, M), "holder"),
    "destruction.certify": _permit((R, C, M), "owner", "holder"),
    "party.state_conditions": _permit((M, OF, A), "house"),
    "party.inspect": _permit((M, OF, A), "house"),
    "party.correct": _permit((M, OF, A), "house"),
    "person.correct": _permit((A,), "house"),
    "system.correct": _permit((A,), "house"),
    "qualification.correct": _permit((M, OF, A), "house"),
    "item.correct": _permit((OF,), "house", "owner"),
    "handoff.correct": _permit((M, C), "sender"),
    # Whoever stands for the owner or an end of a subcontract reports; who answers for the project goes on.
    "incident.report": _permit((M, OF, R, C), "house", "owner", "sender", "receiver"),
    "incident.correct": _permit((M, OF, R, C), "house", "owner", "sender"),
    "incident.triage": _permit((M, OF), "house", "owner"),
    "incident.contain": _permit((M, OF), "house", "owner"),
    "incident.notify": _permit((M, OF), "house", "owner"),
    "incident.investigate": _permit((M, OF), "house", "owner"),
    "incident.close": _permit((M, OF), "house", "owner"),
    "incident.dismiss": _permit((M, OF), "house", "owner"),
    # One stops it at once, an officer lets it go.
    "incident.hold": _permit((M, OF), "house", "owner"),
    "incident.release": _permit((OF,), "house", "owner"),
    "refusal.explain": _permit((M, OF, R, C), "house", "owner", "sender", "receiver"),
    "report.request": _permit((M, OF), "house", "owner"),
    "report.request_granted": _permit((G,), "grant"),
    # A regulator with leave to read draws and looks; nobody of the unit has a part in it.
    "sample.ask": _permit((G,), "grant"),
    "sample.draw": _permit((G,), "grant"),
    "sample.enter": _permit((G,), "grant"),
    "sample.close": _permit((G,), "grant"),
    "sample.withdraw": _permit((G,), "grant"),
    # What a regulator finds wrong; answered for the owner by those who answer for the project.
    "objection.lodge": _permit((G,), "grant"),
    "objection.answer": _permit((M, OF), "house", "owner"),
    "objection.accept": _permit((G,), "grant"),
    "objection.send_back": _permit((G,), "grant"),
    "objection.withdraw": _permit((G,), "grant"),
    # One's own. Whoever lost theirs gets a slip; where nobody could confirm one, an administrator ends them.
    "factor.enrol": _permit(Role, "own"),
    "factor.remove": _permit(Role, "own"),
    "factor.end": _permit((A,), "house"),
    # One's own too: with it one signs at somebody else's counter.
    "pin.set": _permit(Role, "own"),
    "pin.remove": _permit(Role, "own"),
    # That an account at the provider is this person's is said by whoever gives sign-ins, and by nobody else.
    "identity.link": _permit((A,), "house"),
    "identity.confirm": _permit((OF, A), "house"),
    "identity.refuse": _permit((OF, A), "house"),
    "identity.end": _permit((A,), "house"),
    # Asked for by one and confirmed by another, each with half of it; one stops it, and so does its owner.
    "slip.ask": _permit((A,), "house"),
    "slip.confirm": _permit((OF, A), "house"),
    "slip.print": _permit((OF, A), "house"),
    "slip.end": _permit(Role, "own"),
    "slip.revoke": _permit((OF, A), "house"),
    # Named by its owner, put on record as theirs by somebody else; as with certificates one stops it.
    "signing_key.ask": _permit((M, OF, C, R, A), "own"),
    "signing_key.confirm": _permit((OF, A), "house"),
    "signing_key.end": _permit(Role, "own"),
    "signing_key.revoke": _permit((OF, A), "house"),
    "session.end": _permit(Role, "own"),
    "session.end_all": _permit((A,), "house"),
    # What leaves the house by itself: for those who answer for the party. The operator says where to.
    "webhook.add": _permit((M, A), "own"),
    "webhook.rekey": _permit((M, A), "own"),
    "webhook.end": _permit((M, A), "own"),
    "key.issue": _permit(Role, "own"),
    "key.revoke": _permit(Role, "own"),
    "object.settle": _permit((A,), "house"),
    "pack.activate": _permit((A,), "house"),
    "import.subawards": _permit((A,), "house"),
    "import.exclusions": _permit((A,), "house"),
}


NEED_A_FACTOR = frozenset({OF, G, A})
"""Whoever decides, reads across parties, or administers: a password alone is not enough for them."""


def may(memberships: Iterable[tuple[UUID, Role]], verb: str, scope: Mapping[str, UUID | None]) -> bool:
    """Return whether memberships (party, role) allow ``verb`` for an act whose parties are ``scope``.

    An unknown verb, a missing scope entry or no membership means no.
    """
    permit = PERMISSIONS.get(verb)
    if permit is None:
        return False
    parties = {scope[name] for name in permit.where if scope.get(name) is not None}
    return any(party in parties and role in permit.roles for party, role in memberships)
