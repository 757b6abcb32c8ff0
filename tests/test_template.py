"""The template: well formed, the same everywhere, found by its names, at home in both languages; and what its cells show."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import range_boundaries
from proof import complaints
from pyopenvba.integrity import check_file
from vba_readers import READERS, by_olevba

from clvxl.errors import OutputError
from clvxl.excel.anchors import CELLS, FIGURE_KEYS, MESSAGE, STATE, TABLES, TEMPLATE, chosen, figure_name, name_of
from clvxl.excel.bridge import bridge
from clvxl.excel.template.book import build, write
from clvxl.excel.template.start import COMMANDS
from clvxl.excel.template.tables import COLUMNS
from clvxl.ledger import read
from clvxl.sample import CUSTOMER, sample
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import LANGUAGES

COMMITTED = Path(__file__).parents[1] / "workbook" / "CLV_Template.xlsm"
in_each_language = pytest.mark.parametrize("language", LANGUAGES)
CALCULATED = re.compile(r"=CLV")  # what needs our functions
HIDDEN = 5  # the number of the sheet with words


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    return {language: write(folder / f"{language}.xlsm", language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def books(templates) -> dict[str, Any]:
    return {language: openpyxl.load_workbook(path) for language, path in templates.items()}


def cells(book: Any) -> dict[tuple[int, str], Any]:
    """Every filled cell by the number of its sheet and its address."""
    return {(number, cell.coordinate): cell for number, sheet in enumerate(book.worksheets)
            for row in sheet.iter_rows() for cell in row if cell.value is not None}


def named(book: Any, name: str) -> list[Any]:
    """The cells that a defined name refers to, from top to bottom."""
    (sheet, address), = book.defined_names[name].destinations
    area = book[sheet][address.replace("$", "")]
    return [row[0] for row in area] if isinstance(area, tuple) else [area]


def table_of(book: Any, name: str) -> tuple[Any, Any]:
    return next((sheet, sheet.tables[name]) for sheet in book.worksheets if name in sheet.tables)


# --- the file

def test_the_committed_template_is_what_the_sources_build():
    assert COMMITTED.read_bytes() == build(), "run: clvxl template workbook/CLV_Template.xlsm --force"


@in_each_language
def test_nothing_is_wrong_with_the_file(templates, language):
    assert complaints(templates[language]) == []
    assert check_file(templates[language]).issues == ()


def test_nothing_is_wrong_with_one_that_stands_alone(tmp_path):
    path = write(tmp_path / "alone.xlsm", alone=bridge("workbook"), interpreter="/somewhere/python")
    assert complaints(path) == []
    assert check_file(path).issues == ()
    book = openpyxl.load_workbook(path)
    said = {row[0].value: row[1].value for row in book["clvxl.conf"].iter_rows()}
    assert said["INTERPRETER_WIN"] == "/somewhere/python"
    assert book["clvxl.conf"].sheet_state == "veryHidden"
    assert {"xlwings", "Dictionary"} <= by_olevba(project(path)).keys()


@in_each_language
def test_the_bytes_are_always_the_same(language):
    assert build.__wrapped__(language) == build(language)


def test_a_file_of_the_user_stays(tmp_path):
    path = tmp_path / "mine.xlsm"
    write(path)
    write(path)  # the same again is no loss
    path.write_bytes(b"work of many days")
    with pytest.raises(OutputError, match="exists already"):
        write(path)
    assert path.read_bytes() == b"work of many days"
    assert write(path, force=True).read_bytes() == build()
    with pytest.raises(OutputError, match=r"\.xlsm"):
        write(tmp_path / "mine.xlsx")


# --- found by its names

@in_each_language
def test_every_anchor_is_there(books, language):
    book = books[language]
    assert {*map(name_of, CELLS), *map(figure_name, FIGURE_KEYS), MESSAGE, STATE, TEMPLATE} <= set(book.defined_names)
    assert [len(named(book, figure_name(key))) for key in FIGURE_KEYS] == [2] * len(FIGURE_KEYS)
    for kind, name in TABLES.items():
        assert [column.name for column in table_of(book, name)[1].tableColumns] == [TERMS[key].label.say(language) for key in COLUMNS[kind]]


@in_each_language
def test_every_sheet_leads_to_every_other(books, language):
    book = books[language]
    for number, sheet in enumerate(book.worksheets[:HIDDEN]):
        links = [re.match(r'=HYPERLINK\("#(\w+)"', str(cell.value)) for cell in sheet[1]]
        places = [named(book, link[1])[0].parent.title for link in links if link]
        assert places == [other.title for other in book.worksheets[:HIDDEN] if other is not sheet], number


@in_each_language
def test_the_cells_say_what_holds_anyway(books, language):
    values = {key: named(books[language], name_of(key))[0].value for key in CELLS}
    assert chosen(values) == (Settings(language=language), "workbook", {})


@in_each_language
def test_the_ledger_reads_the_sample_customers(templates, language):
    ledger = read([str(templates[language])], Settings(language=language))
    expected = sample(language).customers
    assert list(ledger.customers["customer"]) == list(expected[TERMS["customer"].label.say(language)])
    assert set(COLUMNS["customers"]) <= set(ledger.customers.columns)
    assert ledger.customers["revenue"].sum() == pytest.approx(expected[TERMS["revenue"].label.say(language)].sum(), rel=1e-12)
    assert ledger.orders is None
    assert ledger.spend is None


# --- filled in

@in_each_language
def test_only_what_is_filled_in_is_open(books, language):
    for number in (0, 4):
        sheet = books[language].worksheets[number]
        assert sheet.protection.sheet
        assert not sheet.protection.password
    to_fill = {*map(name_of, CELLS), *map(figure_name, FIGURE_KEYS), MESSAGE, STATE}
    open_cells = {(cell.parent.title, cell.coordinate) for name in to_fill for cell in named(books[language], name)}
    found = {(cell.parent.title, cell.coordinate) for number in (0, 4) for row in books[language].worksheets[number].iter_rows()
             for cell in row if not (cell.protection.locked or isinstance(cell, MergedCell))}
    start = books[language].worksheets[0].title  # its calculator
    inputs = {(start, str(rule.sqref)) for rule in books[language].worksheets[0].data_validations.dataValidation}
    assert found == open_cells | inputs


@in_each_language
def test_each_input_is_explained_and_checked(books, language):
    book = books[language]
    rules = {(sheet.title, str(area)): rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation
             for area in rule.sqref.ranges}
    cells = [named(book, name_of(key))[0] for key in CELLS]
    areas = [(cell.parent.title, cell.coordinate) for cell in cells]
    for name in TABLES.values():
        sheet, table = table_of(book, name)
        left, top, right, bottom = range_boundaries(table.ref)
        columns = [sheet.cell(1, column).column_letter for column in range(left, right + 1)]
        one = top + 1 == bottom
        areas += [(sheet.title, f"{column}{bottom}" if one else f"{column}{top + 1}:{column}{bottom}") for column in columns]
    for area in areas:
        rule = rules[area]
        assert 0 < len(rule.prompt) <= 255, area
        assert 0 < len(rule.promptTitle) <= 32, area
        assert 0 < len(rule.error) <= 225, area
        if rule.type == "list":
            assert all(cell.value for cell in named(book, rule.formula1.removeprefix("=")))


# --- both languages

def test_each_text_is_said_in_both_languages(books, templates):
    """Cell by cell, English and German: the same live text, or words that the macro exchanges."""
    english, german = cells(books["en"]), cells(books["de"])
    assert english.keys() == german.keys()
    exchanged, same = words(books["en"]), set()
    for place, cell in english.items():
        here, there = cell.value, german[place].value
        if place[0] == HIDDEN or in_a_table(cell):
            continue
        if here != there:
            assert (here, there) in exchanged, place
        elif isinstance(here, str) and not here.startswith("="):
            same.add(here)
    assert same == {"EUR", "Segment"}


def words(book: Any) -> set[tuple[str, str]]:
    """The pairs of words on the hidden sheet, and what the two languages call themselves."""
    area = book.defined_names["clvxl_words"].attr_text.rpartition("!")[2].replace("$", "")
    rows = [[cell.value for cell in row] for row in book.worksheets[HIDDEN][area]]
    return {tuple(row[start : start + 2]) for row in rows for start in (2, 4, 6)} | {("English", "Deutsch")}


def in_a_table(cell: Any) -> bool:
    areas = [range_boundaries(table.ref) for table in cell.parent.tables.values()]
    return any(left <= cell.column <= right and top < cell.row <= bottom for left, top, right, bottom in areas)


def test_what_is_said_to_somebody_who_types_is_exchanged_too(books):
    exchanged = words(books["en"])
    for english, german in zip(books["en"].worksheets, books["de"].worksheets, strict=True):
        for here, there in zip(english.data_validations.dataValidation, german.data_validations.dataValidation, strict=True):
            assert {(here.prompt, there.prompt), (here.error, there.error)} <= exchanged
            assert any(pair[0] and (pair[0][:32], pair[1][:32]) == (here.promptTitle, there.promptTitle) for pair in exchanged)


def shown(path: Path) -> dict[tuple[int, str], Any]:
    return {place: cell.value for place, cell in cells(openpyxl.load_workbook(path, data_only=True)).items()}


@pytest.fixture
def recalculated(convert, tmp_path, templates):
    """What LibreOffice shows in a template once all stored values are gone, with some cells filled in."""

    def values(language: str, change: Callable[[Any], None] = lambda book: None) -> dict[tuple[int, str], Any]:
        bare = tmp_path / "bare.xlsx"
        book = openpyxl.load_workbook(templates[language])
        change(book)
        book.save(bare)
        return shown(convert(bare, "xlsx"))

    return values


@pytest.mark.exhaustive
@in_each_language
def test_the_stored_values_are_what_the_formulas_say(recalculated, books, templates, language):
    found, stored = recalculated(language), shown(templates[language])
    live = {place: cell.value for place, cell in cells(books[language]).items() if str(cell.value).startswith("=")}
    assert len(live) > 100
    assert {place: found[place] for place in live if not CALCULATED.match(live[place])} == {
        place: stored[place] for place in live if not CALCULATED.match(live[place])}


def test_the_language_setting_switches_every_label(recalculated, books, templates):
    """By formulas alone, as where macros are not allowed: then headings stay, and what they mean stands above them."""
    def switch(book: Any) -> None:
        named(book, "clvxl_language")[0].value = "Deutsch"

    found, german = recalculated("en", switch), shown(templates["de"])
    heads = {sheet: range_boundaries(table_of(books["en"], name)[1].ref)[1] for sheet, name in enumerate(TABLES.values(), 1)}
    for place, cell in cells(books["en"]).items():
        if not str(cell.value).startswith("=") or CALCULATED.match(cell.value) or place[0] == HIDDEN:
            continue
        if cell.row == heads.get(place[0], 0) - 1:
            heading = german[place[0], f"{cell.column_letter}{cell.row + 1}"]
            same = heading == cell.parent.cell(cell.row + 1, cell.column).value
            assert found[place] == (german[place] if same else f"{german[place]}: {heading}")
        else:
            assert found[place] == german[place]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("left", "said"), [(2, "2 rows in Data are simulated customers."), (0, "No simulated customers are left")])
def test_the_count_of_simulated_customers_follows_the_table(recalculated, left, said):
    def replace(book: Any) -> None:
        sheet, table = table_of(book, TABLES["customers"])
        column, top, _, bottom = range_boundaries(table.ref)
        for row in range(top + 1 + left, bottom + 1):
            sheet.cell(row, column).value = f"Firm {row}"

    assert any(str(value).startswith(said) for value in recalculated("en", replace).values())


@in_each_language
def test_the_calculator_shows_its_values_where_nothing_is_computed(books, templates, language):
    start, stored = books[language].worksheets[0], shown(templates[language])
    inputs = [str(rule.sqref) for rule in start.data_validations.dataValidation]
    margin, revenue, years, cac = (stored[0, address] for address in inputs)
    results = [stored[0, cell.coordinate] for row in start.iter_rows() for cell in row if CALCULATED.match(str(cell.value))]
    clv, target = margin * revenue * years, Settings().target_ratio
    assert results == pytest.approx([clv, clv / cac, clv / target, 12 * cac / (margin * revenue)], rel=1e-12)


# --- macros

def project(path: Path) -> bytes:
    return zipfile.ZipFile(path).read("xl/vbaProject.bin")


@pytest.mark.parametrize("read_modules", READERS)
def test_each_button_calls_a_macro_that_is_there(templates, read_modules):
    modules = read_modules(project(templates["en"]))
    public = {name for text in modules.values() for name in re.findall(r"^Public Sub (\w+)\(\)", text, re.MULTILINE)}
    with zipfile.ZipFile(templates["en"]) as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml")]
    called = [name for drawing in drawings for name in re.findall(r"<x:FmlaMacro>\[0\]!(\w+)<", drawing)]
    assert called == [*(macro for macro, _ in COMMANDS), "RemoveSamples"]
    assert set(called) <= public


def test_each_sheet_has_the_module_of_its_code_name(templates):
    modules = by_olevba(project(templates["en"]))
    book = openpyxl.load_workbook(templates["en"])
    assert {sheet.sheet_properties.codeName for sheet in book.worksheets} | {book.code_name} <= modules.keys()
    assert "SwitchLanguage" in modules["SettingsSheet"]


def test_the_macro_knows_the_simulated_customers_by_the_names_of_the_sample(templates):
    text = by_olevba(project(templates["en"]))["Pages"]
    for language in LANGUAGES:
        assert f'Like "{CUSTOMER.say(language).partition("{")[0]}#*"' in text
