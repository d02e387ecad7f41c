"""Instances on the dashboard in a real browser, by what a person does: clicks, keys, dragging."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from interactor_emulator import Emulator, InteractorError, Server
from interactor_fixtures import definition
from playwright.async_api import Page, expect

from tests.browser.conftest import Seen
from tests.browser.test_form import FIELDS
from tests.workflows import halt, script, terminal, to, workflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

ORDER = {"id": "PO-1", "amount": 55_000, "requester": "ann@example.com", "description": "A <b>large</b> order"}


@pytest.fixture
def pages(interactor: Emulator, interactor_server: Server) -> str:
    """The address of the dashboard's pages."""
    return f"{interactor_server.url}/_emulator/dashboard"


def badge(page: Page, status: str) -> Any:
    return page.locator("#facts .badge", has_text=status)


async def test_the_documents_approval_is_walked_from_start_to_end_by_clicks_and_its_copy_is_green(
    interactor: Emulator, page: Page, seen: Seen, pages: str, tmp_path: Path
) -> None:
    interactor.load(definition("purchase_approval"))
    interactor.stub("https://yourapp.com/api/notifications", respond={"json": {"notified": True}})
    await page.goto(f"{pages}/workflows")
    await page.get_by_role("link", name="purchase_approval").first.click()
    await page.get_by_role("link", name="Start").first.click()
    await page.get_by_label("Input, as JSON").fill(json.dumps(ORDER))
    await page.get_by_label("Namespace").fill("user_1")
    await page.get_by_role("button", name="Start").click()
    form = page.get_by_role("article", name="Manager Approval Required")
    await expect(form).to_contain_text("Purchase request for A <b>large</b> order - $55000")
    await form.get_by_label("Approve?").check()
    await form.get_by_label("Comment").fill("fine\nwith me")
    await form.get_by_role("button", name="Submit", exact=True).click()
    form = page.get_by_role("article", name="VP Approval Required")
    await form.get_by_label("VP Approval").check()
    await form.get_by_label("Budget Code").fill("B-7")
    await form.get_by_role("button", name="Submit", exact=True).click()
    await expect(badge(page, "completed")).to_be_visible()
    await expect(page.locator("#story")).to_contain_text("amount gt 10000, saw 55000")
    (run,) = interactor.runs
    run.assert_completed("complete").assert_data(comment="fine\nwith me", budget_code="B-7", notified=True)
    await page.get_by_role("link", name="pytest").click()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Save test_purchase_approval.py").click()
    await (await saving.value).save_as(tmp_path / "test_purchase_approval.py")
    await page.get_by_role("link", name="Scenario file").click()
    for name in ("Save purchase_approval.scenario.json", "Save its definition"):
        async with page.expect_download() as saving:
            await page.get_by_role("link", name=name).click()
        saved = await saving.value
        await saved.save_as(tmp_path / saved.suggested_filename)
    assert passed(tmp_path) == "2 passed"
    assert seen.errors == []


