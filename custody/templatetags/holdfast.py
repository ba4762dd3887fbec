"""Words, marks, dates and hashes as people read them.

A badge says its state by shape and word, never by colour alone. Labels come from :mod:`custody.terms` in the
language of the page; dates are ISO in English and 2026年11月21日 in Chinese, in a ``<time>`` element that
machines can read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from custody import regimes, terms
from custody.policy.facts import Missing
from custody.terms import Text, Word
from custody.web.patterns import Link

register = template.Library()

# The shape of each tone: read by people who see no colour, and by a black-and-white printer.
SHAPES = {"ok": "✓", "wait": "…", "warn": "!", "bad": "✕", "off": "–"}

# The tone of every word that is shown as a badge. Keyed by enumeration, because equal words stand in several.
TONES: dict[str, dict[str, str]] = {
    "PartyState": {"prospect": "wait", "active": "ok", "watch": "warn", "barred": "bad", "closed": "off"},
    "QualificationState": {
        "submitted": "wait",
        "verified": "ok",
        "rejected": "bad",
        "suspended": "warn",
        "downgraded": "warn",
        "revoked": "bad",
    },
    "ProjectState": {"open": "ok", "closed": "off"},
    "RegisterState": {
        "read": "wait",
        "entered": "warn",
        "confirmed": "ok",
        "closed": "off",
        "withdrawn": "off",
    },
    "LineState": {"readable": "ok", "faulty": "bad", "double": "off", "entered": "ok"},
    "Settled": {"open": "warn", "settled": "ok"},
    "IncidentState": {
        "reported": "bad",
        "triage": "warn",
        "contained": "warn",
        "notified": "wait",
        "investigating": "wait",
        "closed": "off",
        "false_alarm": "off",
    },
    "BlankState": {"printed": "off", "issued": "wait", "used": "ok", "spoiled": "off", "missing": "bad"},
    "ReceiptSheetState": {"printed": "wait", "used": "warn", "void": "off"},
    "PaperState": {"in_order": "ok", "without_leave": "bad", "settled": "warn"},
    "VisitState": {"allowed": "ok", "ended": "off"},
    "HandoverState": {"counting": "wait", "signing": "wait", "done": "ok", "abandoned": "off"},
    "Stays": dict.fromkeys(
        ("missing", "not_counted", "not_free", "in_doubt", "unsettled", "no_place", "refused"), "warn"
    ),
    "StocktakeState": {"counting": "wait", "recount": "wait", "closed": "ok", "cancelled": "off"},
    "Counted": {
        "not_seen": "wait",
        "seen": "ok",
        "damaged": "warn",
        "elsewhere": "warn",
        "stranger": "warn",
        "came": "off",
        "moved": "off",
        "missing": "bad",
    },
    "Scanned": {
        "seen": "ok",
        "damaged": "warn",
        "elsewhere": "bad",
        "stranger": "bad",
        "mistyped": "bad",
        "again": "warn",
        "came": "ok",
    },
    "Difference": {"open": "bad", "found": "ok", "put_right": "ok", "destroyed": "off", "incident": "warn"},
    "SystemState": {"active": "ok", "failed": "bad", "retired": "off"},
    "ItemState": {
        "proposed": "wait",
        "registered": "ok",
        "reclassified": "ok",
        "declassified": "off",
        "withdrawn": "off",
    },
    "ProposalState": {"proposed": "wait", "determined": "ok", "returned": "bad", "taken_back": "off"},
    "CopyState": {
        "held": "ok",
        "offered": "wait",
        "disputed": "wait",
        "marked_for_destruction": "wait",
        "destroyed": "off",
    },
    "ObjectionState": {
        "open": "wait",
        "answered": "wait",
        "returned": "warn",
        "settled": "ok",
        "withdrawn": "off",
    },
    "SampleState": {"asked": "wait", "drawn": "wait", "closed": "ok", "withdrawn": "off"},
    "SampleFound": {
        "open": "wait",
        "seen": "ok",
        "elsewhere": "warn",
        "absent": "bad",
        "seal_broken": "bad",
        "differs": "warn",
    },
    "CopyPermitState": {
        "requested": "wait",
        "approved": "ok",
        "used": "off",
        "refused": "bad",
        "withdrawn": "off",
        "expired": "off",
    },
    "DestructionState": {
        "requested": "wait",
        "approved": "wait",
        "destroyed": "wait",
        "certified": "ok",
        "refused": "bad",
        "withdrawn": "off",
        "failed": "bad",
    },
    "HopState": {
        "requested": "wait",
        "active": "ok",
        "suspended": "warn",
        "rejected": "bad",
        "withdrawn": "off",
        "revoked": "bad",
        "completed": "off",
        "closing": "wait",
        "closed": "off",
    },
    "ApprovalState": {
        "requested": "wait",
        "granted": "ok",
        "suspended": "warn",
        "denied": "bad",
        "withdrawn": "off",
        "revoked": "bad",
        "superseded": "off",
    },
    "RequestOutcome": {
        "waiting": "wait",
        "approved": "ok",
        "conditional": "ok",
        "ended": "off",
        "suspended": "warn",
        "denied": "bad",
        "revoked": "bad",
        "withdrawn": "off",
        "superseded": "off",
    },
    "ConditionState": {"open": "wait", "evidenced": "wait", "met": "ok", "waived": "off"},
    "OverrideState": {"requested": "wait", "active": "warn", "refused": "bad", "revoked": "off"},
    "DelegationState": {"proposed": "wait", "active": "ok", "revoked": "off"},
    "IdentityState": {"proposed": "wait", "linked": "ok", "ended": "off"},
    "WebhookState": {"in_force": "ok", "ended": "off"},
    "DeliveryState": {"waiting": "wait", "arrived": "ok", "given_up": "bad"},
    "SigningKeyState": {"asked": "wait", "confirmed": "ok", "ended": "off"},
    "SlipState": {"asked": "wait", "confirmed": "warn", "used": "off", "ended": "off"},
    "PermitState": {
        "draft": "off",
        "submitted": "wait",
        "approved": "ok",
        "active": "ok",
        "used": "off",
        "expired": "off",
        "revoked": "bad",
    },
    "CollectionState": {"planned": "wait", "done": "wait", "registered": "wait", "reviewed": "ok"},
    "VoteChoice": {"approve": "ok", "approve_against_advice": "warn", "deny": "bad"},
    "Stance": {"in_favour": "ok", "against": "warn", "changes": "warn"},
    "HandoffState": {
        "offered": "wait",
        "accepted": "ok",
        "accepted_in_part": "warn",
        "declined": "bad",
        "withdrawn": "off",
        "mistaken": "wait",
        "undone": "off",
        "lapsed": "off",
        "lost": "bad",
    },
    "DiscrepancyState": {"open": "wait", "reported": "warn", "found": "ok", "replaced": "ok"},
    "ReportState": {
        "requested": "wait",
        "building": "wait",
        "ready": "ok",
        "failed": "bad",
        "withdrawn": "off",
    },
    "FindingOutcome": {
        "pass": "ok",
        "warn": "warn",
        "overridden": "warn",
        "block": "bad",
        "not_applicable": "off",
        "cannot_tell": "bad",
    },
    "DecisionOutcome": {"allow": "ok", "refuse": "bad"},
    "BasisStatus": {"verified": "ok", "unverified": "warn", "policy": "off"},
}


def _language() -> str:
    """Return the language of the page."""
    return get_language() or "en"


def _word(value: Any, kind: str = "") -> Word | None:
    """Return the member behind a stored word; ``kind`` names its enumeration when only the word is known."""
    if isinstance(value, Word):
        return value
    try:
        found = getattr(terms, kind)(value) if kind else None
    except (AttributeError, ValueError):
        return None
    return found if isinstance(found, Word) else None


@register.filter
def text(value: Any) -> Any:
    """Return a two-language text or word in the language of the page; anything else as it is."""
    if isinstance(value, Word):
        return value.text.get(_language())
    return value.get(_language()) if isinstance(value, Text) else value


@register.filter
def word(value: Any, kind: str = "") -> Any:
    """Return the label of a word: ``{{ hop.state|word }}``, ``{{ row.state|word:"HopState" }}``."""
    found = _word(value, kind)
    return text(found) if found is not None else value


@register.filter
def tone(value: Any, kind: str = "") -> str:
    """Return the tone of a word: ok, wait, warn, bad or off."""
    found = _word(value, kind)
    return TONES.get(type(found).__name__, {}).get(str(found), "off")


@register.filter
def shape(value: str) -> str:
    """Return the mark that stands for a tone."""
    return SHAPES.get(value, SHAPES["off"])


def _badge(tone_: str, label: Any, mark: str = "") -> SafeString:
    """Return the badge element; its mark is hidden from screen readers, which hear the word."""
    return format_html(
        '<span class="badge {}"><span aria-hidden="true">{}</span>{}</span>',
        tone_,
        mark or SHAPES[tone_],
        label,
    )


@register.simple_tag
def badge(value: Any, kind: str = "") -> SafeString | str:
    """Show a word as a badge: ``{% badge hop.state %}``; nothing for nothing."""
    if value in (None, ""):
        return ""
    return _badge(tone(value, kind), word(value, kind))


@register.simple_tag
def mark(tone_: str, label: Any) -> SafeString:
    """Show free words as a badge: ``{% mark "warn" overdue_text %}``."""
    return _badge(tone_ if tone_ in SHAPES else "off", text(label))


@register.simple_tag
def entry_state(state: str) -> SafeString | str:
    """Show how firmly an entry stands: recorded, sealed, witnessed."""
    if state == "witnessed":
        return _badge("ok", _("Witnessed"), "✓✓")
    if state == "sealed":
        return _badge("ok", _("Sealed"))
    return _badge("wait", _("Recorded")) if state == "recorded" else ""


@register.filter
def iso(value: Any) -> Any:
    """Return a date as 2026-11-21 in every language: for tables and anything that is sorted or typed back."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return (
        format_html('<time datetime="{0}">{0}</time>', value.isoformat())
        if isinstance(value, dt.date)
        else value
    )


