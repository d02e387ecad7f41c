"""The app's own tests: it talks to the emulator as it talks to the service."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from app import WEBHOOK_SECRET, create_app
from interactor_emulator import certify

DEFINITION = Path(__file__).parents[1] / "definitions" / "purchase.json"

pytestmark = pytest.mark.anyio


@pytest.fixture
def app(interactor: Any, interactor_server: Any, interactor_env: dict[str, str]) -> Any:
    interactor.load(DEFINITION)
    app = create_app(interactor_env)
    interactor.webhooks.subscribe(app, secret=WEBHOOK_SECRET, path="/webhooks/workflows")
    return app


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def browser(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app", follow_redirects=True) as browser:
        yield browser
    await app.state.interactor.close()


@pytest.fixture(autouse=True)
def shop(interactor: Any) -> Any:
    return interactor.http.post("https://shop.example.com/orders").respond(200)


async def asked(browser: httpx.AsyncClient, amount: float) -> httpx.Response:
    return await browser.post("/purchases", data={"item": "Laptop <1>", "amount": str(amount)})


@pytest.fixture
def run(interactor: Any) -> Any:
    return lambda: interactor.runs[-1]


async def test_a_small_purchase_is_ordered_at_once(browser: httpx.AsyncClient, run: Any, shop: Any) -> None:
    assert "It ended in ordered" in (await asked(browser, 500)).text
    run().assert_completed("ordered").assert_path("submit", "ordered").assert_data(needs_budget=False)
    assert shop.called


async def test_every_field_of_the_form_is_shown_and_sent(browser: httpx.AsyncClient, run: Any) -> None:
    page = await asked(browser, 5000)
    assert "Approve Laptop &lt;1&gt;?" in page.text
    for shown in ('type="checkbox"', "<textarea", 'type="number"', 'type="date"', "<select", 'type="file"'):
        assert shown in page.text
    fields = {"approved": "on", "comment": "fine", "budget": "7", "needed_by": "2026-02-01", "supplier": "acme"}
    done = await browser.post(page.url.path, data=fields, files={"quote": ("q.pdf", b"%PDF", "application/pdf")})
    assert "It ended in ordered" in done.text
    run().assert_completed("ordered").assert_data(budget=7, supplier="acme", needed_by="2026-02-01")
    assert run().data["quote"].startswith("file_")


async def test_a_box_that_is_not_ticked_declines(browser: httpx.AsyncClient, run: Any, shop: Any) -> None:
    page = await asked(browser, 5000)
    await browser.post(page.url.path, data={"comment": "too dear"}, files={"quote": ("", b"")})
    run().assert_completed("declined").assert_not_visited("ordered")
    assert not shop.called


async def test_nobody_answers_for_90_days(interactor: Any, browser: httpx.AsyncClient, run: Any) -> None:
    await asked(browser, 5000)
    await interactor.aio.advance(days=90)
    run().assert_cancelled(reason="ttl_expired")
    assert "cancelled" in (await browser.get("/")).text


async def test_the_boss_answers_after_two_hours(interactor: Any, browser: httpx.AsyncClient, run: Any) -> None:
    interactor.when("approval").answer(approved=True, after=2 * 3600)
    await asked(browser, 5000)
    await interactor.aio.advance(hours=2)
    run().assert_completed("ordered")


async def test_webhooks_that_come_late_and_twice(interactor: Any, browser: httpx.AsyncClient) -> None:
    interactor.faults.webhook("duplicate", event="workflow.instance.created")
    interactor.faults.webhook("delay", event="workflow.instance.halted", delay_seconds=60)
    page = await asked(browser, 5000)
    await interactor.aio.advance(seconds=30)
    await browser.post(page.url.path, data={"approved": "on"}, files={"quote": ("", b"")})
    await interactor.aio.advance(minutes=5)
    assert "completed" in (await browser.get("/")).text


def test_the_receiver_is_right(app: Any) -> None:
    report = certify(app, WEBHOOK_SECRET, path="/webhooks/workflows")
    assert report.ok, str(report)
