"""How often something may be done in a time: counters that the site's processes share.

They lie in Valkey, one per client and stretch of time. While it is away nothing is counted and everybody is
answered: what a limit protects is the site's time; the lock of a name at one address lies in the database.
"""

from __future__ import annotations

import logging
import math
from time import time

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from custody.terms import Text

log = logging.getLogger(__name__)
MINUTE, HOUR = 60, 60 * 60
QUARTER = 15 * MINUTE
"""What a page says that names no time of its own (django-axes, and the limits of django-allauth)."""
TOO_MANY = Text(
    "You sent more than is allowed in a short time. This request had no effect; wait and send it again.",
    "短时间内发送的请求超过上限。本次请求未产生任何效果，请稍候再试。",
)
WRONG_KEYS = 60
"""Requests with a key that is none, from one address within a minute."""


def over(what: str, most: int, seconds: int) -> int:
    """Count one more of something, and return how many seconds to wait where that is too many; else 0."""
    return _wait(what, most, seconds, add=1)


def full(what: str, most: int, seconds: int) -> int:
    """Return how many seconds to wait where one more of something would be too many; else 0. It is not
    counted."""
    return _wait(what, most - 1, seconds, add=0)


def _wait(what: str, most: int, seconds: int, add: int) -> int:
    now = time()
    key = f"pace:{what}:{seconds}:{int(now // seconds)}"
    try:
        if not add:
            count = cache.get(key, 0)
        else:
            count = add if cache.add(key, add, seconds + MINUTE) else cache.incr(key, add)
    except ValueError:  # it ran out in between
        return 0
    except (RedisError, OSError):
        log.warning("requests could not be counted", exc_info=True)
        return 0
    return math.ceil(seconds - now % seconds) if count > most else 0


def address(request: HttpRequest | None) -> str:
    """Return from where a request comes; behind a trusted proxy `BehindProxy` has put the client's there."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""
