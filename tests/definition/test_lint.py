"""Rows: a definition that is valid but odd, and the exact advice on it."""

from typing import Any

import pytest
from interactor_emulator.definition.lint import Advice, lint
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.validate import examine
from interactor_emulator.limits import Limits
from interactor_emulator.notices import OF_DEFINITIONS

END = {"type": "terminal"}
IF = {"field": "f", "equals": 1}
SCRIPT = {"type": "script", "code": "return input"}


def advice(source: dict[str, Any]) -> list[Advice]:
    examination = examine(source, Limits())
    assert examination.errors([None] * len(examination.codes)) == []
    return lint(parse(source), source)


def workflow(**states: Any) -> dict[str, Any]:
    return {"name": "w", "initial_state": next(iter(states)), "states": states}


def around(**members: Any) -> dict[str, Any]:
    """A workflow of one state with these members, which ends after it."""
    return workflow(a={"type": "halting", "transitions": [{"to": "end"}], **members}, end=END)


def found(source: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in advice(source)]


def test_the_whole_of_one_piece_of_advice() -> None:
    assert advice({**around(), "ai_guidence": "g"}) == [
        Advice(
            "unknown_field",
            "ai_guidence",
            "Workflow has no member 'ai_guidence'; it is ignored",
            "Did you mean 'ai_guidance'?",
        )
    ]


def test_an_unknown_member_that_is_like_no_other() -> None:
    (one,) = advice({**around(), "zzz": 1})
    assert one.hint == "It may have name, initial_state, ai_guidance and states."


def test_no_more_than_a_hundred_unknown_members_are_told() -> None:
    assert len(advice({**around(), **{f"x{index}": 1 for index in range(100_000)}})) == 100


UNKNOWN: list[tuple[dict[str, Any], str, str]] = [
    (around(onEnter=1), "states.a.onEnter", "Did you mean 'on_enter'?"),
    (around(transitions=[{"to": "end", "when": 1}]), "states.a.transitions[0].when", ""),
    (
        around(presentation={"type": "message", "message": "m", "showProgress": True}),
        "states.a.presentation.showProgress",
        "Did you mean 'show_progress'?",
    ),
    (
        around(on_enter=[{"type": "script", "code": "", "url": "u"}]),
        "states.a.on_enter[0].url",
        "It may have type, code and output.",
    ),
    (around(**{"x" * 1000: 1}), f'states.a["{"x" * 200}…"]', ""),
]


@pytest.mark.parametrize(("source", "path", "hint"), UNKNOWN)
def test_unknown_members(source: dict[str, Any], path: str, hint: str) -> None:
    (one,) = advice(source)
    assert (one.code, one.path) == ("unknown_field", path)
    assert one.hint.startswith(hint)


def test_members_that_a_state_of_this_type_does_not_use() -> None:
    script = {"type": "script", "code": ""}
    message = {"type": "message", "message": "m"}
    source = workflow(
        a={"type": "halting", "logic": script, "transitions": [{"to": "b"}]},
        b={"type": "action", "presentation": message, "transition_mode": None, "transitions": [{"to": "c"}]},
        c={"type": "terminal", "halting_instructions": {"instruction": "i"}, "on_enter": script},
    )
    assert found(source) == [
        ("misplaced_member", "states.a.logic"),
        ("misplaced_member", "states.b.presentation"),
        ("misplaced_member", "states.c.halting_instructions"),
    ]


@pytest.mark.parametrize("name", ["My_Flow", "1st", "_x", "-"])
def test_names_beyond_the_published_pattern(name: str) -> None:
    assert found({**around(), "name": name}) == [("uppercase_name", "name")]


def call(**members: Any) -> dict[str, Any]:
    return around(on_enter={"type": "http", "method": "GET", "url": "u", **members})


def choice(options: int) -> dict[str, Any]:
    made = [{"value": f"v{index}", "label": "l"} for index in range(options)]
    return around(presentation={"type": "choice", "options": made})


