"""An officer's vote: the reason, the password once more, and the digest of what was shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import factors
from custody.actions.conditioning import Asked
from custody.actions.limiting import MOST, Limit
from custody.passwords import own_password
from custody.terms import FactorKind, VoteChoice, VoteMethod

from . import conditions
from .fields import Day, Paragraph
from .second import counted

PASSKEY, PASSWORD = str(VoteMethod.PASSKEY), str(VoteMethod.PASSWORD)


class VoteForm(forms.Form):
    """A vote on one exact statement."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        error_messages={"required": _("Give the reason for your decision")},
    )
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
    uses = forms.IntegerField(
        label=_("How often may it be used?"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("1 for once; leave empty for any number of handoffs."),
    )
    use_until = Day(
        label=_("Until which day may it be used?"),
        required=False,
        help_text=_("Leave empty for its whole term."),
    )
    approve_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    approve_against_advice_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", widget=forms.HiddenInput, required=False
    )
    deny_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, request: HttpRequest, digests: dict[VoteChoice, str], can_sign: bool = False
    ) -> None:
        """Take the digests of the statements that the page shows now, and whether the reader has a passkey
        that signs here."""
        super().__init__(data, initial={f"{choice}_sha256": digest for choice, digest in digests.items()})
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
        self.fields |= conditions.fields()
        self.limit: Limit | None = None
        self.conditions: list[Asked] = []
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Take the conditions under which it is approved."""
        self.conditions = conditions.asked(self)
        self.limit = Limit(self.cleaned_data.get("uses"), self.cleaned_data.get("use_until"))
        return self.cleaned_data

    def asked(self) -> list[Any]:
        """Return the fields that every vote has."""
        return [field for field in self.visible_fields() if not _is_under(field.name)]

    def under(self) -> list[Any]:
        """Return the fields of the limits and conditions."""
        return [field for field in self.visible_fields() if _is_under(field.name)]

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

    def shown(self, choice: VoteChoice) -> str:
        """Return the digest of the statement that the person had before them."""
        return str(self.cleaned_data[f"{choice}_sha256"])


def _is_under(name: str) -> bool:
    """Return whether a field is about how an approval is narrowed."""
    return name.startswith("condition_") or name in ("uses", "use_until")
