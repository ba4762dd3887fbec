"""The named people of the tests: the same cast as in the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from custody.stories.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    """A site with its people, parties, systems and verified certificates, as each test process makes it once;
    what the test does to it is rolled back."""
    from custody.stories import cast as demo  # settings are there only by now

    return demo.load()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The same, committed in a database of its own, for tests with several processes or threads."""
    from custody.stories import cast as demo

    return demo.load()


@pytest.fixture
def signed_in_cast(cast: Cast, settings: Any) -> Cast:
    """The cast with user names and passwords, hashed fast for they guard nothing; rolled back after."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from custody.stories import cast as demo

    demo.give_sign_ins(cast)
    return cast
