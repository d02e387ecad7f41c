"""The network breaks, webhooks are lost, a step comes twice: no order is forgotten, and none is made twice."""

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from interactor_emulator import Emulator

Browser = Callable[[str], FlaskClient]
Stock = Callable[[str], int]
Sweep = Callable[[], None]


@pytest.mark.parametrize("committed", [True, False])
def test_the_service_does_not_answer_when_something_is_ordered(
    interactor: Emulator, browser: Browser, stock: Stock, sweep: Sweep, committed: bool
) -> None:
    interactor.faults.call("drop", path="/workflows/order/instances", times=3, committed=committed)
    browser("ann").post("/orders", data={"item": "laptop"})
    sweep()
    assert "Status: waiting" in browser("ann").get("/orders/1").text
    assert [run.status for run in interactor.runs] == ["halted"]
    assert stock("laptop") == 1


def test_a_lost_reply_to_a_decision_is_asked_for_again(interactor: Emulator, browser: Browser) -> None:
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.faults.call("drop", path="/workflows/instances/*/resume", times=1)
    page = browser("bo").post("/orders/1/decision", data={"approved": "yes"}, follow_redirects=True)
    assert "Status: shipped" in page.text


def test_the_service_is_down_when_a_manager_decides(interactor: Emulator, browser: Browser) -> None:
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.faults.call("status", status=503, path="/workflows/instances/*/resume", times=3)
    assert browser("bo").post("/orders/1/decision", data={"approved": "yes"}).status_code == 503
    assert browser("bo").post("/orders/1/decision", data={"approved": "yes"}).status_code == 303
    interactor.runs[0].assert_completed("shipped")


def test_the_reply_of_a_step_is_lost(interactor: Emulator, app: Flask, browser: Browser, stock: Stock) -> None:
    statuses = iter(["502 BAD GATEWAY", "200 OK"])

    def behind_a_proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return app(environ, lambda _status, headers, _error=None: start_response(next(statuses), headers))

    interactor.routes = {"https://shop.example.com": behind_a_proxy}
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.clock.advance(seconds=1)
    interactor.runs[0].assert_halted("approval")
    assert stock("laptop") == 1


def test_the_shop_itself_is_down_for_good(interactor: Emulator, webhooks: None, browser: Browser, stock: Stock) -> None:
    interactor.stub("https://shop.example.com/*", respond={"status": 503})
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.clock.advance(minutes=1)
    interactor.runs[0].assert_failed(code="http_error", state="reserve")
    assert "Status: cancelled" in browser("ann").get("/orders/1").text
    assert stock("laptop") == 2


def test_no_webhook_has_come_for_90_days(interactor: Emulator, browser: Browser, stock: Stock, sweep: Sweep) -> None:
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.clock.advance(days=90)
    assert stock("laptop") == 1
    sweep()
    assert "Status: cancelled" in browser("ann").get("/orders/1").text
    assert stock("laptop") == 2
    sweep()
    assert stock("laptop") == 2
