"""Refresh in an open workbook, through xlwings' public interface: the same results as in a file, and nothing else touched."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import live_engine
import openpyxl
import pytest
import xlwings as xw
from book_for_refresh import OWN_NAMES, everything, mine, saved, template, with_own_things
from live_clerk import CLERK, RefusedError
from live_sight import below, cells, file_charts, frame, live_charts, looks
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from synthetic import report

from clvxl import __version__
from clvxl.errors import OutputError, SourceError
from clvxl.excel import live, refill
from clvxl.excel.anchors import MESSAGE, figure_name
from clvxl.excel.brought import Results
from clvxl.excel.file import pack
from clvxl.excel.layout import lay_out
from clvxl.ledger.pages import RESULT
from clvxl.refresh import refreshed
from clvxl.report.model import Column, Figure, Figures, Heading, Input, Inputs, Note, Report, Sheet, Table
from clvxl.words import Text

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'quoted", "00123", "1,5", "5 %", "2024-01-31", "Jan 5", "TRUE", "#N/A",
           "1e5", "x" * 9_000, "line\nbreak", "日本語", " ")
DAY = date(2025, 12, 31)


@pytest.fixture
def engine() -> Iterator[live_engine.Engine]:
    """An Excel of our own, in place of the one that xlwings would look for."""
    made, before = live_engine.Engine(), xw.engines.active
    xw.engines.add(xw.main.Engine(impl=made))
    xw.engines["openpyxl"].activate()
    CLERK.start()
    yield made
    xw.engines.active = before
    xw.engines.engines.pop()
    del xw.engines.engines_by_name["openpyxl"]


def again(book: xw.Book) -> openpyxl.Workbook:
    """The open workbook as it would be read once it is saved."""
    buffer = BytesIO()
    book.impl.workbook.save(buffer)
    return openpyxl.load_workbook(buffer)


def now(book: xw.Book) -> tuple[Any, ...]:
    """All that can be seen of a workbook, and of Excel around it."""
    impl, app = book.impl, book.impl.app
    seen = {ws.title: (cells(ws), looks(ws), frame(ws), ws.sheet_state, live_charts(impl, ws)) for ws in impl.workbook.worksheets}
    names = {name: found.attr_text.replace("'", "") for name, found in impl.workbook.defined_names.items()}
    state = {name: getattr(app, name) for name in ("screen_updating", "enable_events", "display_alerts", "calculation")}
    return seen, list(seen), names, impl.workbook.active.title, state


# --- live is file


@pytest.mark.parametrize(("language", "customers", "segments"), [("en", 40, 5), ("de", 3, 2), ("en", 0, 1)])
def test_open_and_in_a_file_the_same_report_is_the_same(tmp_path: Path, engine: live_engine.Engine, language: Any, customers: int,
                                                       segments: int) -> None:
    made = report(language, customers, segments)
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    assert live.write(Results(made, {}), book).refused == ()
    file, stored = openpyxl.load_workbook(BytesIO(pack(lay_out(made)))), again(book)
    for ws in file.worksheets:
        ours, theirs = frame(stored[ws.title]), frame(ws)
        assert ours.pop("names")[RESULT][1]
        theirs.pop("names")
        assert cells(stored[ws.title]) == cells(ws)
        assert looks(stored[ws.title]) == looks(ws)
        assert ours == theirs
        public, deep = file_charts(ws)
        assert live_charts(book.impl, book.impl.workbook[ws.title]) == public
        assert below(book.impl, book.impl.workbook[ws.title]) == deep
    assert sum(len(ws._charts) for ws in file.worksheets) == 5
    assert {name: found.attr_text for name, found in stored.defined_names.items()} == {
        name: found.attr_text for name, found in file.defined_names.items()}


@pytest.fixture(scope="module")
def results() -> Results:
    """What a refresh of the template gives."""
    path = Path("template.xlsm")
    loaded = refill.Loaded(path, template(), {}, {}, ())
    return refreshed(refill.read(loaded), __version__)


@pytest.fixture
def book(tmp_path: Path, engine: live_engine.Engine) -> xw.Book:
    """The template, open, with things of a user's in it."""
    return xw.Book(str(mine(tmp_path / "mine.xlsx")))


