"""What can be wrong with a definition: each rule of `validate`, as the change that breaks it.

A row names the kind of part (`sites.py`), what becomes of it, and where below it the error is reported. One fault never
causes a second one: only then can be said where nothing must be reported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from interactor_emulator.definition.paths import Path
from interactor_emulator.limits import LIMITS

Part = Any
"""The object or array that is spoilt, in place."""


# Equal to itself only: its values are lists too.
@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """One way to break a rule. `spoil` changes the part and is given a value of `values`; it returns where below the
    part `validate` must report it.

    `touches` is the member that it concerns, or a word of its own for what concerns none that is there: what else is in
    the part may be spoilt as well. None: all of it. `wanted` says whether a part can be spoilt like this."""

    name: str
    kind: str
    spoil: Callable[[Part, Any], Path]
    values: Sequence[Any] = (None,)
    touches: str | None = field(default=None, kw_only=True)
    wanted: Callable[[Part], bool] = field(default=lambda _part: True, kw_only=True)


def _set(kind: str, member: str, why: str, *values: Any) -> Fault:
    """A member with a value that it must not have."""

    def spoil(part: Part, value: Any) -> Path:
        part[member] = value
        return (member,)

    return Fault(f"{kind}: {member} {why}", kind, spoil, values, touches=member)


def _deciding(fault: Fault) -> Fault:
    """One that leaves open which other members there must be: none of them can be missed beside it."""
    return replace(fault, touches=None)


def _wrong(kind: str, member: str, *values: Any) -> Fault:
    return _set(kind, member, "of a wrong type", *values)


def _missing(kind: str, member: str) -> Fault:
    def spoil(part: Part, _value: Any) -> Path:
        del part[member]
        return (member,)

    return Fault(f"{kind}: no {member}", kind, spoil, touches=member)


def _element(kind: str, *values: Any) -> Fault:
    """One element more, of a wrong type."""

    def spoil(part: Part, value: Any) -> Path:
        part.append(value)
        return (len(part) - 1,)

    return Fault(f"{kind}: an element of a wrong type", kind, spoil, values)


def _entry(kind: str, why: str, *entries: tuple[str, Any]) -> Fault:
    """One member more, of an object whose members have names of the customer's own."""

    def spoil(part: Part, entry: tuple[str, Any]) -> Path:
        part[entry[0]] = entry[1]
        return (entry[0],)

    return Fault(f"{kind}: {why}", kind, spoil, entries)


def _of_texts(kind: str, member: str) -> Fault:
    """An array of texts with something else in it."""

    def spoil(part: Part, value: Any) -> Path:
        part[member] = ["a", value]
        return (member, 1)

    return Fault(f"{kind}: {member} of more than texts", kind, spoil, (5, None, [], {}), touches=member)


def _replaced(kind: str, why: str, at: Path, *values: dict[str, Any]) -> Fault:
    """Another object in place of the part, which is reported there."""

    def spoil(part: Part, value: dict[str, Any]) -> Path:
        part.clear()
        part.update(value)
        return at

    return Fault(f"{kind}: {why}", kind, spoil, values)


def _too_many(part: Part, count: int, one: Any) -> None:
    part.extend(dict(one) for _ in range(count + 1 - len(part)))


# ---- the whole


def _states(definition: Part, _value: Any) -> Path:
    states = definition["states"]
    for number in range(LIMITS.states_per_workflow + 1 - len(states)):
        states[f"one of many {number}"] = {"type": "terminal"}
    return ("states",)


def _no_state(definition: Part, value: Any) -> Path:
    definition["states"]["no state"] = value
    return ("states", "no state")


def _no_states(definition: Part, value: Any) -> Path:
    """Nothing else is looked at then but the members beside."""
    if value is None:
        del definition["states"]
    else:
        definition["states"] = value
    return ("states",)


_WHOLE = (
    _wrong("definition", "name", 5, None, True, [], {}),
    _set("definition", "name", "that is empty", ""),
    _set("definition", "name", "that is too long", "x" * 65),
    _set("definition", "name", "with other characters", "a b", "a\n", "é", "a.b"),
    _set("definition", "name", "that the API has taken", "instances"),
    _missing("definition", "name"),
    _wrong("definition", "initial_state", 5, None, [], {}),
    _set("definition", "initial_state", "that does not exist", "nowhere"),
    _missing("definition", "initial_state"),
    _wrong("definition", "ai_guidance", 5, True, [], {}),
    Fault("definition: too many states", "definition", _states, touches="number of states"),
    Fault("definition: a state of a wrong type", "definition", _no_state, (5, "s0", None, []), touches="another state"),
    Fault("definition: no states, or no object of them", "definition", _no_states, (None, 5, "s", [])),
)

# ---- states


def _same_key(state: Part, _value: Any) -> Path:
    """In selection mode each key is used once."""
    ways = state["transitions"]
    ways.append(dict(ways[0]))
    return ("transitions", len(ways) - 1, "key")


