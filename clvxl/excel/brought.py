"""What goes between a workbook and its refresh: the tables and settings that it brings, and what it is given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clvxl.ledger import Opened
from clvxl.report.model import Report, Value
from clvxl.words import Text

NOT_OURS = Text("{book} has none of the tables that clvxl reads.", "{book} hat keine der Tabellen, die clvxl liest.")
USE_TEMPLATE = Text(
    "Begin with a new template (New from template, or clvxl template) and paste your customers there.",
    "Mit einer neuen Vorlage beginnen (Neu aus Vorlage oder clvxl template) und die Kunden dort einfügen.",
)
NOTHING = Text("These data say nothing about this.", "Diese Daten sagen dazu nichts.")


@dataclass(frozen=True, slots=True)
class Brought:
    """The tables of a workbook, what stands in the cells of its settings, and where it lies."""

    name: str
    folder: str
    tables: tuple[Opened, ...]
    cells: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Formula:
    """What a cell computes by itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Results:
    """The pages, and what stands in named cells besides: for each name what goes into the cells under each other.

    ``gone`` is said on sheets whose page the report has no longer; they stay, because formulas may point there.
    """

    report: Report
    cells: Mapping[str, tuple[Value | Formula, ...]]
    gone: Text = NOTHING
