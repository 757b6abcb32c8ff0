"""Customer lifetime value in Excel: cells, buttons, and workbooks without Excel."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clvxl import formulas as formulas
    from clvxl.catalog import CATALOG as CATALOG
    from clvxl.errors import ClvError as ClvError

__version__ = "0.1.0"
__all__ = ["CATALOG", "ClvError", "formulas"]


def __getattr__(name: str) -> object:
    """What is passed on is loaded when it is first asked for: a command must be able to answer before numpy is there."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import clvxl.catalog
    import clvxl.errors
    import clvxl.formulas  # each of its files registers its own in the catalog

    return {"CATALOG": clvxl.catalog.CATALOG, "ClvError": clvxl.errors.ClvError, "formulas": clvxl.formulas}[name]
