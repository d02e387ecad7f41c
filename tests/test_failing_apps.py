"""Applications of the test's own process that raise: what is said of it, where it happened, and in which log."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.workflows import http, terminal, workflow

CALL = workflow("call", {"call": http("https://t.example/x", "end"), "end": terminal()})
QUICK = workflow("quick", {"end": terminal()})


def fails() -> None:
    raise KeyError("x")


def wsgi(_environ: Any, _start: Any) -> Any:
    fails()


def late_wsgi(_environ: Any, start: Any) -> Iterator[bytes]:
    start("200 OK", [])
    yield b"{"
    fails()


async def asgi(_scope: Any, _receive: Any, _send: Any) -> None:
    fails()


async def within_a_library(_scope: Any, _receive: Any, _send: Any) -> None:
    json.loads("{")


async def in_vain(_scope: Any, _receive: Any, _send: Any) -> None:
    raise httpx.ReadTimeout("the app's own call")


class Shop:
    def __call__(self, _environ: Any, _start: Any) -> Any:
        fails()


HERE = r"\(tests/test_failing_apps\.py:\d+\)"
APPS: list[tuple[Any, str]] = [
    (wsgi, rf"the application tests\.test_failing_apps\.wsgi raised KeyError: 'x' {HERE}"),
    (late_wsgi, rf"the application tests\.test_failing_apps\.late_wsgi raised KeyError: 'x' {HERE}"),
    (asgi, rf"the application tests\.test_failing_apps\.asgi raised KeyError: 'x' {HERE}"),
    (partial(wsgi), rf"the application tests\.test_failing_apps\.wsgi raised KeyError: 'x' {HERE}"),
    (Shop(), rf"the application tests\.test_failing_apps\.Shop raised KeyError: 'x' {HERE}"),
    (within_a_library, rf"within_a_library raised JSONDecodeError: .* {HERE}"),
    (in_vain, rf"in_vain raised ReadTimeout: the app's own call {HERE}"),
]
IDS = ["wsgi", "body", "asgi", "partial", "object", "library", "timeout"]
each_app = pytest.mark.parametrize(("app", "said"), APPS, ids=IDS)


@each_app
def test_a_delivery_says_what_its_receiver_raised_and_where(interactor: Emulator, app: Any, said: str) -> None:
    interactor.webhooks.subscribe(app)
    interactor.load(QUICK)
    interactor.start("quick")
    errors = [str(each.attempts[0].error) for each in interactor.webhooks.pending]
    assert [re.search(said, each) is not None for each in errors] == [True, True]
    assert "in-process.invalid" not in "".join(errors)


@each_app
def test_a_call_of_http_logic_says_so_too(interactor: Emulator, app: Any, said: str) -> None:
    interactor.routes = {"https://t.example": app}
    interactor.load(CALL)
    failure = interactor.start("call").assert_failed(code="http_error").failure
    assert failure is not None
    assert re.search(rf"^GET https://t\.example/x: .*{said}", failure.message)


@pytest.mark.parametrize("app", [wsgi, asgi])
def test_the_traceback_is_in_the_log_without_secrets(
    interactor: Emulator, app: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    interactor.secrets["NAME"] = "test_failing_apps"
    interactor.webhooks.subscribe(app)
    interactor.load(QUICK)
    interactor.start("quick")
    assert [record.name for record in caplog.records] == ["interactor_emulator"] * 2
    assert "Traceback" in caplog.text
    assert "in fails" in caplog.text
    assert "test_failing_apps" not in caplog.messages[0]


def test_the_diagnostic_names_the_application_and_where_to_look(interactor: Emulator) -> None:
    interactor.webhooks.subscribe(wsgi, events=["workflow.instance.completed"])
    interactor.load(QUICK)
    interactor.start("quick")
    [noticed] = interactor.diagnostics
    assert noticed.code == "webhook_rejected"
    assert noticed.message.startswith(
        "workflow.instance.completed to the application tests.test_failing_apps.wsgi was not acknowledged: "
    )
    assert "traceback is in the log" in noticed.hint
    assert "2xx" not in noticed.hint


def test_each_new_error_is_told_of_once(interactor: Emulator) -> None:
    errors = iter([KeyError("x"), KeyError("x"), ValueError("y")])

    def app(_environ: Any, start: Any) -> list[bytes]:
        if (error := next(errors, None)) is not None:
            raise error
        start("200 OK", [])
        return [b""]

    interactor.webhooks.subscribe(app, events=["workflow.instance.completed"])
    interactor.load(QUICK)
    interactor.start("quick")
    interactor.clock.advance(hours=3)
    assert len(interactor.diagnostics) == 2
    assert [each.status for each in interactor.webhooks.deliveries] == ["delivered"]