def test_the_template_is_read_as_without_excel(book: xw.Book) -> None:
    found, path = live.read(book), Path(book.fullname)
    without = refill.read(refill.load(path, path, allow_loss=True))
    assert found.tables == without.tables
    assert found.folder == str(path.parent)
    assert {key: value for key, value in found.cells.items() if value is not None} == {
        key: value for key, value in without.cells.items() if value is not None}
    assert live.read(book).tables[0].is_filled


def test_open_and_without_excel_a_refresh_is_the_same(book: xw.Book, results: Results, tmp_path: Path) -> None:
    path = Path(book.fullname)
    loaded = refill.load(path, tmp_path / "out.xlsx")
    without = openpyxl.load_workbook(refill.write(results, loaded, tmp_path / "out.xlsx"))
    assert live.write(results, book).refused == ()
    stored = again(book)
    assert stored.sheetnames == without.sheetnames
    for ws in without.worksheets:
        assert cells(stored[ws.title]) == cells(ws)
        assert looks(stored[ws.title]) == looks(ws)
        assert frame(stored[ws.title]) == frame(ws)
        if ws.title != "Segments":  # the user's own chart
            assert live_charts(book.impl, book.impl.workbook[ws.title]) == file_charts(ws)[0]
    assert {name: each.attr_text for name, each in stored.defined_names.items()} == {
        name: each.attr_text for name, each in without.defined_names.items()}


def test_what_is_the_users_stays(book: xw.Book, results: Results) -> None:
    own = ["My plan", "Segments", "Data", "Orders", "Spend", "Settings"]
    before, app = everything(book.impl.workbook, own), book.impl.app
    app.state.update(calculation="semiautomatic", enable_events=False)
    book.sheets["My plan"].activate()
    written = live.write(results, book)
    assert everything(book.impl.workbook, own) == before
    assert "Segments (2)" in written.sheets
    assert book.sheets.active.name == "My plan"
    kept = {"screen_updating": True, "calculation": "semiautomatic", "enable_events": False, "display_alerts": True}
    assert app.state | kept == app.state
    assert {book.impl.workbook.defined_names[name].attr_text for name in ("my_total", *OWN_NAMES)} == {"'My plan'!$C$9"}
    assert book.sheets["Start"].range("B3").value == results.cells[MESSAGE][0]
    assert book.names[figure_name("equity")].refers_to_range.value == list(results.cells[figure_name("equity")])


def test_a_second_refresh_changes_nothing(book: xw.Book, results: Results) -> None:
    live.write(results, book)
    first = now(book)
    assert live.write(results, book).refused == ()
    assert now(book) == first


@pytest.mark.exhaustive
def test_without_the_desktop_all_that_counts_is_there(book: xw.Book, results: Results, engine: live_engine.Engine) -> None:
    live.write(results, book)
    full = now(book)[0]
    engine.desktop = False
    bare = xw.Book(str(mine(Path(book.fullname).with_name("mac.xlsx"))))
    refused = live.write(results, bare).refused
    assert {what.partition(", ")[2].partition(":")[0] for what in refused} == {
        "mark", "look of a chart", "bars", "input help", "print", "frozen rows", "values", "protection"}
    for title, (contents, style, _, state, drawn) in now(bare)[0].items():
        assert contents == full[title][0]
        assert state == full[title][3]
        assert drawn == full[title][4]
        assert {place: look[:2] + look[3:] for place, look in style["cells"].items()} == {  # links are underlined there
            place: look[:2] + look[3:] for place, look in full[title][1]["cells"].items()}


def test_on_a_mac_what_windows_has_written_is_refreshed_and_cleared(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(20), {}), book)
    assert book.impl.workbook["Two"].protection.sheet
    engine.desktop = False
    before = now(book)
    CLERK.start(refuse=400)
    with pytest.raises(RefusedError):
        live.write(Results(small(9), {}), book)
    CLERK.start()
    assert now(book) == before
    live.write(Results(small(9), {}), book)
    assert cells(again(book)["Two"]) == cells(openpyxl.load_workbook(BytesIO(pack(lay_out(small(9)))))["Two"])
    plain = replace(small(9).sheets[0], blocks=(Note("No list"),))
    live.write(Results(replace(small(9), sheets=(plain,)), {}), book)
    assert [table.name for sheet in book.sheets for table in sheet.tables] == []
    book.impl.com.state["ProtectStructure"] = True
    with pytest.raises(OutputError, match="protected"):
        live.write(Results(small(9), {}), book)
    book.impl.com.state["ProtectStructure"] = False
    assert live.clear(book, "en").deleted == ("One", "Two")


