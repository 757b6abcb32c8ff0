"""Tables of a database: the one that is named, or those whose headings say what they are. Their rows stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from clvxl.errors import HeadingError, SourceError
from clvxl.ledger import local, postgres, spark
from clvxl.ledger.address import Address
from clvxl.ledger.asking import opening
from clvxl.ledger.cells import Body, Sheet
from clvxl.ledger.parquet import body
from clvxl.ledger.recognise import TABLE_NAMES, Table, recognise
from clvxl.words import Text, enumeration

if TYPE_CHECKING:
    import ibis

Name = tuple[str, ...]
_LISTED = 10  # tables that an error names
_IN_FILE = """
SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = ? AND NOT internal
ORDER BY schema_name <> 'main', schema_name, table_name, column_index
"""


@dataclass(frozen=True, slots=True)
class Database:
    """The tables of a database by name, with their headings; ``table`` gives some columns of one, ``body`` all of its rows."""

    tables: Mapping[Name, Sequence[str]]
    table: Callable[[Name, Sequence[str]], Any]
    body: Callable[[Name], Body]


def sheets(address: Address, engine: Callable[[], ibis.BaseBackend], columns: Mapping[str, str], said: Table | None) -> Iterator[Sheet]:
    """The tables of a database; ``engine`` is the one of this process, ``columns`` and ``said`` what the user says of headings and table.

    Raises: SourceError.
    """
    with opening(address):
        database = _open(address, engine)
        if not database.tables:
            raise SourceError(
                Text("{place} has no tables that this user may see.", "{place} hat keine Tabellen, die dieser Benutzer sehen darf."),
                Text("Check the database, or ask for the right to read it.", "Die Datenbank prüfen oder um Leserechte bitten."),
                place=address.place)
        wanted = [_named(address.table, address, database)] if address.table else _recognised(address, database, columns, said)
    for name in wanted:
        yield _sheet(address, name, database)


def _sheet(address: Address, name: Name, database: Database) -> Sheet:
    shown = ".".join(name[-1:] if name[0] in ("public", "main") else name)
    return Sheet(address.name(shown), [list(database.tables[name])], lambda _: database.body(name), alone=address.table is not None,
                 table=lambda headings: database.table(name, headings))


def _open(address: Address, engine: Callable[[], ibis.BaseBackend]) -> Database:
    match address.engine:
        case "postgresql":
            backend = postgres.connect(address)
            return _in_engine(postgres.tables(backend), lambda name: backend.table(name[1], database=name[0]))
        case "spark":
            return _in_spark(address)
        case "sqlite":
            return _in_sqlite(address, engine)
    backend = engine()
    file = local.attached(backend, address.paths[0])
    tables: dict[Name, list[str]] = {}
    for schema, name, heading in backend.con.execute(_IN_FILE, [file]).fetchall():
        tables.setdefault((schema, name), []).append(heading)
    return _in_engine(tables, lambda name: backend.table(name[1], database=(file, name[0])))


def _in_engine(tables: Mapping[Name, Sequence[str]], find: Callable[[Name], ibis.Table]) -> Database:
    def table(name: Name, headings: Sequence[str]) -> ibis.Table:
        return _portable(find(name).select(*headings))

    return Database(tables, table, lambda name: body(table(name, tables[name])))


def _in_spark(address: Address) -> Database:
    backend = spark.connect(address)
    files = spark.files(backend, address)
    if files is None:
        return _in_engine(spark.tables(backend), lambda name: backend.table(name[-1]))
    name = (address.table or "orders",)
    return _in_engine({name: list(files.columns)}, lambda _: files)


def _in_sqlite(address: Address, engine: Callable[[], ibis.BaseBackend]) -> Database:
    from clvxl.ledger.sqlite import Reader

    reader = Reader(address.paths[0])
    tables = reader.tables()

    def table(name: Name, headings: Sequence[str]) -> ibis.Table | None:
        batches = reader.batches(name[0], headings)
        return None if batches is None else local.taken_in(batches, batches.schema, engine())

    return Database(tables, table, lambda name: reader.body(name[0], tables[name]))


def _portable(table: ibis.Table) -> ibis.Table:
    """The columns in types that travel: exact decimals as floats, identifiers as text, and what is no value of ours as nothing."""
    import ibis

    def plain(column: Any) -> Any:
        kind = column.type()
        if kind.is_decimal():  # PostgreSQL's money is one too, and knows the way to no other type than an exact one
            exact = column.cast("decimal(20, 4)") if (kind.precision, kind.scale) == (19, 4) else column
            return exact.cast("int64" if kind.scale == 0 and (kind.precision or 99) <= 18 else "float64")
        if kind.is_string() or kind.is_numeric() or kind.is_boolean() or kind.is_date() or kind.is_timestamp():
            return column
        return column.cast("string") if kind.is_uuid() else ibis.null("string")

    return table.select(**{name: plain(table[name]) for name in table.columns})


def _named(wanted: str, address: Address, database: Database) -> Name:
    """The table of that name, with its schema or without, in capitals or not."""
    ways: tuple[Callable[[Name], str], ...] = (lambda name: name[-1], ".".join)
    for fold in (str, str.casefold):
        found = [name for name in database.tables for way in ways if fold(way(name)) == fold(wanted)]
        if found:
            return found[0]
    names = [".".join(name) if len(name) > 1 and name[0] not in ("public", "main") else name[-1] for name in database.tables]
    close = get_close_matches(wanted, names, 3, 0.5)
    shown = [*close, *(name for name in names if name not in close)][:_LISTED]
    raise SourceError(
        Text("{place} has no table “{table}”; it has {tables}.", "{place} hat keine Tabelle „{table}“; vorhanden: {tables}."),
        Text("Name one of these after the #.", "Eine davon hinter dem # nennen."),
        place=address.place, table=wanted, tables=", ".join(shown) + (", …" if len(names) > len(shown) else ""))


def _recognised(address: Address, database: Database, columns: Mapping[str, str], said: Table | None) -> list[Name]:
    """The tables that have all the headings needed, one of each kind; where none has, all of them, so that an error can say what lacks."""
    complete: dict[Table, list[Name]] = {}
    for name, headings in database.tables.items():
        try:
            found = recognise(".".join(name), [list(headings)], columns, said)
        except HeadingError:
            continue
        if found and not found.missing:
            complete.setdefault(found.table, []).append(name)
    for table, names in complete.items():
        if len(names) > 1:
            raise _several(address, table, names)
    return [name for names in complete.values() for name in names] or list(database.tables)


def _several(address: Address, table: Table, names: list[Name]) -> SourceError:
    """Counting orders twice, from a table and from a view of it, must not happen by accident."""
    shown = [".".join(name) for name in names[:_LISTED]]
    return SourceError(
        Text("In {place} several tables could be the {kind_en}: {names_en}.",
             "In {place} kommen mehrere Tabellen für {kind_de} in Frage: {names_de}."),
        Text("Say which: {place}#{first}", "Angeben, welche: {place}#{first}"),
        place=address.place, kind_en=TABLE_NAMES[table].en, kind_de=TABLE_NAMES[table].de, names_en=enumeration(shown, "en"),
        names_de=enumeration(shown, "de"), first=shown[0])
