"""Result pages beside the user's own sheets: nobody's name is taken, and a page stays on the sheet it had."""

import re
from dataclasses import replace

import pytest
from synthetic import report

from clvxl.excel.brought import Results
from clvxl.excel.layout import lay_out
from clvxl.excel.placing import Inventory, placed

NOTHING = Inventory({}, frozenset(), frozenset())


def names(inventory: Inventory, language: str = "en") -> dict[str, str]:
    return {page.key: page.name for page in placed(Results(report(language, 12, 2), {}), inventory).pages}


def after(inventory: Inventory, language: str = "en") -> Inventory:
    """What the workbook holds once the report stands in it."""
    return replace(inventory, results=names(inventory, language))


def test_in_an_empty_workbook_it_is_the_report_itself() -> None:
    assert placed(Results(report("de"), {}), NOTHING) == lay_out(report("de"))


def test_a_sheet_of_the_user_keeps_its_name() -> None:
    inventory = Inventory({}, frozenset({"SEGMENTS", "Data"}), frozenset())
    found = names(inventory)
    assert found["segments"] == "Segments (2)"
    assert not {name.casefold() for name in found.values()} & {"segments", "data"}
    assert names(after(inventory)) == found


def test_a_table_of_the_user_keeps_its_name() -> None:
    taken = frozenset({"customers", "Value"})
    pages = placed(Results(report("en", 12, 2), {}), replace(NOTHING, names=taken)).pages
    ours = {table.name.casefold() for page in pages for table in page.tables}
    assert len(ours) == 3
    assert not ours & {name.casefold() for name in taken}


def test_a_name_of_the_user_keeps_its_place_and_formulas_use_another() -> None:
    plain = lay_out(report("en", 12, 2)).pages
    taken = frozenset({"MY_LEVER", "my_lever_2", *(name for page in plain for name in page.names)})
    pages = placed(Results(report("en", 12, 2), {}), replace(NOTHING, names=taken)).pages
    ours = [name for page in pages for name in page.names]
    assert ours
    assert not {name.casefold() for name in ours} & {name.casefold() for name in taken}
    back = dict(zip(ours, (name for page in plain for name in page.names), strict=True))
    used = set()
    for page, before in zip(pages, plain, strict=True):
        for run, was in zip(page.runs, before.runs, strict=True):
            said = [re.sub("|".join(back), lambda found: used.add(found[0]) or back[found[0]], formula) for formula in run.formulas]
            assert said == list(was.formulas)
    assert used == set(ours)


@pytest.mark.parametrize("first", ["en", "de"])
def test_a_refresh_changes_no_name(first: str) -> None:
    inventory = after(NOTHING, first)
    assert names(inventory, first) == inventory.results


def test_another_language_gives_other_names() -> None:
    assert names(after(NOTHING, "en"), "de") == names(NOTHING, "de")
    beside = Inventory({}, frozenset({"Segments"}), frozenset())
    assert names(after(beside, "en"), "de") == names(beside, "de")


def test_a_page_that_is_gone_says_so_and_its_sheet_stays() -> None:
    pages = placed(Results(report("en"), {}), replace(NOTHING, results={"old": "Older page", "method": "Method"})).pages
    gone = pages[-1]
    assert (gone.key, gone.name) == ("old", "Older page")
    said = [run.values[0] for run in gone.runs if run.style.role == "message"]
    assert said == ["These data say nothing about this."]
    assert [page.name for page in pages].count("Method") == 1


def test_links_and_formulas_follow_the_names() -> None:
    found = placed(Results(report("en"), {}), Inventory({}, frozenset({"Segments", "Scenarios"}), frozenset()))
    targets = {link.page for page in found.pages for link in page.links}
    assert targets == {page.name for page in found.pages}
    assert all("'Scenarios (2)'!" in refers for page in found.pages for refers in page.names.values())
