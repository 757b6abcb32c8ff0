"""The pages of a report in a workbook: its sheets are marked, so that nobody takes them for tables of a user."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

RESULT = "clvxl_result"  # a hidden name of each sheet that holds a page, with the text of mark()
_MARKS = re.compile(rf'<definedName [^>]*name="{RESULT}"[^>]*>([^<]*)<'.encode())


def mark(page: str, sheet: str) -> str:
    """What the name ``clvxl_result`` of a sheet refers to: the key of the page and the name that the sheet was given."""
    return '="' + f"{page}:{sheet}".replace('"', '""') + '"'


def page_of(refers_to: str, sheet: str) -> str | None:
    """The key of the page that a sheet holds, if it is still ours.

    The mark travels with a copy that a user makes of a sheet, and stays with a sheet that a user gives another name: those are the user's.
    """
    text = refers_to.strip().removeprefix("=").removeprefix('"').removesuffix('"').replace('""', '"')
    page, _, name = text.partition(":")
    return page if page and name == sheet else None


def tables(path: Path, sheets: list[str]) -> list[str]:
    """Those of a workbook's sheets that hold no page of a report."""
    if not zipfile.is_zipfile(path):
        return sheets
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in archive.namelist() else b""
    marks = [unescape(each.decode(errors="replace")) for each in _MARKS.findall(book)]
    return [sheet for sheet in sheets if not any(page_of(each, sheet) for each in marks)]
