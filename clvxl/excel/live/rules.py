"""What cells do by themselves on an open sheet: merge, colour by their value, and refuse a wrong input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from clvxl.excel import clean
from clvxl.excel.look import BAR, COLD, MIDDLE, TONES, WARM
from clvxl.excel.page import Area, Check, Page

if TYPE_CHECKING:
    from xlwings import Sheet


class Merge(NamedTuple):
    """Cells that become one; or ``across``, those of each row."""

    area: Area
    across: bool


def write_rules(sheet: Sheet, page: Page) -> None:
    """Merged cells, conditional formats and checks of inputs; the cells have none before."""
    for merge in merges(page.merges):
        sheet.range(merge.area.address).merge(across=merge.across)
    for area in page.bars:
        sheet.range(area.address).conditional_formats.add_data_bar(f"#{BAR}", gradient=False)
    for light in page.lights:
        word, (ink, ground) = clean.text(light.word).replace('"', '""'), TONES[light.tone]
        sheet.range(light.area.address).conditional_formats.add_cell_value(
            "equal_to", f'="{word}"', font_color=f"#{ink}", font_bold=light.tone != "fair", fill_color=f"#{ground}")
    for scale in page.scales:
        sheet.range(scale.area.address).conditional_formats.add_color_scale([f"#{shade}" for shade in (COLD, MIDDLE, WARM)])
    for check in page.checks:
        _check(sheet, check)


def merges(areas: Iterable[Area]) -> Iterator[Merge]:
    """The same merges in fewer steps: rows under each other that span the same columns are merged at once."""
    open_end: Area | None = None
    for area in sorted(areas, key=lambda each: (each.left, each.right, each.top)):
        if open_end and area.top == area.bottom == open_end.bottom + 1 and (area.left, area.right) == (open_end.left, open_end.right):
            open_end = open_end._replace(bottom=area.bottom)
            continue
        if open_end:
            yield Merge(open_end, across=True)
            open_end = None
        if area.top == area.bottom:
            open_end = area
        else:
            yield Merge(area, across=False)
    if open_end:
        yield Merge(open_end, across=True)


def _check(sheet: Sheet, check: Check) -> None:
    validation = sheet.range(check.cell.address).data_validation
    if check.choices:
        validation.set_list(sheet.range(check.choices))
    elif check.low is None or check.high is None:
        low = check.low is not None
        validation.set_decimal("greater_than_or_equal" if low else "less_than_or_equal", _bound(check.low if low else check.high))
    else:
        validation.set_decimal("between", _bound(check.low), _bound(check.high))


def _bound(value: float | None) -> str:
    """A number that every Excel reads the same: 0.05 as 5/100, because a check is read by the rules of the user's country."""
    numerator, denominator = Decimal(repr(value or 0)).as_integer_ratio()
    return f"={numerator}/{denominator}" if denominator != 1 else f"={numerator}"
