"""Forms of the second step of a sign-in, and of what is added for it.

What a browser sends of a passkey is JSON of whoever holds the browser: it is judged by fido2, and whatever
fido2 cannot read is a wrong answer like any other.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.internal.flows import check_rate_limit, post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from fido2 import cbor
from fido2.webauthn import AuthenticatorData

from custody import models as m
from custody import passwords
from custody.actions import factors
from custody.actions.factors import Passkey

from ..base import words
from ..passkeys import own_origin
from .fields import Line, Paragraph

LONGEST_ANSWER = 20_000
GUESSES = 300
"""Seconds for which too many wrong codes are recorded once."""


def base64url(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SignInForm(LoginForm):
    """User name or staff number, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say that either name will do."""
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or staff number")


class CodeForm(forms.Form):
    """A code of an app, or a recovery code."""

    code = forms.CharField(
        label=_l("One-time code"),
        help_text=_l("Six digits from your code app, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _l("Type the code")},
    )

    def __init__(self, *args: Any, user: m.User, **kwargs: Any) -> None:
        """Take who is signing in."""
        self.user = user
        self.authenticator: Authenticator | None = None
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Refuse a code that is wrong, was used, or comes after too many wrong ones."""
        release = counted(self.user)
        self.authenticator = factors.check_code(self.user, self.cleaned_data["code"])
        if self.authenticator is None:
            raise ValidationError(_("This code is wrong or was used already."), "wrong")
        release()
        return str(self.cleaned_data["code"])

    def save(self) -> None:
        """Note in the session how its owner came in."""
        post_authentication(context.request, self.authenticator)


class Answer(forms.CharField):
    """What a passkey said, as the JSON that our script sends."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        """Take no length: an answer has its own limit."""
        super().__init__(max_length=LONGEST_ANSWER, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the JSON value. Raises ValidationError for what is none, or is nested without end."""
        text = super().clean(value)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _wrong() from None


class PasskeyForm(forms.Form):
    """What a passkey answered, as the second step."""

    credential = Answer()
    passwordless = False

    def __init__(self, *args: Any, user: m.User | None = None, **kwargs: Any) -> None:
        """Take who is signing in; None: the passkey says who."""
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered. Raises ValidationError for any answer that is not ours."""
        answer = self.cleaned_data["credential"]
        release = counted(self.user) if self.user else None
        try:
            kept, data = _judged(self.user, answer)
        finally:
            auth.clear_state()  # one challenge, one answer
        known = kept.wrap().authenticator_data.credential_data
        if not factors.check_passkey(
            kept.user, base64url(known.credential_id), cose(known.public_key), data.counter
        ):
            raise _wrong()
        if release:
            release()
        return kept

    def save(self) -> None:
        """Note in the session how its owner came in."""
        post_authentication(context.request, self.cleaned_data["credential"], passwordless=self.passwordless)


class PasskeyAloneForm(PasskeyForm):
    """What a passkey answered that signs in by itself: it has seen its owner's finger, face or PIN."""

    passwordless = True


