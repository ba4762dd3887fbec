"""What is said of pages that the verifier does not print itself: by which version, and what that means."""

from __future__ import annotations

from custody.reports.attachments import printed_by
from custody.reports.revision import adds_a_seal_alone
from custody.version import VERSION

from . import wording as w
from .found import Part, printable

LONGEST = 60
"""Letters of what a file says of its program."""


def compare(part: Part, pdf: bytes, body: bytes, *, genuine: bool = True) -> None:
    """Add whether a sealed file shows the pages that this verifier prints. Of a seal that is not `genuine`
    enough was said."""
    if not pdf.startswith(body):
        others(part, pdf)
    elif not genuine or adds_a_seal_alone(pdf, body):
        part.add("ok", w.PAGES_SAME)
    else:
        part.add("bad", w.PAGES_OVERLAID)


def others(part: Part, pdf: bytes) -> None:
    """Add that the pages are other ones, with the program that the file names and our own. A file says of
    itself what it likes, so neither sentence acquits it."""
    own, said = f"Holdfast {VERSION}", printable(printed_by(pdf))[:LONGEST]
    if said == own:
        part.add("unknown", w.PAGES_ALTERED, own=own)
    else:
        part.add("unknown", w.PAGES_OTHER, own=own, printed=said or w.NO_PROGRAM)
