"""PostgreSQL: one read-only look at one moment of the database, from the first question to the last."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from clvxl.ledger.address import Address

if TYPE_CHECKING:
    import ibis

_SECONDS = 10  # to wait for the server, unless the URL says how long
_TABLES = """
SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND has_schema_privilege(n.oid, 'USAGE')
GROUP BY 1, 2 ORDER BY n.nspname <> 'public', 1, 2
"""


def connect(address: Address) -> ibis.BaseBackend:
    """A connection that cannot write, and sees the same rows in every question."""
    import ibis
    import psycopg

    options = {"connect_timeout": str(_SECONDS), "application_name": "clvxl"} | dict(address.options)
    connection = psycopg.connect(f"postgresql://{address.login}?{urlencode(options, quote_via=quote)}")  # it reads a + as a +
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute("SELECT 1")  # begins the transaction in which all questions are asked
    backend = ibis.postgres.from_connection(connection)
    weakref.finalize(backend, connection.close)
    return backend


def tables(backend: ibis.BaseBackend) -> dict[tuple[str, ...], list[str]]:
    """The headings of all tables and views that there are, by schema and name; the parts of a partitioned table count with it."""
    return {(schema, name): headings for schema, name, headings in backend.con.execute(_TABLES).fetchall()}
