"""A batch that is killed, runs out of room or loses a worker: what is finished is whole, and the same call does the rest."""

import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from batches import PLAIN, Deadly, Faulty, contents, make, make_elsewhere, rows_of, table

from clvxl.batch.crew import Crew
from clvxl.batch.folder import LocalFolder
from clvxl.batch.plan import by_column
from clvxl.batch.run import run
from clvxl.batch.work import Task
from clvxl.errors import OutputError

MANY, FEW, MOMENTS = 300, 24, 20
PATIENCE = 120.0
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")


@pytest.fixture(scope="module")
def elsewhere():
    """Processes that begin with everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["batches"])
    return context


def undisturbed(folder: Path, branches: int) -> tuple[str, dict[str, bytes]]:
    source = table(folder / "all.csv", [row for number in range(branches) for row in rows_of(f"B{number:03}", 2)])
    assert make(source, folder / "undisturbed", crew=Crew(2 if branches > 2 else 1)).written == branches
    return source, contents(folder / "undisturbed")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return undisturbed(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    return undisturbed(tmp_path_factory.mktemp("few"), FEW)


def wait(folder: Path, count: int, process: multiprocessing.process.BaseProcess) -> None:
    """Until so many more workbooks are there, or the process has ended."""
    def there() -> int:
        return sum(1 for _ in folder.glob("*.xlsx"))

    wanted, end = there() + count, monotonic() + PATIENCE
    while there() < wanted and process.is_alive():
        assert monotonic() < end
        sleep(0.005)


def assert_whole(folder: Path, expected: dict[str, bytes]) -> None:
    """Every workbook is what it is in an undisturbed batch."""
    for path in folder.glob("*.xlsx"):
        assert path.read_bytes() == expected[path.name], path.name


@pytest.mark.exhaustive
def test_killed_twenty_times_at_random_moments_no_file_is_broken_and_the_rest_is_made(many, elsewhere, tmp_path):
    source, expected = many
    moments = Random(2026)
    for turn in range(MOMENTS):
        jobs = 2 if turn % 5 == 0 else 1  # with processes of its own, or all by itself
        process = elsewhere.Process(target=make_elsewhere, args=(source, str(tmp_path), jobs))
        process.start()
        wait(tmp_path, moments.randrange(20), process)
        process.join(moments.uniform(0, 0.2))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert_whole(tmp_path, expected)
    left = MANY - len(list(tmp_path.glob("*.xlsx")))
    assert 0 < left < MANY
    assert left <= make(source, tmp_path, crew=Crew(2)).written <= left + MOMENTS, "what was written and not yet noted is made again"
    assert contents(tmp_path) == expected


def end_at(source: str, folder: str, last: str, written: bool) -> None:
    """A batch whose process ends where a certain file is to be written, or as soon as it is."""
    class Ending(LocalFolder):
        def write(self, name: str, data: bytes) -> None:
            if name != last or written:
                super().write(name, data)
            if name == last:
                os.kill(os.getpid(), signal.SIGKILL)

    run(by_column("Branch", [source], {}, PLAIN), Ending(Path(folder)), Crew(1), begun=lambda *_: None, told=lambda _: None)


@pytest.mark.exhaustive
@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("last", ["B001.xlsx", "summary.xlsx", "manifest.json"])
def test_killed_at_its_end_a_batch_loses_nothing_that_was_noted(elsewhere, tmp_path, last, written):
    source, expected = undisturbed(tmp_path, 2)
    process = elsewhere.Process(target=end_at, args=(source, str(tmp_path / "out"), last, written))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    assert_whole(tmp_path / "out", expected)
    assert make(source, tmp_path / "out").written == (last == "B001.xlsx")
    assert contents(tmp_path / "out") == expected


# --- no room


@contextmanager
def small_disk(place: Path, size: str):
    """A disk of its own, where this machine lets us mount one; what is given makes it larger."""
    def mounted(*how: str) -> bool:
        return subprocess.run(["mount", "-t", "tmpfs", "-o", *how, "tmpfs", str(place)], check=False, capture_output=True).returncode == 0

    if not Path("/bin/mount").exists() or not mounted(f"size={size}"):
        pytest.skip("no disk can be mounted here; the limit on a file's size is tested in its place")
    try:
        yield lambda larger: mounted(f"remount,size={larger}")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("size", ["60k", "300k", "460k"])
@pytest.mark.exhaustive
def test_a_full_disk_keeps_what_is_finished_and_the_rest_is_made_when_there_is_room(few, tmp_path, size):
    source, expected = few
    with small_disk(tmp_path, size) as enlarge:
        for _ in range(2):
            with pytest.raises(OutputError, match="There is no room left in") as error:
                make(source, tmp_path, crew=Crew(2))
            finished = {each.name for each in tmp_path.glob("*.xlsx")}
            assert f" {len(finished)} of 24 workbooks are finished and whole. Please make room" in error.value.say()
            assert_whole(tmp_path, expected)
            assert {each.name for each in tmp_path.iterdir()} - finished <= {"manifest.jsonl"}
        enlarge("20m")
        assert FEW - len(finished) <= make(source, tmp_path).written <= FEW - len(finished) + 1
        assert contents(tmp_path) == expected


def with_small_files(source: str, folder: str, most: int) -> None:
    """A batch in a process whose files cannot become larger; exit code 7 says that it said so."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        make(source, folder)
    except OutputError as error:
        sys.exit(7 if "There is no room left" in error.say() else 8)


