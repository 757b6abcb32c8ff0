"""What orders say of each customer, by the numbers of the public CDNOW sample and by laws."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clvxl.history import a_year_before, histories, history
from clvxl.ledger import parts, read
from clvxl.settings import Settings

CDNOW = Path(__file__).parents[2] / "shared" / "data" / "cdnow_sample.csv"
AS_OF = date(2024, 12, 31)


def table(rows: list[tuple[object, ...]], columns: str = "customer date amount") -> ibis.Table:
    frame = pd.DataFrame(rows, columns=columns.split())
    frame["date"] = pd.to_datetime(frame["date"])
    return ibis.memtable(frame).mutate(date=lambda each: each.date.cast("date"))


def of(rows: list[tuple[object, ...]], columns: str = "customer date amount", as_of: date = AS_OF) -> pd.DataFrame:
    found: pd.DataFrame = history(table(rows, columns), as_of).execute().set_index("customer")
    return found


@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
@pytest.mark.parametrize(("as_of", "repeat_days", "repeat_buyers"), [(date(1998, 6, 30), 4339, 1139), (date(1997, 9, 30), 2457, 946)])
def test_cdnow_has_the_published_counts(as_of: date, repeat_days: int, repeat_buyers: int) -> None:
    """Fader, Hardie & Lee 2005: 2,357 customers, 946 of whom bought again in the first 39 weeks."""
    orders = read([str(CDNOW)], Settings()).orders
    assert orders is not None
    found = history(orders, as_of).execute()
    assert (len(found), found["frequency"].sum(), (found["frequency"] > 0).sum()) == (2357, repeat_days, repeat_buyers)
    assert (found["spend"].notna() == (found["frequency"] > 0)).all()


def test_a_customer_worked_out_by_hand() -> None:
    found = of([("A", "2022-06-01", 50), ("A", "2023-06-01", 30), ("A", "2024-06-01", 10), ("A", "2024-06-01", 20),
                ("A", "2025-06-01", 99)])
    assert found.loc["A"].to_dict() == {
        "first": pd.Timestamp(2022, 6, 1), "last": pd.Timestamp(2024, 6, 1), "frequency": 2, "recency": 731, "age": 944, "orders": 4,
        "spend": 30.0, "amount": 110.0, "revenue": 30.0, "revenue_previous": 30.0, "days_last_year": 1, "days_year_before": 1}


def test_one_purchase_has_no_repeat_spend() -> None:
    found = of([("A", "2024-06-01", 50)]).loc["A"]
    assert (found["frequency"], found["recency"], found["age"]) == (0, 0, 213)
    assert pd.isna(found["spend"])


def test_returns_are_netted_per_day_and_an_order_of_nothing_is_a_purchase() -> None:
    found = of([("partly", "2024-01-01", 10), ("partly", "2024-02-01", 30), ("partly", "2024-02-01", -10),
                ("later", "2024-01-01", 10), ("later", "2024-02-01", -4),
                ("all", "2024-01-01", 10), ("all", "2024-02-01", 5), ("all", "2024-02-01", -5),
                ("all", "2024-03-01", 0.1), ("all", "2024-03-01", 0.2), ("all", "2024-03-01", -0.3),
                ("free", "2024-01-01", 10), ("free", "2024-02-01", 0),
                ("cancelled first", "2024-01-01", 10), ("cancelled first", "2024-01-01", -10), ("cancelled first", "2024-02-01", 7),
                ("never", "2024-01-01", -5)])
    assert found["frequency"].to_dict() == {"all": 0, "cancelled first": 0, "free": 1, "later": 0, "partly": 1}
    assert found["spend"].dropna().to_dict() == {"free": 0.0, "partly": 20.0}
    assert found["amount"].to_dict() == {"all": pytest.approx(10.0), "cancelled first": 7.0, "free": 10.0, "later": 6.0, "partly": 30.0}
    assert found.loc["cancelled first", "first"] == pd.Timestamp(2024, 2, 1)


def test_the_two_years_end_on_the_as_of_date() -> None:
    found = of([("A", "2024-12-31", 1), ("A", "2024-01-01", 2), ("A", "2023-12-31", 4), ("A", "2023-01-01", 8), ("A", "2022-12-31", 16)])
    assert found.loc["A", ["revenue", "revenue_previous", "days_last_year", "days_year_before"]].tolist() == [3.0, 12.0, 2, 2]
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert a_year_before(date(2025, 2, 28)) == date(2024, 2, 28)


def test_the_latest_segment_counts_and_an_empty_one_says_nothing() -> None:
    rows = [("A", "2024-01-01", 1, "old", "Web"), ("A", "2024-03-01", 1, None, None), ("A", "2024-02-01", 1, "new", None),
            ("B", "2024-01-01", 1, None, None), ("C", "2024-01-01", 1, "x", "b"), ("C", "2024-01-01", 1, "y", "a")]
    found = of(rows, "customer date amount segment channel")
    assert found["segment"].fillna("-").to_dict() == {"A": "new", "B": "-", "C": "y"}
    assert found["channel"].fillna("-").to_dict() == {"A": "Web", "B": "-", "C": "b"}


def test_contribution_from_costs_or_margins() -> None:
    assert of([("A", "2024-01-01", 10, 4), ("A", "2024-02-01", 20, 6)], "customer date amount cost").loc["A", "contribution"] == 20.0
    assert of([("A", "2024-01-01", 10, 0.5), ("A", "2024-02-01", 20, 0.25)], "customer date amount margin").loc["A", "contribution"] == 10.0
    both = of([("A", "2024-01-01", 10, 4, None), ("A", "2024-02-01", 20, None, 0.25), ("A", "2024-03-01", 70, None, None)],
              "customer date amount cost margin")
    assert both.loc["A", ["contribution", "costed", "amount"]].tolist() == [6 + 5, 30, 100]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_the_expression_has_a_form_for_every_engine(dialect: str) -> None:
    columns = {"customer": "string", "date": "date", "amount": "float64", "segment": "string", "margin": "float64"}
    assert "SELECT" in ibis.to_sql(history(ibis.table(columns, name="orders"), AS_OF), dialect=dialect)


@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
def test_in_parts_is_at_once(tmp_path: Path) -> None:
    """Customers sorted a few hundred at a time come out as all together, in the same order."""
    frame = pd.read_csv(CDNOW, dtype={"customer": str}, parse_dates=["date"])
    frame["segment"] = frame["customer"].str[-1:]
    frame.to_parquet(tmp_path / "orders.parquet")
    orders = read([str(tmp_path / "orders.parquet")], Settings()).orders
    assert orders is not None
    expected = histories(orders, date(1998, 6, 30), date(1997, 9, 30))
    assert len(parts(orders)) == 1
    orders.get_backend().raw_sql("SET VARIABLE orders_at_once = 1000")
    assert len(parts(orders)) == 7
    found = histories(orders, date(1998, 6, 30), date(1997, 9, 30))
    pd.testing.assert_frame_equal(found.astype({"segment": str}), expected.astype({"segment": str}))
    assert expected["customer"].tolist() == sorted(frame["customer"].unique())


_DAYS = st.integers(0, 1200).map(lambda back: AS_OF - timedelta(days=back))
_ORDERS = st.lists(st.tuples(st.sampled_from("ABC"), _DAYS, st.integers(-20, 100).map(float)), min_size=1, max_size=40)


@hypothesis_settings(max_examples=10, deadline=None)
@given(_ORDERS, st.randoms())
def test_the_order_of_rows_does_not_matter_and_the_plain_count_agrees(rows: list[tuple[str, date, float]], random) -> None:
    found = of([*rows])
    shuffled = list(rows)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(found, of([*shuffled]))
    for customer in {name for name, _, _ in rows}:
        days = {day: [amount for name, each, amount in rows if (name, each) == (customer, day)] for _, day, _ in rows}
        bought = {day: sum(amounts) for day, amounts in days.items() if amounts and (sum(amounts) > 0 or min(amounts) >= 0)}
        assert (customer in found.index) == bool(bought)
        if bought:
            repeats = [net for day, net in bought.items() if day > min(bought)]
            assert found.loc[customer, "frequency"] == len(repeats)
            assert found.loc[customer, "recency"] == (max(bought) - min(bought)).days
            if repeats:
                assert found.loc[customer, "spend"] == pytest.approx(sum(repeats) / len(repeats))