def passed(folder: Path) -> str:
    """What pytest says of the tests in a folder: the file, and the scenario that it collects."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", str(folder)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].partition(" in ")[0]


async def test_all_six_types_of_fields_are_filled_in_a_file_is_uploaded_and_what_is_refused_stays_typed(
    interactor: Emulator, page: Page, seen: Seen, pages: str, tmp_path: Path
) -> None:
    interactor.load(
        workflow(
            "purchase",
            {
                "ask": halt(to("done", title="Läptop 💻"), presentation={"type": "form", "fields": FIELDS}),
                "done": terminal(),
            },
        )
    )
    run = interactor.start("purchase", namespace="user_1")
    (tmp_path / "quote.pdf").write_bytes(b"%PDF-1.7")
    await page.goto(f"{pages}/instances/{run.id}")
    await page.get_by_label("Title").fill("Chair")
    await page.get_by_label("Reason").fill("The old one\nis broken")
    await page.get_by_label("Amount").fill("1200")
    await page.get_by_label("Urgent").check()
    await page.get_by_label("Office").select_option("South")
    await page.get_by_label("Due").fill("2026-02-01")
    await page.get_by_label("Quote").set_input_files(tmp_path / "quote.pdf")
    await page.get_by_role("button", name="Submit", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("400 invalid_transition")
    await expect(page.get_by_role("textbox", name="Reason")).to_have_value("The old one\nis broken")
    await expect(page.get_by_role("combobox", name="Office")).to_have_value("south")
    await expect(page.get_by_text("quote.pdf is uploaded")).to_be_visible()
    await page.get_by_role("textbox", name="Title").fill("Läptop 💻")
    await page.get_by_role("button", name="Submit", exact=True).click()
    await expect(badge(page, "completed")).to_be_visible()
    (file,) = interactor.account.store.files_of(run.id)
    assert run.data == {
        "title": "Läptop 💻",
        "reason": "The old one\nis broken",
        "amount": 1200,
        "urgent": True,
        "office": "south",
        "due": "2026-02-01",
        "quote": file.id,
    }
    assert file.content == b"%PDF-1.7"
    assert [each for each in seen.errors if "400" not in each] == []


WHO: list[dict[str, Any]] = [{"name": "who", "type": "string", "label": "Who"}]
TWICE = workflow("twice", {"ask": halt("work", fields=WHO), "work": script("return {}", "done"), "done": terminal()})


async def test_two_people_answer_at_once_and_the_second_is_told_what_the_api_tells(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    await page.goto(f"{pages}/instances/{run.id}")
    await page.get_by_role("link", name="Let two people answer it, side by side").click()
    first, second = page.locator("#person-1"), page.locator("#person-2")
    await first.get_by_label("Who").fill("Ann")
    await second.get_by_label("Who").fill("Bob")
    with interactor.hold("resume") as held:
        await first.get_by_role("button", name="Submit", exact=True).click()
        await second.get_by_role("button", name="Submit", exact=True).click()
        await asyncio.to_thread(held.wait_for, 2)
    await expect(first).to_contain_text("it is completed in done")
    await expect(second.get_by_role("alert")).to_contain_text("409 concurrent_modification")
    await expect(second.get_by_label("Who")).to_have_value("Bob")
    run.assert_completed("done").assert_data(who="Ann")
    await second.get_by_role("button", name="Submit", exact=True).click()
    await expect(second.get_by_role("alert")).to_contain_text("400 instance_not_halted")
    assert [each for each in seen.errors if "409" not in each and "400" not in each] == []


async def test_both_are_submitted_at_once_by_one_click(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    await page.goto(f"{pages}/instances/{run.id}?people=2")
    await page.locator("#person-1").get_by_label("Who").fill("Ann")
    await page.locator("#person-2").get_by_label("Who").fill("Bob")
    await page.get_by_role("button", name="Submit both at once").click()
    await expect(page.get_by_role("alert")).to_have_count(1)
    run.assert_completed("done")


async def test_ninety_days_pass_by_two_clicks_and_the_instance_is_cancelled(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    interactor.clock.unfreeze()
    await page.goto(f"{pages}/instances/{run.id}")
    await page.get_by_role("button", name="Freeze").click()
    await page.get_by_role("button", name="To the next due").click()
    await expect(badge(page, "cancelled")).to_be_visible()
    await expect(page.locator("#story")).to_contain_text("its time to live was over")
    run.assert_cancelled()
    assert seen.errors == []


async def test_its_time_is_dragged_and_the_page_shows_each_moment(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    interactor.clock.advance(days=1)
    run.resume(who="Ann")
    await page.goto(f"{pages}/instances/{run.id}")
    await expect(page.get_by_role("heading", name="As it is now")).to_be_visible()
    slider = page.get_by_role("slider")
    await slider.fill("3")
    await expect(page.locator("#when")).to_contain_text("event 3 of")
    await expect(page.locator("#moment mark")).to_have_text(["thread_main running in ask", 'who: "Ann"'])
    await expect(page.locator("#moment .current title").first).to_contain_text("ask")
    await expect(page).to_have_url(f"{pages}/instances/{run.id}?step=3")
    await slider.press("ArrowLeft")
    await expect(page.locator("#when")).to_contain_text("event 2 of")
    await expect(page.locator("#moment")).not_to_contain_text("Ann")
    await page.get_by_role("link", name="After").click()
    await expect(page.locator("#when")).to_contain_text("event 3 of")
    await page.reload()
    await expect(page.locator("#when")).to_contain_text("event 3 of")
    assert seen.errors == []


async def test_a_form_is_answered_by_the_keyboard_alone(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    await page.goto(f"{pages}/instances")
    await reach(page, run.id)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=run.id)).to_be_visible()
    await reach(page, "", "INPUT", "text")
    await page.keyboard.type("Ann")
    await page.keyboard.press("Enter")
    await expect(badge(page, "completed")).to_be_visible()
    run.assert_data(who="Ann")
    assert seen.errors == []


async def reach(page: Page, text: str, tag: str = "A", type_: str = "") -> None:
    """Tab to it."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        at = await page.evaluate(
            "[document.activeElement.tagName, document.activeElement.type || '', document.activeElement.textContent]"
        )
        if at[0] == tag and text in at[2] and type_ in at[1]:
            return
    raise AssertionError(f"no {tag} with {text} is reached")


