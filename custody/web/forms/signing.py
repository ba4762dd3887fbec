"""How a decision is bound to whoever takes it: a key on the next page, else the password once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import factors
from custody.passwords import own_password
from custody.terms import FactorKind, KeyForm, VoteMethod

from .second import counted

_WAYS = {
    str(KeyForm.PASSKEY): _("With my passkey, on the next page"),
    str(KeyForm.CERTIFICATE): _("With my smart card, on the next page"),
}


def offer(form: forms.Form, keys: Sequence[KeyForm]) -> None:
    """Ask how is signed, where the reader has keys that sign: with those, or as the field says besides."""
    if not keys:
        del form.fields["way"]
        return
    field: Any = form.fields["way"]
    others = [(way, words) for way, words in field.choices if way not in _WAYS]
    field.choices = [*((str(key), _WAYS[str(key)]) for key in keys), *others]
    field.initial = str(keys[0])


def chosen(data: Any, keys: Sequence[KeyForm]) -> KeyForm | None:
    """Return with which of the keys is to be signed; None: with none."""
    way = data.get("way") if data is not None else None
    return next((key for key in keys if str(key) == way), None)


class SignedForm(forms.Form):
    """A form that whoever has a passkey or card for it signs on the next page, and everybody else confirms
    with the password, and with a one-time code beside it where they have a code app."""

    way = forms.ChoiceField(
        label=_("How do you sign?"),
        choices=[(str(VoteMethod.PASSWORD), _("With my password: it then says “not signed”"))],
        widget=forms.RadioSelect,
        required=False,
    )
    password = forms.CharField(
        label=_("Your password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password again")},
    )
    code = forms.CharField(
        label=_("One-time code of your code app"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Type the code")},
    )

    def __init__(
        self, data: Any, *, request: HttpRequest, keys: Sequence[KeyForm], initial: dict[str, Any]
    ) -> None:
        """Take with what keys the reader can sign here."""
        super().__init__(data, initial=initial)
        self.request = request
        self.user: Any = request.user
        self.key = chosen(data, keys)
        self.coded = m.Factor.objects.live().filter(user=request.user.pk, kind=FactorKind.TOTP).exists()
        offer(self, keys)
        if not self.coded:
            del self.fields["code"]
        for name in {"password", "code"} & set(self.fields):
            self.fields[name].required = not self.key
            if keys:
                self.fields[name].help_text = _("Only where you do not sign on the next page.")

    def clean_password(self) -> str:
        """Check the password as at sign-in, so that wrong ones count towards the same lock."""
        if self.key:
            return ""
        if not own_password(self.request, self.cleaned_data["password"]):
            raise forms.ValidationError(
                _("This is not your password. Too many wrong tries lock your sign-in.")
            )
        return ""

    def clean_code(self) -> str:
        """Check the code of the app, which counts once; nothing is asked of whoever signs."""
        if self.key or "password" in self.errors:
            return ""
        release = counted(self.user)
        if factors.check_code(self.user, self.cleaned_data["code"], recovery=False) is None:
            raise forms.ValidationError(_("This code is wrong or was used already."))
        release()
        return ""
