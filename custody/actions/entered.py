"""What people typed, checked before anything is read or locked; the columns of the tables say what fits.

- Text becomes Unicode NFC with plain line ends. Control characters and lone surrogates have no place in a
  ledger.
- A number is finite and fits its column; a moment names its time zone and does not lie ahead of the clock.
- What only the database can tell (a value taken by somebody else, an id that does not exist, days out of
  order) is told from the constraint that it broke. So bad input is always an ActionError about a field,
  never a server error.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, DataError, models

from custody.terms import Text

from .errors import ActionError

LONGEST = 10_000
"""Characters in a text that has no column with a limit of its own."""

_TAB_AND_LINES = {"\t", "\n"}
_KEY = re.compile(r"Key \(([^)]*)\)")
_SHAPE, _MISSING, _ABSENT, _TAKEN, _CHECK = "22", "23502", "23503", "23505", "23514"

# What a broken constraint means to the person who typed: the field, and what to do.
CONSTRAINTS: dict[str, tuple[str, Text]] = {
    "hop_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "no_hop_to_oneself": (
        "to_party",
        Text("A party cannot subcontract to itself.", "单位不能向自身分包。"),
    ),
    "a_passkey_signs_in_one": (
        "name",
        Text("This passkey is added already.", "该通行密钥已添加。"),
    ),
    "an_account_signs_in_one": (
        "subject",
        Text("This account signs in somebody already.", "该账号已关联其他登录账号。"),
    ),
    "membership_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "membership_once": (
        "role",
        Text("This person already has this role from that day.", "该人员自该日起已具有此角色。"),
    ),
    "grant_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "grant_of_one_thing": (
        "region",
        Text("Write the region as its code, such as CN-ZJ.", "请填写地区代码，例如CN-ZJ。"),
    ),
    "project_region_is_iso": (
        "region",
        Text("Write the region as its code, such as CN-ZJ.", "请填写地区代码，例如CN-ZJ。"),
    ),
    "project_results_in_order": (
        "submitted_on",
        Text(
            "The results were accepted after that day. Correct one of the days.",
            "汇交日期早于验收日期，请核对。",
        ),
    ),
    "vetting_dates_in_order": (
        "vetted_to",
        Text("The last day is before the first day.", "有效期止日早于起日。"),
    ),
    "qualification_dates_in_order": (
        "valid_to",
        Text("The last day is before the first day.", "有效期止日早于起日。"),
    ),
    "party_country_is_iso": (
        "country",
        Text(
            "Give the country as two capital letters, such as CN.", "请用两位大写字母填写国家代码，例如CN。"
        ),
    ),
    "system_country_is_iso": (
        "country",
        Text(
            "Give the country as two capital letters, such as CN.", "请用两位大写字母填写国家代码，例如CN。"
        ),
    ),
    "address_country_is_iso": (
        "country",
        Text("Write the country as two capital letters.", "请用两个大写字母填写国家。"),
    ),
    "payer_country_is_iso": (
        "payer_country",
        Text("Write the country as two capital letters.", "请用两个大写字母填写国家。"),
    ),
    "party_name_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "party_name_once": (
        "name",
        Text("This name of the party is already recorded.", "该单位的这一名称已登记。"),
    ),
    "no_party_controls_itself": (
        "controller",
        Text("A party cannot control itself. Choose another.", "单位不能控制自身，请另选。"),
    ),
    "control_once": (
        "controller",
        Text("This control is already recorded.", "该控制关系已登记。"),
    ),
    "on_the_list_once": (
        "person",
        Text("This person is on the list already.", "该人员已在知悉范围内。"),
    ),
    "item_hash_shape": (
        "sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "copy_hash_shape": (
        "sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "item_period_in_order": (
        "until",
        Text("The last day is before the day of issue.", "截止日期早于制发日期。"),
    ),
    "no_vote_twice": (
        "choice",
        Text("You have decided so on this request already.", "您已对此申请作出同样的决定。"),
    ),
    "no_referral_to_oneself": (
        "to",
        Text("Nobody refers to themselves. Choose another officer.", "不能转交本人，请另选审批人。"),
    ),
    "no_override_vote_twice": (
        "choice",
        Text("You have decided so on this override already.", "您已对此特批作出同样的决定。"),
    ),
    "no_delegation_to_oneself": (
        "delegate",
        Text("Nobody delegates to themselves. Choose another person.", "不能委托本人，请另选人员。"),
    ),
    "delegation_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "running_condition_has_a_day": (
        "due",
        Text("Give the day by which it must be met.", "请填写落实期限。"),
    ),
    "condition_hash_shape": (
        "sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "evidence_once": (
        "evidence_file",
        Text("This file is attached already.", "该文件已上传。"),
    ),
    "permit_dates_in_order": (
        "ends",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "airspace_dates_in_order": (
        "airspace_to",
        Text("The last day is before the first day.", "止日早于起日。"),
    ),
    "airspace_hash_shape": (
        "airspace_sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "zone_consent_hash_shape": (
        "document_sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "destruction_certificate_hash_shape": (
        "certificate_sha256",
        Text("Give the SHA-256 as 64 lower-case hexadecimal digits.", "SHA-256须为64位小写十六进制数字。"),
    ),
    "equipment_country_is_iso": (
        "country",
        Text(
            "Give the country as two capital letters, such as CN.", "请用两位大写字母填写国家代码，例如CN。"
        ),
    ),
    "equipment_serial_once": (
        "serial",
        Text("This serial number of this maker is registered already.", "该制造方的此序列号已登记。"),
    ),
    "one_installation": (
        "is_installation",
        Text("The installation itself is already registered.", "本系统自身已登记。"),
    ),
}

P = ParamSpec("P")
R = TypeVar("R")


def entered(
    *tables: type[models.Model], needed: tuple[str, ...] = (), **columns: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the arguments of an action against the columns of ``tables`` before it runs.

    Arguments are matched by name; ``columns`` maps an argument to a column of another name, ``needed`` lists
    texts that may not be blank. The action raises ActionError for what does not fit, naming the argument or
    its member.
    """
    fields: dict[str, Any] = {f.name: f for table in reversed(tables) for f in table._meta.concrete_fields}
    fields |= {argument: fields[column] for argument, column in columns.items()}

    def check(action: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(action)

        @wraps(action)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            for name, value in bound.arguments.items():
                if name == "actor":
                    continue
                bound.arguments[name] = _fit(name, value, fields)
                if name in needed and not str(value).strip():
                    raise ActionError(Text("Fill this in.", "请填写此项。"), name)
            return action(*bound.args, **bound.kwargs)

        return run

    return check


def clean_text(text: str, about: str, most: int = LONGEST) -> str:
    """Return ``text`` in NFC with plain line ends. Raises ActionError for what cannot be recorded or is too
    long."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _TAB_AND_LINES for c in plain):
        raise ActionError(
            Text(
                "This contains characters that cannot be recorded. Type it again instead of pasting it.",
                "内容含有无法记录的字符，请改为手工输入。",
            ),
            about,
        )
    if len(plain) > most:
        raise ActionError(
            Text(
                f"This is too long: {len(plain)} characters, at most {most}.",
                f"内容过长：{len(plain)}个字符，最多{most}个。",
            ),
            about,
        )
    return plain


def told_by(error: DatabaseError) -> ActionError | None:
    """Return what a person is told of input that the database did not take; None when the input is not to
    blame."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None) or ""
    diag = getattr(cause, "diag", None)
    constraint = getattr(diag, "constraint_name", None) or ""
    found = _KEY.search(getattr(diag, "message_detail", None) or "")
    column = (found.group(1) if found else getattr(diag, "column_name", None) or "").split(", ")[-1]
    about = column.removesuffix("_id")
    if constraint in CONSTRAINTS:
        field, text = CONSTRAINTS[constraint]
        return ActionError(text, field)
    if state == _TAKEN:
        return ActionError(
            Text("This is already used by another record.", "该内容已被另一条记录使用。"), about
        )
    if state == _ABSENT:
        return ActionError(
            Text("This is not registered. Choose from the list.", "该项未登记，请从列表中选择。"), about
        )
    if state == _MISSING:
        return ActionError(Text("Fill this in.", "请填写此项。"), about)
    if isinstance(error, DataError) or state == _CHECK or state.startswith(_SHAPE):
        return ActionError(
            Text("This does not fit. Correct it and try again.", "内容不符合要求，请更正后重试。"), about
        )
    return None


def _fit(name: str, value: Any, fields: Mapping[str, Any]) -> Any:
    """Return a value as it may be recorded."""
    field = fields.get(name)
    if value is None or isinstance(value, (Enum, bool)):
        return value
    if isinstance(value, str):
        return clean_text(value, name, getattr(field, "max_length", None) or LONGEST)
    if isinstance(value, Decimal):
        return _fit_number(name, value, field)
    if isinstance(value, dt.datetime):
        return _fit_moment(name, value)
    if isinstance(value, Mapping):
        return {_fit(name, k, {}): _fit(name, v, {}) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        inner = getattr(field, "base_field", None)
        return type(value)(_fit(name, part, {name: inner}) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        fitted = {part: _fit(part, inner, fields) for part, inner in parts.items()}
        return value if fitted == parts else dataclasses.replace(value, **fitted)
    return value


def _fit_number(name: str, value: Decimal, field: Any) -> Decimal:
    places = getattr(field, "decimal_places", 2)
    whole = getattr(field, "max_digits", 20) - places
    exponent = value.as_tuple().exponent
    fits = isinstance(exponent, int) and -exponent <= places and abs(value) < Decimal(10) ** whole
    if not fits or value < 0:
        raise ActionError(
            Text(
                f"Give a number of at most {whole} digits, with at most {places} after the point.",
                f"请填写数字，整数部分最多{whole}位，小数最多{places}位。",
            ),
            name,
        )
    return value


def _fit_moment(name: str, value: dt.datetime) -> dt.datetime:
    if value.tzinfo is None:
        raise ActionError(Text("Give the time with its time zone.", "请注明时间所在的时区。"), name)
    return value
