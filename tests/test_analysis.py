"""The analysis of small tables whose figures are worked out by hand beside them."""

from datetime import date
from math import isnan

import ibis
import pandas as pd
import pytest

from clvxl.analysis import analyse
from clvxl.errors import DataError
from clvxl.ledger import Ledger, read
from clvxl.settings import Settings

AS_OF = date(2025, 12, 31)


def ledger(customers=None, orders=None, spend=None) -> Ledger:
    table = None if orders is None else ibis.memtable(orders)
    return Ledger(customers=customers, orders=table, spend=spend, findings=(), sources=(), fingerprint="", counts={})


def listed(**columns) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    for column in ("start", "end"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.fixture
def ten():
    """Ten customers. A: five a year ago, one of them left, one new. B: four a year ago, all stayed."""
    return listed(
        customer=[f"k{n}" for n in range(10)],
        segment=["A"] * 6 + ["B"] * 4,
        start=["2020-01-01"] * 5 + ["2025-03-01"] + ["2021-01-01"] * 4,
        end=[None, None, None, None, "2025-06-30", None, None, None, None, None],
        revenue=[1000.0, 2000, 3000, 4000, 5000, 500, 100, 100, 100, 100],
        revenue_previous=[1000.0, 1000, 3000, 5000, 5000, 0, 100, 100, 100, 100],
        margin=[0.5, 0.5, 0.25, 0.25, 0.25, 0.5, 0.1, 0.1, 0.1, 0.1],
        cac=[None, None, None, None, None, 700.0, None, None, None, None],
        score=[10.0, 9, 8, 0, 5, None, 10, 10, 9, 6],
    )


def of(analysis, name):
    return next(each for each in analysis.segments if each.name == name)


def test_who_is_active_new_and_lost(ten):
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF)), "A")
    assert (a["customers"], a["active"], a["new"], a["lost"], a["before"]) == (6, 5, 1, 1, 5)


def test_money_and_loyalty_of_a_segment_by_hand(ten):
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF, discount=0.1)), "A")
    assert a["revenue_total"] == 10_500  # 1000 + 2000 + 3000 + 4000 + 500
    assert a["revenue_average"] == 2_100
    margin = (500 + 1000 + 750 + 1000 + 250) / 10_500
    assert a["margin"] == pytest.approx(margin, rel=1e-12)
    assert a["retention"] == pytest.approx(4 / 5, rel=1e-12)
    assert a["clv"] == pytest.approx(margin * 2_100 * 1.1 / 0.3, rel=1e-12)
    assert a["cac"] == 700
    assert a["ratio"] == pytest.approx(a["clv"] / 700, rel=1e-12)
    assert a["max_cac"] == pytest.approx(a["clv"] / 3, rel=1e-12)
    days = 4 * (date(2025, 12, 31) - date(2020, 1, 1)).days + (date(2025, 6, 30) - date(2020, 1, 1)).days
    days += (date(2025, 12, 31) - date(2025, 3, 1)).days
    assert a["lifetime"] == pytest.approx(1 / (1 - 4 / 5), rel=1e-12)  # one departure says too little
    observed = of(analyse(ledger(ten), Settings(as_of=AS_OF, discount=0.1, least_customers=1)), "A")["lifetime"]
    assert observed == pytest.approx(days / 365.25, rel=1e-12)


def test_growth_counts_the_customers_of_a_year_ago(ten):
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF)), "A")
    assert a["revenue_growth"] == pytest.approx(10_500 / 15_000 - 1, rel=1e-12)
    assert a["nrr"] == pytest.approx((1000 + 2000 + 3000 + 4000) / 15_000, rel=1e-12)  # one has left with 5000


def test_growth_is_told_of_customers_whose_year_before_is_known(ten):
    """Of A, the one with 3,000 in both years goes on unknown: 7,500 of now against 12,000 of then."""
    ten.loc[2, "revenue_previous"] = None
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF)), "A")
    assert a["revenue_growth"] == pytest.approx(7_500 / 12_000 - 1, rel=1e-12)
    assert a["nrr"] == pytest.approx((1000 + 2000 + 4000) / 12_000, rel=1e-12)
    assert "growth: without 1 customers whose year before is not in the data" in a.reasons


