"""What assertions compare, and what a failed one says to whoever has mistaken something."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import EllipsisType
from typing import Any
from unittest.mock import ANY

import pytest
from interactor_emulator import Emulator, Run
from interactor_emulator.errors import (
    ExecutionFailed,
    InstanceNotHalted,
    InvalidTransition,
    ThreadNotFound,
    ValidationError,
)

from tests.workflows import action, halt, http, script, terminal, to, workflow

FIELDS = [{"name": name, "type": "boolean", "label": "L"} for name in ("ok", "note")]
FORM = workflow(
    "leave",
    {
        "await_manager": halt(to("granted", ok=True), "refused", fields=FIELDS),
        "granted": terminal(),
        "refused": terminal(),
    },
)


class Even:
    """A matcher of a test's own."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and other % 2 == 0

    def __repr__(self) -> str:
        return "<even>"


@pytest.fixture
def run(interactor: Emulator) -> Run:
    """Has `half` 0.4, `list` [1, 2], `one` 1, `yes` true, `day` a date's text and `deep` an object with a list."""
    interactor.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    return interactor.start("w").resume(
        half=0.4, list=[1, 2], one=1, yes=True, none=None, day="2026-01-20", deep={"list": [0.1 + 0.2, 4]}
    )


EQUAL: list[dict[str, Any]] = [
    {"half": pytest.approx(0.4)},
    {"list": (1, 2)},
    {"list": [1.0, Even()]},
    {"list": pytest.approx([1, 2])},
    {"one": 1.0},
    {"one": Decimal(1)},
    {"none": None},
    {"deep": {"list": [pytest.approx(0.3), Even()]}},
    {"deep": ANY, "day": ANY},
]
DIFFERENT: list[tuple[dict[str, Any], str]] = [
    ({"half": pytest.approx(0.5, abs=0.01)}, "half: expected 0.5 ± 0.01, found 0.4"),
    ({"half": Decimal("0.4")}, "half: expected Decimal('0.4'), found 0.4"),
    ({"day": date(2026, 1, 20)}, 'day: expected datetime.date(2026, 1, 20), found "2026-01-20"'),
    ({"one": True}, "one: expected true, found 1"),
    ({"yes": 1}, "yes: expected 1, found true"),
    ({"list": (2, 1)}, "list: expected [2,1], found [1,2]"),
    ({"list": [True, 2]}, "list: expected [true,2], found [1,2]"),
    ({"deep": {"list": [Even()]}}, "deep: expected {'list': [<even>]}, found"),
]


@pytest.mark.parametrize("wanted", EQUAL, ids=str)
def test_values_are_compared_as_json_is_and_others_as_they_say(run: Run, interactor: Emulator, wanted: Any) -> None:
    run.assert_data(**wanted)
    inbox = interactor.webhooks.inbox
    interactor.start("w").resume(run.data)
    inbox.assert_delivered("workflow.instance.completed", **wanted)


@pytest.mark.parametrize(("wanted", "said"), DIFFERENT, ids=str)
def test_what_differs_is_shown_as_it_was_written(run: Run, interactor: Emulator, wanted: Any, said: str) -> None:
    with pytest.raises(AssertionError) as raised:
        run.assert_data(**wanted)
    assert said in str(raised.value)
    inbox = interactor.webhooks.inbox
    interactor.start("w").resume(run.data)
    with pytest.raises(AssertionError) as raised:
        inbox.assert_delivered("workflow.instance.completed", **wanted)
    assert said.replace("found", "got") in str(raised.value)


def test_members_that_are_given_without_names_are_refused(run: Run) -> None:
    with pytest.raises(
        TypeError, match=r"by their names: assert_data\(approved=True\); .* as assert_data\(\*\*expected\)"
    ):
        run.assert_data({"one": 1})


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda run: run.choose("granted"), "the fields ok, note"),
        (lambda run: run.thread("main").choose("granted"), "the fields ok, note"),
    ],
)
def test_a_choice_where_a_form_is_shown_is_refused(
    interactor: Emulator, call: Callable[[Run], object], field: str
) -> None:
    interactor.load(FORM)
    run = interactor.start("leave")
    with pytest.raises(ValidationError, match=f"state 'await_manager' is not in selection mode; it shows {field}"):
        call(run)
    run.assert_halted("await_manager")
    assert "choice" not in run.data


def test_a_person_cannot_choose_there_either(interactor: Emulator) -> None:
    interactor.load(FORM)
    interactor.when("await_manager").choose("granted")
    interactor.start("leave").assert_halted("await_manager")
    (told,) = [each.message for each in interactor.diagnostics if each.code == "answer_refused"]
    assert "is not in selection mode; it shows the fields ok, note" in told


