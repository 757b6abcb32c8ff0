"""The models as their users call them: by Excel name, with columns of cells, and with the row that a fit spilled as parameters."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest
from buyers import spending, weeks
from test_models import CDNOW, CUSTOMER, PUBLISHED, SPEND, STUDENTS, cdnow  # noqa: F401  (a fixture is used by its name)

from clvxl import CATALOG
from clvxl.calculator import calculate, explain
from clvxl.catalog import Argument
from clvxl.errors import NA, CallError, ClvError, DataError, error_name, error_value
from clvxl.formulas import bgnbd, sbg
from clvxl.spill import heading, spilled
from clvxl.terms import TERMS
from clvxl.words import LANGUAGES, Language

NAMES = {"bgnbd": "BGNBD", "mbgnbd": "MBGNBD", "pareto": "PARETO"}
every_model = pytest.mark.parametrize("model", NAMES)


def of(model: str, what: str) -> Any:
    return CATALOG[f"CLV_{NAMES[model]}_{what}"]


def rows(result: object, language: Language = "en") -> list[list[Any]]:
    found = spilled(result, language)
    assert isinstance(found, list)
    return found


def error(value: object) -> str | None:
    return error_name(float(value))  # type: ignore[arg-type]


def cells(*columns: Any) -> list[list[list[Any]]]:
    """Columns as a range hands them over: a row per cell."""
    return [[[each] for each in np.asarray(column).tolist()] for column in columns]


# --- the numbers of the papers, by the names of Excel

@every_model
@pytest.mark.parametrize("whole", [True, False], ids=["row of cells", "numbers alone"])
def test_predictions_at_published_parameters(model: str, whole: bool) -> None:
    """Fader, Hardie & Lee 2005; Batislam et al. 2007; Schmittlein et al. 1987: computed in long arithmetic at their rounded parameters."""
    alive, purchases, worth, new = {
        "bgnbd": (0.72657857, 1.22602817, 36.28921113, 1.446051),
        "mbgnbd": (0.70620227, 1.26296062, 37.20189522, 1.419724),
        "pareto": (0.86916756, 1.45512319, 43.08991786, 1.472997),
    }[model]
    numbers = [*PUBLISHED[model], -9582.4, 2357.0, 0.0, "konvergiert", 0.1, 0.2, NA, 0.4, model]
    row = [numbers] if whole else [numbers[:4]]
    assert of(model, "ALIVE")(*CUSTOMER, row) == pytest.approx(alive, abs=1e-8)
    assert of(model, "PURCHASES")(39, *CUSTOMER, row) == pytest.approx(purchases, abs=1e-8)
    assert of(model, "NEW_PURCHASES")(52, row) == pytest.approx(new, abs=1e-6)
    spend = CATALOG["CLV_SPEND_EXPECTED"](2, 22.35, [[*SPEND]])
    assert spend == pytest.approx(24.66371391, abs=1e-8)
    said = () if whole else (model,)  # a whole row says which model it is
    assert CATALOG["CLV_RESIDUAL"](12, 1.01**12 - 1, *CUSTOMER, spend, row, *said) == pytest.approx(worth, abs=1e-8)
    assert CATALOG["CLV_RESIDUAL"](12, 1.01**12 - 1, *CUSTOMER, spend, row, {"mbgnbd": 0, "bgnbd": 1, "pareto": 2}[model]) == pytest.approx(
        worth, abs=1e-8)
    assert 0 < of(model, "NO_PURCHASE")(39, *CUSTOMER, row) < 1


@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
@every_model
def test_the_cdnow_sample_from_orders_to_forecasts(cdnow: list[Any], model: str) -> None:  # noqa: F811
    """Cells to cells: histories, the fit's row, the forecast; log-likelihoods as published, 1,882 purchases counted afterwards."""
    x, t_x, T, _ = cdnow
    fitted = of(model, "FIT")(*cells(x, t_x, T))
    assert fitted.log_likelihood == pytest.approx({"bgnbd": -9582.42921, "mbgnbd": -9582.13572, "pareto": -9594.97618}[model], abs=1e-4)
    forecast = of(model, "PURCHASES")(39, *cells(x, t_x, T), rows(fitted, "de"))
    assert forecast.shape == (2357, 1)
    if model == "mbgnbd":  # for which no paper prints the forecast: it may miss what was counted by a fifth, as the others miss an eighth
        assert forecast.sum() == pytest.approx(1882, rel=0.2)
    else:
        assert forecast.sum() == pytest.approx({"bgnbd": 1653.9, "pareto": 1665.7}[model], rel=1e-3)


