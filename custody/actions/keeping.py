"""The keeping period of a regime: until its end an erasure is refused.

It counts from the last entry of a project that names whom or what the erasure is about: as who acted, in any
field, or by the facts of a decision. The recorded time counts, not the time that somebody stated. The regime
is the project's, in the version that Holdfast has now: a law that came later binds too.

- A value that stands in a project's stream is kept by that project's regime.
- A value that belongs to no project, such as a person's name, is kept by the strictest regime of all
  projects that name its person or party.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from custody import models as m
from custody import regimes
from custody.policy.keeping import binding, first_free_day
from custody.policy.regime import Keeping, Pack
from custody.terms import BasisStatus, Text

from .base import ActionError
from .reading import Reading


@dataclass(frozen=True, slots=True)
class Kept:
    """A period that runs: for which project, by which regime, since and until when."""

    project: str
    code: str
    pack: Pack
    keeping: Keeping
    since: dt.date
    free: dt.date | None
    """The first day on which nothing need be kept; None: the regime names no end."""

    @property
    def basis(self) -> Text:
        """Return what the period rests on: source, article, and whether that was checked."""
        each = [
            Text(
                f"{c.source.en} {c.article.en if c.article else ''}".strip()
                + (f" ({c.status.text.en.lower()})" if c.status is not BasisStatus.VERIFIED else ""),
                f"{c.source.zh}{c.article.zh if c.article else ''}"
                + (f"（{c.status.text.zh}）" if c.status is not BasisStatus.VERIFIED else ""),
            )
            for c in self.keeping.cite
        ]
        return Text("; ".join(t.en for t in each), "；".join(t.zh for t in each))

    @property
    def told(self) -> Text:
        """Return why nothing is erased, and from which day on it may be."""
        regime, basis, years = self.pack.label, self.basis, self.keeping.years
        en = f"Project {self.code} is under {regime.en}, and last named this on {self.since}. "
        zh = f"项目{self.code}适用{regime.zh}，最后一次提及该内容的日期为{self.since}。"
        if self.free is None:
            return Text(
                f"{en}Its records must be kept, and no end is named: {basis.en}. Nothing was erased.",
                f"{zh}依规定其记录须长期保存，未规定终止时间：{basis.zh}。未作任何删除。",
            )
        return Text(
            f"{en}Its records must be kept for {years} years from then: {basis.en}. "
            f"The earliest day on which this may be erased is {self.free}. Nothing was erased.",
            f"{zh}依规定其记录须自该日起保存{years}年：{basis.zh}。"
            f"最早可删除日期为{self.free}。未作任何删除。",
        )


def running(reading: Reading, now: dt.datetime, project: str | None = None) -> Kept | None:
    """Return the period that runs longest, of one project or of all that name whom it is about; else None.

    Raises ActionError for a project whose regime is not known here, for then nobody can tell.
    """
    found = []
    for id, at in reading.named.items():
        if project is None or id == project:
            kept = _kept(reading, id, at)
            if kept and (kept.free is None or regimes.today(kept.pack.id, now) < kept.free):
                found.append(kept)
    return max(found, key=lambda kept: kept.free or dt.date.max, default=None)


def _kept(reading: Reading, id: str, at: dt.datetime) -> Kept | None:
    row = reading.now.rows[m.Project].get(id)
    if row is None:
        raise _unknown(id)
    try:
        pack = regimes.pack(row["regime"])
    except KeyError:
        raise _unknown(row["code"]) from None
    keeping = binding(pack, row["level"])
    if keeping is None:
        return None
    since = regimes.today(pack.id, at)
    return Kept(id, row["code"], pack, keeping, since, first_free_day(keeping, since))


def _unknown(project: str) -> ActionError:
    return ActionError(
        Text(
            en=f"The regime of project {project} is not known here, so nobody can tell how long its records "
            "must be kept. Nothing was erased.",
            zh=f"无法识别项目{project}适用的规则包，不能判定其记录的保存期限。未作任何删除。",
        )
    )
