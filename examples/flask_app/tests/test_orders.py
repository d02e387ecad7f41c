"""From the order to the shelf, as the people see it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from interactor_emulator import Emulator

Browser = Callable[[str], FlaskClient]
Stock = Callable[[str], int]


def ordered(browser: Browser, item: str) -> str:
    page = browser("ann").post("/orders", data={"item": item}, follow_redirects=True)
    return page.text


def test_a_small_order_is_shipped_at_once(interactor: Emulator, browser: Browser, stock: Stock) -> None:
    assert "Status: shipped" in ordered(browser, "chair")
    assert stock("chair") == 4
    interactor.runs[0].assert_completed("shipped").assert_path("submit", "reserve", "ship", "shipped")


@pytest.mark.parametrize(("answer", "status", "left"), [("yes", "shipped", 1), ("no", "declined", 2)])
def test_a_large_order_is_for_a_manager_to_decide(
    interactor: Emulator, browser: Browser, stock: Stock, answer: str, status: str, left: int
) -> None:
    assert "Status: waiting" in ordered(browser, "laptop")
    assert "Approve" not in browser("ann").get("/orders/1").text
    assert "Approve" in browser("bo").get("/orders/1").text
    page = browser("bo").post("/orders/1/decision", data={"approved": answer}, follow_redirects=True)
    assert f"Status: {status}" in page.text
    assert stock("laptop") == left
    interactor.runs[0].assert_completed(status).assert_data(total=2400, requester="ann")


def test_what_is_sold_out_is_not_promised(interactor: Emulator, browser: Browser, stock: Stock) -> None:
    for _ in range(2):
        assert "Status: waiting" in ordered(browser, "laptop")
    assert "Status: sold_out" in ordered(browser, "laptop")
    assert stock("laptop") == 0
    interactor.runs[-1].assert_completed("sold_out").assert_path("submit", "reserve", "sold_out")


def test_a_manager_takes_a_week(interactor: Emulator, browser: Browser) -> None:
    ordered(browser, "laptop")
    interactor.clock.advance(days=7)  # the shop's token has run out since
    page = browser("bo").post("/orders/1/decision", data={"approved": "yes"}, follow_redirects=True)
    assert "Status: shipped" in page.text


def test_only_managers_decide(browser: Browser) -> None:
    ordered(browser, "laptop")
    assert browser("ann").post("/orders/1/decision", data={"approved": "yes"}).status_code == 403


def test_two_managers_decide_at_the_same_moment(interactor: Emulator, browser: Browser, stock: Stock) -> None:
    ordered(browser, "laptop")

    def decision(manager: str, approved: str) -> int:
        return browser(manager).post("/orders/1/decision", data={"approved": approved}).status_code

    with ThreadPoolExecutor() as threads, interactor.hold("resume") as held:
        bo = threads.submit(decision, "bo", "yes")
        held.wait_for(1)
        cy = threads.submit(decision, "cy", "no")
        held.wait_for(2)
        held.release()
    assert (bo.result(), cy.result()) == (303, 409)
    assert stock("laptop") == 1
    interactor.runs[0].assert_completed("shipped")


def test_who_decides_after_the_other_is_told(browser: Browser) -> None:
    ordered(browser, "laptop")
    browser("bo").post("/orders/1/decision", data={"approved": "no"})
    late = browser("cy").post("/orders/1/decision", data={"approved": "yes"})
    assert late.status_code == 409
    assert "Somebody else has decided already" in late.text


def test_the_steps_of_the_workflow_are_for_the_service_alone(browser: Browser, stock: Stock) -> None:
    ordered(browser, "laptop")
    stranger = browser("ann").post("/workflow/orders/1/ship", headers={"Authorization": "Bearer guessed"})
    assert stranger.status_code == 401
    assert "Status: waiting" in browser("ann").get("/orders/1").text
