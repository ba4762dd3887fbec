"""Every page that a person can reach by its links: no fault of axe-core, no word on the console, in both
languages, light and dark, on a desk and on a phone. A new page is found by being linked.

By day a quarter of the pages are looked at, in one language, in one light, on one screen, which change from
day to day; the others are read for their links, without a browser. At night all, in all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest

from tests.browser.conftest import WAITING
from tests.browser.person import Person
from tests.scale import FULL, chance, share, tries

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]
Enter = Callable[..., Person]
Kind = tuple[str, tuple[str, ...]]
LANGUAGES = ["en", "zh-hans"]
NOT_TODAY = [""] * 6
WHO = ["mei", "heng", "an", "tao", "yu", "jing", ""]
HOUSE = {"mei", "heng", "an"}
NEAR = {"yu"}  # sees what the manager sees: what her home links to is enough
START = ["/", "/verify", "/style"]
# Routes that are no page, with what they are; what is linked on bad days only is walked in test_bad_day.py.
NO_PAGE = {
    "health": "for programs",
    "frozen": "linked only where a record does not agree with the ledger",
    "opening_close": "linked only where an old register is confirmed",
    "copies_confirm": "linked only where a restore left copies in doubt",
    "stocktake_line": "linked only where a stocktake found a difference",
    "handoff_files": "linked only where a hash is recorded; looked at in test_hashing.py",
    "discrepancy": "linked only where a copy was not in order on receipt",
    "hop_describe": "linked only where a subcontract was recorded before its questions were asked",
    "approval_lift": "linked only where an approval is suspended by itself",
    "hop_complete": "linked only where work may be said to be done",
    "party_control_end": "linked only where somebody owns or controls a party",
    "stocktake_read": "what a camera's frames are sent to",
    "project_correct": "linked only where results were accepted",
    "results_submitted": "linked only where results were accepted and not submitted",
    "project_recall": "linked only where copies are out",
    "system_recall": "linked only where copies are on a system",
    "item_recall": "linked only where an item was withdrawn and copies of it are out",
    "person_recall": "linked only where somebody holds copies",
    "hold_lift": "linked only where a legal hold stands",
    "qualification_reinstate": "linked only where a certificate is suspended",
    "handoff_by_hand": "linked only where a receiver has no sign-in",
    "handoff_sheet": "linked only where a receiver has no sign-in",
    "handoff_sheet_pdf": "a download",
    "copy_scanned": "the address on a label: it leads to the copy's page",
    "blank_scanned": "the address on a form: it leads to the handoff that it was used for, or to its page",
    "blanks_pdf": "a download",
    "register_print_pdf": "a download",
    "sample_pdf": "a download",
    "register_print_scanned": "the address in a QR code: it leads to the register's page",
    "sweep_list_file": "a download",
    "handoff_proof": "a download",
    "handoff_receipt_file": "a download",
    "vote_proof": "a download",
    "own_proofs": "a download",
    "file_content": "a download",
    "file_image": "an image",
    "report_file": "a download",
    "key_revoke": "a button",
    "session_end": "a button",
    "sessions_end_others": "a button",
    "sessions_end": "linked only where somebody is signed in",
    "factor": "linked only where somebody added a way to sign in",
    "approval_sign": "reached by filling in a vote that is to be signed",
    "override_sign": "reached by filling in a vote on an override that is to be signed",
    "own_override_votes": "linked only where somebody voted on an override",
    "override_vote_proof": "a download",
    "destruction_sign": "reached by filling in an approval of a destruction that is to be signed",
    "destruction_proof": "a download",
    "pack_sign": "reached by putting a pack in force with an own key",
    "signing_key_sign": "reached by confirming a key with an own one",
    "handoff_sign": "reached by signing for copies with an own key",
    "handoff_signed_proof": "a download",
    "factor_signing": "linked only where somebody added a passkey",
    "signing_key": "linked only where somebody named a passkey for signing",
    "factor_codes": "linked only where somebody added a way to sign in",
    "provider_begin": "a button",
    "provider_callback": "where the sign-in provider sends the browser",
    "identity": "linked only where an account at the sign-in provider signs somebody in",
    "identity_new": "linked only where the site has a sign-in provider",
    **dict.fromkeys(
        ("webhooks", "webhook_new", "webhook"), "linked only where the operator lists hosts for webhooks"
    ),
    "proposed_identity": "linked only where an account at the sign-in provider was proposed",
    "identity_end": "linked only where an account at the sign-in provider signs somebody in",
    "sign_in_open": "linked only where a sign-in was closed",
    "factors_end": "linked only where nobody could confirm a slip",
    "slip": "linked only where a slip was asked for",
    "slip_print": "a button",
    "language": "a button",
    "saved": "a button",
    "theme": "a button",
}
DEEP = tries(2, 4)
"""Addresses of one kind that are opened for their links; the first of all alone is looked at. By day whoever
comes later opens one of a kind that was opened as often, but for hubs: what they lead to differs most."""
HUBS = {"project", "handoff", "sample"}
WALKED: dict[str, list[str]] = {}
"""Which address of each kind was looked at, by who it was: found in the first language of this process."""
AWAY = ("/account/logout", "/ledger/", "/api/v1/", "/static/")


def kind(path: str) -> Kind | None:
    """Return the route of an address with the names in its question: two addresses alike need one look, and a
    list is the same in any order."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(path)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    name = found.url_name or found.route
    return (
        None
        if name in NO_PAGE
        else (name, tuple(sorted({key for key, _ in parse_qsl(parts.query)} - {"sort"})))
    )


