"""The catalog says everything once: each formula is complete, and what is derived from it agrees with it."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from clvxl import CATALOG, formulas
from clvxl.catalog import Formula
from clvxl.errors import CallError
from clvxl.terms import TERMS

# The order of arguments that users type: a change breaks their workbooks.
SYNTAX = """
CLV(margin, revenue, years)
CLV_RETENTION(margin, revenue, retention, discount, [timing])
CLV_HORIZON(margin, revenue, retention, discount, years, [timing])
CLV_GROWING(margin, revenue, retention, discount, growth, [timing])
CLV_CASHFLOW(contribution, survival, discount, [timing])
CLV_NET(clv, cac)
CLV_CAC(spend, new_customers)
CLV_CAC_RATIO(clv, cac)
CLV_PAYBACK_MONTHS(cac, margin, revenue, [retention], [discount])
CLV_MAX_CAC(clv, [target_ratio])
CLV_BREAKEVEN_RETENTION(margin, revenue, cac, discount)
CLV_ROMI(customers, clv, cost)
CLV_RETENTION_RATE(customers_start, customers_end, customers_new)
CLV_CHURN_RATE(customers_start, customers_lost)
CLV_LIFETIME(retention)
CLV_RATE_CONVERT(rate, from_months, to_months, kind)
CLV_RETENTION_ELASTICITY(retention, discount)
CLV_NRR(revenue_start, expansion, contraction, churned)
CLV_GRR(revenue_start, contraction, churned)
CLV_GROWTH_RATE(previous, current)
CLV_CAGR(begin_value, end_value, years)
CLV_ARPA(revenue, customers)
CLV_QUICK_RATIO(new_revenue, expansion, contraction, churned)
CLV_MAGIC_NUMBER(previous, current, spend)
CLV_NPS(score)
CLV_NPS_ERROR(score)
CLV_EQUITY(value, [count])
CLV_TOP_SHARE(value, share)
CLV_GINI(value)
""".strip().splitlines()
BY_PYTHON = """
CLV_LIFETIME_OBSERVED(start, end, as_of)
CLV_SURVIVAL(start, end, as_of)
CLV_COHORTS(customer, date, [amount], [interval], [measure])
CLV_RFM(customer, date, amount, as_of)
CLV_RFM_SCORE(value, [bins])
CLV_MBGNBD_FIT(frequency, recency, age)
CLV_MBGNBD_ALIVE(frequency, recency, age, parameters)
CLV_MBGNBD_PURCHASES(horizon, frequency, recency, age, parameters)
CLV_MBGNBD_NO_PURCHASE(horizon, frequency, recency, age, parameters)
CLV_MBGNBD_NEW_PURCHASES(horizon, parameters)
CLV_BGNBD_FIT(frequency, recency, age)
CLV_BGNBD_ALIVE(frequency, recency, age, parameters)
CLV_BGNBD_PURCHASES(horizon, frequency, recency, age, parameters)
CLV_BGNBD_NO_PURCHASE(horizon, frequency, recency, age, parameters)
CLV_BGNBD_NEW_PURCHASES(horizon, parameters)
CLV_PARETO_FIT(frequency, recency, age)
CLV_PARETO_ALIVE(frequency, recency, age, parameters)
CLV_PARETO_PURCHASES(horizon, frequency, recency, age, parameters)
CLV_PARETO_NO_PURCHASE(horizon, frequency, recency, age, parameters)
CLV_PARETO_NEW_PURCHASES(horizon, parameters)
CLV_SPEND_FIT(frequency, spend_average)
CLV_SPEND_EXPECTED(frequency, spend_average, parameters)
CLV_RESIDUAL(horizon_months, discount, frequency, recency, age, purchase_value, parameters, [model], [month])
CLV_SBG_FIT(survivors)
CLV_SBG_FIT_CONTRACTS(start, end, as_of, [interval])
CLV_SBG_SURVIVAL(renewals, parameters)
CLV_SBG_RETENTION(renewals, parameters)
CLV_SBG_DEL(discount, parameters)
CLV_SBG_DERL(renewals, discount, parameters)
""".strip().splitlines()


def test_each_function_stands_in_the_catalog_with_its_arguments_in_order() -> None:
    assert {formula.syntax for formula in CATALOG.values()} == {*SYNTAX, *BY_PYTHON}


def test_each_closed_form_is_native_and_only_those_are() -> None:
    assert {formula.syntax for formula in CATALOG.values() if formula.native} == set(SYNTAX)


every = pytest.mark.parametrize("formula", CATALOG.values(), ids=list(CATALOG))


@every
def test_a_formula_is_explained_in_both_languages_within_excels_255_characters(formula: Formula) -> None:
    for text in formula.summary:
        assert 20 <= len(text) <= 255
        assert text.endswith(".")
    assert formula.summary.en != formula.summary.de
    assert all(formula.label)
    assert formula.source, "no line Source:"


@every
def test_a_formula_shows_an_example_and_its_shape_and_units(formula: Formula) -> None:
    text = inspect.getdoc(formula.function) or ""
    assert doctest.DocTestParser().get_examples(text)
    assert "Shape: " in text
    assert "Units: " in text


@every
def test_an_excel_name_starts_with_clv_and_is_no_cell(formula: Formula) -> None:
    assert re.fullmatch(r"CLV(_[A-Z]+)*", formula.name)
    assert CATALOG[formula.name] is formula


@every
def test_each_argument_is_a_term_with_help_that_excel_can_show(formula: Formula) -> None:
    for argument in formula.arguments:
        assert TERMS[argument.name] is argument.term
        assert all(0 < len(text) <= 255 for text in argument.term.help)
        if isinstance(argument.default, str):
            assert argument.default in argument.term.choices
    assert set(formula.columns) <= {argument.name for argument in formula.arguments}
    optional = [argument.optional for argument in formula.arguments]
    assert optional == sorted(optional), "an optional argument before a required one"


def test_every_file_that_registers_a_formula_is_imported() -> None:
    files = Path(inspect.getfile(formulas)).parent.glob("*.py")
    assert {path.stem for path in files if "\n@formula(" in path.read_text("utf-8")} <= set(vars(formulas))


def test_no_two_formulas_say_the_same() -> None:
    for texts in ([formula.label for formula in CATALOG.values()], [formula.summary for formula in CATALOG.values()]):
        assert len({text.en for text in texts}) == len({text.de for text in texts}) == len(CATALOG)


def test_scalars_give_a_float_and_ranges_keep_their_shape() -> None:
    assert type(CATALOG["CLV"](0.3, 12000, 5)) is float
    assert type(CATALOG["CLV_RETENTION"](np.float64(0.3), 12000, 0.8, 0.1)) is float
    assert type(CATALOG["CLV_GINI"]([1, 2, 3])) is float
    for shape in ((3,), (3, 1), (1, 3), (0,), (2, 2)):
        assert np.shape(CATALOG["CLV"](np.full(shape, 0.3), 12000, 5)) == shape
    assert np.shape(CATALOG["CLV"]([[0.3, 0.1]], 12000, 5)) == (1, 2)


def test_arguments_may_be_named() -> None:
    assert CATALOG["CLV"](years=5, margin=0.3, revenue=12000) == 18000
    assert CATALOG["CLV_PAYBACK_MONTHS"](1200, 0.3, 8000, discount=0.0) == 6


@pytest.mark.parametrize("values", [(), (0.3,), (0.3, 1, 2, 3)])
def test_too_few_or_too_many_arguments_say_the_right_ones(values: tuple[float, ...]) -> None:
    with pytest.raises(CallError, match=r"CLV\(margin, revenue, years\)"):
        CATALOG["CLV"](*values)


def test_an_argument_given_twice_or_unknown_is_refused() -> None:
    for named in ({"margin": 0.5}, {"size": 1}):
        with pytest.raises(CallError):
            CATALOG["CLV"](0.3, 12000, 5, **named)


def test_ranges_of_different_shapes_are_refused_and_named() -> None:
    with pytest.raises(CallError, match="2, 3"):
        CATALOG["CLV"]([0.1, 0.2], [1, 2, 3], 5)
    with pytest.raises(CallError):
        CATALOG["CLV_CASHFLOW"]([[1], [2]], [[1, 1]], 0.1)  # a column and a row


def test_a_choice_that_is_none_names_the_choices_in_both_languages() -> None:
    with pytest.raises(CallError) as caught:
        CATALOG["CLV_RETENTION"](0.3, 12000, 0.8, 0.1, "later")
    assert "begin, end, existing, renewal" in caught.value.say("en")
    assert "Möglich sind begin" in caught.value.say("de")
