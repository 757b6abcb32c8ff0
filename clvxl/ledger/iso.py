"""Days that a table keeps as text, such as 2024-01-31 or 2024-01-31T10:00: turned into days by the engine that holds them."""

from __future__ import annotations

from typing import Any

_ISO = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?$"
_SHORT = (4, 6, 9, 11)


def is_day(texts: Any) -> Any:
    """Whether each text is a day of the calendar."""
    import ibis

    year, month, day = _parts(texts)
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = ibis.ifelse(month == 2, ibis.ifelse(leap, 29, 28), ibis.ifelse(month.isin(_SHORT), 30, 31))
    return texts.re_search(_ISO) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest)


def days(texts: Any) -> Any:
    """The days of texts that are days, nothing for empty ones."""
    import ibis

    return ibis.ifelse(is_day(texts), ibis.date(*_parts(texts)), ibis.null("date"))


def not_days(texts: Any) -> Any:
    """How many texts are no days; empty ones aside."""
    return ((texts.strip() != "") & ~is_day(texts)).sum().fill_null(0)


def _parts(texts: Any) -> list[Any]:
    """Year, month and day as numbers; what is no text of this form is the first day of the year 1."""
    import ibis

    text = ibis.ifelse(texts.re_search(_ISO), texts.strip(), "0001-01-01")
    return [text.substr(start, length).cast("int32") for start, length in ((0, 4), (5, 2), (8, 2))]
