"""The architecture, as a table and as rules: who may import whom, where a library lives, how large and how bilingual things are."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

import clvxl
from clvxl import CATALOG
from clvxl.terms import TERMS
from clvxl.words import Text

# Each part may import its own line and the lines above it, never one below.
LAYERS = (
    {"words"},
    {"bugs", "term", "terms", "errors"},
    {"arguments", "catalog", "settings", "spill"},
    {"formulas"},
    {"ledger", "history", "sample"},
    {"customers", "acquisition", "prediction", "ranges", "analysis"},
    {"report"},
    {"excel"},
    {"batch", "calculator", "demo", "reference", "refresh", "listing", "summary"},
    {"udfs", "macros", "cli", "__main__"},
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
DOORS = LAYERS[-1]

# Where a library lives: parts, or modules of a part.
HOMES = {
    "openpyxl": {"excel"},
    "xlwings": {"excel.live", *DOORS},
    "xlsxwriter": {"excel.template", "excel.addin"},
    "joblib": {"batch"},
    "fsspec": {"batch"},
    "typer": {"cli"},
    "rich": {"cli", "summary"},
}
HEAVY = {"scipy", "pandas", "openpyxl", "xlwings", "duckdb", "ibis", "pyarrow", "typer", "rich"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
SAME_IN_BOTH = {"BG/NBD", "Budget", "CLV", "CLV:CAC", "Deutsch", "English", "MBG/NBD", "NPS", "Pareto/NBD",
                "Rate", "Segment", "Start", "Status", "optional", "sBG"}
CLOCKS = {"today", "now", "utcnow"}

ROOT = Path(clvxl.__file__).parent
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}
MODULES = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix("__init__").rstrip(".") for path in TREES}
every_module = pytest.mark.parametrize("path", [path for path, name in MODULES.items() if name], ids=MODULES.get)
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def imports(path: Path) -> set[str]:
    """All modules imported anywhere in a file; what comes from the package itself, with the name that is taken."""
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "clvxl" else {node.module}
    return found


@every_module
def test_arrows_go_one_way(path):
    level = LEVEL[MODULES[path].partition(".")[0]]  # a part that is not in the table is not in the plan
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("clvxl.")} - {"__version__"}
    assert not {part for part in parts if LEVEL.get(part, LEVEL["formulas"]) > level}  # the package itself passes on formulas


@every_module
def test_libraries_stay_at_home(path):
    name = MODULES[path]
    guests = {each.partition(".")[0] for each in imports(path)} & HOMES.keys()
    assert not {guest for guest in guests if not any(f"{name}.".startswith(f"{home}.") for home in HOMES[guest])}


@every_module
def test_names_say_something(path):
    assert not NAMES_THAT_SAY_NOTHING & set(MODULES[path].replace("_", ".").split("."))


@every_module
def test_sizes(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, "two ideas"
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            code = node.body[1:] if ast.get_docstring(node) and node.body[1:] else node.body
            assert node.end_lineno - code[0].lineno + 2 <= 45, node.name


@every_module
def test_what_is_public_is_explained(path):
    assert ast.get_docstring(TREES[path])
    for node in TREES[path].body:
        if isinstance(node, Defined) and not node.name.startswith("_"):
            first = (ast.get_docstring(node) or "").partition("\n\n")[0]
            assert 0 < len(" ".join(first.split())) <= 255, node.name


@every_module
def test_the_clock_enters_as_an_argument(path):
    read = {node.attr for node in ast.walk(TREES[path]) if isinstance(node, ast.Attribute)} & CLOCKS
    assert not read or MODULES[path].partition(".")[0] in DOORS


def test_the_package_itself_only_passes_on():
    for node in TREES[ROOT / "__init__.py"].body[1:]:
        names = [target.id for target in node.targets] if isinstance(node, ast.Assign) else [getattr(node, "name", "")]
        dunder = all(re.fullmatch("__[a-z]+__", name) for name in names)
        assert dunder or isinstance(node, ast.ImportFrom | ast.Import | ast.If)
    assert all(getattr(clvxl, name) for name in clvxl.__all__)


@every_module
def test_the_catalog_is_taken_where_it_is_complete(path):
    assert MODULES[path].startswith("formulas") or not any(
        isinstance(node, ast.ImportFrom) and node.module == "clvxl.catalog" and "CATALOG" in [alias.name for alias in node.names]
        for node in ast.walk(TREES[path])
    )


@pytest.mark.parametrize(("name", "heavy"), [("clvxl.formulas", HEAVY), ("clvxl.cli", HEAVY | {"numpy"})])
def test_the_package_is_light(name, heavy):
    program = f"import {name}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert name in loaded
    assert not heavy & set(loaded)


def texts() -> list[tuple[str, Text]]:
    """Every text in two languages: written in the code, in the dictionary and in the catalog; and where."""
    written = [
        (f"{MODULES[path]}:{node.lineno}", Text(*(argument.value for argument in node.args)))
        for path, tree in TREES.items() for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Text", "said")
        and len(node.args) == 2 and all(isinstance(argument, ast.Constant) for argument in node.args)
    ]
    terms = [(f"terms {key}", text) for key, term in TERMS.items() for text in (term.label, term.help)]
    return written + terms + [(f"catalog {name}", text) for name, entry in CATALOG.items() for text in (entry.label, entry.summary)]


def placeholders(template: str, language: str) -> set[str]:
    """What is filled in; ``{reason_en}`` and ``{reason_de}`` are one thing, said twice."""
    names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    return {re.sub(f"(^|_){language}$", "", name) for name in names}


def words(template: str) -> str:
    return "".join(re.findall(r"[^\W\d_]+", "".join(literal for literal, *_ in Formatter().parse(template))))


def test_everything_is_said_in_both_languages():
    found = texts()
    assert len(found) > 100
    assert not [(where, text) for where, text in found if bool(text.en.strip()) != bool(text.de.strip())]
    same = [(where, text.en) for where, text in found if text.en == text.de and words(text.en)]
    assert not [(where, said) for where, said in same if said not in SAME_IN_BOTH]


def test_both_languages_fill_in_the_same():
    assert not [(where, text) for where, text in texts() if placeholders(text.en, "en") != placeholders(text.de, "de")]


def test_function_wizard_help_is_not_cut():
    assert not [name for name, entry in CATALOG.items() for text in entry.summary if not 0 < len(text) <= 255]
