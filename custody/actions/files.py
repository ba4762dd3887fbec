"""Evidence files: attached to the paper that they show, and every look at one recorded.

A file lies sealed and durable in its folder before the act begins that names it; what no act names is taken
away again (:mod:`custody.evidence.store`). Whoever may record a paper may attach its file; whoever may see
the paper may look at it. Looks stand in a stream of their own, so that they stop nobody's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction

from custody import models as m
from custody import outbox
from custody.events.file import FileAttached, FileRead
from custody.evidence.drawing import DRAWN, Drawn, draw
from custody.evidence.frames import SealedError
from custody.evidence.sniff import SUFFIXES
from custody.evidence.store import Incoming, NoFile, Received, Store
from custody.evidence.words import EvidenceOf
from custody.record import SYSTEM_STREAM, party_stream
from custody.terms import SampleState, Source, Text

from . import granted, locking
from .base import Act, ActionError, Actor, Outcome, perform

DRAW_TASK = "custody.draw_file"
MOST = 20
"""So many files show one paper."""
FIELD = "evidence_file"
NOT_THERE = Text(
    en="This file cannot be read: it is missing, or it was changed. Tell the administrator, who runs "
    "manage.py custody_fsck.",
    zh="无法读取该文件：文件缺失或已被改动。请告知管理员运行 manage.py custody_fsck 核对。",
)
NOT_KEPT = Text(
    en="The file could not be stored. Tell the administrator; nothing was recorded.",
    zh="文件未能保存，请告知管理员；未作任何登记。",
)
NOT_PRINTED = Text(
    en="This is the printed file itself. Scan the paper once it is signed and sealed.",
    zh="这是打印文件本身。请在签名、盖章后扫描纸质件。",
)
NO_SHEET = Text("There is no sheet of this sample to be ticked.", "本次抽样没有可填写的查验单。")
TICKED_IN = (SampleState.DRAWN, SampleState.CLOSED)
NO_SCAN = Text("Give the scan as PDF, PNG, JPEG or TIFF.", "扫描件须为PDF、PNG、JPEG或TIFF格式。")

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


def store() -> Store:
    """Return the folder of evidence files of this site."""
    return Store(Path(settings.FILES_DIR), Path(settings.KEYS_DIR), settings.FILES_MAX_BYTES)


def too_large() -> Text:
    """Return what a person reads whose file is too large."""
    most = settings.FILES_MAX_BYTES // 1_000_000
    return Text(en=f"The file is too large: at most {most} MB.", zh=f"文件过大，最大{most} MB。")


def begin() -> Incoming:
    """Open a place for a file that comes in. Raises ActionError where none can be made."""
    try:
        return store().begin(m.new_id())
    except (OSError, SealedError) as error:
        raise ActionError(NOT_KEPT, FIELD) from error


@dataclass(frozen=True, slots=True)
class Subject:
    """A paper that a file can show: who may record it, where that is told, what is locked."""

    what: EvidenceOf
    row: Any
    verb: str
    stream: str
    lock: tuple[tuple[str, UUID], ...]
    scope: dict[str, UUID]
    sha256: str = ""
    """Of the paper as a file, as it was recorded."""

    under: tuple[m.Project, UUID] | None = None
    """The project and the authority whose live grant it takes, where a regulator recorded it."""

    def of(self, actor: Actor) -> dict[str, UUID | None]:
        """Return where an actor must stand, as the table of permissions names it."""
        return {**self.scope} if self.under is None else {"grant": granted.authority(actor, *self.under)}

    def may(self, actor: Actor) -> bool:
        """Return whether an actor may attach a file; what lets somebody receive, nobody of themselves."""
        return actor.can(self.verb, **self.of(actor)) and not self.own(actor)

    def own(self, actor: Actor) -> bool:
        """Return whether it is about the very person who acts."""
        return self.what in m.ABOUT_A_PERSON and actor.person == self.row.id


def subject(what: EvidenceOf, id: UUID) -> Subject:
    """Return what a file is to show. Raises ObjectDoesNotExist."""
    return _SUBJECTS[what](what, id)


def _certificate(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Qualification.objects.select_related("party").get(id=id)
    return Subject(
        what, row, "qualification.record", party_stream(row.party_id), (("party", row.party_id),), {}
    )


def _paper(model: Any, verb: str, what: EvidenceOf, id: UUID) -> Subject:
    row = model.objects.select_related("hop__project", "hop__to_party").get(id=id)
    return _of_hop(what, row, row.hop, verb, row.document_sha256)


def _condition(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Condition.objects.select_related("approval__hop__project", "approval__hop__to_party").get(id=id)
    return _of_hop(what, row, row.approval.hop, "condition.show", row.sha256)


def _of_hop(what: EvidenceOf, row: Any, hop: m.Hop, verb: str, sha256: str) -> Subject:
    scope = {"owner": hop.project.owner_party_id, "sender": hop.from_party_id}
    lock = (("project", hop.project_id), ("hop", hop.id))
    return Subject(what, row, verb, hop.project.stream, lock, scope, sha256)


def _airspace(what: EvidenceOf, id: UUID) -> Subject:
    row = m.FieldPermit.objects.select_related("project").get(id=id)
    scope = {"owner": row.project.owner_party_id, "sender": row.unit_id}
    lock = (("project", row.project_id), ("permit", id))
    return Subject(what, row, "permit.change", row.project.stream, lock, scope, row.airspace_sha256)


def _destruction(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Destruction.objects.select_related("project").get(id=id)
    scope = {"owner": row.project.owner_party_id, "holder": row.holder_id}
    lock = (("project", row.project_id), ("destruction", id))
    return Subject(what, row, "destruction.certify", row.project.stream, lock, scope, row.certificate_sha256)


def _incident(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Incident.objects.select_related("project").get(id=id)
    scope = {"owner": row.project.owner_party_id, "sender": row.reported_for_id}
    lock = (("project", row.project_id), ("incident", id))
    return Subject(what, row, "incident.correct", row.project.stream, lock, scope)


def _objection(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Objection.objects.select_related("project").get(id=id)
    scope, lock = {"owner": row.project.owner_party_id}, (("project", row.project_id),)
    return Subject(what, row, "objection.answer", row.project.stream, lock, scope)


def _on_paper(what: EvidenceOf, id: UUID) -> Subject:
    row = m.PaperHandoff.objects.select_related("handoff__project").get(id=id)
    handoff, scope = row.handoff, {"sender": row.handoff.sender_party_id}
    lock = (("project", handoff.project_id), ("on_paper", id))
    return Subject(what, row, "paper.enter", handoff.project.stream, lock, scope)


def _printed(what: EvidenceOf, id: UUID) -> Subject:
    row = m.RegisterPrint.objects.select_related("project").get(id=id)
    if row.project is None:
        stream, lock = party_stream(row.party_id), (("party", row.party_id),)
    else:
        stream, lock = row.project.stream, (("project", row.project_id),)
    scope = {"owner": row.project.owner_party_id if row.project else None, "holder": row.party_id}
    return Subject(what, row, "register_print.attach", stream, lock, scope)


def _sheet(what: EvidenceOf, id: UUID) -> Subject:
    row = m.ReceiptSheet.objects.select_related("handoff__project").get(id=id)
    handoff, scope = row.handoff, {"sender": row.handoff.sender_party_id}
    lock = (("project", handoff.project_id), ("handoff", handoff.id))
    return Subject(what, row, "handoff.print_sheet", handoff.project.stream, lock, scope)


def _ticked(what: EvidenceOf, id: UUID) -> Subject:
    row = m.Sample.objects.select_related("project").get(id=id)
    lock = (("project", row.project_id),)  # which keeps its samples still, too
    return Subject(
        what, row, "sample.enter", row.project.stream, lock, {}, under=(row.project, row.authority_id)
    )


def _of_person(verb: str, what: EvidenceOf, id: UUID) -> Subject:
    return Subject(what, m.Person.objects.get(id=id), verb, SYSTEM_STREAM, (("person", id),), {})


def _of_party(verb: str, what: EvidenceOf, id: UUID) -> Subject:
    return Subject(what, m.Party.objects.get(id=id), verb, party_stream(id), (("party", id),), {})


_SUBJECTS: dict[EvidenceOf, Callable[[EvidenceOf, UUID], Subject]] = {
    EvidenceOf.QUALIFICATION: _certificate,
    EvidenceOf.CONSENT: partial(_paper, m.Consent, "hop.consent"),
    EvidenceOf.AGREEMENT: partial(_paper, m.Agreement, "hop.agree_terms"),
    EvidenceOf.CONDITION: _condition,
    EvidenceOf.AIRSPACE: _airspace,
    EvidenceOf.DESTRUCTION: _destruction,
    EvidenceOf.INCIDENT: _incident,
    EvidenceOf.OBJECTION: _objection,
    EvidenceOf.ON_PAPER: _on_paper,
    EvidenceOf.PRINTED: _printed,
    EvidenceOf.SHEET: _sheet,
    EvidenceOf.TICKED: _ticked,
    EvidenceOf.VETTING: partial(_of_person, "person.vet"),
    EvidenceOf.TRAINING: partial(_of_person, "person.train"),
    EvidenceOf.UNDERTAKING: partial(_of_person, "person.undertake"),
    EvidenceOf.LEAVING: partial(_of_person, "person.leave"),
    EvidenceOf.STATEMENT: partial(_of_party, "party.state_conditions"),
    EvidenceOf.INSPECTION: partial(_of_party, "party.inspect"),
}


TABLES: dict[EvidenceOf, Any] = {
    EvidenceOf.QUALIFICATION: m.Qualification,
    EvidenceOf.CONSENT: m.Consent,
    EvidenceOf.AGREEMENT: m.Agreement,
    EvidenceOf.CONDITION: m.Condition,
    EvidenceOf.AIRSPACE: m.FieldPermit,
    EvidenceOf.DESTRUCTION: m.Destruction,
    EvidenceOf.INCIDENT: m.Incident,
    EvidenceOf.OBJECTION: m.Objection,
    EvidenceOf.ON_PAPER: m.PaperHandoff,
    EvidenceOf.PRINTED: m.RegisterPrint,
    EvidenceOf.SHEET: m.ReceiptSheet,
    EvidenceOf.TICKED: m.Sample,
    **dict.fromkeys(m.ABOUT_A_PERSON, m.Person),
    **dict.fromkeys(m.ABOUT_A_PARTY, m.Party),
}
"""Where the records lie that files show."""


def attach(actor: Actor, *, what: EvidenceOf, subject_id: UUID, file: Received) -> Outcome:
    """Attach a file to what it shows.

    Raises ActionError for a file whose SHA-256 is not the one recorded, that is attached already, or that is
    one too many.
    """
    found = subject(what, subject_id)
    actor.require(found.verb, **found.of(actor))

    def work(act: Act) -> Outcome:
        actor.human()
        if found.own(actor):
            raise ActionError(
                Text("Somebody else must attach this: it is about you.", "此文件涉及本人，须由他人上传。")
            )
        locking.together(*(("share", noun, [id]) for noun, id in found.lock))
        if what in (EvidenceOf.PRINTED, EvidenceOf.TICKED):
            _is_scan(found, file)
        return Outcome("done", *_added(act, found, file))

    with settled(file):
        return perform(actor, work, verb=found.verb)


def _is_scan(found: Subject, file: Received) -> None:
    """Raise ActionError for what is no picture of a paper by its kind, the printed file itself, and the sheet
    of a sample that was not drawn or does not stand."""
    if file.media_type not in DRAWN:
        raise ActionError(NO_SCAN, FIELD)
    if found.what is EvidenceOf.PRINTED and file.sha256 == found.row.sha256:
        raise ActionError(NOT_PRINTED, FIELD)
    if found.what is EvidenceOf.TICKED and not m.Sample.objects.filter(id=found.row.id, state__in=TICKED_IN):
        raise ActionError(NO_SHEET, FIELD)


def _added(act: Act, found: Subject, file: Received) -> tuple[UUID, m.EvidenceFile]:
    row = add(act, found, file)
    return row.entry, row


def add(act: Act, found: Subject, file: Received) -> m.EvidenceFile:
    """Attach a file inside an act that is already open and has locked what the file shows."""
    agrees(found.sha256, file)
    there = m.EvidenceFile.objects.filter(what=found.what, subject=found.row.id, erased=False)
    if there.filter(sha256=file.sha256).exists():
        raise ActionError(Text("This file is attached already.", "该文件已上传。"), FIELD)
    if there.count() >= MOST:
        raise ActionError(Text(f"At most {MOST} files.", f"最多{MOST}个文件。"), FIELD)
    if file.length == 0:
        raise ActionError(Text("The file is empty.", "文件为空。"), FIELD)
    person = act.actor.human()
    entry = act.record(
        FileAttached(
            file=str(file.id),
            evidence_of=str(found.what),
            subject=str(found.row.id),
            sha256=file.sha256,
            length=file.length,
            media_type=file.media_type,
            attached_by=str(person),
        ),
        found.stream,
    )
    row = m.EvidenceFile.objects.create(
        id=file.id,
        entry=entry,
        what=found.what,
        subject=found.row.id,
        sha256=file.sha256,
        length=file.length,
        media_type=file.media_type,
        attached_by_id=person,
        failure="" if file.media_type in DRAWN else "no_picture",
    )
    if file.media_type in DRAWN:
        outbox.put(DRAW_TASK, {"file": str(file.id)})
    transaction.on_commit(lambda: store().keep(file.id), robust=True)
    return row


def agrees(stated: str, file: Received | None) -> None:
    """Raise ActionError for a file that has not the SHA-256 that was stated, where one was."""
    if file is not None and stated and stated != file.sha256:
        raise ActionError(
            Text(
                en=f"This is another file than was stated: its SHA-256 is {file.sha256}.",
                zh=f"文件与所填SHA-256不符：该文件的SHA-256为{file.sha256}。",
            ),
            FIELD,
        )


def also(
    file: Received | None, what: EvidenceOf, id: UUID, work: Callable[[Act], Outcome]
) -> Callable[[Act], Outcome]:
    """Return work that attaches a file too, if there is one, once the record that it shows has been made."""

    def both(act: Act) -> Outcome:
        outcome = work(act)
        if file is not None:
            add(act, subject(what, id), file)
        return outcome

    return both


@contextmanager
def settled(file: Received | None) -> Iterator[None]:
    """Take a file away again unless an act has named it; what a crash leaves is for the sweeper."""
    try:
        yield
    finally:
        if file is not None:
            settle(file.id)


def settle(id: UUID) -> None:
    """Take a file away that no row names."""
    try:
        named = m.EvidenceFile.objects.filter(id=id).exists()
    except DatabaseError:  # it cannot be told now
        return
    if not named:
        store().forget(id)


def look(actor: Actor, *, file: m.EvidenceFile, page: int | None = None) -> Outcome:
    """Record that somebody looks at a file, or at one page of it large; the caller has seen that they may."""
    stream = subject(file.what, file.subject).stream

    def work(act: Act) -> Outcome:
        actor.human()
        entry = act.record(FileRead(file=str(file.id), page=page), f"access:{stream}")
        return Outcome("done", entry, file)

    return perform(actor, work)


def look_by(user: m.User, file: m.EvidenceFile, page: int | None, source: Source = Source.SCREEN) -> None:
    """Record a look of a signed-in user."""
    look(Actor.of(user, source), file=file, page=page)


def draw_again(file: m.EvidenceFile) -> None:
    """Have the page images of a file drawn anew; harmless for one that has none."""
    if not file.erased and file.media_type in DRAWN:
        with transaction.atomic():
            outbox.put(DRAW_TASK, {"file": str(file.id)})


def content(file: m.EvidenceFile) -> Iterator[bytes]:
    """Return the bytes of a file, once all of it was found to be what was recorded. Raises ActionError."""
    if file.erased:
        raise ActionError(Text("This file was erased.", "该文件已被删除。"))
    try:
        store().check(file.id, file.sha256, file.length)
        return store().read(file.id)
    except (NoFile, OSError, SealedError) as error:
        raise ActionError(NOT_THERE) from error


def draw_pages(id: UUID) -> None:
    """Draw the pages of a file and keep the images in the place of earlier ones; may be done twice."""
    row = m.EvidenceFile.objects.filter(id=id, erased=False).first()
    if row is None:
        return
    try:
        found = draw(content(row), row.media_type)
        kept = store()
        for number, (large, small) in enumerate(found.pages, 1):
            kept.put_page(id, number, "l", large)
            kept.put_page(id, number, "s", small)
    except (ActionError, NoFile, SealedError):
        found = Drawn(failure="gone")
    told = {"pages": found.count or None, "drawn": len(found.pages), "failure": found.failure}
    m.EvidenceFile.objects.filter(id=id).update(**told)


def page_image(file: m.EvidenceFile, number: int, size: str) -> bytes:
    """Return the image of a page, large ("l") or small ("s"). Raises NoFile where there is none."""
    if file.erased or not 1 <= number <= file.drawn or size not in ("l", "s"):
        raise NoFile(str(file.id))
    try:
        return store().page(file.id, number, size)
    except (OSError, SealedError) as error:
        raise NoFile(str(file.id)) from error


def as_attachment(file: m.EvidenceFile) -> dict[str, str]:
    """Return the headers under which a file goes out: to be saved under a name of ours, never opened."""
    name = f"evidence-{file.sha256[:12]}{SUFFIXES.get(file.media_type, '.bin')}"
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.length),
        **_SAFE,
    }


def as_image() -> dict[str, str]:
    """Return the headers under which a page image goes out."""
    return {"Content-Type": "image/png", **_SAFE}


def faults(using: str = "default") -> list[str]:
    """Return a line for each file that is missing, was changed, or is there although it was erased."""
    found, kept = [], store()
    for row in m.EvidenceFile.objects.using(using).order_by("id").iterator():
        where = f"{row._meta.db_table} {row.id}"
        try:
            kept.check(row.id, row.sha256, row.length)
            if row.erased:
                found.append(f"{where}: the file was erased, and its key is still there")
        except NoFile:
            if not row.erased:
                found.append(f"{where}: the file or its key is missing")
        except (OSError, SealedError) as error:
            if not row.erased:
                found.append(f"{where}: {error}")
    return found


def sweep() -> list[str]:
    """Settle what crashes have left in the folder; return what was removed."""
    gone = erased_files("default")
    return gone + store().sweep(lambda id: m.EvidenceFile.objects.filter(id=id).exists())


def erased_files(using: str) -> list[str]:
    """Delete the keys and files whose erasure is recorded and that are still there; return their ids."""
    rows = m.EvidenceFile.objects.using(using).filter(erased=True).values_list("id", flat=True)
    kept = store()
    return [str(id) for id in rows if kept.forget(id)]
