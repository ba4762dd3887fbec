"""What a rule may know: JSON groups, one dataclass per noun, strict both ways.

The rules of this file:

- A group is named by its noun, or by noun and id: ``act``, ``project``, ``installation``, ``party:<uuid>``,
  ``hop:<uuid>``, ``approval:<uuid>``, ``override:<uuid>``, ``copy:<uuid>``, ``item:<uuid>``,
  ``person:<uuid>``, ``system:<uuid>``, ``visit:<uuid>``, ``destruction:<uuid>``, ``copypermit:<uuid>``.
- Ids are lower-case uuid strings, days ``YYYY-MM-DD`` in the regime's time zone, decimals strings. No float,
  no name of a person or party: groups are stored in the ledger and shown to outsiders one by one.
- ``entry`` is the id of the ledger entry that set the group, or None when none did yet.
- An unknown, missing or ill-typed member is an error, never a default. What ``None`` means stands beside each
  field: *none* is knowledge, *not known* makes a rule that needs it answer "cannot tell".
- A member that a later schema brought names it (``since``): under an earlier schema it is absent, and reads
  as not known. A schema that was used never changes, so a stored decision runs again as it was taken.
- Whole hop paths are present from root to leaf, and the party group of everyone on the path, of who pays for
  it, of the client and ultimate client, of sender and receiver, and of all their controllers up to the last.
- A hop on the path lists its siblings, and the group of each is there where the regime adds them up (HOP-04).
- With an item stand all that it was made from, back to the first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from custody.policy.copying import CopyPermit as CopyPermit
from custody.policy.destruction import Destruction as Destruction
from custody.policy.field_groups import Collection as Collection
from custody.policy.field_groups import Equipment as Equipment
from custody.policy.field_groups import Permit as Permit
from custody.policy.groups import Act as Act
from custody.policy.groups import Agreed as Agreed
from custody.policy.groups import Approval as Approval
from custody.policy.groups import Condition as Condition
from custody.policy.groups import Consent as Consent
from custody.policy.groups import Controller as Controller
from custody.policy.groups import Copy as Copy
from custody.policy.groups import Delegation as Delegation
from custody.policy.groups import Hop as Hop
from custody.policy.groups import Item as Item
from custody.policy.groups import Membership as Membership
from custody.policy.groups import NeedToKnow as NeedToKnow
from custody.policy.groups import Override as Override
from custody.policy.groups import Party as Party
from custody.policy.groups import Person as Person
from custody.policy.groups import Project as Project
from custody.policy.groups import Qualification as Qualification
from custody.policy.groups import Referral as Referral
from custody.policy.groups import System as System
from custody.policy.groups import UseLimit as UseLimit
from custody.policy.groups import Visit as Visit
from custody.policy.groups import Visitor as Visitor
from custody.policy.groups import Vote as Vote
from custody.policy.strict import ID, checked, from_json, to_json
from custody.policy.strict import FactsError as FactsError
from custody.policy.strict import Json as Json
from custody.policy.strict import word as word
from custody.terms import Text

FACTS_SCHEMA = 9
"""The one that new decisions are taken under. 2 brought how copies travel and who accompanies them, and
of a system its number, country and whose it is; 3 of a person what lets them receive;
4 what the rules of versions after those ask; 5 when something was heard of a copy last, and permits to
copy; 6 how much one party has together and by what right, and before whom a receipt was signed by hand;
7 how a party stands with the lists of barred parties, and when an approval was decided; 8 when a project's
results were accepted and submitted; 9 with what key a receipt is signed."""
SCHEMAS = (1, 2, 3, 4, 5, 6, 7, 8, 9)
"""All that stored decisions may name."""


class Missing(Exception):
    """A rule needs a fact that is absent or not known; ``what`` names it for a person."""

    def __init__(self, what: Text, group: str) -> None:
        """Keep the name for people and the group the fact belongs to."""
        super().__init__(f"{group}: {what.en}")
        self.what = what
        self.group = group


Group = (
    Act | Project | Party | Hop | Approval | Override | Copy | Item | Person | System
    | Equipment | Permit | Collection | Visit | Destruction | CopyPermit
)  # fmt: skip
_NOUNS: dict[str, type[Group]] = {
    "act": Act, "project": Project, "installation": System, "party": Party, "hop": Hop, "approval": Approval,
    "override": Override, "copy": Copy, "item": Item, "person": Person, "system": System,
    "equipment": Equipment, "permit": Permit, "collection": Collection, "visit": Visit,
    "destruction": Destruction, "copypermit": CopyPermit,
}  # fmt: skip
_NOUN_SINCE = {
    "item": 3, "override": 4, "equipment": 4, "permit": 4, "collection": 4, "visit": 4, "destruction": 4,
    "copypermit": 5,
}  # fmt: skip
"""The schema that brought a noun, where it was not the first."""
_SINGLE = frozenset({"act", "project", "installation"})
_LABELS = {
    "act": Text("what is being done", "本次操作"),
    "project": Text("the project", "项目"),
    "installation": Text("the level and network of this installation", "本系统的密级和网络情况"),
    "party": Text("a party concerned", "相关单位"),
    "hop": Text("a subcontract on the path", "分包链上的某一级分包"),
    "approval": Text("an approval", "审批记录"),
    "override": Text("an override", "特批"),
    "copy": Text("a copy", "副本"),
    "item": Text("an item, or one that it was made from", "某项成果或其来源"),
    "person": Text("a person concerned", "相关人员"),
    "system": Text("the destination system", "目的系统"),
    "equipment": Text("the equipment used", "所用设备"),
    "permit": Text("the permit", "采集许可"),
    "collection": Text("what was collected", "采集情况"),
    "visit": Text("the visit", "来访"),
    "destruction": Text("the destruction batch", "销毁批次"),
    "copypermit": Text("the copy permit", "复制许可"),
}
T = TypeVar("T")
G = TypeVar(
    "G", Act, Project, Party, Hop, Approval, Override, Copy, Item, Person, System, Equipment, Permit,
    Collection, Visit, Destruction, CopyPermit,
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """All groups of one decision, as stored; groups are read and checked when a rule asks for them."""

    groups: Mapping[str, Mapping[str, Json]]
    schema: int = FACTS_SCHEMA
    _read: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a schema that was never used. Raises FactsError."""
        if self.schema is True or self.schema not in SCHEMAS:
            raise FactsError(f"facts: schema {self.schema!r} is not known, expected one of {SCHEMAS}")

    @classmethod
    def of(cls, *groups: Group) -> Facts:
        """Build facts from groups. Raises FactsError for two groups under one name."""
        stored: dict[str, Mapping[str, Json]] = {}
        read: dict[str, Any] = {}
        for group in groups:
            key = key_of(group)
            if key in stored:
                raise FactsError(f"{key}: given twice")
            stored[key], read[key] = checked(group, FACTS_SCHEMA)
        return cls(stored, _read=read)

    @classmethod
    def from_json(cls, value: Json) -> Facts:
        """Read ``{"schema": 9, "groups": {...}}`` and check every group. Raises FactsError."""
        if not isinstance(value, dict) or set(value) != {"schema", "groups"}:
            raise FactsError("facts: expected the members schema and groups")
        schema, groups = value["schema"], value["groups"]
        if not isinstance(groups, dict):
            raise FactsError("facts: groups is not an object")
        for key, group in groups.items():
            if not isinstance(group, dict):
                raise FactsError(f"{key}: not an object")
        facts = cls(cast("dict[str, dict[str, Json]]", groups), cast(int, schema))
        for key in facts.groups:
            facts._get(key, _noun(key))
        return facts

    def asked(self, act: Act) -> Facts:
        """Return the same groups, read and checked already, with another act: for many questions on one
        reading."""
        same = {**self.groups, "act": stored_form(act)}
        return Facts(same, self.schema, {**self._read, "act": act})

    def to_json(self) -> dict[str, Json]:
        """Return the stored form, fit for RFC 8785 encoding."""
        return {"schema": self.schema, "groups": {key: dict(self.groups[key]) for key in sorted(self.groups)}}

    def _get(self, key: str, kind: type[G]) -> G:
        found = self._read.get(key)
        if found is None:
            if key not in self.groups:
                raise Missing(_LABELS[key.partition(":")[0]], key)
            if self.schema < _NOUN_SINCE.get(key.partition(":")[0], 1):
                raise FactsError(f"{key}: schema {self.schema} knows no such group")
            found = from_json(kind, dict(self.groups[key]), key, self.schema)
            if key_of(found) != key:
                raise FactsError(f"{key}: the group calls itself {key_of(found)}")
            self._read[key] = found
        return cast(G, found)

    @cached_property
    def act(self) -> Act:
        """Return what is attempted. Raises Missing."""
        return self._get("act", Act)

    @cached_property
    def project(self) -> Project:
        """Return the project. Raises Missing."""
        return self._get("project", Project)

    @property
    def installation(self) -> System:
        """Return the system Holdfast itself runs on. Raises Missing."""
        return self._get("installation", System)

    def party(self, id: str) -> Party:
        """Return a party. Raises Missing."""
        return self._get(f"party:{id}", Party)

    def hop(self, id: str) -> Hop:
        """Return a hop. Raises Missing."""
        return self._get(f"hop:{id}", Hop)

    def approval(self, id: str) -> Approval:
        """Return an approval. Raises Missing."""
        return self._get(f"approval:{id}", Approval)

    def overrides(self) -> tuple[Override, ...]:
        """Return the overrides among the facts, by id; earlier schemas have none."""
        found = (key for key in sorted(self.groups) if key.startswith("override:"))
        return tuple(self._get(key, Override) for key in found)

    def copy(self, id: str) -> Copy:
        """Return a copy. Raises Missing."""
        return self._get(f"copy:{id}", Copy)

    def item(self, id: str) -> Item:
        """Return an item. Raises Missing."""
        return self._get(f"item:{id}", Item)

    def person(self, id: str) -> Person:
        """Return a person. Raises Missing."""
        return self._get(f"person:{id}", Person)

    def visit(self, id: str) -> Visit:
        """Return a visit. Raises Missing."""
        return self._get(f"visit:{id}", Visit)

    def system(self, id: str) -> System:
        """Return a destination system, which may be the installation itself. Raises Missing."""
        if "installation" in self.groups and self.installation.id == id:
            return self.installation
        return self._get(f"system:{id}", System)

    def equipment(self, id: str) -> Equipment:
        """Return a piece of equipment. Raises Missing."""
        return self._get(f"equipment:{id}", Equipment)

    def permit(self, id: str) -> Permit:
        """Return a field permit. Raises Missing."""
        return self._get(f"permit:{id}", Permit)

    def collection(self, id: str) -> Collection:
        """Return a collection. Raises Missing."""
        return self._get(f"collection:{id}", Collection)

    def destruction(self, id: str) -> Destruction:
        """Return a destruction batch. Raises Missing."""
        return self._get(f"destruction:{id}", Destruction)

    def copy_permit(self, id: str) -> CopyPermit:
        """Return a copy permit. Raises Missing."""
        return self._get(f"copypermit:{id}", CopyPermit)

    def once(self, name: Hashable, find: Callable[[], T]) -> T:
        """Return what ``find`` finds in these facts alone, which many rules ask for: found once."""
        found = self._found
        if name not in found:
            found[name] = find()
        return cast(T, found[name])

    def path(self, hop: str) -> tuple[Hop, ...]:
        """Return the hops from the root to ``hop``. Raises Missing, or FactsError when it is a circle."""
        return self.once(("path", hop), lambda: self._path(hop))

    def _path(self, hop: str) -> tuple[Hop, ...]:
        chain: list[Hop] = []
        seen: set[str] = set()
        at: str | None = hop
        while at is not None:
            if at in seen:
                raise FactsError(f"hop:{at}: stands above itself")
            seen.add(at)
            chain.append(self.hop(at))
            at = chain[-1].parent
        return tuple(reversed(chain))


def stored_form(group: Group) -> dict[str, Json]:
    """Return a group as it is stored under the newest schema. Raises FactsError for an ill-typed member."""
    return to_json(group, FACTS_SCHEMA)


def known(value: T | None, en: str, zh: str, group: str = "") -> T:
    """Return ``value``, or raise Missing naming it when it is not known."""
    if value is None:
        raise Missing(Text(en, zh), group)
    return value


def key_of(group: Group) -> str:
    """Return the name a group is stored under."""
    if isinstance(group, Act):
        return "act"
    if isinstance(group, Project):
        return "project"
    if isinstance(group, System) and group.is_installation:
        return "installation"
    return f"{type(group).__name__.lower()}:{group.id}"


def noun_of(key: str) -> type[Group]:
    """Return the dataclass of the group that is stored under a name. Raises FactsError."""
    return cast("type[Group]", _noun(key))


def _noun(key: str) -> Any:
    noun, colon, id = key.partition(":")
    if noun not in _NOUNS or (noun in _SINGLE) == bool(colon) or (colon and not ID.fullmatch(id)):
        raise FactsError(f"{key}: not the name of a group")
    return _NOUNS[noun]