def test_on_a_mac_days_count_as_in_the_workbook(tmp_path: Path, engine: live_engine.Engine) -> None:
    engine.desktop = False
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    book = xw.Book(str(saved(workbook, tmp_path / "b.xlsx")))
    dated = Table("t", (Column("d", "Day", (DAY,), "mm-dd-yy"),), "List")
    live.write(Results(replace(small(1), sheets=(Sheet("one", "One", "", (), (dated,)),)), {}), book)
    stored = again(book)["One"]
    assert [cell.value for cell in stored._cells.values() if isinstance(cell.value, datetime)] == [datetime(2025, 12, 31)]


# --- other data, another language


def small(rows: int, *, note: bool = False, language: Any = "en") -> Report:
    """A report of two pages with all kinds of things, and a list that may be longer, or lower on its page."""
    values = tuple(float(7 * index % 11) for index in range(rows))
    listed = Table("t", (Column("a", "Name", tuple(f"n {index}" for index in range(rows))),
                         Column("b", "Worth", values, "#,##0", total=sum(values), total_formula="SUM([t.b])", bar=True),
                         Column("c", "How", tuple("good" if value > 5 else "bad" for value in values),
                                tones=(("good", "good"), ("bad", "poor")))),
                   Text("List", "Liste").say(language), total=True)
    entered = Inputs((Input("my_lever", "Lever", 0.05, "0%", "How far", 0.0, 0.9),
                      Input("my_pick", "Pick", "x", "General", "Which", choices=("x", "y"))))
    shown = Figures((Figure("Sum", sum(values), "#,##0", "all", "[^t.b]*(1+my_lever)"),))
    first = Sheet("one", Text("One", "Eins").say(language), "Message", ("Who", "What", "When"),
                  (*([Note("Something more")] if note else []), Heading("List"), listed), portrait=True)
    second = Sheet("two", Text("Two", "Zwei").say(language), "Message", ("Who",), (replace_table(listed), entered, shown), calculated=True)
    return Report("Small", language, DAY, (first, second))


def replace_table(table: Table) -> Table:
    return replace(table, name="", columns=table.columns[:2])


def compared(book: xw.Book, made: Report) -> None:
    """The result sheets hold this report and nothing of an older one."""
    stored, file = again(book), openpyxl.load_workbook(BytesIO(pack(lay_out(made))))
    for ws in file.worksheets:
        sheet = stored[ws.title]
        ours, theirs = frame(sheet), frame(ws)
        del ours["names"], theirs["names"]
        assert cells(sheet) == cells(ws)
        found, expected = looks(sheet), looks(ws)
        assert {place: found["cells"].get(place) for place in expected["cells"]} == expected["cells"]
        assert ours == theirs


@pytest.mark.parametrize(("before", "after"), [((30, False), (40, False)), ((40, False), (12, False)), ((20, False), (20, True)),
                                               ((40, True), (15, False)), ((15, False), (60, True))])
def test_other_data_replace_the_old_and_formulas_go_on_pointing_there(tmp_path: Path, engine: live_engine.Engine, before: Any,
                                                                     after: Any) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(before[0], note=before[1]), {}), book)
    mine = book.impl.workbook["Sheet"]
    mine["A1"], mine["A2"], mine["A3"] = "=SUM(List[Worth])", "=Two!$C$3+One!B4", "='One'!D3"
    live.write(Results(small(after[0], note=after[1]), {}), book)
    compared(book, small(after[0], note=after[1]))
    assert [mine[f"A{row}"].value for row in (1, 2, 3)] == ["=SUM(List[Worth])", "=Two!$C$3+One!B4", "='One'!D3"]


@pytest.mark.parametrize("notes", [(0, 9), (9, 0)])
def test_a_list_that_moves_over_merged_cells_arrives_and_comes_back(tmp_path: Path, engine: live_engine.Engine, notes: Any) -> None:
    def made(above: int) -> Report:
        page, other = small(12).sheets
        said = [Note(f"Something {number}") for number in range(above)]
        return replace(small(12), sheets=(replace(page, blocks=(*said, page.blocks[-1], *[Note("Below")] * 9)), other))

    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(made(notes[0]), {}), book)
    before = now(book)
    CLERK.start(never="ConditionalFormats.add_cell_value")
    with pytest.raises(RefusedError):
        live.write(Results(made(notes[1]), {}), book)
    CLERK.start()
    assert now(book) == before
    live.write(Results(made(notes[1]), {}), book)
    compared(book, made(notes[1]))


