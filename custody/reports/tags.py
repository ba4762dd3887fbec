"""Which part of a document each mark is: the structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8).

Layout makes the elements in reading order and says of each mark to which it belongs; what belongs to none is
an artifact: rules, fills, heads and feet of pages, the repeated head of a table. While pages are painted, the
tagger notes which pieces of which page an element has; at the end it writes the tree, as ReportLab cannot.
An element's kids are either elements or pieces, so that the order of the tree is the order of layout however
the pieces lie on the pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

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

    def add(self, kind: str, *, alt: str = "", scope: str = "") -> Element:
        """Append an element and return it."""
        made = Element(kind, alt, scope)
        self.kids.append(made)
        return made

    @property
    def told(self) -> bool:
        """Whether the element belongs in the tree."""
        return self.kind in _KEPT_EMPTY or any(not isinstance(kid, Element) or kid.told for kid in self.kids)


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

    def write(self, root: Element) -> None:
        """Put the tree into the file of the canvas; all pages are painted."""
        _Tree(self._canvas, root, self._pages, self._links).write()


class _Raw(PDFObject):
    """An object of the file that we format ourselves."""

    def __init__(self) -> None:
        self.content = ""

    def format(self, _document: object) -> bytes:
        return self.content.encode("ascii")


class _Tree:
    """The tree being written: every element gets an object of the file, then each says what it holds."""

    def __init__(
        self, canvas: Canvas, root: Element, pages: list[list[Element]], links: list[Element]
    ) -> None:
        self._file, self._root, self._pages, self._links = canvas._doc, root, pages, links
        self._made: dict[int, tuple[_Raw, str]] = {}

    def write(self) -> None:
        top, top_ref = self._object()
        self._number(self._root)
        self._element(self._root, top_ref)
        keys = [self._array(self._ref(part) for part in page) for page in self._pages]
        keys += [self._ref(part) for part in self._links]
        parents, parents_ref = self._object()
        parents.content = f"<</Nums [{' '.join(f'{n} {key}' for n, key in enumerate(keys))}]>>"
        top.content = (
            f"<</Type /StructTreeRoot /K [{self._ref(self._root)}] /ParentTree {parents_ref} "
            f"/ParentTreeNextKey {len(keys)}>>"
        )
        marked, _ref = self._object()
        marked.content = "<</Marked true>>"
        self._file.Catalog.StructTreeRoot, self._file.Catalog.MarkInfo = top, marked

    def _object(self) -> tuple[_Raw, str]:
        made = _Raw()
        return made, self._named(self._file.Reference(made).name)

    def _named(self, name: str) -> str:
        number, version = self._file.idToObjectNumberAndVersion[name]
        return f"{number} {version} R"

    def _array(self, refs: Iterable[str]) -> str:
        made, ref = self._object()
        made.content = f"[{' '.join(refs)}]"
        return ref

    def _ref(self, part: Element) -> str:
        return self._made[id(part)][1]

    def _number(self, part: Element) -> None:
        self._made[id(part)] = self._object()
        part.kids = [kid for kid in part.kids if not isinstance(kid, Element) or kid.told]
        for kid in part.kids:
            if isinstance(kid, Element):
                self._number(kid)

    def _element(self, part: Element, parent: str) -> None:
        made, ref = self._made[id(part)]
        page = next((kid.page for kid in part.kids if not isinstance(kid, Element)), 0)
        kids = []
        for kid in part.kids:
            if isinstance(kid, Element):
                self._element(kid, ref)
                kids.append(self._ref(kid))
            elif isinstance(kid, Target):
                kids.append(f"<</Type /OBJR /Pg {self._page(kid.page)} /Obj {self._named(kid.name)}>>")
            elif kid.page == page:
                kids.append(str(kid.number))
            else:
                kids.append(f"<</Type /MCR /Pg {self._page(kid.page)} /MCID {kid.number}>>")
        made.content = f"<</S /{part.kind} /P {parent}{self._said(part)}"
        if page:
            made.content += f" /Pg {self._page(page)}"
        if kids:
            made.content += f" /K {kids[0] if len(kids) == 1 else '[' + ' '.join(kids) + ']'}"
        made.content += ">>"

    def _page(self, number: int) -> str:
        return self._named(f"Page{number}")

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
