"""The people and parties of the demo: all invented, with an invented foreign country (ISO user code XA).

The same cast plays the stories in ``bin/run --check``, in the demo, and in the tests.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody.actions import classifying, contractors, need, people, pins, projects, registers, site
from custody.actions.base import Actor, Outcome
from custody.actions.items import Classification
from custody.terms import (
    BasisKind,
    Marking,
    Network,
    PartyKind,
    ProposalKind,
    Provision,
    Role,
    Source,
    SystemKind,
    VettingClass,
)

REGIME = "cn_surveying_zhejiang"
LEVEL = "mimi"
PIN = "271806"
"""With which some sign at counters in the demo, printed there too."""
PASSWORD = "holdfast-demo"  # noqa: S105 - the demo's, printed at every start; a real site has none

# key: (kind, name, other name, country)
PARTIES = {
    "bureau": (PartyKind.GOVERNMENT, "Lanhe Natural Resources Bureau", "岚河市自然资源局", "CN"),
    "westgate": (PartyKind.ORGANISATION, "Westgate Data Processing Co.", "西关数据处理有限公司", "CN"),
    "lakeside": (PartyKind.ORGANISATION, "Lakeside Mapping Ltd", "湖畔测绘有限公司", "CN"),
    "harbour": (PartyKind.ORGANISATION, "Harbour Geodata Studio", "港湾地理信息工作室", "CN"),
    "annex": (PartyKind.ORGANISATION, "Northfield Annex Archive", "北原测绘院分馆", "CN"),
    "meridian": (PartyKind.ORGANISATION, "Meridian Research Inc.", "子午线研究公司", "XA"),
    "pilot": (PartyKind.INDIVIDUAL, "Ren Yifei", "任一飞", "CN"),
    "office": (PartyKind.GOVERNMENT, "Provincial Surveying Supervision Office", "省测绘监督办公室", "CN"),
}

# key: (name, staff number, party, roles)
PEOPLE = {
    "mei": ("林梅 Lin Mei", "NF-001", "northfield", (Role.MANAGER,)),
    "heng": ("赵衡 Zhao Heng", "NF-002", "northfield", (Role.OFFICER,)),
    "qiao": ("孙乔 Sun Qiao", "NF-003", "northfield", (Role.OFFICER,)),
    "an": ("郭安 Guo An", "NF-004", "northfield", (Role.ADMINISTRATOR,)),
    "yu": ("钱宇 Qian Yu", "NF-005", "northfield", (Role.CUSTODIAN,)),
    "tao": ("吴涛 Wu Tao", "WG-001", "westgate", (Role.RECIPIENT, Role.MANAGER)),
    "lan": ("周岚 Zhou Lan", "LS-001", "lakeside", (Role.RECIPIENT, Role.MANAGER)),
    "bo": ("冯博 Feng Bo", "HB-001", "harbour", (Role.RECIPIENT,)),
    "shu": ("何书 He Shu", "AX-001", "annex", (Role.RECIPIENT,)),
    "yifei": ("任一飞 Ren Yifei", "RY-001", "pilot", (Role.RECIPIENT,)),
    "jing": ("陈静 Chen Jing", "SO-001", "office", (Role.REGULATOR,)),
}


@dataclass(slots=True)
class Cast:
    """Everybody by key, and the site they work on."""

    site: m.Site
    parties: dict[str, m.Party] = field(default_factory=dict)
    people: dict[str, m.Person] = field(default_factory=dict)
    users: dict[str, m.User] = field(default_factory=dict)
    systems: dict[str, m.System] = field(default_factory=dict)

    def actor(self, key: str, source: Source = Source.SCREEN) -> Actor:
        """Return a person of the cast as an actor, with today's memberships."""
        person = self.people[key]
        members = m.Membership.objects.current().filter(person=person)
        return Actor(person.id, tuple((x.party_id, x.role) for x in members), source, self.site.operator_id)

    def party(self, key: str) -> UUID:
        """Return a party's id."""
        return self.parties[key].id

    @property
    def today(self) -> dt.date:
        """Return today in the demo's regime."""
        return today()


