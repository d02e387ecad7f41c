"""Secrets in every spelling, looked for in all that comes out of an emulator that was asked to show them."""

import base64
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds, redaction
from interactor_emulator.redaction import REDACTED, redact

from tests.workflows import halt, http, script, terminal, to, workflow

PEM = "-----BEGIN KEY-----\nMIIB+/aa==\n-----END KEY-----\n"
ROWS = [
    "line-one\nline-two",
    'pa"ssword-1',
    "DOMAIN\\password-1",
    '{"user":"a","pass":"b"}',
    PEM,
    "sch\u00f6n/pass w\u00f6rd",
    "Zq4711xW-plain",
]
# Texts like `comple` stand in every answer (`completed`), and Hypothesis finds them in the code under test.
_COMMON = re.compile(r"""[\w\s.:/,;=<>(){}\[\]"'\\→-]*""", re.ASCII)
# What no text around it holds by chance.
hostile = st.text(st.characters(), min_size=6, max_size=30).filter(
    lambda text: len(set(text)) > 4 and not _COMMON.fullmatch(text)
) | st.sampled_from(ROWS)


def spelled(secret: str) -> set[str]:
    """As this test spells it, by other means than the product."""
    ways = {secret}
    for _ in range(2):
        ways |= {json.dumps(each, ensure_ascii=ascii_only)[1:-1] for each in list(ways) for ascii_only in (True, False)}
    raw = secret.encode("utf-8", "surrogatepass")
    ways |= {quote(raw, safe=""), quote(raw), quote_plus(raw), "".join(f"%{byte:02x}" for byte in raw)}
    return {each for each in ways if len(each) >= 4}


