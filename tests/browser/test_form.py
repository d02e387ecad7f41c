"""The document's React form in a real browser, against a real port of another origin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator
from playwright.async_api import Page, expect

from tests.browser.conftest import Seen
from tests.workflows import halt, terminal, to, workflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIELDS: list[dict[str, Any]] = [
    {"name": "title", "type": "string", "label": "Title", "required": True, "placeholder": "What is it?"},
    {"name": "reason", "type": "string", "label": "Reason", "multiline": True},
    {"name": "amount", "type": "number", "label": "Amount", "min": 1, "max": 5000, "step": 1},
    {"name": "urgent", "type": "boolean", "label": "Urgent", "default": False},
    {
        "name": "office",
        "type": "select",
        "label": "Office",
        "options": [{"value": "north", "label": "North"}, {"value": "south", "label": "South"}],
    },
    {"name": "due", "type": "date", "label": "Due", "minDate": "2026-01-01"},
    {"name": "quote", "type": "file", "label": "Quote", "accept": ".pdf"},
]
PURCHASE = workflow(
    "purchase",
    {
        "ask": halt("decide", presentation={"type": "form", "title": "Purchase", "fields": FIELDS}),
        "decide": halt(
            to("note", choice="yes"),
            "ask",
            presentation={
                "type": "choice",
                "message": "Buy ${workflow_data.title}?",
                "options": [{"value": "yes", "label": "Buy it"}, {"value": "no", "label": "Ask again"}],
            },
        ),
        "note": halt("done", presentation={"type": "message", "message": "It is ordered.", "show_progress": True}),
        "done": terminal(),
    },
)


async def test_every_kind_of_field_is_filled_in_and_sent_and_the_instance_goes_on(
    interactor: Emulator, page: Page, seen: Seen, address: Callable[[str], str], tmp_path: Path
) -> None:
    interactor.load(PURCHASE)
    run = interactor.start("purchase", namespace="user_1")
    (tmp_path / "quote.pdf").write_bytes(b"%PDF-1.7")
    await page.goto(address(run.id))
    await expect(page.get_by_role("heading")).to_have_text("Purchase")
    await page.get_by_label("Title").fill("Läptop 💻")
    await page.get_by_label("Reason").fill("The old one\nis broken")
    await page.get_by_label("Amount").fill("1200")
    await page.get_by_label("Urgent").check()
    await page.get_by_label("Office").select_option("South")
    await page.get_by_label("Due").fill("2026-02-01")
    await page.get_by_label("Quote").set_input_files(tmp_path / "quote.pdf")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("status")).to_have_text("halted: decide")
    run.assert_data(
        title="Läptop 💻",
        reason="The old one\nis broken",
        amount=1200,
        urgent=True,
        office="south",
        due="2026-02-01",
        quote={},  # what JSON.stringify makes of a File: the form uploads nothing
    )
    assert [each.where for each in interactor.diagnostics if each.code == "form_input_mismatch"] != []
    await page.get_by_role("button", name="Buy it").click()
    await expect(page.get_by_text("It is ordered.")).to_be_visible()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("status")).to_have_text("completed: done")
    run.assert_completed("done").assert_path("ask", "decide", "note", "done")
    assert seen.errors == []


async def test_a_form_that_is_left_as_it_is_sends_its_defaults(
    interactor: Emulator, page: Page, seen: Seen, address: Callable[[str], str]
) -> None:
    defaults = {"title": "Chair", "reason": "a\nb", "amount": 0, "urgent": True, "office": "north", "due": "2026-01-31"}
    fields = [{**each, "default": defaults[each["name"]]} for each in FIELDS if each["name"] in defaults]
    interactor.load(workflow("kept", {"ask": halt("done", fields=fields), "done": terminal()}))
    run = interactor.start("kept", namespace="user_1")
    await page.goto(address(run.id))
    await page.get_by_label("Amount").fill("1")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("status")).to_have_text("completed: done")
    assert run.data == {**defaults, "amount": 1}
    assert seen.errors == []


async def test_whoever_decides_against_it_is_asked_again(
    interactor: Emulator, page: Page, seen: Seen, address: Callable[[str], str]
) -> None:
    interactor.load(PURCHASE)
    run = interactor.start("purchase", namespace="user_1").resume(title="Chair")
    await page.goto(address(run.id))
    await expect(page.get_by_text("Buy Chair?")).to_be_visible()
    await page.get_by_role("button", name="Ask again").click()
    await expect(page.get_by_role("heading")).to_have_text("Purchase")
    run.assert_halted("ask").assert_data(choice="no")
    assert seen.errors == []
