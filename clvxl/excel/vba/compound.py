"""The compound file: folders and streams in one file, as VBA projects are kept (MS-CFB, version 3)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR = 512
_SMALL = 64
_CUTOFF = 4096  # streams below live in small sectors
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_IN_HEADER = 109
_MOST = _IN_HEADER * _SECTOR // 4 * _SECTOR
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1

Folder = Mapping[str, "bytes | Folder"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    start: int = 0
    color: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    inside: list[int] = field(default_factory=list)


def compound_file(root: Folder) -> bytes:
    """The file that holds these folders and streams; the same bytes every time."""
    entries = [_Entry("Root Entry", _ROOT)]
    _enter(root, 0, entries)
    for entry in entries:
        entry.child = _tree(sorted(entry.inside, key=lambda each: _order(entries[each].name)), entries)
    sectors: list[bytes] = []
    fat: list[int] = []
    small, small_fat = _small_streams(entries)
    for entry in entries:
        if entry.kind == _STREAM and len(entry.data) >= _CUTOFF:
            entry.start = _store(entry.data, sectors, fat)
    entries[0].data, entries[0].start = small, _store(small, sectors, fat)
    small_start = _store(struct.pack(f"<{len(small_fat)}I", *small_fat), sectors, fat, filler=b"\xff")
    small_sectors = -(-len(small_fat) * 4 // _SECTOR)
    directory = b"".join(map(_record, entries)) + _unused(-len(entries) % 4)
    directory_start = _store(directory, sectors, fat)
    return _assembled(sectors, fat, directory_start, small_start, small_sectors)


def _enter(folder: Folder, place: int, entries: list[_Entry]) -> None:
    for name, content in folder.items():
        inner = len(entries)
        entries[place].inside.append(inner)
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            entries.append(_Entry(name, _STORAGE))
            _enter(content, inner, entries)


def _order(name: str) -> tuple[int, str]:
    """Shorter names first, then by their capitals."""
    return len(name), name.upper()


def _tree(places: list[int], entries: list[_Entry]) -> int:
    """A balanced tree over sorted entries, and the place of its top, which is black."""
    top = _branch(places, entries, len(places).bit_length())
    if places:
        entries[top].color = _BLACK
    return top


def _branch(places: list[int], entries: list[_Entry], levels: int) -> int:
    """Only the lowest level is red, so that every way down meets as many black ones."""
    if not places:
        return _NONE
    middle = len(places) // 2
    top = entries[places[middle]]
    top.left = _branch(places[:middle], entries, levels - 1)
    top.right = _branch(places[middle + 1 :], entries, levels - 1)
    top.color = _RED if levels == 1 else _BLACK
    return places[middle]


def _small_streams(entries: list[_Entry]) -> tuple[bytes, list[int]]:
    """All streams below the cutoff, one behind the other, and the chain of small sectors of each."""
    stream = b""
    chain: list[int] = []
    for entry in entries:
        if entry.kind == _STREAM and len(entry.data) < _CUTOFF:
            count = -(-len(entry.data) // _SMALL)
            entry.start = len(chain) if count else _END
            chain += [*range(len(chain) + 1, len(chain) + count), _END] if count else []
            stream += entry.data.ljust(count * _SMALL, b"\0")
    return stream, chain


def _store(data: bytes, sectors: list[bytes], fat: list[int], filler: bytes = b"\0") -> int:
    """Append data in sectors; the number of the first one."""
    if not data:
        return _END
    start, count = len(sectors), -(-len(data) // _SECTOR)
    sectors += [data[place : place + _SECTOR].ljust(_SECTOR, filler) for place in range(0, len(data), _SECTOR)]
    fat += [*range(start + 1, start + count), _END]
    return start


def _record(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), entry.kind, entry.color, entry.left, entry.right, entry.child,
        b"", 0, 0, 0, entry.start, len(entry.data),
    )


def _unused(count: int) -> bytes:
    return struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, _NONE, _NONE, _NONE, b"", 0, 0, 0, 0, 0) * count


def _assembled(sectors: list[bytes], fat: list[int], directory: int, small: int, small_sectors: int) -> bytes:
    """The header, which knows where everything begins, then all sectors and last the table of their order."""
    tables = 0
    while tables * _SECTOR // 4 < len(fat) + tables:
        tables += 1
    if tables > _IN_HEADER:
        raise OverflowError(f"a compound file of this kind holds at most {_MOST} bytes")
    first = len(sectors)
    fat = fat + [_FAT] * tables
    fat += [_FREE] * (-len(fat) % (_SECTOR // 4))
    listed = [*range(first, first + tables)] + [_FREE] * (_IN_HEADER - tables)
    header = struct.pack(
        f"<8s16s5H6s9I{_IN_HEADER}I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, tables, directory, 0, _CUTOFF, small, small_sectors, _END, 0, *listed,
    )
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)
