"""`sweep_lost_replies`: a function is run again for every call that it makes, with the reply to that call lost."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.facade.outcomes import Left, differences, varying
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import halt, script, terminal, workflow

CREATE = "/workflows/order/instances"
ORDER = workflow("order", {"take": script("return {n: input.n}", "wait"), "wait": halt("done"), "done": terminal()})


class Shop:
    """Asks three times, under one key or none."""

    def __init__(self, api: httpx.Client, *, keys: bool) -> None:
        self._api, self._keys, self._sent = api, keys, 0

    def ask(self, path: str, body: Any) -> Any:
        self._sent += 1
        key = {"Idempotency-Key": f"key-{self._sent}"} if self._keys else {}
        for _ in range(3):
            try:
                return self._api.post(path, json=body, headers=key).json()["data"]
            except httpx.TransportError:
                continue
        raise RuntimeError("nobody answers")

    def order(self, number: int = 1) -> str:
        return str(self.ask(CREATE, {"namespace": "n", "input": {"n": number}})["id"])


@pytest.fixture
def shop(interactor: Emulator, interactor_client: httpx.Client) -> Callable[[bool], Shop]:
    interactor.load(ORDER)
    return lambda keys: Shop(interactor_client, keys=keys)


def test_with_keys_it_is_clean(interactor: Emulator, shop: Callable[[bool], Shop]) -> None:
    seen: list[Emulator] = []

    def order(emulator: Emulator) -> None:
        seen.append(emulator)
        client = shop(True)
        first = client.order()
        client.ask(f"/workflows/instances/{first}/resume", {"input": {}})
        client.order(2)
        emulator.run(first).assert_completed("done")

    swept = interactor.sweep_lost_replies(order)
    assert (len(swept.calls), swept.runs, swept.left_out, swept.findings) == (3, 7, 0, [])
    assert str(swept) == "the reply to each call was lost twice (calls: 3, runs: 7): all went alike"
    assert seen == [interactor] * 7
    assert (interactor.runs, interactor.diagnostics) == ([], [])
    interactor.start("order", {"n": 1}).assert_halted("wait")


def test_without_keys_the_call_is_named_at_which_it_orders_twice(
    interactor: Emulator, shop: Callable[[bool], Shop]
) -> None:
    with pytest.raises(AssertionError) as found:
        interactor.sweep_lost_replies(lambda: [shop(False).order(number) for number in (1, 2)])
    key = "whoever asks again after a lost reply sends the Idempotency-Key of the first time"
    assert str(found.value).splitlines() == [
        "a lost reply changes what this test comes to: 2 of 4 runs went otherwise",
        "",
        f"call 1 of 2, POST {CREATE}: carried out, and its reply lost",
        "  order: 3 instances in place of 2",
        '    too many: halted, take → wait, data {"n":1}',
        f"  {key}",
        "",
        f"call 2 of 2, POST {CREATE}: carried out, and its reply lost",
        "  order: 3 instances in place of 2",
        '    too many: halted, take → wait, data {"n":2}',
        f"  {key}",
    ]


def test_a_function_that_fails_of_a_lost_reply_is_told_of(interactor: Emulator, shop: Callable[[bool], Shop]) -> None:
    def orders_five(emulator: Emulator) -> None:
        client = shop(False)
        for _ in range(5):
            client.order()
        if len(emulator.runs) != 5:
            pytest.fail(f"{len(emulator.runs)} orders")

    with pytest.raises(AssertionError, match=r"the test failed: Failed: 6 orders") as found:
        interactor.sweep_lost_replies(orders_five)
    assert "5 of 10 runs went otherwise" in str(found.value)

    with pytest.raises(AssertionError, match="and 1 more"):
        interactor.sweep_lost_replies(lambda: [shop(False).order() for _ in range(6)])


def test_undisturbed_its_error_is_its_own(interactor: Emulator, shop: Callable[[bool], Shop]) -> None:
    with pytest.raises(ZeroDivisionError):
        interactor.sweep_lost_replies(lambda: 1 // 0)
    with pytest.raises(ValueError, match="calls must be a whole number, 1 or more, not 0"):
        interactor.sweep_lost_replies(lambda: None, calls=0)
    with pytest.raises(ValueError, match="made no call to the emulator over HTTP"):
        interactor.sweep_lost_replies(lambda: None)
    assert shop(False).order()  # nothing is lost any more


def test_a_limit_is_told(interactor: Emulator, shop: Callable[[bool], Shop]) -> None:
    swept = interactor.sweep_lost_replies(lambda: [shop(True).order() for _ in range(3)], calls=2)
    assert (swept.runs, swept.left_out) == (5, 1)
    assert str(swept).endswith("Of 3 calls of a test only the first 2 were swept for lost replies")
    assert [each.code for each in interactor.diagnostics] == ["sweep_stopped"]
    assert interactor.diagnostics[0].hint == "calls=3 sweeps all of them"


def test_resets_within_the_function_and_its_own_rules_change_nothing(
    interactor: Emulator, shop: Callable[[bool], Shop]
) -> None:
    def order(emulator: Emulator) -> None:
        shop(True).order()
        emulator.reset(keep="workflows")
        emulator.faults.call("status", method="DELETE")
        shop(True).order()

    assert interactor.sweep_lost_replies(order).runs == 5


@pytest.mark.asyncio
async def test_a_coroutine_function_runs_in_the_loop_of_the_test(interactor: Emulator) -> None:
    interactor.load(ORDER)
    headers = {"Authorization": f"Bearer {interactor.token()}"}

    async def order(keys: bool) -> None:
        key = {"Idempotency-Key": "k"} if keys else {}
        transport = httpx.ASGITransport(interactor.asgi_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", headers=headers) as client:
            for _ in range(2):
                try:
                    await client.post(CREATE, json={"namespace": "n", "input": {"n": 1}}, headers=key)
                    break
                except httpx.TransportError:
                    continue

    swept = await interactor.aio.sweep_lost_replies(lambda: order(True))
    assert swept.runs == 3
    with pytest.raises(AssertionError, match="2 instances in place of 1"):
        await interactor.aio.sweep_lost_replies(lambda: order(False))
    with pytest.raises(RuntimeError, match=r"await emulator.aio.sweep_lost_replies"):
        interactor.sweep_lost_replies(lambda: order(True))


def test_a_coroutine_function_has_a_loop_of_its_own_where_nobody_awaits(
    interactor: Emulator, interactor_server: Server
) -> None:
    interactor.load(ORDER)

    async def look() -> None:
        async with httpx.AsyncClient(base_url=interactor_server.api_url) as client:
            headers = {"Authorization": f"Bearer {interactor.token()}"}
            for _ in range(2):
                try:
                    await client.get("/workflows", headers=headers)
                    break
                except httpx.TransportError:
                    continue

    assert interactor.sweep_lost_replies(look).runs == 3


# ---- any client: with keys it is clean, without them it is found if and only if it orders anything


@given(steps=st.lists(st.sampled_from(["order", "resume", "list"]), min_size=1, max_size=4), keys=st.booleans())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_what_changes_something_twice_is_found(
    interactor: Emulator, interactor_client: httpx.Client, steps: list[str], keys: bool
) -> None:
    interactor.reset()
    interactor.load(ORDER)

    def run() -> None:
        client = Shop(interactor_client, keys=keys)
        ids: list[str] = []
        for step in steps:
            if step == "order":
                ids.append(client.order(len(ids)))
            elif step == "resume" and ids:
                client.ask(f"/workflows/instances/{ids.pop()}/resume", {"input": {}})
            else:
                client.ask("/workflows/validate", ORDER)

    if keys or "order" not in steps:
        assert interactor.sweep_lost_replies(run).findings == []
    else:
        with pytest.raises(AssertionError, match="went otherwise"):
            interactor.sweep_lost_replies(run)


# ---- how two runs differ

values = st.recursive(
    st.integers(0, 1), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("c"), inner)
)
data = st.dictionaries(st.sampled_from("ab"), values, max_size=2)
left = st.builds(Left, st.sampled_from(["halted", "completed"]), st.just(("a", "b")), data)
outcomes = st.dictionaries(st.sampled_from(["v", "w"]), st.lists(left, min_size=1, max_size=3), max_size=2)


@given(outcomes, st.randoms(use_true_random=False))
def test_the_order_of_instances_is_no_difference(outcome: dict[str, list[Left]], random: Any) -> None:
    mixed = {name: random.sample(each, len(each)) for name, each in outcome.items()}
    assert differences(outcome, mixed, {}) == []


@given(outcomes, outcomes)
def test_what_differs_is_told_and_what_varies_is_not(one: dict[str, list[Left]], other: dict[str, list[Left]]) -> None:
    def counted(outcome: dict[str, list[Left]]) -> list[str]:
        return sorted(f"{name} {each.status} {sorted(each.data.items())}" for name in outcome for each in outcome[name])

    told = differences(one, other, {})
    assert bool(told) is (counted(one) != counted(other))
    assert len([line for line in told if re.match(r"\w+: ", line)]) <= len({*one, *other})
    alike = {name: [Left(each.status, each.path, {"a": 1}) for each in rows] for name, rows in one.items()}
    assert differences(one, alike, varying(one, alike)) == []
