"""The command line as its users meet it: what it prints, what it writes, and how it says that something is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from clvxl import CATALOG

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow_sample.csv"
pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars


def run(*words, language="en_US.UTF-8", cwd=None):
    """A command in a process of its own, where every warning would show."""
    environment = os.environ | {"LC_ALL": language, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "clvxl.cli", *map(str, words)], capture_output=True, check=False, encoding="utf-8", env=environment, cwd=cwd
    )
    assert "Traceback" not in done.stderr
    return done


def test_calc_prints_what_the_issue_of_everyone_asks_for():
    done = run("calc", "CLV", "0.3", "12000", "5")
    assert (done.returncode, done.stdout, done.stderr) == (0, "18000\n", "")


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("clv", "30%", "12000", "5"), "18000"),
        (("CLV", "-0.1", "1000", "2"), "-200"),
        (("CLV_RETENTION", "0.1", "1000", "0.8", "0.1", "end"), "333.333333333333"),
        (("CLV_RETENTION", "0.1", "1000", "0.8", "0.1", "1"), "333.333333333333"),
        (("CLV_NPS", "9,10,7,0"), "25"),
        (("CLV", "0.3,0.4", "1000,2000", "5,1"), "1500\n800"),
    ],
)
def test_calc_understands(words, printed):
    assert run("calc", *words).stdout.strip() == printed


def test_calc_in_german_takes_decimal_commas():
    assert run("calc", "CLV", "0,3", "12.000,5", "5", language="de_DE.UTF-8").stdout.strip() == "18000.75"
    assert run("calc", "CLV_NPS", "9;10;7;0", "--lang", "de").stdout.strip() == "25"


@pytest.mark.parametrize(
    ("words", "code", "english", "german"),
    [
        (("CLV", "30", "1", "1"), 1, "margin is 30 and must lie in (-inf, 1]", "margin ist 30 und muss in (-inf, 1] liegen"),
        (("CLV", "x", "1", "1"), 1, "#VALUE!", "#VALUE!"),
        (("CLV_CAC", "100", "0"), 1, "the denominator is zero", "der Nenner ist null"),
        (("CLV", "1"), 2, "Write CLV(margin, revenue, years).", "Richtig ist CLV(margin, revenue, years)."),
        (("CLW", "1"), 2, "Did you mean CLV", "Gemeint: CLV"),
        (("CLV_RETENTION", "0.3", "1", "0.8", "0.1", "soon"), 2, "Use begin, end, existing, renewal", "Möglich sind begin, end, existing"),
    ],
)
def test_calc_says_what_is_wrong(words, code, english, german):
    for language, expected in (("en", english), ("de", german)):
        done = run("calc", *words, "--lang", language)
        assert (done.returncode, done.stdout) == (code, "")
        assert expected in done.stderr


def test_functions_lists_all_and_explains_one():
    listed = run("functions").stdout
    assert all(formula.syntax in listed for formula in CATALOG.values())
    assert CATALOG["CLV_NPS"].label.de in run("functions", "--lang", "de").stdout
    one = run("functions", "clv_cac_ratio").stdout
    assert CATALOG["CLV_CAC_RATIO"].summary.en in one
    assert CATALOG["CLV_CAC_RATIO"].source in one


def test_wrong_usage_is_2():
    assert run("repotr").returncode == 2
    assert run("report", "--discount", "much").returncode == 2
    nothing = run("report")
    assert nothing.returncode == 2
    assert "No table was named" in nothing.stderr


@pytest.fixture
def customers(tmp_path):
    path = tmp_path / "kunden.csv"
    path.write_text(
        "Kunde;Branche;Umsatz;Marge;Kunde seit;Gekündigt am\n"
        + "".join(
            f"K{n};{'AB'[n % 2]};{1000 + n + 500 * (n % 2)},50;30 %;01.02.2020;{'30.06.2025' if n % 5 == 0 else ''}\n" for n in range(40)
        ),
        encoding="cp1252",
    )
    return path


def test_report_writes_a_workbook_and_says_where(customers, tmp_path):
    done = run("report", customers, "-o", tmp_path / "out.xlsx", "--lang", "de")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Bericht: {tmp_path / 'out.xlsx'}\n"
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == [
        "Überblick",
        "Segmente",
        "Kunden",
        "Szenarien",
        "Budget",
        "Prüfung",
        "Methode",
    ]


def test_report_as_json_is_what_the_workbook_says(customers, tmp_path):
    done = run("report", customers, "-o", tmp_path / "out.xlsx", "--json")
    result = json.loads(done.stdout)
    assert result["as_of"] == "2025-06-30"
    assert [each["segment"] for each in result["segments"]] == ["B", "A"]  # the larger equity first
    assert result["total"]["retention"] == pytest.approx(32 / 40)
    assert result["total"]["nps"] is None
    page = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)["Segments"]
    assert any(
        cell.value == pytest.approx(result["total"]["equity"]) for row in page.iter_rows() for cell in row if isinstance(cell.value, float)
    )


def test_the_same_input_gives_the_same_bytes(customers, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        assert run("report", customers, "-o", tmp_path / name, "--quiet").stdout == ""
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_settings_of_a_file_and_options_over_it(customers, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('discount = 0.2\ncurrency = "CHF"\n', encoding="utf-8")
    result = json.loads(run("report", customers, "-o", tmp_path / "o.xlsx", "--json", "--settings", settings, "--discount", "0.05").stdout)
    assert result["currency"] == "CHF"
    margin, revenue, retention = (result["total"][key] for key in ("margin", "revenue_average", "retention"))
    assert result["total"]["clv"] == pytest.approx(margin * revenue * 1.05 / (1.05 - retention), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code", "english", "german"),
    [
        (("nowhere.xlsx",), 1, "nowhere.xlsx", "nowhere.xlsx"),
        (("kunden.csv", "--margin", "30"), 2, "The setting margin is 30.0; it must lie in (-inf, 1]", "Raten bitte als Anteil schreiben"),
        (("kunden.csv", "--as-of", "yesterday"), 2, "Write it as 2025-12-31", "Bitte schreiben wie 2025-12-31"),
        (("kunden.csv", "--column", "Umsatz"), 2, "has no equals sign", "hat kein Gleichheitszeichen"),
        (("kunden.csv", "--column", "Umsatz=turnover"), 2, "cannot be 'turnover'", "kann nicht 'turnover' sein"),
        (("kunden.csv", "--settings", "none.toml"), 2, "There is no settings file none.toml", "gibt es nicht"),
        (("kunden.csv", "-o", "missing/out.xlsx"), 1, "missing", "missing"),
    ],
)
def test_report_says_what_is_wrong(customers, words, code, english, german):
    for language, expected in (("en", english), ("de", german)):
        done = run("report", *words, "--lang", language, cwd=customers.parent)
        assert (done.returncode, done.stdout) == (code, "")
        assert expected in done.stderr


@pytest.mark.skipif(not CDNOW.exists(), reason="the public CDNOW sample is not beside the repository")
def test_real_orders_give_a_report_without_a_word_too_many(tmp_path):
    done = run("report", CDNOW, "--margin", "0.3", "-o", tmp_path / "out.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(run("report", CDNOW, "--margin", "0.3", "-o", tmp_path / "out.xlsx", "--json").stdout)
    assert (result["as_of"], result["total"]["customers"], result["sources"][0]["rows"]) == ("1998-06-30", 2357, 6919)


@pytest.mark.parametrize("language", ["en", "de"])
def test_demo_writes_data_and_a_report(language, tmp_path):
    done = run("demo", "-o", tmp_path / "demo", "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    report = Path(done.stdout.strip().partition(": ")[2])
    assert report.exists()
    assert len(list((tmp_path / "demo").glob("*.csv"))) == 3
    assert run("demo", "-o", tmp_path / "demo", "--lang", language).returncode == 0  # a second time replaces its own files
