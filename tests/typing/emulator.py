"""Checked, never run: what a program that holds an Emulator may write, and what a checker must refuse.

Where a comment tells it to look away, the line is wrong: if it became right, the comment would be the error."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

from interactor_emulator import (
    CallRule,
    Client,
    Decision,
    Delivery,
    Emulator,
    EmulatorClock,
    Fired,
    Held,
    Inbox,
    InstanceNotHalted,
    InstanceStatus,
    InteractorError,
    Limits,
    NextDue,
    Options,
    Received,
    Rule,
    Run,
    RunThread,
    Server,
    StateTested,
    Stub,
    Subscription,
    Swept,
    Variants,
    Visit,
    Webhooks,
)

# ---- making one

Emulator()
Emulator(seed=7, now="2026-01-20T12:00:00Z", frozen=False, limits=Limits(), rate_limits=True)
Emulator(now=datetime(2026, 1, 20, tzinfo=UTC), limits={"max_active_instances": 10}, execution="background")
Emulator(secrets={"KEY": "x"}, routes={"https://yourapp.com": "http://127.0.0.1:3000"}, allow_egress="api.example")
Emulator(definitions=[Path("definitions"), "more"], variants={"answers": "whole"}, clients=[Client("id", "secret")])
Emulator(variants=Variants(answers="whole"), webhook_timestamps="virtual", token_timestamps="wall")

Emulator(7)  # type: ignore[call-arg]
Emulator(execution="later")  # type: ignore[arg-type]
Emulator(now=5.5)  # type: ignore[arg-type]
Emulator(variants=Variants(answers="long"))  # type: ignore[arg-type]

emulator = Emulator()

# ---- definitions and runs

assert_type(emulator.load("purchase_approval.json"), str)
assert_type(emulator.load(Path("x.json"), publish=False), str)
emulator.load({"name": "x", "initial_state": "a", "states": {"a": {"type": "terminal"}}})
emulator.load(b"{}")  # type: ignore[arg-type]

run = emulator.start("purchase_approval", {"amount": 15_000}, namespace="user_1", idempotency_key="k")
assert_type(run, Run)
assert_type(emulator.run(run.id), Run)
assert_type(emulator.runs, list[Run])
emulator.start("purchase_approval", input={"amount": 15_000})
emulator.start("purchase_approval", [1])  # type: ignore[arg-type]

assert_type(run.id, str)
assert_type(run.status, InstanceStatus)
assert_type(run.state, str)
assert_type(run.path, list[str])
assert_type(run.data, dict[str, Any])
assert_type(run.threads, dict[str, str])
assert_type(run.history, list[Visit])
assert_type(run.decisions(), list[Decision])
assert_type(run.explain(), str)
assert_type(run.presentation, Mapping[str, Any] | None)
assert_type(run.options, Options | None)
assert_type(run.failure, InteractorError | None)
assert_type(run.history[0].entered_at, datetime)
if run.options is not None:
    assert_type(run.options.choices[0].to, str)
if run.status == "don":  # type: ignore[comparison-overlap]
    pass

assert_type(run.resume(approved=True), Run)
assert_type(run.resume({"any-name": 1}), Run)
assert_type(run.choose("approve", comment="fine"), Run)
assert_type(run.cancel(), Run)
assert_type(run.thread("finance"), RunThread)
assert_type(run.waiting_in("approval").resume(approved=True), Run)
run.resume("yes")  # type: ignore[arg-type]
run.choose(choice="approve")  # type: ignore[call-arg]
run.status = "halted"  # type: ignore[misc]

# ---- assertions return what they are asked of, so that they chain

assert_type(run.assert_halted("a").resume().assert_completed("b").assert_path("a", ..., "b"), Run)
assert_type(run.assert_visited("a").assert_not_visited("b").assert_data(approved=True), Run)
assert_type(run.assert_failed(code="script_error", state="a"), Run)
assert_type(run.assert_cancelled(reason="ttl_expired"), Run)
assert_type(run.thread("finance").assert_halted("a").assert_path("a"), RunThread)
run.assert_cancelled(reason="ttl")  # type: ignore[arg-type]
run.assert_path(["a", "b"])  # type: ignore[arg-type]
run.assert_halt("a")  # type: ignore[attr-defined]

# ---- errors

try:
    run.resume()
except InstanceNotHalted as error:
    assert_type(error.code, str)
    assert_type(error.status, int)
    caught: InteractorError = error

# ---- time

assert_type(emulator.clock, EmulatorClock)
assert_type(emulator.clock.now, datetime)
assert_type(emulator.clock.advance(days=90, hours=1), list[Fired])
assert_type(emulator.clock.advance_to("2026-03-01T00:00:00Z"), list[Fired])
assert_type(emulator.clock.advance_to_next(), list[Fired])
assert_type(emulator.next_due, NextDue | None)
emulator.clock.advance(fortnights=1)  # type: ignore[call-arg]

# ---- people, texts and two requests at once

emulator.when("approval").answer(approved=True, after=timedelta(hours=2), times=None).never()
emulator.when("approval").choose("approve", after=60)
emulator.ai.respond("A summary")
with emulator.hold("resume") as held:
    assert_type(held.wait_for(2), Held)
    assert_type(held.release(), int)
emulator.hold("resum")  # type: ignore[arg-type]

# ---- faults and stubs

assert_type(emulator.faults.webhook("duplicate", event="workflow.instance.completed"), Rule)
assert_type(emulator.faults.call("drop", method="POST", times=1), CallRule)
assert_type(emulator.stub("https://api.example/x", respond={"json": {}}), Stub)
emulator.faults.webhook("duplciate")  # type: ignore[arg-type]
emulator.faults.webhook("duplicate", event="completed")  # type: ignore[arg-type]
emulator.faults.call("explode")  # type: ignore[arg-type]

# ---- webhooks

webhooks: Webhooks = emulator.webhooks
assert_type(webhooks.subscribe("http://127.0.0.1:9/", ["workflow.instance.halted"], namespace="n"), Subscription)
assert_type(webhooks.inbox, Inbox)
assert_type(webhooks.wait_for("workflow.instance.completed", timeout=2), Received)
assert_type(webhooks.deliveries, list[Delivery])
assert_type(webhooks.dead_letters, list[Delivery])
webhooks.subscribe("http://127.0.0.1:9/", ["workflow.instance.ended"])  # type: ignore[list-item]

# ---- servers, states alone, lost replies, and all that it holds

with emulator.serve(port=0) as server:
    assert_type(server, Server)
    assert_type(server.core_url, str)
assert_type(emulator.token(scopes=["workflows:read"], namespaces=["user_1"]), str)
assert_type(emulator.graph("purchase_approval", "mermaid"), str)
emulator.graph("purchase_approval", "png")  # type: ignore[arg-type]
assert_type(emulator.test_state({"name": "x"}, "a", {"amount": 1}), StateTested)
assert_type(emulator.sweep_lost_replies(lambda: None), Swept)
assert_type(emulator.snapshot(), dict[str, Any])
emulator.restore({})
emulator.reset("workflows")
