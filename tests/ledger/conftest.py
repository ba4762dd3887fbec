"""Fixtures of the ledger. Models load only once pytest has started the engine, hence the import within."""

from __future__ import annotations

from typing import Any

import pytest

from tests.databases import Database


@pytest.fixture
def log(database_committed: Database, settings: Any) -> str:
    """A log with an origin and keys; its folders are those of the test."""
    from ledger import api

    return api.ensure_log("localhost")
