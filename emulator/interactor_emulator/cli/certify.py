"""`certify`: good and hostile deliveries against a webhook receiver."""

import sys

import click

from interactor_emulator import terminal


@click.command(
    "certify",
    short_help="Try a webhook receiver with good and hostile deliveries.",
    epilog="Example: interactor-emulator certify --to http://127.0.0.1:3000/webhooks --secret whsec_…",
)
@click.option("--to", "url", required=True, help="The receiver's URL.")
@click.option("--secret", required=True, help="The secret that the receiver verifies with.")
def command(url: str, secret: str) -> None:
    """Send 26 deliveries to a receiver: genuine ones, forged ones, strange ones. Exit code 1 on a fault."""
    from interactor_emulator.adapters.http.egress import parsed
    from interactor_emulator.webhooks.certify import certify

    parsed(url)
    report = certify(url, secret)
    terminal.say(report)
    sys.exit(0 if report.ok else 1)
