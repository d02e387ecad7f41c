"""The dashboard's pages about calls of HTTP logic, as a browser without JavaScript has them."""

import json
import shlex
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator

from tests.dashboard_forms import Pages
from tests.workflows import http, terminal, workflow

pytestmark = pytest.mark.asyncio

URL = "https://erp.example/orders?q=1'2"


@pytest.fixture
def pages(interactor: Emulator) -> Pages:
    interactor.load(workflow("order", {"call": http(URL, "done", method="POST", body={"n": 1}), "done": terminal()}))
    return Pages(interactor)


async def test_a_blocked_call_shows_the_stub_that_answers_it_and_its_button_makes_it(
    interactor: Emulator, pages: Pages
) -> None:
    run = interactor.start("order", namespace="user_1").assert_failed(code="http_error")
    shown = await pages.open("calls?answered=nobody")
    assert run.id in shown.text
    call = await pages.open(next(each for each in shown.links if each.endswith("/calls/1")))
    assert "It never left the emulator" in call.text
    python = next(each for each in call.pres if each.startswith("emulator.stub"))
    curl = next(each for each in call.pres if each.startswith("curl"))
    other = Emulator()
    eval(python, {"emulator": other})
    assert [(each.method, each.url) for each in other.account.caller.stubs] == [("POST", URL)]
    words = shlex.split(curl)
    assert words[3] == "http://127.0.0.1/_emulator/stubs"
    assert json.loads(words[-1])["url"] == URL
    made = await pages.press(call, "Make this stub")
    assert "From now on a stub answers this request" in made.text
    again = await pages.press(made, "Start one like it again")
    assert again.status == 200
    newest = next(iter(interactor.account.store.newest_instances()))
    assert (newest.status, newest.namespace) == ("completed", "user_1")
    answered = await pages.open(f"calls?instance={newest.id}")
    assert answered.text.count("erp.example") == 1


async def test_stubs_are_made_and_removed(interactor: Emulator, pages: Pages) -> None:
    form = await pages.open("calls/stubs")
    values = {"url": "https://erp.example/*", "method": "POST", "status": "201", "json": '{"id": 7}', "state": "call"}
    shown = await pages.press(form, "Make the stub", **values)
    assert '{"status": 201, "json": {"id": 7}}' in shown.text
    interactor.start("order", namespace="n").assert_completed("done")
    call = await pages.open("calls/1")
    assert ("a stub" in call.text, '"id": 7' in call.text) == (True, True)
    removed = await pages.press(shown, "Remove")
    assert "There is no stub" in removed.text
    stale = await pages.press(shown, "Remove")
    assert (stale.status, "look again" in stale.text) == (400, True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": ""}, "url is required"),
        ({"url": "https://x/", "json": "{"}, "json is no JSON"),
        ({"url": "https://x/", "status": "99"}, "status must be from 100 to 599"),
        ({"url": "https://x/", "times": "0"}, "times must be a whole number, 1 or more"),
        ({"url": "https://x/", "attempt": "two"}, "attempt must be a whole number"),
        ({"url": "https://x/", "body": "[1]"}, "body must be an object"),
    ],
)
async def test_what_is_no_stub_is_refused_with_what_is_wrong(
    interactor: Emulator, pages: Pages, values: dict[str, str], words: str
) -> None:
    refused = await pages.press(await pages.open("calls/stubs"), "Make the stub", **values)
    assert (refused.status, words in refused.text) == (400, True)
    assert interactor.account.caller.stubs == []


async def test_routes_are_set_and_removed(interactor: Emulator, pages: Pages) -> None:
    form = await pages.open("calls/stubs")
    shown = await pages.press(form, "Set the route", origin="https://yourapp.example", to="http://127.0.0.1:3000")
    assert interactor.account.caller.egress.routes == {"https://yourapp.example": "http://127.0.0.1:3000"}
    wrong = await pages.press(form, "Set the route", origin="yourapp", to="http://127.0.0.1:3000")
    assert (wrong.status, "expected scheme, host and maybe port" in wrong.text) == (400, True)
    await pages.press(shown, "Remove")
    assert interactor.account.caller.egress.routes == {}


async def test_no_secret_is_shown_of_a_call(interactor: Emulator, pages: Pages) -> None:
    secret = 'sk<live>&"1234'
    interactor.secrets["key"] = secret
    call = http("https://erp.example/${secrets.key}", "done", headers={"X-Key": "Bearer ${secrets.key}"})
    interactor.load(workflow("secret", {"call": call, "done": terminal()}))
    interactor.stub("https://erp.example/*", respond={"json": {"echo": secret}, "headers": {"X-Echo": "sk"}})
    interactor.start("secret", namespace="n").assert_completed("done")
    shown = await pages.open("calls/1")
    assert shown.status == 200
    assert "[REDACTED]" in shown.text
    for spelling in (secret, "sk&lt;live&gt;", "sk%3Clive%3E", json.dumps(secret)[1:-1]):
        assert spelling not in shown.html


async def test_what_a_server_answers_is_shown_as_text(interactor: Emulator, pages: Pages) -> None:
    hostile = "<b-hostile onhostile=1>"
    interactor.stub("https://erp.example/*", respond={"json": {hostile: hostile}, "headers": {"X-H": hostile}})
    interactor.start("order", namespace=hostile)
    for path in ("calls", "calls/1", "calls/stubs", "calls/stubs?url=%22%3E%3Cb-hostile%3E&method=x"):
        shown = await pages.open(path)
        assert shown.status == 200
        assert "<b-hostile" not in shown.html


async def test_what_is_not_there_is_not_found(pages: Pages) -> None:
    for path in ("calls/1", "calls/0", "calls/x", "calls/99999999999999999999"):
        shown = await pages.open(path)
        assert (shown.status, "There is no such call" in shown.text) == (404, True)


async def test_calls_are_paged(interactor: Emulator, pages: Pages) -> None:
    interactor.stub("https://erp.example/*")
    for _ in range(51):
        interactor.start("order", namespace="n")
    first = await pages.open("calls")
    assert first.text.count("erp.example") == 50
    (older,) = [each for each in first.links if "page=2" in each]
    assert (await pages.open(older)).text.count("erp.example") == 1


async def test_nothing_is_done_without_the_forms_token(interactor: Emulator, pages: Pages) -> None:
    interactor.start("order", namespace="n")
    sent: list[tuple[str, dict[str, Any]]] = [
        ("calls/1", {"do": "stub"}),
        ("calls/1", {"do": "again"}),
        ("calls/stubs", {"url": "https://x/"}),
    ]
    for path, values in sent:
        assert (await pages.post(path, **values)).status == httpx.codes.FORBIDDEN
    assert interactor.account.caller.stubs == []
    assert len(interactor.account.store.instances) == 1
