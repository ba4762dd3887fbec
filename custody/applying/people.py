"""Event -> rows for persons, memberships, grants, sign-ins and keys."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies

CLEARED = ("vetting", "vetted_from", "vetted_to", "trained_on", "undertaking_on", "leaves_on")
EVIDENCE = ("post", "vetting_evidence", "training_evidence", "undertaking_evidence", "leaving_evidence")


@applies("person.registered/1")
def _(state: State, t: Told) -> None:
    later = dict.fromkeys(("hold", *CLEARED)) | dict.fromkeys(EVIDENCE, "")
    row = t.pick("name", "staff_number", "citizenships")
    state.set(m.Person, t.values["person"], **row, **later)


@applies("person.held/1")
def _(state: State, t: Told) -> None:
    state.set(m.Person, t.values["person"], hold=t.entry, entry=t.entry)


@applies("person.hold_lifted/1")
def _(state: State, t: Told) -> None:
    state.set(m.Person, t.values["person"], hold=None, entry=t.entry)


@applies("membership.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("role", "starts", "ends", person_id="person", party_id="party")
    state.set(m.Membership, t.values["membership"], **row, ended_at=None)


@applies("grant.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("starts", "ends", person_id="person", project_id="project")
    state.set(m.Grant, t.values["grant"], **row, party_id=None, region="", ended_at=None)


@applies("grant.given/2")
def _(state: State, t: Told) -> None:
    row = t.pick("starts", "ends", person_id="person", project_id="project", party_id="party")
    state.set(m.Grant, t.values["grant"], **row, region=t.values["region"] or "", ended_at=None)


@applies("sign_in.given/1", "sign_in.given/2")
def _(state: State, t: Told) -> None:
    row = t.pick("username", person_id="person")
    del row["entry"]
    state.set(m.User, t.values["user"], **row, closed=None, is_superuser=False)


@applies("key.issued/1", "key.issued/2")
def _(state: State, t: Told) -> None:
    expires = dt.datetime.fromisoformat(t.values["expires_at"])
    row = t.pick("name", "scopes", user_id="user") | {"party_id": t.values.get("party")}
    state.set(m.ApiKey, t.values["key"], **row, expires_at=expires, revoked_at=None)


@applies("key.revoked/1")
def _(state: State, t: Told) -> None:
    ended = dt.datetime.fromisoformat(t.values["revoked_at"])
    state.set(m.ApiKey, t.values["key"], revoked_at=ended, entry=t.entry)
