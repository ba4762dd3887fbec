"""The tables as they lie, for superusers: Django's admin, read-only, where the site was started with it.

- It is there only with ``DJANGO_ADMIN``, and for superusers, whom the owner of the machine names by a
  command; for anybody else no such address exists. One signs in as everywhere: its own forms to sign in, out
  and change a password have no address, so that second factor, locks and limits hold.
- Nothing is added, changed, deleted, or done in bulk; requests that could are answered 405.
- Rows come through ``visible_to`` and the walls in the database, tables without it to the house alone. What
  is another organisation's is a recorded look, as on any page; each page is a line of the security log.
- What lets somebody in, and what a user keeps for oneself, is not shown, and no query asks about it: the
  filters that the package takes from an address would let a hash be guessed sign by sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import BinaryField, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path, re_path, reverse
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from custody import models as m
from custody import security_log
from custody.single import secret
from custody.terms import Looked

from .base import noticed, signed_in, words
from .held import WORDS

_KEPT = "what one user keeps for oneself"
_MARK = "what counts once: no record"
_ZONES = "sensitive zones: read on their pages alone, by whom the table of permissions lets"
LEFT_OUT: dict[str, str] = {
    "custody.Draft": _KEPT,
    "custody.MailWish": _KEPT,
    "custody.Notice": _KEPT,
    "custody.OpenSession": "who is signed in by which key of a session",
    "custody.OutboxJob": "what waits to be done, with what it is told",
    "custody.RecipientSet": _KEPT,
    "custody.RefusalPause": _MARK,
    "custody.SavedFilter": _KEPT,
    "custody.Submission": _MARK,
    "custody.User_groups": "not used",
    "custody.User_user_permissions": "not used",
    "custody.ZoneConsent": _ZONES,
    "custody.ZoneList": _ZONES,
    "ledger.Cosignature": "its key is of two columns, which the package cannot show; the log serves it",
    "ledger.Disclosure": "values of entries: pages and reports show them, to each as much as is theirs",
}
"""Table that is not shown to the reason."""

_HIDDEN = frozenset({(m.SweepList, "key")})
_FIRST = 7
"""So many columns stand in a list."""


def shown() -> list[type[Model]]:
    """Return the tables that are shown: all of custody and the ledger that are not left out."""
    every = [model for name in ("custody", "ledger") for model in apps.get_app_config(name).get_models(True)]
    return [model for model in every if model._meta.label not in LEFT_OUT]


def columns(model: type[Model]) -> list[str]:
    """Return the columns of a table that are shown; bytes of the ledger are public, those of custody not."""
    found = [
        field.attname
        for field in model._meta.concrete_fields
        if (model._meta.app_label == "ledger" or not secret(model, field.attname))
        and (model, field.attname) not in _HIDDEN
    ]
    first = str(model._meta.pk.attname)
    return [first, *(name for name in found if name != first)]


if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


class _List(ChangeList):
    """A page of rows; that they were looked at is noted."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page."""
        super().get_results(request)
        noticed(request, list(self.result_list), Looked.ROWS)


class Rows(_Admin):
    """One table: a list, and a page for each row."""

    actions = None
    view_on_site = False
    show_full_result_count = False
    list_max_show_all = 0
    change_form_template = "superuser/row.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what of a row may be shown."""
        model = self.model
        return [_hex(name) if _is_binary(model, name) else name for name in columns(model)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the same."""
        return self.get_fields(request, obj)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the first of them."""
        return self.get_fields(request)[:_FIRST]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """List by id, which follows the time of making."""
        return ("pk",)

    def get_urls(self) -> list[Any]:
        """Return the list and the rows, and nothing else of the package."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name=f"{name}_changelist"),
            path("<path:object_id>/change/", wrap(self.change_view), name=f"{name}_change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the reader may see."""
        rows: Any = self.model._default_manager.all().order_by("pk")
        if hasattr(rows, "visible_to"):
            return rows.visible_to(request.user)
        return rows if signed_in(request).in_house else rows.none()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that notes what it shows."""
        return _List

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return a row, by its own id alone; that it was looked at is noted."""
        row = super().get_object(request, object_id)
        if row is not None:
            noticed(request, [row])
        return row

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Let an address ask about no column: one that is not shown could be guessed."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever came this far may look."""
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return True


def _is_binary(model: type[Model], name: str) -> bool:
    return any(f.attname == name and isinstance(f, BinaryField) for f in model._meta.concrete_fields)


def _hex(name: str) -> Callable[[Any], str]:
    def told(row: Any) -> str:
        value = getattr(row, name)
        return "" if value is None else bytes(value).hex()

    told.__name__ = name
    return admin.display(description=name)(told)


class Site(admin.AdminSite):
    """The pages, without the package's own ways in and out."""

    site_header = site_title = _("Tables as they lie")
    index_title = _("Nothing can be changed here, and secrets are left out")
    site_url = "/"
    enable_nav_sidebar = False
    index_template = "superuser/index.html"
    app_index_template = "superuser/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Superusers alone."""
        return bool(request.user.is_active and request.user.is_superuser)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return a view that answers superusers who look; to others it is not there."""

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not self.has_permission(request):
                raise Http404
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            security_log.note("superuser_looked", request)
            return view(request, *args, **kwargs)

        return never_cache(answer)

    def get_urls(self) -> list[Any]:
        """Return the index, a page for each of the two parts, and the tables."""
        parts = "|".join(sorted({model._meta.app_label for model in self._registry}))
        tables = [
            path(
                f"{model._meta.app_label}/{model._meta.model_name}/{route.pattern}",
                route.callback,
                name=route.name,
            )
            for model, rows in self._registry.items()
            for route in rows.get_urls()
        ]
        return [
            path("", self.admin_view(self.index), name="index"),
            re_path(f"^(?P<app_label>{parts})/$", self.admin_view(self.app_index), name="app_list"),
            *tables,
        ]

    def get_app_list(self, request: Any, app_label: str | None = None) -> list[Any]:
        """Return the tables under the names that other pages call them by."""
        found: list[Any] = super().get_app_list(request, app_label)
        for part in found:
            for table in part["models"]:
                model = table["model"]
                plain = camel_case_to_spaces(model.__name__).capitalize()
                table["name"] = f"{words(WORDS[model])} ({plain})" if model in WORDS else plain
        return found


def site() -> Site:
    """Return the pages. Raises ImproperlyConfigured for a table whose reason to be left out fits none."""
    known = {
        model._meta.label
        for name in ("custody", "ledger")
        for model in apps.get_app_config(name).get_models(True)
    }
    if stale := LEFT_OUT.keys() - known:
        raise ImproperlyConfigured(f"left out of the admin, and no table: {sorted(stale)}")
    made = Site(name="admin")
    for model in shown():
        made.register(model, Rows)
    return made
