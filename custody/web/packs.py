"""Rule packs, for the administrator: what is in force, what each version says and changed, and a new one."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import drafting, regimes
from custody import models as m
from custody.actions import packs
from custody.actions.base import PackGone, done_before
from custody.actions.signing import must_sign
from custody.drafting import Draft
from custody.policy import shipped
from custody.policy.changes import Change, changes, cited
from custody.policy.packfile import RegimeError
from custody.policy.regime import Pack, RuleSetting
from custody.policy.rule import published
from custody.regimes import Published
from custody.terms import Text

from . import entries, signing, signing_packs
from .base import actor_of, heads, screen, token_of, told_in, words
from .forms.pack import PackForm
from .patterns import Answer, Choice, Fact, Link, Moment, Table

VERB = "pack.activate"


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the packs in force, with what should be known of each."""
    actor_of(request).require(VERB)
    used = Counter(m.Project.objects.values_list("regime", flat=True))
    since = dict(m.RegimePack.objects.values_list("id", "created_at"))
    body = []
    for name in regimes.all_names():
        row = regimes.in_force(name)
        try:
            label, said = regimes.pack(name).label.text, drafting.remarks(name)
        except regimes.PackLost:
            label, said = Text(name, name), [PackGone().text]
        title = Link(label, reverse("pack", args=[row.id])) if row else label
        day = (row.effective or timezone.localdate(since[row.id])) if row else None
        version = row.version if row else regimes.pack(name).version
        body.append([title, name, version, day, used[name], said or ""])
    labels = (_("Pack"), _("Id"), _("Version"), _("In force since"), _("Projects"), _("Remarks"))
    context = {
        "heading": _("Rule packs"),
        "table": Table(heads(*labels), body),
        "choices": [Choice("", _("Put a pack in force"), "primary", href=reverse("pack_new"))],
    }
    return render(request, "pack/list.html", context)


@screen()
def detail(request: HttpRequest, pack: UUID) -> HttpResponse:
    """Show one version: its rules, what it changed, and the versions before and after it."""
    actor_of(request).require(VERB)
    row = get_object_or_404(m.RegimePack, id=pack)
    all_versions = regimes.versions(row.name)
    this = next((one for one in all_versions if one.id == row.id), None)
    if this is None:  # published while this page was on its way
        raise Http404
    context = {
        "crumbs": [Link(_("Rule packs"), reverse("packs"))],
        "heading": f"{row.name} {row.version}",
        "facts": _facts(row, this),
        "versions": _versions(all_versions),
        "history": [moment for one in all_versions if (moment := _published(one.id))],
    }
    try:
        found = this.pack()
    except regimes.PackLost:
        context["lost"] = True
    else:
        before = _before(this, all_versions)
        context["heading"] = words(found.label.text)
        context["rules"] = rules(found)
        context["changed"] = table(changes(before, found, shipped.known_rules())) if before else None
        context["before"] = f"{before.id} {before.version}" if before else ""
    return render(request, "pack/detail.html", context)


def _facts(row: m.RegimePack, this: Published) -> list[Fact]:
    told = entries.values_of(row.entry)
    now = regimes.in_force(row.name)
    state = _("In force") if now == this else _("Not in force")
    facts = [
        Fact(_("Id"), row.name, mono=True),
        Fact(_("Version"), row.version),
        Fact(_("State"), state),
        Fact(_("Counts from"), row.effective or row.created_at),
        Fact(_("Projects"), m.Project.objects.filter(regime=row.name).count()),
        Fact("SHA-256", row.sha256, mono=True),
        Fact(_("Entry"), str(row.entry), mono=True),
    ]
    if told.get("reason"):
        facts += [
            Fact(_("Reason"), told["reason"]),
            Fact(_("Ordered by"), told.get("ordered_by")),
            Fact(_("SHA-256 of the file"), told.get("file_sha256"), mono=True),
            *signing_packs.signature(row, told),
        ]
    return facts


def _versions(found: Iterable[Published]) -> Table:
    body = [
        [Link(one.version, reverse("pack", args=[one.id])), one.effective, one.sha256[:16]] for one in found
    ]
    return Table(heads(_("Version"), _("Counts from"), "SHA-256"), body)


def _published(pack: UUID) -> Moment | None:
    row = m.RegimePack.objects.get(id=pack)
    moment = entries.moment(row.entry, {})
    return replace(moment, detail=moment.detail or "") if moment else None


def _before(this: Published, found: tuple[Published, ...]) -> Pack | None:
    """Return the version before, for the first one the pack below, as far as their texts are there."""
    older = found[found.index(this) + 1 :]
    try:
        if older:
            return older[0].pack()
        below = this.pack().chain[-2].partition("@")[0] if len(this.pack().chain) > 1 else ""
        return regimes.pack(below)
    except KeyError:
        return None


