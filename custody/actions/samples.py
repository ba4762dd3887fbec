"""Random samples: a regulator asks under a sealed word, draws by lot, and enters what was found on site.

What decides the draw is told in :mod:`custody.lot`. That a sample was asked for stays in the ledger whether
it is drawn or not, so that nobody asks for several and shows the one they like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import lot, record, regimes
from custody import models as m
from custody.events import sample as events
from custody.terms import CopyState, SampleFound, Text
from custody.transitions import SAMPLE, move

from . import granted, locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

MOST = 200
"""Copies of one sample: so many may one entry name."""
SAID = (SampleFound.ELSEWHERE, SampleFound.DIFFERS)
NOT_SEALED = Text(
    en="No signed checkpoint covers the request yet. Wait a moment, then draw.",
    zh="尚无已签名的检查点涵盖该申请。请稍候再抽取。",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How one copy of a sample was found; ``note`` where a word is not enough."""

    line: UUID
    found: SampleFound
    note: str = ""


def scope(actor: Actor, row: m.Sample) -> dict[str, UUID | None]:
    """Return for whom an actor goes on with a sample, as the table of permissions names it."""
    return {"grant": granted.authority(actor, row.project, row.authority_id)}


@entered(m.Sample)
def ask(
    actor: Actor, *, project: UUID, count: int, word_sha256: str, submission: UUID | None = None
) -> Outcome:
    """Ask for a number of copies of a project, under the SHA-256 of a word. Object: the sample.

    Raises ActionError where there is no copy, and for more than one sample holds.
    """
    row = m.Project.objects.get(id=project)
    authority = granted.authority(actor, row)
    actor.require("sample.ask", grant=authority)
    if authority is None:  # the installation itself regulates nobody
        raise NotPermitted("sample.ask")
    if not 1 <= count <= MOST:
        raise ActionError(Text(en=f"A sample has 1 to {MOST} copies.", zh=f"每次抽样1至{MOST}份。"), "count")
    if len(word_sha256) != 64 or set(word_sha256) - set("0123456789abcdef"):
        raise ActionError(
            Text(
                en="Give the SHA-256 as 64 lower-case hexadecimal digits.",
                zh="SHA-256须为64位小写十六进制数字。",
            ),
            "word_sha256",
        )

    def work(act: Act) -> Outcome:
        locking.update("project", [project])
        codes = list(_copies(row).there().values_list("code", flat=True))
        if not codes:
            raise ActionError(Text(en="This project has no copies.", zh="该项目没有副本。"))
        serial = m.Sample.objects.filter(project=row).count() + 1
        made = m.Sample(
            id=m.new_id(),
            number=f"{row.code}-S{serial}",
            serial=serial,
            project=row,
            authority_id=authority,
            asked_by_id=actor.human(),
            asked_on=regimes.today(row.regime, act.now),
            count=count,
            word_sha256=word_sha256,
            population=len(codes),
            population_sha256=lot.population(codes),
        )
        made.entry = made.asked_entry = act.record(
            events.SampleAsked(
                sample=str(made.id),
                number=made.number,
                serial=serial,
                project=str(project),
                authority=str(authority),
                asked_by=str(made.asked_by_id),
                asked_on=made.asked_on.isoformat(),
                count=count,
                word_sha256=word_sha256,
                population=made.population,
                population_sha256=made.population_sha256,
            ),
            row.stream,
        )
        made.save(force_insert=True)
        return Outcome("done", made.entry, made)

    return perform(actor, work, submission=submission, verb="sample.ask")


