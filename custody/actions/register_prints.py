"""Printing a register: numbered, told from the ledger at one size, and recorded with the SHA-256 of the file.

The file is kept, and made again from the ledger where it is gone. What an erasure has taken is not printed
again: then the file is another one, and a new register is printed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody import record, regimes, zone
from custody.events.register_print import RegisterPrinted
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.policy.facts import Missing
from custody.record import party_stream
from custody.reports import files, register_pages
from custody.reports.register_pages import LANGUAGES, REMARKS, Sheet
from custody.terms import PrintedKind, Text

from . import files as evidence_files
from . import incidents, locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .register_kinds import REGISTERS
from .register_lines import Found, Question, collect, projects_of
from .register_names import Names, Who

MOST = 5_000
"""Lines of one register."""
SEALED_WITHIN = 3.0
"""Seconds for which what was just recorded is waited for, so that it is in the register."""
EARLIEST = dt.date(1949, 1, 1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('custody.register_prints'))"
_ALL_PROJECTS = Text("all in which the unit has a part", "该单位参与的全部项目")
_EVERYBODY = Text("all units of the project", "项目各单位")
_ALONE = Text("of this unit alone", "仅本单位")
NOT_SAME = Text(
    en="This register cannot be given out as it was printed: values were erased since, or this software "
    "prints otherwise by now. Print it anew; the old number stays listed.",
    zh="无法按原样提供此登记簿：其中内容已被删除，或软件版面已变。请重新打印；原编号仍予保留。",
)


def may_print(actor: Actor, project: m.Project | None, party: UUID | None) -> str | None:
    """Return the verb by which an actor may print the lines of a project, of a party, or of a party in a
    project; None where they may not.

    Own lines only for whoever does not answer for the project, and only where the party has a part in it.
    """
    if project is None and party is None:
        return None
    if actor.can("register_print.make", owner=project.owner_party_id if project else None):
        return "register_print.make"
    if party is None or not actor.can("register_print.make_own", holder=party):
        return None
    if project is not None and party not in incidents.parties_of(project):
        return None
    return "register_print.make_own"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which register, of a project or a party or of both, from which day to which, in which language."""

    register: PrintedKind
    project: UUID | None
    party: UUID | None
    starts: dt.date
    ends: dt.date
    language: str = "both"


def make_either(actor: Actor, asked: Asked) -> Outcome:
    """Print a register by whichever right the actor has to its lines."""
    of = m.Project.objects.get(id=asked.project) if asked.project else None
    verb = may_print(actor, of, asked.party)
    if verb is None and asked.project is None and asked.party is None:
        raise ActionError(Text("Choose a project or a party.", "请选择项目或单位。"), "project")
    return make(actor, asked) if verb == "register_print.make" else make_own(actor, asked)


def make(actor: Actor, asked: Asked) -> Outcome:
    """Print a register of a whole project, or of any party. Object: the printed register.

    Raises ActionError for a period that is none or lies ahead, an unknown language, and for more lines than
    one register holds.
    """
    of = m.Project.objects.get(id=asked.project) if asked.project else None
    actor.require("register_print.make", owner=of.owner_party_id if of else None)
    return _made(actor, "register_print.make", asked, of)


def make_own(actor: Actor, asked: Asked) -> Outcome:
    """Print the lines of an own party alone. Object: the printed register. Raises as :func:`make`."""
    actor.require("register_print.make_own", holder=asked.party)
    of = m.Project.objects.get(id=asked.project) if asked.project else None
    if of is not None and asked.party not in incidents.parties_of(of):
        raise NotPermitted("register_print.make_own")
    return _made(actor, "register_print.make_own", asked, of)