@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not here")
def test_the_purchase_histories_of_the_cdnow_sample(cdnow: list[Any]) -> None:  # noqa: F811
    lines = [line.split(",") for line in CDNOW.read_text("utf-8").splitlines()[1:]]
    days = np.array([line[1] for line in lines], "M8[D]")
    found = CATALOG["CLV_RFM"]([line[0] for line in lines], days, [float(line[3]) for line in lines], 35703)  # 30 September 1997
    for column, told in zip((found.frequency, found.recency, found.age, found.spend_average), cdnow, strict=True):
        assert np.sort(column) == pytest.approx(np.sort(told))
    model = CATALOG["CLV_SPEND_FIT"](found.frequency, found.spend_average)
    assert (model.log_likelihood, model.customers) == (pytest.approx(-4055.91769, abs=1e-4), 946)


def test_contracts_of_the_paper() -> None:
    """Fader & Hardie 2007 and note 033."""
    model = CATALOG["CLV_SBG_FIT"]([[each] for each in [*STUDENTS, None, None]])
    assert model.log_likelihood == pytest.approx(-1680.26519, abs=1e-4)
    row = [[0.704, 1.182]]
    assert CATALOG["CLV_SBG_DEL"](0.1, row) == pytest.approx(3.69514741, abs=1e-8)
    assert CATALOG["CLV_SBG_DERL"]([[1], [8]], 0.1, row).ravel() == pytest.approx([2.96466215, 6.84261714], abs=1e-8)
    survivors = 1000 * CATALOG["CLV_SBG_SURVIVAL"]([8, 9, 10, 11, 12], rows(model))
    assert survivors == pytest.approx([220.1, 204.4, 191.2, 179.9, 170.1], abs=0.07)  # as in the paper, from rounded parameters
    assert CATALOG["CLV_SBG_RETENTION"](1, row) == pytest.approx(1.182 / 1.886)


# --- a row of parameters

@every_model
def test_a_fit_spills_as_a_row_that_is_taken_back(model: str) -> None:
    x, t_x, T = weeks(60, 41)
    fitted = of(model, "FIT")(x, t_x, T)
    (english,), (german,) = rows(fitted, "en"), rows(fitted, "de")
    assert len(english) == len(of(model, "FIT").results) == 13
    assert english[7] == fitted.status.en != german[7] == fitted.status.de
    by_tuple = of(model, "ALIVE")(x, t_x, T, fitted)
    column = [[each] for each in german]
    for row in (english, [german], column, german[:4], np.array([german], dtype=object), tuple(english)):
        assert (of(model, "ALIVE")(x, t_x, T, row) == by_tuple).all()


@every_model
def test_parameters_that_cannot_be_used(model: str) -> None:
    x, t_x, T = weeks(5, 42)
    good = [0.5, 5.0, 0.9, 2.0]

    def alive(parameters: Any) -> Any:
        return of(model, "ALIVE")(x, t_x, T, parameters)

    for short in ([0.5, 5.0, 0.9], [], [[0.5]]):
        with pytest.raises(CallError, match="4 parameters"):
            alive(short)
    other = next(name for name in NAMES if name != model)
    for foreign in ([*good, 1.0, other], [[0.7, 1.2, -9.0, 50.0, "sbg"]], CATALOG["CLV_SBG_FIT"](STUDENTS)):
        with pytest.raises(CallError) as caught:
            alive(foreign)
        assert "Zeile" in caught.value.say("de")
    for parameters, shown in (
        ([0.5, NA, 0.9, 2.0], "#N/A"), (error_value("#NAME?"), "#NAME?"), ([0.5, -1.0, 0.9, 2.0], "#NUM!"),
        ([0.5, None, 0.9, 2.0], "#VALUE!"), ([0.5, "x", 0.9, 2.0], "#VALUE!"), ([0.5, float("inf"), 0.9, 2.0], "#NUM!"),
        ([True, 5.0, 0.9, 2.0], "#VALUE!"),
    ):
        assert {error(each) for each in alive(parameters)} == {shown}
        assert error(of(model, "NEW_PURCHASES")(52, parameters)) == shown
        assert {error(each) for each in CATALOG["CLV_RESIDUAL"](12, 0.1, x, t_x, T, 10, parameters, model)} == {shown}


