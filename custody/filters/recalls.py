"""Which requests for copies."""

from __future__ import annotations

from .base import Among, Questions, projects


class RecallFilter(Questions):
    """By project and subcontract."""

    project = projects()
    hop = Among(field_name="hop")
