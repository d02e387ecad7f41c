"""Plays what an app and the service said once more, to a server whose answers are to be compared."""

from collections.abc import Iterator, Sequence
from typing import Any

from interactor_emulator.redaction import REDACTED

from .exchanges import Exchange
from .generalising import steps_of
from .playing import Played, Player
from .said import Said
from .service import Account, Service

_NAME = "recording"
# What stands for what was redacted, where it was taken.
_ANEW = {"client_secret": "{{client_secret}}", "secret": "whsec_" + "0" * 32}


def replay(service: Service, account: Account, rows: Sequence[Said], *, moves_time: bool) -> Iterator[Played]:
    """A step for each row that can be played: what this server answers otherwise than the recorded one did.

    `account` stands in place of whoever asked. With `moves_time` the emulator's clock goes to each row's instant first,
    so that what fell due between two requests has fallen due."""
    steps: list[dict[str, Any]] = []
    numbers: list[int] = []
    at = rows[0].at if rows else ""
    for number, (row, step) in enumerate(zip(rows, steps_of(rows), strict=True), start=1):
        if moves_time and row.at > at:
            at = row.at
            steps.append(_moved(at))
            numbers.append(0)
        steps.append({"rules": [_NAME], **step, "request": _of_whom(step["request"], row)})
        numbers.append(number)
    # What a row captures where another answered would be missed later: all are played, whatever differs.
    for played, number in zip(
        Player(service, None).play(Exchange(_NAME, "", tuple(steps)), account), numbers, strict=True
    ):
        played.step = number
        if number:
            yield played


def _moved(at: str) -> dict[str, Any]:
    request = {"method": "POST", "path": "/_emulator/clock/advance", "body": {"to": at}}
    return {"request": request, "response": {"status": 200}}


def _of_whom(request: dict[str, Any], row: Said) -> dict[str, Any]:
    """With what was redacted put in anew: the account's own token where there was one that was good."""
    headers = dict(request["headers"])
    if headers.get("Authorization") == REDACTED and row.status != 401:
        del headers["Authorization"]
    elif "Authorization" not in headers:
        headers["Authorization"] = ""
    body = request.get("body")
    if isinstance(body, dict) and row.status < 400:
        body = {**body, **{name: other for name, other in _ANEW.items() if body.get(name) == REDACTED}}
        if "client_secret" in body:
            body["client_id"] = "{{client_id}}"
    return {**request, "headers": headers, **({} if body is None else {"body": body})}
