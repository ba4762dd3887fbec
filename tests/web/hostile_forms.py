"""Every route that takes a form, with a form that would be taken, and what else may be sent in its fields."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from custody import models as m
from custody.actions import blanks, field_work, need, register_prints
from custody.stories import cast as people
from custody.stories import copying as stories_of_copying
from custody.stories import destruction as stories_of_destruction
from custody.stories import field as stories
from custody.terms import PrintedKind, ProposalKind
from tests import old_subcontracts
from tests.actions.filled_in import issued, printed
from tests.actions.old_registers import opened, taken_over
from tests.api import hostile_field as made
from tests.api import hostile_incidents as happened
from tests.api import hostile_objections as wrong
from tests.api import hostile_samples as by_lot
from tests.api.hostile_stocktakes import begun, handing
from tests.api.hostile_sweep import strayed
from tests.old_register import line as paper_line
from tests.packs import house
from tests.screening.lists import listed_and_screened

from .scene import Scene, classified_form
from .test_corrections import WHO as CORRECTS
from .test_corrections import form_of, row_of
from .test_files import attached

HOSTILE = [
    "", "\0", "x" * 20_000, "0", "-1", "9" * 40, "NaN", "1e999", "null", "[]", "{}", "' OR 1=1 --",
    "../../etc/passwd", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "\ud7ff\ufffe", "\u202eabc",
    "二〇二六", "２０２６-１１-２４", "2026-13-45", "0001-01-01", "9999-12-31", "99999-01-01",
    "00000000-0000-0000-0000-000000000000", "é" * 300, "\r\nSet-Cookie: a=b", "=HYPERLINK(1)", "   ",
]  # fmt: skip


@dataclass(frozen=True)
class Sends:
    """Who sends which form to which route; nobody: whoever is not signed in."""

    route: str
    who: str
    form: dict[str, Any]
    args: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address."""
        return reverse(self.route, args=self.args)


def post_routes(client: Callable[[], Any]) -> set[str]:
    """Return the names of all routes of pages that do not answer 405 to a form; each is asked by a client of
    its own, for one of them signs out."""
    return {name for name, url in _addresses() if client().post(url, {}).status_code != 405}


def _addresses() -> Iterator[tuple[str, str]]:
    nothing = "01a20dd9-7649-72c3-8cf5-c74b1e6894e5"
    for pattern in page_routes(get_resolver()):
        if pattern.name is None:  # the one that closes pages of a package, before they are come to
            continue
        names = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
        other = {"kind": "pdf", "uidb36": "1", "number": 1} | (
            {} if "<uuid:key>" in str(pattern.pattern) else {"key": "a-b"}
        )
        args = {name: other.get(name, nothing) for name in names}
        url = reverse(pattern.name, kwargs=args)
        if resolve(url).url_name == pattern.name:
            yield pattern.name, url