def form(*names: str) -> dict[str, Any]:
    fields = [{"name": name, "type": "boolean", "label": "l"} for name in names]
    return around(presentation={"type": "form", "fields": fields})


MISPLACED = around(presentation={"type": "form", "fields": [{"name": "a", "type": "date", "label": "l", "min": 1}]})

BOUNDS: list[tuple[dict[str, Any], str, str | None]] = [
    ({**around(), "ai_guidance": "g" * 1000}, "", None),
    ({**around(), "ai_guidance": "g" * 1001}, "ai_guidance", "AI guidance has 1001 characters"),
    (call(timeout=1000), "", None),
    (call(timeout=30_000), "", None),
    (call(timeout=999), "states.a.on_enter.timeout", "HTTP timeout is 999"),
    (call(timeout=30_001), "states.a.on_enter.timeout", "HTTP timeout is 30001"),
    (call(timeout=10**5000), "states.a.on_enter.timeout", "HTTP timeout is a number"),
    (call(retry={"attempts": 5}), "", None),
    (call(retry={"attempts": 6}), "states.a.on_enter.retry.attempts", "Number of attempts is 6"),
    (choice(2), "", None),
    (choice(20), "", None),
    (choice(1), "states.a.presentation.options", "Number of options is 1"),
    (choice(21), "states.a.presentation.options", "Number of options is 21"),
    (around(presentation={"type": "choice", "options": "${workflow_data.options}"}), "", None),
    (form("a_1"), "", None),
    (form("A"), "states.a.presentation.fields[0].name", "Field name 'A' is unusual"),
]


@pytest.mark.parametrize(("source", "path", "message"), BOUNDS)
def test_published_bounds(source: dict[str, Any], path: str, message: str | None) -> None:
    found = advice(source)
    assert [(one.code, one.path) for one in found] == ([("outside_published_bounds", path)] if message else [])
    assert all(one.message.startswith(f"{message}; the published schema allows") for one in found)


def test_two_fields_of_one_name() -> None:
    assert found(form("a", "b", "a")) == [("duplicate_field_name", "states.a.presentation.fields[2].name")]


Compared = tuple[str, str, Any]


def when(*compared: Compared | None, to: str = "end") -> list[dict[str, Any]]:
    """A transition for each comparison; None for one without a condition."""
    return [{"to": to} if each is None else {"to": to, "condition": comparison(each)} for each in compared]


def both(*compared: Compared) -> list[dict[str, Any]]:
    """One transition for which all of these must hold."""
    return [{"to": "end", "condition": {"and": [comparison(each) for each in compared]}}]


def comparison(compared: Compared) -> dict[str, Any]:
    field, operator, value = compared
    return {"field": field, "operator": operator, "value": value}


def meant(code: str) -> dict[str, Any]:
    return {"to": "end", "condition": IF, "description": f"Nobody asks. # interactor: meant {code}"}


