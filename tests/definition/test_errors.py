"""Rows: a definition with faults, and the exact list of errors that it gets."""

from typing import Any

import pytest
from interactor_emulator import Emulator, InvalidWorkflow
from interactor_emulator.definition.validate import examine
from interactor_emulator.effects import SyntaxFault
from interactor_emulator.limits import Limits

Rows = list[tuple[str, str]]


def errors(source: object, limits: Limits | None = None) -> Rows:
    examination = examine(source, limits or Limits())
    return [(finding.path, finding.message) for finding in examination.errors([None] * len(examination.codes))]


def workflow(**states: Any) -> dict[str, Any]:
    return {"name": "w", "initial_state": "a", "states": {"a": {"type": "terminal"}, **states}}


def within(state: str, **members: Any) -> Rows:
    """The errors of one state with these members, their paths beginning within the state."""
    found = errors(workflow(x={"type": state, **members}))
    assert all(path.startswith("states.x.") for path, _ in found)
    return [(path.removeprefix("states.x."), message) for path, message in found]


ROOTS: list[tuple[object, Rows]] = [
    (None, [("", "Workflow definition must be an object, not null")]),
    ([], [("", "Workflow definition must be an object, not an array")]),
    (True, [("", "Workflow definition must be an object, not a boolean")]),
    (
        {},
        [
            ("name", "Workflow needs a name"),
            ("initial_state", "Workflow needs an initial_state: the name of the state in which it starts"),
            ("states", "Workflow needs states: an object with a member for each state"),
        ],
    ),
    (
        {"states": 1, "initial_state": 2, "name": 3, "ai_guidance": 4},
        [
            ("states", "States must be an object, not a number"),
            ("initial_state", "Initial state must be the name of a state, not a number"),
            ("name", "Workflow name must be a string, not a number"),
            ("ai_guidance", "AI guidance must be a string, not a number"),
        ],
    ),
    (
        {"name": None, "initial_state": None, "ai_guidance": None, "states": None},
        [
            ("name", "Workflow name must be a string, not null"),
            ("initial_state", "Initial state must be the name of a state, not null"),
            ("states", "States must be an object, not null"),
        ],
    ),
    (
        {"name": "w", "initial_state": "start", "states": {}},
        [("initial_state", "Initial state 'start' does not exist")],
    ),
    (workflow(x=7), [("states.x", "State must be an object, not a number")]),
    (workflow(x={}), [("states.x.type", "State needs a type: action, halting or terminal")]),
    (workflow(x={"type": None}), [("states.x.type", "State type must be action, halting or terminal, not null")]),
    (
        workflow(x={"type": "Action"}),
        [("states.x.type", "State type 'Action' is unknown; use action, halting or terminal")],
    ),
]


@pytest.mark.parametrize(("source", "expected"), ROOTS)
def test_the_whole(source: object, expected: Rows) -> None:
    assert errors(source) == expected


NAMES: list[tuple[str, list[str]]] = [
    ("a", []),
    ("A-b_9", []),
    ("a" * 64, []),
    ("a" * 65, ["Workflow name has 65 characters; at most 64 are allowed"]),
    ("", ["Workflow name must not be empty"]),
    ("a b", ["Workflow name 'a b' may have letters, digits, underscores and hyphens only"]),
    ("a\n", ["Workflow name 'a\n' may have letters, digits, underscores and hyphens only"]),
    ("été", ["Workflow name 'été' may have letters, digits, underscores and hyphens only"]),
    ("instances", ["Workflow name 'instances' is taken by the API itself; choose another"]),
]


@pytest.mark.parametrize(("name", "messages"), NAMES)
def test_names(name: str, messages: list[str]) -> None:
    assert errors({**workflow(), "name": name}) == [("name", message) for message in messages]