@register.filter
def day(value: Any) -> Any:
    """Return a date as 2026-11-21, in Chinese as 2026年11月21日: for facts, sentences and prints."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not isinstance(value, dt.date):
        return value
    shown_ = (
        f"{value.year}年{value.month}月{value.day}日" if _language().startswith("zh") else value.isoformat()
    )
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown_)


@register.filter
def moment(value: Any) -> Any:
    """Return a time in the current zone to the second with its offset: 2026-11-21 18:00:05 +08:00."""
    if not isinstance(value, dt.datetime):
        return value
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    offset = local.strftime("%z")
    shown_ = local.strftime("%Y-%m-%d %H:%M:%S") + (f" {offset[:3]}:{offset[3:5]}" if offset else "")
    if _language().startswith("zh"):
        shown_ = f"{local.year}年{local.month}月{local.day}日" + shown_[10:]
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown_)


@register.filter(name="hash")
def short_hash(value: Any) -> Any:
    """Return the first twelve signs of a hash, the whole of it for the mouse and the clipboard."""
    if isinstance(value, bytes | memoryview):
        value = bytes(value).hex()
    if not value:
        return ""
    return format_html('<code title="{}">{}</code>', value, f"{value[:12]}…" if len(value) > 13 else value)


@register.filter
def number(value: Any) -> Any:
    """Return a whole number with commas between thousands, the same in both languages."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


