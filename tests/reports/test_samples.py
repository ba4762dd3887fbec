"""A report tells of the random samples of its project, and the verifier draws each of them again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from custody import verify
from custody.actions import samples
from custody.actions.samples import Seen
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import destruction, plays
from custody.terms import SampleFound
from custody.verify import wording as w
from custody.verify.found import Part, kind_of
from custody.verify.lots import lots
from ledger import trust
from ledger.tlog.verify import Verdict, verify_bundle
from tests.actions.scenes import done
from tests.actions.test_samples import WORD, asked, give
from tests.reports.made import _deliver, play, seal_all
from tests.reports.test_sections import blocks_of, spoken


def told_otherwise(judged: Verdict, kind: str, change: Callable[[dict[str, Any]], None]) -> Verdict:
    """Return a judged file in which the first entry of a kind says something else."""
    entries, changed = [], False
    for entry in judged.entries:
        if kind_of(entry) == kind and not changed:
            values: dict[str, Any] = {**entry.values}
            if isinstance(values.get("lines"), list):
                values["lines"] = [dict(line) for line in values["lines"]]
            change(values)
            entry, changed = replace(entry, values=values), True
        entries.append(entry)
    assert changed
    return replace(judged, entries=tuple(entries))


def drawn_again(judged: Verdict) -> list[tuple[str, str]]:
    part = Part("decisions", w.DECISIONS)
    lots(part, judged)
    return [(line.state, line.detail) for line in part.lines]


def test_the_section_tells_what_decided_and_what_was_found_and_no_other_draw_passes(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    project = play(committed_cast, "LH-LOT", plays.in_order)
    copies = people.make_copies(committed_cast, project, "LOT", 4)
    destruction.destroyed(committed_cast, project, copies[:1])
    give(committed_cast, project)
    jing = committed_cast.actor("jing")
    row = asked(committed_cast, project, count=2)
    lost = asked(committed_cast, project, word="another word that was lost")
    done(samples.withdraw(jing, sample=lost.id, reason="Lost 遗失"))
    people.make_copies(committed_cast, project, "LATER", 1)
    seal_all()
    row = done(samples.draw(jing, sample=row.id, word=WORD))
    first, second = row.lines.order_by("position")
    seen = [Seen(first.id, SampleFound.SEEN), Seen(second.id, SampleFound.DIFFERS, "Torn 破损")]
    done(samples.enter(jing, sample=row.id, seen=seen))
    made = _deliver(committed_cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any("1 random samples" in line.text.en for line in verdict.lines)
    judged = verify_bundle(made.evidence, trust.load(folder))
    account = Account.of(judged, made.report)
    assert not account.oddities
    words = spoken(blocks_of(account, 94))
    for told in (
        row.number, lost.number, "Lost 遗失", WORD, row.root, first.code, second.code, "Torn 破损",
        f"2 of {row.population} copies", "Withdrawn before it was drawn", "陈静 Chen Jing",
        "Seen, differs otherwise",
    ):  # fmt: skip
        assert told in words, told
    assert "name not in this evidence" not in words, "the authority is named"
    assert "随机" in spoken(blocks_of(account, 94), "zh")

    assert drawn_again(judged) == [("ok", "")]
    swapped = told_otherwise(judged, "sample.drawn", lambda v: v["lines"].reverse())
    assert drawn_again(swapped) == [("bad", "drawn")]
    liked = next(copy.code for copy in copies[1:] if copy.code not in (first.code, second.code))
    chosen = told_otherwise(judged, "sample.drawn", lambda v: v["lines"][0].update(code=liked))
    assert drawn_again(chosen) == [("bad", "drawn")]
    fewer = told_otherwise(judged, "sample.drawn", lambda v: v["lines"].pop())
    assert drawn_again(fewer) == [("bad", "drawn")]
    other = told_otherwise(judged, "sample.drawn", lambda v: v.update(word="the word that draws what I like"))
    assert ("bad", "word") in drawn_again(other)
    at = judged.trusted
    assert at is not None
    ahead = told_otherwise(
        judged, "sample.drawn", lambda v: v.update(ledger_size=at.checkpoint.size, root="0" * 64)
    )
    assert ("bad", "root") in drawn_again(ahead)
    hidden = told_otherwise(judged, "sample.asked", lambda v: v.update(population=1))
    assert drawn_again(hidden) == [("bad", "population")]
    unasked = told_otherwise(judged, "sample.drawn", lambda v: v.update(asked=str(first.id)))
    assert drawn_again(unasked) == [("bad", "asked")]
    back = told_otherwise(judged, "destruction.recorded", lambda v: v.update(copies=[]))
    assert drawn_again(back) == [("bad", "population")], "what was destroyed is not drawn from"
