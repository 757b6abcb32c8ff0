"""The user's tables: found, read, recognised, checked; every row left out or changed is kept with its reason."""

from clvxl.ledger.asking import fetched
from clvxl.ledger.days import far_after
from clvxl.ledger.local import connect, parts
from clvxl.ledger.opened import Opened, opened, read_opened
from clvxl.ledger.reading import Ledger, Source, read
from clvxl.ledger.rules import RULES, Finding, Rule, written

__all__ = [
    "RULES", "Finding", "Ledger", "Opened", "Rule", "Source", "connect", "far_after", "fetched", "opened", "parts", "read", "read_opened",
    "written"]
