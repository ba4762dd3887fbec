"""Blank receipts of handoffs on paper: one numbered form to an A4 page, measured in millimetres.

Printed in advance, for the day without a network, and filled in by hand; black lines on white, so that any
printer and copier will do. The QR code (ISO/IEC 18004) holds an address of this site with the form's number
and nothing else: who finds a form learns no more than is printed on it, and the page asks for a sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from custody.terms import Text

from . import fonts
from .sheet import Sheet
from .tags import Element

PAGE = (210.0, 297.0)
LEFT, RIGHT, TOP = 18.0, 192.0, 281.0
ROWS = 12
"""Lines for copies on one form."""
LANGUAGES = ("both", "en", "zh")
_TITLE = Text("Handoff receipt", "移交回执")
_LEAD = Text(
    "For a handoff while Holdfast cannot be reached. Enter it as soon as it can be: custody moves there, on "
    "the receiver's own receipt. A spoiled or missing form is to be reported; the number is used once.",
    "系统无法使用时填写。恢复后请立即补录：保管责任自接收人在系统中签收时转移。作废、缺失须登记；编号仅限使用一次。",
)
_FACTS: tuple[tuple[Text, Text], ...] = (
    (Text("Project", "项目"), Text("Day and time (24 h)", "日期与时间（24小时制）")),
    (Text("Handed over by: unit", "移交单位"), Text("Person", "移交人")),
    (Text("Received by: unit", "接收单位"), Text("Person", "接收人")),
    (Text("What for", "用途"), Text("Return by", "归还期限")),
    (
        Text("Kept in (system, room)", "存放处（系统、房间）"),
        Text("Travelled; accompanied by", "传递方式、同行人"),
    ),
)
_KINDS = Text(
    "□ Issue   □ Loan   □ Transfer   □ For destruction   □ Read on site   □ Return   □ Within the unit",
    "□ 发放   □ 借用   □ 移交   □ 送销毁   □ 现场查阅   □ 归还   □ 单位内部",
)
_HEADS: tuple[tuple[Text, float], ...] = (
    (Text("No.", "序号"), 12.0),
    (Text("Copy number", "副本编号"), 46.0),
    (Text("Item / number", "成果 / 编号"), 62.0),
    (Text("Condition on receipt", "签收时状况"), 54.0),
)
_SIGNS: tuple[Text, ...] = (
    Text("Handed over: signature, day", "移交人签名、日期"),
    Text("Received: signature, day", "接收人签名、日期"),
    Text("Witness, where asked for: name, signature", "见证人（如需）：姓名、签名"),
)
_SEAL = Text("Seal of the unit", "单位盖章")
SHEET_ROWS = 16
"""Copies on one page of the sheet of a handoff."""
_SHEET = Text("Receipt signed before a witness", "见证签收单")
_SHEET_LEAD = Text(
    "For a receiver who has no sign-in. Compare every number with the copy, write its condition, and sign "
    "before the witness, who belongs to the party that hands over and has no other part in this handoff. "
    "Custody moves once the witness has confirmed it in Holdfast with the scan of this sheet.",
    "供无账号的接收人使用。请逐份核对编号并填写状况，在见证人面前签名。见证人须为移交方人员，且未以其他身份参与本次移交。"
    "见证人在系统中上传扫描件并确认后，保管责任随即转移。",
)
_SHEET_SIGNS: tuple[Text, ...] = (
    Text("Received: {receiver}: signature, day and time", "接收人{receiver}：签名、日期与时间"),
    Text("Witness: name, signature, day and time", "见证人：姓名、签名、日期与时间"),
    Text("At the counter of: name, signature", "柜台保管员：姓名、签名"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What is printed on one form beside its empty fields."""

    number: str
    address: str
    project: str = ""


def draw(forms: Sequence[Form], *, site: str, language: str = "both") -> bytes:
    """Return a PDF with a page for each form; ``language`` is "en", "zh" or "both". Raises ValueError for no
    form and for another language."""
    if not forms or language not in LANGUAGES:
        raise ValueError(f"{len(forms)} forms in {language}")
    made = Sheet(PAGE[0] * mm, PAGE[1] * mm, language)
    for form in forms:
        _Form(made, language).draw(form, site)
    return made.finish(_title(_TITLE, language))


