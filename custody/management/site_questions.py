"""What is asked when a real site is set up, in order, and what each answer must be like."""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from custody import models as m
from custody import passwords, regimes
from custody.actions.base import ActionError
from custody.actions.entered import clean_text
from custody.actions.site import Administrator, Installation
from custody.importers.countries import alpha_2
from custody.terms import Network

from .asking import Asker, Check, Choice, Question, Unfit, flag

NO_PROVINCE = "none"
OPTIONS = ("operator", "operator_other_name", "country", "name", "time_zone", "regime", "province", "level",
           "network", "admin_name", "admin_number", "admin_user", "admin_password_file",
           "admin2_name", "admin2_number", "admin2_user", "admin2_password_file")  # fmt: skip
_OPTIONAL = {"operator_other_name", "province"}
_USER_NAME = re.compile(r"[\w.@+-]+")


def missing(given: Mapping[str, str | None]) -> list[str]:
    """Return the options that set-up without a terminal still needs."""
    names = [name for name in OPTIONS if name not in _OPTIONAL and given.get(name) is None]
    regime = given.get("regime")
    if given.get("province") is None and regime in regimes.all_names() and _provinces(regime):
        names.append("province")
    return [flag(name) for name in names]


def installation(asker: Asker) -> Installation:
    """Ask for everything, until the person agrees to what was understood. Raises Unfit, EOFError."""
    while True:
        asked = _once(asker)
        if not asker.asked:
            return asked
        for line in summary(asked):
            asker.say(line)
        if asker.agree(_("Set the site up like this? It cannot be changed afterwards (yes, no)")):
            return asked


def summary(asked: Installation) -> list[str]:
    """Return what was understood, one answer a line."""
    family, level = next(iter(asked.levels.items()))
    name = asked.operator + (f" ({asked.operator_other_name})" if asked.operator_other_name else "")
    rows = [
        (_("Organisation"), f"{name}, {asked.country}"),
        (_("Site"), asked.name),
        (_("Time zone"), asked.time_zone),
        (_("Regime"), regimes.pack(asked.regime).label.text.get(_language())),
        (_("Accredited up to"), regimes.pack(family).level(level).label.text.get(_language())),
        (_("Network"), asked.network.text.get(_language())),
        *(
            (_("Administrator"), f"{a.name}, {a.staff_number}, {_('signs in as')} {a.username}")
            for a in asked.administrators
        ),
        (_("Host name in the name of the log"), settings.RP_ID),
    ]
    return ["", *(f"  {label}: {value}" for label, value in rows), ""]


def _once(asker: Asker) -> Installation:
    most = m.Party._meta.get_field("name").max_length or 200
    operator = asker.ask(Question("operator", _("Organisation that runs the site"), most=most))
    other = ""
    if asker.given.get("operator") is None or asker.given.get("operator_other_name") is not None:
        words = _("Its name in the other script, Chinese or Latin (Enter: none)")
        other = asker.ask(Question("operator_other_name", words, optional=True, most=most))
    country = asker.ask(Question("country", _("Its country, two letters such as CN"), _country))
    name = asker.ask(Question("name", _("Name of this site")))
    zone = asker.ask(
        Question("time_zone", _("Time zone, such as Asia/Shanghai"), time_zone, default=_zone_of_machine())
    )
    national, regime = _regime(asker)
    pack = regimes.pack(national)
    levels = [
        Choice(level.id, level.label.text.get(_language()))
        for level in sorted(pack.levels, key=lambda level: level.rank)
    ]
    level = asker.ask(Question("level", _("Highest level this machine is accredited for"), choices=levels))
    networks = [Choice(word.value, word.text.get(_language())) for word in Network]
    network = asker.ask(Question("network", _("Network of this machine"), choices=networks))
    first = _administrator(asker, "admin", _("First administrator"), None)
    second = _administrator(asker, "admin2", _("Second administrator, another person"), first)
    return Installation(
        name=name,
        operator=operator,
        operator_other_name=other,
        country=country,
        levels={national: level},
        network=Network(network),
        time_zone=zone,
        regime=regime,
        administrators=(first, second),
    )


def _language() -> str:
    return get_language() or "en"


def _country(answer: str) -> str:
    code = answer.upper()
    if len(code) != 2 or alpha_2(code) is None:
        raise Unfit(_("There is no country %(code)s. Give its two letters (ISO 3166-1).") % {"code": answer})
    return code


