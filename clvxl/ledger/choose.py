"""Which of the sheets on offer are tables of ours, and which are passed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clvxl.errors import HeadingError
from clvxl.ledger.cells import Sheet
from clvxl.ledger.recognise import Recognised, Table, missing
from clvxl.ledger.rules import Findings


@dataclass(frozen=True, slots=True)
class Offer:
    """A sheet, the table it was recognised as, if any, and the table the user said it is."""

    sheet: Sheet
    found: Recognised | None
    said: Table | None

    def is_complete(self, table: Table | None = None) -> bool:
        return self.found is not None and not self.found.missing and table in (None, self.found.table)


def choose(offers: list[Offer], findings: Findings) -> list[tuple[Sheet, Recognised]]:
    """The sheets that are tables. One that nobody asked for may be none, which is noted, as long as another is one."""
    usable = [offer for offer in offers if _is_usable(offer, offers)]
    for offer in offers:
        if offer not in usable:
            if offer.sheet.alone or offer.said or not usable:
                raise _wrong(offer, offers)
            findings.add(offer.sheet.name, "no table")
    return [(offer.sheet, offer.found) for offer in usable if offer.found]


def _is_usable(offer: Offer, offers: Iterable[Offer]) -> bool:
    """Complete, or customers without revenue where orders tell it and no other list of customers does."""
    if offer.found is None or offer.is_complete():
        return offer.found is not None
    with_orders = any(each.is_complete("orders") for each in offers)
    with_revenue = any(each.is_complete("customers") for each in offers)
    enough = offer.found.table == "customers" and offer.found.missing == [("revenue",)] and with_orders
    return enough and (offer.said is not None or offer.sheet.alone or not with_revenue)


def _wrong(offer: Offer, offers: list[Offer]) -> HeadingError:
    """The error about this sheet if it was asked for, else about the one that comes closest to a table."""
    if not offer.sheet.alone and not offer.said:
        offer = max(offers, key=lambda each: len(each.found.places) if each.found else 0)
    return missing(offer.sheet.name, offer.sheet.head, offer.found, offer.said)
