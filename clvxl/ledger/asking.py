"""Questions to a database: what its driver has to say when one fails is said in our words, without user, password or options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clvxl.errors import ClvError, SourceError
from clvxl.ledger import spark
from clvxl.ledger.address import Address
from clvxl.words import Text

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    import pyarrow as pa

_ROWS = 250_000  # that travel at once
_DRIVERS = {"psycopg", "duckdb", "_duckdb", "sqlite3", "pyspark", "py4j", "pyarrow"}
_EXTRAS = {"psycopg": "postgres", "pyspark": "spark"}
_ENGINES = {"postgres": "PostgreSQL", "duckdb": "DuckDB", "pyspark": "Spark"}
_LOST = ("OperationalError", "AdminShutdown", "InterfaceError", "ConnectionTimeout", "Py4JNetworkError")


@contextmanager
def opening(address: Address) -> Iterator[None]:
    """The connection to a database is made inside."""
    try:
        yield
    except ImportError as error:
        raise _no_driver(error) from None
    except Exception as error:
        if isinstance(error, ClvError) or _driver(error) is None:
            raise
        raise _refused(address, error) from None  # what the driver says may hold the password: it is not even chained


def _driver(error: BaseException) -> str | None:
    """The driver that an error comes from."""
    kinds = {each.__module__.partition(".")[0] for each in type(error).__mro__}
    return next(iter(kinds & _DRIVERS), None)


def _no_driver(error: ImportError) -> SourceError:
    module = (error.name or str(error)).partition(".")[0]
    return SourceError(
        Text("The library for this database, {module}, is not installed.",
             "Die Bibliothek für diese Datenbank, {module}, ist nicht installiert."),
        Text('Install it: pip install "clvxl[{extra}]"', 'Installieren mit: pip install "clvxl[{extra}]"'),
        module=module, extra=next((extra for name, extra in _EXTRAS.items() if name in str(error) or name == module), "postgres"))


def _refused(address: Address, error: Exception) -> SourceError:
    said = str(error)
    if "password" in said or "authentication" in said or "no pg_hba.conf entry" in said or ("role" in said and "does not exist" in said):
        return SourceError(
            Text("{place} does not accept the user or the password.", "{place} nimmt Benutzer oder Passwort nicht an."),
            Text("Check them in the URL, or in PGUSER and PGPASSWORD.", "Beide in der URL oder in PGUSER und PGPASSWORD prüfen."),
            place=address.place)
    return SourceError(
        Text("{place} cannot be opened{why}.", "{place} lässt sich nicht öffnen{why}."),
        Text("Check that the database is there and lets you in.", "Prüfen, ob die Datenbank da ist und Sie einlässt."),
        place=address.place, why=f": {shown}" if (shown := address.shown(said)) else "")


@contextmanager
def asking(expression: ibis.Expr) -> Iterator[None]:
    """A question is put to the engine of an expression inside."""
    try:
        yield
    except Exception as error:
        if _driver(error) is None:
            raise
        raise _unanswered(_ENGINES.get(expression.get_backend().name, "Ibis"), error) from error


def fetched(expression: ibis.Table) -> pd.DataFrame:
    """The rows of an expression, if they are few.

    Raises: SourceError.
    """
    with asking(expression):
        if _in_spark(expression):
            from ibis.formats.pandas import PandasData

            return PandasData.convert_table(spark.fetched(expression).to_pandas(), expression.schema())  # type: ignore[no-any-return]  # no types
        frame: pd.DataFrame = expression.execute()
        return frame


def batches(expression: ibis.Table) -> Iterator[pa.RecordBatch]:
    """The rows of an expression in pieces, for as many as there may be.

    Raises: SourceError.
    """
    with asking(expression):
        backend = expression.get_backend()
        if backend.name == "duckdb":  # whose newer versions have another name for this than Ibis knows
            relation = backend._to_duckdb_relation(expression)
            yield from (relation.to_arrow_reader if hasattr(relation, "to_arrow_reader") else relation.fetch_arrow_reader)(_ROWS)
        elif _in_spark(expression):
            yield from spark.fetched(expression).to_batches()
        else:
            yield from expression.to_pyarrow_batches(chunk_size=_ROWS)


def _in_spark(expression: ibis.Table) -> bool:
    return bool(expression.get_backend().name == "pyspark")


def _unanswered(engine: str, error: Exception) -> SourceError:
    kinds = {each.__name__ for each in type(error).__mro__}
    why = str(error).strip().partition("\n")[0].strip(" .")[:200]
    if "InsufficientPrivilege" in kinds:
        return SourceError(
            Text("{engine} does not let this user read the table: {why}.",
                 "{engine} lässt diesen Benutzer die Tabelle nicht lesen: {why}."),
            Text("Ask for the right: GRANT SELECT ON the table.", "Um das Recht bitten: GRANT SELECT ON Tabelle."), engine=engine, why=why)
    if "OutOfMemoryException" in kinds:
        return SourceError(
            Text("{engine} ran out of memory or disk space: {why}.", "{engine} hat zu wenig Speicher oder Plattenplatz: {why}."),
            Text("Allow more with --memory 8GB, or free disk space in the folder TMPDIR.",
                 "Mit --memory 8GB mehr erlauben oder Platz im Ordner TMPDIR schaffen."), engine=engine, why=why)
    if engine != "DuckDB" and kinds.intersection(_LOST):
        return SourceError(
            Text("The connection to {engine} was lost: {why}.", "Die Verbindung zu {engine} brach ab: {why}."),
            Text("Run it again; nothing was written.", "Erneut starten; es wurde nichts geschrieben."), engine=engine, why=why)
    return SourceError(
        Text("{engine} could not answer: {why}.", "{engine} konnte nicht antworten: {why}."),
        Text("Check the table, or export it as .parquet.", "Die Tabelle prüfen oder als .parquet exportieren."), engine=engine, why=why)
