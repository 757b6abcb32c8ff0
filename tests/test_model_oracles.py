"""The models against slow and independent ways to the same numbers: hypergeometric series and integrals in long arithmetic, and chance.

Nothing here shares a formula with what it tests: likelihoods and predictions are integrals over the distributions of rates and
chances that the papers start from.
"""

import itertools

import mpmath
import numpy as np
import pytest
from buyers import weeks

from clvxl.formulas import bgnbd, gamma_gamma, mbgnbd, pareto_nbd, residual, sbg
from clvxl.formulas._histories import merged

mp = mpmath.mp.clone()
mp.dps = 40
pytestmark = pytest.mark.exhaustive
EXACT = 1e-9

# r, α, and the two parameters of leaving: as published, near a = 1, and far out.
DROPOUT = [(0.243, 4.414, 0.793, 2.426), (0.5, 10, 1, 3), (2, 20, 1 + 1e-9, 0.4), (0.05, 0.3, 0.1, 0.2), (8, 2, 3, 40), (1, 500, 30, 2),
           (9.55463, 0.0406637, 0.101806, 64.161)]
LIFETIME = [(0.553, 10.578, 0.606, 11.669), (0.5, 10, 1, 10), (3, 0.5, 0.05, 40), (0.1, 90, 4, 2), (12, 30, 1.5, 300)]
CUSTOMERS = [(0, 0, 38.86), (1, 2, 50), (2, 30.43, 38.86), (25, 100, 104), (400, 250, 260), (5000, 5000, 5200), (5000, 700, 5200)]
HORIZONS = [0.1, 4.345, 52, 520, 5218]  # weeks: to 100 years


def purchases_if_alive(t, k, rate, a, b):
    """The textbook form in 120 digits, with a moved off 1 where that is a removable singularity."""
    with mp.workdps(120):
        t, k, rate, a, b = (mp.mpf(each) for each in (t, k, rate, a, b))
        a += mp.mpf(10) ** -40 if a == 1 else 0
        z = t / (rate + t)
        lost = (rate / (rate + t)) ** k * mp.hyp2f1(k, b, a + b - 1, z)
        return (a + b - 1) / (a - 1) * (1 - lost)


@pytest.mark.parametrize("parameters", DROPOUT)
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_purchases_with_dropout_after_a_purchase(parameters, customer):
    (x, t_x, T), (r, alpha, a, b) = customer, (mp.mpf(each) for each in parameters)
    for (model, extra), t in itertools.product(((bgnbd, 0), (mbgnbd, 1)), HORIZONS):
        odds = a / (b + x + extra - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x + extra else 0
        alive = 1 / (1 + odds)
        expected = alive * purchases_if_alive(t, r + x, alpha + T, a, b + x + extra)
        silent = 1 - alive * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x))
        assert float(model.alive(*customer, parameters)) == pytest.approx(float(alive), rel=EXACT, abs=1e-300)
        assert float(model.expected_purchases(t, *customer, parameters)) == pytest.approx(float(expected), rel=EXACT, abs=1e-300)
        assert float(model.no_purchase(t, *customer, parameters)) == pytest.approx(float(silent), rel=EXACT, abs=0)


def integral(function, points):
    return mp.quad(function, points, maxdegree=9)


@pytest.mark.parametrize("parameters", DROPOUT[:5])
@pytest.mark.parametrize("t", [4.345, 520])
def test_purchases_by_integration_over_the_chance_to_leave(parameters, t):
    """Who leaves with chance p at each purchase makes (1 - (rate / (rate + pt))^k) / p of them, a gamma rate being averaged."""
    r, alpha, a, b = (mp.mpf(each) for each in parameters)
    x, t_x, T = 3, 20, 40
    k, rate, kept = r + x, alpha + T, b + x

    def weighed(odds):
        p = 1 / (1 + mp.exp(-odds))
        return -mp.expm1(-k * mp.log1p(p * t / rate)) / p * p**a * (1 - p) ** kept

    points = [-1200, -300, -100, -40, -20, -10, -5, 0, 5, 10, 20, 60, 300]
    expected = integral(weighed, points) / mp.beta(a, kept) * float(bgnbd.alive(x, t_x, T, parameters))
    assert float(bgnbd.expected_purchases(t, x, t_x, T, parameters)) == pytest.approx(float(expected), rel=EXACT)


