"""What is kept of traffic lets nobody in, wherever a secret stands and however its name is written."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.contract.recording import Recording
from interactor_emulator.contract.said import said
from interactor_emulator.hiding import hidden, hidden_in

SECRET = "k3y-Nobody_May.Read~0123"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
NAMES = [
    *("client_secret", "clientSecret", "Client-Secret", "CLIENT_SECRET", "access_token", "refreshToken", "token"),
    *("secret", "api_key", "apiKey", "password", "authorization", "Cookie", "id_token"),
]
WRITTEN: dict[str, tuple[str, bytes]] = {
    **{name: ("application/json", json.dumps({"a": [{name: SECRET}]}).encode()) for name in NAMES},
    **{f"a list of {name}": ("application/json", json.dumps({name: [SECRET]}).encode()) for name in NAMES},
    **{
        f"a form with {name}": ("application/x-www-form-urlencoded", urlencode({"a": "b", name: SECRET}).encode())
        for name in ("client_secret", "token", "refresh_token")
    },
    "a form with an escaped name": ("application/x-www-form-urlencoded", b"%74oken=" + SECRET.encode()),
    "JSON in a text": ("application/json", json.dumps({"raw": json.dumps({"client_secret": SECRET})}).encode()),
    "a JWT in a text": ("application/json", json.dumps({"note": f"use {JWT}, please"}).encode()),
    "credentials in a URL": ("application/json", json.dumps({"url": f"https://me:{SECRET}@x.example/h"}).encode()),
    "a token in a URL": ("application/json", json.dumps({"url": f"https://x.example/h?a=1&token={SECRET}"}).encode()),
    "Basic in a text": (
        "application/json",
        json.dumps({"note": "Basic " + base64.b64encode(SECRET.encode()).decode()}).encode(),
    ),
}


def kept(url: str, headers: dict[str, str], content: bytes, answered: bytes = b"") -> str:
    """The text of a file that holds one request."""
    request = httpx.Request("POST", url, headers=headers, content=content)
    row = said(0, request, httpx.Response(200, content=answered))
    return Recording("x", (row,)).text(Path("traffic.json")) + Recording("x", (row,)).text(Path("traffic.har"))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_secret_is_hidden_in_a_body_however_it_stands_there(name: str) -> None:
    kind, content = WRITTEN[name]
    sent = kept("http://x.example/oauth/token", {"Content-Type": kind}, content)
    answered = kept("http://x.example/oauth/token", {}, b"", content)
    for text in (sent, answered):
        for secret in (SECRET, JWT, base64.b64encode(SECRET.encode()).decode()):
            assert secret not in text


@pytest.mark.parametrize(
    "name", ["token", "Token", "access_token", "client_secret", "%74oken", "api_key", "refresh_token"]
)
def test_a_secret_is_hidden_in_a_query(name: str) -> None:
    text = kept(f"http://x.example/api/v1/workflows/instances?limit=1&{name}={SECRET}&status=halted", {}, b"")
    assert SECRET not in text
    assert "limit=1" in text
    assert "status=halted" in text


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "X-Api-Key", "Proxy-Authorization"])
def test_a_secret_is_hidden_in_a_header(header: str) -> None:
    assert SECRET not in kept("http://x.example/api/v1/workflows", {header: f"Bearer {SECRET}"}, b"")


@given(st.dictionaries(st.sampled_from(["amount", "name", "tokens_used", "status"]), st.integers() | st.booleans()))
def test_what_is_no_secret_stays(value: Any) -> None:
    assert hidden(value) == value
    assert hidden_in(json.dumps(value)) == json.dumps(value)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda child: st.lists(child) | st.dictionaries(st.text(), child)
    )
)
def test_hiding_twice_hides_no_more(value: Any) -> None:
    assert hidden(hidden(value)) == hidden(value)
