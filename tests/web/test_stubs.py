"""Stubs of HTTP logic: which request each is for, what it answers in turn, and what is said of one that nearly fits."""

import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds
from interactor_emulator.adapters.http.stubs import Stub, stub_from
from interactor_emulator.effects import HttpAnswer, SendHttp
from interactor_emulator.jsontext import encode, equal
from interactor_emulator.web.hosting.serving import Server

from tests.workflows import http, terminal, workflow

URL = "https://a.example/charge"
BODY = {"amount": 5, "card": {"kind": "debit", "tags": ["a"]}}


def paying(url: str = URL, attempts: int = 3) -> dict[str, Any]:
    call = http(url, "end", method="POST", body=BODY, retry={"attempts": attempts, "backoff": "linear"})
    return workflow("pay", {"charge": call, "end": terminal()})


def statuses(interactor: Emulator) -> list[Any]:
    interactor.start("pay", namespace="n")
    interactor.clock.advance(minutes=1)
    return [getattr(each.outcome, "status", None) for each in interactor.account.caller.records]


def test_the_first_attempt_fails_and_the_second_does_not(interactor: Emulator) -> None:
    interactor.load(paying())
    first = interactor.stub(URL, state="charge", attempt=1, respond={"status": 500})
    second = interactor.stub(URL, state="charge", attempt=2, respond={"json": {"paid": True}})
    assert statuses(interactor) == [500, 200]
    interactor.runs[0].assert_completed("end").assert_data(paid=True)
    assert (first.calls, second.calls) == (1, 1)


def test_answers_come_in_turn_and_the_last_one_stays(interactor: Emulator) -> None:
    interactor.load(paying())
    stub = interactor.stub(URL, respond=[{"status": 500}, {"status": 503}, {"json": {"n": 3}}])
    assert statuses(interactor) == [500, 503, 200]
    assert statuses(interactor) == [500, 503, 200, 200]
    assert stub.calls == 4


def test_times_bound_all_the_answers(interactor: Emulator) -> None:
    interactor.load(paying(attempts=1))
    interactor.stub(URL, times=1, respond=[{"status": 201}, {"status": 202}])
    interactor.stub(URL, respond={"status": 204})
    for _ in range(2):
        interactor.start("pay", namespace="n")
    assert statuses(interactor) == [201, 204, 204]


@pytest.mark.parametrize(
    ("url", "members", "said"),
    [
        (URL, {"state": "refund"}, "is for state refund, not charge"),
        (URL, {"attempt": 2}, "is for attempt 2, not 1"),
        (URL, {"method": "put"}, "is for PUT, not POST"),
        (URL, {"body": {"amount": 7}}, "wants body.amount 7, not 5"),
        (URL, {"body": {"amont": 5}}, "wants body.amont 5, and there is none"),
        (URL, {"body": {"card": {"kind": "credit"}}}, "wants body.card.kind credit, not debit"),
        (URL, {"body": {"card": {"tags": ["b"]}}}, 'wants body.card.tags ["b"], not ["a"]'),
        (URL, {"body": {"amount": {"of": 1}}}, "wants body.amount as an object, not 5"),
        (f"{URL}?page=2", {"query": {"page": "3"}}, "wants query page 3, not 2"),
        (f"{URL}?page=2", {"query": {"limit": "3"}}, "wants query limit 3, not none"),
        (f"{URL}?page=2", {}, "is for that URL without a query: end it in *, or name what the query has"),
    ],
)
def test_a_stub_that_nearly_fits_says_why_it_does_not(
    interactor: Emulator, url: str, members: dict[str, Any], said: str
) -> None:
    interactor.load(paying(url, attempts=1))
    stub = interactor.stub(URL, **members)
    failure = interactor.start("pay", namespace="n").assert_failed(code="http_error").failure
    assert str(failure).endswith(f"; the stub for it {said}")
    assert stub.calls == 0
    assert [used for _, used in interactor.prepared()] == [False]


def test_what_is_said_shows_no_secret(interactor: Emulator) -> None:
    interactor.secrets["KEY"] = "a-secret-value"
    call = http(URL, "end", method="POST", body={"key": "${secrets.KEY}"})
    interactor.load(workflow("pay", {"charge": call, "end": terminal()}))
    interactor.stub(URL, body={"key": "x"})
    failure = interactor.start("pay", namespace="n").failure
    assert "wants body.key x, not [REDACTED]" in str(failure)


def test_what_was_not_used_says_for_what_it_was(interactor: Emulator) -> None:
    interactor.stub(URL, method="POST", state="charge", attempt=2, body={"amount": 5}, query={"page": "2"})
    told = f'a stub for POST {URL} in state charge at attempt 2 with body {{"amount":5}} with query {{"page":"2"}}'
    assert interactor.prepared() == [(told, False)]


def test_over_http_they_are_set_and_shown(interactor: Emulator, interactor_server: Server) -> None:
    interactor.load(paying(f"{URL}?page=2"))
    stubs = f"{interactor_server.url}/_emulator/stubs"
    members = {"state": "charge", "attempt": 2, "body": {"amount": 5.0}, "query": {"page": "2"}}
    answers = [{"status": 500}, {"json": {"ok": True}}]
    assert httpx.post(stubs, json={"url": URL, **members, "respond": {"json": {"second": True}}}).status_code == 201
    assert httpx.post(stubs, json={"url": f"{URL}*", "respond": answers}).status_code == 201
    assert statuses(interactor) == [500, 200]
    first, second = httpx.get(stubs).json()["stubs"]
    assert {name: first[name] for name in members} == members
    assert (first["calls"], first["respond"]["json"]) == (1, {"second": True})
    assert [each["status"] for each in second["respond"]] == [500, 200]
    sent = httpx.get(f"{interactor_server.url}/_emulator/requests").json()["requests"]
    assert [(each["state"], each["attempt"]) for each in sent] == [("charge", 1), ("charge", 2)]


