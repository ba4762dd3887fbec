"""The API as a page: made from the OpenAPI document itself, so that it cannot say anything else.

Swagger UI and Redoc need scripts and styles that our Content-Security-Policy does not let in; see
docs/decisions/0012.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator

from custody.terms import Text

from .api_words import said
from .base import heads, language, screen, words
from .patterns import Link, Table

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
NOUNS: dict[str, Text] = {
    "access": Text("Who may do what", "角色与许可"),
    "approvals": Text("Approvals", "审批"),
    "collections": Text("Field collections", "外业采集"),
    "conditions": Text("Conditions of approvals", "审批条件"),
    "copies": Text("Copies", "副本"),
    "decisions": Text("Register of decisions", "审批登记"),
    "overrides": Text("Overrides of rules", "规则特批"),
    "delegations": Text("Votes in other hands", "委托表决"),
    "endings": Text("What ends", "到期事项"),
    "discrepancies": Text("Copies that were not in order", "异常副本"),
    "entries": Text("Entries of the ledger", "账本记录"),
    "evidence-files": Text("Evidence files", "佐证文件"),
    "copy-permits": Text("Copy permits", "复制许可"),
    "destructions": Text("Destruction of copies", "副本销毁"),
    "field-equipment": Text("Field equipment", "外业设备"),
    "field-permits": Text("Field permits", "外业采集许可"),
    "find": Text("Find", "查找"),
    "grants": Text("Grants to regulators", "监管授权"),
    "handoffs": Text("Handoffs", "移交"),
    "hops": Text("Subcontracts", "分包"),
    "incidents": Text("Incidents", "事件"),
    "blank-receipts": Text("Blank receipts", "空白回执"),
    "paper-handoffs": Text("Handoffs on paper", "纸质移交"),
    "printed-registers": Text("Printed registers", "打印的登记簿"),
    "item-proposals": Text("Proposals about items", "成果拟办意见"),
    "items": Text("Items", "成果"),
    "keys": Text("Keys for programs", "程序密钥"),
    "without-paper": Text("Received without valid paper", "无有效手续接收"),
    "holdings": Text("Who had which copy", "副本保管沿革"),
    "opening-findings": Text("Findings of old registers", "旧登记簿问题"),
    "opening-lines": Text("Lines of old registers", "旧登记簿各行"),
    "opening-registers": Text("Old registers", "旧登记簿"),
    "opening-subcontracts": Text("Subcontracts from old registers", "旧登记簿分包"),
    "strays": Text("Files where no copy is registered", "未登记副本处的文件"),
    "sweep-lists": Text("Sweep lists", "检查清单"),
    "sweeps": Text("Sweeps of computers", "计算机检查"),
    "lapses": Text("Findings of the re-check", "复核发现的问题"),
    "looks": Text("Looks of other organisations", "其他单位的查阅"),
    "me": Text("Who calls", "调用者"),
    "memberships": Text("Roles of people", "人员角色"),
    "need-to-know": Text("Need-to-know lists", "知悉范围"),
    "notices": Text("Notices", "通知"),
    "packs": Text("Rule packs", "规则包"),
    "parties": Text("Parties", "单位"),
    "people": Text("People", "人员"),
    "projects": Text("Projects", "项目"),
    "qualifications": Text("Certificates", "资质证书"),
    "stocktakes": Text("Stocktakes", "清点"),
    "stocktake-lines": Text("Lines of stocktakes", "清点记录"),
    "handovers": Text("Custodian handovers", "保管人交接"),
    "handover-lines": Text("Lines of custodian handovers", "保管人交接记录"),
    "recalls": Text("Copies asked back", "要求归还的副本"),
    "refusals": Text("Refusals", "被拒绝的操作"),
    "reports": Text("Reports", "报告"),
    "rules": Text("Rules, and trying them", "规则及试算"),
    "screening": Text("Likenesses to barred parties", "禁入名单命中"),
    "systems": Text("Systems", "系统"),
    "objections": Text("Objections of regulators", "监管整改要求"),
    "samples": Text("Random samples", "随机抽样"),
    "sample-lines": Text("Copies of random samples", "随机抽样的副本"),
    "visits": Text("Visits and exchanges", "来访与交流"),
    "zones": Text("Lists of sensitive zones", "敏感区域清单"),
}
SAMPLES = {
    "uuid": "01a20dd9-7649-72c3-8cf5-c74b1e6894e5",
    "date": "2027-01-31",
    "date-time": "2027-01-31T09:00:00+08:00",
    "decimal": "12.50",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    id: str
    method: str
    address: str
    says: str
    parameters: Table | None
    body: Table | None
    call: str
    answers: Table
    problems: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole document, by noun; and what each kind of object holds."""

    nouns: Sequence[tuple[str, str, Sequence[Operation]]]
    objects: Sequence[tuple[str, str, Table]]
    problems: Table


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation of the API."""
    context = {
        "heading": _("The API"),
        "lead": _("What a program can do here with a key, made from the schema itself."),
        "reference": _reference(language()),
        "site": settings.SITE_URL,
    }
    return render(request, "api/page.html", context)


@lru_cache(maxsize=8)
def _reference(lang: str) -> Reference:
    """Return the document in a language, which is the one of the page; making it takes seconds."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return read(document)


