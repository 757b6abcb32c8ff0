"""The connection URL of a database, taken apart once: what to connect with, and what may be shown of it.

``duckdb:///shop.duckdb#orders``, ``sqlite:///shop.db#orders``, ``postgresql://user:password@host:5432/shop#schema.orders`` and
``spark://local[2]?path=/data/orders#orders``. Without ``#table`` the tables are recognised by their headings. ``${NAME}`` stands for a
variable of the environment. User, password and options are never part of a name, a message or a report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote

from clvxl.errors import SourceError
from clvxl.words import Text

Engine = Literal["duckdb", "sqlite", "postgresql", "spark"]

_SCHEMES: Mapping[str, Engine] = {
    "duckdb": "duckdb", "sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql", "spark": "spark"}
_URL = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<place>[^?#]*)(?:\?(?P<options>[^#]*))?(?:#(?P<table>.*))?", re.DOTALL)
_LOGIN = re.compile(r"([^/\\:]{2,}:|//).*@", re.DOTALL)
_OPTIONS = re.compile(r"[?;].*=.*", re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_EXAMPLE = "postgresql://user:password@host/database#table"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. ``place`` may be shown; ``login`` and ``options`` stay inside."""

    engine: Engine
    place: str
    title: str  # what its tables are called after: the file, the database or the folder
    table: str | None = None
    paths: tuple[Path, ...] = ()
    login: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def name(self, table: str) -> str:
        """What a table of the database is called in a report."""
        return f"{self.title}#{table}" if self.title else table

    def shown(self, message: str) -> str:
        """A driver's message on one line; nothing if it gives away the user, the password or an option."""
        line = message.strip().partition("\n")[0].strip(" .")[:200]
        return "" if any(secret in message for secret in self._secrets()) else line

    def _secrets(self) -> set[str]:
        user, _, password = self.login.rpartition("@")[0].partition(":")
        written = {user, password, *(value for name, value in self.options if name != "path")}
        return {each for word in written for each in (word, unquote(word)) if each}


def address(given: str, environment: Mapping[str, str]) -> Address | None:
    """The address that a text is; None for a file.

    Raises: SourceError.
    """
    found = _URL.fullmatch(given.strip())
    if not found:
        return None
    engine = _SCHEMES.get(found["scheme"].lower().partition("+")[0])
    if engine is None:
        raise SourceError(
            Text("Databases of the kind {kind} cannot be read.", "Datenbanken der Art {kind} lassen sich nicht lesen."),
            Text("Possible: {known}. Or export the table as .parquet or .csv.",
                 "Möglich: {known}. Oder die Tabelle als .parquet oder .csv exportieren."),
            kind=found["scheme"], known="duckdb://, sqlite://, postgresql://, spark://")
    place, options = (_filled_in(found[part] or "", environment) for part in ("place", "options"))
    table = unquote(found["table"] or "") or None
    pairs = tuple(parse_qsl(options, keep_blank_values=True))
    match engine:
        case "postgresql":
            return _server(place, pairs, table)
        case "spark":
            return _cluster(place, pairs, table)
    return _file(engine, place, pairs, table)


def expanded(path: Path | str) -> Path:
    """A path with the user's folder for its tilde; as it is where there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def masked(given: str) -> str:
    """What may be shown of a text that is no address, for it may have been meant as one."""
    return _OPTIONS.sub("…", _LOGIN.sub("…@", given))


def _filled_in(text: str, environment: Mapping[str, str]) -> str:
    """The text with the variables of the environment that it names."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise SourceError(
                Text("The environment has no variable {name}.", "In der Umgebung gibt es keine Variable {name}."),
                Text("Set it before the call: export {name}=…; on Windows: setx {name} …, and then in a new window.",
                     "Vor dem Aufruf setzen: export {name}=…; unter Windows: setx {name} …, und dann in einem neuen Fenster."),
                name=found[1])
        return quote(environment[found[1]], safe="")

    return _VARIABLE.sub(value, text)


def _server(place: str, options: tuple[tuple[str, str], ...], table: str | None) -> Address:
    server, _, database = place.partition("/")
    host = server.split("@", 1)[-1]  # behind the first, as PostgreSQL's own library has it
    if "@" in database or "@" in (table or "") or not re.fullmatch(r"[^:@]*(:\d+)?(,[^:@]*(:\d+)?)*|\[[0-9a-fA-F:.]+\](:\d+)?", host):
        raise SourceError(
            Text("The URL of the PostgreSQL database is not understood.", "Die URL der PostgreSQL-Datenbank ist nicht verständlich."),
            Text("Write {example}; in a password write %40 for @, %23 for #, %2F for /, %3A for :, %3F for ?.",
                 "{example} schreiben; im Passwort %40 für @, %23 für #, %2F für /, %3A für :, %3F für ?."), example=_EXAMPLE)
    return Address("postgresql", f"postgresql://{host}/{database}", unquote(database), table, (), place, options)


def _cluster(place: str, options: tuple[tuple[str, str], ...], table: str | None) -> Address:
    paths = [value for name, value in options if name == "path"]
    title = re.split(r"[\\/]", paths[0].rstrip("\\/"))[-1] if paths else ""
    return Address("spark", f"spark://{place}", title, table, (), place, options)


def _file(engine: Engine, place: str, options: tuple[tuple[str, str], ...], table: str | None) -> Address:
    """A file: as it is written, or below the folder one is in, since the libraries do not agree on what a third slash means."""
    written = unquote(place)
    ways = [Path(written), Path(written.removeprefix("/"))]
    path = next((expanded(way) for way in ways if way.name and expanded(way).is_file()), None)
    if options or path is None:
        raise SourceError(
            Text("There is no database file {file}.", "Die Datenbankdatei {file} gibt es nicht."),
            Text("Write {kind}:///path/file#table.", "{kind}:///Pfad/Datei#Tabelle schreiben."), file=masked(str(ways[0])), kind=engine)
    return Address(engine, f"{engine}://{path}", path.name, table, (path,))
