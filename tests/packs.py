"""Pack files of the house, as an administrator writes them."""

from __future__ import annotations

from typing import Any

from custody.actions import packs
from custody.actions.base import Actor, Outcome
from custody.policy import shipped

WHY: dict[str, Any] = {"reason": "The client asked for it", "ordered_by": "Head of security, order 12"}

SHIPPED = shipped.pack("cn_surveying_zhejiang").version


def house(version: str = "1", share: str = "30", *, more: str = "", **changed: str) -> bytes:
    """An overlay of the house over Zhejiang that lets less be passed on."""
    head = {
        "id": "house",
        "version": f'"{version}"',
        "extends": "cn_surveying_zhejiang",
        "label": "{en: House rules, zh: 本单位规则}",
        "effective": "2026-01-01",
        **changed,
    }
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return (lines + f'rules:\n  HOP-03: {{params: {{max_share_pct: "{share}"}}}}\n' + more).encode()


def zhejiang(version: str = "2026.12", *swaps: tuple[str, str]) -> bytes:
    """The provincial file that ships, as a version of the site's own, with some of its text changed."""
    return again("cn_surveying_zhejiang", version, *swaps)


def again(name: str, version: str, *swaps: tuple[str, str]) -> bytes:
    """A file that ships, under another version, with some of its text changed."""
    text = shipped.files(name)[-1][1]
    for old, new in (('version: "' + shipped.pack(name).version + '"', f'version: "{version}"'), *swaps):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def activate(raw: bytes, file: str = "house.yaml") -> Outcome:
    """Activate as whoever owns the machine."""
    return packs.activate(Actor.setup(), raw=raw, file=file, **WHY)
