"""The mathematics: one file per idea or paper; pure and vectorised; no Excel, no dates, no pandas."""

from clvxl.formulas import acquisition as acquisition
from clvxl.formulas import concentration as concentration
from clvxl.formulas import growth as growth
from clvxl.formulas import loyalty as loyalty
from clvxl.formulas import retention as retention
from clvxl.formulas import value as value