def test_another_language_renames_sheets_and_tables_and_formulas_follow(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(20), {}), book)
    mine = book.impl.workbook["Sheet"]
    mine["A1"], mine["A2"] = "=SUM(List[Worth])", "=Two!$C$3"
    live.write(Results(small(20, language="de"), {}), book)
    assert book.sheet_names == ["Sheet", "Eins", "Zwei"]
    assert [mine["A1"].value, mine["A2"].value] == ["=SUM(Liste[Worth])", "=Zwei!$C$3"]
    compared(book, small(20, language="de"))


def test_a_page_that_is_gone_says_so(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    made = small(20)
    live.write(Results(made, {}), book)
    mine = book.impl.workbook["Sheet"]
    mine["A1"] = "=One!C8"
    live.write(Results(replace(made, sheets=made.sheets[1:]), {}), book)
    assert mine["A1"].value == "=One!C8"
    assert [value for row in book.sheets["One"].used_range.value for value in row if value] == [
        "Small", "Two", "One", "These data say nothing about this."]
    live.write(Results(made, {}), book)
    compared(book, made)


def test_names_of_pages_may_change_places(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    made = small(15)
    one, two = made.sheets
    live.write(Results(made, {}), book)
    turned = replace(made, sheets=(replace(one, name="Two"), replace(two, name="One")))
    live.write(Results(turned, {}), book)
    assert book.sheet_names == ["Sheet", "Two", "One"]
    compared(book, turned)


# --- hostile texts


def test_texts_stay_texts(tmp_path: Path, engine: live_engine.Engine) -> None:
    table = Table("t", (Column("a", "=1+1", HOSTILE), Column("b", "+2", tuple(1.0 for _ in HOSTILE))), "List")
    made = Report("=Title", "en", DAY, (Sheet("one", "One", "=1+2", ("-1", "@x", "+y"), (Note("=cmd|' /C calc'!A0"), Heading("+1"), table,
                                        Figures((Figure("=1", "=1+1", "General", "-5"),)))),))
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(made, {"my_cell": ("=1+1",)}), book)
    stored = again(book)["One"]
    assert not [cell.coordinate for row in stored.iter_rows() for cell in row if cell.data_type not in {"s", "n"}]
    found = [stored.cell(row, 2).value for row in range(1, stored.max_row + 1)]
    assert [text for text in HOSTILE if text.strip() and text not in found] == []
    assert all(cell.quotePrefix for row in stored.iter_rows() for cell in row if str(cell.value).startswith(("=", "+", "-", "@")))


def test_a_named_cell_of_the_first_sheet_takes_no_formula(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(template(), tmp_path / "b.xlsx")))
    live.write(Results(small(3), {MESSAGE: ("=1+1",), figure_name("clv"): (1.5, "+1 more")}), book)
    stored = again(book)["Start"]
    assert (stored["B3"].value, stored["B3"].data_type) == ("=1+1", "s")
    assert book.names[figure_name("clv")].refers_to_range.value == [1.5, "+1 more"]


# --- when Excel refuses


def refusals(tmp_path: Path, first: int, every: int) -> Counter[str]:
    """Refuses one call after the other; what was, is still there, or all that is new is there."""
    book = xw.Book(str(saved(with_own_things(openpyxl.Workbook()), tmp_path / "b.xlsx")))
    old, new = Results(small(9), {}), Results(small(14, note=True, language="de"), {})
    live.write(old, book)
    book.impl.workbook["My plan"]["B5"] = "=One!$C$9+SUM(List[Worth])"
    live.write(old, book)
    before = now(book)
    CLERK.start()
    live.write(new, book)
    calls, after = len(CLERK.calls), now(book)
    live.write(old, book)
    assert now(book) == before
    ends: Counter[str] = Counter()
    for number in range(first, calls + 1, every):
        CLERK.start(refuse=number)
        try:
            refused = live.write(new, book).refused
        except RefusedError:
            CLERK.start()
            assert now(book) == before, f"call {number} of {calls}"
            ends["taken back"] += 1
        else:
            CLERK.start()
            assert (refused, now(book)) == ((), after), f"call {number} of {calls}"
            ends["done"] += 1
            live.write(old, book)
    return ends


