"""One's own counter PIN: set, changed and removed after the own password. No page shows a digit of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from custody.actions import pins as actions

from .base import actor_of, screen, signed_in, told_in
from .forms.second import OwnPasswordForm, PinForm, own_password
from .second import frame


@sensitive_post_parameters("password", "pin", "again")
@screen("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """Set one's own PIN, in place of the one before."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            actions.set_own(actor_of(request), user=signed_in(request).pk, pin=form.cleaned_data["pin"])
            messages.success(request, _("Your counter PIN is set. One from before counts no more."))
            return redirect("factors")
    context = {
        **frame(_("Counter PIN")),
        "lead": _(
            "With user name and PIN you sign for copies at another's counter, where nobody should type a "
            "password. It signs you in nowhere and confirms nothing at your own screen. If you forget it, "
            "set another here."
        ),
        "form": form,
        "submit": _("Set the PIN"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@screen("GET", "POST")
def remove(request: HttpRequest) -> HttpResponse:
    """End one's own PIN."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            actions.remove_own(actor_of(request), user=signed_in(request).pk)
            messages.success(request, _("Your counter PIN counts no more."))
            return redirect("factors")
    context = {
        **frame(_("Remove the counter PIN")),
        "lead": _("It counts no more, at once. That there was one stays in the ledger."),
        "form": form,
        "submit": _("Remove it"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
