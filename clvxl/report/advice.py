"""The sentences: what stands out in an analysis, and what to do about it. Each looks at one thing and may have nothing to say."""

from __future__ import annotations

from math import isfinite, isnan

import numpy as np
import pandas as pd

from clvxl import CATALOG
from clvxl.analysis import Analysis, Segment, lasting_value
from clvxl.formulas.acquisition import allocate
from clvxl.report.forecast import at_risk
from clvxl.report.model import Note
from clvxl.words import Text, day, number, percent

_CONCENTRATION = Text(
    "One customer in five holds {share} of customer equity. Know these {count} by name.",
    "Jeder fünfte Kunde steht für {share} vom Wert des Kundenstamms. Diese {count} sollte man beim Namen kennen.",
)
_CONCENTRATED = Text(
    "One customer in five holds {share} of customer equity: these are {count} customers.",
    "Jeder fünfte Kunde steht für {share} vom Wert des Kundenstamms: Das sind {count} Kunden.",
)
_FEW_PAY = Text(
    "Only {paying} of {active} active customers have a revenue in the data that counts. All values rest on them.",
    "Nur {paying} von {active} aktiven Kunden haben einen Umsatz in den Daten, der zählt. Alle Werte beruhen auf ihnen.",
)
_BEST = Text(
    "{name} is the most valuable segment: {share} of customer equity with {customers} of the active customers.",
    "{name} ist das wertvollste Segment: {share} vom Wert des Kundenstamms mit {customers} der aktiven Kunden.",
)
_LOW_RETENTION = Text(
    "{name} keeps the fewest customers: {retention} stay from one year to the next, {all} on average.",
    "{name} hält die wenigsten Kunden: {retention} bleiben von einem Jahr zum nächsten, im Mittel {all}.",
)
_SHRINKS = Text(
    "The customers of a year ago bring {nrr} of their revenue of then in {name}: that segment shrinks without new customers.",
    "In {name} bringen die Kunden von vor einem Jahr noch {nrr} ihres damaligen Umsatzes: Ohne neue Kunden schrumpft das Segment.",
)
_SHRINKS_ALONE = Text(
    "The customers of a year ago bring {nrr} of their revenue of then: without new customers revenue shrinks.",
    "Die Kunden von vor einem Jahr bringen noch {nrr} ihres damaligen Umsatzes: Ohne neue Kunden schrumpft der Umsatz.",
)
_NPS = Text(
    "{name} recommends us least: NPS {nps} ± {error}, {all} over all.",
    "{name} empfiehlt uns am wenigsten: NPS {nps} ± {error}, insgesamt {all}.",
)
_LOSES = Text(
    "{name}: a new customer costs {cac} and is worth {clv} {currency}. Pay at most {most} to reach the target, or stop.",
    "{name}: Ein neuer Kunde kostet {cac} und ist {clv} {currency} wert. Höchstens {most} ausgeben, damit das Ziel "
    "erreicht wird, oder aufhören.",
)
_INVEST = Text(
    "{name}: each {currency} of acquisition cost brings {ratio} {currency} of value. There is room to win more customers.",
    "{name}: Je {currency} Akquisekosten kommen {ratio} {currency} Wert. Hier lohnt es, mehr Kunden zu gewinnen.",
)
_KEEP = Text(
    "Losing one customer fewer in ten would add {gain} {currency} of customer equity, {part} of it in {name}.",
    "Ein Zehntel weniger Abgänge brächte {gain} {currency} mehr Wert des Kundenstamms, {part} davon in {name}.",
)
_KEEP_ALONE = Text(
    "Losing one customer fewer in ten would add {gain} {currency} of customer equity.",
    "Ein Zehntel weniger Abgänge brächte {gain} {currency} mehr Wert des Kundenstamms.",
)
_SHIFT = Text(
    "Move about {amount} {currency} of marketing spend from {source} to {target}: the next customer is cheaper there for what it is worth.",
    "Rund {amount} {currency} Marketingausgaben von {source} zu {target} verschieben: "
    "Dort ist der nächste Kunde im Verhältnis zu seinem Wert billiger.",
)

