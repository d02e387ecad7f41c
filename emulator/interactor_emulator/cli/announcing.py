"""What `serve` says of itself: lines for people, or an object a line for programs."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from interactor_emulator import terminal
from interactor_emulator.clock import timestamp
from interactor_emulator.redaction import redact

from .programs import say_json_line

if TYPE_CHECKING:
    from interactor_emulator.emulator import Emulator

    from . import shapes


class Announcing:
    """In the format that was chosen. Raises BrokenPipeError where whoever read it has gone."""

    def __init__(self, format_: str) -> None:
        self._for_programs = format_ == "json"

    def listening(self, url: str) -> None:
        """That it answers."""
        if self._for_programs:
            told: shapes.Listening = {"kind": "listening", "url": url}
            say_json_line(told)
        else:
            _say(f"Listening on {url}")

    def settings(self, variables: Mapping[str, str], dashboard: str) -> None:
        """What a client needs. The dashboard comes last: programs read the settings, each a line, up to the token."""
        if self._for_programs:
            told: shapes.Settings = {"kind": "settings", "variables": variables, "dashboard": dashboard}
            say_json_line(told)
        else:
            _say(*(f"{name}={value}" for name, value in variables.items()), f"Dashboard at {dashboard}")

    def stopped(self, emulator: "Emulator") -> None:
        """ "Stop within a second, with pending deliveries reported": one line for each."""
        pending = list(_pending(emulator))
        if self._for_programs:
            told: shapes.Stopped = {"kind": "stopped", "not_delivered": pending}
            with suppress(BrokenPipeError):
                say_json_line(told)
        else:
            for each in pending:
                tried = f"tried {each['attempts']} times, due {each['due']}"
                text = f"not delivered: {each['delivery_id']} {each['event']} to {each['url']}, {tried}"
                terminal.complain(terminal.line(text))


def _say(*texts: str) -> None:
    for text in texts:
        terminal.say(text)
    if sys.stdout is not None:
        sys.stdout.flush()


def _pending(emulator: "Emulator") -> "Iterator[shapes.Undelivered]":
    for account in emulator.accounts:
        for delivery in account.outbox.pending():
            subscription = account.outbox.subscriptions[delivery.subscription_id]
            yield {
                "account": account.name,
                "delivery_id": delivery.id,
                "event": delivery.event,
                "url": redact(subscription.url, account.secrets.ever),
                "attempts": len(delivery.attempts),
                "due": timestamp(delivery.due_ms),
            }
