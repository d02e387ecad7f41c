"""What a page of another origin may read of an answer."""

import pytest
from interactor_emulator import Emulator, Server
from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

READ = """async ([url, token]) => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const names = ['x-request-id', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after']
  return [answer.status, ...names.map((name) => answer.headers.get(name))]
}"""


@pytest.mark.interactor(rate_limits=True, limits={"reads_per_minute": 1})
async def test_a_page_that_was_let_in_reads_the_headers_of_the_api(
    interactor: Emulator, page: Page, site: str, api: Server
) -> None:
    await page.goto(f"{site}/empty.html")
    arguments = [f"{api.api_url}/workflows", interactor.token()]
    status, request_id, limit, remaining, reset, retry_after = await page.evaluate(READ, arguments)
    assert (status, limit, remaining, retry_after) == (200, "1", "0", None)
    assert request_id.startswith("req_")
    assert reset.isdigit()
    status, *_, retry_after = await page.evaluate(READ, arguments)
    assert (status, retry_after) == (429, "60")


async def test_a_page_that_was_not_let_in_reads_nothing(
    interactor: Emulator, page: Page, site: str, interactor_server: Server
) -> None:
    await page.goto(f"{site}/empty.html")
    url = f"{interactor_server.api_url}/workflows"
    refused = await page.evaluate("(url) => fetch(url).then(() => 'read', (error) => error.message)", url)
    assert refused == "Failed to fetch"
