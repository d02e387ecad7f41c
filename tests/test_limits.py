"""Every number of the document: what happens at the limit, and one below it. Each limit can be changed for a test."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from interactor_emulator import (
    Emulator,
    InteractorError,
    InvalidWorkflow,
    Limits,
    NamespaceQuotaExceeded,
    PayloadTooLarge,
)

from tests.workflows import State, action, halt, script, terminal, workflow

END = terminal()
ASK = halt("end")


def begins(first: State = ASK, name: str = "w", **states: State) -> dict[str, Any]:
    """A workflow that begins with this state."""
    return workflow(name, {"a": first, "end": END, **states})


def loads(**definition: Any) -> Callable[[Emulator], object]:
    return lambda emulator: emulator.load(begins(**definition))


def starts(input_: dict[str, Any], **definition: Any) -> Callable[[Emulator], object]:
    def start(emulator: Emulator) -> object:
        emulator.load(begins(**definition))
        run = emulator.start("w", input_, namespace="n")
        if run.failure is not None:
            raise run.failure
        return run

    return start


def form(count: int) -> State:
    return halt("end", fields=[{"name": f"f{number}", "type": "string", "label": "F"} for number in range(count)])


def several(count: int) -> Callable[[Emulator], object]:
    def start(emulator: Emulator) -> None:
        emulator.load(begins())
        for _ in range(count):
            emulator.start("w", namespace="n")

    return start


Case = tuple[str, float, Callable[[Emulator], object], Callable[[Emulator], object], type[InteractorError]]

# The limit, the number that it is set to, what fits it exactly, what is one more, and the error.
CASES: list[Case] = [
    ("workflow_name_characters", 5, loads(name="abcde"), loads(name="abcdef"), InvalidWorkflow),
    ("states_per_workflow", 3, loads(b=END), loads(b=END, c=END), InvalidWorkflow),
    (
        "transitions_per_state",
        2,
        loads(first=halt("end", "end")),
        loads(first=halt("end", "end", "end")),
        InvalidWorkflow,
    ),
    (
        "script_code_bytes",
        9,
        loads(first=script("return {}", "end")),
        loads(first=script("return {};", "end")),
        InvalidWorkflow,
    ),
    ("presentation_fields", 2, loads(first=form(2)), loads(first=form(3)), InvalidWorkflow),
    ("input_bytes", 9, starts({"a": "x"}), starts({"a": "xy"}), PayloadTooLarge),
    (
        "workflow_data_bytes",
        9,
        starts({"a": "x"}, first=script("return input", "end")),
        starts({"a": "xy"}, first=script("return input", "end")),
        InteractorError,
    ),
    (
        "threads_per_instance",
        2,
        starts({}, first=action("end", fork=["b"]), b=END),
        starts({}, first=action("end", fork=["b", "b"]), b=END),
        InteractorError,
    ),
    ("instances_per_namespace", 2, several(2), several(3), NamespaceQuotaExceeded),
    (
        "transitions_per_run",
        1,
        starts({}, first=action("end")),
        starts({}, first=action("b"), b=action("end")),
        InteractorError,
    ),
]


@pytest.mark.parametrize(("name", "number", "fits", "exceeds", "error"), CASES, ids=[case[0] for case in CASES])
def test_at_the_limit_and_one_past_it(
    name: str,
    number: float,
    fits: Callable[[Emulator], object],
    exceeds: Callable[[Emulator], object],
    error: type[InteractorError],
) -> None:
    fits(Emulator(limits={name: number}))
    with pytest.raises(error):
        exceeds(Emulator(limits={name: number}))


# Where each of the other numbers is tested at its edge.
ELSEWHERE = {
    "definition_bytes": "tests/web/test_wire.py",
    "definition_body_bytes": "tests/web/test_wire.py",
    "running_ttl_seconds": "tests/engine/test_threads.py",
    "halted_ttl_seconds": "tests/web/test_instances.py",
    "background_state_seconds": "tests/web/test_background.py",
    "file_bytes": "tests/web/test_files.py",
    "files_per_field": "tests/web/test_files.py",
    "file_retention_seconds": "tests/web/test_files.py",
    "heartbeat_seconds": "tests/web/test_stream.py",
    "stream_unread_bytes": "tests/web/test_stream.py",
    "script_seconds": "tests/script/test_hostile.py",
    "script_memory_bytes": "tests/script/test_hostile.py",
    "slow_script_seconds": "tests/web/test_metrics.py",
    "log_lines": "tests/script/test_results.py",
    "log_line_characters": "tests/script/test_results.py",
    "http_timeout_ms": "tests/web/test_outbound.py",
    "reads_per_minute": "tests/web/test_state_machine.py",
    "writes_per_minute": "tests/web/test_state_machine.py",
    "creations_per_minute": "tests/web/test_idempotency.py",
    "access_token_seconds": "tests/web/test_access.py",
    "refresh_token_seconds": "tests/test_numbers.py",
    "webhook_timeout_seconds": "tests/webhooks/test_delivery.py",
    "webhook_events_per_minute": "tests/webhooks/test_delivery.py",
    "webhook_secret_characters": "tests/webhooks/test_subscriptions.py",
    "webhook_answer_bytes": "tests/webhooks/test_delivery.py",
    "webhook_deliveries_kept": "tests/webhooks/test_delivery.py",
    "json_depth": "tests/web/test_wire.py",
}


def test_every_number_is_tested_at_its_edge() -> None:
    assert {case[0] for case in CASES} | set(ELSEWHERE) == {field.name for field in fields(Limits)}


COUNTS = ("input_bytes", "reads_per_minute", "log_lines", "json_depth", "script_memory_bytes", "access_token_seconds")
TIMES = ("heartbeat_seconds", "script_seconds", "webhook_timeout_seconds", "background_state_seconds")
NO_NUMBERS: tuple[Any, ...] = ("x", "5", None, True, [5], float("nan"), float("inf"), float("-inf"), -1, -0.5)


@pytest.mark.parametrize("name", [*COUNTS, *TIMES])
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_limit_takes_only_numbers_that_it_can_keep_to(name: str, value: Any) -> None:
    for limits in ({name: value}, None):
        with pytest.raises(ValueError, match=f"limit {name} is a (whole )?number.*, not "):
            Emulator(limits=Limits(**{name: value}) if limits is None else limits)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("input_bytes", 0.5, 0),
        ("log_lines", 1.5, 0),
        ("threads_per_instance", 0, 1),
        ("access_token_seconds", 0, 1),
        ("running_ttl_seconds", 0.5, 1),
        ("http_timeout_ms", 0, 1),
        ("script_memory_bytes", 256 * 1024 - 1, 256 * 1024),
        ("json_depth", 0, 1),
        ("json_depth", 201, 200),
        ("heartbeat_seconds", 0, 0.001),
        ("script_seconds", 10**9 + 1, 10**9),
        ("access_token_seconds", 10**400, 10**12),
        ("running_ttl_seconds", 10**12 + 1, 10**12),
        ("slow_script_seconds", -1, 0),
    ],
)
def test_what_a_limit_takes_begins_somewhere(name: str, wrong: float, right: float) -> None:
    with pytest.raises(ValueError, match=f"limit {name} is "):
        Emulator(limits={name: wrong})
    emulator = Emulator(limits={name: right})
    assert getattr(emulator.account.limits, name) == right


def test_a_script_runs_in_the_least_memory_and_for_the_longest_time() -> None:
    emulator = Emulator(limits={"script_memory_bytes": 256 * 1024, "script_seconds": 10**9})
    emulator.load(begins(first=script("return {a: [1, 2, 3].map(each => each + 1)}", "end")))
    emulator.start("w").assert_completed().assert_data(a=[2, 3, 4])


def test_a_whole_number_of_json_may_have_a_point() -> None:
    assert repr(Emulator(limits={"log_lines": 5.0}).account.limits.log_lines) == "5"


def test_an_unknown_limit_is_told() -> None:
    for name, near in [
        ("states", "did you mean states_per_workflow"),
        ("max_stats", "did you mean states_per_workflow"),
        ("max_files", "did you mean files_per_field"),
        ("memory", "did you mean script_memory_bytes"),
        ("zzz", "they are the fields of interactor_emulator.Limits"),
    ]:
        with pytest.raises(ValueError, match=f"^unknown limit '{name}'; {near}"):
            Emulator(limits={name: 3})
