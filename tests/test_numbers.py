"""Every fixed number: its value, where it comes from, and what happens just at it and one past it.

`test_limits.py` lowers each limit to look at its edge; here nothing is lowered, so a default that moves is noticed.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from interactor_emulator import (
    Emulator,
    InteractorError,
    InvalidWorkflow,
    Limits,
    NamespaceQuotaExceeded,
    PayloadTooLarge,
)
from interactor_emulator import limits as units
from interactor_emulator.adapters.forks import STEP_SECONDS
from interactor_emulator.adapters.script import checks, child, verdict, worker
from interactor_emulator.adapters.script.pool import MOST_CHILDREN, MOST_OWN, PATIENCE_SECONDS
from interactor_emulator.cli.options import client_settings
from interactor_emulator.clock import LAST_MS
from interactor_emulator.errors import ValidationError
from interactor_emulator.faults.on_webhooks import STALE_SECONDS
from interactor_emulator.signing import TOLERANCE_SECONDS, SignatureError, sign, verify
from interactor_emulator.state.deliveries import ATTEMPTS, DELAYS_SECONDS

INFERRED = "inferred"
PUBLISHED = "published"
"""Beside the sentences of the service's document: our own choice, and what another published guide says."""

DEFAULTS: list[tuple[str, float, str]] = [
    ("workflow_name_characters", 64, "Max workflow name length | 64 chars | Alphanumeric, underscores, hyphens"),
    ("states_per_workflow", 100, "Max states per workflow | 100 | Including terminal states"),
    ("transitions_per_state", 20, "Max transitions per state | 20 | Evaluated in order"),
    ("script_code_bytes", 65_536, "Max script code size | 64 KB | Per script logic block"),
    ("presentation_fields", 50, "Max presentation fields | 50 | Per halting state"),
    ("definition_bytes", 1_048_576, "Max workflow definition size | 1 MB | Total JSON size"),
    ("definition_body_bytes", 8_388_608, INFERRED),
    ("workflow_data_bytes", 262_144, "Max `workflow_data` size | 256 KB | Accumulated across states"),
    ("input_bytes", 65_536, "Max input payload size | 64 KB | Per resume/create call"),
    ("threads_per_instance", 10, "Max concurrent threads | 10 | Per instance"),
    ("running_ttl_seconds", 2_592_000, "Instance TTL (running) | 30 days | Auto-cancelled after"),
    ("halted_ttl_seconds", 7_776_000, "Instance TTL (halted) | 90 days | Auto-cancelled after"),
    ("background_state_seconds", 2.0, INFERRED),
    ("instances_per_namespace", 10_000, "Max instances per namespace | 10,000 | Active instances"),
    ("file_bytes", 10_485_760, "Max file size | 10 MB"),
    ("files_per_field", 5, "Max files per field | 5"),
    ("file_retention_seconds", 604_800, "File retention | 7 days after instance completion"),
    ("heartbeat_seconds", 30.0, PUBLISHED),
    ("stream_unread_bytes", 1_048_576, INFERRED),
    ("script_seconds", 5.0, "Execution timeout | 5 seconds"),
    ("script_memory_bytes", 16_777_216, "Memory limit | 16 MB"),
    ("slow_script_seconds", 0.1, "Keep scripts simple and fast (<100ms recommended)"),
    ("log_lines", 100, INFERRED),
    ("log_line_characters", 1_000, INFERRED),
    ("http_timeout_ms", 30_000, '"timeout": 30000'),
    ("transitions_per_run", 1_000, INFERRED),
    ("reads_per_minute", 1_000, "Read operations | 1000 req | per minute"),
    ("writes_per_minute", 100, "Write operations | 100 req | per minute"),
    ("creations_per_minute", 50, "Instance creation | 50 req | per minute"),
    ("access_token_seconds", 3_600, "Tokens expire after 1 hour."),
    ("refresh_token_seconds", 604_800, PUBLISHED),
    ("webhook_timeout_seconds", 30, "Non-2xx responses or timeouts (30s) trigger retries"),
    ("webhook_events_per_minute", 1_000, "Webhook deliveries | 1000 events | per minute per subscription"),
    ("webhook_secret_characters", 32, '"secret": "whsec_your_webhook_secret_min_32_chars"'),
    ("webhook_answer_bytes", 2_048, INFERRED),
    ("webhook_deliveries_kept", 10_000, INFERRED),
    ("json_depth", 100, INFERRED),
]

