"""The real report of the sample data: its languages, its live formulas, and what it says when data is missing."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import ibis
import ironcalc
import openpyxl
import pandas as pd
import pytest
from proof import agree, complaints, formulas, recalculated_by, recomputed_wrong

from clvxl import __version__
from clvxl.analysis import analyse
from clvxl.demo import write_sample
from clvxl.excel.file import write
from clvxl.excel.lambdas import lambda_names
from clvxl.ledger import Ledger, read
from clvxl.report import report
from clvxl.report.model import Charts, Note, Table
from clvxl.settings import Settings

pytestmark = pytest.mark.filterwarnings(
    "ignore:(Unknown|Conditional Formatting) extension"
)  # openpyxl reads no solid data bars; Excel does


@pytest.fixture(scope="module", params=["en", "de"])
def book(request, tmp_path_factory):
    """The demo's report in a language, as a file."""
    folder = tmp_path_factory.mktemp(request.param)
    data = write_sample(folder, request.param, force=False)
    settings = Settings(language=request.param, title="X")
    laid_out = replace(report(analyse(read([str(data)], settings), settings), __version__), names=lambda_names())
    path = folder / "report.xlsx"
    write(laid_out, path)
    return path


def neutral(language: str) -> Ledger:
    """Data without words: whatever is said of it is ours. Some of everything is missing."""
    frame = pd.DataFrame(
        {
            "customer": [f"k{n}" for n in range(40)],
            "segment": [f"s{n % 4}" for n in range(40)],
            "start": pd.to_datetime(["2020-01-01"] * 30 + ["2025-06-01"] * 10),
            "end": pd.to_datetime([None] * 34 + ["2025-09-01"] * 3 + [None] * 3),
            "revenue": [100.0 * n for n in range(40)],
            "revenue_previous": [90.0 * n for n in range(40)],
            "margin": [0.3] * 40,
            "cac": [None] * 30 + [500.0] * 10,
            "score": [float(n % 11) for n in range(40)],
            "channel": [f"c{n % 3}" for n in range(40)],
        }
    )
    return Ledger(customers=frame, orders=None, spend=None, findings=(), sources=(), fingerprint="f" * 64, counts={})