def test_the_revenue_of_a_list_is_not_compared_with_the_orders_of_a_year_before():
    """All customers are said to bring 1,000 a year; their orders, ten of 10 in each year, are another matter."""
    days = pd.date_range("2023-01-15", "2025-12-31", freq="36D")
    orders = pd.DataFrame([{"customer": f"k{n}", "date": day.date(), "amount": 10.0} for n in range(9) for day in days])
    frame = listed(customer=[f"k{n}" for n in range(9)], revenue=[1000.0] * 9)
    whole = analyse(ledger(frame, orders), Settings(margin=0.3, as_of=AS_OF)).total
    assert whole["revenue_total"] == 9_000
    assert isnan(whole["revenue_growth"])
    assert isnan(whole["nrr"])


def test_what_one_new_customer_cost_does_not_stand_for_all():
    frame = listed(customer=[f"k{n}" for n in range(21)], start=["2020-01-01"] * 20 + ["2025-06-01"], revenue=[100.0] * 21,
                   cac=[40.0] * 20 + [5.0])
    assert analyse(ledger(frame), Settings(margin=0.3, as_of=AS_OF)).total["cac"] == pytest.approx((20 * 40 + 5) / 21, rel=1e-12)
    frame["start"] = pd.to_datetime(["2020-01-01"] * 16 + ["2025-06-01"] * 5)
    assert analyse(ledger(frame), Settings(margin=0.3, as_of=AS_OF)).total["cac"] == pytest.approx((4 * 40 + 5) / 5, rel=1e-12)


def test_recommendation_of_active_customers_only(ten):
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF)), "A")
    assert a["nps"] == pytest.approx(100 * (2 - 1) / 4, rel=1e-12)  # 10, 9, 8, 0; who left does not count
    assert a["nps_error"] == pytest.approx(100 * ((3 / 4 - 1 / 16) / 4) ** 0.5, rel=1e-12)


def test_a_small_segment_uses_the_retention_of_all_and_says_so(ten):
    analysis = analyse(ledger(ten), Settings(as_of=AS_OF, discount=0.1))
    b = of(analysis, "B")
    assert isnan(b["retention"])
    assert b["retention_used"] == pytest.approx(8 / 9, rel=1e-12)
    assert any("fewer than 5" in reason for reason in b.reasons)
    assert b["clv"] == pytest.approx(0.1 * 100 * 1.1 / (1.1 - 8 / 9), rel=1e-12)


def test_equity_is_the_sum_of_the_customers_and_of_the_segments(ten):
    analysis = analyse(ledger(ten), Settings(as_of=AS_OF, discount=0.1))
    a = of(analysis, "A")
    assert a["equity"] == pytest.approx(3_500 * 0.8 / 0.3, rel=1e-12)  # contribution of a year, next payment a year away
    assert analysis.total["equity"] == pytest.approx(sum(each["equity"] for each in analysis.segments), rel=1e-12)
    assert analysis.total["equity"] == pytest.approx(analysis.customers["value"].sum(), rel=1e-12)
    assert analysis.customers["customer"].iloc[0] in ("k1", "k3")  # both bring 1000 a year
    assert analysis.customers.set_index("customer").loc["k4", "value"] == 0  # has left


def test_a_horizon_counts_fewer_payments(ten):
    a = of(analyse(ledger(ten), Settings(as_of=AS_OF, discount=0.1, horizon=2)), "A")
    assert a["clv"] == pytest.approx(a["margin"] * 2_100 * (1 + 0.8 / 1.1), rel=1e-12)


def test_without_dates_nobody_is_said_to_stay():
    frame = listed(customer=["a", "b"], revenue=[100.0, 200], margin=[0.5, 0.5])
    total = analyse(ledger(frame), Settings()).total
    assert isnan(total["retention"])
    assert isnan(total["clv"])
    assert any("does not say who left" in reason for reason in total.reasons)
    assert all(isnan(total[key]) for key in ("new", "lost", "max_cac", "payback", "ratio"))
    given = analyse(ledger(frame), Settings(retention=0.8, discount=0.1)).total
    assert given["clv"] == pytest.approx(75 * 1.1 / 0.3, rel=1e-12)
    assert given["lifetime"] == pytest.approx(5, rel=1e-12)


