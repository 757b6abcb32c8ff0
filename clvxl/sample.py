"""Simulated sample data: four years of an IT service firm that exists only here, always the same.

Segments differ in how long they stay and what they bring; channels in what a customer costs and how soon more money
wins fewer. What one table says, the others confirm: revenue, margin and cost are summed from the orders, acquisition
cost is the channel's spend of the year over the customers it won.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from clvxl.terms import TERMS
from clvxl.words import Language, Text

TITLE = Text("Simulated sample data", "Simulierte Beispieldaten")
FIRST, AS_OF = date(2022, 1, 1), date(2025, 12, 31)
YEAR = 365.25

CUSTOMER = Text("Simulated customer {number:04d}", "Simulierter Kunde {number:04d}")
ORDER = "S-{number:05d}"
ANSWERS = (Text("no", "nein"), Text("yes", "ja"))


class Segment(NamedTuple):
    """What customers of one kind have in common; ``retention`` is the share that stays through its first year."""

    name: Text
    retention: float
    revenue: float  # mean of a year
    margin: float
    growth: float
    score: float
    contract: float  # share under contract


class Channel(NamedTuple):
    """A way to new customers: ``won`` a month for the usual ``spend``, and (spend / usual) ** elasticity times as many else."""

    name: Text
    spend: float
    won: float
    elasticity: float
    mix: tuple[float, ...]  # shares of the segments among the customers won


SEGMENTS = (
    Segment(Text("Public sector", "Öffentlicher Dienst"), 0.93, 27_000, 0.19, 0.02, 7.9, 0.9),
    Segment(Text("Health care", "Gesundheitswesen"), 0.89, 21_000, 0.31, 0.06, 8.9, 0.7),
    Segment(Text("Manufacturing", "Industrie"), 0.86, 16_000, 0.25, 0.03, 8.2, 0.5),
    Segment(Text("Retail", "Handel"), 0.80, 10_500, 0.22, -0.03, 7.4, 0.4),
    Segment(Text("Startups", "Start-ups"), 0.72, 4_500, 0.24, 0.12, 6.9, 0.2),
)
CHANNELS = (
    Channel(Text("Referrals", "Empfehlungen"), 2_300, 2.3, 0.40, (0.22, 0.30, 0.22, 0.16, 0.10)),
    Channel(Text("Partners", "Partner und Verbände"), 6_000, 2.2, 0.55, (0.25, 0.25, 0.28, 0.16, 0.06)),
    Channel(Text("Search ads", "Suchmaschinenwerbung"), 10_000, 2.1, 0.50, (0.08, 0.14, 0.16, 0.28, 0.34)),
    Channel(Text("Trade fairs", "Messen"), 17_000, 1.9, 0.50, (0.16, 0.10, 0.34, 0.14, 0.26)),
)


class Sample(NamedTuple):
    """The three tables a user brings, under the dictionary's headings."""

    customers: pd.DataFrame
    orders: pd.DataFrame
    spend: pd.DataFrame


def sample(language: Language = "en", seed: int = 2648) -> Sample:
    """The sample data in a language: the same figures in both, and the same whenever it is called.

    The seed is one by which the segments come out close to what is said of them above; another seed, another firm.
    """
    random = np.random.default_rng(seed)
    spend = _spend(random)
    people = _people(random, spend)
    orders = _orders(random, people)
    customers = _with_money(people, orders, spend)
    return Sample(*(_said(frame, language) for frame in (customers, _listed(orders, people), spend)))


def as_csv(frame: pd.DataFrame, language: Language = "en") -> bytes:
    """A table as its country exports it, with the title above: semicolons, decimal commas and 31.12.2025 in German."""
    german = language == "de"
    table = frame.to_csv(index=False, sep=";" if german else ",", decimal="," if german else ".",
                         date_format="%d.%m.%Y" if german else "%Y-%m-%d", lineterminator="\r\n")
    return f"{TITLE.say(language)}\r\n{table}".encode("utf-8-sig" if german else "utf-8")


