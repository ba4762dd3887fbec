"""How a decision is bound to whoever takes it: a passkey on the next page, else the password once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import factors
from custody.passwords import own_password
from custody.terms import FactorKind, VoteMethod

from .second import counted

PASSKEY, PASSWORD = str(VoteMethod.PASSKEY), str(VoteMethod.PASSWORD)


class SignedForm(forms.Form):
    """A form that whoever has a passkey for it signs on the next page, and everybody else confirms with the
    password, and with a one-time code beside it where they have a code app."""

    way = forms.ChoiceField(
        label=_("How do you sign?"),
        choices=[
            (PASSKEY, _("With my passkey, on the next page")),
            (PASSWORD, _("With my password: it then says “not signed”")),
        ],
        initial=PASSKEY,
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

    def __init__(self, data: Any, *, request: HttpRequest, can_sign: bool, initial: dict[str, Any]) -> None:
        """Take whether the reader has a passkey that signs here."""
        super().__init__(data, initial=initial)
        self.request = request
        self.user: Any = request.user
        self.signs = can_sign and data is not None and data.get("way") == PASSKEY
        self.coded = m.Factor.objects.live().filter(user=request.user.pk, kind=FactorKind.TOTP).exists()
        if not can_sign:
            del self.fields["way"]
        if not self.coded:
            del self.fields["code"]
        for name in {"password", "code"} & set(self.fields):
            self.fields[name].required = not self.signs
            if can_sign:
                self.fields[name].help_text = _("Only where you do not sign with your passkey.")

    def clean_password(self) -> str:
        """Check the password as at sign-in, so that wrong ones count towards the same lock."""
        if self.signs:
            return ""
        if not own_password(self.request, self.cleaned_data["password"]):
            raise forms.ValidationError(
                _("This is not your password. Too many wrong tries lock your sign-in.")
            )
        return ""

    def clean_code(self) -> str:
        """Check the code of the app, which counts once; nothing is asked of whoever signs."""
        if self.signs or "password" in self.errors:
            return ""
        release = counted(self.user)
        if factors.check_code(self.user, self.cleaned_data["code"], recovery=False) is None:
            raise forms.ValidationError(_("This code is wrong or was used already."))
        release()
        return ""
