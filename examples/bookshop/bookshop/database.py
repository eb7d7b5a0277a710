"""The till's database: one SQLite file per shop."""

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS books (
    isbn TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    price_cents INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    isbn TEXT NOT NULL REFERENCES books (isbn),
    ordered_at TEXT NOT NULL,
    voucher TEXT
);

CREATE INDEX IF NOT EXISTS orders_by_day ON orders (ordered_at);
CREATE INDEX IF NOT EXISTS orders_by_voucher ON orders (voucher);
"""


def open_shop(path: Path) -> sqlite3.Connection:
    """Opens a shop's file, makes it if it is new, and brings an older one up to date."""
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    add_missing_columns(connection)
    return connection


def add_missing_columns(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("ALTER TABLE orders ADD COLUMN voucher TEXT")
    except sqlite3.OperationalError:
        pass  # Newer shops have it from the start.
