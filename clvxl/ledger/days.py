"""Cells -> days: ISO, German and US dates, Excel's serial numbers, and periods such as 2024-05, Mai 2024, Q1 2024 or 2024."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from clvxl.errors import DataError
from clvxl.ledger.cells import Column, Flags
from clvxl.ledger.numerals import DASHES, encoded
from clvxl.settings import DateOrder
from clvxl.words import Text

Days = npt.NDArray[np.datetime64]
_MONTHS = {name: number for number, names in enumerate((
    "jan jän", "feb", "mar mär mrz maer", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1)
    for name in names.split()}
_EXCEL_DAY_0 = np.datetime64("1899-12-30", "D")
_FIRST, _ENDLESS = np.datetime64("1900-01-01", "D"), np.datetime64("2200-01-01", "D")
_FAR = np.timedelta64(400, "D")
_NEIGHBOURS, _LEAST_NEIGHBOURS = 10, 3  # days before a late one, by which it is judged
_TIME = re.compile(r"(?<=\d)[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm]|Z|Uhr|[+-]\d{2}:?\d{2})?$")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
Parts = tuple[int, int, int, bool]  # year, month, day, and whether the day was given


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a column, NaT where there is none; what could not be read, was only a period, or stands for no end."""

    values: Days
    bad: Flags
    periods: Flags
    endless: Flags


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 69 else 1900)


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].casefold(), _MONTHS.get(name[:4].casefold(), 0))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Parts]], ...] = tuple((re.compile(pattern), read) for pattern, read in (
    (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", lambda m: (int(m[1]), int(m[2]), int(m[3]), True)),
    (r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})", lambda m: (_year(m[3]), int(m[2]), int(m[1]), True)),
    (r"((?:19|20)\d{2})(\d{2})(\d{2})", lambda m: (int(m[1]), int(m[2]), int(m[3]), True)),
    (r"((?:19|20|21)\d{2})", lambda m: (int(m[1]), 1, 1, False)),
    (r"(\d{4})[-/.](\d{1,2})", lambda m: (int(m[1]), int(m[2]), 1, False)),
    (r"(\d{1,2})[-/.](\d{4})", lambda m: (int(m[2]), int(m[1]), 1, False)),
    (r"([1-4])\.\s*Quartal\s*(\d{4})", lambda m: (int(m[2]), 3 * int(m[1]) - 2, 1, False)),
    (r"(\d{1,2})\.?[\s-]*([^\W\d_]{3,})\.?[\s-]*(\d{4}|\d{2})", lambda m: (_year(m[3]), _month(m[2]), int(m[1]), True)),
    (r"([^\W\d_]{3,})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?,\s*(\d{4})", lambda m: (int(m[3]), _month(m[1]), int(m[2]), True)),
    (r"([^\W\d_]{3,})\.?[\s-]*(\d{4})", lambda m: (int(m[2]), _month(m[1]), 1, False)),
    (r"(\d{4})[\s-]+([^\W\d_]{3,})", lambda m: (int(m[1]), _month(m[2]), 1, False)),
    (r"[QqK]\.?\s*([1-4])[\s/-]*(\d{4})", lambda m: (int(m[2]), 3 * int(m[1]) - 2, 1, False)),
    (r"(\d{4})[\s/-]*[Qq]\s*([1-4])", lambda m: (int(m[1]), 3 * int(m[2]) - 2, 1, False)),
))


def _read(text: str, order: str) -> tuple[np.datetime64, bool]:
    """The day a text says, NaT if none, and whether it is only a period."""
    text = _TIME.sub("", text.strip()).strip()
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _EXCEL_DAY_0 + int(float(text)), False
    parts: Parts | None = None
    if slashed := _SLASHED.fullmatch(text):
        day, month = (slashed[1], slashed[2]) if order == "dmy" else (slashed[2], slashed[1])
        parts = (_year(slashed[3]), int(month), int(day), True)
    else:
        parts = next((read(match) for pattern, read in _FORMS if (match := pattern.fullmatch(text))), None)
    try:
        return (np.datetime64(date(*parts[:3]), "D"), not parts[3]) if parts else (np.datetime64("NaT", "D"), False)
    except ValueError:
        return np.datetime64("NaT", "D"), False


