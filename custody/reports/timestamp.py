"""A time stamp of RFC 3161 judged: whose it is, of what, and what it is worth here. Reads no network.

One judgement for both places in which a report can carry one: in its seal, over the signature, and in its
receipt, over the SHA-256 of the whole file. A stamp is

- bad, when it is of something else, its signature does not hold, whoever made it is no time authority, or
  its certificate was not valid at the moment that it names;
- not proved, when it holds, but its authority is not in the trust folder, or its certificate has run out
  since: then nobody here can say that the moment is true;
- good, when it leads to the trust folder's own roots for time stamps. Those of the seal do not do: a unit
  that stamps for itself says no more than it says by the seal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from asn1crypto import cms, crl, tsp, x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from custody.reports.der import in_one_form
from custody.terms import Text

HASHES = ("sha256", "sha384", "sha512")

_GOOD = Text(
    "The time authority {by} stamped it at {at}: it has not changed since then.",
    "时间戳机构“{by}”于 {at} 加盖时间戳：此后未有改动。",
)
_UNTRUSTED = Text(
    "It carries a time stamp of {by}, {at}. That authority is not in the trust folder (tsa.pem), so the time "
    "is not proved.",
    "带有“{by}”于 {at} 的时间戳。信任文件夹（tsa.pem）中没有该机构，因此该时间未获证明。",
)
_LAPSED = Text(
    "It carries a time stamp of {by}, {at}. The certificate of that authority has run out since, so the "
    "stamp alone no longer proves the time.",
    "带有“{by}”于 {at} 的时间戳。该机构的证书此后已到期，单凭该时间戳不再能证明时间。",
)
_UNREADABLE = Text("The time stamp cannot be read.", "时间戳无法读取。")
_HASH = Text(
    "The time stamp rests on a hash function that does not count here: {name}.",
    "时间戳所用的散列算法不被接受：{name}。",
)
_ELSE = Text("The time stamp is of something else.", "时间戳不是针对该内容的。")
_FORGED = Text("The signature of the time stamp does not hold.", "时间戳的签名不成立。")
_NO_AUTHORITY = Text(
    "Whoever made the time stamp is no time authority: the certificate is not one for time stamps alone.",
    "时间戳的出具者不是时间戳机构：其证书不是时间戳专用证书。",
)
_OUT_OF_TIME = Text(
    "The certificate of the time authority was not valid at the moment that its stamp names.",
    "在时间戳所载时刻，时间戳机构的证书不在有效期内。",
)
_REVOKED = Text("The certificate of the time authority was revoked.", "时间戳机构的证书已被吊销。")
_LOOSE = Text(
    "The time stamp is not in canonical form, or carries what does not belong to it.",
    "时间戳不是规范形式，或夹带无关内容。",
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp as judged: by whom and at what moment it says, and what that is worth.

    `by` and `at` are None in one that could not be read.
    """

    state: Literal["ok", "unknown", "bad"]
    sentence: Text
    by: str | None = None
    at: datetime | None = None
    policy: str = ""
    nonce: int | None = None


def judge(
    token: cms.ContentInfo,
    digest: Callable[[str], bytes],
    roots: Iterable[x509.Certificate],
    *,
    crls: Iterable[crl.CertificateList] = (),
    now: datetime | None = None,
) -> Stamp:
    """Judge a time stamp. Never raises, whatever it holds.

    Args:
        token: the time stamp token.
        digest: gives the hash of what should be stamped, by the name of a hash function.
        roots: certificates to which the authority's must lead.
        crls: lists of revoked certificates to ask.
        now: when the authority's certificate must be valid; the present when left out.
    """
    try:
        return _judge(token, digest, tuple(roots), tuple(crls), now or datetime.now(UTC))
    except Exception:  # any defect of a hostile token, from any parser, is the same verdict
        return Stamp("bad", _UNREADABLE)


def read(raw: bytes) -> cms.ContentInfo:
    """Return a token from its bytes. Raises ValueError for what is none, or has bytes behind it."""
    return cms.ContentInfo.load(raw, strict=True)


