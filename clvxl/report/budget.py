"""Budget: how to split a sum over channels, when each further customer of a channel costs more than the one before. Live formulas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clvxl.analysis import Analysis
from clvxl.arguments import Array
from clvxl.formulas.acquisition import allocate
from clvxl.report.advice import STEP
from clvxl.report.columns import SIGNED, TOTAL, cell, column
from clvxl.report.model import Block, Chart, Charts, Column, Heading, Input, Inputs, Note, Series, Sheet, Table
from clvxl.report.page import sheet
from clvxl.settings import Settings
from clvxl.terms import FORMATS
from clvxl.words import Text, number

TOTAL_NAME = Text("total_budget", "Gesamtbudget")
ELASTICITY_NAME = Text("response", "Wirkung")
STEP_NAME = Text("step", "Schritt")

_WHAT = Text(
    "Marketing spend of 12 months and how to split it, in {currency}", "Marketingausgaben von 12 Monaten und ihre Verteilung, in {currency}"
)
_MESSAGE = Text(
    "Spend where the next customer, not the average one, brings the most value for its cost.",
    "Dort ausgeben, wo der nächste Kunde, nicht der durchschnittliche, für seine Kosten am meisten bringt.",
)
_NOTHING = Text(
    "No split can be suggested: spend, new customers and their value per channel are needed.",
    "Keine Verteilung möglich: Ausgaben, Neukunden und deren Wert je Kanal sind nötig.",
)
_INPUTS = Text("Assumptions", "Annahmen")
_SPLIT = Text("Split", "Verteilung")
_TOTAL = Text("Total to spend", "Gesamtausgaben")
_TOTAL_HELP = Text("Sum to split over the channels.", "Summe, die auf die Kanäle verteilt wird.")
_RESPONSE = Text("Response", "Wirkung")
_RESPONSE_HELP = Text(
    "1 % more spend brings this many % more customers. Under 1: each further customer costs more.",
    "1 % mehr Ausgaben bringt so viel % mehr Kunden. Unter 1: Jeder weitere Kunde kostet mehr.",
)
_STEP = Text("Step", "Schritt")
_STEP_HELP = Text(
    "Part of the way to the best split. Go in steps and measure again.",
    "Teil des Wegs zur besten Verteilung. In Schritten gehen und neu messen.",
)
_ESTIMATED = Text(
    "The response of {value} is estimated from how new customers followed spend within each channel.",
    "Die Wirkung von {value} ist daraus geschätzt, wie die Neukunden in jedem Kanal den Ausgaben folgten.",
)
_ASSUMED = Text(
    "The response of {value} is a usual assumption: the data has too few periods of spend and new customers to estimate it.",
    "Die Wirkung von {value} ist eine übliche Annahme: Für eine Schätzung fehlen Zeiträume mit Ausgaben und Neukunden.",
)
_MARGINAL = Text(
    "The marginal ratio is the value of the next customer over what that one costs. Where it is highest, spend more.",
    "Das Grenzverhältnis ist der Wert des nächsten Kunden durch das, was dieser eine kostet. Wo es am höchsten ist, lohnt mehr.",
)
_CLV = Text("Value of a new customer ({currency})", "Wert eines neuen Kunden ({currency})")
_NOW_MARGINAL = Text("Marginal CLV:CAC today", "Grenz-CLV:CAC heute")
_SHARE = Text("Best share", "Bester Anteil")
_SUGGESTED = Text("Suggested spend ({currency})", "Vorschlag ({currency})")
_CHANGE = Text("Change ({currency})", "Änderung ({currency})")
_EXPECTED = Text("New customers then", "Neukunden dann")
_THEN_MARGINAL = Text("Marginal CLV:CAC then", "Grenz-CLV:CAC dann")
_GAIN = Text("Net gain ({currency})", "Nettogewinn ({currency})")
_CHART = Text("Spend today and suggested, in {currency}", "Ausgaben heute und Vorschlag, in {currency}")
_TODAY = Text("today", "heute")
_SUGGESTION = Text("suggested", "Vorschlag")
_PROOF = Text("Check", "Probe")
_PLACES = 6  # of money that count
_CHECK = Text("The suggested spend adds up to the total", "Der Vorschlag ergibt die Gesamtsumme")
_DIFFERENCE = Text("Difference", "Differenz")


def budget(analysis: Analysis) -> Sheet:
    """The page."""
    language, frame = analysis.settings.language, analysis.channels.frame
    if frame.empty or not (frame["clv"] > 0).any():
        return sheet(analysis, "budget", _NOTHING.say(language), _WHAT, [], calculated=True)
    response = analysis.channels.elasticity
    said = (_ESTIMATED if analysis.channels.estimated else _ASSUMED).say(language, value=number(response, language, 2))
    total = float(frame["spend"].sum()) if analysis.settings.budget is None else analysis.settings.budget
    split = _split(analysis, total, response)
    blocks: list[Block | None] = [
        Heading(_INPUTS.say(language)),
        Inputs(
            (
                Input(
                    TOTAL_NAME.say(language),
                    f"{_TOTAL.say(language)} ({analysis.settings.currency})",
                    total,
                    FORMATS["money"],
                    _TOTAL_HELP.say(language),
                    0.0,
                ),
                Input(ELASTICITY_NAME.say(language), _RESPONSE.say(language), response, "0.00", _RESPONSE_HELP.say(language), 0.05, 0.95),
                Input(STEP_NAME.say(language), _STEP.say(language), STEP, FORMATS["fraction"], _STEP_HELP.say(language), 0.0, 1.0),
            )
        ),
        Note(f"{said} {_MARGINAL.say(language)}"),
        Heading(_SPLIT.say(language)),
        split,
        _check(analysis),
        _chart(analysis),
    ]
    return sheet(analysis, "budget", _MESSAGE.say(language), _WHAT, blocks, calculated=True)


class _Plan(NamedTuple):
    """Spend and new customers per channel, today and as suggested."""

    spend: Array
    won: Array
    clv: Array
    share: Array
    suggested: Array
    expected: Array


def _plan(analysis: Analysis, total: float, b: float) -> _Plan:
    frame = analysis.channels.frame
    spend, won, clv = (frame[key].to_numpy(float) for key in ("spend", "new_customers", "clv"))
    best = allocate(1.0, spend, won, clv, b)
    suggested = total * ((1 - STEP) * spend / spend.sum() + STEP * best)
    return _Plan(spend, won, clv, best, suggested, won * (suggested / spend) ** b)


def _own(key: str, words: Text, values: Array, shown: str, formula: str, settings: Settings, total: bool = False) -> Column:
    """A column that only this page has; with ``total`` its sum stands under it."""
    return Column(
        key,
        words.say(settings.language, currency=settings.currency),
        tuple(map(cell, values)),
        shown,
        formula,
        total=round(float(values.sum()), _PLACES) + 0.0 if total else None,  # a change of nothing is 0, not a bit less
        total_formula=f"ROUND(SUM([split.{key}]),{_PLACES})" if total else "",
        result=key in ("suggested", "gain"),
    )


def _split(analysis: Analysis, total: float, b: float) -> Table:
    settings, plan = analysis.settings, _plan(analysis, total, b)
    today = (
        column("channel", analysis.channels.frame["channel"], settings, TOTAL.say(settings.language)),
        column("spend", plan.spend, settings, plan.spend.sum(), total_formula="SUM([split.spend])"),
        column("new_customers", plan.won, settings, plan.won.sum(), total_formula="SUM([split.new_customers])"),
        column("cac", plan.spend / plan.won, settings, formula="[spend]/[new_customers]"),
        _own("clv", _CLV, plan.clv, FORMATS["money"], "", settings),
        column("ratio", plan.clv * plan.won / plan.spend, settings, formula="[clv]/[cac]"),
    )
    return Table("split", today + _suggestion(plan, b, settings), total=True)


def _suggestion(plan: _Plan, b: float, settings: Settings) -> tuple[Column, ...]:
    e, budget_name, step = (name.say(settings.language) for name in (ELASTICITY_NAME, TOTAL_NAME, STEP_NAME))
    best = (
        f"(MAX(0,[clv])*[new_customers]/[spend]^{e})^(1/(1-{e}))"
        f"/SUMPRODUCT((([split.clv]>0)*[split.clv]*[split.new_customers]/[split.spend]^{e})^(1/(1-{e})))"
    )
    suggested = f"{budget_name}*((1-{step})*[spend]/[^split.spend]+{step}*[share])"
    money, count, ratio, signed = FORMATS["money"], FORMATS["count"], FORMATS["ratio"], SIGNED["money"]
    gain = plan.clv * (plan.expected - plan.won) - (plan.suggested - plan.spend)
    with np.errstate(all="ignore"):
        marginal = np.where(plan.suggested > 0, b * plan.clv * plan.expected / plan.suggested, np.nan)
    return (
        _own("marginal", _NOW_MARGINAL, b * plan.clv * plan.won / plan.spend, ratio, f"{e}*[ratio]", settings),
        _own("share", _SHARE, plan.share, FORMATS["fraction"], best, settings),
        _own("suggested", _SUGGESTED, plan.suggested, money, suggested, settings, total=True),
        _own("change", _CHANGE, plan.suggested - plan.spend, signed, "[suggested]-[spend]", settings, total=True),
        _own("expected", _EXPECTED, plan.expected, count, f"[new_customers]*([suggested]/[spend])^{e}", settings, total=True),
        _own("marginal_then", _THEN_MARGINAL, marginal, ratio, f'IF([suggested]>0,{e}*[clv]*[expected]/[suggested],"")', settings),
        _own("gain", _GAIN, gain, signed, "[clv]*([expected]-[new_customers])-[change]", settings, total=True),
    )


def _check(analysis: Analysis) -> Table:
    language = analysis.settings.language
    return Table(
        "check",
        (
            Column("what", _PROOF.say(language), (_CHECK.say(language),)),
            Column(
                "difference", _DIFFERENCE.say(language), (0.0,), FORMATS["money"], f"ROUND([^split.suggested]-{TOTAL_NAME.say(language)},2)"
            ),
        ),
    )


def _chart(analysis: Analysis) -> Charts:
    language = analysis.settings.language
    series = (Series(_TODAY.say(language), "spend", "previous"), Series(_SUGGESTION.say(language), "suggested", "accent"))
    return Charts(
        (Chart(_CHART.say(language, currency=analysis.settings.currency), "bar", "budget", "split", "channel", series, FORMATS["money"]),)
    )
