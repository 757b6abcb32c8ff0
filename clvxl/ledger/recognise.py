"""Which row holds the headings, what each column means, and which table a sheet is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from clvxl.errors import HeadingError
from clvxl.terms import TERMS
from clvxl.words import Language, Text

Table = Literal["customers", "orders", "spend"]

COLUMNS: dict[Table, tuple[str, ...]] = {
    "orders": ("customer", "date", "amount", "margin", "cost", "segment", "channel", "order"),
    "customers": ("customer", "revenue", "segment", "start", "end", "contract", "margin", "revenue_previous", "cac", "channel", "score",
                  "name"),
    "spend": ("channel", "segment", "spend", "period", "new_customers"),
}
NEEDED: dict[Table, tuple[tuple[str, ...], ...]] = {  # of each group at least one
    "orders": (("customer",), ("date",), ("amount",)),
    "customers": (("customer",), ("revenue",)),
    "spend": (("spend",), ("channel", "segment")),
}
TABLE_NAMES: dict[Table, Text] = {
    "customers": Text("customers", "Kunden"),
    "orders": Text("orders", "Aufträge"),
    "spend": Text("marketing spend", "Marketingausgaben"),
}
NAME = "name"  # what a customer is called, where the customers have a number as well
_IDENTIFIER = re.compile(r"(nummer|nr|no|number|id|code|key)$")
_UNIT = re.compile(r"\b(?:in|je|per)?\s*(?:[€$£%]|\b(?:eur|euro|usd|chf|gbp|teur|tsd|prozent|percent|pct)\b)")
_THOUSANDS = re.compile(r"\b(?:t\s?€|teur|t\s?eur|tsd|k€|keur|k\s?eur|in thousands?|in tausend)(?:\b|(?<=€))", re.IGNORECASE)

_PERCENT = re.compile(r"%|prozent|percent|\bpct\b", re.IGNORECASE)
_YEAR = re.compile(r"(?P<name>.*\D)(?P<year>(?:19|20)\d\d)")


@cache
def plain(heading: str) -> str:
    """A heading without case, accents, spaces, punctuation and units, so that ``Umsatz (€)`` and ``UMSATZ`` are the same."""
    text = heading.casefold()
    text = re.sub(r"[(\[{].*?[)\]}]", " ", text).strip() or text
    text = unicodedata.normalize("NFKD", _UNIT.sub(" ", text).strip() or text)
    text = "".join(sign for sign in text if sign.isalnum() and not unicodedata.combining(sign))
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def in_thousands(heading: str) -> bool:
    """Whether a heading says that its money is in thousands, such as ``Umsatz (T€)``."""
    return bool(_THOUSANDS.search(heading))


def in_percent(heading: str) -> bool:
    """Whether a heading says that its values are percentages, such as ``Deckungsbeitrag in %``."""
    return bool(_PERCENT.search(heading))


_LOOSE = frozenset(map(plain, ("total", "order total", "Zahlungsbetrag")))  # with tax or without: they count where nothing else does


@cache
def _meanings(table: Table) -> dict[str, str]:
    """Plain heading -> term, for the columns of a table; the term's own label is one of its headings."""
    pairs = [(plain(name), term) for term in COLUMNS[table] for name in (*TERMS[term].headings, *TERMS[term].label, term)]
    return dict(reversed(pairs))  # the first that claims a heading has it


def _year(heading: str) -> int | None:
    """The year that a heading of revenue ends with, as in ``Umsatz 2024``; None for any other heading."""
    parts = _YEAR.fullmatch(plain(heading))
    return int(parts["year"]) if parts and meaning(parts["name"], "customers") == "revenue" else None


def meaning(heading: str, table: Table) -> str | None:
    """The term that a heading means in a table; None if it has no meaning there."""
    return _meanings(table).get(plain(heading))


def quoted(texts: Iterable[str], language: Language) -> str:
    """“A”, “B” in English and „A“, „B“ in German."""
    marks = ("„", "“") if language == "de" else ("“", "”")
    return ", ".join(text.join(marks) for text in texts)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table found in a sheet: the row of its headings, and the place of each term's column (of ``name`` too, if there is one)."""

    table: Table
    row: int
    headings: tuple[str, ...]
    places: Mapping[str, int]  # term -> index of its column
    passed_over: tuple[int, ...] = ()  # columns with a meaning that another column expresses better

    @property
    def missing(self) -> list[tuple[str, ...]]:
        return [group for group in NEEDED[self.table] if not any(term in self.places for term in group)]

    @property
    def unknown(self) -> list[str]:
        """The headings without a meaning."""
        known = {*self.places.values(), *self.passed_over}
        return [heading for place, heading in enumerate(self.headings) if heading and place not in known]


