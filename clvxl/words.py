"""The two languages: a text in both, and numbers as each of them writes them."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Language = Literal["en", "de"]


class Text(NamedTuple):
    """One thing said in English and in German; ``{names}`` are filled in when it is said."""

    en: str
    de: str

    def say(self, language: Language, **values: object) -> str:
        template = self.de if language == "de" else self.en
        return template.format(**values) if values else template


def number(value: float, language: Language, digits: int = 0) -> str:
    """1,234.5 in English and 1.234,5 in German; never a minus before a zero."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def percent(value: float, language: Language, digits: int = 0) -> str:
    """A fraction as a percentage, with the narrow gap that German sets before the sign."""
    return number(100 * value, language, digits) + ("\u202f%" if language == "de" else "%")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, language: Language) -> str:
    """31 Dec 2025 in English and 31.12.2025 in German."""
    return f"{value:%d.%m.%Y}" if language == "de" else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def enumeration(items: list[str], language: Language) -> str:
    """A, B and C."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + Text(" and ", " und ").say(language) + items[-1]
