"""A regime pack: the levels, qualifications, limits and citations of one jurisdiction.

A pack is built from files, base below country below province (``overlay.py``), and then stands as one
canonical JSON text (RFC 8785). Its SHA-256 is in every decision, and the text alone is enough to run that
decision again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints

from custody.policy.facts import Json, Missing
from custody.terms import BasisStatus, Text
from ledger.tlog.canonical import decode, encode
from ledger.tlog.errors import CanonicalError

PACK_FORMAT: Literal["holdfast-pack/1"] = "holdfast-pack/1"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def _nfc(value: str) -> str:
    if unicodedata.normalize("NFC", value) != value or "\0" in value:
        raise ValueError("write the text in Unicode NFC")
    return value


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=80)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=600), AfterValidator(_nfc)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Part(BaseModel):
    """A piece of a pack: frozen, and a member it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(Part):
    """A text in both languages."""

    en: Line
    zh: Line

    @property
    def text(self) -> Text:
        """Return it as the product's text."""
        return Text(self.en, self.zh)


class Cite(Part):
    """Where a rule rests. ``problems`` narrows it to those ways of failing; empty means all."""

    source: Label
    article: Label | None = None
    status: BasisStatus
    problems: tuple[Word, ...] = ()


class Level(Part):
    """A classification level; a higher rank is more sensitive."""

    id: Word
    rank: int = Field(ge=0, le=1000)
    label: Label


class Named(Part):
    """A grade or category with its label."""

    id: Word
    label: Label


class QualificationType(Part):
    """A kind of certificate: grades from lowest to highest, and the categories of work it may list."""

    id: Word
    label: Label
    grades: tuple[Named, ...] = Field(min_length=1)
    categories: tuple[Named, ...] = ()


class Coverage(Part):
    """The grade needed for a level, by the law's table; ``prime_grade`` is what the contract asks."""

    type: Word
    level: Word
    prime_grade: Word | None = None
    grade: Word


class Year(Part):
    """Days off on weekdays, and weekend days that are worked, in one year."""

    holidays: tuple[date, ...]
    workdays: tuple[date, ...] = ()


class Holidays(Part):
    """The working calendar of a jurisdiction by year; a year that is not here is not known."""

    source: Label
    status: BasisStatus
    years: dict[Annotated[str, StringConstraints(pattern=r"^\d{4}$")], Year]


class Overriding(Part):
    """Who may let an act pass although a rule that is marked so is broken, and for how long at most.

    ``quorum`` distinct persons who hold one of ``roles`` and are concerned in nothing must agree.
    """

    quorum: int = Field(ge=2, le=20)
    roles: tuple[Literal["officer", "administrator"], ...] = Field(default=("officer",), min_length=1)
    days: int = Field(ge=1, le=366)

    def no_wider_than(self, other: Overriding) -> bool:
        """Return whether this allows no more than another."""
        fewer = set(self.roles) <= set(other.roles)
        return self.quorum >= other.quorum and self.days <= other.days and fewer


class RuleSetting(Part):
    """How a regime sets one rule. A rule that is off says why."""

    enabled: bool
    off_reason: Label | None = None
    params: dict[str, Any] = {}
    relaxable: tuple[Word, ...] = ()
    """Parameters that an overlay may move either way; written where there are some."""
    cite: tuple[Cite, ...] = ()
    remedy: dict[Word, Label] = {}
    override: Overriding | None = None
    """Null: nobody overrides it; written only where somebody may."""


class NotChecked(Part):
    """A duty of the regime that no rule checks yet; printed so that nobody takes silence for a pass."""

    duty: Label
    cite: Cite


class Clause(Part):
    """A term that must flow down with the work, from a level on; without ``from_level`` at every level."""

    id: Word
    label: Label
    from_level: Word | None = None
    cite: Cite

    @property
    def text(self) -> Text:
        """Return the clause with its source, as people read it."""
        article = self.cite.article.text if self.cite.article else Text("", "")
        where = f"{self.cite.source.en}, {article.en}" if article.en else self.cite.source.en
        return Text(f"{self.label.en} ({where})", f"{self.label.zh}（{self.cite.source.zh}{article.zh}）")


class Keeping(Part):
    """How long what is recorded of a project must be kept, in whole years; null where the law names no end.

    It binds projects from a level on; without ``from_level`` all of them.
    """

    years: int | None = Field(ge=1, le=200)
    from_level: Word | None = None
    cite: tuple[Cite, ...] = Field(min_length=1)


