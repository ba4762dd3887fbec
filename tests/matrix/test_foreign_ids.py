"""The id of something of another organisation is answered like an id that nothing has: on every route of the
screens and every operation of the API, in status, in words, and in what the database is asked.

Time is not measured: what takes time is the work, and of that the database's queries are counted and compared
one by one, without the ids that they name.
"""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from custody import codes
from custody import models as m
from custody.models import VisibleQuerySet
from tests.scale import FULL, share, tries
from tests.web.hostile_forms import prepare
from tests.web.scene import Scene

from .asked import API, UUID, Ask, looks, pages, program_acts
from .people import Crowd, undone
from .table import rows
from .test_matrix import crowd, scene

__all__ = ["crowd", "scene"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200 if FULL else 600)]
TABLE = rows()
ASKERS = ("away.M", "away.O", "away.A", "beside.M", "grant.elsewhere", "grant.ended")
"""Who is of another organisation than what is asked for, or reads other projects."""
EVERY = tries(3, 1)
"""By day one in so many of the routes and operations is asked, others on the next."""
MADE_UP = "01a20dd9-7649-72c3-8cf5-c74b1e6894"
"""The beginning of ids that nothing has; of the same version as ours."""
_CHANGES = (
    (re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"), "ID"),
    (re.compile(r'(name="(?:csrfmiddlewaretoken|submission)" value=")[^"]*'), r"\1"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+\d\d:?\d\d)?"), "TIME"),
    (re.compile(r"H[FO]-\d{6}-.|BR-\d{6}-."), "NUMBER"),
    (re.compile(r"(?<=/s/|= ')[0-9A-Za-z_-]{24}"), "ADDRESS"),
    (re.compile(r's\d+_x\d+|"[0-9A-Za-z]{32,64}"'), "S"),  # a savepoint, the token of a form
)
"""What differs from one request to the next."""


def plain(text: str) -> str:
    for pattern, put in _CHANGES:
        text = pattern.sub(put, text)
    return text


def with_made_up(url: str) -> str:
    """Return an address with ids that nothing has."""
    count = iter(range(10, 99))
    return UUID.sub(lambda found: f"{MADE_UP}{next(count)}", url)


def answered(asker: Any, ask: Ask) -> tuple[int, str, list[str], str]:
    """Return status, words, queries and type of an answer, which is taken back."""
    connection.queries_log.clear()  # it holds so many alone, and what runs over is not counted
    with undone(), CaptureQueriesContext(connection) as caught:
        answer = ask.by(asker)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    asked = [plain(query["sql"]) for query in caught.captured_queries]
    assert len(asked) > 2, ask.row
    words = plain(body.decode("utf-8", "replace"))
    return answer.status_code, words, asked, answer.get("Content-Type", "")


def first_odd(one: str, other: str) -> str:
    """Return where two texts begin to differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[at - 60 : at + 60]!r} {other[at - 60 : at + 60]!r}"


def sees(user: Any, url: str) -> bool:
    """Return whether this person may see something that the address names."""
    ids = [uuid.UUID(found) for found in UUID.findall(url)]
    every: list[Any] = [x._default_manager.all() for x in apps.get_app_config("custody").get_models()]
    return any(
        rows.visible_to(user).filter(pk__in=ids).exists()
        for rows in every
        if isinstance(rows, VisibleQuerySet) and rows.model._meta.pk.get_internal_type() == "UUIDField"
    )


def fault(crowd: Crowd, ask: Ask, column: str, made_up: Ask | None = None) -> str:
    """Return how the two answers differ; nothing where they are alike."""
    asker = crowd.asker(column)
    made_up = made_up or Ask(ask.row, with_made_up(ask.url), ask.sent)
    answered(asker, made_up)  # what is read once per process is read
    theirs, nothing = answered(asker, ask), answered(asker, made_up)
    if theirs[0] != nothing[0]:
        return f"{ask.row}: {column} is answered {theirs[0]}, of an id that nothing has {nothing[0]}"
    if theirs[1] != nothing[1] or theirs[3] != nothing[3]:
        return f"{ask.row}: {column} is told in other words: {first_odd(theirs[1], nothing[1])}"
    if theirs[2] != nothing[2]:
        odd = [pair for pair in zip(theirs[2], nothing[2], strict=False) if pair[0] != pair[1]]
        return f"{ask.row}: {column} costs {len(theirs[2])} queries, not {len(nothing[2])}: {odd[:1]}"
    return ""


def tried(crowd: Crowd, ask: Ask, number: int) -> tuple[int, list[str]]:
    """Ask as some of the people to whom it is not there; return how often, and what was wrong."""
    if not UUID.search(ask.url):
        return 0, []
    cells = TABLE[ask.row].cells
    hidden = [column for column in ASKERS if cells[column] in "-n"]
    mine = hidden if FULL else share(hidden, max(1, len(hidden)), number)
    mine = [column for column in mine if not sees(crowd.user(column), ask.url)]
    return len(mine), [text for column in mine if (text := fault(crowd, ask, column))]


def test_on_every_page_and_look_a_foreign_id_is_answered_like_a_made_up_one(
    crowd: Crowd, record_property: Any
) -> None:
    prepare(crowd.scene)
    every = pages(crowd.scene)
    every += looks(crowd.scene, every)
    crowd.hand_over()
    asked, wrong = 0, list[str]()
    for number, ask in share([*enumerate(every)], EVERY):
        count, faults = tried(crowd, ask, number)
        asked, wrong = asked + count, wrong + faults
    record_property("foreign ids", asked)
    assert asked > 150 / EVERY, asked
    assert not wrong, "\n".join(wrong)


def test_in_every_act_of_a_program_a_foreign_id_is_answered_like_a_made_up_one(
    crowd: Crowd, record_property: Any
) -> None:
    crowd.all_in()
    asked, wrong = 0, list[str]()
    for number, make in share([*enumerate(program_acts(crowd.scene).values())], EVERY):
        with undone():
            ask = make()
            crowd.hand_over()
            count, faults = tried(crowd, ask, number)
            asked, wrong = asked + count, wrong + faults
    record_property("foreign ids", asked)
    assert asked > 60 / EVERY, asked
    assert not wrong, "\n".join(wrong)


def by_number(scene: Scene) -> list[tuple[Ask, Ask]]:
    """Return each look that goes by a number, with the same one by a number that nothing has."""
    copy, offer = scene.copies[0].code, scene.handoff.number
    blank, printed = m.BlankReceipt.objects.earliest("number"), m.RegisterPrint.objects.latest("id")
    address = printed.address[:-4] + ("aaaa" if printed.address[-4:] != "aaaa" else "bbbb")
    pairs = (
        ("GET copy_scanned", "copy_scanned", copy, codes.copy_code(987_654)),
        ("GET blank_scanned", "blank_scanned", blank.number, codes.blank_number(987_654)),
        ("GET register_print_scanned", "register_print_scanned", printed.address, address),
        ("GET find", "find", copy, codes.copy_code(987_654)),
        ("GET find", "find", offer, codes.handoff_number(987_654)),
        ("GET find/", API + "find/", copy, codes.copy_code(987_654)),
        ("GET find/", API + "find/", offer, codes.handoff_number(987_654)),
    )
    return [(at(row, name, theirs), at(row, name, nothing)) for row, name, theirs, nothing in pairs]


def at(row: str, name: str, number: str) -> Ask:
    if row.startswith("GET find"):
        return Ask(row, f"{name if name.startswith('/') else reverse(name)}?{urlencode({'q': number})}")
    return Ask(row, reverse(name, args=[number]))


def test_a_number_of_somebody_elses_copy_form_or_register_is_answered_like_one_that_nothing_has(
    crowd: Crowd,
) -> None:
    prepare(crowd.scene)
    pages(crowd.scene)  # makes what the numbers are of
    by_owner, mine = by_number(crowd.scene), crowd.asker("self")
    for theirs, nothing in by_owner:  # else what follows would hold of pages that lead nobody anywhere
        assert answered(mine, theirs)[:2] != answered(mine, nothing)[:2], theirs
    crowd.hand_over()
    wrong = [
        text
        for column in ASKERS
        for theirs, nothing in by_number(crowd.scene)
        if (text := fault(crowd, theirs, column, nothing))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_made_up_id_is_of_no_row_and_an_answer_that_tells_more_is_found() -> None:
    """The comparison itself: it keeps what a reader could tell two answers apart by."""
    assert with_made_up(
        "/a/0190a000-0000-7000-8000-000000000001/b/0190a000-0000-7000-8000-000000000002/"
    ) == (f"/a/{MADE_UP}10/b/{MADE_UP}11/")
    assert plain("no row 0190a000-0000-7000-8000-000000000001") == plain(f"no row {MADE_UP}10")
    assert plain("SELECT 1 FROM custody_hop") != plain("SELECT 1 FROM custody_copy")
