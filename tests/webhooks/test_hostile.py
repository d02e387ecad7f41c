"""What fault rules do to deliveries: each effect as a receiver sees it."""

import base64
import json
import shutil
import subprocess
from typing import Final

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.faults.on_webhooks import UNKNOWN_EVENT
from interactor_emulator.faults.rules import EFFECTS, Effect
from interactor_emulator.signing import SignatureError, verify

from .test_delivery import ASK, END, SECRET, App

CREATED: Final = "workflow.instance.created"
COMPLETED: Final = "workflow.instance.completed"


def events_of(app: App) -> list[str]:
    return [headers["X_INTERACTOR_EVENT"].rsplit(".", 1)[1] for headers, _ in app.came]


def refusal(came: tuple[dict[str, str], bytes]) -> str | None:
    headers, body = came
    try:
        verify(SECRET, body, headers["X_INTERACTOR_SIGNATURE"], headers["X_INTERACTOR_TIMESTAMP"])
    except SignatureError as error:
        return error.code
    return None


@pytest.fixture
def app(interactor: Emulator) -> App:
    app = App()
    interactor.load(END)
    interactor.load(ASK)
    interactor.webhooks.subscribe(app, secret=SECRET)
    return app


@pytest.mark.parametrize(
    ("effect", "code"),
    [("bad_signature", "wrong_signature"), ("stale_timestamp", "stale"), ("truncated_body", "wrong_signature")],
)
def test_what_a_receiver_must_refuse(interactor: Emulator, app: App, effect: Effect, code: str) -> None:
    interactor.faults.webhook(effect, event=CREATED, times=1)
    interactor.start("end")
    assert [refusal(each) for each in app.came] == [code, None]
    assert interactor.webhooks.deliveries[0].attempts[0].hostile == effect