TRANSITIONS: list[tuple[Any, Rows]] = [
    (None, []),
    ([], []),
    ([{"target": "a"}, {"to": "a"}], []),
    ([{"target": "a", "condition": None, "key": None, "description": None, "to": None}], []),
    ({"target": "a"}, [("transitions", "Transitions must be an array, not an object")]),
    (["a", None], [
        ("transitions[0]", "Transition must be an object, not a string"),
        ("transitions[1]", "Transition must be an object, not null"),
    ]),
    ([{"target": "nonexistent"}], [("transitions[0].target", "Target state 'nonexistent' does not exist")]),
    ([{"to": "nonexistent"}], [("transitions[0].to", "Target state 'nonexistent' does not exist")]),
    ([{"target": ["a"]}], [("transitions[0].target", "Target must be the name of a state, not an array")]),
    ([{}], [("transitions[0].target", "Transition needs a target: the name of a state")]),
    ([{"target": None}], [("transitions[0].target", "Transition needs a target: the name of a state")]),
    ([{"target": "a", "to": "a"}], [("transitions[0]", "Transition has both target and to; keep one of them")]),
    ([{"target": "a", "key": 1, "description": 2}], [
        ("transitions[0].key", "Transition key must be a string, not a number"),
        ("transitions[0].description", "Transition description must be a string, not a number"),
    ]),
    ([{"target": "a", "key": "k"}, {"target": "a", "key": "k"}], []),
]  # fmt: skip


@pytest.mark.parametrize(("transitions", "expected"), TRANSITIONS)
@pytest.mark.parametrize("state", ["action", "halting", "terminal"])
def test_transitions(state: str, transitions: Any, expected: Rows) -> None:
    assert within(state, transitions=transitions) == expected


def test_equal_keys_are_an_error_in_selection_mode_only() -> None:
    transitions = [{"to": "a", "key": key} for key in ("yes", "no", "yes")]
    message = "Transition key 'yes' is taken; in selection mode each key is used once"
    assert within("halting", transitions=transitions, transition_mode="selection") == [("transitions[2].key", message)]
    assert within("halting", transitions=transitions, transition_mode="condition") == []


def test_keys_of_different_states_may_be_equal() -> None:
    state = {"type": "halting", "transition_mode": "selection", "transitions": [{"to": "a", "key": "k"}]}
    assert errors(workflow(x=state, y=state)) == []


MODES: list[tuple[Any, Rows]] = [
    (None, []),
    ("auto", [("transition_mode", "Transition mode 'auto' is unknown; use selection or condition")]),
    (1, [("transition_mode", "Transition mode must be selection or condition, not a number")]),
]


@pytest.mark.parametrize(("mode", "expected"), MODES)
def test_transition_mode(mode: Any, expected: Rows) -> None:
    assert within("halting", transition_mode=mode) == expected


NEEDS_FIELD = "Condition needs a field: the path of a value in workflow_data, such as order.total"
NEEDS_VALUE = "Condition with an operator needs a value to compare the field with"
FIELD_ONLY = "Condition on a field needs 'equals', 'not_equals', or 'operator' and 'value'"
ONE_OF = "exactly one of 'equals', 'not_equals', 'operator', 'and' or 'or'"

