"""What all pages share: their names, and the title that says who, what and when."""

from __future__ import annotations

from datetime import date

from clvxl.analysis import Analysis
from clvxl.report.model import Block, Sheet
from clvxl.words import Language, Text, day

# In the order of the workbook.
NAMES = {
    "overview": Text("Overview", "Überblick"),
    "segments": Text("Segments", "Segmente"),
    "customers": Text("Customers", "Kunden"),
    "cohorts": Text("Cohorts", "Kohorten"),
    "scenarios": Text("Scenarios", "Szenarien"),
    "budget": Text("Budget", "Budget"),
    "checks": Text("Checks", "Prüfung"),
    "method": Text("Method", "Methode"),
}

LONGEST_TITLE = 80
_AS_OF = Text("As of {day}", "Stichtag {day}")
_WHEN = Text("{as_of}, figures of the last 12 months", "{as_of}, Zahlen der letzten 12 Monate")
_NO_DATES = Text("The data have no dates", "Die Daten haben kein Datum")


def who(analysis: Analysis) -> str:
    """The title that was set, or the names of the files."""
    names = dict.fromkeys(source.name.partition("#")[0] for source in analysis.ledger.sources)
    title = analysis.settings.title or ", ".join(names)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def as_of(analysis: Analysis) -> str:
    """The as-of date in words; nothing where the data have no dates."""
    return stated(analysis.as_of, analysis.settings.language)


def stated(as_of: date | None, language: Language) -> str:
    """A day as the as-of date; nothing where there is none."""
    return _AS_OF.say(language, day=day(as_of, language)) if as_of else ""


def when(analysis: Analysis) -> str:
    """The as-of date and the period."""
    language, when = analysis.settings.language, as_of(analysis)
    return _WHEN.say(language, as_of=when) if when else _NO_DATES.say(language)


def sheet(
    analysis: Analysis, key: str, message: str, what: Text, blocks: list[Block | None], calculated: bool = False, portrait: bool = False
) -> Sheet:
    """A page with its title in three lines: who, what with its unit, when. Blocks that are None are left out."""
    language = analysis.settings.language
    title = (who(analysis), what.say(language, currency=analysis.settings.currency), when(analysis))
    return Sheet(key, NAMES[key].say(language), message, title, tuple(each for each in blocks if each is not None), calculated, portrait)
