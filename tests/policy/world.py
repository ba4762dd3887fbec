"""A small project in which everything is in order, to be broken one fact at a time.

Lanting Survey (owner) works for the Harbour Office (client and ultimate client), passes part of the work to
Qingshi Mapping (tier 1), which passes a part on to Baixi Data (tier 2). Officer Wen belongs to the owner,
manager Lu and driver Guan too; Shen receives for Qingshi, Yao for Baixi.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody.policy import facts as f
from custody.policy.facts import Facts, Group, key_of
from custody.terms import Verb

TODAY = date(2026, 11, 21)


def uid(number: int) -> str:
    return str(UUID(int=number))


OWNER, CLIENT, QINGSHI, BAIXI, HOLDING = (uid(n) for n in range(1, 6))
LU, WEN, SHEN, YAO, CLERK, CHECKER = (uid(n) for n in range(11, 17))
GUAN = uid(20)
PROJECT, ITEM, COPY1, COPY2, SOURCE = (uid(n) for n in range(21, 26))
HOP1, HOP2, APPROVAL1, APPROVAL2 = (uid(n) for n in range(31, 35))
INSTALLATION, VAULT, HANDOFF = (uid(n) for n in range(41, 44))
SHA1, SHA2 = "1" * 64, "2" * 64
CLAUSES = ("confidentiality", "no-transfer", "oversight")


def certificate(number: int, **changes: Any) -> f.Qualification:
    sound = f.Qualification(
        id=uid(number),
        type="survey",
        grade="A",
        categories=("engineering", "gis"),
        valid_from=date(2024, 1, 1),
        valid_to=date(2028, 12, 31),
        state="verified",
        recorded_by=CLERK,
        verified_by=CHECKER,
        verified_on=date(2026, 9, 1),
        entry=None,
    )
    return replace(sound, **changes)


def client_consent() -> f.Consent:
    return f.Consent(
        kind="client",
        given_on=date(2026, 9, 10),
        document_sha256="c" * 64,
        recorded_by=LU,
        entry=None,
    )


def party(id: str, **changes: Any) -> f.Party:
    sound = f.Party(
        id=id,
        kind="organisation",
        state="active",
        country="CN",
        controllers=(),
        qualifications=(),
        established_on=date(2012, 3, 1),
        conditions_on=date(2026, 10, 1),
        clean_record=True,
        prc_staff=True,
        inspected_on=date(2026, 5, 4),
        overdue=0,
        overdue_since=None,
        held_by=(),
        incidents_late=0,
        holds=False,
        held_since=None,
        counted_on=None,
        differences=0,
        differences_since=None,
        heap=0,
        heap_without_area=0,
        lists=1,
        unscreened=0,
        screened_on=date(2026, 11, 18),
        listed_on=date(2026, 11, 1),
        hits_open=0,
        entry=None,
    )
    return replace(sound, **changes)


def person(id: str, *parties: str) -> f.Person:
    memberships = tuple(f.Membership(party=p, role="recipient") for p in parties)
    return f.Person(
        id=id,
        memberships=memberships,
        citizenships=("CN",),
        delegations=(),
        vetting="core",
        vetted_from=date(2025, 1, 1),
        vetted_to=date(2028, 12, 31),
        trained_on=date(2026, 9, 1),
        undertaking_on=date(2025, 1, 1),
        leaves_on=None,
        need_to_know=(f.NeedToKnow(item=ITEM, entry=None),),
        entry=None,
    )


def vote(person: str, *parties: str, choice: str = "approve", behalf: str | None = None) -> f.Vote:
    return f.Vote(person=person, parties=parties, choice=choice, on_behalf_of=behalf, entry=None)


def condition(number: int, **changes: Any) -> f.Condition:
    sound = f.Condition(
        id=uid(70 + number),
        number=number,
        type="precondition",
        state="met",
        set_on=date(2026, 10, 2),
        due=None,
        entry=None,
    )
    return replace(sound, **changes)


def delegation(**changes: Any) -> f.Delegation:
    sound = f.Delegation(
        id=uid(80),
        party=OWNER,
        delegator=WEN,
        project=None,
        level="jimi",
        starts=date(2026, 11, 1),
        ends=date(2026, 11, 30),
        state="active",
        entry=None,
    )
    return replace(sound, **changes)


def item(id: str, **changes: Any) -> f.Item:
    sound = f.Item(
        id=id,
        level="mimi",
        basis_kind="original",
        has_basis=True,
        classified_by=CLIENT,
        issued_on=date(2026, 3, 2),
        until=date(2036, 3, 2),
        has_release_condition=False,
        marking="marked",
        sources=(),
        certificate_on=None,
        registered_on=date(2026, 10, 5),
        reviewed_on=None,
        review_outcome=None,
        numbered=0,
        with_parties=(),
        entry=None,
    )
    return replace(sound, **changes)


class World:
    """The facts of one act, open to change; `facts()` gives them as a rule reads them."""

    def __init__(self, verb: Verb, regime: str = "cn_surveying_zhejiang", tier: int = 1) -> None:
        self.verb = verb
        giving, taking = ((OWNER, QINGSHI), (QINGSHI, BAIXI))[tier - 1]
        hop, approval, receiver = ((HOP1, APPROVAL1, SHEN), (HOP2, APPROVAL2, YAO))[tier - 1]
        handoff, accept = verb.value.startswith("handoff."), verb is Verb.HANDOFF_ACCEPT
        on_hop = handoff or verb.value.startswith("hop.")
        actor = {Verb.HOP_APPROVE: WEN, Verb.HANDOFF_ACCEPT: receiver}.get(verb, LU)
        open_request = verb in {Verb.HOP_REQUEST, Verb.HOP_APPROVE}
        self._groups: dict[str, Group] = {}
        self.add(
            f.Act(
                verb=verb.value,
                today=TODAY,
                actor_person=actor,
                hop=hop if on_hop else None,
                approval=approval if verb is Verb.HOP_APPROVE else None,
                handoff=HANDOFF if accept else None,
                sender_party=giving if handoff else None,
                receiver_party=taking if handoff else None,
                receiver_person=receiver if handoff else None,
                offered_by=LU if accept else None,
                system=VAULT if handoff else None,
                copies=(COPY1, COPY2) if handoff else (),
                level="mimi" if verb is Verb.ITEM_REGISTER else None,
                item=ITEM if verb in {Verb.ITEM_REGISTER, Verb.COPY_MINT} else None,
                due_back=date(2027, 3, 1) if handoff else None,
                has_purpose=handoff,
                channel="in_person" if handoff else None,
                second_carrier=None,
                entry=None,
            ),
            f.Project(
                id=PROJECT,
                regime=regime,
                owner_party=OWNER,
                client_party=CLIENT,
                ultimate_client_party=CLIENT,
                level="jimi",
                categories=("engineering", "gis"),
                qualification_type="survey",
                qualification_grade="B",
                contract_value=Decimal("1000000.00"),
                currency="CNY",
                contract_signed=date(2026, 6, 1),
                state="open",
                entry=uid(90),
            ),
            f.System(
                id=INSTALLATION,
                kind="computer",
                owner_party=OWNER,
                level="jimi",
                network="none",
                state="active",
                tested_on=date(2026, 1, 5),
                is_installation=True,
                inventory_number="LT-SRV-1",
                country="CN",
                provision="issued",
                entry=None,
            ),
            f.System(
                id=VAULT,
                kind="vault",
                owner_party=taking,
                level="jimi",
                network="none",
                state="active",
                tested_on=date(2026, 2, 1),
                is_installation=False,
                inventory_number="QS-V-07",
                country="CN",
                provision="issued",
                entry=None,
            ),
            party(OWNER, qualifications=(certificate(51),)),
            party(CLIENT, kind="government"),
            party(
                QINGSHI,
                qualifications=(certificate(52),),
                controllers=(f.Controller(party=HOLDING, kind="owner", share=Decimal(70), entry=None),),
            ),
            party(BAIXI, qualifications=(certificate(53),)),
            party(HOLDING),
            person(LU, OWNER),
            person(WEN, OWNER),
            person(GUAN, OWNER),
            person(SHEN, QINGSHI),
            person(YAO, BAIXI),
        )
        for n, (id, up, a, b, sha, appr, share) in enumerate(
            [
                (HOP1, None, OWNER, QINGSHI, SHA1, APPROVAL1, "30"),
                (HOP2, HOP1, QINGSHI, BAIXI, SHA2, APPROVAL2, "20"),
            ]
        ):
            asked = open_request and id == hop
            self.add(
                f.Hop(
                    id=id,
                    parent=up,
                    from_party=a,
                    to_party=b,
                    depth=n + 1,
                    state="requested" if asked else "active",
                    level="mimi",
                    categories=("engineering",),
                    starts=date(2026, 10, 1),
                    ends=date(2027, 6, 30),
                    share=Decimal(share),
                    amount=None,
                    keeps_core=True,
                    awarded_on=date(2026, 9, 15),
                    reported_on=date(2026, 9, 20),
                    subject_sha256=sha,
                    approval=appr,
                    changed=(),
                    business=(),
                    performer=b,
                    siblings=(),
                    consents=(client_consent(),),
                    clauses=CLAUSES,
                    giver_signed=date(2026, 9, 12),
                    receiver_signed=date(2026, 9, 13),
                    payer=a,
                    payer_country="CN",
                    payment="bank",
                    entry=None,
                ),
                f.Approval(
                    id=appr,
                    state="requested" if asked else "granted",
                    subject_kind="hop",
                    subject_id=id,
                    subject_sha256=sha,
                    level="mimi",
                    starts=None,
                    ends=date(2027, 6, 30),
                    requested_by=LU,
                    needed=1,
                    votes=() if asked else (vote(WEN, OWNER),),
                    conditions=(),
                    referrals=(),
                    limits=(),
                    used=None,
                    decided_on=None if asked else date(2026, 9, 15),
                    entry=None,
                ),
            )
            if id == hop:
                break
        for n, id in enumerate((COPY1, COPY2) if handoff else ()):
            self.add(
                f.Copy(
                    id=id,
                    number=f"DEM-1/{n + 1}",
                    item=ITEM,
                    level="mimi",
                    custodian_party=giving,
                    custodian_person=None,
                    state="offered" if accept else "held",
                    offered_in=HANDOFF if accept else None,
                    registered=True,
                    held_by=(),
                    last_event_on=TODAY,
                    beside=2,
                    covered_by=1,
                    held_since=date(2026, 11, 1),
                    entry=None,
                )
            )

        if handoff or verb in {Verb.ITEM_REGISTER, Verb.COPY_MINT}:
            self.add(item(ITEM, sources=(SOURCE,)), item(SOURCE))

    def add(self, *groups: Group) -> World:
        for group in groups:
            self._groups[key_of(group)] = group
        return self

    def change(self, key: str, **changes: Any) -> World:
        self._groups[key] = replace(self._groups[key], **changes)
        return self

    def drop(self, key: str) -> World:
        del self._groups[key]
        return self

    def facts(self) -> Facts:
        return Facts.of(*self._groups.values())