FLOW: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (
        workflow(a={"type": "action", "transitions": [{"to": "b"}]}, b={**END, "transitions": [{"to": "a"}]}),
        [("terminal_transitions", "states.b.transitions")],
    ),
    (workflow(a={"type": "action"}), [("stuck_state", "states.a.transitions")]),
    (workflow(a={"type": "halting", "transitions": []}), [("stuck_state", "states.a.transitions")]),
    (
        around(transitions=[{"to": "end", "condition": IF}, {"to": "end", "condition": IF}]),
        [
            ("shadowed_transition", "states.a.transitions[1]"),
            ("no_fallback_transition", "states.a.transitions[1].condition"),
        ],
    ),
    (
        around(transitions=when(("n", "gt", 5), ("n", "gt", 10), None)),
        [("shadowed_transition", "states.a.transitions[1]")],
    ),
    (around(transitions=when(("n", "gt", 10), ("n", "gt", 5), None)), []),
    # Numbers that are neither: a text, or nothing at all.
    (
        around(transitions=when(("n", "gt", 5), ("n", "lte", 5))),
        [("no_fallback_transition", "states.a.transitions[1].condition")],
    ),
    (
        around(
            transitions=[{"to": "end", "condition": IF, "description": "# interactor: meant no_fallback_transition"}]
        ),
        [],
    ),
    (
        around(transitions=[meant("stuck_state")]),
        [("no_fallback_transition", "states.a.transitions[0].condition")],
    ),
    (around(transitions=when(("n", "equals", 5), ("n", "not_equals", 5))), []),
    (
        around(transitions=[*both(("x", "equals", 1), ("x", "equals", 2)), {"to": "end"}]),
        [("contradiction", "states.a.transitions[0]")],
    ),
    (around(transitions=[*both(("x", "equals", 1), ("y", "equals", 2)), {"to": "end"}]), []),
    (around(transitions=[*both(("tags", "contains", "a"), ("tags", "contains", "b")), {"to": "end"}]), []),
    (
        around(transitions=[{"to": "a", "condition": {"or": [IF, {"field": "f", "not_equals": 1}]}}, {"to": "end"}]),
        [
            ("always_true", "states.a.transitions[0].condition"),
            ("shadowed_transition", "states.a.transitions[1]"),
            ("unreachable_state", "states.end"),
        ],
    ),
    # What the first decision saw the second one sees, too; an answer or a script may have changed it.
    (
        workflow(
            a={"type": "halting", "transitions": [*when(("n", "gt", 5), to="b"), {"to": "end"}]},
            b={"type": "action", "transitions": [*when(("n", "lt", 3), to="c"), {"to": "end"}]},
            c={"type": "halting", "transitions": [*when(("n", "lt", 3), to="b"), {"to": "end"}]},
            end=END,
        ),
        [("impossible_transition", "states.b.transitions[0]"), ("unreachable_state", "states.c")],
    ),
    # A new instance has no data, whatever its input is.
    (
        workflow(a={"type": "action", "transitions": when(("amount", "gt", 5), None)}, end=END),
        [("impossible_transition", "states.a.transitions[0]")],
    ),
    (
        workflow(
            a={
                "type": "action",
                "logic": SCRIPT,
                "transitions": when(("amount", "gt", 5), None),
            },
            end=END,
        ),
        [],
    ),
    (
        around(transitions=[{"to": "end"}, {"to": "a", "condition": IF}, {"to": "a"}]),
        [("shadowed_transition", "states.a.transitions[1]"), ("shadowed_transition", "states.a.transitions[2]")],
    ),
    (
        around(
            transitions=[{"to": "end", "key": "k"}, {"to": "a", "key": "l", "condition": IF}, {"to": "a"}],
            transition_mode="selection",
        ),
        [("unkeyed_transition", "states.a.transitions[2].key")],
    ),
    (workflow(a=END, b=END), [("unreachable_state", "states.b")]),
    # A state that only a transition leads to which is never taken is not reached either.
    (
        workflow(a={"type": "action", "transitions": [{"to": "b"}, {"to": "c"}]}, b=END, c=END),
        [("shadowed_transition", "states.a.transitions[1]"), ("unreachable_state", "states.c")],
    ),
    # In selection mode every transition may be chosen, those after an unconditional one too.
    (
        workflow(
            a={
                "type": "halting",
                "transition_mode": "selection",
                "transitions": [{"to": "b", "key": "k"}, {"to": "c", "key": "l"}],
            },
            b=END,
            c=END,
        ),
        [],
    ),
    (workflow(a={"type": "action", "transitions": [{"to": "a"}]}), [("possible_loop", "states.a")]),
    (
        workflow(
            a={"type": "action", "transitions": [{"to": "b"}]},
            b={"type": "action", "logic": SCRIPT, "transitions": [{"to": "c", "condition": IF}, {"to": "b"}]},
            c={"type": "action", "transitions": [{"to": "b"}]},
        ),
        [("possible_loop", "states.a")],
    ),
    # A way out, though a conditional one: this may well be meant.
    (
        workflow(
            a={"type": "action", "logic": SCRIPT, "transitions": [{"to": "end", "condition": IF}, {"to": "a"}]}, end=END
        ),
        [],
    ),
    # A halt in the circle: each round waits for an answer.
    (
        workflow(
            a={"type": "action", "transitions": [{"to": "b"}]}, b={"type": "halting", "transitions": [{"to": "a"}]}
        ),
        [],
    ),
    # Two circles, one of them unreachable.
    (
        workflow(
            a={"type": "action", "transitions": [{"to": "a"}]}, b={"type": "action", "transitions": [{"to": "b"}]}
        ),
        [("possible_loop", "states.a"), ("unreachable_state", "states.b")],
    ),
]