def test_the_as_of_date_is_the_latest_in_the_data(ten):
    assert analyse(ledger(ten), Settings()).as_of == date(2025, 6, 30)


def test_an_end_still_to_come_does_not_move_the_as_of_date_where_there_are_orders(ten):
    planned = ten.assign(end=pd.to_datetime(["2027-12-31"] + [None] * 9))
    analysis = analyse(ledger(planned, orders(("k0", "2025-09-30", 100.0))), Settings())
    assert analysis.as_of == date(2025, 9, 30)
    assert of(analysis, "A")["lost"] == 0


def test_nobody_left_is_not_for_ever(ten):
    loyal = ten.assign(end=pd.NaT)
    total = analyse(ledger(loyal), Settings(as_of=AS_OF)).total
    assert total["retention"] == 1
    assert total["retention_used"] == pytest.approx(10 / 11, rel=1e-12)  # nine of nine stayed: (9 + 1) / (9 + 2)
    assert any("none of 9 customers left" in reason for reason in total.reasons)


def test_a_segment_without_margins_uses_that_of_all(ten):
    frame = ten.assign(margin=ten["margin"].where(ten["segment"] == "A"))
    analysis = analyse(ledger(frame), Settings(as_of=AS_OF))
    b = of(analysis, "B")
    assert isnan(b["margin"])
    assert b["margin_used"] == pytest.approx(analysis.total["margin"], rel=1e-12)
    assert b["equity"] > 0


