"""A PostgreSQL server for the tests: the one that CLVXL_TEST_POSTGRES names, else one of their own in a folder that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

USER, PASSWORD = "shop keeper", "s3cret/Wört@#1"  # signs that a URL must write in another way


@dataclass(frozen=True)
class Server:
    """Where the server is, and how its owner gets in."""

    host: str
    port: int
    user: str
    password: str
    database: str

    def url(self, table: str = "", *, user: str | None = None, password: str | None = None, port: int | None = None,
            database: str | None = None) -> str:
        login = f"{quote(user or self.user, safe='')}:{quote(password or self.password, safe='')}"
        place = f"{login}@{self.host}:{port or self.port}/{quote(database or self.database, safe='')}"
        return f"postgresql://{place}" + (f"#{table}" if table else "")


@contextmanager
def server() -> Iterator[Server]:
    """A running server; skipped where there is none, which in CI is a failure."""
    if given := os.environ.get("CLVXL_TEST_POSTGRES"):
        parts = urlsplit(given)
        yield Server(parts.hostname or "localhost", parts.port or 5432, parts.username or "", parts.password or "", parts.path[1:])
        return
    programs = _programs()
    if programs is None:
        missing = "PostgreSQL is not installed: the package postgresql of Debian, or a server named in CLVXL_TEST_POSTGRES"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with _folder() as folder:
        yield from _started(programs, folder)


def _programs() -> Path | None:
    found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)
    return Path(found).parent if found else None


def _owner() -> str | None:
    """Who runs the server: it refuses to be run by root."""
    if sys.platform == "win32" or os.geteuid():
        return None
    import pwd

    return next(each.pw_name for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the owner can reach."""
    ways = [Path(tempfile.gettempdir()), Path("/var/tmp")]
    reachable = [way for way in ways if not _owner() or all(each.stat().st_mode & 1 for each in (way, *way.parents))]
    with tempfile.TemporaryDirectory(prefix="clvxl-postgres-", dir=reachable[0]) as name:
        folder = Path(name)
        if owner := _owner():
            shutil.chown(folder, owner)
        yield folder


def _started(programs: Path, folder: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, user=_owner(), cwd=folder, timeout=60, stdin=subprocess.DEVNULL)

    secret, data = folder / "password", str(folder / "data")
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    run(str(programs / "initdb"), "-D", data, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    log = str(folder / "log")
    run("sh", "-c", f'"{programs}/pg_ctl" -D "{data}" -w -o "{options}" -l "{log}" start >/dev/null 2>&1')
    try:
        yield Server("127.0.0.1", port, USER, PASSWORD, "postgres")
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