@pytest.mark.parametrize(("source", "expected"), FLOW)
def test_flow(source: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(source) == expected


def test_what_cannot_be_proven_soon_is_not_told_and_what_is_plain_to_see_is() -> None:
    """Very many conditions, each transition shadowed by the first, and two states that nothing names."""
    many = {
        f"s{number}": {
            "type": "halting",
            "transitions": [
                *when(*((f"n{number}", "gt", each) for each in range(19)), to=f"s{(number + 1) % 50}"),
                {"to": "s0"},
            ],
        }
        for number in range(50)
    }
    codes = [one.code for one in advice(workflow(**many, lost=END, gone=END))]
    assert 0 < codes.count("shadowed_transition") < 50 * 18
    assert codes.count("unreachable_state") == 2


@pytest.mark.parametrize(
    ("transitions", "told"),
    [
        (
            when(("n", "gt", 5), ("n", "gt", 10), None),
            "Transition is never taken: a transition before it is taken first: wherever n gt 10 holds, n gt 5 does too",
        ),
        (when(None, None), "Transition is never taken: a transition before it always holds"),
        (
            both(("x", "equals", 1), ("y", "gt", 0), ("x", "equals", 2)) + when(None),
            "Transition is never taken: its condition contradicts itself: "
            "x equals 1 and x equals 2 never hold together",
        ),
        (
            both(("x", "equals", "y" * 400), ("x", "equals", 2)) + when(None),
            f'Transition is never taken: its condition contradicts itself: x equals "{"y" * 156}…',
        ),
    ],
)
def test_why_a_transition_is_never_taken_is_said(transitions: list[dict[str, Any]], told: str) -> None:
    (one,) = advice(around(transitions=transitions))
    assert one.message == told


def test_a_missing_fallback_says_what_happens() -> None:
    conditional = {"transitions": [{"to": "end", "condition": IF}]}
    (halting,) = advice(around(**conditional))
    (action,) = advice(around(**conditional, type="action", logic=SCRIPT))
    assert halting.message.endswith("where none holds, the workflow refuses the input")
    assert action.message.endswith("where none holds, the workflow fails")


def test_a_loop_names_its_states() -> None:
    states = {f"s{index}": {"type": "action", "transitions": [{"to": f"s{(index + 1) % 6}"}]} for index in range(6)}
    (one,) = advice(workflow(**states))
    assert "('s0', 's1', 's2' and 3 more)" in one.message


def message(text: Any) -> dict[str, Any]:
    return around(presentation={"type": "message", "message": text})


TEMPLATES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (message("${workflow_data.a} ${input.b} ${context.namespace} $${input.c} ${workflow_data}"), []),
    (message("no ${ template $ {x} {y}"), []),
    (message("${data.a} ${data.b}"), [("unknown_template_root", "states.a.presentation.message")]),
    (message("{{ input.id }}"), [("foreign_template", "states.a.presentation.message")]),
    (message("{ { input.id } } ${workflow_data.a}"), []),
    (message("${}"), [("unknown_template_root", "states.a.presentation.message")]),
    (message("${secrets.K}"), [("secret_outside_http", "states.a.presentation.message")]),
    (
        around(
            presentation={
                "type": "form",
                "fields": [{"name": "n", "type": "boolean", "label": "l", "default": {"x": ["${a}"]}}],
            }
        ),
        [("unknown_template_root", "states.a.presentation.fields[0].default.x[0]")],
    ),
    (
        around(halting_instructions={"type": "message", "config": {"title": "${a}", "message": "${secrets.K}"}}),
        [
            ("unknown_template_root", "states.a.halting_instructions.config.title"),
            ("secret_outside_http", "states.a.halting_instructions.config.message"),
        ],
    ),
    (call(url="${secrets.URL}", headers={"A-B": "${secrets.K}"}, body=["${secrets.K}"]), []),
    (
        call(url="${env.URL}", headers={"A-B": "${K}"}, body=[{"c": "${Secrets.K}"}]),
        [
            ("unknown_template_root", "states.a.on_enter.url"),
            ("unknown_template_root", 'states.a.on_enter.headers["A-B"]'),
            ("unknown_template_root", "states.a.on_enter.body[0].c"),
        ],
    ),
    # In a script `${…}` is JavaScript's own.
    (around(on_enter={"type": "script", "code": "return {a: `${secrets.K} ${x}`}"}), []),
]


