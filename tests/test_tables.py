"""Tables from the user's columns: survival, cohorts and purchase histories, by published tables, other programs and laws."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clvxl.arguments import serial
from clvxl.errors import BLANK, NA, NUM, VALUE, CallError, error_name
from clvxl.formulas.cohorts import Cohorts, clv_cohorts
from clvxl.formulas.rfm import RFM, clv_rfm, clv_rfm_score
from clvxl.formulas.survival import Survival, clv_survival
from clvxl.history import history

AS_OF = date(2024, 12, 31)
FIRST = date(2022, 1, 1)
_DAYS = st.integers(0, (AS_OF - FIRST).days).map(lambda days: FIRST + timedelta(days=days))
ORDERS = st.lists(st.tuples(st.sampled_from("ABCDEF"), _DAYS, st.integers(-20, 100).map(float)), min_size=1, max_size=60)


def columns(orders: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(each) for each in zip(*orders, strict=True)]


def error(value: object) -> str | None:
    return error_name(float(value))  # type: ignore[arg-type]


# --- survival

def test_survival_is_that_of_the_published_table() -> None:
    """Remission of 21 patients under 6-MP in weeks (Freireich et al. 1963), estimates and standard errors as in Collett 1994 and in R."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    open_still = {3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20}
    start = np.array([1000.0 if row not in open_still else 1245 - 7 * week for row, week in enumerate(weeks)])
    end = np.array([1000.0 + 7 * week if row not in open_still else np.nan for row, week in enumerate(weeks)])
    found = clv_survival(start, end, 1245)
    assert isinstance(found, Survival)
    assert found.lifetime * 365.25 / 7 == pytest.approx([0, 6, 7, 10, 13, 16, 22, 23])
    assert found.at_risk.tolist() == [21, 21, 17, 15, 12, 11, 7, 6]
    assert found.left.tolist() == [0, 3, 1, 1, 1, 1, 1, 1]
    assert found.survival == pytest.approx([1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert found.survival_error == pytest.approx([0, 0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5)


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 500)), min_size=1, max_size=40))
@settings(deadline=None)
def test_survival_is_the_product_over_the_days_on_which_somebody_left(rows: list[tuple[int, int | None]]) -> None:
    start, end = np.array([float(row[0]) for row in rows]), np.array([np.nan if row[1] is None else row[0] + row[1] for row in rows])
    found = clv_survival(start, end, 500)
    assert isinstance(found, Survival)
    last = np.where(end <= 500, end, 500.0)
    share = [1.0]
    for day in sorted({end - start for start, end in zip(start, end, strict=True) if end <= 500}):
        there = sum(until - since >= day for since, until in zip(start, last, strict=True))
        leaving = sum(until - since == day and until == gone for since, until, gone in zip(start, last, end, strict=True))
        share.append(share[-1] * (1 - leaving / there))
    assert found.survival == pytest.approx(share)
    assert found.left.sum() == (end <= 500).sum()


def test_without_open_records_survival_is_the_share_still_there() -> None:
    lived = np.random.default_rng(3).integers(1, 50, 300).astype(float)
    found = clv_survival(np.zeros(300), lived, 1000)
    assert isinstance(found, Survival)
    assert found.survival == pytest.approx([(lived > years * 365.25 + 1e-9).mean() for years in found.lifetime])
    binomial = np.sqrt(found.survival * (1 - found.survival) / 300)
    assert found.survival_error[:-1] == pytest.approx(binomial[:-1])  # Greenwood's formula without open records
    assert error(found.survival_error[-1]) == "#N/A"


def test_survival_of_nobody_and_of_impossible_records() -> None:
    assert error(clv_survival([100.0], [np.nan], 50)) == "#N/A"
    assert error(clv_survival([100.0, 10], [90.0, 20], 200)) == "#NUM!"
    nobody_left = clv_survival(np.array(["2024-01-01"], "M8[D]"), [np.nan], serial(AS_OF))
    assert isinstance(nobody_left, Survival)
    assert [column.tolist() for column in nobody_left] == [[0], [1], [0], [1], [0]]


# --- cohorts

