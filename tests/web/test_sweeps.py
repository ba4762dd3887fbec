"""A sweep as the house does it: list, command, result, what was found settled; a program does the same."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import models as m
from custody.sweep.files import Listing
from custody.sweep.looking import sweep
from tests.api.test_nouns import program, send

from .scene import Scene

SHEET = b"sheet"


@pytest.fixture
def disk(scene: Scene, tmp_path: Path) -> Path:
    m.Item.objects.filter(id=scene.copies[0].item_id).update(sha256=hashlib.sha256(SHEET).hexdigest())
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "copy of sheet.tif").write_bytes(SHEET)
    return tmp_path / "disk"


def made(scene: Scene, disk: Path) -> bytes:
    """Make a list on the page, download it, and sweep."""
    mei = scene.client("mei")
    assert reverse("sweeps") in mei.get(reverse("systems")).content.decode()
    there = mei.post(reverse("sweep_list_new"), {})["Location"]
    assert "python -m custody.sweep" in mei.get(there).content.decode()
    row = m.SweepList.objects.get()
    answer = mei.get(reverse("sweep_list_file", args=[row.id]))
    assert "attachment" in answer["Content-Disposition"]
    listing = Listing.read(answer.content)
    return sweep(disk, listing).written(listing.key)


def form(scene: Scene, raw: bytes) -> dict[str, Any]:
    return {
        "system": str(scene.cast.systems["office_pc"].id),
        "result": SimpleUploadedFile("sweep-list.result", raw),
    }


def test_what_was_found_is_told_to_whoever_sees_the_project_and_settled(scene: Scene, disk: Path) -> None:
    mei, raw = scene.client("mei"), made(scene, disk)
    there = mei.post(reverse("sweep_new"), form(scene, raw))["Location"]
    page = mei.get(there).content.decode()
    assert "copy of sheet.tif" in page and "Everything was read." in page
    stray = m.Stray.objects.get()
    here = reverse("stray", args=[stray.id])
    assert here in mei.get(reverse("strays"), {"settled": "no"}).content.decode()
    assert "1 file lies where no copy is registered" in page
    shown = mei.get(here).content.decode()
    asked = f"{reverse('incident_new', args=[scene.project.id])}?stray={stray.id}"
    assert (
        "A file of this item lies where no copy" in shown and f'class="btn primary" href="{asked}"' in shown
    )
    assert stray.path in mei.get(asked).content.decode()
    assert mei.post(here, {"how": "", "resolution": "", "seen": str(stray.entry)}).status_code == 422
    answered = mei.post(here, {"how": "remove", "resolution": "Wiped", "seen": str(stray.entry)})
    assert answered.status_code == 302
    shown = scene.client("mei", "zh-hans").get(here).content.decode()
    assert "Wiped" in shown and asked not in shown
    assert "lies where no copy is registered" not in mei.get(there).content.decode()
    assert mei.post(here, {"how": "remove", "resolution": "x", "seen": str(stray.entry)}).status_code == 409
    for who in ("tao", "lan"):
        for url in (here, there, reverse("sweep_list", args=[m.SweepList.objects.get().id])):
            assert scene.client(who).get(url).status_code == 404, (who, url)
        assert scene.client(who).get(reverse("sweep_new")).status_code == 403


@pytest.mark.parametrize("raw", [b"", b"{}", b"\0\xff"], ids=repr)
def test_what_is_no_result_is_told_beside_the_file(scene: Scene, raw: bytes) -> None:
    answer = scene.client("mei", "zh-hans").post(reverse("sweep_new"), form(scene, raw))
    assert answer.status_code == 422 and not m.Sweep.objects.exists()


def test_a_program_does_the_same(scene: Scene, disk: Path) -> None:
    mei = program(scene, "mei")
    made_ = send(mei, "sweep-lists", {})
    assert made_.status_code == 201, made_.content
    file = mei.get(f"/api/v1/sweep-lists/{made_.json()['id']}/file/")
    listing = Listing.read(file.content)
    asked = {
        "system": str(scene.cast.systems["office_pc"].id),
        "result": sweep(disk, listing).written(listing.key).decode(),
    }
    sent = send(mei, "sweeps", asked)
    assert sent.status_code == 201, sent.content
    (stray,) = mei.get("/api/v1/strays/", {"sweep": sent.json()["id"]}).json()["results"]
    settled = send(mei, f"strays/{stray['id']}/settle", {"how": "allow", "resolution": "A copy by order 7"})
    assert (settled.status_code, settled.json()["state"]) == (200, "allowed")
    assert send(mei, "sweeps", asked).status_code == 422, "once"