def test_whatever_call_is_refused_nothing_is_lost(tmp_path: Path, engine: live_engine.Engine) -> None:
    ends = refusals(tmp_path, 7, every=41)
    assert ends["taken back"] > 10
    assert ends["done"] > 3


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", [1, 2])
def test_every_single_call_may_be_refused(tmp_path: Path, engine: live_engine.Engine, first: int) -> None:
    assert sum(refusals(tmp_path, first, every=2).values()) > 400


@pytest.mark.exhaustive
def test_what_excel_never_does_costs_a_look_or_leaves_the_old_page(tmp_path: Path, engine: live_engine.Engine) -> None:
    """One kind of call is refused whenever it comes: all is as before, or new, or the user is told and the old pages are kept apart."""
    path, ends = saved(with_own_things(openpyxl.Workbook()), tmp_path / "b.xlsx"), Counter[str]()
    old, new = Results(small(9), {}), Results(small(14, note=True, language="de"), {})

    def opened() -> xw.Book:
        book = xw.Book(str(path))
        live.write(old, book)
        return book

    book = opened()
    CLERK.start()
    live.write(new, book)
    kinds, after = list(dict.fromkeys(CLERK.calls)), now(book)
    book.close()
    for kind in kinds:
        book = opened()
        before = now(book)
        own = everything(book.impl.workbook, ["My plan", "Segments"])
        CLERK.start(never=kind)
        try:
            refused = live.write(new, book).refused
        except RefusedError:
            end, expected = "taken back", before
        except OutputError as error:
            end, expected = ("told" if kind in error.say("en") and kind in error.say("de") else "not told"), None
        else:
            end, expected = ("new", after) if not refused else ("plain", None)
            assert not refused or {name: sheet[0] for name, sheet in now(book)[0].items() if name in after[0]} == {
                name: sheet[0] for name, sheet in after[0].items()}
        CLERK.start()
        seen, told = now(book), end == "told"
        if expected:
            compared = 3 if kind == "Book.name" else 4  # by it Excel is asked which sheet is shown
            assert seen[:compared] == expected[:compared], kind
        assert everything(book.impl.workbook, own) == own, kind
        assert {name for name, value in seen[4].items() if value != after[4][name]} <= {kind.removeprefix("App.").removesuffix(" =")}
        kept = [sheet[0] for sheet in seen[0].values() if sheet[3] != "visible" or not told]
        assert not told or before[0]["One"][0] in kept, kind
        ends[end] += 1
        book.close()
    assert min(ends[end] for end in ("taken back", "told", "plain")) > 3
    assert not ends["not told"]


@pytest.mark.parametrize(("first", "every"), [(5, 31), pytest.param(2, 4, marks=pytest.mark.exhaustive)])
def test_whatever_call_is_refused_clearing_takes_all_out_or_nothing(tmp_path: Path, engine: live_engine.Engine, first: int,
                                                                   every: int) -> None:
    path, ends = saved(with_own_things(openpyxl.Workbook()), tmp_path / "b.xlsx"), Counter[str]()

    def opened() -> xw.Book:
        book = xw.Book(str(path))
        live.write(Results(small(9), {}), book)
        book.impl.workbook["My plan"]["B5"] = "=Two!$C$3"
        CLERK.start()
        return book

    book = opened()
    assert live.clear(book, "en") == (("One",), ("Two",))
    calls, after = len(CLERK.calls), now(book)
    for number in range(first, calls + 1, every):
        book.close()
        book = opened()
        before = now(book)
        CLERK.start(refuse=number)
        try:
            live.clear(book, "en")
        except RefusedError:
            ends["taken back"] += 1
            CLERK.start()
            assert now(book) == before, f"call {number} of {calls}"
        else:
            ends["done"] += 1
            CLERK.start()
            assert now(book) == after, f"call {number} of {calls}"
    assert min(ends.values()) > 1
    book.close()
    book = opened()
    CLERK.start(never="Sheet.delete")
    with pytest.raises(OutputError, match="One"):
        live.clear(book, "en")
    CLERK.start()
    assert book.sheet_names.count("One") == 1
    live.clear(book, "en")
    assert now(book) == after