class Pack(Part):
    """A regime, complete and ready to decide with."""

    format: Literal["holdfast-pack/1"] = PACK_FORMAT
    id: Word
    version: Word
    chain: tuple[str, ...]  # id@version of every file from the base to this one
    label: Label
    jurisdiction: Word | None  # ISO 3166 country or subdivision; None: none
    effective: date
    time_zone: Line
    levels: tuple[Level, ...] = Field(min_length=1)
    qualification_types: tuple[QualificationType, ...] = Field(min_length=1)
    coverage: tuple[Coverage, ...] = ()
    holidays: Holidays | None = None
    rules: dict[str, RuleSetting]
    not_checked: tuple[NotChecked, ...] = ()
    keeping: Keeping | None = None
    """Written into the text of a pack that names a period and of no other: older texts stay as they are."""
    clauses: tuple[Clause, ...] = ()
    """Terms that must flow down (HOP-07); written into the text of a pack that lists some."""

    _data: bytes = PrivateAttr(default=b"")
    _sha256: str = PrivateAttr(default="")

    def model_post_init(self, context: Any, /) -> None:
        """Fix bytes and digest once; a pack never changes."""
        unsaid: dict[str, Any] = {"rules": {}}
        for code, setting in self.rules.items():
            names = {name for name in ("relaxable", "override") if not getattr(setting, name)}
            if names:
                unsaid["rules"][code] = names
        if self.keeping is None:
            unsaid["keeping"] = True
        if not self.clauses:
            unsaid["clauses"] = True
        self._data = encode(self.model_dump(mode="json", exclude=unsaid))
        self._sha256 = hashlib.sha256(self._data).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Pack:
        """Read a pack's canonical text. Raises ValueError when it is not exactly that."""
        data = text.encode()
        try:
            pack = cls.model_validate(decode(data))
        except CanonicalError as error:
            raise ValueError(str(error)) from error
        if pack._data != data:
            raise ValueError(f"pack {pack.id}: the text is not complete")
        return pack

    @property
    def text(self) -> str:
        """Return the canonical text, as bundles carry it."""
        return self._data.decode()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the canonical text in hex."""
        return self._sha256

    def rank(self, level: str) -> int:
        """Return how sensitive a level is. Raises Missing for a level that the regime does not know."""
        return self.level(level).rank

    def level(self, id: str) -> Level:
        """Return a level by id. Raises Missing."""
        for level in self.levels:
            if level.id == id:
                return level
        raise Missing(Text("a level that this regime knows", "本规则包所列的密级"), "project")

    @property
    def main_types(self) -> tuple[QualificationType, ...]:
        """Return the types that a project may ask for: all but what a rule asks for beside them (QUA-05)."""
        beside = {setting.params.get("type") for setting in self.rules.values()}
        return tuple(kind for kind in self.qualification_types if kind.id not in beside)

    def qualification_type(self, id: str) -> QualificationType:
        """Return a kind of certificate by id. Raises Missing."""
        for kind in self.qualification_types:
            if kind.id == id:
                return kind
        raise Missing(
            Text("a type of qualification that this regime knows", "本规则包所列的资质类型"), "project"
        )


Tighter = Callable[[Any, Any, Mapping[str, int]], bool]


class Params(BaseModel):
    """The parameters of a rule version.

    ``tighten`` says for each which way an overlay may move it, ``names_levels`` which of them hold level ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    tighten: ClassVar[Mapping[str, Tighter]] = {}
    names_levels: ClassVar[tuple[str, ...]] = ()

    def stored(self) -> dict[str, Json]:
        """Return the JSON form; decimals are text."""
        values: dict[str, Json] = self.model_dump(mode="json")
        return values


def lower(old: Decimal | int | None, new: Decimal | int | None, ranks: Mapping[str, int]) -> bool:
    """Allow a smaller limit; no limit (None) is the widest."""
    return old is None or (new is not None and new <= old)


def higher(old: int, new: int, ranks: Mapping[str, int]) -> bool:
    """Allow a demand to be raised."""
    return new >= old


def switched_on(old: bool, new: bool, ranks: Mapping[str, int]) -> bool:
    """Allow turning a demand on."""
    return new or not old


def switched_off(old: bool, new: bool, ranks: Mapping[str, int]) -> bool:
    """Allow turning an exemption off."""
    return old or not new


def fewer(old: tuple[str, ...], new: tuple[str, ...], ranks: Mapping[str, int]) -> bool:
    """Allow a list of what is permitted to shrink."""
    return not old or set(new) <= set(old)


def lower_level(old: str | None, new: str | None, ranks: Mapping[str, int]) -> bool:
    """Allow a demand to begin at a lower level; None is never."""
    return old is None or (new is not None and ranks[new] <= ranks[old])


def lower_top(old: str | None, new: str | None, ranks: Mapping[str, int]) -> bool:
    """Allow what is let through to end at a lower level; None lets nothing through."""
    return new is None or (old is not None and ranks[new] <= ranks[old])


def lower_each(old: Mapping[str, int], new: Mapping[str, int], ranks: Mapping[str, int]) -> bool:
    """Allow limits per level to be added or lowered, none to be dropped."""
    return all(key in new and new[key] <= limit for key, limit in old.items())


def higher_each(old: Mapping[str, int], new: Mapping[str, int], ranks: Mapping[str, int]) -> bool:
    """Allow demands per level to be added or raised, none to be dropped."""
    return all(new.get(key, 0) >= demand for key, demand in old.items())


def block_for_warn(old: str, new: str, ranks: Mapping[str, int]) -> bool:
    """Allow a warning to become a block."""
    return old == "warn" or new == "block"


def first_only(old: object, new: object, ranks: Mapping[str, int]) -> bool:
    """Allow a value to be set where there was none, never to be changed."""
    return old is None or new == old
