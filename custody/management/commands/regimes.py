"""``manage.py regimes``: the rule packs in force, what a file would change, and putting one in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import drafting, regimes
from custody import models as m
from custody.actions import packs, signing
from custody.actions.base import ActionError, Actor
from custody.drafting import Draft
from custody.management.commands.import_sam_subawards import say
from custody.policy import shipped
from custody.policy.changes import Change, changes
from custody.policy.packfile import MOST_BYTES, RegimeError
from custody.policy.regime import Pack
from custody.policy.rule import published


class Command(BaseCommand):
    """List, check, compare and activate."""

    help = "Rule packs: list those in force, check files, compare two, put one in force."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what is to be done."""
        todo = parser.add_subparsers(dest="what", required=True)
        todo.add_parser("list", help="packs in force, with version, SHA-256, entry, since when, projects")
        check = todo.add_parser("check", help="whether files are good, and what each would change")
        check.add_argument("files", nargs="+", metavar="FILE")
        diff = todo.add_parser("diff", help="what NEW changes against OLD, rule by rule")
        diff.add_argument("old", metavar="OLD", help="a file, or the name of a pack in force")
        diff.add_argument("new", metavar="NEW", help="a file, or the name of a pack in force")
        activate = todo.add_parser("activate", help="publish a file; it counts from its effective day on")
        activate.add_argument("file", metavar="FILE")
        activate.add_argument("--reason", required=True, help="why; it is recorded and stays")
        activate.add_argument("--ordered-by", required=True, help="who ordered it; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what a file may not do ends with status 1 and a sentence."""
        regimes.refresh()
        with translation.override(settings.TERMINAL_LANGUAGE):
            try:
                self._do(options)
            except RegimeError as error:
                raise CommandError(say(error.text)) from error
            except regimes.PackLost as error:
                raise CommandError(_("A text is not in the database: %(pack)s.") % {"pack": error}) from error

    def _do(self, options: dict[str, Any]) -> None:
        match options["what"]:
            case "list":
                self._list()
            case "check":
                self._check(options["files"])
            case "diff":
                self._diff(options["old"], options["new"])
            case "activate":
                self._activate(options["file"], options["reason"], options["ordered_by"])

    def _list(self) -> None:
        used = Counter(m.Project.objects.values_list("regime", flat=True))
        for name in regimes.all_names():
            pack, row = regimes.pack(name), regimes.in_force(name)
            self.stdout.write(f"{name} {pack.version}  {say(pack.label.text)}")
            self.stdout.write(f"  SHA-256 {pack.sha256}")
            if row is None:
                self.stdout.write("  " + _("comes with the software; not published yet"))
            else:
                kept = m.RegimePack.objects.get(id=row.id)
                since = row.effective or kept.created_at.date()
                self.stdout.write(
                    "  " + _("entry %(entry)s, in force since %(day)s") % {"entry": kept.entry, "day": since}
                )
            self.stdout.write("  " + _("stands on: %(chain)s") % {"chain": ", ".join(pack.chain[:-1]) or "-"})
            count = used.pop(name, 0)
            self.stdout.write("  " + ngettext("%(n)d project", "%(n)d projects", count) % {"n": count})
            for remark in drafting.remarks(name):
                self.stdout.write("  " + say(remark))
        for name in sorted(used):
            self.stdout.write(
                _("%(name)s: not in force, used by projects: %(n)d") % {"name": name, "n": used[name]}
            )

    def _check(self, files: Sequence[str]) -> None:
        bad = 0
        for file in files:
            try:
                drafted = drafting.draft(_bytes(file), file)
            except RegimeError as error:
                bad += 1
                self.stderr.write(say(error.text))
                continue
            self._tell(file, drafted)
        if bad:
            count = ngettext("%(n)d file is not good.", "%(n)d files are not good.", bad) % {"n": bad}
            raise CommandError(count)

    def _tell(self, file: str, drafted: Draft) -> None:
        pack = drafted.pack
        self.stdout.write(
            _("%(file)s: good. %(name)s %(version)s, SHA-256 %(sha)s")
            % {"file": file, "name": pack.id, "version": pack.version, "sha": pack.sha256}
        )
        self.stdout.write(_("Activated now it counts from %(day)s.") % {"day": drafted.effective})
        if drafted.against is not None:
            words = {"name": drafted.against.id, "version": drafted.against.version}
            self.stdout.write(_("Against %(name)s %(version)s, which is in force:") % words)
            self._changes(drafted.changes)
        if drafted.left:
            self.stdout.write(_("These stand on the version before and keep it: %(names)s.") % {
                "names": ", ".join(drafted.left)
            })  # fmt: skip

    def _changes(self, found: Sequence[Change]) -> None:
        for line in lines(found):
            self.stdout.write(line)

    def _diff(self, old: str, new: str) -> None:
        self._changes(changes(_either(old), _either(new), shipped.known_rules()))

    def _activate(self, file: str, reason: str, ordered_by: str) -> None:
        raw = _bytes(file)
        drafted = drafting.draft(raw, file)
        self._tell(file, drafted)
        try:
            done = packs.activate(
                Actor.setup(),
                raw=raw,
                file=file,
                reason=reason,
                ordered_by=ordered_by,
                shown=drafted.pack.sha256,
            )
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        if signing.must_sign():
            self.stdout.write(_("Not signed: it stands in the ledger as done by whoever owns the machine."))
        words = {"entry": str(done.entry), "day": str(done.object.effective)}
        self.stdout.write(_("ACTIVATED by entry %(entry)s. It counts from %(day)s.") % words)


def lines(found: Sequence[Change]) -> list[str]:
    """Return changes as lines of text, by rule."""
    told: list[str] = []
    titles = {rule.code: rule.title for rule in published().newest()}
    under = ""
    for change in found:
        if change.rule and change.rule != under:
            title = titles.get(change.rule)
            told.append(f"{change.rule} {say(title) if title else ''}".rstrip())
        under = change.rule
        indent = "  " if change.rule else ""
        told.append(
            f"{indent}{say(change.name)}: {say(change.old)} -> {say(change.new)} [{say(change.way.text)}]"
        )
    return told or [_("No difference.")]


def _bytes(file: str) -> bytes:
    """Return the content of a file, not much beyond what a pack may have. Raises CommandError."""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(error)s") % {"file": file, "error": error.strerror or error}
        ) from error


def _either(given: str) -> Pack:
    """Return the pack in force of this name, or the one that a file makes. Raises RegimeError."""
    if given in regimes.all_names() and not Path(given).is_file():
        return regimes.pack(given)
    return drafting.made(_bytes(given), given)
