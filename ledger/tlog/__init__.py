"""The transparency log as pure functions: bytes in, bytes out.

No Django, no clock, no files, no network: only the standard library and `cryptography`. A file here is
named after the noun of the specification it follows:

    canonical     RFC 8785 (JSON Canonicalization Scheme), narrowed
    disclosure    RFC 9901 (SD-JWT) disclosures and digests
    leaf          the fixed layout of one entry
    merkle        RFC 6962 section 2.1 and RFC 9162 section 2.1: trees and proofs
    tiles         c2sp.org/tlog-tiles
    note          c2sp.org/signed-note
    checkpoint    c2sp.org/tlog-checkpoint
    cosignature   c2sp.org/tlog-cosignature
    policy        c2sp.org/tlog-policy
    proof         c2sp.org/tlog-proof
    receipt       the receipt of one entry
    bundle        the evidence file
    verify        the judgement of an evidence file
"""
