"""Cohorts: who stays and who comes back, by the time customers came; with what the models expect next."""

from __future__ import annotations

from math import isnan

import numpy as np

from clvxl.analysis import Analysis
from clvxl.arguments import Array
from clvxl.formulas import sbg
from clvxl.formulas._days import period_name
from clvxl.prediction import Prediction
from clvxl.prediction.cohorts import Cohorts, Interval
from clvxl.prediction.pace import LEAST
from clvxl.report.columns import cell
from clvxl.report.model import Block, Chart, Charts, Column, Grid, Heading, Note, Series, Sheet, Table
from clvxl.report.page import sheet
from clvxl.terms import FORMATS
from clvxl.words import Text, number, percent

_WHAT = Text("Customers by the time they came", "Kunden nach der Zeit, in der sie kamen")
_RENEWED = Text(
    "Of 100 customers under contract {kept} are still there after {seen} renewals; the model expects {later} after {ahead}.",
    "Von 100 Kunden mit Vertrag sind nach {seen} Verlängerungen noch {kept} da; nach {ahead} erwartet das Modell noch {later}.",
)
_COMES_BACK = Text(
    "The model expects a new customer to order {first} more times in the first year and {second} times in the second.",
    "Das Modell erwartet von einem neuen Kunden noch {first} weitere Aufträge im ersten Jahr und {second} im zweiten.",
)
_STAY: dict[Interval, Text] = {
    "month": Text(
        "Share of each cohort still there at the end of its month, and of the months after",
        "Anteil jeder Kohorte, der am Ende ihres Monats und der Monate danach noch da ist",
    ),
    "quarter": Text(
        "Share of each cohort still there at the end of its quarter, and of the quarters after",
        "Anteil jeder Kohorte, der am Ende ihres Quartals und der Quartale danach noch da ist",
    ),
    "year": Text(
        "Share of each cohort still there at the end of its year, and of the years after",
        "Anteil jeder Kohorte, der am Ende ihres Jahres und der Jahre danach noch da ist",
    ),
}
_BUY: dict[Interval, Text] = {
    "month": Text("Share of each cohort that buys in the months after its own", "Anteil jeder Kohorte, der in den Monaten danach kauft"),
    "quarter": Text(
        "Share of each cohort that buys in the quarters after its own", "Anteil jeder Kohorte, der in den Quartalen danach kauft"
    ),
    "year": Text("Share of each cohort that buys in the years after its own", "Anteil jeder Kohorte, der in den Jahren danach kauft"),
}
_COHORT, _SIZE = Text("Cohort", "Kohorte"), Text("Customers", "Kunden")
_AFTER: dict[Interval, Text] = {
    "month": Text("Months after the first", "Monate nach dem ersten"),
    "quarter": Text("Quarters after the first", "Quartale nach dem ersten"),
    "year": Text("Years after the first", "Jahre nach dem ersten"),
}
_RENEWALS = Text("Contracts: still there after each renewal", "Verträge: noch da nach jeder Verlängerung")
_RENEWALS_NOTE = Text(
    "Contracts count as renewed once a year. The model fits a chance of leaving to the renewals seen and carries it on. Payments to come "
    "are those expected from this renewal on, discounted, this one included.",
    "Verträge gelten als einmal im Jahr verlängert. Das Modell passt eine Abgangswahrscheinlichkeit an die gesehenen Verlängerungen an und "
    "führt sie fort. Künftige Zahlungen sind die ab dieser Verlängerung erwarteten, abgezinst, diese eingeschlossen.",
)
_PACE: dict[Interval, Text] = {
    "month": Text("Orders per customer in each month after the first order", "Aufträge je Kunde in jedem Monat nach dem ersten Auftrag"),
    "quarter": Text(
        "Orders per customer in each quarter after the first order", "Aufträge je Kunde in jedem Quartal nach dem ersten Auftrag"
    ),
    "year": Text("Orders per customer in each year after the first order", "Aufträge je Kunde in jedem Jahr nach dem ersten Auftrag"),
}
_PACE_NOTE = Text(
    "Customers without a contract; 0 is what is left of the period of the first order. Counted: further orders, days with several as one, "
    "while at least {least} customers have come so far. "
    "Model: fitted to the orders of all, carried on beyond what can be counted yet.",
    "Kunden ohne Vertrag; 0 ist der Rest der Periode des ersten Auftrags. Gezählt: weitere Aufträge, mehrere an einem Tag als einer, "
    "solange mindestens {least} Kunden so weit sind. "
    "Modell: angepasst an die Aufträge aller, fortgeführt über das Zählbare hinaus.",
)
_LABELS = {
    "renewal": Text("Renewal", "Verlängerung"),
    "came": Text("Customers who came to it", "Kunden, die sie erreichten"),
    "renewed": Text("Renewed", "Verlängert"),
    "chance": Text("Renewed, model", "Verlängert, Modell"),
    "counted": Text("Still there, counted", "Noch da, gezählt"),
    "model": Text("Still there, model", "Noch da, Modell"),
    "payments": Text("Payments to come", "Künftige Zahlungen"),
    "orders": Text("Orders, counted", "Aufträge, gezählt"),
    "expected": Text("Orders, model", "Aufträge, Modell"),
}
_COUNTED, _MODEL = Text("counted", "gezählt"), Text("model", "Modell")
_AHEAD = 5  # renewals that the model looks ahead
_SHARE, _TIMES = "0%", "0.00"


