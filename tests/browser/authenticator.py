"""A security key, as Chromium plays it (WebAuthn domain of the DevTools protocol)."""

from __future__ import annotations

from tests.browser.person import Person

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Authenticator:
    """A key in the computer of one person, as Chromium plays it."""

    def __init__(self, person: Person) -> None:
        """Plug it in."""
        self.session = person.context.new_cdp_session(person.page)
        self.session.send("WebAuthn.enable")
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        self.id = made["authenticatorId"]

    def knows_its_owner(self, known: bool) -> None:
        """Say whether the finger on it is its owner's."""
        asked = {"authenticatorId": self.id, "isUserVerified": known}
        self.session.send("WebAuthn.setUserVerified", asked)
