"""What is predicted of customers: against the papers, against simulated customers whose fate is known, and by law."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from buyers import spending, weeks
from test_models import CDNOW, PUBLISHED, SPEND, STUDENTS

from clvxl.analysis import analyse
from clvxl.customers import customers
from clvxl.errors import SettingsError
from clvxl.formulas import cohorts as tables
from clvxl.formulas import gamma_gamma, residual, sbg
from clvxl.history import history
from clvxl.ledger import Ledger, fetched, read
from clvxl.prediction import buying, certainty, cohorts, contracts, pace, predict
from clvxl.prediction.groups import GROUPS, group
from clvxl.prediction.holdout import cut, held_out
from clvxl.report.method import method
from clvxl.report.segments import segments
from clvxl.settings import Settings

AS_OF = date(2025, 12, 31)


def ledger(customers=None, orders=None) -> Ledger:
    table = None
    if orders is not None:
        table = ibis.memtable(orders)
        table = table.mutate(date=table.date.cast("date"))
    return Ledger(customers=customers, orders=table, spend=None, findings=(), sources=(), fingerprint="", counts={})


@pytest.fixture(scope="module")
def cdnow():
    if not CDNOW.exists():
        pytest.skip("the CDNOW sample is not beside the repository")
    return read([str(CDNOW)], Settings(margin=0.3))


@pytest.fixture(scope="module")
def analysed(cdnow):
    return analyse(cdnow, Settings(margin=0.3))


def known(name: str) -> buying.Buying:
    """A model with the published parameters, about which nothing is uncertain."""
    fitted = buying.MODELS[name].fit([1.0, 0, 2], [1.0, 0, 2], [3.0, 3, 3])
    parameters = fitted._replace(**dict(zip(fitted._fields, PUBLISHED[name], strict=False)))
    money = gamma_gamma.fit([2, 3], [20.0, 30])._replace(p=SPEND[0], q=SPEND[1], v=SPEND[2])
    return buying.Buying(name, parameters, money, np.zeros((0, 4)), np.zeros((0, 3)))


def column(*values):
    return np.array(values, dtype=float)


# --- the papers

@pytest.mark.parametrize(("name", "alive", "value"), [  # functions.md: the customer x = 2, t_x = 30.43, T = 38.86, spend 22.35
    ("bgnbd", 0.72657857, 36.28921113), ("mbgnbd", 0.70620227, 37.20189522), ("pareto", 0.86916756, 43.08991786),
])
def test_a_customer_at_the_published_parameters(name, alive, value):
    found = buying.Histories(column(2), column(30.43), column(38.86), column(22.35), column(np.nan))
    money = buying.Money(column(1), np.array([0]), column(1), 1)
    outlook = buying.outlook(known(name), found, money, years=1, discount=1.01**12 - 1)
    assert outlook.alive[0] == pytest.approx(alive, abs=1e-8)
    assert outlook.spend[0] == pytest.approx(24.66371391, abs=1e-8)
    assert outlook.value[0] == pytest.approx(value, abs=1e-7)  # eight decimals of purchases times 24.66 of spend


@pytest.mark.parametrize(("name", "forecast"), [("bgnbd", 1653.9), ("pareto", 1665.7)])  # functions.md, the next 39 weeks
def test_the_holdout_of_the_cdnow_sample(cdnow, name, forecast):
    day, as_of = date(1997, 9, 30), date(1998, 6, 30)
    held = held_out(name, history(cdnow.orders, as_of, day).execute(), day, as_of)
    assert (held.customers, held.counted) == (2357, 1882)
    assert held.parameters == pytest.approx(PUBLISHED[name], abs=0.0006)  # published with three digits
    assert held.forecast == pytest.approx(forecast, abs=0.5)  # so theirs is a little off the maximum
    assert sum(each.customers for each in held.classes) == 2357
    assert sum(each.counted for each in held.classes) == 1882
    assert sum(each.forecast for each in held.classes) == pytest.approx(held.forecast, rel=1e-12)


def test_contracts_of_the_students_are_the_model_of_their_paper():
    """Fader & Hardie 2007: 1000 customers, of whom 631 renew once, 468 twice, … 241 seven times."""
    lost = -np.diff(STUDENTS)
    years = np.append(np.repeat(np.arange(1, 8), lost), np.full(STUDENTS[-1], 99))
    start = pd.Series(pd.Timestamp(2018, 6, 1), index=range(1000))
    end = pd.Series(pd.to_datetime([None if each == 99 else f"{2018 + each}-05-31" for each in years]))
    agreed = contracts.fit(start, end, date(2025, 12, 31))
    assert agreed.lost.tolist() == lost.tolist()
    assert agreed.kept.tolist() == STUDENTS[1:]
    assert agreed.parameters[:3] == pytest.approx((0.704077, 1.182043, -1680.26519), abs=1e-4)


def test_the_value_of_a_contract_is_its_residual_lifetime():
    """Just before a renewal, over a hundred years: DERL, functions.md, up to the payments after these years."""
    agreed = contracts.Contracts(column(1), column(1), sbg.fit(STUDENTS)._replace(a=0.704077, b=1.182043), np.zeros((0, 2)))
    for renewal, derl in ((1, 2.96466215), (8, 6.84261714)):
        found = contracts.Terms(column(renewal - 1), column(renewal - 1), np.array([False]), column(0), column(np.nan))
        money = buying.Money(column(0.5), np.array([0]), column(1), 1)
        outlook = contracts.outlook(agreed, found, column(200), money, years=100, discount=0.1)
        assert outlook.value[0] == pytest.approx(100 * derl, rel=1e-4)  # what comes later is worth less than that
        assert outlook.again[0] == pytest.approx(float(sbg.retention(renewal, (0.704077, 1.182043))), rel=1e-12)


# --- by hand and by other engines

def test_renewals_by_anniversaries():
    start = pd.Series(pd.to_datetime(["2020-03-01", "2020-03-01", "2020-03-01", "2024-02-29", "2025-12-31", "2020-03-01"]))
    end = pd.Series(pd.to_datetime(["2022-03-01", "2022-02-28", "2022-03-02", None, None, "2026-05-01"]))
    found = contracts.terms(start, end, AS_OF)
    assert found.renewed.tolist() == [1, 1, 2, 1, 0, 5]  # who leaves on the anniversary has not renewed
    assert found.faced.tolist() == [2, 2, 3, 1, 0, 5]
    assert found.ended.tolist() == [True, True, True, False, False, False]
    assert found.due[4] == pytest.approx(1, abs=0.003)
    assert found.due[5] == pytest.approx(60 / 365.25, abs=0.006)  # 1 March 2026


def test_renewals_of_the_last_year_by_hand():
    """Four of five renewed in 2024, so four fifths are expected; of three contracts that came to a renewal in 2025, two were renewed."""
    start = pd.Series(pd.to_datetime(["2023-04-01"] * 5 + ["2025-02-01"]))
    end = pd.Series(pd.to_datetime(["2024-03-31", "2025-03-31", None, None, "2024-11-30", None]))
    found = contracts.held_out(start, end, date(2024, 12, 31), AS_OF)
    assert (found.due, found.counted) == (3, 2)  # who left in November 2024 had renewed in April; who came in 2025 is not known yet
    assert found.forecast == pytest.approx(3 * 4 / 5, rel=1e-4)  # one renewal seen: the same chance at each


def test_if_all_renewed_it_is_not_for_ever():
    start = pd.Series(pd.to_datetime(["2023-04-01"] * 5))
    agreed = contracts.fit(start, pd.Series(pd.NaT, index=range(5)), AS_OF)
    assert agreed.kept.tolist() == [5, 5]
    assert float(sbg.retention(1, agreed.parameters)) == pytest.approx(11 / 12, rel=1e-4)  # ten of ten renewed: (10 + 1) / (10 + 2)
    assert "nobody left" in agreed.parameters.status.en
    assert len(agreed.spread)


def test_who_has_given_notice_pays_until_then():
    agreed = contracts.Contracts(column(1), column(1), sbg.fit(STUDENTS), np.zeros((0, 2)))
    found = contracts.Terms(column(3, 3), column(3, 3), np.array([False, False]), column(0.5, 0.5), column(1.0, 0.4))
    outlook = contracts.outlook(agreed, found, column(100, 100), buying.Money(column(1, 1), np.array([0, 0]), column(1, 1), 1), 3, 0.1)
    assert outlook.value == pytest.approx([100 * 1.1**-0.5, 0], rel=1e-12)


def test_cohorts_in_the_engine_are_those_of_the_columns(cdnow):
    as_of = date(1998, 6, 30)
    frame = cdnow.orders.select("customer", "date", "amount").execute()
    columns = (frame["customer"].to_numpy(), frame["date"].to_numpy("M8[D]"), frame["amount"].to_numpy())
    for kind in ("month", "quarter"):
        counts = fetched(cohorts.purchases(cdnow.orders, as_of, kind, as_of))
        found = cohorts.buying(counts, as_of, kind)
        other = tables.clv_cohorts(*columns[:2], interval=kind, measure="share")
        assert found.customers.tolist() == other.customers.tolist()
        np.testing.assert_allclose(found.share, other.matrix[:, 1:], rtol=1e-12)
        assert int(counts["purchases"].sum()) == len(frame.drop_duplicates(["customer", "date"]))


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_any_engine_can_be_asked_for_the_cohorts(dialect):
    orders = ibis.table({"customer": "string", "date": "date", "amount": "float64"}, name="orders")
    assert "SELECT" in ibis.to_sql(cohorts.purchases(orders, AS_OF, "quarter", AS_OF), dialect=dialect)


def test_how_many_of_a_cohort_are_still_there():
    start = pd.Series(pd.to_datetime(["2025-01-10", "2025-01-20", "2025-02-01", "2025-03-03", "2026-01-05"]))
    end = pd.Series(pd.to_datetime(["2025-01-31", None, "2025-04-15", "2027-01-01", None]))
    found = cohorts.staying(start, end, date(2025, 5, 31), "month")
    assert found.customers.tolist() == [2, 1, 1]
    blank = np.nan
    np.testing.assert_array_equal(found.share, [[0.5] * 5, [1, 1, 0, 0, blank], [1, 1, 1, blank, blank]])


def test_periods_are_few_enough_for_a_page_and_over():
    assert cohorts.interval(date(1997, 1, 1), date(1998, 6, 30)) == "month"
    assert cohorts.interval(date(1997, 1, 1), date(1998, 7, 1)) == "quarter"
    assert cohorts.interval(date(2000, 1, 1), date(2025, 1, 1)) == "year"
    assert cohorts.last_full(date(2025, 12, 31), "quarter") == cohorts.period("2025-12-01", "quarter")
    assert cohorts.last_full(date(2025, 12, 10), "quarter") == cohorts.period("2025-09-01", "quarter")


def test_the_tracked_purchases_are_those_of_the_histories(cdnow):
    as_of, day = date(1998, 6, 30), date(1997, 2, 14)
    counts = fetched(cohorts.purchases(cdnow.orders, as_of, "month", day))
    now = history(cdnow.orders, as_of, day).execute()
    early = now[now["frequency_earlier"].notna()]
    first = early["first"].to_numpy("M8[D]")
    found = pace.tracking(counts, first, as_of, "month", "bgnbd", PUBLISHED["bgnbd"])
    assert found.counted[-1] == early["frequency"].sum()
    assert found.counted[0] == history(cdnow.orders.filter(cdnow.orders.date <= date(1997, 1, 31)), day).execute()["frequency"].sum()
    weeks_since = (np.datetime64(as_of) - first).astype(float) / 7
    expected = buying.MODELS["bgnbd"].new_customer_purchases(weeks_since, PUBLISHED["bgnbd"]).sum()
    assert found.forecast[-1] == pytest.approx(expected, rel=1e-12)


def test_two_years_make_a_holdout():
    assert cut(date(2023, 12, 28), AS_OF) == date(2024, 12, 31)
    assert cut(date(2024, 1, 1), AS_OF) is None
    assert cut(date(2022, 2, 28), date(2024, 2, 29)) == date(2023, 2, 28)


# --- laws

def simulated(size, seed, months=42):
    """Orders of customers who buy and leave as in MBG/NBD, with amounts as in Gamma-Gamma; and who of them is really there."""
    random = np.random.default_rng(seed)
    start = random.integers(0, round(months * 30.4375) - 30, size)
    last = round(months * 30.4375)
    rate, leave, scale = random.gamma(0.9, 1 / 60.0, size), random.beta(0.9, 2.5, size), random.gamma(4.0, 1 / 60.0, size)
    rows, here = [], np.zeros(size, dtype=bool)
    for each in range(size):
        day, there = start[each], True
        while there and day <= last:
            rows.append((f"k{each:05d}", day, random.gamma(6.0, 1 / scale[each])))
            there = random.random() > leave[each]
            day += 1 + int(random.exponential(1 / rate[each]))
        here[each] = there
    frame = pd.DataFrame(rows, columns=["customer", "day", "amount"])
    frame["date"] = pd.Timestamp(AS_OF) - pd.to_timedelta(last - frame["day"], unit="D")
    return frame[frame["day"] <= last].drop(columns="day"), pd.Series(here, index=[f"k{each:05d}" for each in range(size)])


@pytest.fixture(scope="module")
def shop():
    return simulated(1500, seed=11)


@pytest.fixture(scope="module")
def of_shop(shop):
    return analyse(ledger(orders=shop[0]), Settings(margin=0.3))


def test_of_those_said_to_be_there_so_many_are(shop, of_shop):
    there, frame = shop[1], of_shop.customers.set_index("customer")
    tenth = pd.qcut(frame["alive"], 5)
    for _, some in frame.groupby(tenth, observed=True):
        share, expected, error = there[some.index].mean(), some["alive"].mean(), 0.5 / len(some) ** 0.5
        assert share == pytest.approx(expected, abs=3 * error)  # three standard errors of a share
    groups = there[frame.index].groupby(frame["group"].to_numpy()).mean()
    assert min(groups["keep"], groups["grow"]) > 0.6
    assert max(groups["win back"], groups["let go"]) < 0.4


def test_a_forecast_of_a_year_ago_comes_about(of_shop):
    prediction = of_shop.prediction
    assert prediction.holdout.forecast == pytest.approx(prediction.holdout.counted, abs=3 * prediction.holdout.counted**0.5)
    assert prediction.tracking.counted[-1] == pytest.approx(prediction.tracking.forecast[-1], rel=0.1)


def test_the_order_of_customers_and_rows_does_not_matter(shop, of_shop):
    other = analyse(ledger(orders=shop[0].sample(frac=1, random_state=3)), Settings(margin=0.3))
    pd.testing.assert_frame_equal(of_shop.customers, other.customers, rtol=1e-9)  # of money, the order of adding is the engine's
    frame = customers(ledger(orders=shop[0]), AS_OF, Settings(margin=0.3))
    shuffled = frame.sample(frac=1, random_state=5)
    again = [predict(ledger(orders=shop[0]), each, AS_OF, Settings(margin=0.3))[1] for each in (frame, shuffled)]
    pd.testing.assert_frame_equal(again[0], again[1].sort_index(), rtol=1e-6)  # the likelihood is added up in another order


def test_values_add_up(analysed):
    frame, total = analysed.customers, analysed.total
    assert analysed.forecast
    assert total["equity"] == pytest.approx(frame["residual"].sum(), rel=1e-12)
    assert total["residual"] == pytest.approx(sum(each["residual"] for each in analysed.segments), rel=1e-12)
    assert total["orders_expected"] == pytest.approx(frame["orders_expected"].sum(), rel=1e-12)
    assert (frame["residual_low"] < frame["residual"]).all()
    assert (frame["residual"] < frame["residual_high"]).all()
    assert frame["residual"].is_monotonic_decreasing


def test_blocks_of_customers_are_as_good_as_all(analysed, monkeypatch):
    found = analysed.customers
    monkeypatch.setattr(buying, "_ROWS", 100)
    other = analyse(analysed.ledger, Settings(margin=0.3))
    pd.testing.assert_frame_equal(found, other.customers, rtol=1e-9)
    assert other.total["residual_low"] == pytest.approx(analysed.total["residual_low"], rel=1e-9)


def test_a_range_is_what_parameters_drawn_from_their_covariance_give(analysed):
    """The delta method against three hundred draws: for a customer, and for all together."""
    sold, random = analysed.prediction.buying, np.random.default_rng(7)
    frame = analysed.customers.iloc[::200]
    found = buying.Histories(*(frame[key].to_numpy(float) for key in ("frequency", "recency", "age", "spend", "first_spend")))
    found = found._replace(recency=found.recency / 7, age=found.age / 7)
    money = buying.Money(np.full(len(frame), 0.3), np.zeros(len(frame), dtype=int), np.ones(len(frame)), 1)
    told, drawn = buying.outlook(sold, found, money, 3.0, 0.1), []
    for _ in range(300):
        off, spend_off = (random.standard_normal(len(each)) @ each for each in (sold.spread, sold.spend_spread))
        names = sold.parameters._fields
        parameters = sold.parameters._replace(**dict(zip(names, np.array(sold.parameters[:4]) * np.exp(off), strict=False)))
        spend = sold.spend._replace(**dict(zip("pqv", np.array(sold.spend[:3]) * np.exp(spend_off), strict=True)))
        bare = buying.Buying(sold.model, parameters, spend, np.zeros((0, 4)), np.zeros((0, 3)))
        drawn.append(buying.outlook(bare, found, money, 3.0, 0.1).value)
    values = np.array(drawn)  # three hundred draws know a deviation to 4 %, and the delta method takes curves for lines
    assert told.deviation / told.value == pytest.approx(np.log(values).std(axis=0), rel=0.15)
    assert np.sqrt((told.together**2).sum()) == pytest.approx(values.sum(axis=1).std(), rel=0.12)
    assert analysed.total["residual_low"] == pytest.approx(analysed.total["residual"] ** 2 / analysed.total["residual_high"], rel=1e-9)


@pytest.mark.exhaustive
def test_ranges_hold_what_they_promise():
    """Forty firms of customers whose parameters are known: nine in ten of the ranges hold the total that these give."""
    truth, spend = (0.525, 6.183, 0.891, 1.614), (6.25, 3.74, 15.44)
    held = 0
    for seed in range(40):
        x, t_x, T = weeks(400, seed, *truth, longest=104, days=True, extra=1)
        money = spending(x, seed + 1000, *spend)
        found = buying.Histories(x, t_x, T, np.where(x > 0, money, np.nan), np.full(400, np.nan))
        known_to_all = buying.Money(np.ones(400), np.zeros(400, dtype=int), np.ones(400), 1)
        told = buying.outlook(buying.fit("mbgnbd", found), found, known_to_all, 3.0, 0.1)
        low, high = certainty.between(np.array(told.value.sum()), np.sqrt((told.together**2).sum()))
        true = residual.discounted_purchases(36, 0.1, x, t_x, T, truth) @ gamma_gamma.expected_spend(x, money, spend)
        held += bool(low <= true <= high)
    assert held >= 30  # 36 of 40, less three standard errors


def test_groups_by_hand():
    stays, potential = column(0.9, 0.9, 0.1, 0.1, 0.5, np.nan), column(100, 10, 100, 10, 10, 10)
    assert [*group(stays, potential)[:5]] == ["keep", "grow", "win back", "let go", "grow"]
    assert pd.isna(group(stays, potential)[5])


# --- which model, and what when the data say little

def listed(count, **columns):
    frame = pd.DataFrame({"customer": [f"k{each:05d}" for each in range(count)], "revenue": 1000.0, "margin": 0.3})
    frame["start"] = pd.Timestamp(2020, 1, 1) + pd.to_timedelta(np.arange(count) % 1500, unit="D")
    frame["end"] = frame["start"].where(np.arange(count) % 3 == 0) + pd.Timedelta(days=800)
    return frame.assign(**columns)


def models(data, setting, frame=None):
    """Which models are fitted: that of renewals, and that of buying."""
    settings = Settings(margin=0.3, model=setting)
    found = predict(data, customers(data, AS_OF, settings) if frame is None else frame, AS_OF, settings)
    return None if found is None else (found[0].contracts is not None, found[0].buying and found[0].buying.model)


def test_the_rule_of_choice_for_orders():
    data = ledger(orders=simulated(120, seed=5, months=14)[0])
    frame = customers(data, AS_OF, Settings(margin=0.3))
    assert [models(data, each, frame) for each in ("auto", "mbgnbd", "bgnbd", "pareto")] == [
        (False, "mbgnbd"), (False, "mbgnbd"), (False, "bgnbd"), (False, "pareto"),
    ]
    assert models(data, "none", frame) is None
    with pytest.raises(SettingsError, match="one of contracts"):
        models(data, "sbg", frame)


def test_the_rule_of_choice_for_contracts():
    orders = simulated(150, seed=5, months=14)[0]
    assert models(ledger(listed(150, contract=[True, False] * 75), orders), "auto") == (True, "mbgnbd")
    assert models(ledger(listed(150, contract=[True, False] * 75), orders), "sbg") == (True, None)
    assert models(ledger(listed(150)), "auto") is None  # neither orders nor contracts
    assert models(ledger(listed(150)), "sbg") == (True, None)  # all are said to be under contract
    assert models(ledger(listed(150, contract=True)), "auto") == (True, None)
    assert models(ledger(listed(150, contract=True).drop(columns="end")), "auto") is None  # nobody's end is known


def test_who_left_is_worth_nothing_whatever_the_orders_say(shop):
    data = ledger(listed(300), shop[0][shop[0]["customer"] < "k00300"])
    analysis = analyse(data, Settings(as_of=AS_OF))
    frame = analysis.customers
    gone = frame["end"] <= pd.Timestamp(AS_OF)
    assert gone.any()
    told = frame.loc[gone & frame["frequency"].notna(), ["alive", "orders_expected", "again", "residual"]]
    assert len(told)
    assert (told == 0).all(axis=None)
    assert set(frame.loc[gone, "group"].dropna()) <= {"win back", "let go"}
    assert not analysis.forecast  # the data say who left, so equity rests on retention
    assert analysis.total["equity"] == pytest.approx(frame.loc[frame["active"], "value"].sum(), rel=1e-12)


def test_of_few_customers_only_all_together(shop):
    few = shop[0][shop[0]["customer"] < "k00060"]
    analysis = analyse(ledger(orders=few), Settings(margin=0.3))
    assert analysis.customers["group"].isna().all()
    assert not analysis.forecast
    assert analysis.total["orders_expected"] > 0
    assert analysis.total["residual_low"] < analysis.total["residual"] < analysis.total["residual_high"]


def test_without_margins_there_are_forecasts_but_no_values(shop):
    analysis = analyse(ledger(orders=shop[0]), Settings())
    frame = analysis.customers
    assert frame["residual"].isna().all()
    assert frame["alive"].between(0, 1).all()
    assert set(frame["group"]) == set(GROUPS)
    assert np.isnan(analysis.total["equity"])
    assert not analysis.forecast


def test_the_horizon_that_is_set_is_that_of_the_forecast(shop):
    orders = simulated(150, seed=5, months=14)[0]
    one, three, default = (analyse(ledger(orders=orders), Settings(margin=0.3, horizon=each)).total["equity"] for each in (1, 3, None))
    assert one < three == pytest.approx(default, rel=1e-12)


def odd(**columns):
    days = pd.to_datetime(["2023-01-05", "2024-05-05", "2025-12-31"])
    frame = pd.DataFrame({"customer": [f"k{each % 40}" for each in range(120)], "date": days[np.arange(120) % 3], "amount": 10.0})
    return frame.assign(**columns)


@pytest.mark.parametrize("orders", [
    odd().drop_duplicates("customer"),
    odd(date=pd.Timestamp(2025, 12, 31)),
    odd(date=pd.Timestamp(2020, 2, 29)),
    odd(amount=0.0),
    odd(amount=-5.0).head(60),
    odd(amount=1e14),
    odd(amount=1e-9),
    odd(customer="one"),
    odd().head(1),
    odd(customer=[f"k{each}" for each in range(120)]),
    pd.concat([odd(date=day) for day in pd.date_range("2022-01-01", "2025-12-31", freq="30D")]),
], ids=["once", "today", "long ago", "free", "returned", "huge", "tiny", "one customer", "one order", "nobody came back", "often"])
def test_odd_orders_are_told_without_an_exception(orders):
    frame = analyse(ledger(orders=orders), Settings(margin=0.3, as_of=AS_OF)).customers
    if "alive" in frame:
        assert frame["alive"].dropna().between(0, 1).all()
        assert (frame["orders_expected"].dropna() >= 0).all()


def test_a_loss_on_every_order_is_worth_less_than_nothing():
    analysis = analyse(ledger(orders=odd(customer=[f"k{each % 110}" for each in range(120)])), Settings(margin=-0.1, as_of=AS_OF))
    frame = analysis.customers
    assert (frame["residual"] < 0).all()
    assert (frame["residual_low"] <= frame["residual"]).all()
    assert analysis.total["equity"] == pytest.approx(frame["residual"].sum(), rel=1e-12)
    assert analysis.total["equity_low"] <= analysis.total["equity"] <= analysis.total["equity_high"]


def test_odd_contracts_are_told_without_an_exception():
    frame = listed(200, contract=True)
    for each in (
        frame.assign(end=frame["start"]),
        frame.assign(start=pd.Timestamp(2027, 1, 1)),
        frame.assign(start=frame["start"].where(np.arange(200) % 2 == 0)),
        frame.assign(end=frame["start"] - pd.Timedelta(days=9)),
        frame.assign(start=pd.Timestamp(2025, 12, 1)),
        frame.assign(revenue=np.nan),
        frame.assign(end=pd.Timestamp(2030, 1, 1)),
        frame.assign(start=pd.Timestamp(1900, 1, 1)),
    ):
        found = analyse(ledger(each), Settings(as_of=AS_OF)).customers
        if "again" in found:
            assert found["again"].dropna().between(0, 1).all()


def test_what_cannot_be_told_has_its_reason():
    free = analyse(ledger(orders=odd().assign(amount=0.0)), Settings(margin=0.3, as_of=AS_OF)).total
    assert np.isnan(free["residual"])
    assert any("no repeat purchases to tell the spend from" in reason for reason in free.reasons)
    alone = analyse(ledger(listed(1).drop(columns="end")), Settings(as_of=AS_OF, retention=0.8)).total
    assert alone["clv"] > 0
    assert np.isnan(alone["clv_low"])
    assert any("fewer than two customers" in reason for reason in alone.reasons)


def test_where_nobody_bought_a_second_time_no_model_calls_them_active():
    once = ledger(orders=odd().drop_duplicates("customer"))
    analysis = analyse(once, Settings(margin=0.3, as_of=AS_OF))
    assert analysis.prediction is None
    assert not analysis.forecast
    assert analysis.total["equity"] == pytest.approx(analysis.customers["value"].sum())
    assert "cannot be computed" not in segments(analysis).message
    assert "forecast: nobody bought a second time" in analysis.total.reasons
    assert "nobody bought a second time" in str(method(analysis, "0"))
    silenced = analyse(once, Settings(margin=0.3, as_of=AS_OF, model="none"))
    assert "forecast: nobody bought a second time" not in silenced.total.reasons
