"""The status list as one long string of bits: a bit that is set is a credential revoked. Pure."""

import base64
import gzip
from collections.abc import Iterable

SIZE = 131_072  # bits: fewer would tell too much about whom a verifier asks for


def encoded(indices: Iterable[int]) -> str:
    """Most significant bit first, gzipped, base64url without padding, behind the sign `u`."""
    bits = bytearray(SIZE // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> (index % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def is_set(text: str, index: int) -> bool:
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    return bool(gzip.decompress(packed)[index // 8] & (0x80 >> (index % 8)))
