"""Draws the pages of one file as images: run as a program of its own, never imported by the product.

    python -I draw_worker.py MEDIA_TYPE    the file on standard input, records on standard output

A record is a letter, a length of four bytes and so many bytes: W names the walls that stand, L and S are one
page large and small as PNG, Q what its QR codes say, N is how many pages the file has, F a word for why it
could not be drawn. The libraries that read the file are loaded first; then the process gives up what it does
not need, and only then reads a byte of the file. A process that took over the libraries could spoil its own
images and codes, and nothing else.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import platform
import resource
import struct
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

MOST_PAGES = 20
MOST_PIXELS = 40_000_000
MOST_CODES, LONGEST = 8, 300
LARGE, SMALL = (1600, 2264), (320, 453)
CPU_SECONDS, MEMORY_BYTES, OUTPUT_BYTES = 40, 1_500_000_000, 96_000_000
NOBODY = 65534

_NO_NEW_PRIVS, _SET_SECCOMP, _DEATH_SIGNAL, _FILTER = 38, 22, 1, 2
_NEW_NET, _NEW_USER = 0x40000000, 0x10000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # refuse: with EPERM
_KILL = 0x80000000
# Opening, connecting, starting, tracing, signalling others, and the doors to what the kernel grew later.
_DENIED = {
    "x86_64": (
        0xC000003E,
        (2, 41, 42, 43, 44, 46, 49, 50, 53, 56, 57, 58, 59, 62, 82, 83, 84, 85, 86, 87, 88, 90,
         92, 101, 129, 155, 161, 165, 175, 200, 234, 248, 249, 250, 257, 258, 263, 264, 265, 266,
         272, 288, 298, 303, 304, 308, 310, 311, 313, 316, 321, 322, 323, 425, 426, 427, 428, 429,
         430, 434, 435, 437, 438),
    ),
    "aarch64": (
        0xC00000B7,
        (33, 34, 35, 36, 37, 38, 39, 40, 51, 53, 54, 56, 97, 105, 117, 129, 130, 131, 138, 198,
         199, 200, 201, 202, 203, 206, 211, 217, 218, 219, 220, 221, 240, 241, 242, 264, 265, 268,
         270, 271, 273, 276, 280, 281, 282, 425, 426, 427, 428, 429, 430, 434, 435, 437, 438),
    ),
}  # fmt: skip


class _UndrawableError(Exception):
    """Why a file cannot be drawn, as one word."""


def main() -> None:
    """Give up what is not needed, read the file, write its pages."""
    _limit()
    import pypdfium2
    import zxingcpp
    from PIL import Image, ImageFile

    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("ignore")
    Image.new("RGB", (1, 1)).save(io.BytesIO(), "PNG")  # loads what is only loaded with the first image
    walls = _shut()
    _write(b"W", " ".join(walls).encode())
    if "seccomp" not in walls and "network" not in walls:
        _write(b"F", b"no_sandbox")
        return
    try:
        data = sys.stdin.buffer.read()
        pages = _pdf(pypdfium2, data) if sys.argv[1] == "application/pdf" else _images(Image, data)
        for image in pages:
            for letter, box in ((b"L", LARGE), (b"S", SMALL)):
                _write(letter, _png(image, box))
            _write(b"Q", _codes(zxingcpp, image))
    except _UndrawableError as error:
        _write(b"F", str(error).encode())
    except MemoryError:
        _write(b"F", b"too_much")
    except Image.DecompressionBombError:
        _write(b"F", b"too_many_pixels")
    except Exception:  # whatever a hostile file makes a library say, it is not told on
        _write(b"F", b"malformed")


def _pdf(pypdfium2: Any, data: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _UndrawableError("password" if "assword" in str(error) else "malformed") from error
    count = len(document)
    if count == 0:
        raise _UndrawableError("empty")
    _write(b"N", str(count).encode())
    for number in range(min(count, MOST_PAGES)):
        page = document[number]
        width, height = page.get_size()
        if not (0 < width < 1e6 and 0 < height < 1e6):
            raise _UndrawableError("malformed")
        scale = min(LARGE[0] / width, LARGE[1] / height)
        if width * scale < 1 or height * scale < 1:
            raise _UndrawableError("malformed")
        yield page.render(scale=scale, may_draw_forms=False, rev_byteorder=True).to_pil().convert("RGB")
        page.close()


def _images(pillow: Any, data: bytes) -> Iterator[Any]:
    kinds = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
    image = pillow.open(io.BytesIO(data), formats=[kinds[sys.argv[1]]])
    count = int(getattr(image, "n_frames", 1)) if sys.argv[1] == "image/tiff" else 1
    _write(b"N", str(count).encode())
    for number in range(min(count, MOST_PAGES)):
        if number:
            image.seek(number)
        if image.width * image.height > MOST_PIXELS:
            raise _UndrawableError("too_many_pixels")
        yield _upright(pillow, image)


def _upright(pillow: Any, image: Any) -> Any:
    """Return an image as it is meant to be seen, on white, small enough to be kept."""
    turned = {3: 180, 6: 270, 8: 90}.get(image.getexif().get(0x0112, 1), 0)
    if image.mode in ("I;16", "I;16B", "I", "F"):
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        seen.thumbnail(LARGE)
        white = pillow.new("RGBA", seen.size, "white")
        white.alpha_composite(seen)
        image = white
    seen = image.convert("RGB")
    if turned:
        seen = seen.rotate(turned, expand=True)
    seen.thumbnail(LARGE)
    return seen


def _png(image: Any, box: tuple[int, int]) -> bytes:
    """Return the image as a PNG of our own making: pixels alone, none of what came with them."""
    seen = image.copy()
    seen.info = {}
    seen.thumbnail(box)
    out = io.BytesIO()
    seen.save(out, "PNG")
    return out.getvalue()


def _codes(zxingcpp: Any, image: Any) -> bytes:
    """Return what the first QR codes of a page say, as JSON."""
    grey = memoryview(image.convert("L").tobytes()).cast("B", (image.height, image.width))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return json.dumps([code.text[:LONGEST] for code in found if code.valid][:MOST_CODES]).encode()


def _write(letter: bytes, data: bytes) -> None:
    sys.stdout.buffer.write(letter + struct.pack(">I", len(data)) + data)
    sys.stdout.buffer.flush()


# --- walls ---


def _limit() -> None:
    """Bound what this process may take, before anything is loaded."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            # The soft limit of time ends it with a signal that says so; the hard one is a little later.
            resource.setrlimit(what, (most, most + 2 if what == resource.RLIMIT_CPU else most))


