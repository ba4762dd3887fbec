"""The packs that tests decide with: the shipped ones, and a house overlay that demands more."""

from __future__ import annotations

from functools import cache

from custody.policy import shipped
from custody.policy.overlay import build
from custody.policy.regime import Pack

STRICT = """
id: house_strict
version: "1"
extends: cn_surveying
label: {en: Strict house, zh: 从严}
jurisdiction: CN
effective: 2026-01-01
rules:
  QUA-03: {params: {expiry: block}}
  FOR-01: {params: {persons: true}}
  HND-06: {params: {up_to: null}}
  HND-04: {params: {channels: {mimi: [in_person, courier_classified]}}}
  CTR-01:
    enabled: true
    params: {due: working_days_after_award, days: 10}
    cite: [{source: {en: House policy, zh: 内部制度}, status: policy}]
"""

FIRST = """
id: house_first
version: "1"
extends: cn_surveying_zhejiang
label: {en: House where those below go first, zh: 下级先行}
effective: 2026-01-01
rules:
  HOP-10: {params: {suspend: each, complete: first, close: first}}
"""
"""A house in which a subcontract ends only after those below it, and a suspension reaches each."""


SCREENING = """
id: house_screening
version: "1"
extends: cn_surveying_zhejiang
label: {en: House that keeps a list, zh: 必备禁入名单}
effective: 2026-01-01
rules:
  FOR-04: {params: {list_needed: true}}
"""
"""A house in which a list of barred parties must be kept."""

KEYS = """
id: house_keys
version: "1"
extends: cn_surveying
label: {en: House that has receipts signed, zh: 签收须签名}
effective: 2026-01-01
rules:
  HND-09:
    enabled: true
    params: {from_level: jimi}
    cite: [{source: {en: House policy, zh: 内部制度}, status: policy}]
"""
"""A house in which receipts from jimi on are signed with the receiver's own key."""


def overlaid(*overlays: str, over: str = "cn_surveying") -> Pack:
    files = [*shipped.files(over), *((f"overlay{n}.yaml", text) for n, text in enumerate(overlays, 1))]
    return build(files, shipped.known_rules(), shipped.holiday_files())


@cache
def pack(id: str) -> Pack:
    over = {"house_first": FIRST, "house_screening": SCREENING}
    if id in over:
        return overlaid(over[id], over="cn_surveying_zhejiang")
    none = KEYS.replace("house_keys", "house_no_keys").replace("from_level: jimi", "from_level: null")
    alone = {"house_strict": STRICT, "house_keys": KEYS, "house_no_keys": none}
    return overlaid(alone[id]) if id in alone else shipped.pack(id)
