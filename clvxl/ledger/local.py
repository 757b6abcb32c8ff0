"""The DuckDB of this process: it keeps to its memory, puts the rest on disk, and takes in what other engines hand over in pieces."""

from __future__ import annotations

import math
import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis


_SHARE = 0.25  # of the memory: the rest is for what comes out of the engine, and for the programs themselves
_ORDER = 100  # bytes that it takes to add an order to its customer and day


def connect(memory: int = 2_000_000_000) -> ibis.BaseBackend:
    """A DuckDB of its own, which keeps to its share of so many bytes and puts the rest on disk."""
    import ibis

    backend = ibis.duckdb.connect()
    weakref.finalize(backend, backend.con.close)  # which removes what is on the disk
    backend.raw_sql(f"SET memory_limit = '{memory * _SHARE / 1e6:.0f}MB'")
    backend.raw_sql(f"SET VARIABLE orders_at_once = {memory * _SHARE / _ORDER:.0f}")
    backend.raw_sql("SET allocator_background_threads = true")  # memory that it no longer needs is given back
    backend.raw_sql("SET preserve_insertion_order = false")
    backend.raw_sql("SET TimeZone = 'UTC'")
    backend.raw_sql(f"SET temp_directory = {_written(Path(tempfile.gettempdir()) / f'clvxl-{os.getpid()}')}")
    return backend


def attached(backend: ibis.BaseBackend, path: Path) -> str:
    """The name under which a database file can be read from now on, and only read."""
    import ibis

    name = ibis.util.gen_name("file")
    backend.raw_sql(f"ATTACH {_written(path)} AS {name} (TYPE duckdb, READ_ONLY)")
    return str(name)


def _written(path: Path) -> str:
    """A path as SQL writes a text."""
    text = str(path).replace("'", "''")
    return f"'{text}'"


def is_local(table: ibis.Table) -> bool:
    """Whether a table is in a DuckDB, or in no engine yet."""
    return bool(table.get_backend().name == "duckdb")


def view(table: ibis.Table) -> ibis.Table:
    """The same rows under a name of their own: DuckDB reads what has a name again where it is asked twice, and keeps no copy."""
    import ibis

    return table.get_backend().create_view(ibis.util.gen_name("orders"), table) if is_local(table) else table


def parts(orders: ibis.Table) -> list[ibis.Table]:
    """The orders in parts of whole customers, each so small that DuckDB can group it without the disk; one where they are elsewhere."""
    import ibis

    if not is_local(orders):
        return [orders]
    backend = orders.get_backend()
    (room,) = backend.con.execute("SELECT getvariable('orders_at_once')").fetchall()[0]
    count = math.ceil(orders.count().execute() / room) if room else 1
    if count <= 1:
        return [orders]
    hashed = ibis.udf.scalar.builtin(_hash, name="hash", signature=((orders.customer.type(),), "uint64"))(orders.customer)
    return [orders.filter(hashed % count == part) for part in range(count)]


def _hash(customer: Any) -> int:
    """DuckDB's own: Ibis has one that it writes out as text of bits first."""
    raise NotImplementedError


def taken_in(batches: Iterable[Any], schema: Any, backend: ibis.BaseBackend) -> ibis.Table:
    """A table of what arrives in Arrow batches, read one by one in this thread, as some drivers want it."""
    import ibis
    import pyarrow as pa

    name = ibis.util.gen_name("taken")
    table = backend.create_table(name, schema=ibis.Schema.from_pyarrow(schema), temp=True)
    for batch in batches:
        backend.con.register("batch", pa.Table.from_batches([batch]))
        backend.raw_sql(f"INSERT INTO {name} SELECT * FROM batch")  # noqa: S608 - a name of ours
        backend.con.unregister("batch")
    return table