CHOICE = {"type": "choice", "message": "M", "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}


@pytest.mark.parametrize(
    "state",
    [halt(to("end", choice="a"), presentation=CHOICE), halt("end", presentation=CHOICE), halt(to("end", choice="a"))],
)
def test_a_choice_is_heard_where_one_is_shown_or_asked_for(interactor: Emulator, state: dict[str, Any]) -> None:
    interactor.load(workflow("w", {"ask": state, "end": terminal()}))
    interactor.start("w").choose("a").assert_completed("end").assert_data(choice="a")


def _unused(interactor: Emulator) -> str:
    interactor.load(FORM)
    with pytest.raises(AssertionError) as raised:
        interactor.start("leave").assert_completed("granted")
    return str(raised.value)


def test_an_answer_for_a_state_that_there_is_not_names_the_nearest(interactor: Emulator) -> None:
    interactor.when("await_mangaer").answer(ok=True)
    assert "an answer to 'await_mangaer': {'ok': True} (no such state; did you mean await_manager?)" in _unused(
        interactor
    )


def test_an_answer_for_a_workflow_that_there_is_not_names_the_nearest(interactor: Emulator) -> None:
    interactor.when("await_manager", workflow="laeve").never()
    assert "(no such workflow; did you mean leave?)" in _unused(interactor)


def test_a_person_who_was_told_nothing_is_named(interactor: Emulator) -> None:
    interactor.when("await_manager")
    assert "when('await_manager') without an answer: add .answer(…), .choose(…) or .never()" in _unused(interactor)


RETRY = {"attempts": 3, "backoff": "exponential"}


def test_a_run_that_was_cancelled_says_why(interactor: Emulator) -> None:
    interactor.load(workflow("ask", {"wait": halt("end"), "end": terminal()}))
    late, unwanted = interactor.start("ask"), interactor.start("ask")
    unwanted.cancel()
    interactor.clock.advance(days=90)
    for run, reason in ((late, "ttl_expired"), (unwanted, "requested")):
        with pytest.raises(AssertionError, match=f"(?m)^  cancelled: {reason}$"):
            run.assert_halted("wait")


def test_a_run_that_will_try_again_says_when(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"call": http("https://x.example/", "end", retry=RETRY), "end": terminal()}))
    interactor.http.get("https://x.example/").respond(503)
    run = interactor.start("w")
    with pytest.raises(AssertionError) as raised:
        run.assert_failed()
    assert "waits for: attempt 2 of 3 is due at 2026-01-20T12:00:0" in str(raised.value)
    with pytest.raises(AssertionError) as raised:
        run.thread("main").assert_completed()
    assert "attempt 2 of 3 is due at" in str(raised.value)
    interactor.clock.advance(minutes=5)
    run.assert_failed(code="http_error", state="call")


BREAKS: list[dict[str, Any]] = [
    script("throw new Error('no stock')", "end"),
    http("https://x.example/", "end"),
    action(to("end", x=1)),
]


@pytest.mark.parametrize("state", BREAKS)
def test_the_last_line_of_an_explanation_is_what_the_run_failed_of(interactor: Emulator, state: dict[str, Any]) -> None:
    interactor.load(workflow("w", {"ask": halt("work"), "work": state, "end": terminal()}))
    interactor.http.get("https://x.example/").respond(500)
    run = interactor.start("w")
    with pytest.raises((ExecutionFailed, InvalidTransition)) as raised:
        run.resume()
    assert run.explain().splitlines()[-1] == f"failed in work: {raised.value.code}: {raised.value.message}"


PARALLEL = workflow(
    "parallel",
    {
        "split": action("meet", fork={"finance": "await_finance", "legal": "await_legal"}),
        "await_finance": halt(to("paid", ok=True)),
        "await_legal": halt("checked"),
        "paid": terminal(),
        "checked": terminal(),
        "meet": action("end", join=True),
        "end": terminal(),
    },
)


