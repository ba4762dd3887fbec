"""The commands that ask and act; each returns an exit code."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from pathlib import Path
from typing import Any

from config.words import words
from custody.codes import normalise
from custody.terms import CopyState, HandoffState, Medium, Role, Word

from . import found
from .errors import DONE, Failed
from .reach import Site
from .saying import plain, say, table


def whoami(site: Site, options: Namespace) -> int:
    """Say in whose name the key acts, in which roles and on which nouns."""
    me, names = site.get("me/"), found.Names(site)
    say(f"{plain(me['name'])} ({plain(me['username'])})")
    for role in me["roles"]:
        say(f"  {label(Role, role['role'])}: {plain(names.of('parties', role['party']))}")
    scopes = me["scopes"]
    may = ", ".join(scopes) if scopes else words("only reading", "仅可查看")
    say(words("This key may act on: ", "此密钥可操作：") + plain(may))
    return DONE


def offer(site: Site, options: Namespace) -> int:
    """Offer copies, by one of the legs; without a subcontract within one party."""
    body: dict[str, Any] = {
        "hop": options.hop,
        "copies": [row["id"] for row in found.copies(site, options.codes)],
        "receiver_person": found.person(site, options.to),
        "purpose": options.purpose,
        "channel": options.channel,
        "system": options.system,
    }
    if options.leg:
        body["leg"] = options.leg
    if options.statement:
        body["statement"] = options.statement
    if options.due:
        body["due_back"] = options.due
    if options.second:
        body["second_carrier"] = found.person(site, options.second)
    return _said(site.act("handoffs/", body, options.once))


def accept(site: Site, options: Namespace) -> int:
    """Sign for the copies of a handoff."""
    row = found.handoff(site, options.number)
    body: dict[str, Any] = {"note": options.note}
    if options.wrong:
        pairs = [each.partition("=")[::2] for each in options.wrong]
        ids = {c["code"]: c["id"] for c in found.copies(site, [code for code, _ in pairs])}
        body["wrong"] = [{"copy": ids[normalise(code)], "found": how} for code, how in pairs]
    if options.file:
        files = {normalise(code): path for code, _, path in (each.partition("=") for each in options.file)}
        body["hashes"] = {c["id"]: sha256_of(files[c["code"]]) for c in found.copies(site, files)}
    return _said(site.act(f"handoffs/{row['id']}/accept/", body, options.once))


def describe(site: Site, options: Namespace) -> int:
    """Put down what carries a copy; what is not named stays as it is recorded."""
    (row,) = found.copies(site, [options.code])
    given = {"medium": options.medium, "medium_serial": options.number, "seal_number": options.seal}
    given["sha256"] = sha256_of(options.file) if options.file else None
    given["home"] = options.home
    body = {name: row[name] if value is None else value for name, value in given.items()}
    row = site.act(f"copies/{row['id']}/describe/", {**body, "reason": options.reason}, options.once)
    medium = label(Medium, row["medium"]) if row["medium"] else ""
    told = (row["code"], medium, row["medium_serial"], row["seal_number"], row["sha256"])
    say("  ".join(plain(part) for part in told if part))
    return DONE


def sha256_of(path: str) -> str:
    """Return the SHA-256 of a file, read a piece at a time. Raises Failed when it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Failed(
            words(f"{path} cannot be read: {error.strerror}", f"无法读取 {path}：{error.strerror}")
        ) from error


def decline(site: Site, options: Namespace) -> int:
    """Refuse the copies of a handoff."""
    row = found.handoff(site, options.number)
    return _said(site.act(f"handoffs/{row['id']}/decline/", {"reason": options.reason}, options.once))


def where(site: Site, options: Namespace) -> int:
    """Print who holds each copy, and where."""
    names = found.Names(site)
    table(
        words(
            "Number|Item|Copy|State|Held by|Person|Where", "编号|数据项|副本|状态|保管单位|保管人|所在"
        ).split("|"),
        [
            (
                row["code"],
                row["codename"],
                row["number"],
                label(CopyState, row["state"]),
                names.of("parties", row["custodian_party"]),
                names.of("people", row["custodian_person"]),
                names.of("systems", row["system"]),
            )
            for row in found.copies(site, options.codes)
        ],
    )
    return DONE


def label(kind: type[Word], value: str) -> str:
    """Return the words for a stored word; one that this client does not know yet stands for itself."""
    try:
        text = kind(value).text
    except ValueError:
        return plain(value)
    return words(text.en, text.zh)


def _said(row: dict[str, Any]) -> int:
    say(f"{plain(row['number'])}  {label(HandoffState, row['state'])}")
    return DONE