def bought(count: int, days: int) -> pd.DataFrame:
    """Orders without words: some customers come back often, some do not, some have stopped."""
    rows = [
        (f"k{n}", pd.Timestamp(2025, 12, 31) - pd.Timedelta(days=day), 10.0 + n % 7 + day % 5)
        for n in range(count)
        for day in range(days - n % 90, days // 2 if n % 4 == 1 else -1, -(40 + 97 * (n % 3)))
    ]
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    return frame.assign(segment="s" + frame["customer"].str[-1].map(lambda digit: "1" if digit in "024" else "2"))


def with_orders(ledger: Ledger, orders: pd.DataFrame, **columns: object) -> Ledger:
    """A ledger with orders, and its customers with more columns."""
    table = ibis.memtable(orders)
    frame = None if ledger.customers is None else ledger.customers.assign(**columns)
    return replace(ledger, customers=frame, orders=table.mutate(date=table.date.cast("date")))


def neutral_ledgers(language: str) -> dict[str, Ledger]:
    """Data without words, of each kind that a report speaks of in its own way."""
    plain = neutral(language)
    many = pd.concat([plain.customers] * 8, ignore_index=True).assign(customer=[f"k{n}" for n in range(320)])
    return {
        "a list": plain,
        "contracts and orders": with_orders(replace(plain, customers=many), bought(320, 1400), contract=[n % 2 == 0 for n in range(320)]),
        "orders": with_orders(replace(plain, customers=None), bought(150, 1400)),
        "few orders": with_orders(replace(plain, customers=None), bought(30, 400)),
    }


def words_of(path) -> set[str]:
    """Every text a reader can meet in a workbook: cells, names, headings, charts, prompts, headers and footers."""
    found = set()
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if not part.endswith(".xml") or "theme" in part or part.startswith("docProps/custom"):
                continue
            for node in ElementTree.fromstring(archive.read(part)).iter():
                tag = node.tag.rpartition("}")[2]
                if tag in {"t", "v", "title", "oddFooter", "oddHeader", "definedName"} and node.text:
                    found.add(node.text)
                found |= {
                    node.get(name) for name in ("prompt", "promptTitle", "error", "errorTitle", "displayName", "tooltip") if node.get(name)
                }
                if tag in {"sheet", "definedName", "tableColumn"}:
                    found.add(node.get("name"))
    return {word for word in found if re.search(r"[A-Za-z]{2}", word)}


SAME_IN_BOTH = (
    r"k\d+|s\d+|c\d+|X|EUR|CLV|CAC|NPS|CLV:CAC|CLV \(EUR\)|Segment|Status|Budget|f{16}|clvxl .*",
    r"_xlfn\.LAMBDA.*|CLV_\w+|_xlnm\.\w+",  # the functions, whose arguments have one name; Excel's own names
    r"=CLV.*\(CLV.*\)",
    r".*\d{4}( \(note \d+\))?\.?|.*\d{4}, (SaaS Metrics 2.0|RFM and CLV).|.*[A-Z][\w.&, ]+, Marketing Metrics\.?",  # sources
    r"'?[A-ZÜ]\w+'?![$\w:]+|[A-Z$\d:,!'\w]*\$?[A-Z]+\$?\d+.*",  # references to cells
    r"&[LCR].*X.*",
    r"M?BG/NBD|Gamma-Gamma|sBG|alpha",  # models, and a parameter
    r'clvxl_result|"budget:Budget"',  # by which a page of ours is known
)


@pytest.mark.parametrize("kind", neutral_ledgers("en"))
def test_no_word_of_the_other_language(tmp_path, kind):
    words = {}
    for language in ("en", "de"):
        settings = Settings(language=language, title="X", as_of=date(2025, 12, 31), margin=0.3)
        path = tmp_path / f"{language}.xlsx"
        write(replace(report(analyse(neutral_ledgers(language)[kind], settings), __version__), names=lambda_names()), path)
        words[language] = words_of(path)
    shared = {word for word in words["en"] & words["de"] if not any(re.fullmatch(pattern, word) for pattern in SAME_IN_BOTH)}
    assert not shared
    assert len(words["de"]) > 200


def test_ironcalc_computes_every_formula_to_the_value_in_the_file(book):
    assert recomputed_wrong(book) == []
    assert len(list(formulas(book))) > 100


def test_libreoffice_computes_the_same_from_nothing(book, convert, tmp_path):
    stored, found = recalculated_by(convert, book, tmp_path)
    assert {key: value for key, value in found.items() if not agree(value, stored[key])} == {}
    assert found.keys() == stored.keys()


def test_printed_pages_show_every_number(book, convert, text_of):
    printed = text_of(convert(book, "pdf"))
    assert not [sign for sign in ("###", "Err:", "#NAME", "#VALUE", "#DIV", "#REF", "#N/A", "nan") if sign in printed]
    assert "4,895,121" in printed  # customer equity of the sample data, which is always the same


def test_a_lever_moves_the_result_as_the_analysis_computes_it(book):
    """Half the departures: the equity on the page equals the sum over segments, worked out here from the page's own figures."""
    language = "de" if book.parent.name.startswith("de") else "en"
    workbook = openpyxl.load_workbook(book, data_only=True)
    lever, others = {
        "en": ("fewer_departures", ("higher_prices", "up_selling")),
        "de": ("weniger_Abgänge", ("höhere_Preise", "Zusatzverkauf")),
    }[language]
    model = ironcalc.load_from_xlsx(str(book), "en", "UTC", "en")

    def place(name):
        sheet, address = next(iter(workbook.defined_names[name].destinations))
        cell = workbook[sheet][address.replace("$", "")]
        return workbook.sheetnames.index(sheet), cell.row, cell.column

    model.set_user_input(*place(lever), "0.5")
    for other in others:
        model.set_user_input(*place(other), "0")
    model.evaluate()
    page = workbook[{"en": "Scenarios", "de": "Szenarien"}[language]]
    heading = {"en": "Today", "de": "Heute"}[language]
    start = next(cell.row for row in page.iter_rows() for cell in row if cell.value == heading and cell.column < 4 and cell.row > 12)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=start, max_row=start + 12)]
    today = [[value for value in row if value is not None] for row in rows]
    today = [row for row in today if len(row) == 9 and isinstance(row[1], int | float)]
    assert len(today) == 5
    expected = 0.0
    for _, active, revenue, margin, retention, *_ in today:
        kept = 1 - (1 - retention) / 2
        expected += active * revenue * margin * kept / (1.1 - kept)
    sheet = workbook.sheetnames.index(page.title)
    after = {model.get_cell_value(sheet, row, column) for row in range(1, 80) for column in range(1, 30)}
    assert any(isinstance(value, float) and value == pytest.approx(expected, rel=1e-9) for value in after)


def test_forecasts_too_are_recomputed_and_valid(tmp_path):
    settings = Settings(title="X", as_of=date(2025, 12, 31), margin=0.3)
    for kind in ("orders", "contracts and orders"):
        path = tmp_path / f"{kind}.xlsx"
        laid_out = replace(report(analyse(neutral_ledgers("en")[kind], settings), __version__), names=lambda_names())
        write(laid_out, path)
        assert complaints(path) == []
        assert recomputed_wrong(path) == []
        again = tmp_path / "again.xlsx"
        write(replace(report(analyse(neutral_ledgers("en")[kind], settings), __version__), names=lambda_names()), again)
        assert again.read_bytes() == path.read_bytes()


def test_what_the_pages_say_of_a_forecast():
    found = pages(neutral_ledgers("en")["orders"], margin=0.3, as_of=date(2025, 12, 31))
    assert list(found)[2:4] == ["customers", "cohorts"]
    assert "within 3 years" in found["overview"].message
    shown = {each.key: each for block in found["customers"].blocks if isinstance(block, Table) for each in block.columns}
    assert shown.keys() >= {"alive", "orders_expected", "again", "residual", "low", "high", "group", "action"}
    assert "customer_value" not in shown  # one value per customer
    notes = {key: " ".join(block.text for block in sheet.blocks if isinstance(block, Note)) for key, sheet in found.items()}
    assert "150 customers without a contract have orders: MBG/NBD, as by rule" in notes["method"]
    assert "were counted since" in notes["method"]
    assert "forecast customer by customer" in notes["scenarios"]  # why its equity differs
    drawn = [block.charts for key in ("cohorts", "method") for block in found[key].blocks if isinstance(block, Charts)]
    assert [len(charts) for charts in drawn] == [1, 1]


