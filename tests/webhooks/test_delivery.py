"""Delivery: what is sent, when, in which order, how often, and what stays when it fails."""

import json
from typing import Any, Final

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.errors import WebhookNotFound
from interactor_emulator.facade.inbox import Inbox
from interactor_emulator.signing import verify
from interactor_fixtures import definition

from tests.workflows import halt, script, terminal, workflow

END = workflow("end", {"end": terminal()})
ASK = workflow("ask", {"ask": halt("end", fields=[]), "end": terminal()})
SECRET = "whsec_of_the_tests_of_delivery_000"
CREATED: Final = "workflow.instance.created"
HALTED: Final = "workflow.instance.halted"
SCHEDULE = (0, 30, 150, 630, 2430, 9630)
""" "Cumulative time": 0, 30 s, 2 min 30 s, 10 min 30 s, 40 min 30 s, 2 h 40 min 30 s."""


class App:
    """A WSGI receiver that answers from a list of statuses, 200 at the end, and keeps what came."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.came: list[tuple[dict[str, str], bytes]] = []

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        headers = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
        self.came.append(({**headers, "CONTENT_TYPE": environ["CONTENT_TYPE"]}, body))
        start_response(f"{self.statuses.pop(0) if self.statuses else 200} X", [])
        return [b"noted " + b"x" * 3000]


def started(emulator: Emulator, app: Any, definition_: Any = ASK, events: Any = (HALTED,)) -> Any:
    emulator.load(definition_)
    emulator.webhooks.subscribe(app, events, secret=SECRET)
    return emulator.start(definition_["name"], {"amount": 7}, namespace="user_1")


def test_a_delivery_is_what_the_document_shows(interactor: Emulator) -> None:
    app = App()
    run = started(interactor, app, definition("approval_workflow"))
    [(headers, body)] = app.came
    told = json.loads(body)
    assert list(told) == ["event", "delivery_id", "timestamp", "data"]
    assert (told["event"], told["timestamp"]) == (HALTED, "2026-01-20T12:00:00Z")
    assert list(told["data"]) == [
        "instance_id",
        "workflow_name",
        "version_id",
        "namespace",
        "current_state",
        "workflow_data",
        "halting_presentation",
    ]
    assert told["data"]["instance_id"] == run.id
    assert headers["CONTENT_TYPE"] == "application/json"
    assert headers["X_INTERACTOR_EVENT"] == HALTED
    assert headers["X_INTERACTOR_DELIVERY"] == told["delivery_id"]
    assert headers["X_INTERACTOR_RETRY_COUNT"] == "0"
    verify(SECRET, body, headers["X_INTERACTOR_SIGNATURE"], headers["X_INTERACTOR_TIMESTAMP"])


def test_each_event_tells_its_own(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    interactor.load(ASK)
    interactor.load(workflow("bad", {"a": script("throw new Error('no')")}))
    interactor.start("ask").resume(ok=True)
    interactor.start("ask").cancel()
    interactor.start("bad")
    interactor.start("ask")
    interactor.clock.advance(days=91)
    short = [event.rsplit(".", 1)[1] for event in inbox.events]
    assert short[:4] == ["created", "halted", "resumed", "completed"]
    assert short[4:9] == ["created", "halted", "cancelled", "created", "failed"]
    assert short[9:] == ["created", "halted", "cancelled"]
    told = {name: [each.data for each in inbox.received if each.event.endswith(name)] for name in set(short)}
    assert told["resumed"][0]["resumed_by"] == "client_dev"
    failure = interactor.runs[2].failure
    assert failure is not None
    assert told["failed"][0]["error"] == {"code": "script_error", "message": failure.message}
    assert [each["reason"] for each in told["cancelled"]] == ["requested", "ttl_expired"]
    assert told["cancelled"][0]["cancelled_at"] == "2026-01-20T12:00:00Z"


def test_another_thread_is_named(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    interactor.routes = {"https://yourapp.com": App()}
    interactor.load(definition("parallel_approval"))
    interactor.start("parallel_approval", {"amount": 1, "requester": "a"}, namespace="user_1")
    named = [each.data for each in inbox.received if "thread_id" in each.data]
    assert named
    assert all(list(each)[list(each).index("current_state") + 1] == "thread_id" for each in named)
    assert all(each["thread_id"] != "thread_main" for each in named)


def test_options_are_told_too(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    interactor.load(definition("order_review"))
    interactor.start("order_review", {"id": "o", "total": 5000, "amount": 5000})
    assert any("halted_options" in each.data for each in inbox.received if each.event == HALTED)


@pytest.mark.parametrize("failures", range(7))
def test_the_schedule_is_kept_to_the_second(interactor: Emulator, failures: int) -> None:
    app = App(*[503] * failures)
    started(interactor, app)
    interactor.clock.advance(hours=3)
    [delivery] = interactor.webhooks.deliveries
    began = delivery.at_ms
    made = min(failures + 1, 6)
    assert [(attempt.at_ms - began) / 1000 for attempt in delivery.attempts] == list(SCHEDULE[:made])
    assert [int(headers["X_INTERACTOR_RETRY_COUNT"]) for headers, _ in app.came] == list(range(made))
    assert len({body for _, body in app.came}) == 1
    assert (delivery.status == "dead") == (failures == 6)
    assert interactor.webhooks.dead_letters == ([delivery] if failures == 6 else [])
    interactor.clock.advance(days=2)
    assert len(app.came) == made


def test_a_dead_letter_can_be_replayed(interactor: Emulator) -> None:
    app = App(*[500] * 7)
    started(interactor, app)
    interactor.clock.advance(hours=3)
    [delivery] = interactor.webhooks.dead_letters
    interactor.webhooks.replay(delivery)
    assert (delivery.status, delivery.attempts[-1].status) == ("dead", 500)
    assert interactor.webhooks.replay() == [delivery]
    assert (delivery.status, len(app.came), interactor.webhooks.dead_letters) == ("delivered", 8, [])
    assert interactor.webhooks.replay() == []
    interactor.webhooks.replay(delivery)
    assert (delivery.status, len(app.came)) == ("delivered", 9)


def test_what_waits_holds_up_nothing(interactor: Emulator) -> None:
    inbox = interactor.webhooks.inbox
    interactor.load(ASK)
    inbox.fail_next(1)
    interactor.start("ask").resume()
    assert [event.rsplit(".", 1)[1] for event in inbox.events] == ["halted", "resumed", "completed"]
    interactor.clock.advance(seconds=29)
    assert len(inbox) == 3
    interactor.clock.advance(seconds=1)
    assert inbox.received[-1].event == CREATED
    assert inbox.received[-1].retry_count == 1


def test_deleting_stops_what_is_pending(interactor: Emulator) -> None:
    app = App(500)
    interactor.load(END)
    subscription = interactor.webhooks.subscribe(app, secret=SECRET)
    interactor.start("end")
    interactor.webhooks.unsubscribe(subscription)
    interactor.clock.advance(hours=3)
    assert len(app.came) == 2
    stopped = [each for each in interactor.webhooks.deliveries if each.status == "stopped"]
    assert len(stopped) == 1
    with pytest.raises(WebhookNotFound):
        interactor.webhooks.replay(stopped[0])


def test_a_thousand_a_minute_and_the_rest_waits(interactor: Emulator) -> None:
    app = App()
    interactor.load(END)
    interactor.webhooks.subscribe(app, [CREATED], secret=SECRET)
    for _ in range(1001):
        interactor.start("end")
    assert len(app.came) == 1000
    interactor.clock.advance(seconds=59)
    assert len(app.came) == 1000
    interactor.clock.advance(seconds=1)
    assert len(app.came) == 1001


def test_the_answer_is_kept_up_to_2_kilobytes(interactor: Emulator) -> None:
    started(interactor, App())
    [delivery] = interactor.webhooks.deliveries
    assert delivery.attempts[0].answer == (b"noted " + b"x" * 3000)[:2048]


@pytest.mark.interactor(limits={"webhook_deliveries_kept": 3})
def test_what_is_over_is_kept_for_a_while(interactor: Emulator) -> None:
    started(interactor, App(), END, ["workflow.instance.completed"])
    for _ in range(4):
        interactor.start("end")
    assert len(interactor.webhooks.deliveries) == 3


@pytest.mark.interactor(limits={"webhook_timeout_seconds": 0.05})
def test_no_answer_in_time_is_tried_again(interactor: Emulator) -> None:
    async def silent(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    started(interactor, silent)
    [delivery] = interactor.webhooks.deliveries
    assert delivery.attempts[0].status is None
    assert "did not answer within 50 ms" in str(delivery.attempts[0].error)
    assert delivery.attempts[0].next == "attempt 2 of 6 in 30 seconds"


def test_what_is_not_allowed_out_is_dead_at_once_and_says_why(interactor: Emulator) -> None:
    interactor.load(END)
    interactor.webhooks.subscribe("https://yourapp.com/hook", secret=SECRET)
    interactor.start("end")
    assert [each.status for each in interactor.webhooks.dead_letters] == ["dead", "dead"]
    assert "is blocked: add a route (https://yourapp.com=http://127.0.0.1:PORT) or allow egress to" in str(
        interactor.webhooks.dead_letters[0].attempts[0].error
    )
    assert {each.code for each in interactor.diagnostics} == {"egress_blocked"}
    app = App()
    interactor.routes = {"https://yourapp.com": app}
    interactor.webhooks.replay()
    assert len(app.came) == 2


def test_a_receiver_that_answers_the_workflow_gets_its_answer(interactor: Emulator) -> None:
    order: list[str] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        told = json.loads(environ["wsgi.input"].read())
        order.append(told["event"].rsplit(".", 1)[1])
        if told["event"] == HALTED:
            interactor.run(told["data"]["instance_id"]).resume(ok=True)
            interactor.clock.advance(minutes=1)
        start_response("200 OK", [])
        return []

    interactor.load(ASK)
    interactor.webhooks.subscribe(app, secret=SECRET)
    interactor.start("ask").assert_completed("end")
    assert order == ["created", "halted", "resumed", "completed"]


def test_an_asgi_receiver_may_do_so_too(interactor: Emulator) -> None:
    order: list[str] = []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        told = json.loads((await receive())["body"])
        order.append(told["event"].rsplit(".", 1)[1])
        if told["event"] == HALTED:
            interactor.run(told["data"]["instance_id"]).resume(ok=True)
            interactor.clock.advance(minutes=1)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    interactor.load(ASK)
    interactor.webhooks.subscribe(app, secret=SECRET)
    interactor.start("ask").assert_completed("end")
    assert order == ["created", "halted", "resumed", "completed"]


def test_a_reset_ends_all_of_it(interactor: Emulator) -> None:
    app = App(500)
    started(interactor, app)
    interactor.reset()
    interactor.clock.advance(hours=3)
    assert (len(app.came), interactor.webhooks.deliveries) == (1, [])


def test_the_same_seed_gives_the_same_bytes() -> None:
    def bodies() -> list[bytes]:
        emulator = Emulator(seed=3, now="2026-01-20T12:00:00Z", webhook_timestamps="virtual")
        app = App(500)
        started(emulator, app, events=(HALTED, CREATED))
        emulator.clock.advance(minutes=1)
        return [json.dumps(headers).encode() + body for headers, body in app.came]

    assert bodies() == bodies()


@pytest.mark.parametrize(("mode", "hour_later"), [("wall", False), ("virtual", True)])
def test_the_header_is_dated_by_the_wall_or_the_emulators_clock(mode: Any, hour_later: bool) -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z", webhook_timestamps=mode)
    app = App()
    started(emulator, app)
    [(headers, _)] = app.came
    assert (headers["X_INTERACTOR_TIMESTAMP"] == "1768910400") == hour_later


def test_over_http_the_record_is_complete(interactor: Emulator, interactor_client: httpx.Client) -> None:
    app = App(500)
    started(interactor, app)
    control = str(interactor_client.base_url).replace("/api/v1/", "/_emulator")
    [delivery] = httpx.get(f"{control}/deliveries?status=pending").json()["deliveries"]
    assert delivery["next_attempt_at"] == "2026-01-20T12:00:30Z"
    [attempt] = delivery["attempts"]
    assert (attempt["status"], attempt["next"]) == (500, "attempt 2 of 6 in 30 seconds")
    assert attempt["request_body"] == delivery["body"] == app.came[0][1].decode()
    assert SECRET not in httpx.get(f"{control}/deliveries").text
    assert httpx.get(f"{control}/deliveries?status=odd").status_code == 400
    replayed = httpx.post(f"{control}/deliveries/{delivery['id']}/replay", json={}).json()
    assert (replayed["status"], len(replayed["attempts"])) == ("delivered", 2)
    assert httpx.post(f"{control}/deliveries/del_none/replay", json={}).status_code == 404
    assert httpx.get(f"{control}/dead-letters").json() == {"deliveries": []}
    assert httpx.post(f"{control}/dead-letters/replay", json={}).json() == {"deliveries": []}


def test_a_server_delivers_beside_the_answer(interactor: Emulator, interactor_client: httpx.Client) -> None:
    """The receiver waits for the create's answer to be out before it lets its delivery end."""
    from threading import Event

    answered = Event()

    def app(environ: Any, start_response: Any) -> list[bytes]:
        assert answered.wait(10)
        start_response("200 OK", [])
        return []

    inbox = Inbox(SECRET)
    interactor.load(ASK)
    interactor.webhooks.subscribe(app, [HALTED], secret=SECRET)
    interactor.webhooks.subscribe(inbox, [HALTED], secret=SECRET)
    made = interactor_client.post("/workflows/ask/instances", json={"namespace": "a"})
    assert made.status_code == 201
    inbox.wait_for(HALTED)
    answered.set()
    interactor.settle()
    assert [each.status for each in interactor.webhooks.deliveries] == ["delivered"] * 2


