"""Which of the sheets on offer are tables of ours, and which are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clvxl.errors import HeadingError
from clvxl.ledger.cells import HEAD_ROWS, Sheet
from clvxl.ledger.headings import headings_of, lack, missing, out_of_place, unheard
from clvxl.ledger.recognise import Recognised, Table, plain
from clvxl.ledger.rules import Findings


@dataclass(frozen=True, slots=True)
class Offer:
    """A sheet, the table it was recognised as, if any, and the table the user said it is."""

    sheet: Sheet
    found: Recognised | None
    said: Table | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody asked for it and nothing stands below its headings."""
        below = self.sheet.head[self.found.row + 1 :] if self.found else []
        optional = not (self.sheet.alone or self.said or self.sheet.table) and len(self.sheet.head) < HEAD_ROWS
        return self.found is not None and optional and not any(cell for row in below for cell in row)

    def is_complete(self, table: Table | None = None) -> bool:
        return self.found is not None and not self.found.missing and table in (None, self.found.table)


    def means(self, heading: str, term: str) -> bool:
        """Whether a heading was understood as the term."""
        return self.found is not None and term in self.found.places and plain(self.found.headings[self.found.places[term]]) == heading


def check_mapping(mapping: Mapping[str, str], offers: list[Offer]) -> None:
    """Refuses what the settings say about a heading that no table has, or that its table has no use for."""
    for heading, term in mapping.items():
        key = plain(heading)
        if not key or not any(plain(cell) == key for offer in offers for row in offer.sheet.head for cell in row):
            raise unheard(heading, term, ((offer.sheet.name, headings_of(offer.sheet.head, offer.found)) for offer in offers))
        holders = [(offer.sheet.name, offer.found.table) for offer in offers
                   if offer.found and any(plain(each) == key for each in offer.found.headings)]
        if holders and not any(offer.means(key, term) for offer in offers):
            raise out_of_place(heading, term, *holders[0])


def choose(offers: list[Offer], findings: Findings) -> list[tuple[Sheet, Recognised]]:
    """The sheets that are tables. One that nobody asked for may be none or empty, which is noted, as long as another is one."""
    usable = [offer for offer in offers if _is_usable(offer, offers)]
    passed_over = [offer for offer in offers if offer not in usable]
    wrong = [offer for offer in passed_over if offer.sheet.alone or offer.said]
    if wrong or not usable:
        raise _wrong(wrong, offers)
    for offer in passed_over:
        findings.add(offer.sheet.name, "no table")
    filled = [offer for offer in usable if not offer.is_empty]
    for offer in usable if filled else []:
        if offer.is_empty:
            findings.add(offer.sheet.name, "no rows")
    return [(offer.sheet, offer.found) for offer in filled or usable if offer.found]


def _is_usable(offer: Offer, offers: Iterable[Offer]) -> bool:
    """Complete, or customers without revenue where orders tell it and no other list of customers does."""
    if offer.found is None or offer.is_complete():
        return offer.found is not None
    with_orders = any(each.is_complete("orders") for each in offers)
    with_revenue = any(each.is_complete("customers") for each in offers)
    enough = _lacks_but_revenue(offer) and with_orders
    return enough and (offer.said is not None or offer.sheet.alone or not with_revenue)


def _lacks_but_revenue(offer: Offer) -> bool:
    return offer.found is not None and offer.found.table == "customers" and offer.found.missing == [("revenue",)]


def _wrong(wrong: list[Offer], offers: list[Offer]) -> HeadingError:
    """The error about the sheets that were asked for, else about the one that comes closest to a table.

    Customers without revenue would do if orders told it: what the orders lack is said first.
    """
    wrong = wrong or [max(offers, key=lambda each: len(each.found.places) if each.found else 0)]
    if any(_lacks_but_revenue(offer) for offer in wrong):
        wrong += [offer for offer in offers if offer not in wrong and offer.found and offer.found.table == "orders" and offer.found.missing]
    wrong = sorted(wrong, key=_lacks_but_revenue)
    return missing([lack(offer.sheet.name, offer.sheet.head, offer.found, offer.said) for offer in wrong])
