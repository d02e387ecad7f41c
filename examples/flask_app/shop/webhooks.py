"""What the service tells the shop: which order waits for a manager, and which has ended without one."""

import hashlib
import hmac
import time
from typing import Any

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from . import database

receiver = Blueprint("webhooks", __name__)

MAX_AGE_SECONDS = 300


@receiver.post("/webhooks/interactor")
def receive() -> ResponseReturnValue:
    body = request.get_data()  # the raw bytes: the same JSON written anew has another signature
    signature = request.headers.get("X-Interactor-Signature", "")
    if not is_genuine(body, signature, request.headers.get("X-Interactor-Timestamp", "")):
        abort(401)
    delivery = request.get_json()
    with database.connection() as connection:  # both or none: what fails here is delivered once more
        first = connection.execute("INSERT OR IGNORE INTO deliveries VALUES (?)", (delivery["delivery_id"],))
        if first.rowcount == 1:
            handle(delivery["event"].removeprefix("workflow.instance."), delivery["data"])
    return "", 204


def handle(event: str, data: dict[str, Any]) -> None:
    order_id = data.get("workflow_data", {}).get("order_id")
    if order_id is None:
        return
    database.learn(order_id, data["instance_id"], status=event)
    order = database.order(order_id)
    if event == "halted" and order is not None and order["status"] == "waiting":
        mails = [(each, f"Order {order_id} waits for you.") for each in sorted(current_app.config["MANAGERS"])]
        database.connection().executemany("INSERT INTO mails VALUES (?, ?)", mails)


def is_genuine(body: bytes, signature: str, timestamp: str) -> bool:
    if not timestamp.isdigit() or time.time() - int(timestamp) > MAX_AGE_SECONDS:
        return False
    secret = current_app.config["WEBHOOK_SECRET"].encode()
    expected = "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
