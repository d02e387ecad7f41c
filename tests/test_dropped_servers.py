"""Servers that nobody closes: their threads and descriptors go with them."""

import gc
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, Server
from interactor_emulator.web.app import create_app

DESCRIPTORS = Path("/proc/self/fd")


def open_now() -> tuple[int, int]:
    """Threads, and descriptors where the system shows them."""
    return threading.active_count(), len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.exists() else 0


@pytest.fixture
def before() -> tuple[int, int]:
    """After a server that was closed: what a process opens once is open."""
    with Emulator().serve():
        pass
    return open_now()


def assert_no_more_than(before: tuple[int, int]) -> None:
    """Meanwhile something of another test may have gone."""
    now = open_now()
    assert [each <= most for each, most in zip(now, before, strict=True)] == [True, True], (now, before)


def drop(held: list[Any]) -> None:
    held.clear()
    gc.collect()


def test_many_that_are_dropped_leave_nothing(before: tuple[int, int]) -> None:
    for _ in range(5):
        held = [Emulator().serve()]
        assert httpx.get(f"{held[0].url}/_emulator/health", trust_env=False).status_code == 200
        with pytest.warns(ResourceWarning, match=r"server at http://127\.0\.0\.1:\d+ was not closed"):
            drop(held)
    assert_no_more_than(before)


def test_one_in_a_cycle_goes_with_it(before: tuple[int, int]) -> None:
    held: list[Any] = []
    held.append([Server(create_app(Emulator().accounts)), held])
    held[0].append(held[0])
    with pytest.warns(ResourceWarning, match="was not closed"):
        drop(held)
    assert_no_more_than(before)


def test_one_that_was_closed_once_or_twice_says_nothing(
    before: tuple[int, int], recwarn: pytest.WarningsRecorder
) -> None:
    with Emulator().serve() as server:
        pass
    server.close()
    del server
    gc.collect()
    assert_no_more_than(before)
    assert list(recwarn) == []


def test_the_account_lives_on_and_can_be_served_again() -> None:
    emulator = Emulator()
    emulator.load({"name": "w", "initial_state": "end", "states": {"end": {"type": "terminal"}}})
    held = [emulator.serve()]
    with pytest.warns(ResourceWarning, match="was not closed"):
        drop(held)
    assert not emulator.ticking
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        assert len(httpx.get(f"{server.api_url}/workflows", headers=headers).json()["data"]["workflows"]) == 1


@pytest.mark.parametrize("ended", [0, 1])
def test_one_of_two_that_ends_leaves_the_other_at_work(ended: int) -> None:
    """Whichever came first: what falls due is done, and the last one to end ends that."""
    emulator = Emulator()
    servers = [emulator.serve(), emulator.serve()]
    servers.pop(ended).close()
    assert emulator.ticking
    servers.pop().close()
    assert not emulator.ticking
