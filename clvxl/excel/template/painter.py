"""Writes the sheets of the template with XlsxWriter, which knows buttons and macros."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it carries no types
from xlsxwriter.format import Format  # type: ignore[import-untyped]  # it carries no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # it carries no types

from clvxl.excel.anchors import TABLES
from clvxl.excel.furniture import A4, FOOTER
from clvxl.excel.look import GREY, LOOKS, POOR, ROW, Edge, Look
from clvxl.excel.page import Run, Style
from clvxl.excel.references import quoted
from clvxl.excel.template.form import BUTTON, Button, Form
from clvxl.excel.template.prompts import Prompt
from clvxl.terms import FORMATS
from clvxl.words import Language

_BUILT_IN: dict[str, int] = {FORMATS["date"]: 14}  # Excel shows this one in the reader's own order
_LINES = {"thin": 1, "medium": 2, "thick": 5, "hair": 7}
_ROLES = LOOKS | {
    "remark": Look(ink=GREY),
    "sample": Look(ink=POOR, bold=True),
    "message.open": replace(LOOKS["message"], open=True),
    "title.open": replace(LOOKS["title"], open=True),
    "tile.figure": replace(LOOKS["tile.value"], open=True),
    "tile.remark": replace(LOOKS["tile.comment"], wrap=False, open=True),
    "remark.text": Look(ink=GREY),
    "remark.text.next": Look(ink=GREY, indent=1),
    "remark.number": Look(ink=GREY, across="right"),
}
_LONGEST_TITLE, _LONGEST_HELP = 32, 255


class Painter:
    """One workbook under way; a style is registered once."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self.book, self.language = book, language
        self._formats: dict[Style, Format] = {}

    def paint(self, forms: Iterable[Form]) -> None:
        """All sheets, and the names of their cells."""
        for form in forms:
            sheet = self.book.add_worksheet(form.page.name)
            sheet.set_vba_name(form.code)
            self._cells(sheet, form)
            _measures(sheet, form)
            for button in form.buttons:
                sheet.insert_button(button.row - 1, button.column - 1, _button(button, self.language))
            for prompt in form.prompts:
                sheet.data_validation(prompt.cells.address, validation(prompt, self.language))
            self._names(form)
            _view(sheet, form)
            _print(sheet, form)

    def _names(self, form: Form) -> None:
        for name, area in form.names.items():
            self.book.define_name(name, f"={quoted(form.page.name)}!{area.fixed}")

    def _cells(self, sheet: Worksheet, form: Form) -> None:
        for area in form.page.merges:
            sheet.merge_range(area.address, "")
        for run in form.page.runs:
            self._run(sheet, run)
        if form.rows:
            columns = [{"header": heading.say(self.language)} for heading in form.rows.headings]
            sheet.add_table(form.rows.area.address, {"name": TABLES[form.rows.kind], "columns": columns, "style": None})
            for column, side in enumerate(form.rows.sides):
                heading, style = columns[column]["header"], self._format(Style(f"list.{side}"))
                sheet.write_string(form.rows.area.top - 1, form.rows.area.left - 1 + column, heading, style)

    def _run(self, sheet: Worksheet, run: Run) -> None:
        column, style = run.column - 1, self._format(run.style)
        if run.formulas:
            for row, (formula, value) in enumerate(zip(run.formulas, run.values, strict=True), run.row - 1):
                sheet.write_formula(row, column, formula, style, value)
            return
        for row, value in enumerate(run.values, run.row - 1):
            if value is None:
                sheet.write_blank(row, column, None, style)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, style)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, style)
            else:
                sheet.write_number(row, column, value, style)

    def _format(self, style: Style) -> Format:
        known = self._formats.get(style)
        if known is None:
            known = self._formats[style] = self.book.add_format(look(style))
        return known


def look(style: Style) -> dict[str, Any]:
    """A role of the visual language in the words of XlsxWriter."""
    role = _ROLES[style.role]
    found: dict[str, Any] = {
        "font_size": role.size, "bold": role.bold, "font_color": f"#{role.ink}", "locked": not role.open,
        "align": role.across, "valign": {"center": "vcenter"}.get(role.down, role.down), "indent": role.indent,
        "text_wrap": role.wrap or style.wrap, "num_format": _BUILT_IN.get(style.format, style.format),
    }
    if role.fill:
        found |= {"bg_color": f"#{role.fill}", "pattern": 1}
    edges: dict[str, Edge] = {"top": role.top, "bottom": role.bottom, "left": role.left, "right": role.right}
    for side, edge in edges.items():
        if edge:
            found |= {side: _LINES[edge[0]], f"{side}_color": f"#{edge[1]}"}
    return found


def _button(button: Button, language: Language) -> dict[str, Any]:
    return {"macro": button.macro, "caption": button.caption.say(language), "description": button.caption.say(language),
            "x_offset": button.across, "width": button.wide, "height": BUTTON / 0.75}


def validation(prompt: Prompt, language: Language) -> dict[str, Any]:
    """What Excel checks and says, in the words of XlsxWriter."""
    title = prompt.title.say(language)[:_LONGEST_TITLE]
    found: dict[str, Any] = {
        "validate": prompt.rule, "ignore_blank": True, "input_title": title, "input_message": prompt.help.say(language)[:_LONGEST_HELP],
        "error_title": title, "error_message": prompt.error.say(language)[:225], "error_type": "stop" if prompt.strict else "warning",
    }
    if prompt.rule == "list":
        return found | {"source": f"={prompt.choices}"}
    if prompt.rule == "any":
        return found
    if prompt.low is not None and prompt.high is not None:
        return found | {"criteria": "between", "minimum": prompt.low, "maximum": prompt.high}
    if prompt.low is not None:
        return found | {"criteria": ">" if prompt.open_ended else ">=", "value": prompt.low}
    return found | {"criteria": "<=", "value": prompt.high}


def _measures(sheet: Worksheet, form: Form) -> None:
    page = form.page
    sheet.set_default_row(ROW)
    for column, width in page.widths.items():
        sheet.set_column(column - 1, column - 1, width)
    for row, height in page.heights.items():
        sheet.set_row(row - 1, round(height, 2))


def _view(sheet: Worksheet, form: Form) -> None:
    page = form.page
    sheet.hide_gridlines(2)
    if page.frozen:
        sheet.freeze_panes(*page.frozen)
    if page.protected:
        allowed = ("objects", "scenarios", "format_columns", "format_rows")
        sheet.protect("", dict.fromkeys(allowed, True))
    if form.hidden:
        sheet.very_hidden()


def _print(sheet: Worksheet, form: Form) -> None:
    page = form.page
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, int(page.one_sheet))
    sheet.set_margins(left=0.45, right=0.45, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    if page.printed:
        sheet.print_area(page.printed.address)
    if page.repeat:
        sheet.repeat_rows(page.repeat[0] - 1, page.repeat[1] - 1)
    sheet.set_footer(f"&R&8{FOOTER.say(form.language)}", {"margin": 0.3})
