"""Read and write an open workbook: the tables and settings it brings, and the results it is given back."""

from clvxl.excel.live.clearing import Cleared, clear
from clvxl.excel.live.reading import read
from clvxl.excel.live.writing import write

__all__ = ["Cleared", "clear", "read", "write"]
