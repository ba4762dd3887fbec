"""Read the structure tree of a tagged PDF back, and every mark of its pages with the part it belongs to."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from tests.reports.reading import _unicode_of

DRAWS = {"Tj", "S", "f", "B", "f*", "B*", "b", "s", "Do", "sh"}


@dataclass
class Mark:
    """One drawing on a page: its text, the piece of the document or the artifact it is in, its language."""

    page: int
    text: str
    piece: int | None
    artifact: bool
    lang: str


@dataclass
class Part:
    """One element of the tree, with its pieces (page, number), links and parts in order."""

    kind: str
    node: Any
    parts: list[Part] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)

    def all(self) -> Iterator[Part]:
        yield self
        for part in self.parts:
            yield from part.all()


class Tagged:
    """A PDF with its marks and its tree."""

    def __init__(self, pdf: bytes) -> None:
        self.file = pikepdf.open(io.BytesIO(pdf))
        self.pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(self.file.pages)}
        self.marks = [m for number, page in enumerate(self.file.pages) for m in _marks(number, page)]
        self._texts: dict[tuple[int, int | None], str] = {}
        for mark in self.marks:
            place = mark.page, mark.piece
            self._texts[place] = self._texts.get(place, "") + mark.text
        tree = self.file.Root.StructTreeRoot
        (top,) = tree.K
        self.root = self._part(top, tree)

    def _part(self, node: Any, parent: Any) -> Part:
        assert node.P.objgen == parent.objgen
        made = Part(str(node.S)[1:], node)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array | list) else [kids]:
            if isinstance(kid, int):
                made.pieces.append((self.pages[node.Pg.objgen], int(kid)))
            elif kid.get("/Type") == pikepdf.Name.MCR:
                made.pieces.append((self.pages[kid.Pg.objgen], int(kid.MCID)))
            elif kid.get("/Type") == pikepdf.Name.OBJR:
                made.links.append(kid.Obj)
                assert kid.Obj.objgen in [a.objgen for a in self.file.pages[self.pages[kid.Pg.objgen]].Annots]
            else:
                made.parts.append(self._part(kid, node))
        return made

    def text(self, part: Part) -> str:
        """All text of a part in the order of the tree."""
        own = "".join(self._texts[place] for place in part.pieces)
        return own + "".join(map(self.text, part.parts))

    def all(self, *kinds: str) -> list[Part]:
        return [part for part in self.root.all() if part.kind in kinds]

    def parents(self) -> dict[int, Any]:
        """The tree's list of parents by key."""
        nums = list(self.file.Root.StructTreeRoot.ParentTree.Nums)
        return {int(key): value for key, value in zip(nums[::2], nums[1::2], strict=True)}


def _marks(number: int, page: pikepdf.Page) -> Iterator[Mark]:
    faces = {str(k): v for k, v in page.resources.Font.items()}
    maps = {k: _unicode_of(v) for k, v in faces.items() if "/ToUnicode" in v}
    inside: list[tuple[str, Any]] = []
    face = ""
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, str(instruction.operator)
        match operator:
            case "BDC" | "BMC":
                inside.append((str(operands[0]), operands[1] if operator == "BDC" else {}))
            case "EMC":
                inside.pop()
            case "Tf":
                face = str(operands[0])
        if operator not in DRAWS:
            continue
        pieces = [int(said.MCID) for _name, said in inside if "/MCID" in said]
        artifact = any(name == "/Artifact" for name, _said in inside)
        assert bool(pieces) != artifact and len(pieces) <= 1, (number, inside, operator)
        lang = next((str(said.Lang) for _name, said in reversed(inside) if "/Lang" in said), "")
        text = "".join(maps[face][c] for c in bytes(operands[0])) if operator == "Tj" else ""
        yield Mark(number, text, pieces[0] if pieces else None, artifact, lang)
    assert not inside


def sound(pdf: bytes) -> Tagged:
    """Return a tagged PDF whose tree has no dead ends: each piece of its pages is of one part, and known to
    be so from both sides; links and list of parents are whole."""
    tagged = Tagged(pdf)
    parents, used = tagged.parents(), set()
    for part in tagged.root.all():
        assert not (part.pieces and part.parts), part.kind
        assert part.pieces or part.parts or part.kind in ("TD", "TH"), part.kind
        for page, piece in part.pieces:
            assert (page, piece) not in used
            used.add((page, piece))
            key = int(tagged.file.pages[page].StructParents)
            assert parents[key][piece].objgen == part.node.objgen
        for link in part.links:
            assert parents[int(link.StructParent)].objgen == part.node.objgen
    assert used == {(mark.page, mark.piece) for mark in tagged.marks if not mark.artifact}
    links = [one for page in tagged.file.pages for one in page.get("/Annots", []) if "/FT" not in one]
    assert len(links) == sum(len(part.links) for part in tagged.root.all())
    assert all(str(one.Contents) for one in links)
    assert len(parents) == len(tagged.file.pages) + len(links)
    assert all(len(parents[n]) for n in range(len(tagged.file.pages)))
    assert bool(tagged.file.Root.MarkInfo.Marked)
    return tagged
