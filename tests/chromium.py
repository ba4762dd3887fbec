"""Debian's Chromium for tests, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# No sandbox: it needs rights that root in a container lacks. The others stop calls to the browser's hosts.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def program() -> str:
    """Return where it is. Skips the test by name without it, except in CI, which installs it."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("CI"):
        pytest.fail("Chromium is not installed, and CI must have it: see .ci/packages.sh")
    if found is None:
        pytest.skip("Chromium is not installed")
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for a file of tests.

    While it is there an event loop runs in this thread, and Django would refuse its database.
    """
    path = program()
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