def _claims(headings: list[str], table: Table, mapping: Mapping[str, str]) -> dict[str, list[int]]:
    """Term -> the columns that claim it; what the settings say about a heading is final."""
    said = {plain(heading): term for heading, term in mapping.items()}
    meanings = _meanings(table)
    claims: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        key = plain(heading)
        term = said.get(key, meanings.get(key, "revenue" if _year(heading) else None)) if key else None
        if term in COLUMNS[table]:
            claims.setdefault(term, []).append(place)
    for term, places in claims.items():
        chosen = [place for place in places if said.get(plain(headings[place])) == term]
        claims[term] = chosen or places
    if "revenue" in claims and "revenue_previous" not in claims:
        now = _year(headings[_firm(claims["revenue"], headings)[0]])
        before = [place for place, heading in enumerate(headings) if now and _year(heading) == now - 1 and plain(heading) not in said]
        claims |= {"revenue_previous": before} if before else {}
    if table == "customers" and NAME in claims and "customer" not in claims:
        claims["customer"] = claims.pop(NAME)  # a name without a number tells the customers apart
    return claims


def _firm(places: list[int], headings: list[str]) -> list[int]:
    """The columns that say the term without doubt: no loose word where there is another, no year where there is none, else the latest."""
    places = [place for place in places if plain(headings[place]) not in _LOOSE] or places
    years = [_year(headings[place]) or 9999 for place in places]
    return [place for place, year in zip(places, years, strict=True) if year == max(years)]


def _best(term: str, places: list[int], headings: list[str]) -> int | None:
    """The one column that says the term better than the others: an identifier for a customer, else the very label."""
    if term == "customer":
        places = [place for place in places if _IDENTIFIER.search(plain(headings[place]))] or places
    places = _firm(places, headings)
    if len(places) > 1:
        labels = {plain(name) for name in (*TERMS[term].label, term)}
        places = [place for place in places if plain(headings[place]) in labels]
    return places[0] if len(places) == 1 else None


def _name(customer: int, headings: list[str], mapping: Mapping[str, str]) -> int | None:
    """The column of the customers' names, where the customer is told by a number."""
    said, meanings = {plain(heading) for heading in mapping}, _meanings("customers")
    names = [place for place, heading in enumerate(headings)
             if meanings.get(plain(heading)) == "customer" and not _IDENTIFIER.search(plain(heading))]
    free = [place for place in names if plain(headings[place]) not in said]
    if customer in names or not free:
        return None
    labels = {plain(name) for name in (*TERMS["customer"].label, "customer")}
    return min(free, key=lambda place: (NAME not in plain(headings[place]), plain(headings[place]) not in labels, place))


Fit = tuple[int, int, int, int]  # little missing, many columns with a meaning, and the higher row and likelier table before others


def _candidates(head: list[list[str]], tables: tuple[Table, ...], mapping: Mapping[str, str]) -> list[tuple[Fit, Table]]:
    """Every row read as the headings of every table, with how well it fits; the best fit is the largest."""
    fits = []
    for row, headings in enumerate(head):
        for rank, table in enumerate(COLUMNS):
            if table in tables:
                claims = _claims(headings, table, mapping)
                lacking = sum(not any(term in claims for term in group) for group in NEEDED[table])
                fits.append(((-lacking, len(claims), -row, -rank), table))
    return sorted(fits, reverse=True)


def recognise(name: str, head: list[list[str]], mapping: Mapping[str, str], table: Table | None = None) -> Recognised | None:
    """The table that the head of a sheet announces, ``table`` if that is said; None if no row looks like headings."""
    tables: tuple[Table, ...] = (table,) if table else tuple(COLUMNS)
    candidates = _candidates(head, tables, mapping)
    if not candidates or candidates[0][0][1] < (1 if table else 2):
        return None
    (_, _, row, _), best = candidates[0]
    headings = head[-row]
    places: dict[str, int] = {}
    passed_over: list[int] = []
    for term, claimed in _claims(headings, best, mapping).items():
        chosen = _best(term, claimed, headings)
        if chosen is None:
            raise _ambiguous(name, term, [headings[place] for place in claimed])
        places[term] = chosen
        passed_over += [place for place in claimed if place != chosen]
    nameless = best == "customers" and "customer" in places and NAME not in places
    name_place = _name(places["customer"], headings, mapping) if nameless else None
    if name_place is not None:
        places[NAME] = name_place
    return Recognised(best, -row, tuple(headings), places, tuple(sorted({*passed_over} - {*places.values()})))


def _ambiguous(name: str, term: str, headings: list[str]) -> HeadingError:
    label = TERMS[term].label
    return HeadingError(
        Text("In {name} several columns can be “{en}”: {headings_en}.",
             "In {name} kommen mehrere Spalten als „{de}“ in Frage: {headings_de}."),
        Text('Say which one counts: --column "{first}={term}", or the same under columns in the settings.',
             'Angeben, welche gilt: --column "{first}={term}" oder dasselbe unter columns in den Einstellungen.'),
        name=name, en=label.en, de=label.de, headings_en=quoted(headings, "en"), headings_de=quoted(headings, "de"), first=headings[0],
        term=term,
    )
