"""The commands that bring clvxl into Excel, as their users meet them on a machine without Excel."""

import sys

import openpyxl
import pytest
from test_cli import run

from clvxl.excel.template.book import build


@pytest.fixture(autouse=True)
def at_home_nowhere(monkeypatch, tmp_path):
    """No command of these may write into the real home folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(("language", "said"), [pytest.param("en", "Template: ", marks=pytest.mark.exhaustive), ("de", "Vorlage: ")])
def test_the_template_is_written_in_the_language_asked_for(tmp_path, language, said):
    out = tmp_path / "new.xlsm"
    done = run("template", out, "--lang", language)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}{out}\n", "")
    assert out.read_bytes() == build(language)


def test_a_template_that_stands_alone_knows_this_python(tmp_path):
    out = tmp_path / "new.xlsm"
    assert run("template", out, "--standalone", "--quiet").stdout == ""
    assert sys.executable in [cell.value for cell in openpyxl.load_workbook(out)["clvxl.conf"]["B"]]


def test_a_file_that_is_there_stays(tmp_path):
    out = tmp_path / "new.xlsm"
    out.write_bytes(b"mine")
    done = run("template", out, language="de_DE.UTF-8")
    assert done.returncode == 1
    assert "gibt es schon" in done.stderr
    assert "--force" in done.stderr
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize(("language", "said"), [
    ("en_US.UTF-8", "Excel runs on Windows and on the Mac; there is nothing to install here. “clvxl report” and “clvxl refresh” write "
                    "the same pages without Excel.\n"),
    ("de_DE.UTF-8", "Excel läuft unter Windows und auf dem Mac; hier gibt es nichts zu installieren. „clvxl report“ und „clvxl refresh“ "
                    "schreiben dieselben Seiten ohne Excel.\n"),
])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it would install")
def test_where_there_is_no_excel_a_sentence_says_so(tmp_path, command, language, said):
    done = run(command, language=language)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it looks for Excel")
def test_the_doctor_says_what_works_here():
    done = run("doctor", language="de_DE.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "clvxl report" in done.stdout