def due(page: Kind, language: str) -> bool:
    """Say whether today's look at this page is in this language, if it has one today; at night in each."""
    return FULL or chance(page).choice([*LANGUAGES, *NOT_TODAY]) == language


class Anchors(HTMLParser):
    """Collects where the links of a page lead, but for downloads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link."""
        given = dict(attrs)
        if tag == "a" and given.get("href") and "download" not in given:
            self.found.append(str(given["href"]))


def links(person: Person, path: str) -> list[str]:
    """Return the addresses on this site that a page links to, as this person is sent it."""
    answer = person.context.request.get(person.origin + path)
    assert answer.ok, f"{answer.status} from {path}"
    anchors = Anchors()
    anchors.feed(answer.text())
    inside = [urldefrag(urljoin(answer.url, href))[0] for href in anchors.found]
    paths = [one.removeprefix(person.origin) or "/" for one in inside if one.startswith(person.origin)]
    return [one for one in paths if not one.startswith(AWAY)]


def walk(person: Person, seen: Counter[Kind]) -> None:
    """Follow every link to a kind of page that nobody has looked at yet in this language."""
    if person.name:
        person.sign_in()
    waiting = WAITING if person.name in HOUSE else []
    queue, opened = [*START, *waiting, *links(person, "/")], set()
    own: Counter[Kind] = Counter()  # what a page links to depends on who reads it
    while queue:
        path = queue.pop(0)
        page = kind(path)
        if page is None or path in opened:
            continue
        known = seen[page] >= DEEP and not FULL and page[0] not in HUBS
        enough = 1 if known else DEEP
        if own[page] >= enough and path not in waiting:
            continue
        opened.add(path)
        own[page] += 1
        seen[page] += 1
        if seen[page] == 1:
            WALKED.setdefault(person.name, []).append(path)
        if seen[page] == 1 and due(page, person.language):
            person.go(path)
        elif FULL and own[page] == 1:  # the same page, with other buttons
            person.page.goto(person.origin + path)
            person.fingers(path)
        if person.name not in NEAR:
            queue += links(person, path)


def looks(person: Person, seen: Counter[Kind]) -> None:
    """Look at what this person found in another language and did not look at there; what was only opened for
    its links is left out: a language changes words, not links."""
    if person.name:
        person.sign_in()
    for path in WALKED.get(person.name, []):
        if page := kind(path):
            seen[page] += 1
            if due(page, person.language):
                person.go(path)


def asks_for_a_report(jing: Person) -> None:
    """So that there is one to look at."""
    jing.sign_in()
    jing.go("/projects/")
    jing.follow("LH-2026-014")
    jing.follow(jing.word("Request a report"))
    jing.press("Request the report")


@pytest.mark.parametrize("language", share(LANGUAGES, 2))
def test_every_page_that_is_linked_is_sound(enter: Enter, language: str) -> None:
    seen: Counter[Kind] = Counter()
    asks_for_a_report(enter("jing", language))
    visit = looks if WALKED and not FULL else walk
    for who in WHO:
        person = enter(who, language)
        visit(person, seen)
        person.leave()  # seven open browsers slow each other down
    from custody.web.urls import urlpatterns

    named = {str(pattern.name) for pattern in urlpatterns} - set(NO_PAGE)
    assert named - {name for name, _ in seen} == set(), "no link leads there"