def test_members_that_nobody_knows_are_signed_too(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("extra_members", times=1)
    interactor.start("end")
    assert refusal(app.came[0]) is None
    told = json.loads(app.came[0][1])
    assert {"trace", "priority"} <= set(told)
    assert "tenant" in told["data"]


def test_an_event_that_nobody_knows_comes_before_the_real_one(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("unknown_event", event=COMPLETED)
    interactor.start("end")
    assert events_of(app) == ["created", UNKNOWN_EVENT.rsplit(".", 1)[1], "completed"]
    assert [refusal(each) for each in app.came] == [None] * 3


def test_a_duplicate_has_the_same_id_and_body(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("duplicate", event=CREATED)
    interactor.start("end")
    assert events_of(app) == ["created", "created", "completed"]
    assert app.came[0][1] == app.came[1][1]
    assert [each.status for each in interactor.webhooks.deliveries] == ["delivered"] * 2


def test_a_lost_answer_is_tried_again_though_it_arrived(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("lose_response", event=CREATED, times=1)
    interactor.start("end")
    interactor.clock.advance(seconds=30)
    assert events_of(app) == ["created", "completed", "created"]


def test_a_delay_is_on_the_emulators_clock(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("delay", event=CREATED, delay_seconds=90)
    interactor.start("end")
    assert events_of(app) == ["completed"]
    interactor.clock.advance(seconds=90)
    assert events_of(app) == ["completed", "created"]
    assert [each.status for each in interactor.webhooks.deliveries] == ["delivered"] * 2


def test_a_successor_overtakes(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("reorder", event=CREATED)
    interactor.start("ask").resume()
    assert events_of(app) == ["halted", "created", "resumed", "completed"]
    interactor.clock.advance(hours=1)
    assert len(app.came) == 4


def test_without_a_successor_it_comes_half_a_minute_later(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("reorder", event=COMPLETED)
    interactor.start("end")
    assert events_of(app) == ["created"]
    interactor.clock.advance(seconds=30)
    assert events_of(app) == ["created", "completed"]


def test_a_slow_body_arrives_whole(interactor: Emulator, app: App) -> None:
    interactor.faults.webhook("slow_body", event=CREATED)
    interactor.start("end")
    assert [refusal(each) for each in app.came] == [None, None]


def test_a_rule_counts(interactor: Emulator, app: App) -> None:
    rule = interactor.faults.webhook("bad_signature", event=CREATED, after=1, times=2)
    for _ in range(5):
        interactor.start("end")
    created = [refusal(each) for each in app.came if each[0]["X_INTERACTOR_EVENT"] == CREATED]
    assert created == [None, "wrong_signature", "wrong_signature", None, None]
    assert rule.used == 2
    interactor.faults.clear()
    assert list(interactor.faults) == []


def test_chance_comes_from_the_seed() -> None:
    def spoiled() -> list[bool]:
        emulator, app = Emulator(seed=5, now="2026-01-20T12:00:00Z"), App()
        emulator.load(END)
        emulator.webhooks.subscribe(app, secret=SECRET)
        emulator.faults.webhook("bad_signature", probability=0.5)
        for _ in range(10):
            emulator.start("end")
        return [refusal(each) is not None for each in app.came]

    assert spoiled() == spoiled()
    assert 0 < sum(spoiled()) < 20


def test_rules_are_set_over_http(interactor: Emulator, interactor_client: httpx.Client, app: App) -> None:
    faults = str(interactor_client.base_url).replace("/api/v1/", "/_emulator/faults")
    for effect in EFFECTS:
        assert (
            httpx.post(
                faults, json={"effect": effect, "match": {"times": 1, "event": CREATED, "after": 99}}
            ).status_code
            == 201
        )
    made = httpx.post(faults, json={"effect": {"delay_seconds": 5}, "match": {"event": CREATED}}).json()
    assert made["effect"] == {"delay_seconds": 5}
    assert len(httpx.get(faults).json()["faults"]) == len(EFFECTS) + 1
    for wrong in (
        {"effect": "explode"},
        {},
        {"effect": {"status": 500}, "match": {"event": CREATED}},
        {"effect": "delay", "match": {"path": "/"}},
        {"effect": "delay", "match": {"times": 0}},
        {"effect": "delay", "match": {"probability": 2}},
        {"effect": {"delay_seconds": "soon"}},
    ):
        assert httpx.post(faults, json=wrong).status_code == 400, wrong
    assert httpx.request("DELETE", faults, json={}).json() == {}
    assert httpx.get(faults).json() == {"faults": []}


# The document's receiver in Node: refuse what is older than five minutes, compare in constant time.
NODE = """
const { createHmac, timingSafeEqual } = require('node:crypto')
const { secret, deliveries } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
function genuine({ body, signature, timestamp }) {
  if (Math.floor(Date.now() / 1000) - parseInt(timestamp, 10) > 300) return false
  const raw = Buffer.from(body, 'base64')
  const own = 'sha256=' + createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest('hex')
  const [a, b] = [Buffer.from(own), Buffer.from(signature)]
  return a.length === b.length && timingSafeEqual(a, b)
}
console.log(JSON.stringify(deliveries.map(genuine)))
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="one of the two receivers is a Node program")
def test_the_documents_receivers_take_what_is_genuine_and_nothing_else(interactor: Emulator, app: App) -> None:
    """250 instances, a third of the deliveries spoiled: a Node and a Python program say the same of each."""
    for effect in ("bad_signature", "stale_timestamp", "truncated_body"):
        interactor.faults.webhook(effect, probability=0.15)
    interactor.faults.webhook("extra_members", probability=0.2)
    for number in range(250):
        interactor.start("ask", {"name": "Zoë \u2028 \U0001f600" * (number % 5)}).resume()
    attempts = [attempt for each in interactor.webhooks.deliveries for attempt in each.attempts]
    wanted = [attempt.hostile in (None, "extra_members") for attempt in attempts]
    sent = [
        {
            "body": base64.b64encode(attempt.body).decode(),
            "signature": attempt.headers["X-Interactor-Signature"],
            "timestamp": attempt.headers["X-Interactor-Timestamp"],
        }
        for attempt in attempts
    ]
    given = json.dumps({"secret": SECRET, "deliveries": sent})
    done = subprocess.run(["node", "-e", NODE], input=given, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == wanted
    assert [refusal(each) is None for each in app.came] == wanted
    assert len(wanted) == 1000
    assert 200 < wanted.count(False) < 700
