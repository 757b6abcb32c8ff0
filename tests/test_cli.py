"""The command line as its users meet it: what it prints, what it writes, and how it says that something is wrong."""

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from clvxl import CATALOG, cli
from clvxl.cli.commands import HOMES

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow_sample.csv"
pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl reads no solid data bars


def run(*words, language="en_US.UTF-8", cwd=None):
    """A command in a process of its own, where every warning would show."""
    environment = os.environ | {"LC_ALL": language, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "clvxl", *map(str, words)], capture_output=True, check=False, encoding="utf-8", env=environment, cwd=cwd
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
        (("CLV", "0.3", "12,000", "5"), "18000"),
        (("CLV_NPS", "9,10,7,0"), "25"),
        (("CLV_NPS", "9;10;7;0"), "25"),
        (("CLV", "0.3;0.4", "1,000;2,000", "5"), "1500\n4000"),
        (("CLV_LIFETIME_OBSERVED", "2020-01-01;2020-01-01", ";01.01.2022", "31.12.2025"), "8"),
        (("CLV", "0.3,0.4", "1000,2000", "5,1"), "1500\n800"),
    ],
)
def test_calc_understands(words, printed):
    assert run("calc", *words).stdout.strip() == printed


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (("CLV", "0,3", "12.000,5", "5"), "18000,75"),
        (("CLV", "0,3", "12.000", "5"), "18000"),
        (("CLV", "0.3", "12000", "5"), "18000"),
        (("CLV", "0.3", "1.234,50", "5"), "1851,75"),
        (("CLV_NPS", "9;10;7;0"), "25"),
    ],
)
def test_calc_in_german_takes_decimal_commas(words, printed):
    assert run("calc", *words, "--lang", "de").stdout.strip() == printed
    assert run("calc", *words, language="de_DE.UTF-8").stdout.strip() == printed


GERMAN_ONLY = "a number in German only; say --lang de or write a decimal point"


