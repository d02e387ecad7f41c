"""What a script is given, what it may return, and what becomes of it."""

from typing import Any

import pytest
from interactor_emulator.effects import ScriptFault, ScriptResult

from .verdicts import Evaluate, Run, fault, result

NOON = 1_768_910_400_000  # 2026-01-20T12:00:00Z


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("", None),
        ("return", None),
        ("return undefined", None),
        ("return null", None),
        ("return {}", {}),
        (
            "return { a: 1, b: 'x', c: null, d: true, e: [1, { f: 2 }] }",
            {"a": 1, "b": "x", "c": None, "d": True, "e": [1, {"f": 2}]},
        ),
        ("return { f() {}, u: undefined, s: Symbol('s'), n: NaN, i: 1 / 0, m: -0 }", {"n": None, "i": None, "m": 0}),
        ("return { at: new Date() }", {"at": "2026-01-20T12:00:00.000Z"}),
        ("return { toJSON() { return { a: 1 } } }", {"a": 1}),
        ("return new (class { constructor() { this.a = 1 } })()", {"a": 1}),
        ("return Object.assign(Object.create(null), { a: 1 })", {"a": 1}),
        ("return new Map([[1, 2]])", {}),
        ("return { ...workflow_data, b: input.b, ns: context.namespace }", {"a": 1, "b": 2, "ns": "user_1"}),
        ("workflow_data.a = 5; return { a: workflow_data.a }", {"a": 5}),
        ("const input = 1; return { input }", {"input": 1}),
        ("var secrets = 2; let context = 3; return { secrets, context }", {"secrets": 2, "context": 3}),
        ("return { ok: !!secrets.KEY, keys: Object.keys(secrets) }", {"ok": True, "keys": ["KEY"]}),
        ("secrets.KEY = 'x'; secrets.NEW = 1; delete secrets.KEY; return { ...secrets }", {"KEY": "s3cret"}),
        ("secrets = {}; return { k: secrets.KEY }", {"k": "s3cret"}),
        ("return { a: 1 } // a comment at the end", {"a": 1}),
        ("return { a: 1 } <!-- and an old one", {"a": 1}),
        ("'use strict'; return { self: this === undefined }", {"self": True}),
        ("undeclared = 1; return { undeclared }", {"undeclared": 1}),
        ("return { a: arguments.length }", {"a": 0}),
        ("return { s: '\\ud800', z: 'a\\0b', e: '😀', u: 'ü' }", {"s": "\ud800", "z": "a\0b", "e": "😀", "u": "ü"}),
        (
            "let s = ''; for (let i = 0; i < 20000; i++) s += 'ab'; return { s: s.length, t: s.slice(-3) }",
            {"s": 40000, "t": "bab"},
        ),
        ('return JSON.parse(\'{"__proto__": {"a": 1}}\')', {"__proto__": {"a": 1}}),
        ("let r = 0; outer: for (const x of [1, 2, 3]) { for (;;) { r += x; continue outer } } return { r }", {"r": 6}),
        ("function f(n) { return n ? 1 + f(n - 1) : 0 } return { n: f(400) }", {"n": 400}),
    ],
)
def test_returns(run: Run, code: str, value: Any) -> None:
    verdict = run(
        code,
        input={"b": 2},
        workflow_data={"a": 1},
        context={"namespace": "user_1"},
        secrets={"KEY": "s3cret"},
        now_ms=NOON,
    )
    assert verdict == ScriptResult(value, [])


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("return [1]", "an array"),
        ("return []", "an array"),
        ("return 1", "a number"),
        ("return 'x'", "a string"),
        ("return false", "a boolean"),
        ("return 1n", "a BigInt"),
        ("return Symbol()", "a symbol"),
        ("return () => 1", "a function"),
        ("return (async () => ({}))()", "a promise (asynchronous code is not supported)"),
        ("return new Date()", 'an object that JSON writes as "2026-01-20T12:00:00.000Z"'),
        ("return { toJSON() { return [1] } }", "an object that JSON writes as [1]"),
        ("return { toJSON() {} }", "an object that JSON leaves out"),
        ("return new String('x')", 'an object that JSON writes as "x"'),
        ("return new Proxy([], {})", "an array"),
    ],
)
def test_refuses_what_is_no_object(run: Run, code: str, what: str) -> None:
    verdict = run(code, now_ms=NOON)
    assert verdict == ScriptFault("error", f"Script must return a plain object, it returned {what}", None, None, [])


