"""The command batch as its users meet it: what it prints, its exit codes, and the bar for who waits at a terminal."""

import json
import os
import re
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest
from batches import CITIES, rows_of, table, texts


def command(*words):
    return [sys.executable, "-m", "clvxl", *map(str, words)]


def spoken(language):
    return os.environ | {"LC_ALL": language, "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}


def batch(*words, language="en_US.UTF-8"):
    done = subprocess.run(command("batch", *words), capture_output=True, check=False, encoding="utf-8", env=spoken(language))
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def source(tmp_path):
    bad = [("Dorum", "", "A", 1, "", "", 0.1, 1)] * 2
    return table(tmp_path / "all.csv", [*(row for city in CITIES for row in rows_of(city, 3)), *bad])


def test_a_failure_is_a_sentence_and_exit_code_1_and_the_others_are_made(source, tmp_path):
    done = batch(source, "--by", "Branch", "-o", tmp_path / "out", "--jobs", 1, "--model", "none", language="de_DE.UTF-8")
    assert done.returncode == 1
    assert done.stdout == f"Mappen geschrieben: 3; schon da: 0\nZusammenfassung: {tmp_path}/out/summary.xlsx\n"
    first, last = done.stderr.splitlines()
    assert first.startswith("Dorum: Von 2 Zeilen in all.csv")
    assert last.startswith("1 von 4 Mappen konnte nicht geschrieben werden. Derselbe Befehl versucht sie noch einmal")
    assert "Fertig: 3 von 4 Mappen" in texts(tmp_path / "out" / "summary.xlsx")


@pytest.mark.parametrize(("words", "said"), [
    (("x.csv", "-o", "out"), "Either --by COLUMN or --list LIST must say what the workbooks are."),
    (("x.csv", "--by", "a", "--list", "b", "-o", "out", "--lang", "de"), "Entweder --by SPALTE oder --list LISTE muss sagen"),
    (("--by", "a", "-o", "out"), "No table was named."),
    (("x.csv", "--by", "a", "--lang", "de"), "Es ist kein Ordner genannt."),
    (("x.csv", "--list", "a", "-o", "out"), "With --list the list names the tables."),
    (("x.csv", "--by", "a", "-o", "out", "--jobs", "0", "--lang", "de"), "--jobs muss mindestens 1 sein."),
])
def test_wrong_usage_is_exit_code_2(words, said):
    done = batch(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_folder_is_not_made_for_a_command_that_cannot_run(source, tmp_path):
    done = batch(source, "--by", "Brunch", "-o", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Closest: “Branch”." in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.exhaustive
def test_json_is_the_manifest_and_a_report_of_the_same_customers_has_the_same_bytes(source, tmp_path):
    done = batch(source, "--by", "Branch", "-o", tmp_path / "out", "--json", "--as-of", "2025-12-31")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    own = tmp_path / "own"
    own.mkdir()
    alone = table(own / "all.csv", rows_of("Bonn", 3))
    subprocess.run(command("report", alone, "-o", own / "Bonn.xlsx", "--title", "Bonn", "--as-of", "2025-12-31", "--quiet"),
                   check=True, env=spoken("en_US.UTF-8"))
    assert (own / "Bonn.xlsx").read_bytes() == (tmp_path / "out" / "Bonn.xlsx").read_bytes()


@pytest.mark.exhaustive
def test_who_waits_at_a_terminal_sees_how_far_it_is(source, tmp_path):
    master, terminal = os.openpty()
    words = command("batch", source, "--by", "Branch", "-o", tmp_path / "out", "--jobs", 1, "--model", "none")
    done = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=terminal, env=spoken("en_US.UTF-8") | {"TERM": "xterm"})
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(master, 1 << 16):
            shown += piece
    except OSError:  # how a terminal ends
        pass
    done.communicate()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "Workbooks" in text
    assert re.search(r"[0-3]/4 +\d*:?\d\d:\d\d|[0-3]/4 +-:--:--", text), "how many of how many, and the time that is left"


# Whoever runs the tests in the background may have them ignore the key, and they hand that on.
ATTENTIVE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from clvxl.cli import main; main()"


@pytest.mark.exhaustive
def test_ctrl_c_leaves_what_is_finished_and_the_same_command_does_the_rest(tmp_path):
    source = table(tmp_path / "all.csv", [row for number in range(30) for row in rows_of(f"B{number:02}", 2)])
    words = ("batch", source, "--by", "Branch", "-o", tmp_path / "out", "--model", "none", "--jobs", 2)
    stopped = subprocess.Popen([sys.executable, "-c", ATTENTIVE, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               encoding="utf-8", env=spoken("en_US.UTF-8"), start_new_session=True)
    end = monotonic() + 120
    while len(list((tmp_path / "out").glob("*.xlsx"))) < 4 and monotonic() < end:
        sleep(0.02)
    os.killpg(stopped.pid, signal.SIGINT)
    out, said = stopped.communicate()
    finished = len(list((tmp_path / "out").glob("*.xlsx")))
    assert (stopped.returncode, out) == (130, "")
    assert said == f"Stopped; what was written by then: {tmp_path}/out\n"
    assert 4 <= finished < 30
    done = subprocess.run(command(*words), capture_output=True, check=True, encoding="utf-8", env=spoken("en_US.UTF-8"))
    written, before = map(int, re.search(r"Workbooks written: (\d+); already there: (\d+)", done.stdout).groups())
    assert written + before == 30
    assert finished - 1 <= before <= finished, "one may be written and not yet noted"