def rules(pack: Pack) -> Table:
    """Return every rule as a pack sets it, with its basis."""
    body = [
        [
            _rule(code),
            state(setting),
            [*params(setting), *(_clauses(pack) if code == "HOP-07" else ())] or "",
            [cited(cite) for cite in setting.cite],
        ]
        for code, setting in sorted(pack.rules.items())
    ]
    return Table(heads(_("Rule and what it asks"), _("State"), _("Parameters"), _("Basis")), body)


def _rule(code: str) -> list[Any]:
    """Return a rule's code over what it asks; a rule that is gone has its code alone."""
    return [code, *(rule.title for rule in published().newest() if rule.code == code)]


def state(setting: RuleSetting) -> Text:
    """Return whether a pack has a rule on; if not, why."""
    if setting.enabled:
        return Text("On", "启用")
    reason = setting.off_reason.text if setting.off_reason else Text("", "")
    return Text(f"Off: {reason.en}", f"停用：{reason.zh}")


def params(setting: RuleSetting) -> list[str]:
    """Return what a pack sets of a rule, one line for each."""
    if not setting.enabled:
        return []
    given = {name: value for name, value in setting.params.items() if value not in (None, [], {})}
    shown = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in given.items()}
    marked = _("relaxable")
    return [f"{n}: {v} ({marked})" if n in setting.relaxable else f"{n}: {v}" for n, v in shown.items()]


def _clauses(pack: Pack) -> list[Text]:
    """Return the clauses that flow down, each with the level from which it does."""
    found = []
    for clause in pack.clauses:
        level = pack.level(clause.from_level).label if clause.from_level else None
        en, zh = clause.label.en, clause.label.zh
        found.append(Text(f"{en}, from {level.en}", f"{zh}，自{level.zh}起") if level else clause.label.text)
    return found


def table(found: Iterable[Change]) -> Table:
    """Return changes as a table, with the way that each goes."""
    body = [
        [_rule(change.rule) if change.rule else "", change.name, change.old, change.new, change.way]
        for change in found
    ]
    return Table(
        heads(_("Rule"), _("What changes"), _("Before"), _("After"), _("Which way")),
        body,
        empty=_("No difference."),
    )


@screen("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Bring a file, read what it would change, and put it in force."""
    actor = actor_of(request)
    actor.require(VERB)
    form = PackForm(request.POST or None, request.FILES or None)
    step = request.POST.get("step", "")
    signs = signing.STEPS.get(step)
    if step == "do" and (token := token_of(request)) and (done := done_before(actor, token, VERB)):
        return redirect("pack", done.object.id)
    if form.is_bound and form.is_valid() and step != "change":
        drafted = _drafted(form)
        if drafted is not None and step == "do":
            with told_in(form):
                given = form.cleaned_data
                done = packs.activate(
                    actor, raw=form.raw, file=form.file_name, reason=given["reason"],
                    ordered_by=given["ordered_by"], shown=given["seen"],
                )  # fmt: skip
                return redirect("pack", done.object.id)
        elif drafted is not None and signs:
            with told_in(form):
                return signing_packs.put(request, form, drafted, signs)
        elif drafted is not None:
            return _check(request, form, drafted)
    context = {
        "crumbs": [Link(_("Rule packs"), reverse("packs"))],
        "heading": _("Put a pack in force"),
        "form": form,
        "choices": [Choice("check", _("Continue"), "primary", "step")],
        "cancel": reverse("packs"),
        "kept": form["name"].value() if form.is_bound and form["body"].value() else "",
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "pack/new.html", context, status=422 if wrong else 200)


def _drafted(form: PackForm) -> Draft | None:
    """Return what the file makes; a fault is told beside the file."""
    try:
        return drafting.draft(form.raw, form.file_name)
    except RegimeError as error:
        form.add_error("file", words(error.text))
        form.carry(body="", name="")  # it is brought again, mended
    return None


def _check(request: HttpRequest, form: PackForm, drafted: Draft) -> HttpResponse:
    form.carry(seen=drafted.pack.sha256, submission=str(form.cleaned_data["submission"] or uuid.uuid4()))
    against = drafted.against
    context = {
        "crumbs": [Link(_("Rule packs"), reverse("packs"))],
        "heading": _("Put a pack in force"),
        "form": form,
        "answers": [
            Answer(_("File"), form.file_name),
            Answer(_("Pack"), Text(*(f"{t} ({drafted.pack.id})" for t in (
                drafted.pack.label.en, drafted.pack.label.zh)))),
            Answer(_("Version"), drafted.pack.version),
            Answer(_("Counts from"), drafted.effective),
            Answer("SHA-256", drafted.pack.sha256),
            Answer(form["reason"].label, form.cleaned_data["reason"]),
            Answer(form["ordered_by"].label, form.cleaned_data["ordered_by"]),
        ],
        "against": f"{against.id} {against.version}" if against else "",
        "changed": table(drafted.changes) if against else None,
        "rules": None if against else rules(drafted.pack),
        "left": ", ".join(drafted.left),
        "must_sign": must_sign() and not signing.keys(request),
        "choices": [
            *signing_packs.choices(request),
            Choice("change", _("Change the answers"), "plain", "step"),
        ],
    }  # fmt: skip
    return render(request, "pack/check.html", context)
