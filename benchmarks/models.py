"""Fits and values of a million customers: lifetimes against the models in ``clvxl.formulas``.

Each rival runs in a process of its own, in turns, and reports its time after the imports and its peak of memory. lifetimes needs old
companions and gets an environment of its own under ``benchmarks/.rivals`` on first use.
Run: ``python benchmarks/models.py [rounds] [task ...]``, with the tasks weekly, daily, spend, pareto, value and score.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from history import rival

# The customers are made in a process of their own: a process counts the memory of the one that started it as its own peak.
CUSTOMERS = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from buyers import spending, weeks
x, t_x, T = weeks(int(sys.argv[3]), 7, days=sys.argv[4] == "days")
np.savez(sys.argv[2], x=x, t_x=t_x, T=T, m=spending(x, 8))
"""
BEGIN = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
data = np.load(sys.argv[1])
x, t_x, T, m = (data[each] for each in ("x", "t_x", "T", "m"))
BUYING, SPENDING = (0.243, 4.414, 0.793, 2.426), (6.25, 3.74, 15.44)
"""
END = """
print(json.dumps({"seconds": time.perf_counter() - begin, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                  "result": " ".join(f"{each:.5g}" for each in np.atleast_1d(result)), "versions": versions}))
"""
LIFETIMES = """
import lifetimes, pandas as pd, scipy
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
versions = f"lifetimes {lifetimes.__version__}, numpy {np.__version__}, pandas {pd.__version__}, scipy {scipy.__version__}"
x, t_x, T, m = (pd.Series(each) for each in (x, t_x, T, m))
"""
OURS = """
import scipy, scipy.special
from clvxl.formulas import bgnbd, gamma_gamma, pareto_nbd, residual
versions = f"numpy {np.__version__}, scipy {scipy.__version__}"
"""

# What lifetimes does and what we do; the result is the parameters, or a sum over all customers.
TASKS = {
    "weekly": ("BG/NBD, weekly histories", 1_000_000, """
begin = time.perf_counter()
model = BetaGeoFitter().fit(x, t_x, T)
result = list(model.params_)
""", """
begin = time.perf_counter()
result = bgnbd.fit(x, t_x, T)[:4]
"""),
    "spend": ("Gamma-Gamma, repeat buyers", 1_000_000, """
some = x > 0
begin = time.perf_counter()
model = GammaGammaFitter().fit(x[some], m[some])
result = list(model.params_)
""", """
some = x > 0
begin = time.perf_counter()
result = gamma_gamma.fit(x[some], m[some])[:3]
"""),
    "pareto": ("Pareto/NBD, daily histories", 23_570, """
begin = time.perf_counter()
model = ParetoNBDFitter().fit(x, t_x, T)
result = list(model.params_)
""", """
begin = time.perf_counter()
result = pareto_nbd.fit(x, t_x, T)[:4]
"""),
    "value": ("CLV over 12 months", 1_000_000, """
buying, spending = BetaGeoFitter(), GammaGammaFitter()
buying.params_, spending.params_ = pd.Series(dict(zip(("r", "alpha", "a", "b"), BUYING))), pd.Series(dict(zip("pqv", SPENDING)))
buying.predict = buying.conditional_expected_number_of_purchases_up_to_time
begin = time.perf_counter()
result = spending.customer_lifetime_value(buying, x, t_x, T, m, time=12, freq="W", discount_rate=0.01).sum()
""", """
begin = time.perf_counter()
spend = gamma_gamma.expected_spend(x, m, SPENDING)
result = residual.residual_value(12, 1.01**12 - 1, x, t_x, T, spend, BUYING, "bgnbd").sum()
"""),
    "score": ("Scoring: alive and expected purchases", 10_000_000, "", """
begin = time.perf_counter()
result = bgnbd.expected_purchases(52, x, t_x, T, BUYING).sum() + bgnbd.alive(x, t_x, T, BUYING).sum()
"""),
}
TASKS["daily"] = ("BG/NBD, daily histories", *TASKS["weekly"][1:])


def once(python: Path | str, code: str, path: Path) -> dict[str, float | str]:
    done = subprocess.run([str(python), "-c", code, str(path)], check=True, capture_output=True, text=True)
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(task: str, rounds: int, folder: Path) -> None:
    title, size, theirs, ours = TASKS[task]
    path, tests = folder / f"{task}.npz", Path(__file__).parents[1] / "tests"
    grain = "weeks" if task == "weekly" else "days"
    subprocess.run([sys.executable, "-c", CUSTOMERS, str(tests), str(path), str(size), grain], check=True)
    sides = {"lifetimes": (rival(), BEGIN + LIFETIMES + theirs + END)} if theirs else {}
    sides["clvxl"] = (Path(sys.executable), BEGIN + OURS + ours + END)
    runs: dict[str, list[dict[str, float | str]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (python, code) in sides.items():
            runs[name].append(once(python, code, path))
    print(f"\n{title}, {size:,} customers, median of {rounds}")
    for name, done in runs.items():
        print(f"  {name:<9} {statistics.median(run['seconds'] for run in done):8.3f} s, peak {max(run['peak'] for run in done):6,.0f} MB, "
              f"result {done[0]['result']} ({done[0]['versions']})", flush=True)
    if theirs:
        faster, smaller = (statistics.median(run[what] for run in runs["lifetimes"]) / statistics.median(run[what] for run in runs["clvxl"])
                           for what in ("seconds", "peak"))
        print(f"  {faster:.1f} times faster, {smaller:.1f} times smaller", flush=True)


def main(rounds: int = 5, *tasks: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for task in tasks or TASKS:
            compare(task, rounds, Path(folder))


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]), *sys.argv[2:])
