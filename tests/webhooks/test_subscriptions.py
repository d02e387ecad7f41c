"""Subscriptions: what is taken, what is refused, and what is never shown again."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import terminal, workflow

PATH = "/webhooks/subscriptions"
GOOD = {
    "url": "https://yourapp.com/api/webhooks/workflows",
    "events": ["workflow.instance.halted", "workflow.instance.completed"],
    "secret": "whsec_your_webhook_secret_min_32_chars",
    "namespace_filter": "user_123",
}


def test_a_subscription_is_made_listed_and_deleted(interactor_client: httpx.Client) -> None:
    made = interactor_client.post(PATH, json=GOOD)
    assert made.status_code == 201
    data = made.json()["data"]
    assert list(data) == ["id", "url", "events", "namespace_filter", "status", "created_at"]
    assert (data["status"], data["created_at"]) == ("active", "2026-01-20T12:00:00Z")
    assert interactor_client.get(PATH).json() == {"data": {"subscriptions": [data]}}
    gone = interactor_client.delete(f"{PATH}/{data['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-length" not in gone.headers
    assert interactor_client.get(PATH).json() == {"data": {"subscriptions": []}}
    again = interactor_client.delete(f"{PATH}/{data['id']}")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "webhook_not_found")


def test_a_secret_that_the_service_made_is_shown_this_once(interactor_client: httpx.Client) -> None:
    data = interactor_client.post(PATH, json={**GOOD, "secret": None}).json()["data"]
    assert list(data) == ["id", "url", "secret", "events", "namespace_filter", "status", "created_at"]
    assert data["secret"].startswith("whsec_")
    assert len(data["secret"]) >= 32
    assert data["secret"] not in interactor_client.get(PATH).text


@pytest.mark.parametrize(
    ("member", "value", "field"),
    [
        ("url", None, "url"),
        ("url", "yourapp.com/hook", "url"),
        ("url", "ftp://yourapp.com", "url"),
        ("url", "https://yourapp.com:port/", "url"),
        ("url", "https://your app.com/", "url"),
        ("url", 7, "url"),
        ("events", [], "events"),
        ("events", "workflow.instance.halted", "events"),
        ("events", ["workflow.instance.halted", "workflow.halted"], "events[1]"),
        ("events", [{"a": 1}], "events[0]"),
        ("secret", "x" * 31, "secret"),
        ("secret", 32, "secret"),
        ("namespace_filter", ["user_1"], "namespace_filter"),
    ],
)
def test_what_is_wrong_is_named(interactor_client: httpx.Client, member: str, value: Any, field: str) -> None:
    answer = interactor_client.post(PATH, json={**GOOD, member: value})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], [each["field"] for each in error["details"]]) == ("validation_error", [field])
    assert interactor_client.get(PATH).json() == {"data": {"subscriptions": []}}


def test_everything_that_is_wrong_is_named_at_once(interactor_client: httpx.Client) -> None:
    details = interactor_client.post(PATH, json={"secret": ""}).json()["error"]["details"]
    assert [each["field"] for each in details] == ["url", "events", "secret"]


def test_32_characters_are_enough(interactor: Emulator) -> None:
    assert len(interactor.webhooks.subscribe("https://a.example/", secret="s" * 32).secret) == 32


def test_no_secret_is_in_what_is_printed(interactor: Emulator) -> None:
    subscription = interactor.webhooks.subscribe("https://a.example/", secret="never-to-be-seen-" * 2)
    assert "never-to-be-seen" not in repr(subscription)


def test_the_namespace_filter_lets_one_namespace_through(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"end": terminal()}))
    interactor.webhooks.subscribe(interactor.webhooks.inbox, namespace="a", secret="s" * 32)
    theirs = [each for each in interactor.webhooks.deliveries if each.subscription_id]
    assert theirs == []
    for namespace in ("a", "b", None):
        interactor.start("w", namespace=namespace)
    by_subscription = [each.subscription_id for each in interactor.webhooks.deliveries]
    assert sorted(by_subscription.count(each) for each in set(by_subscription)) == [2, 6]
