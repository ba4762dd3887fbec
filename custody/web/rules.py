"""The rule catalogue as pages: every rule with what it checks, where it holds, and on what it rests."""

from __future__ import annotations

import inspect
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import decided, regimes
from custody.policy.changes import cited
from custody.policy.regime import PLACEHOLDER, Pack
from custody.policy.rule import Rule, published
from custody.terms import FindingOutcome, Text, Verb

from .base import heads, language, screen, signed_in, words
from .inputs import input_name
from .names import regime_name
from .packs import params, state
from .patterns import Choice, Fact, Link, Section, Table


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List every rule in the version that new decisions are taken with, and what no rule checks yet."""
    packs = _packs()
    body = [
        [
            Link(rule.code, reverse("rule", args=[rule.code.lower()])),
            rule.title,
            _weight(rule),
            _where(rule, packs),
        ]
        for rule in published().newest()
    ]
    columns = heads(_("Rule"), _("What it checks"), _("When it is not met"), _("Where it is on"))
    duties = [
        [regime_name(id), row.duty.text, cited(row.cite)]
        for id, pack in packs.items()
        for row in pack.not_checked
    ]
    context = {
        "heading": _("Rules"),
        "lead": _(
            "Before each act all rules for it run, and all that is wrong is shown. A rule that lacks a fact "
            "bars the act as if it were not met."
        ),
        "choices": [Choice("", _("Try the rules"), "primary", href=reverse("rule_try"))],
        "sections": [
            Section(_("All rules"), Table(columns, body)),
            Section(
                _("Duties that no rule checks yet"),
                Table(heads(_("Rules of"), _("Duty"), _("Basis")), duties, empty=_("None is named.")),
            ),
        ],
    }
    return render(request, "rule/page.html", context)


@screen()
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule. Raises Http404 for a code of none."""
    rule = next((one for one in published().newest() if one.code.lower() == code.lower()), None)
    if rule is None:
        raise Http404
    context = {
        "crumbs": [Link(_("Rules"), reverse("rules"))],
        "heading": f"{rule.code} {words(rule.title)}",
        "choices": _choices(request, rule),
        "facts": [
            Fact(_("When it is not met"), _weight(rule)),
            Fact(_("Asked when"), [verb.text for verb in Verb if verb in rule.verbs]),
            Fact(_("Version"), rule.name, note=_earlier(rule)),
        ],
        "doc": _doc(rule),
        "doc_language": "" if language() == "en" else "en",
        "sections": [_remedies(rule), _regimes(rule)],
    }
    return render(request, "rule/page.html", context)


def _where(rule: Rule, packs: dict[str, Pack]) -> Any:
    """Return the packs that have a rule on, in short where that is all or none of them."""
    found = [regime_name(id) for id, pack in packs.items() if _on(rule, pack)]
    if len(found) == len(packs):
        return _("In all")
    return found or _("In none")


def _choices(request: HttpRequest, rule: Rule) -> list[Choice]:
    verb = next((each for each in Verb if each in rule.verbs), None)
    found = [
        Choice(
            "", _("Try the rules"), "primary", href=f"{reverse('rule_try')}?{f'verb={verb}' if verb else ''}"
        )
    ]
    if decided.may_read(signed_in(request)):
        label = _("Decisions on which it spoke")
        found.append(Choice("", label, href=f"{reverse('decisions')}?rule={rule.code}"))
    return found


def _earlier(rule: Rule) -> str:
    if rule.version == 1:
        return ""
    return _("Earlier versions stay for what was decided by them.")


def _packs() -> dict[str, Pack]:
    """Return the packs in force; one whose text is lost is left out, for nothing is decided by it."""
    found = {}
    for name in regimes.all_names():
        try:
            found[name] = regimes.pack(name)
        except regimes.PackLost:
            continue
    return found


def _on(rule: Rule, pack: Pack) -> bool:
    setting = pack.rules.get(rule.code)
    return setting is not None and setting.enabled


def _weight(rule: Rule) -> Text:
    if rule.severity is FindingOutcome.BLOCK:
        return Text("The act is barred", "阻止操作")
    return Text("A warning", "仅警告")


def _remedies(rule: Rule) -> Section:
    """Return what can be wrong with what is to be done then; what is filled in stands in brackets."""
    body = [[problem, _open(remedy)] for problem, remedy in rule.remedies.items()]
    return Section(_("What to do"), Table(heads(_("Key"), _("What is wrong, and what to do")), body))


def _open(remedy: Text) -> Text:
    def fill(text: str, lang: str) -> str:
        return PLACEHOLDER.sub(lambda m: f"[{input_name(m[1]).get(lang)}]", text)

    return Text(fill(remedy.en, "en"), fill(remedy.zh, "zh"))


def _regimes(rule: Rule) -> Section:
    body: list[list[Any]] = []
    for id, pack in _packs().items():
        setting = pack.rules.get(rule.code)
        if setting is None:
            body.append([regime_name(id), _("Not in this pack"), "", ""])
            continue
        basis = [cited(cite) for cite in setting.cite] if setting.enabled else ""
        body.append([regime_name(id), state(setting), params(setting) or "", basis])
    columns = heads(_("Rules of"), _("State"), _("Parameters"), _("Basis"))
    return Section(_("Where it holds"), Table(columns, body))


def _doc(rule: Rule) -> list[str]:
    """Return what a rule says of itself, which is written in English alone, by paragraph."""
    return [" ".join(part.split()) for part in inspect.cleandoc(rule.doc).split("\n\n")]