def test_when_even_the_way_back_is_closed_the_user_is_told(tmp_path: Path, engine: live_engine.Engine,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(9), {}), book)

    def broken(*_: object) -> None:
        raise RefusedError("out of memory")

    monkeypatch.setattr(live_engine.Charts, "add", broken)
    monkeypatch.setattr(live_engine.Range, "unmerge", broken)
    with pytest.raises(OutputError) as error:
        live.write(Results(small(12), {}), book)
    assert all("b.xlsx" in error.value.say(language) and "out of memory" in error.value.say(language) for language in ("en", "de"))
    assert any(not sheet.visible for sheet in book.sheets)  # the old page is kept


def test_what_a_refresh_that_was_cut_off_left_behind_goes_with_the_next(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(9), {}), book)
    before = now(book)
    spare = book.sheets.add(after=book.sheets[-1])
    spare.visible = False
    spare.names.add("clvxl_before", "=1")
    book.sheets["Sheet"].activate()
    live.write(Results(small(9), {}), book)
    assert now(book) == before


def test_a_printer_without_the_paper_costs_nothing_else(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    CLERK.start(never="PageSetup.PaperSize =")
    assert live.write(Results(small(9), {}), book).refused == ()
    setup = book.impl.workbook["One"].page_setup
    assert (setup.orientation, setup.fitToWidth) == ("portrait", 1)


# --- what stands in the way


def test_a_protected_workbook_is_left_alone(book: xw.Book, results: Results) -> None:
    before = now(book)
    book.impl.com.state["ProtectStructure"] = True
    with pytest.raises(OutputError) as error:
        live.write(results, book)
    assert ("Review" in error.value.say("en"), "Überprüfen" in error.value.say("de")) == (True, True)
    book.impl.com.state["ProtectStructure"] = False
    assert now(book) == before


def test_a_page_under_a_password_is_left_alone(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(9), {}), book)
    book.impl.workbook["Two"].protection.password = "secret"
    before = now(book)
    with pytest.raises(RefusedError):
        live.write(Results(small(12), {}), book)
    assert now(book) == before


def test_a_page_that_the_user_hid_is_filled_and_stays_hidden(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(9), {}), book)
    book.sheets["One"].visible = False
    live.write(Results(small(12), {}), book)
    assert not book.sheets["One"].visible
    assert cells(again(book)["One"]) == cells(openpyxl.load_workbook(BytesIO(pack(lay_out(small(12)))))["One"])


def test_a_filter_hides_nothing_from_the_copy(tmp_path: Path, engine: live_engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "b.xlsx")))
    live.write(Results(small(20), {}), book)
    shown = []
    copy = live_engine.Range.copy
    monkeypatch.setattr(live_engine.Range, "copy", lambda *given: (shown.append(given[0].ws.tables.values()), copy(*given)))
    live.write(Results(small(20), {}), book)
    assert book.sheets["One"].tables[0].show_autofilter
    assert shown


@pytest.mark.parametrize("refers_to", ["#REF!", "Gone!$A$1", "1"])
def test_a_name_that_leads_nowhere_is_passed_over(book: xw.Book, refers_to: str) -> None:
    book.impl.workbook.defined_names["clvxl_title"].attr_text = refers_to
    assert live.read(book).cells["title"] is None


def test_a_workbook_of_somebody_else_is_refused(tmp_path: Path, engine: live_engine.Engine) -> None:
    book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / "theirs.xlsx")))
    with pytest.raises(SourceError, match=r"theirs\.xlsx"):
        live.read(book)


# --- how much is asked of Excel


@pytest.mark.parametrize("refresh", [pytest.param("first", marks=pytest.mark.exhaustive), "again"])
def test_the_number_of_calls_does_not_grow_with_the_rows(tmp_path: Path, engine: live_engine.Engine, refresh: str) -> None:
    counts = []
    for customers in (500, 5_000):
        book = xw.Book(str(saved(openpyxl.Workbook(), tmp_path / f"{customers}.xlsx")))
        if refresh == "again":
            live.write(Results(report("en", 30, 5), {}), book)
        CLERK.start()
        live.write(Results(report("en", customers, 5), {}), book)
        counts.append(Counter(CLERK.calls))
    assert counts[0] == counts[1]


def test_the_number_of_calls_for_reading_does_not_grow_with_the_rows(tmp_path: Path, engine: live_engine.Engine) -> None:
    counts = []
    for customers in (20, 200):
        book = xw.Book(str(saved(template("en", customers), tmp_path / f"{customers}.xlsx")))
        CLERK.start()
        assert len(live.read(book).tables[0].cells) == customers + 1
        counts.append(Counter(CLERK.calls))
    assert counts[0] == counts[1]
