"""Rows of the business tables out of what entries tell, and the names of all that no entry tells.

Everything is written raw, with the moments of the entries, as the owner. What cannot be told is filled so
that it opens nothing: no password fits, no key works, a report without its file cannot be fetched.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.db.models import Model

from custody import models as m
from custody.apply import TABLES, State
from custody.beside import Beside
from custody.compare import compare
from custody.evidence.frames import SealedError
from custody.evidence.store import NoFile
from custody.policy import shipped
from custody.reports import files
from custody.terms import CopyState, ReportState, Text
from custody.walls import APPEND_ONLY

from . import files as evidence_files
from .describing import subject_as_asked
from .errors import Edited
from .forgetting import forget_beside

OWNER = "owner"
ROOM = 1000
"""Numbers left free after a restore, because labels with lost numbers may be out."""
UNFINISHED = (
    "The database was lost before this report was finished. Ask for it again. "
    "数据库在报告完成前丢失，请重新申请。"
)
KEEP_IT = Text(
    en="It was edited. Keep this database as evidence, and restore into an empty one.",
    zh="该表曾被改动。请将此数据库留作证据，并恢复到空数据库。",
)
LOST = (
    "passwords",
    "api_keys",
    "counter_pins",
    "copy_keys",
    "pack_texts",
    "barred_lines",
    "zone_texts",
    "approval_subjects",
    "report_files",
    "unfinished_reports",
    "evidence_files",
)
"""What a restore can fail to bring back, by the name under which an entry counts it."""


@dataclass(slots=True)
class Filled:
    """What was written; `lost` names each thing that could not be."""

    rows: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)

    def miss(self, what: str, name: str) -> None:
        """Name something that is not there any more."""
        self.lost.setdefault(what, []).append(name)


def fill(state: State, beside: Beside, packs: Mapping[str, str]) -> Filled:
    """Insert the rows that are missing and move those that are older; inside a transaction of the owner.

    ``packs``: texts of rule packs by SHA-256, for those that no longer ship. Raises ActionError when a row
    that may only be added to says something else.
    """
    done = Filled()
    for person, users in beside.erased.items():
        forget_beside(UUID(person), [UUID(user) for user in users], OWNER)
    _numbers(state)
    for model in TABLES:
        there = {str(pk) for pk in model._base_manager.using(OWNER).values_list("pk", flat=True)}
        for id, told in state.rows[model].items():
            if id in there:
                continue
            columns = {**told, **beside.columns.get((model, id), {})}
            columns |= _rest(model, id, columns, state, beside, packs, done)
            _insert(model, id, columns, state.born[model, id])
            done.rows += 1
    done.rows += _lines(state, beside)
    done.rows += _move(state, beside)
    left = next(compare(state, OWNER), None)
    if left is not None:
        raise Edited(left, KEEP_IT)
    return done


def _insert(model: type[Model], id: str, columns: Mapping[str, Any], born: Any) -> None:
    row = model(pk=id, **columns)
    if any(f.name == "created_at" for f in model._meta.fields):
        row.created_at = born  # type: ignore[attr-defined]
    row.save_base(raw=True, force_insert=True, using=OWNER)


def _move(state: State, beside: Beside) -> int:
    """Bring rows that an older database had to what the entries say now."""
    moved: dict[tuple[type[Model], str], dict[str, Any]] = {}
    models = {model._meta.db_table: model for model in TABLES}
    for difference in compare(state, OWNER):
        model = models[difference.table]
        if difference.column == "*" or difference.table in APPEND_ONLY:
            raise Edited(difference, KEEP_IT)
        told = state.rows[model][difference.id][difference.column]
        moved.setdefault((model, difference.id), {})[difference.column] = told
    for (model, id), columns in moved.items():
        more = beside.columns.get((model, id), {})
        if model is m.Report and columns.get("state") is ReportState.READY:
            more = {**more, "file": _report_file(id, state), "failure": ""}
        model._base_manager.using(OWNER).filter(pk=id).update(**{**more, **columns})
    return len(moved)


def _rest(
    model: type[Model],
    id: str,
    row: Mapping[str, Any],
    state: State,
    beside: Beside,
    packs: Mapping[str, str],
    done: Filled,
) -> dict[str, Any]:
    """Return the columns that no entry tells."""
    if model is m.User:
        if row.get("is_active", True):  # nobody comes in by one that is closed or erased
            done.miss("passwords", row["username"])
        return {"password": make_password(None)}
    if model is m.ApiKey:
        if row["revoked_at"] is None:
            done.miss("api_keys", row["name"])
        return {"start": "", "sha256": secrets.token_hex(32)}  # of no key that anybody has
    if model is m.Factor and row["ended_at"] is None:
        done.miss("factors", row["name"])
    if model is m.CounterPin:
        if row["ended_at"] is None:
            done.miss("counter_pins", id)
        return {"digest": ""}
    if model is m.Copy:
        done.miss("copy_keys", row["code"])
        return {"tag_key": secrets.token_bytes(32)}
    if model is m.RegimePack and "body" not in row:
        if row["sha256"] not in packs:
            done.miss("pack_texts", f"{row['name']} {row['version']}, SHA-256 {row['sha256']}")
        return {"body": packs.get(row["sha256"], "")}
    if model is m.BarredList:
        done.miss("barred_lines", f"{row['file_name']}, SHA-256 {row['sha256']}")
    if model is m.ZoneList:
        done.miss("zone_texts", f"version {row['version']}, SHA-256 {row['sha256']}")
        return {"content": ""}
    if model is m.Approval:
        return {"subject": subject_told(row, state, beside, done)}
    if model in (m.Handoff, m.Refusal):
        return {"submission": m.new_id()}
    if model is m.Report:
        return _report(id, row, state, done)
    if model is m.EvidenceFile and not row["erased"]:
        try:
            evidence_files.store().check(UUID(id), row["sha256"], row["length"])
        except (NoFile, OSError, SealedError):
            done.miss("evidence_files", f"{id}, SHA-256 {row['sha256']}")
    return {}


def subject_told(row: Mapping[str, Any], state: State, beside: Beside, done: Filled) -> dict[str, Any]:
    """Return what was approved, made again from its hop as it stood then; it must have the hash that the
    entry states."""
    told = beside.terms.get(row["subject_sha256"]) or state.rows[m.Hop][row["hop_id"]]
    subject = subject_as_asked(row["hop_id"], told, row["subject_sha256"])
    if subject is not None:
        return subject
    done.miss("approval_subjects", f"{told['scope']}, SHA-256 {row['subject_sha256']}")
    return {}


def _report(id: str, row: Mapping[str, Any], state: State, done: Filled) -> dict[str, Any]:
    if row.get("state") is ReportState.WITHDRAWN:
        return {"file": _report_file(id, state)}
    if row.get("state") is not ReportState.READY:
        done.miss("unfinished_reports", id)
        return {"state": ReportState.FAILED, "failure": UNFINISHED}
    name = _report_file(id, state)
    if not name:
        done.miss("report_files", f"{id}, SHA-256 {row['sha256']}")
    return {"file": name}


def _report_file(id: str, state: State) -> str:
    """Return the name of a report's file when the folder still has it, byte for byte."""
    row = state.rows[m.Report][id]
    code = state.rows[m.Project][row["project_id"]]["code"]
    name = files.name_of(code, id, row["sha256"])
    path = files.built(Path(settings.REPORTS_DIR), name)
    if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
        return ""
    return name


