"""HTTP messages that could be read in two ways are refused, and nothing of a message counts as what it is not."""

import socket
from typing import Any

import pytest
from interactor_emulator import Emulator

VALIDATE = b"POST /api/v1/workflows/validate HTTP/1.1\r\n"
JSON = b"Content-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"
HOST = b"Host: 127.0.0.1\r\n"


def exchange(server: Any, message: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(message)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "message",
    [
        b"GET /api/v1/workflows HTTP/1.1\r\n" + CLOSE + b"\r\n",
        b"GET /api/v1/workflows HTTP/1.1\r\n" + HOST + HOST + CLOSE + b"\r\n",
        b"GET /api/v1/workflows HTTP/1.0\r\n" + HOST + HOST + CLOSE + b"\r\n",
        VALIDATE + HOST + JSON + b"Transfer-Encoding: gzip, chunked\r\n" + CLOSE + b"\r\n2\r\n{}\r\n0\r\n\r\n",
        VALIDATE + HOST + JSON + b"Transfer-Encoding: chunked, chunked\r\n" + CLOSE + b"\r\n2\r\n{}\r\n0\r\n\r\n",
        VALIDATE + HOST + JSON + b"Transfer-Encoding: identity\r\n" + CLOSE + b"\r\n{}",
        b"GET /api/v1/workflows HTTP/2.0\r\n" + HOST + CLOSE + b"\r\n",
        b"GET /api/v1/workflows HTTP/1.2\r\n" + HOST + CLOSE + b"\r\n",
        b"GET /api/v1/workflows\r\n" + HOST + b"\r\n",
    ],
    ids=[
        "no host",
        "two hosts",
        "two hosts of 1.0",
        "gzip",
        "chunked twice",
        "identity",
        "http 2.0",
        "http 1.2",
        "no version",
    ],
)
def test_an_ambiguous_head_is_refused(interactor_server: Any, message: bytes) -> None:
    assert status(exchange(interactor_server, message)) == 400


def test_one_without_a_host_is_good_in_1_0(interactor_server: Any) -> None:
    assert status(exchange(interactor_server, b"GET /health HTTP/1.0\r\n\r\n")) == 200


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked"])
def test_a_chunked_body_is_read(interactor: Emulator, interactor_server: Any, coding: bytes) -> None:
    token = b"Authorization: Bearer " + interactor.token().encode() + b"\r\n"
    head = VALIDATE + HOST + JSON + token + CLOSE + b"Transfer-Encoding: " + coding + b"\r\n"
    assert status(exchange(interactor_server, head + b"\r\n2\r\n{}\r\n0\r\n\r\n")) == 200


def test_a_trailer_is_no_header(interactor: Emulator, interactor_server: Any) -> None:
    trailer = b"Authorization: Bearer " + interactor.token().encode() + b"\r\n"
    head = VALIDATE + HOST + JSON + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
    assert status(exchange(interactor_server, head + b"2\r\n{}\r\n0\r\n" + trailer + b"\r\n")) == 401


def test_a_client_of_1_0_is_sent_no_100(interactor: Emulator, interactor_server: Any) -> None:
    token = b"Authorization: Bearer " + interactor.token().encode() + b"\r\n"
    expect = b"Expect: 100-continue\r\nContent-Length: 2\r\n"
    for version, answered in ((b"1.0", 200), (b"1.1", 100)):
        head = b"POST /api/v1/workflows/validate HTTP/" + version + b"\r\n" + HOST + JSON + token + CLOSE + expect
        assert status(exchange(interactor_server, head + b"\r\n{}")) == answered


@pytest.mark.parametrize("slash", ["%2F", "%2f"])
@pytest.mark.parametrize("rest", ["history", "threads", "stream", "nothing"])
def test_an_encoded_slash_parts_no_path(interactor: Emulator, interactor_server: Any, slash: str, rest: str) -> None:
    path = f"/api/v1/workflows/instances/inst_1{slash}{rest}"
    token = f"Authorization: Bearer {interactor.token()}\r\n".encode()
    answer = exchange(interactor_server, f"GET {path} HTTP/1.1\r\n".encode() + HOST + token + CLOSE + b"\r\n")
    assert status(answer) == 404
    assert f"Instance 'inst_1{slash}{rest}' not found".encode() in answer


def test_an_asterisk_is_a_path_that_leads_nowhere(interactor_server: Any) -> None:
    answer = exchange(interactor_server, b"GET * HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert (status(answer), b'"code":"not_found"' in answer) == (404, True)
