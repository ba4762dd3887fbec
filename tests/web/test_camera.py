"""Frames of the camera on the counting page: who may send them, what is read, what is no frame."""

from __future__ import annotations

from typing import Any

import pytest
import segno
from django.urls import reverse

from custody import models as m
from custody.web import camera
from ledger.models import Entry

from .scene import Scene
from .test_forged import ROUTES
from .test_stocktakes import opened

RAW = "application/octet-stream"


def picture(text: str, width: int = 400) -> bytes:
    """Return a square picture of a QR code, one byte of brightness a pixel."""
    dots = [bytes(20 if dark else 230 for dark in line) for line in segno.make_qr(text).matrix_iter(scale=6)]
    blank = bytes([200]) * width
    rows = [blank] * 40 + [blank[:40] + line + blank[: width - 40 - len(line)] for line in dots]
    return b"".join(rows + [blank] * (width - len(rows)))


def address(row: m.Stocktake, width: Any = 400) -> str:
    return f"{reverse('stocktake_read', args=[row.id])}?width={width}"


def test_a_frame_is_read_and_changes_nothing(scene: Scene) -> None:
    row, yu = opened(scene), scene.client("yu")
    before = Entry.objects.count(), row.lines.exclude(found="not_seen").count()
    answer = yu.post(address(row), picture(scene.copies[0].code), content_type=RAW)
    assert answer.json() == {"read": [scene.copies[0].code]}
    assert "no-store" in answer["Cache-Control"]
    assert yu.post(address(row), bytes(400 * 400), content_type=RAW).json() == {"read": []}
    long = yu.post(address(row, 640), picture("x" * 400, 640), content_type=RAW)
    assert long.json() == {"read": []}, "none of ours"
    assert (Entry.objects.count(), row.lines.exclude(found="not_seen").count()) == before


@pytest.mark.parametrize(
    ("width", "body", "kind"),
    [
        (400, b"", RAW), (400, b"GIF89a", RAW), (400, bytes(400 * 400 + 1), RAW), (400, bytes(400 * 31), RAW),
        (400, bytes(400 * 641), RAW), (0, bytes(160_000), RAW), (31, bytes(31 * 40), RAW),
        (641, bytes(641 * 40), RAW), ("4e2", bytes(160_000), RAW), ("-400", bytes(160_000), RAW),
        ("४००", bytes(160_000), RAW), ("", bytes(160_000), RAW), (400, bytes(160_000), "image/png"),
        (400, bytes(160_000), "text/plain"), (400, bytes(3_000_000), RAW), ("9" * 5_000, b"x", RAW),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_a_400(scene: Scene, width: Any, body: bytes, kind: str) -> None:
    row, yu = opened(scene), scene.client("yu")
    assert yu.post(address(row, width), body, content_type=kind).status_code == 400


def test_a_length_that_lies_is_a_400(scene: Scene) -> None:
    row, yu = opened(scene), scene.client("yu")
    for told in ("0", "12000", "-1", "x"):
        answer = yu.post(address(row), bytes(400 * 40), content_type=RAW, CONTENT_LENGTH=told)
        assert answer.status_code == 400, told


def test_only_who_counts_may_have_frames_read_and_only_while_it_is_counted(scene: Scene) -> None:
    row, frame = opened(scene), picture("x")
    for who, status in (("heng", 403), ("tao", 404), ("jing", 403), ("yu", 200)):
        answer = scene.client(who).post(address(row), frame, content_type=RAW)
        assert answer.status_code == status, who
    m.Stocktake.objects.filter(id=row.id).update(state="cancelled")
    assert scene.client("yu").post(address(row), frame, content_type=RAW).status_code == 409


def test_too_many_frames_in_a_minute_are_told_when_to_come_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera, "FRAMES_A_MINUTE", 2)
    row, yu, mei = opened(scene), scene.client("yu"), scene.client("mei")
    sent = [yu.post(address(row), picture("x"), content_type=RAW) for _ in range(3)]
    assert [answer.status_code for answer in sent] == [200, 200, 429] and "Retry-After" in sent[-1]
    assert mei.post(address(row), picture("x"), content_type=RAW).status_code == 200


def test_the_camera_is_closed_on_every_page_but_the_one_that_counts(scene: Scene) -> None:
    row, mei = opened(scene), scene.client("mei")
    here = reverse("stocktake_count", args=[row.id])
    allowed = mei.get(here)["Permissions-Policy"]
    assert "camera=(self)" in allowed and "microphone=()" in allowed and "geolocation=()" in allowed
    assert "camera=(self)" in mei.post(here, {"code": ""})["Permissions-Policy"]
    assert "camera=()" in scene.client("heng").get(here)["Permissions-Policy"], "not for who does not count"
    others = [path for _name, path in ROUTES] + [reverse("stocktake", args=[row.id])]
    open_ = [
        path for path in others if "camera=()" not in mei.get(path).headers.get("Permissions-Policy", "")
    ]
    assert open_ == []
