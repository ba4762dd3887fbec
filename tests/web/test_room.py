"""When all are busy the next wait a little, and those beyond are told at once to come later."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from custody.web.room import Room
from tests.config.test_run import eventually

ANSWERED, WAITING = settings.ROOM_ANSWERED, settings.ROOM_WAITING


class Counter:
    """Answers only once it is told to."""

    def __init__(self) -> None:
        self.go, self.lock, self.inside, self.most = threading.Event(), threading.Lock(), 0, 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.go.wait(30)
        with self.lock:
            self.inside -= 1
        return HttpResponse("done")


@contextmanager
def crowd(path: str, many: int, counter: Counter, at: Room) -> Iterator[list[Future[HttpResponse]]]:
    def ask() -> HttpResponse:
        with translation.override("en"):
            return at(RequestFactory().post(path))

    with ThreadPoolExecutor(many) as pool:
        try:
            yield [pool.submit(ask) for _ in range(many)]
        finally:
            counter.go.set()


@pytest.mark.parametrize("path", ["/handoffs/", "/api/v1/handoffs/"])
def test_so_many_are_answered_some_wait_and_the_rest_are_sent_away_at_once(path: str, settings: Any) -> None:
    settings.ROOM_SECONDS = 60
    counter = Counter()
    at, beyond = Room(counter), 5
    many = ANSWERED + WAITING + beyond
    with crowd(path, many, counter, at) as asked:
        assert eventually(lambda: sum(each.done() for each in asked) == beyond)
        away = [each.result() for each in asked if each.done()]
        assert {answer.status_code for answer in away} == {503}
        assert {answer["Retry-After"] for answer in away} == {"5"}
        assert counter.inside == ANSWERED
        counter.go.set()
    kept = [each.result().status_code for each in asked].count(200)
    assert kept == ANSWERED + WAITING and counter.most == ANSWERED
    if path.startswith("/api/"):
        assert away[0]["Content-Type"] == "application/problem+json"
        assert "send it again" in json.loads(away[0].content)["title"]
    else:
        assert "had no effect" in away[0].content.decode()


def test_who_waits_too_long_is_sent_away_and_the_room_is_free_again(settings: Any) -> None:
    settings.ROOM_SECONDS = 0.05
    counter = Counter()
    at = Room(counter)
    with crowd("/", ANSWERED + 1, counter, at) as asked:
        assert eventually(lambda: any(each.done() for each in asked), 10)
        assert [each.result().status_code for each in asked if each.done()] == [503]
        counter.go.set()
    assert at(RequestFactory().get("/")).status_code == 200


def test_a_place_is_given_back_when_an_answer_breaks_off() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("broke off")

    at = Room(broken)
    for _ in range(ANSWERED + 1):
        with pytest.raises(RuntimeError):
            at(RequestFactory().get("/"))


def test_who_watches_the_site_is_answered_even_then() -> None:
    counter = Counter()
    at = Room(counter)
    with crowd("/", ANSWERED, counter, at):
        assert eventually(lambda: counter.inside == ANSWERED, 10)
        watching = threading.Thread(target=at, args=(RequestFactory().get("/health"),))
        watching.start()
        assert eventually(lambda: counter.inside == ANSWERED + 1, 10)
        counter.go.set()
        watching.join(10)
