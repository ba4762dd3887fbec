"""How much a test tries: a seeded sample, or with HOLDFAST_FULL=1 the full figure of `.ci/nightly`."""

from __future__ import annotations

import os

FULL = os.environ.get("HOLDFAST_FULL") == "1"


def tries(sample: int, full: int) -> int:
    """Return how many rounds or changes to try in this run."""
    return full if FULL else sample
