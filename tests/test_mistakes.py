"""What a program is told that makes one of the usual mistakes: each message names the place and the remedy."""

import re
import sys
import traceback
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from interactor_emulator import Client, DefinitionNotFound, Emulator, WorkflowNotPublished
from interactor_emulator.errors import InvalidTransition, ValidationError, WorkflowNotFound

from tests.workflows import halt, terminal, workflow

ASK = workflow("ask", {"wait": halt("end"), "end": terminal()})
YES: dict[str, Any] = workflow(
    "yes",
    {
        "ask": {
            "type": "halting",
            "transitions": [{"target": "end", "condition": {"field": "ok", "operator": "equals", "value": True}}],
        },
        "end": terminal(),
    },
)


def told(error: BaseException) -> str:
    """As a traceback ends."""
    return "".join(traceback.format_exception_only(error))


def test_stubs_that_need_a_library_name_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "respx", None)
    monkeypatch.delitem(sys.modules, "interactor_emulator.adapters.http.respx_stubs", raising=False)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'interactor-emulator\[pytest\]', or use stub"):
        _ = Emulator().http


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"secret": "short"}, "secret: secret must have at least 32 characters"),
        ({"events": ["workflow.instance.closed"]}, "events[0]: Unknown event: workflow.instance.closed"),
        ({"events": "workflow.instance.completed"}, "events: events must be a list of at least one event"),
    ],
)
def test_a_wrong_subscription_says_what_is_wrong(interactor: Emulator, arguments: Any, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        interactor.webhooks.subscribe("http://127.0.0.1:9/", **arguments)
    assert f"Invalid request\n  {said}" in told(error.value)
    assert error.value.message == "Invalid request"


@pytest.mark.parametrize("given", ["text", "", ["a"], [], 5, 0, False])
def test_an_input_that_is_no_object_is_refused_as_over_http(
    interactor: Emulator, interactor_client: httpx.Client, given: Any
) -> None:
    interactor.load(ASK)
    with pytest.raises(ValidationError, match="input must be an object") as in_process:
        interactor.start("ask", given)
    assert interactor.runs == []
    run = interactor.start("ask")
    with pytest.raises(ValidationError, match="input must be an object"):
        run.resume(given)
    over_http = interactor_client.post(f"/workflows/instances/{run.id}/resume", json={"input": given})
    assert over_http.json()["error"]["details"] == in_process.value.details
    run.assert_halted("wait")


def test_a_workflow_that_there_is_not_is_told_with_those_that_there_are(interactor: Emulator) -> None:
    with pytest.raises(WorkflowNotFound) as error:
        interactor.start("ask")
    assert "Nothing is loaded" in told(error.value)
    interactor.load(ASK)
    wrong: list[tuple[Any, str]] = [
        ("aks", "Did you mean 'ask'?"),
        ("payment", "Loaded are ask"),
        (5, "Loaded are ask"),
    ]
    for name, hint in wrong:
        with pytest.raises(WorkflowNotFound) as error:
            interactor.start(name)
        assert told(error.value).endswith(f"Workflow '{name}' not found\n{hint}\n")


def test_an_answer_that_fits_no_transition_is_told_with_the_reason(interactor: Emulator) -> None:
    interactor.load(YES)
    with pytest.raises(InvalidTransition) as error:
        interactor.start("yes").resume(ok="yes")
    assert 'ok equals true, saw "yes"' in told(error.value)


def test_a_forgotten_answer_is_told_and_so_is_one_that_was_prepared_in_vain(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.when("wiat").answer(ok=True)
    with pytest.raises(AssertionError) as error:
        interactor.start("ask").assert_completed("end")
    assert "waits for: an answer in wait, like .resume(approved=True)" in str(error.value)
    assert "prepared, and not used" in str(error.value)
    assert "wiat" in str(error.value)


def test_what_a_failed_assertion_says_beside_holds_no_secret(interactor: Emulator) -> None:
    interactor.load(ASK)
    interactor.secrets["K"] = "pass/word-4711"
    interactor.when("wiat").answer(key="pass/word-4711")
    with pytest.raises(AssertionError) as error:
        interactor.start("ask").assert_completed("end")
    assert "{'key': '[REDACTED]'}" in str(error.value)
    assert "4711" not in str(error.value)


def test_a_definition_that_is_not_found_says_where_it_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "purchase_approval.json").write_text("{}")
    with pytest.raises(DefinitionNotFound) as error:
        Emulator(definitions=tmp_path).load("purchase_aproval")
    assert f"looked for purchase_aproval, {tmp_path}/purchase_aproval.json" in str(error.value)
    assert "did you mean purchase_approval?" in str(error.value)
    with pytest.raises(DefinitionNotFound, match="in there are purchase_approval"):
        Emulator(definitions=[str(tmp_path)]).load("x")
    with pytest.raises(DefinitionNotFound, match="no folder is set in which to look for names"):
        Emulator().load("x")


def test_a_draft_that_is_started_says_how_it_is_published(interactor: Emulator) -> None:
    interactor.load(ASK, publish=False)
    with pytest.raises(WorkflowNotPublished) as error:
        interactor.start("ask")
    assert "has no published version" in told(error.value)
    assert "emulator.load(…) publishes what it loads unless publish=False" in told(error.value)
    assert "POST /workflows/ask/versions/VERSION_ID/publish" in told(error.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"seed": "seven"}, "seed is a whole number, not 'seven'"),
        ({"seed": True}, "seed is a whole number, not True"),
        ({"now": "soon"}, "now: 'soon' is no time"),
        ({"limits": {"instance_per_namespace": 1}}, "did you mean instances_per_namespace?"),
        ({"limits": 5}, "limits are given by name, as a dict, not as int"),
        ({"rate_limits": "no"}, "rate_limits is True or False, not 'no'"),
        ({"frozen": "no"}, "frozen is True or False, not 'no'"),
        ({"loopback_egress": 1}, "loopback_egress is True or False, not 1"),
        ({"secrets": {"KEY": 4711}}, "a secret is a text under a name: 'KEY' has int"),
        ({"secrets": {1: "x"}}, "a secret is a text under a name: 1 has str"),
        ({"secrets": "KEY=x"}, "secrets are given by name, as a dict, not as str"),
        ({"routes": "https://a.example"}, "routes are given by name, as a dict, not as str"),
        (
            {"routes": {"https://a.example": 3000}},
            "a route leads to an origin, like http://127.0.0.1:3000, or to",
        ),
        ({"routes": {5: "http://127.0.0.1:3000"}}, "route 5: expected an origin"),
        ({"allow_egress": [1]}, "allow_egress: each is a text, not 1"),
        ({"allow_egress": 1}, "allow_egress: each is a text, not 1"),
        (
            {"allow_egress": "https://a.example/"},
            "allow_egress: each is the name of a host, like api.example.com",
        ),
        ({"allow_egress": ["a.example:80"]}, "allow_egress: each is the name of a host"),
        ({"variants": "answers=whole"}, "variants are given by name, as a dict, not as str"),
        ({"clients": ["app"]}, "clients are Client(…), not 'app'"),
        ({"clients": "app"}, "clients are Client(…), not 'app'"),
    ],
)
def test_a_wrong_setting_is_named(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Emulator(**wrong)
    with pytest.raises(ValueError, match="'tomorrow' is no time"):
        Emulator().clock.advance_to("tomorrow")


def test_a_secret_or_a_client_that_is_none_is_refused_later_too(interactor: Emulator) -> None:
    wrong: list[Any] = [{}, 5, None, b"bytes"]
    for value in wrong:
        with pytest.raises(ValueError, match="a secret is a text under a name: 'KEY' has "):
            interactor.secrets["KEY"] = value
        with pytest.raises(ValueError, match=r"clients are Client\(…\), not "):
            interactor.clients["app"] = value
        with pytest.raises(ValueError, match="client_id and client_secret: each is a text, not "):
            Client("app", value)
    with pytest.raises(ValueError, match="the client 'app' has another id than 'other'"):
        interactor.clients["other"] = Client("app", "secret")
    assert (dict(interactor.secrets), list(interactor.clients)) == ({}, ["client_dev"])


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_one_text_is_one_scope_and_one_namespace(interactor: Emulator) -> None:
    one: Any = "user_1"
    said = claims(interactor.token(scopes="workflows:read", namespaces=one))
    assert (said["scope"], said["namespaces"]) == ("workflows:read", ["user_1"])
    assert Client("app", "secret", namespaces=one).namespaces == ("user_1",)
    assert claims(interactor.token(scopes=[], namespaces=()))["namespaces"] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"scopes": "workflows:raed"}, "unknown scope 'workflows:raed'; there are workflows:read, "),
        ({"scopes": [5]}, "scopes: each is a text, not 5"),
        ({"namespaces": [5]}, "namespaces: each is a text, not 5"),
        ({"namespaces": 5}, "namespaces: each is a text, not 5"),
        ({"expires_in": "60"}, "expires_in must be a positive whole number, at most 1000000000000, not '60'"),
        ({"expires_in": 0.5}, "expires_in must be a positive whole number, at most 1000000000000, not 0.5"),
        ({"expires_in": 10**400}, "expires_in must be a positive whole number, at most 1000000000000, not 1000"),
        ({"expires_in": True}, "expires_in must be a positive whole number, at most 1000000000000, not True"),
    ],
)
def test_a_wrong_wish_for_a_token_is_told(interactor: Emulator, asked: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        interactor.token(**asked)


@pytest.mark.parametrize("name", ["namespace", "idempotency_key"])
def test_what_a_start_is_given_is_a_text_or_nothing(interactor: Emulator, name: str) -> None:
    interactor.load(ASK)
    wrong: list[Any] = [3, 0, False, ["n"], b"n"]
    for value in wrong:
        with pytest.raises(ValidationError) as error:
            interactor.start("ask", **{name: value})
        assert error.value.details == [{"field": name, "message": f"{name} must be a string"}]
    empty: Any = {name: ""}
    first, second = interactor.start("ask", **empty), interactor.start("ask", **empty)
    assert first.id != second.id


def test_an_empty_namespace_is_none_as_over_http(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(ASK)
    started = interactor.start("ask", namespace="")
    created = interactor_client.post("/workflows/ask/instances", json={"namespace": ""}).json()["data"]["id"]
    for instance_id in (started.id, created):
        assert "namespace" not in interactor_client.get(f"/workflows/instances/{instance_id}").json()["data"]


def test_routes_are_checked_later_too_and_one_word_is_kept_by_a_reset(interactor: Emulator) -> None:
    wrong: Any = "https://a.example"
    with pytest.raises(ValueError, match="routes are given by name, as a dict, not as str"):
        interactor.routes = wrong
    interactor.load(ASK)
    interactor.reset(keep="workflows")
    interactor.start("ask").assert_halted("wait")


def test_one_host_is_no_list_of_letters() -> None:
    assert Emulator(allow_egress="box.example").account.settings.allow_egress == ("box.example",)
