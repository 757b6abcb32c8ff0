"""What the models say of customers, in words and columns: for the pages Overview, Segments and Customers."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
import pandas as pd

from clvxl.analysis import Analysis
from clvxl.prediction.groups import GROUPS, KEEP, LET_GO, WIN_BACK
from clvxl.prediction.predict import LEAST
from clvxl.report.columns import column, known, label, segment_names
from clvxl.report.model import Block, Column, Heading, Note, Table, Tone
from clvxl.terms import FORMATS
from clvxl.words import Language, Text, counted, enumeration, number, percent

NAMES = dict(
    zip(
        GROUPS,
        (Text("keep", "halten"), Text("grow", "ausbauen"), Text("win back", "zurückgewinnen"), Text("let go", "ziehen lassen")),
        strict=True,
    )
)
ACTIONS = dict(
    zip(
        GROUPS,
        (
            Text("look after", "pflegen"),
            Text("offer more", "mehr anbieten"),
            Text("call now", "jetzt anrufen"),
            Text("no effort", "kein Aufwand"),
        ),
        strict=True,
    )
)
_ADVICE = dict(
    zip(
        GROUPS,
        (
            Text("Look after in person; no discounts needed.", "Persönlich pflegen; Rabatte sind nicht nötig."),
            Text("Offer more: the next product, a regular order.", "Mehr anbieten: das nächste Produkt, feste Abrufe."),
            Text("Call now, ask why, make an offer.", "Jetzt anrufen, nachfragen, ein Angebot machen."),
            Text("No effort beyond the newsletter.", "Kein Aufwand über den Newsletter hinaus."),
        ),
        strict=True,
    )
)
_TONES: dict[str, Tone] = {KEEP: "good", WIN_BACK: "poor", LET_GO: "fair"}
_WITHIN = Text("{label}, {years} years", "{label}, {years} Jahre")
_WITHIN_ONE = Text("{label}, 1 year", "{label}, 1 Jahr")
_BY_RETENTION = Text(
    "Value from now on continues a year's contribution with the retention of the segment. Residual value is what a model expects within "
    "{within}, discounted, from each customer's own orders or renewals.",
    "Der Wert von jetzt an setzt den Deckungsbeitrag eines Jahres mit der Bindungsrate des Segments fort. Der Restwert ist, was ein Modell "
    "innerhalb von {within} abgezinst aus den eigenen Aufträgen oder Verlängerungen des Kunden erwartet.",
)
_BY_FORECAST = Text(
    "Residual value is what a model expects within {within}, discounted, from each customer's own orders. It is the customer's value.",
    "Der Restwert ist, was ein Modell innerhalb von {within} abgezinst aus den eigenen Aufträgen des Kunden erwartet. Er ist der Wert des "
    "Kunden.",
)
_YEARS = Text("{years} years", "{years} Jahren")
_ONE_YEAR = Text("a year", "einem Jahr")
_FOR_YEARS = Text("{years} years", "{years} Jahre")
_FOR_A_YEAR = Text("a year", "ein Jahr")
RANGE = Text(
    "Ranges hold in nine of ten cases, as far as the estimates behind them are uncertain; the page Method says how.",
    "Die Spannen gelten in neun von zehn Fällen, soweit die Schätzungen dahinter unsicher sind; die Seite Methode sagt, wie.",
)
_NO_ORDERS = Text(
    "Of customers under contract renewals are forecast, not orders.",
    "Bei Kunden mit Vertrag werden Verlängerungen vorhergesagt, keine Aufträge.",
)
_TOO_FEW = Text(
    "Fewer than {least} customers could be compared: forecasts are given for segments on the page Segments, not for each customer.",
    "Weniger als {least} Kunden sind vergleichbar: Vorhersagen stehen für Segmente auf der Seite Segmente, nicht für einzelne Kunden.",
)
_FORECAST = Text("Forecast", "Vorhersage")
_GROUPS = Text("What to do with which customers", "Was mit welchen Kunden zu tun ist")
_SURE = Text("How sure the values are", "Wie sicher die Werte sind")
_STILL = Text("Still active, expected", "Noch aktiv, erwartet")
_FORECAST_LIST = Text("SegmentForecast", "Segmentvorhersage")
_SURE_LIST = Text("SegmentRanges", "Segmentspannen")
_ENDS = {
    "clv_low": Text("CLV from", "CLV von"),
    "clv_high": Text("CLV to", "CLV bis"),
    "equity_low": Text("Equity from", "Stammwert von"),
    "equity_high": Text("Equity to", "Stammwert bis"),
}
_AT_RISK = Text(
    "Most valuable customers at risk: {names}. The chance that they are still there is {alive} on average; a year with them would be worth "
    "{money} {currency}. Call them now.",
    "Die wertvollsten gefährdeten Kunden: {names}. Dass sie noch da sind, ist im Mittel nur zu {alive} wahrscheinlich; ein Jahr mit ihnen "
    "wäre {money} {currency} wert. Jetzt anrufen.",
)
_MOST_NAMES = 3
_WORTH = Text(
    "{active} active customers are worth {equity} {currency} from now on",
    "{active} aktive Kunden sind von jetzt an {equity} {currency} wert",
)
_ONE_WORTH = Text(
    "1 active customer is worth {equity} {currency} from now on", "1 aktiver Kunde ist von jetzt an {equity} {currency} wert"
)
_FORECAST_WORTH = Text(
    "{customers} customers are worth {equity} {currency} within {years}",
    "{customers} Kunden sind innerhalb von {years} {equity} {currency} wert",
)
_ONE_FORECAST_WORTH = Text(
    "1 customer is worth {equity} {currency} within {years}", "1 Kunde ist innerhalb von {years} {equity} {currency} wert"
)


def worth(analysis: Analysis) -> str:
    """What all customers are worth, as the beginning of a sentence."""
    total, language, prediction = analysis.total, analysis.settings.language, analysis.prediction
    if analysis.forecast and prediction is not None:
        text, years = counted(int(total["customers"]), _ONE_FORECAST_WORTH, _FORECAST_WORTH), within(prediction.years, language)
    else:
        text, years = counted(int(total["active"]), _ONE_WORTH, _WORTH), ""
    said = {key: number(total[key], language) for key in ("active", "customers", "equity")}
    return text.say(language, years=years, currency=analysis.settings.currency, **said)


def within(years: float, language: Language) -> str:
    """The horizon of a forecast, as a sentence says it."""
    return _ONE_YEAR.say(language) if years == 1 else _YEARS.say(language, years=_plain(years, language))


def horizon(years: float, language: Language) -> str:
    """The horizon of a forecast, as the time that it is for."""
    return _FOR_A_YEAR.say(language) if years == 1 else _FOR_YEARS.say(language, years=_plain(years, language))


def _plain(years: float, language: Language) -> str:
    return number(years, language, 0 if years == int(years) else 1)


def residual_label(analysis: Analysis) -> str:
    """What the residual value is called, with its horizon."""
    language, years = analysis.settings.language, analysis.prediction.years if analysis.prediction else 0
    word, _, currency = label("residual", analysis.settings).partition(" (")
    named = (_WITHIN_ONE if years == 1 else _WITHIN).say(language, label=word, years=_plain(years, language))
    return f"{named} ({currency}"


def told_apart(analysis: Analysis) -> bool:
    """Whether the models say something of single customers."""
    return analysis.prediction is not None and analysis.prediction.single


def customer_notes(analysis: Analysis) -> list[Block | None]:
    """What the columns of the models mean, above the list of customers."""
    prediction, language = analysis.prediction, analysis.settings.language
    if prediction is None:
        return []
    if not told_apart(analysis):
        return [Note(_TOO_FEW.say(language, least=number(LEAST, language)))]
    text = _BY_FORECAST if analysis.forecast else _BY_RETENTION
    said = [text.say(language, within=within(prediction.years, language)), RANGE.say(language)]
    said += [_NO_ORDERS.say(language)] if prediction.buying is not None and prediction.contracts is not None else []
    return [Note(" ".join(said))]


def customer_columns(analysis: Analysis, frame: pd.DataFrame) -> list[Column]:
    """What the models say of each customer: how likely, how often, how much, and what to do."""
    settings, language = analysis.settings, analysis.settings.language
    if not told_apart(analysis):
        return []
    apart = frame["group"].notna()
    return [
        column("alive", frame["alive"].where(apart), settings),
        column("orders_expected", frame["orders_expected"].where(apart), settings),
        column("again", 100 * frame["again"].where(apart), settings),
        column("residual", frame["residual"].where(apart), settings, label=residual_label(analysis), result=analysis.forecast),
        column("low", frame["residual_low"].where(apart), settings),
        column("high", frame["residual_high"].where(apart), settings),
        column("group", _said(frame["group"], NAMES, language), settings, tones=group_tones(language)),
        column("action", _said(frame["group"], ACTIONS, language), settings),
    ]


def _said(groups: pd.Series, words: dict[str, Text], language: Language) -> list[str | None]:
    return [words[each].say(language) if isinstance(each, str) else None for each in groups]


def group_tones(language: Language) -> tuple[tuple[str, Tone], ...]:
    """The word for each group with how good it is."""
    return tuple((NAMES[key].say(language), tone) for key, tone in _TONES.items())


def segment_blocks(analysis: Analysis) -> list[Block | None]:
    """The forecast for each segment, and what to do with which customers."""
    language = analysis.settings.language
    return [
        *((Heading(_FORECAST.say(language)), _forecast(analysis)) if analysis.prediction else ()),
        *((Heading(_GROUPS.say(language)), _groups(analysis)) if told_apart(analysis) else ()),
    ]


def range_blocks(analysis: Analysis) -> list[Block | None]:
    """How sure the values of the segments are."""
    language, sure = analysis.settings.language, _sure(analysis)
    return [Heading(_SURE.say(language)), sure, Note(RANGE.say(language))] if sure else []


def _by_segment(analysis: Analysis, key: str, term: str, word: str = "", **look: object) -> Column:
    values, total = [each[key] for each in analysis.segments], analysis.total[key]
    found = column(term, values, analysis.settings, total, **look)
    return replace(found, key=key, label=word or found.label)


def _forecast(analysis: Analysis) -> Table:
    language = analysis.settings.language
    columns = [
        segment_names(analysis.segments, analysis.settings),
        _by_segment(analysis, "predicted", "customers"),
        _by_segment(analysis, "still", "active", _STILL.say(language)),
        _by_segment(analysis, "orders_expected", "orders_expected", format=FORMATS["count"]),
    ]
    if not analysis.forecast:  # else it is customer equity
        columns += [
            _by_segment(analysis, "residual", "residual", residual_label(analysis), result=True),
            _by_segment(analysis, "residual_low", "low"),
            _by_segment(analysis, "residual_high", "high"),
        ]
    return Table("forecast", known(columns), _FORECAST_LIST.say(language), total=True)


def _sure(analysis: Analysis) -> Table | None:
    language = analysis.settings.language
    if not any(isfinite(analysis.total[key]) for key in _ENDS):
        return None
    ends = [_by_segment(analysis, key, "low", _money(text, analysis)) for key, text in _ENDS.items()]
    columns = [
        segment_names(analysis.segments, analysis.settings),
        _by_segment(analysis, "clv", "clv", result=True),
        *ends[:2],
        _by_segment(analysis, "equity", "equity", result=True),
        *ends[2:],
    ]
    return Table("sure", known(columns), _SURE_LIST.say(language), total=True)


def _money(text: Text, analysis: Analysis) -> str:
    return f"{text.say(analysis.settings.language)} ({analysis.settings.currency})"


def _groups(analysis: Analysis) -> Table:
    """Each group with its customers, what they are expected to bring, and what to do."""
    settings, language, frame = analysis.settings, analysis.settings.language, analysis.customers
    rows = [frame.loc[frame["group"] == each, ["alive", "residual"]] for each in GROUPS]
    columns = [
        Column("group", label("group", settings), tuple(NAMES[each].say(language) for each in GROUPS), tones=group_tones(language)),
        column("customers", [len(each) for each in rows], settings),
        column("alive", [each["alive"].mean() for each in rows], settings),
        column("residual", [each["residual"].sum(min_count=1) for each in rows], settings, label=residual_label(analysis), result=True),
        Column("action", label("action", settings), tuple(_ADVICE[each].say(language) for each in GROUPS)),
    ]
    return Table("groups", tuple(columns))


def at_risk(analysis: Analysis) -> Note | None:
    """The most valuable of those who still count as customers but are more likely gone."""
    if not told_apart(analysis):
        return None
    frame, language = analysis.customers, analysis.settings.language
    lost = frame.loc[frame["active"] & (frame["group"] == WIN_BACK), "potential"].dropna()
    if lost.empty:
        return None
    most = frame.loc[lost.index[lost >= lost.nlargest(_MOST_NAMES).min()]]
    first = most.sort_values(["potential", "customer"], ascending=[False, True]).head(_MOST_NAMES)
    names = first["name"].where(first["name"].notna(), first["customer"]) if "name" in first else first["customer"]
    stays = np.where(first["orders_expected"].notna(), first["alive"], first["again"])
    return Note(
        _AT_RISK.say(
            language,
            names=enumeration([str(each) for each in names], language),
            alive=percent(float(stays.mean()), language),
            money=number(float(first["potential"].sum()), language),
            currency=analysis.settings.currency,
        ),
        "poor",
    )