def page_routes(resolver: URLResolver) -> Iterator[URLPattern]:
    """Yield the routes of the screens and of signing in."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif not str(pattern.pattern).startswith(("api/v1/", "ledger/")):
            yield from page_routes(pattern)


def listed(scene: Scene) -> m.NeedToKnow:
    """Return a place on a need-to-know list."""
    found: m.NeedToKnow = need.admit(
        scene.cast.actor("mei"),
        item=scene.copies[0].item_id,
        person=scene.cast.people["tao"].id,
        since=scene.cast.today,
        decided_by=scene.cast.people["heng"].id,
        basis="No. 3",
    ).object
    return found


def on_paper_forms(
    scene: Scene,
) -> tuple[m.BlankReceipt, m.BlankReceipt, m.BlankReceipt, m.PaperHandoff]:
    """Return a form not issued, one issued, one missing, and a handoff on paper done without leave."""
    cast = scene.cast
    given, lost, used = issued(cast, scene.project, count=3)
    blanks.miss(cast.actor("yu"), form=lost.id, reason="Gone")
    told = m.PaperHandoff.objects.create(
        entry=used.entry, handoff=scene.handoff, form=used, took_place_at=timezone.now(), reason="Cut",
        entered_by=cast.people["yu"], state="without_leave", due=cast.today,
    )  # fmt: skip
    return printed(cast, scene.project, 1)[0], given, m.BlankReceipt.objects.get(id=lost.id), told


def _hashed(scene: Scene) -> str:
    """Record a hash of the copy that is on offer, so that there is a file to check; return its field."""
    m.Copy.objects.filter(id=scene.copies[0].id).update(sha256="a" * 64)
    return str(scene.copies[0].id)


def sends(scene: Scene) -> list[Sends]:
    """Return a form for every route that takes one."""
    cast, project = scene.cast, scene.project.id
    party = {key: str(cast.party(key)) for key in ("northfield", "bureau", "lakeside", "westgate")}
    tao, day = cast.people["tao"].id, cast.today.isoformat()
    paper = m.Qualification.objects.filter(party=cast.party("lakeside"))[0]
    asks = register_prints.Asked(PrintedKind.LOANS, project, None, cast.today, cast.today)
    stamped = register_prints.make(cast.actor("mei"), asks).object
    granted = m.Approval.objects.get(hop=scene.westgate)
    away = {
        "delegate": str(cast.people["yu"].id), "project": str(project), "level": people.LEVEL,
        "starts": day, "ends": "2030-01-01", "reason": "r",
    }  # fmt: skip
    deputy = m.Delegation.objects.create(
        entry=granted.entry, party_id=party["northfield"], delegator=cast.people["heng"],
        delegate=cast.people["yu"], level=people.LEVEL, starts=cast.today, ends=cast.today,
        state="proposed", reason="Ill",
    )  # fmt: skip
    condition = m.Condition.objects.create(
        entry=granted.entry, approval=granted, number=1, type="precondition", text="Seals",
        set_on=cast.today, set_by=cast.people["heng"],
    )  # fmt: skip
    visit = m.Visit.objects.create(
        entry=granted.entry, project=scene.project, host_id=party["northfield"], kind="visit", purpose="Look",
        level=people.LEVEL, starts=cast.today, ends=cast.today, guests=[], requested_by=cast.people["mei"],
    )  # fmt: skip
    stray = strayed(cast, scene.project)
    register = opened(cast, scene.project)
    taken = taken_over(cast, opened(cast, scene.project, [paper_line(71)]))
    found = m.OpeningFinding.objects.filter(register=taken)[0]
    contracts = taken_over(
        cast, old_subcontracts.opened(cast, scene.project, [old_subcontracts.line(1, 发包单位="")])
    )
    line_of = m.HopTakenOver.objects.get(register=contracts)
    counted_ = taken_over(cast, opened(cast, scene.project, [paper_line(72)]))
    m.OpeningRegister.objects.filter(id=counted_.id).update(state="confirmed")
    blank, given, missing, told = on_paper_forms(scene)
    m.ReceiptSheet.objects.create(
        entry=granted.entry, number="S-1/1", handoff=scene.handoff, printed_by=cast.people["mei"]
    )
    owned = m.PartyControl.objects.create(
        entry=granted.entry, party_id=party["westgate"], controller_id=party["bureau"], kind="owner"
    ).id
    override = m.Override.objects.create(
        entry=granted.entry, project_id=project, rule="QUA-08", problems=["age"],
        party_id=cast.party("westgate"), until=cast.today, subject_sha256="0" * 64, needed=2,
        requested_by=cast.people["mei"], reason="Few",
    )  # fmt: skip
    case = m.Discrepancy.objects.create(
        entry=granted.entry, handoff=scene.handoff, copy=scene.copies[1], found="missing"
    )
    counting, handed = begun(scene), handing(scene)
    line = m.StocktakeLine.objects.create(
        entry=granted.entry, stocktake=counting, code="BOX-1", expected=False, found="stranger",
        difference="open",
    )  # fmt: skip
    refusal = m.Refusal.objects.filter(project=project).first()
    key = m.ApiKey.objects.filter(user=scene.user("mei")).first()
    opened_in = m.OpenSession.objects.create(user=scene.user("mei"), session_key="x")
    factor = m.Factor.objects.create(
        entry=granted.entry,
        user=scene.user("mei"),
        kind="passkey",
        name="k",
        credential="c",
        public_key="a2V5",
    )
    slip = m.Slip.objects.create(
        entry=granted.entry, sign_in=scene.user("bo"), purpose="password", reason="Lost", state="asked",
        asked_by=cast.people["an"], first_sha256="0" * 64,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    hook = m.Webhook.objects.create(
        entry=granted.entry, party=cast.parties["northfield"], address="https://hooks.example.org/",
        kinds=["report_ready"], state="in_force",
    )  # fmt: skip
    linked = m.Identity.objects.create(
        entry=granted.entry, user=scene.user("lan"), issuer="https://login.example", subject="of lan",
        state="proposed", proposed_by=cast.people["an"],
    )  # fmt: skip
    signing = m.SigningKey.objects.create(
        entry=granted.entry, factor=factor, person=cast.people["mei"], credential="c", public_key="a2V5",
        fingerprint="0" * 64, origin="http://localhost:8000", rp_id="localhost", state="asked",
    )  # fmt: skip
    frozen, hit = m.FrozenObject.objects.first(), m.ScreeningHit.objects.first()
    assert refusal and key and frozen and hit, "they are made before: see `prepare`"
    frozen = m.FrozenObject.objects.first()
    item = m.Item.objects.get(id=scene.copies[0].item_id)
    assert refusal and key and frozen, "they are made before: see `prepare`"
    hop = {
        "parent": str(scene.westgate.id), "to_party": "Lakeside", "scope": "Scanning", "level": "mimi",
        "performer": "", "business": ["-"], "payer": "Northfield", "payer_country": "CN", "payment": "bank",
        "categories": ["engineering"], "starts": day, "ends": "2027-11-24", "share": "10", "amount": "5",
        "currency": "CNY", "keeps_core": "yes", "client_consent": "yes", "decide_by": "", "awarded_on": "",
        "client_reference": "C-1", "client_given_on": day, "clauses": ["oversight"],
        "agreement_reference": "A-1", "giver_signed_on": day, "receiver_signed_on": day,
        "reported_on": "", "submission": "x", "step": "check",
    }  # fmt: skip
    certificate = {
        "kind": "survey|B", "categories": ["survey|engineering"], "number": "T-1", "issuer": "I",
        "valid_from": "2026-01-01", "valid_to": "2027-01-01",
    }  # fmt: skip
    vote = {
        "reason": "r", "password": "p", "choice": "deny", "approve_sha256": "0" * 64, "deny_sha256": "0" * 64,
        "approve_against_advice_sha256": "0" * 64, "uses": "1", "use_until": "2030-01-01",
    }  # fmt: skip
    stories_of_copying.permitted(cast, scene.copies[0].item_id, 1)
    ours = [
        Sends("project_new", "mei", {
            "code": "B-1", "title": "Bad", "ceiling": f"{scene.project.regime}|{scene.project.level}",
            "owner_party": party["northfield"], "client_party": party["bureau"],
            "ultimate_client_party": "", "qualification": "survey|B", "contract_number": "C-1",
        }),
        Sends("rule_try", "mei", {
            "verb": "handoff.accept", "project": str(project), "handoff": str(scene.handoff.id),
            f"party:{party['westgate']}/country": "US", "act/today": day,
        }),
        Sends("item_new", "mei", {
            "codename": "B-1", "level": people.LEVEL, "sha256": "0" * 64, **classified_form(scene),
        }, [project]),
        Sends("item_classify", "mei", {
            **classified_form(scene), "marking_how": "Stamped", "reason": "r", "seen": str(item.entry),
        }, [item.id]),
        *item_forms(scene, item),
        Sends("item_review", "mei", {
            "reviewed_on": day, "outcome": "kept", "reason": "r", "seen": str(item.entry),
        }, [item.id]),
        Sends("copies_new", "mei", {
            "count": "1", "system": str(cast.systems["workstation"].id),
        }, [scene.copies[0].item_id]),
        Sends("labels", "mei", {
            "copies": str(scene.copies[0].id), "stock": "a4-21", "first": "1",
        }, [scene.copies[0].item_id]),
        Sends("person_new", "an", {"name": "Quay One", "staff_number": "Q-1", "citizenships": "CN"}),
        Sends("membership_new", "an", {
            "party": party["lakeside"], "role": "recipient", "starts": day, "ends": "2030-01-01",
        }, [tao]),
        Sends("sign_in_new", "an", {
            "username": "tao-2", "password": "a long first one", "reason": "New",
        }, [tao]),
        Sends("grant_new", "an", {
            "project": str(project), "starts": day, "ends": "2030-01-01",
        }, [cast.people["jing"].id]),
        Sends("project_region", "an", {"region": "CN-ZJ", "reason": "Surveyed there"}, [project]),
        Sends("results_accepted", "mei", {
            "accepted_on": day, "accepted_by": "Client", "acceptance_number": "A-1",
        }, [project]),
        Sends("results_submitted", "mei", {
            "submitted_on": day, "submitted_to": "Bureau", "submitted_by": "House",
            "submission_number": "S-1",
        }, [project]),
        Sends("hold_new", "an", {"reason": "A court asked", "ordered_by": "A court"}, [tao]),
        Sends("need_new", "mei", {
            "person": str(cast.people["lan"].id), "since": day, "decided_by": str(cast.people["heng"].id),
            "basis": "No. 4",
        }, [scene.copies[0].item_id]),
        Sends("need_end", "mei", {"reason": "r"}, [listed(scene).id]),
        Sends("vetting_new", "an", {
            "vetting": "general", "post": "P", "vetted_from": day, "vetted_to": "2030-01-01",
            "vetting_evidence": "E",
        }, [tao]),
        Sends("training_new", "an", {"trained_on": day, "training_evidence": "E"}, [tao]),
        Sends("undertaking_new", "an", {"undertaking_on": day, "undertaking_evidence": "E"}, [tao]),
        Sends("leaving_new", "an", {"leaves_on": "2030-01-01", "leaving_evidence": "E"}, [tao]),
        Sends("hold_lift", "an", {"reason": "It ended", "ordered_by": "A court"}, [cast.people["lan"].id]),
        Sends("system_new", "an", {
            "name": "WS-99", "kind": "vault", "owner_party": party["northfield"], "network": "none",
            "tested_on": day, "level_cn_surveying": "mimi", "provision": "issued",
            "inventory_number": "N-99", "accreditation": "P-99", "country": "CN",
        }),
        Sends("system_test", "an", {
            "tested_on": day, "tested_by": "B", "result": "passed", "remark": "r",
        }, [cast.systems["lakeside_room"].id]),
        *(
            Sends(f"{noun}_recall", "an", {
                "reason": "r", "due": "2030-01-01", "seen": str(row.entry),
            }, [row.id])
            for noun, row in (
                ("system", m.System.objects.get(id=scene.copies[0].system_id or m.new_id())),
                ("person", m.Person.objects.get(id=scene.copies[0].custodian_person_id or m.new_id())),
            )
        ),
        Sends("system_retire", "an", {"reason": "r"}, [cast.systems["office_pc"].id]),
        *(Sends("pack_new", "an", {
            "body": base64.b64encode(house()).decode(), "name": "house.yaml", "reason": "r",
            "ordered_by": "Head of security", "seen": "", "submission": "x", "step": step,
        }) for step in ("check", "change", "do")),
        Sends("party_new", "an", {
            "kind": "organisation", "name": "Quay", "other_name": "", "country": "CN", "scheme": "USCC",
            "number": "91310000MA1FL0XX09",
        }),
        Sends("party_name", "an", {
            "kind": "former", "name": "Old Annex", "language": "en", "starts": day, "ends": "2030-01-01",
        }, [cast.party("annex")]),
        Sends("party_rename", "an", {
            "name": "Second Annex", "other_name": "", "on": day, "reason": "r",
        }, [cast.party("annex")]),
        Sends("party_address", "an", {
            "kind": "postal", "address": "Box 7", "country": "CN", "starts": day,
        }, [cast.party("annex")]),
        Sends("party_control", "an", {"controller": party["westgate"], "kind": "owner", "share": "51"}, [
            cast.party("annex"),
        ]),
        Sends("party_control_end", "an", {"control": str(owned), "ends": day, "reason": "r"}, [
            party["westgate"],
        ]),
        Sends("visit_new", "mei", {
            "kind": "visit", "host": "", "purpose": "Look", "starts": day, "ends": day, "level": people.LEVEL,
            "items": [str(item.id)], "guest_1": "Guest", "countries_1": "CN, KR", "from_1": "Westgate",
            "approval_reference": "A-1", "approved_on": day,
        }, [project]),
        Sends("visit", "mei", {"ended_on": day, "remark": "r", "seen": str(visit.entry)}, [visit.id]),
        Sends("party_number", "an", {"scheme": "CAGE", "value": "1ABC5"}, [cast.party("annex")]),
        Sends("party_screen", "an", {}, [cast.party("annex")]),
        Sends("party_state", "an", {"state": "watch", "reason": "r"}, [cast.party("annex")]),
        Sends("party_merge", "an", {"into": party["lakeside"], "reason": "r"}, [cast.party("annex")]),
        Sends("hit", "an", {"verdict": "different", "reason": "r"}, [hit.id]),
        *(Sends("handoff_new", "mei", scene.offer_form(step=s), [project]) for s in ("check", "panel", "do")),
        *(
            Sends(page, "mei", {**scene.offer_form(step=s), "leg": "internal", "statement": "s"}, [project])
            for page in ("handoff_back", "handoff_inside")
            for s in ("check", "panel", "do")
        ),
        *(Sends("hop_new", "mei", {**hop, "step": step}, [project]) for step in ("check", "panel", "do")),
        Sends("hop_describe", "mei", {"performer": "Lakeside", "business": ["-"], "reason": "r"}, [
            scene.westgate.id,
        ]),
        Sends("party_conditions", "mei", {
            "stated_on": day, "established_on": "2010-01-01", "clean_record": "yes", "prc_staff": "yes",
            "evidence": "E-1", "remark": "r",
        }, [party["lakeside"]]),
        Sends("party_inspection", "mei", {
            "inspected_on": day, "evidence": "E-2", "remark": "r",
        }, [party["lakeside"]]),
        *field_forms(scene),
        *copying_forms(scene),
        *destruction_forms(scene),
        *incident_forms(scene),
        *sample_forms(scene),
        *objection_forms(scene),
        Sends("hop", "mei", {"reported_on": "2026-11-20"}, [scene.westgate.id]),
        Sends("hop", "mei", {"step": "withdraw", "reason": "r"}, [scene.asked.hop_id]),
        *(
            Sends("hop_amend", "mei", {**hop, "reason": "r", "step": step}, [scene.westgate.id])
            for step in ("check", "panel", "do")
        ),
        *(
            Sends(f"approval_{verb}", "heng", {
                "reason": "r", "seen": str(scene.asked.entry), "step": step,
            }, [granted.id])
            for verb in ("suspend", "lift") for step in ("check", "do")
        ),
        Sends("approval_advise", "heng", {
            "stance": "against", "reason": "r", "seen": str(scene.asked.entry),
        }, [scene.asked.id]),
        Sends("approval_refer", "heng", {
            "to": str(cast.people["qiao"].id), "reason": "r", "seen": str(scene.asked.entry),
        }, [scene.asked.id]),
        *(
            Sends(f"hop_{name}", "mei", {
                "reason": "r", "due": "2030-01-01", "seen": str(scene.westgate.entry), "step": step,
            }, [scene.westgate.id])
            for name in ("complete", "recall", "close") for step in ("check", "do", "recall")
        ),
        *(
            Sends(f"project_{name}", "mei", {
                "reason": "r", "due": "2030-01-01", "seen": str(scene.project.entry), "step": step,
            }, [project])
            for name in ("recall", "close") for step in ("check", "do", "recall")
        ),
        Sends("override_new", "mei", {
            "rule": "QUA-08", "party": party["westgate"], "hop": str(scene.westgate.id), "until": day,
            "reason": "r",
        }, [project]),
        *(
            Sends(f"override_{verb}", "heng", {
                "reason": "r", "password": "p", "statement_sha256": "0" * 64, "seen": str(override.entry),
            }, [override.id])
            for verb in ("agree", "refuse", "revoke")
        ),
        Sends("delegation_new", "heng", away),
        Sends("deputy_new", "an", {**away, "delegator": str(cast.people["heng"].id)}),
        Sends("delegation_confirm", "qiao", {"seen": str(deputy.entry)}, [deputy.id]),
        Sends("delegation_revoke", "an", {"reason": "r", "seen": str(deputy.entry)}, [deputy.id]),
        *(
            Sends(f"condition_{verb}", who, {
                "evidence": "e", "paper": "p", "sha256": "", "reason": "r", "seen": str(condition.entry),
            }, [condition.id])
            for verb, who in (("show", "mei"), ("confirm", "heng"), ("return", "heng"), ("waive", "heng"))
        ),
        *(
            Sends("handoff_part", "tao", {
                "copies": [str(scene.copies[0].id)], "step": step, f"found_{scene.copies[0].id}": "damaged",
                f"note_{scene.copies[0].id}": "n",
            }, [scene.handoff.id])
            for step in ("mark", "sign")
        ),
        *(
            Sends("handoff_files", "tao", {_hashed(scene): "a" * 64, "step": step}, [scene.handoff.id])
            for step in ("check", "sign")
        ),
        Sends("opening_new", "mei", {"kind": "copies", "name": "Book", "file": "x"}, [scene.project.id]),
        Sends("opening_map", "mei", {
            "number": "1", "item": "2", "level": "3", "holder": "", "person": "", "place": "", "since": "",
            "page": "", "line": "", "remark": "", "seen": str(register.entry),
        }, [register.id]),
        Sends("opening_enter", "mei", {"due": day, "seen": str(register.entry)}, [register.id]),
        Sends("opening_confirm", "mei", {
            "stocktake": str(scene.project.id), "seen": str(taken.entry),
        }, [taken.id]),
        Sends("opening_compare", "mei", {
            f"match_{line_of.id}": "differs", f"note_{line_of.id}": "n", "seen": str(contracts.entry),
        }, [contracts.id]),
        Sends("opening_close", "mei", {"seen": str(counted_.entry)}, [counted_.id]),
        Sends("opening_finding_settle", "mei", {"resolution": "r", "seen": str(found.entry)}, [found.id]),
        Sends("opening_finding_assign", "mei", {
            "owner": str(cast.people["yu"].id), "due": day, "seen": str(found.entry),
        }, [found.id]),
        Sends("opening_withdraw", "mei", {"reason": "r", "seen": str(register.entry)}, [register.id]),
        Sends("handoff_counter", "mei", {
            "username": "tao", "pin": "p", "code": "1", "note": "n", "page": "x",
            f"found_{scene.copies[0].id}": "damaged",
        }, [scene.handoff.id]),
        Sends("handoff_dispatch", "mei", {
            "left_on": day, "carrier": "c", "waybill": "w", "second": "",
            "carriers": str(cast.people["tao"].id), "packages": "1", "seals": "F-1", "expected_on": day,
        }, [scene.handoff.id]),
        Sends("handoff_sheet", "mei", {"step": "do"}, [scene.handoff.id]),
        Sends("handoff_by_hand", "mei", {
            "username": "heng", "pin": "p", "code": "1", "note": "n", "page": "x", "evidence_file": "x",
        }, [scene.handoff.id]),
        Sends("blanks_new", "mei", {"count": "2"}),
        Sends("blanks_of_project_new", "mei", {"count": "2"}, [project]),
        *(
            Sends(route, "mei", {
                "register": "loans", "party": str(party["northfield"]), "starts": day, "ends": day,
                "language": "en",
            }, of)
            for route, of in (("register_print_new", []), ("register_print_of_project", [project]))
        ),
        Sends("register_print", "mei", {"evidence_file": "x"}, [stamped.id]),
        Sends("blank_issue", "mei", {
            "to": f"{cast.people['yu'].id}/{party['northfield']}", "count": "1", "seen": str(blank.entry),
        }, [blank.id]),
        Sends("blank_spoil", "yu", {"reason": "r", "seen": str(blank.entry)}, [blank.id]),
        Sends("blank_miss", "yu", {"reason": "r", "seen": str(given.entry)}, [given.id]),
        Sends("blank_find", "yu", {"reason": "r", "seen": str(missing.entry)}, [missing.id]),
        Sends("paper_new", "mei", {
            **scene.offer_form(), "handed_over_by": str(cast.people["yu"].id), "reason": "r",
            "took_place_at": "2026-11-21T10:00", "evidence_file": "x",
        }, [given.id, "down", scene.westgate.id]),
        Sends("paper_settle", "heng", {"resolution": "r", "seen": str(told.entry)}, [told.id]),
        Sends("sweep_list_new", "mei", {}),
        Sends("sweep_new", "mei", {"system": str(cast.systems["office_pc"].id), "result": "x"}),
        Sends("stray", "mei", {"how": "remove", "resolution": "r", "seen": str(stray.entry)}, [stray.id]),
        Sends("scan_new", "mei", {"step": "read", "evidence_file": "x"}),
        Sends("scan_new", "mei", {"step": "attach", "read": "x"}),
        Sends("stocktake_new", "mei", {
            "party": party["northfield"], "project": str(project), "system": "",
            "counter": str(cast.people["mei"].id), "second": str(cast.people["yu"].id),
            "second_as": "counter",
        }),
        Sends("report_new", "jing", {
            "kind": "stocktake", "stocktake": str(counting.id), "language": "en",
        }, [project]),
        Sends("stocktake_count", "mei", {"code": "BOX-2", "codes": "", "place": ""}, [counting.id]),
        Sends("stocktake_read", "mei", {"code": "x"}, [counting.id]),
        Sends("stocktake_recount", "mei", {"seen": str(counting.entry)}, [counting.id]),
        Sends("stocktake_close", "mei", {
            "password": "p", "statement_sha256": "0" * 64, "seen": str(counting.entry),
        }, [counting.id]),
        Sends("stocktake_cancel", "mei", {"reason": "r", "seen": str(counting.entry)}, [counting.id]),
        Sends("stocktake_line", "mei", {
            "how": "find", "resolution": "r", "seen": str(line.entry),
        }, [line.id]),
        Sends("handover_new", "mei", {
            "outgoing": f"{party['northfield']}/{cast.people['yu'].id}",
            "incoming": str(cast.people["mei"].id), "supervisor": str(cast.people["heng"].id),
            "reason": "r", "due": day,
        }),
        Sends("handover_sign", "mei", {
            "password": "p", "statement_sha256": "0" * 64, "seen": str(handed.entry),
        }, [handed.id]),
        Sends("handover_abandon", "mei", {"reason": "r", "seen": str(handed.entry)}, [handed.id]),
        Sends("discrepancy", "mei", {"how": "find", "resolution": "r", "seen": str(case.entry)}, [case.id]),
        Sends("hop", "mei", {
            "step": "consent", "kind": "client", "reference": "C-1", "given_on": day, "document_sha256": "",
        }, [scene.westgate.id]),
        Sends("hop", "mei", {
            "step": "terms", "clauses": ["oversight"], "reference": "A-1", "giver_signed_on": day,
            "receiver_signed_on": day, "document_sha256": "0" * 64,
        }, [scene.westgate.id]),
        Sends("approval", "heng", vote, [scene.asked.id]),
        Sends("approval", "heng", {"choice": "revoke", "reason": "r"}, [scene.asked.id]),
        *(
            Sends("handoff", who, {"step": step, "reason": "r", "name": "n"}, [scene.handoff.id])
            for who, step in (
                ("tao", "eat"), ("tao", "decline"), ("tao", "accept"), ("tao", "sign_passkey"),
                ("tao", "sign_certificate"), ("mei", "withdraw"), ("mei", "lose"),
                ("tao", "mistaken"),
                ("mei", "agree"), ("mei", "disagree"), ("mei", "save"),
            )
        ),
        Sends("refusal", "mei", {"reason": "r"}, [refusal.id]),
        Sends("file_new", "mei", {"evidence_file": "x"}, ["qualification", paper.id]),
        Sends("file", "heng", {"step": "draw"}, [m.EvidenceFile.objects.latest("created_at").id]),
        Sends("qualification_new", "mei", certificate, [party["lakeside"]]),
        Sends("qualification", "heng", {
            "step": "verify", "on": day, "how": "h", "reason": "r",
        }, [paper.id]),
        *(
            Sends(f"qualification_{verb}", "heng", {
                "reason": "r", "grade": "B", "seen": str(paper.entry), "step": step,
            }, [paper.id])
            for verb in ("suspend", "reinstate", "downgrade", "revoke") for step in ("check", "do")
        ),
        *(
            Sends(f"{noun}_correct", who, form_of(scene, noun), [row_of(scene, noun).id])
            for noun, who in CORRECTS.items()
        ),
        Sends("copy_carrier", "mei", {
            "medium": "usb", "medium_serial": "K-7", "seal_number": "881", "sha256": "a" * 64,
            "home": str(cast.systems["workstation"].id), "reason": "r",
            "seen": str(m.Copy.objects.get(id=scene.copies[0].id).entry),
        }, [scene.copies[0].id]),
        Sends("copies_confirm", "mei", {"copies": [str(scene.copies[0].id)], "how": "h"}, [project]),
        Sends("frozen", "an", {"reason": "r"}, [frozen.id]),
        Sends("report_new", "jing", {"language": "en"}, [project]),
        Sends(
            "report_new",
            "jing",
            {"kind": "copy", "copy": scene.copies[0].code, "language": "en"},
            [project],
        ),
        *(
            Sends("report_new", "jing", {"kind": kind, "language": "en", **about}, [project])
            for kind, about in (
                ("officer", {"person": str(scene.cast.people["heng"].id)}),
                ("refusals", {"starts": "2026-11-01", "ends": str(scene.cast.today)}),
                ("party", {"party": str(scene.cast.party("westgate"))}),
            )
        ),
        Sends("keys", "mei", {"name": "k", "scopes": ["report"], "days": "5"}),
        Sends("factor_passkey", "mei", {"name": "k", "password": "x", "credential": "{}"}),
        Sends("factor_app", "mei", {"name": "k", "password": people.PASSWORD, "code": "1", "page": "x"}),
        Sends("counter_pin", "mei", {"password": "x", "pin": "1", "again": "1"}),
        Sends("counter_pin_remove", "mei", {"password": "x"}),
        Sends("factor_codes", "mei", {"password": "x"}),
        Sends("factor", "mei", {"password": "x"}, [factor.id]),
        Sends("approval_sign", "heng", {"credential": "{}"}, [granted.id, "ab"]),
        Sends("pack_sign", "an", {"credential": "{}"}, [signing.id, "ab"]),
        Sends("signing_key_sign", "heng", {"credential": "{}"}, [signing.id, "ab"]),
        Sends("handoff_sign", "tao", {"credential": "{}"}, [scene.handoff.id, "ab"]),
        Sends("override_sign", "heng", {"credential": "{}"}, [override.id, "ab"]),
        Sends("signing_card", "heng", {"password": "x", "file": "", "statement": "{}"}),
        Sends("factor_signing", "mei", {"password": "x"}, [factor.id]),
        Sends(
            "signing_key", "heng", {"step": "end", "reason": "r", "password": "x", "seen": ""}, [signing.id]
        ),
        Sends("provider_begin", "mei", {"next": "/"}),
        Sends(
            "identity_new", "an", {"sign_in": str(scene.user("lan").pk), "subject": "s"},
            [cast.people["lan"].id],
        ),
        Sends(
            "proposed_identity", "heng", {"step": "refuse", "reason": "r", "password": "x", "seen": ""},
            [linked.id],
        ),
        Sends("identity_end", "an", {"reason": "Left"}, [cast.people["lan"].id]),
        Sends("membership_end", "an", {"ends": "", "reason": "Moved"}, [
            m.Membership.objects.filter(person=tao).latest("created_at").id,
        ]),
        Sends("grant_end", "an", {"reason": "Done"}, [
            m.Grant.objects.get(person=cast.people["jing"]).id,
        ]),
        Sends("sign_in_close", "an", {"reason": "Misused"}, [cast.people["lan"].id]),
        Sends("sign_in_open", "an", {"reason": "Cleared up"}, [cast.people["lan"].id]),
        Sends("sessions_end", "an", {"reason": "Left"}, [cast.people["lan"].id]),
        Sends("sessions_end_others", "mei", {"x": ""}),
        Sends("session_end", "mei", {"x": ""}, [opened_in.id]),
        Sends("slip_new", "an", {
            "user": str(slip.sign_in_id), "purpose": "password", "reason": "At the counter",
        }, [slip.sign_in.person_id]),
        Sends("slip", "heng", {"step": "confirm", "password": "x", "seen": str(slip.entry)}, [slip.id]),
        Sends("slip_print", "an", {"code": "x"}, [slip.id]),
        Sends("slip_use", "", {
            "username": "nobody-here", "first": "A" * 16, "second": "B" * 16,
            "password": "a long first one", "again": "a long first one",
        }),
        Sends("slip_use_factor", "", {
            "username": "nobody-here", "first": "A" * 16, "second": "B" * 16, "password": "x",
        }),
        Sends("factors_end", "an", {"reason": "Lost"}, [cast.people["lan"].id]),
        Sends("mfa_login_webauthn", "", {"credential": "{}"}),
        Sends("mfa_authenticate", "", {"code": "1", "credential": "{}"}),
        Sends("webhook_new", "mei", {"party": "x", "address": "https://a.example/", "kinds": "report_ready"}),
        Sends("webhook", "mei", {"step": "end", "reason": "r"}, [hook.id]),
        Sends("key_revoke", "mei", {"x": ""}, [key.id]),
        Sends("saved", "mei", {"step": "save", "list": "handoffs", "name": "n", "query": "state=offered"}),
        Sends("saved", "mei", {"step": "delete", "id": str(project)}),
        Sends("notices", "tao", {"read": "x", "all": "x"}),
        Sends("notice_mail", "tao", {"rhythm": "daily", "address": "a@b.example", "language": "en"}),
        Sends("verify", "", {"report": "x", "receipt": "x"}),
        Sends("language", "mei", {"language": "en", "next": "/"}),
        Sends("theme", "mei", {"theme": "dark", "next": "/"}),
        Sends("set_language", "mei", {"language": "en", "next": "/"}),
    ]  # fmt: skip
    account = {
        "login": {"login": "mei", "password": "x"}, "logout": {"next": "/"},
        "reauthenticate": {"password": "x"},
        "change_password": {"oldpassword": "x", "password1": "y", "password2": "z"},
        "reset_password": {"email": "a@b.example"}, "signup": {"username": "u", "password1": "p"},
    }  # fmt: skip
    return [
        *ours,
        *(Sends(f"account_{name}", who, form) for name, form in account.items() for who in ("", "mei")),
    ]


def field_forms(scene: Scene) -> list[Sends]:
    """Return the forms of field work."""
    day = scene.cast.today.isoformat()
    draft, waiting, live = (made.permit(scene, upto) for upto in ("draft", "submitted", "approved"))
    near = made.permit(scene, area=stories.outline(*stories.OVER_THE_DEPOT))
    flown, registered = made.flight(scene), made.flight(scene, registered=True)
    drone = str(made.drone(scene).id)
    plan = {"equipment": drone, "collected_on": day, "remark": "r"}
    planned = field_work.plan(
        scene.cast.actor("mei"), permit=live.id, equipment=made.drone(scene).id,
        collected_on=scene.cast.today,
    ).object  # fmt: skip
    done = {"collected_on": day, "uplink": "no", "payment": "unpaid", "remark": "r"}
    asked = {**made.asked(scene), "hop": str(scene.westgate.id), "uplink": "no"}
    live.refresh_from_db()
    steps = (
        ("submit", "mei", draft), ("approve", "heng", waiting), ("return", "heng", waiting),
        ("close", "mei", live), ("revoke", "heng", live),
    )  # fmt: skip
    return [
        Sends("field_permit_new", "mei", asked, [scene.project.id]),
        Sends("field_permit_change", "mei", asked, [draft.id]),
        *(
            Sends(f"field_permit_{verb}", who, {"reason": "r", "seen": str(row.entry)}, [row.id])
            for verb, who, row in steps
        ),
        Sends("zone_consent", "an", {
            "zone": "1", "reference": "5", "authority": "Garrison", "given_on": day,
            "document_sha256": "0" * 64,
        }, [near.id]),
        Sends("collection_plan", "mei", plan, [live.id]),
        Sends("equipment_new", "an", {
            "owner_party": str(scene.cast.party("westgate")), "kind": "drone", "name": "S2", "serial": "9",
            "maker": "Heron", "country": "CN", "registered": "yes", "registration": "1",
        }),
        Sends("zones_new", "an", {"datum": "cgcs", "note": "n", "geojson": stories.zones()}),
        Sends("collection_new", "mei", {
            **done, "permit": str(live.id), "hop": str(scene.westgate.id),
            "unit": str(scene.cast.party("westgate")),
            "operator": str(scene.cast.people["tao"].id), "equipment": drone,
        }, [scene.project.id]),
        Sends("collection_done", "mei", done, [planned.id]),
        Sends("collection_output", "mei", {"outputs": [str(scene.copies[0].item_id)]}, [flown.id]),
        Sends("collection_review", "heng", {"review": "r"}, [registered.id]),
    ]  # fmt: skip


def item_forms(scene: Scene, item: m.Item) -> list[Sends]:
    """Return the forms of what is proposed of items."""
    waits = people.make_copies(scene.cast, scene.project, "PROPOSED", 1)[0].item
    asked = people.propose(scene.cast, waits, **people.change(scene.cast, ProposalKind.DECLASSIFY))
    changed = {
        "effective_on": scene.cast.today.isoformat(), "change_basis": "Order 3", "reason": "r",
        "seen": str(item.entry),
    }  # fmt: skip
    return [
        Sends("item_reclassify", "mei", {**classified_form(scene), **changed, "level": "jimi"}, [item.id]),
        *(Sends(f"item_{act}", "mei", changed, [item.id]) for act in ("declassify", "withdraw")),
        Sends("item_recall", "mei", {"reason": "r", "due": "2030-01-01", "seen": str(item.entry)}, [item.id]),
        *(
            Sends(f"item_proposal_{verb}", who, {"reason": "r", "seen": str(asked.entry)}, [asked.id])
            for verb, who in (("determine", "heng"), ("return", "heng"), ("take_back", "mei"))
        ),
    ]


def copying_forms(scene: Scene) -> list[Sends]:
    """Return the forms of copy permits."""
    item = scene.copies[0].item_id
    asked = stories_of_copying.requested(scene.cast, item)
    return [
        Sends("copy_permit_new", "yu", {
            "count": "1", "copy": str(scene.copies[2].id), "place": "Copy room", "purpose": "r",
            "until": scene.cast.today.isoformat(),
        }, [item]),
        *(
            Sends(f"copy_permit_{verb}", who, {"reason": "r", "seen": str(asked.entry)}, [asked.id])
            for verb, who in (("approve", "heng"), ("refuse", "heng"), ("withdraw", "yu"))
        ),
    ]  # fmt: skip


def destruction_forms(scene: Scene) -> list[Sends]:
    """Return the forms of destructions."""
    day, copies = scene.cast.today.isoformat(), people.make_copies(scene.cast, scene.project, "GONE", 4)
    ways = (stories_of_destruction.requested, stories_of_destruction.approved)
    asked, ready = (way(scene.cast, scene.project, [copy]) for way, copy in zip(ways, copies, strict=False))
    gone = stories_of_destruction.destroyed(scene.cast, scene.project, copies[2:3])
    unit = str(asked.unit_id)
    why = (
        ("approve", "heng", asked),
        ("refuse", "heng", asked),
        ("withdraw", "yu", asked),
        ("fail", "yu", ready),
    )
    return [
        Sends("destruction_new", "yu", {
            "copies": [str(copies[3].id)], "count": "1", "unit": unit, "method": "pulp", "place": "Hall 2",
            "reason": "r",
        }, [scene.project.id]),
        *(
            Sends(f"destruction_{verb}", who, {"reason": "r", "seen": str(row.entry)}, [row.id])
            for verb, who, row in why
        ),
        Sends("report_new", "jing", {
            "kind": "destruction", "destruction": str(asked.id), "language": "en",
        }, [scene.project.id]),
        Sends("destruction_sign", "heng", {"credential": "{}"}, [asked.id, "ab"]),
        Sends("destruction_record", "yu", {
            "destroyed_on": day, "counted": "1", "unit": unit, "method": "pulp", "remark": "r",
            "witnesses": [str(scene.cast.people[key].id) for key in stories_of_destruction.WITNESSES],
            "seen": str(ready.entry),
        }, [ready.id]),
        Sends("destruction_certify", "yu", {
            "certificate_number": "C-1", "certified_on": day, "certificate_sha256": "0" * 64,
            "seen": str(gone.entry),
        }, [gone.id]),
    ]  # fmt: skip


def incident_forms(scene: Scene) -> list[Sends]:
    """Return the forms of incidents."""
    when, westgate = "2026-01-02T03:04", str(scene.cast.party("westgate"))
    about = {
        "what": "Broken", "noticed_at": when, "copies": scene.copies[0].code, "party": westgate,
        "person": str(scene.cast.people["tao"].id),
    }  # fmt: skip
    hold = happened.held(scene)
    steps: dict[str, dict[str, Any]] = {
        **{verb: {"note": "n"} for verb in ("triage", "contain", "investigate")},
        "notify": {"authority": "A", "reference": "7", "notified_at": when},
        "close": {"findings": "f", "sanctions": "s"},
        "dismiss": {"reason": "r"},
        "hold": {"copies": scene.copies[3].code, "copies_of": westgate, "party": westgate, "reason": "r"},
        "release": {"holds": [str(hold.id)], "reason": "r"},
        "correct": {**about, "reason": "r"},
    }
    upto = {"contain": "triage", "investigate": "notify", "close": "investigate"}
    rows = {
        verb: hold.incident if verb == "release" else happened.incident(scene, upto.get(verb, "report"))
        for verb in steps
    }
    return [
        Sends("incident_new", "tao", {**about, "unknown": "on", "evidence_file": "x"}, [scene.project.id]),
        *(
            Sends(f"incident_{verb}", "heng", {**form, "seen": str(rows[verb].entry)}, [rows[verb].id])
            for verb, form in steps.items()
        ),
    ]


def sample_forms(scene: Scene) -> list[Sends]:
    """Return the forms of random samples."""
    asked, drawn, entered = by_lot.asked(scene), by_lot.drawn(scene), by_lot.entered(scene)
    steps: dict[str, tuple[m.Sample, dict[str, Any]]] = {
        "draw": (asked, {"word": by_lot.WORD}),
        "withdraw": (asked, {"reason": "r"}),
        "enter": (drawn, {"found_1": "differs", "note_1": "Torn", "found_2": "seen", "note_2": ""}),
        "close": (entered, {"remark": "r"}),
    }
    return [
        Sends("sample_new", "jing", {"count": "2", "sealed": by_lot.WORD}, [scene.project.id]),
        *(
            Sends(f"sample_{verb}", "jing", {**form, "seen": str(row.entry)}, [row.id])
            for verb, (row, form) in steps.items()
        ),
    ]


def objection_forms(scene: Scene) -> list[Sends]:
    """Return the forms of objections."""
    lodged, answered, day = wrong.lodged(scene), wrong.answered(scene), scene.cast.today.isoformat()
    line = str(by_lot.entered(scene).lines.all()[0].id)
    steps: dict[str, tuple[str, m.Objection, dict[str, Any]]] = {
        "answer": ("mei", lodged, {"answer": "Put away", "evidence_file": "x"}),
        "withdraw": ("jing", lodged, {"reason": "r"}),
        "accept": ("jing", answered, {"remark": "r"}),
        "send_back": ("jing", answered, {"reason": "r", "due": day}),
    }
    return [
        Sends("objection_new", "jing", {"text": "t", "basis": "b", "due": day, "line": line}, [
            scene.project.id,
        ]),
        *(
            Sends(f"objection_{verb}", who, {**form, "seen": str(row.entry)}, [row.id])
            for verb, (who, row, form) in steps.items()
        ),
    ]  # fmt: skip


def prepare(scene: Scene) -> None:
    """Bring about what some of the forms are about: a refusal, a key, a hold, a likeness to a barred
    party, a frozen record that bars nothing."""
    pc = str(scene.cast.systems["office_pc"].id)
    scene.client("mei").post(
        reverse("handoff_new", args=[scene.project.id]), scene.offer_form(system=pc, step="record")
    )
    scene.client("mei").post(reverse("keys"), {"name": "k", "scopes": ["report"], "days": "5"})
    scene.client("an").post(
        reverse("hold_new", args=[scene.cast.people["lan"].id]), {"reason": "r", "ordered_by": "A court"}
    )
    listed_and_screened(scene.cast.party("annex"))
    attached(scene, b"%PDF-1.7 broken")
    m.FrozenObject.objects.create(
        table="custody_item", object=str(m.new_id()), holds=[], columns=["codename"], entry=scene.asked.entry
    )
