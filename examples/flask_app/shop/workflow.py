"""What the workflow calls. The service tries again when it gets no answer, so a step may come twice."""

import hmac

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from . import database

steps = Blueprint("workflow", __name__, url_prefix="/workflow/orders/<int:order_id>")


@steps.before_request
def check_key() -> None:
    expected = f"Bearer {current_app.config['SHOP_KEY']}"
    if not hmac.compare_digest(expected.encode(), request.headers.get("Authorization", "").encode()):
        abort(401)


@steps.post("/reserve")
def reserve(order_id: int) -> ResponseReturnValue:
    with database.connection() as connection:
        database.reserve(order_id)
    order = database.order(order_id) or abort(404)
    item = connection.execute("SELECT price FROM items WHERE name = ?", (order["item"],)).fetchone()
    return {"reserved": order["status"] != "sold_out", "total": item["price"]}


@steps.post("/ship")
def ship(order_id: int) -> ResponseReturnValue:
    with database.connection():
        database.move(order_id, "shipped", of=database.TAKEN)
    return {}


@steps.post("/release")
def release(order_id: int) -> ResponseReturnValue:
    with database.connection():
        database.give_back(order_id, "declined")
    return {}