@pytest.mark.parametrize("name", ["CLV_SBG_SURVIVAL", "CLV_SBG_RETENTION", "CLV_SBG_DEL", "CLV_SBG_DERL", "CLV_SPEND_EXPECTED"])
def test_an_error_in_the_parameters_is_the_result(name: str) -> None:
    formula = CATALOG[name]
    given = [0.1 if each.name == "discount" else 2.0 for each in formula.arguments[:-1]]
    for parameters, shown in (([NA, 1.0, 1.0], "#N/A"), ([1.0, "x", 1.0], "#VALUE!"), ([1.0, 0.0, 1.0], "#NUM!")):
        assert error(formula(*given, parameters)) == shown
        assert error(formula([given[0]] * 3, *given[1:], parameters)[2]) == shown
    with pytest.raises(CallError, match="BG/NBD"):
        formula(*given, [0.5, 5.0, 0.9, 2.0, "bgnbd"])


def test_a_fit_without_data_says_so_and_its_forecasts_are_missing() -> None:
    fitted = CATALOG["CLV_MBGNBD_FIT"]([[None], ["x"]], [[None], [1]], [[None], [2]])
    assert (fitted.customers, fitted.left_out, error(fitted.r)) == (0, 1, "#N/A")
    assert "nichts" in fitted.status.de
    assert error(CATALOG["CLV_MBGNBD_ALIVE"](*CUSTOMER, rows(fitted))) == "#N/A"
    for name, given in (("CLV_SPEND_FIT", ([0], [0])), ("CLV_SBG_FIT", ([5],)), ("CLV_SBG_FIT", ([5, NA],)), ("CLV_SBG_FIT", ([None],))):
        empty = CATALOG[name](*given)
        assert error(empty[0]) == "#N/A"
        assert empty.status.en.startswith("no usable")


# --- bad elements and bad calls

@every_model
def test_a_dirty_row_spoils_itself_alone(model: str) -> None:
    x, t_x, T = (each.tolist() for each in weeks(12, 43))
    clean = of(model, "PURCHASES")(26, x, t_x, T, PUBLISHED[model])
    dirty = [list(x), list(t_x), list(T)]
    dirty[0][1], dirty[1][3], dirty[2][5], dirty[0][7], dirty[1][9] = None, "soon", NA, -1.0, 1e6
    found = of(model, "PURCHASES")(26, *dirty, PUBLISHED[model])
    assert [error(found[place]) for place in (1, 3, 5, 7, 9)] == ["#VALUE!", "#VALUE!", "#N/A", "#NUM!", "#NUM!"]
    rest = [place for place in range(12) if place not in (1, 3, 5, 7, 9)]
    assert (found[rest] == clean[rest]).all()
    fitted, alone = of(model, "FIT")(*dirty), of(model, "FIT")(*([column[place] for place in rest] for column in (x, t_x, T)))
    assert (fitted.customers, fitted.left_out) == (7, 5)
    assert fitted[:5] == alone[:5]


def test_blank_rows_below_the_data_do_not_count() -> None:
    x, t_x, T = (each.tolist() for each in weeks(40, 44))
    short, long = CATALOG["CLV_BGNBD_FIT"](x, t_x, T), CATALOG["CLV_BGNBD_FIT"](*([*column, None, None] for column in (x, t_x, T)))
    assert repr(short) == repr(long)
    m = spending(np.array(x), 45).tolist()
    assert repr(CATALOG["CLV_SPEND_FIT"](x, m)) == repr(CATALOG["CLV_SPEND_FIT"]([*x, None], [*m, None]))


