"""What the page Method says of the models: which were chosen and why, what they are, and how an earlier forecast would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Any

import numpy as np

from clvxl.analysis import Analysis
from clvxl.formulas._days import period_name
from clvxl.formulas._fitting import MODELS
from clvxl.history import a_year_before
from clvxl.prediction import Prediction
from clvxl.prediction.holdout import YEARS as HELD_OUT_YEARS
from clvxl.prediction.holdout import FrequencyClass, Holdout
from clvxl.prediction.pace import Tracking
from clvxl.prediction.predict import LEAST
from clvxl.report.columns import SIGNED, TOTAL, cell
from clvxl.report.forecast import within
from clvxl.report.model import Block, Chart, Charts, Column, Heading, Note, Series, Table, Value
from clvxl.settings import Settings
from clvxl.terms import FORMATS, TERMS
from clvxl.words import Language, Text, day, number, percent

_MODELS = Text("Models of who stays and what they buy", "Modelle: wer bleibt und was er kauft")
_SWITCHED_OFF = Text("No model was fitted, as was set.", "Kein Modell wurde angepasst, wie eingestellt.")
_NOBODY_BACK = Text(
    "No model was fitted: nobody bought a second time, so that nothing tells who stays.",
    "Kein Modell wurde angepasst: Niemand kaufte ein zweites Mal, und so verrät nichts, wer bleibt.",
)
_CONTRACTS = Text(
    "{count} customers are under contract, and their ends are known: sBG, from their renewals.",
    "{count} Kunden haben einen Vertrag, und ihr Ende ist bekannt: sBG, aus ihren Verlängerungen.",
)
_CHOSEN = Text(
    "{count} customers without a contract have orders: {model}, as by rule; it lets even those who bought once be gone.",
    "{count} Kunden ohne Vertrag haben Aufträge: {model}, nach der Regel; danach können auch Einmalkäufer gegangen sein.",
)
_ASKED = Text(
    "{count} customers without a contract have orders: {model}, as was set.",
    "{count} Kunden ohne Vertrag haben Aufträge: {model}, wie eingestellt.",
)
_SPEND = Text(
    "What they spend: Gamma-Gamma, from the repeat purchases; a customer with one purchase is judged by that one.",
    "Was sie ausgeben: Gamma-Gamma, aus den Wiederkäufen; wer einmal kaufte, wird nach diesem Kauf beurteilt.",
)
_CORRELATION = Text(
    "Frequency and spend are correlated by {correlation}: little enough for the model of spend.",
    "Häufigkeit und Betrag hängen mit {correlation} zusammen: wenig genug für das Modell der Beträge.",
)
_CORRELATED = Text(
    "Frequency and spend are correlated by {correlation}; above 0.3 the model of spend is doubtful, so take residual values with care.",
    "Häufigkeit und Betrag hängen mit {correlation} zusammen; über 0,3 ist das Modell der Beträge zweifelhaft: Restwerte mit Vorsicht.",
)
_RESIDUAL = Text(
    "Residual value: expected contribution within {within}, month by month, discounted at {discount} a year; contracts pay once a year. "
    "Who is known to have left is worth nothing.",
    "Restwert: erwarteter Deckungsbeitrag innerhalb von {within}, Monat für Monat, abgezinst mit {discount} im Jahr; Verträge zahlen "
    "einmal im Jahr. Wer sicher gegangen ist, ist nichts wert.",
)
_VALUE = Text(
    "Only orders tell who stays, so the value of a customer is the residual value, and customer equity is their sum.",
    "Nur Aufträge sagen, wer bleibt; daher ist der Wert eines Kunden der Restwert, und der Wert des Kundenstamms ist deren Summe.",
)
_RANGES = Text(
    "Ranges: the delta method with the covariance of the models' parameters; for CLV and equity by retention, the standard errors of "
    "retention and of average revenue. Lognormal, nine cases in ten. Chance for a single customer and changes to come are in none.",
    "Spannen: Delta-Methode mit der Kovarianz der Modellparameter; für CLV und Stammwert nach Bindungsrate die Standardfehler von "
    "Bindungsrate und mittlerem Umsatz. Lognormal, neun von zehn Fällen. Zufall beim einzelnen Kunden und künftiger Wandel fehlen darin.",
)
_GROUPING = Text(
    "Groups: likely to stay is a probability of a half and more, of contracts that of the next renewal; bringing more is above the average "
    "contribution of a year if active.",
    "Gruppen: Wohl bleibt, wer mit mindestens der Hälfte Wahrscheinlichkeit aktiv ist, bei Verträgen: verlängert; mehr bringt, wer aktiv "
    "über dem mittleren Deckungsbeitrag eines Jahres liegt.",
)
_FEW = Text(
    "Fewer than {least} customers of a model say too little of single ones: forecasts are then given for segments only.",
    "Weniger als {least} Kunden eines Modells sagen zu wenig über einzelne: Vorhersagen stehen dann nur für Segmente.",
)
_HOLDOUT = Text("Had the model been asked a year ago", "Hätte man das Modell vor einem Jahr gefragt")
_SHORT = Text(
    "The data reach back less than {years} years: too short to hold a part of them out and test the forecast with it.",
    "Die Daten reichen keine {years} Jahre zurück: zu kurz, um einen Teil zurückzuhalten und die Vorhersage damit zu prüfen.",
)
_TESTED = Text(
    "Fitted to the orders up to {day}, the model forecasts {forecast} further orders of {customers} customers; {counted} were counted "
    "since: {error}.",
    "Angepasst an die Aufträge bis {day}, sagt das Modell {forecast} weitere Aufträge von {customers} Kunden voraus; gezählt wurden "
    "seither {counted}: {error}.",
)
_RENEWED = Text(
    "Fitted to the renewals up to {day}, the model forecasts {forecast} renewals of the {due} contracts that came to one since; {counted} "
    "were counted: {error}.",
    "Angepasst an die Verlängerungen bis {day}, sagt das Modell {forecast} Verlängerungen der {due} Verträge voraus, bei denen seither "
    "eine anstand; gezählt wurden {counted}: {error}.",
)
_TRACKED = Text("Further orders so far, counted and by the model", "Weitere Aufträge bis dahin, gezählt und nach Modell")
_LABELS = {
    "model": Text("Model", "Modell"),
    "parameter": Text("Parameter of it", "Parameter dazu"),
    "estimate": Text("Estimate", "Schätzwert"),
    "error": Text("Standard error", "Standardfehler"),
    "likelihood": TERMS["log_likelihood"].label,
    "fit": Text("Of the fit", "Zur Anpassung"),
    "repeats": Text("Further orders before", "Weitere Aufträge davor"),
    "customers": Text("Customers", "Kunden"),
    "counted": Text("Orders counted", "Aufträge gezählt"),
    "forecast": Text("Orders forecast", "Aufträge vorhergesagt"),
    "off": Text("Error", "Fehler"),
    "until": Text("Until the end of", "Bis zum Ende von"),
    "tracked": Text("Counted", "Gezählt"),
    "fitted": Text("Model, fitted", "Modell, angepasst"),
    "ahead": Text("Model, forecast", "Modell, vorhergesagt"),
}
_LINES = {
    "tracked": Text("counted", "gezählt"),
    "fitted": Text("fitted", "angepasst"),
    "ahead": Text("forecast", "vorhergesagt"),
}
_ABOUT = Text("{status}; {customers} customers", "{status}; {customers} Kunden")
_ABOUT_LEFT_OUT = Text("{status}; {customers} customers, {left_out} left out", "{status}; {customers} Kunden, {left_out} ausgelassen")
_AUTO, _NO_MODEL = Text("as the data allow", "wie es die Daten zulassen"), Text("no model", "kein Modell")
DOUBTFUL = 0.3  # correlation of frequency and spend
_MORE_THAN = Text("{least} and more", "{least} und mehr")


def model_figures(analysis: Analysis) -> dict[str, str]:
    """Which function of the catalog gives which figure of the models in use."""
    found = analysis.prediction
    if found is None:
        return {}
    if found.buying is None:
        return {"again": "CLV_SBG_RETENTION", "residual": "CLV_SBG_DERL"}
    name = {"mbgnbd": "CLV_MBGNBD", "bgnbd": "CLV_BGNBD", "pareto": "CLV_PARETO"}[found.buying.model]
    return {
        "alive": f"{name}_ALIVE",
        "orders_expected": f"{name}_PURCHASES",
        "again": f"{name}_NO_PURCHASE",
        "residual": "CLV_RESIDUAL",
    }


def model_setting(settings: Settings) -> str:
    """Which model was asked for, in words."""
    said = {"auto": _AUTO, "none": _NO_MODEL}
    return said[settings.model].say(settings.language) if settings.model in said else MODELS[settings.model]


def model_blocks(analysis: Analysis) -> list[Block | None]:
    """The part of the page Method on the models."""
    prediction, heading = analysis.prediction, Heading(_MODELS.say(analysis.settings.language))
    if prediction is None:
        why = _SWITCHED_OFF if analysis.settings.model == "none" else _NOBODY_BACK if "frequency" in analysis.customers else None
        return [heading, Note(why.say(analysis.settings.language))] if why else []
    return [
        heading,
        *_choice(prediction, analysis),
        *_held_out(prediction, analysis),
        _parameters(prediction, analysis),
        *_rules(prediction, analysis),
    ]


def _choice(prediction: Prediction, analysis: Analysis) -> list[Note]:
    language, notes = analysis.settings.language, []
    bound = analysis.customers["again"].notna() & analysis.customers["orders_expected"].isna()
    if prediction.contracts is not None:
        notes.append(Note(_CONTRACTS.say(language, count=number(int(bound.sum()), language))))
    if prediction.buying is not None:
        asked, name = analysis.settings.model == prediction.buying.model, MODELS[prediction.buying.model]
        count = number(prediction.buying.parameters.customers, language)
        notes += [Note((_ASKED if asked else _CHOSEN).say(language, count=count, model=name)), Note(_SPEND.say(language))]
        if isfinite(correlation := prediction.buying.spend.correlation):
            said = (_CORRELATED if correlation > DOUBTFUL else _CORRELATION).say(language, correlation=number(correlation, language, 2))
            notes.append(Note(said, "poor" if correlation > DOUBTFUL else "plain"))
    return notes


def _rules(prediction: Prediction, analysis: Analysis) -> list[Note]:
    language, settings = analysis.settings.language, analysis.settings
    residual = _RESIDUAL.say(
        language, within=within(prediction.years, language), discount=percent(settings.discount, language, 1)
    )
    notes = [residual, _RANGES.say(language), _GROUPING.say(language)]
    notes += [_VALUE.say(language)] if analysis.forecast else []
    notes += [] if prediction.single else [_FEW.say(language, least=number(LEAST, language))]
    return [Note(each) for each in notes]


def _parameters(prediction: Prediction, analysis: Analysis) -> Table:
    """One row per parameter of each model; the first one says how the fit went."""
    fitted = [] if prediction.contracts is None else [prediction.contracts.parameters]
    sold = prediction.buying
    rows = [row for each in (*fitted, *((sold.parameters, sold.spend) if sold else ())) for row in _rows(each, analysis)]
    formats = dict.fromkeys(("estimate", "error"), "[<1000]0.0000;#,##0") | {"likelihood": "#,##0.00"}
    keys = ("model", "parameter", "estimate", "error", "likelihood", "fit")
    return Table("parameters", _columns(keys, rows, analysis, formats, ("fit",)))


def _rows(fitted: Any, analysis: Analysis) -> list[tuple[Value, ...]]:
    language = analysis.settings.language
    left_out = getattr(fitted, "left_out", 0)
    about = (_ABOUT_LEFT_OUT if left_out else _ABOUT).say(
        language,
        status=fitted.status.say(language),
        customers=number(fitted.customers, language),
        left_out=number(left_out, language),
    )
    names = [name for name in fitted._fields if f"{name}_error" in fitted._fields]
    rows = [(name, cell(getattr(fitted, name)), cell(getattr(fitted, f"{name}_error"))) for name in names]
    return [(MODELS[fitted.model], *rows[0], cell(fitted.log_likelihood), about), *((None, *row, None, None) for row in rows[1:])]


def _columns(
    keys: Sequence[str], rows: Sequence[tuple[Value, ...]], analysis: Analysis, formats: Mapping[str, str], wide: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    language = analysis.settings.language
    return tuple(
        Column(key, _LABELS[key].say(language), tuple(row[place] for row in rows), formats.get(key, "General"), wide=key in wide)
        for place, key in enumerate(keys)
    )


def _held_out(prediction: Prediction, analysis: Analysis) -> list[Block | None]:
    language, held = analysis.settings.language, prediction.holdout
    blocks: list[Block | None] = []
    if held is not None and prediction.tracking is not None:
        said = {key: number(getattr(held, key), language) for key in ("forecast", "customers", "counted")}
        error = _signed(held.forecast, held.counted, language)
        blocks = [
            Note(_TESTED.say(language, day=day(held.cut, language), error=error, **said)),
            _drawn(analysis),
            _by_frequency(held, analysis),
            _tracked(prediction.tracking, held, analysis),
        ]
    if prediction.renewals is not None and analysis.as_of is not None:
        found = prediction.renewals
        said = {key: number(getattr(found, key), language) for key in ("forecast", "due", "counted")}
        error, then = _signed(found.forecast, found.counted, language), day(a_year_before(analysis.as_of), language)
        blocks.insert(0, Note(_RENEWED.say(language, day=then, error=error, **said)))
    return [Heading(_HOLDOUT.say(language)), *(blocks or [Note(_SHORT.say(language, years=HELD_OUT_YEARS))])]


def _signed(forecast: float, counted: float, language: Language) -> str:
    error = forecast / counted - 1 if counted > 0 else nan
    return ("+" if error > 0 else "") + percent(error, language, 1) if isfinite(error) else "–"


def _drawn(analysis: Analysis) -> Charts:
    language = analysis.settings.language
    tracked, fitted, ahead = (_LINES[key].say(language) for key in ("tracked", "fitted", "ahead"))
    lines = (Series(tracked, "tracked"), Series(fitted, "fitted", "previous"), Series(ahead, "ahead", "projection"))
    return Charts((Chart(_TRACKED.say(language), "line", "method", "tracking", "until", lines, FORMATS["count"]),))


def _by_frequency(held: Holdout, analysis: Analysis) -> Table:
    """The same by how often customers had bought before."""
    language = analysis.settings.language
    rows: list[tuple[Value, ...]] = [
        (_class(each, analysis), float(each.customers), each.counted, each.forecast, _off(each.counted, each.forecast))
        for each in held.classes
    ]
    totals = (TOTAL.say(language), float(held.customers), held.counted, held.forecast, _off(held.counted, held.forecast))
    keys, count = ("repeats", "customers", "counted", "forecast", "off"), FORMATS["count"]
    formats = {"customers": count, "counted": count, "forecast": count, "off": SIGNED["fraction"]}
    columns = _columns(keys, rows, analysis, formats)
    return Table("holdout", tuple(replace(each, total=total) for each, total in zip(columns, totals, strict=True)), total=True)


def _class(each: FrequencyClass, analysis: Analysis) -> str:
    if np.isinf(each.most):
        return _MORE_THAN.say(analysis.settings.language, least=each.least)
    return str(each.least) if each.least == each.most else f"{each.least}–{each.most:.0f}"


def _off(counted: float, forecast: float) -> Value:
    return forecast / counted - 1 if counted > 0 else None


def _tracked(found: Tracking, held: Holdout, analysis: Analysis) -> Table:
    """Counted and by the model, to the cut and from there on; the two meet on the last period before."""
    cut = int(np.flatnonzero(found.end <= np.datetime64(held.cut)).max(initial=0))
    names = [period_name(int(each), found.interval) for each in found.period]
    fitted = [float(each) if place <= cut else None for place, each in enumerate(found.forecast)]
    ahead = [float(each) if place >= cut else None for place, each in enumerate(found.forecast)]
    rows: list[tuple[Value, ...]] = list(zip(names, map(float, found.counted), fitted, ahead, strict=True))
    count = dict.fromkeys(("tracked", "fitted", "ahead"), FORMATS["count"])
    return Table("tracking", _columns(("until", "tracked", "fitted", "ahead"), rows, analysis, count))