def today() -> dt.date:
    """Return today's calendar day in UTC+8, where the demo's regime lives."""
    return timezone.now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()


def load() -> Cast:
    """Return the cast of a demo that stands already. Raises KeyError for one that is not whole."""
    cast = Cast(m.Site.objects.select_related("operator").get())
    by_name = {p.name: p for p in m.Party.objects.all()}
    cast.parties = {key: by_name[row[1]] for key, row in PARTIES.items()}
    cast.parties["northfield"] = cast.site.operator
    by_number = {p.staff_number: p for p in m.Person.objects.all()}
    cast.people = {key: by_number[row[1]] for key, row in PEOPLE.items()}
    cast.users = {u.username: u for u in m.User.objects.all()}
    names = {
        "workstation": "WS-07",
        "westgate_room": "WG-ROOM-1",
        "lakeside_room": "LS-ROOM-1",
        "office_pc": "PC-113",
    }
    by_system = {s.name: s for s in m.System.objects.all()}
    cast.systems = {key: by_system[name] for key, name in names.items()}
    return cast


def enter(*, demo: bool = True, sign_ins: bool = True) -> Cast:
    """Set up the demo site and register everybody; one records certificates, another verifies."""
    site.open_site(
        site.Installation(
            name="Northfield demo",
            operator="Northfield Survey Institute",
            operator_other_name="北原测绘院",
            country="CN",
            levels={"cn_surveying": "jimi", "us_cui": "cui", "generic": "confidential"},
            network=Network.NONE,
            tested_on=today() - dt.timedelta(days=40),
            inventory_number="NF-SRV-01",
            provision=Provision.ISSUED,
            demo=demo,
            time_zone="Asia/Shanghai",
            regime=REGIME,
        )
    )
    cast = Cast(m.Site.objects.select_related("operator").get())
    cast.parties["northfield"] = cast.site.operator
    setup = Actor.setup()
    for key, (kind, name, other, country) in PARTIES.items():
        done = registers.register_party(setup, kind=kind, name=name, other_name=other, country=country)
        cast.parties[key] = done.object
    for key, (name, number, party, roles) in PEOPLE.items():
        person = registers.register_person(setup, name=name, staff_number=number, citizenships=["CN"]).object
        cast.people[key] = person
        for role in roles:
            registers.give_membership(
                setup,
                person=person.id,
                party=cast.party(party),
                role=role,
                starts=today() - dt.timedelta(days=400),
            )
    if sign_ins:
        give_sign_ins(cast)
    _cleared(cast)
    _systems(cast)
    for party, grade in (("northfield", "A"), ("westgate", "A"), ("lakeside", "B")):
        qualify(cast, cast.party(party), grade, f"DEMO-{party.upper()}")
    return cast


def give_sign_ins(cast: Cast) -> None:
    """Give everybody a user name, which is their key, and the password of the demo."""
    for key, person in cast.people.items():
        done = registers.give_sign_in(Actor.setup(), person=person.id, username=key, password=PASSWORD)
        cast.users[key] = done.object


def give_pins(cast: Cast) -> None:
    """Let two who receive, and an officer as a witness, sign at counters."""
    for key in ("lan", "tao", "heng"):
        must(pins.set_own(Actor.of(cast.users[key]), user=cast.users[key].pk, pin=PIN), "done")


def complete(cast: Cast) -> None:
    """Record what a demo of an earlier version does not know of those who take part in the stories."""
    for party in ("northfield", "westgate", "lakeside"):
        state_conditions(cast, cast.party(party))


RECEIVERS = ("mei", "yu", "tao", "lan", "bo", "shu", "yifei")
"""Who is offered copies, or gets some back: where they may not have them, it is never for want of this."""


def _cleared(cast: Cast) -> None:
    """Record what lets people receive secret copies."""
    for n, key in enumerate(RECEIVERS, 1):
        clear(cast.people[key].id, cast.today, f"〔2026〕{n:02}号")