@pytest.mark.parametrize("most", [1_000, 20_000])
@pytest.mark.exhaustive
def test_where_no_file_may_grow_nothing_half_written_stays(few, elsewhere, tmp_path, most):
    source, expected = few
    process = elsewhere.Process(target=with_small_files, args=(source, str(tmp_path), most))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == 7
    assert list(tmp_path.iterdir()) == []
    make(source, tmp_path)
    assert contents(tmp_path) == expected


# --- workers that die


def workers_of(parent: int) -> list[int]:
    """The processes that work for another."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            ppid = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if ppid == parent and b"LokyProcess" in (each / "cmdline").read_bytes():
                found.append(int(each.name))
        except OSError:  # it has ended
            continue
    return found


@linux
@pytest.mark.exhaustive
def test_the_batch_outlives_its_workers(few, elsewhere, tmp_path):
    source, expected = few
    process = elsewhere.Process(target=make_elsewhere, args=(source, str(tmp_path), 2))
    process.start()
    for count in (3, 8):
        wait(tmp_path, count, process)
        os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    process.join(PATIENCE)
    assert process.exitcode == 0
    assert contents(tmp_path) == expected


@linux
@pytest.mark.exhaustive
def test_workers_do_not_outlive_the_batch(few, elsewhere, tmp_path):
    source, _ = few
    process = elsewhere.Process(target=make_elsewhere, args=(source, str(tmp_path), 2))
    process.start()
    wait(tmp_path, 3, process)
    workers = workers_of(process.pid)
    process.kill()
    process.join()
    assert len(workers) == 2
    end = monotonic() + 30
    while any(Path(f"/proc/{each}").exists() for each in workers):
        assert monotonic() < end
        sleep(0.1)


@pytest.mark.exhaustive
def test_what_brings_down_its_worker_twice_is_told_and_the_others_are_made(few):
    source, _ = few
    tasks = [job.task() for job in by_column("Branch", [source], {}, PLAIN).jobs[:6]]
    tasks[2] = Task("deadly.xlsx", Deadly(), PLAIN)
    found = {made.file: made for made in Crew(2).work(tasks)}
    assert set(found) == {task.file for task in tasks}
    assert "ended twice" in found.pop("deadly.xlsx").reason
    assert all(made.data and not made.reason for made in found.values())


def test_what_goes_wrong_in_a_workbook_is_told_as_what_it_is(tmp_path):
    source = table(tmp_path / "all.csv", rows_of("Bonn", 3))
    good = by_column("Branch", [source], {}, PLAIN).jobs[0].task()
    tasks = [Task("memory.xlsx", Faulty(MemoryError()), PLAIN), Task("bug.xlsx", Faulty(ZeroDivisionError("by 0")), PLAIN), good]
    memory, bug, made = Crew(1).work(tasks)
    assert memory.reason == "There was not enough memory."
    assert bug.reason == "This is a bug in clvxl, not in your data: ZeroDivisionError."
    assert "Traceback" in bug.bug
    assert made.data


# --- a cluster


@pytest.mark.exhaustive
def test_the_same_call_runs_on_a_cluster_of_dask(few, tmp_path):
    pytest.importorskip("distributed")
    source, expected = few
    words = ["batch", source, "--by", "Branch", "-o", str(tmp_path / "out"), "--model", "none", "--backend", "dask", "--jobs", "2"]
    done = subprocess.run([sys.executable, "-m", "clvxl", *words], capture_output=True, check=False, encoding="utf-8",
                          env=os.environ | {"LC_ALL": "en_US.UTF-8"}, timeout=300)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Workbooks written: 24; already there: 0"), done.stderr
    assert "Traceback" not in done.stderr
    assert contents(tmp_path / "out") == expected


@pytest.mark.exhaustive
def test_threads_do_the_same(few, tmp_path):
    source, expected = few
    make(source, tmp_path, crew=Crew(3, "threading"))
    assert contents(tmp_path) == expected
    assert json.loads((tmp_path / "manifest.json").read_bytes())["workbooks"][0]["seconds"] > 0