@pytest.mark.parametrize(
    ("words", "code", "english", "german"),
    [
        (
            ("CLV", "30", "1", "1"),
            1,
            "margin is 30. Expected: a fraction such as 0.3 or 30%, at most 1.",
            "margin ist 30. Erwartet: ein Anteil",
        ),
        (("CLV", "0.3;2", "1;2", "5"), 1, "margin is 2. Expected", "margin ist 2. Erwartet"),
        (("CLV", "0.3;", "1;2", "5"), 1, "margin is empty", "margin ist leer"),
        (("CLV", "0.3;0.4", "1;2;3", "5"), 2, "different shapes", "verschieden groß"),
        (
            ("CLV", "x", "1", "1"),
            1,
            "margin is 'x'. Expected: a fraction such as 0.3 or 30%",
            "margin ist 'x'. Erwartet: ein Anteil wie 0,3",
        ),
        (("CLV", "", "1", "1"), 1, "margin is empty. Expected: a fraction", "margin ist leer. Erwartet: ein Anteil"),
        (("CLV", "nan", "1", "1"), 1, "margin is 'nan'. Expected: a fraction", "margin ist 'nan'. Erwartet: ein Anteil"),
        (("CLV", "0.3", "inf", "1"), 1, "revenue is 'inf'. Expected: a number, at least 0.", "revenue ist 'inf'. Erwartet: eine Zahl"),
        (("CLV", "-0,5;0,5;2", "1", "1"), 1, "margin is '-0,5', " + GERMAN_ONLY, "margin ist 2. Erwartet"),
        (
            ("CLV_NPS", "11;8"),
            1,
            "score is 11. Expected: a number, between 0 and 10.",
            "score ist 11. Erwartet: eine Zahl, zwischen 0 und 10.",
        ),
        (("CLV_LIFETIME_OBSERVED", "x", "1", "1"), 1, "start is 'x'. Expected: a day such as 2025-12-31.", "ein Tag wie 31.12.2025."),
        (("CLV_GINI", "100,200,300"), 1, "can be read in two ways", "eine Zahl nur im Englischen"),
        (("CLV_CAC", "100", "0"), 1, "the denominator is zero", "der Nenner ist null"),
        (("CLV_CAC", "1;1", "1;0"), 1, "#DIV/0! in result 2", "#DIV/0! im Ergebnis 2"),
        (("CLV", "1"), 2, "Write CLV(margin, revenue, years).", "Richtig ist CLV(margin, revenue, years)."),
        (("CLV", "1", "1", "1", "1"), 2, "Write CLV(margin, revenue, years).", "Richtig ist CLV(margin, revenue, years)."),
        (("CLW", "1"), 2, "Did you mean CLV", "Gemeint: CLV"),
        (("",), 2, "No function was named.", "Es ist keine Funktion genannt."),
        (("CLV_RETENTION", "0.3", "1", "0.8", "0.1", "soon"), 2, "Use begin, end, existing, renewal", "Möglich sind begin, end, existing"),
        (
            ("CLV_RATE_CONVERT", "0.1", "1", "12", ""),
            1,
            "Expected: retention, churn or discount.",
            "Erwartet: retention, churn oder discount.",
        ),
    ],
)
def test_calc_says_what_is_wrong(words, code, english, german):
    for language, expected in (("en", english), ("de", german)):
        done = run("calc", *words, "--lang", language)
        assert (done.returncode, done.stdout) == (code, "")
        assert expected in done.stderr


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        (("0,3", "12000", "5"), "en", "margin is '0,3', " + GERMAN_ONLY),
        (("0.3", "1.234,50", "5"), "en", "revenue is '1.234,50', " + GERMAN_ONLY),
        (("0,3", "1,5", "0,5"), "en", "margin is '0,3', " + GERMAN_ONLY),
        (("0.3,0.4", "12,000", "5,1"), "en", "margin is '0.3,0.4'; a list is written '1;2;3'."),
        (("0,3", "1,234.50", "5"), "de", "revenue ist '1,234.50', eine Zahl nur im Englischen"),
        (("0.3", "12,000", "5"), "de", "'12,000' lässt sich auf zwei Weisen lesen."),
        (("0,3", "1,2,3", "5"), "de", "revenue ist '1,2,3'; eine Liste schreibt man '1;2;3'."),
    ],
)
def test_calc_never_guesses_what_a_comma_means(words, language, said):
    done = run("calc", "CLV", *words, "--lang", language)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_calc_is_light():
    program = """
import sys, typer
before = set(sys.modules)  # some versions of Typer load rich themselves
sys.argv = "clvxl calc CLV 0.3 12000 5".split()
from clvxl.cli import main
try:
    main()
finally:
    print(*set(sys.modules) - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    result, _, modules = done.stdout.partition("\n")
    assert result == "18000"
    assert "clvxl" in modules.split()
    assert not {"pandas", "rich", "scipy", "duckdb", "openpyxl"} & set(modules.split())


def test_functions_lists_all_and_explains_one():
    listed = run("functions").stdout
    assert all(formula.syntax in listed for formula in CATALOG.values())
    assert CATALOG["CLV_NPS"].label.de in run("functions", "--lang", "de").stdout
    one = run("functions", "clv_cac_ratio").stdout
    assert CATALOG["CLV_CAC_RATIO"].summary.en in one
    assert CATALOG["CLV_CAC_RATIO"].source in one
    assert "(between 0 and 1)" in run("functions", "CLV_LIFETIME").stdout
    assert "(zwischen 0 und 1)" in run("functions", "CLV_LIFETIME", "--lang", "de").stdout
    assert "inf" not in run("functions", "CLV_GROWING").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
@pytest.mark.parametrize("language", ["en", "de"])
def test_functions_fit_a_terminal_of_80_columns(language):
    import pty

    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm", "COLUMNS": "80"}
    command = [sys.executable, "-m", "clvxl", "functions", "--lang", language]
    with subprocess.Popen(command, stdout=theirs, env=environment):
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    text = shown.decode()
    assert "\x1b[1mCLV_NRR\x1b[0m  " in text
    lines = re.sub(r"\x1b\[\d+m", "", text).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(formula.syntax in " ".join(" ".join(lines).split()) for formula in CATALOG.values())
    assert "\x1b" not in run("functions").stdout


@pytest.mark.parametrize(
    ("words", "english", "german"),
    [
        (("repotr",), "There is no command repotr. Did you mean report?", "Den Befehl repotr gibt es nicht. Gemeint: report?"),
        (("report", "--forc"), "There is no option --forc. Did you mean --force?", "Die Option --forc gibt es nicht. Gemeint: --force?"),
        (
            ("report", "--xyz"),
            "There is no option --xyz. Help: clvxl report --help",
            "Die Option --xyz gibt es nicht. Hilfe: clvxl report --help",
        ),
        (("report", "--title"), "--title needs a value.", "--title braucht einen Wert."),
        (("report", "--json=1"), "--json takes no value.", "--json hat keinen Wert."),
        (("calc",), "No function was named.", "Es ist keine Funktion genannt."),
        (("demo", "x"), "There are more arguments than clvxl demo takes.", "Das sind mehr Angaben, als clvxl demo braucht."),
        (("report",), "No table was named.", "Es ist keine Tabelle genannt."),
        (
            ("report", "x.csv", "--discount", "abc"),
            "The setting discount cannot be 'abc'.",
            "Die Einstellung discount kann nicht 'abc' sein.",
        ),
        (("functions", "--lang", "fr"), "The setting language cannot be 'fr'.", "Die Einstellung language kann nicht 'fr' sein."),
        (("calc", "CLV", "1", "1", "1", "--lang="), "The setting language cannot be ''.", "Die Einstellung language kann nicht '' sein."),
        (("report", "x.csv", "--lang", "english"), "Possible: en or de.", "Möglich: en oder de."),
        (("demo", "--lang", "deutsch"), "Possible: en or de.", "Möglich: en oder de."),
    ],
)
def test_wrong_usage_is_2_and_said_in_the_language(words, english, german):
    for language, expected in (("en_US.UTF-8", english), ("de_DE.UTF-8", german)):
        done = run(*words, language=language)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert expected in done.stderr


def test_the_language_is_known_in_capitals():
    assert run("calc", "CLV", "0,3", "12.000", "5", "--lang=DE").stdout == "18000\n"
    assert "Möglich" in run("report", "x.csv", "--lang", "De", "--margin", "x").stderr


@pytest.mark.parametrize("words", [(), *((name,) for name in HOMES)], ids=" ".join)
def test_help_is_in_the_language(words):
    english, german = (run(*words, "--help", "--lang", language) for language in ("en", "de"))
    assert (english.returncode, german.returncode, english.stderr, german.stderr) == (0, 0, "", "")
    assert english.stdout.startswith(" ".join(["Usage: clvxl", *words]))
    assert german.stdout.startswith(" ".join(["Aufruf: clvxl", *words]))
    typers_own = [{line for line in done.stdout.splitlines() if re.match(r"\w|  --help", line)} for done in (english, german)]
    assert len(typers_own[0]) == len(typers_own[1]) > 2
    assert not typers_own[0] & typers_own[1]
    for text in (english.stdout, german.stdout):
        assert not re.search(r"[<>{}]|\.\.\.|\[\[", text), "kinds of Python objects, sentences cut short"
    place = re.compile(r"^  (?:-\w, )?(?:--[a-z-]+ )?([A-ZÄÖÜ]{2,}[…=.\w]*)  ", re.MULTILINE)
    assert set(place.findall(english.stdout)) & set(place.findall(german.stdout)) <= {"NAME", "EUR", "TEXT"}


@pytest.mark.parametrize(("number", "language"), [(0x0407, "de"), (0x0C07, "de"), (0x0807, "de"), (0x0409, "en"), (0x040C, "en")])
def test_windows_says_its_language_by_number(number, language, monkeypatch, capsys):
    """German of Germany, Austria and Switzerland; English; French. The numbers are those of Microsoft's [MS-LCID]."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=SimpleNamespace(GetUserDefaultUILanguage=lambda: number)), raising=False)
    monkeypatch.setattr(sys, "argv", ["clvxl", "calc", "CLV", "0,3", "12.000,5", "5"])
    assert (cli.run(), capsys.readouterr().out.strip()) == ((0, "18000,75") if language == "de" else (1, ""))


