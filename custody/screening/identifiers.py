"""Registration numbers by the register that gave them: how each is written, and its check digits.

What a scheme says of itself is checked, never whether the number was given out: that only its register can
tell. A scheme that is not in `SCHEMES` is taken as it is written, and `is_checked` says so.

Sources: LEI: ISO 17442 (mod 97-10). USCC: GB 32100-2015. UEI: the form that GSA publishes, of which no check
digit is public. CAGE: the form in the Federal Logistics Information System, without check digit. DUNS: nine
digits; their check digit is not relied on any more. The others as python-stdnum cites them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import lei
from stdnum.au import abn, acn
from stdnum.ch import uid
from stdnum.cn import uscc
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.jp import cn as jp_cn
from stdnum.kr import brn
from stdnum.us import ein

from custody.terms import Text

_NAME = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")
LONGEST = 64


class BadIdentifier(ValueError):
    """A number that its scheme cannot have given; ``text`` says what is expected and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Scheme:
    """One register's numbers: how they look, for a person, and what returns one in its plain form.

    ``check`` raises ValidationError (python-stdnum) for a number that cannot be one.
    """

    name: Text
    looks: Text
    check: Callable[[str], str]


def _form(pattern: str) -> Callable[[str], str]:
    written = re.compile(pattern)

    def check(value: str) -> str:
        plain = re.sub(r"[\s.-]", "", value).upper()
        if not written.fullmatch(plain):
            raise ValidationError
        return plain

    return check


SCHEMES: dict[str, Scheme] = {
    "USCC": Scheme(
        Text("Unified social credit code (China)", "统一社会信用代码"),
        Text(
            "18 signs, digits and capital letters without I, O, S, V, Z; the last is a check sign",
            "18位数字或大写字母（不用I、O、S、V、Z），末位为校验码",
        ),
        uscc.validate,
    ),
    "UEI": Scheme(
        Text("Unique entity identifier (SAM.gov)", "美国SAM.gov唯一实体标识"),
        Text(
            "12 signs, digits and capital letters without I and O, not beginning with 0",
            "12位数字或大写字母（不用I、O），首位不为0",
        ),
        _form("[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}"),
    ),
    "CAGE": Scheme(
        Text("CAGE or NCAGE code", "CAGE或NCAGE代码"),
        Text("5 digits and capital letters without I and O", "5位数字或大写字母（不用I、O）"),
        _form("[0-9A-HJ-NP-Z]{5}"),
    ),
    "LEI": Scheme(
        Text("Legal entity identifier", "全球法人识别编码"),
        Text("20 digits and letters, the last two are check digits", "20位数字或字母，末两位为校验码"),
        lei.validate,
    ),
    "DUNS": Scheme(Text("D-U-N-S number", "邓白氏编码"), Text("9 digits", "9位数字"), _form("[0-9]{9}")),
    "EIN": Scheme(
        Text("Employer identification number (USA)", "美国雇主识别号"),
        Text("9 digits", "9位数字"),
        ein.validate,
    ),
    "VAT": Scheme(
        Text("VAT number (EU)", "欧盟增值税号"),
        Text("the country's two letters and its number", "两位国家字母加编号"),
        vat.validate,
    ),
    "SIREN": Scheme(
        Text("SIREN number (France)", "法国SIREN编号"),
        Text("9 digits, the last is a check digit", "9位数字，末位为校验码"),
        siren.validate,
    ),
    "SIRET": Scheme(
        Text("SIRET number (France)", "法国SIRET编号"),
        Text("14 digits, the last is a check digit", "14位数字，末位为校验码"),
        siret.validate,
    ),
    "CH-UID": Scheme(
        Text("Enterprise number (Switzerland)", "瑞士企业编号"),
        Text("CHE and 9 digits, the last is a check digit", "CHE加9位数字，末位为校验码"),
        uid.validate,
    ),
    "ABN": Scheme(
        Text("Business number (Australia)", "澳大利亚商业编号"),
        Text("11 digits, the first two are check digits", "11位数字，前两位为校验码"),
        abn.validate,
    ),
    "ACN": Scheme(
        Text("Company number (Australia)", "澳大利亚公司编号"),
        Text("9 digits, the last is a check digit", "9位数字，末位为校验码"),
        acn.validate,
    ),
    "JP-CN": Scheme(
        Text("Corporate number (Japan)", "日本法人番号"),
        Text("13 digits, the first is a check digit", "13位数字，首位为校验码"),
        jp_cn.validate,
    ),
    "KR-BRN": Scheme(
        Text("Business registration number (Korea)", "韩国营业登记号"),
        Text("10 digits", "10位数字"),
        brn.validate,
    ),
}


def is_checked(scheme: str) -> bool:
    """Return whether numbers of a scheme are checked at all."""
    return scheme in SCHEMES


def scheme_of(written: str) -> str:
    """Return a scheme's name as it is kept: capital letters, narrow signs. Raises BadIdentifier."""
    name = unicodedata.normalize("NFKC", written).strip().upper()
    if not _NAME.fullmatch(name):
        raise BadIdentifier(
            Text(
                "Name the register in at most 16 letters and digits, such as USCC, UEI or LEI.",
                "登记机构代号最多16位字母或数字，例如USCC、UEI、LEI。",
            )
        )
    return name


def checked(scheme: str, written: str) -> str:
    """Return a number in its plain form. Raises BadIdentifier when its scheme cannot have given it.

    >>> checked("DUNS", "07-946-6447")
    '079466447'
    """
    value = unicodedata.normalize("NFKC", written).strip()
    known = SCHEMES.get(scheme)
    if not value or len(value) > LONGEST:
        raise BadIdentifier(Text("Give a number of 1 to 64 signs.", "请填写1至64位的编号。"))
    if known is None:
        return value
    try:
        return str(known.check(value.upper()))
    except (ValidationError, ValueError):
        raise BadIdentifier(
            Text(
                f"“{value}” is no {scheme}: {known.looks.en}. Look it up and type it again.",
                f"“{value}”不是有效的{scheme}：应为{known.looks.zh}。请核对后重新填写。",
            )
        ) from None
