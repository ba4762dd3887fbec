"""What QR codes say that a picture shows (ISO/IEC 18004)."""

from __future__ import annotations

import zxingcpp

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LONGEST = 300
"""Signs of one code; a longer one is none of ours and is left out."""


def texts(grey: bytes, width: int) -> list[str]:
    """Return what each QR code in a picture says, which is given as one byte of brightness a pixel, row by
    row. Raises ValueError where the bytes are no whole rows."""
    if not grey or width < 1 or len(grey) % width:
        raise ValueError("not whole rows of pixels")
    picture = memoryview(grey).cast("B", (len(grey) // width, width))
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    said = (code.text for code in found if code.valid)
    return list(dict.fromkeys(text for text in said if 0 < len(text) <= LONGEST))
