"""What a user may set: by an option of the command line, by a line of a settings file, or in the template."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from clvxl.errors import SettingsError
from clvxl.terms import TERMS, Term
from clvxl.words import Language, Text

DateOrder = Literal["dmy", "mdy"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it, with what holds where nothing is set. Rates are fractions, money is in ``currency``."""

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
    budget: float | None = None  # total to spend on acquisition; None for what was spent

    def __post_init__(self) -> None:
        for name, term in (
            ("discount", "discount"),
            ("margin", "margin"),
            ("retention", "retention"),
            ("target_ratio", "target_ratio"),
            ("horizon", "years"),
            ("budget", "spend"),
        ):
            _check(name, getattr(self, name), TERMS[term])
        if self.language not in ("en", "de"):
            raise _wrong("language", self.language, "en, de")
        if self.dates not in (None, "dmy", "mdy"):
            raise _wrong("dates", self.dates, "dmy, mdy")
        if list(self.thresholds) != sorted(self.thresholds) or len(self.thresholds) != 3:
            raise _wrong("thresholds", self.thresholds, "[1, 3, 5]")
        unknown = sorted(set(self.columns.values()) - set(TERMS))
        if unknown:
            raise _wrong("columns", unknown[0], ", ".join(key for key, term in TERMS.items() if term.headings))


def _wrong(name: str, value: object, choices: str) -> SettingsError:
    return SettingsError(
        Text("The setting {name} cannot be {value}.", "Die Einstellung {name} kann nicht {value} sein."),
        Text("Possible: {choices}.", "Möglich: {choices}."),
        name=name,
        value=repr(value),
        choices=choices,
    )


def _check(name: str, value: object, term: Term) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value, term.bounds)
    if not term.admits(value):
        raise SettingsError(
            Text(
                "The setting {name} is {value}; it must lie in {bounds}.",
                "Die Einstellung {name} ist {value}; sie muss in {bounds} liegen.",
            ),
            Text("Write rates as fractions: 0.3 for 30 %.", "Raten bitte als Anteil schreiben: 0.3 für 30 %.")
            if term.unit == "fraction"
            else Text("", ""),
            name=name,
            value=value,
            bounds=term.bounds,
        )


def load(path: Path, base: Settings) -> Settings:
    """The settings of a TOML file on top of ``base``."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
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
    known = {each.name for each in fields(Settings)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise _wrong(unknown[0], given[unknown[0]], ", ".join(sorted(known)))
    if "thresholds" in given:
        given["thresholds"] = tuple(given["thresholds"])
    return replace(base, **given)
