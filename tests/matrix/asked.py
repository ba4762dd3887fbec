"""What is asked for: each route of the screens and each operation of the API, of something that is there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from custody import models as m
from custody.actions import reports
from tests.api.hostile import Asks, acts
from tests.api.hostile_mending import mending
from tests.api.test_bad_requests import pattern
from tests.web.hostile_forms import page_routes, sends
from tests.web.scene import Scene

from .people import Asker

NOTHING = "01a20dd9-7649-72c3-8cf5-c74b1e6894e5"
"""An id that nothing has."""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
API = "/api/v1/"
QUESTIONS = {
    "find/": "?q=T-1",
    "endings/": "?first=2026-01-01&last=2026-12-31",
    "items/{id}/labels/": "?stock=a4-21",
}
LOOKED_OVER = {"check", "panel"}
"""Buttons that only show what another one would do, on the same page and with the same leave."""


@dataclass(frozen=True)
class Ask:
    """One request; without a form or body it only looks."""

    row: str
    url: str
    sent: Any = None

    def by(self, asker: Asker) -> Any:
        """Return what this person, or this person's program, is answered."""
        asker.fresh()
        if not self.url.startswith(API):
            browser = asker.browser
            return browser.get(self.url) if self.sent is None else browser.post(self.url, self.sent)
        if self.sent is None:
            return asker.program.get(self.url)
        if isinstance(self.sent, bytes):
            digest = base64.b64encode(hashlib.sha256(self.sent).digest()).decode()
            said = {"content-digest": f"sha-256=:{digest}:"}
            kind = "application/octet-stream"
            return asker.program.post(self.url, self.sent, content_type=kind, headers=said)
        return asker.program.post(self.url, json.dumps(self.sent), content_type="application/json")


def pages(scene: Scene) -> list[Ask]:
    """Return a look at every route of the screens, and every form with each of its buttons."""
    every = sends(scene)
    formed: dict[str, list[Any]] = {}
    for each in every:
        formed.setdefault(each.route, each.args)
    formed |= things(scene, formed)
    found = {}
    for route in page_routes(get_resolver()):
        if route.name:
            url = reverse(route.name, args=formed.get(route.name, []))
            found[f"GET {route.name}"] = Ask(f"GET {route.name}", url)
    for each in every:
        if each.form.get("step") in LOOKED_OVER:
            continue
        button = each.form.get("step") or each.form.get("choice") or ""
        row = f"POST {each.route}{' ' if button else ''}{button}"
        found.setdefault(row, Ask(row, each.url, each.form))
    return list(found.values())