def _order(texts: list[str], said: DateOrder | None, where: tuple[str, str]) -> str:
    """Day or month first: as said, else as the dates with a part above 12 prove; refused if they prove nothing or both."""
    slashed = [match for text in texts if (match := _SLASHED.fullmatch(_TIME.sub("", text.strip()).strip()))]
    if said or not slashed:
        return said or "dmy"
    day_first = any(int(match[1]) > 12 for match in slashed)
    month_first = any(int(match[2]) > 12 for match in slashed)
    same = all(match[1] == match[2] for match in slashed)
    if day_first == month_first and not same:
        raise DataError(
            Text("In {source}, column “{heading}”, dates such as {example} leave open whether the day or the month comes first.",
                 "In {source}, Spalte „{heading}“, lassen Daten wie {example} offen, ob Tag oder Monat zuerst steht."),
            Text("Say it in the settings, or with --dates dmy or --dates mdy.",
                 "In den Einstellungen sagen oder mit --dates dmy (Tag zuerst) oder --dates mdy (Monat zuerst)."),
            source=where[0], heading=where[1], example=next(match[0] for match in slashed if match[1] != match[2]),
        )
    return "mdy" if month_first else "dmy"


def _serials(values: npt.NDArray[np.float64]) -> tuple[Days, Flags, Flags]:
    """Excel's numbers as days; a whole number from 1900 to 2100 is a year, for nobody means a day of 1905."""
    years = (values >= 1900) & (values <= 2100) & (values % 1 == 0)
    inside = (values >= 1) & (values < 3_000_000)
    days = _EXCEL_DAY_0 + np.where(inside & ~years, np.floor(np.nan_to_num(values)), 0).astype("int64").astype("timedelta64[D]")
    firsts = (np.where(years, values, 1970).astype("int64") - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    written = (values >= 19_000_101) & (values <= 21_991_231)  # 20240131
    days = np.where(years, firsts, np.where(inside, days, np.datetime64("NaT", "D")))
    for place in np.flatnonzero(written):
        days[place] = _read(str(int(values[place])), "dmy")[0]
    return days, ~np.isnan(values) & np.isnat(days), years


def _texts(column: Column, said: DateOrder | None, where: tuple[str, str]) -> tuple[Days, Flags, Flags]:
    codes, texts = encoded(column)
    order = _order([text for text, is_number in texts if not is_number], said, where)
    days = np.full(len(texts) + 1, np.datetime64("NaT", "D"))
    bad, periods = np.zeros(len(texts) + 1, dtype=bool), np.zeros(len(texts) + 1, dtype=bool)
    for code, (text, is_number) in enumerate(texts):
        if is_number:
            (days[code],), (bad[code],), (periods[code],) = _serials(np.array([float(text)]))
        elif text.strip() not in DASHES:
            days[code], periods[code] = _read(text, order)
            bad[code] = np.isnat(days[code])
    return days[codes], bad[codes], periods[codes]


def dates(column: Column, said: DateOrder | None, where: tuple[str, str]) -> Dates:
    """The days of a column; ``said`` settles an undecided order, ``where`` names source and heading."""
    import pyarrow as pa

    kind = column.values.type
    if pa.types.is_temporal(kind):
        days = column.values.cast(pa.timestamp("s"), safe=False).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        bad = periods = np.zeros(len(days), dtype=bool)
    elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        days, bad, periods = _serials(column.values.cast(pa.float64()).to_numpy(zero_copy_only=False))
    elif pa.types.is_string(kind):
        days, bad, periods = _texts(column, said, where)
    else:
        days, periods = np.full(len(column.values), np.datetime64("NaT", "D")), np.zeros(len(column.values), dtype=bool)
        bad = column.values.is_valid().to_numpy(zero_copy_only=False)
    endless = days >= _ENDLESS
    early = days < _FIRST
    return Dates(np.where(endless | early, np.datetime64("NaT", "D"), days), bad | early, periods & ~early, endless)


def far_after(days: Days, there: Flags) -> Flags:
    """Where a day lies far after all others."""
    far: Flags = np.zeros(len(days), dtype=bool)
    known = days[there & ~np.isnat(days)]
    if len(known) and len(before := known[known < known.max()]) and known.max() - before.max() > _FAR:
        far = there & np.isin(days, far_days(*np.unique(known, return_counts=True)))
    return far


def far_days(days: Days, rows: npt.NDArray[np.int64]) -> Days:
    """Days so long after all others that they must be typed wrong: more than 400 days, far more than those before lie apart, and few.

    ``days`` are the different days in their order, ``rows`` says how many rows each has.
    """
    few, last = max(1, rows.sum() // 100), len(days) - 1
    while last > 0 and rows[last] <= few and days[last] - days[last - 1] > _FAR:
        latest = days[max(0, last - _NEIGHBOURS) : last]
        if len(latest) < _LEAST_NEIGHBOURS or (days[last] - latest[-1]).astype(np.int64) <= 4 * np.median(np.diff(latest).astype(np.int64)):
            break
        last -= 1
    return days[last + 1 :]