def _lines(state: State, beside: Beside) -> int:
    known = {
        (str(handoff), str(copy))
        for handoff, copy in m.HandoffCopy.objects.using(OWNER).values_list("handoff_id", "copy_id")
    }
    fresh = [
        m.HandoffCopy(handoff_id=handoff, copy_id=copy, from_system_id=system)
        for (handoff, copy), system in beside.lines.items()
        if (handoff, copy) not in known
    ]
    m.HandoffCopy.objects.using(OWNER).bulk_create(fresh, batch_size=1000)
    return len(fresh)


def _numbers(state: State) -> None:
    """Move the sequences of codes and numbers past what was ever given out."""
    for sequence, codes in (
        ("custody_copy_code", (row["code"] for row in state.rows[m.Copy].values())),
        ("custody_handoff_number", (row["number"] for row in state.rows[m.Handoff].values())),
        ("custody_blank_number", (row["number"] for row in state.rows[m.BlankReceipt].values())),
    ):
        highest = max((int(code.split("-")[1]) for code in codes), default=0)
        with connections[OWNER].cursor() as cursor:
            cursor.execute(
                "SELECT setval(%s, greatest(nextval(%s), %s))", [sequence, sequence, highest + ROOM]
            )


def pack_texts(folder: Path | None) -> dict[str, str]:
    """Return the texts of shipped packs, and of those in a folder, by SHA-256.

    A file there is such a text, or an evidence file that carries some; any other is passed over.
    """
    texts = [pack.text for pack in shipped.packs().values()]
    for path in sorted(folder.iterdir()) if folder else ():
        if path.is_file():
            texts += _texts_in(path.read_bytes())
    return {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}


def _texts_in(raw: bytes) -> list[str]:
    try:
        text = raw.decode()
        kept = json.loads(text)
    except ValueError:
        return []
    packs = kept.get("packs") if isinstance(kept, dict) else None
    return [text, *(t for t in packs.values() if isinstance(t, str))] if isinstance(packs, dict) else [text]


def in_doubt(state: State) -> Iterator[tuple[str, list[str]]]:
    """Yield each project with its copies that still are, in the order of their ids."""
    found: dict[str, list[str]] = {}
    for id, row in sorted(state.rows[m.Copy].items()):
        if row["state"] != CopyState.DESTROYED:  # nobody can count what is no more
            found.setdefault(state.rows[m.Item][row["item_id"]]["project_id"], []).append(id)
    yield from sorted(found.items())
