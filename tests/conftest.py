"""Programs that only some machines have. Where they are missing a test says so and is skipped; in CI that is a failure."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from com_server import Excel
from office import Office

collect_ignore = ["in_office.py"]  # a program for another Python


def program(name: str, what: str) -> str:
    """The path of a program; without it the test cannot be run here."""
    found = shutil.which(name)
    if not found:
        missing = f"{name} is not installed: {what}"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return found


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[Path, str], Path]:
    """Open a workbook in LibreOffice and save it in another format."""
    office = program("soffice", "LibreOffice opens, recalculates and prints workbooks")

    def converted(path: Path, format: str) -> Path:
        profile, folder = tmp_path / "profile", tmp_path / "converted"
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", format,
                   "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / f"{path.stem}.{format}"

    return converted


@pytest.fixture
def text_of() -> Callable[[Path], str]:
    """The words of a PDF, as they stand on its pages."""
    reader = program("pdftotext", "poppler reads what a printed page says")
    return lambda path: subprocess.run([reader, "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice that runs our VBA, and asks Python as Excel would."""
    found = program("soffice", "LibreOffice runs our VBA")
    with Excel() as excel:
        running = Office(_python_with_uno(), found, tmp_path_factory.mktemp("office"), excel)
        yield running
        running.close()


def _python_with_uno() -> str:
    """The system's own Python, which has LibreOffice's ``uno``."""
    for python in filter(None, (shutil.which("python3", path="/usr/bin"), shutil.which("python3"))):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return python
    missing = "no Python has uno (Debian: python3-uno): LibreOffice runs our VBA"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