def test_residual_values_with_conditions_of_their_own() -> None:
    x, t_x, T = weeks(30, 46)
    horizon, discount = np.where(np.arange(30) % 3 == 0, 12.0, 24.0), np.where(np.arange(30) % 2 == 0, 0.1, 0.0)
    together = CATALOG["CLV_RESIDUAL"](horizon, discount, x, t_x, T, 20, PUBLISHED["bgnbd"], "bgnbd")
    each = [CATALOG["CLV_RESIDUAL"](*row, 20, PUBLISHED["bgnbd"], "bgnbd") for row in zip(horizon, discount, x, t_x, T, strict=True)]
    assert together == pytest.approx(each, rel=1e-12)
    days = CATALOG["CLV_RESIDUAL"](12, 0.1, x, t_x * 7, T * 7, 20, [0.243, 4.414 * 7, 0.793, 2.426], "bgnbd", 4.345 * 7)
    assert days == pytest.approx(CATALOG["CLV_RESIDUAL"](12, 0.1, x, t_x, T, 20, PUBLISHED["bgnbd"], "bgnbd"), rel=1e-9)
    months = CATALOG["CLV_RESIDUAL"]([[1, 6, 12, 60, 1e9]], 0.1, *CUSTOMER, 20, PUBLISHED["mbgnbd"])
    assert months.shape == (1, 5)
    assert (np.diff(months[0]) > 0).all()
    assert error(CATALOG["CLV_RESIDUAL"](-1, 0.1, *CUSTOMER, 20, PUBLISHED["mbgnbd"])) == "#NUM!"
    assert error(CATALOG["CLV_RESIDUAL"](12, 0.1, *CUSTOMER, None, PUBLISHED["mbgnbd"])) == "#VALUE!"
    with pytest.raises(CallError, match="choices"):
        CATALOG["CLV_RESIDUAL"](12, 0.1, *CUSTOMER, 20, PUBLISHED["mbgnbd"], "weibull")


def test_columns_of_different_length_are_refused() -> None:
    for name, given in (("CLV_BGNBD_FIT", ([1, 2], [1, 2, 3], [4, 5, 6])), ("CLV_RFM", (["A"], [1, 2], [3, 4], 5)),
                        ("CLV_SURVIVAL", ([1, 2, 3], [4, 5], 9)), ("CLV_COHORTS", (["A", "B"], [[1], [2]]))):
        with pytest.raises(CallError, match="different shapes"):
            CATALOG[name](*given)


def test_an_error_in_a_table_of_columns_is_the_result() -> None:
    assert error(CATALOG["CLV_COHORTS"](["A", "B"], [45000, "never"])) == "#VALUE!"
    assert error(CATALOG["CLV_COHORTS"](["A", NA], [45000, 45001])) == "#N/A"
    assert error(CATALOG["CLV_COHORTS"]([None, ""], [45000, 45001])) == "#VALUE!"
    assert error(CATALOG["CLV_COHORTS"]([NA], [45000])) == "#N/A"
    assert error(CATALOG["CLV_SURVIVAL"]([45000, NA], [None, None], 45100)) == "#N/A"
    assert error(CATALOG["CLV_SURVIVAL"]([45000], [None], "now")) == "#VALUE!"
    assert error(CATALOG["CLV_RFM"](["A"], [45000], [5], NA)) == "#N/A"
    assert error(CATALOG["CLV_RFM_SCORE"]([1, 2], NA)) == "#N/A"
    left_blank = CATALOG["CLV_COHORTS"]([["A"], ["B"], [None]], [[45000], [45031], [None]], [[None], [None], [None]], None, None)
    assert left_blank.matrix[0].tolist() == [1, 0]  # an amount column without a number is left out


# --- single contracts

def test_renewals_of_single_contracts_are_counted_one_by_one() -> None:
    """Against a plain count in dates: monthly contracts begun on any day of the month."""
    random, today = np.random.default_rng(47), date(2025, 1, 31)

    def due(start: date, months: int) -> date:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(start.day, last))

    starts = [date(2024, 1, 1) + timedelta(days=int(day)) for day in random.integers(0, 420, 300)]
    lengths = random.integers(0, 800, 300)
    ends = [start + timedelta(days=int(day)) if day < 400 else None for start, day in zip(starts, lengths, strict=True)]
    lost, kept = np.zeros(20), np.zeros(20)
    for start, end in zip(starts, ends, strict=True):
        for number in range(1, 20):
            if start > today or due(start, number) > today:
                break
            if end is not None and end <= today and end <= due(start, number):
                lost[number - 1] += 1
                break
            kept[number - 1] += 1
    found = sbg.renewals_of(np.array(starts, "M8[D]"), np.array(ends, "M8[D]"), (today - date(1899, 12, 30)).days, "month")
    size = int(np.flatnonzero(lost + kept).max()) + 1
    assert [each.tolist() for each in found] == [lost[:size].tolist(), kept[:size].tolist()]
    model = CATALOG["CLV_SBG_FIT_CONTRACTS"](starts, ends, today, "month")
    assert model[:5] == sbg.fit_renewals(lost[:size], kept[:size])[:5]


