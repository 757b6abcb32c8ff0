"""Each block of a report as cells: headings, paragraphs, key figures, tables, grids, inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from clvxl.excel import clean, references
from clvxl.excel.charts import LABELS
from clvxl.excel.frame import BUTTONS, FIRST, INDENT, Frame, allot, is_text
from clvxl.excel.look import CHART_ROWS, CHART_ROWS_MOST, GAP, LARGE, LINE, LINE_ROWS, READABLE, ROW, SIGNS, TILE
from clvxl.excel.measure import height, inside, shown, widest, width
from clvxl.excel.page import Area, Check, Light, Link, ListTable, Page, Run, Scale, Style, letter
from clvxl.excel.references import Standing
from clvxl.report.model import Block, Charts, Column, Figure, Figures, Grid, Heading, Input, Inputs, Note, Table
from clvxl.words import Language, Text

Lengths = Mapping[tuple[str, str], int]  # how many rows each table of the report has, by sheet and table
ABREAST, TILES = 3, 6  # charts and tiles side by side
LONGEST_CHOICE = 34.0  # a longer entry of a list wraps
RANGE = Text("{low} to {high}", "{low} bis {high}")
AT_LEAST, AT_MOST = Text("at least {low}", "mindestens {low}"), Text("at most {high}", "höchstens {high}")
ONE_OF = Text("Please pick one from the list.", "Bitte einen Eintrag der Liste wählen.")
NUMBER = Text("Please enter a number: {range}.", "Bitte eine Zahl eingeben: {range}.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block is laid out: its page, the page's columns, the language, and the tables that stand on the page."""

    page: Page
    frame: Frame
    language: Language
    tables: dict[str, Standing]
    taken: set[str]  # names of Excel tables in the workbook


