"""What does not belong together in a snapshot is refused by its place, and the account stays as it was."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from interactor_emulator import Emulator
from interactor_emulator.services.snapshots.operations import InvalidSnapshot

from tests.snapshots.rich import SETTINGS, emulator, fill

Edit = Callable[[Any], object]


@cache
def _written() -> str:
    return json.dumps(fill(emulator()).snapshot())


def put(*path: Any) -> Edit:
    """Puts the last one in at the place that the others name."""
    *steps, last, value = path

    def edit(document: Any) -> None:
        for step in steps:
            document = document[step]
        document[last] = value

    return edit


def doubled(name: str) -> Edit:
    return lambda document: document[name].insert(0, document[name][0])


def event(kind: str, member: str, value: Any) -> Edit:
    """In the first event of this type."""

    def edit(document: Any) -> None:
        found = (each for one in document["instances"] for each in one["events"] if each["type"] == kind)
        next(found)[member] = value

    return edit


def timer(kind: str, member: str, value: Any) -> Edit:
    return lambda document: next(each for each in document["queue"] if each["kind"] == kind).__setitem__(member, value)


def timers_doubled(kind: str) -> Edit:
    return lambda document: document["queue"].append(next(each for each in document["queue"] if each["kind"] == kind))


EDITS: dict[str, tuple[Edit, str]] = {
    "a time beyond time": (put("now_ms", 10**17), "now_ms: must be in the years 1 to 9999"),
    "a generator's number": (
        lambda d: next(each for each in d["generators"].values() if "tail" in each).update(tail="x"),
        "no ULID has such a time or number",
    ),
    "a variant that there is not": (put("variants", "answers", "long"), "variants: variant answers is short or whole"),
    "a histogram of another length": (put("durations", 0, "counts", [1]), "durations[0].counts: must be 12 numbers"),
    "a workflow twice": (doubled("workflows"), "workflows[1]: stands here twice"),
    "a definition of another name": (
        put("workflows", 0, "versions", 0, "definition", "name", "other"),
        "workflows[0].versions[0].definition.name: must be that of the workflow",
    ),
    "a version twice": (
        lambda d: d["workflows"][0]["versions"].append(d["workflows"][0]["versions"][0]),
        "workflows[0].versions[0].id: stands here twice",
    ),
    "published, and not there": (
        put("workflows", 0, "published", "v_nobody"),
        "workflows[0].published: unknown: v_nobody",
    ),
    "an instance twice": (doubled("instances"), "instances[1]: stands here twice"),
    "a version that there is not": (
        put("instances", 0, "version", "v_nobody"),
        "instances[0].version: unknown: v_nobody",
    ),
    "fewer revisions than events": (put("instances", 0, "revision", 1), "instances[0].revision: must be at least"),
    "no events": (put("instances", 0, "events", []), "instances[0].events: must begin with Created"),
    "no beginning": (lambda d: d["instances"][0]["events"].pop(0), "instances[0].events[0].type: the first event"),
    "a second beginning": (
        lambda d: d["instances"][0]["events"].__setitem__(1, d["instances"][0]["events"][0]),
        "instances[0].events[1].type: the first event, and no other, is Created",
    ),
    "a state that there is not": (
        event("Halted", "state", "nowhere"),
        "instances[0].events[1].state: unknown: nowhere",
    ),
    "a thread forked twice": (event("Forked", "thread_id", "thread_main"), "thread_id: stands here twice: thread_main"),
    "a thread that nobody forked": (event("Halted", "thread_id", "thread_x"), "thread_id: unknown: thread_x"),
    "a way that there is not": (event("StateChanged", "index", 7), "index: no such transition leads from"),
    "fewer clauses than ways": (event("ResumeRefused", "clauses", []), "clauses: must be 1, those of each transition"),
    "a retry of logic that is not there": (event("RetryScheduled", "number", 9), "number: the state has no such logic"),
    "a file twice": (doubled("files"), "files[1]: stands here twice"),
    "a file of nobody": (put("files", 0, "instance_id", "inst_nobody"), "files[0].instance_id: unknown: inst_nobody"),
    "a timer of no kind": (timer("instance_ttl", "kind", "tea"), "kind: unknown: tea"),
    "the end of nobody": (timer("instance_ttl", "subject", "inst_nobody"), "subject: no instance of its own"),
    "two ends of one": (timers_doubled("instance_ttl"), "subject: no instance of its own"),
    "a retry of nobody": (timer("http_retry", "detail", "evt_nobody"), "detail: no retry of its own: evt_nobody"),
    "a retry twice": (timers_doubled("http_retry"), "detail: no retry of its own"),
    "a subscription twice": (doubled("subscriptions"), "subscriptions[1]: stands here twice"),
    "a delivery twice": (doubled("deliveries"), "deliveries[1]: stands here twice"),
    "a URL that is none": (put("subscriptions", 0, "url", "nowhere"), "subscriptions[0].url: url must be an http"),
    "an event of no name": (
        put("subscriptions", 0, "events", ["tea"]),
        "subscriptions[0].events[0]: Unknown event: tea",
    ),
    "a delivery that waits and is not there": (
        put("subscriptions", 0, "waiting", ["del_nobody"]),
        "subscriptions[0].waiting[0]: no delivery to it: del_nobody",
    ),
    "one that repeats and is not there": (
        put("subscriptions", 0, "repeats", ["del_nobody"]),
        "subscriptions[0].repeats[0]: no delivery to it",
    ),
    "one overtaken that is not there": (
        put("subscriptions", 0, "overtaken", "del_nobody"),
        "subscriptions[0].overtaken: no delivery to it",
    ),
    "one over that is not there": (put("over", ["del_nobody"]), "over[0]: no delivery: del_nobody"),
    "one dead that is not there": (put("dead", ["del_nobody"]), "dead[0]: no delivery: del_nobody"),
    "one dead twice": (doubled("dead"), "dead[1]: stands here twice"),
    "a delivery to nobody": (
        lambda d: next(each for each in d["deliveries"] if each.get("status") == "dead").update(
            subscription_id="whsub_x"
        ),
        "subscription_id: unknown: whsub_x",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_does_not_belong_is_refused_by_its_place(name: str) -> None:
    edit, told = EDITS[name]
    document = json.loads(_written())
    edit(document)
    made = Emulator(now="2026-01-01T00:00:00Z", **SETTINGS)
    before = made.snapshot()
    with pytest.raises(InvalidSnapshot) as refused:
        made.restore(document)
    assert told in str(refused.value)
    assert made.snapshot() == before
