"""`flask sweep`, for cron: finishes what a crash, a dead network or a lost webhook has left undone."""

import sqlite3

import click
from flask import current_app
from flask.cli import with_appcontext

from . import database, orders
from .interactor import Refused, Unavailable


@click.command("sweep")
@with_appcontext
def command() -> None:
    """Bring the orders that have not ended up to date."""
    unfinished = database.connection().execute(
        "SELECT * FROM orders WHERE status IN ('new', 'reserved', 'waiting') ORDER BY id"
    )
    for order in unfinished.fetchall():
        try:
            bring_up_to_date(order)
        except (Refused, Unavailable) as error:
            click.echo(f"order {order['id']}: {error}", err=True)


def bring_up_to_date(order: sqlite3.Row) -> None:
    if order["instance_id"] is None:
        orders.start(order["id"], order["requester"])
        return
    instance = current_app.extensions["interactor"].instance(order["instance_id"])
    with database.connection():
        database.learn(order["id"], instance["id"], instance["status"])