def _judge(
    token: cms.ContentInfo,
    digest: Callable[[str], bytes],
    roots: tuple[x509.Certificate, ...],
    crls: tuple[crl.CertificateList, ...],
    now: datetime,
) -> Stamp:
    data = token["content"]
    info: tsp.TSTInfo = data["encap_content_info"]["content"].parsed
    at: datetime = info["gen_time"].native
    # Without roots pyHanko would take those of the operating system.
    inside = [one.chosen for one in data["certificates"]]
    there = _status(data, digest, _context(roots or inside, crls, now))
    certificate: x509.Certificate = there["signing_cert"]
    by = _name(certificate)

    def found(state: Literal["ok", "unknown", "bad"], sentence: Text, **places: str) -> Stamp:
        moment = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        places = {"by": by, "at": moment, **places}
        told = Text(sentence.en.format(**places), sentence.zh.format(**places))
        return Stamp(state, told, by, at, info["policy"].dotted, info["nonce"].native)

    function = info["message_imprint"]["hash_algorithm"]["algorithm"].native
    if function not in HASHES:
        return found("bad", _HASH, name=str(function))
    if info["message_imprint"]["hashed_message"].native != digest(function):
        return found("bad", _ELSE)
    if not there["intact"] or not there["valid"]:
        return found("bad", _FORGED)
    if not _for_stamps_alone(certificate):
        return found("bad", _NO_AUTHORITY)
    if not _valid(certificate, at):
        return found("bad", _OUT_OF_TIME)
    if not roots:
        return found("unknown", _UNTRUSTED)
    if there["trust_problem_indic"] is None and _valid(certificate, now):
        path = {bytes(one.dump()) for one in there["validation_path"]} | {bytes(certificate.dump())}
        return found("ok", _GOOD) if _closed(token, path) else found("bad", _LOOSE)
    if "REVOKED" in str(there["trust_problem_indic"]):
        return found("bad", _REVOKED)
    then = _status(data, digest, _context(roots, crls, at))
    return found("unknown", _LAPSED if then["trust_problem_indic"] is None else _UNTRUSTED)


def _context(
    roots: Iterable[x509.Certificate], crls: Iterable[crl.CertificateList], moment: datetime
) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(roots),
        crls=list(crls),
        allow_fetching=False,
        moment=moment,
        revocation_mode="soft-fail",
    )


def _status(
    data: cms.SignedData, digest: Callable[[str], bytes], context: ValidationContext
) -> dict[str, Any]:
    found: dict[str, Any] = asyncio.run(validate_tst_signed_data(data, context, digest))
    return {"trust_problem_indic": None, "validation_path": None, **found}


def _name(certificate: x509.Certificate) -> str:
    told = certificate.subject.native
    return str(told.get("common_name") or certificate.subject.human_friendly)[:120]


def _for_stamps_alone(certificate: x509.Certificate) -> bool:
    """RFC 3161, 2.3: one extended use, that of time stamps, and critical."""
    use = certificate.extended_key_usage_value
    critical = "extended_key_usage" in certificate.critical_extensions
    return use is not None and use.native == ["time_stamping"] and critical


def _valid(certificate: x509.Certificate, moment: datetime) -> bool:
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def _closed(token: cms.ContentInfo, path: set[bytes]) -> bool:
    """Return whether a token holds nothing that could be changed without breaking its signature."""
    data = token["content"]
    (signer,) = data["signer_infos"]
    certificates = [bytes(one.chosen.dump()) for one in data["certificates"] or []]
    return (
        in_one_form(token, as_ordered=True) == token.dump()
        and not (data["crls"] and data["crls"].native)
        and not signer["unsigned_attrs"].native
        and len(set(certificates)) == len(certificates)
        and set(certificates) <= path
        and len(data["digest_algorithms"]) == 1
        and data["digest_algorithms"][0].dump() == signer["digest_algorithm"].dump()
    )
