"""The product as a newcomer starts it, a browser, and the people in front of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.person import Person
from tests.chromium import program
from tests.config.test_run import Site, clean_environ
from tests.databases import PROJECT

# A project with three copies for each language in which the job is played, one for the play without scripts,
# and one with a subcontract for the play without a mouse; and one where things wait for somebody: conditions,
# a suspended approval, votes in other hands, a need-to-know list, a party that looks like a barred one.
STAGE = """
import json
from dataclasses import replace
from datetime import timedelta
from django.urls import reverse
from django.utils import timezone
from custody import models as m
from custody.actions import advising, conditions, delegations, ending, field_permits, field_work
from custody.actions import files, handoffs, hops, need, notices, overriding, rechecking, registers, standing
from custody import lot, record
from custody.actions import handing_over, incident_holds, incidents, objections, samples, scanning
from custody.actions import stocktaking, visits
from custody.actions.base import Actor
from custody.actions.conditioning import Asked
from custody.stories import cast, copying, destruction, field, told
from custody.evidence.words import EvidenceOf
from custody.terms import (ConditionType, PartyKind, Payment, PrintedKind, SampleFound, SecondPerson, Stance,
    VisitKind, VoteChoice)
from tests.api.hostile_sweep import strayed
from custody.actions import blanks, register_prints
from tests.actions.filled_in import entered as written, issued, offer as on_form, printed
from tests import old_subcontracts
from tests.actions.old_registers import opened, taken_over
from tests.old_register import line
from tests.evidence.made import pdf
from tests.screening.lists import listed_and_screened
people = cast.load()
for code in ("BR-EN", "BR-ZH", "BR-PLAIN", "BR-KEYS"):
    project = cast.open_project(people, code, "Sheet revision 图幅修测")
    cast.make_copies(people, project, code + "-SHEET", 3)
    registers.give_grant(Actor.setup(), person=people.people["jing"].id, project=project.id,
        starts=people.today, ends=people.today)
told.approved_hop(people, project, "westgate", "Scanning 扫描")
jing, word = people.actor("jing"), "seven grey herons wait at the weir"
drawn = [cast.must(samples.ask(jing, project=project.id, count=2, word_sha256=lot.sealed(word)),
    "done").object for _ in range(3)]
wrong = [cast.must(objections.lodge(jing, project=project.id, text="Discs lie open 光盘未入柜",
    basis="Surveying Law 测绘法 47", due=people.today), "done").object for _ in range(2)]
assert record.wait_sealed([project.stream], 60)
for row in drawn[:2]:
    cast.must(samples.draw(jing, sample=row.id, word=word), "done")
cast.must(samples.enter(jing, sample=drawn[1].id, seen=[samples.Seen(one.id, SampleFound.SEEN)
    for one in drawn[1].lines.all()]), "done")
project = cast.open_project(people, "BR-WAITS", "What waits 待办")
mei, heng = people.actor("mei"), people.actor("heng")
cast.must(objections.answer(mei, objection=wrong[1].id, answer="In a safe now 已入柜"), "done")
asked = cast.must(told.ask(people, project, "mei", "westgate", "Under conditions 附条件"), "held").decision
both = [Asked(ConditionType.PRECONDITION, text) for text in ("Seals 封签", "Training 培训")]
cast.must(hops.vote(heng, approval=asked.id, choice=VoteChoice.APPROVE, reason="In order",
    conditions=both), "done")
shown = m.Condition.objects.get(approval=asked.id, number=2)
cast.must(conditions.show(mei, condition=shown.id, evidence="Course of May 五月培训"), "done")
held = told.ask(people, project, "mei", "westgate", "Survey marks 测量标志", **told.SMALL)
waits = cast.must(held, "held").decision
cast.must(advising.advise(people.actor("qiao"), approval=waits.id, stance=Stance.AGAINST, reason="Late 晚"),
    "done")
stopped = told.approved_hop(people, project, "lakeside", "Suspended 暂停")
cast.must(standing.suspend(heng, approval=stopped.approvals.get().id, reason="A question 有疑问"), "done")
ended = told.approved_hop(people, project, "lakeside", "Done work 已完成")
lent = cast.make_copies(people, project, "BR-LENT", 1)
over = cast.must(told.offer(people, ended, lent, "lan", "lakeside_room"), "done").object
cast.must(handoffs.accept(people.actor("lan"), handoff=over.id), "done")
cast.must(ending.complete(mei, hop=ended.id, reason="Delivered 已交付"), "done")
cast.must(ending.recall(mei, hop=ended.id, reason="Delivered 已交付", due=people.today), "done")
fortnight = delegations.Scope(cast.LEVEL, people.today, people.today + timedelta(days=14))
house, yu = people.party("northfield"), people.people["yu"].id
cast.must(delegations.give(heng, party=house, delegate=yu, scope=fortnight, reason="Away 外出"), "done")
cast.must(delegations.propose(heng, party=house, delegator=people.people["qiao"].id, delegate=yu,
    scope=fortnight, reason="Ill 病假"), "held")
