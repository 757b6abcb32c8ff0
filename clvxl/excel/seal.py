"""A workbook's package of parts, put together again the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
Change = Callable[[bytes], bytes]


def sealed(package: bytes, changes: Mapping[str, Change] | None = None, added: Mapping[str, bytes] | None = None) -> bytes:
    """The same parts, changed or with others added, without a clock and uncompressed: not every machine compresses to the same bytes."""
    buffer = BytesIO()
    with ZipFile(BytesIO(package)) as given, ZipFile(buffer, "w", ZIP_STORED) as archive:
        parts = {part.filename: given.read(part.filename) for part in given.infolist()}
        for name, change in (changes or {}).items():
            parts[name] = change(parts[name])
        for name, data in (parts | dict(added or {})).items():
            entry = ZipInfo(name, _EPOCH)
            entry.external_attr, entry.create_system = 0o600 << 16, 3
            archive.writestr(entry, data)
    return buffer.getvalue()
