"""Webhooks, calls, requests and time on the dashboard in a real browser, by what a person does."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from interactor_emulator import Emulator, Server
from playwright.async_api import Page, expect

from tests.browser.conftest import Seen
from tests.workflows import halt, http, script, terminal, to, workflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASK = workflow("ask", {"ask": halt(to("end", ok=True)), "end": terminal()})


@pytest.fixture
def pages(interactor: Emulator, interactor_server: Server) -> str:
    """The address of the dashboard's pages."""
    return f"{interactor_server.url}/_emulator/dashboard"


class Receiver(ThreadingHTTPServer):
    """Refuses what it is sent until it is mended."""

    mended = False
    daemon_threads = True


class _Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if self.server.mended else 500)
        self.end_headers()
        self.wfile.write(b"thank you" if self.server.mended else b"the database is away")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(("127.0.0.1", 0), _Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


async def test_a_dead_letter_is_replayed_once_its_receiver_is_mended(
    interactor: Emulator, page: Page, seen: Seen, pages: str, receiver: Receiver
) -> None:
    interactor.load(ASK)
    url = f"http://127.0.0.1:{receiver.server_port}/hooks"
    await page.goto(f"{pages}/webhooks")
    await page.get_by_role("link", name="New subscription").click()
    await page.get_by_label("URL of the receiver").fill(url)
    for event in ("halted", "resumed", "completed", "failed", "cancelled"):
        await page.get_by_label(f"workflow.instance.{event}").uncheck()
    await page.get_by_role("button", name="Make the subscription").click()
    secret = await page.locator("#secret").inner_text()
    assert secret == next(iter(interactor.account.outbox.subscriptions.values())).secret
    interactor.start("ask", namespace="user_1")
    interactor.clock.advance(hours=3)
    await page.get_by_role("link", name="Dead letters (1)").click()
    await page.get_by_role("link", name="created").click()
    await expect(page.get_by_text("At the last one: answered 500: the database is away")).to_be_visible()
    receiver.mended = True
    await page.get_by_role("button", name="Replay now").click()
    await expect(page.get_by_role("heading", name="It arrived")).to_be_visible()
    await expect(page.get_by_role("heading", name="Attempt 7")).to_contain_text("200")
    await expect(page.locator("#attempt-7")).to_contain_text("A receiver can trust it: the signature fits")
    await page.get_by_role("link", name="Dead letters").click()
    await expect(page.get_by_text("No delivery is a dead letter")).to_be_visible()
    assert secret not in await page.content()
    assert seen.errors == []


async def test_ninety_days_pass_by_two_clicks(interactor: Emulator, page: Page, seen: Seen, pages: str) -> None:
    interactor.load(ASK)
    run = interactor.start("ask", namespace="user_1")
    await page.goto(f"{pages}/instances")
    await page.get_by_role("link", name="Time", exact=True).click()
    await page.get_by_role("button", name="+90 days").click()
    await expect(page.get_by_role("heading", name="The move fired 1 thing")).to_be_visible()
    await expect(page.locator("#clock strong")).to_have_text("2026-04-20 12:00:00")
    run.assert_cancelled(reason="ttl_expired")
    assert seen.errors == []


async def test_a_point_of_the_line_leads_to_what_is_due_and_time_goes_there(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(ASK)
    interactor.start("ask", namespace="user_1")
    await page.goto(f"{pages}/time")
    await page.get_by_role("link", name="an instance's time to live ends, in 90 d").click()
    assert page.url.endswith("#due-1")
    await page.locator("#due-1").get_by_role("button").click()
    await expect(page.locator("#clock strong")).to_have_text("2026-04-20 12:00:00")
    await page.get_by_label("To a date, in UTC").fill("2026-05-01T08:30:00")
    await page.get_by_role("button", name="Go there", exact=True).click()
    await expect(page.locator("#clock strong")).to_have_text("2026-05-01 08:30:00")
    assert seen.errors == []


async def test_why_a_webhook_never_arrived_takes_two_clicks(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(ASK)
    interactor.webhooks.subscribe("https://yourapp.example/hooks", namespace="user_2")
    interactor.start("ask", namespace="user_1")
    await page.goto(f"{pages}/instances")
    await page.get_by_role("link", name="Webhooks", exact=True).click()
    await page.get_by_role("link", name="Why did one not arrive?").click()
    why = page.locator("#why section", has_text="workflow.instance.created")
    await expect(why).to_contain_text("The subscription's namespace filter is 'user_2', and its namespace is 'user_1'")
    assert seen.errors == []


async def test_a_blocked_call_gets_its_stub_and_the_instance_runs_again(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(
        workflow(
            "order",
            {
                "count": script("return {n: input.n + 1}", "call"),
                "call": http("https://erp.example/orders", "done", method="POST"),
                "done": terminal(),
            },
        )
    )
    interactor.start("order", {"n": 1}, namespace="user_1").assert_failed(code="http_error", state="call")
    await page.goto(f"{pages}/calls")
    await page.get_by_role("link", name="Blocked").click()
    await page.get_by_role("link", name="POST https://erp.example/orders").click()
    await page.get_by_role("button", name="Make this stub").click()
    await expect(page.get_by_text("From now on a stub answers this request")).to_be_visible()
    await page.get_by_role("button", name="Start one like it again").click()
    await expect(page.locator("#facts .badge", has_text="completed")).to_be_visible()
    newest = next(iter(interactor.account.store.newest_instances()))
    assert (newest.status, newest.data) == ("completed", {"n": 2})
    await page.go_back()
    await expect(page.get_by_role("button", name="Start one like it again")).to_be_visible()
    assert seen.errors == []


async def test_a_receiver_is_certified_and_its_report_comes_by_itself(
    interactor: Emulator, page: Page, seen: Seen, pages: str, receiver: Receiver
) -> None:
    receiver.mended = True  # it takes whatever comes
    await page.goto(f"{pages}/webhooks/certify")
    await page.get_by_label("URL of the receiver").fill(f"http://127.0.0.1:{receiver.server_port}/")
    await page.get_by_label("The secret that it verifies with").fill("whsec_0123456789abcdef")
    await page.get_by_role("button", name="Certify", exact=True).click()
    await expect(page.get_by_text("Answer 401 when X-Interactor-Signature is missing")).to_be_visible()
    await expect(page.get_by_role("status").first).to_contain_text("failed")
    assert seen.errors == []


async def test_requests_come_to_the_page_as_they_are_made(
    interactor: Emulator, page: Page, seen: Seen, pages: str, interactor_client: httpx.Client
) -> None:
    interactor.load(ASK)
    await page.goto(f"{pages}/requests")
    await expect(page.get_by_text("No request has come yet")).to_be_visible()
    await expect(page.locator("#live")).to_have_text("live")
    interactor_client.get("/workflow/ask")
    await page.get_by_role("link", name="1 near miss").click()
    await expect(page.locator("#noticed")).to_contain_text("GET /api/v1/workflow/ask leads nowhere")
    assert seen.errors == []
