"""A report laid out on pages: which block stands where, what leads from page to page, what is printed and what stays visible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from clvxl.excel import blocks, clean
from clvxl.excel.blocks import ABREAST, Lengths, Place, groups
from clvxl.excel.frame import FIRST, Frame, frame
from clvxl.excel.look import FILLER, GAP, LARGE, LINE, MARGIN, ON_ONE_SCREEN, ROW
from clvxl.excel.measure import height, width
from clvxl.excel.page import Area, Book, Line, Link, Page, Picture, Points, Spot
from clvxl.excel.references import Standing, any_number, quoted
from clvxl.report.model import Block, Chart, Charts, Figures, Grid, Heading, Inputs, Note, Report, Sheet, Table
from clvxl.words import Language, Text

NOTHING = Text("No data for this chart.", "Keine Daten für diese Abbildung.")
LONG_LIST = 25  # rows from which headings stay frozen and are printed again


class Draft(NamedTuple):
    """A sheet whose blocks have their rows."""

    sheet: Sheet
    name: str
    frame: Frame
    rows: tuple[int, ...]
    tables: dict[str, Standing]


def lay_out(report: Report, names: Sequence[str] | None = None, others: Iterable[str] = ()) -> Book:
    """The whole report as pages; ``names`` are those of their sheets, where they have some, and ``others`` are taken by the workbook."""
    names = names or clean.sheet_names(sheet.name for sheet in report.sheets)
    tables = [(sheet.key, block) for sheet in report.sheets for block in sheet.blocks if isinstance(block, Table)]
    lengths = {(key, table.key): blocks.length(table) for key, table in tables}
    drafts = [_draft(sheet, name, report.language, lengths) for sheet, name in zip(report.sheets, names, strict=True)]
    taken = {name.casefold() for name in (*(name for name, _ in report.names), *others)}
    pages = tuple(_page(draft, drafts, lengths, report, taken) for draft in drafts)
    return Book(clean.text(report.title)[:120], report.day, report.language, pages, report.names)


def _draft(sheet: Sheet, name: str, language: Language, lengths: Lengths) -> Draft:
    row, starts = 4 + len(sheet.title[:3]) + bool(sheet.title), []
    for block, following in zip(sheet.blocks, (*sheet.blocks[1:], None), strict=False):
        starts.append(row)
        row += blocks.rows(block, lengths) + _gap(block, following)
    columns = frame(sheet, language)
    tables = {block.key: blocks.standing(block, start, columns, language) for block, start in zip(sheet.blocks, starts, strict=True)
              if isinstance(block, Table)}
    return Draft(sheet, name, columns, (*starts, row), tables)


def _gap(block: Block, following: Block | None) -> int:
    together = isinstance(block, Heading) or (isinstance(block, Note) and isinstance(following, Note))
    return 0 if together else 1


def _page(draft: Draft, drafts: list[Draft], lengths: Lengths, report: Report, taken: set[str]) -> Page:
    page = Page(draft.name, draft.sheet.key, protected=draft.sheet.calculated, portrait=draft.sheet.portrait)
    page.widths = {1: MARGIN, **{FIRST + index: each for index, each in enumerate(draft.frame.widths)}}
    place = Place(page, draft.frame, report.language, draft.tables, taken)
    band_end = _band(place, [each.name for each in drafts], report)
    _opening(draft.sheet, place)
    for block, row, end in zip(draft.sheet.blocks, draft.rows[:-1], draft.rows[1:], strict=True):
        _block(block, row, end, place, drafts)
        if end - row > blocks.rows(block, lengths):
            page.heights[end - 1] = GAP
    page.printed = Area(1, 1, max(draft.rows[-1] - 2, 1), max(draft.frame.edge, band_end))
    page.one_sheet = _fits_one_sheet(page)
    _freeze(draft, page)
    return page


def _band(place: Place, names: list[str], report: Report) -> int:
    """The quiet line above all: what report this is, and the way to the other pages. Gives its last column."""
    page, frame = place.page, place.frame
    page.fill(1, FIRST, frame.edge, "band")
    title = " · ".join(filter(None, (report.title, report.as_of)))
    page.put(1, FIRST, title, "band")
    column = frame.behind(FIRST, width(title) + 3)
    for name in names if len(names) > 1 else ():
        here = name == page.name
        page.put(1, column, name, "band.here" if here else "band.link")
        if not here:
            page.links.append(Link(1, column, name))
        column = frame.behind(column, width(name, bold=here) + 1.5)
    page.widths.update(dict.fromkeys(range(frame.edge + 1, column), FILLER))
    page.heights.update({1: ROW + 3, 2: GAP})
    return column - 1


def _opening(sheet: Sheet, place: Place) -> None:
    page, frame = place.page, place.frame
    page.put(3, FIRST, sheet.message, "message", wrap=True)
    page.merges.append(Area(3, FIRST, 3, frame.edge))
    page.heights[3] = height(sheet.message, frame.room(FIRST, frame.edge), size=LARGE) + 2
    for index, line in enumerate(sheet.title[:3]):
        page.put(4 + index, FIRST, line, "title" if index else "title.first")
        page.heights[4 + index] = LINE + 1
    if sheet.title:
        page.heights[4 + len(sheet.title[:3])] = GAP


def _block(block: Block, row: int, end: int, place: Place, drafts: list[Draft]) -> None:
    match block:
        case Heading():
            blocks.heading(block, row, place)
        case Note():
            blocks.note(block, row, place)
        case Figures():
            blocks.figures(block, row, place)
        case Table():
            blocks.table(block, row, place)
        case Grid():
            blocks.grid(block, row, place)
        case Inputs():
            blocks.inputs(block, row, place)
        case Charts():
            _charts(block, row, end, place, drafts)


def _charts(block: Charts, row: int, end: int, place: Place, drafts: list[Draft]) -> None:
    abreast = groups(len(block.charts), ABREAST)
    tall = (end - row) // max(len(abreast), 1) - 1
    for index, group in enumerate(abreast):
        top = row + index * (tall + 1)
        for position, number in enumerate(group):
            parts = _share(position, len(group))
            left, right = (place.frame.spot(part) for part in parts)
            wide = (parts[1] - parts[0]) * sum(place.frame.widths)
            picture = _picture(block.charts[number], drafts, Spot(*left, top, 0), Spot(*right, top + tall - 1, 1), wide)
            if any(any_number(line.points.values) for line in picture.lines):
                place.page.pictures.append(picture)
            else:
                place.page.put(top, left[0], f"{picture.title}: {NOTHING.say(place.language)}", "band")


def _share(position: int, count: int) -> tuple[float, float]:
    """From where to where on the page's width a chart goes; a lone one does not stretch over all of it."""
    return (0, 0.62) if count == 1 else (position / count, (position + 1) / count - (0.015 if position < count - 1 else 0))


