"""Plain tables on plain sheets: headings in the first row, a column for each, nothing above."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clvxl.excel import clean
from clvxl.excel.measure import shown, widest
from clvxl.excel.page import Area, ListTable, Page, Run, Style
from clvxl.report.model import Value

if TYPE_CHECKING:
    import pandas as pd

PADDING, WIDEST = 4.0, 44.0


def plain_page(name: str, frame: pd.DataFrame, taken: set[str]) -> Page:
    """A data frame as a sheet that a user might keep."""
    page = Page(name, quiet=False, frozen=(1, 0), repeat=(1, 1))
    labels = clean.headings(map(str, frame.columns))
    for column, label in enumerate(labels, 1):
        values = [clean.plain(value) for value in frame.iloc[:, column - 1].tolist()]
        format = _format(values)
        page.put(1, column, label, "data.head")
        page.runs.append(Run(2, column, values, Style("data", format)))
        content = widest({shown(value, format) for value in values})
        page.widths[column] = min(max(content, widest([label], bold=True) + 2.5) + PADDING, WIDEST)
    area = Area(1, 1, max(len(frame), 1) + 1, len(labels))
    page.tables.append(ListTable(clean.table_name(name, taken), area, labels, buttons=True))
    page.printed = area
    return page


def _format(values: list[Value]) -> str:
    if any(isinstance(value, date) for value in values):
        return "mm-dd-yy"
    if any(isinstance(value, float) and not value.is_integer() for value in values):
        return "#,##0.00" if any(isinstance(value, float) and abs(value) >= 10 for value in values) else "General"
    return "General"
