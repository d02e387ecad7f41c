"""Nothing in a form, a path, a name or a template ends in a 500, or leaves an instance running."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.signing import SignatureError, verify

from tests.workflows import halt, http, script, terminal, to, workflow

HALF = "\ud800"
FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

text = st.text(st.characters(), max_size=20) | st.sampled_from(["", HALF, "a\ud83d", "\x00\x1b[31m", "2026-02-30"])
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.sampled_from([10**400, 5e-324, 1e308])
any_json = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=10,
)
steps = numbers.filter(lambda step: step > 0)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.fixed_dictionaries({}, optional={"maxLength": st.integers(0, 5), "placeholder": text}),
    "number": st.fixed_dictionaries({}, optional={"min": numbers, "max": numbers, "step": steps}),
    "boolean": st.just({}),
    "select": st.fixed_dictionaries(
        {"options": st.lists(st.fixed_dictionaries({"value": text, "label": text}), min_size=1, max_size=3)}
    ),
    "date": st.fixed_dictionaries({}, optional={"minDate": text, "maxDate": text}),
    "file": st.fixed_dictionaries({}, optional={"accept": text, "maxSize": st.integers(0, 10)}),
}
fields = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda kind: FIELDS[kind].map(lambda more: {"name": "f", "label": "L", "type": kind, **more})
)


@pytest.fixture
def post(interactor_client: httpx.Client) -> Any:
    def post_it(path: str, body: Any, **headers: str) -> httpx.Response:
        sent = {"Content-Type": "application/json", **headers}
        return interactor_client.post(path, content=json.dumps(body), headers=sent)

    return post_it


@settings(suppress_health_check=FIXTURE)
@given(field=fields, answer=any_json)
@example({"name": "f", "label": "L", "type": "number", "step": 0.5}, 1e308)
@example({"name": "f", "label": "L", "type": "number", "step": 5e-324}, 1)
@example({"name": "f", "label": "L", "type": "number", "step": 0.5}, 10**400)
@example({"name": "f", "label": "L", "type": "file"}, {})
@example({"name": "f", "label": "L", "type": "file"}, [{"a": {}}])
@example({"name": "f", "label": "L", "type": "file"}, [[1]])
def test_any_json_is_an_answer_to_any_form(interactor: Emulator, post: Any, field: Any, answer: Any) -> None:
    interactor.reset()
    interactor.load(workflow("form", {"ask": halt("end", fields=[field]), "end": terminal()}))
    run = interactor.start("form")
    resumed = post(f"/workflows/instances/{run.id}/resume", {"input": {"f": answer}})
    assert (resumed.status_code, run.status) == (200, "completed")
    assert run.data == {"f": answer}


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ({"type": "number", "step": 1}, 1500000000.5),
        ({"type": "number", "step": 5}, 2000000001),
        ({"type": "number", "step": 0.5}, 1e308 + 0.0),
        ({"type": "date"}, "20260120"),
        ({"type": "date"}, "2026-W04-2"),
        ({"type": "date"}, "2026-01-20garbage"),
        ({"type": "file"}, {}),
    ],
)
def test_what_does_not_fit_is_noticed(interactor: Emulator, field: Any, answer: Any) -> None:
    form = halt("end", fields=[{"name": "f", "label": "L", **field}])
    interactor.load(workflow("form", {"ask": form, "end": terminal()}))
    interactor.start("form").resume(f=answer)
    noticed = [each.code for each in interactor.diagnostics]
    assert ("form_input_mismatch" in noticed) == (answer != 1e308)


LONG, DEEP = "9" * 5_000, ".".join("a" * 99)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("condition", {"a": halt(to("end", **{f"items.{LONG}": 1}), "end"), "end": terminal()}),
        (
            "template",
            {"a": halt("end", presentation={"type": "message", "message": f"x ${{workflow_data.items.{LONG}}}"})},
        ),
        ("url", {"a": http(f"https://x.example/${{workflow_data.items.{LONG}}}", "end"), "end": terminal()}),
        ("output", {"a": script("return {x: 1}", "end", output=".".join("a" * 1_200)), "end": terminal()}),
        ("merge", {"a": script("return {x: {y: 1}}", "end", output={"path": DEEP, "mode": "merge"})}),
        (
            "half in a url",
            {"a": script("return {v: '\\ud800'}", "b"), "b": http("https://x.example/${workflow_data.v}", "end")},
        ),
        ("half first", {"a": script("return {v: 'https://x\\ud800'}", "b"), "b": http("${workflow_data.v}", "end")}),
        ("half in a header", {"a": http("https://x.example", "end", headers={"X": HALF})}),
        ("half in a body", {"a": http("https://x.example", "end", method="POST", body={HALF: HALF})}),
    ],
)
def test_a_path_or_a_template_leads_to_an_end(interactor: Emulator, post: Any, name: str, states: Any) -> None:
    interactor.http.route(host="x.example").respond(200, json={"items": [1]})
    states = {**states, "end": terminal()}
    made = post("/workflows", workflow("w", states))
    assert made.status_code in (201, 400)
    if made.status_code == 201:
        post(f"/workflows/w/versions/{made.json()['data']['version_id']}/publish", {})
        key = {"Idempotency-Key": "once"}
        first = post("/workflows/w/instances", {"namespace": "n", "input": {}}, **key)
        assert first.json().get("error", {}).get("code") in (None, "http_error", "script_error", "invalid_transition")
        assert post("/workflows/w/instances", {"namespace": "n", "input": {}}, **key).content == first.content
        [run] = interactor.runs
        assert run.status != "running"


def test_an_index_is_written_as_json_writes_numbers(interactor: Emulator) -> None:
    states = {
        "a": script("return {a: [1]}", to("bad", **{"a.00": 1}), to("bad", **{"a.٠": 1}), to("good", **{"a.0": 1})),
        "bad": terminal(),
        "good": terminal(),
    }
    interactor.load(workflow("w", states))
    interactor.start("w").assert_completed("good")


def test_a_fault_inside_a_step_fails_the_instance_and_its_answer_is_kept(
    interactor: Emulator, post: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Something that nobody thought of: here no script can be run at all."""

    def broken(_call: object) -> None:
        raise RuntimeError("not thought of")

    interactor.load(workflow("w", {"ask": script("return {}", "end"), "end": terminal()}))
    monkeypatch.setattr(interactor.account.pool, "run_async", broken)
    key = {"Idempotency-Key": "once"}
    first = post("/workflows/w/instances", {"namespace": "n"}, **key)
    error = first.json()["error"]
    assert (first.status_code, error["code"], error["details"]["status"]) == (500, "internal_error", "failed")
    assert post("/workflows/w/instances", {"namespace": "n"}, **key).content == first.content
    interactor.runs[0].assert_failed(code="internal_error", state="ask")
    assert [each.code for each in interactor.diagnostics if each.code == "internal_fault"] == ["internal_fault"]
    assert "not thought of" in caplog.text


