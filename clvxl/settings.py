"""What a user may set: by an option of the command line, by a line of a settings file, or in the template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from clvxl.errors import SettingsError
from clvxl.terms import TERMS, Term
from clvxl.words import LANGUAGES, OR, Language, Text, enumeration, exact, read_day, read_number

DateOrder = Literal["dmy", "mdy"]
BuyingModel = Literal["mbgnbd", "bgnbd", "pareto"]
Model = Literal["auto", BuyingModel, "sbg", "none"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it, with what holds where nothing is set. Rates are fractions, money is in ``currency``.

    Each may be given as a text too, as people write it on the command line.
    """

    language: Language = "en"
    title: str = ""
    as_of: date | None = None
    discount: float = 0.1
    horizon: float | None = None  # years of payments that count; None for all of them
    currency: str = "EUR"
    margin: float | None = None  # where the data has none
    retention: float | None = None  # where the data has none
    target_ratio: float = 3.0
    thresholds: tuple[float, float, float] = (1.0, 3.0, 5.0)  # of CLV:CAC, where its light changes
    least_customers: int = 5  # fewer say too little about a rate
    dates: DateOrder | None = None  # day or month first, where the data leaves it open
    columns: Mapping[str, str] = field(default_factory=dict)  # heading -> term, before any recognition
    model: Model = "auto"  # of who stays and what they buy; auto follows the data
    budget: float | None = None  # total to spend on acquisition; None for what was spent
    memory: int = 2_000_000_000  # bytes to get along with; what does not fit goes to disk

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None and each.default is None:
                continue
            kind = _KINDS[each.name]
            try:
                object.__setattr__(self, each.name, kind.read(value, self.language))
            except (ArithmeticError, AttributeError, TypeError, ValueError):
                raise _wrong(each.name, value, kind.expected) from None


class _Kind(NamedTuple):
    """What a setting may be, and how a value is read; any of the errors above says that it cannot be."""

    expected: Text
    read: Callable[[Any, Language], object]


def _wrong(name: str, value: object, expected: Text) -> SettingsError:
    shown = Text(*(exact(value, language) if isinstance(value, float) else repr(value) for language in LANGUAGES))
    return SettingsError(
        Text("The setting {name} cannot be {value_en}.", "Die Einstellung {name} kann nicht {value_de} sein."),
        Text("Possible: {expected_en}.", "Möglich: {expected_de}."),
        name=name,
        value_en=shown.en,
        value_de=shown.de,
        expected_en=expected.en,
        expected_de=expected.de,
    )


def _amount(value: object, language: Language) -> float:
    """A number; where a text is none in the language, but in the other one, there is no doubt about it either."""
    if isinstance(value, str):
        ways = [read_number(value, each) for each in (language, *LANGUAGES)]
        return next(each for each in [*ways, float("nan")] if each is not None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _number(key: str) -> _Kind:
    term: Term = TERMS[key]

    def read(value: object, language: Language) -> float:
        amount = _amount(value, language)
        if not term.admits(amount):
            raise ValueError
        return amount

    return _Kind(term.expected, read)


def _whole(value: object, language: Language) -> int:
    amount = _amount(value, language)
    if amount < 1 or amount % 1:
        raise ValueError
    return int(amount)


def _text(value: object, _: Language) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _choice(*words: str) -> _Kind:
    """One of some words, in capitals or not."""
    return _Kind(
        Text(*(enumeration(list(words), language, OR) for language in LANGUAGES)),
        lambda value, _: words[words.index(value.lower())],
    )


def _day(value: object, _: Language) -> date:
    if isinstance(value, datetime):
        return value.date()
    found = value if isinstance(value, date) else read_day(_text(value, _))
    if found is None:
        raise ValueError
    return found


def _thresholds(value: object, language: Language) -> tuple[float, ...]:
    found = tuple(_amount(each, language) for each in value) if isinstance(value, list | tuple) else ()
    if len(found) != 3 or not 0 <= found[0] <= found[1] <= found[2] < float("inf"):
        raise ValueError
    return found


def _bytes(value: object, language: Language) -> int:
    """A size such as 4GB; a bare number would leave open of what."""
    found = re.fullmatch(r"\s*([\d.,]+)\s*([MGT])i?B\s*", value, re.IGNORECASE) if isinstance(value, str) else None
    size = _amount(found[1], language) * _UNITS[found[2].upper()] if found else float(value) if isinstance(value, int) else 0.0
    if not _LEAST_MEMORY <= size <= _MOST_MEMORY:
        raise ValueError
    return int(size)


def _columns(value: object, _: Language) -> Mapping[str, str]:
    """Heading -> term, also from texts such as Volumen=revenue."""
    pairs = [each.rpartition("=")[::2] for each in value] if isinstance(value, list | tuple) else list(dict(value).items())  # type: ignore[call-overload]  # or it raises
    for heading, term in pairs:
        if not heading or term not in TERMS:
            raise _wrong("columns", term, _KINDS["columns"].expected)
    return dict(pairs)


_UNITS = {"M": 1e6, "G": 1e9, "T": 1e12}
_LEAST_MEMORY, _MOST_MEMORY = 5e8, 1e15
_COLUMN_TERMS = [key for key, term in TERMS.items() if term.headings]
_TEXT = _Kind(Text("a text", "ein Text"), _text)
_KINDS: dict[str, _Kind] = {
    "language": _choice(*LANGUAGES),
    "title": _TEXT,
    "as_of": _Kind(TERMS["as_of"].expected, _day),
    "discount": _number("discount"),
    "horizon": _number("years"),
    "currency": _TEXT,
    "margin": _number("margin"),
    "retention": _number("retention"),
    "target_ratio": _number("target_ratio"),
    "thresholds": _Kind(Text("three numbers that rise, such as [1, 3, 5]", "drei steigende Zahlen wie [1, 3, 5]"), _thresholds),
    "least_customers": _Kind(Text("a whole number, at least 1", "eine ganze Zahl, mindestens 1"), _whole),
    "dates": _choice("dmy", "mdy"),
    "columns": _Kind(
        Text(
            "HEADING=TERM, with one of the terms " + ", ".join(_COLUMN_TERMS),
            "ÜBERSCHRIFT=BEGRIFF, mit einem der Begriffe " + ", ".join(_COLUMN_TERMS),
        ),
        _columns,
    ),
    "model": _choice("auto", *get_args(BuyingModel), "sbg", "none"),
    "budget": _number("spend"),
    "memory": _Kind(Text("a size such as 4GB, at least 500MB", "eine Größe wie 4GB, mindestens 500MB"), _bytes),
}


def load(path: Path, base: Settings) -> Settings:
    """The settings of a TOML file on top of ``base``."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(
            Text("There is no settings file {path}.", "Die Einstellungsdatei {path} gibt es nicht."),
            Text("Check the path.", "Bitte den Pfad prüfen."),
            path=path,
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            Text("The settings file {path} cannot be read: {why}.", "Die Einstellungsdatei {path} ist nicht lesbar: {why}."),
            Text("It must be TOML: lines such as discount = 0.08", "Sie muss TOML sein: Zeilen wie discount = 0.08"),
            path=path,
            why=str(error).rstrip("."),
        ) from None
    known = sorted(each.name for each in fields(Settings))
    if unknown := sorted(set(given) - set(known)):
        raise SettingsError(
            Text("There is no setting {name}.", "Die Einstellung {name} gibt es nicht."),
            Text("Possible: {known}.", "Möglich: {known}."),
            name=unknown[0],
            known=", ".join(known),
        )
    return replace(base, **given)
