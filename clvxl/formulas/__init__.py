"""The mathematics: one file per idea or paper; pure and vectorised; no Excel, no dates, no pandas."""

# In the order in which the functions are listed.
# isort: off
from clvxl.formulas import value as value
from clvxl.formulas import acquisition as acquisition
from clvxl.formulas import retention as retention
from clvxl.formulas import growth as growth
from clvxl.formulas import loyalty as loyalty
from clvxl.formulas import concentration as concentration
from clvxl.formulas import survival as survival
from clvxl.formulas import cohorts as cohorts
from clvxl.formulas import rfm as rfm
from clvxl.formulas import mbgnbd as mbgnbd
from clvxl.formulas import bgnbd as bgnbd
from clvxl.formulas import pareto_nbd as pareto_nbd
from clvxl.formulas import gamma_gamma as gamma_gamma
from clvxl.formulas import residual as residual
from clvxl.formulas import sbg as sbg