def test_odd_contracts() -> None:
    fit = CATALOG["CLV_SBG_FIT_CONTRACTS"]
    assert fit([45000], [None], 45100).status.en.startswith("no usable")  # no renewal was due yet
    for start, end, day in (([45000], [44000], 45100), ([45000], [None], 1e300), ([-1e300], [None], 45100)):
        impossible = fit(start, end, day, "month")
        assert impossible.status == sbg.IMPOSSIBLE
        assert error(impossible.a) == "#N/A"
    assert fit([45000, 45000], [None, None], 45800).status.en.startswith("boundary: no sign")
    assert error(fit([45000, "soon"], [None, None], 45800)) == "#VALUE!"
    assert fit([45000, None], [45200, None], 45800).customers == 1


# --- words

def test_every_field_of_a_result_is_a_term_or_a_letter_of_its_paper() -> None:
    letters = {"r", "alpha", "a", "b", "s", "beta", "p", "q", "v"}
    fields = {field for formula in CATALOG.values() for field in formula.results}
    assert {field.removesuffix("_error") for field in fields} - set(TERMS) == letters
    for language in LANGUAGES:
        assert all(heading(field, language) for field in fields)
    assert {name for name, formula in CATALOG.items() if formula.results} == {
        *(name for name in CATALOG if "_FIT" in name), "CLV_SURVIVAL", "CLV_COHORTS", "CLV_RFM"}


def test_results_become_rows_of_cells() -> None:
    assert spilled(3, "en") == 3.0
    assert spilled(np.float64(0.5)) == 0.5
    assert spilled(np.array([1.0, 2.0])) == [[1.0], [2.0]]
    assert spilled(np.array([[1.0, 2.0]])) == [[1.0, 2.0]]
    table = CATALOG["CLV_COHORTS"](["A", "A", "B"], [45000, 45031, 45032], None, "month")
    (top, first, second) = rows(table, "de")
    assert top == ["Kohorte", "Kunden", 0.0, 1.0]
    assert first == ["2023-03", 1.0, 1.0, 1.0]
    assert second[:3] == ["2023-04", 1.0, 1.0]
    assert error(second[3]) is None
    assert np.isnan(second[3])  # a blank: time has not come
    assert rows(CATALOG["CLV_RFM"]([7, 7], [1, 8], [5, 9], 15))[1] == [7.0, 1.0, 1.0, 2.0, 9.0]
    assert error(rows(CATALOG["CLV_RFM_SCORE"]([[1.0], [NA]]))[1][0]) == "#N/A"


def test_the_command_line_prints_rows_and_tables() -> None:
    said = calculate("CLV_SBG_FIT", ["1000;631;468;382;326;289;262;241"], "en").splitlines()
    assert said[0].split()[0] == "a"
    assert float(said[0].split()[1]) == pytest.approx(0.704077, abs=1e-6)
    assert [line.split()[-1] for line in said if line.startswith(("Status", "Model"))] == ["converged", "sbg"]
    german = calculate("CLV_SBG_FIT", ["1000;631;468;382;326;289;262;241"], "de")
    assert "konvergiert" in german
    assert "0,70407" in german
    table = calculate("CLV_RFM", ["Müller;Müller;B", "01.02.2024;2024-02-15;2024-03-01", "10;30,5;7", "31.12.2024"], "de").splitlines()
    assert table[0].startswith("Kunde")
    assert [line.split()[:3] for line in table[1:]] == [["B", "0", "0"], ["Müller", "1", "2"]]
    assert calculate("CLV_BGNBD_ALIVE", ["2", "30.43", "38.86", "0.243,4.414,0.793,2.426"], "en").startswith("0.72657857")
    assert calculate("CLV_BGNBD_ALIVE", ["2", "30,43", "38,86", "0,243;4,414;0,793;2,426"], "de").startswith("0,72657857")
    empty = calculate("CLV_BGNBD_FIT", ["0", "0", "0"], "en").splitlines()
    assert empty[0].split() == ["r", "#N/A"]
    with pytest.raises(DataError, match="is -1"):
        calculate("CLV_BGNBD_ALIVE", ["-1", "0", "5", "0.2;4;0.8;2.4"], "en")
    with pytest.raises(CallError, match="4 parameters"):
        calculate("CLV_BGNBD_ALIVE", ["1", "2", "5", "0.2;4"], "en")
    for language in LANGUAGES:
        shown = explain(CATALOG["CLV_BGNBD_FIT"], language)
        assert heading("log_likelihood", language) in shown
        assert "± alpha" in shown


