"""Orders in databases: the same report as from a file, nothing ever written there, and no user or password in anything that comes out."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import duckdb
import pandas as pd
import psycopg
import pytest
from psycopg import sql
from server import PASSWORD, Server, server

from clvxl import cli
from clvxl.analysis import analyse
from clvxl.errors import DataError, HeadingError, SourceError
from clvxl.history import history
from clvxl.ledger import Ledger, read
from clvxl.ledger.address import address
from clvxl.settings import Settings
from clvxl.words import LANGUAGES, Language

ROWS = [("A", date(2024, 1, 1), 10.0), ("A", date(2024, 3, 1), 30.0), ("B", date(2024, 2, 1), 5.5), ("B", date(2024, 2, 1), -5.5),
        ("C", date(2023, 1, 31), 7.25), ("C", date(2024, 12, 31), 0.0)]
SENT_AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'clvxl'"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def owner(postgres: Server) -> Iterator[psycopg.Connection]:
    """A connection that may do anything, in a database that is empty again afterwards."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        yield connection
        connection.execute(SENT_AWAY)  # a test that failed may still hold its look at the tables
        schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        for (name,) in connection.execute(schemas).fetchall():
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        connection.execute("CREATE SCHEMA public")


def filled(owner: psycopg.Connection, columns: str, rows: list[tuple[object, ...]], name: str = "orders") -> None:
    owner.execute(sql.SQL("CREATE TABLE {} (" + columns + ")").format(sql.Identifier(*name.split("."))))
    holes = sql.SQL(", ").join([sql.Placeholder()] * len(rows[0]))
    with owner.cursor() as cursor:
        cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(*name.split(".")), holes), rows)


def lite(path: Path, columns: str, rows: list[tuple[object, ...]], name: str = "orders") -> str:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def duck(path: Path, statement: str, rows: list[tuple[object, ...]] | None = None) -> str:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
        if rows:
            connection.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(rows[0]))})", rows)
    return f"duckdb:///{path}"


def said(ledger: Ledger) -> list[tuple[object, ...]]:
    """The clean orders, in an order of their own."""
    assert ledger.orders is not None
    frame = ledger.orders.execute()
    return sorted((row.customer, pd.Timestamp(row.date).date(), row.amount) for row in frame.itertuples())


def as_texts(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(customer, str(day), amount) for customer, day, amount in rows]


# --- what a URL says

@pytest.mark.parametrize("given", ["orders.csv", "C:\\data\\orders.csv", "folder/*.parquet", "book.xlsx#Sheet", "a:b"])
def test_a_file_is_no_address(given: str) -> None:
    assert address(given, {}) is None


def test_an_address_shows_where_and_hides_who() -> None:
    found = address("postgresql+psycopg://annabel:pass%40word@db.example:5433/shop?sslmode=require#sales.orders", {})
    assert found is not None
    assert (found.engine, found.place) == ("postgresql", "postgresql://db.example:5433/shop")
    assert (found.title, found.table) == ("shop", "sales.orders")
    assert found.name("orders") == "shop#orders"
    assert not any(secret in repr(found) for secret in ("annabel", "pass", "require"))
    assert found.shown("cannot reach db.example.\nDetails") == "cannot reach db.example"
    for leak in ("user annabel is unknown", "pass@word is wrong", "pass%40word is wrong", "option require"):
        assert found.shown(leak) == ""


def test_the_environment_fills_in_a_url() -> None:
    found = address("postgresql://annabel:${SHOP_PASSWORD}@${HOST}/shop", {"SHOP_PASSWORD": "a/b@c#d", "HOST": "db.example"})
    assert found is not None
    assert found.place == "postgresql://db.example/shop"
    assert quote("a/b@c#d", safe="") in found.login
    with pytest.raises(SourceError, match="SHOP_PASSWORD"):
        address("postgresql://annabel:${SHOP_PASSWORD}@host/shop", {})


@pytest.mark.parametrize("given", [
    "postgresql://annabel:kx7/zq9@host/shop", "postgresql://annabel:kx7#zq9@host/shop#orders", "postgresql://annabel:kx7?zq9@host/shop",
    "postgresql://annabel:kx7@host:port/shop", "postgresql://annabel:kx7", "postgresql://annabel:kx7@zq9.x@127.0.0.1:1/shop"])
def test_a_password_with_signs_of_the_url_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(SourceError, match="%40 for @") as refused:
        address(given, {})
    assert not any(part in str(refused.value) for part in ("annabel", "kx7", "zq9"))