def pareto_parts(customer, parameters):
    """The two ways to this history, by integration: still there, or gone between the last purchase and now; without α^r β^s and Γ."""
    (x, t_x, T), (r, alpha, s, beta) = (tuple(mp.mpf(each) for each in row) for row in (customer, parameters))
    k = r + x
    # In units of the integrand at the last purchase, so that 5,000 purchases are numbers too.
    unit = k * mp.log(alpha + t_x) + s * mp.log(beta + t_x)
    there = mp.exp(unit - k * mp.log(alpha + T) - s * mp.log(beta + T))

    def leaving(u):
        return s / (beta + u) * mp.exp(unit - k * mp.log(alpha + u) - s * mp.log(beta + u))

    step = (alpha + t_x) / k
    points = sorted({t_x, T, *(min(T, t_x + step * each) for each in (1, 5, 20, 60, 200, 1000))})
    return there, integral(leaving, points) if t_x < T else mp.mpf(0), unit


@pytest.mark.parametrize("parameters", LIFETIME)
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_pareto(parameters, customer):
    (x, _, T), (r, alpha, s, beta) = customer, (mp.mpf(each) for each in parameters)
    there, gone, unit = pareto_parts(customer, parameters)
    alive = there / (there + gone)
    assert float(pareto_nbd.alive(*customer, parameters)) == pytest.approx(float(alive), rel=EXACT, abs=1e-300)
    log = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta) - unit + mp.log(there + gone)
    rows = merged(*(np.array([float(each)]) for each in customer))
    assert pareto_nbd.likelihood(rows)(np.log(parameters))[0] == pytest.approx(float(log), rel=EXACT)
    for t in HORIZONS:
        years = mp.log((beta + T + t) / (beta + T)) if s == 1 else (1 - ((beta + T) / (beta + T + t)) ** (s - 1)) / (s - 1)
        expected = alive * (r + x) / (alpha + T) * (beta + T) * years
        assert float(pareto_nbd.expected_purchases(t, *customer, parameters)) == pytest.approx(float(expected), rel=EXACT, abs=1e-300)

        def buying(v, k=r + x):  # the moment of the next purchase, in units of its own scale
            u = (alpha + T) * mp.expm1(v / k)
            return mp.exp(-v) * ((beta + T) / (beta + T + u)) ** s

        last = (r + x) * mp.log1p(t / (alpha + T))
        points = sorted({mp.mpf(0), last, *(min(last, last * 10 ** mp.mpf(-each)) for each in (0.3, 1, 2, 3)), min(last, mp.mpf(3)),
                         min(last, mp.mpf(20)), min(last, mp.mpf(90))})
        silent = 1 - alive * integral(buying, points)
        assert float(pareto_nbd.no_purchase(t, *customer, parameters)) == pytest.approx(float(silent), rel=EXACT, abs=0)


@pytest.mark.parametrize(("model", "extra"), [(bgnbd, 0), (mbgnbd, 1)])
@pytest.mark.parametrize("parameters", DROPOUT)
def test_likelihood_with_dropout_after_a_purchase(model, extra, parameters):
    """∫∫ over rate and chance in closed form, in long arithmetic: still there, or gone at the last purchase."""
    r, alpha, a, b = (mp.mpf(each) for each in parameters)
    for customer in CUSTOMERS:
        x, t_x, T = (mp.mpf(each) for each in customer)
        there = mp.beta(a, b + x + extra) / mp.beta(a, b) * (alpha + T) ** -(r + x)
        gone = mp.beta(a + 1, b + x + extra - 1) / mp.beta(a, b) * (alpha + t_x) ** -(r + x) if x + extra else 0
        log = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha) + mp.log(there + gone)
        rows = merged(*(np.array([float(each)]) for each in customer))
        assert model.likelihood(rows)(np.log(parameters))[0] == pytest.approx(float(log), rel=EXACT)


