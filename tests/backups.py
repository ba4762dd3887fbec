"""The six stories as a site that is lost: its database, to take copies of, and its folders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from tests.databases import Database, Databases, connected_to


@pytest.fixture(scope="module")
def stories(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    """The six stories, committed and sealed: a database to take copies of, and its folders."""
    from custody.stories import cast as people
    from custody.stories import plays
    from tests.ledger.scenes import seal
    from tests.stages import FOLDERS

    folder = tmp_path_factory.mktemp("stories")
    fast = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    places = {setting: folder / name for setting, name in FOLDERS.items()}
    with django_db_blocker.unblock(), databases.fresh(folder) as made:
        with connected_to(made), override_settings(**fast, **places):
            cast = people.enter()
            project = people.open_project(cast, "LH-1", "Lanhe")
            for story in plays.STORIES:
                story(cast, project)
            seal()
        yield made


@pytest.fixture
def empty(stories: Database, database_committed: Database) -> Database:
    """A fresh database beside a copy of the log folder and the keys."""
    from tests.stages import bring_folders

    bring_folders(stories.folder, database_committed.folder)
    return database_committed


@pytest.fixture
def played(stories: Database, empty: Database, databases: Databases) -> Iterator[Any]:
    """The database of the stories, in use beside the copied folders; gives its cast."""
    from custody.stories import cast as people

    with databases.fresh(empty.folder, stories.name) as whole, connected_to(whole):
        yield people.load()


def in_use(folder_of: Database) -> Database:
    """The database that is connected to now, with the folders of another one: to take a copy of it.

    Nobody is connected any more when it returns.
    """
    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    return Database(name, folder_of.folder, folder_of.var)
