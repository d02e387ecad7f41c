"""`trigger`: one signed sample webhook."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from interactor_emulator import terminal

from .programs import say_json
from .values import format_option, json_object

if TYPE_CHECKING:
    from interactor_emulator.effects import HttpAnswer

    from . import shapes

_SHOWN_BYTES = 2000


@click.command(
    "trigger",
    short_help="Send one signed sample webhook to a receiver.",
    epilog="Example: interactor-emulator trigger halted --to http://127.0.0.1:3000/webhooks --secret whsec_…",
)
@click.argument("event")
@click.option("--to", "url", required=True, help="The receiver's URL.")
@click.option("--secret", required=True, help="The secret that it is signed with.")
@click.option("--data", help="A JSON object in place of the sample's `data`.")
@format_option
def command(event: str, url: str, secret: str, data: str | None, format_: str) -> None:
    """Send a sample of EVENT (`halted`, or `workflow.instance.halted`) and print the answer. Exit code 1 if it was not
    acknowledged."""
    from interactor_emulator.adapters.http.caller import Caller
    from interactor_emulator.adapters.http.egress import Egress, parsed
    from interactor_emulator.clock import wall_ms
    from interactor_emulator.effects import HttpAnswer, SendWebhook
    from interactor_emulator.ids import Ids
    from interactor_emulator.state.deliveries import Sending
    from interactor_emulator.wire.samples import full_name, sample_body

    parsed(url)
    name, now_ms = full_name(event), wall_ms()
    delivery_id = Ids(None).delivery(wall_ms())
    body = sample_body(name, delivery_id, now_ms, None if data is None else json_object("--data", data))
    sending = Sending(secret, name, delivery_id, 0, now_ms // 1000, body, body)
    egress = Egress({}, [urlsplit(url).hostname or ""], loopback=True)
    outcome = Caller(egress, wall_ms, lambda *_told: None).deliver(SendWebhook(url, sending.headers, body, 30_000))
    shown: shapes.Triggered = {
        "event": name,
        "delivery_id": delivery_id,
        "url": url,
        "headers": sending.headers,
        "body": body.decode(),
        "acknowledged": isinstance(outcome, HttpAnswer) and 200 <= outcome.status < 300,
        "answer": _answer(outcome) if isinstance(outcome, HttpAnswer) else None,
        "error": None if isinstance(outcome, HttpAnswer) else outcome.message,
    }
    if format_ == "json":
        say_json(shown)
    else:
        for each in _lines(shown, len(body)):
            terminal.say(each)
    sys.exit(0 if shown["acknowledged"] else 1)


def _answer(answer: "HttpAnswer") -> "shapes.Answered":
    return {"status": answer.status, "body": answer.body[:_SHOWN_BYTES].decode("utf-8", "replace")}


def _lines(shown: "shapes.Triggered", size: int) -> Iterator[str]:
    yield f"{shown['event']} {shown['delivery_id']}, {size} bytes, {shown['headers']['X-Interactor-Signature']}"
    answer = shown["answer"]
    yield (
        f"{shown['error']}; is the receiver running?"
        if answer is None
        else f"answered {answer['status']}: {answer['body']}"
    )
