"""What winning customers costs: per segment, and per channel with its diminishing returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from clvxl import CATALOG
from clvxl.formulas.acquisition import response_elasticity

USUAL_ELASTICITY = 0.5  # where the data cannot tell: twice the money brings 1.4 times the customers
_ELASTICITIES = (0.1, 0.9)
_YEAR = pd.DateOffset(years=1)


@dataclass(frozen=True, slots=True)
class Channels:
    """Per channel, or per segment where the spend is kept by segment: spend and new customers of 12 months, and their value.

    ``frame`` has the columns channel, spend, new_customers, cac, clv, ratio. ``estimated`` says whether the elasticity comes from the data.
    """

    frame: pd.DataFrame
    elasticity: float
    estimated: bool


def segment_costs(spend: pd.DataFrame | None, customers: pd.DataFrame, as_of: date | None, least: int) -> dict[str | None, float]:
    """What a new customer costs in each segment, and under None in all.

    First choice is the cost of each customer, of the new ones where there are at least so many; else the spend of 12 months, by segment
    or by channel.
    """
    costs: dict[str | None, float] = {}
    known = customers.loc[customers["cac"].notna(), ["segment", "new", "cac"]]
    for name, group in [(None, known), *known.groupby("segment", observed=True)] if len(known) else []:
        new = group[group["new"]]
        costs[name] = float((new if len(new) >= least else group)["cac"].mean())
    if costs or spend is None:
        return costs
    key = "segment" if "segment" in spend else "channel"
    by = _by(spend, customers, key, as_of)
    known = by[by["new_customers"].notna()]
    costs[None] = float(CATALOG["CLV_CAC"](known["spend"].sum(), known["new_customers"].sum()))
    by = by[by.index.notna()]
    if key == "segment":
        return costs | {str(name): cac for name, cac in by["cac"].items()}
    if "channel" not in customers:
        return costs
    new = customers[customers["new"]]
    means = new["channel"].map(by["cac"]).astype(float).groupby(new["segment"], observed=True).mean()
    alone = customers["segment"].nunique() == 1  # which costs what all cost
    return costs | {str(name): costs[None] if alone and cac > 0 else float(cac) for name, cac in means.items()}


def _last_year(spend: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """The spend of the last 12 months; where there is none, that of the latest 12 months before."""
    if "period" not in spend or as_of is None:
        return spend
    past = spend[spend["period"] <= pd.Timestamp(as_of)]
    return past[past["period"] > (past["period"].max() if is_old(spend, as_of) else pd.Timestamp(as_of)) - _YEAR]


def is_old(spend: pd.DataFrame | None, as_of: date | None) -> bool:
    """Whether all spend is of more than 12 months ago."""
    if spend is None or "period" not in spend or as_of is None:
        return False
    past = spend.loc[spend["period"] <= pd.Timestamp(as_of), "period"]
    return not past.empty and bool(past.max() <= pd.Timestamp(as_of) - _YEAR)


def _by(spend: pd.DataFrame, customers: pd.DataFrame, key: str, as_of: date | None) -> pd.DataFrame:
    """Spend, new customers and cost per value of a column, and of what has none; new customers are counted where the spend does not say."""
    groups = _last_year(spend, as_of).groupby(key, dropna=False)
    by = groups[["spend"]].sum()
    won = customers[customers["new"]].groupby(key).size() if key in customers else None
    by["new_customers"] = np.nan if won is None else won.reindex(by.index, fill_value=0).astype(float)
    if "new_customers" in spend:
        by["new_customers"] = groups["new_customers"].sum(min_count=1).fillna(by["new_customers"])
    by["cac"] = CATALOG["CLV_CAC"](by["spend"].to_numpy(), by["new_customers"].to_numpy())
    return by


def channels(spend: pd.DataFrame | None, customers: pd.DataFrame, clv: Mapping[str, float], as_of: date | None) -> Channels:
    """What each channel costs and brings; ``clv`` is the value of a new customer of each segment."""
    if spend is not None:
        key = "channel" if "channel" in spend else "segment"
        by = _by(spend, customers, key, as_of).loc[lambda each: each.index.notna()]
    elif "channel" in customers and customers["cac"].notna().any():
        key = "channel"
        won = customers[customers["new"] & customers["cac"].notna()]
        by = won.groupby(key).agg(spend=("cac", "sum"), new_customers=("cac", "size"))
        by["cac"] = by["spend"] / by["new_customers"]
    else:
        return Channels(pd.DataFrame(columns=["channel", "spend", "new_customers", "cac", "clv", "ratio"]), USUAL_ELASTICITY, False)
    worth = customers["segment"].map(dict(clv)).astype(float)
    if key in customers:
        by["clv"] = worth[customers["new"]].groupby(customers[key]).mean().reindex(by.index)
        by["clv"] = by["clv"].fillna(worth.groupby(customers[key]).mean().reindex(by.index))
    else:
        by["clv"] = worth.mean()
    by = by[(by["spend"] > 0) & (by["new_customers"] > 0) & by["clv"].notna()]
    by["ratio"] = by["clv"] / by["cac"]
    frame = by.rename_axis("channel").reset_index().sort_values(["spend", "channel"], ascending=[False, True], ignore_index=True)
    estimate = _elasticity(spend, key)
    return Channels(frame, USUAL_ELASTICITY if np.isnan(estimate) else estimate, not np.isnan(estimate))


def _elasticity(spend: pd.DataFrame | None, key: str) -> float:
    if spend is None or "period" not in spend or "new_customers" not in spend:
        return float("nan")
    slope = float(response_elasticity(spend["spend"].to_numpy(float), spend["new_customers"].to_numpy(float), spend[key].to_numpy()))
    return float(np.clip(round(slope, 2), *_ELASTICITIES))
