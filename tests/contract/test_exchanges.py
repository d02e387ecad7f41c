"""The document's own requests and answers, replayed against the server."""

from typing import Any

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_fixtures import exchange, exchanges

from .exchanges import differences, header_differences
from .playing import Player


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.interactor(**exchange(name).get("account", {}))) for name in exchanges()],
)
def test_an_exchange_is_answered_as_the_document_shows(
    interactor: Emulator, interactor_client: httpx.Client, interactor_server: Any, name: str
) -> None:
    steps, player = exchange(name)["steps"], Player(interactor, interactor_client, interactor_server.url)
    for number, step in enumerate(steps, start=1):
        lines = player.play(step)
        assert not lines, f"step {number}, {step.get('request')}:\n" + "\n".join(lines)
    if any("received" in step for step in steps):
        assert player.left() == []


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": True}, {"a": 1}),
        ([1], [1, 2]),
        ("$time", "2026-01-20T12:00:00.000Z"),
        ("$instance_id", "inst_xyz"),
        (["$version_id", "$version_id"], ["v_aaaaaaaaaaaa", "v_bbbbbbbbbbbb"]),
        ("Version '$version_id' not found", "Version 'v_nope' not found"),
        ("$any is not halted", "inst_1 is halted"),
        (["$version_id", "Version '$version_id' not found"], ["v_aaaaaaaaaaaa", "Version 'v_bbbbbbbbbbbb' not found"]),
        ("costs $$amount", "costs 5"),
    ],
)
def test_what_differs_is_found(expected: Any, found: Any) -> None:
    assert differences(expected, found, {})


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("Version '$version_id' not found", "Version 'v_aaaaaaaaaaaa' not found"),
        ("00-0af7-$span_id-01", "00-0af7-b7ad6b7169203331-01"),
        ("a.c $any", "a.c whatever"),
        ("for $150.00, or $$amount", "for $150.00, or $$amount"),
        (["$a_instance_id", "/$a_instance_id/x"], ["inst_" + "a" * 26, "/inst_" + "a" * 26 + "/x"]),
    ],
)
def test_a_name_stands_within_a_text_too(expected: Any, found: Any) -> None:
    assert differences(expected, found, {}) == []


@pytest.mark.parametrize("found", [{}, {"x-ratelimit-limit": "99"}, {"X-RateLimit-Limit": "100", "Retry-After": "1"}])
def test_what_differs_in_a_header_is_found(found: dict[str, str]) -> None:
    expected = {"X-RateLimit-Limit": "100", "Retry-After": None}
    assert header_differences(expected, found, {})
    assert header_differences(expected, {"x-ratelimit-limit": "100", "other": "1"}, {}) == []