STEP = 0.25  # of the way to the best split: what was measured in one range of spend says little about another
_NOBODY = Text(
    "Nobody is active on {day}. If that is not the day the data were taken, set the right one (as-of date in the settings, or --as-of).",
    "Am {day} ist niemand aktiv. Ist das nicht der Tag, von dem die Daten stammen, "
    "den richtigen setzen (Stichtag in den Einstellungen oder --as-of).",
)
_AN_END = Text(
    "The as-of date {day} is the day somebody leaves, the latest in the data. "
    "If it is still to come, set another (in the settings, or --as-of).",
    "Der Stichtag {day} ist der Tag, an dem ein Kunde geht, der letzte in den Daten. "
    "Liegt er in der Zukunft, einen anderen setzen (in den Einstellungen oder --as-of).",
)
_ADD_MARGIN = Text(
    "Add a column Margin, or set one margin for all (in the settings, or --margin 0.3), to see what customers are worth.",
    "Eine Spalte Marge ergänzen oder eine Marge für alle setzen (in den Einstellungen oder --margin 0,3), um den Wert der Kunden zu sehen.",
)
_ADD_RETENTION = Text(
    "How long customers stay is not known: add columns Customer since and Left on, or bring the orders, "
    "or set a retention (in the settings, or --retention 0.8).",
    "Wie lange Kunden bleiben, ist nicht bekannt: Spalten Kunde seit und Gekündigt am ergänzen, Aufträge mitgeben "
    "oder eine Bindungsrate setzen (in den Einstellungen oder --retention 0,8).",
)
_ADD_REVENUE = Text(
    "Add the yearly revenue of the active customers, or bring the orders.",
    "Den Jahresumsatz der aktiven Kunden ergänzen oder die Aufträge mitgeben.",
)
_LEAST_CUSTOMERS = 10  # fewer, and a sentence on a share says nothing
_MOST_NAMES = 100  # that anybody knows
_MOST_PAY = 0.8  # of the active customers, usually more


def findings(analysis: Analysis) -> list[Note]:
    """Up to six sentences on what stands out."""
    found = (_few_pay, _best, _concentration, _retention, _shrinking, _nps)
    return [note for each in found if (note := each(analysis))]


def advice(analysis: Analysis) -> list[Note]:
    """Up to five sentences on what to do; first of all what to add where there is no value yet."""
    language, day_said = analysis.settings.language, day(analysis.as_of, analysis.settings.language) if analysis.as_of else ""
    if not analysis.total["active"] > 0:
        return [Note(_NOBODY.say(language, day=day_said), "poor")]
    needed = (("margin_used", _ADD_MARGIN), ("retention_used", _ADD_RETENTION), ("revenue_average", _ADD_REVENUE))
    missing = [Note(text.say(language), "poor") for key, text in needed if isnan(analysis.total[key])]
    asked = [Note(_AN_END.say(language, day=day_said), "poor")] if _as_of_an_end(analysis) else []
    to_do = (at_risk(analysis), _losing(analysis), _growing(analysis), _keeping(analysis), _shifting(analysis))
    return asked + (missing or [each for each in to_do if each])


def _as_of_an_end(analysis: Analysis) -> bool:
    """Whether the as-of date was not set and rests on an end alone, which may be a planned one."""
    if analysis.settings.as_of is not None or analysis.as_of is None or analysis.ledger.orders is not None:
        return False
    return not analysis.customers["start"].max() >= pd.Timestamp(analysis.as_of)


def _by(analysis: Analysis, key: str) -> list[Segment]:
    """The segments where a figure is known, the lowest first."""
    return sorted((each for each in analysis.segments if isfinite(each[key])), key=lambda each: each[key])


def _few_pay(analysis: Analysis) -> Note | None:
    language, paying, active = analysis.settings.language, analysis.total["paying"], analysis.total["active"]
    if paying >= _MOST_PAY * active:
        return None
    return Note(_FEW_PAY.say(language, paying=number(paying, language), active=number(active, language)), "poor")


def _best(analysis: Analysis) -> Note | None:
    language, known = analysis.settings.language, _by(analysis, "equity_share")
    if len(known) < 2:
        return None
    best = known[-1]
    part = percent(best["active"] / analysis.total["active"], language)
    return Note(_BEST.say(language, name=best.name, share=percent(best["equity_share"], language), customers=part))


def _concentration(analysis: Analysis) -> Note | None:
    values = analysis.counted.to_numpy()
    if len(values) < _LEAST_CUSTOMERS or not values.sum() > 0:
        return None
    language = analysis.settings.language
    share = float(CATALOG["CLV_TOP_SHARE"](values, 0.2))
    count = round(len(values) / 5)
    words = _CONCENTRATION if count <= _MOST_NAMES else _CONCENTRATED
    return Note(words.say(language, share=percent(share, language), count=number(count, language)))


