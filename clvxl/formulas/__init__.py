"""The mathematics: one file per idea or paper; pure and vectorised; no Excel, no dates, no pandas."""

from clvxl.formulas import value as value
