"""Event -> rows for the installation, its packs, systems and lists; and the kinds without a table."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import Provision, SystemState


@applies("log.opened/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Site,
        "1",
        **t.pick("origin", "rp_id", "demo", name="site_name", operator_id="operator", system_id="system"),
    )


@applies("site.configured/1")
def _(state: State, t: Told) -> None:
    state.set(m.Site, "1", time_zone=t.values["time_zone"], regime=t.values["regime"])


@applies("pack.published/1", "pack.published/2")
def _(state: State, t: Told) -> None:
    given = t.pick("effective", body="text") if "text" in t.values else {"effective": None}
    state.set(m.RegimePack, t.values["pack"], **given | t.pick("name", "version", "sha256"))


@applies("system.registered/1", "system.registered/2")
def _(state: State, t: Told) -> None:
    row = t.pick(
        "name",
        "levels",
        "network",
        "tested_on",
        "is_installation",
        kind="system_kind",
        owner_party_id="owner_party",
    )
    later = {"inventory_number": None, "accreditation": "", "country": "", "provision": Provision.UNKNOWN}
    row |= {name: t.values.get(name, unsaid) for name, unsaid in later.items()}
    state.set(m.System, t.values["system"], state=SystemState.ACTIVE, tested_by="", **row)


@applies("barred_list.imported/1")
def _(state: State, t: Told) -> None:
    row = t.pick("file_name", "sha256", "rows", "rejected", source="list_source")
    state.set(m.BarredList, t.values["barred_list"], **row)


@applies("log.key_changed/1")
@applies("seal_key.changed/1")
@applies("subawards.imported/1")
@applies("refusals.throttled/1")
@applies("fsck.failed/1")
@applies("attempt.held/1")
@applies("ledger.restored/1")
@applies("log_folder.rewritten/1")
@applies("file.read/1")
@applies("erasure.refused/1")
@applies("erasure.too_early/1")
def _(state: State, t: Told) -> None:
    """Tell something that stands in no table."""