def orders(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    frame["date"] = pd.to_datetime(frame["date"]).dt.date
    return frame


def test_orders_alone_say_who_came_back():
    rows = [(f"k{n}", "2024-05-01", 100.0) for n in range(6)] + [(f"k{n}", "2025-05-01", 50.0) for n in range(3)]
    rows += [("new", "2025-07-01", 10.0), ("first", "2023-12-15", 1.0)]
    total = analyse(ledger(orders=orders(*rows)), Settings(as_of=AS_OF, margin=0.3)).total
    assert (total["active"], total["before"], total["lost"], total["new"]) == (4, 6, 3, 1)
    assert total["retention"] == pytest.approx(0.5, rel=1e-12)
    assert total["revenue_total"] == pytest.approx(160, rel=1e-12)
    assert total["nrr"] == pytest.approx(150 / 600, rel=1e-12)


def test_orders_complete_the_list_and_bring_who_is_missing():
    frame = listed(customer=["a", "b"], segment=["S", "S"])
    rows = orders(("a", "2025-05-01", 100.0), ("c", "2025-06-01", 30.0))
    analysis = analyse(ledger(frame, rows), Settings(as_of=AS_OF, margin=0.3))
    by = analysis.customers.set_index("customer")
    assert by.loc["a", "revenue"] == 100
    assert not by.loc["b", "active"]  # never ordered
    assert by.loc["c", "segment"] == "Without segment"


def spend(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["channel", "period", "spend", "new_customers"])
    frame["period"] = pd.to_datetime(frame["period"])
    return frame


def test_spend_by_channel_reaches_segments_through_their_new_customers(ten):
    frame = ten.drop(columns="cac").assign(channel=["x"] * 5 + ["y"] + ["x"] * 4)
    money = spend(("x", "2025-01-01", 900.0, 3.0), ("y", "2025-02-01", 400.0, 2.0), ("y", "2024-02-01", 9999.0, 1.0))
    analysis = analyse(ledger(frame, spend=money), Settings(as_of=AS_OF))
    assert of(analysis, "A")["cac"] == pytest.approx(200, rel=1e-12)  # its one new customer came through y; 2024 is too old
    assert analysis.total["cac"] == pytest.approx(1300 / 5, rel=1e-12)
    assert analysis.channels.frame["channel"].tolist() == ["x", "y"]


@pytest.mark.parametrize("channels", [{}, {"channel": "z"}])
def test_spend_by_channel_reaches_no_segment_where_nobody_came_through_one(ten, channels):
    frame = ten.drop(columns="cac").assign(**channels)
    analysis = analyse(ledger(frame, spend=spend(("x", "2025-01-01", 900.0, 3.0))), Settings(as_of=AS_OF))
    assert analysis.total["cac"] == pytest.approx(300, rel=1e-12)
    assert [isnan(each["cac"]) for each in analysis.segments] == [True] * len(analysis.segments)


def test_the_order_of_the_rows_does_not_matter(ten):
    one = analyse(ledger(ten), Settings(as_of=AS_OF))
    two = analyse(ledger(ten.sample(frac=1, random_state=1)), Settings(as_of=AS_OF))
    assert [each.name for each in one.segments] == [each.name for each in two.segments]
    pd.testing.assert_series_equal(pd.Series(one.total.figures), pd.Series(two.total.figures), rtol=1e-12)
    assert one.customers["customer"].tolist() == two.customers["customer"].tolist()


@pytest.mark.parametrize(("column", "value"), [("cost", 60.0), ("margin", 0.4)])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_orders_without_a_cost_do_not_count_as_free_of_profit(tmp_path, column, value, ending):
    """Every order of 100 costs 60; whether a cost stands beside it or not, the margin is 40 %."""
    days = pd.date_range("2024-01-01", "2025-12-31", freq="61D").date
    frame = pd.DataFrame([{"customer": f"k{n}", "date": day, "amount": 100.0} for n in range(9) for day in days])
    frame[column] = [None if place % 2 else value for place in range(len(frame))]
    path = tmp_path / f"orders.{ending}"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path, index=False)
    found = analyse(read([str(path)], Settings(margin=0.1)), Settings(margin=0.1))
    assert found.total["margin"] == pytest.approx(0.4, rel=1e-12)
    assert found.ledger.counts == {(path.name, "no cost"): frame[column].isna().sum()}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_return_gives_back_what_it_cost(tmp_path, ending):
    """Whatever comes back, the margin is 40 %; only a negative cost of something sold is a mistake."""
    day = date(2025, 6, 1)
    rows = [(f"k{n}", day, amount, 0.6 * amount) for n in range(9) for amount in (200.0, 100.0, -100.0)]
    frame = pd.DataFrame([*rows, ("k1", day, 50.0, -30.0)], columns=["customer", "date", "amount", "cost"])
    path = tmp_path / f"orders.{ending}"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path, index=False)
    found = analyse(read([str(path)], Settings()), Settings())
    assert found.total["margin"] == pytest.approx(0.4, rel=1e-12)
    assert found.ledger.counts == {(path.name, "return"): 9, (path.name, "negative cost"): 1}


def test_who_is_on_the_list_since_long_ago_is_not_new():
    frame = listed(customer=["a", "b", "c"], start=["2010-01-01", "2025-05-01", None])
    rows = orders(("a", "2025-05-01", 100.0), ("b", "2025-06-01", 30.0), ("c", "2025-06-01", 30.0))
    found = analyse(ledger(frame, rows), Settings(as_of=AS_OF)).customers.set_index("customer")
    assert found["new"].to_dict() == {"a": False, "b": True, "c": True}  # of c only the first order is known


def test_of_who_is_not_on_the_list_the_orders_tell_who_left():
    frame = listed(customer=["a", "b"], start=["2020-01-01"] * 2, end=[None, "2025-03-01"])
    years = {"a": (2023,), "c": (2023, 2024), "d": (2024, 2025), "e": (2022,)}
    rows = orders(*((name, f"{year}-06-01", 10.0) for name in years for year in years[name]))
    found = analyse(ledger(frame, rows), Settings(as_of=AS_OF)).customers.set_index("customer")
    assert found["active"].to_dict() == {"a": True, "b": False, "c": False, "d": True, "e": False}
    assert found["lost"].to_dict() == {"a": False, "b": True, "c": True, "d": False, "e": False}


