"""What people of the cast do at their screens, in whichever play: open a project, ask, offer, decide."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from custody.stories import field
from custody.stories.cast import LEVEL, PARTIES, PASSWORD, PEOPLE, REGIME
from tests.browser.person import Person

REFUSED = "The rules block this."


def day(offset: int) -> str:
    """Return a day, so many from today."""
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=offset)).isoformat()


def party(person: Person, key: str) -> str:
    """Return a party's name as this person reads it."""
    return PARTIES[key][2 if person.language == "zh-hans" else 1]


def number(person: Person) -> str:
    """Return the address of the page, without the host."""
    return str(person.page.url).removeprefix(person.origin)


def to_project(person: Person, code: str) -> None:
    """Go to a project by the list."""
    person.go("/projects/")
    person.follow(code)


def opens_a_project(mei: Person, code: str, title: str, **changes: str) -> None:
    """Open a project of Northfield; what is stopped stays on the form."""
    mei.go("/projects/")
    mei.follow(mei.word("Open a project"))
    mei.fill(code=code, title=title, categories=["engineering"])
    mei.set_to(ceiling=f"{REGIME}|{LEVEL}", qualification="survey|B")
    for name, words in {
        "owner_party": "北原测绘院" if mei.language == "zh-hans" else "Northfield Survey Institute",
        "client_party": party(mei, "bureau"),
        "ultimate_client_party": party(mei, "bureau"),
        **changes,
    }.items():
        mei.choose_with(name, words)


def determines(heng: Person, item: str) -> None:
    """Read what is proposed of the item at an address and determine it."""
    heng.go(item)
    heng.follow(heng.word("See what is proposed"))
    takes_a_step(heng, "Determine", reason="As proposed 同意")


def registers_copies(mei: Person, heng: Person, code: str, codename: str, count: int, **changes: Any) -> None:
    """Register an item, have its classification determined, and number copies of it."""
    to_project(mei, code)
    mei.follow(mei.word("Register an item"))
    mei.fill(
        codename=codename, basis="〔2020〕95号 第3项", issued_on=day(-30), years="5", made_from="none",
        **changes,
    )  # fmt: skip
    mei.set_to(level=LEVEL, marking="marked", basis_kind="original")
    mei.choose_with("classified_by", party(mei, "bureau"))
    mei.press("Register")
    item = number(mei)
    determines(heng, item)
    mei.go(item)
    mei.follow(mei.word("Number copies"))
    mei.fill(count=str(count))
    mei.choose_with("system", "WS-07")
    mei.press("Number the copies")


def fills_in_a_request(person: Person, under: str, to: str, scope: str, **changes: Any) -> None:
    """Fill in a request in a project, or below a hop, all in order but for the changes, and go on."""
    if under.startswith("/hops/"):
        person.go(under)
        person.follow(person.word("Pass work on to another party"))
    else:
        to_project(person, under)
        person.follow(person.word("Request a subcontract"))
    person.fill(**{
        "to_party": to, "scope": scope, "categories": ["engineering"], "business": ["-"],
        "starts": day(-1), "ends": day(200), "share": "30", "amount": "120000",
        "keeps_core": "yes", "client_consent": "yes", "decide_by": day(3),
        "client_reference": "〔2026〕18号", "client_given_on": day(-3),
        "clauses": ["confidentiality", "no-transfer", "oversight"],
        "agreement_reference": "BM-1", "giver_signed_on": day(-3), "receiver_signed_on": day(-2),
        **changes,
    })  # fmt: skip
    person.press("Continue")


def is_refused(person: Person, *codes: str, saying: str = "") -> None:
    """See which rules stop it, and leave the attempt in the ledger with what one says to it."""
    person.reads(REFUSED)
    for code in codes:
        blocked = person.page.locator(".checks li.bad-row", has_text=code).first
        words = blocked.inner_text()
        assert person.word("Basis:") in words and person.word("What to do:") in words, words
    person.press("Record the refused attempt")
    assert "/refusals/" in person.page.url
    if saying:
        person.fill(reason=saying)
        person.press("Add the reason")
        assert saying in person.text


def asks(mei: Person, code: str, to: str, scope: str, **changes: Any) -> str:
    """Ask for a subcontract in order; return the address of its hop."""
    fills_in_a_request(mei, code, to, scope, **changes)
    mei.press("Send the request")
    assert "/hops/" in mei.page.url, mei.text
    return number(mei)


def decides(heng: Person, code: str) -> None:
    """Approve what waits in a project."""
    heng.go("/approvals/")
    row = heng.page.locator("main tr", has_text=code)
    with heng.page.expect_navigation():
        row.get_by_role("link").first.click()
    heng.look()
    heng.fill(reason="Papers in order 材料齐全", password=PASSWORD)
    heng.press("Approve")
    heng.reads("What was decided")


def notes_the_report(mei: Person, hop: str) -> None:
    """Note on the page of a hop that the authority was told."""
    mei.go(hop)
    mei.fill(reported_on=day(0))
    mei.press("Note the day")


def fills_in_an_offer(mei: Person, hop: str, receiver: str, system: str, codes: bool | list[str]) -> None:
    """Fill in an offer of copies on a hop and go on."""
    mei.go(hop)
    mei.follow(mei.word("Offer a handoff"))
    mei.choose_with("receiver_person", PEOPLE[receiver][0])
    mei.fill(copies=codes, purpose="Comparison 比对", due_back=day(30), channel="in_person")
    mei.choose_with("system", system)
    mei.press("Continue")


