"""Receivers and endpoints that take a connection and answer nothing: the reason is said in words, whoever asks."""

import socket
import struct
from collections.abc import Iterator
from threading import Thread

import pytest
from interactor_emulator import Emulator
from interactor_emulator.cli import main

from tests.workflows import http, terminal, workflow

_RESET = struct.pack("ii", 1, 0)  # a close that tells the other side that all is lost


@pytest.fixture
def url() -> Iterator[str]:
    """Takes each request, and resets its connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drop() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(1 << 16)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                connection.close()

        Thread(target=drop, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        listening.shutdown(socket.SHUT_RDWR)


WORDS = "the connection was closed before an answer was there"


@pytest.mark.interactor(loopback_egress=True)
def test_a_delivery_says_why(interactor: Emulator, url: str) -> None:
    interactor.load(workflow("w", {"end": terminal()}))
    interactor.webhooks.subscribe(url, ["workflow.instance.completed"])
    interactor.start("w")
    [delivery] = interactor.webhooks.deliveries
    assert delivery.attempts[0].error == f"POST {url} failed: {WORDS}"
    assert any(f"failed: {WORDS}" in each.message for each in interactor.diagnostics)


@pytest.mark.interactor(loopback_egress=True)
def test_so_does_http_logic(interactor: Emulator, url: str) -> None:
    interactor.load(workflow("w", {"call": http(url, "end", method="POST"), "end": terminal()}))
    assert f"POST {url} failed: {WORDS}" in interactor.start("w").explain()


def test_so_does_certify(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["certify", "--to", url, "--secret", "s"])
    told = capsys.readouterr()
    assert WORDS in told.out + told.err
