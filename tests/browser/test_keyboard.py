"""A manager who never touches the mouse: signs in, offers a handoff, repeats it; and a scanner that presses
Enter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custody.stories.cast import PASSWORD, PEOPLE
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
Enter = Callable[..., Person]
IN_A_MINUTE = 300
"""Keys that somebody who is no typist presses in a minute: five a second."""


class Keyboard:
    """The keys of one person, counted."""

    def __init__(self, person: Person) -> None:
        self.page, self.count = person.page, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.count += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def reach(self, selector: str) -> None:
        """Press Tab until this is in focus, and see that the focus shows."""
        for _ in range(80):
            if self.page.evaluate("s => !!document.activeElement.closest(s)", selector):
                shown = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert shown != "none", f"{selector} does not show its focus"
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector} on {self.page.url}")

    def skip(self) -> None:
        """Leave out the menu by the first link of the page, unless the address leads past it."""
        self.press("Tab")
        if self.page.evaluate("document.activeElement.matches('.skip')"):
            self.press("Enter")

    def enter(self) -> None:
        """Press Enter and wait for the page that it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.press("Enter")

    def choose(self, name: str, words: str) -> None:
        """Go through the lines of a list by the arrow until one holds these words."""
        self.reach(f"[name={name}]")
        for _ in range(30):
            if words in self.page.evaluate("document.activeElement.selectedOptions[0].text"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no {words} in {name}")


def link(words: str) -> str:
    """Return a selector of a link by the end of its address."""
    return f"main a[href*='{words}']"


def signs_in(mei: Person, keys: Keyboard) -> None:
    mei.go("/")
    keys.reach("[name=login]")
    keys.type("mei")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.enter()


def finds_the_project(keys: Keyboard) -> None:
    keys.press("/")
    keys.type("BR-KEYS")
    keys.enter()
    keys.skip()
    keys.reach(link("/projects/"))
    keys.enter()


def fills_in(keys: Keyboard) -> None:
    keys.skip()
    keys.reach(link("/handoffs/new"))
    keys.enter()
    keys.skip()
    keys.choose("receiver_person", PEOPLE["tao"][0])
    keys.reach("[name=copies]")
    keys.press("Space")
    keys.reach("[name=purpose]")
    keys.type("Scanning of sheets")
    keys.reach("[name=channel]")
    keys.press("Space")
    keys.choose("system", "WG-ROOM-1")


def sends(mei: Person, keys: Keyboard) -> str:
    mei.page.locator("#rules").get_by_text(mei.word("Nothing blocks this.")).wait_for()
    keys.reach("button[value=check]")
    keys.enter()
    keys.skip()
    keys.reach("button[value=do]")
    keys.enter()
    assert "/handoffs/" in mei.page.url and "/new" not in mei.page.url, mei.text
    return mei.page.url.removeprefix(mei.origin)


def test_a_handoff_is_offered_and_repeated_with_the_keyboard_alone(enter: Enter) -> None:
    mei = enter("mei", "en")
    keys = Keyboard(mei)
    signs_in(mei, keys)
    finds_the_project(keys)
    fills_in(keys)
    sends(mei, keys)
    assert keys.count < IN_A_MINUTE, keys.count
    again = Keyboard(mei)
    again.skip()
    again.reach(link("?like="))
    again.enter()
    again.skip()
    again.reach("[name=copies]")
    again.press("Space")
    sends(mei, again)
    assert again.count < IN_A_MINUTE / 3, again.count


def test_a_scanner_that_ends_each_number_with_enter_does_not_send_the_form(enter: Enter) -> None:
    mei = enter("mei", "en")
    keys = Keyboard(mei)
    signs_in(mei, keys)
    finds_the_project(keys)
    keys.skip()
    keys.reach(link("/handoffs/new"))
    keys.enter()
    form = mei.page.url
    keys.choose("receiver_person", PEOPLE["tao"][0])
    keys.choose("system", "WG-ROOM-1")
    held = mei.page.locator("label:has([name=copies])").first.inner_text().strip().split(" ")[0]
    mei.page.locator("[name=codes]").focus()
    for number in (held, held[:-1] + ("A" if held[-1] != "A" else "B")):
        keys.type(number)
        keys.press("Enter")
    box = mei.page.locator("[name=codes]")
    assert mei.page.url == form and box.input_value().count("\n") == 2
    mei.press("Continue", status=422)
    mei.page.get_by_text("Line 2,").first.wait_for()
    assert held in mei.page.locator("[name=codes]").input_value()
    mei.go(form.removeprefix(mei.origin))
    mei.page.get_by_text("This is your draft from").wait_for()
    assert held in mei.page.locator("[name=codes]").input_value(), "what was scanned is kept"
    mei.press("Throw it away")
    assert mei.page.locator("[name=codes]").input_value() == ""