def test_a_day_long_gone_may_be_asked_about(tmp_path):
    path = tmp_path / "orders.csv"
    days = pd.date_range("2020-01-01", "2025-12-31", freq="31D").date
    pd.DataFrame({"customer": "a", "date": days, "amount": 1.0}).to_csv(path, index=False)
    found = read([str(path)], Settings(as_of=date(2020, 12, 31)))
    assert found.sources[0].rows_used == 12
    with pytest.raises(DataError, match="after the as-of date"):
        read([str(path)], Settings(as_of=date(2019, 12, 31)))


def test_without_ends_nobody_is_said_to_have_left():
    frame = listed(customer=[f"k{n}" for n in range(9)], start=["2020-01-01"] * 9, revenue=[100.0] * 9)
    total = analyse(ledger(frame), Settings(as_of=AS_OF, margin=0.3)).total
    assert isnan(total["lost"])
    assert "retention: the data does not say who left" in total.reasons
    assert total["new"] == 0


def test_spend_counts_where_its_new_customers_are_known(ten):
    """Web: 100 for 2. Fair: 300 for nobody knows how many. Nowhere in particular: 50 for 1."""
    frame = ten.drop(columns="cac").assign(segment="A")
    money = spend(("web", "2025-01-01", 100.0, 2.0), ("fair", "2025-02-01", 300.0, None), (None, "2025-03-01", 50.0, 1.0))
    assert analyse(ledger(frame, spend=money), Settings(as_of=AS_OF)).total["cac"] == pytest.approx((100 + 50) / 3, rel=1e-12)
    told = frame.assign(channel=["web"] * 5 + ["fair"] + ["web"] * 4)  # the one new customer came by the fair
    found = analyse(ledger(told, spend=money), Settings(as_of=AS_OF))
    assert found.total["cac"] == pytest.approx((100 + 300 + 50) / 4, rel=1e-12)
    assert of(found, "A")["cac"] == found.total["cac"]
    assert found.channels.frame.set_index("channel")["cac"].to_dict() == {"fair": 300, "web": 50}


@pytest.mark.parametrize(("as_of", "cac", "old"), [
    ("2025-12-31", 20, False), ("2026-01-01", 20, True), ("2026-03-15", 20, True), ("2024-12-31", 10, False), ("2023-12-31", None, False)])
def test_the_spend_of_the_latest_year_counts_until_there_is_a_later_one(ten, as_of, cac, old):
    money = spend(("x", "2024-01-01", 10.0, 1.0), ("x", "2025-01-01", 20.0, 1.0))
    found = analyse(ledger(ten.drop(columns="cac"), spend=money), Settings(as_of=date.fromisoformat(as_of))).total
    assert isnan(found["cac"]) if cac is None else found["cac"] == cac
    assert any("none in the last 12 months" in reason for reason in found.reasons) is old


def test_one_end_far_ahead_does_not_move_the_day_for_all():
    days = pd.date_range("2020-01-01", "2025-12-01", periods=60)
    frame = listed(customer=[f"k{n}" for n in range(60)], start=days, end=[None] * 60, revenue=[1.0] * 60)
    frame.loc[:9, "end"] = pd.date_range("2024-06-01", "2025-12-31", periods=10)
    frame.loc[30, "end"] = pd.Timestamp("2028-12-31")
    assert analyse(ledger(frame), Settings()).as_of == AS_OF


def test_two_tables_that_share_no_customer_are_refused():
    frame = listed(customer=[f"{n:05}" for n in range(1, 9)], revenue=[1.0] * 8)
    rows = orders(*((str(n), "2025-06-01", 10.0) for n in range(1, 9)))
    with pytest.raises(DataError, match="called “00001” and the like, in the orders “1”"):
        analyse(ledger(frame, rows), Settings(as_of=AS_OF))
    one_alike = orders(("00002", "2025-06-01", 10.0), ("x", "2025-06-01", 10.0))
    assert len(analyse(ledger(frame, one_alike), Settings(as_of=AS_OF)).customers) == 9