@dataclass(frozen=True, slots=True)
class Filled:
    """What is printed on the sheet of one handoff: its numbers, what is known of it, and its copies."""

    number: str
    handoff: str
    address: str
    facts: Sequence[tuple[Text, str]]
    copies: Sequence[tuple[str, str]]
    receiver: str


def sheet(filled: Filled, *, site: str, language: str = "both") -> bytes:
    """Return a PDF on which a receiver signs for one handoff by hand before a witness: a page for each 16
    copies, with both signatures on every page. Raises ValueError for another language and for no copy."""
    if not filled.copies or language not in LANGUAGES:
        raise ValueError(f"{len(filled.copies)} copies in {language}")
    made = Sheet(PAGE[0] * mm, PAGE[1] * mm, language)
    for start in range(0, len(filled.copies), SHEET_ROWS):
        _Form(made, language).filled(filled, site, start)
    return made.finish(_title(_SHEET, language))


class _Form:
    """One page under way; all lengths in millimetres from the lower left corner."""

    def __init__(self, sheet: Sheet, language: str) -> None:
        self.sheet, self.canvas, self.language = sheet, sheet.canvas, language
        sheet.page()
        self.canvas.setLineWidth(0.6)

    def words(self, text: Text) -> str:
        both = " / ".join(dict.fromkeys((text.zh, text.en)))
        return {"en": text.en, "zh": text.zh}.get(self.language, both)

    def say(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        room: float,
        *,
        bold: bool = False,
        part: Element | None = None,
    ) -> None:
        """Draw a line of text, smaller where it is longer than its room."""
        self.sheet.text(x * mm, y * mm, text, size, bold=bold, room=room * mm, part=part)

    def box(self, x: float, y: float, width: float, height: float, label: Text, filled: str = "") -> None:
        """Draw a field with its name in small type, and what is known already."""
        self.canvas.rect(x * mm, y * mm, width * mm, height * mm)
        self.say(x + 1.5, y + height - 3.6, self.words(label), 7, width - 3)
        if filled:
            self.say(x + 1.5, y + 2, filled, 10, width - 3)

    def draw(self, form: Form, site: str) -> None:
        self.sheet.qr(form.address, (RIGHT - 30) * mm, (TOP - 28) * mm, 30 * mm)
        room = RIGHT - LEFT - 34
        self.say(LEFT, TOP - 7, self.words(_TITLE), 20, room, bold=True)
        self.say(LEFT, TOP - 16, form.number, 20, room, bold=True)
        self.say(LEFT, TOP - 22, site, 9, room)
        lead = [_LEAD.zh, _LEAD.en] if self.language == "both" else [self.words(_LEAD)]
        y = TOP - 28.0
        for paragraph in lead:
            for line in _lines(paragraph, 7, RIGHT - LEFT):
                y -= 3.4
                self.say(LEFT, y, line, 7, RIGHT - LEFT)
        y -= 3
        half = (RIGHT - LEFT) / 2
        for number, (left, right) in enumerate(_FACTS):
            y -= 12
            self.box(LEFT, y, half, 12, left, form.project if number == 0 else "")
            self.box(LEFT + half, y, half, 12, right)
        y -= 12
        self.canvas.rect(LEFT * mm, y * mm, (RIGHT - LEFT) * mm, 12 * mm)
        kinds = [_KINDS.zh, _KINDS.en] if self.language == "both" else [self.words(_KINDS)]
        for number, line in enumerate(kinds):
            self.say(LEFT + 1.5, y + 7.5 - number * 4.8, line, 8, RIGHT - LEFT - 3)
        y = self.copies(y - 4)
        self.signatures(y - 4)

    def copies(self, y: float) -> float:
        """Draw the lines for copies; return where they end."""
        table = self.sheet.root.add("Table")
        for number in range(ROWS + 1):
            row = table.add("TR")
            height = 6.0 if number == 0 else 7.0
            y -= height
            x = LEFT
            for column, (head, width) in enumerate(_HEADS):
                self.canvas.rect(x * mm, y * mm, width * mm, height * mm)
                cell = _cell(row, number == 0)
                if number == 0:
                    self.say(x + 1.5, y + 1.9, self.words(head), 7.5, width - 3, bold=True, part=cell)
                elif column == 0:
                    self.say(x + 1.5, y + 2.2, str(number), 8, width - 3, part=cell)
                x += width
        return y

    def signatures(self, y: float) -> None:
        """Draw the places for two signatures, a witness and a seal."""
        half = (RIGHT - LEFT) / 2
        self.box(LEFT, y - 19, half, 19, _SIGNS[0])
        self.box(LEFT + half, y - 19, half, 19, _SIGNS[1])
        self.box(LEFT, y - 36, half, 17, _SIGNS[2])
        self.box(LEFT + half, y - 36, half, 17, _SEAL)

    def filled(self, filled: Filled, site: str, start: int) -> None:
        """Draw the page of a sheet that begins with a copy."""
        self.sheet.qr(filled.address, (RIGHT - 30) * mm, (TOP - 28) * mm, 30 * mm)
        room = RIGHT - LEFT - 34
        pages = -(-len(filled.copies) // SHEET_ROWS)
        self.say(LEFT, TOP - 7, self.words(_SHEET), 18, room, bold=True)
        self.say(LEFT, TOP - 16, filled.number, 20, room, bold=True)
        self.say(LEFT, TOP - 22, f"{site}   {start // SHEET_ROWS + 1} / {pages}", 9, room)
        lead = [_SHEET_LEAD.zh, _SHEET_LEAD.en] if self.language == "both" else [self.words(_SHEET_LEAD)]
        y = TOP - 28.0
        for paragraph in lead:
            for line in _lines(paragraph, 7, RIGHT - LEFT):
                y -= 3.4
                self.say(LEFT, y, line, 7, RIGHT - LEFT)
        y -= 3
        half = (RIGHT - LEFT) / 2
        for number in range(0, len(filled.facts), 2):
            y -= 11
            for column, (label, known) in enumerate(filled.facts[number : number + 2]):
                self.box(LEFT + column * half, y, half, 11, label, known)
        y -= 4
        rows = [("", ""), *filled.copies[start : start + SHEET_ROWS]]
        table = self.sheet.root.add("Table")
        for number, (code, item) in enumerate(rows):
            tags = table.add("TR")
            height = 6.0
            y -= height
            x = LEFT
            told = (str(start + number), code, item, "")
            for (head, width), words in zip(_HEADS, told, strict=True):
                self.canvas.rect(x * mm, y * mm, width * mm, height * mm)
                first = number == 0
                shown = self.words(head) if first else words
                cell = _cell(tags, first)
                self.say(x + 1.5, y + 1.9, shown, 8, width - 3, bold=first, part=cell)
                x += width
        receiver = _SHEET_SIGNS[0]
        signs = (
            Text(receiver.en.format(receiver=filled.receiver), receiver.zh.format(receiver=filled.receiver)),
            *_SHEET_SIGNS[1:],
            _SEAL,
        )
        for number, sign in enumerate(signs):
            self.box(LEFT + number % 2 * half, y - 23 - number // 2 * 19, half, 19, sign)


def _title(title: Text, language: str) -> str:
    """Return what a form calls itself; one in both languages has Chinese first."""
    return title.get("en" if language == "en" else "zh")


def _cell(row: Element, head: bool) -> Element:
    return row.add("TH", scope="Column") if head else row.add("TD")


def _lines(text: str, size: float, room: float) -> list[str]:
    """Break a paragraph at spaces, or anywhere in Chinese, to fit a room in millimetres."""
    parts = text.split(" ") if " " in text else list(text)
    glue = " " if " " in text else ""
    lines, line = [], ""
    for part in parts:
        longer = f"{line}{glue}{part}" if line else part
        if line and fonts.width(longer, size) > room * mm:
            lines.append(line)
            line = part
        else:
            line = longer
    return [*lines, line]
