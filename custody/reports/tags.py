"""Which part of a document each mark is: the structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8).

Layout makes the elements in reading order and says of each mark to which it belongs; what belongs to none is
an artifact: rules, fills, heads and feet of pages, the repeated head of a table. While pages are painted, the
tagger notes which pieces of which page an element has; at the end it writes the tree, as ReportLab cannot.
An element's kids are either elements or pieces, so that the order of the tree is the order of layout however
the pieces lie on the pages.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfgen.canvas import Canvas

_KEPT_EMPTY = {"TD", "TH"}
"""A cell without content keeps its place; any other element without content is left out."""


class Piece(NamedTuple):
    """A run of marks on a page: its number there."""

    page: int
    number: int


class Target(NamedTuple):
    """A link on a page: the name of its object."""

    page: int
    name: str


Kid: TypeAlias = "Element | Piece | Target"


@dataclass(slots=True, eq=False)
class Element:
    """One element; `kind` is a standard structure type, `scope` tells of a TH whether it heads a row or a
    column, `alt` says what a figure shows."""

    kind: str
    alt: str = ""
    scope: str = ""
    kids: list[Kid] = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None
    """Where a figure lies, from the lower left corner of its page."""

    number: int = 0
    """Its object in the file; none while the file is not written, and none for what does not belong in it."""

    def add(self, kind: str, *, alt: str = "", scope: str = "") -> Element:
        """Append an element and return it."""
        made = Element(kind, alt, scope)
        self.kids.append(made)
        return made

    def prune(self) -> bool:
        """Leave out what has no content, below this element; return whether it belongs in the tree itself."""
        self.kids = [kid for kid in self.kids if not isinstance(kid, Element) or kid.prune()]
        return bool(self.kids) or self.kind in _KEPT_EMPTY


class Tagger:
    """Marks content on the pages of one canvas, then writes the tree into its file."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pages: list[list[Element]] = []
        self._links: list[Element] = []
        self._open: Element | str | None = None

    def begin_page(self) -> None:
        """Begin a page of the canvas; no content is open."""
        self._pages.append([])

    def within(self, part: Element | str) -> None:
        """Draw what follows as part of an element; a text is the property list of an artifact."""
        if part is self._open:
            return
        self.end()
        if isinstance(part, Element):
            here = self._pages[-1]
            part.kids.append(Piece(len(self._pages), len(here)))
            self._canvas.addLiteral(f"/{part.kind} <</MCID {len(here)}>> BDC")
            here.append(part)
        else:
            self._canvas.addLiteral(f"/Artifact {part} BDC" if part else "/Artifact BMC")
        self._open = part

    def end(self) -> None:
        """Close what is open; so before a page is shown."""
        if self._open is not None:
            self._canvas.addLiteral("EMC")
            self._open = None

    def link(self, part: Element, name: str, title: str, place: tuple[float, float, float, float]) -> None:
        """Make an area of the page lead to an anchor, as part of an element."""
        # F: it is printed, as PDF/A asks.
        self._canvas.linkAbsolute(title, name, place, thickness=0, F=4)
        part.kids.append(Target(len(self._pages), self._canvas._annotationrefs[-1].name))
        self._links.append(part)

    def save(self, root: Element, out: io.BytesIO) -> bytes:
        """Save the canvas with the tree, all pages being painted; return the file."""
        file = self._canvas._doc
        top = _Raw("<<>>")
        file.Reference(top)
        file.Catalog.StructTreeRoot, file.Catalog.MarkInfo = top, _Raw("<</Marked true>>")
        self._canvas.save()
        raw = out.getvalue()
        return raw + _Tree(file, self._pages, self._links).update(root, top, raw)


class _Raw(PDFObject):
    """An object of the file that we format ourselves."""

    def __init__(self, content: str) -> None:
        self.content = content

    def format(self, _document: object) -> bytes:
        return self.content.encode("ascii")


