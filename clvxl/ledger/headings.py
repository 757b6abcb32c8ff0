"""What to say where headings are missing, unknown or out of place: what was found, what is needed, and what comes close."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from clvxl.errors import HeadingError
from clvxl.ledger.recognise import COLUMNS, NEEDED, TABLE_NAMES, Recognised, Table, meaning, plain, quoted
from clvxl.terms import TERMS
from clvxl.words import Language, Text, enumeration

Groups = list[tuple[str, ...]]
_SHOWN = 20  # headings of a table that are listed
_LONGEST = 40  # characters of a heading that are shown
_MONTH = re.compile(r"(jan(?:uary?|ner)?|feb(?:ruary?|er)?|ma?rz?|march|apr(?:il)?|ma[iy]|jun[ei]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?"
                    r"|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\d*")
_MONTHS = 6  # headings that are months, so many that a year is spread over them


@dataclass(frozen=True, slots=True)
class Lack:
    """A sheet that is no complete table: the headings it has, those without a meaning, and what each table it may be would need."""

    name: str
    found: list[str]
    unknown: list[str]
    wanted: dict[Table, Groups]

    def groups(self) -> Groups:
        return [group for groups in self.wanted.values() for group in groups]

    def say(self, language: Language) -> str:
        needed = "; ".join(f"{TABLE_NAMES[table].say(language)}: {_either(groups, language)}" for table, groups in self.wanted.items())
        said = Text("In {name} needed columns are missing ({needed}). Found: {found}.",
                    "In {name} fehlen nötige Spalten ({needed}). Gefunden: {found}.").say(
                        language, name=self.name, needed=needed, found=_listed(self.found, language))
        if self.unknown and len(self.unknown) < len(self.found):
            said += Text(" Not understood: {unknown}.", " Nicht verstanden: {unknown}.").say(
                language, unknown=_listed(self.unknown, language))
        close = [f"{quoted([heading], language)} ≈ {quoted([name], language)} ({term})" for heading, name, term in self.close()[:5]]
        return said + (Text(" Closest: ", " Am nächsten: ").say(language) + "; ".join(close) + "." if close else "")

    def example(self) -> str:
        """A missing term, of the table that lacks least."""
        return min(self.wanted.values(), key=len)[0][0]

    def has_months(self) -> bool:
        """Whether a yearly figure is missing and months have columns of their own."""
        months = {found[1] for heading in self.unknown if (found := _MONTH.fullmatch(plain(heading)))}
        return len(months) >= _MONTHS and self.example() in ("revenue", "spend")

    def close(self) -> list[tuple[str, str, str]]:
        """A heading without a meaning, the missing one that it may have been meant to be, and the term of that; the likeliest first."""
        likeness: dict[tuple[str, str, str], float] = {}
        for term in (term for group in self.groups() for term in group):
            names = {plain(name): name for name in (*TERMS[term].headings, *TERMS[term].label)}
            for heading in (each for each in self.unknown if not _MONTH.fullmatch(plain(each))):
                for match in get_close_matches(plain(heading), names, 1, 0.6):
                    likeness[heading, names[match], term] = SequenceMatcher(None, match, plain(heading)).ratio()
        return sorted(likeness, key=likeness.__getitem__, reverse=True)


def _listed(headings: list[str], language: Language) -> str:
    return quoted((heading[:_LONGEST] for heading in headings[:_SHOWN]), language) or "–"


def _either(groups: Groups, language: Language) -> str:
    either = Text(" or ", " oder ").say(language)
    return enumeration([either.join(TERMS[term].label.say(language) for term in group) for group in groups], language)


def headings_of(head: list[list[str]], recognised: Recognised | None) -> list[str]:
    """The headings of a sheet; where none were recognised, its fullest row."""
    fullest = max(head, key=lambda row: sum(bool(cell) for cell in row), default=[])
    return [cell for cell in (recognised.headings if recognised else fullest) if cell]


def lack(name: str, head: list[list[str]], recognised: Recognised | None, said: Table | None) -> Lack:
    """What a sheet lacks to be the table it was recognised as, or was said to be, or any."""
    found = headings_of(head, recognised)
    if recognised is None:
        meanings = {table: {heading: meaning(heading, table) for heading in found} for table in NEEDED if said in (None, table)}
        unknown = [heading for heading in found if not any(terms[heading] for terms in meanings.values())]
        wanted = {table: [group for group in NEEDED[table] if not {*group} & {*terms.values()}] for table, terms in meanings.items()}
        return Lack(name, found, unknown, wanted)
    return Lack(name, found, recognised.unknown, {recognised.table: recognised.missing})


def missing(lacks: list[Lack]) -> HeadingError:
    """The error for sheets that are no complete tables; a heading is suggested only where it comes close to one that is missing."""
    close = [(heading, term) for each in lacks for heading, _, term in each.close()]
    heading, term = close[0] if close else ("", lacks[0].example())
    return HeadingError(
        Text("{said_en}", "{said_de}"), _remedy(close=bool(close), months=lacks[0].has_months()),
        said_en=" ".join(each.say("en") for each in lacks), said_de=" ".join(each.say("de") for each in lacks),
        heading=heading, term=term, en=TERMS[term].label.en, de=TERMS[term].label.de)


def _remedy(*, close: bool, months: bool) -> Text:
    """What to do about the heading ``{heading}`` that comes close to ``{term}``, or about that term alone."""
    if close:
        return Text('Rename the heading, or say what it means: --column "{heading}={term}".',
                    'Die Überschrift umbenennen oder sagen, was sie bedeutet: --column "{heading}={term}".')
    if months:
        return Text('Add up the months to a yearly figure in one column “{en}”; if it is there already: --column "<heading>={term}".',
                    'Die Monate zu einem Jahreswert in einer Spalte „{de}“ addieren; steht er schon da: --column "<Überschrift>={term}".')
    return Text('Rename the heading that means it, or say so with --column "<heading>={term}".',
                'Die Überschrift, die das bedeutet, umbenennen oder angeben mit --column "<Überschrift>={term}".')


def unheard(heading: str, term: str, tables: Iterable[tuple[str, list[str]]]) -> HeadingError:
    """The error for a heading that the settings give a meaning to and no table has."""
    existing = {name: headings for name, headings in tables if headings}
    names = {plain(each): each for headings in existing.values() for each in headings}
    closest = "".join(names[each] for each in get_close_matches(plain(heading), names, 1, 0.5))
    return HeadingError(
        Text("No table has the heading “{heading}”, which was to mean “{en}”. Found: {found_en}.",
             "Keine Tabelle hat die Überschrift „{heading}“, die „{de}“ bedeuten sollte. Gefunden: {found_de}."),
        Text('Write the heading as it stands in the table: --column "{closest}={term}".',
             'Die Überschrift so schreiben, wie sie in der Tabelle steht: --column "{closest}={term}".') if closest
        else Text("Write the heading as it stands in the table.", "Die Überschrift so schreiben, wie sie in der Tabelle steht."),
        heading=heading, term=term, en=TERMS[term].label.en, de=TERMS[term].label.de, closest=closest,
        found_en=_in_tables(existing, "en"), found_de=_in_tables(existing, "de"))


def no_column(wanted: str, tables: Iterable[tuple[str, Recognised]]) -> HeadingError:
    """The error for a column that neither customers nor orders have."""
    existing = {name: [heading for heading in found.headings if heading] for name, found in tables}
    names = {plain(each): each for headings in existing.values() for each in headings}
    close = [names[each] for each in get_close_matches(plain(wanted), names, 3, 0.5)]
    return HeadingError(
        Text("Neither customers nor orders have a column “{wanted}”. Found: {found_en}.",
             "Weder Kunden noch Aufträge haben eine Spalte „{wanted}“. Gefunden: {found_de}."),
        Text("Closest: {close_en}.", "Am nächsten: {close_de}.") if close
        else Text("Write the heading as it stands in the table, or a term such as segment.",
                  "Die Überschrift so schreiben, wie sie in der Tabelle steht, oder einen Begriff wie segment."),
        wanted=wanted, found_en=_in_tables(existing, "en"), found_de=_in_tables(existing, "de"),
        close_en=quoted(close, "en"), close_de=quoted(close, "de"))


def _in_tables(existing: Mapping[str, list[str]], language: Language) -> str:
    return "; ".join(f"{name}: {_listed(headings, language)}" for name, headings in existing.items()) or "–"


def out_of_place(heading: str, term: str, name: str, table: Table) -> HeadingError:
    """The error for a heading that was given a meaning which its table has no use for."""
    return HeadingError(
        Text("In {name}, which was read as {table_en}, “{heading}” cannot be “{en}”.",
             "In {name}, gelesen als {table_de}, kann „{heading}“ nicht „{de}“ sein."),
        Text("Possible: {possible}; or say which table it is with --customers, --orders or --spend.",
             "Möglich: {possible}; oder mit --customers, --orders oder --spend sagen, welche Tabelle es ist."),
        name=name, table_en=TABLE_NAMES[table].en, table_de=TABLE_NAMES[table].de, heading=heading,
        en=TERMS[term].label.en, de=TERMS[term].label.de, possible=", ".join(COLUMNS[table]))