def clear(person: UUID, today: dt.date, number: str, vetting: VettingClass = VettingClass.IMPORTANT) -> None:
    """Record that a person was vetted, trained and bound; ``number`` is that of the papers."""
    setup = Actor.setup()
    must(
        people.record_vetting(
            setup,
            person=person,
            vetting=vetting,
            vetted_from=today - dt.timedelta(days=200),
            vetted_to=today + dt.timedelta(days=900),
            vetting_evidence=f"审查{number}",
            post="Data handling 数据管理",
        ),
        "done",
    )
    day = today - dt.timedelta(days=90)
    must(
        people.record_training(setup, person=person, trained_on=day, training_evidence=f"培训{number}"),
        "done",
    )
    must(
        people.record_undertaking(
            setup, person=person, undertaking_on=day, undertaking_evidence=f"承诺书{number}"
        ),
        "done",
    )


def admit(cast: Cast, item: UUID, key: str) -> m.NeedToKnow:
    """Put a person on the need-to-know list of an item, as Northfield's manager."""
    listed: m.NeedToKnow = must(
        need.admit(
            cast.actor("mei"),
            item=item,
            person=cast.people[key].id,
            since=cast.today,
            decided_by=cast.people["heng"].id,
            basis="知悉〔2026〕1号",
        ),
        "done",
    ).object
    return listed


def _systems(cast: Cast) -> None:
    rows = {
        "workstation": ("WS-07", "northfield", "jimi", Network.NONE),
        "westgate_room": ("WG-ROOM-1", "westgate", "jimi", Network.NONE),
        "lakeside_room": ("LS-ROOM-1", "lakeside", "mimi", Network.NONE),
        "office_pc": ("PC-113", "northfield", "", Network.INTERNET),
    }
    for key, (name, owner, level, network) in rows.items():
        cast.systems[key] = registers.register_system(
            Actor.setup(),
            name=name,
            kind=SystemKind.COMPUTER,
            owner_party=cast.party(owner),
            levels={"cn_surveying": level} if level else {},
            network=network,
            tested_on=cast.today - dt.timedelta(days=60) if level else None,
            inventory_number=f"{name}-2024",
            accreditation=f"测评〔2026〕{len(cast.systems) + 1:02}号" if level else "",
            country="CN",
            provision=Provision.ISSUED,
        ).object


def qualify(cast: Cast, party: UUID, grade: str, number: str, days: int = 900) -> m.Qualification:
    """Record and verify a surveying certificate of a party, valid for ``days`` from today."""
    recorded: m.Qualification = registers.record_qualification(
        cast.actor("mei", Source.SYSTEM),
        party=party,
        type="survey",
        grade=grade,
        categories=["engineering", "gis"],
        number=f"{number}-{grade}",
        issuer="省自然资源厅（演示）",
        valid_from=cast.today - dt.timedelta(days=300),
        valid_to=cast.today + dt.timedelta(days=days),
    ).object
    verified: m.Qualification = registers.verify_qualification(
        cast.actor("heng", Source.SYSTEM),
        qualification=recorded.id,
        on=cast.today - dt.timedelta(days=1),
        how="Checked in the issuer's public register. 已在发证机关公示平台查询。",
    ).object
    state_conditions(cast, party)
    return verified


def state_conditions(cast: Cast, party: UUID) -> None:
    """Record that a party is twelve years old, of a clean record and PRC staff, and has inspected itself;
    what is recorded of it already stays."""
    row = m.Party.objects.get(id=party)
    if row.conditions_on is None:
        contractors.state_conditions(
            cast.actor("mei", Source.SYSTEM),
            party=party,
            stated_on=cast.today - dt.timedelta(days=20),
            established_on=cast.today - dt.timedelta(days=12 * 365),
            clean_record=True,
            prc_staff=True,
            evidence="Signed statement on file. 书面声明存档。",
        )
    if row.inspected_on is None:
        contractors.record_inspection(
            cast.actor("mei", Source.SYSTEM),
            party=party,
            inspected_on=cast.today - dt.timedelta(days=100),
            evidence="Self-inspection report on file. 自查报告存档。",
        )


def must(outcome: Outcome, state: str) -> Outcome:
    """Return an outcome that a story rests on; RuntimeError names the rules when it came out otherwise."""
    if outcome.state != state:
        findings = outcome.decision.findings if outcome.state == "refused" else []
        raise RuntimeError(f"expected {state}, got {outcome.state}: {[f['code'] for f in findings]}")
    return outcome


