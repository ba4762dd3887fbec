"""Set the site up: once, and on every new version publish what is new."""

from __future__ import annotations

import getpass
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import regimes
from custody.actions import registers, site
from custody.actions.base import Actor
from custody.models import Project, Site
from custody.stories import cast, plays
from custody.terms import Network, Role

_ASKED = (
    "name",
    "operator",
    "country",
    "regime",
    "level",
    "network",
    "admin_name",
    "admin_number",
    "admin_user",
)


class Command(BaseCommand):
    """``setup_site --demo`` plays the demo in; without it the questions are asked, or given as options."""

    help = "Set up the site: log, operator, installation, rule packs; with --demo also people and stories."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer every question as an option, for set-up without a terminal."""
        parser.add_argument("--demo", action="store_true")
        for name in _ASKED:
            parser.add_argument(f"--{name.replace('_', '-')}")
        parser.add_argument("--admin-password-file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up what is missing; a site that stands only gets new packs."""
        if not Site.objects.exists():
            if options["demo"]:
                self._demo()
            else:
                self._real(options)
        elif options["demo"] and not Project.objects.exists():
            raise CommandError(_("The demo was not set up whole. Remove its folder and start again."))
        site.publish_packs()

    def _demo(self) -> None:
        people = cast.enter()
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

    def _real(self, options: dict[str, Any]) -> None:
        answers = {name: options[name] for name in _ASKED}
        if not all(answers.values()) and not sys.stdin.isatty():
            missing = ", ".join(f"--{n.replace('_', '-')}" for n, v in answers.items() if not v)
            raise CommandError(
                _("There is no terminal to ask at. Give these options: %(missing)s") % {"missing": missing}
            )
        questions = {
            "name": _("Name of this site"),
            "operator": _("Organisation that runs it"),
            "country": _("Its country (two letters, such as CN)"),
            "regime": _("Regime: %(names)s") % {"names": ", ".join(regimes.all_names())},
            "level": _("Highest level this machine is accredited for (an id of the regime)"),
            "network": _("Network: %(words)s") % {"words": ", ".join(w.value for w in Network)},
            "admin_name": _("Name of the administrator"),
            "admin_number": _("Staff number of the administrator"),
            "admin_user": _("User name of the administrator"),
        }
        for name, question in questions.items():
            answers[name] = answers[name] or input(f"{question}: ").strip()
        if answers["regime"] not in regimes.all_names():
            raise CommandError(_("There is no regime %(name)s.") % {"name": answers["regime"]})
        if answers["level"] not in {level.id for level in regimes.pack(answers["regime"]).levels}:
            raise CommandError(_("The regime has no level %(name)s.") % {"name": answers["level"]})
        site.open_site(
            site.Installation(
                name=answers["name"],
                operator=answers["operator"],
                country=answers["country"].upper(),
                levels={regimes.family(answers["regime"]): answers["level"]},
                network=Network(answers["network"]),
                tested_on=None,
            )
        )
        self._administrator(answers, options["admin_password_file"])

    def _administrator(self, answers: dict[str, str], password_file: str | None) -> None:
        if password_file:
            password = Path(password_file).read_text(encoding="utf-8").strip()
        else:
            password = getpass.getpass(_("Password of the administrator") + ": ")
        setup = Actor.setup()
        person = registers.register_person(
            setup, name=answers["admin_name"], staff_number=answers["admin_number"]
        ).object
        registers.give_membership(
            setup,
            person=person.id,
            party=Site.objects.get().operator_id,
            role=Role.ADMINISTRATOR,
            starts=timezone.now().date(),
        )
        registers.give_sign_in(setup, person=person.id, username=answers["admin_user"], password=password)
