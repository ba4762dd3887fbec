"""The acts on random samples: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from custody import lot, record
from custody import models as m
from custody.actions import samples
from custody.terms import SampleFound
from tests.web.scene import Scene

from .hostile import KINDS, Asks

WORD = "seven grey herons wait"
CHECKPOINT = (44, "5f" * 32)
"""Size and root of the checkpoint that stands in for one: what a test takes back is never sealed."""
KINDS["count of a sample"] = ("3", 0, -1, 201, 2.5, True, None, [], 10**30)
KINDS["word of a sample"] = (
    5,
    None,
    [],
    {},
    "",
    "short",
    "x" * 201,
    "another word of enough signs",
    "\0" * 20,
)
KINDS["lines"] = (5, "x", {}, [], [5], [{}], [None], [{"line": "x", "found": "seen"}])


def asked(scene: Scene) -> m.Sample:
    """Return a sample that Jing asked for."""
    row: m.Sample = samples.ask(
        scene.cast.actor("jing"), project=scene.project.id, count=2, word_sha256=lot.sealed(WORD)
    ).object
    return row


def drawn(scene: Scene) -> m.Sample:
    """Return one that was drawn."""
    with patch.object(record, "covering", return_value=CHECKPOINT):
        row: m.Sample = samples.draw(scene.cast.actor("jing"), sample=asked(scene).id, word=WORD).object
    return row


def entered(scene: Scene) -> m.Sample:
    """Return one of which each copy was seen."""
    row = drawn(scene)
    seen = [samples.Seen(line, SampleFound.SEEN) for line in row.lines.values_list("id", flat=True)]
    samples.enter(scene.cast.actor("jing"), sample=row.id, seen=seen)
    return m.Sample.objects.get(id=row.id)


def _entering(scene: Scene) -> Asks:
    row = drawn(scene)
    lines = [{"line": str(line.id), "found": "differs", "note": "Torn"} for line in row.lines.all()]
    return Asks("jing", f"samples/{row.id}/enter", {"lines": lines}, {"lines": "lines"})


def sampling(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts on random samples."""
    return {
        "ask for a sample": lambda: Asks(
            "jing", f"projects/{scene.project.id}/samples", {"count": 2, "word_sha256": "0" * 64},
            {"count": "count of a sample", "word_sha256": "hash"},
        ),
        "draw a sample": lambda: Asks(
            "jing", f"samples/{asked(scene).id}/draw", {"word": WORD}, {"word": "word of a sample"}
        ),
        "enter what was found": lambda: _entering(scene),
        "close a sample": lambda: Asks(
            "jing", f"samples/{entered(scene).id}/close", {"remark": "In order"}, {"remark": "maybe text?"}
        ),
        "withdraw a sample": lambda: Asks(
            "jing", f"samples/{asked(scene).id}/withdraw", {"reason": "Lost"}, {"reason": "text"}
        ),
    }  # fmt: skip