@register.filter
def shown(value: Any) -> Any:
    """Return any value as a person reads it: words, dates, yes and no, links, lists; nothing is said so."""
    if value is None or value in ("", [], ()):
        return format_html('<span class="soft">{}</span>', _("Not recorded"))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Link):
        return format_html('<a href="{}">{}</a>', value.href, shown(value.text))
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, Word | Text):
        return text(value)
    if isinstance(value, str | Promise | int | SafeString) or not isinstance(value, Iterable):
        return value
    return format_html_join(mark_safe("<br>"), "{}", ((shown(v),) for v in value))


@register.filter
def cell(value: Any) -> Any:
    """Return a table cell: like ``shown``, but a state is a badge, a date is ISO and nothing is a dash."""
    if value is None or value == "":
        return format_html('<span aria-hidden="true">–</span><span class="sr">{}</span>', _("Not recorded"))
    if isinstance(value, Word) and type(value).__name__ in TONES:
        return badge(value)
    if isinstance(value, Link) and isinstance(value.text, Word):
        return format_html('<a href="{}">{}</a>', value.href, cell(value.text))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return iso(value)
    return conditional_escape(shown(value))


@register.simple_tag
def submission() -> SafeString:
    """Return the hidden token of a form: sent twice, it has one effect."""
    return format_html('<input type="hidden" name="submission" value="{}">', uuid.uuid4())