@pytest.mark.parametrize("member", ["client_id", "client_secret", "refresh_token", "scope", "grant_type", "token"])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/api/v1/oauth/token"])
@pytest.mark.parametrize("grant", ["client_credentials", "refresh_token"])
def test_oauth_refuses_halves(interactor_client: httpx.Client, path: str, member: str, grant: str) -> None:
    body = {
        "grant_type": grant,
        "client_id": "client_dev",
        "client_secret": "secret_dev",
        "refresh_token": "x",
        "token": "x",
    }
    url = str(interactor_client.base_url).removesuffix("/api/v1/") + path
    answer = httpx.post(url, content=json.dumps({**body, member: HALF}), headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 401)
    if member == "client_secret" and grant == "client_credentials":
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_signature_of_halves_does_not_verify() -> None:
    with pytest.raises(SignatureError):
        verify("s" * 32, b"{}", f"sha256={HALF}", "1768910400", tolerance=None)


def test_a_states_name_is_shown_escaped(interactor: Emulator, interactor_client: httpx.Client) -> None:
    interactor.load(workflow("w", {f"a{HALF}": halt("end"), "end": terminal()}))
    run = interactor.start("w")
    run.cancel()
    control = str(interactor_client.base_url).replace("/api/v1/", "/_emulator")
    paths = ["metrics", "coverage", "diagnostics", f"instances/{run.id}/explain"]
    paths += [f"workflows/w/graph?format={name}" for name in ("svg", "mermaid", "dot")]
    for path in paths:
        answer = httpx.get(f"{control}/{path}")
        assert answer.status_code == 200, path
        if "explain" not in path and path != "diagnostics":
            assert "\\ud800" in answer.text, path


@pytest.mark.parametrize("charset", ["undefined", "punycode", "nowhere", "utf-16"])
def test_a_forms_charset_may_be_anything(interactor: Emulator, interactor_client: httpx.Client, charset: str) -> None:
    interactor.load(
        workflow("w", {"a": halt("end", fields=[{"name": "f", "type": "file", "label": "L"}]), "end": terminal()})
    )
    run = interactor.start("w")
    body = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n\xff\xfe\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    sent = interactor_client.post(f"/workflows/instances/{run.id}/files", content=body, headers={"Content-Type": kind})
    assert sent.status_code == 400
