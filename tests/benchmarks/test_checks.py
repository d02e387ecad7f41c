"""What the checks of a request cost: token, rate, scope, headers."""

import asyncio
from time import perf_counter
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.api import Api
from interactor_emulator.web.auth import Authenticator
from interactor_emulator.web.endpoints.operations import OPERATIONS

from .definitions import cycle
from .figures import in_turn, report_most

pytestmark = pytest.mark.benchmark

_COUNT = 2_000


def test_the_checks_of_a_get() -> None:
    """The same request with its checks, and without any: the endpoint, its JSON and the response alone."""
    emulator = Emulator(now="2026-01-20T12:00:00Z", rate_limits=True, limits={"reads_per_minute": 10**9})
    emulator.load(cycle(script=False))
    run = emulator.start("cycle", namespace="user_1")
    api = Api(emulator.accounts)
    show = next(each for each in OPERATIONS if each.path.endswith("{instance_id}") and each.method == "GET")
    headers = [
        (b"host", b"127.0.0.1:8787"),
        (b"accept", b"*/*"),
        (b"accept-encoding", b"gzip, deflate"),
        (b"connection", b"keep-alive"),
        (b"user-agent", b"python-httpx/0.28.1"),
        (b"authorization", b"Bearer " + emulator.token().encode()),
    ]
    scope: dict[str, Any] = {"headers": headers, "path_params": {"instance_id": run.id}, "query_string": b""}

    async def receive() -> Any:
        raise AssertionError("a GET has no body")

    def with_checks() -> float:
        async def all_of_it() -> None:
            for _ in range(_COUNT):
                await api.answer(show, scope, receive)

        return _microseconds(all_of_it())

    def without() -> float:
        from interactor_emulator.web.call import Call

        account, principal = Authenticator(emulator.accounts).read(headers[-1][1])

        async def all_of_it() -> None:
            for _ in range(_COUNT):
                await api.perform(show, Call(account, principal, scope["path_params"]), scope, receive)

        return _microseconds(all_of_it())

    def whole() -> float:
        path = f"/api/v1/workflows/instances/{run.id}"
        asked = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}

        async def send(_message: Any) -> None:
            pass

        async def all_of_it() -> None:
            for _ in range(_COUNT):
                await emulator.asgi_app(dict(asked), receive, send)

        return _microseconds(all_of_it())

    ours, bare, request = in_turn(with_checks, without, whole)
    checks = ours - bare
    print(f"\nGET instance without a socket: {request:.1f} µs, {checks:.1f} µs of them for its checks")
    report_most("the checks add", checks / (request - checks) * 100, "% to the request without them", at_most=25)


def test_a_token_that_was_seen_before() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    authenticator, authorization = Authenticator(emulator.accounts), b"Bearer " + emulator.token().encode()
    authenticator.read(authorization)
    began = perf_counter()
    for _ in range(_COUNT):
        authenticator.read(authorization)
    report_most("a token seen before", (perf_counter() - began) / _COUNT * 1e6, "µs", at_most=10)


def _microseconds(work: Any) -> float:
    began = perf_counter()
    asyncio.run(work)
    return (perf_counter() - began) / _COUNT * 1e6