def _target(way: Part) -> str:
    return "target" if way.get("target") is not None else "to"


def _another_target(way: Part, value: Any) -> Path:
    name = _target(way)
    way[name] = value
    return (name,)


def _no_target(way: Part, _value: Any) -> Path:
    way.pop("target", None)
    way.pop("to", None)
    return ("target",)


def _both_targets(way: Part, _value: Any) -> Path:
    way["target"] = way["to"] = way[_target(way)]
    return ()


def _many_ways(ways: Part, _value: Any) -> Path:
    _too_many(ways, LIMITS.transitions_per_state, {name: ways[0][name] for name in (_target(ways[0]),)})
    return ()


_THREAD_NAMES = ("", "main", "a b", "é", "x" * 65)


def _thread(threads: Part, name: str) -> Path:
    """Its state is one that another thread begins in, or the fault is in the state alone."""
    threads[name] = next(iter(threads.values()))
    return (name,)


_STATES = (
    _wrong("state", "type", 5, None, True, [], {}),
    _set("state", "type", "that is unknown", "Action", "end", ""),
    _missing("state", "type"),
    _wrong("state", "logic", 5, "return {}", True),
    _wrong("state", "on_enter", 5, "return {}", True),
    _wrong("state", "transitions", 5, "s0", {}, True),
    _wrong("state", "presentation", 5, "form", [], True),
    _wrong("state", "halting_instructions", 5, "Say so.", [], True),
    _wrong("state", "fork", 5, "s0", True),
    _wrong("state", "join", 5, "true", [], {}),
    _wrong("state", "transition_mode", 5, True, []),
    _set("state", "transition_mode", "that is unknown", "auto", ""),
    _element("transitions", 5, "s0", None, []),
    Fault("transitions: too many", "transitions", _many_ways, wanted=bool),
    Fault(
        "selection: a key twice", "selection", _same_key, wanted=lambda state: bool(state["transitions"][0].get("key"))
    ),
    Fault("transition: a target of a wrong type", "transition", _another_target, (5, [], {}, True)),
    Fault("transition: a target that does not exist", "transition", _another_target, ("nowhere",)),
    Fault("transition: no target", "transition", _no_target),
    Fault("transition: both target and to", "transition", _both_targets),
    _wrong("transition", "description", 5, True, [], {}),
    _wrong("transition", "condition", 5, "a", True, []),
    _wrong("transition", "key", 5, True, [], {}),
    _element("forks", 5, None, "nowhere", []),
    _entry("threads", "a state that does not exist, or none", ("t", "nowhere"), ("t", 5), ("t", None)),
    Fault("threads: a name that no path can have", "threads", _thread, _THREAD_NAMES, wanted=bool),
)

# ---- conditions

_CONDITIONS = (
    _replaced("condition", "nothing that decides", (), {}, {"a": 1}),
    _replaced("condition", "a field and nothing to compare it with", ("operator",), {"field": "a"}, {"value": 1}),
    _replaced("condition", "two that decide", (), {"field": "a", "equals": 1, "not_equals": 2}, {"and": [], "or": []}),
    _replaced(
        "condition",
        "what does not belong beside",
        (),
        {"and": [], "field": "a"},
        {"field": "a", "equals": 1, "value": 1},
    ),
    _missing("comparison", "field"),
    _wrong("comparison", "field", 5, None, [], {}),
    _set("operator", "operator", "that is unknown", "==", "GT", ""),
    _wrong("operator", "operator", 5, None, []),
    _missing("operator", "value"),
    _wrong("in", "value", 5, "a", None, {}),
    _missing("in", "value"),
    _element("clauses", 5, None, "a", []),
    _replaced("condition", "clauses that are no array", ("and",), {"and": 5}, {"and": {}}, {"and": None}),
    _replaced("condition", "clauses of `or` that are no array", ("or",), {"or": "a"}, {"or": True}),
)

# ---- logic

_LOGIC = (
    _element("logics", 5, None, "return {}", []),
    _deciding(_wrong("logic", "type", 5, None, [])),
    _deciding(_set("logic", "type", "that is unknown", "Script", "python", "")),
    _deciding(_missing("logic", "type")),
    _wrong("logic", "output", 5, [], True),
    _wrong("script", "code", 5, None, [], {}),
    _missing("script", "code"),
    _set("script", "code", "that is too long", "//" + "x" * LIMITS.script_code_bytes),
    _set("script", "code", "that is no function body", "return {", "})(", "const a = ;", "}, function () {"),
    _wrong("output", "path", 5, [], True),
    _wrong("output", "mode", 5, True, {}),
    _set("output", "mode", "that is unknown", "append", ""),
    _wrong("output", "extract", 5, "a", [], True),
    _entry("extract", "a path of a wrong type", ("d", 5), ("d", None), ("d", [])),
    _wrong("http", "method", 5, None, []),
    _set("http", "method", "that is unknown", "get", "HEAD", ""),
    _missing("http", "method"),
    _wrong("http", "url", 5, None, [], {}),
    _missing("http", "url"),
    _wrong("http", "headers", 5, "X: y", [], True),
    _entry("headers", "a value of a wrong type", ("X-Odd", 5), ("X-Odd", None), ("X-Odd", [])),
    _set("http", "timeout", "that is no time", 0, -1, "30", True, [], {}),
    _wrong("http", "retry", 5, "3", [], True),
    _missing("retry", "attempts"),
    _set("retry", "attempts", "that is no number of tries", 0, 1.5, -1, "3", True, None),
    _set("retry", "backoff", "that is unknown", "none", 5, True),
)

