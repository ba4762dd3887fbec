"""The one form (DER, X.690) of a signature value: what is written otherwise could be changed unnoticed.

The parts are encoded anew one by one. asn1crypto does the same with the whole at once, and takes ten times as
long: what lies below is encoded again for each level above it.
"""

from __future__ import annotations

from asn1crypto import cms, core

_BEFORE = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
_SEQUENCE, _SET, _FIRST, _SECOND = 0x30, 0x31, 0xA0, 0xA1


def in_one_form(content: cms.ContentInfo, *, as_ordered: bool = False) -> bytes:
    """Return a signature value (CMS, RFC 5652) of one signer in its one form, and without lists of revoked
    certificates. Time stamps within it are taken as they are, and judged by themselves.

    Args:
        content: the signature value.
        as_ordered: leave certificates in the order in which they are; time authorities do not always sort
            them, and their order says nothing.
    """
    data = content["content"]
    signer = data["signer_infos"][0]
    told = b"".join(_anew(signer[name]) for name in _BEFORE if signer[name].native is not None)
    if signer["unsigned_attrs"].native:
        told += _set_of(_SECOND, [_unsigned(one) for one in signer["unsigned_attrs"]])
    certificates = [_anew(one) for one in data["certificates"] or []]
    parts = (
        _anew(data["version"]),
        _set_of(_SET, [_anew(one) for one in data["digest_algorithms"]]),
        _anew(data["encap_content_info"]),
        _der(_FIRST, b"".join(certificates if as_ordered else sorted(certificates))),
        _der(_SET, _der(_SEQUENCE, told)),
    )
    signed = _der(_SEQUENCE, b"".join(parts))
    return _der(_SEQUENCE, _anew(content["content_type"]) + _der(_FIRST, signed))


def _unsigned(attribute: cms.CMSAttribute) -> bytes:
    if attribute["type"].native != "signature_time_stamp_token":
        return _anew(attribute)
    values = [bytes(one.dump()) for one in attribute["values"]]
    return _der(_SEQUENCE, _anew(attribute["type"]) + _set_of(_SET, values))


def _anew(value: core.Asn1Value) -> bytes:
    return bytes(value.copy().dump(force=True))


def _set_of(tag: int, encoded: list[bytes]) -> bytes:
    """Encode a set: its members stand in the order of their bytes (X.690, 11.6)."""
    return _der(tag, b"".join(sorted(encoded)))


def _der(tag: int, content: bytes) -> bytes:
    """Put a tag and the shortest length before a content (X.690, 10.1)."""
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, length] if length < 128 else [tag, 0x80 | len(size), *size]) + content