def read(document: Mapping[str, Any]) -> Reference:
    """Return what a page shows of an OpenAPI document."""
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    grouped: dict[str, list[Operation]] = {}
    problems: dict[str, str] = {}
    for address, methods in document["paths"].items():
        for method in METHODS:
            if (given := methods.get(method)) is not None:
                noun = (given.get("tags") or ["-"])[0]
                grouped.setdefault(noun, []).append(_operation(method, address, given, schemas))
                problems |= {s: a["description"] for s, a in given["responses"].items() if s >= "400"}
    shown = [
        (name, schema)
        for name, schema in sorted(schemas.items())
        if schema.get("properties") and not name.startswith("Paginated") and not name.endswith("Request")
    ]
    return Reference(
        [(noun, words(NOUNS[noun]) if noun in NOUNS else noun, found) for noun, found in grouped.items()],
        [
            (name, said(str(schema.get("description", "")), language()), _members(schema, schemas))
            for name, schema in shown
        ],
        Table(heads(_("Status"), _("Meaning")), sorted(problems.items())),
    )


def _operation(method: str, address: str, given: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    asked = given.get("requestBody", {}).get("content", {}).get(JSON)
    parameters = [
        [p["name"], _place(p["in"]), kind(p["schema"], schemas), bool(p.get("required")), _first(p)]
        for p in given.get("parameters", ())
    ]
    columns = heads(_("Parameter"), _("Place"), _("Kind"), _("Needed"), _("What it says"))
    body = _resolved(asked["schema"], schemas) if asked else None
    done = {s: a for s, a in given["responses"].items() if s < "400"}
    return Operation(
        given["operationId"],
        method.upper(),
        address,
        said(str(given.get("description", "")), language()),
        Table(columns, parameters) if parameters else None,
        _members(body, schemas) if body and body.get("properties") else None,
        _call(method, address, asked, schemas),
        Table(heads(_("Status"), _("Content")), [[s, _content(a, schemas)] for s, a in done.items()]),
        ", ".join(sorted(s for s in given["responses"] if s >= "400")),
    )


def _place(name: str) -> str:
    return {"query": _("In the question"), "path": _("In the address"), "header": _("Header")}.get(name, name)


def _first(parameter: Mapping[str, Any]) -> str:
    """Return the first line of what a parameter says; the rest lists its words, which its kind names too."""
    return said(str(parameter.get("description", "")).partition("\n")[0], language())


def _content(answer: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return what an answer holds: a kind of object, pages of one, or a file."""
    for media, content in answer.get("content", {}).items():
        if media != JSON:
            return media
        name = _name(content["schema"])
        if name.startswith("Paginated"):
            rows = schemas[name]["properties"]["results"]["items"]
            return Link(_("pages of %(kind)s") % {"kind": _name(rows)}, f"#{_name(rows)}")
        return Link(name, f"#{name}") if name else kind(content["schema"], schemas)
    return _("Nothing")


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema behind a reference."""
    while name := _name(schema) or _name((schema.get("allOf") or [{}])[0]):
        schema = schemas[name]
    return schema


def _members(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Table:
    needed = schema.get("required", ())
    return Table(
        heads(_("Member"), _("Kind"), _("Needed")),
        [[name, kind(one, schemas), name in needed] for name, one in schema["properties"].items()],
    )


def kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return in words what a value may be."""
    schema = _resolved(schema, schemas)
    if options := schema.get("oneOf") or schema.get("anyOf"):
        return _(" or ").join(dict.fromkeys(kind(option, schemas) for option in options))
    if "enum" in schema:
        return _("one of: %(words)s") % {"words": ", ".join(str(w) for w in schema["enum"] if w is not None)}
    types = schema.get("type", "object")
    types = [types] if isinstance(types, str) else list(types)
    empty = "null" in types or schema.get("nullable", False)
    said = [_kind_of(t, schema, schemas) for t in types if t != "null"]
    return _(" or ").join([*said, *(["null"] if empty else [])])


def _kind_of(type_: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    if type_ == "array":
        return _("list of: %(kind)s") % {"kind": kind(schema.get("items", {}), schemas)}
    if type_ == "object":
        return _("object")
    if type_ == "boolean":
        return "true, false"
    limits = list(_limits(schema))
    name = {"integer": _("whole number"), "number": _("number")}.get(type_, _("text"))
    name = {
        "uuid": _("id (UUID)"),
        "date": _("date"),
        "date-time": _("time with zone"),
        "decimal": _("decimal number as text"),
        "uri": _("address"),
        "binary": _("file"),
    }.get(schema.get("format", ""), name)
    return f"{name} ({', '.join(limits)})" if limits else name


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "maxLength" in schema:
        yield _("at most %(n)s characters") % {"n": schema["maxLength"]}
    if "minimum" in schema and schema.get("format") != "int64":
        yield _("from %(n)s") % {"n": schema["minimum"]}
    if "maximum" in schema and schema.get("format") != "int64":
        yield _("to %(n)s") % {"n": schema["maximum"]}


def _call(method: str, address: str, asked: Mapping[str, Any] | None, schemas: Mapping[str, Any]) -> str:
    """Return an example call with curl; the key comes from a file, never from the command line."""
    where = address.replace("{id}", SAMPLES["uuid"])
    lines = [f"curl -H @key.header '{settings.SITE_URL}{where}'"]
    if method == "post":
        lines.append("-H \"Idempotency-Key: $(uuidgen)\" -H 'Content-Type: application/json'")
        body = _example(asked, schemas) if asked else {}
        lines.append("-d '" + json.dumps(body, ensure_ascii=False).replace("'", "'\\''") + "'")
    return " \\\n  ".join(lines)


def _example(asked: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    for example in asked.get("examples", {}).values():
        return example["value"]
    body = _resolved(asked["schema"], schemas)
    needed = body.get("required", ())
    return {n: _sample(s, schemas) for n, s in body.get("properties", {}).items() if n in needed}


def _sample(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    schema = _resolved(schema, schemas)
    if "enum" in schema:
        return schema["enum"][0]
    types = schema.get("type", "object")
    type_ = types if isinstance(types, str) else types[0]
    if type_ == "array":
        return [_sample(schema.get("items", {}), schemas)]
    plain: dict[str, Any] = {"object": {}, "boolean": True, "integer": schema.get("minimum", 1), "number": 1}
    return plain[type_] if type_ in plain else SAMPLES.get(schema.get("format", ""), "...")
