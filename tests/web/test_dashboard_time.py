"""The dashboard's page about time, as a browser without JavaScript has it."""

import asyncio
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds
from interactor_emulator.web.dashboard.views.timeline import Point, drawn

from tests.dashboard_forms import Pages
from tests.workflows import halt, http, terminal, to, workflow

ASK = workflow("ask", {"ask": halt(to("end", ok=True)), "end": terminal()})
RETRIED = workflow(
    "retried",
    {
        "call": http("https://erp.example/", "done", retry={"attempts": 3, "backoff": "exponential"}),
        "done": terminal(),
    },
)


@pytest.fixture
def pages(interactor: Emulator) -> Pages:
    interactor.load(ASK)
    interactor.load(RETRIED)
    return Pages(interactor)


@pytest.mark.asyncio
async def test_ninety_days_pass_by_one_button_and_what_fired_is_said(interactor: Emulator, pages: Pages) -> None:
    runs = [interactor.start("ask", namespace="n") for _ in range(5)]
    before = await pages.open("time")
    assert "an instance's time to live ends 5 times" in before.text
    assert "Nothing has fired yet" in before.text
    after = await pages.press(before, "+90 days")
    assert "The move fired 5 things" in after.text
    assert "2026-04-20 12:00:00 an instance's time to live ends 5 times" in after.text
    assert "and 2 more" in after.text
    assert any(each.endswith(f"/instances/{runs[0].id}") for each in after.links)
    runs[0].assert_cancelled(reason="ttl_expired")
    assert "Nothing waits for time to pass" in after.text


@pytest.mark.asyncio
async def test_time_goes_to_the_next_due_to_a_chosen_one_and_to_a_date(interactor: Emulator, pages: Pages) -> None:
    interactor.stub("https://erp.example/", respond={"status": 500})
    interactor.start("retried", namespace="n")
    interactor.start("ask", namespace="n")
    shown = await pages.press(await pages.open("time"), "Go to the next due")
    assert "The move fired 1 thing" in shown.text
    assert "HTTP logic is tried again" in shown.text
    due = interactor.account.clock.queue
    chosen = await pages.press(shown, "Go there", to_ms=str(due[0].at_ms), to="")
    assert interactor.account.clock.now_ms == due[0].at_ms
    assert "What is due" in chosen.text
    await pages.press(shown, "Go there", to="2026-02-01T10:00:00")
    assert interactor.clock.now.isoformat() == "2026-02-01T10:00:00+00:00"
    await pages.press(shown, "Go there", to="2026-02-01T14:00:00+02:00")
    assert interactor.clock.now.isoformat() == "2026-02-01T12:00:00+00:00"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("2020-01-01T00:00", "time never moves backwards: it is 2026-01-20T12:00:00Z"),
        ("soon", "to must be an ISO 8601 time"),
        ("", "to must be an ISO 8601 time"),
        ("0001-01-01T00:00+23:59", "to must be an ISO 8601 time"),
        ("9999-12-31T23:59:59-01:00", "to must be an ISO 8601 time"),
    ],
)
async def test_what_is_no_instant_to_come_is_refused(
    interactor: Emulator, pages: Pages, given_: str, words: str
) -> None:
    refused = await pages.press(await pages.open("time"), "Go there", to=given_)
    assert (refused.status, words in refused.text) == (400, True)
    assert interactor.clock.now.isoformat() == "2026-01-20T12:00:00+00:00"


@pytest.mark.asyncio
async def test_the_clock_is_frozen_and_let_run_and_the_page_before_is_shown_again(
    interactor: Emulator, pages: Pages
) -> None:
    running = await pages.press(await pages.open("webhooks"), "Let run")
    assert (interactor.clock.frozen, running.url) == (False, "http://127.0.0.1/_emulator/dashboard/webhooks")
    frozen = await pages.press(await pages.open("time"), "Freeze it here")
    assert (interactor.clock.frozen, "Let it run" in frozen.text) == (True, True)
    moved = await pages.press(await pages.open("webhooks?x=1"), "+1 h")
    assert moved.url == "http://127.0.0.1/_emulator/dashboard/webhooks?x=1"
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "/_emulator/\r\nX: y", "/_emulator/a\0"):
        told = await pages.press(await pages.open("webhooks"), "+1 h", back=back)
        assert told.url.startswith("http://127.0.0.1/_emulator/dashboard/time")
    assert (await pages.post("time", move="day")).status == 403


