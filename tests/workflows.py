"""Workflows in a line or two, for tests that need one and are not about how a definition is written."""

from collections.abc import Mapping
from typing import Any

State = dict[str, Any]
Transition = str | dict[str, Any]


def workflow(name: str, states: Mapping[str, State], initial: str | None = None) -> dict[str, Any]:
    """A definition with these states; it starts in the first of them, unless another is named."""
    return {"name": name, "initial_state": initial or next(iter(states)), "states": dict(states)}


def action(*transitions: Transition, **members: Any) -> State:
    """A state that is left at once; its members are what it does there: `logic`, `fork`, `join`, `on_enter`."""
    return _state("action", transitions, members)


def script(code: str, *transitions: Transition, **members: Any) -> State:
    """A state that runs a script; the members are the script's own, such as `output`."""
    return action(*transitions, logic={"type": "script", "code": code, **members})


def http(url: str, *transitions: Transition, method: str = "GET", **members: Any) -> State:
    """A state that calls a URL; the members are the call's own, such as `body` and `retry`."""
    return action(*transitions, logic={"type": "http", "method": method, "url": url, **members})


def halt(*transitions: Transition, fields: list[dict[str, Any]] | None = None, **members: Any) -> State:
    """A state that waits for an answer; with fields it shows a form that asks for them."""
    if fields is not None:
        members = {"presentation": {"type": "form", "fields": fields}, **members}
    return _state("halting", transitions, members)


def terminal(**members: Any) -> State:
    """A state in which the workflow ends."""
    return _state("terminal", (), members)


def to(target: str, **equal: Any) -> dict[str, Any]:
    """A transition that is taken when one field is equal to this; without a condition the target's name is enough."""
    ((field, value),) = equal.items()
    return {"target": target, "condition": {"field": field, "equals": value}}


def _state(type_: str, transitions: tuple[Transition, ...], members: dict[str, Any]) -> State:
    state = {"type": type_, **members}
    if transitions:
        state["transitions"] = [{"target": each} if isinstance(each, str) else each for each in transitions]
    return state