def _spend(random: np.random.Generator) -> pd.DataFrame:
    """Each channel's spend of each month, and the customers it won."""
    months = np.arange(np.datetime64(FIRST, "M"), np.datetime64(AS_OF, "M") + 1)
    return pd.concat([_spend_of(random, code, months) for code in range(len(CHANNELS))], ignore_index=True)


def _spend_of(random: np.random.Generator, code: int, months: npt.NDArray[np.datetime64]) -> pd.DataFrame:
    channel = CHANNELS[code]
    effort = np.exp(random.normal(0.0, 0.6, len(months)))
    spend = 50.0 * np.round(channel.spend * effort / 50)
    won = channel.won * (spend / channel.spend) ** channel.elasticity * np.exp(random.normal(0.0, 0.1, len(months)))
    whole = np.diff(np.floor(np.cumsum(won)), prepend=0.0)  # what is left of a month counts in the next
    return pd.DataFrame({"channel": code, "period": months.astype("datetime64[s]"), "spend": spend, "new_customers": whole.astype(int)})


def _people(random: np.random.Generator, spend: pd.DataFrame) -> pd.DataFrame:
    """One row per customer won: who it is, when it came and, if so, left, and what drives its orders."""
    each = spend.loc[spend.index.repeat(spend["new_customers"])]
    first, count = each["period"].to_numpy("datetime64[D]"), len(each)
    next_month = (first.astype("datetime64[M]") + 1).astype("datetime64[D]")
    day = first + (random.random(count) * (next_month - first).astype(int)).astype("timedelta64[D]")
    channel = each["channel"].to_numpy()
    edges = np.cumsum([row.mix for row in CHANNELS], axis=1)[channel]
    segment = (random.random((count, 1)) > edges[:, :-1]).sum(axis=1)
    people = pd.DataFrame({"channel": channel, "segment": segment, "start": np.busday_offset(day, 0, roll="modifiedpreceding")})
    people = people.sort_values("start", kind="stable", ignore_index=True)
    return people.assign(**_character(random, people["segment"].to_numpy(), people["start"].to_numpy("datetime64[D]")))


def _character(random: np.random.Generator, segment: npt.NDArray[np.int64],
               start: npt.NDArray[np.datetime64]) -> dict[str, npt.NDArray[np.generic]]:
    """What differs between customers of a segment; one half of them is half as likely to leave, the other half as much more."""
    retention, revenue, margin, growth, score, share = np.array([row[1:] for row in SEGMENTS]).T[:, segment]
    count = len(segment)
    fickle = random.random(count) < 0.5
    contract = random.random(count) < share
    years = np.log(1 - random.random(count)) / np.log(1 - (1 - retention) * np.where(fickle, 1.5, 0.5))
    years = np.where(contract, np.ceil(years), years)  # a contract ends with its year
    end = start + np.floor(np.minimum(years, 99) * 365).astype("timedelta64[D]") - np.timedelta64(1, "D")
    answer = np.clip(np.round(random.normal(score + np.where(fickle, -0.7, 0.7), 1.3)), 0, 10)
    return {
        "contract": contract.astype(int),
        "end": np.where(end < np.datetime64(AS_OF), np.maximum(end, start), np.datetime64("NaT")).astype("datetime64[s]"),
        "score": np.where(random.random(count) < 0.65, answer, np.nan),
        "pace": np.where(contract, 4.0, random.gamma(4.0, 1.5, count) + 0.5),  # orders a year
        "volume": revenue * np.exp(random.normal(-0.245, 0.7, count)),  # revenue a year at the start; 0.245 = 0.7² / 2
        "growth": growth,
        "margin": margin + random.normal(0.0, 0.03, count),
    }