@pytest.mark.parametrize("given", [
    "postgresql:/annabel:kx7@host/shop", "postgresql//annabel:kx7@host/shop#orders", "jdbc:postgresql://annabel:kx7@host/shop",
    "jdbc:postgresql://host/shop?user=annabel&password=kx7", "jdbc:sqlserver://host;user=annabel;password=kx7",
    "postgresql//annabel@host/x",
    "duckdb://annabel:kx7@host/shop#orders", "sqlite:///shop.db?password=kx7", "postgresql:/annabel:kx7@host/shop.xlsx#orders"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistyped_url_is_not_repeated_with_its_password(given: str, language: Language) -> None:
    with pytest.raises(SourceError) as refused:
        read([given], Settings())
    said = refused.value.say(language)
    assert ("There is no" if language == "en" else "gibt es nicht") in said
    assert not any(part in said for part in ("annabel", "kx7"))


@pytest.mark.parametrize("given", ["joe@firm/orders.csv", "C:\\data\\a@b.csv", "data/year=2024/*.parquet", "what?.csv", "a; b.csv"])
def test_a_file_that_is_not_there_is_named_in_full(given: str) -> None:
    with pytest.raises(SourceError) as refused:
        read([given], Settings())
    assert given in str(refused.value)


def test_blanks_around_a_url_do_not_matter() -> None:
    assert address(" postgresql://annabel:kx7@host/shop#orders\n", {}) == address("postgresql://annabel:kx7@host/shop#orders", {})


@pytest.mark.parametrize("given", ["mysql://annabel:secret@host/shop#orders", "http://host/orders.csv?key=secret"])
def test_other_databases_are_refused_by_their_kind_alone(given: str) -> None:
    with pytest.raises(SourceError, match="duckdb://") as refused:
        address(given, {})
    assert "secret" not in str(refused.value)


def test_two_three_and_four_slashes_find_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLAlchemy and Ibis do not agree on three."""
    lite(tmp_path / "my shop.db", "customer TEXT, date TEXT, amount REAL", as_texts(ROWS))
    monkeypatch.chdir(tmp_path)
    for given in ("sqlite://my shop.db", "sqlite:///my%20shop.db", f"sqlite:///{tmp_path}/my shop.db", f"sqlite:////{tmp_path}/my%20shop.db"):
        assert said(read([given], Settings())) == sorted(ROWS)
    with pytest.raises(SourceError, match=r"no database file .*other\.db"):
        read(["sqlite:///other.db#orders"], Settings())


# --- what a database holds

TYPES = {
    "plain": ("customer text, date date, amount double precision", lambda row: row),
    "exact": ("customer text, date date, amount numeric(10, 2)", lambda row: row),
    "any numeric": ("customer text, date timestamp, amount numeric", lambda row: row),
    "money": ("customer char(5), date date, amount money", lambda row: (row[0], row[1], str(row[2]))),
    "texts": ("customer varchar(9), date text, amount real", lambda row: (row[0], f"{row[1]} 10:30:00", row[2])),
    "zone": ("customer text, date timestamptz, amount numeric(10, 2)", lambda row: (row[0], f"{row[1]} 13:00:00+02", row[2])),
    "others": ("id uuid DEFAULT gen_random_uuid(), tags int[], customer text, date date, amount real, note jsonb, file bytea",
               lambda row: (None, [1], *row, "{}", b"x")),
}


@pytest.mark.parametrize("kind", TYPES)
def test_postgresql_types(owner: psycopg.Connection, postgres: Server, kind: str) -> None:
    columns, row = TYPES[kind]
    filled(owner, columns, [row(each) for each in ROWS])
    assert said(read([postgres.url("orders")], Settings())) == sorted(ROWS)


def test_a_time_zone_counts_in_utc_everywhere(owner: psycopg.Connection, postgres: Server, tmp_path: Path) -> None:
    late = [("A", "2024-01-01 00:30:00+01", 1.0), ("A", "2024-06-30 23:30:00-03", 2.0)]
    filled(owner, "customer text, date timestamptz, amount real", late)
    ducks = duck(tmp_path / "o.duckdb", "CREATE TABLE orders (customer TEXT, date TIMESTAMPTZ, amount REAL)", late)
    pd.DataFrame(late, columns=["customer", "date", "amount"]).assign(date=lambda each: pd.to_datetime(each["date"], utc=True)).to_parquet(
        tmp_path / "o.parquet")
    expected = [("A", date(2023, 12, 31), 1.0), ("A", date(2024, 7, 1), 2.0)]
    for source in (postgres.url("orders"), ducks, str(tmp_path / "o.parquet")):
        assert said(read([source], Settings())) == expected


@pytest.mark.parametrize("customer", ["text", "integer", "bigint", "numeric(12, 0)", "numeric"])
def test_customers_numbers_keep_their_form(owner: psycopg.Connection, postgres: Server, customer: str) -> None:
    filled(owner, f"customer {customer}, date date, amount real", [("1001", ROWS[0][1], 1.0), ("1002", ROWS[1][1], 2.0)])
    orders = read([postgres.url("orders")], Settings()).orders
    assert history(orders, date(2024, 12, 31)).execute()["customer"].tolist() == ["1001", "1002"]


def test_days_as_german_texts_are_read_like_those_of_a_file(owner: psycopg.Connection, postgres: Server, tmp_path: Path) -> None:
    rows = [(customer, f"{day:%d.%m.%Y}", f"{amount:.2f}".replace(".", ",")) for customer, day, amount in ROWS]
    filled(owner, "kunde text, datum text, betrag text", rows)
    lites = lite(tmp_path / "o.db", "kunde, datum, betrag", rows)
    for source in (postgres.url("orders"), f"{lites}#orders"):
        assert said(read([source], Settings())) == sorted(ROWS)


def test_sqlite_holds_anything_in_any_column(tmp_path: Path) -> None:
    rows = [*as_texts(ROWS), ("D", "2024-02-30", 1.0), ("D", 45292, 2.0), ("D", "2024-05-01", "3,50"), ("D", "2024-05-02", b"\0x"),
            (None, None, None)]
    ledger = read([lite(tmp_path / "o.db", "customer, date DATE, amount REAL", rows)], Settings())
    assert said(ledger) == sorted([*ROWS, ("D", date(2024, 1, 1), 2.0), ("D", date(2024, 5, 1), 3.5)])
    assert ledger.counts["o.db#orders", "unreadable row"] == 2


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_sqlite_leaves_no_files_and_no_bytes(tmp_path: Path, journal: str) -> None:
    path = tmp_path / "o.db"
    given = lite(path, "customer TEXT, date TEXT, amount REAL", as_texts(ROWS))
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.close()
    before = path.read_bytes()
    assert len(said(read([given], Settings()))) == len(ROWS)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["o.db"]


def test_duckdb_is_only_read_even_while_another_reads(tmp_path: Path) -> None:
    path = tmp_path / "it's.duckdb"
    given = duck(path, "CREATE TABLE orders (customer TEXT, date DATE, amount DECIMAL(10, 2)); CREATE VIEW all_orders AS FROM orders", ROWS)
    before = path.read_bytes()
    with duckdb.connect(str(path), read_only=True):
        ledger = read([f"{given}#orders"], Settings())
        assert said(ledger) == sorted(ROWS)
        analyse(ledger, Settings(margin=0.3))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_the_folder_for_what_is_too_much_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "o'neil's"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    pd.DataFrame(ROWS, columns=["customer", "date", "amount"]).to_parquet(folder / "o.parquet")
    lites = lite(folder / "o.db", "customer TEXT, date TEXT, amount REAL", as_texts(ROWS))
    ducks = duck(folder / "o.duckdb", "CREATE TABLE orders (customer TEXT, date DATE, amount REAL)", ROWS)
    for source in (str(folder / "o.parquet"), lites, ducks):
        ledger = read([source], Settings())
        assert said(ledger) == sorted(ROWS)
        (used,) = ledger.orders.get_backend().con.execute("SELECT current_setting('temp_directory')").fetchall()[0]
        assert Path(used).parent == folder


def test_options_of_a_url_may_hold_blanks(owner: psycopg.Connection, postgres: Server) -> None:
    owner.execute("CREATE SCHEMA mart")
    filled(owner, "customer text, date date, amount real", ROWS)
    given = postgres.url("orders").replace("#", "?options=-c%20search_path%3Dmart#")
    ledger = read([given], Settings())
    assert said(ledger) == sorted(ROWS)
    assert ledger.orders.get_backend().con.execute("SHOW search_path").fetchone() == ("mart",)


def test_postgresql_cannot_be_written_to(owner: psycopg.Connection, postgres: Server) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    count = "SELECT count(*) FROM pg_class UNION ALL SELECT tup_inserted FROM pg_stat_database WHERE datname = current_database()"
    before = owner.execute(count).fetchall()
    ledger = read([postgres.url("orders")], Settings())
    analyse(ledger, Settings(margin=0.3))
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ledger.orders.get_backend().con.execute("CREATE TEMP TABLE t (x int)")
    assert owner.execute(count).fetchall() == before


def test_all_questions_see_one_moment(owner: psycopg.Connection, postgres: Server) -> None:
    """An order that comes in between reading and computing would make the rows used differ from the rows counted."""
    filled(owner, "customer text, date date, amount real", ROWS)
    ledger = read([postgres.url("orders")], Settings())
    owner.execute("INSERT INTO orders VALUES ('A', '2024-12-30', 1000)")
    assert len(said(ledger)) == len(ROWS) == ledger.sources[0].rows_used


# --- which table

def test_tables_are_recognised_by_their_headings(owner: psycopg.Connection, postgres: Server) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    filled(owner, "Kunde text, Segment text, Umsatz real", [("A", "Retail", 40.0), ("B", "Public", 6.0), ("C", "Public", 8.0)], "kunden")
    filled(owner, "id int, text text", [(1, "x")], "notes")
    ledger = read([postgres.url()], Settings())
    assert {each.name: each.table for each in ledger.sources} == {"postgres#orders": "orders", "postgres#kunden": "customers"}


def test_one_table_of_many_is_not_guessed(owner: psycopg.Connection, postgres: Server) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    owner.execute("CREATE VIEW latest AS SELECT * FROM orders")
    with pytest.raises(SourceError, match=r"could be the orders: public\.latest and public\.orders") as refused:
        read([postgres.url()], Settings())
    assert PASSWORD not in str(refused.value)
    assert said(read([postgres.url("latest")], Settings())) == said(read([postgres.url("public.orders")], Settings()))


def test_parts_of_a_table_count_once_and_stored_views_count(owner: psycopg.Connection, postgres: Server) -> None:
    owner.execute("CREATE TABLE orders (customer text, date date, amount real) PARTITION BY RANGE (date)")
    owner.execute("CREATE TABLE early PARTITION OF orders FOR VALUES FROM ('2000-01-01') TO ('2024-01-01')")
    owner.execute("CREATE TABLE late PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2100-01-01')")
    owner.cursor().executemany("INSERT INTO orders VALUES (%s, %s, %s)", ROWS)
    assert said(read([postgres.url()], Settings())) == sorted(ROWS)
    owner.execute('CREATE SCHEMA "Data Mart"')
    owner.execute('CREATE MATERIALIZED VIEW "Data Mart"."All Orders" AS SELECT * FROM orders')
    assert said(read([postgres.url("Data%20Mart.All%20Orders")], Settings())) == sorted(ROWS)


def test_a_table_that_is_not_there(owner: psycopg.Connection, postgres: Server, tmp_path: Path) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    lites = lite(tmp_path / "o.db", "customer TEXT, date TEXT, amount REAL", as_texts(ROWS))
    ducks = duck(tmp_path / "o.duckdb", "CREATE TABLE orders (customer TEXT, date DATE, amount REAL)", ROWS)
    for source in (postgres.url("ordres"), f"{lites}#ordres", f"{ducks}#ordres"):
        with pytest.raises(SourceError, match=r"has no table “ordres”; it has orders\. Name one"):
            read([source], Settings())


def test_a_database_without_tables_and_one_without_ours(owner: psycopg.Connection, postgres: Server) -> None:
    with pytest.raises(SourceError, match="no tables that this user may see"):
        read([postgres.url()], Settings())
    filled(owner, "id int, text text", [(1, "x")], "notes")
    with pytest.raises(HeadingError):
        read([postgres.url()], Settings())
    filled(owner, "customer text, date date, amount real", [(None, None, None)])
    with pytest.raises(DataError):
        read([postgres.url("orders")], Settings())


def test_orders_of_several_engines_are_one_table(owner: psycopg.Connection, postgres: Server, tmp_path: Path) -> None:
    filled(owner, "customer text, date date, amount numeric(10, 2)", ROWS[:2])
    ducks = duck(tmp_path / "o.duckdb", "CREATE TABLE orders (customer TEXT, date DATE, amount REAL)", ROWS[2:4])
    (tmp_path / "o.csv").write_text("customer,date,amount\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS[4:]), encoding="utf-8")
    assert said(read([postgres.url("orders"), ducks, str(tmp_path / "o.csv")], Settings())) == sorted(ROWS)


# --- what goes wrong, and what never shows

def test_a_server_that_goes_away_half_way(owner: psycopg.Connection, postgres: Server) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    ledger = read([postgres.url("orders")], Settings())
    owner.execute(SENT_AWAY)
    with pytest.raises(SourceError, match=r"connection to PostgreSQL was lost: .* Run it again; nothing was written"):
        analyse(ledger, Settings(margin=0.3))


def test_a_table_that_one_may_not_read(owner: psycopg.Connection, postgres: Server) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    owner.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    try:
        with pytest.raises(SourceError, match="no tables that this user may see"):
            read([postgres.url("orders", user="guest", password="guest")], Settings())
        owner.execute("GRANT USAGE ON SCHEMA public TO guest")
        with pytest.raises(SourceError, match=r"does not let this user read the table: permission denied .*GRANT SELECT"):
            read([postgres.url("orders", user="guest", password="guest")], Settings())
    finally:
        owner.execute("DROP OWNED BY guest; DROP ROLE guest")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "o.db").write_bytes(b"no database at all" * 100)
    for kind in ("sqlite", "duckdb"):
        with pytest.raises(SourceError, match=r"o\.db cannot be opened: .*Check that the database"):
            read([f"{kind}:///{tmp_path}/o.db#orders"], Settings())


def called(words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and everything that the command line printed."""
    monkeypatch.setattr(sys, "argv", ["clvxl", "--debug", *words])
    code = cli.run()
    printed = capfd.readouterr()
    return code, printed.out + printed.err


SECRETS = (PASSWORD, quote(PASSWORD, safe=""), "s3cret", "W%C3%B6rt", "shop keeper", "shop%20keeper")


def nothing_leaks(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text]


def test_no_secret_in_a_report_or_beside_it(
        owner: psycopg.Connection, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str]) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    monkeypatch.chdir(tmp_path)
    for words in (["report", postgres.url("orders")], ["report", postgres.url("orders"), "--json", "--force"]):
        code, printed = called(words, monkeypatch, capfd)
        assert code == 0, printed
        nothing_leaks(printed)
    assert [each.name for each in tmp_path.iterdir()] == ["postgres-clv.xlsx"]
    with zipfile.ZipFile(tmp_path / "postgres-clv.xlsx") as book:
        whole = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    assert "postgres#orders" in whole
    nothing_leaks(whole)


WRONG = {
    "password": (lambda it: it.url("orders", password="s3cret"), "does not accept the user or the password"),
    "host": (lambda it: it.url("orders", port=1), "cannot be opened: "),
    "database": (lambda it: it.url("orders", database="nowhere"), "cannot be opened: "),
    "table": (lambda it: it.url("nothing"), "no tables that this user may see"),
    "option": (lambda it: it.url() + "?sslmode=s3cret", "cannot be opened"),
    "sign": (lambda it: it.url().replace("%40", "@").replace("%2F", "/"), "URL of the PostgreSQL database is not understood"),
    "kind": (lambda it: it.url().replace("postgresql", "mysql"), "mysql cannot be read"),
}


@pytest.mark.parametrize("what", WRONG)
def test_no_secret_in_an_error(
        postgres: Server, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    make, expected = WRONG[what]
    monkeypatch.chdir(tmp_path)
    code, printed = called(["report", make(postgres)], monkeypatch, capfd)
    assert code == 1
    assert pd.Series([printed]).str.contains(expected).all(), printed
    nothing_leaks(printed)
    assert not list(tmp_path.iterdir())


def test_the_environment_lets_one_in(
        owner: psycopg.Connection, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(owner, "customer text, date date, amount real", ROWS)
    monkeypatch.setenv("PGUSER", postgres.user)
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    assert len(said(read([f"postgresql://{postgres.host}:{postgres.port}/{postgres.database}#orders"], Settings()))) == len(ROWS)


@pytest.mark.parametrize(("library", "given", "extra"), [("psycopg", "postgresql://annabel:s3cret@host/shop#orders", "postgres"),
                                                        ("pyspark", "spark://local[1]?path=orders#orders", "spark")])
def test_a_missing_library_is_named_with_the_way_to_get_it(library: str, given: str, extra: str) -> None:
    program = f"import sys; sys.modules['{library}'] = None; sys.argv = ['clvxl', 'report', {given!r}]; from clvxl.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    assert (done.returncode, done.stdout) == (1, "")
    assert f'{library}, is not installed. Install it: pip install "clvxl[{extra}]"' in done.stderr
    nothing_leaks(done.stderr)



# --- the rules are the same, whoever asks them

MESSY = [
    *[(f"K{number % 7}", date(2024, 1, 1 + number % 28), 10.0 + number, 0.25, 3.0, "Web") for number in range(60)],
    (None, date(2024, 1, 2), 1.0, 0.2, 1.0, "Web"), ("  ", date(2024, 1, 2), 1.0, 0.2, 1.0, "Web"),
    ("\u200b", date(2024, 1, 2), 1.0, 0.2, 1.0, "Web"),
    ("Summe", None, 5e5, None, None, None), ("Zwischensumme Web", None, 5e5, None, None, None),
    ("Total GmbH", date(2024, 1, 3), 5.0, 0.2, 1.0, "Web"),
    (None, None, 5e5, None, None, "Total"), ("K1", None, 4.0, 0.2, 1.0, "Web"),
    ("K1", date(2024, 1, 3), None, 0.2, 1.0, "Web"), ("K1", date(2024, 1, 3), 1e16, 0.2, 1.0, "Web"),
    ("K1", date(1871, 1, 18), 1.0, 0.2, 1.0, "Web"),
    ("K1", date(2999, 12, 31), 1.0, 0.2, 1.0, "Web"), ("K2", date(2034, 1, 3), 7.0, 0.2, 1.0, "Web"),
    ("K3", date(2024, 1, 4), 0.0, 0.2, 1.0, "Web"),
    ("K4", date(2024, 1, 5), -3.0, 0.2, 1.0, "Web"), ("K5", date(2024, 2, 6), -12.5, 30.0, -1.0, "Web"),
    ("K6\tx", date(2024, 1, 5), 8.0, 1.5, 1e16, " Shop "),
]


@pytest.mark.parametrize("as_of", [None, date(2024, 1, 20)])
def test_the_rules_of_an_engine_are_those_of_a_file(
        owner: psycopg.Connection, postgres: Server, tmp_path: Path, as_of: date | None) -> None:
    columns = "customer text, date date, amount float8, margin float8, cost float8, channel text"
    filled(owner, columns, MESSY)
    ducks = duck(tmp_path / "o.duckdb", f"CREATE TABLE orders ({columns})", MESSY)
    pd.DataFrame(MESSY, columns=[each.split()[0] for each in columns.split(", ")]).to_csv(tmp_path / "o.csv", index=False)
    settings = Settings(as_of=as_of)
    expected = read([str(tmp_path / "o.csv")], settings)
    for source in (postgres.url("orders"), ducks):
        found = read([source], settings)
        assert {rule: count for (_, rule), count in found.counts.items()} == {rule: count for (_, rule), count in expected.counts.items()}
        assert found.fingerprint == expected.fingerprint
        assert everything(found) == everything(expected)
        assert where_and_why(found) == where_and_why(expected)


@pytest.mark.parametrize("hundred", [100, 1])
@pytest.mark.parametrize("heading", ["margin %", "margin in percent", "margin"])
def test_a_margin_in_percent_is_the_same_in_an_engine(
        owner: psycopg.Connection, postgres: Server, tmp_path: Path, heading: str, hundred: int) -> None:
    rows = [(*row[:3], None if row[3] is None else row[3] * hundred) for row in MESSY]
    if (heading, hundred) == ("margin", 100):
        rows = [*rows, ("K1", date(2024, 1, 9), 1.0, 0.5)]
    columns = f'customer text, date date, amount float8, "{heading}" float8'
    filled(owner, columns, rows)
    ducks = duck(tmp_path / "o.duckdb", f"CREATE TABLE orders ({columns})", rows)
    pd.DataFrame(rows, columns=["customer", "date", "amount", heading]).to_csv(tmp_path / "o.csv", index=False)
    expected = read([str(tmp_path / "o.csv")], Settings())
    for source in (postgres.url("orders"), ducks):
        found = read([source], Settings())
        assert where_and_why(found) == where_and_why(expected)
        assert everything(found) == everything(expected)
    assert ("percent" in {rule for _, rule in found.counts}) == (heading != "margin" and hundred == 100)


def where_and_why(ledger: Ledger) -> list[tuple[str, str, str]]:
    return sorted((each.rule, each.column, str(each.value)) for each in ledger.findings)


def everything(ledger: Ledger) -> list[str]:
    frame = ledger.orders.execute()
    frame["date"] = pd.to_datetime(frame["date"])
    return sorted(map(repr, frame[sorted(frame)].astype(object).where(frame.notna(), None).itertuples(index=False, name=None)))
