"""Start: what to do in three steps, the buttons, the key figures of the last refresh, and a small calculator."""

from __future__ import annotations

from typing import NamedTuple

from clvxl import CATALOG
from clvxl.catalog import Formula
from clvxl.excel.anchors import FIGURE_KEYS, MESSAGE, NOT_YET, STATE, WELCOME, figure_name, name_of, switched
from clvxl.excel.look import GAP, LARGE, LINE, ROW
from clvxl.excel.page import Area, letter
from clvxl.excel.template.form import BUTTON, LEFT, SAMPLES, START, Button, Form, opening
from clvxl.excel.template.prompts import quantity
from clvxl.report.columns import label
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import LANGUAGES, Language, Text

CODE = "StartSheet"
_WIDTHS = (22.0, 12.0, 2.5)  # a tile is three columns wide, a card leaves the third one free
_TILE = len(_WIDTHS)
_RIGHT = LEFT + 4 * _TILE - 1
STEPS, BUTTONS, FIGURES, CALCULATOR = 6, 9, 11, 20  # rows

_STEPS = (
    (Text("1  Bring your customers", "1  Kunden einsetzen"),
     Text("Paste them into Data, one row per customer. Orders and marketing spend may join them.",
          "In Daten einfügen, je Kunde eine Zeile. Aufträge und Marketingausgaben dürfen dazukommen.")),
    (Text("2  Check the settings", "2  Einstellungen prüfen"),
     Text("Language, currency, as-of date, discount rate. Where a cell is empty, the help beside it says what holds.",
          "Sprache, Währung, Stichtag, Abzinsung. Bleibt eine Zelle leer, steht daneben, was dann gilt.")),
    (Text("3  Click Refresh", "3  Auf Aktualisieren klicken"),
     Text("The result pages come behind these sheets. Your own sheets and formulas stay as they are.",
          "Die Ergebnisseiten kommen hinter diese Blätter. Ihre eigenen Blätter und Formeln bleiben, wie sie sind.")),
)
_SAMPLES = Text("Sample data", "Beispieldaten")
_SOME_LEFT = Text(" rows in Data are simulated customers. Delete them before you paste your own.",
                  " Zeilen in Daten sind simulierte Kunden. Bitte löschen, bevor Sie Ihre eigenen einfügen.")
_NONE_LEFT = Text("No simulated customers are left in Data.", "In Daten stehen keine simulierten Kunden mehr.")
COMMANDS = (
    ("Refresh", Text("Refresh", "Aktualisieren")),
    ("CheckData", Text("Check data", "Daten prüfen")),
    ("ClearResults", Text("Clear results", "Ergebnisse löschen")),
    ("SaveReport", Text("Save report as …", "Bericht speichern als …")),
    ("ShowHelp", Text("Help", "Hilfe")),
)
_KEY_FIGURES = Text("Key figures of the last refresh", "Kennzahlen der letzten Aktualisierung")
_CALCULATOR = Text("Calculate at once: change the yellow cells", "Gleich rechnen: die gelben Zellen ändern")
_ANYWHERE = Text(
    "These functions work in every cell of this workbook and, with the add-in, of every other one. The page Method lists them all.",
    "Diese Funktionen rechnen in jeder Zelle dieser Mappe und, mit dem Add-in, auch in jeder anderen. Die Seite Methode nennt sie alle.",
)


class _Result(NamedTuple):
    """One line of the calculator: a function, and the cells or names of its arguments."""

    function: str
    arguments: tuple[str, ...]


_INPUTS = {"margin": 0.3, "revenue": 12_000.0, "years": 5.0, "cac": 3_000.0}
_RESULTS = (
    _Result("CLV", ("margin", "revenue", "years")),
    _Result("CLV_CAC_RATIO", ("clv", "cac")),
    _Result("CLV_MAX_CAC", ("clv", "target_ratio")),
    _Result("CLV_PAYBACK_MONTHS", ("cac", "margin", "revenue")),
)


def start(language: Language, samples: int) -> Form:
    """The sheet; ``samples`` is how many simulated customers the workbook holds."""
    form = Form(CODE, START, language)
    page = form.page
    page.widths |= {LEFT + index: _WIDTHS[index % _TILE] for index in range(4 * _TILE)}
    page.protected, page.one_sheet, page.printed = True, True, Area(1, 1, CALCULATOR + 5, _RIGHT)
    opening(form, WELCOME, NOT_YET, _RIGHT)
    form.name(MESSAGE, 3, LEFT)
    form.name(STATE, 4, LEFT)
    _steps(form, samples)
    for index, (macro, caption) in enumerate(COMMANDS):
        form.buttons.append(Button(caption, macro, BUTTONS, LEFT, across=index * 168, wide=160))
    page.heights |= {BUTTONS - 1: GAP, BUTTONS: BUTTON + 1, BUTTONS + 1: GAP}
    _figures(form)
    _calculator(form)
    return form