def _made(actor: Actor, verb: str, asked: Asked, of: m.Project | None) -> Outcome:
    register, project, party = asked.register, asked.project, asked.party
    starts, ends, language = asked.starts, asked.ends, asked.language
    if project is None and party is None:
        raise ActionError(Text("Choose a project or a party.", "请选择项目或单位。"), "project")
    if party is not None:
        m.Party.objects.get(id=party)
    where = zone.settled() or timezone.get_default_timezone()
    key = str(getattr(where, "key", "UTC"))
    if language not in LANGUAGES:
        raise ActionError(Text("Choose one of the languages.", "请选择语言。"), "language")
    check_period(starts, ends, timezone.now().astimezone(ZoneInfo(key)).date())
    question = Question(register, project, party, starts, ends, 0, key)
    record.wait_sealed((f"project:{one}" for one in projects_of(question)), SEALED_WITHIN)
    size, head = record.sealed_head()
    found = collect(replace(question, size=size))
    if len(found.rows) > MOST:
        raise ActionError(
            Text(
                en=f"This has {len(found.rows)} lines; one register holds {MOST}. Choose a shorter period, "
                "or one project.",
                zh=f"共{len(found.rows)}行，超过一册上限{MOST}行。请缩短期间或选择单个项目。",
            ),
            "starts",
        )

    def work(act: Act) -> Outcome:
        person = actor.human()
        if of is not None:
            locking.share("project", [of.id])
        elif party is not None:
            locking.share("party", [party])
        row = m.RegisterPrint(
            id=m.new_id(),
            number=_next_number(act.now.astimezone(ZoneInfo(key)).year),
            address=secrets.token_urlsafe(18),
            register=register,
            project=of,
            party_id=party,
            starts=starts,
            ends=ends,
            zone=key,
            language=language,
            ledger_size=size,
            ledger_head=head,
            lines=len(found.rows),
            printed_at=act.now,
            printed_by_id=person,
        )
        content, row.pages = register_pages.draw(_sheet(row, found))
        row.sha256 = hashlib.sha256(content).hexdigest()
        row.entry = act.record(
            RegisterPrinted(
                print=str(row.id),
                number=row.number,
                address=row.address,
                register=str(register),
                project=str(of.id) if of else None,
                party=str(party) if party else None,
                starts=starts.isoformat(),
                ends=ends.isoformat(),
                zone=key,
                language=language,
                ledger_size=size,
                ledger_head=head,
                lines=row.lines,
                pages=row.pages,
                sha256=row.sha256,
                printed_at=record.time_text(act.now),
                person=str(person),
            ),
            stream_of(row),
            on_behalf_of=party or (of.owner_party_id if of else None),
        )
        row.save(force_insert=True)
        transaction.on_commit(lambda: _keep(row, content), robust=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb=verb)


def may_attach(actor: Actor, row: m.RegisterPrint) -> bool:
    """Return whether an actor may attach the scan of the stamped paper: whoever could print such a one."""
    owner = row.project.owner_party_id if row.project else None
    return actor.can("register_print.attach", owner=owner, holder=row.party_id)


def attach(actor: Actor, *, print: UUID, file: Received) -> Outcome:
    """Attach the scan of the stamped paper, in PDF or as a picture. Object: the file.

    It shows the paper and nothing else: a picture of a seal is no signature, and no state rests on it.
    """
    row = m.RegisterPrint.objects.select_related("project").get(id=print)
    owner = row.project.owner_party_id if row.project else None
    actor.require("register_print.attach", owner=owner, holder=row.party_id)
    return evidence_files.attach(actor, what=EvidenceOf.PRINTED, subject_id=print, file=file)


def stream_of(row: m.RegisterPrint) -> str:
    """Return the stream in which a printed register stands: its project's, else its party's."""
    if row.party_id is not None and row.project is None:
        return party_stream(row.party_id)
    return f"project:{row.project_id}"


def content(row: m.RegisterPrint) -> bytes:
    """Return the very file that was printed. Raises ActionError where it cannot be had any more."""
    path = files.built(folder(), name_of(row))
    if path is not None:
        kept = path.read_bytes()
        if hashlib.sha256(kept).hexdigest() == row.sha256:
            return kept
    made, _pages = register_pages.draw(_sheet(row, collect(question_of(row))))
    if hashlib.sha256(made).hexdigest() != row.sha256:
        raise ActionError(NOT_SAME)
    return made


