"""The plumbing of a screen: who asks, what they may do here, and how a list is cut into pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from custody.actions.base import ActionError, Actor, Busy, NotPermitted, PackGone, TooManyRefusals
from custody.models import User
from custody.terms import Looked, Text

from .patterns import Column

View = Callable[..., HttpResponse]
ROWS = 50
UNKNOWN_STEP = Text(
    en="This page has no such button. Load it again.", zh="页面上没有此操作，请重新打开页面。"
)


def screen(*methods: str) -> Callable[[View], View]:
    """Make a view a screen: for signed-in people, never kept by a browser, for these methods."""

    def make(view: View) -> View:
        guarded = login_required(require_http_methods([*(methods or ("GET",)), "HEAD"])(view))
        return wraps(view)(never_cache(guarded))

    return make


def signed_in(request: HttpRequest) -> User:
    """Return the user of a screen."""
    return request.user  # type: ignore[return-value]


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, with today's memberships and the token of the form, read once per request."""
    if not hasattr(request, "_actor"):
        found = replace(Actor.of(signed_in(request)), submission=token_of(request))
        request._actor = found  # type: ignore[attr-defined]
    return request._actor  # type: ignore[attr-defined]


def token_of(request: HttpRequest) -> UUID | None:
    """Return the token that every form of ours carries; see ``{% submission %}``."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return None


def visible_or_404(rows: Any, request: HttpRequest, id: UUID) -> Any:
    """Return the row if this reader may see it; a foreign id is answered like an unknown one.

    ``rows`` is a manager or queryset that knows ``visible_to``.
    """
    row = get_object_or_404(rows.visible_to(request.user), id=id)
    noticed(request, [row])
    return row


def noticed(request: HttpRequest, rows: Sequence[Any], instead: Looked | None = None) -> None:
    """Note that this page shows rows: where they are another organisation's, the look is recorded before the
    page goes out. ``instead``: what rows count as that are not looked at one by one."""
    request.noticed = [*getattr(request, "noticed", ()), (rows, instead)]  # type: ignore[attr-defined]


def language() -> str:
    """Return the language of the page."""
    return get_language() or "en"


def words(text: Text) -> str:
    """Return a two-language text in the language of the page."""
    return text.get(language())


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """Show what an action says no to beside the field it is about; the page of the form is shown again.

    What no other answer in the form would change goes on to the page for it.
    """
    try:
        yield
    except (NotPermitted, Busy, PackGone, TooManyRefusals):
        raise
    except ActionError as error:
        form.add_error(error.about if error.about in form.fields else None, words(error.text))


def heads(*labels: Any) -> list[Column]:
    """Return the columns of a table of words."""
    return [Column(label) for label in labels]


def address_with(request: HttpRequest, **changed: str) -> str:
    """Return the address of this page with some of its questions changed, and from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"


def page_of(request: HttpRequest, rows: Sequence[Any] | Any, size: int = ROWS) -> Page[Any]:
    """Return the page that ``?page=`` asks for; a number beyond the end, or no number, gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
