"""W3C Trace Context: what of a caller's headers reaches HTTP logic."""

import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator
from interactor_emulator.tracing import Cause, headers

from tests.workflows import http, terminal, workflow

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SENT = f"00-{TRACE}-{PARENT}-01"
NEW_TRACE, NEW_PARENT = "a" * 32, "b" * 16
GOES_ON = f"00-{TRACE}-{NEW_PARENT}-01"
BEGINS = f"00-{NEW_TRACE}-{NEW_PARENT}-00"


def sent(traceparent: str, tracestate: str = "") -> dict[str, str]:
    return dict(headers(Cause("me", "", traceparent, tracestate), NEW_TRACE, NEW_PARENT))


@pytest.mark.parametrize(
    ("traceparent", "expected"),
    [
        (SENT, GOES_ON),
        (SENT[:-1] + "0", GOES_ON[:-1] + "0"),
        (SENT[:-2] + "ff", GOES_ON),
        (SENT[:-2] + "fe", GOES_ON[:-1] + "0"),
        ("cc" + SENT[2:], GOES_ON),
        ("cc" + SENT[2:] + "-what-comes-later", GOES_ON),
        (SENT + "-more", BEGINS),
        ("cc" + SENT[2:] + ".more", BEGINS),
        ("ff" + SENT[2:], BEGINS),
        (f"{SENT}, {SENT}", BEGINS),
        (SENT.upper(), BEGINS),
        (f"00-{'0' * 32}-{PARENT}-01", BEGINS),
        (f"00-{TRACE}-{'0' * 16}-01", BEGINS),
        ("", BEGINS),
        ("nonsense", BEGINS),
    ],
)
def test_a_trace_goes_on_or_begins(traceparent: str, expected: str) -> None:
    assert sent(traceparent) == {"traceparent": expected}


@pytest.mark.parametrize(
    ("tracestate", "expected"),
    [
        ("foo=1", "foo=1"),
        ("foo=1,bar=2", "foo=1,bar=2"),
        ("foo=1 , \tbar=2,,", "foo=1,bar=2"),
        ("tenant@system=a b", "tenant@system=a b"),
        ("0tenant@system=1", "0tenant@system=1"),
        ("a*b/c_d-e=1", "a*b/c_d-e=1"),
        (",".join(f"k{n}=1" for n in range(32)), ",".join(f"k{n}=1" for n in range(32))),
        (",".join(f"k{n}=1" for n in range(33)), None),
        ("foo =1", None),
        ("@foo=1", None),
        ("foo@=1", None),
        ("Foo=1", None),
        ("0foo=1", None),
        ("foo=1=2", None),
        ("foo=", None),
        ("foo=ü", None),
        ("ok=1,foo =1", None),
        (f"{'k' * 257}=1", None),
        (f"k={'v' * 257}", None),
    ],
)
def test_a_state_is_handed_on_or_dropped(tracestate: str, expected: str | None) -> None:
    assert sent(SENT, tracestate).get("tracestate") == expected


VALID = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")


@given(st.one_of(st.text(), st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,5}")), st.text())
def test_whatever_comes_what_is_sent_is_valid(traceparent: str, tracestate: str) -> None:
    found = sent(traceparent, tracestate)
    assert VALID.fullmatch(found["traceparent"])
    assert len(found.get("tracestate", "").split(",")) <= 32


@pytest.mark.parametrize(
    ("given_headers", "expected"),
    [
        ([("tracestate", "a=1"), ("tracestate", "b=2")], (TRACE, "a=1,b=2")),
        ([("traceparent", SENT)], (None, None)),
    ],
    ids=["states of two headers are one list", "two parents are none"],
)
def test_headers_of_one_name_are_read_together(
    interactor: Emulator, interactor_client: httpx.Client, given_headers: Any, expected: Any
) -> None:
    route = interactor.http.get("https://x.example/q").respond(200, json={})
    interactor.load(workflow("w", {"call": http("https://x.example/q", "end"), "end": terminal()}))
    interactor_client.post("/workflows/w/instances", headers=[("traceparent", SENT), *given_headers], json={})
    called = route.calls.last.request.headers
    trace, state = expected
    assert (called["traceparent"].split("-")[1] == TRACE) is (trace is not None)
    assert called.get("tracestate") == state
