"""Spark, for those who outgrow one machine: tables of its catalog, or Parquet files that its workers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clvxl.ledger.address import Address

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

_CONFIGURATION = {
    "spark.sql.session.timeZone": "UTC",  # a day is the same in all engines
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def connect(address: Address) -> ibis.BaseBackend:
    """A session on the cluster of the address: ``local[2]``, ``yarn`` or ``host:7077``; without one, where the environment says."""
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("clvxl")
    place = address.login
    if place:
        builder = builder.master(place if re.match(r"local\b|yarn$|k8s:", place) else f"spark://{place}")
    for name, value in (_CONFIGURATION | {name: value for name, value in address.options if name.startswith("spark.")}).items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def files(backend: ibis.BaseBackend, address: Address) -> ibis.Table | None:
    """The Parquet files that the address names as ``path``; None for tables of the catalog."""
    paths = [value for name, value in address.options if name == "path"]
    if not paths:
        return None
    frame = backend._session.read.parquet(*paths)
    import ibis

    name = ibis.util.gen_name("files")
    frame.createOrReplaceTempView(name)
    return backend.table(name)


def fetched(expression: ibis.Table) -> pa.Table:
    """The rows of an expression, which travel as Arrow."""
    backend = expression.get_backend()
    return backend._session.sql(backend.compile(expression)).toArrow()


def tables(backend: ibis.BaseBackend) -> dict[tuple[str, ...], list[str]]:
    """The headings of all tables of the current database."""
    return {(name,): list(backend.table(name).columns) for name in backend.list_tables()}