def lets_read(an: Person, code: str) -> None:
    """Give the regulator leave to read a project for today."""
    an.go("/people/")
    an.follow(PEOPLE["jing"][0])
    an.follow(an.word("Let this person read as a regulator"))
    an.choose_with("project", code)
    an.fill(starts=day(0), ends=day(1))
    an.press("Give the leave")


def sees(jing: Person, code: str, *codes: str) -> None:
    """See as the regulator that the refused attempts stand on the project's page."""
    to_project(jing, code)
    for rule in codes:
        assert rule in jing.text, f"{rule} is not on the regulator's page:\n{jing.text}"


def area(bounds: tuple[float, float, float, float]) -> str:
    """Return a square as GeoJSON."""
    return json.dumps(field.square(*bounds))


def registers_a_drone(mei: Person, owner: str, serial: str, **changes: str) -> None:
    """Register a drone of a party."""
    mei.go("/field/equipment/")
    mei.follow(mei.word("Register equipment"))
    mei.choose_with("owner_party", party(mei, owner))
    mei.set_to(kind="drone")
    mei.fill(name="Heron S2", serial=serial, maker="Heron 苍鹭", country="CN", registered="yes",
        registration=f"UAS-{serial}")  # fmt: skip
    mei.fill(**changes)
    mei.press("Register equipment")


def asks_to_fly(tao: Person, code: str, serial: str, bounds: tuple[float, float, float, float]) -> str:
    """Draft a field permit for the subcontract with Westgate, all papers named; return its address."""
    tao.go("/field/permits/")
    tao.follow(tao.word("Ask for a permit in %(code)s", code=code))
    tao.choose_with("hop", party(tao, "westgate"))
    tao.choose_with("operator", PEOPLE["tao"][0])
    tao.page.get_by_label(serial).check()
    tao.set_to(datum="cgcs", payment="unpaid")
    tao.fill(
        purpose="Aerial pictures of the fields 农田航拍", starts=day(0), ends=day(14), area=area(bounds),
        airspace_number="空批〔2026〕31号", airspace_authority="空管部门（演示）",
        airspace_from=day(0), airspace_to=day(14), operator_licence="UAV-0417",
        operating_certificate="运营-0233", work_permit="测绘作业-118", uplink="no",
    )  # fmt: skip
    tao.press("Save the draft")
    return number(tao)


def takes_a_step(person: Person, step: str, **answers: Any) -> None:
    """Follow a step on the page of something, answer what it asks, and take it."""
    person.follow(person.word(step))
    person.fill(**answers)
    person.press(step)


def is_found_out(mei: Person, code: str, serial: str, payment: str, uplink: str, *rules: str) -> None:
    """Record that Ren Yifei flew his drone; it stands against the rules."""
    mei.go("/field/collections/")
    mei.follow(mei.word("Record a collection in %(code)s", code=code))
    mei.choose_with("unit", party(mei, "pilot"))
    mei.choose_with("operator", PEOPLE["yifei"][0])
    mei.choose_with("equipment", serial)
    mei.set_to(payment=payment)
    mei.fill(collected_on=day(0), uplink=uplink, remark="Told by a farmer 据农户反映")
    mei.press("Record a collection")
    for rule in rules:
        assert rule in mei.text, mei.text


def counts_twice(yu: Person, lan: Person, code: str, found: str) -> None:
    """Count what Lakeside holds of a project, with the custodian of the house; all but one copy is there."""
    yu.go("/stocktakes/")
    yu.follow(yu.word("Open a stocktake"))
    yu.choose_with("party", party(yu, "lakeside"))
    yu.choose_with("project", code)
    yu.choose_with("counter", PEOPLE["lan"][0])
    yu.choose_with("second", PEOPLE["yu"][0])
    yu.fill(second_as="counter")
    yu.press("Freeze the list and begin")
    stocktake = number(yu)
    lan.go(f"{stocktake}count")
    lan.fill(code=found)
    lan.press("Count it")
    lan.go(stocktake)
    takes_a_step(lan, "Begin the second count")
    takes_a_step(lan, "Sign the result", password=PASSWORD)


def reports(yu: Person, code: str, copy: str) -> str:
    """Report a copy as missing; the clock runs from this entry. Return the address of the incident."""
    to_project(yu, code)
    yu.follow(yu.word("Report an incident"))
    yu.fill(what="A copy is missing at Lakeside 湖畔处一份副本下落不明", copies=copy)
    yu.choose_with("party", party(yu, "lakeside"))
    yu.press("Report it")
    return number(yu)


def holds_and_notifies(heng: Person, incident: str) -> None:
    """Hold the copy wherever it turns up, and tell the authority."""
    heng.go(incident)
    takes_a_step(heng, "Freeze copies or a party", reason="Until it is found 查明之前")
    heng.go(incident)
    takes_a_step(heng, "The authority was notified", authority="Secrecy bureau 保密局", reference="2026-R1")
    heng.go(incident)


def registers_a_party(an: Person, name: str, controller: str) -> None:
    """Register a qualified organisation that somebody else controls."""
    an.go("/parties/")
    an.follow(an.word("Register a party"))
    an.set_to(kind="organisation")
    an.fill(name=name, country="CN")
    an.press("Register")
    an.follow(an.word("Record who owns or controls it"))
    an.choose_with("controller", party(an, controller))
    an.set_to(kind="controller")
    an.press("Record who owns or controls it")
    an.page.locator("main").get_by_text(party(an, controller)).first.wait_for()
