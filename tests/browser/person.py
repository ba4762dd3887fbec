"""One person in front of one browser: does what a person does, and looks hard at every page on the way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import translation

from tests.scale import DAY, FULL, chance

if TYPE_CHECKING:
    from tests.browser.conftest import Stage

DESK, PHONE = 1280, 390
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [
    (DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light"),
]  # fmt: skip
# What a finger must hit on a phone, folded or not, with its height in pixels where that is less than a gloved
# finger needs. A tick is hit by its label; links in running text are let off (WCAG 2.5.8), and so is the
# picture of a chain, which is a drawing.
TO_HIT = "a[href], button, input, select, textarea, summary"
SMALL = """([hit, least]) => [...document.querySelectorAll(hit)].flatMap(e => {
    if (e.closest('svg, .errors') || !e.checkVisibility({visibilityProperty: true})) return [];
    const words = e.matches('p a, li a') ? e.closest('p, li').innerText.trim() : '';
    if (words && words != e.innerText.trim() && !e.closest('.links, .crumbs, .path, .line, .row')) return [];
    const tick = e.matches('[type=checkbox], [type=radio]');
    const box = (tick && e.closest('label') || e).getBoundingClientRect();
    return box.height && box.height < least ? [`${box.height} px: ${e.outerHTML.slice(0, 120)}`] : [];
})"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
FINGER = 47.5  # 48, less what a browser rounds
JUDGED: set[tuple[str, str]] = set()
"""By day, which pages were judged in this process already, in which language: again they are now and then."""
AGAIN = 0.2
# Chromium's own remark on any page that came with a status of 4xx; a form sent back with faults is one.
SENT_BACK = re.compile(r"Failed to load resource: the server responded with a status of 422")


