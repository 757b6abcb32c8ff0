"""How the parts of a template are found: its tables, the cells of its settings and key figures, and the mark of result sheets.

Everything goes by names that Excel keeps through every move and rename, never by the name of a sheet or by an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from clvxl.errors import SettingsError
from clvxl.settings import Settings
from clvxl.words import Text

PREFIX = "clvxl_"
TEMPLATE = "clvxl_template"  # a hidden name of the workbook, by which a template is known

Kind = Literal["customers", "orders", "spend"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLES: dict[Kind, str] = {kind: f"{PREFIX}{kind}" for kind in KINDS}  # Excel tables; their names are the workbook's

# Settings that have a cell, in the order of the sheet.
SETTINGS = ("language", "title", "as_of", "currency",
            "discount", "horizon", "target_ratio", "margin", "retention", "model", "budget", "dates")
SOURCE = "source"  # the cell that says where the tables come from
FROM: dict[Kind, str] = {kind: f"from_{kind}" for kind in KINDS}  # files or connection URLs, where they are not in this workbook
CELLS = (*SETTINGS, SOURCE, *FROM.values())  # the keys of all cells that a user fills in

# What Refresh leaves on the first sheet: the overview's sentence, a line about the run, and key figures in figure_name(). Before the
# first refresh, and when the results are cleared, these are the formulas switched(WELCOME) and switched(NOT_YET), the figures empty.
MESSAGE, STATE = "clvxl_message", "clvxl_state"
WELCOME = Text("What are your customers worth?", "Was sind Ihre Kunden wert?")
NOT_YET = Text("Not refreshed yet.", "Noch nicht aktualisiert.")
FIGURE_KEYS = ("equity", "active", "revenue_total", "retention", "clv", "cac", "ratio", "nps")

Source = Literal["workbook", "file", "database"]
CHOICES: dict[str, dict[str, Text]] = {
    "language": {"en": Text("English", "English"), "de": Text("Deutsch", "Deutsch")},
    "model": {
        "auto": Text("Automatic", "Automatisch"), "mbgnbd": Text("MBG/NBD", "MBG/NBD"), "bgnbd": Text("BG/NBD", "BG/NBD"),
        "pareto": Text("Pareto/NBD", "Pareto/NBD"), "sbg": Text("sBG", "sBG"), "none": Text("None", "Keines"),
    },
    "dates": {"dmy": Text("Day first", "Tag zuerst"), "mdy": Text("Month first", "Monat zuerst")},
    "source": {
        "workbook": Text("This workbook", "Diese Arbeitsmappe"),
        "file": Text("Files", "Dateien"),
        "database": Text("Database", "Datenbank"),
    },
}


class Chosen(NamedTuple):
    """What the cells of a template say: the settings, where the tables come from, and which they are, if not this workbook's own."""

    settings: Settings
    source: Source
    inputs: dict[Kind, str]


def name_of(key: str) -> str:
    """The defined name of a cell that a user fills in: ``clvxl_discount``."""
    return PREFIX + key


def figure_name(key: str) -> str:
    """The defined name of two cells under each other: a key figure, and the comment on it."""
    return f"{PREFIX}figure_{key}"


def switched(text: Text) -> str:
    """The formula that says a text in the language which the template is set to."""
    german, english = (_literal(text.say(language)) for language in ("de", "en"))
    return f'=IF({name_of("language")}="{CHOICES["language"]["de"].de}",{german},{english})'


def _literal(text: str) -> str:
    """A text inside a formula, in pieces of at most 255 characters."""
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def chosen(cells: Mapping[str, object]) -> Chosen:
    """What is set, from the values of the cells by key; an empty or missing cell leaves what holds otherwise.

    Raises: SettingsError.
    """
    given = {key: value for key, value in cells.items() if not _is_empty(value)}
    settings: dict[str, Any] = {key: _choice(key, given[key]) if key in CHOICES else given[key] for key in SETTINGS if key in given}
    for key in {"title", "currency"} & settings.keys():
        settings[key] = _written(settings[key])
    source: Any = _choice(SOURCE, given.get(SOURCE, "workbook"))
    inputs = {kind: _written(given[key]).strip() for kind, key in FROM.items() if key in given}
    return Chosen(Settings(**settings), source, inputs if source != "workbook" else {})


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _written(value: object) -> str:
    """A text as it stands in the cell: Excel makes a number of a title such as 2025."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _choice(key: str, value: object) -> str:
    """The word of a list, said in either language or as in a settings file."""
    said = str(value).strip().casefold()
    for choice, words in CHOICES[key].items():
        if said in {choice, *(word.casefold() for word in words)}:
            return choice
    possible = {name: ", ".join(getattr(words, name) for words in CHOICES[key].values()) for name in ("en", "de")}
    raise SettingsError(
        Text("The setting {name} cannot be {value}.", "Die Einstellung {name} kann nicht {value} sein."),
        Text("Possible: {possible_en}.", "Möglich: {possible_de}."),
        name=key, value=repr(value), possible_en=possible["en"], possible_de=possible["de"],
    )
