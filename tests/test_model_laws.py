"""What holds for every customer, every parameter and every sample, whatever the numbers are."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from buyers import spending, weeks
from hypothesis import given, settings
from hypothesis import strategies as st

from clvxl.errors import error_name
from clvxl.formulas import _fitting, bgnbd, gamma_gamma, mbgnbd, pareto_nbd, residual, sbg
from clvxl.formulas._histories import merged

MODELS = {"bgnbd": bgnbd, "mbgnbd": mbgnbd, "pareto": pareto_nbd}
TIMED = {"bgnbd": [0, 1, 0, 0], "mbgnbd": [0, 1, 0, 0], "pareto": [0, 1, 0, 1]}
PUBLISHED = {"bgnbd": (0.243, 4.414, 0.793, 2.426), "mbgnbd": (0.525, 6.183, 0.891, 1.614), "pareto": (0.553, 10.578, 0.606, 11.669)}
CUSTOMER = (2, 30.43, 38.86)
every_model = pytest.mark.parametrize("name", MODELS)

sizes = st.floats(-2, 2).map(lambda power: 10.0**power)
parameters = st.tuples(sizes, sizes, sizes, sizes)
horizons = st.floats(0.01, 5200)


@st.composite
def customers(draw):
    """Frequency, recency and age of one customer."""
    age = draw(st.floats(0.5, 5200))
    frequency = draw(st.one_of(st.integers(0, 10), st.integers(0, 5000)))
    return float(frequency), age * draw(st.floats(0.01, 1)) if frequency else 0.0, age


@every_model
@given(customer=customers(), parameters=parameters, horizon=horizons)
@settings(max_examples=60, deadline=None)
def test_probabilities_are_probabilities(name, customer, parameters, horizon):
    model = MODELS[name]
    alive, silent = model.alive(*customer, parameters), model.no_purchase(horizon, *customer, parameters)
    assert 0 <= alive <= 1
    assert 1 - alive - 1e-12 <= silent <= 1  # who has left buys nothing
    expected = model.expected_purchases(horizon, *customer, parameters)
    assert expected >= (1 - silent) * (1 - 1e-9) - 1e-12  # who buys at all buys at least once; 1 - silent loses digits near 1


@every_model
@given(customer=customers(), parameters=parameters, horizon=horizons, more=st.floats(1.001, 10))
@settings(max_examples=60, deadline=None)
def test_more_time_brings_more_purchases(name, customer, parameters, horizon, more):
    model = MODELS[name]
    shorter, longer = model.expected_purchases([horizon, horizon * more], *customer, parameters)
    assert shorter <= longer * (1 + 1e-10)  # equal but for rounding, where everybody has left
    assert model.no_purchase(horizon, *customer, parameters) >= model.no_purchase(horizon * more, *customer, parameters) - 1e-12


@every_model
@given(customer=customers(), parameters=parameters, horizon=horizons, unit=st.sampled_from([1 / 7, 7.0, 30.4375, 1e-3]))
@settings(max_examples=60, deadline=None)
def test_the_unit_of_time_does_not_matter(name, customer, parameters, horizon, unit):
    x, t_x, T = customer
    model, other = MODELS[name], np.array(parameters) * np.where(TIMED[name], unit, 1)
    here, there = (x, t_x, T, parameters), (x, t_x * unit, T * unit, other)
    assert model.alive(*there) == pytest.approx(float(model.alive(*here)), rel=1e-8, abs=1e-12)  # powers up to 5,000 of rounded numbers
    assert model.expected_purchases(horizon * unit, *there) == pytest.approx(
        float(model.expected_purchases(horizon, *here)), rel=1e-8, abs=1e-12)


@every_model
@given(customer=customers(), parameters=parameters)
@settings(max_examples=60, deadline=None)
def test_a_longer_silence_is_a_worse_sign(name, customer, parameters):
    x, t_x, T = customer
    now, later = MODELS[name].alive(x, t_x, [T, 2 * T], parameters)
    assert later <= now + 1e-12


@given(age=st.floats(0, 5200), parameters=parameters)
@settings(deadline=None)
def test_who_bought_once_is_alive_in_bgnbd_and_perhaps_not_in_mbgnbd(age, parameters):
    assert bgnbd.alive(0, 0, age, parameters) == 1
    assert mbgnbd.alive(0, 0, age, parameters) < 1


@every_model
def test_columns_are_loops_and_order_is_irrelevant(name):
    model, parameters = MODELS[name], PUBLISHED[name]
    x, t_x, T = weeks(300, 21, days=True)
    for score in (model.alive, lambda *rest: model.expected_purchases(26, *rest), lambda *rest: model.no_purchase(26, *rest)):
        column = score(x, t_x, T, parameters)
        assert column == pytest.approx([float(score(*each, parameters)) for each in zip(x, t_x, T, strict=True)], rel=1e-12)
        order = np.random.default_rng(1).permutation(x.size)
        assert (score(x[order], t_x[order], T[order], parameters) == column[order]).all()


@every_model
def test_horizons_may_differ_by_customer(name):
    model, parameters = MODELS[name], PUBLISHED[name]
    x, t_x, T = weeks(50, 22)
    horizon = np.linspace(0, 5200, 50)
    found = model.expected_purchases(horizon, x, t_x, T, parameters)
    each = [float(model.expected_purchases(*row, parameters)) for row in zip(horizon, x, t_x, T, strict=True)]
    assert found == pytest.approx(each, rel=1e-12)


@every_model
def test_a_fit_knows_neither_order_nor_unit_nor_merging(name):
    model = MODELS[name]
    x, t_x, T = weeks(400, 23, days=True)
    usual = model.fit(x, t_x, T)
    order = np.random.default_rng(2).permutation(x.size)
    assert repr(model.fit(x[order], t_x[order], T[order])) == repr(usual)  # not a number is not itself
    days = model.fit(x, t_x * 7, T * 7)
    assert days.log_likelihood == pytest.approx(usual.log_likelihood - x.sum() * np.log(7), abs=1e-5)  # a density per day
    assert days[:4] == pytest.approx(np.array(usual[:4]) * np.where(TIMED[name], 7, 1), rel=1e-3)  # the top is flat
    twice = model.fit(np.tile(x, 2), np.tile(t_x, 2), np.tile(T, 2))
    assert twice.log_likelihood == pytest.approx(2 * usual.log_likelihood, abs=1e-5)
    assert twice.customers == 800


@every_model
def test_merging_keeps_the_likelihood(name):
    x, t_x, T = weeks(60, 24)
    point = np.log(PUBLISHED[name])
    together = MODELS[name].likelihood(merged(x, t_x, T))(point)[0]
    alone = sum(MODELS[name].likelihood(merged(*(np.array([each]) for each in row)))(point)[0] for row in zip(x, t_x, T, strict=True))
    assert together == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("unit", [1, 1 / 7, 1 / 30.4375, np.pi])
def test_merging_finds_the_rows_whatever_the_unit(unit):
    x, t_x, T = weeks(500, 25, days=True)
    t_x, T = np.rint(t_x * 7) * unit, np.rint(T * 7) * unit
    found = merged(x, t_x, T)
    rows, count = np.unique(np.stack([x, t_x, T]), axis=1, return_counts=True)
    assert (np.stack([part.values for part in found[:3]]) == rows).all()
    assert (found.weight == count).all()


@every_model
def test_no_discount_is_the_number_of_purchases(name):
    x, t_x, T = weeks(40, 26)
    parameters, model = PUBLISHED[name], MODELS[name]
    plain = model.expected_purchases(24 * residual.WEEKS, x, t_x, T, parameters)
    assert residual.discounted_purchases(24, 0, x, t_x, T, parameters, name) == pytest.approx(plain, rel=1e-12)
    assert residual.discounted_purchases(24, 1e-12, x, t_x, T, parameters, name) == pytest.approx(plain, rel=1e-10)


@every_model
@pytest.mark.parametrize(("horizon", "discount"), [(1, 0.1), (7, 0.3), (12.5, 0.1), (33, 0.05), (100, 0.2), (700, 0.01), (60, -0.05)])
def test_residual_value_is_the_sum_over_the_months(name, horizon, discount):
    customer, parameters = (3, 20, 40), PUBLISHED[name]
    ends = np.append(np.arange(1, np.ceil(horizon)), horizon)
    gains = np.diff(MODELS[name].expected_purchases(np.append(0, ends) * residual.WEEKS, *customer, parameters))
    summed = float(gains @ (1 + discount) ** (-ends / 12))
    assert float(residual.discounted_purchases(horizon, discount, *customer, parameters, name)) == pytest.approx(summed, rel=1e-10)


@pytest.mark.parametrize(("horizon", "discount", "s", "a_number"), [
    (120, -0.99, 0.606, True), (600, -0.5, 0.606, True), (1200, -0.9, 0.606, True), (2400, -0.3, 0.606, True), (240, -0.99, 2.0, True),
    (600, -0.9, 12.0, False), (2400, -0.3, 12.0, False), (2400, -0.99, 0.606, False),
])
def test_a_discount_far_below_zero_keeps_its_digits_or_is_refused(horizon, discount, s, a_number):
    """The sum over the months in 100 digits, of Pareto/NBD, whose expected purchases are a power of the time."""
    with mpmath.workdps(100):
        end, monthly = 11.669 + mpmath.mpf(38.86), (1 + mpmath.mpf(discount)) ** (mpmath.mpf(-1) / 12)
        left = [((end + month * mpmath.mpf(residual.WEEKS)) / end) ** (1 - mpmath.mpf(s)) for month in range(horizon + 1)]
        gains = [(after - before) / (1 - mpmath.mpf(s)) for before, after in pairwise(left)]
        rate = (0.553 + 2) / (10.578 + mpmath.mpf(38.86)) * end
        expected = rate * sum(gain * monthly ** (month + 1) for month, gain in enumerate(gains))
    parameters = (0.553, 10.578, s, 11.669)
    found = float(residual.discounted_purchases(horizon, discount, *CUSTOMER, parameters, "pareto"))
    alive = float(pareto_nbd.alive(*CUSTOMER, parameters))
    assert found == pytest.approx(alive * float(expected), rel=1e-9) if a_number else error_name(found) == "#NUM!"


@every_model
def test_growth_beyond_all_numbers_is_refused(name):
    found = residual.residual_value(2400, -0.99, *CUSTOMER, 1, PUBLISHED[name], name)
    assert error_name(float(found)) == "#NUM!"


@every_model
def test_an_endless_horizon_is_the_limit_of_long_ones(name):
    found = residual.discounted_purchases(np.inf, 0.1, 3, 20, 40, PUBLISHED[name], name)
    assert float(found) == pytest.approx(float(residual.discounted_purchases(6000, 0.1, 3, 20, 40, PUBLISHED[name], name)), rel=1e-10)


@given(a=sizes, b=sizes, discount=st.floats(0.001, 2))
@settings(max_examples=60, deadline=None)
def test_contracts(a, b, discount):
    parameters, renewals = (a, b), np.arange(1, 30)
    survival = sbg.survival(np.arange(30), parameters)
    assert survival[0] == 1
    assert (np.diff(survival) <= 0).all()
    assert survival[1:] == pytest.approx(np.cumprod(sbg.retention(renewals, parameters)), rel=1e-10)
    assert (np.diff(sbg.retention(renewals, parameters)) >= 0).all()
    # A new customer pays now, and from the first renewal on is a customer before a renewal, a period away.
    after = sbg.residual_lifetime(1, discount, parameters) / (1 + discount)
    assert sbg.lifetime(discount, parameters) == pytest.approx(float(1 + after), rel=1e-10)
    assert (np.diff(sbg.residual_lifetime(renewals, discount, parameters)) >= -1e-12).all()


def test_spend_lies_between_the_customer_and_all():
    parameters = (6.25, 3.74, 15.44)
    all_customers = float(gamma_gamma.expected_spend(0, 0, parameters))
    for x in (1, 3, 10, 1000):
        assert all_customers > gamma_gamma.expected_spend(x, 10, parameters) > 10
        assert all_customers < gamma_gamma.expected_spend(x, 90, parameters) < 90
    assert gamma_gamma.expected_spend([1e9], [90], parameters) == pytest.approx([90])


def test_spend_knows_neither_order_nor_unit():
    x, *_ = weeks(600, 27)
    m = spending(x, 28)
    usual, order = gamma_gamma.fit(x, m), np.random.default_rng(3).permutation(x.size)
    assert gamma_gamma.fit(x[order], m[order])[:4] == pytest.approx(usual[:4], rel=1e-6)
    cents = gamma_gamma.fit(x, m * 100)
    assert cents.log_likelihood == pytest.approx(usual.log_likelihood - usual.customers * np.log(100), abs=1e-5)


@given(first=st.floats(-6, 9).map(lambda power: 10.0**power), by=st.integers(0, 5000))
def test_ratios_of_gamma_functions_keep_their_digits(first, by):
    steps = first + np.arange(by)
    assert float(_fitting.log_rising(np.asarray(first), np.asarray(float(by)))) == pytest.approx(np.log(steps).sum(), rel=1e-11, abs=1e-11)
    assert float(_fitting.slope_rising(np.asarray(first), np.asarray(float(by)))) == pytest.approx((1 / steps).sum(), rel=1e-10, abs=1e-16)


@given(
    first=st.floats(-6, 9).map(lambda power: 10.0**power),
    levels=st.sampled_from([[0], [1], [0, 1, 2, 3], [1, 2, 3], [0, 2, 7], [4], [0, 5000]]),
)
def test_sums_of_such_ratios_are_the_same_with_and_without_gaps(first, levels):
    count = 1.0 + np.arange(len(levels))
    steps = [first + np.arange(level) for level in levels]
    expected = count @ [np.log(each).sum() for each in steps], count @ [(1 / each).sum() for each in steps]
    assert _fitting.rising(first, np.array(levels, dtype=float), count) == pytest.approx(expected, rel=1e-11, abs=1e-11)
