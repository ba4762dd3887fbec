"""How an item is classified, what it was made from, and the review of its level.

What is not known stays so, and rules CLS-01 and CLS-02 hold copies back until it is determined
(:mod:`custody.actions.classifying`). What is determined is judged by no rule: it says what is so, and
whatever is done next is judged by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import project as project_events
from custody.policy.calendar import months_later
from custody.terms import BasisKind, Marking, ReviewOutcome, Subject, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .correcting import Alteration, needed, save_changed
from .entered import entered

MOST_SOURCES = 200
MOST_YEARS = 200
MOST_KM2 = Decimal(600000000)
"""More than the surface of the earth is no area of an item."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What is recorded of an item beside codename, level and hash; None and an empty text: not known.

    ``classified_by`` is a party, ``until`` the last day, ``years`` another way to give it, counted from
    ``issued_on``. ``sources`` are items of the same project; none when it was made from none. ``area_km2`` is
    the ground that it shows, in square kilometres, up to four decimals. ``subjects``: what it tells of that
    makes it sensitive.
    """

    basis_kind: BasisKind | None = None
    basis: str = ""
    classified_by: UUID | None = None
    issued_on: dt.date | None = None
    until: dt.date | None = None
    release_condition: str = ""
    marking: Marking | None = None
    marking_how: str = ""
    sources: Sequence[UUID] | None = None
    certificate_number: str = ""
    certificate_on: dt.date | None = None
    certificate_authority: str = ""
    area_km2: Decimal | None = None
    years: int | None = None
    subjects: Sequence[Subject] = ()

    @classmethod
    def of(cls, row: m.Item) -> Classification:
        """Return what is recorded of an item."""
        found = {name: getattr(row, column) for name, column in COLUMNS.items()}
        if found["sources"] is not None:
            found["sources"] = [UUID(id) for id in found["sources"]]
        found["subjects"] = [Subject(word) for word in found["subjects"]]
        return cls(**found)

    def columns(self) -> dict[str, Any]:
        """Return it by the columns of the table, sources as text in order."""
        found = {column: getattr(self, name) for name, column in COLUMNS.items()}
        if self.sources is not None:
            found["sources"] = sorted(str(id) for id in self.sources)
        found["subjects"] = sorted({str(word) for word in self.subjects})
        return found


COLUMNS = {
    f.name: "classified_by_id" if f.name == "classified_by" else f.name
    for f in fields(Classification)
    if f.name != "years"
}
"""Field of a classification -> column of an item."""


def settled(given: Classification, today: dt.date) -> Classification:
    """Return a classification with its last day worked out and all of it checked by itself.

    Raises ActionError for a period that ends before it begins or is told twice, days that have not come, a
    certificate that is not whole, and a marking of which only the place is told.
    """
    reached(given.issued_on, today, "issued_on")
    reached(given.certificate_on, today, "certificate_on")
    if given.years is not None:
        given = replace(given, until=_last_day(given), years=None)
    if given.until and given.issued_on and given.until < given.issued_on:
        raise ActionError(Text("The last day is before the day of issue.", "截止日期早于制发日期。"), "until")
    paper = (given.certificate_number.strip(), given.certificate_on, given.certificate_authority.strip())
    if any(paper) and not all(paper):
        about = ("certificate_number", "certificate_on", "certificate_authority")
        raise ActionError(
            Text(
                "A processing certificate has a number, a day and an authority. Give all three, or none.",
                "保密技术处理证明须有编号、日期和出具机关，请全部填写或全部留空。",
            ),
            about[[bool(part) for part in paper].index(False)],
        )
    if given.area_km2 is not None:
        km2 = round(given.area_km2, 4) if given.area_km2.is_finite() else Decimal(0)
        if not 0 < km2 <= MOST_KM2:
            raise ActionError(
                Text(
                    f"Give an area above 0 and up to {MOST_KM2} km².",
                    f"请填写大于0且不超过{MOST_KM2}平方公里的面积。",
                ),
                "area_km2",
            )
        given = replace(given, area_km2=km2)
    if given.marking_how.strip() and given.marking is not Marking.MARKED:
        raise ActionError(
            Text(
                "You say how it is marked. Say that it is marked too.",
                "已填写标志方式，请同时注明已标志。",
            ),
            "marking",
        )
    return given


def _last_day(given: Classification) -> dt.date:
    if given.until is not None:
        raise ActionError(
            Text("Give the last day or the years, not both.", "截止日期和年数只填一项。"), "years"
        )
    if given.issued_on is None:
        raise ActionError(
            Text("Years run from the day of issue. Give it.", "保密期限自制发之日起计算，请填写制发日期。"),
            "issued_on",
        )
    if not 1 <= (given.years or 0) <= MOST_YEARS:
        raise ActionError(Text("Give 1 to 200 years.", "请填写1至200年。"), "years")
    try:
        return months_later(given.issued_on, 12 * (given.years or 0))
    except ValueError as error:
        raise ActionError(Text("This day is too far ahead.", "该日期过于久远。"), "years") from error


def check_named(project: UUID, item: UUID | None, given: Classification) -> None:
    """Raise ActionError for a party that is not registered, for sources that are no items of the project, and
    for those that the item itself stands behind.

    The caller holds the project, so that no item of it changes meanwhile.
    """
    if given.classified_by and not m.Party.objects.filter(id=given.classified_by).exists():
        raise ActionError(
            Text("This is not registered. Choose from the list.", "该项未登记，请从列表中选择。"),
            "classified_by",
        )
    sources = given.sources
    if not sources:
        return
    if len(set(sources)) < len(sources) or len(sources) > MOST_SOURCES:
        raise ActionError(
            Text("Name each source once, 200 at most.", "每项来源只列一次，最多200项。"), "sources"
        )
    made_from = {
        row_id: {UUID(id) for id in above or ()}
        for row_id, above in m.Item.objects.filter(project=project).values_list("id", "sources")
    }
    if not set(sources) <= made_from.keys():
        raise ActionError(
            Text(
                "A source is not an item of this project. Register it here first.",
                "来源不是本项目的成果，请先在本项目登记。",
            ),
            "sources",
        )
    behind, ahead = set(sources), list(sources)
    while ahead:
        found = made_from.get(ahead.pop(), set()) - behind
        behind |= found
        ahead += found
    if item in behind:
        raise ActionError(
            Text(
                "An item cannot be made from itself, nor from what was made from it.",
                "成果不能以自身或自身的派生成果为来源。",
            ),
            "sources",
        )


@entered(m.Item)
def review(actor: Actor, *, item: UUID, reviewed_on: dt.date, outcome: ReviewOutcome, reason: str) -> Outcome:
    """Record that the level of an item was looked at again: kept, or to be changed (rule CLS-04).

    Raises ActionError for a day that has not come or lies before the review that is recorded, and for a
    review that is recorded already.
    """
    found = m.Item.objects.select_related("project").get(id=item)
    project = found.project
    actor.require("item.review", owner=project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        reached(reviewed_on, regimes.today(project.regime, act.now), "reviewed_on")
        locking.update("project", [project.id])
        row = m.Item.objects.get(id=item)
        act.unchanged(row)
        if row.reviewed_on and reviewed_on < row.reviewed_on:
            raise ActionError(
                Text(
                    en=f"A later review, of {row.reviewed_on}, is recorded.",
                    zh=f"已登记更晚的审核（{row.reviewed_on}）。",
                ),
                "reviewed_on",
            )
        given = {"reviewed_on": reviewed_on, "review_outcome": outcome}
        if all(getattr(row, name) == value for name, value in given.items()):
            raise ActionError(Text("This review is recorded already.", "该次审核已登记。"), "reviewed_on")
        changed = Alteration.of(row, given)
        event = project_events.ItemReviewed(
            item=str(item),
            project=str(project.id),
            codename=row.codename,
            corrects=str(row.entry),
            reviewed_on=reviewed_on.isoformat(),
            outcome=str(outcome),
            reason=reason,
            changed=changed.names,
            old=changed.old,
            new=changed.new,
        )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id)
        return save_changed(act, row, changed, entry, reason, new=given)

    return perform(actor, work, verb="item.review")