@pytest.mark.parametrize(
    ("wrong", "member"),
    [
        ({"url": ""}, "url"),
        ({"url": None}, "url"),
        ({"attempt": 0}, "attempt"),
        ({"attempt": True}, "attempt"),
        ({"times": 0}, "times"),
        ({"state": 5}, "state"),
        ({"method": ""}, "method"),
        ({"body": [1]}, "body"),
        ({"body": {"a": object()}}, "body"),
        ({"query": {"page": 2}}, "query.page"),
        ({"query": "page=2"}, "query"),
        ({"respond": []}, "respond"),
        ({"respond": "x"}, "respond"),
        ({"respond": [5]}, "respond[0]"),
        ({"respond": {"stats": 1}}, "respond.stats"),
        ({"respond": [{}, {"status": 99}]}, "respond[1].status"),
        ({"respond": {"delay_seconds": "1"}}, "respond.delay_seconds"),
        ({"respond": {"headers": {"A": 1}}}, "respond.headers.A"),
    ],
)
def test_what_makes_no_stub_is_refused(
    interactor: Emulator, interactor_server: Server, wrong: dict[str, Any], member: str
) -> None:
    given: Any = {"url": URL, **wrong}
    with pytest.raises(ValueError, match=r"\w") as refused:
        interactor.stub(**given)
    assert getattr(refused.value, "member", None) == member
    if not isinstance(wrong.get("body"), dict):
        answer = httpx.post(f"{interactor_server.url}/_emulator/stubs", json=given)
        assert [each["field"] for each in answer.json()["error"]["details"]] == [member]
    assert interactor.account.caller.stubs == []


def test_an_account_has_a_thousand_of_them(interactor: Emulator) -> None:
    for _ in range(bounds.STUBS.most):
        interactor.stub(URL)
    with pytest.raises(ValueError, match="there are 1000 stubs already"):
        interactor.stub(URL)


# ---- which requests a stub fits

values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-1, 1) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=6,
)
objects = st.dictionaries(st.text("abc", max_size=1), values, max_size=3)


def contains(found: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return equal(found, wanted)
    return isinstance(found, dict) and all(
        name in found and contains(found[name], each) for name, each in wanted.items()
    )


def asked(body: Any, url: str = URL, **members: Any) -> SendHttp:
    return SendHttp("POST", url, {}, encode(body).encode(), 1_000, **members)


@given(objects, values)
def test_a_body_has_the_members_that_a_stub_names_among_others(wanted: dict[str, Any], found: Any) -> None:
    stub, request = stub_from(URL, body=wanted), asked(found)
    assert stub.matches(request) is contains(found, wanted)
    assert bool(stub.misses(request)) is not stub.matches(request)


@given(objects, objects)
def test_a_body_with_more_members_fits_as_well(wanted: dict[str, Any], more: dict[str, Any]) -> None:
    assert stub_from(URL, body=wanted).matches(asked({**more, **wanted}))


@given(
    st.dictionaries(st.text("ab=&é ", max_size=2), st.text("12 &=%", max_size=2), max_size=3),
    st.dictionaries(st.text("ab=&é ", max_size=2), st.text("12 &=%", max_size=2), max_size=3),
)
def test_a_query_has_the_parameters_that_a_stub_names(wanted: dict[str, str], more: dict[str, str]) -> None:
    url = str(httpx.URL(URL, params={**more, **wanted}))
    assert stub_from(URL, query=wanted).matches(asked({}, url))
    other = str(httpx.URL(URL, params=more))
    assert stub_from(URL, query=wanted).matches(asked({}, other)) is (wanted.items() <= more.items())


@given(
    st.sampled_from(["a", "b"]),
    st.integers(1, 3),
    st.sampled_from([None, "a", "b"]),
    st.none() | st.integers(1, 3),
)
def test_a_stub_of_a_state_and_an_attempt_is_for_no_other(
    state: str, attempt: int, wanted: str | None, number: int | None
) -> None:
    stub = stub_from(URL, state=wanted, attempt=number)
    assert stub.matches(asked({}, state=state, attempt=attempt)) is (
        wanted in (None, state) and number in (None, attempt)
    )


@given(st.lists(st.integers(200, 500), min_size=1, max_size=4), st.integers(1, 6))
def test_the_nth_answer_is_the_nth_of_the_list_or_its_last(wanted: list[int], count: int) -> None:
    stub = stub_from(URL, respond=[{"status": each} for each in wanted])
    given_ = [stub.answer(asked({})) for _ in range(count)]
    found = [each.status for each in given_ if isinstance(each, HttpAnswer)]
    assert found == [*wanted, *[wanted[-1]] * count][:count]


def test_a_body_that_is_no_json_fits_no_members() -> None:
    stub = Stub(URL, body={})
    assert stub.misses(SendHttp("POST", URL, {}, b"<x/>", 1)) == "the stub for it wants a body of JSON"
    assert re.match("the stub", stub.misses(SendHttp("POST", URL, {}, None, 1)))
