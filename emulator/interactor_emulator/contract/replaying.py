"""Plays what an app and the service said once more, to a server whose answers are to be compared."""

from collections.abc import Iterator, Sequence
from typing import Any

from .exchanges import Exchange
from .generalising import steps_of
from .playing import Played, Player
from .said import Said
from .service import Account, Service

_NAME = "recording"


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
        steps.append({"rules": [_NAME], **step})
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
