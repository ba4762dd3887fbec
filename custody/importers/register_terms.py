"""Terms of a subcontract as old registers write them: shares, sums of money, yes and no, digests of scans."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from custody.importers.problem import RecordError, shown
from custody.importers.register_values import key
from custody.terms import PaymentMeans

WHOLE: Final = Decimal(100)
_SHARE: Final = re.compile(r"(百分之)?(\d{1,6}(?:\.\d{1,6})?)(%?)")
_AMOUNT: Final = re.compile(
    r"(rmb|cny|¥|us\$|usd|€|eur)?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,6})?(万|亿)?(元|人民币|rmb|cny|usd|eur)?"
)
_TIMES: Final = {"": 1, "万": 10_000, "亿": 100_000_000}
_CURRENCIES: Final = {
    **dict.fromkeys(("rmb", "cny", "¥", "元", "人民币"), "CNY"),
    **dict.fromkeys(("us$", "usd", "美元"), "USD"),
    **dict.fromkeys(("€", "eur", "欧元"), "EUR"),
}
_MOST: Final = Decimal(10) ** 18
_YES: Final = frozenset({"是", "有", "已", "同意", "√", "✓", "yes", "y", "true", "1"})
_NO: Final = frozenset({"否", "无", "未", "不同意", "×", "✗", "no", "n", "false", "0"})
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def share(written: str) -> Decimal:
    """Return a share in per cent: 35, 35%, 12.5 %, 百分之35.

    A number of at most one without its sign may be per cent or a part of one, as a workbook keeps it: it is
    not guessed. Raises RecordError for that, for more than the whole, and for more than two decimals.

    >>> share("３５％"), share("12.5")
    (Decimal('35'), Decimal('12.5'))
    """
    found = _SHARE.fullmatch(key(written))
    if not found or (found[1] and found[3]):
        raise RecordError(
            "bad_share",
            f"“{shown(written)}” is no share. Write it such as 35 %.",
            f"“{shown(written)}”不是比例，应如35%。",
        )
    number = Decimal(found[2])
    if 0 < number <= 1 and not (found[1] or found[3]):
        raise RecordError(
            "unclear_share",
            f"“{shown(written)}” may be {_percent(number)} % or {number:f} %. Write the sign %.",
            f"“{shown(written)}”可能是{_percent(number)}%或{number:f}%，请写明百分号。",
        )
    if number > WHOLE:
        raise RecordError("over_whole", f"{number:f} % is more than the whole.", f"{number:f}%超过全部。")
    if number != round(number, 2):
        raise RecordError("too_fine", "Has more than two decimals.", "小数超过两位。")
    return number


def _percent(part: Decimal) -> str:
    return f"{(part * 100).normalize():f}"


def amount(written: str) -> tuple[Decimal, str]:
    """Return a sum of money and its currency, empty where none stands there.

    Raises RecordError for what is no such sum or too large.

    >>> amount("120万元"), amount("1,200,000.50")
    ((Decimal('1200000.00'), 'CNY'), (Decimal('1200000.50'), ''))
    """
    found = _AMOUNT.fullmatch(key(written))
    if not found:
        raise RecordError(
            "bad_amount",
            f"“{shown(written)}” is no sum of money. Write it such as 1,200,000.00 or 120万元.",
            f"“{shown(written)}”不是金额，应如1,200,000.00或120万元。",
        )
    before, whole, rest, times, after = (part or "" for part in found.groups())
    number = Decimal(whole.replace(",", "") + rest) * _TIMES[times]
    if number >= _MOST or number != round(number, 2):
        raise RecordError(
            "bad_amount", "Too large, or with more than two decimals.", "金额过大，或小数超过两位。"
        )
    told = {_CURRENCIES[sign] for sign in (before, after) if sign}
    if len(told) > 1:
        raise RecordError("two_currencies", "Names two currencies.", "写有两种货币。")
    return number.quantize(Decimal("0.01")), told.pop() if told else ""


def currency(written: str) -> str:
    """Return a currency by its three letters or its name. Raises RecordError."""
    plain = key(written)
    if plain in _CURRENCIES:
        return _CURRENCIES[plain]
    if re.fullmatch(r"[a-z]{3}", plain):
        return plain.upper()
    raise RecordError(
        "bad_currency", "Write the currency as three letters, such as CNY.", "币种请写三个字母，如CNY。"
    )


def country(written: str) -> str:
    """Return a country by its two letters, or China by its name. Raises RecordError."""
    plain = key(written)
    if plain in ("中国", "china"):
        return "CN"
    if re.fullmatch(r"[a-z]{2}", plain):
        return plain.upper()
    raise RecordError(
        "bad_country", "Write the country as two letters, such as CN.", "国家请写两个字母，如CN。"
    )


def payment(written: str) -> PaymentMeans:
    """Return a means of payment by its word in either language. Raises RecordError."""
    for means in PaymentMeans:
        if key(written) in map(key, (str(means), means.text.en, means.text.zh)):
            return means
    known_en = ", ".join(means.text.en for means in PaymentMeans)
    known_zh = "、".join(means.text.zh for means in PaymentMeans)
    raise RecordError("bad_payment", f"Write one of: {known_en}.", f"请填写：{known_zh}。")


def yes(written: str) -> bool:
    """Return whether a cell says yes. Raises RecordError for what says neither yes nor no."""
    plain = key(written)
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise RecordError(
        "neither", f"“{shown(written)}” is neither yes nor no.", f"“{shown(written)}”既不是“是”也不是“否”。"
    )


def digest(written: str) -> str:
    """Return the SHA-256 of a file, in small letters. Raises RecordError for what is none."""
    plain = unicodedata.normalize("NFKC", written).strip().lower()
    if _SHA256.fullmatch(plain):
        return plain
    raise RecordError(
        "bad_digest",
        "A SHA-256 has 64 digits from 0 to 9 and a to f.",
        "SHA-256应为64位十六进制字符（0–9、a–f）。",
    )
