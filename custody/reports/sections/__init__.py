"""The sections of a report, one file each: a function from the account to blocks, with order and title.

Every file of this folder is loaded; a new section is one file, and a line in `custody.reports.kinds` for each
kind of report in which it stands. A section that has nothing to say returns no
blocks and is left out with its title, unless its silence would be misread: then it says that there is none.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from custody.reports.account import Account
from custody.reports.blocks import Block, Heading
from custody.terms import Text

Body = Callable[[Account], Sequence[Block]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report. Lower orders come first; the cover has no title of its own."""

    name: str
    """That of its file, by which a kind of report chooses it."""
    order: int
    title: Text | None
    body: Body

    def blocks(self, account: Account) -> list[Block]:
        """Return the section as printed, its title before it."""
        body = list(self.body(account))
        if body and self.title:
            return [Heading(self.title), *body]
        return body


_SECTIONS: dict[int, Section] = {}


def section(order: int, title: Text | None = None) -> Callable[[Body], Body]:
    """Publish a section. Raises ValueError for an order that is taken."""

    def publish(body: Body) -> Body:
        if order in _SECTIONS:
            raise ValueError(f"two sections have the order {order}")
        _SECTIONS[order] = Section(body.__module__.rpartition(".")[2], order, title, body)
        return body

    return publish


def all_sections() -> list[Section]:
    """Return every section in its order."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return [_SECTIONS[order] for order in sorted(_SECTIONS)]
