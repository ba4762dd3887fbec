"""What tests begin from: the named people, who are the cast of the demo, and the two scenes they play in."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.databases import Database, Databases
from tests.stages import Stages

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


FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""For passwords that guard nothing: a real hash takes a fifth of a second."""


def give_sign_ins(cast: Cast) -> None:
    """Give everybody a sign-in that is there and that nobody comes in with."""
    from django.test import override_settings

    from custody.stories import cast as demo

    with override_settings(PASSWORD_HASHERS=FAST):
        demo.give_sign_ins(cast)


@pytest.fixture
def signed_in_cast(cast: Cast, settings: Any) -> Cast:
    """The cast with user names and passwords, hashed fast; rolled back after."""
    settings.PASSWORD_HASHERS = FAST
    from custody.stories import cast as demo

    demo.give_sign_ins(cast)
    return cast


@pytest.fixture(scope="session")
def stages(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Stages]:
    """The stages of this process."""
    with django_db_blocker.unblock(), ExitStack() as close:
        yield Stages(databases, tmp_path_factory.mktemp("stages"), close)


@pytest.fixture
def screens_stage(db: None, stages: Stages) -> Any:
    """The scene of `tests/web/scene.py`, rolled back after the test."""
    return copy.deepcopy(stages.get("screens").kept)


@pytest.fixture
def committed_screens_stage(transactional_db: None, stages: Stages) -> Any:
    """The same, committed in a database of its own."""
    return copy.deepcopy(stages.get("screens").kept)


@pytest.fixture
def acts_stage(db: None, stages: Stages) -> Any:
    """The scene of `tests/actions/scenes.py`, rolled back after the test."""
    return copy.deepcopy(stages.get("acts").kept)
