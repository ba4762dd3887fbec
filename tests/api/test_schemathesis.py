"""Whatever is sent, the API keeps what its schema says: no 500, no status or body that it does not name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi

from tests.scale import DAY, share, tries
from tests.web.scene import Scene

from .test_nouns import program

CHECKS: list[Any] = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
]
EXAMPLES = tries(2, 30)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request's end closes no connection here: it is the test's, with all that is not committed."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("who", share(["mei", "an"], 2))
def test_generated_requests_are_answered_as_the_schema_says(
    scene: Scene, who: str, record_property: Any
) -> None:
    application = get_wsgi_application()
    key = program(scene, who).defaults["HTTP_AUTHORIZATION"]
    headers = {"Authorization": key}
    api = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers=headers)
    counted: Counter[int] = Counter()
    wrong: list[str] = []
    operations = [found.ok() for found in api.get_all_operations()]  # type: ignore[union-attr]
    for operation in operations:

        @seed(DAY)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(headers=headers)
            counted[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS)
            except Exception as fault:
                wrong.append(f"{case.method} {case.formatted_path}: {fault}"[:1000])

        ask()
    record_property("requests", sum(counted.values()))
    record_property("operations", len(operations))
    record_property("server errors", sum(n for status, n in counted.items() if status >= 500))
    assert wrong == [], "\n\n".join(wrong)
    assert len(operations) > 50 and not counted[401], counted
