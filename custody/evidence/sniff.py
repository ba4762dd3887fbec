"""What a file is, told from its first bytes alone; its name and what the sender says are not asked."""

from __future__ import annotations

HEAD_BYTES = 16
OTHER = "application/octet-stream"
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    OTHER: ".bin",
}
"""Of a file that is given out; its own name was never kept."""


def media_type(head: bytes) -> str:
    """Return the media type of what can be drawn; anything else is "application/octet-stream"."""
    return next((found for start, found in _STARTS if head.startswith(start)), OTHER)
