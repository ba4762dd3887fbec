"""A guided form: fill in, watch the rules, check the answers, then do it or record the refused attempt.

Everything travels in the form, so the back button and a lost signal do no harm; a hidden token lets an
act that is sent twice have one effect. Without JavaScript the steps are the same, only the panel waits for
"Continue".

What is typed is kept as a draft whenever the rules are asked, so that it outlives a sign-out; see ``drafts``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import kept, refusals
from custody.actions.base import ActionError, Outcome, done_before
from custody.actions.deciding import Ruling

from . import drafts, held
from .base import actor_of, signed_in, token_of, told_in, words
from .forms.fields import OwnWords
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
    def form(self, data: QueryDict | None, files: Any = None) -> F:
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

    def place(self) -> str:
        """Return what else than the project tells one such form from another; a draft belongs to it."""
        return ""

    def page_of(self, place: str) -> str:
        """Return the address at which the draft of another place is open."""
        return "?" + urlencode({"draft": drafts.OPEN, **({"parent": place} if place else {})})

    def suggested(self) -> drafts.Answers | None:
        """Return the answers that the address asks for; None when it asks for none."""
        return None

    def filled_from(self, form: F) -> str:
        """Return a sentence on answers that the address asked for: from where, and what is still empty."""
        return ""

    def takes_up(self, draft: drafts.Answers) -> bool:
        """Return whether the address leaves room for a draft of this place to be taken up at once."""
        return True

    def aside(self, step: str) -> HttpResponse | None:
        """Do a step that is no part of the act; None for a step that is not known here."""
        return None

    def context(self) -> dict[str, Any]:
        """Return what the templates are given besides form and checks."""
        return {}

    def beside(self) -> dict[str, Any]:
        """Return what only the page of the form is given."""
        return {}

    def checked(self, form: F) -> dict[str, Any]:
        """Return what only the page of the checked answers is given."""
        return {}

    def answers(self, form: F) -> list[Answer]:
        """Return the answers in words."""
        return answers(form)

    def answer(self) -> HttpResponse:
        """Return the page of the step that was asked for."""
        request = self.request
        if request.method != "POST":
            return self._open()
        step = request.POST.get("step", "")
        if step in ("do", "record") and (done := self._done_before()):
            self._explain(done, OwnWords(request.POST))
            return self._lead(done)
        if step == "throw":
            kept.drop_draft(signed_in(request), project=self.project.id, verb=self.verb)
            return redirect(request.get_full_path())
        if (aside := self.aside(step)) is not None:
            return aside
        form = self.form(request.POST, request.FILES if step == "check" else None)
        if step == "panel":
            return self._panel(form)
        if step == "choices":
            form = self.form(None) if not request.POST else self._unjudged(request.POST)
            return self._fill_in(
                form, f"{self.folder}/_fields.html" if request.headers.get("HX-Request") else ""
            )
        return self._judged(form, step)

    def _judged(self, form: F, step: str) -> HttpResponse:
        """Return the page of a step for which the answers must be sound."""
        own_words = OwnWords(self.request.POST if step in ("do", "record") else None)
        with transaction.atomic():
            valid = form.is_valid()
            if step == "check":
                drafts.keep(self, form)
            if not valid or step == "change":
                return self._fill_in(form, status=200 if valid else 422)
            ruling = self.judge(form)
            if step not in ("do", "record") or (step == "record" and ruling and ruling.allowed):
                return self.check(form, ruling, changed=step == "record")
            if not own_words.is_valid():
                return self.check(form, ruling, own_words=own_words, status=422)
        with told_in(form):
            outcome = self.submit(form)
            kept.drop_draft(signed_in(self.request), project=self.project.id, verb=self.verb)
            self._explain(outcome, own_words)
            return self._lead(outcome)
        return self._fill_in(form, status=422)

    def _done_before(self) -> Outcome | None:
        """Return what came of this very form when it was sent before: a double tap, the back button."""
        token = token_of(self.request)
        return done_before(actor_of(self.request), token, self.verb) if token else None

    def _explain(self, outcome: Outcome, own_words: OwnWords) -> None:
        """Add the person's own words to a refusal at once; a form that is sent again adds nothing."""
        reason = own_words.cleaned_data["reason"] if own_words.is_valid() else ""
        token = token_of(self.request)
        if outcome.state != "refused" or not reason:
            return
        actor = replace(actor_of(self.request), submission=uuid5(token, "reason") if token else None)
        try:
            refusals.explain(actor, refusal=outcome.object.id, reason=reason)
        except ActionError as error:  # the refusal stands, and on its page the reason can be added
            messages.warning(self.request, words(error.text))

    def _lead(self, outcome: Outcome) -> HttpResponse:
        return redirect("refusal" if outcome.state == "refused" else self.leads_to, outcome.object.id)

    def _open(self) -> HttpResponse:
        """Return the form as the address asks for it, or with what was typed before, or empty."""
        draft = drafts.find(self)
        known = self.suggested()
        if known is None and draft and draft.taken_up:
            known = draft.answers
        form = self.form(None)
        context: dict[str, Any] = {"draft": draft}
        if known is not None:
            form = self._filled(known)
            context["left_out"] = drafts.left_out(form)
            context["filled_from"] = self.filled_from(form) if self.suggested() is not None else ""
            bound = self.form(drafts.posted(form))
            bound.is_valid()
            context |= self._rules(bound)
        return self._fill_in(form, more=context)

    def _unjudged(self, data: QueryDict) -> F:
        """Return the form with what was typed but without faults: the person is not done yet."""
        return self._filled(drafts.typed(self.form(data), data))

    def _filled(self, known: drafts.Answers) -> F:
        blank = self.form(None)
        blank.initial.update({name: value for name, value in known.items() if name in blank.fields})
        self.refresh(blank)
        return blank

    def refresh(self, form: F) -> None:
        """Fit the choices of dependent fields to the form's initial values."""

    def _panel(self, form: F) -> HttpResponse:
        form.is_valid()
        drafts.keep(self, form)
        return render(self.request, "patterns/_rules.html", self._rules(form))

    def _rules(self, form: F) -> dict[str, Any]:
        ruling = self.judge(form)
        return {
            "checks": self.lines(form, ruling) if ruling else None,
            "ruling": ruling,
            "held": held.of(self.request, ruling),
        }

    def _fill_in(
        self, form: F, template: str = "", status: int = 200, more: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            **self.context(),
            **({} if template else self.beside()),
            **(more or {}),
            "form": form,
            "choices": [Choice("check", _("Continue"), "primary", "step")],
        }
        if form.is_bound:
            context |= self._rules(form)
        return render(self.request, template or f"{self.folder}/new.html", context, status=status)

    def check(
        self,
        form: F,
        ruling: Ruling | None,
        *,
        changed: bool = False,
        own_words: OwnWords | None = None,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        """Return the page of the checked answers of a valid form."""
        allowed = ruling is None or ruling.allowed
        frozen = held.of(self.request, ruling)
        act = Choice("do", self.do, "primary", "step")
        record = Choice("record", _("Record the refused attempt"), "plain", "step")
        back = Choice("change", _("Go back and change"), "primary", "step")
        context = {
            **self.context(),
            **self.checked(form),
            **more,
            "form": form,
            "answers": self.answers(form),
            "checks": self.lines(form, ruling) if ruling else [],
            "allowed": allowed,
            "held": frozen,
            "changed": changed,
            "own_words": None if allowed or frozen else own_words or OwnWords(),
            "choices": [back]
            if frozen
            else [act, Choice("change", _("Change the answers"), "plain", "step")]
            if allowed
            else [back, record],
        }
        return render(self.request, f"{self.folder}/check.html", context, status=status)