def test_few_customers_are_forecast_together():
    found = pages(neutral_ledgers("en")["few orders"], margin=0.3, as_of=date(2025, 12, 31))
    notes = {key: " ".join(block.text for block in sheet.blocks if isinstance(block, Note)) for key, sheet in found.items()}
    assert "Fewer than 100 customers" in notes["customers"]
    assert "too short to hold a part of them out" in notes["method"]
    tables = {block.key for block in found["segments"].blocks if isinstance(block, Table)}
    assert "forecast" in tables
    assert "groups" not in tables


def test_correlated_spend_is_warned_of():
    orders = bought(150, 700)
    often = orders.groupby("customer")["amount"].transform("size")
    found = pages(with_orders(replace(neutral("en"), customers=None), orders.assign(amount=orders["amount"] * often**2)), margin=0.3)
    notes = [block for block in found["method"].blocks if isinstance(block, Note)]
    assert [each.tone for each in notes if "correlated" in each.text] == ["poor"]


def pages(ledger, **settings):
    chosen = Settings(**settings)
    return {sheet.key: sheet for sheet in report(analyse(ledger, chosen), __version__).sheets}


def test_a_bare_list_still_gives_every_page():
    frame = pd.DataFrame({"customer": ["a", "b", "c"], "revenue": [1.0, 2.0, 3.0]})
    found = pages(Ledger(customers=frame, orders=None, spend=None, findings=(), sources=(), fingerprint="", counts={}))
    assert list(found) == ["overview", "segments", "customers", "scenarios", "budget", "checks", "method"]
    assert "nothing to calculate" in found["scenarios"].message
    reasons = " ".join(block.text for block in found["segments"].blocks if isinstance(block, Note))
    assert "Margin: none in the data" in reasons
    assert "does not say who left" in reasons


def test_three_customers_and_one_segment_say_little_but_nothing_wrong():
    frame = pd.DataFrame(
        {
            "customer": ["a", "b", "c"],
            "revenue": [1.0, 2.0, 3.0],
            "margin": [0.5] * 3,
            "start": pd.to_datetime(["2020-01-01"] * 3),
            "end": pd.to_datetime([None, None, "2025-01-01"]),
        }
    )
    found = pages(Ledger(customers=frame, orders=None, spend=None, findings=(), sources=(), fingerprint="", counts={}))
    assert "3" not in found["overview"].message.split("customers", maxsplit=1)[0]  # one has left: two are active


def test_an_independent_validator_finds_nothing(book):
    assert complaints(book) == []


def messages(ledger: Ledger, **settings: object) -> dict[str, str]:
    laid_out = report(analyse(ledger, Settings(as_of=date(2025, 12, 31), margin=0.5, **settings)), "0")
    return {page.key: page.message for page in laid_out.sheets}


def test_one_customer_is_one():
    frame = pd.DataFrame({"customer": ["A"], "revenue": [1000.0]})
    alone = Ledger(frame, None, None, (), (), "f" * 64, {})
    said = messages(alone, retention=0.8, discount=0.1)
    assert said["overview"] == "1 active customer is worth 1,333 EUR from now on."  # 500 × 0.8 / 0.3
    assert said["segments"] == "1 active customer is worth 1,333 EUR from now on; a new one is worth 1,833 EUR."
    assert said["customers"] == "1 active customer."
    german = messages(alone, language="de")
    assert german["overview"] == "1 aktiver Kunde bringt 1.000 EUR im Jahr."


def test_a_value_that_is_not_known_is_in_no_headline():
    """Orders of ten months: what will come is forecast, but nobody can have left within a year."""
    days = pd.date_range("2025-03-01", "2025-12-30", freq="25D")
    rows = [(f"k{n}", f"s{n % 2}", day.date(), 10.0) for n in range(150) for place, day in enumerate(days) if (n + place) % 3 == 0]
    orders = ibis.memtable(pd.DataFrame(rows, columns=["customer", "segment", "date", "amount"]))
    said = messages(Ledger(None, orders, None, (), (), "f" * 64, {}))
    assert "holds" in said["segments"]
    assert "nan" not in " ".join(said.values())


def test_many_names_are_counted_in_a_headline():
    frame = pd.concat([neutral("en").customers.assign(segment=f"s{n:03}", cac=1e6) for n in range(30)], ignore_index=True)
    frame["customer"] = [f"k{n}" for n in range(len(frame))]
    said = messages(Ledger(frame, None, None, (), (), "f" * 64, {}))["overview"]
    assert said.startswith("0 of 30 segments earn back what winning a customer costs. Not yet: s")
    assert said.endswith("and 22 more.")