@entered(m.Sample)
def draw(actor: Actor, *, sample: UUID, word: str) -> Outcome:
    """Tell the word, and draw. Object: the sample.

    Raises ActionError for another word than the one under which it was asked for, and while no signed
    checkpoint covers the request.
    """
    row = m.Sample.objects.select_related("project").get(id=sample)
    actor.require("sample.draw", **scope(actor, row))
    if (fault := lot.fault(word)) is not None:
        raise ActionError(fault, "word")
    if lot.sealed(word) != row.word_sha256:
        raise ActionError(
            Text(
                en="This is not the word under which the sample was asked for: its SHA-256 is another one.",
                zh="这不是提出抽样时的密语：其SHA-256不同。",
            ),
            "word",
        )
    decided = record.covering(row.asked_entry)
    if decided is None:
        raise ActionError(NOT_SEALED)
    size, root = decided

    def work(act: Act) -> Outcome:
        current = _locked(act, row)
        state = move(SAMPLE, current.state, "draw")
        codes = drawn_from(current)
        drawn = lot.draw(codes, current.count, size=size, root=root, word=word)
        by_code = {copy.code: copy for copy in _copies(row.project).filter(code__in=drawn)}
        current.ledger_size, current.root, current.word = size, root, word
        current.drawn_by_id = actor.human()
        current.drawn_on = regimes.today(row.project.regime, act.now)
        lines = [
            m.SampleLine(
                id=m.new_id(),
                sample=current,
                position=position,
                copy=by_code[code],
                code=code,
                party_id=by_code[code].custodian_party_id,
                person_id=by_code[code].custodian_person_id,
                system_id=by_code[code].system_id,
            )
            for position, code in enumerate(drawn, 1)
        ]
        current.entry = act.record(
            events.SampleDrawn(
                sample=str(current.id),
                asked=str(current.asked_entry),
                ledger_size=size,
                root=root,
                word=word,
                drawn_by=str(current.drawn_by_id),
                drawn_on=current.drawn_on.isoformat(),
                lines=[
                    {
                        "line": str(line.id),
                        "position": line.position,
                        "copy": str(line.copy_id),
                        "code": line.code,
                        "item": str(by_code[line.code].item_id),
                        "party": str(line.party_id),
                        "person": str(line.person_id) if line.person_id else None,
                        "system": str(line.system_id) if line.system_id else None,
                    }
                    for line in lines
                ],
            ),
            row.project.stream,
            copy_keys=[by_code[code].tag_key for code in drawn],
        )
        current.state = state
        current.save()
        for line in lines:
            line.entry = current.entry
        m.SampleLine.objects.bulk_create(lines)
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="sample.draw")


def drawn_from(row: m.Sample) -> list[str]:
    """Return the numbers of the copies that were there when a sample was asked for.

    Raises ActionError where they cannot be told any more: then the tables do not say what the entry says.
    """
    copies = _copies(row.project).filter(created_at__lte=row.created_at)
    gone = dict(copies.filter(state=CopyState.DESTROYED).values_list("code", "entry"))
    times = record.times_of([*gone.values(), row.asked_entry])
    asked = times[row.asked_entry]
    codes = [
        code
        for code in copies.values_list("code", flat=True)
        if code not in gone or times.get(gone[code], asked) > asked
    ]
    if lot.population(codes) != row.population_sha256:
        raise ActionError(
            Text(
                en="The copies that were there when this was asked for are not those that its entry names. "
                "Withdraw it, ask anew, and let the administrator run a full check.",
                zh="提出抽样时的副本与账本记录不一致。请撤回后重新提出，并请管理员进行全面核对。",
            )
        )
    return codes


