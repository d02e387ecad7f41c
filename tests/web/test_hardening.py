"""Clients that misbehave at the level of sockets: a documented answer or a closed connection, and nothing is left."""

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event

import httpx
import pytest

COMMAND = [str(Path(sys.executable).parent / "interactor-emulator"), "serve", "--port", "0", "--no-rate-limits"]
DEFINITIONS = Path(__file__).parents[2] / "examples" / "definitions"


class Served:
    """The command `serve`, and what the system says of its process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.process = process
        self.url = process.stdout.readline().split()[-1]
        printed = dict(process.stdout.readline().strip().split("=", 1) for _ in range(5))
        self.authorization = f"Authorization: Bearer {printed['INTERACTOR_TOKEN']}\r\n"
        self.headers = dict([self.authorization.strip().split(": ", 1)])
        self.port = int(self.url.rsplit(":", 1)[1])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def exchange(self, *pieces: bytes, half_close: bool = False) -> bytes:
        """Everything that is answered until the server closes the connection; empty when it just does."""
        with self.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answer = b""
            with suppress(ConnectionResetError, BrokenPipeError):
                for piece in pieces:
                    connection.sendall(piece)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                while received := connection.recv(1 << 16):
                    answer += received
            return answer

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def answers(self) -> bool:
        return httpx.get(f"{self.url}/_emulator/health").status_code == 200


@pytest.fixture
def served() -> Iterator[Served]:
    command = [*COMMAND, "--definitions", str(DEFINITIONS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Served(process)
        finally:
            process.terminate()
            process.communicate(timeout=10)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


GET = "GET /api/v1/workflows HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = "POST /api/v1/workflows HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def test_what_is_no_good_request(served: Served) -> None:
    """0 stands for a connection that is closed without an answer."""
    close, endless = "Connection: close\r\n", "Content-Length: 99999999999\r\n"
    rows: list[tuple[bytes, set[int]]] = [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", {400}),
        (f"{GET}X-Large: {'a' * (1 << 20)}\r\n\r\n".encode(), {0, 400}),
        (f"{GET}{'X-Many: a' * 20_000}\r\n\r\n".encode(), {0, 400}),
        (f"{GET}X-Endless: ".encode() + b"a" * (8 << 20), {0, 400}),
        (b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n", {0, 400}),
        (f"{POST}{close}{served.authorization}Content-Length: -5\r\n\r\n".encode(), {400}),
        (f"{POST}{close}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(), {400}),
        (
            f"{POST}{close}{served.authorization}Content-Length: 99999999999\r\n\r\n".encode() + b"x" * (9 << 20),
            {0, 413},
        ),
        (f"{POST}{close}{endless}\r\n".encode(), {401}),
    ]
    for data, expected in rows:
        assert status(served.exchange(data)) in expected, data[:200]
    assert served.answers()


def head_of(served: Served, size: int, headers: int) -> bytes:
    """A request with so many headers beside its own; all names and values together have this size."""
    own = f"{served.authorization}Host: 127.0.0.1\r\nConnection: close\r\n"
    each, more = divmod(size - sum(len(line) - len(": ") for line in own.splitlines()), headers)
    names = [f"X-{number:04}" for number in range(headers)]
    many = "".join(f"{name}: {'a' * (each - len(name))}\r\n" for name in names[1:])
    return f"GET /api/v1/workflows HTTP/1.1\r\n{own}{many}{names[0]}: {'a' * (each + more - 6)}\r\n\r\n".encode()


def test_all_headers_together_have_64_kilobytes_in_however_many_pieces_they_come(served: Served) -> None:
    for headers in (1, 700):
        for piece in (1 << 20, 4_000, 61):
            for size, expected in ((65_536, 200), (65_537, 400)):
                head = head_of(served, size, headers)
                pieces = [head[at : at + piece] for at in range(0, len(head), piece)]
                assert status(served.exchange(*pieces)) == expected, (headers, piece, size)


def test_a_large_body_with_the_next_request_behind_it_is_no_large_head(served: Served) -> None:
    body = b'{"a": "' + b"x" * 200_000 + b'"}'
    first = f"{POST}{served.authorization}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with served.connect() as connection:
        connection.sendall(first + GET.encode())
        connection.sendall(f"Connection: close\r\n{served.authorization}\r\n".encode())
        answers = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert (answers.count(b"HTTP/1.1 400"), answers.count(b"HTTP/1.1 200")) == (1, 1)


def test_half_closed_connections(served: Served) -> None:
    whole = f"{GET}{served.authorization}\r\n".encode()
    assert status(served.exchange(whole, half_close=True)) == 200
    part = f"{POST}{served.authorization}Content-Length: 100\r\n\r\n{{".encode()
    assert served.exchange(part, half_close=True) == b""
    assert served.answers()


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    requests = "".join(f"{GET}{served.authorization}X-Request-Id: r{number}\r\n\r\n" for number in range(50))
    last = f"{GET}Connection: close\r\n{served.authorization}\r\n"
    answers = served.exchange((requests + last).encode())
    assert answers.count(b"HTTP/1.1 200") == 51
    ids = [line for line in answers.split(b"\r\n") if line.startswith(b"x-request-id: r") and line[15:].isdigit()]
    assert ids == [f"x-request-id: r{number}".encode() for number in range(50)]


def test_a_thousand_connections_hold_up_nobody_and_leave_nothing(served: Served) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    assert served.answers()
    before = served.descriptors
    with ExitStack() as stack:
        connections = [stack.enter_context(served.connect()) for _ in range(1000)]
        for number, connection in enumerate(connections):
            if number % 2:
                connection.sendall(b"GET /api/v1/workflows HTTP/1.1\r\nHo")
        assert served.answers()
        # One byte at a time, while the others hang.
        for byte in f"{GET}{served.authorization}\r\n".encode():
            connections[0].sendall(bytes([byte]))
        assert connections[0].recv(12) == b"HTTP/1.1 200"
    with ThreadPoolExecutor(1) as pool:
        closed = pool.submit(_until, lambda: served.descriptors <= before)
        assert closed.result(timeout=20)


def _until(happened: Callable[[], bool]) -> bool:
    while not happened():
        os.sched_yield()
    return True


def test_a_stop_under_load_is_quick_and_every_answer_whole(served: Served) -> None:
    warm, answers = Event(), []

    def call() -> None:
        with httpx.Client(headers=served.headers) as client:
            while True:
                try:
                    answer = client.post(f"{served.url}/api/v1/workflows/expense_report/instances", json=BODY)
                except httpx.HTTPError:
                    return
                answers.append((answer.status_code, answer.json()["data"]["status"]))
                if len(answers) > 100:
                    warm.set()

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call) for _ in range(8)]
        assert warm.wait(timeout=30)
        served.process.terminate()
        assert served.process.wait(timeout=10) in (0, -15)
        for each in calls:
            each.result(timeout=10)
    assert set(answers) == {(201, "completed")}
    assert served.process.stderr is not None
    assert "Traceback" not in served.process.stderr.read()


BODY = {"namespace": "user_1", "input": {"requester": "ann", "items": [{"price": 1}]}}
