"""What a definition asks for and reads nowhere, and what it looks at though nothing sets it: by the names alone."""

import re
from collections.abc import Iterator, Mapping

from interactor_emulator.definition.advice.ways import reached
from interactor_emulator.definition.conditions import fields
from interactor_emulator.definition.model import Definition, HttpCall, Script, State
from interactor_emulator.explore.values.mentioned import codes
from interactor_emulator.jsontext import Json, encode
from interactor_emulator.nearest import nearest

# Types whose answer is there to decide something; a text may be for people to read.
_DECIDING = frozenset({"boolean", "select", "number"})
# `input` as a whole, but for a copy of it: `JSON.stringify(input)`, `check(workflow_data)`.
_WHOLE = re.compile(r"(?<!\.\.\.)\b(?:input|workflow_data)\b(?!\s*(?:\??\.|\[))")
_COPY = re.compile(r"\.\.\.\s*input\b|return\s+input\b|Object\.assign\([^)]*\binput\b")
_WHOLE_TEMPLATE = re.compile(r"\$\{\s*(?:input|workflow_data)\s*\}")


def unread_fields(definition: Definition) -> Iterator[tuple[str, str, bool]]:
    """Each form field whose name occurs nowhere else: its state, its name, whether its answer is one to decide by."""
    text = encode(_without_forms(definition))
    if _WHOLE_TEMPLATE.search(text) or any(_WHOLE.search(code) for code in _codes(definition)):
        return
    for state in definition.states.values():
        for field in _form(state):
            name = field.get("name")
            if isinstance(name, str) and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                yield state.name, name, field.get("type") in _DECIDING


def unset_fields(definition: Definition) -> Iterator[tuple[str, int, str, str | None]]:
    """Each field that a condition looks at, and that nothing sets: the state, the place of the transition, the field,
    and what it may have been meant to be.

    A script that hands its whole input on may set anything, and so may what an HTTP call hears; then only a name that
    is nearly one of those that are asked for is told."""
    asked = [str(field.get("name")) for state in definition.states.values() for field in _form(state)]
    code = "\n".join(_codes(definition))
    words = dict.fromkeys([*asked, *_outputs(definition), *re.findall(r"[A-Za-z_$][\w$]*", code)])
    for state in definition.states.values():
        if state.type == "halting" and not _form(state):
            continue
        open_ = any(_sets_anything(each) for each in _before(state, definition))
        for index, transition in enumerate(state.transitions):
            for field in dict.fromkeys(fields(transition.condition)):
                name = field.split(".")[0]
                near = nearest(name, asked if open_ else words)
                if name not in words and name not in _OF_CHOICES and (near is not None or not open_):
                    yield state.name, index, field, near


_OF_CHOICES = frozenset({"choice", "selected_option"})


def _before(state: State, definition: Definition) -> Iterator[State]:
    """The states from which a way leads to this one, and itself."""
    for each in definition.states.values():
        if state.name in reached(definition, [each.name]):
            yield each


def _sets_anything(state: State) -> bool:
    """Whether data come out of it under names that nobody can see: a copy of the input, what a call hears."""
    if any(_COPY.search(code) for code in codes(state)):
        return True
    return any(isinstance(each, HttpCall) and (each.output is None or each.output.path is None) for each in state.logic)


def _outputs(definition: Definition) -> Iterator[str]:
    """Where `output` puts results."""
    for state in definition.states.values():
        for logic in state.logic:
            if logic.output is not None and logic.output.path is not None:
                yield logic.output.path.split(".")[0]
            yield from (logic.output.extract or {}) if logic.output is not None else ()


def _codes(definition: Definition) -> list[str]:
    return [code for state in definition.states.values() for code in codes(state)]


def _form(state: State) -> list[Mapping[str, Json]]:
    form = (state.presentation or {}).get("fields")
    return [each for each in form if isinstance(each, Mapping)] if isinstance(form, list) else []


def _without_forms(definition: Definition) -> Json:
    """All of the definition in which a field could be read: the names in the forms themselves are left out."""
    return [_read_in(state) for state in definition.states.values()]


def _read_in(state: State) -> Json:
    form = [{key: value for key, value in field.items() if key != "name"} for field in _form(state)]
    told = state.instructions
    return [
        {**(state.presentation or {}), "fields": form},
        [_text_of(logic) for logic in (*state.logic, *state.on_enter)],
        [list(fields(transition.condition)) for transition in state.transitions],
        [] if told is None else [told.text, list(told.include_data)],
    ]


def _text_of(logic: Script | HttpCall) -> Json:
    return logic.code if isinstance(logic, Script) else [logic.url, dict(logic.headers), logic.body]
