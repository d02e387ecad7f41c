"""The pages: order something, and as a manager say yes or no."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from . import database
from .interactor import Refused, Unavailable

pages = Blueprint("orders", __name__)


def person() -> str:
    """Who asks: the web server in front of the app has made sure of it."""
    return request.remote_user or abort(401)


def is_manager() -> bool:
    return person() in current_app.config["MANAGERS"]


@pages.get("/")
def index() -> str:
    orders = database.connection().execute("SELECT * FROM orders ORDER BY id DESC").fetchall()
    items = database.connection().execute("SELECT * FROM items ORDER BY name").fetchall()
    return render_template("index.html", orders=orders, items=items)


@pages.post("/orders")
def create() -> ResponseReturnValue:
    item, requester = request.form["item"], person()
    with database.connection() as connection:
        if connection.execute("SELECT 1 FROM items WHERE name = ?", (item,)).fetchone() is None:
            abort(400, f"There is no {item}.")
        made = connection.execute("INSERT INTO orders (requester, item) VALUES (?, ?) RETURNING id", (requester, item))
        order_id = made.fetchone()["id"]
    # It is committed: the workflow calls back for the order before `start` has returned.
    try:
        start(order_id, requester)
    except Unavailable:
        current_app.logger.warning("order %s waits for the next sweep", order_id)
    return redirect(url_for("orders.show", order_id=order_id), 303)


def start(order_id: int, requester: str) -> None:
    """Start the order's workflow; its id makes the key, so that no order has two of them."""
    instance = current_app.extensions["interactor"].start(
        "order", f"user_{requester}", {"order_id": order_id, "requester": requester}, key=f"order-{order_id}"
    )
    with database.connection():
        database.learn(order_id, instance["id"], instance["status"])


@pages.get("/orders/<int:order_id>")
def show(order_id: int) -> str:
    order = database.order(order_id) or abort(404)
    return render_template("order.html", order=order, asked=order["status"] == "waiting" and is_manager())


@pages.post("/orders/<int:order_id>/decision")
def decide(order_id: int) -> ResponseReturnValue:
    order = database.order(order_id) or abort(404)
    if not is_manager():
        abort(403, "Only a manager decides.")
    approved = request.form["approved"] == "yes"
    try:
        current_app.extensions["interactor"].resume(
            order["instance_id"], {"approved": approved}, key=f"order-{order_id}-{person()}-{approved}"
        )
    except Refused as refused:
        if refused.code not in ("concurrent_modification", "instance_not_halted"):
            raise
        abort(409, "Somebody else has decided already.")
    except Unavailable:
        abort(503, "Your decision may not have arrived. Please send it again.")
    return redirect(url_for("orders.show", order_id=order_id), 303)
