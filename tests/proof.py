"""What independent engines say of a written workbook."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ironcalc
import openpyxl
import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

# Excel keeps texts in a list of its own and rewrites the file when the user saves it; until then both forms mean the same.
EXCUSED = ("has", "inline-string cell(s)")


def complaints(path: Path) -> list[tuple[Any, ...]]:
    """What a validator of the file format finds, but for what is excused."""
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365, max_errors=0).validate(str(path))
    found = [each for each in result.errors if not all(part in each.description for part in EXCUSED)]
    return [(each.part_uri, each.path, each.description) for each in found if each.severity is not ValidationSeverity.INFO]


def formulas(path: Path) -> Iterator[tuple[int, str, Any, Any]]:
    """Sheet, address, cell and stored value of every live cell."""
    live, stored = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    for index, sheet in enumerate(live.worksheets):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            yield index, cell.coordinate, cell, stored[sheet.title][cell.coordinate].value


def agree(found: Any, stored: Any) -> bool:
    """The same number to 1e-9, or the same text, nothing being the same as an empty one."""
    if isinstance(found, int | float) and isinstance(stored, int | float):
        return found == pytest.approx(stored, rel=1e-9, abs=1e-6)
    return (found or None) == (stored or None)


def recomputed_wrong(path: Path) -> list[tuple[Any, ...]]:
    """The live cells whose stored value differs from what IronCalc computes."""
    engine = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    engine.evaluate()
    cells = list(formulas(path))
    assert cells
    return [
        (address, cell.value, stored) for sheet, address, cell, stored in cells
        if not agree(engine.get_cell_value(sheet, cell.row, cell.column), stored)
    ]


def recalculated_by(convert: Any, path: Path, folder: Path) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The values in the file, and those that LibreOffice computes once they have been taken out."""
    stored = {(sheet, address): value for sheet, address, _, value in formulas(path)}
    bare = folder / "bare.xlsx"
    openpyxl.load_workbook(path).save(bare)  # this drops the stored values
    return stored, {(sheet, address): value for sheet, address, _, value in formulas(convert(bare, "xlsx"))}