@pytest.mark.parametrize(("source", "expected"), TEMPLATES)
def test_templates(source: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(source) == expected


def test_a_body_of_any_depth() -> None:
    body: Any = "${nothing}"
    for _ in range(5_000):
        body = [body]
    ((code, _),) = found(call(body=body))
    assert code == "unknown_template_root"


FORK = {"type": "action", "fork": {"one": "end"}, "transitions": [{"to": "wait"}]}
JOIN = {"type": "action", "join": True, "transitions": [{"to": "end"}]}


ASK = {"type": "halting", "transitions": [{"to": "end"}]}
NEVER = {"type": "halting", "transitions": [{"to": "ask"}]}
THREADS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (workflow(a=FORK, wait=JOIN, end=END), []),
    (workflow(a={**FORK, "fork": ["ask"]}, ask=ASK, wait=JOIN, end=END), []),
    (
        workflow(a={"type": "action", "transitions": [{"to": "wait"}]}, wait=JOIN, end=END),
        [("join_without_fork", "states.wait.join")],
    ),
    # On the way of the forked thread only.
    (
        workflow(a={"type": "action", "fork": ["wait"], "transitions": [{"to": "end"}]}, wait=JOIN, end=END),
        [("join_without_fork", "states.wait.join")],
    ),
    (
        workflow(a={**FORK, "fork": {"one": "ask"}}, ask=NEVER, wait=JOIN, end=END),
        [("endless_thread", "states.a.fork.one")],
    ),
    (workflow(a={**FORK, "fork": ["end"] * 10}, wait=JOIN, end=END), [("too_many_threads", "states.a.fork")]),
    (workflow(ask={**ASK, "fork": ["end"]}, end=END), [("misplaced_member", "states.ask.fork")]),
]


@pytest.mark.parametrize(("source", "expected"), THREADS)
def test_threads(source: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(source) == expected


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            {"type": "number", "placeholder": "5"},
            ["number has 'placeholder', which the document gives to string"],
        ),
        ({"type": "date", "step": 1}, ["date has 'step', which the document gives to number"]),
        ({"type": "string", "options": []}, ["string has 'options', which the document gives to select"]),
        ({"type": "file", "accept": "image/*", "required": True, "default": None}, []),
        ({"type": "number", "min": 1, "max": 2, "step": 1}, []),
    ],
)
def test_a_property_of_another_type_of_field_is_told(field: dict[str, Any], told: list[str]) -> None:
    source = form("a")
    source["states"]["a"]["presentation"]["fields"] = [{"name": "a", "label": "A", **field}]
    messages = [
        one.message.removeprefix("Field of type ") for one in advice(source) if one.code == "misplaced_property"
    ]
    assert messages == told


def test_every_code_occurs_in_these_tests() -> None:
    sources = [row[0] for rows in (UNKNOWN, BOUNDS, FLOW, TEMPLATES, THREADS) for row in rows]
    sources += [form("a", "a"), around(logic=[]), {**around(), "name": "W"}, MISPLACED]
    assert {one.code for source in sources for one in advice(source)} == {each.code for each in OF_DEFINITIONS}