@entered(m.SampleLine)
def enter(actor: Actor, *, sample: UUID, seen: Sequence[Seen]) -> Outcome:
    """Enter how copies were found. Entered again, the later counts. Object: the sample.

    Raises ActionError for a line of another sample or named twice, for none, for one without a finding, and
    where a note is missing that says where a copy was or how it differs.
    """
    row = m.Sample.objects.select_related("project").get(id=sample)
    actor.require("sample.enter", **scope(actor, row))
    if not seen:
        raise ActionError(Text(en="Nothing is entered.", zh="未填写任何内容。"), "lines")
    for one in seen:
        if one.found is SampleFound.OPEN:
            raise ActionError(Text(en="Say how the copy was found.", zh="请填写查验情况。"), "found")
        if one.found in SAID and not one.note.strip():
            raise ActionError(
                Text(
                    en="Say in the note where the copy was, or how it differs.",
                    zh="请在备注中说明副本所在处或不符情况。",
                ),
                "note",
            )

    def work(act: Act) -> Outcome:
        current = _locked(act, row)
        move(SAMPLE, current.state, "enter")
        lines = {line.id: line for line in current.lines.select_related("copy")}
        if len({one.line for one in seen}) != len(seen) or not {one.line for one in seen} <= set(lines):
            raise ActionError(
                Text(en="Name each line of this sample once.", zh="请逐行填写本次抽样的各行，不得重复。"),
                "lines",
            )
        entry = act.record(
            events.SampleEntered(
                sample=str(row.id),
                entered_by=str(actor.human()),
                lines=[
                    {
                        "line": str(one.line),
                        "copy": str(lines[one.line].copy_id),
                        "code": lines[one.line].code,
                        "found": str(one.found),
                        "note": one.note,
                    }
                    for one in seen
                ],
            ),
            row.project.stream,
            copy_keys=[lines[one.line].copy.tag_key for one in seen],
        )
        for one in seen:
            line = lines[one.line]
            line.found, line.note, line.entered_by_id, line.entry = one.found, one.note, actor.person, entry
        m.SampleLine.objects.bulk_update(
            [lines[one.line] for one in seen], ["found", "note", "entered_by", "entry"]
        )
        return Outcome("done", entry, current)

    return perform(actor, work, verb="sample.enter")


@entered(m.Sample)
def close(actor: Actor, *, sample: UUID, remark: str = "") -> Outcome:
    """Close a sample of which each line was entered. Object: the sample. Raises ActionError before that."""
    row = m.Sample.objects.select_related("project").get(id=sample)
    actor.require("sample.close", **scope(actor, row))

    def work(act: Act) -> Outcome:
        current = _locked(act, row)
        act.unchanged(current)
        state = move(SAMPLE, current.state, "close")
        counts = Counter(str(found) for found in current.lines.values_list("found", flat=True))
        if left := counts.get(str(SampleFound.OPEN)):
            raise ActionError(Text(en=f"{left} copies are not entered yet.", zh=f"尚有{left}份副本未填写。"))
        current.closed_by_id = actor.human()
        current.closed_on = regimes.today(row.project.regime, act.now)
        current.state, current.remark = state, remark
        current.entry = act.record(
            events.SampleClosed(
                sample=str(row.id),
                closed_by=str(current.closed_by_id),
                closed_on=current.closed_on.isoformat(),
                counts=dict(sorted(counts.items())),
                remark=remark,
            ),
            row.project.stream,
        )
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="sample.close")


@entered(m.Sample, needed=("reason",))
def withdraw(actor: Actor, *, sample: UUID, reason: str) -> Outcome:
    """Withdraw a sample that was not drawn, such as one of which the word was lost. Object: the sample."""
    row = m.Sample.objects.select_related("project").get(id=sample)
    actor.require("sample.withdraw", **scope(actor, row))

    def work(act: Act) -> Outcome:
        current = _locked(act, row)
        act.unchanged(current)
        current.state = move(SAMPLE, current.state, "withdraw")
        current.remark = reason
        current.entry = act.record(
            events.SampleWithdrawn(sample=str(row.id), withdrawn_by=str(actor.human()), reason=reason),
            row.project.stream,
        )
        current.save()
        return Outcome("done", current.entry, current)

    return perform(actor, work, verb="sample.withdraw")


def _copies(project: m.Project) -> Any:
    return m.Copy.objects.filter(item__project=project)


def _locked(_act: Act, row: m.Sample) -> m.Sample:
    """Keep a sample, and what its project draws from, for this act alone."""
    locking.update("project", [row.project_id])
    found: m.Sample = m.Sample.objects.select_related("project").get(id=row.id)
    return found
