"""Wrong passwords lock a name at one address, and only that."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from custody.stories.cast import PASSWORD
from tests.web.scene import Scene


def tried(client: Client, name: str, password: str) -> Any:
    """What the form of the sign-in answers."""
    return client.post(reverse("account_login"), {"login": name, "password": password})


def test_wrong_passwords_count_under_the_name_that_was_typed(scene: Scene) -> None:
    tried(Client(), "mei", "wrong")
    tried(Client(), "nobody-here", "wrong")
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"mei", "nobody-here"}


def test_the_fifth_wrong_password_locks_the_name_for_the_right_one_too_and_no_other_name(
    scene: Scene,
) -> None:
    assert [tried(Client(), "mei", "wrong").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    cache.clear()  # allauth's own five minutes are over
    assert tried(Client(), "mei", PASSWORD).status_code == 429
    assert tried(Client(), "heng", PASSWORD).status_code == 302


def test_a_right_password_takes_the_wrong_ones_before_it_back(scene: Scene) -> None:
    for _ in range(3):
        tried(Client(), "mei", "wrong")
    assert tried(Client(), "mei", PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_a_wrong_password_at_a_vote_counts_towards_the_same_lock(scene: Scene) -> None:
    page = reverse("approval", args=[scene.asked.id])
    scene.client("heng").post(page, {"choice": "approve", "reason": "In order", "password": "wrong"})
    assert AccessAttempt.objects.get().username == "heng"