def _shut() -> list[str]:
    """Give up network, files and other processes as far as this system lets us; return what stands."""
    standing = []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DEATH_SIGNAL, 9, 0, 0, 0)
    if libc.unshare(_NEW_NET if os.geteuid() == 0 else _NEW_NET | _NEW_USER) == 0:
        standing.append("network")
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        standing.append("nobody")
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _filter(libc):
        standing.append("seccomp")
    return standing


def _filter(libc: Any) -> bool:
    """Have the kernel refuse every call of the list, and any call of another architecture."""
    known = _DENIED.get(platform.machine())
    if known is None:
        return False
    arch, calls = known
    steps = [
        _step(0x20, 0, 0, 4),  # load the architecture
        _step(0x15, 1, 0, arch),
        _step(0x06, 0, 0, _KILL),
        _step(0x20, 0, 0, 0),  # load the number of the call
        *([_step(0x35, 0, 1, 0x40000000), _step(0x06, 0, 0, _REFUSE)] if arch == 0xC000003E else []),  # x32
    ]
    for call in calls:
        steps += [_step(0x15, 0, 1, call), _step(0x06, 0, 0, _REFUSE)]
    steps.append(_step(0x06, 0, 0, _ALLOW))
    program = ctypes.create_string_buffer(b"".join(steps))
    head = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(head), 0, 0) == 0)


def _step(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


if __name__ == "__main__":
    main()