CONDITIONS: list[tuple[Any, Rows]] = [
    ({"field": "f", "equals": None}, []),
    ({"field": "f", "not_equals": []}, []),
    ({"field": "f", "operator": "equals", "value": None}, []),
    ({"field": "f", "operator": "in", "value": []}, []),
    ({"and": []}, []),
    ({"or": [{"and": [{"field": "f", "equals": 1}]}]}, []),
    ({"field": "f", "equals": 1, "comment": "unknown members are no error"}, []),
    (True, [("", "Condition must be an object, not a boolean")]),
    ([], [("", "Condition must be an object, not an array")]),
    ({}, [("", f"Condition must have {ONE_OF}")]),
    ({"field": "f"}, [(".operator", FIELD_ONLY)]),
    ({"field": "f", "value": 1}, [(".operator", FIELD_ONLY)]),
    ({"field": 1, "value": 1}, [
        (".operator", FIELD_ONLY), (".field", "Condition field must be a string, not a number"),
    ]),
    ({"equals": 1}, [(".field", NEEDS_FIELD)]),
    ({"not_equals": 1}, [(".field", NEEDS_FIELD)]),
    ({"operator": "gt"}, [(".field", NEEDS_FIELD), (".value", NEEDS_VALUE)]),
    ({"field": None, "equals": 1}, [(".field", "Condition field must be a string, not null")]),
    ({"field": "f", "operator": "matches", "value": 1}, [
        (".operator", "Operator 'matches' is unknown; use equals, not_equals, gt, gte, lt, lte, contains or in"),
    ]),
    ({"field": "f", "operator": None, "value": 1}, [
        (".operator", "Operator must be equals, not_equals, gt, gte, lt, lte, contains or in, not null"),
    ]),
    ({"field": "f", "operator": ["in"], "value": 1}, [
        (".operator", "Operator must be equals, not_equals, gt, gte, lt, lte, contains or in, not an array"),
    ]),
    ({"field": "f", "operator": "in", "value": "A"}, [
        (".value", "Operator 'in' needs an array of values, not a string"),
    ]),
    ({"field": "f", "operator": "in", "value": None}, [(".value", "Operator 'in' needs an array of values, not null")]),
    ({"field": "f", "operator": "in"}, [(".value", NEEDS_VALUE)]),
    ({"field": "f", "equals": 1, "not_equals": 2}, [
        ("", f"Condition has 'equals' and 'not_equals'; it must have {ONE_OF}"),
    ]),
    ({"field": "f", "equals": 1, "value": 2}, [("", "Condition with 'equals' must not have 'value' beside it")]),
    ({"and": [], "field": "f"}, [("", "Condition with 'and' must not have 'field' beside it")]),
    ({"and": [], "or": 1}, [
        ("", f"Condition has 'and' and 'or'; it must have {ONE_OF}"),
        (".or", "Condition 'or' must be an array, not a number"),
    ]),
    ({"and": None}, [(".and", "Condition 'and' must be an array, not null")]),
    ({"or": {"field": "f", "equals": 1}}, [(".or", "Condition 'or' must be an array, not an object")]),
    ({"or": [None, {"and": [{"field": 1, "equals": 1}]}]}, [
        (".or[0]", "Condition must be an object, not null"),
        (".or[1].and[0].field", "Condition field must be a string, not a number"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions(condition: Any, expected: Rows) -> None:
    found = within("action", transitions=[{"target": "a", "condition": condition}])
    assert found == [(f"transitions[0].condition{path}", message) for path, message in expected]


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": "f", "equals": 1}
    for _ in range(depth):
        condition = {"and": [condition]}
    return condition


def test_conditions_may_be_as_deep_as_json() -> None:
    # Five levels lead to the condition itself, two to each further one, and its own members are one more.
    assert within("action", transitions=[{"target": "a", "condition": nested(47)}]) == []


def test_a_condition_that_is_too_deep_is_one_error() -> None:
    ((path, message),) = within("action", transitions=[{"target": "a", "condition": nested(5_000)}])
    assert message == "Condition is nested too deeply; at most 100 levels are allowed"
    assert path == "transitions[0].condition" + 48 * ".and[0]"


FORKS: list[tuple[Any, Rows]] = [
    (None, []),
    ({}, []),
    ([], []),
    (["a"], []),
    ({"finance": "a", "legal-2": "a"}, []),
    ("a", [("", "Fork must be an object of threads and states, or an array of states, not a string")]),
    (["nope"], [("[0]", "Target state 'nope' does not exist")]),
    ({"one": 1}, [(".one", "Target must be the name of a state, not a number")]),
    ({"one": "nope"}, [(".one", "Target state 'nope' does not exist")]),
    ({"main": "a"}, [
        (".main", "Thread name 'main' may have 1 to 64 letters, digits, underscores and hyphens, and not be main"),
    ]),
    ({"a/b": "a"}, [
        ('["a/b"]', "Thread name 'a/b' may have 1 to 64 letters, digits, underscores and hyphens, and not be main"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("fork", "expected"), FORKS)
def test_forks(fork: Any, expected: Rows) -> None:
    found = within("action", fork=fork, transitions=[{"target": "a"}])
    assert found == [(f"fork{path}", message) for path, message in expected]


@pytest.mark.parametrize(("join", "expected"), [(None, []), (True, []), (1, ["Join must be true or false, not 1"])])
def test_joins(join: Any, expected: list[str]) -> None:
    assert [message for _, message in within("action", join=join, transitions=[{"target": "a"}])] == expected


LOGIC: list[tuple[Any, Rows]] = [
    (None, []),
    ([], []),
    ({"type": "script", "code": ""}, []),
    ({"type": "http", "method": "DELETE", "url": ""}, []),
    ({"type": "http", "method": "PUT", "url": "u", "headers": {}, "body": [1], "timeout": 0.5}, []),
    ({"type": "http", "method": "GET", "url": "u", "headers": None, "body": None, "timeout": None, "retry": None}, []),
    ({"type": "http", "method": "GET", "url": "u", "retry": {"attempts": 3.0, "backoff": None}}, []),
    ({"type": "script", "code": "", "output": "a.b"}, []),
    ({"type": "script", "code": "", "output": {"path": "p", "mode": "merge", "extract": {"a": "b.c"}}}, []),
    ("return {}", [("", "Logic must be an object, not a string")]),
    ([1, {"type": "script", "code": 1}], [
        ("[0]", "Logic must be an object, not a number"),
        ("[1].code", "Script code must be a string, not a number"),
    ]),
    ({}, [(".type", "Logic needs a type: script or http")]),
    ({"type": "python"}, [(".type", "Logic type 'python' is unknown; use script or http")]),
    ({"type": {}}, [(".type", "Logic type must be script or http, not an object")]),
    ({"type": "script"}, [(".code", "Script logic needs code: the body of a JavaScript function")]),
    ({"type": "script", "code": None}, [(".code", "Script code must be a string, not null")]),
    ({"type": "http"}, [
        (".method", "HTTP logic needs a method: GET, POST, PUT, PATCH or DELETE"),
        (".url", "HTTP logic needs a url: the address to call"),
    ]),
    ({"type": "http", "method": "post", "url": None, "headers": []}, [
        (".method", "HTTP method 'post' is unknown; use GET, POST, PUT, PATCH or DELETE"),
        (".url", "HTTP url must be a string, not null"),
        (".headers", "HTTP headers must be an object, not an array"),
    ]),
    ({"type": "http", "method": "GET", "url": "u", "headers": {"Content-Length": 3, "x": None}}, [
        ('.headers["Content-Length"]', "Header value must be a string, not a number"),
        (".headers.x", "Header value must be a string, not null"),
    ]),
    *[
        (
            {"type": "http", "method": "GET", "url": "u", "timeout": timeout},
            [(".timeout", f"HTTP timeout must be a number of milliseconds above 0, not {given}")],
        )
        for timeout, given in [
            (0, "0"),
            (-1, "-1"),
            (-(10**5000), "a number"),
            (True, "a boolean"),
            ("30000", "a string"),
            (float("inf"), "a number"),
            (float("nan"), "a number"),
        ]
    ],
    ({"type": "http", "method": "GET", "url": "u", "retry": 3}, [(".retry", "Retry must be an object, not a number")]),
    ({"type": "http", "method": "GET", "url": "u", "retry": {}}, [
        (".retry.attempts", "Retry needs attempts: the number of tries in all"),
    ]),
    ({"type": "http", "method": "GET", "url": "u", "retry": {"attempts": 0, "backoff": "none"}}, [
        (".retry.attempts", "Retry attempts must be a whole number from 1 up, not 0"),
        (".retry.backoff", "Retry backoff 'none' is unknown; use linear or exponential"),
    ]),
    ({"type": "http", "method": "GET", "url": "u", "retry": {"attempts": True}}, [
        (".retry.attempts", "Retry attempts must be a whole number from 1 up, not a boolean"),
    ]),
    ({"type": "http", "method": "GET", "url": "u", "retry": {"attempts": 1.5}}, [
        (".retry.attempts", "Retry attempts must be a whole number from 1 up, not 1.5"),
    ]),
    ({"type": "script", "code": "", "output": 1}, [
        (".output", "Output must be a path or an object with path, mode or extract, not a number"),
    ]),
    ({"type": "script", "code": "", "output": {"path": 1, "mode": "append", "extract": {"a": 1}}}, [
        (".output.path", "Output path must be a string, not a number"),
        (".output.mode", "Output mode 'append' is unknown; use replace or merge"),
        (".output.extract.a", "Path to extract must be a string, not a number"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "expected"), LOGIC)
@pytest.mark.parametrize("member", ["logic", "on_enter"])
@pytest.mark.parametrize("state", ["action", "terminal"])
def test_logic(state: str, member: str, logic: Any, expected: Rows) -> None:
    assert within(state, **{member: logic}) == [(member + path, message) for path, message in expected]


PRESENTATIONS: list[tuple[Any, Rows]] = [
    ([], [("", "Presentation must be an object, not an array")]),
    ({}, [(".type", "Presentation needs a type: form, choice or message")]),
    ({"type": "page"}, [(".type", "Presentation type 'page' is unknown; use form, choice or message")]),
    ({"type": "form"}, [(".fields", "Presentation of type form needs fields: an array of form fields")]),
    ({"type": "form", "fields": None}, [(".fields", "Presentation fields must be an array, not null")]),
    ({"type": "form", "fields": []}, []),
    ({"type": "form", "fields": "${workflow_data.fields}"}, []),
    ({"type": "form", "fields": "f ${workflow_data.fields}"}, [
        (".fields", "Presentation fields must be an array, not a string"),
    ]),
    ({"type": "choice"}, [
        (".options", "Presentation of type choice needs options: an array of objects with value and label"),
    ]),
    ({"type": "choice", "options": [{}, 1, {"value": 1, "label": None, "description": 2}]}, [
        (".options[0].value", "Option needs a value: what the answer will hold"),
        (".options[0].label", "Option needs a label: what the user reads"),
        (".options[1]", "Option must be an object, not a number"),
        (".options[2].value", "Option value must be a string, not a number"),
        (".options[2].label", "Option label must be a string, not null"),
        (".options[2].description", "Option description must be a string, not a number"),
    ]),
    ({"type": "choice", "options": "${workflow_data.options}"}, []),
    ({"type": "message"}, [(".message", "Presentation of type message needs a message: the text to show")]),
    ({"type": "message", "message": "m", "title": None}, []),
    ({"type": "message", "message": 1, "title": 2, "description": 3, "show_progress": "yes"}, [
        (".message", "Presentation message must be a string, not a number"),
        (".title", "Presentation title must be a string, not a number"),
        (".description", "Presentation description must be a string, not a number"),
        (".show_progress", "Presentation show_progress must be true or false, not a string"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("presentation", "expected"), PRESENTATIONS)
def test_presentations(presentation: Any, expected: Rows) -> None:
    found = within("halting", presentation=presentation)
    assert found == [(f"presentation{path}", message) for path, message in expected]


PROPERTIES = (
    "it may have name, type, label, required, default, multiline, placeholder, maxLength, min, max, step, options, "
    "minDate, maxDate, accept and maxSize"
)

FIELDS: list[tuple[Any, Rows]] = [
    ("name", [("", "Field must be an object, not a string")]),
    ({}, [
        (".name", "Field needs a name: the member of the input that holds its answer"),
        (".type", "Field needs a type: string, number, boolean, select, date or file"),
        (".label", "Field needs a label: what the user reads"),
    ]),
    ({"name": "n", "label": "l", "type": "text"}, [
        (".type", "Field type 'text' is unknown; use string, number, boolean, select, date or file"),
    ]),
    # A field of no known type may have the properties of any.
    ({"name": "n", "label": "l", "type": "text", "min": 1, "multiline": 1}, [
        (".type", "Field type 'text' is unknown; use string, number, boolean, select, date or file"),
        (".multiline", "Field multiline must be true or false, not 1"),
    ]),
    ({"name": 1, "label": 2, "type": "boolean", "required": "yes", "placeholder": 3}, [
        (".name", "Field name must be a string, not a number"),
        (".label", "Field label must be a string, not a number"),
        (".required", "Field required must be true or false, not a string"),
        (".placeholder", "Field placeholder must be a string, not a number"),
    ]),
    ({"name": "n", "label": "l", "type": "string", "multiline": True, "maxLength": 0, "default": {}}, []),
    ({"name": "n", "label": "l", "type": "string", "maxLength": -1}, [
        (".maxLength", "Field maxLength must be a whole number from 0 up, not -1"),
    ]),
    ({"name": "n", "label": "l", "type": "string", "maxlength": 1}, [
        (".maxlength", f"Field of type string has no property 'maxlength'; {PROPERTIES}"),
    ]),
    ({"name": "n", "label": "l", "type": "number", "min": -1.5, "max": 10**400, "step": 0.1}, []),
    ({"name": "n", "label": "l", "type": "number", "min": "${workflow_data.least}", "step": 0, "max": "9"}, [
        (".step", "Field step must be a number above 0, not 0"),
        (".max", "Field max must be a number, not a string"),
    ]),
    ({"name": "n", "label": "l", "type": "boolean", "min": 1}, []),
    ({"name": "n", "label": "l", "type": "boolean", "min": "1"}, [
        (".min", "Field min must be a number, not a string"),
    ]),
    ({"name": "n", "label": "l", "type": "boolean", "x-y": None}, [
        ('["x-y"]', f"Field of type boolean has no property 'x-y'; {PROPERTIES}"),
    ]),
    ({"name": "n", "label": "l", "type": "select"}, [
        (".options", "Field of type select needs options: an array of objects with value and label"),
    ]),
    ({"name": "n", "label": "l", "type": "select", "options": [{"value": "v"}]}, [
        (".options[0].label", "Option needs a label: what the user reads"),
    ]),
    ({"name": "n", "label": "l", "type": "date", "minDate": "2026-01-01", "maxDate": 2027}, [
        (".maxDate", "Field maxDate must be a string, not a number"),
    ]),
    ({"name": "n", "label": "l", "type": "file", "accept": ["image/png"], "maxSize": 1}, []),
    ({"name": "n", "label": "l", "type": "file", "accept": "image/*,.pdf"}, []),
    ({"name": "n", "label": "l", "type": "file", "accept": [1], "maxSize": "10 MB"}, [
        (".accept[0]", "MIME type must be a string, not a number"),
        (".maxSize", "Field maxSize must be a whole number from 0 up, not a string"),
    ]),
    ({"name": "n", "label": "l", "type": "file", "accept": True}, [
        (".accept", "File accept must be a string or an array of MIME types, not a boolean"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "expected"), FIELDS)
def test_fields(field: Any, expected: Rows) -> None:
    found = within("halting", presentation={"type": "form", "fields": [field]})
    assert found == [(f"presentation.fields[0]{path}", message) for path, message in expected]


NEITHER = "Halting instructions need a type (ai or message) with a config, or an instruction"

INSTRUCTIONS: list[tuple[Any, Rows]] = [
    ("Wait.", [("", "Halting instructions must be an object, not a string")]),
    ({}, [(".type", NEITHER)]),
    ({"type": None}, [(".type", "Halting instructions type must be ai or message, not null")]),
    ({"config": {"prompt": "p"}}, [(".type", NEITHER)]),
    ({"type": "email", "config": {}}, [(".type", "Halting instructions type 'email' is unknown; use ai or message")]),
    ({"type": "ai"}, [(".config", "Halting instructions of type ai need a config: an object")]),
    ({"type": "message", "config": "m"}, [(".config", "Config of a static message must be an object, not a string")]),
    ({"type": "message", "config": {"title": 1}}, [
        (".config.message", "Config of a static message needs a message: the text to show"),
        (".config.title", "Message title must be a string, not a number"),
    ]),
    ({"type": "ai", "config": {"model": 1, "include_data_paths": ["a", 1]}}, [
        (".config.prompt", "Config of AI instructions needs a prompt: what the text shall say"),
        (".config.model", "AI model must be a string, not a number"),
        (".config.include_data_paths[1]", "Path to include must be a string, not a number"),
    ]),
    ({"instruction": None}, [(".instruction", "Instruction must be a string, not null")]),
    ({"instruction": "i", "include_data": "order"}, [
        (".include_data", "Data to include must be an array, not a string"),
    ]),
    ({"instruction": "i", "type": None, "include_data": None}, []),
    ({"instruction": "i", "type": 1}, [(".type", "Halting instructions type must be ai or message, not a number")]),
]  # fmt: skip


@pytest.mark.parametrize(("instructions", "expected"), INSTRUCTIONS)
def test_instructions(instructions: Any, expected: Rows) -> None:
    found = within("halting", halting_instructions=instructions)
    assert found == [(f"halting_instructions{path}", message) for path, message in expected]


LIMITS: list[tuple[str, Any, int, Rows]] = [
    (
        "states_per_workflow",
        {"y": {"type": "terminal"}},
        2,
        [("states", "Workflow has 3 states; at most 2 are allowed")],
    ),
    (
        "transitions_per_state",
        {"x": {"type": "action", "transitions": [{"to": "a"}] * 3}},
        2,
        [("states.x.transitions", "State has 3 transitions; at most 2 are allowed")],
    ),
    (
        "presentation_fields",
        {"x": {"type": "halting", "presentation": {"type": "form", "fields": [
            {"name": f"f{index}", "type": "boolean", "label": "l"} for index in range(3)]}}},
        2,
        [("states.x.presentation.fields", "Presentation has 3 fields; at most 2 are allowed")],
    ),
    (
        "script_code_bytes",
        {"x": {"type": "action", "logic": {"type": "script", "code": "'é'"}}},
        3,
        [("states.x.logic.code", "Script code has 4 bytes; at most 3 are allowed")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "states", "most", "expected"), LIMITS)
def test_limits(limit: str, states: dict[str, Any], most: int, expected: Rows) -> None:
    source = workflow(**{"x": {"type": "terminal"}, **states})
    assert errors(source, Limits(**{limit: most})) == expected
    assert errors(source, Limits(**{limit: most + 1})) == []


def test_so_has_the_name_of_a_workflow() -> None:
    limits = Limits(workflow_name_characters=2)
    told = [("name", "Workflow name has 3 characters; at most 2 are allowed")]
    assert [errors({**workflow(), "name": name}, limits) for name in ("ww", "www")] == [[], told]


def test_members_beyond_a_limit_are_examined_too() -> None:
    transitions = [*([{"to": "a"}] * 20), {"to": "b"}]
    assert within("action", transitions=transitions) == [
        ("transitions", "State has 21 transitions; at most 20 are allowed"),
        ("transitions[20].to", "Target state 'b' does not exist"),
    ]


def test_unknown_members_are_no_errors() -> None:
    extra = {"x-extra": 1}
    state = {
        "type": "halting",
        "presentation": {"type": "choice", "options": [{"value": "v", "label": "l", **extra}], **extra},
        "logic": {"type": "http", "method": "GET", "url": "u", "retry": {"attempts": 1, **extra}, **extra},
        "transitions": [{"to": "a", **extra}],
        "fork": ["a"],
        "join": True,
        **extra,
    }
    assert errors({**workflow(x=state), **extra}) == []


def test_names_that_are_no_identifiers_are_quoted_in_paths() -> None:
    source = workflow(**{"e.nd": {}, 'say "é"\n': {}, "": {}, "x" * 300: {}})
    assert [path for path, _ in errors(source)] == [
        'states["e.nd"].type',
        r'states["say \"é\"\n"].type',
        'states[""].type',
        f'states["{"x" * 200}…"].type',
    ]


def test_long_values_are_cut() -> None:
    found = errors(workflow(x={"type": "y" * 10_000, "transitions": [{"to": "z" * 10_000}]}))
    assert len(found) == 2
    for path, message in found:
        assert len(message) <= 300
        assert "…" in message
        assert len(path) < 300


def test_half_surrogates_can_be_sent() -> None:
    for finding in errors(workflow(**{"\ud800": {"type": "\udfff"}})):
        "".join(finding).encode()


def test_targets_are_not_judged_where_there_is_no_object_of_states() -> None:
    assert errors({"name": "w", "initial_state": "a", "states": [{"transitions": []}]}) == [
        ("states", "States must be an object, not an array"),
    ]


def test_wrong_code_stands_in_document_order() -> None:
    source = workflow(
        x={
            "type": "action",
            "on_enter": {"type": "script", "code": "one"},
            "logic": [{"type": "script", "code": "two"}],
        },
        y={},
        z={"type": "action", "logic": {"type": "script", "code": "three"}},
    )
    examination = examine(source, Limits())
    assert examination.codes == ["one", "two", "three"]
    faults = [SyntaxFault("unexpected token", 3, None), None, SyntaxFault("y" * 500, None, None)]
    assert examination.errors(faults) == [
        ("states.x.on_enter.code", "Script is not a valid function body: unexpected token (line 3)"),
        ("states.y.type", "State needs a type: action, halting or terminal"),
        ("states.z.logic.code", f"Script is not a valid function body: {'y' * 199}…"),
    ]


def test_code_that_is_too_long_is_not_parsed() -> None:
    source = workflow(x={"type": "action", "logic": {"type": "script", "code": "x" * (64 * 1024 + 1)}})
    assert examine(source, Limits()).codes == []


@pytest.mark.parametrize("number", [998, 999, 1_000, 100_000])
def test_at_most_a_thousand_errors_are_listed_the_first_ones(number: int) -> None:
    found = errors(workflow(**{f"s{index}": None for index in range(number)}))
    assert len(found) == min(1_000, number + 1)
    assert [path for path, _ in found[:3]] == ["states", "states.s0", "states.s1"]


def test_of_a_thousand_errors_those_of_code_are_some() -> None:
    """Code is judged later, and has its place all the same: between one that is no text and another."""
    logic = [{"type": "script", "code": "}"}, {"type": "script", "code": 5}] * 600
    with pytest.raises(InvalidWorkflow) as refused:
        Emulator().load(workflow(x={"type": "action", "logic": logic}))
    paths = [error["path"] for error in refused.value.errors]
    assert paths == [f"states.x.logic[{index}].code" for index in range(1_000)]


def test_what_is_no_json_is_refused_too() -> None:
    found = within("halting", presentation=(), transitions={1}, logic=object())
    assert [message for _, message in found] == [
        "Presentation must be an object, not something that is not JSON",
        "Transitions must be an array, not something that is not JSON",
        "Logic must be an object, not something that is not JSON",
    ]