@pytest.mark.parametrize(
    ("code", "message", "line"),
    [
        ("null.x", "TypeError: cannot read property 'x' of null", 1),
        ("\n\n  null.x", "TypeError: cannot read property 'x' of null", 3),
        ("throw new Error('one line')", "Error: one line", 1),
        ("return JSON.parse(JSON.stringify((() => { throw new Error('in one line') })()))", "Error: in one line", 1),
        ("const a = 1\nthrow new RangeError('two')", "RangeError: two", 2),
        ("throw new Error('two\\nlines')", "Error: two\nlines", 1),
        ("function f() {\n  const a = 1\n  throw new Error('inner')\n}\nf()", "Error: inner", 3),
        ("class Mine extends Error { get name() { return 'Mine' } }\nthrow new Mine('x')", "Mine: x", None),
        ("\n\neval('1')", "EvalError: eval is not available in scripts", 3),
        ("\nreturn { toJSON() {\n let a = 1\n throw new Error('late') } }", "Error: late", 4),
        ("const o = {}; o.o = o; return o", "TypeError: circular reference", None),
        ("throw 'text'", "Thrown: text", None),
        ("throw 5", "Thrown: 5", None),
        ("throw { code: 7 }", 'Thrown: {"code":7}', None),
        ("throw undefined", "Thrown: undefined", None),
        ("throw null", "Thrown: null", None),
        ("throw Symbol('s')", "Thrown: Symbol(s)", None),
        ("throw 1n", "Thrown: 1n", None),
        ("throw () => 1", "Thrown: [function]", None),
        ("throw Object.defineProperty(new Error('x'), 'stack', { value: 5 })", "Error: x", None),
    ],
)
def test_an_error_is_told_with_its_line(run: Run, code: str, message: str, line: int | None) -> None:
    verdict = fault(run(code))
    assert (verdict.kind, verdict.message) == ("error", message)
    if line is not None:
        assert verdict.line == line


@pytest.mark.parametrize(
    "code",
    ["throw 1", "const o = {}; o.o = o; return o", "const e = new Error(); e.stack = 'at x (<input>:1)'; return [1]"],
)
def test_there_is_no_line_where_none_is_certain(run: Run, code: str) -> None:
    assert fault(run(code)).line is None


def test_the_line_of_a_function_in_one_line_is_not_guessed(run: Run) -> None:
    """quickjs leaves it out, and the caller's line would be another one; quickjs-ng has it."""
    assert fault(run("const f = () => null.x\n\nf()\nreturn {}")).line in {1, None}


def test_a_big_integer_in_the_result_is_an_error(run: Run) -> None:
    verdict = fault(run("return { n: 1n }"))
    assert verdict.kind == "error"
    assert verdict.message.startswith("TypeError: ")


def test_a_message_is_bounded(run: Run) -> None:
    assert len(fault(run("throw 'x'.repeat(1e6)")).message) == 2000
    assert len(fault(run("throw new Error('x'.repeat(1e6))")).message) == 2000


@pytest.mark.parametrize("depth", [99, 100])
def test_a_result_may_be_as_deep_as_a_body(run: Run, depth: int) -> None:
    assert isinstance(run(f"let o = {{}}; for (let i = 1; i < {depth}; i++) o = {{ o }}; return o"), ScriptResult)


@pytest.mark.parametrize("depth", [101, 150, 900])
def test_a_deeper_result_is_refused(run: Run, depth: int) -> None:
    verdict = run(f"let o = {{}}; for (let i = 1; i < {depth}; i++) o = {{ o }}; return o")
    assert fault(verdict).message == "Script must return an object nested at most 100 deep"


def test_a_wide_result_is_not_deep(run: Run) -> None:
    verdict = run("return { all: Array.from({ length: 1000 }, (_, i) => ({ i })) }")
    assert result(verdict).value == {"all": [{"i": number} for number in range(1000)]}


@pytest.mark.parametrize(
    ("value", "seen"),
    [(2**53, "9007199254740992"), (2**70, "1.1805916207174113e+21"), (-(2**40), "-1099511627776"), (1.5, "1.5")],
)
def test_numbers_are_those_of_javascript(run: Run, value: Any, seen: str) -> None:
    assert result(run("return { n: String(input.n) }", input={"n": value})).value == {"n": seen}


