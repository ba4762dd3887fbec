"""A second reader of policy files, straight from c2sp.org/tlog-policy, as plain as can be."""

from __future__ import annotations

from typing import Any


def plain(raw: bytes) -> dict[str, Any] | None:
    """What a policy file says, or None for one that breaks a rule. Keys are not judged, only told apart."""
    if not raw.endswith(b"\n") or any((b < 32 and b not in (9, 10)) or b == 127 for b in raw):
        return None
    logs: list[str] = []
    witnesses: dict[str, str] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorums: list[str] = []
    used: list[str] = []
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if not words or words[0][0] == "#":
            continue
        names = {*witnesses, *groups}
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in names | {"none"}:
                witnesses[name] = vkey
            case ["group", name, count, *members] if name not in names | {"none"} and members:
                wanted = {"all": str(len(members)), "any": "1"}.get(count, count)
                if (
                    not wanted.isascii()
                    or not wanted.isdigit()
                    or wanted[0] == "0"
                    or int(wanted) > len(members)
                ):
                    return None
                if not names.issuperset(members):
                    return None
                used += members
                groups[name] = (int(wanted), tuple(members))
            case ["quorum", name] if name in names | {"none"}:
                quorums.append(name)
            case _:
                return None
    keys = [vkey.split("+", 2)[-1][1:] for vkey in [*logs, *witnesses.values()]]
    if len(quorums) != 1 or len(set(used)) != len(used) or len(set(keys)) != len(keys):
        return None
    return {"logs": logs, "witnesses": witnesses, "groups": groups, "quorum": quorums[0]}
