"""What the service tells the shop: forged, twice, in another order, too late, or never."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from interactor_emulator import Emulator, certify
from interactor_emulator.signing import sign

Browser = Callable[[str], FlaskClient]
Stock = Callable[[str], int]
Mails = Callable[[], list[str]]


def test_nobody_decides_for_90_days(interactor: Emulator, webhooks: None, browser: Browser, stock: Stock) -> None:
    browser("ann").post("/orders", data={"item": "laptop"})
    assert stock("laptop") == 1
    interactor.clock.advance(days=90)
    interactor.runs[0].assert_cancelled(reason="ttl_expired")
    assert "Status: cancelled" in browser("ann").get("/orders/1").text
    assert stock("laptop") == 2


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "delay", "lose_response"])
def test_deliveries_come_twice_in_another_order_and_late(
    interactor: Emulator, webhooks: None, browser: Browser, stock: Stock, mails: Mails, fault: Any
) -> None:
    interactor.faults.webhook(fault)
    browser("ann").post("/orders", data={"item": "laptop"})
    interactor.clock.advance(hours=1)
    assert "Status: waiting" in browser("ann").get("/orders/1").text
    assert mails() == ["bo", "cy"]
    interactor.runs[0].cancel()
    interactor.clock.advance(hours=1)
    assert "Status: cancelled" in browser("ann").get("/orders/1").text
    assert (stock("laptop"), mails()) == (2, ["bo", "cy"])


def test_old_news_does_not_change_an_order_that_has_ended(
    interactor: Emulator, webhooks: None, browser: Browser, mails: Mails
) -> None:
    interactor.faults.webhook("delay", event="workflow.instance.halted", delay_seconds=600)
    browser("ann").post("/orders", data={"item": "laptop"})
    browser("bo").post("/orders/1/decision", data={"approved": "yes"})
    interactor.clock.advance(minutes=15)
    assert "Status: shipped" in browser("ann").get("/orders/1").text
    assert mails() == []


def test_a_delivery_that_somebody_else_has_signed_changes_nothing(app: Flask, browser: Browser) -> None:
    browser("ann").post("/orders", data={"item": "laptop"})
    data = {"instance_id": "inst_1", "workflow_data": {"order_id": 1}}
    body = json.dumps({"event": "workflow.instance.cancelled", "delivery_id": "del_1", "data": data}).encode()
    now = int(time.time())

    def delivered(secret: str, timestamp: int) -> int:
        headers = {
            "Content-Type": "application/json",
            "X-Interactor-Signature": sign(secret, body, timestamp),
            "X-Interactor-Timestamp": str(timestamp),
        }
        return app.test_client().post("/webhooks/interactor", data=body, headers=headers).status_code

    assert delivered("whsec_of_somebody_else_of_32_letters", now) == 401
    assert delivered(app.config["WEBHOOK_SECRET"], now - 301) == 401
    assert "Status: waiting" in browser("ann").get("/orders/1").text
    assert delivered(app.config["WEBHOOK_SECRET"], now) == 204
    assert "Status: cancelled" in browser("ann").get("/orders/1").text


def test_the_receiver_is_right(app: Flask) -> None:
    report = certify(app, app.config["WEBHOOK_SECRET"], path="/webhooks/interactor")
    assert report.ok, str(report)
