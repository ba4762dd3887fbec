"""The seal of a report: one PAdES signature over the whole file, and its check.

The seal certifies the file with "no changes allowed" (DocMDP level 1) and is the last thing written. Its
check is stricter than a PDF viewer's: `pdfsig` calls a file valid whose pages were replaced by an appended
update, and both it and pyHanko accept bytes after the end. Here the signed range must begin at the first
byte, leave out exactly the signature value, and end at the last byte; the signature value must be in
canonical form, so that no byte of the file is free to change. A time stamp from an outside authority (level
B-T) is added when a time-stamper is handed in.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from custody.reports.authority import SealFiles, SealKeyError
from custody.terms import Text

FIELD = "HoldfastSeal"
# A fixed room for the signature value, so that two seals of one file differ in it and the time alone.
ROOM, ROOM_WITH_STAMP = 8_192, 24_576


# A defect is a sentence of the verdict; pyHanko's traceback beside it would only frighten the reader.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


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


def load_sealer(files: SealFiles) -> signers.SimpleSigner:
    """Return the signer of an installation.

    Raises:
        SealKeyError: a file is missing, or the passphrase does not open the key.
    """
    missing = files.missing()
    if missing:
        raise SealKeyError(
            f"No sealing key: {', '.join(missing)} missing. Run the set-up, or restore the keys."
        )
    passphrase = files.passphrase.read_bytes().strip()
    signer = signers.SimpleSigner.load_pkcs12(str(files.p12), passphrase=passphrase)
    if signer is None:
        raise SealKeyError(
            f"{files.passphrase.name} does not open {files.p12.name}. Restore both from one backup."
        )
    return signer


def seal(
    pdf: bytes,
    signer: signers.Signer,
    *,
    at: datetime,
    reason: str = "",
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Return the file sealed: PAdES B-B, or B-T with a time-stamper, in one revision that allows no changes.

    Args:
        pdf: the finished file; it must not be sealed yet.
        signer: from `load_sealer`, or any pyHanko signer with an RSA key.
        at: the time stated as sealing time, with a zone.
        reason: shown by PDF viewers beside the seal.
        timestamper: outside authority (RFC 3161); without one the time is the installation's word.

    Raises:
        ValueError: a time without a zone.
        pyhanko.sign.general.SigningError: the file cannot be signed, or the time authority does not answer.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a seal needs a time zone")
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        signer_key_usage={"non_repudiation"},
        reason=reason or None,
    )
    worker = _Signer(meta, signer, timestamper=timestamper, new_field_spec=SigFieldSpec(FIELD), at=at)
    out = io.BytesIO()
    worker.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        bytes_reserved=2 * (ROOM_WITH_STAMP if timestamper else ROOM),
        output=out,
    )
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What the check of a seal found.

    `valid` is the only thing to decide on: everything held. `sentences` name each defect, or when valid what
    was checked. `signer` is the name in the sealing certificate; `at` the time of the outside authority when
    `stamped`, else the time the installation states. Both are None when the seal could not be read.
    """

    valid: bool
    whole_file: bool
    signer: str | None
    at: datetime | None
    stamped: bool
    sentences: tuple[Text, ...]


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
_STAMP = Text("The outside time stamp in the seal does not hold.", "封印中的外部时间戳不成立。")
_GOOD = (
    Text("The seal is genuine and was made under a trusted root.", "封印真实，且由受信任的根证书签发。"),
    Text(
        "It covers every byte of the file; nothing was changed or added.",
        "封印覆盖文件全部字节，未有改动或添加。",
    ),
)


def verify_seal(
    pdf: bytes, ca_pem: bytes, *, tsa_pem: bytes | None = None, at: datetime | None = None
) -> SealVerdict:
    """Check the seal of a report. Reads no network; never raises on any file.

    Args:
        pdf: the file as received.
        ca_pem: the trusted root or roots (PEM), from the trust folder.
        tsa_pem: the trusted roots of the outside time authority; those of the seal when left out.
        at: the time at which certificates must be valid; now when left out.
    """
    try:
        roots = list(load_certs_from_pemder_data(ca_pem))
        time_roots = list(load_certs_from_pemder_data(tsa_pem)) if tsa_pem else roots
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = list(reader.embedded_signatures)
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
    return SealVerdict(False, False, None, None, False, sentences)


def _judge(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    roots: list[x509.Certificate],
    time_roots: list[x509.Certificate],
    at: datetime | None,
) -> SealVerdict:
    defects = _coverage_defects(pdf, embedded)
    whole = not defects
    status = validate_pdf_signature(
        embedded,
        signer_validation_context=ValidationContext(trust_roots=roots, allow_fetching=False, moment=at),
        ts_validation_context=ValidationContext(trust_roots=time_roots, allow_fetching=False, moment=at),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        skip_diff=True,
    )
    if not status.intact:
        defects.append(_CHANGED)
    elif not status.valid:
        defects.append(_FORGED)
    elif not status.trusted:  # of a seal that does not fit the file, nobody asks who made it
        defects.append(_UNTRUSTED)
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted):
        defects.append(_STAMP)
    if not _right_kind(embedded):
        defects.append(_KIND)
    if whole and status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        defects.append(_UPDATED)
        whole = False
    if status.trusted and not _value_is_closed(embedded, status):
        defects.append(_GAP)
    stamped = stamp is not None and _STAMP not in defects
    return SealVerdict(
        valid=not defects and status.bottom_line,
        whole_file=whole,
        signer=status.signing_cert.subject.native.get("common_name"),
        at=stamp.timestamp if stamp is not None and stamped else embedded.self_reported_timestamp,
        stamped=stamped,
        sentences=tuple(defects) or (_GOOD if status.bottom_line else (_UNTRUSTED,)),
    )


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
    if raw[length:].strip(b"\0") or _in_one_form(content) != raw[:length]:
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
        lambda: all(a["type"].native == "signature_time_stamp_token" for a in signer["unsigned_attrs"] or []),
    ]
    return all(holds() for holds in loose)


_SIGNER = (
    *("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature"),
    "unsigned_attrs",
)
_SEQUENCE, _SET, _FIRST = 0x30, 0x31, 0xA0


def _in_one_form(content: cms.ContentInfo) -> bytes:
    """Return a signature value of one signer as we write it: canonical DER, and no revocation lists.

    The parts are encoded anew one by one. asn1crypto does the same with the whole at once, and takes ten
    times as long: what lies below is encoded again for each level above it.
    """
    data = content["content"]
    signer = data["signer_infos"][0]
    told = [signer[name] for name in _SIGNER]
    signers = _der(_SET, _der(_SEQUENCE, b"".join(_anew(one) for one in told if one.native is not None)))
    parts = (
        _anew(data["version"]),
        _set_of(_SET, data["digest_algorithms"]),
        _anew(data["encap_content_info"]),
        _set_of(_FIRST, data["certificates"]),
        signers,
    )
    signed = _der(_SEQUENCE, b"".join(parts))
    return _der(_SEQUENCE, _anew(content["content_type"]) + _der(_FIRST, signed))


def _anew(value: core.Asn1Value) -> bytes:
    return bytes(value.copy().dump(force=True))


def _set_of(tag: int, values: core.SetOf) -> bytes:
    """Encode a set: its members stand in the order of their bytes (X.690, 11.6)."""
    return _der(tag, b"".join(sorted(_anew(value) for value in values)))


def _der(tag: int, content: bytes) -> bytes:
    """Put a tag and the shortest length before a content (X.690, 10.1)."""
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, length] if length < 128 else [tag, 0x80 | len(size), *size]) + content
