"""Every route of the screens and every operation of the API, asked by every role near and far: what is
answered is what `table.txt` says, and what the table says holds to `custody/permissions.py`.

By day each row is asked by some of the people, others the next day; at night by all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import get_resolver, reverse

from custody.permissions import PERMISSIONS
from tests.scale import FULL, share
from tests.web.hostile_forms import page_routes, prepare
from tests.web.scene import Scene

from .asked import Ask, looks, operations, pages, program_acts
from .people import COLUMNS, PLACES, ROLES, Crowd, told, undone
from .table import Row, rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200 if FULL else 600)]
TABLE = rows()
EVERY = 13
"""One of how many people asks for a row on one day."""
AT_HOME = ("owner.M", "owner.O", "owner.C", "owner.R", "below.M", "below.R", "beside.M", "nobody", "out")
"""Who looks at what is theirs, which is not recorded: their looks write nothing at all."""
ASKED_BACK = ("GET factor", "GET mfa_", "GET account_")
"""But where the page puts a question to a passkey or an app, which stays in the session."""
NOBODYS = {
    **dict.fromkeys(
        ("GET account_email", "GET account_email_verification_sent", "GET account_set_password",
         "GET account_confirm_login_code", "GET account_confirm_email", "GET account_reset_password_done",
         "GET account_reset_password_from_key", "GET account_reset_password_from_key_done"),
        "pages of a package that are closed here",
    ),
    **dict.fromkeys(
        ("GET handoff_proof", "GET handoff_receipt", "GET handoff_receipt_file",
         "GET handoffs/{id}/receipt/"),
        "the handoff is offered only: there is no receipt of it",
    ),
    "GET approvals/{id}/proof/": "given to whoever voted on it, and nobody has",
    "GET overrides/{id}/proof/": "given to whoever voted on it, and nobody of these has",
    **dict.fromkeys(
        ("GET destruction_proof", "GET destructions/{id}/proof/"),
        "given to whoever signed its approval, and nobody has",
    ),
    "GET handoff_signed_proof": "given to whoever signed its receipt, and nobody has",
    **dict.fromkeys(
        ("GET vote_proof", "GET override_vote_proof", "GET own_proofs"),
        "given to whoever cast the vote, who is nobody of these",
    ),
    **dict.fromkeys(
        ("GET file_page", "GET file_image", "GET evidence-files/{id}/pages/{number}/"),
        "the file is broken: no page of it was drawn",
    ),
    "GET own_proofs": "given to whoever voted, and nobody of these has",
    "GET reports/{id}/receipt/": "nothing is sealed, so that the report has no receipt",
    **dict.fromkeys(
        ("GET provider_callback", "POST provider_begin", "GET identity"),
        "no provider is named, and nobody has an account there",
    ),
    "POST notices": "the notice that is marked as read is nobody's",
    "POST saved delete": "the list that is removed is nobody's",
}  # fmt: skip
"""What is asked for here is not there for anybody, and why."""


@pytest.fixture
def scene(committed_screens_stage: Scene, settings: Any) -> Scene:
    """The scene of the screens in a database of its own: each answer is taken back by itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: guards nothing
    return committed_screens_stage


@pytest.fixture
def crowd(scene: Scene) -> Crowd:
    """Everybody who asks."""
    return Crowd(scene)


def fault(crowd: Crowd, ask: Ask, column: str, sign_in: str) -> str:
    """Ask, take back what it did, and return what is wrong with the answer."""
    if ask.row not in TABLE:
        return f"{ask.row} has no row"
    row = TABLE[ask.row].cells[column]
    asker = crowd.asker(column)
    with undone():
        answer = ask.by(asker)
        looked = ask.sent is None and answer.status_code == 200 and column in AT_HOME
        if looked and not ask.row.startswith(ASKED_BACK) and wrote():
            return f"{ask.row}: a look of {column} wrote something"
    found = told(answer, sign_in, page="/" not in ask.row)
    return (
        "" if found == row else f"{ask.row}: {column} is answered {found} ({answer.status_code}), not {row}"
    )