class NewPasskeyForm(forms.Form):
    """A passkey to add."""

    name = Line(
        label=_l("A name by which you will know it"),
        help_text=_l("For example: my phone, or the blue USB key."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _l("Enter a name")},
    )
    password = forms.CharField(
        label=_l("Your password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _l("Type your password")},
    )
    credential = Answer(
        error_messages={
            "required": _l(
                "Your browser sent no passkey. It needs scripts for this; use a code app instead."
            ),
        },
    )

    signs = forms.BooleanField(
        label=_l("Sign decisions with it too, once somebody else has confirmed it"), required=False
    )

    def __init__(self, data: Any, *, may_sign: bool) -> None:
        """Offer to sign with it to whom that is open."""
        super().__init__(data)
        if not may_sign:
            del self.fields["signs"]

    def clean_credential(self) -> Passkey:
        """Return the new passkey. Raises ValidationError for any answer that is not to our question."""
        return made(self.cleaned_data["credential"])


class NewAppForm(forms.Form):
    """A code app to add: the secret comes back sealed."""

    name = Line(
        label=_l("A name by which you will know it"),
        help_text=_l("For example: the app on my phone."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _l("Enter a name")},
    )
    code = forms.CharField(
        label=_l("The code that the app shows now"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _l("Type the code")},
    )
    password = NewPasskeyForm.base_fields["password"]
    page = forms.CharField(widget=forms.HiddenInput, max_length=400)


class OwnPasswordForm(forms.Form):
    """One's own password, before what lets somebody in or shuts somebody out."""

    password = NewPasskeyForm.base_fields["password"]


class EndForm(OwnPasswordForm):
    """Why a way in ends or never begins, and the password once more."""

    reason = Paragraph(
        label=_l("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _l("Give the reason")},
    )
    field_order = ("reason", "password")


class SeenForm(OwnPasswordForm):
    """The password once more, for what was on the page."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: Any) -> None:
        """Take the row as it is shown now."""
        super().__init__(data, initial={"seen": row.entry}, auto_id="confirm_%s")


def own_password(request: HttpRequest, form: forms.Form) -> bool:
    """Ask the password once more; a wrong one is told in the form and counts towards the lock."""
    if passwords.own_password(request, form.cleaned_data["password"]):
        return True
    form.add_error("password", words(passwords.NOT_YOURS))
    return False


class PinForm(forms.Form):
    """A new counter PIN, typed twice, after the own password."""

    pin = forms.CharField(
        label=_l("New counter PIN"),
        help_text=_l("6 to 12 digits; not your own number, and none that anybody would try first."),
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _l("Type the PIN")},
    )
    again = forms.CharField(
        label=_l("The PIN, once more"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _l("Type the PIN once more")},
    )
    password = NewPasskeyForm.base_fields["password"]

    def clean_again(self) -> str:
        """Refuse two that differ."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin", again):
            raise ValidationError(_("The two PINs differ."), "differ")
        return again


def made(answer: Any) -> Passkey:
    """Return what a browser made at our request, judged. Raises ValidationError for anything else."""
    _shape(answer, "attestationObject")
    try:
        parsed = auth.parse_registration_response(answer)
        _from_here(parsed.response.client_data)
        data = auth.complete_registration(answer)
    except ValidationError:
        raise _wrong() from None
    except Exception as error:  # fido2 raises what its parts raise at bytes of a stranger
        raise _wrong() from error
    finally:
        auth.clear_state()
    found = data.credential_data
    if found is None or not data.is_user_verified():
        raise _wrong()
    key = cose(found.public_key)
    if len(found.credential_id) > 1023 or len(key) > 2000:
        raise _wrong()
    kept = {
        name: answer[name]
        for name in ("id", "rawId", "type", "response", "clientExtensionResults")
        if name in answer
    }
    return Passkey(base64url(found.credential_id), key, data.counter, kept)


def cose(key: Any) -> str:
    """Return a public key as COSE writes it, in base64url."""
    return base64url(cbor.encode(dict(key)))


def _judged(user: m.User | None, answer: Any) -> tuple[Authenticator, AuthenticatorData]:
    _shape(answer, "authenticatorData")
    try:
        parsed = auth.parse_authentication_response(answer)
        _from_here(parsed.response.client_data)
        who = user or auth.extract_user_from_response(answer)
        kept = auth.complete_authentication(who, answer)
        return kept, parsed.response.authenticator_data
    except ValidationError:
        raise _wrong() from None
    except Exception as error:  # fido2 raises what its parts raise at bytes of a stranger
        raise _wrong() from error


def _shape(answer: Any, part: str) -> None:
    """Refuse what is no answer of a browser at all, before anything is read out of it."""
    response = answer.get("response") if isinstance(answer, dict) else None
    texts = (
        [answer.get("id"), answer.get("rawId"), response.get("clientDataJSON"), response.get(part)]
        if (isinstance(response, dict))
        else [None]
    )
    if not all(isinstance(text, str) for text in texts):
        raise _wrong()


def _from_here(client: Any) -> None:
    """Refuse an answer that was given to another page than ours, or inside a frame."""
    if client.origin != own_origin() or client.cross_origin:
        raise _wrong()


def counted(user: m.User) -> Any:
    """Count a try; too many are refused, and recorded once in a while."""
    try:
        return check_rate_limit(user)
    except ValidationError:
        if cache.add(f"custody.guessed.{user.pk}", 1, GUESSES):
            factors.refuse_guesses(user)
        raise ValidationError(_("Too many wrong tries. Wait five minutes."), "many") from None


def _wrong() -> ValidationError:
    return ValidationError(_("This passkey was not accepted. Try again, or use another way."), "wrong")
