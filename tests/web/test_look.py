"""The look: patterns, words, frame, preferences; and the living page in a real browser."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings as site_settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from custody import terms
from custody.policy.engine import Basis as Cited
from custody.policy.engine import Finding
from custody.policy.rule import BLOCK, Input
from custody.templatetags import holdfast
from custody.terms import Audience, BasisStatus, FindingOutcome, Role, Text
from custody.web.findings import checks
from custody.web.navigation import MENU, SHOWN, MenuRow, menu, split
from custody.web.patterns import answers
from ledger import api as ledger

BASE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))


def rendered(source: str, language: str = "en", **context: Any) -> str:
    with translation.override(language):
        return Template("{% load i18n holdfast %}" + source).render(Context(context))


# --- words and marks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(holdfast.TONES))
def test_every_word_of_a_badge_has_a_tone(kind: str) -> None:
    assert set(holdfast.TONES[kind]) == {str(w) for w in getattr(terms, kind)}
    assert set(holdfast.TONES[kind].values()) <= set(holdfast.SHAPES)


def test_a_badge_says_its_state_by_shape_and_word_in_the_language_of_the_page() -> None:
    html = rendered("{% badge state %}", "zh-hans", state=terms.HopState.REVOKED)
    assert 'class="badge bad"' in html and '<span aria-hidden="true">✕</span>已撤销' in html
    assert "Revoked" in rendered("{% badge state %}", state=terms.HopState.REVOKED)


def test_a_stored_word_gets_its_label_from_the_enumeration_that_is_named() -> None:
    assert rendered('{{ "active"|word:"HopState" }}') == "Approved"
    assert rendered('{{ "active"|word:"PartyState" }}') == "Active"
    assert rendered('{{ "nonsense"|word:"PartyState" }}') == "nonsense"


@pytest.mark.django_db
def test_a_level_is_named_by_its_regime_and_an_unknown_one_as_it_is_stored() -> None:
    assert rendered('{{ "mimi"|level:"cn_surveying" }}', "zh-hans") == "秘密"
    assert rendered('{{ "cui"|level }}') == "Controlled unclassified information (CUI)"
    assert rendered('{{ "mimi"|level:"us_cui" }} {{ "x"|level:"no-such-pack" }}') == "mimi x"


def test_a_date_is_iso_in_english_and_written_out_in_chinese() -> None:
    day = dt.date(2026, 11, 1)
    assert rendered("{{ d|day }}", d=day) == '<time datetime="2026-11-01">2026-11-01</time>'
    assert rendered("{{ d|day }}", "zh-hans", d=day) == '<time datetime="2026-11-01">2026年11月1日</time>'
    assert "2026-11-01</time>" in rendered("{{ d|iso }}", "zh-hans", d=day)


def test_a_time_shows_its_offset() -> None:
    at = dt.datetime(2026, 11, 21, 10, 0, 5, tzinfo=dt.UTC)
    assert "2026-11-21 18:00:05 +08:00<" in rendered("{{ at|moment }}", at=at)
    assert "2026年11月21日 18:00:05 +08:00<" in rendered("{{ at|moment }}", "zh-hans", at=at)


def test_what_is_shown_is_escaped_and_nothing_is_said_to_be_nothing() -> None:
    assert rendered("{{ v|shown }}", v="<b>") == "&lt;b&gt;"
    assert rendered("{{ v|cell }}", v="<b>") == "&lt;b&gt;"
    assert rendered("{{ v|shown }}", v=["<b>", 2]) == "&lt;b&gt;<br>2"
    assert "Not recorded" in rendered("{{ v|shown }}", v=None) and "Not recorded" in rendered(
        "{{ v|cell }}", v=None
    )
    assert rendered("{{ v|shown }}", v=False) == "No" and rendered("{{ v|shown }}", v=0) == "0"


# --- patterns ---------------------------------------------------------------------------------------------


class Sample(forms.Form):
    party = forms.ChoiceField(label="Party", choices=[("7", "Harbour Geodata")])
    due = forms.DateField(label="Return by", error_messages={"required": "Enter the return date"})
    way = forms.ChoiceField(
        label="Way",
        choices=[("a", "In person")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a way"},
    )
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_check_answers_shows_labels_never_stored_keys() -> None:
    form = Sample({"party": "7", "due": "2026-12-31", "way": "a", "secret": "x"})
    assert form.is_valid()
    assert [(a.label, a.value) for a in answers(form)] == [
        ("Party", "Harbour Geodata"),
        ("Return by", dt.date(2026, 12, 31)),
        ("Way", "In person"),
    ]


def test_the_error_summary_links_to_the_control_that_is_wrong() -> None:
    form = Sample({"party": "7"})
    summary = rendered('{% include "patterns/errors.html" %}', form=form)
    fields = rendered('{% include "patterns/form.html" %}', form=form)
    for target, words in re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary):
        assert f'id="{target}"' in fields
        assert words in {"Enter the return date", "Choose a way"}
    assert 'aria-describedby="id_due_error"' in fields and 'id="id_due_error"' in fields


def finding(outcome: FindingOutcome, severity: FindingOutcome = BLOCK) -> Finding:
    return Finding(
        "QUA-02",
        1,
        severity,
        outcome,
        Text("The grade covers the level", "资质等级符合密级要求"),
        problems=("low",),
        remedies=(Text("Holds {grade}; needs {needed}.", "现为{grade}，需{needed}。"),),
        inputs={"grade": Input("B", audience=Audience.INTERNAL), "needed": Input("A", audience=Audience.ALL)},
        basis=(
            Cited(Text("Surveying Law", "《测绘法》"), Text("art. 29", "第二十九条"), BasisStatus.VERIFIED),
        ),
    )


def test_a_reader_sees_of_a_finding_only_what_is_theirs() -> None:
    inside = rendered(
        '{% include "patterns/checks.html" %}', checks=checks([finding(BLOCK)], Audience.INTERNAL)
    )
    outside = rendered('{% include "patterns/checks.html" %}', checks=checks([finding(BLOCK)]))
    assert (
        "Holds B; needs A." in inside
        and "1 check blocks this." in inside
        and "Surveying Law art. 29" in inside
    )
    assert "Holds B" not in outside and "needs A." in outside


def test_not_being_able_to_tell_blocks_only_where_the_rule_bars() -> None:
    unsure = FindingOutcome.CANNOT_TELL
    barring, warning = checks([finding(unsure), finding(unsure, FindingOutcome.WARN)])
    assert (barring.tone, warning.tone) == ("bad", "warn")
    assert (barring.blocks, warning.blocks) == (True, False)


def test_what_blocks_comes_first_and_what_does_not_apply_is_folded() -> None:
    outcomes = [FindingOutcome.PASS, FindingOutcome.NOT_APPLICABLE, FindingOutcome.WARN, FindingOutcome.BLOCK]
    html = rendered('{% include "patterns/checks.html" %}', checks=checks([finding(o) for o in outcomes]))
    places = [html.index(f">{w}</span></span>") for w in ("Blocked", "Warning", "Passed", "Does not apply")]
    assert places == sorted(places)
    assert html.index('<details class="more">') < places[-1]


class Handoffs(tables.Table):
    party = tables.Column(verbose_name="Party")
    state = tables.Column(verbose_name="State", orderable=False)


def test_a_sorted_list_keeps_its_filters_and_names_its_columns_on_a_phone(rf: Any) -> None:
    request = rf.get("/handoffs", {"sort": "party", "q": "测绘"})
    rows = [{"party": f"Party {n:02}", "state": terms.HandoffState.OFFERED} for n in range(30)]
    table = Handoffs(rows, template_name="patterns/tables2.html")
    tables.RequestConfig(request, paginate={"per_page": 10}).configure(table)
    html = table.as_html(request)
    assert 'aria-sort="ascending"' in html and "sort=-party" in html
    assert 'data-label="State"' in html and 'class="badge wait"' in html
    assert "?sort=party&amp;q=%E6%B5%8B%E7%BB%98&amp;page=2" in html
    assert "Page 1 of 3" in html


# --- frame and menu ---------------------------------------------------------------------------------------


def test_the_menu_names_each_route_once_and_every_role_has_a_way() -> None:
    assert len({row.route for row in MENU}) == len(MENU)
    for role in Role:
        assert any(role in row.roles and not row.public for row in MENU), role


def test_the_menu_shows_what_the_role_may_reach_and_marks_the_deepest_match(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = (
        MenuRow("language", "L", frozenset({Role.MANAGER})),
        MenuRow("style", "S", frozenset({Role.OFFICER}), public=True),
        MenuRow("no-such-route", "N", frozenset(Role)),
    )
    monkeypatch.setattr("custody.web.navigation.MENU", rows)
    assert [(m.label, m.current) for m in menu([Role.MANAGER], "/style", signed_in=True)] == [
        ("L", False),
        ("S", True),
    ]
    assert [m.label for m in menu([Role.OFFICER], "/", signed_in=True)] == ["S"]
    assert [m.label for m in menu([], "/style/deeper", signed_in=False)] == ["S"]


def test_a_wide_screen_shows_few_lines_and_always_the_one_that_one_is_on() -> None:
    for role in Role:
        whole = menu([role], "/verify/", signed_in=True)
        shown, more = split(whole)
        assert [link for link in whole if link in shown or link in more] == whole, role
        assert not set(map(id, shown)) & set(map(id, more)), role
        assert len(shown) <= SHOWN, role
        assert [link.current for link in more] == [False] * len(more), role


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "tag", "words"), [("en", "en", "Patterns"), ("zh-hans", "zh-Hans", "页面样式")]
)
def test_a_page_says_language_theme_and_demo(
    client: Client, language: str, tag: str, words: str, settings: Any
) -> None:
    settings.DEMO = True
    client.cookies[site_settings.LANGUAGE_COOKIE_NAME] = language
    client.cookies[site_settings.THEME_COOKIE_NAME] = "dark"
    html = client.get("/style").content.decode()
    assert f'<html lang="{tag}" data-theme="dark">' in html
    assert f"<h1>{words}</h1>" in html and f"<title>{words} · Holdfast</title>" in html
    assert 'class="demo"' in html
    settings.DEMO = False
    assert 'class="demo"' not in client.get("/style").content.decode()


@pytest.mark.django_db
def test_a_form_with_faults_says_so_in_the_title(client: Client) -> None:
    assert "<title>Error: Patterns" in client.get("/style?error=1").content.decode()


@pytest.mark.django_db
def test_the_level_of_the_site_stands_on_every_page(client: Client) -> None:
    from custody.models import Site, System
    from custody.web.context import Frame

    frame = Frame(client.get("/style").wsgi_request)
    frame.held = False
    frame.here = Site(name="North", system=System(levels={"cn_surveying": "jimi", "us_cui": "cui"}))
    html = rendered('{% include "patterns/_marks.html" %}', "zh-hans", frame=frame)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert (
        "本系统可登记的最高密级： 中国测绘（国家） – 机密 · 美国受控非密信息 – 受控非密信息（CUI）" in words
    )
    frame.here = Site(name="North", system=System(levels={}))
    assert "not accredited" in rendered('{% include "patterns/_marks.html" %}', frame=frame)


@pytest.mark.django_db
def test_a_frozen_ledger_is_told_on_every_page(client: Client, settings: Any) -> None:
    from custody.web.context import Frame

    frame = Frame(client.get("/style").wsgi_request)
    frame.alarm = ledger.Alarm("the mark is ahead of the database", 0, None)
    html = rendered('{% include "patterns/_marks.html" %}', "zh-hans", frame=frame)
    assert 'role="alert"' in html and "账本已冻结" in html and "the mark is ahead" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pending", "seconds", "says"),
    [
        (4097, 2.0, "4,096+ entries wait, the oldest for 0 minutes"),
        (3, 150.0, "3 entries wait, the oldest for 2"),
    ],
)
def test_a_sealer_that_is_behind_is_told_on_every_page(
    client: Client, pending: int, seconds: float, says: str
) -> None:
    from custody.web.context import Frame

    frame = Frame(client.get("/style").wsgi_request)
    frame.alarm = ledger.Alarm(None, pending, seconds)
    html = rendered('{% include "patterns/_marks.html" %}', frame=frame)
    assert 'role="status"' in html and says in html and "nothing is lost" in html
    assert "固化滞后" in rendered('{% include "patterns/_marks.html" %}', "zh-hans", frame=frame)
    frame.alarm = ledger.Alarm(None, 4096, 60.0)
    assert "behind" not in rendered('{% include "patterns/_marks.html" %}', frame=frame)


@pytest.mark.parametrize("status", [400, 500, 503])
def test_an_error_page_comes_without_the_database(status: int, rf: Any) -> None:
    from custody.web.errors import bare

    request = rf.get("/somewhere")
    request.COOKIES[site_settings.THEME_COOKIE_NAME] = "dark"
    answer = bare(request, status)  # no mark: a query would raise
    assert answer.status_code == status
    assert 'data-theme="dark"' in answer.content.decode() and f">{status}</p>" in answer.content.decode()


@pytest.mark.django_db
def test_the_sign_in_page_offers_no_reset_by_mail_and_no_sign_up(client: Client) -> None:
    html = client.get("/account/login/").content.decode()
    assert "/account/signup" not in html and "password/reset" not in html
    assert 'autocomplete="current-password"' in html
    assert "No sign-up here" in client.get("/account/signup/").content.decode()


# --- preferences ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_theme_is_kept_in_a_cookie_scripts_cannot_read(client: Client) -> None:
    answer = client.post("/preferences/theme", {"theme": "dark", "next": "/style?page=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/style?page=2")
    assert answer.cookies["theme"].value == "dark" and answer.cookies["theme"]["httponly"]


@pytest.mark.django_db
def test_the_language_is_kept(client: Client) -> None:
    answer = client.post("/preferences/language", {"language": "zh-hans", "next": "/"})
    assert answer.cookies[site_settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "", "x"]
)
def test_a_preference_never_leads_to_another_host(client: Client, target: str) -> None:
    assert client.post("/preferences/theme", {"theme": "dark", "next": target})["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_preference_is_not_kept(client: Client) -> None:
    assert "theme" not in client.post("/preferences/theme", {"theme": "neon"}).cookies
    assert not client.post("/preferences/language", {"language": "xx"}).cookies
    assert client.get("/preferences/theme").status_code == 405


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(BASE / "templates")))
def test_a_template_has_no_inline_style_script_or_foreign_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


def test_every_stylesheet_class_of_the_templates_exists() -> None:
    css = (BASE / "static" / "holdfast.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.([a-z][a-z-]*)", css))
    used = {
        name
        for path in TEMPLATES
        for value in re.findall(r'class="([^"{}]+)"', path.read_text(encoding="utf-8"))
        for name in value.split()
    }
    # A class may also be a hook for a script or a test; those are named here.
    assert used - known <= {"demo", "facts-card", "menu"}


def test_the_stylesheet_stays_small() -> None:
    assert (BASE / "static" / "holdfast.css").stat().st_size < 16_000


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed")
def test_the_chinese_catalogue_is_complete_and_fresh() -> None:
    run = subprocess.run(
        [sys.executable, "bin/messages", "--check"], cwd=BASE, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


# --- in a browser -----------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_living_page_has_no_fault(
    live_server: Any, chromium: Any, language: str, width: int, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": width, "height": 860})
    context.add_cookies(
        [
            {"name": site_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
            {"name": "theme", "value": theme, "url": live_server.url},
        ]
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/style", "/account/login/"):
        page.goto(live_server.url + path)
        page.locator("footer").wait_for()
        faults = Axe().run(page).response["violations"]
        assert [(f["id"], f["nodes"][0]["html"]) for f in faults] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} overflows"
    assert said == []
    context.close()


@pytest.mark.browser
def test_theme_and_language_work_without_javascript(live_server: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/style")
    page.locator("select[name=theme]").select_option("dark")
    page.get_by_role("button", name="Set").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="简体中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.url == live_server.url + "/style"
    context.close()


@pytest.mark.browser
def test_the_theme_changes_at_once_and_stays(live_server: Any, chromium: Any) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(live_server.url + "/style")
    with page.expect_response("**/preferences/theme"):
        page.locator("select[name=theme]").select_option("dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()
