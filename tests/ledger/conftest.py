"""Fixtures of the ledger. Models load only once pytest has started the engine, hence the import within."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.databases import Database
from tests.ledger.independent import PLACE, Independent


@pytest.fixture
def log(database_committed: Database, settings: Any) -> str:
    """A log with an origin and keys; its folders are those of the test."""
    from ledger import api

    return api.ensure_log("localhost")


@pytest.fixture(scope="session")
def independent() -> Independent:
    """Programs that others wrote; skipped without them, but not under `.ci/run`, which demands them."""
    if not (PLACE / "installed").exists():
        if os.environ.get("HOLDFAST_INDEPENDENT") == "1":
            pytest.fail("var/independent is not there although it must be: bash .ci/independent.sh")
        pytest.skip("code that others wrote is not installed here: bash .ci/independent.sh")
    return Independent()
