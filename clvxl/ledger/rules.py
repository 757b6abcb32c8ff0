"""What is done with a row or a value that cannot be used as it stands: every rule once, and the findings they lead to.

The findings of a rule in a source are kept up to a limit and counted beyond it, so that a million bad rows cost no memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any, Literal

import pandas as pd

from clvxl.words import Language, Text, day, number

Outcome = Literal["left out", "changed", "noted"]
KEPT_FINDINGS = 1_000  # of one rule in one source
LONGEST_VALUE = 80  # characters of a value that are shown
LARGEST = 1e15  # no amount of money is larger
TOTAL = (r"(?i)^\s*(((grand |sub-?)?totals?|sum|(gesamt|zwischen)?summe|gesamt|insgesamt|(gesamt)?ergebnis)\s*:?\s*$"  # first word of a row
         r"|((gesamt|zwischen)?summe|sub-?total|sum of|(grand )?totals? (of|for))[\s:]+[^\s:])")  # and of what; as every engine reads it
REMARK = r"(?i)^\s*(stand|as (of|at)|quelle|source|hinweis|anmerkung|note|erstellt|created|exported|gedruckt|printed|seite|page)\b(:|.*\d)"
MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"  # a day among texts, as the parser of workbooks writes it
ACTION_CHECK = Text("Check the value in the source.", "Den Wert in der Quelle prüfen.")


@dataclass(frozen=True, slots=True)
class Rule:
    """Why something is left out, changed or noted, and what the user can do."""

    key: str
    outcome: Outcome
    reason: Text
    action: Text
    of_column: bool = False  # it speaks once about all values of a column


_RULES = (
    Rule("total", "left out", Text("A totals row, not a customer or an order.", "Eine Summenzeile, kein Kunde und kein Auftrag."),
         Text("Nothing; delete the row to be rid of this line.", "Nichts; wer die Zeile löscht, ist diesen Eintrag los.")),
    Rule("remark", "left out", Text("A remark below the table, not a customer.", "Ein Vermerk unter der Tabelle, kein Kunde."),
         Text("Nothing; delete the row to be rid of this line.", "Nichts; wer die Zeile löscht, ist diesen Eintrag los.")),
    Rule("ragged", "left out",
         Text("The line has more or fewer fields than there are headings.", "Die Zeile hat mehr oder weniger Felder als Überschriften."),
         Text("Put texts that contain the separator into quotation marks.",
              "Texte, die das Trennzeichen enthalten, in Anführungszeichen setzen.")),
    Rule("no customer", "left out", Text("No customer is named.", "Es ist kein Kunde genannt."),
         Text("Enter the customer.", "Den Kunden eintragen.")),
    Rule("no date", "left out", Text("The date is missing.", "Das Datum fehlt."), Text("Enter the date.", "Das Datum eintragen.")),
    Rule("no amount", "left out", Text("The amount is missing.", "Der Betrag fehlt."), Text("Enter the amount.", "Den Betrag eintragen.")),
    Rule("no spend", "left out", Text("The spend is missing.", "Die Ausgaben fehlen."),
         Text("Enter the spend.", "Die Ausgaben eintragen.")),
    Rule("no place", "left out", Text("Neither channel nor segment is named.", "Weder Kanal noch Segment ist genannt."),
         Text("Enter what the money was spent on.", "Eintragen, wofür das Geld ausgegeben wurde.")),
    Rule("unreadable row", "left out", Text("A needed value cannot be read.", "Ein nötiger Wert ist nicht lesbar."),
         Text("Enter a number, or a date such as 2024-01-31.", "Eine Zahl oder ein Datum wie 31.01.2024 eintragen.")),
    Rule("unreadable value", "changed",
         Text("The value cannot be read and counts as empty.", "Der Wert ist nicht lesbar und gilt als leer."),
         Text("Enter a number, or a date such as 2024-01-31.", "Eine Zahl oder ein Datum wie 31.01.2024 eintragen.")),
    Rule("implausible row", "left out",
         Text("A needed number is infinite or larger than 1,000,000,000,000,000.",
              "Eine nötige Zahl ist unendlich oder größer als 1.000.000.000.000.000."), ACTION_CHECK),
    Rule("implausible value", "changed",
         Text("The number is infinite or larger than 1,000,000,000,000,000 and counts as empty.",
              "Die Zahl ist unendlich oder größer als 1.000.000.000.000.000 und gilt als leer."), ACTION_CHECK),
    Rule("future order", "left out", Text("The order is dated after the as-of date.", "Der Auftrag liegt nach dem Stichtag."),
         Text("Check the date, or set a later as-of date.", "Das Datum prüfen oder einen späteren Stichtag wählen.")),
    Rule("future customer", "left out", Text("The customer began after the as-of date.", "Der Kunde kam erst nach dem Stichtag."),
         Text("Check the date, or set a later as-of date.", "Das Datum prüfen oder einen späteren Stichtag wählen.")),
    Rule("far order", "left out",
         Text("The date lies more than 400 days after all other dates of the column.",
              "Das Datum liegt mehr als 400 Tage nach allen anderen der Spalte."),
         Text("Correct the date; if it is right, set the as-of date.", "Das Datum berichtigen; stimmt es, den Stichtag angeben.")),
    Rule("far start", "changed",
         Text("The date lies more than 400 days after all other dates of the column and counts as empty.",
              "Das Datum liegt mehr als 400 Tage nach allen anderen der Spalte und gilt als leer."),
         Text("Correct the date; if it is right, set the as-of date.", "Das Datum berichtigen; stimmt es, den Stichtag angeben.")),
    Rule("future end", "noted",
         Text("The end lies after the as-of date; the customer counts as active.",
              "Das Ende liegt nach dem Stichtag; der Kunde gilt als aktiv."), Text("Nothing.", "Nichts.")),
    Rule("end before start", "changed",
         Text("The end lies before the start: the customer counts as gone since the end, and the start as empty.",
              "Das Ende liegt vor dem Beginn: Der Kunde gilt seit dem Ende als verloren und der Beginn als leer."),
         Text("Correct one of the two dates.", "Eines der beiden Daten berichtigen.")),
    Rule("first day", "noted",
         Text("Only a month, a quarter or a year is given; its first day counts.",
              "Nur Monat, Quartal oder Jahr ist angegeben; es zählt der erste Tag."),
         Text("Enter the full date where it matters.", "Wo es darauf ankommt, das volle Datum eintragen.")),
    Rule("endless", "changed",
         Text("A date after 2199 stands for no end and counts as empty.", "Ein Datum nach 2199 steht für kein Ende und gilt als leer."),
         Text("Nothing; leave the cell empty next time.", "Nichts; die Zelle künftig leer lassen.")),
    Rule("negative revenue", "changed", Text("A negative revenue counts as empty.", "Ein negativer Umsatz gilt als leer."),
         Text("Enter the revenue after returns, at least 0.", "Den Umsatz nach Retouren eintragen, mindestens 0.")),
    Rule("negative cost", "changed", Text("A negative cost or count counts as empty.", "Negative Kosten oder Anzahlen gelten als leer."),
         ACTION_CHECK),
    Rule("zero revenue", "noted", Text("The revenue is 0.", "Der Umsatz ist 0."),
         Text("Leave the cell empty if it is not known.", "Ist er nicht bekannt, die Zelle leer lassen.")),
    Rule("no revenue", "noted", Text("The revenue is missing.", "Der Umsatz fehlt."),
         Text("Enter the revenue of a year.", "Den Umsatz eines Jahres eintragen.")),
    Rule("score", "changed",
         Text("A recommendation score is a whole number from 0 to 10; this one counts as empty.",
              "Eine Weiterempfehlung ist eine ganze Zahl von 0 bis 10; diese gilt als leer."), ACTION_CHECK),
    Rule("margin", "changed",
         Text("A margin above 1 (100 %) counts as empty; it is divided by 100 only where the heading says percent.",
              "Eine Marge über 1 (100 %) gilt als leer; durch 100 geteilt wird nur, wo die Überschrift Prozent sagt."),
         Text("Write 0.3 or 30 %, or format the cell as a percentage.", "0,3 oder 30 % schreiben oder die Zelle als Prozent formatieren.")),
    Rule("contract", "changed", Text("Neither yes nor no; counts as empty.", "Weder ja noch nein; gilt als leer."),
         Text("Write yes or no.", "ja oder nein schreiben.")),
    Rule("control characters", "changed", Text("Invisible control characters were removed.", "Unsichtbare Steuerzeichen wurden entfernt."),
         Text("Nothing.", "Nichts.")),
    Rule("duplicate row", "left out", Text("The same row stands there twice.", "Dieselbe Zeile steht zweimal da."),
         Text("Delete one of them.", "Eine davon löschen.")),
    Rule("duplicate customer", "left out",
         Text("The customer already stands above with other values; the first row counts.",
              "Der Kunde steht mit anderen Werten schon weiter oben; es zählt die erste Zeile."),
         Text("Keep one row per customer, or give a table of orders.",
              "Eine Zeile je Kunde behalten oder eine Tabelle der Aufträge angeben.")),
    Rule("no cost", "noted",
         Text("Cost or margin is missing; the margin of the customer is that of the other orders.",
              "Kosten oder Marge fehlen; als Marge des Kunden gilt die der anderen Aufträge."),
         Text("Enter it.", "Den Wert eintragen.")),
    Rule("zero amount", "noted",
         Text("An order of 0 counts as a purchase without revenue.", "Ein Auftrag über 0 zählt als Kauf ohne Umsatz."),
         Text("Delete the row if nothing was ordered.", "Die Zeile löschen, falls nichts bestellt wurde.")),
    Rule("return", "noted",
         Text("A negative amount is a return: it is netted against the orders of the same customer and day.",
              "Ein negativer Betrag ist eine Retoure: Er wird mit den Aufträgen desselben Kunden und Tages verrechnet."),
         Text("Nothing.", "Nichts.")),
    Rule("day of returns", "noted",
         Text("Returns cancel all orders of this customer and day: no purchase, but the amount lowers the revenue.",
              "Retouren heben alle Aufträge dieses Kunden und Tages auf: kein Kauf, doch der Betrag mindert den Umsatz."),
         Text("Nothing.", "Nichts.")),
    Rule("no table", "noted",
         Text("The sheet is no table of customers, orders or marketing spend and was passed over.",
              "Das Blatt ist keine Tabelle von Kunden, Aufträgen oder Marketingausgaben und wurde übergangen."),
         Text("Say which it is with --customers, --orders or --spend.", "Mit --customers, --orders oder --spend sagen, was es ist.")),
    Rule("no rows", "noted",
         Text("The sheet has headings, but nothing below them, and was passed over.",
              "Das Blatt hat Überschriften, aber nichts darunter, und wurde übergangen."),
         Text("Nothing.", "Nichts.")),
    Rule("other column", "noted",
         Text("Another column has the same meaning and was preferred to this one.",
              "Eine andere Spalte hat dieselbe Bedeutung und wurde dieser vorgezogen."),
         Text('Rename one of them, or say which one counts with --column "Heading=term".',
              'Eine von beiden umbenennen oder mit --column "Überschrift=Begriff" sagen, welche gilt.')),
    Rule("thousands", "changed", Text("The heading says thousands: values were multiplied by 1,000.",
                                      "Die Überschrift sagt Tausend: Die Werte wurden mit 1.000 malgenommen."),
         Text("Nothing.", "Nichts."), of_column=True),
    Rule("percent", "changed", Text("The heading says percent: values were divided by 100.",
                                    "Die Überschrift sagt Prozent: Die Werte wurden durch 100 geteilt."),
         Text("Nothing.", "Nichts."), of_column=True),
)

RULES: dict[str, Rule] = {rule.key: rule for rule in _RULES}


Value = str | float | date


@dataclass(frozen=True, slots=True)
class Finding:
    """One row, value or sheet that a rule spoke about. ``row`` is the number the row has in its source.

    ``value`` is what stands there: a text as it is written, a number or a day where the cell holds one.
    """

    source: str
    row: int | None
    column: str
    value: Value
    rule: str
    outcome: Outcome


def kept_value(value: Any) -> Value:
    """A value as it is kept: a number, a day, or a text on one line that is not too long."""
    if pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float | date):
        return value
    text = str(value)
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[: LONGEST_VALUE + 1])
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def written(value: Value, language: Language) -> str:
    """A value of a finding as a reader of the language would write it; a text as it stands."""
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, str):
        return value
    digits = f"{value:.15g}"
    return digits if "e" in digits or not isfinite(value) else number(value, language, len(digits.partition(".")[2]))


class Findings:
    """Collects findings: the first of each rule and source, and the count of all."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, source: str, rule: str, column: str = "", row: int | None = None, value: object = None) -> None:
        self.add_rows(source, rule, column, [0], lambda _: (row, value))

    def add_rows(self, source: str, rule: str, column: str, places: Iterable[int],
                 what: Callable[[int], tuple[int | None, object]], count: int | None = None) -> None:
        """One finding for each of ``places``; ``what`` gives row number and value, and is asked only for those that are kept."""
        places = list(places)
        room = max(0, KEPT_FINDINGS - self.counts[source, rule])
        for place in places[:room]:
            row, value = what(place)
            self.kept.append(Finding(source, row, column, kept_value(value), rule, RULES[rule].outcome))
        self.counts[source, rule] += len(places) if count is None else count

    def left_out(self, source: str) -> int:
        """How many rows of a source were left out."""
        return sum(count for (name, rule), count in self.counts.items() if name == source and RULES[rule].outcome == "left out")
