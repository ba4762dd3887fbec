"""One half of a slip, on the upper half of an A4 page: one code in large letters and what to do with it.

Both languages stand on it, black on white. What opens the sign-in is both halves together, so neither page
says anything that the other person's page would be needed to keep secret.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from custody.terms import Text

from .sheet import Sheet

PAGE = (210.0, 297.0)
LEFT, RIGHT, TOP, CUT = 18.0, 192.0, 281.0, 148.5
_TITLE = {
    True: Text("First half of a one-time slip", "一次性登录凭条（第一联）"),
    False: Text("Second half of a one-time slip", "一次性登录凭条（第二联）"),
}
_PASSWORD = Text(
    "At this address choose a password: type the user name and the codes of both halves.",
    "在上述网址输入用户名和两联代码，设置密码。",
)
_FACTOR = Text(
    "At this address type user name, password and both codes: what was lost then counts no more.",
    "在上述网址输入用户名、密码和两联代码，终止已遗失的验证方式。",
)
_RULES = (
    Text(
        "The other half comes from another person. It is good once, until the time above.",
        "另一联由另一人交付。凭条仅可使用一次，过期失效。",
    ),
    Text(
        "Hand it to this person yourself. Whoever has both halves can sign in as them.",
        "须当面交给本人。持有两联者即可以本人身份登录。",
    ),
    Text("Destroy both halves after use.", "使用后请销毁两联。"),
)


@dataclass(frozen=True, slots=True)
class Half:
    """What one half says."""

    first: bool
    code: str
    username: str
    person: str
    purpose: Text
    lost_factor: bool
    until: str
    address: str
    maker: str


def draw(half: Half, *, site: str) -> bytes:
    """Return a PDF of one half."""
    sheet = Sheet(PAGE[0] * mm, PAGE[1] * mm, "both")
    sheet.page()
    canvas = sheet.canvas
    _say(sheet, TOP - 4, site, 9)
    _say(sheet, TOP - 12, _both(_TITLE[half.first]), 15, bold=True)
    facts = (
        (Text("What for", "用途"), _both(half.purpose)),
        (Text("For", "持有人"), half.person),
        (Text("User name", "用户名"), half.username),
        (Text("Good until", "有效期至"), half.until),
        (Text("Address", "网址"), half.address),
        (Text("Made by", "经办人"), half.maker),
    )
    y = TOP - 23
    for label, value in facts:
        _say(sheet, y, _both(label), 9, room=44)
        _say(sheet, y, value, 11, left=LEFT + 46)
        y -= 7.5
    canvas.setLineWidth(0.8)
    canvas.rect(LEFT * mm, (y - 15) * mm, (RIGHT - LEFT) * mm, 18 * mm)
    _say(sheet, y - 9, half.code, 26, left=LEFT + 6, room=RIGHT - LEFT - 12, bold=True)
    y -= 23
    for text in (_FACTOR if half.lost_factor else _PASSWORD, *_RULES):
        for words in (text.zh, text.en):
            _say(sheet, y, words, 9)
            y -= 4.6
        y -= 0.8
    canvas.setLineWidth(0.4)
    canvas.setDash(3, 3)
    canvas.line(0, CUT * mm, PAGE[0] * mm, CUT * mm)
    return sheet.finish(_both(_TITLE[half.first]))


def _both(text: Text) -> str:
    return " / ".join(dict.fromkeys((text.zh, text.en)))


def _say(
    sheet: Sheet,
    y: float,
    text: str,
    size: float,
    *,
    left: float = LEFT,
    room: float | None = None,
    bold: bool = False,
) -> None:
    """Draw a line of text, smaller where it is longer than its room."""
    wide = (RIGHT - left if room is None else room) * mm
    sheet.text(left * mm, y * mm, text, size, bold=bold, room=wide)