class Person:
    """Drives a browser in a language. Whatever the console said stands in `said` and fails the test."""

    def __init__(self, stage: Stage, name: str, language: str, **browser: Any) -> None:
        self.stage, self.name, self.language = stage, name, language
        self.origin = stage.origin or f"http://localhost:{stage.site.port}"
        self.scripts = browser.get("java_script_enabled", True)
        self.width = browser.pop("width", DESK)
        self.context = stage.browser.new_context(
            viewport={"width": self.width, "height": 860}, accept_downloads=True, **browser
        )
        self.context.add_cookies(
            [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.origin}]
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.said: list[str] = []
        self.faults: list[str] = []
        self.looked = self.sent_back = 0
        self.left = False
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("requestfailed", self._request_failed)

    def _console(self, message: Any) -> None:
        where = message.location.get("url", "").removeprefix(self.origin)
        self.said.append(f"{message.type}: {message.text} {where}")

    def _request_failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (
            request.failure or ""
        ):  # a download, or a poll that leaving the page cut off
            self.said.append(f"request failed: {request.method} {request.url}: {request.failure}")

    # --- words ------------------------------------------------------------------------------------------

    def word(self, message: str, **values: Any) -> str:
        """Return a message of the product in this person's language."""
        with translation.override(self.language):
            return str(translation.gettext(message)) % values if values else str(translation.gettext(message))

    @property
    def text(self) -> str:
        """Return what the page says to its reader."""
        return str(self.page.locator("body").inner_text())

    def reads(self, message: str, **values: Any) -> None:
        """Expect a message of the product on this page, in this person's language."""
        self.page.get_by_text(self.word(message, **values)).first.wait_for()

    # --- doing ------------------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open a page by its address and look at it."""
        self.page.goto(self.origin + path)
        self.look()

    def press(self, message: str, *, status: int = 200, **values: Any) -> None:
        """Press the button with this message, wait for the page that it leads to, and look at it."""
        words = self.word(message, **values)
        button = self.page.locator("main").get_by_role("button", name=words, exact=True)
        assert button.count(), f"no button {words!r} on {self.page.url}:\n{self.text}"
        with self.page.expect_navigation(wait_until="load") as landed:
            button.click()
        assert landed.value.status == status, f"{landed.value.status} from {landed.value.url}: {self.text}"
        self.sent_back += status == 422
        self.look()

    def follow(self, words: str) -> None:
        """Follow the link with these words inside the page, of several the one with no others, and look at
        where it leads."""
        inside = self.page.locator("main")
        exact = inside.get_by_role("link", name=words, exact=True)
        link = exact if exact.count() else inside.get_by_role("link", name=words)
        with self.page.expect_navigation(wait_until="load"):
            link.first.click()
        self.look()

    def fill(self, **answers: Any) -> None:
        """Fill fields by name: text, a label to choose, values to tick (True: all), or a file."""
        for name, answer in answers.items():
            box = self.page.locator(f"main [name={name}]")
            kind = box.first.evaluate("e => e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()")
            if kind == "select":
                box.select_option(label=answer)
            elif kind == "radio":
                self.page.locator(f"main [name={name}][value='{answer}']").check()
            elif kind == "checkbox":
                for one in box.all():
                    if answer is True or one.get_attribute("value") in answer:
                        one.check()
            elif kind == "file":
                box.set_input_files(answer)
            else:
                box.fill(str(answer))

    def choose_with(self, name: str, words: str) -> None:
        """Choose the option that contains these words."""
        option = self.page.locator(f"main [name={name}] option", has_text=words).first
        self.page.locator(f"main [name={name}]").select_option(value=option.get_attribute("value"))

    def set_to(self, **values: str) -> None:
        """Choose options by value: what stands on the page has its own words in each language."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").select_option(value=value)

    def sign_in(self) -> None:
        """Sign in on the front page, as everybody does."""
        from custody.stories.cast import PASSWORD  # this file is read before the settings are there

        self.go("/")
        self.fill(login=self.name, password=PASSWORD)
        self.press("Sign in")

    def download(self, message: str) -> Any:
        """Press a download and return the file."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=self.word(message), exact=True).click()
        return coming.value.path()

    def slow_down(self, milliseconds: int) -> None:
        """Answer everything this much later, as over a poor line."""
        self.context.new_cdp_session(self.page).send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1},
        )

    # --- looking ----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Judge this page as it stands: light and dark, on a desk and on a phone.

        All four combinations at night; by day one of them, by turns, another in the other language and on
        the next day, and a page that was judged before only now and then.
        """
        self.page.locator("footer").wait_for()
        assert (
            self.page.locator("html").get_attribute("lang")
            in {"en": ["en"], "zh-hans": ["zh-Hans"]}[self.language]
        )
        self.looked += 1
        where = re.sub(r"[0-9a-f-]{36}", "-", self.page.url.removeprefix(self.origin))
        if not self.scripts:
            return  # the same pages are judged with scripts; axe is one
        if self._judged_before(where):
            return
        turn = (self.looked + 2 * (self.language == "en") + DAY) % len(LOOKS)
        for width, scheme in LOOKS if FULL else LOOKS[turn : turn + 1]:
            self.page.set_viewport_size({"width": width, "height": 860})
            self.page.emulate_media(color_scheme=scheme)
            self.judge(f"{where} {width} {scheme}")
        self.fingers(where)
        if self.stage.pictures:
            self.page.set_viewport_size({"width": PHONE, "height": 860})
            self.page.emulate_media(color_scheme="dark")
            self._picture(self.stage.pictures, where)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": self.width, "height": 860})

    def _judged_before(self, where: str) -> bool:
        """Say whether this page was judged in this language and is left out now."""
        page = (where.partition("?")[0], self.language)
        if FULL or self.stage.pictures or page not in JUDGED:
            JUDGED.add(page)
            return False
        return chance((page, self.looked)).random() > AGAIN

    def judge(self, where: str) -> None:
        """Let axe-core search this page for faults, and see that nothing is wider than the screen."""
        for fault in Axe().run(self.page).response["violations"]:
            self.faults.append(f"{where}: {fault['id']}: {fault['nodes'][0]['html'][:200]}")
        if not self.page.evaluate(FITS):
            self.faults.append(f"{where}: wider than the screen")

    def fingers(self, where: str) -> None:
        """See that on a phone a finger hits all that can be hit on this page, what is folded too."""
        self.page.set_viewport_size({"width": PHONE, "height": 860})
        folded = self.page.locator("details:not([open])")
        folded.evaluate_all("all => all.forEach(d => { d.open = true; d.dataset.folded = ''; })")
        self.faults += [f"{where}: {fault}" for fault in self.page.evaluate(SMALL, [TO_HIT, FINGER])]
        if not self.page.evaluate(FITS):
            self.faults.append(f"{where}: wider than a phone")
        self.page.locator("[data-folded]").evaluate_all("all => all.forEach(d => { d.open = false; })")

    def _picture(self, folder: Path, where: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.language}-{self.name or 'guest'}-{self.looked:02d}{re.sub(r'[^a-z]+', '-', where)}"
        self.page.screenshot(path=folder / f"{name}-phone-dark.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": DESK, "height": 860})
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def leave(self) -> None:
        """Close the browser, once; what the console said and what the looks found must be nothing."""
        if self.left:
            return
        self.left = True
        self.context.close()
        remarks = [line for line in self.said if SENT_BACK.search(line)]
        said = [line for line in self.said if line not in remarks] + remarks[self.sent_back :]
        assert not said + self.faults, "\n".join([f"{self.name} in {self.language}", *said, *self.faults])
