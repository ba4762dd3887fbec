"""A guided form: fill in, watch the rules, check the answers, then do it or record the refused attempt.

Everything travels in the form, so the back button and a lost signal do no harm; a hidden token lets an
act that is sent twice have one effect. Without JavaScript the steps are the same, only the panel waits for
"Continue".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions.base import Outcome, done_before
from custody.actions.deciding import Ruling

from .base import actor_of, token_of, told_in
from .patterns import Answer, Check, Choice, answers

F = TypeVar("F", bound=forms.Form)


class Guided(ABC, Generic[F]):
    """One guided form for one request; a noun says what is asked, judged and done."""

    folder: str  # of its templates: new.html and check.html
    verb: str  # of the act
    do: Any  # words of the button that does it
    leads_to: str  # the page of what was done

    def __init__(self, request: HttpRequest, project: m.Project) -> None:
        self.request, self.project = request, project

    @abstractmethod
    def form(self, data: QueryDict | None) -> F:
        """Return the form, empty or filled."""

    @abstractmethod
    def judge(self, form: F) -> Ruling | None:
        """Return what the rules say of what is filled in so far; None while too little is known."""

    @abstractmethod
    def lines(self, form: F, ruling: Ruling) -> list[Check]:
        """Return a ruling as this reader may have it."""

    @abstractmethod
    def submit(self, form: F) -> Outcome:
        """Act. Raises ActionError."""

    def context(self) -> dict[str, Any]:
        """Return what the templates are given besides form and checks."""
        return {}

    def answers(self, form: F) -> list[Answer]:
        """Return the answers in words."""
        return answers(form)

    def answer(self) -> HttpResponse:
        """Return the page of the step that was asked for."""
        request = self.request
        if request.method != "POST":
            return self._fill_in(self.form(None))
        step = request.POST.get("step", "")
        if step in ("do", "record") and (done := self._done_before()):
            return self._lead(done)
        form = self.form(request.POST)
        if step == "panel":
            return self._panel(form)
        if step == "choices":
            form = self.form(None) if not request.POST else self._unjudged(request.POST)
            return self._fill_in(
                form, f"{self.folder}/_fields.html" if request.headers.get("HX-Request") else ""
            )
        with transaction.atomic():
            valid = form.is_valid()
            if not valid or step == "change":
                return self._fill_in(form, status=200 if valid else 422)
            ruling = self.judge(form)
            if step not in ("do", "record") or (step == "record" and ruling and ruling.allowed):
                return self._check(form, ruling, changed=step == "record")
        with told_in(form):
            return self._lead(self.submit(form))
        return self._fill_in(form, status=422)

    def _done_before(self) -> Outcome | None:
        """Return what came of this very form when it was sent before: a double tap, the back button."""
        token = token_of(self.request)
        return done_before(actor_of(self.request), token, self.verb) if token else None

    def _lead(self, outcome: Outcome) -> HttpResponse:
        return redirect("refusal" if outcome.state == "refused" else self.leads_to, outcome.object.id)

    def _unjudged(self, data: QueryDict) -> F:
        """Return the form with what was typed but without faults: the person is not done yet."""
        filled = self.form(data)
        known = {
            name: data.getlist(name) if isinstance(field, forms.MultipleChoiceField) else data.get(name, "")
            for name, field in filled.fields.items()
        }
        blank = self.form(None)
        blank.initial.update(known)
        self.refresh(blank)
        return blank

    def refresh(self, form: F) -> None:
        """Fit the choices of dependent fields to the form's initial values."""

    def _panel(self, form: F) -> HttpResponse:
        form.is_valid()
        return render(self.request, "patterns/_rules.html", self._rules(form))

    def _rules(self, form: F) -> dict[str, Any]:
        ruling = self.judge(form)
        return {"checks": self.lines(form, ruling) if ruling else None, "ruling": ruling}

    def _fill_in(self, form: F, template: str = "", status: int = 200) -> HttpResponse:
        context = {
            **self.context(),
            "form": form,
            "choices": [Choice("check", _("Continue"), "primary", "step")],
        }
        if form.is_bound:
            context |= self._rules(form)
        return render(self.request, template or f"{self.folder}/new.html", context, status=status)

    def _check(self, form: F, ruling: Ruling | None, changed: bool) -> HttpResponse:
        allowed = ruling is None or ruling.allowed
        act = Choice("do", self.do, "primary", "step")
        record = Choice("record", _("Record the refused attempt"), "danger", "step")
        context = {
            **self.context(),
            "form": form,
            "answers": self.answers(form),
            "checks": self.lines(form, ruling) if ruling else [],
            "allowed": allowed,
            "changed": changed,
            "choices": [
                act if allowed else record,
                Choice("change", _("Change the answers"), "plain", "step"),
            ],
        }
        return render(self.request, f"{self.folder}/check.html", context)
