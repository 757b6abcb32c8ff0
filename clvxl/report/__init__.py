"""What is shown: a report as a plain value, and one small file per page that makes it from an analysis."""

from __future__ import annotations

from datetime import date

from clvxl.analysis import Analysis
from clvxl.report.budget import budget
from clvxl.report.checks import checks
from clvxl.report.cohorts import cohorts
from clvxl.report.customers import customers
from clvxl.report.method import method
from clvxl.report.model import Report
from clvxl.report.overview import overview
from clvxl.report.page import as_of, who
from clvxl.report.scenarios import scenarios
from clvxl.report.segments import segments

NO_DAY = date(2000, 1, 1)  # stamps the file where the data has no dates


def report(analysis: Analysis, version: str, rest: str = "", *, built_in: bool = True) -> Report:
    """All pages, in the order of the workbook.

    ``rest`` is the file in which all customers are, where they are too many for a page; ``built_in`` says whether the functions go into
    the workbook as well.
    """
    pages = (
        overview(analysis),
        segments(analysis),
        customers(analysis, rest),
        cohorts(analysis),
        scenarios(analysis),
        budget(analysis),
        checks(analysis),
        method(analysis, version, built_in=built_in),
    )
    there = tuple(each for each in pages if each is not None)
    return Report(who(analysis), analysis.settings.language, analysis.as_of or NO_DAY, there, as_of=as_of(analysis))