def test_a_thread_has_the_assertions_of_a_run(interactor: Emulator) -> None:
    interactor.load(PARALLEL)
    run = interactor.start("parallel", {"amount": 1}).assert_data()
    finance = run.thread("finance").assert_halted("await_finance").assert_path("await_finance")
    finance.assert_visited("await_finance").assert_not_visited("await_legal").assert_data()
    with pytest.raises(AssertionError) as raised:
        finance.assert_completed("piad")
    assert str(raised.value).startswith("expected it to be completed in piad")
    assert str(raised.value).endswith(f"\n  of thread_finance of {run.id} (parallel)")
    assert "did you mean paid?" in str(raised.value)
    assert "waits for: an answer in await_finance, like .thread('finance').resume(approved=True)" in str(raised.value)
    with pytest.raises(AssertionError) as raised:
        run.assert_completed()
    assert "the threads that it forked, at the join meet: thread_finance, thread_legal" in str(raised.value)
    assert ".thread('legal').resume(approved=True)" in str(raised.value)
    finance.resume(ok=True).thread("finance").assert_completed("paid").assert_path("await_finance", "paid")
    assert "ok equals true, saw true" in finance.explain()
    assert "await_legal" not in finance.explain()
    run.cancel()
    run.thread("legal").assert_cancelled(reason="requested")
    with pytest.raises(ThreadNotFound) as missing:
        run.thread("finanze")
    assert missing.value.__notes__ == ["Its threads are thread_main, thread_finance, thread_legal"]


def test_all_threads_of_a_failed_run_have_failed(interactor: Emulator) -> None:
    states = {**PARALLEL["states"], "await_legal": halt("breaks"), "breaks": script("throw new Error('x')", "end")}
    interactor.load({**PARALLEL, "states": states})
    run = interactor.start("parallel")
    with pytest.raises(ExecutionFailed):
        run.thread("legal").resume()
    run.thread("legal").assert_failed(code="script_error", state="breaks")
    run.thread("finance").assert_failed(state="await_finance")
    assert run.thread("legal").explain().endswith(run.explain().splitlines()[-1])
    assert "failed" not in run.thread("finance").explain()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("script_eror", "did you mean script_error?"),
        ("refused", "it is a state: assert_failed(state='refused')"),
        ("x", "there are invalid_transition, "),
    ],
)
def test_a_code_of_which_nothing_fails_names_what_was_meant(interactor: Emulator, code: str, said: str) -> None:
    interactor.load(FORM)
    with pytest.raises(ValueError, match=f"'{code}' is no code that an instance fails with; ") as raised:
        interactor.start("leave").assert_failed(code)
    assert said in str(raised.value)


def test_the_code_of_a_failure_may_be_given_without_its_name(interactor: Emulator) -> None:
    interactor.load(workflow("w", {"a": script("throw new Error('x')", "end"), "end": terminal()}))
    run = interactor.start("w").assert_failed("script_error").assert_failed("script_error", state="a")
    with pytest.raises(AssertionError, match="expected it to fail with http_error, but it failed with script_error"):
        run.assert_failed("http_error")


@pytest.mark.parametrize("path", [("await_manager", ..., "granted"), (..., "granted"), ("await_manager", "granted")])
def test_a_path_with_a_gap_shows_what_led_away_from_it(
    interactor: Emulator, path: tuple[str | EllipsisType, ...]
) -> None:
    interactor.load(
        workflow(
            "long",
            {
                "await_manager": halt(to("granted", ok=True), "refused"),
                "refused": action(to("told", ok="never"), "end"),
                "granted": terminal(),
                "told": terminal(),
                "end": terminal(),
            },
        )
    )
    run = interactor.start("long").resume(ok="true")
    with pytest.raises(AssertionError) as raised:
        run.assert_path(*path)
    assert 'await_manager (resume) → refused\n      ✗ granted: ok equals true, saw "true" ✗' in str(raised.value)
    assert "told: ok" not in str(raised.value)


def test_what_failed_stands_in_the_first_line_and_of_which_run_in_the_last(run: Run) -> None:
    with pytest.raises(AssertionError) as raised:
        run.assert_halted("ask")
    first, *_, last = str(raised.value).splitlines()
    assert first == "expected it to be halted in ask, but it is completed in end"
    assert last == f"  of {run.id} (w)"


def test_an_answer_to_several_threads_is_told_how_each_is_answered(interactor: Emulator) -> None:
    interactor.load(PARALLEL)
    run = interactor.start("parallel", {"amount": 1})
    with pytest.raises(InstanceNotHalted) as raised:
        run.resume(ok=True)
    assert raised.value.__notes__ == [
        "In Python it is run.thread('finance').resume(…) or run.thread('legal').resume(…)"
    ]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (["workflow.instance.complete"], "'workflow.instance.complete': did you mean workflow.instance.completed?"),
        (["halted"], "'halted': did you mean workflow.instance.halted?"),
        ("workflow.instance.halted", "events is a list, like ['workflow.instance.halted']"),
    ],
)
def test_an_event_that_nobody_can_subscribe_to_names_the_nearest(interactor: Emulator, events: Any, said: str) -> None:
    with pytest.raises(ValidationError) as raised:
        interactor.webhooks.subscribe("https://yourapp.com/", events)
    assert raised.value.__notes__ == [said]