def _retention(analysis: Analysis) -> Note | None:
    language, known = analysis.settings.language, _by(analysis, "retention")
    if len(known) < 2 or not known[0]["retention"] < analysis.total["retention"]:
        return None
    return Note(
        _LOW_RETENTION.say(
            language,
            name=known[0].name,
            retention=percent(known[0]["retention"], language),
            all=percent(analysis.total["retention"], language),
        ),
        "poor",
    )


def _shrinking(analysis: Analysis) -> Note | None:
    known = _by(analysis, "nrr")
    if not known or not known[0]["nrr"] < 1:
        return None
    language = analysis.settings.language
    words = _SHRINKS if len(analysis.segments) > 1 else _SHRINKS_ALONE
    return Note(words.say(language, name=known[0].name, nrr=percent(known[0]["nrr"], language)), "poor")


def _nps(analysis: Analysis) -> Note | None:
    """Only where the lowest segment differs from all by more than twice its error."""
    language, total = analysis.settings.language, analysis.total
    low = [
        each for each in _by(analysis, "nps") if each["answers"] >= _LEAST_CUSTOMERS and each["nps"] + 2 * each["nps_error"] < total["nps"]
    ]
    if not low:
        return None
    nps, error, over_all = (number(value, language) for value in (low[0]["nps"], low[0]["nps_error"], total["nps"]))
    return Note(_NPS.say(language, name=low[0].name, nps=nps, error=error, all=over_all), "poor")


def _losing(analysis: Analysis) -> Note | None:
    known = _by(analysis, "ratio")
    if not known or known[0]["ratio"] >= analysis.settings.thresholds[0]:
        return None
    language, worst = analysis.settings.language, known[0]
    return Note(
        _LOSES.say(
            language,
            name=worst.name,
            currency=analysis.settings.currency,
            **{name: number(worst[key], language) for name, key in (("cac", "cac"), ("clv", "clv"), ("most", "max_cac"))},
        ),
        "poor",
    )


def _growing(analysis: Analysis) -> Note | None:
    known = _by(analysis, "ratio")
    if not known or known[-1]["ratio"] < analysis.settings.thresholds[2]:
        return None
    language, best = analysis.settings.language, known[-1]
    return Note(
        _INVEST.say(language, name=best.name, ratio=number(best["ratio"], language, 1), currency=analysis.settings.currency), "good"
    )


def _keeping(analysis: Analysis) -> Note | None:
    """What a tenth fewer departures would add, where values rest on retention."""
    if analysis.forecast:
        return None
    gains: dict[str, float] = {}
    for each in analysis.segments:
        kept = 1 - 0.9 * (1 - each["retention_used"])
        before, after = (lasting_value(1.0, 1.0, rate, analysis.settings, "existing") for rate in (each["retention_used"], kept))
        gain = each["equity"] / before * (after - before) if before else np.nan
        if isfinite(gain):
            gains[each.name] = float(gain)
    if not sum(gains.values()) > 0:
        return None
    language, name, total = analysis.settings.language, max(gains, key=lambda each: gains[each]), sum(gains.values())
    said = {"gain": number(total, language), "currency": analysis.settings.currency}
    if len(analysis.segments) == 1 or min(gains.values()) < 0:
        return Note(_KEEP_ALONE.say(language, **said), "good")
    return Note(_KEEP.say(language, **said, name=name, part=percent(gains[name] / total, language)), "good")


def _shifting(analysis: Analysis) -> Note | None:
    frame = analysis.channels.frame
    if len(frame) < 2 or analysis.settings.budget is not None:  # with another total there is more to it than moving
        return None
    spend, won, worth = (frame[key].to_numpy(float) for key in ("spend", "new_customers", "clv"))
    change = STEP * (allocate(float(spend.sum()), spend, won, worth, analysis.channels.elasticity) - spend)
    amount = float(min(change.max(), -change.min()))
    if amount < 0.01 * spend.sum():
        return None
    language, rounded = analysis.settings.language, round(amount, -int(np.floor(np.log10(amount))) + 1)
    return Note(
        _SHIFT.say(
            language,
            amount=number(rounded, language),
            currency=analysis.settings.currency,
            source=frame["channel"][int(change.argmin())],
            target=frame["channel"][int(change.argmax())],
        ),
        "good",
    )
