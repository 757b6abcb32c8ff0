"""The documentation: the reference is what the catalog gives, and whatever a page points to or tells the reader to type is there."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import ironcalc
import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from typer.main import get_group

from clvxl import CATALOG
from clvxl.cli.commands import HOMES, app
from clvxl.excel.lambdas import lambda_names
from clvxl.formulas import __path__ as formulas
from clvxl.reference import GROUPS, reference
from clvxl.words import LANGUAGES

page_of = cache(lambda language: reference(CATALOG.values(), language))
ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
NUMBER = re.compile(r"(?<![\w,.])-?\d+[,.]\d+")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?<!from )clvxl (?:--[a-z]+ )*([a-z]+)([^`\n]*)")
OPTION = re.compile(r"(?<!\S)(--?[a-z][a-z-]*)")
LARGEST_PICTURE = 150_000


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The headings of a page as links point to them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text(page))}


def typed(page: Path) -> list[str]:
    """What a page says in the letters of a command window."""
    return re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text(page), re.DOTALL)


def numbers(part: str) -> list[float]:
    return [float(each.replace(",", ".")) for each in NUMBER.findall(part)]


@in_both_languages
def test_the_reference_is_what_the_catalog_gives(language):
    written = text(DOCS / ("functions.md" if language == "en" else f"functions.{language}.md")).split("\n### ")
    given = page_of(language).split("\n### ")
    assert [part for part in written if "_FIT" not in part] == [part for part in given if "_FIT" not in part]
    for old, new in zip(written, given, strict=True):
        assert NUMBER.sub("#", old) == NUMBER.sub("#", new)
        # The last places of a fitted parameter may differ between processors.
        assert numbers(old) == pytest.approx(numbers(new), abs=1.01e-4, rel=1e-4)


def example_of(part: str) -> tuple[str, dict[str, object], float | None]:
    """What a reader types: the formula, the cells it points to, and the number that it is said to give; none where that is a table."""
    written, result = re.search(r"`(=[^`]+)` gives(?::| `([^`]+)`)", part).groups()
    cells = {f"{chr(64 + column)}{row}": cell.strip()
             for row, line in re.findall(r"^\| (\d+) \|(.*)\|$", part.partition("with these cells")[2].partition("`=")[0], re.MULTILINE)
             for column, cell in enumerate(line.split("|"), 1) if row != "1"}
    known = {place: float(cell) if re.fullmatch(r"[\d.]+", cell) else cell for place, cell in cells.items() if cell}
    return written, known, float(result) if result else None


def test_the_examples_give_in_a_spreadsheet_what_is_said(tmp_path):
    examples = {name: example_of(part) for part in page_of("en").split("\n### ")[1:] if CATALOG[name := part.partition("\n")[0]].native}
    book = Workbook()
    book.remove(book.active)
    for name, typed_in in lambda_names():
        book.defined_names.add(DefinedName(name, attr_text=typed_in))
    for name, (written, cells, _) in examples.items():
        sheet = book.create_sheet(name)
        for place, value in {**cells, "Z1": written}.items():
            sheet[place] = value
    book.save(tmp_path / "examples.xlsx")
    engine = ironcalc.load_from_xlsx(str(tmp_path / "examples.xlsx"), "en", "UTC", "en")
    engine.evaluate()
    given = {name: engine.get_cell_value(index, 1, 26) for index, name in enumerate(examples)}
    assert given == {name: pytest.approx(result, abs=5.1e-5) for name, (_, _, result) in examples.items()}


@in_both_languages
def test_the_reference_has_every_function_with_all_its_arguments(language):
    page = page_of(language)
    headings = re.findall(r"^### (\w+)$", page, re.MULTILINE)
    assert sorted(headings) == sorted(CATALOG)
    for name, formula in CATALOG.items():
        part = page.partition(f"### {name}\n")[2].partition("\n##")[0]
        assert all(f"| `{argument.name}` | " in part for argument in formula.arguments)
        assert f"={name}(" in part
        assert formula.summary.say(language) in part
        assert formula.source in part
    page.encode("cp1252")  # a command window on Windows may know no more


@in_both_languages
def test_the_command_writes_the_page(language):
    command = [sys.executable, "-m", "clvxl", "functions", "--markdown", "--lang", language]
    assert subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout == page_of(language)
    one = subprocess.run([*command, "clv_nps"], capture_output=True, check=True, encoding="utf-8").stdout
    assert re.findall(r"^### (\w+)$", one, re.MULTILINE) == ["CLV_NPS"]


def test_every_file_of_the_mathematics_has_its_group():
    homes = {formula.function.__module__.rpartition(".")[2] for formula in CATALOG.values()}
    listed = [home for group, _ in GROUPS for home in group]
    assert sorted(listed) == sorted(homes)
    assert all((Path(formulas[0]) / f"{home}.py").is_file() for home in listed)


@every_page
def test_links_and_pictures_lead_somewhere(page):
    for target in LINK.findall(text(page)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.is_relative_to(ROOT), target
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target
        assert place.suffix != ".png" or place.stat().st_size < LARGEST_PICTURE, target


@every_page
def test_the_rows_of_a_table_have_equally_many_cells(page):
    for table in re.findall(r"(?:^\|.*\n)+", text(page), re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table


def test_no_picture_is_left_over():
    shown = {(page.parent / target).resolve() for page in PAGES for target in LINK.findall(text(page))}
    assert {path.resolve() for path in DOCS.rglob("*.png")} <= shown


@every_page
def test_commands_exist_with_their_options(page):
    commands = {name: get_group(app).get_command(None, name) for name in HOMES}
    for block, word in typed(page):
        for name, rest in COMMAND.findall((block or word).replace("`", "")):
            assert name in commands, name
            known = {option for parameter in commands[name].params for option in parameter.opts} | {"--help"}
            given = rest.partition("#")[0].partition("&&")[0]
            assert set(OPTION.findall(given)) <= known, rest


def test_pages_for_users_exist_in_both_languages():
    names = {page.name for page in DOCS.glob("*.md")}
    german = {name for name in names if name.endswith(".de.md")}
    assert {name.replace(".de.md", ".md") for name in german} <= names
    assert {"excel.de.md", "functions.de.md"} <= german
    for name in german:
        twin = name.replace(".de.md", ".md")
        assert len(HEADING.findall(text(DOCS / name))) == len(HEADING.findall(text(DOCS / twin))), name
