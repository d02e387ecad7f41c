"""Retries of HTTP logic, on the emulator's clock."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator, HttpError

from tests.workflows import action, halt, terminal, workflow

URL = "https://erp.example/orders"


def load(emulator: Emulator, retry: dict[str, Any] | None, member: str = "logic", **call: Any) -> None:
    logic = {"type": "http", "method": "POST", "url": URL, "retry": retry, **call}
    states = {"ask": halt("send"), "send": action("end", **{member: logic}), "end": terminal()}
    emulator.load(workflow("w", states))


def tried_at(emulator: Emulator) -> list[float]:
    tried_ms = [record.at_ms for record in emulator.account.caller.records]
    return [(at_ms - tried_ms[0]) / 1000 for at_ms in tried_ms]


@pytest.mark.parametrize(
    ("backoff", "seconds"), [("exponential", [0, 1, 3, 7, 15]), ("linear", [0, 1, 3, 6, 10]), (None, [0, 1, 3, 7, 15])]
)
def test_the_delays_grow_as_the_backoff_says(interactor: Emulator, backoff: str | None, seconds: list[float]) -> None:
    load(interactor, {"attempts": 5, "backoff": backoff})
    interactor.http.post(URL).respond(503, text="busy")
    run = interactor.start("w").resume(order=1)
    assert (run.status, run.state) == ("running", "send")
    interactor.clock.advance(hours=1)
    run.assert_failed(code="http_error", state="send")
    assert tried_at(interactor) == seconds
    assert run.failure is not None
    details = run.failure.details
    assert isinstance(details, dict)
    assert (details["http_status"], details["body"]) == (503, "busy")


def test_an_answer_in_time_lets_it_go_on(interactor: Emulator) -> None:
    load(interactor, {"attempts": 3, "backoff": "exponential"})
    answers: list[httpx.Response | type[Exception]]
    answers = [httpx.Response(500), httpx.ReadTimeout, httpx.Response(200, json={"number": 7})]
    interactor.http.post(URL).mock(side_effect=answers)
    run = interactor.start("w").resume()
    fired = interactor.clock.advance(seconds=3)
    run.assert_completed("end").assert_data(number=7)
    assert [each.kind for each in fired] == ["http_retry", "http_retry"]
    assert [visit.duration_ms for visit in run.history] == [None, 3000, None]


def test_the_same_request_is_sent_again(interactor: Emulator) -> None:
    load(interactor, {"attempts": 2}, body={"order": "${workflow_data.order}"}, headers={"X-Key": "${secrets.KEY}"})
    interactor.secrets["KEY"] = "s3cret-key"
    route = interactor.http.post(URL).mock(side_effect=[httpx.Response(500), httpx.Response(200)])
    interactor.start("w").resume(order=5)
    interactor.clock.advance(seconds=1)
    assert [call.request.content for call in route.calls] == [b'{"order":5}'] * 2
    assert {call.request.headers["x-key"] for call in route.calls} == {"s3cret-key"}
    traces = [call.request.headers["traceparent"].split("-") for call in route.calls]
    assert traces[0][1] != ""
    assert traces[0][2] != traces[1][2]


def test_without_retry_one_failure_is_enough(interactor: Emulator) -> None:
    load(interactor, None)
    interactor.http.post(URL).respond(500)
    with pytest.raises(HttpError):
        interactor.start("w").resume()


def test_what_may_not_leave_is_not_tried_again(interactor: Emulator) -> None:
    load(interactor, {"attempts": 5})
    with pytest.raises(HttpError, match="add a stub for it"):
        interactor.start("w").resume()


def test_on_enter_is_tried_again_and_holds_up_nothing(interactor: Emulator) -> None:
    load(interactor, {"attempts": 3, "backoff": "linear"}, member="on_enter")
    interactor.http.post(URL).respond(500)
    run = interactor.start("w").resume().assert_completed("end")
    assert tried_at(interactor) == [0]
    interactor.clock.advance(minutes=1)
    assert tried_at(interactor) == [0, 1, 3]
    assert [notice.code for notice in interactor.diagnostics] == ["on_enter_failed"]
    run.assert_completed("end")


def test_a_retry_of_an_instance_that_was_cancelled_does_not_fire(interactor: Emulator) -> None:
    load(interactor, {"attempts": 3})
    interactor.http.post(URL).respond(500)
    interactor.start("w").resume().cancel()
    assert interactor.clock.advance(hours=1) == []
    assert tried_at(interactor) == [0]


def test_a_server_retries_by_itself_while_its_clock_runs() -> None:
    """The clock jumps ahead to just before the retry; nobody calls the API when it comes."""
    from threading import Event

    emulator = Emulator(seed=1)
    load(emulator, {"attempts": 2})
    again = Event()

    def answer(_request: httpx.Request) -> httpx.Response:
        if emulator.http.calls:
            again.set()
            return httpx.Response(200)
        return httpx.Response(500)

    emulator.http.post(URL).mock(side_effect=answer)
    with emulator.serve() as server:
        headers = {"Authorization": f"Bearer {emulator.token()}"}
        with httpx.Client(base_url=server.api_url, headers=headers) as client:
            path = f"/workflows/instances/{client.post('/workflows/w/instances').json()['data']['id']}"
            assert client.post(f"{path}/resume").json()["data"]["status"] == "running"
            assert again.wait(timeout=10)
            emulator.settle()
            assert client.get(path).json()["data"]["status"] == "completed"


def test_a_caller_s_trace_reaches_the_request(interactor: Emulator, interactor_client: httpx.Client) -> None:
    load(interactor, {"attempts": 2})
    route = interactor.http.post(URL).mock(side_effect=[httpx.Response(500), httpx.Response(200)])
    path = f"/workflows/instances/{interactor_client.post('/workflows/w/instances').json()['data']['id']}"
    trace = "0af7651916cd43dd8448eb211c80319c"
    sent = {"X-Request-Id": "mine-1", "traceparent": f"00-{trace}-b7ad6b7169203331-01", "tracestate": "vendor=1"}
    interactor_client.post(f"{path}/resume", headers=sent)
    interactor.clock.advance(seconds=1)
    for call in route.calls:
        version, found, parent, flags = call.request.headers["traceparent"].split("-")
        assert (version, found, flags) == ("00", trace, "01")
        assert parent != "b7ad6b7169203331"
        assert call.request.headers["x-request-id"] == "mine-1"
        assert call.request.headers["tracestate"] == "vendor=1"


@pytest.mark.parametrize("bad", ["", "00-0-0-0", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff-x"])
def test_a_trace_that_cannot_be_read_is_replaced(
    interactor: Emulator, interactor_client: httpx.Client, bad: str
) -> None:
    load(interactor, None)
    route = interactor.http.post(URL).respond(200)
    path = f"/workflows/instances/{interactor_client.post('/workflows/w/instances').json()['data']['id']}"
    interactor_client.post(f"{path}/resume", headers={"traceparent": bad})
    _, found, _, flags = route.calls[0].request.headers["traceparent"].split("-")
    assert len(found) == 32
    assert set(found) != {"0"}
    assert flags == "00"
