"""Profiles of the property tests, and pytester for the plugin's own tests."""

import contextlib
import functools
import os
import ssl
import sys
from collections.abc import Generator, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from interactor_emulator import Emulator

from tests import published
from tests.described import faults

pytest_plugins = ["pytester"]

# A client of httpx reads all authorities of the world, 20 ms, before it asks a server on this machine: once is enough.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]

# No deadline: two workers on two cores stall each other, which says nothing about the code.
settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", settings.get_profile("quick"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@contextlib.contextmanager
def _unmeasured() -> Iterator[None]:
    """Not which lines this thread takes, nor those of processes that it starts; the servers beside it are."""
    measures = sys.gettrace()
    told_to_children = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_PROCESS_")}
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(measures)
        os.environ.update(told_to_children)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """The instances that a test has left in its emulator are held against the published schema.

    To measure its lines doubles what a test costs: not where others take them too, and it takes them often."""
    with _unmeasured() if item.get_closest_marker("unmeasured") else contextlib.nullcontext():
        yield
    emulator = getattr(item, "funcargs", {}).get("interactor")
    if isinstance(emulator, Emulator):
        assert list(published.faults_of_runs(emulator)) == []


@pytest.fixture(autouse=True)
def _every_answer_is_as_described(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks, in a test or in an app under test: an answer that its description does not know fails the test."""
    found: list[str] = []
    send, send_async = httpx.Client.send, httpx.AsyncClient.send

    def sent(self: httpx.Client, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        response = send(self, request, stream=stream, **options)
        found.extend([] if stream else faults(response))
        return response

    async def sent_async(
        self: httpx.AsyncClient, request: httpx.Request, *, stream: bool = False, **options: Any
    ) -> httpx.Response:
        response = await send_async(self, request, stream=stream, **options)
        found.extend([] if stream else faults(response))
        return response

    monkeypatch.setattr(httpx.Client, "send", sent)
    monkeypatch.setattr(httpx.AsyncClient, "send", sent_async)
    yield
    assert list(dict.fromkeys(found)) == []