def groups(count: int, most: int) -> list[range]:
    """Things side by side, in as few rows as possible, each about equally full."""
    rows = -(-count // most)
    each = -(-count // max(rows, 1))
    return [range(each * row, min(each * (row + 1), count)) for row in range(rows)]


def rows(block: Block, lengths: Lengths) -> int:
    """How many rows a block takes, given those of the tables."""
    match block:
        case Table():
            return 1 + max(length(block), 1) + block.total
        case Grid():
            return 2 + len(block.rows)
        case Inputs():
            return len(block.inputs)
        case Figures():
            return 4 * len(groups(len(block.figures), TILES)) - 1
        case Charts():
            return (chart_rows(block, lengths) + 1) * len(groups(len(block.charts), ABREAST)) - 1
        case _:
            return 1


def chart_rows(block: Charts, lengths: Lengths) -> int:
    """The height of charts that stand side by side: bars need room for each of them."""
    most = LINE_ROWS if all(chart.kind == "line" for chart in block.charts) else CHART_ROWS
    for chart in block.charts:
        if chart.kind == "bar":
            count = min(lengths[chart.sheet, chart.table], chart.limit or LABELS)
            most = max(most, round(count * (0.85 if len(chart.series) == 1 else 1.5)) + 3)
    return min(most, CHART_ROWS_MOST)


def length(table: Table) -> int:
    """How many rows of values a table has."""
    return max((len(column.values) for column in table.columns), default=0)


def heading(block: Heading, row: int, place: Place) -> None:
    """A heading: bold, with air above."""
    place.page.put(row, FIRST, block.text, "heading")
    place.page.heights[row] = ROW + 3


def note(block: Note, row: int, place: Place) -> None:
    """A paragraph over the readable width; its sign hangs in the margin."""
    right = place.frame.until(READABLE)
    area = Area(row, FIRST, row, right)
    place.page.put(row, FIRST, block.text, "note", wrap=True)
    if block.tone in SIGNS:
        place.page.put(row, FIRST - 1, SIGNS[block.tone], f"sign.{block.tone}")
    if right > FIRST:
        place.page.merges.append(area)
    place.page.heights[row] = height(block.text, place.frame.room(FIRST, right))


def figures(block: Figures, row: int, place: Place) -> None:
    """Key figures side by side, as tiles of the same width."""
    abreast = groups(len(block.figures), TILES)
    most = len(abreast[0]) if abreast else 1
    right = place.frame.until(TILE * most) if most < 4 else place.frame.edge
    spans = place.frame.split(FIRST, max(right, FIRST + most - 1), most)
    for index, group in enumerate(abreast):
        pairs = list(zip(spans, [block.figures[number] for number in group], strict=False))
        for span, figure in pairs:
            _tile(figure, row + 4 * index, span, place)
        comments = [height(figure.comment, place.frame.room(*span) - 2) for span, figure in pairs]
        place.page.heights[row + 4 * index] = ROW + 3
        place.page.heights[row + 4 * index + 1] = LINE * LARGE / 10 + 3
        place.page.heights[row + 4 * index + 2] = max(*comments, ROW) + 3
        if index:
            place.page.heights[row + 4 * index - 1] = GAP


def _tile(figure: Figure, row: int, span: tuple[int, int], place: Place) -> None:
    formula = references.in_figure(figure.formula, place.tables) if figure.formula else ""
    place.page.put(row, span[0], figure.label, "tile.label")
    value = "–" if figure.value is None and not formula else figure.value
    place.page.put(row + 1, span[0], value, "tile.value", figure.format, formula=formula)
    place.page.put(row + 2, span[0], figure.comment, "tile.comment")
    for below, role in enumerate(("tile.label", "tile.value", "tile.comment")):
        if span[1] > span[0]:
            place.page.fill(row + below, span[0] + 1, span[1], role)
            place.page.merges.append(Area(row + below, span[0], row + below, span[1]))


def table(block: Table, row: int, place: Place) -> None:
    """A table, its total under it, its bars and lights."""
    page, own = place.page, place.tables[block.key]
    labels = clean.headings(column.label for column in block.columns)
    buttons = bool(block.name) and length(block) > BUTTONS
    tall = _wrapped(block, own, place)
    for label, column in zip(labels, block.columns, strict=True):
        head = "list" if buttons else "head"
        page.put(row, own.columns[column.key], label, f"{head}.{_side(column, own)}")
        _column(column, own, place, wrap=bool(tall))
        if block.total:
            _total(column, own, place)
        _spread(column, own, place, head, wrap=bool(tall))
    page.heights.update(tall)
    rooms = [place.frame.room(own.columns[column.key], own.ends[column.key]) for column in block.columns]
    page.heights[row] = max(height(*each, bold=True) for each in zip(labels, rooms, strict=True)) + (LINE if buttons else 3)
    if block.name:
        area = Area(row, FIRST, own.last, FIRST + len(labels) - 1)
        page.tables.append(ListTable(clean.table_name(block.name, place.taken), area, labels, buttons))


def _side(column: Column, own: Standing) -> str:
    """Words stand at the left, numbers at the right; words behind other columns keep their distance."""
    return "number" if not is_text(column) else "text" if own.columns[column.key] == FIRST else "text.next"


def _role(column: Column, own: Standing, part: str) -> str:
    side, _, behind = _side(column, own).partition(".")
    return ".".join(filter(None, (side, part, behind)))


def _spread(column: Column, own: Standing, place: Place, head: str, *, wrap: bool) -> None:
    """A column of words that takes several columns of the page: merged row by row."""
    left, right, page = own.columns[column.key], own.ends[column.key], place.page
    if right == left:
        return
    body = [None] * (own.last - own.first + 1)
    for beside in range(left + 1, right + 1):
        page.put(own.first - 1, beside, None, f"{head}.{_side(column, own)}")
        page.runs.append(Run(own.first, beside, body, Style(_role(column, own, "result" if column.result else ""), wrap=wrap)))
        if own.table.total:
            page.put(own.total, beside, None, _role(column, own, "total"))
    page.merges.extend(Area(row, left, row, right) for row in range(own.first - 1, own.last + 1 + own.table.total))


def _column(column: Column, own: Standing, place: Place, *, wrap: bool) -> None:
    role = _role(column, own, "result" if column.result else "link" if any(column.links) else "")
    area = own.column(column.key)
    links = zip(column.values, column.links, strict=True) if column.links else ()
    place.page.links.extend(Link(area.top + index, area.left, str(value), to) for index, (value, to) in enumerate(links) if to)
    values = column.values or (None,)
    formulas = references.rows(column.formula, own, place.tables, len(column.values)) if column.formula else ()
    place.page.runs.append(Run(own.first, area.left, values, Style(role, column.format, wrap), formulas))
    if column.bar:
        place.page.bars.append(area)
    place.page.lights.extend(Light(area, word, tone) for word, tone in column.tones if tone != "plain")


def _total(column: Column, own: Standing, place: Place) -> None:
    formula = references.at(references.in_table(column.total_formula, own, place.tables), own.total) if column.total_formula else ""
    place.page.put(own.total, own.columns[column.key], column.total, _role(column, own, "total"), column.format, formula=formula)


def _wrapped(block: Table, own: Standing, place: Place) -> dict[int, float]:
    """Heights of the rows in which a text takes several lines."""
    tall: dict[int, float] = {}
    for column in filter(is_text, block.columns):
        room = place.frame.room(own.columns[column.key], own.ends[column.key]) - INDENT
        for index, value in enumerate(column.values):
            if isinstance(value, str) and (len(value) * 1.5 > room or "\n" in value) and (
                    "\n" in value or width(value, bold=column.result) > inside(room)):
                row = own.first + index
                tall[row] = max(tall.get(row, ROW), height(value, room, bold=column.result))
    return tall


def grid(block: Grid, row: int, place: Place) -> None:
    """A table with numbers on both edges, shaded by value."""
    page, top, left = place.page, row + 2, FIRST + 1 + bool(block.sizes)
    page.put(row, left, block.column_label, "grid.label")
    page.put(row + 1, FIRST, block.row_label, "grid.corner")
    if block.sizes:
        page.put(row + 1, FIRST + 1, block.size_label, "grid.corner")
        page.runs.append(Run(top, FIRST + 1, block.sizes, Style("grid.size", "#,##0")))
    page.heights[row + 1] = ROW
    for index, head in enumerate(block.columns):
        formula = references.in_grid(block.column_formulas[index], "", "", place.tables) if block.column_formulas else ""
        page.put(row + 1, left + index, head, "grid.head", block.column_format, formula=formula)
    row_formulas = [references.in_grid(formula, "", "", place.tables) for formula in block.row_formulas]
    page.runs.append(Run(top, FIRST, block.rows, Style("grid.row", block.row_format), row_formulas))
    for index in range(len(block.columns)):
        values = [line[index] if index < len(line) else None for line in block.values]
        column = f"{letter(left + index)}${row + 1}"
        formulas = [references.in_grid(block.formula, f"${letter(FIRST)}{top + number}", column, place.tables)
                    for number in range(len(values))] if block.formula else ()
        page.runs.append(Run(top, left + index, values, Style("grid.value", block.format), formulas))
    known = [value for line in block.values for value in line if value is not None and not isnan(value)]
    area = Area(top, left, top + len(block.rows) - 1, left + len(block.columns) - 1)
    page.scales.append(Scale(area, signed=bool(known) and min(known) < 0 < max(known)))


def inputs(block: Inputs, row: int, place: Place) -> None:
    """Inputs under each other: label, cell, help."""
    choices = min(widest(choice for each in block.inputs for choice in each.choices) + 4, LONGEST_CHOICE)
    last = place.frame.behind(FIRST + 1, choices) - 1 if choices > 4 else FIRST + 1
    right = max(place.frame.until(place.frame.room(FIRST, last) + READABLE / 2), last + 1)
    for number, each in enumerate(block.inputs):
        _input(each, row + number, (last, right), place)


def _input(each: Input, row: int, ends: tuple[int, int], place: Place) -> None:
    page, cell = place.page, Area(row, FIRST + 1, row, FIRST + 1)
    span = allowed(each, place.language)
    help = f"{each.help} ({span})" if span else each.help
    role = "input.text" if isinstance(each.value, str) else "input"
    page.put(row, FIRST, each.label, "input.label")
    page.put(row, cell.left, each.value, role, each.format)
    page.put(row, ends[0] + 1, help, "input.help")
    for left, right, look in ((cell.left, ends[0], role), (ends[0] + 1, ends[1], "input.help")):
        if right > left:
            page.fill(row, left + 1, right, look)
            page.merges.append(Area(row, left, row, right))
    longest = max((str(each.value), *each.choices), key=width)
    needs = height(help, place.frame.room(ends[0] + 1, ends[1]) - 2), height(longest, place.frame.room(cell.left, ends[0]) - 2)
    page.heights[row] = max(*needs, ROW + 2)
    page.names[each.name] = f"{references.quoted(page.name)}!{cell.fixed}"
    error = ONE_OF.say(place.language) if each.choices else NUMBER.say(place.language, range=span)
    if each.choices or each.low is not None or each.high is not None:
        title, prompt = clean.text(each.label)[:32], clean.text(help)[:255]
        page.checks.append(Check(cell, each.low, each.high, _choices(each.choices, place), title, prompt, error))


def _choices(choices: tuple[str, ...], place: Place) -> str:
    """Puts the entries of a list into a hidden column of its own: no separator can break them, no length limit cuts them."""
    if not choices:
        return ""
    column = max(place.page.widths) + 2 + len(place.page.hidden)  # behind the line above all, too
    place.page.hidden.append(column)
    place.page.runs.append(Run(1, column, choices, Style("plain")))
    return Area(1, column, len(choices), column).fixed


def allowed(each: Input, language: Language) -> str:
    """The range of an input in words."""
    low, high = (_brief(bound, each.format, language) for bound in (each.low, each.high))
    if low and high:
        return RANGE.say(language, low=low, high=high)
    return AT_LEAST.say(language, low=low) if low else AT_MOST.say(language, high=high) if high else ""


def _brief(bound: float | None, format: str, language: Language) -> str:
    """A bound without needless decimals: 100% and not 100.0%."""
    whole = bound is not None and float(bound * 100 if "%" in format else bound).is_integer()
    return shown(bound, re.sub(r"\.0+", "", format) if whole else format, language)


def standing(block: Table, row: int, frame: Frame, language: Language) -> Standing:
    """A table that starts in this row."""
    spans = allot(block, frame, language)
    columns = {column.key: left for column, (left, _) in zip(block.columns, spans, strict=True)}
    ends = {column.key: right for column, (_, right) in zip(block.columns, spans, strict=True)}
    return Standing(block, columns, ends, row + 1, row + max(length(block), 1))
