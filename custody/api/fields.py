"""Fields of requests: text as the ledger takes it, ids of what the caller may see, words of our tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody import models as m
from custody.actions.base import ActionError
from custody.terms import Text, Word

from .saying import say

NOT_THERE = Text("This is not registered, or not yours to see.", "该项未登记，或您无权查看。")


class Shown(serializers.ModelSerializer[Any]):
    """Shows a row; enumerated words as their stored value."""

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Treat a word column as one of its words."""
        if isinstance(model_field, m.WordField):
            choices = [str(word) for word in model_field.words]
            nullable = {"allow_null": True} if model_field.null else {}
            return serializers.ChoiceField, {"choices": choices, "read_only": True, **nullable}
        return super().build_standard_field(field_name, model_field)


class Asked(serializers.Serializer[Any]):
    """A request; members that it does not know are faults, not silence."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the answers. Raises ActionError for null, of which REST framework speaks English alone."""
        if data is None and self.root is self:
            raise ActionError(Text("Send a JSON object.", "请发送一个JSON对象。"), "body")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Return the answers. Raises ValidationError, also for a member that is not asked for."""
        given = super().to_internal_value(data)
        unknown = sorted(str(name)[:60] for name in set(data) - set(self.fields))
        if unknown:
            fault = say(Text("There is no such member.", "没有此成员。"))
            raise serializers.ValidationError({name: [fault] for name in unknown})
        return given


class Words(serializers.ChoiceField):
    """One word of an enumeration; gives its member."""

    def __init__(self, words: type[Word], **kwargs: Any) -> None:
        """Take the enumeration."""
        self.words = words
        super().__init__(choices=[str(word) for word in words], **kwargs)

    def to_internal_value(self, data: Any) -> Word:
        """Return the member."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return self.words(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """A moment as ISO 8601 with its time zone; a day alone, or a number, is none."""

    def to_internal_value(self, data: Any) -> dt.datetime:
        """Return the moment. Raises ValidationError."""
        try:
            whole = isinstance(data, str) and dt.datetime.fromisoformat(data).tzinfo is not None
        except ValueError:
            whole = False
        if not whole:
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss][+HH:MM|-HH:MM|Z]")
        found: dt.datetime = super().to_internal_value(data)
        return found


@extend_schema_field(OpenApiTypes.UUID)
class Seen(serializers.UUIDField):
    """The id of a row that the caller may see; a foreign one is answered like an unknown one."""

    def __init__(self, model: type[Any], **kwargs: Any) -> None:
        """Take the table."""
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        id = super().to_internal_value(data)
        user = self.context["request"].user
        if not self.model.objects.visible_to(user).filter(id=id).exists():
            raise serializers.ValidationError(say(NOT_THERE))
        return id


class Ids(serializers.ListField):
    """Ids of several rows, each once."""

    def __init__(self, **kwargs: Any) -> None:
        """Take the limits."""
        super().__init__(child=serializers.UUIDField(), **kwargs)

    def to_internal_value(self, data: Any) -> list[UUID]:
        """Return the ids. Raises ValidationError."""
        if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
            self.fail("not_a_list", input_type=type(data).__name__)
        return list(dict.fromkeys(super().to_internal_value(data)))


class SeenMany(Ids):
    """Ids of several rows that the caller may see; asked of the database together."""

    def __init__(self, model: type[Any], **kwargs: Any) -> None:
        """Take the table."""
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[UUID]:
        """Return the ids. Raises ValidationError."""
        ids = super().to_internal_value(data)
        user = self.context["request"].user
        if self.model.objects.visible_to(user).filter(id__in=ids).count() != len(ids):
            raise serializers.ValidationError(say(NOT_THERE))
        return ids


class Line(serializers.CharField):
    """Text that is not a number or a truth value in disguise."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Pattern(serializers.RegexField):
    """Text of one form; a number is none."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Count(serializers.IntegerField):
    """A whole number; text is none."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """True or false; no word or number for it."""

    def to_internal_value(self, data: Any) -> bool:
        """Return it. Raises ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Id(serializers.UUIDField):
    """A UUID as text; a number is none."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Share(serializers.DecimalField):
    """A decimal number as text, such as ``"12.50"``: JSON numbers are not exact."""

    def __init__(self, max_digits: int = 20, **kwargs: Any) -> None:
        """Take the digits in all; two stand after the point."""
        super().__init__(max_digits=max_digits, decimal_places=2, min_value=0, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the number. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Area(serializers.DecimalField):
    """Square kilometres as text, such as ``"12.5"``, with up to four decimals."""

    def __init__(self, **kwargs: Any) -> None:
        """Take as many digits as an item keeps."""
        super().__init__(max_digits=14, decimal_places=4, min_value=Decimal("0.0001"), **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the number. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)
