"""`trigger`: one signed sample webhook."""

import sys
from urllib.parse import urlsplit

import click

from interactor_emulator import terminal

from .values import json_object


@click.command(
    "trigger",
    short_help="Send one signed sample webhook to a receiver.",
    epilog="Example: interactor-emulator trigger halted --to http://127.0.0.1:3000/webhooks --secret whsec_…",
)
@click.argument("event")
@click.option("--to", "url", required=True, help="The receiver's URL.")
@click.option("--secret", required=True, help="The secret that it is signed with.")
@click.option("--data", help="A JSON object in place of the sample's `data`.")
def command(event: str, url: str, secret: str, data: str | None) -> None:
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
    terminal.say(f"{name} {delivery_id}, {len(body)} bytes, {sending.headers['X-Interactor-Signature']}")
    if not isinstance(outcome, HttpAnswer):
        terminal.say(outcome.message)
        sys.exit(1)
    terminal.say(f"answered {outcome.status}: {outcome.body[:2000].decode('utf-8', 'replace')}")
    sys.exit(0 if 200 <= outcome.status < 300 else 1)