def open_project(cast: Cast, code: str, title: str, **changes: object) -> m.Project:
    """Open a project of Northfield for the bureau, as its manager."""
    asked: dict[str, object] = {
        "code": code,
        "title": title,
        "regime": REGIME,
        "level": LEVEL,
        "owner_party": cast.party("northfield"),
        "client_party": cast.party("bureau"),
        "ultimate_client_party": cast.party("bureau"),
        "qualification_type": "survey",
        "qualification_grade": "B",
        "categories": ["engineering"],
        "contract_number": f"{code}-C",
        "currency": "CNY",
        "contract_signed": cast.today - dt.timedelta(days=30),
    }
    done = must(projects.open_project(cast.actor("mei"), **{**asked, **changes}), "done")  # type: ignore[arg-type]
    project: m.Project = done.object
    return project


def classified(cast: Cast, **changes: Any) -> Classification:
    """Return how the cast's items are classified: by the bureau, first, for ten years, and marked."""
    usual = Classification(
        basis_kind=BasisKind.ORIGINAL,
        basis="国家秘密事项范围（演示） List of state secrets (demo)",
        classified_by=cast.party("bureau"),
        issued_on=cast.today - dt.timedelta(days=20),
        years=10,
        marking=Marking.MARKED,
        marking_how="秘密★10年",
        sources=[],
    )
    return replace(usual, **changes)


def register_item(cast: Cast, who: Actor | str = "yu", **asked: Any) -> Outcome:
    """Register an item and have an officer determine what was proposed with it; as it was refused, where it
    was."""
    actor = cast.actor(who) if isinstance(who, str) else who
    outcome = projects.register_item(actor, **asked)
    if outcome.state == "done" and m.ItemProposal.objects.open().filter(item=outcome.object).exists():
        must(determined(cast, outcome.object), "done")
        outcome.object.refresh_from_db()
    return outcome


def classify(cast: Cast, item: m.Item, who: str = "mei", **proposed: Any) -> Outcome:
    """Have one person propose something of an item and an officer determine it."""
    propose(cast, item, who, **proposed)
    return determined(cast, item)


def propose(cast: Cast, item: m.Item, who: str = "mei", **proposed: Any) -> m.ItemProposal:
    """Propose something of an item, where nothing is said that its marking is another: it waits for an
    officer."""
    if not proposed:
        proposed = {"given": Classification(marking_how="Stamped 加盖"), "named": ["marking_how"]}
    asked = classifying.Proposed(**{"reason": "Read the cover 已核对封面", **proposed})
    row: m.ItemProposal = must(
        classifying.propose(cast.actor(who), item=item.id, proposed=asked), "held"
    ).object
    return row


def change(cast: Cast, kind: ProposalKind, **proposed: Any) -> dict[str, Any]:
    """Return what is asked of an item that changes: of today, by an order."""
    basis = {"effective_on": cast.today, "change_basis": "Order no. 3 变更通知3号"}
    return {"kind": kind, **basis, **proposed}


def reclassify(cast: Cast, item: m.Item, level: str) -> Outcome:
    """Have the level of an item changed by two."""
    return classify(cast, item, **change(cast, ProposalKind.RECLASSIFY, level=level))


def determined(cast: Cast, item: m.Item, who: str = "heng") -> Outcome:
    """Have an officer determine what waits of an item."""
    waits = m.ItemProposal.objects.open().get(item=item)
    return classifying.determine(cast.actor(who), proposal=waits.id, reason="As proposed 同意")


def make_copies(
    cast: Cast, project: m.Project, codename: str, count: int, level: str = LEVEL, sha256: str = ""
) -> list[m.Copy]:
    """Register an item and number copies of it, held by Northfield's custodian."""
    item = register_item(
        cast,
        project=project.id,
        codename=codename,
        level=level,
        sha256=sha256,
        classified=classified(cast),
    ).object
    copies: list[m.Copy] = projects.mint_copies(
        cast.actor("yu"),
        item=item.id,
        count=count,
        custodian_person=cast.people["yu"].id,
        system=cast.systems["workstation"].id,
    ).object
    return copies
