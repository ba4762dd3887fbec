"""Setting up the installation: its log, its operator, its own system, the packs it works under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from custody import models as m
from custody import record
from custody.events import site as events
from custody.policy import shipped
from custody.record import SYSTEM_STREAM
from custody.terms import Network, PartyKind, Provision, Role, SystemKind, Text

from .base import Act, ActionError, Actor, Outcome, perform
from .registers import add_membership, add_party, add_person, add_sign_in


@dataclass(frozen=True, slots=True)
class Administrator:
    """A person of the operator who may register others; ``password`` stands nowhere but in its hash."""

    name: str
    staff_number: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Installation:
    """What is asked at set-up: who runs the site, and what its own machine is accredited for.

    ``regime`` is the pack, of a country or of a province, that a new project is offered first.
    """

    name: str
    operator: str
    country: str
    levels: Mapping[str, str]
    network: Network
    tested_on: dt.date | None = None
    inventory_number: str | None = None
    provision: Provision = Provision.UNKNOWN
    operator_other_name: str = ""
    demo: bool = False
    time_zone: str = ""
    regime: str = ""
    administrators: Sequence[Administrator] = ()


def open_site(asked: Installation) -> Outcome:
    """Open the ledger with its genesis entry, register the operator, the installation and its administrators,
    publish the packs: all of it or nothing.

    Raises ActionError when this was done before, since a site is set up once; and when the folders hold keys
    already, since one key must never sign two logs.
    """
    must_be_new()
    try:
        return perform(Actor.setup(), lambda act: _open(act, asked))
    except BaseException:
        if not m.Site.objects.exists():  # a lost answer to a commit is no failure
            record.remove_keys()
        raise


def must_be_new() -> None:
    """Raise ActionError where a site stands, or has stood: its keys are there and its database is lost."""
    if m.Site.objects.exists():
        raise ActionError(
            Text(en="This installation is already set up.", zh="本系统已完成初始化，不能重复。")
        )
    if standing := record.keys_found():
        raise ActionError(
            Text(
                en=f"{standing} belongs to a ledger that stands already; a new site makes keys of its own. "
                "If the database of that ledger was lost, bring it back: manage.py ledger_restore "
                "(docs/operating.md, Restore). For a new site choose folders that are empty.",
                zh=f"{standing} 属于已有的账本，新站点须使用自己的密钥。如该账本的数据库已丢失，请用 "
                "manage.py ledger_restore 恢复（见 docs/operating.md 的 Restore 一节）；"
                "如需新建站点，请选择空目录。",
            )
        )


def _open(act: Act, asked: Installation) -> Outcome:
    origin = record.open_log(settings.RP_ID)
    operator_id, system_id, entry = m.new_id(), m.new_id(), m.new_id()
    act.record(
        events.LogOpened(
            origin=origin,
            log_key=record.log_key(settings.TRUST_DIR),
            rp_id=settings.RP_ID,
            demo=asked.demo,
            site_name=asked.name,
            operator=str(operator_id),
            system=str(system_id),
        ),
        SYSTEM_STREAM,
        entry=entry,
    )
    operator, _ = add_party(
        act,
        PartyKind.ORGANISATION,
        asked.operator,
        asked.operator_other_name,
        asked.country,
        {},
        operator_id,
    )
    system_entry = act.record(
        events.SystemEntered(
            system=str(system_id),
            name=asked.name,
            system_kind=str(SystemKind.COMPUTER),
            owner_party=str(operator_id),
            levels=dict(asked.levels),
            network=str(asked.network),
            tested_on=asked.tested_on.isoformat() if asked.tested_on else None,
            is_installation=True,
            inventory_number=asked.inventory_number,
            accreditation="",
            country="",
            provision=str(asked.provision),
        ),
        SYSTEM_STREAM,
    )
    system = m.System.objects.create(
        id=system_id,
        entry=system_entry,
        name=asked.name,
        kind=SystemKind.COMPUTER,
        owner_party=operator,
        levels=dict(asked.levels),
        network=asked.network,
        tested_on=asked.tested_on,
        is_installation=True,
        inventory_number=asked.inventory_number,
        provision=asked.provision,
    )
    act.record(events.SiteConfigured(time_zone=asked.time_zone, regime=asked.regime), SYSTEM_STREAM)
    publish_missing(act)
    site = m.Site.objects.create(
        name=asked.name,
        operator=operator,
        system=system,
        origin=origin,
        rp_id=settings.RP_ID,
        demo=asked.demo,
        time_zone=asked.time_zone,
        regime=asked.regime,
        entry=entry,
    )
    today = first_day(act.now, asked.time_zone)
    for administrator in asked.administrators:
        person = add_person(act, administrator.name, administrator.staff_number)
        add_membership(act, person.id, operator_id, Role.ADMINISTRATOR, today)
        add_sign_in(act, person, administrator.username, administrator.password)
    return Outcome("done", entry, site)


def publish_packs() -> Outcome:
    """Publish every shipped pack whose digest is new, each as an entry; run at each start."""

    def work(act: Act) -> Outcome:
        published = publish_missing(act)
        return Outcome("done", published[-1].entry if published else act.id, published)

    return perform(Actor.setup(), work)


def publish_missing(act: Act) -> list[m.RegimePack]:
    """Save the shipped packs that this ledger does not know yet, inside an act that is already open."""
    known = set(m.RegimePack.objects.values_list("sha256", flat=True))
    published = []
    for name, pack in shipped.packs().items():
        if pack.sha256 in known:
            continue
        pack_id = m.new_id()
        entry = act.record(
            events.PackPublished(pack=str(pack_id), name=name, version=str(pack.version), sha256=pack.sha256),
            SYSTEM_STREAM,
        )
        published.append(
            m.RegimePack.objects.create(
                id=pack_id,
                entry=entry,
                name=name,
                version=str(pack.version),
                sha256=pack.sha256,
                body=pack.text,
            )
        )
    return published


def first_day(moment: dt.datetime, zone: str) -> dt.date:
    """Return the day on which the site is set up, where it stands: ``zone``, if empty as TIME_ZONE says."""
    return timezone.localdate(moment, ZoneInfo(zone) if zone else None)
