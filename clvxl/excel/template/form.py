"""A sheet of the template as a plain value: a page in the reports' own visual language, and what only a sheet to fill in has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from clvxl.excel.anchors import MESSAGE, PREFIX, Kind, name_of, switched
from clvxl.excel.look import FILLER, GAP, LARGE, LINE, MARGIN, ROW
from clvxl.excel.measure import height, width
from clvxl.excel.page import Area, Page
from clvxl.excel.template.prompts import Prompt
from clvxl.words import Language, Text

LEFT = 2  # the first column that is written in
BUTTON = 25.5  # points
SAMPLES = f"{PREFIX}samples"  # how many simulated customers the workbook holds

# The tabs in their order; further down, the names by which links find them.
START, SETTINGS = Text("Start", "Start"), Text("Settings", "Einstellungen")
TABS: dict[Kind, Text] = {"customers": Text("Data", "Daten"), "orders": Text("Orders", "Aufträge"), "spend": Text("Spend", "Ausgaben")}


def place_of(kind: Kind) -> str:
    """The name by which a link finds a table."""
    return name_of(f"at_{kind}")


PLACES = {MESSAGE: START, **{place_of(kind): tab for kind, tab in TABS.items()}, name_of("language"): SETTINGS}


class Button(NamedTuple):
    """A button of a sheet: what it says, which macro it calls, and where it stands."""

    caption: Text
    macro: str
    row: int
    column: int
    across: int = 0  # pixels into the column
    wide: int = 120  # pixels


class Rows(NamedTuple):
    """An Excel table: the key of what it holds, its cells, and its headings in both languages, with the side of each."""

    kind: Kind
    area: Area
    headings: tuple[Text, ...]
    sides: tuple[str, ...]


@dataclass(slots=True)
class Form:
    """One sheet. ``code`` is the name by which VBA knows it, whatever its tab says."""

    code: str
    tab: Text
    language: Language
    page: Page = field(init=False)
    buttons: list[Button] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    rows: Rows | None = None
    names: dict[str, Area] = field(default_factory=dict)
    hidden: bool = False

    def __post_init__(self) -> None:
        self.page = Page(self.tab.say(self.language))
        self.page.widths[1] = MARGIN

    def say(self, row: int, column: int, text: Text, role: str) -> None:
        """A text that follows the language setting."""
        self.live(row, column, switched(text), text.say(self.language), role)

    def live(self, row: int, column: int, formula: str, value: str | float, role: str, format: str = "General") -> None:
        """A cell that computes, with what it computes as long as nothing is changed."""
        self.page.put(row, column, value, role, format, formula=formula)

    def wide(self, row: int, left: int, right: int, role: str, *, down: int = 0) -> None:
        """Joins cells into one, of which the first is filled already."""
        for each in range(row, row + down + 1):
            self.page.fill(each, left + (each == row), right, role)
        self.page.merges.append(Area(row, left, row + down, right))

    def tall(self, row: int, texts: tuple[Text, ...], room: float, least: float = ROW) -> None:
        """Makes a row tall enough for the longest of its texts in both languages."""
        needs = [height(said, room) for text in texts for said in text]
        self.page.heights[row] = max(*needs, least)

    def name(self, name: str, row: int, column: int, down: int = 0) -> None:
        """A defined name for a cell, or for cells under each other."""
        self.names[name] = Area(row, column, row + down, column)


def opening(form: Form, message: Text, subtitle: Text, right: int) -> None:
    """The top of each sheet: the band that leads to the others, the message, and a line below it."""
    page = form.page
    for column in range(LEFT, right + 1):
        page.fill(1, column, column, "band")
    column = LEFT
    for place, tab in PLACES.items():
        here = tab == form.tab
        formula = switched(tab) if here else f'=HYPERLINK("#{place}",{switched(tab).removeprefix("=")})'
        form.live(1, column, formula, tab.say(form.language), "band.here" if here else "band.link")
        column = _behind(page, column, max(width(said, bold=here) for said in tab) + 1.5)
    opened = ".open" if form.tab == START else ""  # what Refresh fills in
    form.say(3, LEFT, message, f"message{opened}")
    form.wide(3, LEFT, right, "message")
    form.say(4, LEFT, subtitle, f"title{opened}")
    room = sum(page.widths.get(each, FILLER) for each in range(LEFT, right + 1))
    tallest = max(height(said, room, size=LARGE) for said in message) * (2 if opened else 1)  # what comes may be longer
    page.heights |= {1: ROW + 3, 2: GAP, 3: tallest + 2, 4: LINE + 1, 5: GAP}


def _behind(page: Page, column: int, room: float) -> int:
    """The first column that begins behind this much room."""
    while room > 0:
        room -= page.widths.get(column, FILLER)
        column += 1
    return column
