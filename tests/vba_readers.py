"""The modules of a VBA project, read by three libraries that know nothing of each other."""

import io
import re
import warnings
from pathlib import Path

import olefile
from pyopenvba import vba
from pyopenvba.cfb import CFB

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # oletools calls pyparsing by old names
    from oletools.olevba import VBA_Parser, decompress_stream

__all__ = ["READERS", "by_olefile", "by_olevba", "by_pyopenvba", "decompress_stream", "kinds"]


def by_olevba(project: bytes) -> dict[str, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = VBA_Parser("vbaProject.bin", data=project)
        return {Path(name).stem: _body(text) for _, _, name, text in parser.extract_macros()}


def by_pyopenvba(project: bytes) -> dict[str, str]:
    read = vba.parse_vba_project(CFB.from_bytes(project))
    return {name: _body(read.get_module(name).source) for name in read.module_names()}


def by_olefile(project: bytes) -> dict[str, str]:
    file = olefile.OleFileIO(io.BytesIO(project))
    assert not file.parsing_issues
    streams = [path[-1] for path in file.listdir() if path[0] == "VBA" and path[-1] not in ("dir", "_VBA_PROJECT")]
    return {name: _body(bytes(decompress_stream(bytearray(file.openstream(f"VBA/{name}").read()))).decode("cp1252")) for name in streams}


def kinds(project: bytes) -> dict[str, str]:
    """What each module is, as the project's own page says: Document, Module or Class."""
    page = olefile.OleFileIO(io.BytesIO(project)).openstream("PROJECT").read().decode("cp1252")
    return {name: kind for kind, name in re.findall(r"^(Document|Module|Class)=(\w+)", page, re.MULTILINE)}


def _body(text: str) -> str:
    """A module's text without the attributes at its head."""
    return re.sub(r"\A(Attribute VB_[^\n]*\n)*", "", text.replace("\r\n", "\n"))


READERS = (by_olevba, by_pyopenvba, by_olefile)
