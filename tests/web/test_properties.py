"""Anything may be sent; the same calls give the same bytes."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_fixtures import definition

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=30,
)
NEAR = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["w", "", "x" * 65, "instances", 5]) | JSON,
        "initial_state": st.just("a") | JSON,
        "states": st.dictionaries(
            st.sampled_from(["a", "b", "e.nd"]),
            st.fixed_dictionaries(
                {},
                optional={
                    "type": st.sampled_from(["action", "halting", "terminal"]) | JSON,
                    "logic": st.fixed_dictionaries({"type": st.just("script"), "code": st.text()}) | JSON,
                    "transitions": st.lists(st.fixed_dictionaries({"target": st.sampled_from(["a", "b"])}) | JSON),
                    "presentation": JSON,
                },
            ),
        )
        | JSON,
    },
)


class TestAnything:
    """One emulator for all examples: what was refused must have changed nothing."""

    emulator = Emulator(seed=1, now="2026-01-20T12:00:00Z")

    def _post(self, path: str, body: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body)

        async def post() -> httpx.Response:
            transport = httpx.ASGITransport(self.emulator.asgi_app)
            headers = {"Authorization": f"Bearer {self.emulator.token()}", "Content-Type": "application/json"}
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1") as client:
                return await client.post(path, content=content, headers=headers)

        return asyncio.run(post())

    @given(body=NEAR | JSON)
    def test_any_json_is_validated(self, body: Any) -> None:
        answer = self._post("/workflows/validate", body)
        if isinstance(body, dict):
            assert answer.status_code == 200
            assert answer.json()["data"]["valid"] is ("errors" not in answer.json()["data"])
        else:
            assert answer.json()["error"]["code"] == "validation_error"

    @given(body=NEAR)
    def test_a_definition_is_created_exactly_when_it_is_valid(self, body: Any) -> None:
        self.emulator.reset()
        valid = self._post("/workflows/validate", body).json()["data"]
        created = self._post("/workflows", body)
        if valid["valid"]:
            assert created.status_code == 201
        else:
            assert (created.status_code, created.json()["error"]["code"]) == (400, "invalid_workflow")
            assert created.json()["error"]["details"]["errors"] == valid["errors"]
            assert not self.emulator.account.store.workflows

    @given(body=st.binary(max_size=200))
    def test_any_bytes_are_answered(self, body: bytes) -> None:
        answer = self._post("/workflows", body)
        assert answer.status_code in (400, 201)


def _scenario(emulator: Emulator, server: Any) -> list[bytes]:
    """A whole scenario over HTTP; all that was answered, but for the date of the web server."""
    emulator.http.post("https://yourapp.com/api/notifications").respond(200)
    said: list[bytes] = []
    headers = {"Authorization": f"Bearer {emulator.token()}"}
    with httpx.Client(base_url=server.api_url, headers=headers) as client:

        def call(method: str, path: str, body: Any = None) -> Any:
            answer = client.request(method, path, json=body)
            kept = sorted((name, value) for name, value in answer.headers.items() if name != "date")
            said.append(repr((answer.status_code, kept)).encode() + answer.content)
            return answer.json()

        version = call("POST", "/workflows", definition("purchase_approval"))["data"]["version_id"]
        call("POST", f"/workflows/purchase_approval/versions/{version}/publish")
        for amount in (500, 5000, 15000):
            body = {"namespace": "user_1", "input": {"amount": amount, "lucky": 7}}
            made = call("POST", "/workflows/purchase_approval/instances", body)["data"]
            call("POST", f"/workflows/instances/{made['id']}/resume", {"input": {"approved": True}})
            call("GET", f"/workflows/instances/{made['id']}")
            emulator.clock.advance(minutes=10)
        call("GET", "/workflows/nope/versions")
        call("GET", "/workflows/instances")
    said.append(headers["Authorization"].encode())
    said.append(repr([(each.id, each.message) for each in emulator.diagnostics]).encode())
    return said


def test_the_same_seed_and_clock_give_the_same_bytes_twice() -> None:
    """All but one thing that is told by the wall clock: that a script was slow, which depends on the machine."""
    answers = []
    for seed in (7, 7, 8):
        emulator = Emulator(seed=seed, now="2026-01-20T12:00:00Z", limits={"slow_script_seconds": float("inf")})
        with emulator.serve() as server:
            answers.append(_scenario(emulator, server))
    assert answers[0] == answers[1]
    assert answers[0] != answers[2]


@pytest.mark.interactor(limits={"script_seconds": 20})
def test_other_requests_are_answered_while_a_script_never_ends(
    interactor: Emulator, interactor_client: httpx.Client
) -> None:
    """The slow request is answered last, when its child is ended, and the server is still the same one."""
    for name, code in (("quick", "return {}"), ("endless", "for (;;);")):
        logic = {"type": "script", "code": code}
        spin = {"type": "action", "logic": logic, "transitions": [{"target": "end"}]}
        states = {"spin": spin, "end": {"type": "terminal"}}
        interactor.load({"name": name, "initial_state": "spin", "states": states})
    # So that a child is there already: one that is still starting would begin the script anew.
    interactor.start("quick").assert_completed("end")

    def endless() -> httpx.Response:
        return interactor_client.post("/workflows/endless/instances", json={"namespace": "n"}, timeout=None)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(endless)
        while len(interactor.runs) < 2:
            interactor_client.get("/workflows")
        for _ in range(20):
            assert interactor_client.get("/workflows").status_code == 200
        assert not running.done()
        interactor.account.pool.close()
        answer = running.result()
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] in ("script_error", "script_timeout")
    assert interactor_client.get("/workflows").status_code == 200
