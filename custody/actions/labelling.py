"""Labels for the copies of an item. Printing them changes no record, so nothing is entered."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from custody import models as m
from custody import regimes
from custody.policy.facts import Missing
from custody.reports import labels
from custody.terms import Text


def sheet(
    item: m.Item, copies: Iterable[m.Copy], *, stock: str, first: int = 1, language: str = "en"
) -> bytes:
    """Return a PDF of labels for copies of an item on one of :data:`labels.STOCKS`, from the ``first`` free
    place of the page. Raises KeyError for another stock, ValueError for what does not fit it."""
    of = m.Copy.objects.filter(item=item).count()
    level = _level(item).get(language)
    made = [
        labels.Label(
            copy.code,
            settings.SITE_URL + reverse("copy_scanned", args=[copy.code]),
            (level, _which(copy.number, of).get(language), item.codename),
        )
        for copy in copies
    ]
    return labels.draw(made, labels.STOCKS[stock], first, language)


def _which(number: int, of: int) -> Text:
    return Text(f"Copy {number} of {of}", f"第{number}份，共{of}份")


def _level(item: m.Item) -> Text:
    """Return a level as its regime calls it; one that the regime has no more stays as it is stored."""
    try:
        return regimes.pack(item.project.regime).level(item.level).label.text
    except (Missing, ValueError, KeyError):
        return Text(item.level, item.level)