async def test_what_was_typed_stays_while_the_page_is_live(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    await page.goto(f"{pages}/instances/{run.id}")
    await expect(page.locator("#live")).to_have_text("live")
    await page.get_by_label("Who").fill("half a na")
    await page.get_by_role("heading", name="Timeline").click()
    run.resume(who="Bob")
    await expect(badge(page, "completed")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Who")).to_have_value("half a na")
    await page.get_by_role("button", name="Submit", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("400 instance_not_halted")
    await expect(page.get_by_role("textbox", name="Who")).to_have_value("half a na")


async def test_what_was_refused_and_what_was_unfolded_stays_while_the_page_is_live(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(workflow("picky", {"ask": halt(to("done", who="Ann"), fields=WHO), "done": terminal()}))
    run, other = interactor.start("picky", {"from": "afar"}), interactor.start("picky")
    await page.goto(f"{pages}/instances/{run.id}")
    await page.get_by_label("Who").fill("Bob")
    await page.get_by_role("button", name="Submit", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("400 invalid_transition")
    await page.get_by_text("Input {").click()
    await expect(page.locator("#story .json")).to_be_visible()
    await expect(page.locator("#live")).to_have_text("live")
    interactor.clock.advance(hours=1)
    other.resume(who="Ann")
    await expect(page.locator("#clock")).to_contain_text("13:00:00")
    with pytest.raises(InteractorError):
        run.resume(who="Cid")
    await expect(page.locator("#story")).to_contain_text("Cid")
    await expect(page.locator("#story .json")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Who")).to_have_value("Bob")
    await expect(page.get_by_role("alert")).to_contain_text("400 invalid_transition")


async def test_the_list_is_filtered_by_its_form_and_live(
    interactor: Emulator, page: Page, seen: Seen, pages: str
) -> None:
    interactor.load(TWICE)
    run = interactor.start("twice", namespace="user_1")
    interactor.start("twice", namespace="user_2")
    await page.goto(f"{pages}/instances")
    await page.get_by_label("Namespace").fill("user_1")
    await page.get_by_role("button", name="Filter").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("#live")).to_have_text("live")
    run.resume(who="Ann")
    await expect(page.locator("tbody .badge")).to_have_text("completed")
    await page.go_back()
    await expect(page.locator("tbody tr")).to_have_count(2)
    assert seen.errors == []


@pytest.mark.parametrize("width", [360, 1600])
async def test_no_page_of_an_instance_scrolls_sideways(
    interactor: Emulator, page: Page, pages: str, width: int
) -> None:
    interactor.load(definition("purchase_approval"))
    run = interactor.start("purchase_approval", {**ORDER, "long": "x" * 300}, namespace="user_1")
    await page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "instances",
        f"instances/{run.id}",
        f"instances/{run.id}?people=2",
        f"instances/{run.id}/copy?as=curl",
    ):
        await page.goto(f"{pages}/{path}")
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, wide) == (path, 0)
