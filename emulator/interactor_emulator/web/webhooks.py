"""Endpoints of webhook subscriptions."""

from interactor_emulator.services import webhooks

from . import wire
from .call import Answer, Call


def create(call: Call) -> Answer:
    body = call.body
    secret = body.get("secret")
    made = webhooks.subscribe(call.account, body.get("url"), body.get("events"), secret, body.get("namespace_filter"))
    return Answer(wire.subscription(made, shown_secret=made.secret if secret is None else None), 201)


def index(call: Call) -> Answer:
    rows = [wire.subscription(each) for each in call.account.outbox.subscriptions.values()]
    return Answer({"subscriptions": rows})


def delete(call: Call) -> Answer:
    webhooks.delete(call.account, call.params["subscription_id"])
    return Answer(None, 204)