def test_help_loads_no_scipy_and_models_no_pandas() -> None:
    program = (
        "import sys, clvxl; from clvxl.calculator import explain\n"
        "for each in clvxl.CATALOG.values(): explain(each, 'de'), each.summary, each.results\n"
        "assert not {'scipy', 'pandas'} & set(sys.modules)\n"
        "model = clvxl.CATALOG['CLV_MBGNBD_FIT']([0, 2, 1], [0, 5, 3], [9, 9, 9])\n"
        "clvxl.CATALOG['CLV_MBGNBD_ALIVE'](2, 5, 9, model)\n"
        "clvxl.CATALOG['CLV_RFM'](['A', 'B'], [1, 2], [3, 4], 5)\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_many_customers_are_merged_across_the_whole_range() -> None:
    """A model sees all customers at once, however long the range is; a closed form is computed in pieces."""
    x, t_x, T = (np.tile(each, 400) for each in weeks(500, 48))
    found = CATALOG["CLV_BGNBD_PURCHASES"](26, x, t_x, T, PUBLISHED["bgnbd"])
    assert (found.reshape(400, 500) == bgnbd.expected_purchases(26, x[:500], t_x[:500], T[:500], PUBLISHED["bgnbd"])).all()


# --- whatever cells may hold

ANYTHING: list[Any] = [
    None, "", "x", "5", NA, error_value("#NAME?"), float("nan"), float("inf"), -1e308, 1e308, 5e-324, -1, 0, 1, 2, 3.5, 5000, 1e12, True,
    date(2024, 2, 29), datetime(2024, 1, 1, 12), Decimal("3.1"), np.datetime64("NaT"), 45000, 45100.5, 2958466, "bgnbd", "month",
]
PARAMETERS: list[Any] = [
    (0.24, 4.4, 0.8, 2.4), (1e-12, 1e9, 1e-9, 1e12), (0.7, 1.2), (6.0, 3.7, 15.0), (1e300,) * 4, (1e-300,) * 4, (5.0,) * 4 + ("x", None),
]
USUAL: dict[str, list[Any]] = {
    "frequency": [0, 1, 2, 300, 5000], "recency": [0, 1, 20, 30], "age": [30, 50, 1e4], "date": [44000, 44500, 45000],
    "customer": ["A", "B", 7], "start": [44000, 44500], "end": [44100, 44900, None],
}


def drawn(random: Random, argument: Argument, size: int) -> Any:
    """A usual argument, or one of anything in any shape."""
    if argument.term.unit == "row" and random.random() < 0.8:
        return random.choice(PARAMETERS)
    if argument.term.choices and random.random() < 0.8:
        return random.choice(argument.term.choices)
    if argument.name in USUAL and random.random() < 0.6:
        return [random.choice(USUAL[argument.name]) for _ in range(size)]
    column = [random.choice(ANYTHING) for _ in range(size)]
    return random.choice([column, column[0], [[each] for each in column], [], [[1], [2, 3]], 12.0, 45001.0, 0.1])


def hold(draws: int, seed: int) -> None:
    answered, random, names = 0, Random(seed), [name for name, formula in CATALOG.items() if not formula.native]
    for _ in range(draws):
        formula, size = CATALOG[random.choice(names)], random.choice([1, 2, 5])
        given = [drawn(random, argument, size) for argument in formula.arguments]
        with suppress(ClvError):
            cells = spilled(formula(*given), "de")
            assert all(isinstance(cell, float | str) for row in (cells if isinstance(cells, list) else [[cells]]) for cell in row)
            answered += 1
    assert answered > draws / 3, "most of what is refused are ranges of different shapes"


def test_whatever_cells_hold_is_answered() -> None:
    hold(200, seed=1)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", [2, 3])
def test_whatever_many_cells_hold_is_answered(seed: int) -> None:
    hold(1500, seed)