FIXED: list[tuple[str, object, object, str]] = [
    ("KB", units.KB, 1_024, INFERRED),
    ("MB", units.MB, 1_048_576, INFERRED),
    ("MINUTE", units.MINUTE, 60, "per minute"),
    ("HOUR", units.HOUR, 3_600, "Tokens expire after 1 hour."),
    ("DAY", units.DAY, 86_400, "File retention | 7 days after instance completion"),
    (
        "delays of a delivery",
        DELAYS_SECONDS,
        (30, 120, 480, 1_800, 7_200),
        "2 | 30 seconds … 3 | 2 minutes … 4 | 8 minutes … 5 | 30 minutes … 6 | 2 hours",
    ),
    ("attempts of a delivery", ATTEMPTS, 6, "Webhooks are retried up to **6 times** with exponential backoff"),
    ("age of a signature", TOLERANCE_SECONDS, 300, "reject if older than 5 minutes"),
    ("age of a stale delivery", STALE_SECONDS, 600, INFERRED),
    ("depth of a script's result", verdict.RESULT_DEPTH, 100, INFERRED),
    ("the last instant", LAST_MS, 253_402_300_799_000, INFERRED),
    ("a child's alarm after the limit", worker.ALARM_MARGIN_SECONDS, 0.25, INFERRED),
    ("a child's end after the limit", child.DEADLINE_MARGIN_SECONDS, 0.5, INFERRED),
    ("a child's time to start", child.START_SECONDS, 30.0, INFERRED),
    ("a child's address space", worker.ADDRESS_SPACE_BYTES, 536_870_912, INFERRED),
    ("a script's patience with another", PATIENCE_SECONDS, 0.25, INFERRED),
    ("children at once", MOST_CHILDREN, 32, INFERRED),
    ("children for checks and pictures", MOST_OWN, 4, INFERRED),
    ("how far a runaway steps back", child.STEP_BACK, 5, INFERRED),
    ("a fork's patience with a step", STEP_SECONDS, 2.0, INFERRED),
    ("a script's stack", worker.JS_STACK_BYTES, 1_048_576, INFERRED),
    ("verdicts remembered", checks.REMEMBERED, 4_096, INFERRED),
    ("characters parsed at once", checks.BATCH_CHARACTERS, 262_144, INFERRED),
]


