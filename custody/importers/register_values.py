"""Values as old registers write them: days in five manners, names in two scripts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from custody.importers.problem import RecordError, shown

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HAN_OR_DIGITS: Final = r"(\d{1,2}|[〇一二三四五六七八九十]{1,3})"
_CHINESE_DAY: Final = re.compile(
    rf"(\d{{4}}|[〇零一二三四五六七八九]{{4}})年{_HAN_OR_DIGITS}月{_HAN_OR_DIGITS}[日号]?"
)
_DAY: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?: 00:00(?::00)?)?")
_PACKED: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SERIAL: Final = re.compile(r"\d{5}")
_FAILED: Final = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")
EARLIEST: Final = dt.date(1949, 10, 1)
"""Before it no register of the kind was kept: an older day is a slip."""


def day(written: str, *, from_1904: bool = False) -> dt.date:
    """Return the day that is written: 2019-03-05, 2019/3/5, 2019.3.5, 20190305, 2019年3月5日,
    二〇一九年三月五日, or a serial number of five digits as a workbook counts days.

    Raises RecordError for what is none of these, no day of the calendar, or before 1949-10-01.

    >>> day("二〇一九年三月五日"), day("43529")
    (datetime.date(2019, 3, 5), datetime.date(2019, 3, 5))
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    if _SERIAL.fullmatch(plain):
        begin = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
        return _since(begin + dt.timedelta(days=int(plain)), written)
    if found := _CHINESE_DAY.fullmatch(plain.replace(" ", "")):
        parts = [_number(part) for part in found.groups()]
    elif found := _DAY.fullmatch(plain):
        parts = [int(found[1]), int(found[3]), int(found[4])]
    elif found := _PACKED.fullmatch(plain):
        parts = [int(part) for part in found.groups()]
    else:
        raise RecordError(
            "bad_day",
            f"“{shown(written)}” is no day. Write it such as 2019-03-05 or 2019年3月5日.",
            f"“{shown(written)}”不是日期，应如2019-03-05或2019年3月5日。",
        )
    try:
        return _since(dt.date(*parts), written)
    except ValueError:
        raise RecordError(
            "no_such_day",
            f"“{shown(written)}” is no day of the calendar.",
            f"“{shown(written)}”在日历上不存在。",
        ) from None


def _since(found: dt.date, written: str) -> dt.date:
    if found < EARLIEST:
        raise RecordError(
            "too_early",
            f"“{shown(written)}” is {found}, before there was any such register.",
            f"“{shown(written)}”为{found}，早于任何此类登记簿。",
        )
    return found


def _number(written: str) -> int:
    """Return a number in Chinese or European digits, to 99 with tens, or digit by digit.

    >>> [_number(w) for w in ("二〇一九", "十", "十二", "二十", "三十一", "07")]
    [2019, 10, 12, 20, 31, 7]
    """
    tens, ten, ones = written.partition("十")
    if not ten:
        return int(written.translate(_DIGITS))
    if not (tens + ones).translate(_DIGITS).isdecimal() and tens + ones:
        return 0  # as 十十: no number, and so no day of the calendar
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)


def plain(written: str, most: int) -> str:
    """Return text on one line. Raises RecordError for what a sum could not give, what holds signs that
    cannot be recorded, and what is longer than ``most``."""
    if _FAILED.fullmatch(written.strip()):
        raise RecordError(
            "failed_cell",
            f"The cell says {written.strip()}: what it refers to is gone.",
            f"单元格为{written.strip()}：其引用的内容已不存在。",
        )
    text = " ".join(written.split())
    if not all(sign.isprintable() for sign in text):
        raise RecordError("unusable_text", "Holds a control character.", "含有控制字符。")
    if len(text) > most:
        raise RecordError("too_long", f"Longer than {most} characters.", f"超过{most}个字符。")
    return text


def named(name: str) -> set[str]:
    """Return the forms in which a name is looked for: whole, and each script of it alone.

    >>> sorted(named("林梅 Lin Mei"))
    ['linmei', '林梅', '林梅linmei']
    """
    whole = key(name)
    han = "".join(sign for sign in whole if _is_han(sign))
    other = "".join(sign for sign in whole if not _is_han(sign))
    return {form for form in (whole, han, other if han else "") if form}


def key(name: str) -> str:
    """Return a name as it is compared: NFKC, without blanks and case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"
