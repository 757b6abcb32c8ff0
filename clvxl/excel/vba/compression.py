"""How VBA stores text: chunks of 4096 characters in which what was said before is pointed back to (MS-OVBA 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_CHUNK = 4096
_SIGNATURE = 0b011 << 12
_COMPRESSED = 1 << 15
_SHORTEST = 3
_CANDIDATES = 48  # earlier places that are looked at for each repetition


class IncompressibleError(ValueError):
    """A piece of text that would have to be stored raw, which not every reader accepts."""


def compressed(data: bytes) -> bytes:
    """The data as a compressed container; never with a raw chunk."""
    return b"\x01" + b"".join(_chunk(data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))


def _chunk(data: bytes) -> bytes:
    tokens = list(_tokens(data))
    groups = (tokens[start : start + 8] for start in range(0, len(tokens), 8))
    body = b"".join(
        bytes([sum(1 << bit for bit, token in enumerate(group) if len(token) == 2)]) + b"".join(group) for group in groups
    )
    if len(body) > _CHUNK:
        raise IncompressibleError
    return struct.pack("<H", _COMPRESSED | _SIGNATURE | (len(body) - 1)) + body


def _tokens(data: bytes) -> Iterator[bytes]:
    """Single characters, and pairs of bytes that point back."""
    seen: dict[bytes, list[int]] = {}
    place = 0
    while place < len(data):
        offset, length = _repetition(data, place, seen.get(data[place : place + _SHORTEST], []))
        if length:
            bits = _offset_bits(place)
            yield struct.pack("<H", (offset - 1) << (16 - bits) | (length - _SHORTEST))
        else:
            yield data[place : place + 1]
        for start in range(place, place + max(length, 1)):
            seen.setdefault(data[start : start + _SHORTEST], []).append(start)
        place += max(length, 1)


def _repetition(data: bytes, place: int, candidates: list[int]) -> tuple[int, int]:
    """How far back the longest repetition lies, and how long it is; nothing where there is none."""
    most = min(len(data) - place, (0xFFFF >> _offset_bits(place)) + _SHORTEST)
    best = (0, 0)
    for start in candidates[: -_CANDIDATES - 1 : -1]:
        length = _SHORTEST - 1 if most < _SHORTEST else _SHORTEST
        while length < most and data[start + length] == data[place + length]:
            length += 1
        if length >= _SHORTEST and length > best[1]:
            best = (place - start, length)
    return best


def _offset_bits(place: int) -> int:
    """How many of a pair's 16 bits say how far back; the rest says how long."""
    return max(4, (place - 1).bit_length())
