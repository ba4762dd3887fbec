"""Event -> rows for a party in time."""

from __future__ import annotations

from custody import models as m
from custody.applying.corrected import CORRECTED, keep_line
from custody.applying.rows import APPLIES, State, Told, applies
from custody.terms import NameKind


def _renamed(state: State, t: Told) -> None:
    v = t.values
    old, new = {**v["old"], **v["old_personal"]}, {**v["new"], **v["new_personal"]}
    state.set(m.Party, v["party"], entry=t.entry, **new)
    for name, id in v["former"].items():
        row = t.pick("starts", "ends", party_id="party")
        state.set(m.PartyName, id, kind=NameKind.FORMER, name=old[name], language="", **row)
    kept = {n: [v["old"][n], v["new"][n]] if n in v["new"] else None for n in v["changed"]}
    keep_line(state, t, "party", kept)


CORRECTED["party.renamed/1"] = _renamed
APPLIES.update(CORRECTED)


@applies("party.control_ended/1")
def _(state: State, t: Told) -> None:
    state.set(m.PartyControl, t.values["control"], **t.pick("ends"))


@applies("party.located/1")
def _(state: State, t: Told) -> None:
    v = t.values
    if v["replaces"] is not None:
        state.set(m.PartyAddress, v["replaces"], ends=v["replaced_ends"], entry=t.entry)
    address = v["address"] if v["address"] is not None else v["individual_address"]
    row = t.pick("country", "starts", kind="address_kind", party_id="party")
    state.set(m.PartyAddress, v["address_id"], address=address, ends=None, **row)
