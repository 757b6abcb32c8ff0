"""Ten million orders in Parquet -> a purchase history per customer: lifetimes against the ledger and the data engine.

Each rival runs in a process of its own, in turns, and reports its time after the imports and its peak of memory. lifetimes needs old
companions and gets an environment of its own under ``benchmarks/.rivals`` on first use.
Run: ``python benchmarks/history.py [orders] [rounds]``
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RIVAL = HERE / ".rivals" / "lifetimes"
COMPANIONS = ("lifetimes==0.11.3", "numpy==1.26.4", "pandas==2.1.4", "scipy==1.11.4", "autograd", "pyarrow==15.0.2")
LAST_DAY = "2023-12-31"

PEAK = """
import resource
from pathlib import Path
def peak():  # in MB; on Linux getrusage would remember the peak of the process that started this one
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
"""
LIFETIMES = PEAK + """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import lifetimes, pandas as pd
from lifetimes.utils import summary_data_from_transaction_data
begin = time.perf_counter()
found = summary_data_from_transaction_data(pd.read_parquet(sys.argv[1]), "customer", "date", "amount", observation_period_end=sys.argv[2])
print(json.dumps({"seconds": time.perf_counter() - begin, "peak": peak(),
                  "customers": len(found), "frequency": int(found["frequency"].sum()), "spend": float(found["monetary_value"].sum()),
                  "versions": f"lifetimes {lifetimes.__version__}, pandas {pd.__version__}"}))
"""
OURS = PEAK + """
import json, sys, time
from datetime import date
import duckdb, ibis, pandas as pd
from clvxl.history import histories
from clvxl.ledger import connect, read
from clvxl.settings import Settings
begin = time.perf_counter()
orders = ORDERS
found = histories(orders, date.fromisoformat(sys.argv[2]))
print(json.dumps({"seconds": time.perf_counter() - begin, "peak": peak(),
                  "customers": len(found), "frequency": int(found["frequency"].sum()), "spend": float(found["spend"].sum()),
                  "versions": f"DuckDB {duckdb.__version__}, Ibis {ibis.__version__}, pandas {pd.__version__}"}))
"""

ALONE = OURS.replace("ORDERS", "connect().read_parquet(sys.argv[1]); orders = orders.mutate(date=orders.date.cast('date'))")
CHECKED = OURS.replace("ORDERS", "read([sys.argv[1]], Settings()).orders")  # with every rule of the ledger


def rival() -> Path:
    """The interpreter of the environment in which lifetimes runs."""
    python = RIVAL / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(RIVAL)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *COMPANIONS], check=True)
    return python


def simulated(path: Path, orders: int) -> None:
    """Orders of a tenth as many customers, scattered over four years."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(7)
    days = np.datetime64("2020-01-01") + random.integers(0, 1461, orders)
    pq.write_table(pa.table({
        "customer": random.integers(1, orders // 10 + 1, orders),
        "date": pa.array(days.astype("datetime64[ms]")),
        "amount": random.gamma(2, 30, orders).round(2) + 0.01}), path)


def once(python: Path | str, code: str, path: Path) -> dict[str, float | str]:
    done = subprocess.run([str(python), "-c", code, str(path), LAST_DAY], check=True, capture_output=True, text=True)
    found: dict[str, float | str] = json.loads(done.stdout[done.stdout.rindex("{"):])  # after DuckDB's progress
    return found


def main(orders: int = 10_000_000, rounds: int = 5) -> None:
    python = rival()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        simulated(path, orders)
        theirs, ours, checked = [], [], []
        for turn in range(rounds):
            theirs.append(once(python, LIFETIMES, path))
            ours.append(once(sys.executable, ALONE, path))
            checked.append(once(sys.executable, CHECKED, path))
            print(f"round {turn + 1}: lifetimes {theirs[-1]['seconds']:.2f} s, clvxl {ours[-1]['seconds']:.2f} s, "
                  f"with the ledger's checks {checked[-1]['seconds']:.2f} s", flush=True)
    same = all(abs(theirs[0][key] - ours[0][key]) <= 1e-6 * abs(theirs[0][key]) for key in ("customers", "frequency", "spend"))
    for name, runs in (("lifetimes", theirs), ("clvxl", ours), ("clvxl with checks", checked)):
        print(f"{name}: median {statistics.median(run['seconds'] for run in runs):.2f} s, "
              f"peak {max(run['peak'] for run in runs):,.0f} MB ({runs[0]['versions']})")
    ratio = statistics.median(run["seconds"] for run in theirs) / statistics.median(run["seconds"] for run in ours)
    print(f"{orders:,} orders: {ratio:.1f} times faster; same customers, frequencies and spends: {same}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
