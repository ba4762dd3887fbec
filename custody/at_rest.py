"""Secrets that the site must be able to read again, sealed where they lie.

The key is no part of the database: who copies the tables alone reads none of it. What is sealed for one
purpose opens for no other, so a secret that is moved to another person's row opens no more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_DOMAIN = b"holdfast/factor-secret/v1\n"
_NONCE = 12


class NotOpened(ValueError):
    """This was not sealed by this site for this purpose."""


def seal(text: str, about: str) -> str:
    """Return ``text`` sealed with AES-256-GCM; ``about`` says whose it is and what for."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), _about(about))).decode()


def unseal(sealed: str, about: str) -> str:
    """Return what was sealed. Raises NotOpened for anything else, for another purpose or another key."""
    try:
        raw = base64.b64decode(sealed.encode("ascii"), b"-_", validate=True)
        return _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], _about(about)).decode()
    except (UnicodeError, binascii.Error, InvalidTag, ValueError) as error:
        raise NotOpened from error


def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(_DOMAIN + settings.FACTOR_KEY.encode()).digest())


def _about(about: str) -> bytes:
    return _DOMAIN + about.encode()
