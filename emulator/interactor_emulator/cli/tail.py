"""`tail`: what happens in a running server, a line each."""

import os
import select
import sys
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from interactor_emulator import terminal

from .programs import say_json_line

if TYPE_CHECKING:
    from .following import Following, Told

_FORWARD_MS = 30_000  # as long as the server waits for a receiver
_ANSWER_CHARACTERS = 500
_UNREAD = 1  # the status of every command whose lines nobody reads any more


@click.command(
    "tail",
    short_help="Follow a running server: requests, states, deliveries.",
    epilog="Example: interactor-emulator tail --forward http://127.0.0.1:3000/webhooks",
)
@click.option("--url", default="http://127.0.0.1:8787", show_default=True, help="The server that is followed.")
@click.option("--account", default="default", show_default=True, help="The account of it that is followed.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest that the server still has, not with now.")
@click.option("--forward", metavar="URL", help="A receiver that every delivery is sent to as well, as it was sent.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or one JSON object a line for programs.",
)
def command(url: str, account: str, from_start: bool, forward: str | None, format_: str) -> None:
    """Show all that happens in a running server until Ctrl-C: requests, states and halts of instances, deliveries with
    what the receiver answered, diagnostics. A server that is started again is followed again.
    """
    from interactor_emulator.adapters.http.egress import parsed

    from .following import Following

    parsed(url)
    if forward is not None:
        parsed(forward)
    _end_when_unread()
    following = Following(url, account, from_start=from_start)
    for told in following.all():
        _show(told, format_)
        if forward is not None and told["kind"] == "delivery":
            _show(_forward(following, told, forward), format_)


def _end_when_unread() -> None:
    """End as soon as whoever reads the lines has gone, `head` say: a write notices it at the next line, and that may be
    minutes away."""
    if not hasattr(select, "poll"):
        return  # on Windows nothing tells it before

    def wait() -> None:
        reader = select.poll()
        reader.register(sys.stdout.fileno(), 0)  # for errors, which it always tells
        reader.poll()
        os._exit(_UNREAD)

    threading.Thread(target=wait, daemon=True).start()


def _show(told: "Told", format_: str) -> None:
    if format_ == "json":
        say_json_line(told)
        return
    from interactor_emulator.wire.told import lines

    for each in lines(told):
        terminal.say(each)
    sys.stdout.flush()


def _forward(following: "Following", told: "Told", url: str) -> "Told":
    """Send an attempt to deliver to this receiver too: the same bytes under the same headers, the signature included;
    what it answered."""
    from interactor_emulator.adapters.http.caller import Caller
    from interactor_emulator.adapters.http.egress import Egress
    from interactor_emulator.clock import wall_ms
    from interactor_emulator.effects import HttpAnswer, SendWebhook

    shown = {"kind": "forwarded", **{name: told[name] for name in ("id", "at", "delivery_id", "attempt")}, "url": url}
    delivery = following.delivery(told["delivery_id"])
    if delivery is None:
        return {**shown, "status": None, "answer": "", "error": "The server has this delivery no more"}
    attempt = delivery["attempts"][told["attempt"] - 1]
    webhook = SendWebhook(url, attempt["request_headers"], attempt["request_body"].encode(), _FORWARD_MS)
    egress = Egress({}, [urlsplit(url).hostname or ""], loopback=True)
    outcome = Caller(egress, wall_ms, lambda *_told: None).deliver(webhook)
    if not isinstance(outcome, HttpAnswer):
        return {**shown, "status": None, "answer": "", "error": outcome.message}
    answer = outcome.body[:_ANSWER_CHARACTERS].decode("utf-8", "replace")
    return {**shown, "status": outcome.status, "answer": answer, "error": None}
