"""The compiler: VBA modules as text become a vbaProject.bin that Excel opens (MS-OVBA); the same bytes every time."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

from clvxl.excel.vba.compound import compound_file
from clvxl.excel.vba.compression import IncompressibleError, compressed
from clvxl.excel.vba.source import Kind, checked_names, lines_of, refused, stored_text
from clvxl.words import Text

__all__ = ["Kind", "Module", "compiled"]

_NO_COOKIE = 0xFFFF
_REFERENCES = (
    ("stdole", "*\\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\\Windows\\System32\\stdole2.tlb#OLE Automation"),
    ("Office", "*\\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\\Program Files\\Common Files\\Microsoft Shared\\OFFICE16\\MSO.DLL"
               "#Microsoft Office 16.0 Object Library"),
)
_HOST = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a VBA project: its name, its text, and what it belongs to."""

    name: str
    source: str
    kind: Kind = "standard"


def compiled(name: str, modules: Sequence[Module]) -> bytes:
    """The vbaProject.bin of a workbook; a name or a text that VBA would not accept is refused."""
    checked_names(name, [module.name for module in modules])
    if [module.kind for module in modules].count("workbook") != 1:
        raise refused(Text("The VBA project {project} needs exactly one module of the workbook itself.",
                           "Das VBA-Projekt {project} braucht genau ein Modul der Arbeitsmappe selbst."), project=name)
    streams = {module.name: _stream(module) for module in modules}
    ordered = sorted(modules, key=lambda module: module.kind not in ("workbook", "sheet"))
    return compound_file({
        "PROJECT": _project(name, ordered).encode("cp1252"),
        "PROJECTwm": b"".join(_both_names(module.name) for module in ordered) + b"\0\0",
        "VBA": {"dir": compressed(_directory(name, ordered)), "_VBA_PROJECT": bytes.fromhex("cc61ffff000100"), **streams},
    })


def _stream(module: Module) -> bytes:
    text = stored_text(module.name, module.kind, lines_of(module.name, module.source))
    try:
        return compressed(text)
    except IncompressibleError:
        raise refused(
            Text("The VBA module {module} holds text that does not repeat itself and cannot be stored.",
                 "Das VBA-Modul {module} enthält Text ohne jede Wiederholung, der sich nicht speichern lässt."), module=module.name,
        ) from None


def _both_names(name: str) -> bytes:
    return name.encode("cp1252") + b"\0" + name.encode("utf-16-le") + b"\0\0"


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """What the project is, what it refers to, and its modules."""
    return b"".join((
        _record(0x01, struct.pack("<I", 3)), _record(0x02, struct.pack("<I", 0x409)), _record(0x14, struct.pack("<I", 0x409)),
        _record(0x03, struct.pack("<H", 1252)), _record(0x04, name.encode("cp1252")),
        *(_record(code, b"") for code in (0x05, 0x40, 0x06, 0x3D)),
        _record(0x07, bytes(4)), _record(0x08, bytes(4)), struct.pack("<HIIH", 0x09, 4, 1, 0),
        _record(0x0C, b""), _record(0x3C, b""),
        *(_reference(*reference) for reference in _REFERENCES),
        _record(0x0F, struct.pack("<H", len(modules))), _record(0x13, struct.pack("<H", _NO_COOKIE)),
        *(piece for module in modules for piece in _module(module)),
        _record(0x10, b""),
    ))


def _record(code: int, data: bytes) -> bytes:
    return struct.pack("<HI", code, len(data)) + data


def _reference(name: str, library: str) -> bytes:
    where = struct.pack("<I", len(library)) + library.encode("cp1252") + bytes(6)
    return _record(0x16, name.encode("cp1252")) + _record(0x3E, name.encode("utf-16-le")) + _record(0x0D, where)


def _module(module: Module) -> Iterator[bytes]:
    short, wide = module.name.encode("cp1252"), module.name.encode("utf-16-le")
    yield from (_record(0x19, short), _record(0x47, wide), _record(0x1A, short), _record(0x32, wide))
    yield from (_record(0x1C, b""), _record(0x48, b""), _record(0x31, bytes(4)), _record(0x1E, bytes(4)))
    yield _record(0x2C, struct.pack("<H", _NO_COOKIE))
    yield _record(0x21 if module.kind == "standard" else 0x22, b"")
    yield _record(0x2B, b"")


def _project(name: str, modules: Sequence[Module]) -> str:
    """The project's own page: its modules, its name, and that it is open to everybody."""
    listed = {"standard": "Module={}", "class": "Class={}", "workbook": "Document={}/&H00000000", "sheet": "Document={}/&H00000000"}
    identity = f"{{{uuid5(NAMESPACE_DNS, name)}}}".upper()
    lines = [
        f'ID="{identity}"', *(listed[module.kind].format(module.name) for module in modules),
        f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"',
        f'CMG="{_veiled(identity, bytes(4))}"', f'DPB="{_veiled(identity, bytes(1))}"', f'GC="{_veiled(identity, bytes([0xFF]))}"',
        "", "[Host Extender Info]", _HOST, "", "[Workspace]", *(f"{module.name}=0, 0, 0, 0, C" for module in modules), "",
    ]
    return "\r\n".join(lines)


def _veiled(identity: str, data: bytes, seed: int = 0x54, ignored: int = 7) -> str:
    """Protection, password and visibility, as the project's page writes them (MS-OVBA 2.4.3.2)."""
    key = sum(identity.encode()) & 0xFF
    veiled = [seed, seed ^ 2, seed ^ key]
    plain = key
    for byte in bytes([ignored] * ((seed & 6) // 2)) + struct.pack("<I", len(data)) + data:
        veiled.append(byte ^ (veiled[-2] + plain & 0xFF))
        plain = byte
    return bytes(veiled).hex().upper()
