"""The clock and the ids."""

import re

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.clock import Clock, parse_timestamp, timestamp
from interactor_emulator.ids import Ids

from tests.workflows import halt, terminal, workflow

NOW_MS = 1_768_910_400_000


def test_what_is_due_comes_in_the_order_of_its_time_with_the_clock_at_it() -> None:
    clock = Clock(1_000, frozen=True)
    for at_ms, name in [(3_000, "c"), (2_000, "a"), (2_000, "b"), (9_000, "late")]:
        clock.call_at(at_ms, "kind", name)
    seen = []
    while (due := clock.take_due(5_000)) is not None:
        seen.append((due.subject, clock.now_ms))
    assert seen == [("a", 2_000), ("b", 2_000), ("c", 3_000)]
    assert clock.next_due_ms == 9_000


def test_what_is_cancelled_never_comes_and_takes_no_room() -> None:
    clock = Clock(0, frozen=True)
    dues = [clock.call_at(1_000 + number, "kind", str(number)) for number in range(1_000)]
    for due in dues[:-1]:
        clock.cancel(due)
        clock.cancel(due)
    found = clock.take_due(10_000)
    assert found is not None
    assert found.subject == "999"
    assert clock.next_due_ms is None


def test_a_clock_never_moves_backwards() -> None:
    clock = Clock(5_000, frozen=True)
    clock.move_to(4_000)
    assert clock.now_ms == 5_000
    clock.unfreeze()
    assert clock.now_ms >= 5_000
    clock.freeze()
    stood = clock.now_ms
    assert clock.now_ms == stood


@pytest.mark.parametrize("text", ["2026-01-20T12:00:00Z", "1999-12-31T23:59:59Z"])
def test_a_timestamp_is_read_as_it_is_written(text: str) -> None:
    assert timestamp(parse_timestamp(text)) == text


def test_the_same_seed_gives_the_same_ids_and_they_grow() -> None:
    first, second = (Ids(7) for _ in range(2))
    made = [first.instance(NOW_MS) for _ in range(1_000)]
    assert made == [second.instance(NOW_MS) for _ in range(1_000)]
    assert made == sorted(set(made))


def test_a_request_more_does_not_change_the_ids_of_instances() -> None:
    first, second = (Ids(7) for _ in range(2))
    first.request(NOW_MS)
    first.version()
    assert first.instance(NOW_MS) == second.instance(NOW_MS)


@pytest.mark.parametrize(
    ("made", "pattern"),
    [
        (Ids(None).version(), r"v_[a-z0-9]{12}"),
        (Ids(None).workflow(), r"wf_[a-z0-9]{12}"),
        (Ids(None).instance(NOW_MS), r"inst_[0-9a-z]{26}"),
        (Ids(None).event(NOW_MS), r"evt_[0-9A-Z]{26}"),
        (Ids(None).request(NOW_MS), r"req_[0-9A-Z]{26}"),
    ],
    ids=["version", "workflow", "instance", "event", "request"],
)
def test_ids_have_the_services_form(made: str, pattern: str) -> None:
    assert re.fullmatch(pattern, made)


LAST = "9999-12-31T23:59:59Z"


def test_a_running_clock_stops_at_the_end_of_time() -> None:
    clock = Clock(parse_timestamp("9999-12-31T23:59:59.000Z") - 1)
    clock.call_at(clock.now_ms + 86_400_000, "never", "x")
    while timestamp(clock.now_ms) != LAST:
        pass
    assert [timestamp(clock.now_ms + later) for later in (0, 1_000, 10**15)] == [LAST] * 3
    assert not clock.is_due


def test_an_account_answers_at_the_end_of_time() -> None:
    emulator = Emulator(now="9999-12-31T23:59:58Z")
    emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    run = emulator.start("w", namespace="n").assert_halted("ask")
    emulator.clock.advance(seconds=1)
    with pytest.raises(ValueError, match="time ends with the year 9999"):
        emulator.clock.advance(hours=1)
    emulator.clock.unfreeze()
    run.resume().assert_completed("end")
    assert timestamp(emulator.account.clock.now_ms) == LAST


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "1969-12-31T23:00:00Z"])
def test_an_account_answers_at_the_beginning_of_time(now: str) -> None:
    emulator = Emulator(now=now)
    emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        answer = httpx.post(f"{server.url}/api/v1/workflows/w/instances", json={"namespace": "n"}, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["data"]["created_at"] == now


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_what_no_timestamp_can_name_is_refused(now: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        Emulator(now=now)


def test_what_is_due_after_the_end_of_time_never_comes() -> None:
    emulator = Emulator(now="9999-12-31T00:00:00Z")
    emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    emulator.start("w", namespace="n")
    assert emulator.next_due is None
    assert emulator.clock.advance_to_next() == []