m.Party.objects.filter(id=people.party("annex")).update(established_on=people.today - timedelta(days=40),
    conditions_on=people.today, clean_record=True, prc_staff=True)
cast.must(overriding.ask(mei, project=project.id, rule="QUA-08", party=people.party("annex"),
    until=people.today, reason="Only they have the plates 仅其持有"), "held")
copies = cast.make_copies(people, project, "BR-KNOWN", 1)
cast.must(need.admit(mei, item=copies[0].item_id, person=people.people["tao"].id, since=people.today,
    decided_by=people.people["heng"].id, basis="No. 8 第8号"), "done")
field.publish(people)
drone = field.drone(people, "northfield", "BR-1")
work = field.terms(people, "northfield", "yu", drone)
draft = field.draft(mei, project.id, replace(work, area=field.outline(*field.OVER_THE_DEPOT)))
sent = field.draft(mei, project.id, work)
cast.must(field_permits.submit(mei, permit=sent.id), "held")
live = field.approved(people, project, work)
flight = {"unit": house, "operator": yu, "equipment": drone.id, "collected_on": people.today,
    "permit": live.id, "uplink": False, "payment": Payment.UNPAID}
planned = cast.must(field_work.plan(mei, permit=live.id, equipment=drone.id,
    collected_on=people.today), "done").object
flown = [cast.must(field_work.record_done(mei, project=project.id, done=field_work.Done(**flight)),
    "done").object for _ in range(2)]
cast.must(field_work.register_output(mei, collection=flown[0].id, outputs=[copies[0].item_id]), "done")
came = cast.must(visits.request(mei, project=project.id, asked=visits.Asked(VisitKind.VISIT,
    "Look at sheets 查看图幅", cast.LEVEL, people.today, people.today,
    guests=[visits.Guest("Lin Yue 林越", ["CN"])])), "done").object
stray = strayed(people, project)
register = opened(people, project)
entered = taken_over(people, opened(people, project, [line(71)]))
contracts = taken_over(people, old_subcontracts.opened(people, project, [old_subcontracts.line(1)]))
broken = m.OpeningFinding.objects.filter(register=entered)[0]
told_way = told.approved_hop(people, project, "westgate", "On paper 纸质")
sheets_ = cast.make_copies(people, project, "BR-PAPER", 2)
unissued_ = printed(people, project, 2)
blank_, astray_, used_ = issued(people, project, count=3)
blanks.miss(people.actor("yu"), form=astray_.id, reason="Gone 遗失")
filled = written(mei, on_form(people, told_way, sheets_[:1], "tao", "office_pc"), used_.number,
    people.people["yu"].id).object
cast.must(handoffs.accept(people.actor("tao"), handoff=filled.id), "done")
on_pages = cast.must(register_prints.make(mei, register_prints.Asked(PrintedKind.CARRIERS, project.id, None,
    people.today, people.today)), "done").object
wished = copying.requested(people, copies[0].item_id)
more = copying.permitted(people, copies[0].item_id)
gone = cast.make_copies(people, project, "BR-GONE", 4)
batches = [way(people, project, [copy]) for way, copy in zip(
    (destruction.requested, destruction.approved, destruction.destroyed), gone)]
proposed_ = cast.propose(people, gone[0].item)
lost = incidents.Told("A seal is broken 封签破损", timezone.now(), copies=[lent[0].id])
happened = [cast.must(incidents.report(people.actor("yu"), project=project.id, told=lost), "done").object
    for _ in range(4)]
for row in happened[1:]:
    cast.must(incidents.triage(mei, incident=row.id, note="Assessed 已研判"), "done")
for row in happened[2:]:
    cast.must(incidents.notify(mei, incident=row.id, authority="Bureau 保密局", reference="2026-7",
        notified_at=timezone.now()), "done")
cast.must(incidents.investigate(mei, incident=happened[3].id, note="Two officers 两名审批人"), "done")
cast.must(incident_holds.hold(mei, incident=happened[1].id, copies=[lent[0].id],
    reason="Evidence 证据"), "done")