def shows(text: str, secret: str) -> list[str]:
    """The spellings of the secret that stand in a text, or the first half of it in one that was cut."""
    return [each for each in spelled(secret) if each in text or (len(each) > 16 and each[: len(each) // 2 + 4] in text)]


@given(secret=hostile, around=st.text(max_size=5))
def test_every_spelling_is_hidden(secret: str, around: str) -> None:
    for way in spelled(secret) - {"".join(f"%{byte:02x}" for byte in secret.encode("utf-8", "surrogatepass"))}:
        assert not shows(redact(f"{around}{way}", [secret]), secret)


@pytest.mark.parametrize("user", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("secret", ROWS)
def test_it_is_hidden_in_the_base64_of_basic_authentication(user: str, secret: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        shown = redact(f"Basic {encode(f'{user}:{secret}'.encode()).decode()}", [secret])
        assert REDACTED in shown
        assert len(shown) < len("Basic ") + len(REDACTED) + 12


def test_three_characters_are_no_secret_and_four_are() -> None:
    assert redact("abc abcd", ["abc"]) == "abc abcd"
    assert redact("abc abcd", ["abcd"]) == f"abc {REDACTED}"


SCRIPT = """
console.log(secrets.K); console.log({k: secrets.K}); console.log(JSON.stringify({k: JSON.stringify(secrets.K)}));
console.log("x".repeat(990) + secrets.K); console.log("y".repeat(980) + JSON.stringify({k: secrets.K}));
console.log(encodeURIComponent("a") , secrets, [secrets.K]);
if (input.fail === "text") throw new Error(JSON.stringify(secrets));
if (input.fail === "long") throw new Error("z".repeat(1990) + secrets.K);
if (input.fail === "value") throw secrets.K;
if (input.fail === "refused") return [secrets.K];
return {};
"""


class Echo:
    """A target, and a receiver, that answers with all that it was told."""

    status = "422 No"

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        shown = json.dumps({"told": told, "body": body.decode("utf-8", "replace")}).encode()
        start(self.status, [("Content-Type", "application/json")])
        return [b"w" * 190 + body + shown]


CALL: dict[str, Any] = {
    "method": "POST",
    "headers": {"X-Key": "${secrets.SAFE}", "Authorization": "Bearer ${secrets.SAFE}"},
    "body": {"k": "${secrets.K}", "text": "key=${secrets.K}"},
}
LOOKS = workflow(
    "looks",
    {
        "start": script(SCRIPT, to("shown", show=True), "call"),
        "call": http("https://target.example/${secrets.K}?q=${secrets.K}", "end", **CALL),
        "shown": script("return {leak: secrets.K}", to("ask", leak="nothing"), "ask"),
        "ask": halt(to("end", ok=True), fields=[{"name": "n", "type": "number", "label": "N"}]),
        "end": terminal(on_enter={"type": "script", "code": "throw new Error(secrets.K)"}),
    },
)


def refused(client: httpx.Client, secret: str) -> Iterator[str]:
    """What is answered to a client that writes the secret where something else belongs."""
    segment = quote(secret.encode("utf-8", "surrogatepass"), safe="")
    for path in (f"/workflows/{segment}/versions", f"/workflows/instances/{segment}", f"/{segment}"):
        yield client.get(path).text
    yield client.get("/workflows/instances", params={"status": segment, segment: "1"}).text
    padded = quote("x" * 85, safe="") + segment
    for query in (f"types={padded}", f"thread={padded}", f"{padded}=1", f"cursor={padded}"):
        yield client.get(f"/workflows/instances/inst_1/history?{query}").text
    service = str(client.base_url).partition("/api/v1")[0]
    grant = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
    yield httpx.post(
        f"{service}/oauth/token", content=json.dumps({**grant, "scope": "s" * 85 + secret}), headers=JSON
    ).text
    hook = {"url": "http://127.0.0.1:9/", "events": ["e" * 85 + secret]}
    yield client.post("/webhooks/subscriptions", content=json.dumps(hook), headers=JSON).text
    bodies = [
        {"name": secret, "initial_state": secret, "states": {secret: {"type": secret}}},
        {"name": "w", "initial_state": "a", "states": {"a": {"type": "action", "transitions": [{"target": secret}]}}},
        {"name": "w", "initial_state": "a", "states": {"a": {"type": "terminal"}}, secret: 1},
    ]
    for path in ("/workflows", "/workflows/validate"):
        yield from (client.post(path, content=json.dumps(body), headers=JSON).text for body in bodies)
    yield client.post("/workflows/looks/instances", content=json.dumps({secret: 1, "input": secret}), headers=JSON).text


JSON = {"Content-Type": "application/json"}


@pytest.mark.unmeasured
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(secret=hostile)
@example(ROWS[0])
@example(PEM)
@example("\ud800\ud800\ud800ab")
@example("\U0008cc24\U00083431zy\u00b4\u00b4\U00051189\u00c2\U000d0402\xa0\xad")
@example("sk live 4711")
@example(">\x10\u00b5/\u00fc%\x8fL\U00011543/")
def test_no_secret_comes_out(interactor: Emulator, interactor_client: httpx.Client, caplog: Any, secret: str) -> None:
    interactor.reset()
    caplog.clear()
    caplog.set_level(logging.INFO, "interactor_emulator")
    interactor.secrets.update(K=secret, SAFE=quote(secret.encode("utf-8", "surrogatepass"), safe=""))
    interactor.routes = {"https://target.example": Echo()}
    interactor.load(LOOKS)
    interactor.webhooks.subscribe(Echo(), secret="s" * 32)
    for fail in ("text", "long", "value", "refused", ""):
        interactor_client.post("/workflows/looks/instances", json={"namespace": "n", "input": {"fail": fail}})
    interactor.settle()
    everything = caplog.text + "".join(run.explain() for run in interactor.runs)
    control = str(interactor_client.base_url).replace("/api/v1/", "/_emulator")
    paths = [f"/workflows/instances/{run.id}{more}" for run in interactor.runs for more in ("", "/history", "/stream")]
    for path in [*paths, "/workflows/errors?since=2026-01-01T00:00:00Z", "/workflows/instances"]:
        everything += interactor_client.get(path).text
    everything += "".join(refused(interactor_client, secret))
    for run in interactor.runs:
        for shown in ("explain", "graph?format=svg", "graph?format=mermaid", "graph?format=dot"):
            everything += httpx.get(f"{control}/instances/{run.id}/{shown}").text
    for name in ("requests", "deliveries", "dead-letters", "diagnostics", "metrics", "coverage", "secrets", "stubs"):
        everything += httpx.get(f"{control}/{name}").text
    assert not shows(everything, secret)
    assert not shows("".join(map(str, interactor.diagnostics)), secret)


def test_data_is_data_and_what_tells_of_it_is_not(interactor: Emulator, interactor_client: httpx.Client) -> None:
    secret = ROWS[1]
    interactor.secrets["K"] = secret
    interactor.load(LOOKS)
    interactor.load(
        workflow("leaks", {"a": script("return {leak: secrets.K, ok: secrets.K}", "ask"), **LOOKS["states"]})
    )
    run = interactor.start("leaks").resume(n=secret, ok=True)
    assert run.data["leak"] == secret
    assert (
        json.loads(interactor_client.get(f"/workflows/instances/{run.id}").text)["data"]["workflow_data"]["n"] == secret
    )
    told = run.explain() + "".join(map(str, interactor.diagnostics))
    assert "secret_in_output" in {each.code for each in interactor.diagnostics}
    assert "form_input_mismatch" in {each.code for each in interactor.diagnostics}
    assert not shows(told, secret)


def test_secrets_that_overlap_leave_nothing_of_each_other() -> None:
    assert redact("abcdefghijklmnop", ["abcdefgh", "efghijklmnop"]) == REDACTED
    assert redact("-abcabcabcab-", ["abcabcab"]) == f"-{REDACTED}-"
    assert redact("ab12cd34 ab12", ["ab12", "ab12cd34"]) == f"{REDACTED} {REDACTED}"
    assert redact(redact("REDACTED", ["REDACTED"]), ["REDACTED"]) == "REDACTED"


@pytest.mark.parametrize(
    "spelled_elsewhere",
    ["p%40ss!w*rd'(1)", "p@ss!w*rd&#x27;(1)", "p@ss!w*rd&#39;(1)", "p@ss!w*rd\\u0027(1)", "p%40ss%21w*rd%27%281%29"],
)
def test_other_peoples_spellings_are_hidden(spelled_elsewhere: str) -> None:
    """encodeURIComponent, HTML, JSON for HTML, a browser's form."""
    assert redact(f"<{spelled_elsewhere}>", ["p@ss!w*rd'(1)"]) == f"<{REDACTED}>"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("ABC.Token-1", "http://abc.token-1.example/"),
        ("a key\n", "[a key]"),
        (PEM, "MIIB+/aa=="),
        ("sk live", "q=sk%2520live"),
        ("a/b c", "a%2Fb c"),
    ],
    ids=["a host's name", "trimmed", "a line of it", "encoded twice", "a segment of a path"],
)
def test_what_becomes_of_a_secret_on_its_way_is_hidden_too(secret: str, text: str) -> None:
    assert REDACTED in redact(text, [secret])
    assert secret.strip().lower() not in redact(text, [secret])


def test_the_word_at_which_a_secret_was_no_json_is_hidden(interactor: Emulator) -> None:
    interactor.secrets["CFG"] = '{"key": sk_live_4711}'
    reads = "try { JSON.parse(secrets.CFG) } catch (error) { console.log(error.message) } JSON.parse(secrets.CFG)"
    interactor.load(workflow("w", {"read": script(reads, "end"), "end": terminal()}))
    run = interactor.start("w", namespace="n").assert_failed(code="script_error")
    assert "sk_live" not in str(run.history) + run.explain()


@given(st.text(max_size=40), st.integers(0, 50), st.lists(hostile, max_size=3))
def test_the_beginning_of_a_text_is_that_of_the_whole(text: str, most: int, secrets: list[str]) -> None:
    whole = text.join(["", *secrets, ""])
    begins = redaction.beginning(whole, most, secrets)
    assert begins == whole[:most] if not secrets else not any(shows(begins, each) for each in secrets)
    assert redaction.beginning(whole, len(whole), secrets) == redact(whole, secrets)


def test_a_thousand_secrets_may_change_again_and_again(interactor: Emulator) -> None:
    for turn in range(bounds.FORMER_SECRETS.most + 10):
        interactor.secrets["K"] = f"a secret of turn {turn}"
    assert redact("a secret of turn 5", interactor.account.secrets.ever) == "a secret of turn 5"
    assert redact("a secret of turn 50", interactor.account.secrets.ever) == REDACTED


def test_secrets_are_bounded(interactor: Emulator, interactor_server: Any) -> None:
    def put(secrets: dict[str, str]) -> httpx.Response:
        return httpx.put(f"{interactor_server.url}/_emulator/secrets", json=secrets)

    many = {f"K{number}": f"value {number}" for number in range(bounds.SECRETS.most)}
    assert put({"K": "x" * bounds.SECRET.most}).status_code == 200
    assert put(many).status_code == 200
    for refused in ({"K": "x" * (bounds.SECRET.most + 1)}, {**many, "one": "more"}):
        answer = put(refused)
        assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (400, "body")
        assert dict(interactor.secrets) == many
    with pytest.raises(ValueError, match="no more are taken"):
        interactor.secrets["one"] = "more"
