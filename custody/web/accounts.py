"""How django-allauth is bent to Holdfast: administrators make sign-ins, nothing goes out by mail, and what
passkeys are bound to is a setting, never what a browser says of the host."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.account.internal.userkit import get_user_by_username
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import at_rest
from custody import models as m
from custody.actions import pins
from custody.terms import FactorKind


class SignInBackend(AuthenticationBackend):
    """Lets people in by user name or staff number.

    A name and a number that nobody has, one that several sign-ins share, and a wrong password give one
    answer, after the same questions to the database and one hashing: who asks learns nothing of who is
    registered.
    """

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        """Return whose password this is."""
        return self._check_password(called(username), password)

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether a sign-in is open: asked when somebody comes, and with each request of theirs."""
        return super().user_can_authenticate(user) and not user.person.has_left(timezone.now())


def called(username: str) -> Any:
    """Return who is called so; a user name goes before a staff number that reads the same."""
    named = get_user_by_username(username)
    rows = m.User.objects.filter(person__staff_number=username, is_active=True)
    numbered = list(rows.order_by("id")[:2])
    return named or (numbered[0] if len(numbered) == 1 else None)


class CounterBackend(BaseBackend):
    """Says whose counter PIN this is, behind the same walls as a password, and signs nobody in by it.

    It is asked where a PIN is given and nowhere else. A session that named it as where its owner came from
    would have no owner: it knows no users.
    """

    def authenticate(  # type: ignore[override]  # a name alone, and a PIN
        self, request: HttpRequest | None, *, username: str, secret_pin: str
    ) -> Any:
        """Return whose user name, or staff number, and PIN these are."""
        user = called(username)
        fits = pins.fits(user, secret_pin)
        return user if fits and SignInBackend().user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up and keeps quiet."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _l("The user name, the staff number or the password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a sign-in for themselves: it belongs to a person whom an administrator registered."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: Holdfast needs no address, and mail would tell a third host who signs in here."""

    def get_login_stages(self) -> list[str]:
        """Ask for the second step as ours, which knows what the house's provider has seen already."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "custody.web.provider.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Turn away who has left, however they came, with the page for a sign-in that is shut."""
        if user.person.has_left(timezone.now()):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ask the password alone once more; what needs more asks for it itself."""
        url = reverse("account_reauthenticate")
        return [{"id": "reauthenticate", "description": _("Your password"), "url": url}]


class FactorAdapter(DefaultMFAAdapter):
    """Says what counts as a factor, and what a passkey is bound to."""

    kinds = {
        Authenticator.Type.TOTP: FactorKind.TOTP,
        Authenticator.Type.WEBAUTHN: FactorKind.PASSKEY,
        Authenticator.Type.RECOVERY_CODES: FactorKind.CODES,
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Return whether a factor is in force by the ledger's word: a row of the package alone is none, and
        a factor whose secret was lost still asks for a second step."""
        if user.is_anonymous:
            return False
        rows = m.Factor.objects.live().filter(user_id=user.pk)
        return bool((rows.filter(kind__in=[self.kinds[t] for t in types]) if types else rows).exists())

    def encrypt(self, text: str) -> str:
        """Keep nothing in the clear that the package stores by itself."""
        return at_rest.seal(text, "allauth")

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was sealed. Raises ValidationError for anything else."""
        try:
            return at_rest.unseal(encrypted_text, "allauth")
        except at_rest.NotOpened:
            raise self.validation_error("incorrect_code") from None

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the host name in the settings: the Host header is whatever a client sends."""
        return {"id": settings.RP_ID, "name": "Holdfast"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Return the sign-in under the name of its person, as a phone shows it among others."""
        handle = user_pk_to_url_str(user).encode()
        return {"id": handle, "display_name": user.person.name, "name": user.username}
