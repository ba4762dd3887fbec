"""Ed25519 public keys that may be trusted.

Under a key of small order one signature is valid for many texts, and a key written in a non-canonical way
has more than one name. Neither comes out of a key generator; both are refused when a key is configured.
Curve arithmetic: RFC 8032 section 5.1. It handles public values only and is run once per configured key.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.tlog.errors import PolicyError

KEY_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)


def public_key(raw: bytes) -> Ed25519PublicKey:
    """The key that 32 raw bytes are. Raises PolicyError for one that must not be trusted."""
    if len(raw) != KEY_BYTES:
        raise PolicyError("Ed25519 public key", expected=f"{KEY_BYTES} bytes", got=f"{len(raw)} bytes")
    x, y = _point(raw)
    for _ in range(3):
        x, y = _doubled(x, y)
    if (x, y) == (0, 1):
        raise PolicyError(
            "Ed25519 public key", expected="a point of large order", got="one of small order", todo=_TODO
        )
    return Ed25519PublicKey.from_public_bytes(raw)


_TODO = "Ask the key's owner for the genuine key; this one was not made by a key generator."


def _point(raw: bytes) -> tuple[int, int]:
    """The affine point encoded by `raw` (RFC 8032 section 5.1.3)."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        raise PolicyError("Ed25519 public key", expected="a canonical point", got="y not below p", todo=_TODO)
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT_OF_MINUS_1 % _P
    if x * x % _P != square:
        raise PolicyError("Ed25519 public key", expected="a point on the curve", got="none", todo=_TODO)
    if x == 0 and sign:
        raise PolicyError("Ed25519 public key", expected="a canonical point", got="minus zero", todo=_TODO)
    return (_P - x if x & 1 != sign else x), y


def _doubled(x: int, y: int) -> tuple[int, int]:
    """Twice a point of the curve -x^2 + y^2 = 1 + d x^2 y^2."""
    product = _D * x * x * y * y % _P
    return (
        2 * x * y * pow(1 + product, _P - 2, _P) % _P,
        (y * y + x * x) * pow(1 - product, _P - 2, _P) % _P,
    )
