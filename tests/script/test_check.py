"""Code has to parse as one function body."""

import asyncio

import pytest
from interactor_emulator.adapters.script.pool import ScriptPool

from .processes import Children
from .verdicts import Run, fault

BROKEN_OUT = [
    "});(function(){",
    "}); globalThis.x = 1; (function(){",
    "}:0; {",
    "}:0; 0?function(){",
    "}:0}); ({script(){",
    "}, x: 0?function(){",
    "}:0, {a(){",
    "}, {",
    "}, function(){",
    "}(1), function(){",
    "}, m(){",
    "}}); ({script(){",
    "}} ; {{",
    "} {",
    "} function g(){",
    "}; function g(){",
    "}; for(;;); {",
    "}; throw 1; {",
    "}\n{",
    "} /*",
    "}/*\n*/{",
    "}//",
    "} `",
    "}, get a(){",
    "}, async *a(){",
    "}, ...{a(){",
    "}]; [function(){",
    "}[0], {a(){",
    "} = {",
    "}) => {",
    "}",
    "}}",
    "{",
]


@pytest.mark.parametrize("code", BROKEN_OUT)
def test_a_body_cannot_end_early(pool: ScriptPool, run: Run, code: str) -> None:
    assert pool.check([code])[0] is not None
    verdict = fault(run(f"{code}\n"))
    assert verdict.kind == "error"
    assert verdict.message.startswith("SyntaxError: ")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "return 1",
        "return { a: 1 } //",
        "return 1 <!--",
        "\n--> an old comment",
        "// only a comment",
        "/* only a comment */",
        "'use strict'; return 1",
        "const input = 1; return input",
        "for (;;);",
        "throw 1",
        "eval('1'); Function('1'); fetch('x')",
        "var f = async () => { await 1 }; function* g() { yield 1 }",
        "return `a${{}}b`",
        "return /}/.test('}')",
        "return '}'",
        "return a ?. b ?? 1n ** 2n",
        "label: for (const [a, { b = 1, ...c }] of []) { continue label }",
        "with ({}) ;",
        "return '\ud800'",
    ],
)
def test_a_function_body_passes(pool: ScriptPool, code: str) -> None:
    assert pool.check([code]) == [None]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("let x = ;", 1),
        ("\n\nlet x = ;", 3),
        ("return `open", 1),
        ("/* open", 1),
        ("a\nb\nc(", 3),
        ("let a; let a;", 1),
        ("import x from 'y'", 1),
        ("export const a = 1", 1),
        ("await 1", 1),
        ("\nreturn super.x", 2),
        ("'use strict'; with (a) {}", 1),
        ("break", 1),
        ("return @", 1),
    ],
)
def test_a_fault_has_its_line(pool: ScriptPool, code: str, line: int) -> None:
    (found,) = pool.check([code])
    assert found is not None
    assert found.message.startswith("SyntaxError: ")
    assert found.line == line


def test_a_regular_expression_is_parsed_too(pool: ScriptPool) -> None:
    (found,) = pool.check(["\nreturn /(/"])
    assert found is not None
    assert found.message.startswith("SyntaxError: ")
    assert found.line in {2, None}


def test_a_column_counts_in_the_code(pool: ScriptPool) -> None:
    """Only quickjs-ng knows columns."""
    first, second = pool.check(["return @", "\n  return @"])
    assert first is not None
    assert second is not None
    assert (first.column, second.column) in {(8, 10), (None, None)}


def test_answers_are_in_order_and_remembered(own_pool: ScriptPool, children: Children) -> None:
    codes = ["return 1", "}", "return 2", "}", "return 1"]
    first = own_pool.check(codes)
    assert [found is None for found in first] == [True, False, True, False, True]
    own_pool.close()
    assert own_pool.check(codes) == first
    assert children() == []


def test_nothing_runs(pool: ScriptPool) -> None:
    assert pool.check(["for (;;);", "throw 1", "(function(){ for (;;); })()"]) == [None, None, None]


def test_no_code_is_an_empty_answer(own_pool: ScriptPool, children: Children) -> None:
    assert own_pool.check([]) == []
    assert children() == []


def test_much_code_at_once(pool: ScriptPool) -> None:
    codes = [f"/* {number} {'x' * 60_000} */ return {number}" for number in range(30)]
    assert pool.check([*codes, "}"])[:30] == [None] * 30


@pytest.mark.parametrize(
    "code",
    [
        "(" * 60_000,
        "[" * 60_000,
        "{" * 60_000,
        "a=>" * 20_000 + "1",
        "!" * 60_000 + "1",
        "`${" * 20_000,
        "/(" + "(" * 60_000 + "/",
    ],
)
def test_monstrous_code_is_a_fault_and_harms_nobody(pool: ScriptPool, code: str) -> None:
    (broken, fine) = pool.check([code + "(", "return 1"])
    assert broken is not None
    assert fine is None


def test_the_same_in_an_event_loop(own_pool: ScriptPool) -> None:
    found = asyncio.run(own_pool.check_async(["return 1", "}", "(" * 60_000]))
    assert [fault is None for fault in found] == [True, False, False]
    assert asyncio.run(own_pool.check_async(["}", "return 1"]))[1] is None
