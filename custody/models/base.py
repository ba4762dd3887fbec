"""What every row of the graph shares: a time-ordered id and the ledger entry that last set it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Self

import uuid_utils
from django.apps import apps
from django.db import models

from custody.terms import Role, Word


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7 (RFC 9562), so that ids sort by creation."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


class IdField(models.UUIDField):
    """A primary key made here, not by the database, so that an entry can name a row before it is saved."""

    def __init__(self, **kwargs: Any) -> None:
        """Take no options; every id is made alike."""
        super().__init__(**{**kwargs, "primary_key": True, "editable": False, "default": new_id})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep app code out of migrations: there the column is a plain UUIDField."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, "django.db.models.UUIDField", args, kwargs


class WordField(models.CharField):
    """A column that holds one member of a :class:`custody.terms.Word` enumeration and returns that member."""

    _pyi_private_set_type: Any  # read by django-stubs: a member of the enumeration
    _pyi_private_get_type: Any

    def __init__(self, words: type[Word], **kwargs: Any) -> None:
        """Take the enumeration; the length is fixed so that adding a word needs no migration."""
        self.words = words
        kwargs["max_length"] = 32
        kwargs.pop("choices", None)
        super().__init__(**kwargs)

    def clone(self) -> Self:
        """Copy the column with its enumeration, which ``deconstruct`` leaves out."""
        _, _, args, kwargs = self.deconstruct()
        make: Any = type(self)  # the types of columns hide our first argument
        return make(self.words, *args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep app code out of migrations: there the column is a plain CharField."""
        name, _, args, kwargs = super().deconstruct()
        if isinstance(kwargs.get("default"), Word):
            kwargs["default"] = str(kwargs["default"])
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> Word | None:
        """Turn the stored word into its member; an unknown word raises ValueError."""
        return None if value is None else self.words(value)

    def to_python(self, value: Any) -> Any:
        """Accept a member or its stored value."""
        return None if value in (None, "") else self.words(value)

    def get_prep_value(self, value: Any) -> Any:
        """Store the plain word."""
        return None if value is None else str(self.words(value))


class Row(models.Model):
    """Base of every custody table that an event sets."""

    id = IdField()
    entry = models.UUIDField(help_text="Id of the ledger entry that last set this row.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


def rows_of(model: str) -> Any:
    """Return all rows of a table of custody by its model's name: for tables that are declared later."""
    return apps.get_model("custody", model)._default_manager


class VisibleQuerySet(models.QuerySet[Any]):
    """A queryset that knows what one user may see; no user, nothing; the house, everything."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows that ``user`` may read."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self if user.in_house else self.seen_outside(user)

    def seen_outside(self, user: Any) -> Self:
        """Return what a signed-in user who is not of the house may read; every table says so itself.

        Other tables are asked in subqueries, never joined: a join multiplies the rows.
        """
        raise NotImplementedError(f"{self.model.__name__} must say what a user may see")


# Roles that see a whole project of their own party, not only their hop and what lies below it.
INTERNAL_ROLES = (Role.MANAGER, Role.OFFICER, Role.CUSTODIAN, Role.ADMINISTRATOR)
