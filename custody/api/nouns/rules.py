"""The rules, and trying them: nothing is recorded by a trial."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import regimes, trying
from custody.actions.base import ActionError, Actor
from custody.policy.editing import members
from custody.policy.engine import Finding as Found
from custody.policy.rule import Rule, published
from custody.terms import Audience, Channel, Source, Text, Verb

from ..fields import NOT_THERE, Asked, Line, Seen, SeenMany, Words
from ..problems import findings
from ..saying import say
from ..schema import Finding


class RuleAt(serializers.Serializer[Any]):
    """How a pack sets a rule."""

    regime = serializers.CharField()
    enabled = serializers.BooleanField()
    why_off = serializers.CharField(allow_null=True)
    params = serializers.DictField()


class RuleShown(serializers.Serializer[Any]):
    """A rule in the version that new decisions are taken with; ``remedies`` by what can be wrong."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    bars = serializers.BooleanField(help_text="Whether it bars the act, or only warns.")
    verbs = serializers.ListField(child=serializers.CharField())
    remedies = serializers.DictField(child=serializers.CharField())
    regimes = RuleAt(many=True)


class TryAsked(Asked):
    """What is tried: an act on things of a project; or on an invented case of a regime; or on ``facts`` that
    are sent whole with the regime. ``changes`` puts other values in place, by the paths that a
    trial gives."""

    verb = Words(Verb)
    regime = Line(max_length=60, required=False)
    project = Seen(m.Project, required=False)
    approval = Seen(m.Approval, required=False)
    handoff = Seen(m.Handoff, required=False)
    hop = Seen(m.Hop, required=False)
    to_party = Seen(m.Party, required=False)
    copies = SeenMany(m.Copy, required=False, max_length=trying.COPIES)
    person = Seen(m.Person, required=False)
    system = Seen(m.System, required=False)
    channel = Words(Channel, required=False)
    due_back = serializers.DateField(required=False)
    facts = serializers.DictField(required=False)
    changes = serializers.DictField(child=Line(max_length=2000, allow_blank=True), required=False)


class InputShown(serializers.Serializer[Any]):
    """One thing that a rule looked at."""

    name = serializers.CharField()
    value = serializers.CharField()


class TriedFinding(Finding):
    """What one rule says in a trial, with what it looked at."""

    inputs = InputShown(many=True)


class FactShown(serializers.Serializer[Any]):
    """A fact that a trial may change: its path and its value, empty for what is not known."""

    path = serializers.CharField()
    value = serializers.CharField()


class TriedShown(serializers.Serializer[Any]):
    """What the rules would say. ``members`` are the facts that can be changed, for who may see them."""

    allowed = serializers.BooleanField()
    findings = TriedFinding(many=True)
    members = FactShown(many=True)


@extend_schema(responses=RuleShown(many=True))
@api_view(["GET"])
def every(request: Request) -> Response:
    """List the rules."""
    return Response([_shown(rule) for rule in published().newest()])


@extend_schema(responses=RuleShown)
@api_view(["GET"])
def one(request: Request, code: str) -> Response:
    """Show one rule, by its code."""
    for rule in published().newest():
        if rule.code.lower() == code.lower():
            return Response(_shown(rule))
    raise Http404


@extend_schema(request=TryAsked, responses=TriedShown)
@api_view(["POST"])
def tried(request: Request) -> Response:
    """Say what the rules would say; nothing is recorded. Real things are of projects seen whole."""
    asked = TryAsked(data=request.data, context={"request": request})
    asked.is_valid(raise_exception=True)
    said = asked.validated_data
    changes = said.pop("changes", None)
    if "facts" in said:
        _alone(said)
        trial = trying.given(said["verb"], _regime(said), said["facts"])
        return Response(_answer(trial, trial.judgement.findings, shown=True))
    user = cast(m.User, request.user)
    case = _case(user, said)
    may = trying.may_change(user, case)
    if changes and not may:
        raise ActionError(NOT_THERE, "changes")
    trial = trying.run(Actor.of(user, Source.API), case, timezone.now(), changes)
    narrowed = trial.judgement.for_audience(Audience.INTERNAL, None)
    return Response(_answer(trial, narrowed.findings, shown=may))


def _alone(said: dict[str, Any]) -> None:
    more = sorted(set(said) - {"verb", "regime", "facts"})
    if more:
        text = Text(
            "Facts are sent whole, with verb and regime alone.", "提交整组事实时，只须另附操作和规则包。"
        )
        raise ActionError(text, more[0])


def _regime(said: dict[str, Any]) -> str:
    name = said.get("regime", "")
    if name not in regimes.all_names():
        raise ActionError(Text("There are no rules of this name.", "没有该名称的规则包。"), "regime")
    return str(name)


def _case(user: m.User, said: dict[str, Any]) -> trying.Case:
    """Return the case with its things, each of the project. Raises ActionError."""
    if "project" not in said:
        if more := sorted(set(said) - {"verb", "regime"}):
            raise ActionError(Text("Name the project of this.", "请指定所属项目。"), more[0])
        return trying.Case(said["verb"], _regime(said))
    project = trying.projects(user).filter(id=said["project"]).first()
    if project is None:
        raise ActionError(NOT_THERE, "project")
    rows: dict[str, Any] = {
        "approval": m.Approval.objects.select_related("hop__project").filter(hop__project=project),
        "handoff": m.Handoff.objects.filter(project=project),
        "hop": project.hops.all(),
        "to_party": m.Party.objects.visible_to(user),
        "person": m.Person.objects.visible_to(user),
        "system": m.System.objects.visible_to(user),
    }
    found: dict[str, Any] = {name: said[name] for name in ("channel", "due_back") if name in said}
    for name, among in rows.items():
        if name in said:
            found[name] = among.filter(id=said[name]).first()
            if found[name] is None:
                raise ActionError(NOT_THERE, name)
    if "copies" in said:
        found["copies"] = list(m.Copy.objects.filter(item__project=project, id__in=said["copies"]))
        if len(found["copies"]) != len(said["copies"]):
            raise ActionError(NOT_THERE, "copies")
    return trying.Case(said["verb"], project.regime, project, **found)


def _answer(trial: trying.Trial, found: Iterable[Found], *, shown: bool) -> dict[str, Any]:
    each = list(found)
    told = findings(each)
    for finding, line in zip(each, told, strict=True):
        line["inputs"] = [
            {"name": name, "value": say(given.text({}))} for name, given in sorted(finding.inputs.items())
        ]
    members_ = members(trial.facts) if shown else []
    return {
        "allowed": trial.judgement.allowed,
        "findings": told,
        "members": [{"path": member.path, "value": member.text} for member in members_],
    }


def _shown(rule: Rule) -> dict[str, Any]:
    found = []
    for name in regimes.all_names():
        setting = regimes.pack(name).rules.get(rule.code)
        if setting is not None:
            reason = setting.off_reason
            found.append(
                {
                    "regime": name,
                    "enabled": setting.enabled,
                    "why_off": say(reason.text) if reason else None,
                    "params": setting.params if setting.enabled else {},
                }
            )
    return {
        "code": rule.code,
        "version": rule.version,
        "title": say(rule.title),
        "bars": str(rule.severity) == "block",
        "verbs": sorted(str(verb) for verb in rule.verbs),
        "remedies": {problem: say(text) for problem, text in rule.remedies.items()},
        "regimes": found,
    }