def _picture(chart: Chart, drafts: list[Draft], start: Spot, end: Spot, wide: float) -> Picture:
    draft = next(each for each in drafts if each.sheet.key == chart.sheet)
    standing = draft.tables[chart.table]
    lines = tuple(Line(clean.text(series.label), _points(draft, standing, series.column, chart), series.role) for series in chart.series)
    categories = _points(draft, standing, chart.categories, chart)
    return Picture(chart.kind, clean.text(chart.title), chart.format, categories, lines, start, end, wide)


def _points(draft: Draft, standing: Standing, key: str, chart: Chart) -> Points:
    column = next(each for each in standing.table.columns if each.key == key)
    area = standing.column(key)
    last = min(area.bottom, area.top + chart.limit - 1) if chart.limit else area.bottom
    address = f"{quoted(draft.name)}!{area._replace(bottom=last).fixed}"
    return Points(address, tuple(clean.plain(value) for value in column.values[: chart.limit]), column.format)


def _fits_one_sheet(page: Page) -> bool:
    """Whether a page becomes one sheet of paper without becoming small."""
    last = page.printed.bottom if page.printed else 1
    tall = sum(page.heights.get(row, ROW) for row in range(1, last + 1))
    wide = sum((7 * each + 5) * 0.75 for each in page.widths.values())
    return tall / wide < (1.75 if page.portrait else 0.86)


def _freeze(draft: Draft, page: Page) -> None:
    """Headings of a long list stay visible, on the screen and on paper."""
    for standing in draft.tables.values():
        if blocks.length(standing.table) > LONG_LIST:
            head = standing.first - 1
            above = sum(page.heights.get(row, ROW) for row in range(1, head + 1))
            page.frozen = (head, 0) if above <= ON_ONE_SCREEN and page.frozen is None else page.frozen
            page.repeat = page.repeat or (head, head)
    page.frozen = page.frozen or (_results(draft, page), 0)


def _results(draft: Draft, page: Page) -> int:
    """Where a page is calculated in, its results at the top stay visible while the inputs change; elsewhere the band does."""
    for block, end in zip(draft.sheet.blocks, draft.rows[1:], strict=True):
        if draft.sheet.calculated and isinstance(block, Figures):
            above = sum(page.heights.get(row, ROW) for row in range(1, end - 1))
            return end - 2 if above <= ON_ONE_SCREEN else 1
    return 1