@pytest.mark.asyncio
async def test_what_has_fired_is_kept_up_to_a_bound(interactor: Emulator, pages: Pages) -> None:
    for _ in range(bounds.FIRED.most + 2):
        interactor.start("ask", namespace="n")
    first = interactor.account.clock.queue[0].subject
    interactor.clock.advance(days=91)
    ledger = interactor.account.ledger
    assert (ledger.count, len(ledger.latest())) == (bounds.FIRED.most + 2, bounds.FIRED.most)
    shown = await pages.open("time?since=0")
    assert "The move fired 1,002 things" in shown.text
    assert first not in shown.text
    interactor.reset()
    assert interactor.account.ledger.count == 0
    assert "Nothing has fired yet" in (await pages.open("time")).text


@pytest.mark.asyncio
async def test_the_ledger_is_paged_and_any_query_is_answered(interactor: Emulator, pages: Pages) -> None:
    for _ in range(51):
        interactor.start("ask", namespace="n")
        interactor.clock.advance(seconds=1)
    interactor.clock.advance(days=91)
    first = await pages.open("time")
    assert any("page=2" in each for each in first.links)
    for query in ("since=x", "since=-1", "since=99999999999", "page=2&since=1", "since=²"):
        assert (await pages.open(f"time?{query}")).status == 200


@pytest.mark.asyncio
async def test_each_thing_that_is_due_is_on_the_line_and_leads_to_its_row(interactor: Emulator, pages: Pages) -> None:
    interactor.stub("https://erp.example/", respond={"status": 500})
    interactor.start("retried", namespace="n")
    interactor.start("ask", namespace="n")
    shown = await pages.open("time")
    assert shown.html.count('class="due"') == 3
    for link in re.findall(r'<a href="(#due-\d+)"', shown.html):
        assert f'id="{link[1:]}"' in shown.html
    assert "10 min" in shown.text  # a scale from seconds to months


@pytest.mark.asyncio
async def test_a_move_that_waits_for_somebody_holds_up_no_page_and_goes_on(interactor: Emulator, pages: Pages) -> None:
    answering = asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        await answering.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    interactor.stub("https://erp.example/", respond={"status": 500})
    interactor.start("retried", namespace="n")
    interactor.webhooks.subscribe(slow, events=["workflow.instance.failed"])
    moving = await pages.press(await pages.open("time"), "+1 min")
    assert (moving.status, "It goes on by itself" in moving.text) == (202, True)
    assert "the receiver has not answered" in moving.text
    assert (await pages.open("time")).status == 200
    answering.set()
    while interactor.clock.now.minute == 0:
        await asyncio.sleep(0)
    assert interactor.clock.now.isoformat() == "2026-01-20T12:01:00+00:00"


seconds = st.floats(0, 10**12) | st.sampled_from([0.0, 1.0, 59.0, 3600.0, 86_400.0 * 90])


@given(st.lists(st.tuples(seconds, st.sampled_from("abc")), min_size=1, max_size=30).map(sorted))
def test_whatever_is_due_the_line_has_it_in_order_and_within_its_bounds(due: list[tuple[float, str]]) -> None:
    line = drawn([Point(at, kind, f"#{place}") for place, (at, kind) in enumerate(due)], {"a": "A"})
    assert sum(each.count for each in line.dots) == len(due)
    for kind in "abc":
        places = [each.x for each in line.dots if each.kind == kind]
        assert places == sorted(places)
        assert all(later - sooner >= 9 for sooner, later in pairwise(places))
    assert all(line.left <= each.x <= line.right and 0 < each.y < line.height for each in line.dots)
    assert all(line.left <= x <= line.right for x, _ in line.ticks)
