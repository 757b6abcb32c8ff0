"""The workbook that leads to all others: a row for each, with its key figures and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import nan
from urllib.parse import quote

from clvxl.batch.manifest import Entry
from clvxl.batch.plan import Plan
from clvxl.batch.work import FIGURES
from clvxl.report import NO_DAY
from clvxl.report.columns import column, rating, rating_tones
from clvxl.report.model import Block, Column, Heading, Note, Report, Sheet, Table, Tone
from clvxl.report.page import stated
from clvxl.terms import FORMATS
from clvxl.words import Text, counted, enumeration, number

SUMMARY = "summary.xlsx"
MOST_LINKS = 60_000  # Excel takes 65,530 on a sheet

_NAME = Text("Summary", "Zusammenfassung")
_TITLE, _OF_LIST = Text("Workbooks by {column}", "Mappen je {column}"), Text("Workbooks of a list", "Mappen einer Liste")
_ALL = Text("All {count} workbooks are finished; each opens with a click on its name.",
            "Alle {count} Mappen sind fertig; ein Klick auf den Namen öffnet sie.")
_ONE = Text("The only workbook is finished; a click on its name opens it.",
            "Die einzige Mappe ist fertig; ein Klick auf den Namen öffnet sie.")
_SOME = Text("Finished: {done} of {count} workbooks; why the others are not stands beside them.",
             "Fertig: {done} von {count} Mappen; warum die anderen fehlen, steht daneben.")
_WHAT = Text("Key figures of each workbook, in {currency}", "Kennzahlen jeder Mappe, in {currency}")
_LIST, _LIST_NAME = Text("Workbooks", "Mappen"), Text("WorkbookList", "Mappenliste")
_ASIDE = Text("{tables}: no column “{column}”, so it is part of no workbook.",
              "{tables}: keine Spalte „{column}“, daher in keiner Mappe enthalten.")
_UNPLACED = Text("{count} rows name neither {column} nor a customer and are part of no workbook.",
                 "{count} Zeilen nennen weder {column} noch Kunde und sind in keiner Mappe enthalten.")
_UNPLACED_ONE = Text("1 row names neither {column} nor a customer and is part of no workbook.",
                     "1 Zeile nennt weder {column} noch Kunde und ist in keiner Mappe enthalten.")
_STATUS: dict[str, tuple[Text, Tone]] = {
    "done": (Text("▲ finished", "▲ fertig"), "good"),
    "failed": (Text("▼ failed", "▼ fehlt"), "poor"),
    "stale": (Text("■ left over", "■ übrig"), "fair"),
}
_STALE = Text("No longer in the data; the file was left as it was.", "Nicht mehr in den Daten; die Datei blieb, wie sie war.")
_REPORT, _WORKBOOK, _ROWS = Text("Report", "Bericht"), Text("Workbook", "Mappe"), Text("Rows", "Zeilen")
_LEFT_OUT, _REASON = Text("Left out", "Weggelassen"), Text("Reason", "Grund")


def summary(plan: Plan, entries: Sequence[Entry]) -> Report:
    """The report of a batch; ``entries`` in the order of its rows."""
    plan = replace(plan, settings=replace(plan.settings, currency=", ".join(sorted({job.settings.currency for job in plan.jobs}))))
    settings, language = plan.settings, plan.settings.language
    done, wanted = _count(entries, "done"), sum(each.status != "stale" for each in entries)
    message = counted(wanted, _ONE, _ALL) if done == wanted else _SOME
    when = stated(settings.as_of, language)
    made_by = _TITLE.say(language, column=plan.column) if plan.column else _OF_LIST.say(language)
    title = (settings.title or made_by, _WHAT.say(language, currency=settings.currency), when)
    blocks = [*_notes(plan), Heading(_LIST.say(language)), _table(plan, entries)]
    said = message.say(language, done=number(done, language), count=number(wanted, language))
    sheet = Sheet("summary", _NAME.say(language), said, tuple(filter(None, title)), tuple(blocks))
    return Report(title[0], language, settings.as_of or NO_DAY, (sheet,), as_of=when)


def _count(entries: Sequence[Entry], status: str) -> int:
    return sum(each.status == status for each in entries)


def _notes(plan: Plan) -> list[Block]:
    """What went into no workbook."""
    language = plan.settings.language
    notes: list[Block] = []
    if plan.aside:
        notes.append(Note(_ASIDE.say(language, tables=enumeration(list(plan.aside), language), column=plan.column), "fair"))
    if plan.unplaced:
        text = counted(plan.unplaced, _UNPLACED_ONE, _UNPLACED)
        notes.append(Note(text.say(language, count=number(plan.unplaced, language), column=plan.column), "fair"))
    return notes


def _table(plan: Plan, entries: Sequence[Entry]) -> Table:
    settings, language = plan.settings, plan.settings.language

    def texts(key: str, label: str, of: Callable[[Entry], str]) -> Column:
        return Column(key, label, tuple(of(each) or None for each in entries))

    def figures(key: str) -> list[float]:
        return [nan if value is None else value for value in ((each.figures or {}).get(key) for each in entries)]

    columns = [
        texts("value", plan.column or _REPORT.say(language), lambda each: each.value),
        replace(texts("file", _WORKBOOK.say(language), _file), links=_links(entries)),
        replace(texts("status", "Status", lambda each: _STATUS[each.status][0].say(language)),
                tones=tuple((text.say(language), tone) for text, tone in _STATUS.values())),
        *(Column(key, label.say(language), tuple(getattr(each, key) or None for each in entries), FORMATS["count"])
          for key, label in (("rows", _ROWS), ("left_out", _LEFT_OUT))),
        *(column(key, figures(key), settings, bar=key == "equity", result=key in ("clv", "equity")) for key in FIGURES),
        column("rating", [rating(ratio, settings) for ratio in figures("ratio")], settings, tones=rating_tones(settings)),
        replace(texts("reason", _REASON.say(language), lambda each: _STALE.say(language) if each.status == "stale" else each.reason),
                wide=True),
    ]
    known = tuple(each for each in columns if each.key in ("value", "file") or any(value not in (None, 0) for value in each.values))
    return Table("workbooks", known, _LIST_NAME.say(language))


def _file(entry: Entry) -> str:
    return "" if entry.status == "failed" else entry.file


def _links(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(quote(_file(each)) if place < MOST_LINKS else "" for place, each in enumerate(entries))
