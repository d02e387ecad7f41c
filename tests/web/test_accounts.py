"""Accounts of one server: what is one's own, and what ends with an account."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.workflows import halt, terminal, workflow

WORKFLOW = workflow("w", {"ask": halt("end"), "end": terminal()})


class Other:
    """An account of the server beside the test's own, with an instance that halts."""

    def __init__(self, server: Any, name: str = "other") -> None:
        self.control = f"{server.url}/_emulator"
        self.headers = {"X-Emulator-Account": name}
        self.made = httpx.post(f"{self.control}/accounts", json={"name": name}).json()
        self.api = httpx.Client(
            base_url=server.api_url, headers={"Authorization": f"Bearer {self.made['access_token']}"}, timeout=30
        )
        version = self.api.post("/workflows", json=WORKFLOW).json()["data"]["version_id"]
        self.api.post(f"/workflows/w/versions/{version}/publish")
        instance = self.api.post("/workflows/w/instances", json={"namespace": "n"}).json()["data"]
        self.instance = f"/workflows/instances/{instance['id']}"

    def hold(self) -> None:
        body = {"operation": "resume"}
        assert httpx.post(f"{self.control}/hold", json=body, headers=self.headers).json() == {"held": 0}

    @property
    def held(self) -> int:
        return int(httpx.get(f"{self.control}/hold", headers=self.headers).json()["held"])

    def remove(self) -> None:
        assert httpx.delete(f"{self.control}/accounts/{self.made['name']}").status_code == 200


Make = Callable[[], Other]


@pytest.fixture
def make(interactor_server: Any) -> Iterator[Make]:
    with ExitStack() as stack:

        def made() -> Other:
            other = Other(interactor_server)
            stack.callback(other.api.close)
            return other

        yield made


def test_a_request_that_is_held_ends_with_its_account(make: Make) -> None:
    other = make()
    other.hold()
    with ThreadPoolExecutor() as threads:
        resumed = threads.submit(other.api.post, f"{other.instance}/resume", json={"input": {}})
        while not other.held:
            assert not resumed.done()
        other.remove()
        answer = resumed.result(timeout=20)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "instance_not_found")


def test_a_stream_ends_with_its_account(make: Make) -> None:
    other = make()
    with other.api.stream("GET", f"{other.instance}/stream") as stream:
        lines = stream.iter_lines()
        while next(lines) != "event: state":
            pass
        other.remove()
        told = [line for line in lines if line.startswith("event: ")]
    assert told == ["event: done"]


def test_webhooks_that_wait_end_with_their_account(make: Make) -> None:
    other = make()
    body = {"url": "http://127.0.0.1:9/", "events": ["workflow.instance.created"]}
    assert other.api.post("/webhooks/subscriptions", json=body).status_code == 201
    assert other.api.post("/workflows/w/instances", json={"namespace": "n"}).status_code == 201
    other.remove()
    assert httpx.get(f"{other.control}/deliveries", headers=other.headers).status_code == 404


def test_a_token_dies_with_its_account_also_where_another_one_has_its_name(make: Make) -> None:
    first = make()
    first.remove()
    assert first.api.get("/workflows").status_code == 401
    second = make()
    assert first.api.get("/workflows").status_code == 401
    assert second.api.get("/workflows").status_code == 200
    second.remove()
    third = make()
    assert [each.api.get("/workflows").status_code for each in (first, second, third)] == [401, 401, 200]


@pytest.mark.parametrize("name", ["dev", "default"])
def test_a_name_whose_credentials_are_anothers_is_refused(interactor_server: Any, name: str) -> None:
    answer = httpx.post(f"{interactor_server.url}/_emulator/accounts", json={"name": name})
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (400, "name")


def test_an_account_without_a_name_gets_one_that_is_free(interactor_server: Any) -> None:
    control = f"{interactor_server.url}/_emulator"

    def named() -> str:
        made = httpx.post(f"{control}/accounts", json={})
        assert made.status_code == 201, made.text
        return str(made.json()["name"])

    first, second = named(), named()
    assert httpx.delete(f"{control}/accounts/{first}").status_code == 200
    client = {"client_id": "client_account_3", "client_secret": "s"}
    assert httpx.post(f"{control}/clients", json=client).status_code == 201
    assert (first, second, named(), named()) == ("account_1", "account_2", "account_4", "account_5")


@pytest.mark.parametrize("body", [{"limits": {"access_token_seconds": 0}}, {"variants": {"lists": "x"}}, {"now": "x"}])
def test_of_an_account_that_is_refused_nothing_stays(make: Make, interactor_server: Any, body: dict[str, Any]) -> None:
    control = f"{interactor_server.url}/_emulator"
    assert httpx.post(f"{control}/accounts", json={"name": "other", **body}).status_code == 400
    assert httpx.get(f"{control}/clock", headers={"X-Emulator-Account": "other"}).status_code == 404
    assert make().made["name"] == "other"


def test_a_client_id_belongs_to_one_account(make: Make) -> None:
    other = make()
    body = {"client_id": "client_dev", "client_secret": "another"}
    taken = httpx.post(f"{other.control}/clients", json=body, headers=other.headers)
    assert (taken.status_code, taken.json()["error"]["details"][0]["field"]) == (400, "client_id")
    again = httpx.post(f"{other.control}/clients", json=body)
    assert again.status_code == 201


def test_an_account_has_limits_and_variants_of_its_own(interactor_server: Any) -> None:
    control = f"{interactor_server.url}/_emulator"
    body = {"name": "own", "limits": {"input_bytes": 10}, "variants": {"validation_status": 422}}
    made = httpx.post(f"{control}/accounts", json=body).json()
    headers = {"Authorization": f"Bearer {made['access_token']}"}
    with httpx.Client(base_url=interactor_server.api_url, headers=headers) as api:
        version = api.post("/workflows", json=WORKFLOW).json()["data"]["version_id"]
        api.post(f"/workflows/w/versions/{version}/publish")
        path, options = "/workflows/w/instances", {"extensions": {"otherwise": True}}
        assert api.post(path, json={"input": {"a": "too long"}}).status_code == 413
        assert api.post(path, json={"input": 5}, **options).status_code == 422  # type: ignore[arg-type]
    assert httpx.get(f"{control}/variants").json()["validation_status"] == "400"
