"""Customer lifetime value in Excel: cells, buttons, and workbooks without Excel."""

from clvxl import formulas
from clvxl.catalog import CATALOG as CATALOG
from clvxl.errors import ClvError as ClvError

__version__ = "0.1.0"
__all__ = ["CATALOG", "ClvError", "formulas"]