def things(scene: Scene, formed: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what the routes without a form are about."""
    own = {
        name: formed[of][:1]
        for name, of in (
            ("item", "item_classify"), ("field_permit", "field_permit_close"),
            ("collection", "collection_output"), ("blank", "blank_issue"), ("paper_ways", "paper_new"),
            ("register_print_pdf", "register_print"), ("opening_finding", "opening_finding_settle"),
            ("opening_register", "opening_map"), ("copy_permit", "copy_permit_approve"),
            ("item_proposal", "item_proposal_determine"),
            ("destruction", "destruction_record"),
            ("destruction_proof", "destruction_approve"), ("person", "vetting_new"),
            ("system", "system_correct"), ("project", "hop_new"), ("incident", "incident_hold"),
            ("handoff_proof", "handoff"), ("handoff_receipt", "handoff"), ("handoff_receipt_file", "handoff"),
            ("handoff_signed_proof", "handoff"),
            ("stocktake", "stocktake_count"),
            ("sample", "sample_enter"),
            ("objection", "objection_answer"), ("handover", "handover_sign"), ("override", "override_agree"),
            ("file_content", "file"), ("party", "party_correct"),
        )
    }  # fmt: skip
    copy, entry, file = scene.copies[0], scene.asked.entry, formed["file"][0]
    said = m.Decision.objects.filter(project=scene.project)[0].findings[0]
    recall = m.Recall.objects.create(
        entry=entry, project=scene.project, hop=scene.westgate, holders=[scene.cast.party("westgate")],
        copies=[copy.id], person=scene.cast.people["mei"], reason="r",
    )  # fmt: skip
    lapse = m.Lapse.objects.create(
        entry=entry, noun="hop", object=scene.westgate.id, project=scene.project, hop=scene.westgate,
        party_id=scene.cast.party("westgate"), code=said["code"], version=said["version"], outcome="warn",
        finding=said, since=scene.cast.today,
    )  # fmt: skip
    report = reports.request(scene.cast.actor("mei"), project=scene.project.id, language="en").object
    settings.REPORTS_DIR.joinpath("matrix.pdf").write_bytes(b"%PDF-1.7")
    m.Report.objects.filter(id=report.id).update(state="ready", file="matrix.pdf", sha256="0" * 64, length=8)
    vote = m.Vote.objects.filter(approval__hop=scene.westgate).latest("created_at")
    on_override = m.OverrideVote.objects.create(
        entry=entry, override_id=formed["override_agree"][0], person=scene.cast.people["qiao"], reason="r",
        choice="deny", method="password", subject_sha256="0" * 64,
    )  # fmt: skip
    block = m.BlankReceipt.objects.get(id=own["blank"][0])
    stamped = m.RegisterPrint.objects.get(id=formed["register_print"][0])
    return own | {
        "identity": [NOTHING], "proposed_identity": [formed["proposed_identity"][0]],
        "webhook": [formed["webhook"][0]],
        "account_confirm_email": ["a-b"], "account_reset_password_from_key": ["1", "a-b"],
        "blanks_pdf": [block.block, "en"], "blank_scanned": [block.number],
        "register_print_scanned": [stamped.address],
        "handoff_sheet_pdf": [scene.handoff.id, "en"],
        "pack": [m.RegimePack.objects.filter(name="cn_surveying_zhejiang")[0].id],
        "sample_pdf": [formed["sample_enter"][0], "en"],
        "recall": [recall.id], "lapse": [lapse.id], "vote_proof": [vote.id],
        "override_vote_proof": [on_override.id], "rule": ["HOP-01"],
        "sweep": [m.Sweep.objects.latest("created_at").id], "copy": [copy.id], "copy_scanned": [copy.code],
        "sweep_list": [m.SweepList.objects.latest("created_at").id],
        "sweep_list_file": [m.SweepList.objects.latest("created_at").id],
        "file_page": [file, 1], "file_image": [file, 1, "screen"],
        "report": [report.id], "report_file": [report.id, "pdf"],
    }  # fmt: skip


def operations() -> set[str]:
    """Return the name of every operation that the schema of the API has."""
    schema: Any = SchemaGenerator().get_schema(request=None, public=True)
    return {
        f"{method.upper()} {path.removeprefix(API)}"
        for path, methods in schema["paths"].items()
        for method in methods
    }


def looks(scene: Scene, asked: list[Ask]) -> list[Ask]:
    """Return a look by a program at every noun; ``asked`` are the pages, whose things it is about."""
    about = _things_of_nouns(scene, {ask.row: ask.url for ask in asked})
    found = []
    for row in sorted(operations()):
        method, _, path = row.partition(" ")
        if method == "GET":
            noun = path.partition("/")[0]
            url = path.replace("{id}", about.get(noun, NOTHING)).replace("{number}", "1")
            url = url.replace("{code}", "HOP-01") + QUESTIONS.get(path, "")
            found.append(Ask(row, API + url))
    return found


def _things_of_nouns(scene: Scene, pages: dict[str, str]) -> dict[str, str]:
    """Return the id that is asked for by noun: what the page is about, or the newest row where none is."""
    of = {
        noun: UUID.findall(pages[f"GET {page}"])[0]
        for noun, page in (
            ("projects", "project"), ("parties", "party"), ("qualifications", "qualification"),
            ("people", "person"), ("systems", "system"), ("packs", "pack"), ("items", "item"),
            ("item-proposals", "item_proposal"),
            ("copies", "copy"), ("need-to-know", "need_end"), ("hops", "hop"), ("visits", "visit"),
            ("incidents", "incident"), ("recalls", "recall"), ("approvals", "approval"),
            ("conditions", "condition_show"), ("overrides", "override"), ("evidence-files", "file"),
            ("delegations", "delegation_revoke"), ("field-permits", "field_permit"),
            ("collections", "collection"), ("copy-permits", "copy_permit"), ("destructions", "destruction"),
            ("discrepancies", "discrepancy"), ("handoffs", "handoff"), ("blank-receipts", "blank"),
            ("paper-handoffs", "paper_settle"), ("printed-registers", "register_print"),
            ("opening-registers", "opening_register"), ("opening-findings", "opening_finding"),
            ("sweep-lists", "sweep_list"), ("sweeps", "sweep"), ("strays", "stray"), ("lapses", "lapse"),
            ("refusals", "refusal"), ("reports", "report"), ("screening", "hit"),
            ("samples", "sample"), ("objections", "objection"),
            ("stocktakes", "stocktake"), ("stocktake-lines", "stocktake_line"), ("handovers", "handover"),
            ("keys", "key_revoke"),
        )
    }  # fmt: skip
    cast, entry = scene.cast, scene.asked.entry
    notice = m.Notice.objects.create(
        user=scene.user("mei"), kind="offer_to_answer", noun="handoff", object=scene.handoff.id, about="x"
    )
    line = m.HandoverLine.objects.create(
        entry=entry, handover_id=of["handovers"], copy=scene.copies[0], code=scene.copies[0].code,
        stays="missing",
    )  # fmt: skip
    granted = m.Approval.objects.get(hop=scene.westgate)
    look = m.Look.objects.create(
        entry=entry, person=cast.people["jing"], noun="project", object=scene.project.id,
        project=scene.project, hour=timezone.now(),
    )  # fmt: skip
    rows = {
        "looks": look, "sample-lines": m.SampleLine.objects.filter(sample=of["samples"])[0],
        "notices": notice, "handover-lines": line, "decisions": granted,
        "entries": m.Hop(id=scene.westgate.entry),
        "memberships": m.Membership.objects.filter(person=cast.people["tao"]).latest("created_at"),
        "grants": m.Grant.objects.get(person=cast.people["jing"]),
        "access": m.Access.objects.filter(person=cast.people["tao"]).latest("created_at"),
        "field-equipment": m.Equipment.objects.latest("created_at"),
        "zones": m.ZoneList.objects.latest("created_at"),
        "holdings": m.Holding.objects.first() or m.Hop(),
        "opening-lines": m.OpeningLine.objects.latest("id"),
        "opening-subcontracts": m.HopTakenOver.objects.latest("created_at"),
        "without-paper": m.WithoutPaper.objects.first() or m.Hop(),
    }  # fmt: skip
    return of | {noun: str(row.pk) for noun, row in rows.items()}


OTHER_KINDS = {
    *(f"ask for a report on {what}" for what in ("an officer", "a party", "a period")),
    *("ask for a certificate", "ask for its report"),  # whoever destroys or counts sees the project by that
}
"""Acts of a row that another act of it stands for: what they are about is seen by others."""


def program_acts(scene: Scene) -> dict[str, Callable[[], Ask]]:
    """Return every act by a program by its row, each brought about when it is called."""
    ready = acts(scene)
    ways: dict[str, Callable[[], Asks]] = {
        **{name: lambda name=name: ready[name] for name in ready},  # type: ignore[misc]
        **mending(scene),
    }

    def asked(way: Callable[[], Asks]) -> Ask:
        made = way()
        return Ask(f"POST {pattern(made.path)}/", f"{API}{made.path}/", made.body)

    made: dict[str, Callable[[], Ask]] = {
        name: lambda way=way: asked(way)  # type: ignore[misc]
        for name, way in ways.items()
        if name not in OTHER_KINDS
    }
    return made | {"attach a file": lambda: _attached(scene)}


def _attached(scene: Scene) -> Ask:
    """Return a file that is sent for a certificate."""
    row = "POST evidence-files/{what}/{subject}/"
    paper = m.Qualification.objects.filter(party=scene.cast.party("lakeside"))[0].id
    return Ask(row, f"{API}evidence-files/qualification/{paper}/", b"%PDF-1.7 x")
