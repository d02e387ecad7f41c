"""A browser's own EventSource on the stream of an instance."""

from typing import Any

import pytest
from interactor_emulator import Emulator, Server
from interactor_emulator.web.app import create_app
from playwright.async_api import Page

from tests.workflows import halt, terminal, workflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOLLOW = """(url) => {
  window.told = []
  window.source = new EventSource(url)
  for (const name of ['state', 'resumed', 'workflow_data_updated', 'state_changed', 'halted', 'completed', 'done']) {
    source.addEventListener(name, ({ type, lastEventId }) => told.push([type, lastEventId]))
  }
}"""
CLOSED = "() => source.readyState === EventSource.CLOSED"


async def told(page: Page, last: str) -> list[str]:
    """What the page has been told, once it has been told of this."""
    await page.wait_for_function("(last) => told.some(([name]) => name === last)", arg=last)
    events: list[Any] = await page.evaluate("told")
    assert len({id_ for _, id_ in events}) == len(events)
    return [name for name, _ in events]


async def test_it_goes_on_where_it_was_after_a_cut_and_ends_once_it_has_seen_the_end(
    interactor: Emulator, page: Page, site: str
) -> None:
    """The browser comes back by itself, after 3 seconds each time: once to what it has missed, once to a 204."""
    interactor.load(workflow("two", {"first": halt("second"), "second": halt("end"), "end": terminal()}))
    run = interactor.start("two", namespace="user_1")
    app = create_app(interactor.accounts, cors=[site])
    await page.goto(f"{site}/empty.html")
    with Server(app) as server:
        port = server.port
        url = f"{server.api_url}/workflows/instances/{run.id}/stream?token={interactor.token()}"
        await page.evaluate(FOLLOW, url)
        assert await told(page, "state") == ["state"]
    run.resume(a=1)
    with Server(app, port=port):
        missed = ["resumed", "workflow_data_updated", "state_changed", "halted"]
        assert await told(page, "halted") == ["state", *missed]
        run.resume(b=2)
        now = ["resumed", "workflow_data_updated", "state_changed", "completed", "done"]
        assert await told(page, "done") == ["state", *missed, *now]
        await page.wait_for_function(CLOSED)
        assert await told(page, "done") == ["state", *missed, *now]