@pytest.mark.parametrize(("name", "value", "source"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_a_default_is_the_number_that_its_source_says(name: str, value: float, source: str) -> None:
    assert getattr(Limits(), name) == value
    assert getattr(Emulator().account.limits, name) == value
    assert source in (INFERRED, PUBLISHED) or any(character.isdigit() for character in source)


def test_every_default_has_its_row() -> None:
    assert [row[0] for row in DEFAULTS] == [field.name for field in fields(Limits)]


@pytest.mark.parametrize(("name", "found", "value", "source"), FIXED, ids=[row[0] for row in FIXED])
def test_a_fixed_number_is_what_its_source_says(name: str, found: object, value: object, source: str) -> None:
    assert found == value


# ---- Just at the number, and one past it: in process.

END: dict[str, Any] = {"type": "terminal"}
ASK: dict[str, Any] = {"type": "halting", "transitions": [{"target": "end"}]}
Act = Callable[[Emulator], object]


def workflow(name: str = "w", first: dict[str, Any] | None = None, **states: Any) -> dict[str, Any]:
    return {"name": name, "initial_state": "a", "states": {"a": first or ASK, "end": END, **states}}


def script(code: str) -> dict[str, Any]:
    return {"type": "action", "logic": {"type": "script", "code": code}, "transitions": [{"target": "end"}]}


def loads(definition: dict[str, Any]) -> Act:
    return lambda emulator: emulator.load(definition)


def starts(definition: dict[str, Any], input_: dict[str, Any] | None = None) -> Act:
    def start(emulator: Emulator) -> None:
        emulator.load(definition)
        run = emulator.start(definition["name"], input_, namespace="n")
        if run.failure is not None:
            raise run.failure

    return start


def resumes(size: int) -> Act:
    """A resume whose input makes the data this large, in pieces of which each fits an input."""

    def resume(emulator: Emulator) -> None:
        again = {"type": "halting", "transitions": [{"target": "a"}]}
        emulator.load(workflow(first=again))
        run = emulator.start("w", namespace="n")
        for name in "abcd":
            run.resume({name: "x" * 60_000})
        left = size - len(json.dumps(run.data, separators=(",", ":"))) - len(',"e":""')
        run.resume(e="x" * left)
        assert len(json.dumps(run.data, separators=(",", ":"))) == size

    return resume


def many_states(count: int) -> dict[str, Any]:
    more = {f"s{number}": END for number in range(count - 2)}
    return {"name": "w", "initial_state": "a", "states": {"a": ASK, "end": END, **more}}


def ring(transitions: int) -> dict[str, Any]:
    """So many transitions until the end, without a halt: some states, and then ten rounds of 99."""
    states: dict[str, Any] = {
        f"s{at}": {"type": "action", "transitions": [{"target": f"s{at + 1}"}]} for at in range(98)
    }
    states["s0"]["logic"] = {"type": "script", "code": "return {n: (workflow_data.n || 0) + 1}"}
    last = [{"target": "end", "condition": {"field": "n", "operator": "gte", "value": 10}}, {"target": "s0"}]
    states["s98"] = {"type": "action", "transitions": last}
    first = 99 - (transitions - 10 * 99)
    return {"name": "w", "initial_state": f"s{first}", "states": {**states, "end": END}}


def form(count: int) -> dict[str, Any]:
    named = [{"name": f"f{number}", "type": "string", "label": "F"} for number in range(count)]
    return workflow(first={**ASK, "presentation": {"type": "form", "fields": named}})


def forks(count: int) -> dict[str, Any]:
    """The thread that forks is one of them."""
    fork = {"type": "action", "fork": ["b"] * (count - 1), "transitions": [{"target": "wait"}]}
    return workflow(first=fork, b=ASK, wait={"type": "terminal", "join": True})


def subscribes(secret: str = "s" * 32, url: str = "https://a.example/") -> Act:
    return lambda emulator: emulator.webhooks.subscribe(url, secret=secret)


def nested(depth: int) -> str:
    """A script that returns an object of this depth."""
    return f"let o = 1; for (let i = 0; i < {depth}; i++) o = {{ o }}; return o"


Edge = tuple[str, Act, Act, type[InteractorError]]

# What fits the number exactly, what is one more, and the error.
EDGES: list[Edge] = [
    ("workflow_name_characters", loads(workflow("n" * 64)), loads(workflow("n" * 65)), InvalidWorkflow),
    ("states_per_workflow", loads(many_states(100)), loads(many_states(101)), InvalidWorkflow),
    (
        "transitions_per_state",
        loads(workflow(first={**ASK, "transitions": [{"target": "end"}] * 20})),
        loads(workflow(first={**ASK, "transitions": [{"target": "end"}] * 21})),
        InvalidWorkflow,
    ),
    (
        "script_code_bytes",
        loads(workflow(first=script("//" + "ü" * 32_767))),
        loads(workflow(first=script("//x" + "ü" * 32_767))),
        InvalidWorkflow,
    ),
    ("presentation_fields", loads(form(50)), loads(form(51)), InvalidWorkflow),
    ("input_bytes", starts(workflow(), {"a": "x" * 65_528}), starts(workflow(), {"a": "x" * 65_529}), PayloadTooLarge),
    (
        "workflow_data_bytes",
        starts(workflow(first=script("return {a: 'x'.repeat(262_136)}"))),
        starts(workflow(first=script("return {a: 'x'.repeat(262_137)}"))),
        InteractorError,
    ),
    ("workflow_data_bytes of a resume", resumes(262_144), resumes(262_145), PayloadTooLarge),
    ("threads_per_instance", starts(forks(10)), starts(forks(11)), InteractorError),
    ("transitions_per_run", starts(ring(1_000)), starts(ring(1_001)), InteractorError),
    ("webhook_secret_characters", subscribes("s" * 32), subscribes("s" * 31), ValidationError),
    (
        "characters of a webhook's URL",
        subscribes(url="https://a.example/" + "x" * 2_030),
        subscribes(url="https://a.example/" + "x" * 2_031),
        ValidationError,
    ),
    (
        "depth of a script's result",
        starts(workflow(first=script(nested(100)))),
        starts(workflow(first=script(nested(101)))),
        InteractorError,
    ),
]


@pytest.mark.parametrize(("name", "fits", "exceeds", "error"), EDGES, ids=[row[0] for row in EDGES])
def test_at_the_number_and_one_past_it(name: str, fits: Act, exceeds: Act, error: type[InteractorError]) -> None:
    fits(Emulator(now="2026-01-20T12:00:00Z"))
    with pytest.raises(error):
        exceeds(Emulator(now="2026-01-20T12:00:00Z"))


@pytest.mark.unmeasured
def test_a_namespace_holds_ten_thousand_instances_and_another_as_many() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z")
    emulator.load(workflow())
    for _ in range(10_000):
        emulator.start("w", namespace="n")
    with pytest.raises(NamespaceQuotaExceeded):
        emulator.start("w", namespace="n")
    emulator.start("w", namespace="m").assert_halted("a")


# ---- Just before the time is over, and when it is.


def test_an_instance_is_cancelled_after_30_days_of_running_and_90_of_halting(interactor: Emulator) -> None:
    interactor.load(forks(3))
    running = interactor.start("w")
    interactor.load({**workflow(), "name": "halts"})
    halted = interactor.start("halts")
    assert (running.status, halted.status) == ("running", "halted")
    interactor.clock.advance(days=30, seconds=-1)
    assert running.status == "running"
    interactor.clock.advance(seconds=1)
    running.assert_cancelled(reason="ttl_expired")
    interactor.clock.advance(days=60, seconds=-1)
    halted.assert_halted("a")
    interactor.clock.advance(seconds=1)
    halted.assert_cancelled(reason="ttl_expired")


def test_a_state_in_the_background_lasts_two_seconds() -> None:
    emulator = Emulator(now="2026-01-20T12:00:00Z", execution="background")
    emulator.load(workflow(first={"type": "action", "transitions": [{"target": "end"}]}))
    run = emulator.start("w")
    emulator.clock.advance(seconds=1.999)
    assert run.state == "a"
    emulator.clock.advance(seconds=0.001)
    assert run.state == "end"


def test_a_file_is_kept_for_7_days_after_the_end(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = uploading(interactor, interactor_client)
    assert upload(interactor_client, path, b"x").status_code == 201
    interactor_client.post(f"{path}/resume", json={"input": {}})
    control = str(interactor_client.base_url).replace("/api/v1/", "/_emulator") + path.removeprefix("/workflows")
    interactor.clock.advance(days=7, seconds=-1)
    assert len(httpx.get(f"{control}/files").json()["files"]) == 1
    interactor.clock.advance(seconds=1)
    assert httpx.get(f"{control}/files").json()["files"] == []


@pytest.mark.parametrize("keyed", ["create", "resume"])
def test_a_key_is_kept_for_24_hours(interactor: Emulator, interactor_client: httpx.Client, keyed: str) -> None:
    interactor.load(workflow(first={"type": "halting", "transitions": [{"target": "a"}]}))
    path = "/workflows/w/instances"
    if keyed == "resume":
        path = f"/workflows/instances/{interactor.start('w', namespace='n').id}/resume"

    def happened() -> int:
        """How much a further request makes happen: nothing, where it is answered with what is kept."""
        before = sum(len(run.history) for run in interactor.runs)
        interactor_client.post(path, json={}, headers={"Idempotency-Key": "k"})
        return sum(len(run.history) for run in interactor.runs) - before

    assert happened() > 0
    interactor.clock.advance(hours=24, seconds=-1)
    assert happened() == 0
    interactor.clock.advance(seconds=1)
    assert happened() > 0


def test_a_token_lasts_an_hour_and_its_refresh_token_seven_days(interactor: Emulator, interactor_server: Any) -> None:
    url = f"{interactor_server.auth_url}/oauth/token"
    asked = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    issued, other = (httpx.post(url, json=asked).json() for _ in range(2))
    assert issued["expires_in"] == 3_600
    tokens = [issued["access_token"], interactor.token()]

    def statuses() -> list[int]:
        headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
        return [httpx.get(f"{interactor_server.api_url}/workflows", headers=each).status_code for each in headers]

    def refreshed(token: str) -> int:
        body = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "client_dev"}
        return httpx.post(url, json=body).status_code

    interactor.clock.advance(seconds=3_599)
    assert statuses() == [200, 200]
    interactor.clock.advance(seconds=1)
    assert statuses() == [401, 401]
    interactor.clock.advance(days=7, seconds=-3_601)
    assert refreshed(issued["refresh_token"]) == 200
    interactor.clock.advance(seconds=1)
    assert refreshed(other["refresh_token"]) == 400


def test_the_token_that_a_command_prints_lasts_a_year(interactor: Emulator) -> None:
    token = client_settings(interactor, "http://127.0.0.1")["INTERACTOR_TOKEN"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 31_536_000


def test_http_logic_waits_30_seconds_for_an_answer(interactor: Emulator, interactor_server: Any) -> None:
    """The stub's delay is compared and not waited for."""
    call = {"type": "http", "method": "GET", "url": "https://a.example/"}
    interactor.load(workflow(first={"type": "action", "logic": call, "transitions": [{"target": "end"}]}))
    with httpx.Client(base_url=f"{interactor_server.url}/_emulator") as control:
        for seconds in (29.999, 30):
            stub = {"url": "https://a.example/", "times": 1, "respond": {"delay_seconds": seconds}}
            assert control.post("/stubs", json=stub).status_code == 201
    interactor.start("w").assert_completed("end")
    failed = interactor.start("w").assert_failed(code="http_timeout")
    assert "within 30000 ms" in str(failed.failure)


@pytest.mark.parametrize(("age", "code"), [(300, None), (301, "stale"), (-300, None), (-301, "stale")])
def test_a_signature_is_good_for_5_minutes(age: int, code: str | None) -> None:
    found = None
    try:
        verify("s" * 32, b"{}", sign("s" * 32, b"{}", 1_768_910_400), "1768910400", now=1_768_910_400 + age)
    except SignatureError as error:
        found = error.code
    assert found == code


# ---- Just at the number, and one past it: over HTTP.

JSON = {"Content-Type": "application/json"}
FILE: dict[str, Any] = {"name": "receipt", "type": "file", "label": "Receipt"}


def uploading(emulator: Emulator, client: httpx.Client) -> str:
    """The path of an instance that waits for files."""
    emulator.load(workflow(first={**ASK, "presentation": {"type": "form", "fields": [FILE]}}))
    made = client.post("/workflows/w/instances", json={"namespace": "n"}).json()["data"]
    return f"/workflows/instances/{made['id']}"


def upload(client: httpx.Client, path: str, content: bytes) -> httpx.Response:
    file = {"file": ("a.bin", content, "application/octet-stream")}
    return client.post(f"{path}/files", data={"field": "receipt"}, files=file)


def test_a_field_has_five_files_of_ten_megabytes(interactor: Emulator, interactor_client: httpx.Client) -> None:
    path = uploading(interactor, interactor_client)
    assert upload(interactor_client, path, b"x" * 10_485_761).status_code == 413
    sizes = [10_485_760, 1, 1, 1, 1, 1]
    answers = [upload(interactor_client, path, b"x" * size) for size in sizes]
    assert [answer.status_code for answer in answers] == [201] * 5 + [400]


@pytest.mark.parametrize(("size", "status"), [(1_048_576, 201), (1_048_577, 400)])
def test_a_definition_has_a_megabyte(interactor_client: httpx.Client, size: int, status: int) -> None:
    body = json.dumps({**workflow(), "ai_guidance": ""})
    body = body[:-2] + "x" * (size - len(body)) + body[-2:]
    assert interactor_client.post("/workflows", content=body, headers=JSON).status_code == status


def padded(body: Any, size: int) -> bytes:
    """The same JSON with spaces before its end."""
    text = json.dumps(body)
    return (text[:-1] + " " * (size - len(text)) + text[-1]).encode()


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}])
@pytest.mark.parametrize(("size", "status"), [(1_048_576, 201), (1_048_577, 413)])
def test_a_body_has_a_megabyte(
    interactor: Emulator, interactor_client: httpx.Client, size: int, status: int, key: dict[str, str]
) -> None:
    interactor.load(workflow())
    body = padded({"namespace": "n", "input": {}}, size)
    assert interactor_client.post("/workflows/w/instances", content=body, headers=JSON | key).status_code == status