def time_zone(answer: str) -> str:
    """Return a time zone under its own spelling. Raises Unfit for what the IANA database does not have."""
    zones = {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
    found = zones.get(answer.casefold())
    if found is None:
        raise Unfit(
            _("There is no time zone %(zone)s. Give one such as Asia/Shanghai, Europe/Berlin or UTC.")
            % {"zone": answer}
        )
    return found


def _zone_of_machine() -> str:
    """Return what TIME_ZONE or this machine's clock says, as a proposal; empty when neither tells."""
    if settings.TIME_ZONE_GIVEN:
        return str(settings.TIME_ZONE)
    _before, found, name = os.path.realpath("/etc/localtime").partition("zoneinfo/")
    return (
        name if found and Path("/etc/localtime").exists() and name in zoneinfo.available_timezones() else ""
    )


# --- the regime --------------------------------------------------------------------------------------------


def _regime(asker: Asker) -> tuple[str, str]:
    """Return the national regime, for which machines are accredited, and the pack that holds here."""
    given = asker.given.get("regime")
    names = regimes.all_names()
    nations = [Choice(n, _label(n)) for n in names if regimes.family(n) == n]
    offered = nations if given is None else [Choice(n, _label(n)) for n in names]
    chosen = asker.ask(Question("regime", _("Regime"), choices=offered))
    national = regimes.family(chosen)
    if chosen != national:  # an option may name a province's pack at once
        if asker.given.get("province") not in (None, chosen):
            raise Unfit(f"--province: {_('--regime names another province already.')}")
        return national, chosen
    provinces = _provinces(national)
    if not provinces:
        if asker.given.get("province") not in (None, NO_PROVINCE):
            raise Unfit(f"--province: {_('This regime has no provinces. Leave it out, or give none.')}")
        return national, national
    choices = [*(Choice(n, _label(n)) for n in provinces), Choice(NO_PROVINCE, _("none of these"))]
    province = asker.ask(Question("province", _("Province whose own rules hold as well"), choices=choices))
    return national, national if province == NO_PROVINCE else province


def _provinces(national: str) -> list[str]:
    return [n for n in regimes.all_names() if n != national and regimes.family(n) == national]


def _label(name: str) -> str:
    return regimes.pack(name).label.text.get(_language())


# --- administrators ----------------------------------------------------------------------------------------


def _administrator(asker: Asker, key: str, heading: str, first: Administrator | None) -> Administrator:
    if any(asker.given.get(f"{key}_{part}") is None for part in ("name", "number", "user", "password_file")):
        asker.say(heading)
    name = asker.ask(
        Question(
            f"{key}_name",
            _("Name"),
            _other_than(
                first.name if first else None, _("The two administrators are two people. Name another one.")
            ),
        )
    )
    number = asker.ask(
        Question(
            f"{key}_number",
            _("Staff number"),
            _other_than(
                first.staff_number if first else None,
                _("The first administrator has this staff number already."),
            ),
            most=m.Person._meta.get_field("staff_number").max_length or 40,
        )
    )
    other_user = _other_than(
        first.username if first else None, _("The first administrator signs in with this name.")
    )
    user = asker.ask(Question(f"{key}_user", _("User name"), lambda a: other_user(_user_name(a)), most=150))

    def password_fits(password: str) -> str:
        if first and password == first.password:
            raise Unfit(_("The first administrator has this password. Each keeps a password of their own."))
        return _password(password, user)

    password = asker.ask_password(f"{key}_password_file", _("Password"), password_fits)
    return Administrator(name=name, staff_number=number, username=user, password=password)


def _other_than(taken: str | None, words: str) -> Check:
    def check(answer: str) -> str:
        if taken is not None and answer.casefold() == taken.casefold():
            raise Unfit(words)
        return answer

    return check


def _user_name(answer: str) -> str:
    if not _USER_NAME.fullmatch(answer):
        raise Unfit(_("A user name has letters, digits and @ . + - _ only, and no blanks."))
    return answer


def _password(password: str, username: str) -> str:
    try:
        clean_text(password, "password", 1000)
    except ActionError as error:
        raise Unfit(error.text.get(_language())) from None
    if weak := passwords.fault(password, username):
        raise Unfit(weak.get(_language()))
    return password
