"""The levers a firm can move, and what customers are worth once they are moved: as numbers, and as the formulas that give them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clvxl.arguments import Array
from clvxl.settings import Settings
from clvxl.words import Text


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing a firm can move: its name in formulas, what it is called, and where it starts."""

    key: str
    name: Text
    label: Text
    help: Text
    start: float = 0.0
    low: float = 0.0
    high: float = 1.0


LEVERS = (
    Lever(
        "departures",
        Text("fewer_departures", "weniger_Abgänge"),
        Text("Fewer departures", "Weniger Abgänge"),
        Text("Share of the customers who leave today that you keep.", "Anteil der heutigen Abgänge, die Sie halten."),
        0.1,
    ),
    Lever(
        "costs",
        Text("lower_costs", "geringere_Kosten"),
        Text("Lower variable costs", "Geringere variable Kosten"),
        Text("By how much the variable costs of the same revenue fall.", "Um wie viel die variablen Kosten desselben Umsatzes sinken."),
        0.0,
        -1.0,
    ),
    Lever(
        "price",
        Text("higher_prices", "höhere_Preise"),
        Text("Higher prices", "Höhere Preise"),
        Text("Price rise at the same costs and quantity.", "Preiserhöhung bei gleichen Kosten und gleicher Menge."),
        0.02,
        -0.5,
    ),
    Lever(
        "upselling",
        Text("up_selling", "Zusatzverkauf"),
        Text("Up-selling", "Mehr vom Gleichen (Up-Selling)"),
        Text("More revenue per customer from what they buy already.", "Mehr Umsatz je Kunde mit dem, was er schon kauft."),
        0.05,
        -0.5,
    ),
    Lever(
        "crossselling",
        Text("cross_selling", "Querverkauf"),
        Text("Cross-selling", "Weitere Angebote (Cross-Selling)"),
        Text("More revenue per customer from other offers.", "Mehr Umsatz je Kunde mit weiteren Angeboten."),
        0.0,
        -0.5,
    ),
    Lever(
        "acquisition",
        Text("cheaper_acquisition", "günstigere_Akquise"),
        Text("Cheaper acquisition", "Günstigere Akquise"),
        Text("By how much the cost of winning a customer falls.", "Um wie viel die Kosten der Gewinnung sinken."),
        0.0,
        -1.0,
    ),
)
DISCOUNT = Text("discount_rate", "Abzinsung")
YEARS = Text("years_counted", "Jahre_gezählt")
PICK = Text("picked_segment", "gewähltes_Segment")


@dataclass(frozen=True, slots=True)
class State:
    """What a scenario is computed from and comes to, an array element per segment."""

    active: Array
    revenue: Array
    margin: Array
    retention: Array
    cac: Array

    def moved(self, setting: dict[str, float]) -> State:
        """The same customers with the levers pulled."""
        return replace(
            self,
            revenue=self.revenue * (1 + setting["price"]) * (1 + setting["upselling"] + setting["crossselling"]),
            margin=1 - (1 - self.margin) * (1 - setting["costs"]) / (1 + setting["price"]),
            retention=1 - (1 - self.retention) * (1 - setting["departures"]),
            cac=self.cac * (1 - setting["acquisition"]),
        )


class Worth:
    """A euro of yearly contribution of a new customer over the whole relationship, as a formula and as a number."""

    def __init__(self, settings: Settings) -> None:
        language = settings.language
        self.discount, self.horizon = settings.discount, settings.horizon
        self._d, self._years = DISCOUNT.say(language), YEARS.say(language)

    def formula(self, retention: str) -> str:
        whole = f"(1+{self._d})/(1+{self._d}-{retention})"
        return whole if self.horizon is None else f"{whole}*(1-({retention}/(1+{self._d}))^{self._years})"

    def number(self, retention: Array) -> Array:
        whole = (1 + self.discount) / (1 + self.discount - retention)
        return whole if self.horizon is None else whole * (1 - (retention / (1 + self.discount)) ** self.horizon)

    def equity_formula(self, active: str, revenue: str, margin: str, retention: str) -> str:
        """Of today's customers: a payment has just been received, so the first one that counts is a year away."""
        return f"{active}*{revenue}*{margin}*{self.formula(retention)}*{retention}/(1+{self._d})"

    def equity(self, state: State) -> Array:
        return state.active * state.revenue * state.margin * self.number(state.retention) * state.retention / (1 + self.discount)
