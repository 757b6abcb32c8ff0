"""The two languages: a text in both, and numbers as each of them writes them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One thing said in English and in German; ``{names}`` are filled in when it is said."""

    en: str
    de: str

    def say(self, language: Language, **values: object) -> str:
        template = self.de if language == "de" else self.en
        return template.format(**values) if values else template


AND, OR = Text("and", "und"), Text("or", "oder")
_MORE = Text("{count} more", "{count} weitere")
_SWAPPED = str.maketrans(",.", ".,")
_NUMBER = re.compile(r"([+-]?)([0-9.,]+)(e[+-]?[0-9]{1,3})?\s*(%?)", re.IGNORECASE)
_ENGLISH = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]*)?|\.[0-9]+")


def number(value: float, language: Language, digits: int = 0) -> str:
    """1,234.5 in English and 1.234,5 in German; never a minus before a zero."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.translate(_SWAPPED) if language == "de" else text


def exact(value: float, language: Language) -> str:
    """All digits that a number has, without thousands: 1234.5 in English and 1234,5 in German."""
    text = f"{value:.15g}"
    return text.translate(_SWAPPED) if language == "de" else text


def read_number(text: str, language: Language) -> float | None:
    """The number that a person wrote: 12,000.5 and 30% in English, 12.000,5 and 30 % in German; None where there is none.

    A point that cannot stand between thousands is a decimal point in German too, since people paste such numbers.
    """
    parts = _NUMBER.fullmatch(text.strip().replace("\u2212", "-"))
    if parts is None:
        return None
    sign, digits, power, hundredth = parts.groups(default="")
    ways = [digits] if language == "en" else [digits.translate(_SWAPPED), *([digits] if "," not in digits else [])]
    english = next(filter(_ENGLISH.fullmatch, ways), None)
    if english is None:
        return None
    return float(sign + english.replace(",", "") + power) / (100 if hundredth else 1)


def percent(value: float, language: Language, digits: int = 0) -> str:
    """A fraction as a percentage, with the narrow gap that German sets before the sign."""
    return number(100 * value, language, digits) + ("\u202f%" if language == "de" else "%")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, language: Language) -> str:
    """31 Dec 2025 in English and 31.12.2025 in German."""
    return f"{value:%d.%m.%Y}" if language == "de" else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def read_day(text: str) -> date | None:
    """The day that a person wrote as 2025-12-31 or 31.12.2025; None where it is none."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()
    return None


def counted(count: int, one: Text, many: Text) -> Text:
    """The text for a single thing, or the one for none or several."""
    return one if count == 1 else many


def enumeration(items: list[str], language: Language, last: Text = AND, most: int | None = None) -> str:
    """A, B and C; A, B and 9 more where there are more than ``most`` and one."""
    if most is not None and len(items) > most + 1:
        items = [*items[:most], _MORE.say(language, count=len(items) - most)]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last.say(language)} {items[-1]}"