def test_the_language_may_stand_before_the_command():
    assert run("--lang", "de", "calc", "CLV", "0,3", "12.000", "5").stdout == "18000\n"


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
        (("kunden.csv", "--margin", "30"), 2, "a fraction such as 0.3 or 30%, at most 1.", "ein Anteil wie 0,3 oder 30 %, höchstens 1."),
        (("kunden.csv", "--as-of", "yesterday"), 2, "Possible: a day such as 2025-12-31.", "Möglich: ein Tag wie 31.12.2025."),
        (("kunden.csv", "--column", "Umsatz"), 2, "Possible: HEADING=TERM", "Möglich: ÜBERSCHRIFT=BEGRIFF"),
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


@pytest.mark.parametrize("words", [("--margin", "0,3", "--as-of", "31.12.2025"), ("--margin", "30%", "--as-of", "2025-12-31")])
@pytest.mark.parametrize("language", ["en", "de"])
def test_options_are_read_as_people_write_them(words, language, customers, tmp_path):
    done = run("report", customers, "-o", tmp_path / "o.xlsx", "--json", "--lang", language, "--discount", "8 %", *words)
    result = json.loads(done.stdout)
    assert (result["as_of"], result["total"]["margin"]) == ("2025-12-31", 0.3)


def test_a_settings_file_may_choose_the_language(customers, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('language = "de"\n', encoding="utf-8")
    common = ("report", customers, "-o", tmp_path / "out.xlsx", "--settings", settings)
    assert run(*common).stdout.startswith("Bericht: ")
    assert "gibt es nicht" in run("report", "nowhere.xlsx", "--settings", settings).stderr
    assert run(*common, "--lang", "en").stdout.startswith("Report: ")


@pytest.mark.parametrize("words", [("{0}",), ("--customers", "{0}"), ("{0}#Sheet",), ("*.xlsx",)])
def test_the_tables_are_never_written_over(words, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Sheet"
    for row in (("customer", "revenue"), ("A", 1), ("B", 2)):
        book.active.append(row)
    source = tmp_path / "customers.xlsx"
    book.save(source)
    before = source.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(source)
    for out in ("customers.xlsx", "link.xlsx"):
        for language, said in (("en", f"{out} is one of the tables to read"), ("de", f"{out} ist eine der Tabellen, die gelesen werden")):
            done = run("report", *(word.format(source) for word in words), "-o", out, "--force", "--lang", language, cwd=tmp_path)
            assert (done.returncode, done.stdout) == (1, "")
            assert said in done.stderr
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "english", "german"), [(1, "1 row was left", "1 Zeile wurde weggelassen"), (2, "2 rows were", "2 Zeilen wurden")]
)
def test_what_was_left_out_is_counted(rows, english, german, tmp_path):
    text = "customer,revenue\n" + "".join(f"C{n},{n}\n" for n in range(1, 30)) + rows * ",5\n"
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    for language, expected in (("en", english), ("de", german)):
        assert expected in run("report", "c.csv", "--lang", language, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("bad", "english", "german"),
    [
        (1, "1 cell was changed or counts", "1 Zelle wurde geändert oder gilt"),
        (2, "2 cells were changed or count", "2 Zellen wurden geändert oder"),
    ],
)
def test_what_was_changed_is_counted(bad, english, german, tmp_path):
    text = "customer,revenue\n" + "".join(f"C{n},{n}\n" for n in range(1, 30)) + "".join(f"D{n},-5\n" for n in range(bad))
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    for language, expected in (("en", english), ("de", german)):
        assert expected in run("report", "c.csv", "--lang", language, cwd=tmp_path).stdout