def question_of(row: m.RegisterPrint) -> Question:
    """Return the question that a printed register answered."""
    return Question(
        row.register, row.project_id, row.party_id, row.starts, row.ends, row.ledger_size, row.zone
    )


def folder() -> Path:
    """Return where printed registers lie."""
    return Path(settings.REPORTS_DIR) / "registers"


def name_of(row: m.RegisterPrint) -> str:
    """Return the file name of a printed register."""
    return f"{row.number}-{row.sha256[:12]}.pdf"


def sweep() -> list[str]:
    """Remove the kept files after an erasure, since they may tell what was erased; return their names."""
    removed = []
    for path in folder().glob("*.pdf"):
        path.unlink(missing_ok=True)
        removed.append(path.name)
    return removed


def _keep(row: m.RegisterPrint, made: bytes) -> None:
    files.place(folder(), name_of(row), made)


def check_period(starts: dt.date, ends: dt.date, today: dt.date) -> None:
    """Raise ActionError for a period that is none, or is not over: its last day may be today."""
    if starts < EARLIEST:
        raise ActionError(Text("This day is too early.", "该日期过早。"), "starts")
    if ends < starts:
        raise ActionError(Text("The last day is before the first day.", "止日早于起日。"), "ends")
    if ends > today:
        raise ActionError(Text("This day has not come yet.", "该日期尚未到来。"), "ends")


def _next_number(year: int) -> str:
    """Return the next number of a year: R-2026-001. Whoever else prints waits until this one is recorded."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    numbers = m.RegisterPrint.objects.filter(number__startswith=f"R-{year}-").values_list("number", flat=True)
    last = max((int(number.rpartition("-")[2]) for number in numbers), default=0)
    return f"R-{year}-{last + 1:03d}"


def _sheet(row: m.RegisterPrint, found: Found) -> Sheet:
    """Return a printed register as it is drawn; the same row and lines give the same bytes."""
    here = m.Site.objects.select_related("system").first()
    at = row.printed_at.astimezone(ZoneInfo(row.zone))
    unit = row.party_id or (row.project.owner_party_id if row.project else None)
    who = [Who("person", str(row.printed_by_id)), Who("party", str(unit))]
    names = Names(who, row.ledger_size)
    called = [names.say(one, row.ledger_size, row.ledger_size) for one in who]
    project: Text | str = f"{row.project.code}  {row.project.title}" if row.project else _ALL_PROJECTS
    return Sheet(
        title=row.register.text,
        number=row.number,
        address=settings.SITE_URL + reverse("register_print_scanned", args=[row.address]),
        columns=(*REGISTERS[row.register].columns, (REMARKS, 1.7)),
        rows=found.rows,
        facts=(
            (Text("Unit", "单位"), called[1]),
            (Text("Lines", "范围"), _ALONE if row.party_id else _EVERYBODY),
            (Text("Project", "项目"), project),
            (Text("Period", "期间"), f"{row.starts.isoformat()} – {row.ends.isoformat()} ({row.zone})"),
            (Text("Printed on", "打印时间"), f"{at:%Y-%m-%d %H:%M:%S}"),
            (Text("Printed by", "打印人"), called[0]),
            (Text("Ledger head", "账本根哈希"), row.ledger_head or "-"),
        ),
        size=row.ledger_size,
        origin=here.origin if here else "-",
        made_at=row.printed_at,
        language=row.language,
        highest=found.highest,
        level=site_level(here, row.project),
        demo=bool(settings.DEMO or (here and here.demo)),
        author=here.name if here else "Holdfast",
    )


def site_level(here: m.Site | None, project: m.Project | None) -> Text:
    """Return the level that the site is accredited for in the project's family of regimes, or in the one that
    new projects are offered."""
    regime = project.regime if project else here.regime if here else ""
    if here is None or not regime:
        return Text("not stated", "未填写")
    try:
        level = here.system.levels.get(regimes.family(regime))
        return regimes.pack(regime).level(str(level or "")).label.text
    except (Missing, ValueError, KeyError):
        return Text("not accredited for this regime", "未按本规则包核定")
