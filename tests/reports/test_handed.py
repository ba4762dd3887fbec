"""The receipt of a handoff on paper: it verifies far from the site and tells no more than was signed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import by_hand, handoffs, mistakes, on_the_way, printing, rechecking
from custody.actions.on_the_way import Sent
from custody.actions.receipts import Wrong
from custody.actions.witnessed import ByHand
from custody.reports import handed
from custody.reports.attachments import read_attachments
from custody.stories import cast as people
from custody.terms import Channel, Leg, Received
from custody.verify import verify_file
from ledger.tlog import canonical, disclosure
from tests.actions.filled_in import scan
from tests.actions.scenes import done
from tests.actions.test_legs import Desk
from tests.reports.made import Sealing
from tests.reports.reading import squeezed, text_of


@pytest.fixture
def desk(committed_cast: people.Cast) -> Desk:
    return Desk(committed_cast)


def signed(desk: Desk, *wrong: Wrong, **changes: Any) -> m.Handoff:
    row = done(handoffs.offer(desk.cast.actor("mei"), desk.deal(**changes)))
    return done(
        handoffs.accept(desk.cast.actor("tao"), handoff=row.id, wrong=wrong, note="Counted twice 已清点")
    )


def printed(row: m.Handoff, language: str = "en") -> bytes:
    """Have the worker print a receipt, as its task does."""
    from custody.tasks import print_receipt

    assert printing.ask(row, language).state == "printing"
    job = m.OutboxJob.objects.get(task=printing.TASK, payload__language=language, done_at=None)
    with Sealing():
        print_receipt(str(job.id))
    found = printing.paper(row, language)
    assert found.file is not None, found
    return found.file.read_bytes()


def altered(pdf: bytes, name: str, content: bytes) -> bytes:
    """The body of a receipt printed from other files: as a site would that lies before it seals."""
    return handed.body({**read_attachments(pdf), name: content})


def states(pdf: bytes) -> dict[str, str]:
    return {part.name: part.state for part in verify_file(pdf, Path(site.TRUST_DIR)).parts}


@pytest.mark.parametrize("language", ["en", "zh", "both"])
def test_it_names_both_the_copies_with_their_condition_the_time_and_the_entry(
    desk: Desk, language: str
) -> None:
    torn = Wrong(desk.copies[0].id, Received.DAMAGED, "Cover torn")
    row = signed(desk, torn)
    pdf = printed(row, language)
    verdict = verify_file(pdf, Path(site.TRUST_DIR))
    assert verdict.state == "ok", [line for line in verdict.lines if line.state != "ok"]
    assert verdict.about["handoff"] == row.number
    text = squeezed(text_of(pdf))
    spoken = ("en", "zh") if language == "both" else (language,)
    for said in (
        *(desk.cast.people[key].name for key in ("mei", "tao")),
        *(copy.code for copy in desk.copies),
        *("Counted twice", "Cover torn", row.number, str(row.answer_entry)),
        *(Received.DAMAGED.text.get(one) for one in spoken),
        *({"en": "In order", "zh": "完好"}[one] for one in spoken),
        *({"en": "2 received, 1 not in order", "zh": "签收 2 份，异常 1 份"}[one] for one in spoken),
    ):
        assert squeezed(said) in text, said
    with pikepdf.open(printing.folder() / printing.name_of(row, language)) as document:
        assert len(document.pages) <= 2


def test_what_the_rules_were_told_stays_out(desk: Desk) -> None:
    files = read_attachments(printed(signed(desk)))
    assert set(files) == set(handed.FILES)
    for name in (handed.OFFER, handed.ANSWER):
        names = {disclosure.parse(text).name for text in json.loads(files[name])["disclosures"]}
        assert {"kind", "handoff", "copies", "actor"} <= names
        assert not [n for n in names if n == "decision" or n.startswith("facts/")]


def test_a_receipt_that_was_altered_is_not_believed(desk: Desk) -> None:
    pdf = printed(signed(desk))
    names = json.loads(read_attachments(pdf)[handed.NAMES])
    names["names"][str(desk.cast.people["tao"].id)] = "Somebody Else"
    lie = altered(pdf, handed.NAMES, canonical.encode(names))
    assert states(lie)["seal"] == "bad", "what the entries do not hold stands by the seal"
    entry = json.loads(read_attachments(pdf)[handed.ANSWER])
    rest = [text for text in entry["disclosures"] if disclosure.parse(text).name != "note"]
    assert len(rest) == len(entry["disclosures"]) - 1
    entry["disclosures"] = sorted([*rest, disclosure.make("note", "All was torn").text])
    lie = altered(pdf, handed.ANSWER, canonical.encode(entry))
    assert states(lie) == {"seal": "bad", "evidence": "bad", "pages": "ok"}
    two = signed(desk, copies=[people.make_copies(desk.cast, desk.project, "LEG-B", 1)[0].id])
    other = read_attachments(printed(two))[handed.OFFER]
    with pytest.raises(handed.PaperError, match="two handoffs"):
        altered(pdf, handed.OFFER, other)


def test_pages_that_say_something_else_than_the_entries_are_noticed(desk: Desk) -> None:
    """A site that seals other pages around true entries: the seal is good, the pages are told apart."""
    from custody.reports import pdf as printer
    from custody.tasks import _sealed

    files = read_attachments(printed(signed(desk)))
    paper = handed.Paper.of(files)
    changed = handed.Paper(paper.offer, paper.answer, {**paper.names, "site": "Elsewhere", "names": {}})
    lie = _sealed(printer.render(handed.document(changed), files))
    assert states(lie) == {"seal": "ok", "evidence": "ok", "pages": "unknown"}


def test_copies_that_were_read_have_a_receipt_of_the_reading(desk: Desk) -> None:
    row = signed(
        desk, leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id, copies=[desk.copies[0].id]
    )
    text = text_of(printed(row))
    assert "Reading on site" in text and "Custody stayed where it was" in text


def test_a_receipt_signed_by_hand_says_so_on_paper_and_in_the_verifier(desk: Desk) -> None:
    row = done(handoffs.offer(desk.cast.actor("mei"), desk.deal()))
    yu = desk.cast.actor("yu")
    sheet = done(by_hand.print_sheet(yu, handoff=row.id))
    told = ByHand(sheet.id, yu.human(), "0" * 16, scan())
    row = done(by_hand.confirm(yu, desk.cast.actor("heng"), handoff=row.id, by_hand=told))
    made = printed(row)
    said = squeezed(text_of(made))
    for words in (
        "By hand on a numbered sheet before a witness",
        "weaker",
        sheet.number,
        "Zhao Heng",
        "Wu Tao",
    ):
        assert squeezed(words) in said, words
    verdict = verify_file(made, Path(site.TRUST_DIR))
    assert verdict.state == "ok", [line for line in verdict.lines if line.state != "ok"]
    assert any("signed on paper before a witness" in line.text.en for line in verdict.lines)
    assert any("见证人面前纸质签收" in line.text.zh for line in verdict.lines)


def test_nothing_is_printed_for_what_was_not_signed_or_does_not_stand(desk: Desk) -> None:
    row = done(handoffs.offer(desk.cast.actor("mei"), desk.deal()))
    assert printing.ask(row, "en").state == "none"
    row = done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id))
    row = done(mistakes.accepted_by_mistake(desk.cast.actor("tao"), handoff=row.id, reason="Not mine"))
    assert (
        printing.ask(row, "en").state == "none"
        and not m.OutboxJob.objects.filter(task=printing.TASK).exists()
    )


def test_it_is_asked_for_once_lies_ready_for_an_hour_and_goes_with_an_erasure(
    desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custody.actions.forgetting import remove_withdrawn

    row = signed(desk)
    assert [printing.ask(row, "en").state for _ in range(2)] == ["printing", "printing"]
    assert m.OutboxJob.objects.filter(task=printing.TASK).count() == 1
    m.OutboxJob.objects.filter(task=printing.TASK).delete()
    printed(row)
    assert printing.sweep() == [] and printing.ask(row, "en").state == "ready"
    monkeypatch.setattr(printing, "KEPT", 0.0)
    assert printing.paper(row, "en").state == "to_print"
    assert printing.sweep() == [printing.name_of(row, "en")]
    monkeypatch.undo()
    printed(row)
    assert printing.name_of(row, "en") in remove_withdrawn("default")
    assert printing.paper(row, "en").file is None


def test_both_sides_take_it_from_the_page_and_by_program_and_a_sibling_does_not(desk: Desk) -> None:
    row = signed(desk)
    page = reverse("handoff_receipt", args=[row.id])
    file = reverse("handoff_receipt_file", args=[row.id])
    by_program = f"/api/v1/handoffs/{row.id}/receipt/"

    def client(key: str) -> Client:
        found = Client()
        user, _ = m.User.objects.get_or_create(username=key, person=desk.cast.people[key])
        found.force_login(user, backend="custody.web.accounts.SignInBackend")
        return found

    tao, sibling = client("tao"), client("lan")
    assert page not in tao.get(reverse("handoff", args=[row.id])).content.decode(), "not sealed yet"
    waits = tao.get(by_program)
    assert waits.status_code == 202 and waits.json() == {"state": "printing"}
    assert "being printed" in tao.get(page).content.decode() and tao.get(file).status_code == 404
    m.OutboxJob.objects.filter(task=printing.TASK).delete()
    pdf = printed(row)
    assert page in tao.get(reverse("handoff", args=[row.id])).content.decode()
    for key in ("tao", "mei"):
        assert file in client(key).get(page).content.decode()
        assert client(key).get(file).content == pdf
        assert client(key).get(by_program, {"language": "en"}).content == pdf
    assert tao.get(by_program, {"language": "fr"}).status_code == 422
    assert tao.get(file, {"language": "fr"}).content == pdf, "the page's language"
    shown = tao.get(page).content.decode()
    assert f"{page}?language=both" in shown and f"{page}?language=zh" in shown
    assert f'"{page}?language=en"' not in shown, "it is ready in that one"
    assert tao.get(file, {"language": "both"}).status_code == 404, "not printed yet"
    assert "being printed" in tao.get(page, {"language": "both"}).content.decode()
    m.OutboxJob.objects.filter(task=printing.TASK).delete()
    both = printed(row, "both")
    assert f"{file}?language=both" in tao.get(page, {"language": "both"}).content.decode()
    answer = tao.get(file, {"language": "both"})
    assert answer.content == both != pdf and f"{row.number}-both.pdf" in answer["Content-Disposition"]
    assert tao.get(by_program, {"language": "both"}).content == both
    for address in (page, file, by_program):
        assert sibling.get(address).status_code == 404, address


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_how_the_copies_were_sent_off_as_was_said_last(desk: Desk, language: str) -> None:
    mei, tao = desk.cast.actor("mei"), desk.cast.actor("tao")
    row = done(handoffs.offer(mei, desk.deal(channel=Channel.COURIER_CLASSIFIED)))
    day = desk.cast.today - dt.timedelta(days=2)
    left = Sent(day, day, 1, carrier="Wrong post", waybill="W-0", seals=("S-0",))
    done(on_the_way.dispatch(mei, handoff=row.id, sent=left))
    right = replace(left, packages=3, carrier="机要通信 Post", waybill="JY-118", seals=("F-01", "F-02"))
    right = replace(right, carriers=[desk.cast.people["yu"].id])
    done(on_the_way.dispatch(mei, handoff=row.id, sent=right))
    rechecking.tell_passed(timezone.now())
    assert m.Dispatch.objects.get(handoff=row).late_since, "that it is late is an entry of its own"
    done(handoffs.accept(tao, handoff=row.id))
    pdf = printed(m.Handoff.objects.get(id=row.id), language)
    assert set(read_attachments(pdf)) == {*handed.FILES, handed.SENT}
    verdict = verify_file(pdf, Path(site.TRUST_DIR))
    assert verdict.state == "ok", [line for line in verdict.lines if line.state != "ok"]
    text = squeezed(text_of(pdf))
    left_on = {"en": day.isoformat(), "zh": f"{day.year}年{day.month}月{day.day}日"}[language]
    labels = {"en": ("Carried by", "Way-bill", "Packages"), "zh": ("承运", "运单号", "件数")}[language]
    people_ = desk.cast.people["yu"].name
    for said in (*labels, "机要通信 Post", people_, "JY-118", "F-01, F-02", left_on):
        assert squeezed(said) in text, said
    assert "Wrong post" not in text and "W-0" not in text


def test_what_was_sent_off_in_a_receipt_is_proven_as_the_rest_and_is_of_this_handoff(desk: Desk) -> None:
    mei, today = desk.cast.actor("mei"), desk.cast.today
    offers = []
    for copies in ([desk.copies[0].id], [desk.copies[1].id]):
        row = done(handoffs.offer(mei, desk.deal(channel=Channel.COURIER_CLASSIFIED, copies=copies)))
        done(on_the_way.dispatch(mei, handoff=row.id, sent=Sent(today, today, 1, carrier="Post")))
        offers.append(done(handoffs.accept(desk.cast.actor("tao"), handoff=row.id)))
    first, second = (printed(row) for row in offers)
    with pytest.raises(handed.PaperError, match="another handoff"):
        altered(first, handed.SENT, read_attachments(second)[handed.SENT])
    with pytest.raises(handed.PaperError, match="expected what was sent off"):
        altered(first, handed.SENT, read_attachments(first)[handed.OFFER])
    entry = json.loads(read_attachments(first)[handed.SENT])
    rest = [text for text in entry["disclosures"] if disclosure.parse(text).name != "carrier"]
    entry["disclosures"] = sorted([*rest, disclosure.make("carrier", "A friend").text])
    lie = altered(first, handed.SENT, canonical.encode(entry))
    assert states(lie) == {"seal": "bad", "evidence": "bad", "pages": "ok"}
