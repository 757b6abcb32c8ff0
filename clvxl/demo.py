"""The sample data as files: one workbook with its three tables, and the same tables as the CSV files of an accounting program."""

from __future__ import annotations

from pathlib import Path

from clvxl.excel.file import write_tables
from clvxl.sample import TITLE, sample, write_csv
from clvxl.words import Language, Text

_WORKBOOK = Text("sample-data.xlsx", "beispieldaten.xlsx")
_TABLES = (Text("Customers", "Kunden"), Text("Orders", "Aufträge"), Text("Marketing spend", "Marketingausgaben"))
_CSV = (Text("customers.csv", "kunden.csv"), Text("orders.csv", "auftraege.csv"), Text("spend.csv", "ausgaben.csv"))


def write_sample(folder: Path, language: Language, force: bool) -> Path:
    """Write the sample data into a folder, and give the workbook's path."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = sample(language)
    book = folder / _WORKBOOK.say(language)
    names = [name.say(language) for name in _TABLES]
    write_tables(book, dict(zip(names, tables, strict=True)), title=TITLE.say(language), force=force)
    for frame, name in zip(tables, _CSV, strict=True):
        write_csv(frame, folder / name.say(language), language)
    return book
