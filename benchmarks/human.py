"""A person at human speed: how long each move of hand, eye and mind takes, waited for and counted.

The moves are those of the keystroke-level model: Card, Moran and Newell, "The keystroke-level model for user
performance time with interactive systems", Communications of the ACM 23 (1980) 396-410. A newcomer prepares
before every act, where the model lets a practised person leave that out. Reading is by Brysbaert, "How many
words do we read per minute?", Journal of Memory and Language 109 (2019): 238 words a minute in silence, 183
aloud. Chinese is read aloud at 255 characters a minute (Trauzettel-Klosinski and Dietz, "Standardized
assessment of reading performance: the new International Reading Speed Texts", 2012); in silence faster by as
much as English is.

Of a page of a kind that was not seen before the words that matter are read: headings, questions, hints,
buttons, notices and faults. Tables, facts, choices, histories and passed checks are scanned for one line;
what is folded away stays so. Of a page seen before only what may be new is read: heading, state, notices,
faults.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.person import Person

POINT = 1.1
"""Seconds to bring the pointer to a target."""
CLICK = 0.2
"""Seconds to press and release a button of the mouse."""
KEY = 0.28
"""Seconds for a key: an average non-secretary typist."""
PREPARE = 1.35
"""Seconds of thought before an act."""
HOME = 0.4
"""Seconds to move the hand between mouse and keyboard."""
WORDS_A_MINUTE = 238
SIGNS_A_MINUTE = 255 * 238 / 183
KEYS_A_SIGN = 4
"""Keys for one Chinese character with an input method: three letters and the choice."""
DIGITS_OF_A_DATE = 8

_ACTS = "main button:is([value=check], [value=do], [value=record], [value=accept], [value=agree])"
# Which act a page asks for tells pages of one address apart.
_HAN = re.compile(r"[\u4e00-\u9fff]")
# The visible words of a page; `whole` for a page that is new, else only what changes from visit to visit.
_WORDS = """whole => {
  const changing = 'h1, .notice, .errors, .badge, .receipt h2';
  const scanned = 'table, nav, dl, select, svg, summary, code, fieldset label, .checks, .line, .empty, .sr';
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility()) continue;
    if (!e.closest(scanned) && (whole || e.closest(changing))) found.push(walk.currentNode.data);
  }
  return found.join(' ');
}"""


def seconds_to_read(text: str) -> float:
    """Return how long a text is read: its Chinese characters, and the words between them."""
    signs = len(_HAN.findall(text))
    return 60 * (signs / SIGNS_A_MINUTE + len(_HAN.sub(" ", text).split()) / WORDS_A_MINUTE)


def keys_for(text: str) -> int:
    """Return how many keys a text takes."""
    signs = len(_HAN.findall(text))
    return len(text) + signs * (KEYS_A_SIGN - 1)


@dataclass
class Tally:
    """What one task took: ``human`` (``reading`` is a part of it) and ``machine`` in seconds."""

    what: str
    clicks: int = 0
    keys: int = 0
    pages: int = 0
    human: float = 0.0
    reading: float = 0.0
    machine: float = 0.0


class Newcomer(Person):
    """Reads the screen only, and moves as fast as people do. With ``fast`` the times are only added up."""

    def __init__(
        self, stage: Any, name: str, language: str, *, fast: bool, shots: Shots, **browser: Any
    ) -> None:
        """Open a browser for one person."""
        super().__init__(stage, name, language, **browser)
        self.fast, self.shots = fast, shots
        self.tally = Tally("")
        self.seen: set[str] = set()
        self.typing = False

    # --- time -------------------------------------------------------------------------------------------

    def spend(self, seconds: float) -> None:
        """Let the time pass that a person needs."""
        self.tally.human += seconds
        if not self.fast:
            self.page.wait_for_timeout(seconds * 1000)

    @contextmanager
    def machine(self) -> Iterator[None]:
        """Count what happens inside as time for which the person waits."""
        began = time.perf_counter()
        yield
        self.tally.machine += time.perf_counter() - began

    def look(self) -> None:
        """Count a page; it is judged elsewhere."""
        self.page.locator("footer").wait_for()
        self.tally.pages += 1

    def read(self, name: str = "") -> None:
        """Read this page, and keep a picture of it."""
        path = re.sub(r"[0-9a-f-]{36}", "-", self.page.url.removeprefix(self.origin).partition("?")[0])
        kind = f"{path} {self.page.locator(_ACTS).evaluate_all('all => all.map(e => e.value)')}"
        self.shots.take(self.page, name or (path.strip("/-").replace("/", "-") or "home"))
        text = self.page.evaluate(_WORDS, kind not in self.seen)
        self.seen.add(kind)
        seconds = seconds_to_read(text)
        self.tally.reading += seconds
        self.spend(seconds)

    # --- hands ------------------------------------------------------------------------------------------

    def aim(self, target: Any, *, clicks: int = 1) -> None:
        """Think, bring the pointer to a target, a screen further down if need be, and click."""
        target.wait_for()
        top = target.evaluate("e => e.getBoundingClientRect().top / innerHeight")
        screens = 0 if 0 <= top < 1 else max(1, round(abs(top)))
        self.tally.keys += screens  # the wheel or the page key, once for each screen
        self.spend(PREPARE + HOME * self.typing + screens * KEY + POINT + clicks * CLICK)
        self.tally.clicks += clicks
        self.typing = False

    def keyboard(self, keys: int) -> None:
        """Move to the keyboard and press keys."""
        self.spend(HOME * (not self.typing) + keys * KEY)
        self.tally.keys += keys
        self.typing = True

    def press(self, message: str, *, status: int = 200, name: str = "", **values: Any) -> None:
        """Press a button and read what comes."""
        self.aim(
            self.page.locator("main").get_by_role("button", name=self.word(message, **values), exact=True)
        )
        with self.machine():
            super().press(message, status=status, **values)
        self.read(name)

    def follow(self, words: str, *, name: str = "") -> None:
        """Follow a link and read what comes."""
        self.aim(self.page.locator("main").get_by_role("link", name=words).first)
        with self.machine():
            super().follow(words)
        self.read(name)

    def menu(self, message: str, *, name: str = "") -> None:
        """Choose a line of the menu; on a phone it is opened first."""
        if not self.page.locator("nav.wide").is_visible():
            opener = self.page.locator("details.menu.phone > summary")
            self.aim(opener)
            opener.click()
        link = self.page.locator("nav:visible").get_by_role("link", name=self.word(message), exact=True)
        self.aim(link)
        with self.machine(), self.page.expect_navigation(wait_until="load"):
            link.click()
        self.look()
        self.read(name)

    def open(self, message: str) -> None:
        """Open what is folded away under these words."""
        fold = self.page.locator("main summary", has_text=self.word(message))
        self.aim(fold)
        fold.click()

    def pick(self, name: str, words: str) -> None:
        """Choose from a list: open it, choose."""
        box = self.page.locator(f"main [name={name}]")
        self.aim(box)
        self.choose_with(name, words)
        self.spend(POINT + CLICK)
        self.tally.clicks += 1

    def tick(self, name: str, words: str) -> None:
        """Tick the box or dot whose line holds these words."""
        line = self.page.locator(f"main label:has([name={name}])", has_text=words).first
        self.aim(line)
        line.click()

    def write(self, name: str, text: str, *, keys: int | None = None) -> None:
        """Click into a field and type; ``keys`` where it is fewer than the text has, as by pasting."""
        box = self.page.locator(f"main [name={name}]")
        self.aim(box)
        self.keyboard(keys_for(text) if keys is None else keys)
        box.fill(text)

    def date(self, name: str, iso: str) -> None:
        """Type a date."""
        self.write(name, iso, keys=DIGITS_OF_A_DATE)

    def paste(self, name: str, text: str) -> None:
        """Paste a text that was copied elsewhere."""
        self.write(name, text, keys=2)

    def choose_file(self, name: str, file: Path) -> None:
        """Open the window in which files are chosen, and choose one by a double click."""
        box = self.page.locator(f"main [name={name}]")
        self.aim(box)
        self.spend(PREPARE + POINT + 2 * CLICK)
        self.tally.clicks += 2
        box.set_input_files(file)

    def enters(self) -> None:
        """Sign in on the front page."""
        from custody.stories.cast import PASSWORD  # the settings are there only by now

        with self.machine():
            self.go("/")
        self.read("sign-in")
        self.write("login", self.name)
        self.write("password", PASSWORD)
        self.press("Sign in", name="home")

    def leaves(self) -> None:
        """Sign out by the menu under one's own name."""
        menu = self.page.locator("details.menu > summary:visible").last
        self.aim(menu)
        menu.click()
        button = self.page.locator("details.menu[open]").get_by_role(
            "button", name=self.word("Sign out"), exact=True
        )
        self.aim(button)
        with self.machine(), self.page.expect_navigation(wait_until="load"):
            button.click()
        self.look()

    def leave(self) -> None:
        """Close the browser; the console must be empty, but for what taking a picture puts into the page, and
        what Chromium tells of a sign-out: that it cleared what we asked it to."""
        self.said = [line for line in self.said if "Clear-Site-Data header" not in line]
        if self.shots.folder:
            self.said = [line for line in self.said if "Applying inline style" not in line]
        super().leave()


class Shots:
    """Numbered pictures in a folder; none without a folder."""

    def __init__(self, folder: Path | None) -> None:
        """Make the folder."""
        self.folder, self.count = folder, 0
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Any, name: str) -> None:
        """Keep a picture of the whole page."""
        if self.folder:
            self.count += 1
            page.screenshot(path=self.folder / f"{self.count:02d}-{name}.png", full_page=True)
