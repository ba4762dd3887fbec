"""A security key, as Chromium plays it (WebAuthn domain of the DevTools protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.browser.person import Person

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
"""A passkey in the computer or phone itself."""
STICK = KEY | {"transport": "usb"}
"""A security key on USB that keeps passkeys and asks for its PIN."""
PLAIN_STICK = STICK | {"hasResidentKey": False}
"""One that keeps none: it answers only to whoever has said their name, so it is a second step alone."""
OLD_STICK = {"protocol": "u2f", "transport": "usb", "automaticPresenceSimulation": True}
"""One of before FIDO2: it asks for a touch and does not know whose."""


class Authenticator:
    """A key of one person, as Chromium plays it."""

    def __init__(self, person: Person, kind: Mapping[str, Any] = KEY) -> None:
        """Plug it in."""
        self.session = person.context.new_cdp_session(person.page)
        self.session.send("WebAuthn.enable")
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": dict(kind)})
        self.id = made["authenticatorId"]

    def unplug(self) -> None:
        """Take it out of the computer, with all that it keeps."""
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})

    def knows_its_owner(self, known: bool) -> None:
        """Say whether the finger on it is its owner's."""
        asked = {"authenticatorId": self.id, "isUserVerified": known}
        self.session.send("WebAuthn.setUserVerified", asked)
