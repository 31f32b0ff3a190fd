"""Compressing once what is answered many times.

A page behind sign-in differs from one request to the next in a single place: the token of its sign-out form. The text on
either side is compressed once; the token goes between them uncompressed. So it is never compressed together with anything
that whoever reads the length of an answer could choose (BREACH).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time
END = b"\x03\x00"  # an empty last block
MOST_STORED = 0xFFFF  # bytes in a block that is stored as it is

_REFUSED = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


def is_taken(accept_encoding: str) -> bool:
    """Whether a request with this Accept-Encoding takes gzip."""
    return "gzip" in accept_encoding.lower() and not _REFUSED.search(accept_encoding)


def deflated(text: bytes) -> bytes:
    """Whole bytes that refer to nothing before them, so that something else may follow."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(text) + compressor.flush(zlib.Z_FULL_FLUSH)


def joined(texts: Sequence[bytes], compressed: Sequence[bytes], between: bytes = b"") -> bytes:
    """One gzip file of `texts`, each given `deflated` too, with `between` uncompressed after each but the last."""
    if len(between) > MOST_STORED:
        raise ValueError("what stands between is too long for one block")
    stored = struct.pack("<BHH", 0, len(between), len(between) ^ 0xFFFF) + between
    check = length = 0
    for number, text in enumerate(texts):
        if number:
            check, length = zlib.crc32(between, check), length + len(between)
        check, length = zlib.crc32(text, check), length + len(text)
    return HEADER + stored.join(compressed) + END + struct.pack("<II", check, length & 0xFFFFFFFF)
