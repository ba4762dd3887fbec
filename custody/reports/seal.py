"""The seal of a report: one PAdES signature over the whole file, and its check.

The seal certifies the file with "no changes allowed" (DocMDP level 1) and is the last thing written. Its
check is stricter than a PDF viewer's: `pdfsig` calls a file valid whose pages were replaced by an appended
update, and both it and pyHanko accept bytes after the end. Here the signed range must begin at the first
byte, leave out exactly the signature value, and end at the last byte; the signature value must be in
canonical form, so that no byte of the file is free to change.

Three levels of ETSI EN 319 142-1 are reached, each in the one revision: B-B, where the time is the unit's
word; B-T, with the time stamp of an authority; B-LT, where the lists that say that no certificate was revoked
lie in the file as well, so that it can be judged when nobody publishes them any more.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from custody.reports import timestamp
from custody.reports.der import in_one_form
from custody.reports.timestamp import Stamp
from custody.reports.uncollected import uncollected
from custody.terms import Text

FIELD = "HoldfastSeal"
# A fixed room for the signature value, so that two seals of one file differ in it and the time alone.
ROOM, ROOM_WITH_STAMP = 8_192, 24_576


# A defect is a sentence of the verdict; pyHanko's traceback beside it would only frighten the reader.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
# It warns at each seal that lists of revoked certificates come from files and are not fetched: as is meant.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)


class _Signer(signers.PdfSigner):
    """A signer that states the time it is given instead of the machine's."""

    def __init__(self, *args: object, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._at = at

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """Begin as the parent does, at the given time."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


def crls_of(raw: bytes) -> list[crl.CertificateList]:
    """Return the lists of revoked certificates in a file, PEM or DER. Raises ValueError for what is none."""
    if not pem.detect(raw):
        return [crl.CertificateList.load(raw, strict=True)]
    return [crl.CertificateList.load(der, strict=True) for _, _, der in pem.unarmor(raw, multiple=True)]


@dataclass(frozen=True, slots=True)
class Lists:
    """What a seal of level B-LT carries along: roots, and what says that nothing below them was revoked."""

    roots: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...]


@uncollected()
def seal(
    pdf: bytes,
    signer: signers.Signer,
    *,
    at: datetime,
    reason: str = "",
    timestamper: TimeStamper | None = None,
    lists: Lists | None = None,
) -> bytes:
    """Return the file sealed, in one revision that allows no changes, at the highest level that can be had.

    PAdES B-B; B-T with a time-stamper; B-LT where the lists cover the certificates of both as well.

    Args:
        pdf: the finished file; it must not be sealed yet.
        signer: from `custody.reports.sealer`, or any pyHanko signer with an RSA key.
        at: the time stated as sealing time, with a zone.
        reason: shown by PDF viewers beside the seal.
        timestamper: outside authority (RFC 3161); without one the time is the installation's word.
        lists: of revoked certificates; those that have run out count as absent.

    Raises:
        ValueError: a time without a zone.
        pyhanko.sign.general.SigningError: the file cannot be signed.
        pyhanko.sign.timestamps.common_utils.TimestampRequestError: the authority gives no stamp that holds.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a seal needs a time zone")
    lasting = _lasting(signer, timestamper, lists, at) if timestamper and lists else None
    more: dict[str, Any] = {}
    if lasting is not None:
        together = SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        more["embed_validation_info"] = True
        more["validation_context"] = lasting
        more["dss_settings"] = DSSContentSettings(include_vri=False, placement=together)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        signer_key_usage={"non_repudiation"},
        reason=reason or None,
        **more,
    )
    worker = _Signer(meta, signer, timestamper=timestamper, new_field_spec=SigFieldSpec(FIELD), at=at)
    out = io.BytesIO()
    worker.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        bytes_reserved=2 * (ROOM_WITH_STAMP if timestamper else ROOM),
        output=out,
    )
    return out.getvalue()


