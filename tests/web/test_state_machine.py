"""Any sequence of calls by several accounts, namespaces, keys and clocks, against a small model.

No call gives an undocumented status or code, and nobody sees what is another's.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from interactor_emulator import Emulator
from interactor_emulator.web.endpoints.operations import OPERATIONS

from .conftest import APPROVAL

NAMESPACES = ["user_1", "user_2"]
LIMITS = {"instances_per_namespace": 3, "creations_per_minute": 6, "writes_per_minute": 20, "reads_per_minute": 60}
TTL_SECONDS = 90 * 86_400


DESCRIBED = {(each.method, each.path): each for each in OPERATIONS}


@dataclass
class Row:
    """What the model knows of an instance."""

    namespace: str | None
    status: str = "halted"
    since: int = 0


@dataclass
class Side:
    """What the model knows of an account."""

    now: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    kept: dict[str, tuple[int, int, bytes, str | None]] = field(default_factory=dict)

    def advance(self, seconds: int) -> None:
        self.now += seconds
        for row in self.rows.values():
            if row.status == "halted" and self.now >= row.since + TTL_SECONDS:
                row.status = "cancelled"

    def halted_in(self, namespace: str | None) -> int:
        return sum(row.status == "halted" and row.namespace == namespace for row in self.rows.values())


class Calls(RuleBasedStateMachine):
    instances: Bundle[tuple[int, str]] = Bundle("instances")

    @initialize()
    def begin(self) -> None:
        host = Emulator(seed=1, now="2026-01-20T12:00:00Z", limits=LIMITS, rate_limits=True)
        self.emulators = [host]
        self.app = host.asgi_app
        created = self.control("POST", "/accounts", {"name": "b", "now": "2026-01-20T12:00:00Z", "rate_limits": True})
        assert created.status_code == 201
        self.names = ["default", "b"]
        self.sides = [Side(), Side()]
        for account in (0, 1):
            token = self.token(account, None)
            version = self.send(token, "POST", "/workflows", APPROVAL).json()["data"]["version_id"]
            path = f"/workflows/approval/versions/{version}/publish"
            assert self.send(token, "POST", path, {}).status_code == 200

    def request(self, method: str, url: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, url, json=body, headers=headers)

        return asyncio.run(send())

    def control(self, method: str, path: str, body: Any, account: str = "default") -> httpx.Response:
        return self.request(method, f"/_emulator{path}", body, {"X-Emulator-Account": account})

    def token(self, account: int, namespaces: list[str] | None, scopes: list[str] | None = None) -> str:
        body = {"namespaces": namespaces, "scopes": scopes, "expires_in": 10**8}
        return str(self.control("POST", "/tokens", body, self.names[account]).json()["access_token"])

    def send(self, token: str, method: str, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return self.request(method, f"/api/v1{path}", body, headers)

    def documented(self, operation: tuple[str, str], answer: httpx.Response) -> str:
        """The answer's code, empty for a success; it and its status stand in the description."""
        described = DESCRIBED[operation]
        if answer.is_success:
            assert answer.status_code == described.status
            return ""
        code = str(answer.json()["error"]["code"])
        assert code in described.codes[answer.status_code], answer.text
        return code

    @rule(
        target=instances,
        account=st.integers(0, 1),
        namespace=st.sampled_from([*NAMESPACES, None]),
        owned=st.sampled_from([None, ["user_1"], NAMESPACES]),
        key=st.sampled_from([None, None, "k1", "k2"]),
    )
    def create(self, account: int, namespace: str | None, owned: list[str] | None, key: str | None) -> Any:
        side, token = self.sides[account], self.token(account, owned)
        body = {} if namespace is None else {"namespace": namespace}
        answer = self.send(token, "POST", "/workflows/approval/instances", body, key)
        code = self.documented(("POST", "/workflows/{name}/instances"), answer)
        kept = side.kept.get(key or "")
        if code == "rate_limited":
            return multiple()
        if kept is not None and side.now < kept[0] + 86_400:
            if owned is not None and kept[3] not in owned:
                assert code == "forbidden"
            else:
                assert (answer.status_code, answer.content) == kept[1:3]
            return multiple()
        expected = namespace if namespace or owned is None else owned[0] if len(owned) == 1 else None
        if namespace is not None and owned is not None and namespace not in owned:
            assert code == "forbidden"
        elif expected is None and owned is not None:
            assert code == "validation_error"
        elif side.halted_in(expected) >= LIMITS["instances_per_namespace"]:
            assert code == "namespace_quota_exceeded"
        else:
            assert code == "", answer.text
            id_ = answer.json()["data"]["id"]
            assert id_ not in side.rows
            side.rows[id_] = Row(expected, since=side.now)
            if key:
                side.kept[key] = side.now, answer.status_code, answer.content, expected
            return account, id_
        return multiple()

    @rule(
        which=instances,
        asking=st.integers(0, 1),
        owned=st.sampled_from([None, ["user_1"], ["user_2"]]),
        ok=st.booleans(),
        verb=st.sampled_from(["resume", "cancel", "show"]),
    )
    def act(self, which: tuple[int, str], asking: int, owned: list[str] | None, ok: bool, verb: str) -> None:
        account, id_ = which
        row, token = self.sides[account].rows[id_], self.token(asking, owned)
        path, pattern = f"/workflows/instances/{id_}", "/workflows/instances/{instance_id}"
        if verb == "show":
            answer = self.send(token, "GET", path)
            code = self.documented(("GET", pattern), answer)
        else:
            answer = self.send(token, "POST", f"{path}/{verb}", {"input": {"ok": ok}} if verb == "resume" else {})
            code = self.documented(("POST", f"{pattern}/{verb}"), answer)
        if code == "rate_limited":
            return
        if asking != account:
            assert code == "instance_not_found"
        elif owned is not None and row.namespace not in owned:
            assert code == "forbidden"
        elif verb == "show":
            shown = answer.json()["data"]
            assert (shown["status"], shown.get("namespace")) == (row.status, row.namespace)
        elif row.status != "halted":
            assert code == ("instance_not_halted" if verb == "resume" else "instance_not_active")
        elif verb == "resume" and not ok:
            assert code == "invalid_transition"
        else:
            row.status = "completed" if verb == "resume" else "cancelled"
            assert (code, answer.json()["data"]["status"]) == ("", row.status)

    @rule(account=st.integers(0, 1), seconds=st.sampled_from([30, 60, 3_600, 86_400, 50 * 86_400]))
    def advance(self, account: int, seconds: int) -> None:
        answer = self.control("POST", "/clock/advance", {"seconds": seconds}, self.names[account])
        assert answer.status_code == 200
        self.sides[account].advance(seconds)

    @rule(account=st.integers(0, 1), scope=st.sampled_from(["workflows:read", "webhooks:manage"]))
    def a_scope_that_does_not_do(self, account: int, scope: str) -> None:
        answer = self.send(self.token(account, None, [scope]), "POST", "/workflows/approval/instances", {})
        assert self.documented(("POST", "/workflows/{name}/instances"), answer) in ("forbidden", "rate_limited")

    @invariant()
    def lists_show_each_account_and_namespace_its_own(self) -> None:
        for account, side in enumerate(getattr(self, "sides", ())):
            for owned in (None, ["user_2"]):
                answer = self.send(self.token(account, owned), "GET", "/workflows/instances")
                if self.documented(("GET", "/workflows/instances"), answer) == "":
                    shown = {row["id"]: row["status"] for row in answer.json()["data"]["instances"]}
                    assert shown == {
                        id_: row.status for id_, row in side.rows.items() if owned is None or row.namespace in owned
                    }


TestCalls = pytest.mark.unmeasured(Calls.TestCase)
TestCalls.settings = settings(deadline=None, stateful_step_count=20)