def cohorts(analysis: Analysis) -> Sheet | None:
    """The page; none without a model."""
    prediction = analysis.prediction
    if prediction is None:
        return None
    charts = _charts(prediction, analysis)
    blocks: list[Block | None] = [
        Charts(tuple(charts)) if charts else None,
        *_heat(prediction.cohorts, analysis),
        *_renewals(prediction, analysis),
        *_pace(prediction, analysis),
    ]
    return sheet(analysis, "cohorts", _message(prediction, analysis), _WHAT, blocks)


def _message(prediction: Prediction, analysis: Analysis) -> str:
    language = analysis.settings.language
    if _seen(prediction):
        counted, model = _survival(prediction)
        seen, ahead = counted.size - 1, model.size - 1
        shares = {"kept": percent(counted[-1], language), "later": percent(model[-1], language)}
        said = {key: share.rstrip("%\u202f ") for key, share in shares.items()}
        return _RENEWED.say(language, seen=seen, ahead=ahead, **said)
    if prediction.pace is None:
        return _WHAT.say(language)
    first, second = (number(float(each), language, 1) for each in prediction.pace.yearly)
    return _COMES_BACK.say(language, first=first, second=second)


def _heat(found: Cohorts | None, analysis: Analysis) -> list[Block]:
    if found is None or found.share.size == 0:
        return []
    language = analysis.settings.language
    grid = Grid(
        "heat",
        _COHORT.say(language),
        (_BUY if found.since else _STAY)[found.interval].say(language),
        tuple(period_name(int(each), found.interval) for each in found.cohort),
        tuple(float(each) for each in range(found.since, found.since + found.share.shape[1])),
        tuple(tuple(None if isnan(value) else float(value) for value in row) for row in found.share),
        "",
        _SHARE,
        "General",
        "0",
        size_label=_SIZE.say(language),
        sizes=tuple(map(float, found.customers)),
    )
    return [grid]


def _survival(prediction: Prediction) -> tuple[Array, Array]:
    """Share still there after each renewal, none included: counted, and by the model."""
    assert prediction.contracts is not None  # noqa: S101 - asked only where there are contracts
    lost, kept, parameters = prediction.contracts.lost, prediction.contracts.kept, prediction.contracts.parameters
    counted = np.append(1.0, np.cumprod(kept / (lost + kept)))
    return counted, sbg.survival(np.arange(counted.size + _AHEAD), parameters)


def _charts(prediction: Prediction, analysis: Analysis) -> list[Chart]:
    language = analysis.settings.language
    counted, model = _COUNTED.say(language), _MODEL.say(language)
    charts = []
    if _seen(prediction):
        lines = (Series(counted, "counted"), Series(model, "model", "projection"))
        charts.append(Chart(_RENEWALS.say(language), "line", "cohorts", "renewals", "renewal", lines, _SHARE))
    if prediction.pace is not None:
        lines = (Series(counted, "orders"), Series(model, "expected", "projection"))
        charts.append(Chart(_PACE[prediction.pace.interval].say(language), "line", "cohorts", "pace", "since", lines, _TIMES))
    return charts


def _seen(prediction: Prediction) -> bool:
    return prediction.contracts is not None and not isnan(prediction.contracts.parameters.a)


def _labelled(key: str, values: Array, analysis: Analysis, format: str, word: str = "") -> Column:
    return Column(key, word or _LABELS[key].say(analysis.settings.language), tuple(map(cell, values)), format)


def _renewals(prediction: Prediction, analysis: Analysis) -> list[Block]:
    if prediction.contracts is None or not _seen(prediction):
        return []
    language, found = analysis.settings.language, prediction.contracts
    counted, model = _survival(prediction)
    number_of = np.arange(float(model.size))
    came, kept = (np.append(np.nan, each) for each in (found.lost + found.kept, found.kept))
    with np.errstate(invalid="ignore"):
        chance = np.where(number_of > 0, sbg.retention(np.maximum(number_of, 1), found.parameters), np.nan)
        payments = np.where(number_of > 0, _payments(number_of, analysis, prediction), np.nan)
    columns = (
        _labelled("renewal", number_of, analysis, "0"),
        _labelled("came", _filled(came, model.size), analysis, FORMATS["count"]),
        _labelled("renewed", _filled(kept / came, model.size), analysis, FORMATS["fraction"]),
        _labelled("chance", chance, analysis, FORMATS["fraction"]),
        _labelled("counted", _filled(counted, model.size), analysis, FORMATS["fraction"]),
        _labelled("model", model, analysis, FORMATS["fraction"]),
        _labelled("payments", payments, analysis, _TIMES),
    )
    return [Heading(_RENEWALS.say(language)), Table("renewals", columns), Note(_RENEWALS_NOTE.say(language))]


def _payments(renewal: Array, analysis: Analysis, prediction: Prediction) -> Array:
    """Discounted payments expected of a customer just before each renewal."""
    assert prediction.contracts is not None  # noqa: S101 - asked only where there are contracts
    return sbg.residual_lifetime(np.maximum(renewal, 1), analysis.settings.discount, prediction.contracts.parameters)


def _filled(values: Array, size: int) -> Array:
    """A column with blanks at its end."""
    return np.append(values, np.full(size - values.size, np.nan))


def _pace(prediction: Prediction, analysis: Analysis) -> list[Block]:
    pace, language = prediction.pace, analysis.settings.language
    if pace is None:
        return []
    since = np.arange(float(pace.forecast.size))
    columns = (
        _labelled("since", since, analysis, "0", _AFTER[pace.interval].say(language)),
        _labelled("orders", _filled(pace.counted, since.size), analysis, _TIMES),
        _labelled("expected", pace.forecast, analysis, _TIMES),
    )
    note = Note(_PACE_NOTE.say(language, least=number(LEAST, language)))
    return [Heading(_PACE[pace.interval].say(language)), Table("pace", columns), note]