counting = cast.must(stocktaking.open_stocktake(mei, asked=stocktaking.Asked(house,
    people.people["mei"].id, yu, SecondPerson.COUNTER, project.id)), "done").object
keys = m.Project.objects.get(code="BR-KEYS").id
again = cast.must(stocktaking.open_stocktake(mei, asked=stocktaking.Asked(house,
    people.people["mei"].id, yu, SecondPerson.COUNTER, keys)), "done").object
cast.must(stocktaking.recount(mei, stocktake=again.id), "done")
mine, heng = people.people["mei"].id, people.people["heng"].id
moving = cast.must(handing_over.open_handover(mei, asked=handing_over.Asked(house, yu, mine, heng,
    "Leaves 离岗")), "done").object
every = list(moving.stocktake.lines.values_list("code", flat=True))
cast.must(scanning.count(mei, stocktake=moving.stocktake_id, codes=every), "done")
alike = registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name="Quarry Survey House")
listed_and_screened(alike.object.id)
rechecking.run(timezone.now())
notices.tell(timezone.now())
paper = m.Qualification.objects.filter(party=people.party("westgate")).first()
incoming = files.begin()
incoming.write(pdf(2))
shown = cast.must(files.attach(mei, what=EvidenceOf.QUALIFICATION, subject_id=paper.id,
    file=incoming.finish()), "done")
files.draw_pages(shown.object.id)
print(json.dumps([
    *(reverse("approval", args=[id]) for id in (asked.id, waits.id, stopped.approvals.get().id)),
    reverse("hop", args=[ended.id]), reverse("visit", args=[came.id]),
    *(reverse("incident", args=[row.id]) for row in happened),
    *(reverse("collection", args=[row.id]) for row in (planned, *flown)),
    *(reverse("field_permit", args=[row.id]) for row in (draft, sent, live)),
    reverse("item_proposal", args=[proposed_.id]),
    *(reverse("copy_permit", args=[row.id]) for row in (wished, more)),
    *(reverse("destruction", args=[row.id]) for row in batches),
    *(reverse("copy", args=[gone[n].id]) for n in (0, 2)),
    reverse("stocktake", args=[counting.id]), reverse("stocktake", args=[again.id]),
    reverse("handover", args=[moving.id]),
    reverse("item", args=[copies[0].item_id]), reverse("party", args=[alike.object.id]),
    reverse("opening_register", args=[register.id]), reverse("opening_register", args=[entered.id]),
    reverse("opening_register", args=[contracts.id]),
    reverse("opening_finding", args=[broken.id]), reverse("handoff", args=[filled.id]),
    reverse("register_print", args=[on_pages.id]),
    *(reverse("blank", args=[row.id]) for row in (blank_, astray_, used_, unissued_[0])),
    reverse("stray", args=[stray.id]), reverse("sweep", args=[stray.sweep_id]),
    reverse("sweep_list", args=[stray.sweep.sweep_list_id]),
    reverse("file", args=[shown.object.id]), reverse("person", args=[people.people["jing"].id]),
]))
"""


WAITING: list[str] = []
"""Addresses of what waits for somebody of the house, once the site stands."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demo under `bin/run`: web, worker, sealer and servers, with the projects of these tests."""
    program()  # no site for nobody
    site = Site(tmp_path_factory.mktemp("site") / "var")
    site.start()
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", STAGE],
            cwd=PROJECT,
            env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        WAITING[:] = json.loads(done.stdout.splitlines()[-1])
        yield site
    finally:
        if site.process is not None:
            site.process.terminate()
            site.process.wait(60)


@dataclass
class Stage:
    """Lets people in, each in a browser of their own, and looks at every page that they pass."""

    site: Site
    browser: Any
    pictures: Path | None
    origin: str = ""
    """Where the site is, when not at http://localhost."""

    def enter(self, name: str, language: str, **browser: Any) -> Person:
        """Return a person of the cast before the first page; `name` is the user name, empty for a guest."""
        return Person(self, name, language, **browser)


@pytest.fixture
def enter(site: Site, chromium: Any) -> Iterator[Callable[..., Person]]:
    """Let people in; HOLDFAST_PICTURES names a folder that keeps a picture of each page."""
    pictures = os.environ.get("HOLDFAST_PICTURES")
    stage = Stage(site, chromium, Path(pictures) if pictures else None)
    people: list[Person] = []

    def let_in(name: str, language: str, **browser: Any) -> Person:
        people.append(stage.enter(name, language, **browser))
        return people[-1]

    yield let_in
    for person in people:
        person.leave()
