"""Namespaces: "tokens can only access instances in namespaces they own", also by way of keys and webhooks."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.facade.inbox import Inbox

from tests.workflows import halt, terminal, workflow

ALL = [f"workflow.instance.{name}" for name in ("created", "halted", "resumed", "completed", "failed", "cancelled")]
SECRET = "whsec_of_the_tests_of_namespaces_00"
URL = "http://127.0.0.1:1/hook"


class Caller:
    """Calls of the API with a token of these namespaces."""

    def __init__(self, client: httpx.Client, emulator: Emulator, namespaces: list[str] | None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {emulator.token(namespaces=namespaces)}"}
        self._url = str(client.base_url)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.request(method, f"{self._url}{path}", json=body, headers={**self._headers, **headers})


@pytest.fixture
def as_(interactor: Emulator, interactor_client: httpx.Client, approval: Any) -> Any:
    return lambda *namespaces: Caller(interactor_client, interactor, list(namespaces) or None)


def test_a_stored_answer_is_given_only_to_who_may_see_it(as_: Any, interactor: Emulator) -> None:
    key, path = {"Idempotency-Key": "same"}, "workflows/approval/instances"
    first = as_()("POST", path, {"namespace": "user_2"}, **key)
    refused = as_("user_1")("POST", path, {"namespace": "user_1"}, **key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert refused.json()["error"]["message"] == "Token does not own namespace 'user_2'"
    assert as_("user_2")("POST", path, {"namespace": "user_2"}, **key).content == first.content
    assert len(interactor.runs) == 1


def test_a_stored_answer_to_a_resume_is_guarded_too(as_: Any) -> None:
    created = as_()("POST", "workflows/approval/instances", {"namespace": "user_2"}).json()["data"]["id"]
    path, key = f"workflows/instances/{created}/resume", {"Idempotency-Key": "r"}
    assert as_("user_2")("POST", path, {"input": {"ok": True}}, **key).status_code == 200
    assert as_("user_1")("POST", path, {"input": {"ok": True}}, **key).status_code == 403


def subscribed(caller: Caller, namespace_filter: str | None = None) -> httpx.Response:
    body = {"url": URL, "events": ALL, "secret": SECRET, "namespace_filter": namespace_filter}
    return caller("POST", "webhooks/subscriptions", body)


def test_a_filter_outside_of_the_tokens_namespaces_is_refused(as_: Any) -> None:
    assert subscribed(as_("user_1"), "user_2").status_code == 403
    assert subscribed(as_("user_1", "user_2"), "user_2").status_code == 201
    assert subscribed(as_(), "user_2").status_code == 201


def test_a_subscription_hears_only_of_its_tokens_namespaces(as_: Any, interactor: Emulator) -> None:
    ids = {
        "one": subscribed(as_("user_1")),
        "both": subscribed(as_("user_1", "user_2")),
        "filtered": subscribed(as_(), "user_2"),
        "all": subscribed(as_()),
    }
    names = {answer.json()["data"]["id"]: name for name, answer in ids.items()}
    for namespace in ("user_1", "user_2", None):
        interactor.start("approval", namespace=namespace)
    heard: dict[str, list[str | None]] = {name: [] for name in ids}
    of = {run.id: namespace for run, namespace in zip(interactor.runs, ("user_1", "user_2", None), strict=True)}
    for each in interactor.webhooks.deliveries:
        if each.event.endswith("created"):
            heard[names[each.subscription_id]].append(of[each.instance_id])
    assert heard == {"one": ["user_1"], "both": ["user_1", "user_2"], "filtered": ["user_2"], "all": [*of.values()]}


def test_a_token_lists_and_deletes_only_what_reaches_no_further_than_itself(as_: Any) -> None:
    mine, wide, narrow = subscribed(as_("user_1")), subscribed(as_()), subscribed(as_(), "user_1")
    own = [answer.json()["data"]["id"] for answer in (mine, narrow)]
    foreign = wide.json()["data"]["id"]
    listed = as_("user_1")("GET", "webhooks/subscriptions").json()["data"]["subscriptions"]
    assert [row["id"] for row in listed] == own
    refused = as_("user_1")("DELETE", f"webhooks/subscriptions/{foreign}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "webhook_not_found")
    assert as_("user_1")("DELETE", f"webhooks/subscriptions/{own[1]}").status_code == 204
    assert [row["id"] for row in as_()("GET", "webhooks/subscriptions").json()["data"]["subscriptions"]] == [
        own[0],
        foreign,
    ]


def test_the_receivers_of_a_test_hear_of_everything(interactor: Emulator, interactor_inbox: Inbox) -> None:
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    for namespace in ("user_1", None):
        interactor.start("w", namespace=namespace)
    assert interactor_inbox.events.count("workflow.instance.created") == 2
