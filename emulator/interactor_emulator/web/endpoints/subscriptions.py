"""Endpoints of webhook subscriptions."""

from interactor_emulator.services import subscriptions
from interactor_emulator.web.call import Answer, Call
from interactor_emulator.wire import answers


def create(call: Call) -> Answer:
    body = call.body
    secret = body.get("secret")
    url, events, namespace_filter = body.get("url"), body.get("events"), body.get("namespace_filter")
    owned = call.principal.namespaces
    made = subscriptions.subscribe(call.account, url, events, secret, namespace_filter, owned=owned)
    return Answer(answers.subscription(made, shown_secret=made.secret if secret is None else None), 201)


def index(call: Call) -> Answer:
    rows = [answers.subscription(each) for each in subscriptions.visible(call.account, call.principal.namespaces)]
    return Answer({"subscriptions": rows})


def delete(call: Call) -> Answer:
    subscriptions.delete(call.account, call.params["subscription_id"], call.principal.namespaces)
    return Answer(None, 204)