@pytest.mark.parametrize("text", ["\ud800", "\udc00x", "a\0b", "\u2028", "😀", "</script>", "x" * 300_000])
def test_text_survives_both_ways(run: Run, text: str) -> None:
    verdict = run("return { t: input.t, [input.t.slice(0, 9)]: 1 }", input={"t": text})
    assert result(verdict).value == {"t": text, text[:9]: 1}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("'a', 'b'", "a b"),
        ("", ""),
        ("1, -0, 1.5, 1n, NaN, true, null, undefined", "1 -0 1.5 1n NaN true null undefined"),
        ("{ a: [1, 'x'] }, [1, 2]", '{"a":[1,"x"]} [1,2]'),
        ("Symbol('s'), () => 1", "Symbol(s) [function]"),
        ("new TypeError('bad')", "TypeError: bad"),
        ("(() => { const o = {}; o.o = o; return o })()", "[object]"),
        ("{ toJSON() { throw 1 } }", "[object]"),
        ("{ get a() { throw 1 } }", "[object]"),
        ("new Proxy({}, { get() { throw 1 } })", "[object]"),
        ("Object.create(null)", "{}"),
        ("'two\\nlines'", "two\nlines"),
        ("'x'.repeat(2000)", "x" * 1000),
        ("'x'.repeat(999), 'yz'", "x" * 999 + " "),
        ("'x'.repeat(999) + '😀'", "x" * 999),
    ],
)
@pytest.mark.parametrize("method", ["log", "error"])
def test_the_console_writes_a_line(run: Run, method: str, arguments: str, line: str) -> None:
    assert run(f"console.{method}({arguments})") == ScriptResult(None, [line])


def test_all_methods_of_the_console_write(run: Run) -> None:
    verdict = run(
        "for (const m of ['log', 'info', 'warn', 'error', 'debug']) console[m](m); const { log } = console; log('free')"
    )
    assert verdict.logs == ["log", "info", "warn", "error", "debug", "free"]


def test_lines_are_bounded(run: Run) -> None:
    assert run("for (let i = 0; i < 1e4; i++) console.log(i)").logs == [str(number) for number in range(100)]
    assert (
        run("for (let i = 0; i < 9; i++) console.log('abcdef')", log_lines=2, log_line_characters=3).logs == ["abc"] * 2
    )
    assert run("console.log({ toJSON() { console.log('inner'); return 1 } })", log_lines=1).logs == ["inner"]


@pytest.mark.parametrize("end", ["throw 1", "return [1]", "null.x", "'x'.repeat(2 ** 29)"])
def test_what_was_logged_before_a_failure_is_kept(run: Run, end: str) -> None:
    assert run(f"console.log('before');\n{end}").logs == ["before"]


def test_what_was_logged_before_the_time_was_up_is_kept_where_possible(run: Run) -> None:
    """On a busy machine the process may be ended first."""
    assert run("console.log('before');\nfor (;;);", seconds=0.3).logs in (["before"], [])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("Date.now()", NOON),
        ("new Date().getTime()", NOON),
        ("Date()", "Tue Jan 20 2026 12:00:00 GMT+0000"),
        ("new Date().getTimezoneOffset()", 0),
        ("new Date(0).getTime()", 0),
        ("new Date(undefined).getTime()", None),
        ("new Date(2026, 0, 2, 3).toISOString()", "2026-01-02T03:00:00.000Z"),
        ("new Date().constructor === Date", True),
        ("new (class D extends Date {})().getTime()", NOON),
        ("Reflect.construct(Date, []).getTime()", NOON),
        ("new Date() instanceof Date", True),
        ("[Date.name, Date.length, typeof Date.parse, Date.UTC(1970)]", ["Date", 7, "function", 0]),
        ("new Date('2026-01-20T12:00:00Z').getTime()", NOON),
    ],
)
def test_dates_read_the_clock_of_the_call(run: Run, expression: str, value: Any) -> None:
    assert result(run(f"return {{ it: {expression} }}", now_ms=NOON)).value == {"it": value}


def test_a_standing_clock_stands_and_a_ticking_one_goes_on(value: Evaluate) -> None:
    wait = "(() => { const a = Date.now(); for (let i = 0; i < 3e5; i++); return Date.now() - a })()"
    assert value(wait) == 0
    assert value(f"{wait} >= 0", ticking=True)
    ticked = "(() => { const a = Date.now(); while (Date.now() === a); return Date.now() - a })()"
    assert 1 <= value(ticked, ticking=True) < 1000


def test_random_numbers_come_from_the_seed(value: Evaluate) -> None:
    numbers = "[Math.random(), Math.random(), Math.random()]"
    first = value(numbers, random_seed=7)
    assert first == value(numbers, random_seed=7)
    assert first != value(numbers, random_seed=8)
    assert len(set(first)) == 3
    assert all(0 <= number < 1 for number in first)
    assert value("Math.random()", random_seed=1) == pytest.approx(0.6270739405881613)
    assert value("Math.random()", random_seed=2**32 - 1) < 1


def test_the_verdict_is_the_same_every_time(run: Run) -> None:
    code = "console.log(Math.random()); return { r: Math.random(), d: new Date(), i: input }"
    assert run(code, input={"b": 1, "a": 2}) == run(code, input={"b": 1, "a": 2})