def _steps(form: Form, samples: int) -> None:
    """Three steps side by side, and a fourth card on the sample data."""
    for index, (title, text) in enumerate(_STEPS):
        form.say(STEPS, LEFT + _TILE * index, title, "heading")
        form.say(STEPS + 1, LEFT + _TILE * index, text, "note")
    last = LEFT + 3 * _TILE
    form.say(STEPS, last, _SAMPLES, "heading")
    counted = switched(_SOME_LEFT).removeprefix("=")
    formula = f"=IF({SAMPLES}=0,{switched(_NONE_LEFT).removeprefix('=')},{SAMPLES}&{counted})"
    said = f"{samples}{_SOME_LEFT.say(form.language)}" if samples else _NONE_LEFT.say(form.language)
    form.live(STEPS + 1, last, formula, said, "note")
    for left in range(LEFT, _RIGHT, _TILE):
        form.wide(STEPS + 1, left, left + 1, "note")
    form.tall(STEPS + 1, (*(text for _, text in _STEPS), Text(*(f"{samples}{said}" for said in _SOME_LEFT))), sum(_WIDTHS[:2]))


def _figures(form: Form) -> None:
    """Tiles as on the overview; Refresh fills in value and comment."""
    form.say(FIGURES, LEFT, _KEY_FIGURES, "heading")
    for index, key in enumerate(FIGURE_KEYS):
        row, left = FIGURES + 1 + 4 * (index // 4), LEFT + _TILE * (index % 4)
        form.live(row, left, _label(key), label(key, Settings(language=form.language)), "tile.label")
        form.page.put(row + 1, left, None, "tile.figure", TERMS[key].format)
        form.page.put(row + 2, left, None, "tile.remark")
        form.name(figure_name(key), row + 1, left, down=1)
        for below, role in enumerate(("tile.label", "tile.value", "tile.comment")):
            form.page.fill(row + below, left + 1, left + _TILE - 1, role)
        form.page.heights |= {row: ROW + 3, row + 1: LINE * LARGE / 10 + 3, row + 2: ROW + 3, row + 3: GAP}


def _label(key: str) -> str:
    """What a key figure is called, as on the overview, in the language and currency of the moment."""
    currency = f'&" ("&{name_of("currency")}&")"' if TERMS[key].unit == "money" else ""
    return switched(TERMS[key].label) + currency


def _calculator(form: Form) -> None:
    """Inputs on the left; on the right each result, and how it is written."""
    form.say(CALCULATOR, LEFT, _CALCULATOR, "heading")
    cells, known = {"target_ratio": name_of("target_ratio")}, {**_INPUTS, "target_ratio": Settings().target_ratio}
    for row, (key, value) in enumerate(_INPUTS.items(), CALCULATOR + 1):
        form.say(row, LEFT, TERMS[key].label, "input.label")
        form.page.put(row, LEFT + 1, value, "input", TERMS[key].format)
        cells[key] = f"{letter(LEFT + 1)}{row}"
        form.prompts.append(quantity(TERMS[key], Area(row, LEFT + 1, row, LEFT + 1)))
        form.page.heights[row] = ROW + 2
    for row, (name, arguments) in enumerate(_RESULTS, CALCULATOR + 1):
        formula = CATALOG[name]
        value = float(formula(*(known[each] for each in arguments)))
        left = LEFT + _TILE
        form.say(row, left, formula.label, "text.result")
        written = f"={name}({','.join(cells[each] for each in arguments)})"
        form.live(row, left + 1, written, value, "number.result", _format(name))
        form.say(row, left + _TILE, typed(formula, arguments), "remark")
        if name == "CLV":
            cells["clv"], known["clv"] = f"{letter(left + 1)}{row}", value
    last = CALCULATOR + len(_RESULTS) + 1
    form.say(last, LEFT, _ANYWHERE, "remark")
    form.page.heights[last] = ROW + 4


def typed(formula: Formula, arguments: tuple[str, ...]) -> Text:
    """A function with what to put in, separated as each country's Excel does."""
    words = {language: [TERMS[key].label.say(language) for key in arguments] for language in LANGUAGES}
    return Text(f"={formula.name}({', '.join(words['en'])})", f"={formula.name}({'; '.join(words['de'])})")


def _format(name: str) -> str:
    keys = {"CLV": "clv", "CLV_CAC_RATIO": "ratio", "CLV_MAX_CAC": "max_cac", "CLV_PAYBACK_MONTHS": "payback"}
    return TERMS[keys[name]].format