def _orders(random: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """All orders by day: the first when the customer comes, then by the quarter under contract and by chance else."""
    start = people["start"].to_numpy("datetime64[D]")
    last = people["end"].fillna(pd.Timestamp(AS_OF)).to_numpy("datetime64[D]")
    customer, years = _moments(random, people, ((last - start).astype(int) + 1) / YEAR)
    day = np.busday_offset(start[customer] + (years * YEAR).astype("timedelta64[D]"), 0, roll="modifiedpreceding")
    pace, volume, growth, margin = people[["pace", "volume", "growth", "margin"]].to_numpy()[customer].T
    amount = volume / pace * (1 + growth) ** years * np.exp(random.normal(-0.02, 0.2, len(day)))  # 0.02 = 0.2² / 2
    cost = amount * (1 - margin - random.normal(0.0, 0.03, len(day)))
    orders = pd.DataFrame({"customer": customer, "date": day.astype("datetime64[s]"), "amount": amount.round(2), "cost": cost.round(2)})
    return orders[orders["date"] <= last[customer]].sort_values(["date", "customer"], kind="stable", ignore_index=True)


def _moments(random: np.random.Generator, people: pd.DataFrame,
             years: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """For each order its customer and the years since that customer's first order."""
    numbers: list[npt.NDArray[np.int64]] = []
    moments: list[npt.NDArray[np.float64]] = []
    for number, (contract, pace, limit) in enumerate(zip(people["contract"], people["pace"], years, strict=True)):
        gaps = np.ones(150) if contract else random.exponential(1.0, 150)
        at = np.concatenate([[0.0], np.cumsum(gaps) / pace])
        moments.append(at[at <= limit])
        numbers.append(np.full(len(moments[-1]), number))
    return np.concatenate(numbers), np.concatenate(moments)


def _with_money(people: pd.DataFrame, orders: pd.DataFrame, spend: pd.DataFrame) -> pd.DataFrame:
    """The customers as a firm lists them, with what their orders and their channel's spend come to."""
    year = orders["date"].dt.year
    each = orders.groupby(["customer", year])["amount"].sum().unstack(fill_value=0).round(2)
    total = orders.groupby("customer")[["amount", "cost"]].sum()
    marketing = spend.groupby(["channel", spend["period"].dt.year])[["spend", "new_customers"]].sum()
    won = pd.MultiIndex.from_arrays([people["channel"], people["start"].dt.year])
    return pd.DataFrame({
        "customer": people.index, "segment": people["segment"], "start": people["start"], "end": people["end"],
        "contract": people["contract"], "channel": people["channel"],
        "cac": (marketing["spend"] / marketing["new_customers"]).loc[won].round(2).to_numpy(),
        "revenue_previous": each[AS_OF.year - 1], "revenue": each[AS_OF.year],
        "margin": (1 - total["cost"] / total["amount"]).round(4), "score": people["score"].astype("Int64"),
    })


def _listed(orders: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The orders as an accounting program lists them."""
    who = people.loc[orders["customer"]]
    return pd.DataFrame({
        "order": orders.index + 1, "date": orders["date"], "customer": orders["customer"], "segment": who["segment"].to_numpy(),
        "channel": who["channel"].to_numpy(), "amount": orders["amount"], "cost": orders["cost"],
    })


def _said(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The table in words: names for numbers, and the dictionary's headings."""
    names = {"segment": [row.name for row in SEGMENTS], "channel": [row.name for row in CHANNELS], "contract": list(ANSWERS)}
    said = {key: frame[key].map(lambda code, texts=texts: texts[code].say(language)) for key, texts in names.items() if key in frame}
    if "customer" in frame:
        said["customer"] = frame["customer"].map(lambda code: CUSTOMER.say(language, number=code + 1))
    if "order" in frame:
        said["order"] = frame["order"].map(lambda code: ORDER.format(number=code))
    return frame.assign(**said).rename(columns={key: term.label.say(language) for key, term in TERMS.items()})