def test_without_a_server_an_asgi_client_finds_all_delivered(interactor: Emulator) -> None:
    import anyio

    async def create() -> int:
        transport = httpx.ASGITransport(interactor.asgi_app)
        headers = {"Authorization": f"Bearer {interactor.token()}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://t", headers=headers) as client:
            return (await client.post("/api/v1/workflows/ask/instances", json={"namespace": "a"})).status_code

    inbox = interactor.webhooks.inbox
    interactor.load(ASK)
    assert anyio.run(create) == 201
    assert len(inbox) == 2


def test_of_a_huge_answer_the_status_counts(interactor: Emulator) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"x" * 1_000_000] * 5

    started(interactor, app)
    [delivery] = interactor.webhooks.deliveries
    assert (delivery.status, len(delivery.attempts[0].answer)) == ("delivered", 2048)


def test_a_receiver_may_end_its_own_subscription_or_everything(interactor: Emulator) -> None:
    calls: list[str] = []

    def ends(environ: Any, start_response: Any) -> list[bytes]:
        calls.append("ends")
        interactor.webhooks.unsubscribe(subscription)
        start_response("500 X", [])
        return []

    def resets(environ: Any, start_response: Any) -> list[bytes]:
        calls.append("resets")
        interactor.reset()
        start_response("200 OK", [])
        return []

    interactor.load(END)
    subscription = interactor.webhooks.subscribe(ends, secret=SECRET)
    interactor.start("end")
    interactor.clock.advance(hours=3)
    assert (calls, [each.status for each in interactor.webhooks.deliveries]) == (["ends"], ["stopped"] * 2)
    interactor.webhooks.subscribe(resets, secret=SECRET)
    interactor.start("end")
    interactor.clock.advance(hours=3)
    assert (calls, interactor.webhooks.deliveries) == (["ends", "resets"], [])
