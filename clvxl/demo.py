"""The sample data as files: one workbook with its three tables, and the same tables as the CSV files of an accounting program."""

from __future__ import annotations

from pathlib import Path

from clvxl.batch.folder import LocalFolder
from clvxl.errors import OutputError
from clvxl.excel.file import FORCE, write_tables
from clvxl.sample import TITLE, as_csv, sample
from clvxl.words import Language, Text

_WORKBOOK = Text("sample-data.xlsx", "beispieldaten.xlsx")
_TABLES = (Text("Customers", "Kunden"), Text("Orders", "Aufträge"), Text("Marketing spend", "Marketingausgaben"))
_CSV = (Text("customers.csv", "kunden.csv"), Text("orders.csv", "auftraege.csv"), Text("spend.csv", "ausgaben.csv"))
_OTHER = Text("{path} exists already and holds something else.", "{path} gibt es schon, und es steht etwas anderes darin.")


def write_sample(folder: Path, language: Language, force: bool) -> Path:
    """Write the sample data into a folder, and give the workbook's path; files with something else in them stay, unless forced.

    Raises: OutputError.
    """
    tables, place = sample(language), LocalFolder(folder)
    files = {name.say(language): as_csv(frame, language) for frame, name in zip(tables, _CSV, strict=True)}
    for name, data in files.items():
        place.check(name)
        if (folder / name).exists() and not force and place.read(name) != data:
            raise OutputError(_OTHER, FORCE, path=folder / name)
    names = [name.say(language) for name in _TABLES]
    book = write_tables(
        folder / _WORKBOOK.say(language), dict(zip(names, tables, strict=True)), title=TITLE.say(language), force=force)
    for name, data in files.items():
        place.write(name, data)
    return book
