"""Budget: how to split a sum over channels, when each further customer of a channel costs more than the one before. Live formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clvxl.analysis import Analysis
from clvxl.formulas.acquisition import allocate
from clvxl.report.columns import TOTAL, column
from clvxl.report.model import Block, Chart, Charts, Column, Heading, Input, Inputs, Note, Series, Sheet, Table
from clvxl.report.page import sheet
from clvxl.terms import FORMATS
from clvxl.words import Text, number

TOTAL_NAME = Text("total_budget", "Gesamtbudget")
ELASTICITY_NAME = Text("response", "Wirkung")

_WHAT = Text("Marketing spend of 12 months and how to split it, in {currency}",
             "Marketingausgaben von 12 Monaten und ihre Verteilung, in {currency}")
_MESSAGE = Text("Spend where the next customer, not the average one, brings the most value for its cost.",
                "Dort ausgeben, wo der nächste Kunde, nicht der durchschnittliche, für seine Kosten am meisten bringt.")
_NOTHING = Text("No split can be suggested: spend, new customers and their value per channel are needed.",
                "Keine Verteilung möglich: Ausgaben, Neukunden und deren Wert je Kanal sind nötig.")
_INPUTS = Text("Assumptions", "Annahmen")
_SPLIT = Text("Split", "Verteilung")
_TOTAL = Text("Total to spend", "Gesamtausgaben")
_TOTAL_HELP = Text("Sum to split over the channels.", "Summe, die auf die Kanäle verteilt wird.")
_RESPONSE = Text("Response", "Wirkung")
_RESPONSE_HELP = Text("1 % more spend brings this many % more customers. Under 1: each further customer costs more.",
                      "1 % mehr Ausgaben bringt so viel % mehr Kunden. Unter 1: Jeder weitere Kunde kostet mehr.")
_ESTIMATED = Text("The response of {value} is estimated from how new customers followed spend within each channel.",
                  "Die Wirkung von {value} ist daraus geschätzt, wie die Neukunden in jedem Kanal den Ausgaben folgten.")
_ASSUMED = Text("The response of {value} is a usual assumption: the data has too few periods of spend and new customers to estimate it.",
                "Die Wirkung von {value} ist eine übliche Annahme: Für eine Schätzung fehlen Zeiträume mit Ausgaben und Neukunden.")
_MARGINAL = Text("The marginal ratio is the value of the next customer over what that one costs. Where it is highest, spend more.",
                 "Das Grenzverhältnis ist der Wert des nächsten Kunden durch das, was dieser eine kostet. Wo es am höchsten ist, lohnt mehr.")
_CLV = Text("Value of a new customer ({currency})", "Wert eines neuen Kunden ({currency})")
_NOW_MARGINAL = Text("Marginal CLV:CAC today", "Grenz-CLV:CAC heute")
_WEIGHT = Text("Weight", "Gewicht")
_SUGGESTED = Text("Suggested spend ({currency})", "Vorschlag ({currency})")
_CHANGE = Text("Change ({currency})", "Änderung ({currency})")
_EXPECTED = Text("New customers then", "Neukunden dann")
_THEN_MARGINAL = Text("Marginal CLV:CAC then", "Grenz-CLV:CAC dann")
_GAIN = Text("Value gained ({currency})", "Mehrwert ({currency})")
_CHART = Text("Spend today and suggested, in {currency}", "Ausgaben heute und Vorschlag, in {currency}")
_TODAY = Text("today", "heute")
_CHECK = Text("Check: the suggested spend adds up to the total", "Probe: Der Vorschlag ergibt die Gesamtsumme")
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
        Inputs((
            Input(TOTAL_NAME.say(language), f"{_TOTAL.say(language)} ({analysis.settings.currency})", total, FORMATS["money"],
                  _TOTAL_HELP.say(language), 0.0),
            Input(ELASTICITY_NAME.say(language), _RESPONSE.say(language), response, "0.00", _RESPONSE_HELP.say(language), 0.05, 0.95),
        )),
        Note(f"{said} {_MARGINAL.say(language)}"),
        Heading(_SPLIT.say(language)),
        split,
        _check(analysis),
        _chart(analysis),
    ]
    return sheet(analysis, "budget", _MESSAGE.say(language), _WHAT, blocks, calculated=True)


def _split(analysis: Analysis, total: float, b: float) -> Table:
    settings, language, frame = analysis.settings, analysis.settings.language, analysis.channels.frame
    spend, won, clv = (frame[key].to_numpy(float) for key in ("spend", "new_customers", "clv"))
    e, sum_name = ELASTICITY_NAME.say(language), TOTAL_NAME.say(language)
    weight = (np.maximum(clv, 0) * won / spend**b) ** (1 / (1 - b))
    suggested = allocate(total, spend, won, clv, b)
    expected = won * (suggested / spend) ** b
    with np.errstate(all="ignore"):
        marginal_then = np.where(suggested > 0, b * clv * expected / suggested, np.nan)
    gain = clv * (expected - won)

    def own(key: str, words: Text, values: object, shown: str, formula: str, total_formula: str = "", result: bool = False) -> Column:
        plain = column("clv", values, settings)  # type: ignore[arg-type]  # an array is iterable
        sums = float(np.sum(values)) if total_formula else None  # type: ignore[arg-type]
        return replace(plain, key=key, label=words.say(language, currency=settings.currency), format=shown, formula=formula, total=sums,
                       total_formula=total_formula, result=result)

    money, count, ratio = FORMATS["money"], FORMATS["count"], FORMATS["ratio"]
    columns = (
        column("channel", frame["channel"], settings, TOTAL.say(language)),
        column("spend", spend, settings, spend.sum(), total_formula="SUM([split.spend])"),
        column("new_customers", won, settings, won.sum(), total_formula="SUM([split.new_customers])"),
        column("cac", spend / won, settings, formula="[spend]/[new_customers]"),
        own("clv", _CLV, clv, money, ""),
        column("ratio", clv * won / spend, settings, formula="[clv]/[cac]"),
        own("marginal", _NOW_MARGINAL, b * clv * won / spend, ratio, f"{e}*[ratio]"),
        own("weight", _WEIGHT, weight / weight.sum(), FORMATS["fraction"],
            f"(MAX(0,[clv])*[new_customers]/[spend]^{e})^(1/(1-{e}))"
            f"/SUMPRODUCT((([split.clv]>0)*[split.clv]*[split.new_customers]/[split.spend]^{e})^(1/(1-{e})))"),
        own("suggested", _SUGGESTED, suggested, money, f"{sum_name}*[weight]", "SUM([split.suggested])", result=True),
        own("change", _CHANGE, suggested - spend, f"+{money};-{money};{money}", "[suggested]-[spend]", "SUM([split.change])"),
        own("expected", _EXPECTED, expected, count, f"[new_customers]*([suggested]/[spend])^{e}", "SUM([split.expected])"),
        own("marginal_then", _THEN_MARGINAL, marginal_then, ratio, f'IF([suggested]>0,{e}*[clv]*[expected]/[suggested],"")'),
        own("gain", _GAIN, gain, f"+{money};-{money};{money}", "[clv]*([expected]-[new_customers])", "SUM([split.gain])", result=True),
    )
    return Table("split", columns, total=True)


def _check(analysis: Analysis) -> Table:
    language = analysis.settings.language
    return Table("check", (
        Column("what", "", (_CHECK.say(language),)),
        Column("difference", _DIFFERENCE.say(language), (0.0,), FORMATS["money"], f"ROUND([^split.suggested]-{TOTAL_NAME.say(language)},2)"),
    ))


def _chart(analysis: Analysis) -> Charts:
    language = analysis.settings.language
    series = (Series(_TODAY.say(language), "spend", "previous"), Series(_SPLIT.say(language), "suggested", "accent"))
    return Charts((Chart(_CHART.say(language, currency=analysis.settings.currency), "bar", "budget", "split", "channel", series,
                         FORMATS["money"]),))