def wrote() -> bool:
    """Return whether the transaction has written anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        return bool(cursor.fetchone()[0])


def walk(crowd: Crowd, asked: list[Ask]) -> None:
    """Ask for each row by today's people; fail with all that was answered otherwise."""
    sign_in, wrong = reverse("account_login"), []
    for number, ask in enumerate(asked):
        wrong += [fault(crowd, ask, column, sign_in) for column in share(COLUMNS, EVERY, number * 5)]
    found = [text for text in wrong if text]
    assert not found, "\n".join(found)


def test_every_route_and_operation_has_a_row(crowd: Crowd) -> None:
    prepare(crowd.scene)
    routes = {f"GET {route.name}" for route in page_routes(get_resolver()) if route.name}
    every = pages(crowd.scene)
    assert routes <= {ask.row for ask in every}
    assert {row for row in TABLE if "/" not in row} == {ask.row for ask in every}
    assert {row for row in TABLE if "/" in row} == operations()


def test_every_page_and_look_answers_each_role_as_its_row_says(crowd: Crowd) -> None:
    prepare(crowd.scene)
    every = pages(crowd.scene)
    every += looks(crowd.scene, every)
    crowd.hand_over()
    walk(crowd, every)


def test_every_act_of_a_program_answers_each_role_as_its_row_says(crowd: Crowd) -> None:
    crowd.all_in()
    sign_in, wrong = reverse("account_login"), []
    for number, make in enumerate(program_acts(crowd.scene).values()):
        with undone():
            ask = make()
            crowd.hand_over()
            wrong += [fault(crowd, ask, column, sign_in) for column in share(COLUMNS, EVERY, number * 5)]
    found = [text for text in wrong if text]
    assert not found, "\n".join(found)


# --- what the table itself must say ------------------------------------------------------------------------


def people_of(*places: str) -> list[str]:
    return [column for column in COLUMNS if column.partition(".")[0] in places]


def about_something() -> Iterator[tuple[str, Row]]:
    """Yield the rows that are asked for by the id of something of the project."""
    for name, row in TABLE.items():
        if "-" in row.cells.values() and name not in NOBODYS:
            yield name, row


def test_who_has_nothing_to_do_with_it_comes_to_nothing() -> None:
    """Another organisation, a regulator whose grant is of another project or has ended, and who has no role
    any more find nothing of the project; who is not signed in finds nothing at all."""
    for name, row in about_something():
        for column in [*people_of("away"), "nobody"]:
            refused = ">" if column == "nobody" and "/" in name else ""  # a key that has no party any more
            assert row.cells[column] in "-m" + refused, (name, column)


def test_every_thing_is_there_for_somebody() -> None:
    for name, row in TABLE.items():
        assert (name in NOBODYS) == (set(row.cells.values()) <= set("->")), name


def test_the_table_gives_no_role_more_than_the_permissions() -> None:
    """Whoever did something did it under a verb that gives it to their role."""
    for name, row in TABLE.items():
        for column, cell in row.cells.items():
            place, _, letter = column.partition(".")
            if not row.verbs or cell != "y" or place not in PLACES:
                continue
            assert any(ROLES[letter] in PERMISSIONS[verb].roles for verb in row.verbs), (name, column)
            if place == "away":
                assert any({"own"} & set(PERMISSIONS[verb].where) for verb in row.verbs), (name, column)


def test_a_regulator_does_nothing_but_under_a_verb_of_regulators() -> None:
    own = {"saved", "notices", "keys", "factor"}
    for name, row in TABLE.items():
        if not name.startswith("POST") or not row.verbs:
            continue
        for column in [*people_of("grant"), "owner.G"]:
            if row.cells[column] == "y":
                verbs = {verb for verb in row.verbs if ROLES["G"] in PERMISSIONS[verb].roles}
                assert verbs, (name, column, own)