class _Tree:
    """The tree as an update at the end of the file (ISO 32000-1, 7.5.6).

    ReportLab keeps an object with a name and a reference for each of its own, which for the tens of thousands
    of a long report took a third of the time. `archived` writes the file anew afterwards, in one piece.
    """

    def __init__(self, file: Any, pages: list[list[Element]], links: list[Element]) -> None:
        self._file, self._pages, self._links = file, pages, links
        self._objects: list[str] = []
        self._first = len(file.numberToId) + 1

    def update(self, root: Element, top: _Raw, raw: bytes) -> bytes:
        """Return what is appended to a file; `top` is redefined in it as the root of the tree."""
        root.prune()
        self._number(root)
        self._page_refs = [self._named(f"Page{n}") for n in range(1, len(self._pages) + 1)]
        top_ref = self._named(self._file.Reference(top).name)
        self._element(root, top_ref)
        keys = [self._add(f"[{' '.join(f'{part.number} 0 R' for part in page)}]") for page in self._pages]
        keys += [part.number for part in self._links]
        parents = self._add(f"<</Nums [{' '.join(f'{n} {key} 0 R' for n, key in enumerate(keys))}]>>")
        content = (
            f"<</Type /StructTreeRoot /K [{root.number} 0 R] /ParentTree {parents} 0 R "
            f"/ParentTreeNextKey {len(keys)}>>"
        )
        return self._appended(int(top_ref.partition(" ")[0]), content, raw)

    def _appended(self, top: int, content: str, raw: bytes) -> bytes:
        parts, places = ["\n"], []
        at = len(raw) + 1
        for number, text in ((top, content), *enumerate(self._objects, self._first)):
            places.append(f"{at:010d} 00000 n \n")
            parts.append(f"{number} 0 obj\n{text}\nendobj\n")
            at += len(parts[-1])
        root = self._named(self._file.Reference(self._file.Catalog).name)
        before = raw.rpartition(b"startxref")[2].split()[0].decode("ascii")
        parts.append(f"xref\n{top} 1\n{places[0]}{self._first} {len(places) - 1}\n{''.join(places[1:])}")
        parts.append(f"trailer\n<</Size {self._first + len(self._objects)} /Root {root} /Prev {before}>>\n")
        parts.append(f"startxref\n{at}\n%%EOF\n")
        return "".join(parts).encode("ascii")

    def _add(self, content: str) -> int:
        self._objects.append(content)
        return self._first + len(self._objects) - 1

    def _named(self, name: str) -> str:
        number, version = self._file.idToObjectNumberAndVersion[name]
        return f"{number} {version} R"

    def _number(self, part: Element) -> None:
        part.number = self._add("")
        for kid in part.kids:
            if isinstance(kid, Element):
                self._number(kid)

    def _element(self, part: Element, parent: str) -> None:
        ref = f"{part.number} 0 R"
        page = next((kid.page for kid in part.kids if not isinstance(kid, Element)), 0)
        kids = []
        for kid in part.kids:
            if isinstance(kid, Element):
                self._element(kid, ref)
                kids.append(f"{kid.number} 0 R")
            elif isinstance(kid, Target):
                kids.append(f"<</Type /OBJR /Pg {self._page(kid.page)} /Obj {self._named(kid.name)}>>")
            elif kid.page == page:
                kids.append(str(kid.number))
            else:
                kids.append(f"<</Type /MCR /Pg {self._page(kid.page)} /MCID {kid.number}>>")
        on = f" /Pg {self._page(page)}" if page else ""
        held = f" /K {kids[0] if len(kids) == 1 else '[' + ' '.join(kids) + ']'}" if kids else ""
        said = self._said(part) if part.alt or part.scope or part.box else ""
        self._objects[part.number - self._first] = f"<</S /{part.kind} /P {parent}{said}{on}{held}>>"

    def _page(self, number: int) -> str:
        return self._page_refs[number - 1]

    @staticmethod
    def _said(part: Element) -> str:
        said = ""
        if part.alt:
            said += f" /Alt <FEFF{part.alt.encode('utf-16-be').hex()}>"
        if part.scope:
            said += f" /A <</O /Table /Scope /{part.scope}>>"
        if part.box:
            said += f" /A <</O /Layout /Placement /Block /BBox [{' '.join(f'{n:.2f}' for n in part.box)}]>>"
        return said