def _lasting(
    signer: signers.Signer, timestamper: TimeStamper, lists: Lists, at: datetime
) -> ValidationContext | None:
    """Return what proves at this moment that neither certificate was revoked; None where the lists do not."""
    context = _asking(lists.roots, lists.crls, at)
    certificate = signer.signing_cert
    assert certificate is not None  # noqa: S101 - none signs without
    checked = CertificateValidator(
        certificate, intermediate_certs=list(signer.cert_registry), validation_context=context
    )

    async def check() -> None:
        await checked.async_validate_usage({"non_repudiation"})
        async for _ in timestamper.validation_paths(context):
            pass

    try:
        asyncio.run(check())
    except (PathError, ValidationError):
        return None
    return context


def _asking(
    roots: Iterable[x509.Certificate], crls: Iterable[crl.CertificateList], moment: datetime
) -> ValidationContext:
    """Return a context in which a certificate without a list that covers it does not count."""
    return ValidationContext(
        trust_roots=list(roots),
        crls=list(crls),
        allow_fetching=False,
        moment=moment,
        revocation_mode="require",
    )


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What the check of a seal found.

    `valid` is the only thing to decide on: everything held. `sentences` name each defect, or when valid what
    was checked. `signer` is the name in the sealing certificate; `at` the time that the unit states. Both are
    None when the seal could not be read. `stamp` is the time stamp in it as judged, which need not be trusted
    in a seal that is valid; `level` is B-B, B-T or B-LT as it can be judged here.
    """

    valid: bool
    whole_file: bool
    signer: str | None
    at: datetime | None
    stamp: Stamp | None
    level: str
    sentences: tuple[Text, ...]

    @property
    def stamped(self) -> bool:
        """Whether the time is that of a trusted authority."""
        return self.valid and self.stamp is not None and self.stamp.state == "ok"


_NO_SEAL = Text(
    "The file carries no seal. It was never sealed, or was cut back to before its seal.",
    "文件没有封印：从未封印，或被截回到封印之前。",
)
_UNREADABLE = Text(
    "The file or its seal cannot be read; it is damaged or not a PDF.",
    "文件或其封印无法读取：已损坏，或不是 PDF。",
)
_SEVERAL = Text(
    "The file carries more than one signature; a report has its seal alone.",
    "文件含有不止一个签名；报告只应有一个封印。",
)
_FRONT = Text(
    "The file does not begin as a PDF; bytes stand before it.", "文件开头不是 PDF，前面有多余字节。"
)
_UPDATED = Text(
    "The file was changed after sealing: an update was appended to it.",
    "文件在封印后被改动：末尾追加了更新。",
)
_TRAILING = Text("Bytes were added after the end of the sealed file.", "封印文件末尾之后被添加了字节。")
_GAP = Text(
    "The seal leaves out more of the file than its own value, or its value is not in canonical form.",
    "封印未覆盖的部分超出其自身取值，或其取值不是规范形式。",
)
_CHANGED = Text("The content was changed after sealing.", "内容在封印后被改动。")
_FORGED = Text("The seal's signature is not genuine.", "封印的签名不真实。")
_UNTRUSTED = Text(
    "The seal was not made under a root in the trust folder, or its certificate was not valid.",
    "封印不是由信任文件夹中的根证书签发，或证书当时无效。",
)
_KIND = Text(
    "The seal is not of the required kind: a PAdES certification that allows no changes.",
    "封印类型不符：须为不允许任何改动的 PAdES 认证签名。",
)
_GOOD = (
    Text("The seal is genuine and was made under a trusted root.", "封印真实，且由受信任的根证书签发。"),
    Text(
        "It covers every byte of the file; nothing was changed or added.",
        "封印覆盖文件全部字节，未有改动或添加。",
    ),
)


@uncollected()
def verify_seal(
    pdf: bytes, ca_pem: bytes, *, tsa_pem: bytes | None = None, at: datetime | None = None
) -> SealVerdict:
    """Check the seal of a report. Reads no network; never raises on any file.

    Args:
        pdf: the file as received.
        ca_pem: the trusted root or roots (PEM), from the trust folder.
        tsa_pem: the trusted roots of outside time authorities; none is trusted when left out.
        at: the time at which certificates must be valid; now when left out. That of a sealing key need only
            be valid when a trusted authority stamped.
    """
    try:
        roots = list(load_certs_from_pemder_data(ca_pem))
        time_roots = list(load_certs_from_pemder_data(tsa_pem)) if tsa_pem else []
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = list(reader.embedded_signatures)
        if not roots:  # pyHanko would take those of the operating system
            return _bad(_UNTRUSTED)
        if not signatures:
            return _bad(_NO_SEAL)
        if len(signatures) > 1:
            return _bad(_SEVERAL)
        return _judge(pdf, signatures[0], roots, time_roots, at)
    except Exception:  # any defect of a hostile file, from any parser, is the same verdict
        return _bad(_unreadable(pdf))


def _unreadable(pdf: bytes) -> Text:
    """Return the most telling sentence for a file that no parser takes."""
    if not pdf.startswith(b"%PDF-"):
        return _FRONT if pdf.find(b"%PDF-", 0, 1024) > 0 else _UNREADABLE
    ranges = re.findall(rb"/ByteRange ?\[0 (?:\d{1,12}) (\d{1,12}) (\d{1,12}) *\]", pdf)
    if not ranges:
        return _NO_SEAL
    return _after_end(pdf[sum(map(int, ranges[-1])) :]) or _UNREADABLE


def _after_end(tail: bytes) -> Text | None:
    """Return the sentence for what follows the sealed range, None when nothing does."""
    if not tail:
        return None
    return _UPDATED if b"startxref" in tail or b"xref" in tail else _TRAILING


def _bad(*sentences: Text) -> SealVerdict:
    return SealVerdict(False, False, None, None, None, "", sentences)


def _judge(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    roots: list[x509.Certificate],
    time_roots: list[x509.Certificate],
    at: datetime | None,
) -> SealVerdict:
    defects = _coverage_defects(pdf, embedded)
    whole = not defects
    crls = _crls_inside(embedded)
    stamp = _stamp(embedded, time_roots, crls, at)
    moment = stamp.at if stamp is not None and stamp.state == "ok" else at
    context = ValidationContext(
        trust_roots=roots, crls=crls, allow_fetching=False, moment=moment, revocation_mode="soft-fail"
    )
    status = validate_pdf_signature(
        embedded,
        signer_validation_context=context,
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        skip_diff=True,
    )
    if not status.intact:
        defects.append(_CHANGED)
    elif not status.valid:
        defects.append(_FORGED)
    elif not status.trusted:  # of a seal that does not fit the file, nobody asks who made it
        defects.append(_UNTRUSTED)
    if stamp is not None and stamp.state == "bad":
        defects.append(stamp.sentence)
    if not _right_kind(embedded) or not status.seed_value_ok:
        defects.append(_KIND)
    if whole and status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        defects.append(_UPDATED)
        whole = False
    if status.trusted and not _value_is_closed(embedded, status):
        defects.append(_GAP)
    return SealVerdict(
        valid=not defects,
        whole_file=whole,
        signer=status.signing_cert.subject.native.get("common_name"),
        at=embedded.self_reported_timestamp,
        stamp=stamp,
        level=_level(embedded, stamp, [*roots, *time_roots], crls),
        sentences=tuple(defects) or _GOOD,
    )


def _crls_inside(embedded: EmbeddedPdfSignature) -> list[crl.CertificateList]:
    """Return the lists of revoked certificates in the file; none in a seal below B-LT."""
    if "/DSS" not in embedded.reader.root:
        return []
    found = DocumentSecurityStore.read_dss(embedded.reader)
    return [crl.CertificateList.load(one.get_object().data, strict=True) for one in found.crls]


def _stamp(
    embedded: EmbeddedPdfSignature,
    roots: list[x509.Certificate],
    crls: list[crl.CertificateList],
    now: datetime | None,
) -> Stamp | None:
    """Return the time stamp over the signature of a seal as judged; None where there is none."""
    signature = embedded.signer_info["signature"].native
    found = [
        token
        for one in embedded.signer_info["unsigned_attrs"] or []
        if one["type"].native == "signature_time_stamp_token"
        for token in one["values"]
    ]
    if not found:
        return None
    return timestamp.judge(
        found[0], lambda name: hashlib.new(name, signature).digest(), roots, crls=crls, now=now
    )


def _level(
    embedded: EmbeddedPdfSignature,
    stamp: Stamp | None,
    roots: list[x509.Certificate],
    crls: list[crl.CertificateList],
) -> str:
    """Return the level of a seal: B-LT where the file itself answers for every certificate of a good stamp
    and of the seal, at the moment of the stamp."""
    if stamp is None or stamp.at is None:
        return "B-B"
    if not crls or stamp.state != "ok":
        return "B-T"
    context = _asking(roots, crls, stamp.at)
    status = validate_pdf_signature(
        embedded,
        signer_validation_context=context,
        ts_validation_context=context,
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        skip_diff=True,
    )
    told = status.timestamp_validity
    return "B-LT" if status.trusted and told is not None and told.trusted else "B-T"


def _coverage_defects(pdf: bytes, embedded: EmbeddedPdfSignature) -> list[Text]:
    """Return what is wrong with the range of bytes that is signed."""
    defects: list[Text] = []
    if not pdf.startswith(b"%PDF-"):
        defects.append(_FRONT)
    numbers = [int(n) for n in embedded.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or any(n < 0 for n in numbers):
        return [*defects, _GAP]
    _, first, second, rest = numbers
    end = second + rest
    after = _after_end(pdf[end:])
    if after is not None:
        defects.append(after)
    elif end > len(pdf) or not pdf[:end].rstrip(b"\r\n").endswith(b"%%EOF"):
        defects.append(_GAP)
    # The gap is the signature value and nothing else, written the one way pyHanko writes it.
    if pdf[first:second] != b"<" + embedded.pkcs7_content.hex().upper().encode() + b">":
        defects.append(_GAP)
    return defects


def _right_kind(embedded: EmbeddedPdfSignature) -> bool:
    """Return whether the seal is the file's certification and forbids every change (ISO 32000-2, 12.8.4)."""
    permissions = embedded.reader.root.get("/Perms")
    certification = permissions.raw_get("/DocMDP") if permissions else None
    return (
        embedded.docmdp_level is MDPPerm.NO_CHANGES
        and embedded.sig_object.get("/SubFilter") == "/ETSI.CAdES.detached"
        and isinstance(certification, IndirectObject)
        and certification.reference == embedded.sig_object.container_ref
    )


