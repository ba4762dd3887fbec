"""The peer as an application."""

from __future__ import annotations

from django.apps import AppConfig


class Peer(AppConfig):
    """One table."""

    name = "benchmarks.peer"
    label = "peer"
