"""Settings: one named cell for each, with what it means and what holds where it is empty."""

from __future__ import annotations

from typing import NamedTuple

from clvxl.excel.anchors import CHOICES, FROM, SOURCE, name_of
from clvxl.excel.look import GAP, ROW
from clvxl.excel.page import Area
from clvxl.excel.template.form import LEFT, SETTINGS, Form, opening
from clvxl.excel.template.prompts import Prompt, list_name, quantity
from clvxl.report.model import Value
from clvxl.settings import Settings
from clvxl.terms import TERMS
from clvxl.words import Language, Text

CODE = "SettingsSheet"
_WIDTHS = (15.0, 15.0, 26.0, 22.0, 22.0, 22.0, 22.0)  # two for the label, one for the input, four for the help
_INPUT, _HELP, _RIGHT = LEFT + 2, LEFT + 3, LEFT + len(_WIDTHS) - 1


class _Cell(NamedTuple):
    """A setting's cell: its words, and the term whose unit and bounds it has."""

    key: str
    label: Text
    help: Text
    term: str = ""
    value: Value = None


_DEFAULT = Settings()
_MESSAGE = Text("What holds for the whole report", "Was für den ganzen Bericht gilt")
_SUBTITLE = Text("Change the yellow cells, then click Refresh on Start.",
                 "Die gelben Zellen ändern, dann auf Start Aktualisieren anklicken.")
_REPORT, _VALUES = Text("Report", "Bericht"), Text("Calculation", "Berechnung")
_WHERE = Text("Where the tables are", "Wo die Tabellen liegen")

_GROUPS = (
    (_REPORT, (
        _Cell("language", Text("Language", "Sprache"),
              Text("Of this workbook and of the report.", "Dieser Mappe und des Berichts.")),
        _Cell("title", Text("Title", "Titel"),
              Text("Stands at the top of every page. Empty: the name of this file.",
                   "Steht oben auf jeder Seite. Leer: der Name dieser Datei.")),
        _Cell("as_of", TERMS["as_of"].label,
              Text("Day up to which the data count. Empty: the latest day in them.",
                   "Tag, bis zu dem die Daten zählen. Leer: der letzte Tag darin."), "as_of"),
        _Cell("currency", Text("Currency", "Währung"),
              Text("Shown in headings; nothing is converted.", "Steht in Überschriften; umgerechnet wird nichts."), "", _DEFAULT.currency),
    )),
    (_VALUES, (
        _Cell("discount", TERMS["discount"].label,
              Text("Per year: what a later payment is worth less. Empty: 10%.",
                   "Pro Jahr: um so viel ist eine spätere Zahlung weniger wert. Leer: 10 %."), "discount", _DEFAULT.discount),
        _Cell("horizon", Text("Horizon", "Horizont"),
              Text("Years whose payments count. Empty: all of them.", "Jahre, deren Zahlungen zählen. Leer: alle."), "years"),
        _Cell("target_ratio", TERMS["target_ratio"].label,
              Text("What a customer is to be worth for each euro it costs to win; 3 is usual.",
                   "Was ein Kunde je Euro seiner Gewinnung wert sein soll; üblich ist 3."), "target_ratio", _DEFAULT.target_ratio),
        _Cell("margin", TERMS["margin"].label,
              Text("Where the data have none: part of revenue that is left after variable costs.",
                   "Wo die Daten keine haben: der Teil vom Umsatz, der nach variablen Kosten bleibt."), "margin"),
        _Cell("retention", TERMS["retention"].label,
              Text("Where the data cannot tell it: part of the customers who stay for another year.",
                   "Wo die Daten sie nicht hergeben: der Teil der Kunden, der ein weiteres Jahr bleibt."), "retention"),
        _Cell("model", Text("Model", "Modell"),
              Text("Of who stays and what they buy. Automatic: follows the data, and the page Method says why.",
                   "Wer bleibt und was er kauft. Automatisch: folgt den Daten, und die Seite Methode sagt, warum.")),
        _Cell("budget", Text("Marketing budget", "Marketingbudget"),
              Text("Total to spread over the channels. Empty: what was spent in the last year.",
                   "Summe, die auf die Kanäle verteilt wird. Leer: was im letzten Jahr ausgegeben wurde."), "spend"),
        _Cell("dates", Text("Dates such as 03/04/2025", "Datum wie 03/04/2025"),
              Text("Day or month first, where dates are text. Empty: found out from the data.",
                   "Tag oder Monat zuerst, wo das Datum als Text dasteht. Leer: wird aus den Daten erkannt.")),
    )),
    (_WHERE, (
        _Cell(SOURCE, Text("Source", "Quelle"),
              Text("The sheets of this workbook, or the places below.", "Die Blätter dieser Mappe oder die Orte hier unten.")),
        *(_Cell(key, label, help) for key, label, help in zip(FROM.values(), (
            Text("Customers from", "Kunden aus"), Text("Orders from", "Aufträge aus"), Text("Spend from", "Ausgaben aus"),
        ), (
            Text("File such as C:\\Data\\customers.csv, or table of a database: postgresql://server/name#customers",
                 "Datei wie C:\\Daten\\kunden.csv oder Tabelle einer Datenbank: postgresql://server/name#kunden"),
            Text("The same for orders. Places that stay empty are not read.", "Ebenso für Aufträge. Was leer bleibt, wird nicht gelesen."),
            Text("The same for marketing spend. Never write a password here, but ${NAME}: it is then taken from the environment.",
                 "Ebenso für Marketingausgaben. Hier nie ein Kennwort eintragen, sondern ${NAME}: Es kommt dann aus der Umgebung."),
        ), strict=True)),
    )),
)


def settings(language: Language) -> Form:
    """The sheet."""
    form = Form(CODE, SETTINGS, language)
    form.page.widths |= dict(enumerate(_WIDTHS, LEFT))
    opening(form, _MESSAGE, _SUBTITLE, _RIGHT)
    row = 6
    for heading, cells in _GROUPS:
        form.say(row, LEFT, heading, "heading")
        for each in cells:
            row += 1
            _setting(form, each, row)
        form.page.heights[row + 1] = GAP
        row += 2
    form.page.protected, form.page.one_sheet, form.page.printed = True, True, Area(1, 1, row - 1, _RIGHT)
    return form


def _setting(form: Form, each: _Cell, row: int) -> None:
    """Label, cell and help."""
    chosen = {"language": form.language, SOURCE: "workbook", "model": _DEFAULT.model}.get(each.key)
    value = CHOICES[each.key][chosen].say(form.language) if chosen else each.value
    unit = TERMS[each.term].unit if each.term else "text"
    form.say(row, LEFT, each.label, "input.label")
    form.page.fill(row, LEFT + 1, LEFT + 1, "input.label")
    form.page.put(row, _INPUT, value, "input.text" if unit == "text" else "input", TERMS[each.term].format if each.term else "General")
    form.say(row, _HELP, each.help, "input.help")
    form.wide(row, _HELP, _RIGHT, "input.help")
    form.tall(row, (each.help,), sum(_WIDTHS[3:]) - 2, ROW + 2)
    form.name(name_of(each.key), row, _INPUT)
    form.prompts.append(_prompt(each, Area(row, _INPUT, row, _INPUT)))


def _prompt(each: _Cell, cell: Area) -> Prompt:
    if each.key in CHOICES:
        return Prompt(cell, each.label, each.help, rule="list", choices=list_name(each.key))
    return quantity(TERMS[each.term], cell, label=each.label, help=each.help) if each.term else Prompt(cell, each.label, each.help)
