"""The registers that all else stands on: parties, persons, memberships, grants, systems, qualifications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from custody import models as m
from custody import passwords
from custody.events import party as party_events
from custody.events import people as people_events
from custody.events import site as site_events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.record import SYSTEM_STREAM
from custody.record import party_stream as party_stream
from custody.terms import (
    ControlKind,
    FirstPassword,
    Network,
    PartyKind,
    PartyState,
    Provision,
    Role,
    SystemKind,
    Text,
)
from custody.transitions import QUALIFICATION, move

from . import files, locking, second_person
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import writers
from .entered import entered
from .grants import give_grant as give_grant
from .numbers import nobodys, number


@entered(m.Party, needed=("name",))
def register_party(
    actor: Actor,
    *,
    kind: PartyKind,
    name: str,
    other_name: str = "",
    country: str = "",
    identifiers: Mapping[str, str] | None = None,
    id: UUID | None = None,
) -> Outcome:
    """Enter a party. ``identifiers`` maps scheme to value; one that its scheme cannot have given, or that
    another party already holds, is an error."""
    actor.require("party.register")
    numbers = dict(number(*pair, about="identifiers") for pair in (identifiers or {}).items())

    def work(act: Act) -> Outcome:
        party, entry = add_party(act, kind, name, other_name, country, numbers, id)
        return Outcome("done", entry, party)

    return perform(actor, work, verb="party.register")


def add_party(
    act: Act,
    kind: PartyKind,
    name: str,
    other_name: str,
    country: str,
    identifiers: Mapping[str, str],
    id: UUID | None = None,
) -> tuple[m.Party, UUID]:
    """Save a party inside an act that is already open; shared with importers."""
    for scheme, value in identifiers.items():
        nobodys(scheme, value, "identifiers")
    party_id = id or m.new_id()
    individual = kind is PartyKind.INDIVIDUAL
    entry = act.record(
        party_events.PartyRegistered(
            party=str(party_id),
            party_kind=str(kind),
            name=None if individual else name,
            other_name=None if individual else other_name,
            individual_name=name if individual else None,
            individual_other_name=other_name if individual else None,
            country=country,
            state=str(PartyState.ACTIVE),
            identifiers=dict(identifiers),
        ),
        party_stream(party_id),
    )
    party = m.Party.objects.create(
        id=party_id, entry=entry, kind=kind, name=name, other_name=other_name, country=country
    )
    for scheme, value in identifiers.items():
        m.PartyIdentifier.objects.create(
            id=m.identifier_id(scheme, value), entry=entry, party=party, scheme=scheme, value=value
        )
    return party, entry


@entered(m.PartyControl)
def record_control(
    actor: Actor, *, party: UUID, controller: UUID, kind: ControlKind, share: Decimal | None = None
) -> Outcome:
    """Record that ``controller`` owns or controls ``party``; ``share`` in per cent."""
    actor.require("party.record_control")

    def work(act: Act) -> Outcome:
        locking.update("party", [party, controller])
        control_id = m.new_id()
        entry = act.record(
            party_events.PartyControlRecorded(
                control=str(control_id),
                party=str(party),
                controller=str(controller),
                control_kind=str(kind),
                share=None if share is None else str(share),
            ),
            party_stream(party),
        )
        row = m.PartyControl.objects.create(
            id=control_id, entry=entry, party_id=party, controller_id=controller, kind=kind, share=share
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.record_control")


@entered(m.Person, needed=("name", "staff_number"))
def register_person(
    actor: Actor,
    *,
    name: str,
    staff_number: str,
    citizenships: Sequence[str] | None = None,
    id: UUID | None = None,
) -> Outcome:
    """Enter a person; ``citizenships`` are ISO 3166-1 alpha-2 codes, None when not known."""
    actor.require("person.register")

    def work(act: Act) -> Outcome:
        person = add_person(act, name, staff_number, citizenships, id)
        return Outcome("done", person.entry, person)

    return perform(actor, work, verb="person.register")


def add_person(
    act: Act, name: str, staff_number: str, citizenships: Sequence[str] | None = None, id: UUID | None = None
) -> m.Person:
    """Save a person inside an act that is already open; shared with set-up."""
    person_id = id or m.new_id()
    if m.Person.objects.filter(staff_number=staff_number).exists():
        raise ActionError(
            Text(en="This staff number is already registered.", zh="该工号已登记。"), "staff_number"
        )
    entry = act.record(
        people_events.PersonRegistered(
            person=str(person_id),
            name=name,
            staff_number=staff_number,
            citizenships=None if citizenships is None else list(citizenships),
        ),
        SYSTEM_STREAM,
    )
    return m.Person.objects.create(
        id=person_id,
        entry=entry,
        name=name,
        staff_number=staff_number,
        citizenships=None if citizenships is None else list(citizenships),
    )


@entered(m.User, needed=("username", "password"))
def give_sign_in(actor: Actor, *, person: UUID, username: str, password: str | None) -> Outcome:
    """Let a person sign in with a user name and a password; with None a slip of two people opens it.

    Raises ActionError for a weak password, and where an administrator types one although somebody could
    confirm a slip: whoever knows a password can act as its owner.
    """
    actor.require("sign_in.give")
    if password is not None and (weak := passwords.fault(password, username)):
        raise ActionError(weak, "password")

    def work(act: Act) -> Outcome:
        if password is None:
            means = FirstPassword.SLIP
        elif actor.person is None:
            means = FirstPassword.SETUP
        else:
            means = FirstPassword.KNOWN
        if means is FirstPassword.KNOWN and second_person.is_there(actor, person):
            raise ActionError(
                Text(
                    en="Nobody sets another's password here. Give it without one and ask for a slip.",
                    zh="不得为他人设定密码。请开通不带密码的账号，并申请凭条。",
                ),
                "password",
            )
        user, entry = add_sign_in(act, m.Person.objects.get(id=person), username, password, means)
        return Outcome("done", entry, user)

    return perform(actor, work, verb="sign_in.give")


def add_sign_in(
    act: Act,
    person: m.Person,
    username: str,
    password: str | None,
    means: FirstPassword = FirstPassword.SETUP,
) -> tuple[m.User, UUID]:
    """Save a sign-in inside an act that is already open; shared with set-up."""
    if m.User.objects.filter(username=username).exists():
        raise ActionError(Text(en="This user name is taken.", zh="该用户名已被使用。"), "username")
    user = m.User.objects.create_user(username, password, person)
    entry = act.record(
        people_events.SignInGiven(
            user=str(user.id), person=str(person.id), username=username, means=str(means)
        ),
        SYSTEM_STREAM,
    )
    return user, entry


@entered(m.Membership)
def give_membership(
    actor: Actor, *, person: UUID, party: UUID, role: Role, starts: dt.date, ends: dt.date | None = None
) -> Outcome:
    """Let a person stand for a party in a role, between inclusive dates."""
    actor.require("membership.give")

    def work(act: Act) -> Outcome:
        row = add_membership(act, person, party, role, starts, ends)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="membership.give")


def add_membership(
    act: Act, person: UUID, party: UUID, role: Role, starts: dt.date, ends: dt.date | None = None
) -> m.Membership:
    """Save a membership inside an act that is already open; shared with set-up."""
    membership_id = m.new_id()
    entry = act.record(
        people_events.MembershipGiven(
            membership=str(membership_id),
            person=str(person),
            party=str(party),
            role=str(role),
            starts=starts.isoformat(),
            ends=ends.isoformat() if ends else None,
        ),
        SYSTEM_STREAM,
    )
    return m.Membership.objects.create(
        id=membership_id,
        entry=entry,
        person_id=person,
        party_id=party,
        role=role,
        starts=starts,
        ends=ends,
    )


@entered(m.System, needed=("name",))
def register_system(
    actor: Actor,
    *,
    name: str,
    kind: SystemKind,
    owner_party: UUID,
    levels: Mapping[str, str],
    network: Network,
    tested_on: dt.date | None = None,
    is_installation: bool = False,
    inventory_number: str | None = None,
    accreditation: str = "",
    country: str = "",
    provision: Provision = Provision.UNKNOWN,
    id: UUID | None = None,
) -> Outcome:
    """Enter a computer, vault, medium or site; ``levels`` maps a regime's family to the accredited level.

    ``inventory_number`` is that or its seal's: empty where it has none, None where that is not known.
    """
    actor.require("system.register")

    def work(act: Act) -> Outcome:
        reached(tested_on, latest_day(act.now), "tested_on")
        system_id = id or m.new_id()
        entry = act.record(
            site_events.SystemEntered(
                system=str(system_id),
                name=name,
                system_kind=str(kind),
                owner_party=str(owner_party),
                levels=dict(levels),
                network=str(network),
                tested_on=tested_on.isoformat() if tested_on else None,
                is_installation=is_installation,
                inventory_number=inventory_number,
                accreditation=accreditation,
                country=country,
                provision=str(provision),
            ),
            SYSTEM_STREAM,
        )
        row = m.System.objects.create(
            id=system_id,
            entry=entry,
            name=name,
            kind=kind,
            owner_party_id=owner_party,
            levels=dict(levels),
            network=network,
            tested_on=tested_on,
            is_installation=is_installation,
            inventory_number=inventory_number,
            accreditation=accreditation,
            country=country,
            provision=provision,
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="system.register")


@entered(m.Qualification, needed=("type", "number", "issuer"))
def record_qualification(
    actor: Actor,
    *,
    party: UUID,
    type: str,
    grade: str,
    categories: Sequence[str],
    number: str,
    issuer: str,
    valid_from: dt.date,
    valid_to: dt.date,
    file: Received | None = None,
) -> Outcome:
    """Record a certificate, with its file where there is one.

    It counts only once somebody else has verified it (QUA-06).
    """
    actor.require("qualification.record")
    if valid_to < valid_from:
        raise ActionError(
            Text(en="The last day is before the first day.", zh="有效期止日早于起日。"), "valid_to"
        )

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        person = actor.human()
        row_id = m.new_id()
        entry = act.record(
            party_events.QualificationRecorded(
                qualification=str(row_id),
                party=str(party),
                type=type,
                grade=grade,
                categories=sorted(categories),
                number=number,
                issuer=issuer,
                valid_from=valid_from.isoformat(),
                valid_to=valid_to.isoformat(),
                recorded_by=str(person),
            ),
            party_stream(party),
        )
        row = m.Qualification.objects.create(
            id=row_id,
            entry=entry,
            party_id=party,
            type=type,
            grade=grade,
            categories=sorted(categories),
            number=number,
            issuer=issuer,
            valid_from=valid_from,
            valid_to=valid_to,
            recorded_by_id=person,
        )
        if file:
            files.add(act, files.subject(EvidenceOf.QUALIFICATION, row_id), file)
        return Outcome("done", entry, row)

    with files.settled(file):
        return perform(actor, work, verb="qualification.record")


@entered(m.Qualification, needed=("how",), how="verified_how")
def verify_qualification(actor: Actor, *, qualification: UUID, on: dt.date, how: str) -> Outcome:
    """Confirm a certificate with its issuer. The person who recorded it cannot. ``how`` says what was
    done."""
    actor.require("qualification.verify")

    def work(act: Act) -> Outcome:
        reached(on, latest_day(act.now), "on")
        row = lock_paper(qualification)
        act.unchanged(row)
        person = actor.human()
        if person in writers(row):
            raise ActionError(
                Text(
                    en="You recorded, corrected or downgraded this certificate, so somebody else must "
                    "verify it.",
                    zh="该证书由您登记、更正或降级，须由他人核验。",
                )
            )
        state = move(QUALIFICATION, row.state, "verify")
        entry = act.record(
            party_events.QualificationVerified(
                qualification=str(row.id),
                party=str(row.party_id),
                verified_by=str(person),
                verified_on=on.isoformat(),
                how=how,
            ),
            party_stream(row.party_id),
        )
        row.state, row.verified_by_id, row.verified_on, row.verified_how = state, person, on, how
        row.entry = entry
        row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="qualification.verify")


@entered(m.Qualification, needed=("reason",))
def reject_qualification(actor: Actor, *, qualification: UUID, reason: str) -> Outcome:
    """Say that a certificate did not stand up to the check."""
    actor.require("qualification.verify")

    def work(act: Act) -> Outcome:
        row = lock_paper(qualification)
        act.unchanged(row)
        state = move(QUALIFICATION, row.state, "reject")
        entry = act.record(
            party_events.QualificationRejected(
                qualification=str(row.id),
                party=str(row.party_id),
                rejected_by=str(actor.human()),
                reason=reason,
            ),
            party_stream(row.party_id),
        )
        row.state, row.entry = state, entry
        row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="qualification.reject")


def lock_paper(qualification: UUID) -> m.Qualification:
    """Return a certificate, locked after its party, which stands for its paper: no act rests on it now."""
    party = m.Qualification.objects.values_list("party_id", flat=True).get(id=qualification)
    locking.update("party", [party])
    locking.update("qualification", [qualification])
    return m.Qualification.objects.get(id=qualification)