WAITING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from clvxl.cli import main
print("ready", flush=True)
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent to one process")
@pytest.mark.parametrize(
    ("language", "said"), [("en", "Stopped; nothing was written.\n"), ("de", "Abgebrochen; nichts wurde geschrieben.\n")]
)
@pytest.mark.parametrize("delay", [0.02, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 2.5])
def test_an_interruption_is_one_sentence_at_any_moment(delay, language, said, customers, tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-c", WAITING, "report", str(customers), "-o", "out.xlsx", "--lang", language],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    with started:
        assert started.stdout.readline() == "ready\n"
        time.sleep(delay)
        started.send_signal(signal.SIGINT)
        printed, complaint = started.communicate()
    if (tmp_path / "out.xlsx").exists():
        assert (started.returncode, complaint) == (0, "") or (started.returncode == 130 and "out.xlsx" in complaint)
        assert started.returncode or "out.xlsx" in printed
    else:
        assert (started.returncode, printed, complaint) == (130, "", said)
        assert [path.name for path in tmp_path.iterdir()] == [customers.name]


IMPATIENT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)

class Interrupted:
    def find_spec(self, name, *_):
        if name == "numpy":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupted())
from clvxl.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent to one process")
@pytest.mark.parametrize("words", [("calc", "CLV", "0.3", "12000", "5"), ("functions",), ("report", "x.csv")])
def test_an_interruption_is_one_sentence_while_libraries_load(words):
    done = subprocess.run([sys.executable, "-c", IMPATIENT, *words, "--lang=en"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped; nothing was written.\n")


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
    places = [Path(line.partition(": ")[2]) for line in done.stdout.splitlines()]
    assert len(places) == 2
    assert all(place.is_file() for place in places)
    assert done.stdout.startswith({"en": "Sample data, beside it as CSV: ", "de": "Beispieldaten, daneben als CSV: "}[language])
    assert len(list((tmp_path / "demo").glob("*.csv"))) == 3
    assert run("demo", "-o", tmp_path / "demo", "--lang", language).returncode == 0  # a second time replaces its own files


@pytest.mark.parametrize(("language", "name", "said"), [("en", "orders.csv", "exists already"), ("de", "ausgaben.csv", "gibt es schon")])
def test_demo_leaves_files_of_the_user_alone(language, name, said, tmp_path):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    done = run("demo", "-o", tmp_path, "--lang", language)
    assert (done.returncode, done.stdout) == (1, "")
    assert name in done.stderr
    assert said in done.stderr
    assert "--force" in done.stderr
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [(name, "mine")]
    assert run("demo", "-o", tmp_path, "--lang", language, "--force", "--quiet").returncode == 0
    assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) > 9


def test_demo_wants_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = run("demo", "-o", tmp_path / "file")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is a file, not a folder" in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_what_a_sheet_mixes_is_no_matter_for_the_terminal(tmp_path):
    book = openpyxl.Workbook()
    for row in [("Customer", "Revenue"), *((f"C{number}", number) for number in range(9))]:
        book.active.append(row)
    notes = book.create_sheet("Notes")
    for place, value in {"A1": "Notes", "C1": "seen", "C3": "x", "E2": 4}.items():
        notes[place] = value
    book.save(tmp_path / "mixed.xlsx")
    done = run("report", "mixed.xlsx", "--margin", "0.3", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


SPILLING = """
import os, sys
from clvxl.cli import main

class Spilled:
    def find_spec(self, name, *_):
        if name == "clvxl.calculator":
            from clvxl.ledger.local import connect
            self.backend = connect(200_000_000)
            self.backend.raw_sql("CREATE TABLE numbers AS SELECT hash(range) AS a, hash(-range) AS b FROM range(5_000_000)")
            print(*os.listdir())

sys.meta_path.insert(0, Spilled())
sys.argv = ["clvxl", "calc", "CLV", "0.3", "12000", "5"]
main()
"""


def test_what_the_engine_put_on_the_disk_is_gone_at_the_end(tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", SPILLING], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    spilled, result = done.stdout.split()
    assert spilled.startswith("clvxl-")
    assert (result, done.stderr) == ("18000", "")
    assert list(tmp_path.iterdir()) == []
