"""Page images come from a process apart, which is trusted with nothing and always comes to an end."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from custody.evidence import draw_worker
from custody.evidence.drawing import DRAWN, WORKER, Drawn, _read, draw

from .made import image, pdf


def seen(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"])


def test_the_first_twenty_pages_are_drawn_and_all_are_counted() -> None:
    drawn = draw([pdf(23)], "application/pdf")
    assert (len(drawn.pages), drawn.count, drawn.failure) == (20, 23, "")
    large, small = (seen(png) for png in drawn.pages[0])
    assert large.size == (1600, 2264) and small.size == (320, 453)
    assert large.convert("L").resize((16, 16)).tobytes() != b"\xff" * 256  # something is written there


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")]
)
def test_scans_are_drawn_and_written_anew_without_what_came_with_them(kind: str, media_type: str) -> None:
    given = image(kind, (3000, 2000), color="red", comment=b"taken by Lin Mei")
    drawn = draw([given], media_type)
    assert drawn.failure == "" and drawn.count == 1
    large, small = drawn.pages[0]
    assert seen(large).size == (1600, 1067) and seen(small).size == (320, 213)
    assert seen(large).getpixel((5, 5))[0] > 240  # type: ignore[index]
    assert b"Lin Mei" not in large and seen(large).info == {}


def test_a_scan_of_several_pages_and_one_that_lets_through_are_drawn() -> None:
    out = io.BytesIO()
    pages = [Image.new("L", (600, 800), shade) for shade in (0, 255, 90)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    drawn = draw([out.getvalue()], "image/tiff")
    assert [seen(large).getpixel((9, 9)) for large, _ in drawn.pages] == [(0,) * 3, (255,) * 3, (90,) * 3]
    through = draw([image("PNG", mode="RGBA", color=(0, 0, 0, 0))], "image/png")
    assert seen(through.pages[0][0]).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "media_type", "why"),
    [
        (b"", "application/pdf", "malformed"),
        (b"%PDF-1.7 and nothing", "application/pdf", "malformed"),
        (pdf()[:600], "application/pdf", "malformed"),
        (image("PNG")[:200], "image/png", "malformed"),
        (image("JPEG"), "image/png", "malformed"),
        (pdf(size=(1e-3, 5000)), "application/pdf", "malformed"),
        (image("PNG", (20_000, 20_000), "L"), "image/png", "too_many_pixels"),
        (image("TIFF", (7000, 7000), "1"), "image/tiff", "too_many_pixels"),
        (b"PK\x03\x04", "application/octet-stream", "no_picture"),
        (b"<svg/>", "image/svg+xml", "no_picture"),
    ],
)
def test_what_cannot_be_drawn_says_why(data: bytes, media_type: str, why: str) -> None:
    assert draw([data], media_type).failure == why


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    import pikepdf

    locked = tmp_path / "locked.pdf"
    with pikepdf.open(io.BytesIO(pdf())) as plain:
        plain.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert draw([locked.read_bytes()], "application/pdf").failure == "password"


def test_a_page_of_monstrous_size_is_drawn_small() -> None:
    drawn = draw([pdf(size=(14_000, 14_000))], "application/pdf")
    assert seen(drawn.pages[0][0]).size == (1600, 1600)


def test_one_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    assert draw([pdf(20)], "application/pdf", seconds=0.05).failure == "too_slow"
    assert time.monotonic() - began < 5


def test_changed_files_come_to_an_end_and_break_nothing() -> None:
    chosen = random.Random(11)
    for media_type, whole in (
        ("application/pdf", pdf(2)),
        ("image/png", image()),
        ("image/tiff", image("TIFF")),
    ):
        for _ in range(8):
            changed = bytearray(whole)
            for _ in range(chosen.randrange(1, 30)):
                changed[chosen.randrange(8, len(changed))] = chosen.randrange(256)
            drawn = draw([bytes(changed)], media_type)
            assert bool(drawn.pages) != bool(drawn.failure)


_PROBE = """
import importlib.util, json, os, resource, socket, sys
spec = importlib.util.spec_from_file_location("worker", sys.argv[1])
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
worker._limit()
walls = worker._shut()
found = {"walls": walls, "environ": sorted(os.environ), "open": [n for n in range(64) if n not in (0, 1, 2)
         and os.path.lexists(f"/proc/self/fd/{n}")]}
def tried(name, act):
    try:
        act()
        found[name] = "done"
    except OSError as error:
        found[name] = "refused"
tried("socket", lambda: socket.socket())
tried("read", lambda: os.open("/etc/hostname", os.O_RDONLY))
tried("write", lambda: os.open("/tmp/holdfast-probe", os.O_WRONLY | os.O_CREAT))
tried("fork", os.fork)
tried("start", lambda: os.execv("/bin/true", ["true"]))
tried("signal", lambda: os.kill(os.getppid(), 0))
print(json.dumps(found))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="walls of Linux")
def test_the_process_that_reads_a_file_has_no_network_no_files_no_children_and_no_secrets() -> None:
    import json

    told = subprocess.run(
        [sys.executable, "-I", "-c", _PROBE, str(WORKER)],
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    found = json.loads(told.stdout)
    assert "seccomp" in found["walls"]
    assert {
        name: found[name] for name in ("socket", "read", "write", "fork", "start", "signal")
    } == dict.fromkeys(("socket", "read", "write", "fork", "start", "signal"), "refused")
    assert found["open"] == [] and set(found["environ"]) <= {"LANG", "LC_CTYPE"}
    if os.geteuid() == 0:
        assert "nobody" in found["walls"]


def test_no_sandbox_no_picture() -> None:
    said = b"W\0\0\0\0" + b"F\0\0\0\x0ano_sandbox"
    assert _read(said, 0) == Drawn(failure="no_sandbox")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"L\xff\xff\xff\xff",
        b"N\0\0\0\x011" + b"L\0\0\0\x04abcd",
        b"X\0\0\0\x01x",
        b"N\0\0\0\x011",
        b"N\0\0\0\x10" + b"9" * 16,
    ],
)
def test_what_a_taken_over_process_writes_is_read_as_a_strangers(said: bytes) -> None:
    assert _read(said, 0).failure == "malformed"
    assert _read(said, 0).pages == ()


def test_an_image_larger_than_was_asked_for_is_not_taken() -> None:
    def record(letter: bytes, data: bytes) -> bytes:
        return letter + len(data).to_bytes(4, "big") + data

    fits = record(b"L", image("PNG", draw_worker.LARGE)) + record(b"S", image("PNG", draw_worker.SMALL))
    assert _read(record(b"N", b"1") + fits + record(b"Q", b"[]"), 0).failure == ""
    for lie in (
        b"",
        b"{}",
        b"[1]",
        b"[" * 90_000,
        b'["' + b"x" * 301 + b'"]',
        b'["x",' * 8 + b'"x"]',
        b"\xff",
    ):
        assert _read(record(b"N", b"1") + fits + record(b"Q", lie), 0).failure == "malformed", lie[:9]
    assert _read(record(b"N", b"1") + fits, -9).failure == "malformed"
    larger = record(b"L", image("PNG", (5000, 10))) + record(b"S", image("PNG", draw_worker.SMALL))
    assert _read(record(b"N", b"1") + larger, 0).failure == "malformed"


def test_every_type_that_is_drawn_is_one_that_is_told_from_bytes() -> None:
    from custody.evidence.sniff import SUFFIXES

    assert set(SUFFIXES) > DRAWN
