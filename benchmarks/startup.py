"""How long a user waits: one number on the command line, and a whole report from the sample data.

    .venv/bin/python benchmarks/startup.py [RUNS]

Rivals take turns, so that a busy moment hits all of them; each figure is the median of RUNS processes (9 unless said).
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

from clvxl.sample import as_csv, sample

CLVXL = shutil.which("clvxl", path=str(Path(sys.executable).parent)) or "clvxl"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # compiled once, as for every user
LIBRARIES = ("clvxl", "numpy", "pandas", "openpyxl", "duckdb", "ibis-framework", "typer")


def seconds(command: list[str]) -> float:
    begin = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
    return perf_counter() - begin


def interleaved(rivals: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    """The times of each rival in turn, after one round that only warms the disk."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(runs + 1):
        for name, command in rivals.items():
            taken = seconds(command)
            if turn:
                times[name].append(taken)
    return times


def line(name: str, times: list[float], comment: str = "") -> None:
    print(f"{name:38} {median(times):7.3f} s   ({min(times):.3f} to {max(times):.3f})   {comment}".rstrip())


def main(runs: int) -> None:
    print(f"Python {platform.python_version()}, {platform.system()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    print(f"median of {runs} runs, in turn\n")

    number, german = "clvxl calc CLV 0.3 12000 5", "clvxl calc CLV 0,3 12000 5 --lang de"
    numpy, bare = 'python -c "import numpy"', 'python -c "pass"'
    times = interleaved({
        number: [CLVXL, *number.split()[1:]],
        german: [CLVXL, *german.split()[1:]],
        numpy: [sys.executable, "-c", "import numpy"],
        bare: [sys.executable, "-c", "pass"],
    }, runs)
    for calculation in (number, german):
        line(calculation, times[calculation], f"{median(times[calculation]) / median(times[numpy]):.1f} x import numpy (target: under 3)")
    line(numpy, times[numpy])
    line(bare, times[bare])

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{name}.csv") for name in ("customers", "orders", "spend")]
        for frame, path in zip(sample("en"), paths, strict=True):
            path.write_bytes(as_csv(frame))
        report = "clvxl report, sample data"
        command = [CLVXL, "report", *map(str, paths), "-o", str(Path(folder, "report.xlsx")), "--force", "--quiet"]
        line(report, interleaved({report: command}, runs)[report], "target: under 2.5 s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