@pytest.mark.parametrize(("size", "status"), [(1_048_576, 200), (1_048_577, 413)])
def test_a_body_of_the_control_api_has_a_megabyte(interactor_server: Any, size: int, status: int) -> None:
    body = padded({"A": "b"}, size)
    assert httpx.put(f"{interactor_server.url}/_emulator/secrets", content=body, headers=JSON).status_code == status


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 400)])
def test_a_body_of_the_account_server_has_64_kilobytes(interactor_server: Any, size: int, status: int) -> None:
    asked = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    url = f"{interactor_server.auth_url}/oauth/token"
    assert httpx.post(url, content=padded(asked, size), headers=JSON).status_code == status


@pytest.mark.parametrize(("levels", "status"), [(100, 201), (101, 400)])
def test_a_body_is_nested_a_hundred_levels(
    interactor: Emulator, interactor_client: httpx.Client, levels: int, status: int
) -> None:
    interactor.load(workflow())
    inner = levels - 2
    body = b'{"namespace":"n","input":{"a":' + b"[" * inner + b"]" * inner + b"}}"
    assert interactor_client.post("/workflows/w/instances", content=body, headers=JSON).status_code == status


@pytest.mark.parametrize(("characters", "taken"), [(200, True), (201, False)])
def test_a_request_id_of_ones_own_has_200_characters(
    interactor_client: httpx.Client, characters: int, taken: bool
) -> None:
    own = "x" * characters
    answer = interactor_client.get("/workflows", headers={"X-Request-Id": own})
    assert (answer.headers["x-request-id"] == own) is taken


