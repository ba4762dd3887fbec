"""The tick sheet of a random sample: what was drawn, on paper, with room to tick how each copy is found.

Made from the rows each time it is asked for; the numbers on it are those that the entry of the draw tells.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from custody import models as m
from custody import record, regimes
from custody.policy.regime import Level
from custody.reports import register_pages
from custody.reports.names import both
from custody.reports.register_pages import Row, Sheet
from custody.terms import Text

from .base import ActionError
from .register_prints import site_level

TITLE = Text("Tick sheet of a random sample", "随机抽样查验单")
_BOX = "□"
_COLUMNS: tuple[tuple[Text, float], ...] = (
    (Text("Copy number", "副本编号"), 1.5),
    (Text("Item, copy, level", "成果、份号、密级"), 2.2),
    (Text("Where, by the record", "账载存放处"), 2.2),
    (Text("With whom, by the record", "账载保管人"), 2.4),
    (Text("Seen", "已见"), 0.6),
    (Text("Not seen", "未见"), 0.6),
    (Text("Differs", "不符"), 0.6),
    (Text("Note", "备注"), 2.6),
)
_ANYWHERE = Text("not recorded", "未登记")


def pdf(row: m.Sample, language: str) -> bytes:
    """Return the tick sheet as a PDF. Raises ActionError before the draw, and for an unknown language."""
    if language not in register_pages.LANGUAGES:
        raise ActionError(Text("Choose one of the languages.", "请选择语言。"), "language")
    if row.ledger_size is None:
        raise ActionError(Text("This sample is not drawn yet.", "该样本尚未抽取。"))
    content, _pages = register_pages.draw(_sheet(row, language))
    return content


def _sheet(row: m.Sample, language: str) -> Sheet:
    here = m.Site.objects.select_related("system").first()
    pack = regimes.pack(row.project.regime)
    ranks = {level.id: level for level in pack.levels}
    lines = list(row.lines.select_related("copy__item", "party", "person", "system").order_by("position"))
    levels = [ranks[line.copy.item.level] for line in lines if line.copy.item.level in ranks]
    highest = max(levels, key=lambda level: level.rank).label.text if levels else register_pages.NO_LEVEL
    drawn = record.naming(str(row.id), ["sample.drawn/1"])[0]
    place = record.places_of([drawn.id]).get(drawn.id)
    return Sheet(
        title=TITLE,
        number=row.number,
        address=settings.SITE_URL + reverse("sample", args=[row.id]),
        columns=_COLUMNS,
        rows=[_row(line, ranks) for line in lines],
        facts=(
            (Text("Project", "项目"), f"{row.project.code}  {row.project.title}"),
            (Text("Unit", "单位"), both(row.project.owner_party.name, row.project.owner_party.other_name)),
            (Text("Authority", "监管机关"), both(row.authority.name, row.authority.other_name)),
            (Text("Drawn", "抽取"), f"{row.drawn_on} · {len(lines)} / {row.population}"),
            (Text("Word", "密语"), row.word),
            (Text("Root of the checkpoint", "检查点根哈希"), row.root),
        ),
        size=row.ledger_size or 0 if place is None else place + 1,  # where they are is told by the draw
        origin=here.origin if here else "-",
        made_at=drawn.at,
        language=language,
        highest=highest,
        level=site_level(here, row.project),
        demo=bool(settings.DEMO or (here and here.demo)),
        author=here.name if here else "Holdfast",
    )


def _row(line: m.SampleLine, levels: Mapping[str, Level]) -> Row:
    item = line.copy.item
    called = levels[item.level].label.text if item.level in levels else Text(item.level, item.level)
    return Row(
        (
            (line.code,),
            (f"{item.codename} / {line.copy.number}", called),
            (line.system.name if line.system else _ANYWHERE,),
            (both(line.party.name, line.party.other_name), line.person.name if line.person else ""),
            (_BOX,),
            (_BOX,),
            (_BOX,),
            ("",),
        )
    )
