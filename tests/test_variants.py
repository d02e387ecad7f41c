"""What could be otherwise: every value of every variant, seen where a client would see it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.signing import sign
from interactor_emulator.variants import VARIANTS, Variants, variants_from

from tests.workflows import action, halt, script, terminal, to, workflow

MESSAGE = {"type": "message", "message": "Approve?"}
FORM = {"type": "form", "fields": [{"name": "ok", "type": "boolean", "label": "OK?", "required": True}]}
URL = "https://x.example/q"


class Account:
    """An account with one value of a variant, in process and over HTTP."""

    def __init__(self, server: Any, emulator: Emulator) -> None:
        self.emulator = emulator
        authorization = {"Authorization": f"Bearer {emulator.token(expires_in=10**9)}"}
        self._client = httpx.Client(base_url=server.api_url, headers=authorization)

    def ask(self, method: str, path: str, *, described: bool = False, **options: Any) -> httpx.Response:
        # Not all that it answers is described: the description is that of the defaults.
        return self._client.request(method, path, extensions={"otherwise": not described}, **options)

    def data(self, method: str, path: str, **options: Any) -> Any:
        return self.ask(method, path, **options).json()["data"]

    def start(self, states: dict[str, Any]) -> Any:
        """The data of a create."""
        self.emulator.load(workflow("w", {**states, "end": terminal()}))
        return self.data("POST", "/workflows/w/instances", json={"namespace": "n", "input": {}})

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def account(interactor: Emulator, interactor_server: Any) -> Iterator[Account]:
    found = Account(interactor_server, interactor)
    yield found
    found.close()


def answers(account: Account) -> bool:
    made = account.start({"ask": halt("end", presentation=MESSAGE)})
    whole = account.data("GET", f"/workflows/instances/{made['id']}")
    resumed = account.data("POST", f"/workflows/instances/{made['id']}/resume", json={"input": {}})
    is_whole = bool(made == whole)
    assert is_whole is ("history" in resumed)
    return is_whole


def history_bounds(account: Account) -> bool:
    made = account.start({"ask": halt("end")})
    path, now = f"/workflows/instances/{made['id']}/history", "2026-01-20T12:00:00Z"
    shown = [bool(account.data("GET", path, params={name: now})["events"]) for name in ("since", "until")]
    assert shown[0] is shown[1]
    return bool(shown[0])


def idempotent_refusals(account: Account) -> bool:
    made = account.start({"ask": halt(to("end", ok=True))})
    path, key = f"/workflows/instances/{made['id']}/resume", {"Idempotency-Key": "k"}
    refused = account.ask("POST", path, json={"input": {"ok": False}}, headers=key)
    assert refused.status_code == 400
    again = account.ask("POST", path, json={"input": {"ok": True}}, headers=key)
    return bool(again.content == refused.content)


def idempotent_other_body(account: Account) -> bool:
    account.start({"ask": halt("end")})
    path, key = "/workflows/w/instances", {"Idempotency-Key": "k"}
    first = account.ask("POST", path, json={"namespace": "a"}, headers=key)
    other = account.ask("POST", path, json={"namespace": "b"}, headers=key)
    same = account.ask("POST", path, json={"namespace": "a"}, headers=key)
    assert same.content == first.content
    if other.status_code == 409:
        assert other.json()["error"]["code"] == "idempotency_conflict"
        return True
    assert other.content == first.content
    return False


def thread_rows(account: Account) -> bool:
    made = account.start({"split": action("end", fork={"a": "ask"}), "ask": halt("end", presentation=MESSAGE)})
    answer = account.ask("GET", f"/workflows/instances/{made['id']}/threads", described=True)
    rows = answer.json()["data"]["threads"]
    return bool(rows[1].get("halting_presentation") == MESSAGE)


def thread_ends(account: Account) -> bool:
    made = account.start({"split": action("wait", fork={"a": "ask"}), "ask": halt("end"), "wait": halt("end")})
    path = f"/workflows/instances/{made['id']}"
    account.ask("POST", f"{path}/cancel")
    statuses = {thread["status"] for thread in account.data("GET", f"{path}/threads")["threads"]}
    statuses |= {thread["status"] for thread in account.data("GET", path)["threads"]}
    assert len(statuses) == 1
    return statuses == {"cancelled"}


def form_answers(account: Account) -> bool:
    made = account.start({"ask": halt("end", presentation=FORM)})
    path = f"/workflows/instances/{made['id']}/resume"
    answer = account.ask("POST", path, json={"input": {"ok": "yes"}})
    if answer.status_code == 400:
        assert [each["field"] for each in answer.json()["error"]["details"]] == ["input.ok"]
        assert account.ask("POST", path, json={"input": {}}).status_code == 400
        assert account.ask("POST", path, json={"input": {"ok": True}}).status_code == 200
        return True
    return False


def ttl_event(account: Account) -> bool:
    inbox = account.emulator.webhooks.inbox
    made = account.start({"ask": halt("end")})
    account.emulator.clock.advance(days=91)
    assert account.data("GET", f"/workflows/instances/{made['id']}")["status"] == "cancelled"
    return "workflow.instance.cancelled" not in {each.event for each in inbox.received}


def array_contains(account: Account) -> bool:
    condition = {"field": "tags", "operator": "contains", "value": "a"}
    ways = [{"target": "end", "condition": condition}, {"target": "other"}]
    states = {"first": {**script("return {tags: ['a']}"), "transitions": ways}, "other": terminal()}
    made = account.start(states)
    clauses = account.emulator.run(made["id"]).decisions()[0].considered[0].clauses
    assert clauses[0].holds is (made["current_state"] == "end")
    return not clauses[0].holds


def on_enter(account: Account) -> bool:
    route = account.emulator.http.get(URL).respond(200)
    account.start({"ask": {**halt("end"), "on_enter": {"type": "http", "method": "GET", "url": URL}}})
    return not route.called


def http_timeout(account: Account) -> bool:
    route = account.emulator.http.get(URL).respond(200, json={})
    call = {"type": "http", "method": "GET", "url": URL, "timeout": 1_000}
    account.start({"call": {"type": "action", "logic": call, "transitions": [{"target": "end"}]}})
    return bool(route.calls.last.request.extensions["timeout"]["read"] == 30)


def http_retry(account: Account) -> bool:
    route = account.emulator.http.get(URL).respond(503)
    call = {"type": "http", "method": "GET", "url": URL, "retry": {"attempts": 3, "backoff": "linear"}}
    account.emulator.load(
        workflow(
            "w", {"call": {"type": "action", "logic": call, "transitions": [{"target": "end"}]}, "end": terminal()}
        )
    )
    account.ask("POST", "/workflows/w/instances", json={"namespace": "n"})
    account.emulator.clock.advance(minutes=1)
    return route.call_count == 1


def _attempts(account: Account, status: str) -> int:
    def refuse(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [])
        return []

    subscription = account.emulator.webhooks.subscribe(refuse, events=["workflow.instance.created"])
    account.start({"ask": halt("end")})
    account.emulator.clock.advance(hours=3)
    found = [each for each in account.emulator.webhooks.deliveries if each.subscription_id == subscription.id]
    assert [each.status for each in found] == ["dead"]
    return len(found[0].attempts)


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "403 No", "404 Where"])
@pytest.mark.interactor(variants={"webhook_refusals": "final"})
def test_a_refusal_of_a_webhook_may_be_final(account: Account, status: str) -> None:
    assert _attempts(account, status) == 1


@pytest.mark.parametrize("status", ["408 Slow", "429 Many", "500 Broken"])
@pytest.mark.interactor(variants={"webhook_refusals": "final"})
def test_what_may_pass_is_tried_again_all_the_same(account: Account, status: str) -> None:
    assert _attempts(account, status) == 6


def webhook_refusals(account: Account) -> bool:
    return _attempts(account, "401 Who") == 1


def webhook_signature(account: Account) -> bool:
    seen: list[tuple[str, str, bytes]] = []

    def take(environ: Any, start_response: Any) -> list[bytes]:
        headers = (environ["HTTP_X_INTERACTOR_SIGNATURE"], environ["HTTP_X_INTERACTOR_TIMESTAMP"])
        seen.append((*headers, environ["wsgi.input"].read()))
        start_response("200 OK", [])
        return []

    secret = "whsec_your_webhook_secret_min_32_chars"
    account.emulator.webhooks.subscribe(take, secret=secret)
    account.start({"ask": halt("end")})
    account.emulator.settle()
    signature, timestamp, body = seen[0]
    right = sign(secret, body, int(timestamp))
    assert signature in (right, right.removeprefix("sha256="))
    return signature != right


def refresh_tokens(account: Account) -> bool:
    url = str(account.ask("GET", "/workflows").url.copy_with(path="/oauth/token"))
    asked = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    issued = httpx.post(url, json=asked).json()
    assert issued["access_token"]
    return "refresh_token" not in issued


def user_key(account: Account) -> bool:
    name = account.emulator.variants.user_key
    inbox = account.emulator.webhooks.inbox
    account.emulator.load(workflow("w", {"ask": halt("end"), "end": terminal()}))
    made, _ = (account.data("POST", "/workflows/w/instances", json={name: each}) for each in ("ann", "bob"))
    shown = account.data("GET", f"/workflows/instances/{made['id']}")
    told = inbox.wait_for("workflow.instance.created").data
    assert [each[name] for each in (made, shown, told)] == ["ann"] * 3
    listed = account.data("GET", "/workflows/instances", params={name: "ann"})["instances"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert not {"unknown_field", "unknown_parameter"} & {each.code for each in account.emulator.diagnostics}
    return "namespace" not in made


def lists(account: Account) -> bool:
    made = account.start({"ask": halt("end")})
    paths = [
        "/workflows",
        "/workflows/w/versions",
        "/workflows/instances",
        f"/workflows/instances/{made['id']}/threads",
        "/webhooks/subscriptions",
    ]
    bare = {isinstance(account.data("GET", path), list) for path in paths}
    assert len(bare) == 1
    assert isinstance(account.data("GET", f"/workflows/instances/{made['id']}/history"), dict)
    return bare == {True}


def validation_status(account: Account) -> bool:
    account.start({"ask": halt("end")})
    refused = account.ask("POST", "/workflows/w/instances", json={"input": 5}, described=True)
    with_key = account.ask(
        "POST", "/workflows/w/instances", json={"input": 5}, described=True, headers={"Idempotency-Key": "k"}
    )
    unknown = account.ask("GET", "/workflows/instances", params={"status": "sleeping"}, described=True)
    assert refused.json()["error"]["code"] == "validation_error"
    assert refused.status_code == with_key.status_code == unknown.status_code
    invalid = account.ask("POST", "/workflows", json={"name": "x"})
    assert (invalid.status_code, invalid.json()["error"]["code"]) == (400, "invalid_workflow")
    return refused.status_code == 422


# For each, whether an account does otherwise than by default.
SEEN = {
    each.__name__: each
    for each in (
        answers,
        history_bounds,
        idempotent_refusals,
        idempotent_other_body,
        thread_rows,
        thread_ends,
        form_answers,
        ttl_event,
        array_contains,
        on_enter,
        http_timeout,
        http_retry,
        webhook_refusals,
        webhook_signature,
        refresh_tokens,
        user_key,
        lists,
        validation_status,
    )
}
VALUES = [(name, value) for name, values in VARIANTS.items() for value in values]


def test_every_variant_is_seen() -> None:
    assert list(SEEN) == list(VARIANTS)


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_value_is_what_a_client_sees(account: Account, name: str, value: str) -> None:
    setattr(account.emulator.variants, name, value)
    assert SEEN[name](account) is (value != VARIANTS[name][0])


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_value_can_be_given_in_every_way(name: str, value: str) -> None:
    assert getattr(Emulator(variants={name: value}).variants, name) == value
    assert getattr(variants_from(Variants()), name) == VARIANTS[name][0]
    assert Variants(**{name: value}).values()[name] == value  # type: ignore[arg-type]  # any of them


@pytest.mark.interactor(variants={"lists": "bare"})
def test_a_reset_goes_back_to_what_the_account_was_made_with(interactor: Emulator) -> None:
    kept = interactor.variants
    interactor.variants.lists = "wrapped"
    interactor.variants.answers = "whole"
    interactor.reset()
    assert (kept.lists, kept.answers) == ("bare", "short")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"answer": "whole"}, "unknown variant 'answer'; did you mean answers?"),
        ({"zzz": "whole"}, "unknown variant 'zzz'; there are answers, history_bounds, "),
        ({"answers": "long"}, "variant answers is short or whole, not 'long'"),
        ({"lists": "bare", "array_contains": None}, "variant array_contains is true or false, not 'None'"),
    ],
)
def test_what_there_is_not_is_told_and_nothing_is_changed(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        Emulator(variants=changes)
    found = Variants()
    with pytest.raises(ValueError, match="variant"):
        found.change(changes)
    assert found == Variants()


def test_booleans_and_numbers_of_files_are_taken() -> None:
    found = variants_from({"array_contains": False, "validation_status": 422})
    assert (found.array_contains, found.validation_status) == ("false", "422")


def test_they_are_shown_and_changed_over_http(interactor: Emulator, interactor_server: Any) -> None:
    url = f"{interactor_server.url}/_emulator/variants"
    assert httpx.get(url).json() == Variants().values()
    changed = httpx.put(url, json={"lists": "bare", "array_contains": False}).json()
    assert changed == Variants(lists="bare", array_contains="false").values()
    assert interactor.variants == Variants(lists="bare", array_contains="false")
