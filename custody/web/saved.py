"""Lists kept under a name: saved and removed from the list's own page."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custody.actions import kept
from custody.actions.base import ActionError
from custody.terms import Text

from .base import UNKNOWN_STEP, screen, signed_in
from .forms.fields import Line
from .listing import LISTS, kept_query


class SaveForm(forms.Form):
    """A list's route and address, and the name it is kept under."""

    list = forms.ChoiceField(choices=lambda: [(name, name) for name in LISTS])
    name = Line(max_length=60, error_messages={"required": _("Give the list a name")})
    query = forms.CharField(max_length=2000, required=False)


class RemoveForm(forms.Form):
    """Which kept list goes."""

    id = forms.UUIDField()


@screen("POST")
def saved(request: HttpRequest) -> HttpResponse:
    """Keep a list under a name, or remove one."""
    step = request.POST.get("step", "")
    if step == "delete":
        gone = RemoveForm(request.POST)
        route = kept.forget_list(signed_in(request), id=gone.cleaned_data["id"]) if gone.is_valid() else ""
        if not route:
            raise Http404
        return redirect(route)
    if step != "save":
        raise ActionError(UNKNOWN_STEP)
    form = SaveForm(request.POST)
    if not form.is_valid():
        fault = str(next(iter(form.errors.values()))[0])
        raise ActionError(Text(fault, fault))
    given = form.cleaned_data
    query = kept_query(given["query"])
    kept.save_list(signed_in(request), list=given["list"], name=given["name"], query=query)
    return redirect(f"{reverse(given['list'])}?{query}")