def test_a_page_has_100_and_at_most_1000(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow(first={"type": "halting", "transitions": [{"target": "a"}]}))
    run = interactor.start("w", namespace="n")
    for _ in range(500):
        run.resume()
    path = f"/workflows/instances/{run.id}/history"
    sizes = [
        interactor_client.get(path, params=query).json()["data"] for query in ({}, {"limit": 1_000}, {"limit": 1_001})
    ]
    assert [len(each["events"]) for each in sizes] == [100, 1_000, 1_000]


Rate = tuple[str, str, Any, int, int]

# What is asked, how often in a minute, and the status of an answer that is not refused for coming too often.
RATES: list[Rate] = [
    ("GET", "/workflows", None, 1_000, 200),
    ("POST", "/workflows/instances/inst_none/cancel", {}, 100, 404),
    ("POST", "/workflows/w/instances", {"namespace": "n"}, 50, 201),
]


@pytest.mark.unmeasured
@pytest.mark.interactor(rate_limits=True)
@pytest.mark.parametrize(("method", "path", "body", "number", "status"), RATES, ids=[row[1] for row in RATES])
def test_as_many_requests_a_minute_and_no_more(
    interactor: Emulator, interactor_client: httpx.Client, method: str, path: str, body: Any, number: int, status: int
) -> None:
    interactor.load(workflow())
    answers = [interactor_client.request(method, path, json=body) for _ in range(number + 1)]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {str(number)}
    assert {answer.status_code for answer in answers[:-1]} == {status}
    assert [answers[0].headers["x-ratelimit-remaining"], answers[-2].headers["x-ratelimit-remaining"]] == [
        str(number - 1),
        "0",
    ]
    assert answers[-1].status_code == 429
    interactor.clock.advance(seconds=60)
    assert interactor_client.request(method, path, json=body).status_code == status


# ---- What has its edge at the real number in another file.

ELSEWHERE = {
    "webhook_events_per_minute": ("webhooks/test_delivery.py", "test_a_thousand_a_minute_and_the_rest_waits"),
    "webhook_answer_bytes": ("webhooks/test_delivery.py", "test_the_answer_is_kept_up_to_2_kilobytes"),
    "script_seconds": ("script/test_hostile.py", "on_the_documented_limit_comes_between"),
    "script_memory_bytes": ("script/test_hostile.py", "test_memory_that_is_allowed_can_be_used"),
    "log_lines": ("script/test_results.py", "for number in range(100)]"),
    "log_line_characters": ("script/test_results.py", '"x" * 1000'),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_said_to_be_elsewhere_is_there(name: str) -> None:
    file, text = ELSEWHERE[name]
    assert text in (Path(__file__).parent / file).read_text()
