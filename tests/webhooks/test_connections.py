"""Connections to receivers, which a server keeps open between deliveries."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import halt, terminal, workflow

ANSWER = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


class Receiver:
    """Answers so many requests on each connection, and then ends it: with an answer that has not said so, or without
    any to the next request. `seen` has the number of requests of each connection."""

    def __init__(self, answers: int, *, reads_one_more: bool = False) -> None:
        self._answers, self._reads_one_more = answers, reads_one_more
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/hook"
        self.seen: list[int] = []
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.seen.append(0)
                Thread(target=self._answer, args=(connection, len(self.seen) - 1), daemon=True).start()

    def _answer(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rwb") as file:
            for _ in range(self._answers + self._reads_one_more):
                length = 0
                while (line := file.readline()) != b"\r\n":
                    if not line:
                        return  # the other side has ended it
                    if line.lower().startswith(b"content-length"):
                        length = int(line.split(b":")[1])
                file.read(length)
                self.seen[number] += 1
                if self.seen[number] <= self._answers:
                    file.write(ANSWER)
                    file.flush()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    receiver = Receiver(**request.param)
    yield receiver
    receiver.close()


def deliveries(receiver: Receiver, count: int) -> list[Any]:
    """So many, one after the other, made by a server."""
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    emulator.account.allow_loopback()
    emulator.webhooks.subscribe(receiver.url, events=["workflow.instance.created"])
    with emulator.serve() as server:
        control = f"{server.url}/_emulator"
        httpx.get(f"{control}/health")  # from now on it sends by itself
        for _ in range(count):
            emulator.start("w", namespace="n")
            assert "waiting" not in httpx.post(f"{control}/settle", json={}, timeout=30).json()
        shown: list[Any] = httpx.get(f"{control}/deliveries").json()["deliveries"]
    return [[attempt["status"] for attempt in each["attempts"]] for each in shown]


@pytest.mark.parametrize("made", [{"answers": 100}], indirect=True)
def test_several_deliveries_take_one(made: Receiver) -> None:
    assert deliveries(made, 5) == [[204]] * 5
    assert made.seen == [5]


@pytest.mark.parametrize("made", [{"answers": 1}, {"answers": 2}], indirect=True)
def test_one_that_the_receiver_has_ended_is_made_anew(made: Receiver) -> None:
    assert deliveries(made, 4) == [[204]] * 4
    assert sum(made.seen) == 4


@pytest.mark.parametrize("made", [{"answers": 1, "reads_one_more": True}], indirect=True)
def test_one_that_ends_without_an_answer_is_tried_anew_at_once(made: Receiver) -> None:
    assert deliveries(made, 3) == [[204]] * 3
    assert made.seen == [2, 2, 1]


@pytest.mark.parametrize("made", [{"answers": 0, "reads_one_more": True}], indirect=True)
def test_what_a_new_one_does_not_answer_is_a_failed_attempt(made: Receiver) -> None:
    assert deliveries(made, 2) == [[None]] * 2
    assert made.seen == [1, 1]
