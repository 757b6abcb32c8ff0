"""Scenarios: what better retention, prices, up- and cross-selling and cheaper acquisition would bring. All of it live formulas."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np

from clvxl.analysis import Analysis, Segment
from clvxl.arguments import Array
from clvxl.report.columns import SIGNED, TOTAL, cell, column, label
from clvxl.report.forecast import horizon
from clvxl.report.levers import DISCOUNT, LEVERS, PICK, YEARS, Lever, State, Worth
from clvxl.report.model import Block, Column, Figure, Figures, Grid, Heading, Input, Inputs, Note, Sheet, Table
from clvxl.report.page import sheet
from clvxl.settings import Settings
from clvxl.terms import FORMATS
from clvxl.words import Language, Text, number

_WHAT = Text(
    "What if: customer value under other assumptions, in {currency}", "Was wäre wenn: Kundenwert unter anderen Annahmen, in {currency}"
)
_MESSAGE = Text(
    "Change a blue figure, and everything on this page follows.", "Eine blaue Zahl ändern, und alles auf dieser Seite rechnet mit."
)
_NOTHING = Text(
    "There is nothing to calculate with yet: margin, revenue and retention are needed for at least one segment.",
    "Noch gibt es nichts zu rechnen: Marge, Umsatz und Bindungsrate von mindestens einem Segment sind nötig.",
)
_LEVERS = Text("Levers", "Hebel")
_TODAY = Text("Today", "Heute")
_THEN = Text("With the levers", "Mit den Hebeln")
_EQUITY_TODAY = Text("Customer equity today", "Wert des Kundenstamms heute")
_EQUITY_THEN = Text("Customer equity with the levers", "Wert des Kundenstamms mit den Hebeln")
_EACH = Text("What each lever brings alone", "Was jeder Hebel allein bringt")
_GRID = Text("CLV by retention and margin", "CLV je Bindungsrate und Marge")
_LEVER, _SETTING, _GAIN = Text("Lever", "Hebel"), Text("Setting", "Einstellung"), Text("Change of equity", "Änderung des Stammwerts")
_CHANGE = Text("Change", "Änderung")
_DISCOUNT_HELP = Text("Interest per year at which later money counts less.", "Zins pro Jahr, um den späteres Geld weniger zählt.")
_YEARS_HELP = Text("Years of payments that count.", "Jahre, deren Zahlungen zählen.")
_PICK_LABEL = Text("Segment of the table", "Segment der Tabelle")
_PICK_HELP = Text("Segment whose revenue the table below uses.", "Segment, dessen Umsatz die Tabelle unten nutzt.")
_LEFT_OUT = Text(
    "Active customers without margin, revenue or retention are left out: {count}.",
    "Aktive Kunden ohne Marge, Umsatz oder Bindungsrate fehlen hier: {count}.",
)
_FORECAST = Text(
    "This page calculates with the retention of each segment. Customer equity on the other pages is forecast customer by customer "
    "for {years}: {equity} {currency}.",
    "Diese Seite rechnet mit der Bindungsrate je Segment. Der Wert des Kundenstamms der anderen Seiten ist Kunde für Kunde "
    "für {years} vorhergesagt: {equity} {currency}.",
)
_NEEDED = ("paying", "revenue_average", "margin_used", "retention_used")


def scenarios(analysis: Analysis) -> Sheet:
    """The page."""
    usable = [each for each in analysis.segments if all(isfinite(each[key]) for key in _NEEDED) and each["paying"] > 0]
    language, settings = analysis.settings.language, analysis.settings
    usable = [each for each in usable if each["retention_used"] < 1 + settings.discount]
    if not usable:
        return sheet(analysis, "scenarios", _NOTHING.say(language), _WHAT, [], calculated=True)
    worth = Worth(analysis.settings)
    now = State(*(np.array([each[key] for each in usable]) for key in (*_NEEDED, "cac")))
    then = now.moved({each.key: each.start for each in LEVERS})
    left_out = analysis.total["active"] - now.active.sum()
    blocks: list[Block | None] = [
        _results(analysis, now, then, worth),
        _other_equity(analysis),
        Heading(_LEVERS.say(language)),
        _inputs(analysis, usable),
        Heading(_TODAY.say(language)),
        _today(analysis, usable, now, worth),
        Heading(_THEN.say(language)),
        _then(analysis, usable, now, then, worth),
        Note(_LEFT_OUT.say(language, count=number(left_out, language))) if left_out else None,
        Heading(_EACH.say(language)),
        _each_alone(analysis, now, worth),
        Heading(_GRID.say(language)),
        _grid(analysis, usable, worth),
    ]
    return sheet(analysis, "scenarios", _MESSAGE.say(language), _WHAT, blocks, calculated=True, portrait=True)


def _other_equity(analysis: Analysis) -> Note | None:
    """Why the equity of today differs from that of the other pages, where it does."""
    language, prediction = analysis.settings.language, analysis.prediction
    if prediction is None or not analysis.forecast:
        return None
    equity, currency = number(analysis.total["equity"], language), analysis.settings.currency
    return Note(_FORECAST.say(language, years=horizon(prediction.years, language), equity=equity, currency=currency))


def _results(analysis: Analysis, now: State, then: State, worth: Worth) -> Figures:
    """What stays in sight while the levers are moved."""
    language = analysis.settings.language
    before, after = (float(worth.equity(state).sum()) for state in (now, then))
    money, signed = FORMATS["money"], SIGNED["money"]
    return Figures(
        (
            Figure(_EQUITY_TODAY.say(language), before, money, "", "[^today.equity]"),
            Figure(_EQUITY_THEN.say(language), after, money, "", "[^then.equity]"),
            Figure(_GAIN.say(language), after - before, signed, "", "[^then.equity]-[^today.equity]"),
            Figure(
                _CHANGE.say(language),
                after / before - 1 if before > 0 else None,
                SIGNED["fraction"],
                "",
                'IF([^today.equity]>0,[^then.equity]/[^today.equity]-1,"")',
            ),
        )
    )


def _inputs(analysis: Analysis, usable: list[Segment]) -> Inputs:
    language, settings = analysis.settings.language, analysis.settings
    percent = FORMATS["fraction"]
    inputs = [
        Input(each.name.say(language), each.label.say(language), each.start, percent, each.help.say(language), each.low, each.high)
        for each in LEVERS
    ]
    inputs.append(
        Input(DISCOUNT.say(language), label("discount", settings), settings.discount, percent, _DISCOUNT_HELP.say(language), 0.0, 1.0)
    )
    if settings.horizon is not None:
        inputs.append(
            Input(YEARS.say(language), label("years", settings), settings.horizon, FORMATS["years"], _YEARS_HELP.say(language), 0.0, 100.0)
        )
    names = tuple(each.name for each in usable)
    inputs.append(Input(PICK.say(language), _PICK_LABEL.say(language), names[0], "General", _PICK_HELP.say(language), choices=names))
    return Inputs(tuple(inputs))


def _who(table: str, usable: list[Segment], state: State, settings: Settings, formula: bool) -> tuple[Column, ...]:
    names, total = [each.name for each in usable], TOTAL.say(settings.language)
    return (
        column("segment", names, settings, total, formula="[today.segment#]" if formula else ""),
        column(
            "active",
            state.active,
            settings,
            state.active.sum(),
            total_formula=f"SUM([{table}.active])",
            formula="[today.active#]" if formula else "",
        ),
    )


def _worth(table: str, state: State, worth: Worth, settings: Settings) -> tuple[Column, ...]:
    """What the assumptions to the left come to."""
    clv, equity = state.margin * state.revenue * worth.number(state.retention), worth.equity(state)
    with np.errstate(all="ignore"):
        ratio = np.where(state.cac > 0, clv / state.cac, np.nan)
    return (
        column("clv", clv, settings, formula=f"[margin]*[revenue_average]*{worth.formula('[retention]')}"),
        column("ratio", ratio, settings, formula='IF(N([cac])>0,[clv]/[cac],"")'),
        column(
            "equity",
            equity,
            settings,
            equity.sum(),
            total_formula=f"SUM([{table}.equity])",
            formula=worth.equity_formula("[active]", "[revenue_average]", "[margin]", "[retention]"),
            result=True,
        ),
    )


def _today(analysis: Analysis, usable: list[Segment], now: State, worth: Worth) -> Table:
    settings = analysis.settings
    assumed = {"revenue_average": now.revenue, "margin": now.margin, "retention": now.retention, "cac": now.cac}
    columns = tuple(column(key, values, settings) for key, values in assumed.items())
    return Table("today", _who("today", usable, now, settings, False) + columns + _worth("today", now, worth, settings), total=True)


def _then(analysis: Analysis, usable: list[Segment], now: State, then: State, worth: Worth) -> Table:
    settings, language = analysis.settings, analysis.settings.language
    name = {each.key: each.name.say(language) for each in LEVERS}
    raised = f"[today.revenue_average#]*(1+{name['price']})*(1+{name['upselling']}+{name['crossselling']})"
    moved = (
        column("revenue_average", then.revenue, settings, formula=raised),
        column("margin", then.margin, settings, formula=f"1-(1-[today.margin#])*(1-{name['costs']})/(1+{name['price']})"),
        column("retention", then.retention, settings, formula=f"1-(1-[today.retention#])*(1-{name['departures']})"),
        column("cac", then.cac, settings, formula=f'IF([today.cac#]="","",[today.cac#]*(1-{name["acquisition"]}))'),
    )
    before, after = (worth.equity(state) for state in (now, then))
    with np.errstate(all="ignore"):
        relative = np.where(before > 0, after / before - 1, np.nan)
    changes = (
        replace(
            _changed("equity_change", _GAIN, SIGNED["money"], after - before, "[equity]-[today.equity#]", language),
            total=float((after - before).sum()),
            total_formula="SUM([then.equity_change])",
            result=True,
        ),
        _changed("change", _CHANGE, SIGNED["fraction"], relative, 'IF([today.equity#]>0,[equity]/[today.equity#]-1,"")', language),
    )
    return Table("then", _who("then", usable, then, settings, True) + moved + _worth("then", then, worth, settings) + changes, total=True)


def _changed(key: str, words: Text, shown: str, values: Array, formula: str, language: Language) -> Column:
    return Column(key, words.say(language), tuple(map(cell, values)), shown, formula)


def _each_alone(analysis: Analysis, now: State, worth: Worth) -> Table:
    """One row per lever that moves the customers of today; cheaper acquisition does not."""
    language, levers = analysis.settings.language, LEVERS[:-1]
    still = {each.key: 0.0 for each in LEVERS}
    gains = (
        np.round([(worth.equity(now.moved(still | {each.key: each.start})) - worth.equity(now)).sum() for each in levers], 2) + 0.0
    )  # no -0
    active, revenue, margin, retention = (f"[today.{key}]" for key in ("active", "revenue_average", "margin", "retention"))

    def alone(lever: Lever) -> str:
        x = lever.name.say(language)
        new_revenue = {"price": f"{revenue}*(1+{x})", "upselling": f"{revenue}*(1+{x})", "crossselling": f"{revenue}*(1+{x})"}
        new_margin = {"costs": f"(1-(1-{margin})*(1-{x}))", "price": f"(1-(1-{margin})/(1+{x}))"}
        new_retention = {"departures": f"(1-(1-{retention})*(1-{x}))"}
        equity = worth.equity_formula(
            active, new_revenue.get(lever.key, revenue), new_margin.get(lever.key, margin), new_retention.get(lever.key, retention)
        )
        return f"ROUND(SUMPRODUCT({equity})-[^today.equity],2)"

    columns = (
        Column("lever", _LEVER.say(language), tuple(each.label.say(language) for each in levers)),
        Column(
            "setting",
            _SETTING.say(language),
            tuple(each.start for each in levers),
            FORMATS["fraction"],
            tuple(each.name.say(language) for each in levers),
        ),
        replace(_changed("gain", _GAIN, SIGNED["money"], gains, "", language), formula=tuple(map(alone, levers)), bar=True, result=True),
    )
    return Table("alone", columns)


def _grid(analysis: Analysis, usable: list[Segment], worth: Worth) -> Grid:
    settings, first = analysis.settings, usable[0]
    rows = _around(first["retention_used"], 0.99)
    columns = _around(first["margin"], 1.0)
    pick = PICK.say(settings.language)
    revenue = f"INDEX([today.revenue_average],MATCH({pick},[today.segment],0))"
    values = np.outer(worth.number(np.array(rows)), np.array(columns)) * first["revenue_average"]
    return Grid(
        "sensitivity",
        label("retention", settings),
        label("margin", settings),
        rows,
        columns,
        tuple(tuple(map(float, row)) for row in values),
        f"[column]*{revenue}*{worth.formula('[row]')}",
        FORMATS["money"],
        FORMATS["fraction"],
        FORMATS["fraction"],
    )


def _around(middle: float, most: float) -> tuple[float, ...]:
    """Seven steps of five points, with the rounded figure in the middle where there is room."""
    start = min(round(20 * middle) - 3, int(20 * most) - 6)
    return tuple(round(max(start, 0) / 20 + step / 20, 2) for step in range(7))
