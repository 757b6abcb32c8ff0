"""How a template's parts are found: what its cells say, and which result sheets are still ours."""

from dataclasses import fields
from datetime import datetime

import pytest

from clvxl.errors import SettingsError
from clvxl.excel.anchors import CELLS, CHOICES, FIGURE_KEYS, FROM, SETTINGS, TABLES, chosen, figure_name, name_of
from clvxl.ledger.pages import mark, page_of
from clvxl.settings import Settings
from clvxl.terms import TERMS


def test_every_anchor_means_something():
    assert set(SETTINGS) <= {each.name for each in fields(Settings)}
    assert set(FIGURE_KEYS) <= TERMS.keys()
    names = [*TABLES.values(), *map(name_of, CELLS), *map(figure_name, FIGURE_KEYS)]
    assert len(set(names)) == len(names)


def test_an_empty_template_leaves_what_holds_otherwise():
    assert chosen(dict.fromkeys(CELLS)) == chosen(dict.fromkeys(CELLS, "  ")) == (Settings(), "workbook", {})


@pytest.mark.parametrize("key", CHOICES)
def test_a_choice_is_understood_in_both_languages(key):
    read = (lambda word: chosen({"source": word}).source) if key == "source" else (lambda word: getattr(chosen({key: word}).settings, key))
    for choice, words in CHOICES[key].items():
        assert {read(word) for word in (choice, *words, f" {words.de.upper()} ")} == {choice}


def test_cells_become_settings():
    cells = {"language": "Deutsch", "title": 2025.0, "as_of": datetime(2025, 12, 31), "discount": 0.08, "horizon": 5.0, "margin": "30 %"}
    settings = Settings(language="de", title="2025", as_of=datetime(2025, 12, 31).date(), discount=0.08, horizon=5.0, margin=0.3)
    assert chosen(cells).settings == settings


def test_the_places_of_tables_count_only_where_they_are_asked_for():
    cells = {FROM["orders"]: " orders.parquet ", FROM["customers"]: None}
    assert chosen(cells).inputs == {}
    assert chosen(cells | {"source": "Files"}).inputs == {"orders": "orders.parquet"}


@pytest.mark.parametrize("cells", [{"source": "cloud"}, {"language": "fr"}, {"dates": 3}, {"discount": "much"}, {"as_of": "31.02.2025"}])
def test_what_cannot_be_is_refused_by_name(cells):
    with pytest.raises(SettingsError, match=next(iter(cells))) as error:
        chosen(cells)
    assert all(error.value.say(language) for language in ("en", "de"))


@pytest.mark.parametrize("sheet", ["Segments", 'My "best": ones', "Überblick"])
def test_a_result_sheet_is_ours_until_it_is_copied_or_renamed(sheet):
    assert page_of(mark("segments", sheet), sheet) == "segments"
    assert page_of(mark("segments", sheet), f"{sheet} (2)") is None


@pytest.mark.parametrize("other", ["=Data!$A$1", '="note"', "", '="x', "=#REF!"])
def test_another_name_is_no_mark(other):
    assert page_of(other, "Data") is None
