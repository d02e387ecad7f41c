"""What holds of every page of the dashboard in a real browser: read by axe, narrow, in the dark, without a script."""

from collections.abc import Iterator
from typing import Any

import pytest
from interactor_emulator import Emulator, Server
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Seen
from tests.clients.bundles import HERE
from tests.dashboard_pages import addresses, filled
from tests.leaving_out import leave_out

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1600, "height": 900}
RUN = """async (rules) => {
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) }
  const found = await axe.run(document, options)
  return found.violations
    .filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(' | '))
}"""


@pytest.fixture
def server(interactor: Emulator) -> Iterator[Server]:
    with interactor.serve() as server:
        yield server


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for what keeps people out."""
    script = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        leave_out("axe-core is not here", "run `make browser`")
    return script.read_text("utf-8")


def url_of(server: Server, path: str) -> str:
    return f"{server.url}/_emulator/dashboard/{path}" if path else f"{server.url}/_emulator/"


async def faults(page: Page, axe: str) -> list[str]:
    """What axe finds, in the light and, of colours, in the dark; and what is wider than a narrow page."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await page.evaluate(axe)
    found: list[str] = await page.evaluate(RUN, None)
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {each}" for each in await page.evaluate(RUN, ["color-contrast"])]
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    found += [f"{width} px wide"] if width > NARROW["width"] else []
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
async def test_no_page_keeps_anybody_out(
    interactor: Emulator, server: Server, page: Page, seen: Seen, axe: str, *, full: bool
) -> None:
    parts = filled(interactor, server) if full else None
    found: dict[str, Any] = {}
    for path in addresses(parts):
        await page.goto(url_of(server, path))
        if wrong := await faults(page, axe):
            found[path] = wrong
    assert found == {}
    assert seen.errors == []


async def test_every_page_can_be_read_without_a_script(interactor: Emulator, server: Server, chromium: Browser) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    for path in addresses(filled(interactor, server)):
        answer = await page.goto(url_of(server, path))
        assert answer is not None
        assert answer.status == 200, path
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.goto(url_of(server, "workflows/shown/start"))
    await page.get_by_label("Input, as JSON").fill('{"days": 9}')
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/instances/inst_" in page.url
    await context.close()


async def test_links_can_be_followed_back_and_handed_on(
    interactor: Emulator, server: Server, page: Page, seen: Seen
) -> None:
    filled(interactor, server)
    await page.goto(url_of(server, ""))
    await page.get_by_role("navigation", name="Pages").get_by_role("link", name="Workflows").click()
    await page.get_by_role("link", name="shown", exact=True).click()
    await page.get_by_role("link", name="Coverage").click()
    deep = page.url
    await expect(page.get_by_role("heading", name="Coverage of this session")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Workflows")
    await page.goto(deep)
    await expect(page.get_by_role("heading", name="Coverage of this session")).to_be_visible()
    assert seen.errors == []


async def test_from_nothing_to_a_halted_instance_and_its_scenarios_by_clicks(
    interactor: Emulator, server: Server, page: Page, seen: Seen
) -> None:
    await page.goto(url_of(server, ""))
    await page.get_by_role("button", name="Make an example workflow").click()
    assert "/instances/inst_" in page.url
    await page.get_by_role("link", name="Workflows").click()
    await page.get_by_role("link", name="leave_request", exact=True).click()
    await page.get_by_role("link", name="Scenarios").click()
    await page.get_by_role("button", name="Search for scenarios").click()
    row = page.get_by_role("row").filter(has_text="check → granted").first
    await row.get_by_role("link", name="Start").click()  # the page shows what was found without being loaded again
    await page.get_by_label("Namespace").fill("user_2")
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert [run.status for run in interactor.runs] == ["halted", "completed"]
    assert seen.errors == []


async def test_a_definition_with_errors_is_mended_where_they_are_shown(
    interactor: Emulator, server: Server, page: Page
) -> None:
    await page.goto(url_of(server, "create-workflow"))
    box = page.get_by_label("Definition, as JSON")
    await box.fill('{"name": "two", "initial_state":\n "b", "states": {"a": {"type": "terminal"}}}')
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("alert")).to_contain_text("line 2")
    await box.fill('{"name": "two", "initial_state": "a",\n "states": {"a": {"type": "terminal"}}}')
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("two")
    assert interactor.account.store.workflows["two"].published is not None


async def test_an_account_is_emptied_only_when_that_is_meant(interactor: Emulator, server: Server, page: Page) -> None:
    filled(interactor, server)
    await page.goto(url_of(server, "settings"))
    await page.get_by_label("workflows", exact=True).check()
    await page.get_by_role("button", name="Reset …").click()
    await page.get_by_role("link", name="Leave it as it is").click()
    assert interactor.runs != []
    await page.get_by_label("workflows", exact=True).check()
    await page.get_by_role("button", name="Reset …").click()
    await page.get_by_role("button", name="Reset it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    assert (interactor.runs, list(interactor.account.store.workflows)) == ([], ["shown"])
