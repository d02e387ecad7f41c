"""The shop's own data. Transactions are the caller's: `with connection(): …`."""

import sqlite3

import click
from flask import Flask, current_app, g
from flask.cli import with_appcontext

TAKEN = ("reserved", "waiting")
UNFINISHED = ("new", *TAKEN)


def connection() -> sqlite3.Connection:
    """This request's connection."""
    if "database" not in g:
        g.database = sqlite3.connect(current_app.config["DATABASE"])
        g.database.row_factory = sqlite3.Row
    found: sqlite3.Connection = g.database
    return found


def order(order_id: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection().execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    return found


def move(order_id: int, to: str, *, of: tuple[str, ...]) -> bool:
    """Give the order another status if it has one of these; whether it had. What comes late or twice fails here."""
    marks = ", ".join("?" * len(of))
    statement = f"UPDATE orders SET status = ? WHERE id = ? AND status IN ({marks})"
    return connection().execute(statement, (to, order_id, *of)).rowcount == 1


def reserve(order_id: int) -> None:
    """Take the item from the shelf."""
    if not move(order_id, "reserved", of=("new",)):
        return
    left = connection().execute(
        "UPDATE items SET stock = stock - 1 WHERE stock > 0 AND name = (SELECT item FROM orders WHERE id = ?)",
        (order_id,),
    )
    if left.rowcount == 0:
        move(order_id, "sold_out", of=("reserved",))


def learn(order_id: int, instance_id: str, status: str) -> None:
    """What the service says of an order's instance. It may be old news: an order that has ended stays as it is."""
    connection().execute("UPDATE orders SET instance_id = ? WHERE id = ?", (instance_id, order_id))
    if status == "halted":
        move(order_id, "waiting", of=("new", "reserved"))
    elif status in ("cancelled", "failed"):
        give_back(order_id, "cancelled")


def give_back(order_id: int, status: str) -> None:
    """End the order with this status; what was taken goes back to the shelf."""
    if move(order_id, status, of=TAKEN):
        connection().execute(
            "UPDATE items SET stock = stock + 1 WHERE name = (SELECT item FROM orders WHERE id = ?)", (order_id,)
        )
    else:
        move(order_id, status, of=("new",))


def init_app(app: Flask) -> None:
    app.teardown_appcontext(close)
    app.cli.add_command(init)


def close(_error: BaseException | None) -> None:
    if "database" in g:
        g.pop("database").close()


@click.command("init-db")
@with_appcontext
def init() -> None:
    """Make the tables, and put a few things on the shelf."""
    with current_app.open_resource("schema.sql", "r") as schema:
        connection().executescript(schema.read())
    with connection() as database:
        database.execute("INSERT OR IGNORE INTO items VALUES ('chair', 300, 5), ('laptop', 2400, 2)")
