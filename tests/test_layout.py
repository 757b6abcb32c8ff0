"""Pages as values: columns, rows, formulas and places, before any file is written."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from synthetic import report

from clvxl.excel.blocks import groups
from clvxl.excel.frame import FIRST, Frame, frame
from clvxl.excel.layout import lay_out
from clvxl.excel.look import LANDSCAPE, LOOKS
from clvxl.excel.measure import lines, shown, width
from clvxl.excel.page import Area, Page, letter
from clvxl.excel.references import Standing, at, in_figure, in_grid, in_table, rows
from clvxl.report.model import Chart, Charts, Column, Note, Report, Series, Sheet, Table, Value


def standing(key: str, first: int) -> Standing:
    table = Table(key, (Column("a", "A", (1.0, 2.0)), Column("b", "B", (3.0, 4.0))))
    return Standing(table, {"a": 2, "b": 3}, {"a": 2, "b": 3}, first, first + 1)


TABLES = {"now": standing("now", 10), "then": standing("then", 20)}


@pytest.mark.parametrize(("formula", "expected"), [
    ("[a]*2", "B21*2"), ("=[a]+[b]", "B21+C21"), ("[now.a]", "$B$10:$B$11"), ("[now.a#]", "B11"), ("[^a]", "$B$22"), ("[^now.b]", "$C$12"),
    ("SUM([now.a])/[^now.a]*rate", "SUM($B$10:$B$11)/$B$12*rate"), ('IF([a]="x",{1,2},0)', 'IF(B21="x",{1,2},0)'),
])
def test_names_of_columns_become_addresses(formula: str, expected: str) -> None:
    assert at(in_table(formula, TABLES["then"], TABLES), 21) == expected


def test_formulas_of_rows_grids_and_figures() -> None:
    assert rows("[a]", TABLES["now"], TABLES, 2) == ["B10", "B11"]
    assert rows(("[a]", "", "x"), TABLES["now"], TABLES, 3) == ["B10", "", "x"]
    assert in_grid("[row]*[column]+SUM([now.a])", "$B5", "C$4", TABLES) == "$B5*C$4+SUM($B$10:$B$11)"
    assert in_figure("[^then.b]-[^now.b]", TABLES) == "$C$22-$C$12"


def test_an_unknown_column_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        in_table("[nothing]", TABLES["now"], TABLES)


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")])
def test_letters_of_columns(column: int, letters: str) -> None:
    assert letter(column) == letters


@pytest.mark.parametrize(("value", "format", "text"), [
    (12400.4, "#,##0", "12,400"), (0.873, "0.0%", "87.3%"), (None, "0", ""), ("x", "0", "x"),
    (date(2025, 12, 31), "mm-dd-yy", "31.12.2025"),
    (3.0, '0.0"×"', "3.0×"), (5, "+#,##0;-#,##0;0", "+5"), (1.5, "General", "1.5"),
])
def test_values_are_measured_as_they_are_shown(value: Value, format: str, text: str) -> None:
    assert shown(value, format) == text


def test_texts_are_measured() -> None:
    assert width("0" * 11, size=10) == pytest.approx(10)
    assert width("W") > width("w") > width("i")
    assert len(lines("one two three", 100)) == 1
    assert len(lines("one two three", width("one two") + 0.1)) == 2
    assert len(lines("a\nb", 100)) == 2
    assert len(lines("0" * 100, 10)) == 10


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_fills_its_width_and_nothing_stands_outside(language: Any) -> None:
    for page in lay_out(report(language)).pages:
        printed = page.printed
        assert printed is not None
        inside = [column for column in page.widths if FIRST <= column <= printed.right]
        assert sum(page.widths[column] for column in inside) >= LANDSCAPE - 3
        right = max(run.column for run in page.runs if run.column not in page.hidden)
        assert right <= printed.right
        assert {run.style.role for run in page.runs} <= LOOKS.keys()


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_cell_is_placed_twice_and_merged_cells_do_not_meet(language: Any) -> None:
    for page in lay_out(report(language)).pages:
        cells = [(run.row + index, run.column) for run in page.runs for index in range(len(run.values))]
        taken = [cell for area in page.merges for cell in _cells(area)]
        assert len(taken) == len(set(taken))
        band = [cell for cell in cells if cell[0] > 1]
        assert len(band) == len(set(band))
        assert not {cell for table in page.tables for cell in _cells(table.area)} & set(taken)


@pytest.mark.parametrize("length", range(5, 200, 15))
def test_the_way_to_the_other_pages_is_free_however_long_the_title_is(length: int) -> None:
    found = lay_out(replace(report("en"), title="x" * length)).pages
    for page in found:
        above = [run for run in page.runs if run.row == 1 and run.style.role.startswith("band") and run.values[0]]
        assert {str(run.values[0]) for run in above} >= {each.name for each in found}
        assert page.hidden == [] or min(page.hidden) > max(run.column for run in above)
        assert page.printed is not None
        assert page.printed.right < min(page.hidden, default=page.printed.right + 1)


def _cells(area: Area) -> list[tuple[int, int]]:
    return [(row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1)]


def pages(language: Any = "en", **size: int) -> dict[str, Page]:
    return {page.name: page for page in lay_out(report(language, **size)).pages}


def test_headings_of_a_long_list_stay_and_are_printed_again() -> None:
    long, short = pages(customers=400)["Customers"], pages(customers=10)["Customers"]
    head = long.tables[0].area.top
    assert long.frozen == (head, 0)
    assert long.repeat == (head, head)
    assert long.tables[0].buttons
    assert short.frozen == (1, 0)
    assert short.repeat is None
    assert not short.tables[0].buttons


def test_results_stay_in_sight_while_inputs_change() -> None:
    page = pages()["Scenarios"]
    result = max(run.row for run in page.runs if run.style.role == "tile.comment")
    first_input = min(run.row for run in page.runs if run.style.role.startswith("input"))
    assert page.frozen is not None
    assert result <= page.frozen[0] < first_input


def test_every_page_leads_to_all_others() -> None:
    found = pages("de")
    for name, page in found.items():
        assert {link.page for link in page.links} == found.keys() - {name}


def test_a_chart_without_numbers_is_a_sentence() -> None:
    table = Table("t", (Column("a", "A", ("x",)), Column("b", "B", (None,))))
    sheet = Sheet("s", "S", "M", ("T",), (table, Charts((Chart("Nothing", "bar", "s", "t", "a", (Series("b", "b"),)),))))
    page, = lay_out(Report("R", "de", date(2025, 1, 1), (sheet,))).pages
    assert page.pictures == []
    assert any("Nothing: Keine Daten" in str(run.values[0]) for run in page.runs)


def test_long_paragraphs_get_the_height_they_need() -> None:
    sheets = tuple(Sheet(str(count), str(count), "M", (), (Note("word " * count),)) for count in (5, 200))
    short, long = lay_out(Report("R", "en", date(2025, 1, 1), sheets)).pages
    assert long.heights[4] > 6 * short.heights[4]


def test_parts_of_a_page_are_about_equal() -> None:
    whole = Frame((30.0, 10.0, 10.0, 10.0, 10.0, 20.0, 12.0, 12.0))
    spans = whole.split(FIRST, whole.edge, 3)
    assert [span[0] for span in spans] == [FIRST, *[span[1] + 1 for span in spans[:-1]]]
    assert spans[-1][1] == whole.edge
    assert all(25 < whole.room(*span) < 50 for span in spans)
    assert groups(9, 6) == [range(5), range(5, 9)]
    assert groups(0, 6) == []


def test_a_narrow_page_is_filled_up() -> None:
    sheet = Sheet("s", "S", "M", (), (Note("x"),))
    assert sum(frame(sheet, "en").widths) == pytest.approx(LANDSCAPE)