def pivot(orders: list[tuple[str, date, float]], letter: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers and revenue by cohort and periods since, by pandas."""
    frame = pd.DataFrame(orders, columns=["customer", "date", "amount"])
    frame["period"] = pd.PeriodIndex(frame["date"], freq=letter).map(lambda each: each.ordinal)
    frame["cohort"] = frame.groupby("customer")["period"].transform("min")
    frame["since"] = frame["period"] - frame["cohort"]
    cells = frame.groupby(["cohort", "since"])
    return cells["customer"].nunique().unstack(), cells["amount"].sum().unstack()


@pytest.mark.parametrize(("interval", "letter", "name"), [
    ("month", "M", "{0.year}-{0.month:02}"), ("quarter", "Q", "{0.year}-Q{0.quarter}"), ("year", "Y", "{0.year}"),
])
def test_cohorts_are_those_of_a_pivot_table(interval: str, letter: str, name: str) -> None:
    random = np.random.default_rng(7)
    orders = [(f"K{who}", FIRST + timedelta(days=int(day)), float(money)) for who, day, money in
              zip(random.integers(0, 200, 1500), random.integers(0, 1090, 1500), random.integers(1, 90, 1500), strict=True)]
    customers, revenue = pivot(orders, letter)
    who, when, money = columns(orders)
    for found, expected in ((clv_cohorts(who, when, interval=interval), customers), (clv_cohorts(who, when, money, interval), revenue)):
        assert isinstance(found, Cohorts)
        assert found.cohort.tolist() == [name.format(pd.Period(ordinal=each, freq=letter)) for each in expected.index]
        assert found.customers.sum() == len(set(who))
        assert found.customers.tolist() == customers[0].tolist()
        filled = expected.reindex(columns=range(found.matrix.shape[1])).fillna(0).to_numpy()
        come = ~np.isnan(found.matrix)
        assert found.matrix[come] == pytest.approx(filled[come])
        assert not filled[~come].any()
        last = expected.index[-1] if interval == "year" else max(pd.PeriodIndex(pd.to_datetime(when), freq=letter)).ordinal
        assert (come.sum(axis=1) == last - expected.index + 1).all()  # every period from a cohort's own to the latest, and none after
        share = clv_cohorts(who, when, money if expected is revenue else None, interval, "share")
        assert isinstance(share, Cohorts)
        assert (share.matrix[:, 0] == 1).all()
        assert (share.matrix * found.matrix[:, :1])[come] == pytest.approx(found.matrix[come])


@given(ORDERS)
@settings(max_examples=12, deadline=None)
def test_cohorts_lose_no_money_of_a_customer_who_bought(orders: list[tuple[str, date, float]]) -> None:
    who, when, money = columns(orders)
    told = history(table(orders), AS_OF).execute()
    found = clv_cohorts(who, when, money)
    if told.empty:
        assert error(found) == "#N/A"
        return
    assert isinstance(found, Cohorts)
    assert np.nansum(found.matrix) == pytest.approx(told["amount"].sum(), abs=1e-9)
    assert found.customers.sum() == len(told)
    months = told["first"].dt.strftime("%Y-%m").value_counts().sort_index()
    assert found.cohort.tolist() == months.index.tolist()
    assert found.customers.tolist() == months.tolist()


def test_odd_cohorts() -> None:
    assert error(clv_cohorts([], [])) == "#N/A"
    assert error(clv_cohorts(["A"], [np.nan])) == "#N/A"
    assert error(clv_cohorts(["A", "B"], [45000.0, -7.0])) == "#VALUE!"
    assert error(clv_cohorts(["A"], [45000.0], [-5.0])) == "#N/A"
    with pytest.raises(CallError, match="periods"):
        clv_cohorts(["A", "B"], [1.0, 2_000_000.0])
    free = clv_cohorts(["A", "A"], [45000.0, 45040.0], [0.0, 5.0], "month", "share")
    assert isinstance(free, Cohorts)
    assert error(free.matrix[0, 0]) == "#N/A"  # a share of nothing


# --- purchase histories

def table(orders: list[tuple[str, date, float]]) -> ibis.Table:
    frame = pd.DataFrame(orders, columns=["customer", "date", "amount"]).astype({"date": "datetime64[ns]"})
    return ibis.memtable(frame).mutate(date=lambda each: each.date.cast("date"))


@given(ORDERS)
@settings(max_examples=12, deadline=None)
def test_histories_are_those_of_the_report(orders: list[tuple[str, date, float]]) -> None:
    """The cell function and the data engine tell the same of the same orders."""
    found, told = clv_rfm(*columns(orders), serial(AS_OF)), history(table(orders), AS_OF).execute()
    if told.empty:
        assert error(found) == "#N/A"
        return
    assert isinstance(found, RFM)
    assert found.customer.tolist() == told["customer"].tolist()
    assert found.frequency.tolist() == told["frequency"].tolist()
    assert found.recency * 7 == pytest.approx(told["recency"].to_numpy())
    assert found.age * 7 == pytest.approx(told["age"].to_numpy())
    assert found.spend_average == pytest.approx(told["spend"].fillna(0).to_numpy())


@given(ORDERS, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_and_the_time_of_day_do_not_matter(orders: list[tuple[str, date, float]], random: Any) -> None:
    shuffled = list(orders)
    random.shuffle(shuffled)
    who, when, money = columns(shuffled)
    noon = [serial(day) + 0.5 for day in when]
    assert repr(clv_rfm(who, noon, money, serial(AS_OF))) == repr(clv_rfm(*columns(orders), serial(AS_OF)))
    assert repr(clv_cohorts(who, noon, money)) == repr(clv_cohorts(*columns(orders)))


def test_customers_may_be_numbers_or_text_or_both() -> None:
    by_number = clv_rfm([1001, 7, 1001.0], [1, 2, 3], [5, 5, 5], 10)
    by_text = clv_rfm(["1001", "7", " 1001 "], [1, 2, 3], [5, 5, 5], 10)
    mixed = clv_rfm(["1001", 7, 1001.0], [1, 2, 3], [5, 5, 5], 10)
    assert isinstance(by_number, RFM)
    assert isinstance(by_text, RFM)
    assert by_number.customer.tolist() == [7, 1001]
    assert by_text.customer.tolist() == ["1001", "7"]
    assert repr(mixed) == repr(by_text)
    assert (by_text.frequency == by_number.frequency[::-1]).all()


def test_a_row_that_cannot_be_read_spoils_its_customer_only() -> None:
    found = clv_rfm(["A", "A", "B", "C", "C", "D", None, None], [1, 2, VALUE, 1, BLANK, 50, BLANK, 3],
                    [5, 5, 5, NA, 5, NA, BLANK, 5], 10)
    assert isinstance(found, RFM)
    assert found.customer[:3].tolist() == ["A", "B", "C"]
    assert found.frequency[0] == 1
    assert [error(each) for each in found.frequency[1:]] == ["#VALUE!", "#N/A", "#VALUE!"]  # D comes later; the last is nobody's
    assert error(found.customer[3]) == "#VALUE!"
    alone = clv_rfm([BLANK], [3], [5], 10)
    assert isinstance(alone, RFM)
    assert error(alone.frequency[0]) == "#VALUE!"
    assert error(clv_rfm([BLANK], [BLANK], [BLANK], 10)) == "#N/A"
    assert error(clv_rfm(["A"], [1e300], [5], 10)) == "#N/A"  # a day after the as-of day, however far
    wild = clv_rfm(["A"], [-5], [np.inf], 10)
    assert isinstance(wild, RFM)
    assert error(wild.frequency[0]) == "#NUM!"


# --- scores

@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)) | st.integers(0, 5).map(float), min_size=1, max_size=60),
       st.integers(1, 12))
@settings(deadline=None)
def test_scores_follow_the_values(values: list[float], bins: int) -> None:
    found = clv_rfm_score(values, bins)
    assert ((found >= 1) & (found <= bins) & (found == np.floor(found))).all()
    order = np.argsort(values)
    assert (np.diff(found[order]) >= 0).all()
    for value, score in zip(values, found, strict=True):
        below, same = sum(each < value for each in values), sum(each == value for each in values)
        middle = bins * (below + same / 2) / len(values)
        assert score - 1 - 1e-9 <= middle <= score + 1e-9  # the bin in which the middle of its places lies


def test_without_ties_each_bin_has_as_many() -> None:
    values = np.random.default_rng(4).permutation(100).astype(float)
    assert np.bincount(clv_rfm_score(values, 5).astype(int)).tolist() == [0, 20, 20, 20, 20, 20]
    assert (clv_rfm_score(-values, 5) == 6 - clv_rfm_score(values, 5)).all()


def test_a_score_keeps_errors_in_their_place_and_its_shape() -> None:
    found = clv_rfm_score([[1.0], [NA], [BLANK], [2.0]], 2)
    assert found.shape == (4, 1)
    assert found[[0, 3], 0].tolist() == [1, 2]
    assert [error(each) for each in found[1:3, 0]] == ["#N/A", "#VALUE!"]
    assert error(clv_rfm_score([1.0, 2.0], 2.5)[0]) == "#NUM!"
    assert clv_rfm_score([NUM], 5).shape == (1,)


# --- many rows

@pytest.mark.parametrize("make", [lambda code: code, lambda code: [f"customer {each}" for each in code]], ids=["numbers", "text"])
def test_two_hundred_thousand_rows_take_no_time(make: Callable[[Any], Any]) -> None:
    random = np.random.default_rng(8)
    who = make(random.integers(0, 50_000, 200_000))
    when, money = random.integers(44000, 45600, 200_000).astype(float), random.gamma(2, 20, 200_000)
    begin = time.process_time()
    assert isinstance(clv_rfm(who, when, money, 45600), RFM)
    assert isinstance(clv_cohorts(who, when, money), Cohorts)
    assert isinstance(clv_survival(when, when + random.integers(0, 400, 200_000), 45600), Survival)
    assert time.process_time() - begin < 5  # about 1 s; row by row in Python it would be a minute