@register.filter
def failing(checks: Iterable[Any]) -> list[Any]:
    """Return the checks that refuse the act."""
    return [c for c in checks if c.blocks]


@register.filter
def warning(checks: Iterable[Any] | None) -> list[Any]:
    """Return the checks that refuse nothing and warn."""
    return [c for c in checks or () if c.tone == "warn" and not c.blocks]


@register.filter
def passed(checks: Iterable[Any]) -> list[Any]:
    """Return the checks that passed."""
    return [c for c in checks if c.tone == "ok"]


@register.filter
def not_applicable(checks: Iterable[Any]) -> list[Any]:
    """Return the checks whose rule does not apply here."""
    return [c for c in checks if c.tone == "off"]


@register.filter
def weightiest_first(checks: Iterable[Any]) -> list[Any]:
    """Return the checks that apply, what blocks before what warns before what passed."""
    order = ("bad", "warn", "ok")
    return sorted((c for c in checks if c.tone in order), key=lambda c: order.index(c.tone))


@register.filter
def zipped(row: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return the cells of a row beside their columns."""
    return list(zip(columns, row, strict=True))


@register.filter
def message_tone(level: str) -> str:
    """Return the tone of a flash message's level."""
    return {"success": "ok", "warning": "warn", "error": "bad"}.get(level, "wait")


@register.simple_tag(takes_context=True)
def page_link(context: template.Context, page: int, parameter: str = "") -> str:
    """Return the address of another page of the same list, its filters kept."""
    query = context["request"].GET.copy()
    query[parameter or "page"] = str(page)
    return f"?{query.urlencode()}"


@register.filter
def level(code: str, regime: str = "") -> str:
    """Return a classification level as people read it: ``{{ item.level|level:project.regime }}``.

    Without a regime the first pack that knows the level names it; what none knows is shown as it is stored.
    """
    for name in [regime] if regime else regimes.all_names():
        try:
            return str(text(regimes.pack(name).level(code).label.text))
        except (KeyError, Missing):  # an unknown pack, an unknown level
            continue
    return code


@register.filter
def regime(name: str) -> Any:
    """Return what a regime is called; one without a pack is shown as it is stored."""
    try:
        return text(regimes.pack(name).label.text)
    except (KeyError, ValueError):
        return name


@register.filter
def language_tag(code: str) -> str:
    """Return a language code as BCP 47 writes it: zh-hans becomes zh-Hans."""
    head, _dash, script = code.partition("-")
    return f"{head}-{script.title()}" if len(script) == 4 else code
