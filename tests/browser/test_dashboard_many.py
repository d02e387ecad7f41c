"""Many pages of the dashboard in one browser, which has six connections to a server."""

import pytest
from interactor_emulator import Emulator, Server
from playwright.async_api import Page, expect

from tests.browser.conftest import Seen
from tests.workflows import halt, terminal, to, workflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASK = workflow("ask", {"ask": halt(to("end", ok=True)), "end": terminal()})


async def test_more_pages_than_connections_are_open_at_once_and_each_stays_as_things_are(
    page: Page, seen: Seen, interactor: Emulator, interactor_server: Server
) -> None:
    interactor.load(ASK)
    pages = [page, *[await page.context.new_page() for _ in range(6)]]
    for each in pages:
        await each.goto(f"{interactor_server.url}/_emulator/")
        await expect(each.locator("#live")).to_have_text("live")
    interactor.start("ask", namespace="user_1")
    # Seven that are seen at once share what one may cost the server: each waits its turn.
    for each in pages:
        await expect(each.locator("#counts .halted strong")).to_have_text("1", timeout=60_000)
    # Whoever listened for all is closed: another one does.
    await pages.pop(0).close()
    interactor.start("ask", namespace="user_1")
    for each in pages:
        await expect(each.locator("#counts .halted strong")).to_have_text("2", timeout=60_000)
        await each.close()
    assert seen.errors == []