def _value_is_closed(embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Return whether the signature value holds nothing that could be changed without breaking the signature.

    Signed attributes, certificates and signature are bound by mathematics; what CMS (RFC 5652) leaves loose
    around them must be in the one form we write: canonical DER, zeros to the end, no certificate outside the
    path, no revocation lists, no unsigned attribute but a time stamp.
    """
    raw = embedded.pkcs7_content
    content = cms.ContentInfo.load(raw)
    length = len(content.dump())
    if raw[length:].strip(b"\0") or in_one_form(content) != raw[:length]:
        return False
    data = content["content"]
    signer = embedded.signer_info
    path = {bytes(c.dump()) for c in status.validation_path} if status.validation_path else set()
    known = path | {bytes(status.signing_cert.dump())}
    loose: list[Callable[[], bool]] = [
        lambda: data["version"].native == "v1" and signer["version"].native == "v1",
        lambda: len(data["signer_infos"]) == 1 and len(data["digest_algorithms"]) == 1,
        lambda: data["digest_algorithms"][0].dump() == signer["digest_algorithm"].dump(),
        lambda: data["encap_content_info"]["content_type"].native == "data",
        lambda: not data["crls"] or data["crls"].native is None,
        lambda: all(bytes(c.chosen.dump()) in known for c in data["certificates"]),
        lambda: len({bytes(c.dump()) for c in data["certificates"]}) == len(data["certificates"]),
        lambda: len(signer["unsigned_attrs"] or []) <= 1,
        lambda: all(
            a["type"].native == "signature_time_stamp_token" and len(a["values"]) == 1
            for a in signer["unsigned_attrs"] or []
        ),
    ]
    return all(holds() for holds in loose)
