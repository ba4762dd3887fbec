"""Trying rules: an act on real things or on an invented case, and what the rules would say if the facts were
otherwise. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from custody import trying
from custody.actions.base import ActionError
from custody.policy import sample
from custody.policy.editing import Member, members
from custody.terms import Audience

from .base import actor_of, heads, screen, signed_in, told_in, words
from .findings import checks
from .forms.trying import CaseForm, FactsForm
from .judged import shown as judged
from .members import group_name, member_name
from .names import called, named
from .patterns import Link, Table


@csrf_protect
@screen("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """Ask what is tried, then say what the rules would say of it, and again with other facts."""
    sent = request.POST if request.method == "POST" else request.GET
    asked = {name: value for name, value in sent.items() if isinstance(value, str)}
    form = CaseForm(sent if "verb" in sent else None, user=signed_in(request), asked=asked)
    if form.is_bound and form.begun and request.method == "GET":
        form = CaseForm(None, user=signed_in(request), asked=asked)
    context: dict[str, Any] = {
        "crumbs": [Link(_("Rules"), reverse("rules"))],
        "heading": _("Try the rules"),
        "case": form,
        "start": reverse("rule_try"),
    }
    changed: FactsForm | None = None
    if form.is_bound and form.is_valid():
        with told_in(form):
            changed = _tried(request, form, context)
    wrong = [each for each in (form, changed) if each is not None and each.errors]
    context["form"] = wrong[0] if wrong else None
    status = 422 if wrong or (request.method == "POST" and not form.is_bound) else 200
    return render(request, "rule/try.html", context, status=status)


def _tried(request: HttpRequest, form: CaseForm, context: dict[str, Any]) -> FactsForm | None:
    """Put what the rules say into the context, and return the form of the facts for who may see them."""
    actor, case, now = actor_of(request), form.case(), timezone.now()
    trial = trying.run(actor, case, now)
    facts: FactsForm | None = None
    if trying.may_change(request.user, case):
        some = members(trial.facts)
        facts = FactsForm(_changing(request), members=some, pack=trial.pack)
        if facts.is_bound and facts.is_valid():
            try:
                trial = trying.run(actor, case, now, facts.changes())
            except ActionError as error:
                facts.add_error(None, words(error.text))
        context["groups"] = _groups(request, facts, some)
        context["kept"] = [(name, form.data.get(name, "")) for name in form.fields]
        context["done"] = _done(request, trial.done, some)
    findings = trial.judgement.findings
    names = sample_names() if case.project is None else named(request, findings)
    if case.project is None:
        context["checks"] = checks(findings, Audience.INTERNAL, None, names)
    else:
        context["checks"] = judged(request, findings, case.project)
    context["allowed"] = trial.judgement.allowed
    return facts


def _changing(request: HttpRequest) -> Any:
    """Return what was typed for the facts; None while nothing was."""
    return request.POST if request.method == "POST" else None


def sample_names() -> dict[str, str]:
    """Return what the things of an invented case are called."""
    return {id: words(name) for id, name in sample.NAMES.items()}


def _names(request: HttpRequest, some: Sequence[Member]) -> dict[str, str]:
    asked: dict[str, set[str]] = {}
    for member in some:
        noun, _colon, id = member.group.partition(":")
        asked.setdefault(noun, set()).add(id)
    return {**called(request, asked), **sample_names()}


def _title(group: str, names: dict[str, str]) -> str:
    title = words(group_name(group))
    name = names.get(group.partition(":")[2])
    return f"{title}: {name}" if name else title


def _groups(request: HttpRequest, form: FactsForm, some: Sequence[Member]) -> list[tuple[str, list[Any]]]:
    """Return the fields under the names of what they are about."""
    names = _names(request, some)
    found: dict[str, list[Any]] = {}
    for member in some:
        found.setdefault(member.group, []).append(form[member.path])
    return [(_title(group, names), fields) for group, fields in found.items()]


def _done(request: HttpRequest, done: Sequence[tuple[Member, str]], some: Sequence[Member]) -> Table | None:
    """Return what was changed for this trial; None for nothing."""
    if not done:
        return None
    names = _names(request, some)
    body = [
        [
            _title(member.group, names),
            member_name(member),
            member.text or _("Not known"),
            said or _("Not known"),
        ]
        for member, said in done
    ]
    return Table(heads(_("What"), _("Fact"), _("As recorded"), _("In this trial")), body)