@pytest.mark.parametrize("a", [0.01, 0.704, 1, 5, 400])
@pytest.mark.parametrize("b", [3e-9, 0.02, 1.182, 30, 2000])
def test_contracts(a, b):
    for discount in (1e-4, 0.01, 0.1, 3):
        z = 1 / (1 + mp.mpf(discount))
        assert float(sbg.lifetime(discount, (a, b))) == pytest.approx(float(mp.hyp2f1(1, b, mp.mpf(a) + b, z)), rel=EXACT)
        for n in (1, 2, 20, 500):
            derl = (mp.mpf(b) + n - 1) / (mp.mpf(a) + b + n - 1) * mp.hyp2f1(1, b + mp.mpf(n), mp.mpf(a) + b + n, z)
            assert float(sbg.residual_lifetime(n, discount, (a, b))) == pytest.approx(float(derl), rel=EXACT, abs=0)
    for t in (0, 1, 7, 300, 2.5):
        assert float(sbg.survival(t, (a, b))) == pytest.approx(float(mp.beta(a, mp.mpf(b) + t) / mp.beta(a, b)), rel=EXACT)


@pytest.mark.parametrize("parameters", [(6.25, 3.74, 15.44), (0.4, 1.5, 900), (30, 12, 0.01)])
def test_spend_by_integration(parameters):
    """The density of an average of x gamma amounts, averaged over the gamma rate; and the mean of p / rate after seeing it."""
    p, q, v = (mp.mpf(each) for each in parameters)
    for x, m in ((1, 5), (2, 22.35), (40, 300)):
        usual = (p * x + q) / (v + x * m)

        def density(log, power=0, x=x, m=m, usual=usual):
            nu = usual * mp.exp(log)
            mean = mp.log(nu * x) * p * x + (p * x - 1) * mp.log(m) - nu * x * m - mp.loggamma(p * x)
            return mp.exp(mean + q * mp.log(v * nu) - v * nu - mp.loggamma(q) + power * mp.log(p / nu))

        width = 1 / mp.sqrt(p * x + q)
        points = [width * each for each in (-200, -60, -25, -12, -6, -3, -1, 0, 1, 3, 6, 12)]
        total = integral(density, points)
        mean = integral(lambda log: density(log, 1), points) / total
        value = gamma_gamma.likelihood(np.array([float(x)]), np.array([float(m)]))(np.log(parameters))[0]
        assert value == pytest.approx(float(mp.log(total)), rel=EXACT)
        assert float(gamma_gamma.expected_spend(x, m, parameters)) == pytest.approx(float(mean), rel=EXACT)


def test_a_customer_simulated_many_times():
    """Of simulated customers with this history, as many are alive, and they buy as often, as the formulas say."""
    random, size, (r, alpha, a, b) = np.random.default_rng(12), 4_000_000, (2.0, 4.0, 1.0, 3.0)
    rate, chance = random.gamma(r, 1 / alpha, size), random.beta(a, b, size)
    first, second = random.exponential(1 / rate), random.exponential(1 / rate)
    left = random.random(size) < chance
    x1 = (first < 10) & (left | (first + second > 10))  # one repeat purchase until 10
    near = x1 & (np.abs(first - 4) < 0.2)
    exact = (1, first[near], np.full(near.sum(), 10.0), (r, alpha, a, b))
    share, deviation = (~left[near]).mean(), np.sqrt(0.25 / near.sum())
    assert abs(bgnbd.alive(*exact).mean() - share) < 4 * deviation
    wait = random.exponential(1 / rate[near])
    silent = (left[near] | (wait > 5)).mean()
    assert abs(bgnbd.no_purchase(5, *exact).mean() - silent) < 4 * deviation


@pytest.mark.parametrize(("model", "name"), [(bgnbd, "bgnbd"), (mbgnbd, "mbgnbd"), (pareto_nbd, "pareto")])
def test_an_endless_residual_value_month_by_month(model, name):
    parameters = (0.5, 10, 0.6, 12)
    months = np.arange(1, 6001)
    rows = [each[:20] for each in weeks(20, 5)]
    for x, t_x, T in zip(*rows, strict=True):
        gains = np.diff(model.expected_purchases(np.append(0, months) * residual.WEEKS, x, t_x, T, parameters))
        found = float(residual.discounted_purchases(np.inf, 0.1, x, t_x, T, parameters, name))
        assert found == pytest.approx(float(gains @ 1.1 ** (-months / 12)), rel=EXACT)
