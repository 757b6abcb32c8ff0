"""The template as the bytes of a file: the same whenever and wherever it is built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it carries no types

from clvxl.errors import OutputError
from clvxl.excel import storage
from clvxl.excel.anchors import TEMPLATE, Kind
from clvxl.excel.bridge import PROJECT, Bridge
from clvxl.excel.configuration import configuration
from clvxl.excel.file import FORCE
from clvxl.excel.seal import sealed
from clvxl.excel.template.form import Form
from clvxl.excel.template.lexicon import lexicon
from clvxl.excel.template.painter import Painter
from clvxl.excel.template.project import project
from clvxl.excel.template.setup import settings
from clvxl.excel.template.start import start
from clvxl.excel.template.tables import table
from clvxl.sample import sample
from clvxl.words import Language, Text

_TITLE = Text("Customer lifetime value", "Kundenwert")
_MADE = datetime(2000, 1, 1)
_CALCULATED_BY = 191029  # Excel's own number: at this one it does not compute everything anew when it opens the file
_WORKBOOK = "ThisWorkbook"


def write(path: Path, language: Language = "en", *, alone: Bridge | None = None, interpreter: str = "", force: bool = False) -> Path:
    """Writes a fresh template, never over another file unless forced to.

    Raises: OutputError.
    """
    storage.check(path, ".xlsm")
    data = build(language, alone=alone, interpreter=interpreter)
    if path.exists() and not force and path.read_bytes() != data:
        raise OutputError(Text("{path} exists already.", "{path} gibt es schon."), FORCE, path=path)
    storage.replace(path, data)
    return path


@cache
def build(language: Language = "en", *, alone: Bridge | None = None, interpreter: str = "") -> bytes:
    """The workbook; ``alone`` is what it embeds, and ``interpreter`` the Python it then calls, to work without the add-in."""
    customers = sample(language).customers
    return _package({"customers": customers}, len(customers), language, alone, interpreter)


def around(tables: Mapping[Kind, pd.DataFrame], language: Language) -> bytes:
    """The workbook with somebody's own tables, headed in its language, in place of the simulated customers."""
    return _package(tables, 0, language)


def _package(
    tables: Mapping[Kind, pd.DataFrame], samples: int, language: Language, alone: Bridge | None = None, interpreter: str = ""
) -> bytes:
    forms = [start(language, samples), table("customers", language, tables.get("customers"), samples=samples),
             table("orders", language, tables.get("orders")), table("spend", language, tables.get("spend")), settings(language)]
    forms.append(lexicon(forms, language, samples))
    if alone:
        forms.append(_configuration(language, interpreter))
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": _TITLE.say(language), "author": PROJECT, "created": _MADE})
        book.set_calc_mode("auto", _CALCULATED_BY)
        book.calc_on_load = False
        book.set_vba_name(_WORKBOOK)
        book.add_vba_project(BytesIO(project(tuple(form.code for form in forms), alone)), is_stream=True)
        Painter(book, language).paint(forms)
        book.define_name(TEMPLATE, "=1")
    return sealed(buffer.getvalue())


def _configuration(language: Language, interpreter: str) -> Form:
    """The sheet by which a workbook that stands alone finds its Python; Excel knows it by its tab."""
    form = Form("ConfigurationSheet", Text(f"{PROJECT}.conf", f"{PROJECT}.conf"), language, hidden=True)
    for row, (key, value) in enumerate(configuration(interpreter).items(), 1):
        form.page.put(row, 1, key, "plain")
        form.page.put(row, 2, value, "plain")
    return form
