"""Play the stories on this demo, build a signed report of them, check it as a regulator would."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody.actions import registers, reports
from custody.actions.base import Actor
from custody.models import Project, Report, Site
from custody.reports.files import receipt_name
from custody.stories import cast, plays
from custody.terms import ReportState
from custody.verify import verify_report


class Command(BaseCommand):
    """Prints a verdict per story and the path of the report; fails when one story ends otherwise than it
    should."""

    help = "Play the five stories and the sixth, print a verdict each, build and check a signed report."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a limit on waiting for the worker."""
        parser.add_argument("--seconds", type=float, default=120.0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, ask for a report as the regulator, wait for it, verify it."""
        if not Site.objects.filter(demo=True).exists():
            raise CommandError(_("The stories are played on a demo only; this is a real site."))
        people = cast.load()
        cast.complete(people)
        number = Project.objects.count() + 1
        project = cast.open_project(
            people, f"LH-CHECK-{number:03d}", "The five stories, and one in order 五案一正"
        )
        registers.give_grant(
            Actor.setup(),
            person=people.people["jing"].id,
            project=project.id,
            # A day before and after: the regime's calendar day and that of grants (UTC) differ for hours.
            starts=people.today - timedelta(days=1),
            ends=people.today + timedelta(days=1),
        )
        failed = 0
        for story in plays.STORIES:
            told = story(people, project)
            ended = _("as it should be") if told.as_expected else _("NOT as it should be")
            self.stdout.write(f"\n{told.title.en}  {told.title.zh}: {ended}")
            for attempt in told.attempts:
                mark = _("refused by %(rules)s") % {"rules": ", ".join(attempt.barring)}
                result = mark if attempt.outcome.state == "refused" else _("went through")
                self.stdout.write(f"  - {attempt.what.en}  {attempt.what.zh}\n      {result}")
            if told.to_come:
                self.stdout.write(f"  {told.to_come.en}  {told.to_come.zh}")
            failed += not told.as_expected
        path = self._report(people, project, options["seconds"])
        receipt = path.with_name(receipt_name(path.name)).read_bytes()
        verdict = verify_report(path.read_bytes(), settings.TRUST_DIR, receipt=receipt)
        self.stdout.write("")
        for state, text, detail in verdict.lines:
            self.stdout.write(f"  [{state}] {text.en}  {text.zh}  {detail}")
        self.stdout.write(f"\n{_('Signed report')}: {path}")
        if failed or not verdict.good:
            raise CommandError(_("Something is not as it should be; see above."))
        self.stdout.write(_("All six stories ended as they should, and the report holds."))

    def _report(self, people: cast.Cast, project: Project, seconds: float) -> Path:
        asked = reports.request(people.actor("jing"), project=project.id, language="zh-hans")
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            report = Report.objects.get(id=asked.object.id)
            path = Path(settings.REPORTS_DIR) / report.file
            if report.state is ReportState.READY and path.with_name(receipt_name(path.name)).exists():
                return path
            if report.state is ReportState.FAILED:
                raise CommandError(report.failure)
            time.sleep(0.2)
        raise CommandError(_("The worker did not build the report in time; see the log of the worker."))