# ---- what a person is shown

_NO_TEXT: tuple[Any, ...] = (5, True, [], {})
_FLAGS: tuple[Any, ...] = (5, "yes", [], {})
_SIZES: tuple[Any, ...] = (-1, 1.5, "5", True, [])


def _property(field: Part, value: str) -> Path:
    field[value] = 1
    return (value,)


def _many_fields(fields: Part, _value: Any) -> Path:
    _too_many(fields, LIMITS.presentation_fields, {"name": "one of many", "type": "boolean", "label": ""})
    return ()


_SHOWN = (
    _deciding(_wrong("presentation", "type", 5, None, [])),
    _deciding(_set("presentation", "type", "that is unknown", "Form", "wizard", "")),
    _deciding(_missing("presentation", "type")),
    _wrong("presentation", "title", *_NO_TEXT),
    _wrong("presentation", "description", *_NO_TEXT),
    _wrong("presentation", "show_progress", *_FLAGS),
    _missing("form", "fields"),
    _wrong("form", "fields", 5, None, "a", {}),
    _missing("choice", "options"),
    _wrong("choice", "options", 5, None, "a", {}),
    _missing("message", "message"),
    _wrong("message", "message", None, *_NO_TEXT),
    _element("fields", 5, None, "a", []),
    Fault("fields: too many", "fields", _many_fields),
    _missing("field", "name"),
    _wrong("field", "name", None, *_NO_TEXT),
    _deciding(_missing("field", "type")),
    _deciding(_wrong("field", "type", 5, None, [])),
    _deciding(_set("field", "type", "that is unknown", "text", "Boolean", "")),
    _missing("field", "label"),
    _wrong("field", "label", None, *_NO_TEXT),
    Fault("field: a property that no type has", "field", _property, ("maxlength", "minimum", "note")),
    _wrong("field", "required", *_FLAGS),
    _wrong("field", "multiline", *_FLAGS),
    _wrong("field", "placeholder", *_NO_TEXT),
    _set("field", "maxLength", "that is no length", *_SIZES),
    _set("field", "maxSize", "that is no size", *_SIZES),
    _wrong("field", "min", "1", True, []),
    _wrong("field", "max", "1", True, {}),
    _set("field", "step", "that is no step", 0, -1, "1", True),
    _wrong("field", "minDate", *_NO_TEXT),
    _wrong("field", "maxDate", *_NO_TEXT),
    _wrong(
        "field",
        "accept",
        5,
        True,
        {},
    ),
    _of_texts("field", "accept"),
    _missing("field select", "options"),
    _wrong("field select", "options", 5, None, "a", {}),
    _element("options", 5, None, "x", []),
    _missing("option", "value"),
    _wrong("option", "value", None, *_NO_TEXT),
    _missing("option", "label"),
    _wrong("option", "label", None, *_NO_TEXT),
    _wrong("option", "description", *_NO_TEXT),
)

_TOLD = (
    _replaced("instructions", "neither a type nor an instruction", ("type",), {}, {"config": {}}),
    _replaced(
        "instructions", "a type that is unknown", ("type",), {"type": "sms"}, {"type": 5}, {"type": "AI", "config": 1}
    ),
    _wrong("instructions simple", "instruction", None, *_NO_TEXT),
    _wrong("instructions simple", "include_data", 5, "a", {}),
    _of_texts("instructions simple", "include_data"),
    *(
        row
        for kind, text, others in (("ai", "prompt", ("model",)), ("message", "message", ("title",)))
        for row in (
            _missing(f"instructions {kind}", "config"),
            _wrong(f"instructions {kind}", "config", 5, None, "a", []),
            _missing(f"config {kind}", text),
            _wrong(f"config {kind}", text, None, *_NO_TEXT),
            *(_wrong(f"config {kind}", other, *_NO_TEXT) for other in others),
        )
    ),
    _wrong("config ai", "include_data_paths", 5, "a", {}),
    _of_texts("config ai", "include_data_paths"),
)

FAULTS: tuple[Fault, ...] = (*_WHOLE, *_STATES, *_CONDITIONS, *_LOGIC, *_SHOWN, *_TOLD)
"""All of them, part for part as the rules stand in `definition/rules`."""
