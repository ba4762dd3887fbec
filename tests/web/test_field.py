"""The pages of field work: a permit from draft to flight, findings in the open, zones to the cleared."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import field_permits, field_work, zone_tries
from custody.stories import field
from custody.terms import PermitState
from tests.api.hostile_field import drone, flight, permit
from tests.api.test_nouns import program
from tests.evidence.made import pdf

from .scene import Scene, hidden


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    day = scene.cast.today.isoformat()
    return {
        "hop": str(scene.westgate.id), "operator": str(scene.cast.people["tao"].id),
        "equipment": [str(drone(scene).id)], "purpose": "Pictures of the fields", "starts": day,
        "ends": day, "datum": "cgcs", "area": json.dumps(field.square(*field.FIELDS)),
        "airspace_number": "31", "airspace_authority": "Office", "airspace_from": day, "airspace_to": day,
        "airspace_sha256": "", "operator_licence": "1", "operating_certificate": "1", "work_permit": "1",
        "uplink": "no", "payment": "unpaid", "submission": str(m.new_id()), **changes,
    }  # fmt: skip


def ask(scene: Scene, who: str = "tao", **changes: Any) -> Any:
    address = reverse("field_permit_new", args=[scene.project.id])
    return scene.client(who).post(address, form(scene, **changes))


def step(scene: Scene, who: str, row: m.FieldPermit, verb: str, **given: str) -> Any:
    address = reverse(f"field_permit_{verb}", args=[row.id])
    client = scene.client(who)
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:500]
    body = {"seen": hidden(page.content.decode(), "seen"), "submission": str(m.new_id()), **given}
    return client.post(address, body)


def text(scene: Scene, who: str, address: str, language: str = "en") -> str:
    answer = scene.client(who, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    found: str = answer.content.decode()
    return found


def test_westgate_asks_and_an_officer_of_northfield_approves(scene: Scene) -> None:
    field.publish(scene.cast)
    assert ask(scene).status_code == 302
    row = m.FieldPermit.objects.get()
    page = text(scene, "tao", reverse("field_permit", args=[row.id]))
    assert (
        "Draft" in page and "<svg" in page and ">N<" in page and " km²" in page and "Meets none" not in page
    )
    assert "looked at when it is submitted" in page, "a draft tells nothing of zones"
    assert step(scene, "tao", row, "submit").status_code == 302
    assert "Meets none" in text(scene, "tao", reverse("field_permit", args=[row.id]))
    waits = text(scene, "heng", reverse("field_permit", args=[row.id]))
    assert "FLD-01" in waits and "Do not approve, send back" in waits
    assert "FLD-01" not in text(scene, "mei", reverse("field_permit", args=[row.id])), "she decides nothing"
    assert reverse("field_permit", args=[row.id]) in text(scene, "heng", reverse("queue"))
    shown = text(scene, "heng", reverse("field_permit_approve", args=[row.id]))
    assert row.subject_sha256 in shown and "FLD-01" in shown
    assert step(scene, "heng", row, "approve", reason="In order").status_code == 302
    row.refresh_from_db()
    assert row.state is PermitState.APPROVED
    assert "Approved" in text(scene, "tao", reverse("field_permit", args=[row.id]))
    assert "Pictures of the fields" in text(scene, "mei", reverse("field_permits"))
    assert "已批准" in text(scene, "mei", reverse("field_permits"), "zh-hans")


def test_who_asked_cannot_approve_on_the_page_either(scene: Scene) -> None:
    row = permit(scene, "submitted")
    assert scene.client("mei").get(reverse("field_permit_approve", args=[row.id])).status_code == 403
    assert scene.client("lan").get(reverse("field_permit", args=[row.id])).status_code == 404


def test_an_outline_that_crosses_itself_is_told_beside_its_field(scene: Scene) -> None:
    ring = [[120.1, 30.2], [120.2, 30.3], [120.2, 30.2], [120.1, 30.3], [120.1, 30.2]]
    answer = ask(scene, area=json.dumps({"type": "Polygon", "coordinates": [ring]}))
    assert answer.status_code == 422 and "crosses itself" in answer.content.decode()
    answer = ask(scene, datum="gcj")
    assert answer.status_code == 422 and "offset (GCJ-02" in answer.content.decode()
    assert not m.FieldPermit.objects.exists()


def test_an_area_over_a_zone_is_refused_and_the_refusal_is_shown(scene: Scene) -> None:
    row = permit(scene, area=field.outline(*field.OVER_THE_DEPOT))
    answer = step(scene, "mei", row, "submit")
    refusal = m.Refusal.objects.get(verb="permit.submit")
    assert answer["Location"] == reverse("refusal", args=[refusal.id])
    assert "FLD-02" in text(scene, "mei", answer["Location"])
    assert "Asking party" in text(scene, "mei", answer["Location"])
    assert "申请单位" in text(scene, "mei", answer["Location"], "zh-hans")


def test_a_draft_that_rules_bar_is_changed_or_recorded_as_refused(scene: Scene) -> None:
    row = permit(scene, uplink=True)
    page = text(scene, "mei", reverse("field_permit_submit", args=[row.id]))
    assert "The rules block this." in page and "Record the refused attempt" in page
    assert f'class="btn primary" href="{reverse("field_permit_change", args=[row.id])}"' in page
    assert "Submit for approval</button>" not in page
    assert step(scene, "mei", row, "submit")["Location"].startswith("/refusals/")


def test_drawing_an_area_again_and_again_does_not_show_where_a_zone_lies(scene: Scene) -> None:
    row = permit(scene, area=field.outline(*field.OVER_THE_DEPOT))
    here, submit = (reverse(name, args=[row.id]) for name in ("field_permit", "field_permit_submit"))
    for who in ("mei", "tao"):
        for page in (text(scene, who, here), text(scene, who, submit)):
            assert "looked at when it is submitted" in page and "Meets" not in page and "meets 1" not in page
    assert "涉及1个敏感区域" in text(scene, "an", here, "zh-hans"), "who knows the zones reads it at once"
    program_ = program(scene, "mei").get(f"/api/v1/field-permits/{row.id}/").json()
    assert program_["zones_met"] is None
    for _ in range(zone_tries.MOST):
        assert step(scene, "mei", row, "submit")["Location"].startswith("/refusals/")
    away = field_permits.PermitTerms(
        **{
            **{name: getattr(row, name) for name in field_permits.PermitTerms.__dataclass_fields__
               if hasattr(row, name)},
            "unit": row.unit_id, "operator": row.operator_id, "hop": row.hop_id,
            "equipment": [drone(scene).id], "area": field.outline(*field.FIELDS),
        }
    )  # fmt: skip
    field_permits.change(scene.cast.actor("mei"), permit=row.id, terms=away)
    row.refresh_from_db()
    for language, told in (("en", "no other is judged for now"), ("zh-hans", "暂不再受理其他范围")):
        seen = hidden(text(scene, "mei", submit), "seen")
        answer = scene.client("mei", language).post(submit, {"seen": seen})
        assert answer.status_code == 422 and told in answer.content.decode()
    row.refresh_from_db()
    assert row.state is PermitState.DRAFT and m.Refusal.objects.count() == zone_tries.MOST
    assert "3 areas refused within 30 days" in text(scene, "an", here)
    assert "areas refused" not in text(scene, "mei", here)
    m.Refusal.objects.update(attempted_at=timezone.now() - zone_tries.WITHIN)
    assert step(scene, "mei", row, "submit")["Location"] == here, "after a month it is judged again"


def test_who_is_not_cleared_reads_a_count_and_no_name(scene: Scene) -> None:
    row = permit(scene, area=field.outline(*field.OVER_THE_DEPOT))
    field_work.record_consent(
        scene.cast.actor("an"), permit=row.id, zone=1, reference="No. 5", authority="Garrison office",
        given_on=scene.cast.today,
    )  # fmt: skip
    for who in ("mei", "tao"):
        page = text(scene, who, reverse("field_permit", args=[row.id]))
        assert "Meets 1 sensitive zone;" in page and "Depot" not in page
        assert "authorities: 1 of 1" in page and "Garrison" not in page
    assert "Garrison" in text(scene, "an", reverse("field_permit", args=[row.id]))
    assert "Depot" not in text(scene, "mei", reverse("zones"))
    assert scene.client("tao").get(reverse("zones")).status_code == 403
    assert "Depot 7" in text(scene, "an", reverse("zones"))
    assert "Depot 7" in text(scene, "an", reverse("zone_consent", args=[row.id]))
    assert scene.client("mei").get(reverse("zone_consent", args=[row.id])).status_code == 403


def test_a_flight_without_a_permit_stands_in_the_open(scene: Scene) -> None:
    field.publish(scene.cast)
    body = {
        "permit": "", "unit": str(scene.cast.party("westgate")), "uplink": "yes", "payment": "crypto",
        "operator": str(scene.cast.people["tao"].id), "equipment": str(drone(scene).id),
        "collected_on": scene.cast.today.isoformat(), "remark": "", "submission": str(m.new_id()),
    }  # fmt: skip
    answer = scene.client("mei").post(reverse("collection_new", args=[scene.project.id]), body)
    assert answer.status_code == 302
    row = m.Collection.objects.get()
    page = text(scene, "mei", reverse("collection", args=[row.id]))
    assert "Collected without leave" in page and "crypto" in page
    assert row.hop == scene.westgate
    places = (
        reverse("home"),
        reverse("party", args=[row.unit_id]),
        reverse("hop", args=[row.hop_id]),
        reverse("project", args=[row.project_id]),
    )
    for place in places:
        assert re.search("Collected without leave.*FLD-01, FLD-02", text(scene, "mei", place), re.DOTALL)
    assert "FLD-02" not in text(scene, "lan", reverse("project", args=[row.project_id]))
    asked = f"{reverse('incident_new', args=[row.project_id])}?collection={row.id}"
    assert f'class="btn primary" href="{asked}"' in page, "an incident before an output"
    assert f'class="btn plain" href="{reverse("collection_output", args=[row.id])}"' in page
    form = text(scene, "mei", asked)
    assert "against FLD-01, FLD-02" in form and f'value="{row.operator_id}" selected' in form
    assert "FLD-01" not in text(scene, "tao", f"{asked[:-36]}{m.new_id()}")
    home = text(scene, "jing", reverse("home"))
    assert re.search("Collected without leave.*FLD-01, FLD-02", home, re.DOTALL)
    assert f'<dd><a href="{reverse("collections")}?wrong=finding">1</a>' in home


def test_a_plan_is_done_its_output_registered_and_reviewed(scene: Scene) -> None:
    row = permit(scene, "approved")
    day = scene.cast.today.isoformat()
    client = scene.client("mei")
    plan = {"equipment": str(drone(scene).id), "collected_on": day, "remark": ""}
    client.post(reverse("collection_plan", args=[row.id]), plan)
    flown = m.Collection.objects.get()
    done = {"collected_on": day, "uplink": "no", "payment": "unpaid", "remark": ""}
    client.post(reverse("collection_done", args=[flown.id]), done)
    client.post(reverse("collection_output", args=[flown.id]), {"outputs": [str(scene.copies[0].item_id)]})
    scene.client("heng").post(reverse("collection_review", args=[flown.id]), {"review": "Complete"})
    page = text(scene, "mei", reverse("collection", args=[flown.id]))
    assert "Output reviewed" in page and "Complete" in page and "FLD-01" in page
    assert "Reviewed" in page or "reviewed" in text(scene, "mei", reverse("collections"))


def test_overdue_output_is_on_the_home_page(scene: Scene) -> None:
    field.publish(scene.cast)
    row = flight(scene)
    m.Collection.objects.filter(id=row.id).update(due_at="2026-01-01T00:00:00Z")
    assert "Outputs overdue" in text(scene, "mei", reverse("home"))


def test_an_outline_and_zones_are_taken_as_files(scene: Scene) -> None:
    def upload(text: str | bytes) -> SimpleUploadedFile:
        body = text if isinstance(text, bytes) else text.encode("utf-8-sig")
        return SimpleUploadedFile("area.geojson", body, "application/geo+json")

    zones = {"datum": "cgcs", "note": "Letter 9", "geojson": "", "file": upload(field.zones())}
    assert scene.client("an").post(reverse("zones_new"), zones).status_code == 302
    fields = json.dumps(field.square(*field.FIELDS))
    assert ask(scene, area="", area_file=upload(fields)).status_code == 302
    row = m.FieldPermit.objects.get()
    assert field_work.zones_seen(row) == (0, 0)
    depot = upload(json.dumps(field.square(*field.OVER_THE_DEPOT)))
    change = reverse("field_permit_change", args=[row.id])
    body = form(scene, area=row.area, area_file=depot)
    assert scene.client("tao").post(change, body).status_code == 302, "the file replaces what stood there"
    row.refresh_from_db()
    assert field_work.zones_seen(row) == (1, 0)
    for area, file, why in (
        ("", b"", "Choose the file with the outline, or paste it"),
        ("", b"\xff\xfe", "This is no text in UTF-8."),
        ("", b"x" * 200_001, "The file is too large to be read."),
        (fields, fields, "Give the file or the text, not both."),
        ("", "[1]", "This is no GeoJSON object."),
    ):
        answer = ask(scene, area=area, area_file=upload(file))
        assert answer.status_code == 422 and why in answer.content.decode(), why
    assert m.FieldPermit.objects.count() == 1


def test_the_paper_of_the_airspace_approval_is_attached_and_read_by_who_decides(scene: Scene) -> None:
    row = permit(scene, "submitted")
    attach = reverse("file_new", args=["airspace", row.id])
    assert attach in text(scene, "tao", reverse("field_permit", args=[row.id]))
    assert scene.client("lan").get(attach).status_code == 404
    body = {"evidence_file": SimpleUploadedFile("p.pdf", pdf(), "application/pdf")}
    answer = scene.client("tao").post(attach, {**body, "submission": str(m.new_id())})
    file = m.EvidenceFile.objects.get()
    assert answer["Location"] == reverse("file", args=[file.id]) and file.what == "airspace"
    shown = text(scene, "heng", reverse("field_permit_approve", args=[row.id]))
    assert file.sha256 in shown and attach not in shown
    assert scene.client("lan").get(reverse("file", args=[file.id])).status_code == 404


def test_permits_and_outputs_stand_in_the_calendar(scene: Scene) -> None:
    live, flown = permit(scene, "approved"), flight(scene)
    month = f"{live.ends:%Y-%m}"
    assert live.purpose in text(scene, "mei", f"{reverse('calendar')}?month={month}&kind=permit")
    month = f"{flown.due_at:%Y-%m}"
    shown = text(scene, "mei", f"{reverse('calendar')}?month={month}&kind=output")
    assert reverse("collection", args=[flown.id]) in shown
    for who, kind in (("lan", "output"), ("lan", "permit")):
        assert str(flown.equipment) not in text(
            scene, who, f"{reverse('calendar')}?month={month}&kind={kind}"
        )


def test_equipment_and_zones_are_entered_on_pages(scene: Scene) -> None:
    body = {
        "owner_party": str(scene.cast.party("northfield")), "kind": "logger", "name": "G1", "serial": "7",
        "maker": "Acme", "country": "CN", "registered": "", "registration": "",
        "submission": str(m.new_id()),
    }  # fmt: skip
    assert scene.client("mei").post(reverse("equipment_new"), body).status_code == 302
    assert "G1" in text(scene, "mei", reverse("equipment"))
    zones = {"datum": "cgcs", "note": "Letter 9", "geojson": field.zones()}
    assert scene.client("an").post(reverse("zones_new"), zones).status_code == 302
    assert field_work.zones_seen(permit(scene)) == (0, 0)
