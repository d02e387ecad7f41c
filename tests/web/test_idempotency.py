"""Idempotency keys, overlapping resumes, and holding requests so that they overlap exactly."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import action, halt, script, terminal, workflow

CREATE = "/workflows/approval/instances"


def keyed(client: httpx.Client, path: str, key: str, body: Any = None) -> httpx.Response:
    return client.post(path, json={} if body is None else body, headers={"Idempotency-Key": key})


def codes(emulator: Emulator) -> list[str]:
    return [notice.code for notice in emulator.diagnostics if notice.code != "no_fallback_transition"]


@pytest.mark.usefixtures("approval")
def test_a_repeat_is_answered_with_the_same_bytes(interactor: Emulator, interactor_client: httpx.Client) -> None:
    body = {"namespace": "user_1"}
    first = keyed(interactor_client, CREATE, "order_1", body)
    interactor.clock.advance(hours=23)
    second = keyed(interactor_client, CREATE, "order_1", body)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(interactor.runs) == 1
    assert codes(interactor) == []
    interactor.clock.advance(hours=1)
    assert keyed(interactor_client, CREATE, "order_1", body).json()["data"]["id"] != first.json()["data"]["id"]


def test_a_resume_is_repeated_although_the_instance_has_gone_on(interactor_client: httpx.Client, instance: str) -> None:
    body = {"input": {"ok": True}}
    first = keyed(interactor_client, f"{instance}/resume", "r", body)
    assert first.json()["data"]["status"] == "completed"
    assert keyed(interactor_client, f"{instance}/resume", "r", body).content == first.content
    assert interactor_client.post(f"{instance}/resume", json=body).status_code == 400


def test_the_same_key_for_another_request_gives_the_original_answer_and_a_diagnostic(
    interactor: Emulator, interactor_client: httpx.Client, instance: str
) -> None:
    first = keyed(interactor_client, CREATE, "k", {"namespace": "user_1"})
    for path, body in ((CREATE, {"namespace": "user_2"}), (f"{instance}/resume", {"namespace": "user_1"})):
        again = keyed(interactor_client, path, "k", body)
        assert (again.status_code, again.content) == (201, first.content)
    assert [each.times for each in interactor.diagnostics if each.code == "idempotency_key_reused"] == [2]


@pytest.mark.usefixtures("approval")
def test_a_refusal_is_not_kept(interactor_client: httpx.Client, instance: str) -> None:
    path = f"{instance}/resume"
    assert keyed(interactor_client, path, "k", {"input": {"ok": False}}).json()["error"]["code"] == "invalid_transition"
    assert keyed(interactor_client, path, "k", {"input": []}).status_code == 400
    assert keyed(interactor_client, path, "k", {"input": {"ok": True}}).status_code == 200


def test_a_failure_of_the_instance_is_kept(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("approval", {"a": script("throw 1", "a")}))
    first, second = (keyed(interactor_client, CREATE, "k") for _ in range(2))
    assert (first.status_code, first.content) == (500, second.content)
    assert len(interactor.runs) == 1


@pytest.mark.usefixtures("approval")
def test_keys_are_the_account_s(interactor_client: httpx.Client, interactor_server: Any) -> None:
    first = keyed(interactor_client, CREATE, "k").json()["data"]["id"]
    base = f"{interactor_server.url}/_emulator"
    token = httpx.post(f"{base}/accounts", json={"name": "other"}).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    answer = httpx.post(f"{interactor_server.api_url}{CREATE}", headers=headers)
    assert answer.json()["error"]["code"] == "workflow_not_found"
    assert keyed(interactor_client, CREATE, "k").json()["data"]["id"] == first


@pytest.mark.usefixtures("approval")
@pytest.mark.interactor(limits={"creations_per_minute": 2}, rate_limits=True)
def test_a_repeat_counts_against_the_rates(interactor_client: httpx.Client) -> None:
    statuses = [keyed(interactor_client, CREATE, "k").status_code for _ in range(3)]
    assert statuses == [201, 201, 429]


@pytest.mark.usefixtures("approval")
def test_the_same_key_in_python(interactor: Emulator, interactor_client: httpx.Client) -> None:
    run = interactor.start("approval", namespace="user_1", idempotency_key="k")
    assert interactor.start("approval", namespace="user_1", idempotency_key="k").id == run.id
    assert keyed(interactor_client, CREATE, "k").json()["data"]["id"] == run.id


class Lineup:
    """Requests that are held, sent in an order that is certain: each waits before the next is sent."""

    def __init__(self, client: httpx.Client, base: str, pool: ThreadPoolExecutor) -> None:
        self._client, self._base, self._pool = client, base, pool

    def hold(self, operation: str, **which: str) -> None:
        assert httpx.post(f"{self._base}/hold", json={"operation": operation, **which}).status_code == 200

    def send(self, path: str, body: Any = None, **headers: str) -> "Future[httpx.Response]":
        before = self.held
        sent = self._pool.submit(self._client.post, path, json=body or {}, headers=headers)
        while self.held == before and not sent.done():
            pass
        return sent

    def queue(self, path: str, body: Any, seen: Callable[[], bool]) -> "Future[httpx.Response]":
        sent = self._pool.submit(self._client.post, path, json=body)
        while not seen():
            pass
        return sent

    @property
    def held(self) -> int:
        return int(httpx.get(f"{self._base}/hold").json()["held"])

    def release(self) -> int:
        return int(httpx.post(f"{self._base}/release", json={}).json()["released"])


@pytest.fixture
def lineup(interactor_client: httpx.Client, interactor_server: Any) -> Any:
    with ThreadPoolExecutor(8) as pool:
        yield Lineup(interactor_client, f"{interactor_server.url}/_emulator", pool)


def test_overlapping_resumes_with_the_same_input_get_the_same_result(
    interactor: Emulator, lineup: Lineup, instance: str
) -> None:
    lineup.hold("resume")
    body = {"input": {"ok": True, "note": "a"}}
    both = [lineup.send(f"{instance}/resume", body) for _ in range(2)]
    assert lineup.release() == 2
    first, second = (each.result() for each in both)
    assert (first.status_code, second.status_code, first.json()["data"]) == (200, 200, second.json()["data"])
    interactor.runs[0].assert_path("await_answer", "done")


def test_overlapping_resumes_with_other_input_conflict(lineup: Lineup, instance: str) -> None:
    lineup.hold("resume", instance_id=instance.rsplit("/", 1)[1])
    bodies = [{"input": {"ok": True, "by": name}} for name in ("ann", "bob", "cid")]
    sent = [lineup.send(f"{instance}/resume", body) for body in bodies]
    lineup.release()
    answers = [each.result() for each in sent]
    assert [answer.status_code for answer in answers] == [200, 409, 409]
    assert answers[0].json()["data"]["workflow_data"] == {"ok": True, "by": "ann"}
    error = answers[1].json()["error"]
    assert (error["code"], error["message"]) == ("concurrent_modification", "Instance was modified by another request")
    assert error["details"] == {"current_state": "done", "expected_state": "await_answer"}


def test_a_refused_resume_leaves_the_thread_to_the_next(lineup: Lineup, instance: str) -> None:
    lineup.hold("resume")
    sent = [lineup.send(f"{instance}/resume", {"input": {"ok": ok}}) for ok in (False, True)]
    lineup.release()
    assert [each.result().status_code for each in sent] == [400, 200]


def test_a_resume_after_the_first_was_answered_does_not_overlap(interactor_client: httpx.Client, instance: str) -> None:
    for status in (200, 400):
        answer = interactor_client.post(f"{instance}/resume", json={"input": {"ok": True}})
        assert answer.status_code == status


def test_threads_do_not_hold_up_each_other(interactor: Emulator, lineup: Lineup) -> None:
    states = {
        "split": action("wait", fork={"a": "ask", "b": "ask"}),
        "ask": halt("end"),
        "wait": terminal(join=True),
        "end": terminal(),
    }
    interactor.load(workflow("w", states))
    path = f"/workflows/instances/{interactor.start('w', namespace='user_1').id}/threads"
    lineup.hold("resume")
    sent = [lineup.send(f"{path}/thread_{name}/resume", {"input": {name: 1}}) for name in "ab"]
    lineup.release()
    assert [each.result().status_code for each in sent] == [200, 200]
    interactor.runs[0].assert_completed("wait").assert_data(a=1, b=1)


def test_a_cancel_that_overtakes_a_held_resume_wins(
    lineup: Lineup, interactor_client: httpx.Client, instance: str
) -> None:
    lineup.hold("resume")
    resume = lineup.send(f"{instance}/resume", {"input": {"ok": True}})
    assert interactor_client.post(f"{instance}/cancel").status_code == 200
    lineup.release()
    assert resume.result().json()["error"]["message"].endswith("(status: cancelled)")


def test_a_resume_that_overtakes_a_held_cancel_wins(
    lineup: Lineup, interactor_client: httpx.Client, instance: str
) -> None:
    lineup.hold("cancel")
    cancel = lineup.send(f"{instance}/cancel")
    assert interactor_client.post(f"{instance}/resume", json={"input": {"ok": True}}).status_code == 200
    lineup.release()
    assert cancel.result().json()["error"]["code"] == "instance_not_active"


def test_a_ttl_that_overtakes_a_held_resume_wins(interactor: Emulator, lineup: Lineup, instance: str) -> None:
    lineup.hold("resume")
    resume = lineup.send(f"{instance}/resume", {"input": {"ok": True}})
    interactor.clock.advance(days=90)
    lineup.release()
    assert resume.result().json()["error"]["code"] == "instance_not_halted"
    interactor.runs[0].assert_cancelled(reason="ttl_expired").assert_data()


def test_a_repeat_waits_for_the_first_that_is_still_running(
    interactor: Emulator, lineup: Lineup, interactor_client: httpx.Client, approval: Any
) -> None:
    """The second is not held itself: it waits for the key."""
    lineup.hold("create")
    first = lineup.send(CREATE, {"namespace": "user_1"}, **{"Idempotency-Key": "k"})
    repeat = lineup.queue(CREATE, {"namespace": "user_1"}, lambda: lineup.held == 2)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(keyed, interactor_client, CREATE, "k", {"namespace": "user_1"})
        lineup.release()
        assert waiting.result().content == first.result().content
    assert repeat.result().status_code == 201
    assert len(interactor.runs) == 2


def test_a_reset_lets_go_of_what_is_held(interactor: Emulator, lineup: Lineup, instance: str) -> None:
    lineup.hold("resume")
    resume = lineup.send(f"{instance}/resume", {"input": {"ok": True}})
    interactor.reset()
    assert resume.result().status_code == 404


def test_an_unknown_operation_cannot_be_held(interactor_server: Any) -> None:
    answer = httpx.post(f"{interactor_server.url}/_emulator/hold", json={"operation": "publish"})
    assert answer.json()["error"]["details"][0]["field"] == "operation"
