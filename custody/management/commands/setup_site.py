"""Set the site up: once, and on every new version publish what is new."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from custody.actions import registers, site
from custody.actions.base import ActionError, Actor
from custody.management import site_questions
from custody.management.asking import Asker, Unfit, flag
from custody.models import Project, Site
from custody.stories import cast, plays
from custody.web import checklist

NOTHING_SET_UP = 2
"""Exit status when no site stands and nothing was begun."""


class Command(BaseCommand):
    """``setup_site --demo`` plays the demo in; without it the questions are asked, or given as options."""

    help = "Set up the site: log, operator, installation, rule packs; with --demo also people and stories."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer every question as an option, for set-up without a terminal."""
        parser.add_argument("--demo", action="store_true")
        for name in site_questions.OPTIONS:
            parser.add_argument(flag(name))

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up what is missing; a site that stands only gets new packs."""
        with translation.override(settings.TERMINAL_LANGUAGE):
            self._handle(options)

    def _handle(self, options: dict[str, Any]) -> None:
        standing = Site.objects.first()
        if standing is None:
            self._must_be_new()
        if standing is None and options["demo"]:
            self._demo()
        elif standing is None:
            self._real({name: options[name] for name in site_questions.OPTIONS})
        elif standing.demo and not options["demo"]:
            self._refuse(
                _("This is a demonstration, which never becomes a real site. Choose another folder.")
            )
        elif options["demo"] and not standing.demo:
            self._refuse(_("This is a real site, which never becomes a demonstration."))
        elif options["demo"] and not Project.objects.exists():
            raise CommandError(_("The demo was not set up whole. Remove its folder and start again."))
        elif any(options[name] is not None for name in site_questions.OPTIONS):
            self.stdout.write(_("This site is set up already. The answers given change nothing."))
        site.publish_packs()

    def _refuse(self, sentence: str) -> NoReturn:
        """Say why nothing was set up, and end."""
        self.stderr.write(sentence)
        raise SystemExit(NOTHING_SET_UP)

    def _must_be_new(self) -> None:
        """Before anything is asked: nobody answers sixteen questions to learn that a database was lost."""
        try:
            site.must_be_new()
        except ActionError as error:
            self._refuse(error.text.get(settings.TERMINAL_LANGUAGE))

    def _demo(self) -> None:
        people = cast.enter()
        cast.give_pins(people)
        project = cast.open_project(
            people, "LH-2026-014", "Lanhe 1:10 000 topographic revision 岚河1:10000地形图更新"
        )
        registers.give_grant(
            Actor.setup(),
            person=people.people["jing"].id,
            project=project.id,
            starts=people.today - timedelta(days=1),  # grants are dated in UTC
            ends=people.today.replace(year=people.today.year + 1, day=1),
        )
        for story in plays.STORIES:
            told = story(people, project)
            if not told.as_expected:
                raise CommandError(f"{told.title.en}: {[(a.what.en, a.barring) for a in told.attempts]}")
            self.stdout.write(f"  {told.title.en}  {told.title.zh}")
        plays.left_waiting(people, project)

    def _real(self, given: dict[str, str | None]) -> None:
        missing = site_questions.missing(given)
        if missing and not sys.stdin.isatty():
            self._refuse(
                _("There is no terminal to ask at. Give manage.py setup_site these options: %(missing)s")
                % {"missing": ", ".join(missing)}
            )
        try:
            # SIGTERM is how bin/run passes Ctrl-C on; as an exception it lets the terminal get its echo back.
            with _signals(_stop, signal.SIGTERM):
                asked = site_questions.installation(Asker(given, self.stdout.write))
        except Unfit as fault:
            self._refuse(_("%(fault)s Nothing was set up.") % {"fault": fault})
        except (KeyboardInterrupt, EOFError):
            self.stdout.write("")
            self._refuse(_("Stopped. Nothing was set up; start again to be asked again."))
        try:
            with _signals(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM):  # done in one piece
                site.open_site(asked)
        except ActionError as error:
            self._refuse(error.text.get(settings.TERMINAL_LANGUAGE))
        self._what_now(asked)

    def _what_now(self, asked: site.Installation) -> None:
        names = " / ".join(a.username for a in asked.administrators)
        self.stdout.write(_("The site is set up; it will serve at %(url)s") % {"url": settings.SITE_URL})
        self.stdout.write(_("Two administrators may sign in: %(names)s") % {"names": names})
        self.stdout.write(_("Up to the first handoff, the whole list is on their home page:"))
        for number, step in enumerate(checklist.STEPS[:3], 1):
            self.stdout.write(f"  {number}. {step.what} ({step.who}). {step.page}")


@contextmanager
def _signals(handler: Any, *numbers: signal.Signals) -> Iterator[None]:
    """Answer these signals with ``handler`` for a while."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
