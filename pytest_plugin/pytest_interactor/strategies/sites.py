"""The parts of a definition in which something can be wrong, each by its kind and with its place."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from interactor_emulator.definition.paths import Key, Path


class Site(NamedTuple):
    """A part of a definition: what kind of part, where it stands, and itself, an object or an array."""

    kind: str
    at: Path
    part: Any


def sites(definition: dict[str, Any]) -> Iterator[Site]:
    """All of them; a part of two kinds is there twice: a script is `logic` and `script`."""
    yield Site("definition", (), definition)
    for name, state in definition["states"].items():
        yield from _of_state(("states", name), state)


def _of_state(at: Path, state: dict[str, Any]) -> Iterator[Site]:
    yield Site("state", at, state)
    for member in ("logic", "on_enter"):
        for place, one in _ones((*at, member), state.get(member)):
            yield from _of_logic(place, one)
        if isinstance(state.get(member), list):
            yield Site("logics", (*at, member), state[member])
    for place, one in _elements((*at, "transitions"), state.get("transitions")):
        yield Site("transition", place, one)
        yield from _of_condition((*place, "condition"), one.get("condition"))
    if isinstance(state.get("transitions"), list):
        yield Site("transitions", (*at, "transitions"), state["transitions"])
        if state.get("transition_mode") == "selection" and state["transitions"]:
            yield Site("selection", at, state)
    if isinstance(state.get("fork"), list):
        yield Site("forks", (*at, "fork"), state["fork"])
    elif isinstance(state.get("fork"), dict):
        yield Site("threads", (*at, "fork"), state["fork"])
    yield from _of_presentation((*at, "presentation"), state.get("presentation"))
    yield from _of_instructions((*at, "halting_instructions"), state.get("halting_instructions"))


def _of_logic(at: Path, logic: dict[str, Any]) -> Iterator[Site]:
    yield Site("logic", at, logic)
    yield Site(logic["type"], at, logic)
    for member, kind in (("retry", "retry"), ("headers", "headers"), ("output", "output")):
        if isinstance(logic.get(member), dict):
            yield Site(kind, (*at, member), logic[member])
    output = logic.get("output")
    if isinstance(output, dict) and isinstance(output.get("extract"), dict):
        yield Site("extract", (*at, "output", "extract"), output["extract"])


def _of_condition(at: Path, condition: Any) -> Iterator[Site]:
    if condition is None:
        return
    yield Site("condition", at, condition)
    (kind,) = [name for name in ("equals", "not_equals", "operator", "and", "or") if name in condition]
    if kind in ("and", "or"):
        yield Site("clauses", (*at, kind), condition[kind])
        for place, one in _elements((*at, kind), condition[kind]):
            yield from _of_condition(place, one)
    else:
        yield Site("comparison", at, condition)
        yield Site("in" if condition.get("operator") == "in" else kind, at, condition)


def _of_presentation(at: Path, presentation: Any) -> Iterator[Site]:
    if presentation is None:
        return
    yield Site("presentation", at, presentation)
    yield Site(presentation["type"], at, presentation)
    yield from _of_options((*at, "options"), presentation.get("options"))
    for place, one in _elements((*at, "fields"), presentation.get("fields")):
        yield Site("field", place, one)
        yield Site(f"field {one['type']}", place, one)
        yield from _of_options((*place, "options"), one.get("options"))
    if isinstance(presentation.get("fields"), list):
        yield Site("fields", (*at, "fields"), presentation["fields"])


def _of_options(at: Path, options: Any) -> Iterator[Site]:
    if isinstance(options, list):
        yield Site("options", at, options)
    for place, one in _elements(at, options):
        yield Site("option", place, one)


def _of_instructions(at: Path, instructions: Any) -> Iterator[Site]:
    if instructions is None:
        return
    yield Site("instructions", at, instructions)
    kind = instructions.get("type") or "simple"
    yield Site(f"instructions {kind}", at, instructions)
    if kind != "simple":
        yield Site(f"config {kind}", (*at, "config"), instructions["config"])


def _ones(at: Path, one_or_several: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(one_or_several, dict):
        yield at, one_or_several
    yield from _elements(at, one_or_several)


def _elements(at: Path, several: Any) -> Iterator[tuple[Path, Any]]:
    """The elements of an array; a template may stand in its place, or nothing."""
    elements: list[Any] = several if isinstance(several, list) else []
    for index, one in enumerate(elements):
        place: tuple[Key, ...] = (*at, index)
        yield place, one


_SCRIPT = {"type": "script", "code": "return {}"}
_CALL = {"type": "http", "method": "GET", "url": "https://api.example/"}
_OPTION = {"value": "x", "label": "X"}


def _action(**members: Any) -> dict[str, Any]:
    return {"type": "action", **members}


def _way(condition: Any = None) -> dict[str, Any]:
    return _action(transitions=[{"target": "", **({} if condition is None else {"condition": condition})}])


def _form(**field: Any) -> dict[str, Any]:
    return _shown("form", fields=[{"name": "a", "label": "A", **field}])


def _shown(kind: str, **members: Any) -> dict[str, Any]:
    return {"type": "halting", "presentation": {"type": kind, **members}}


def _told(**members: Any) -> dict[str, Any]:
    return {"type": "halting", "halting_instructions": members}


_EQUALS = {"field": "a", "equals": 1}
SMALLEST: dict[str, dict[str, Any]] = {
    "logic": _action(logic=_SCRIPT),
    "script": _action(logic=_SCRIPT),
    "http": _action(logic=_CALL),
    "retry": _action(logic={**_CALL, "retry": {"attempts": 1}}),
    "headers": _action(logic={**_CALL, "headers": {}}),
    "output": _action(logic={**_SCRIPT, "output": {"path": "a"}}),
    "extract": _action(logic={**_SCRIPT, "output": {"extract": {}}}),
    "logics": _action(logic=[]),
    "transition": _way(),
    "transitions": _way(),
    "selection": {"type": "halting", "transition_mode": "selection", "transitions": [{"target": "", "key": "k"}]},
    "forks": _action(fork=[]),
    "threads": _action(fork={"t": ""}),
    "condition": _way(_EQUALS),
    "comparison": _way(_EQUALS),
    "equals": _way(_EQUALS),
    "not_equals": _way({"field": "a", "not_equals": 1}),
    "operator": _way({"field": "a", "operator": "gt", "value": 1}),
    "in": _way({"field": "a", "operator": "in", "value": [1]}),
    "clauses": _way({"and": []}),
    "presentation": _shown("message", message=""),
    "form": _shown("form", fields=[]),
    "choice": _shown("choice", options=[_OPTION, _OPTION]),
    "message": _shown("message", message=""),
    "fields": _shown("form", fields=[]),
    "field": _form(type="boolean"),
    "field select": _form(type="select", options=[_OPTION]),
    "options": _shown("choice", options=[_OPTION, _OPTION]),
    "option": _shown("choice", options=[_OPTION, _OPTION]),
    "instructions": _told(instruction=""),
    "instructions simple": _told(instruction=""),
    "instructions ai": _told(type="ai", config={"prompt": ""}),
    "instructions message": _told(type="message", config={"message": ""}),
    "config ai": _told(type="ai", config={"prompt": ""}),
    "config message": _told(type="message", config={"message": ""}),
}
"""For each kind a state that has one, for definitions that have none. An empty target stands for any state."""
