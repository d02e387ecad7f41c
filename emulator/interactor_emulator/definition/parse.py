"""From a posted definition in which `examine` found no error to the objects that the engine reads.

There is no checking here: an unexamined source may raise anything. An optional member that is `null` counts as left
out.
"""

from collections.abc import Mapping
from math import ceil

from .model import (
    Combination,
    Comparison,
    Condition,
    Definition,
    HttpCall,
    Instructions,
    Logic,
    Output,
    Retry,
    Script,
    State,
    Transition,
    Valid,
)
from .rules.states import SELECTION


def parse(source: Mapping[str, Valid]) -> Definition:
    """The definition that this source describes."""
    states = {name: _state(name, state) for name, state in source["states"].items()}
    return Definition(source["name"], source["initial_state"], states, source)


def _state(name: str, source: Mapping[str, Valid]) -> State:
    return State(
        name=name,
        type=source["type"],
        logic=_logics(source.get("logic")),
        on_enter=_logics(source.get("on_enter")),
        transitions=tuple(_transition(one) for one in source.get("transitions") or ()),
        presentation=source.get("presentation"),
        constant="${" not in str(source.get("presentation")),
        instructions=_instructions(source.get("halting_instructions")),
        selection=source.get("transition_mode") == SELECTION,
        forks=_forks(source.get("fork")),
        join=source.get("join") is True,
    )


def _forks(source: Valid) -> tuple[tuple[str | None, str], ...]:
    """A list starts numbered threads, an object named ones."""
    if source is None:
        return ()
    return tuple(source.items()) if isinstance(source, dict) else tuple((None, state) for state in source)


def _logics(source: Valid) -> tuple[Logic, ...]:
    if source is None:
        return ()
    return tuple(_logic(one) for one in (source if isinstance(source, list) else [source]))


def _logic(source: Mapping[str, Valid]) -> Logic:
    output = _output(source.get("output"))
    if source["type"] == "script":
        return Script(source["code"], output)
    timeout = source.get("timeout")
    return HttpCall(
        method=source["method"],
        url=source["url"],
        headers=source.get("headers") or {},
        body=source.get("body"),
        timeout_ms=None if timeout is None else ceil(timeout),
        retry=_retry(source.get("retry")),
        output=output,
    )


def _output(source: Valid) -> Output | None:
    if source is None:
        return None
    if isinstance(source, str):
        return Output(path=source)
    return Output(source.get("path"), source.get("mode") == "merge", source.get("extract"))


def _retry(source: Valid) -> Retry | None:
    if source is None:
        return None
    # Inferred, where `backoff` is left out: the document's only example is exponential.
    return Retry(int(source["attempts"]), "linear" if source.get("backoff") == "linear" else "exponential")


def _transition(source: Mapping[str, Valid]) -> Transition:
    target, condition = source.get("target"), source.get("condition")
    return Transition(
        target=source["to"] if target is None else target,
        condition=None if condition is None else _condition(condition),
        key=source.get("key"),
        description=source.get("description"),
    )


def _condition(source: Mapping[str, Valid]) -> Condition:
    if "and" in source:
        return Combination("and", tuple(map(_condition, source["and"])))
    if "or" in source:
        return Combination("or", tuple(map(_condition, source["or"])))
    if "operator" in source:
        return Comparison(source["field"], source["operator"], source["value"])
    operator = "equals" if "equals" in source else "not_equals"
    return Comparison(source["field"], operator, source[operator])


def _instructions(source: Valid) -> Instructions | None:
    if source is None:
        return None
    if source.get("type") is None:
        return _generated(source["instruction"], source.get("include_data"))
    config = source["config"]
    if source["type"] == "message":
        return Instructions(config["message"], generated=False, title=config.get("title"))
    return _generated(config["prompt"], config.get("include_data_paths"))


def _generated(prompt: str, paths: list[str] | None) -> Instructions:
    return Instructions(prompt, generated=True, include_data=tuple(paths or ()))
