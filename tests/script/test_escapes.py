"""Ways out of the sandbox, and ways to make code from text: all of them are closed."""

import re

import pytest
from interactor_emulator.effects import ScriptFault

from .verdicts import Evaluate, Run, fault, result

CONSTRUCTORS = {
    "Function": "Function",
    "function": "(function () {}).constructor",
    "arrow": "(() => 1).constructor",
    "method": "({ m() {} }).m.constructor",
    "class": "(class {}).constructor",
    "bound": "(function () {}).bind().constructor",
    "native": "Math.max.constructor",
    "console": "console.log.constructor",
    "console object": "console.constructor.constructor",
    "date": "new Date().constructor.constructor",
    "date's now": "Date.now.constructor",
    "regular expression": "/a/.constructor.constructor",
    "error": "new Error().constructor.constructor",
    "promise": "(async () => 1)().constructor.constructor",
    "string": "''.constructor.constructor",
    "input": "input.constructor.constructor",
    "secrets": "secrets.constructor.constructor",
    "array": "[].constructor.constructor",
    "array method": "[].map.constructor",
    "symbol": "Symbol.iterator.constructor.constructor",
    "proxy": "new Proxy(function () {}, {}).constructor",
    "prototype": "Function.prototype.constructor",
    "prototype of a prototype": "Object.getPrototypeOf(Object.getPrototypeOf(async function () {})).constructor",
    "async function": "(async function () {}).constructor",
    "async arrow": "(async () => 1).constructor",
    "generator": "(function* () {}).constructor",
    "async generator": "(async function* () {}).constructor",
    "generator object": "Object.getPrototypeOf(function* () {}()).constructor.constructor",
    "accessor": "Object.getOwnPropertyDescriptor(Map.prototype, 'size').get.constructor",
    "eval": "eval.constructor",
    "callee": "arguments.callee.constructor",
    "reflected": "Reflect.get(() => 1, 'constructor')",
    "stack overflow": "(() => { try { (function f() { f() })() } catch (e) { return e.constructor.constructor } })()",
}

USES = ["{}('return 1')", "new ({})('return 1')", "Reflect.construct({}, ['return 1'])", "{}.call(null, 'return 1')"]


@pytest.mark.parametrize("name", CONSTRUCTORS)
@pytest.mark.parametrize("use", USES)
def test_no_constructor_makes_code(run: Run, name: str, use: str) -> None:
    verdict = run(f"return {{ it: {use.format('(' + CONSTRUCTORS[name] + ')')} }}")
    assert isinstance(verdict, ScriptFault)
    assert verdict.message.startswith(("EvalError: ", "TypeError: "))


@pytest.mark.parametrize(
    "code",
    [
        "eval('1')",
        "(0, eval)('1')",
        "globalThis.eval('1')",
        "new eval('1')",
        "eval.call(null, '1')",
        "Reflect.apply(eval, null, ['1'])",
        "[1].map(eval)",
        "class F extends Function {} new F('1')",
        "Object.defineProperty(Function.prototype, 'constructor', { value: 1 })",
        "'use strict'; delete (() => 1).constructor.prototype.constructor",
        "'use strict'; globalThis.eval = 1",
        "'use strict'; Function = 1",
        "'use strict'; secrets.KEY = 1",
        "'use strict'; secrets = 1",
        "fetch('http://127.0.0.1')",
        "require('fs')",
        "setTimeout(() => 1, 0)",
        "XMLHttpRequest()",
        "process.exit()",
        "new Worker('x')",
        "import.meta",
        "importScripts('x')",
    ],
)
def test_throws(run: Run, code: str) -> None:
    assert fault(run(code)).kind == "error"


@pytest.mark.parametrize(
    "name",
    [
        "fetch",
        "require",
        "setTimeout",
        "setInterval",
        "setImmediate",
        "clearTimeout",
        "queueMicrotask",
        "process",
        "global",
        "window",
        "self",
        "XMLHttpRequest",
        "WebSocket",
        "Worker",
        "Deno",
        "Bun",
        "module",
        "exports",
        "std",
        "os",
        "print",
        "scriptArgs",
        "performance",
        "navigator",
        "WebAssembly",
        "Intl",
        "SharedArrayBuffer",
        "Atomics",
        "__date_clock",
        "InternalError",
        "structuredClone",
    ],
)
def test_is_not_there(value: Evaluate, name: str) -> None:
    assert value(f"typeof {name}") == "undefined"


@pytest.mark.parametrize(
    "name",
    [
        "eval",
        "Function",
        "Date",
        "console",
        "Math",
        "JSON",
        "Map",
        "Set",
        "Promise",
        "Symbol",
        "Proxy",
        "Reflect",
        "BigInt",
    ],
)
def test_is_there(value: Evaluate, name: str) -> None:
    assert value(f"typeof {name}") in {"function", "object"}


def test_a_dynamic_import_finds_nothing(run: Run) -> None:
    verdict = run("import('fs').then(() => console.log('loaded'), () => console.log('refused')); return {}")
    assert isinstance(verdict, ScriptFault) or verdict.value in ({}, None)
    assert "loaded" not in verdict.logs


def test_what_is_locked_stays(run: Run) -> None:
    code = """
        for (const name of ['eval', 'Function', 'secrets']) {
            try { globalThis[name] = 1 } catch (e) {}
            delete globalThis[name]
        }
        const held = (() => 1).constructor
        delete Function.prototype.constructor
        return { same: held === Function && held === (() => 1).constructor, eval: typeof eval, secrets: typeof secrets }
    """
    assert result(run(code)).value == {"same": True, "eval": "function", "secrets": "object"}


LOCKED_BY_THE_LANGUAGE = {"prototype", "Infinity", "NaN", "undefined", "Array.prototype.length"}


def test_nothing_is_locked_but_what_makes_code_and_the_secrets(value: Evaluate) -> None:
    """Everything else may be replaced and deleted, as the language has it; that harms this script alone."""
    found = value(
        """
        (() => {
            const found = []
            const look = (owner, path) => {
                if (!Object.isExtensible(owner)) found.push(path + ' itself')
                for (const key of Reflect.ownKeys(owner).filter((key) => typeof key === 'string')) {
                    const { configurable } = Object.getOwnPropertyDescriptor(owner, key)
                    if (!configurable) found.push((path && path + '.') + key)
                }
            }
            look(globalThis, '')
            for (const name of Object.getOwnPropertyNames(globalThis)) {
                const global = globalThis[name]
                if (Object(global) !== global || name === 'globalThis') continue
                look(global, name)
                if (global.prototype) look(global.prototype, name + '.prototype')
            }
            return found
        })()
        """
    )
    # Constants are written in capitals; the well-known symbols may not be replaced either.
    ours = {
        path
        for path in found
        if not ({path, path.rpartition(".")[2]} & LOCKED_BY_THE_LANGUAGE)
        and not re.search(r"\.[A-Z][A-Z0-9_]*$|^Symbol\.[a-z]", path)
    }
    assert ours == {"eval", "Function", "Function.prototype.constructor", "secrets", "secrets itself"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Date.prototype.constructor = Array; return { it: new Date().constructor === Array }", True),
        ("delete Date.prototype.constructor; return { it: new Date().constructor === Object }", True),
        ("return { it: Reflect.defineProperty(Date.prototype, 'constructor', { value: 1 }) }", True),
        ("Date.prototype.constructor = 1; return { it: Object.keys(new Date()).length }", 0),
        ("Date.prototype.constructor = 1; return { it: [new Date() instanceof Date, +new Date()] }", [True, 5]),
        ("Date = class extends Date { constructor() { super(7) } }; return { it: +new Date() }", 7),
        ("Date.now = () => 8; Math.random = () => 9; return { it: Date.now() + Math.random() }", 17),
        ("const D = Date.prototype.constructor; return { it: [D === Date, +new D(), D.now()] }", [True, 5, 5]),
        ("console.log = (text) => text; return { it: console.log('x') }", "x"),
        ("Array.prototype.map = () => 3; return { it: [1].map() }", 3),
        ("Error.prototype.name = 'Mine'; return { it: String(new Error('x')) }", "Mine: x"),
        ("input = 1; workflow_data = 2; context = 3; return { it: input + workflow_data + context }", 6),
        ("JSON = 1; Math = 2; console = 3; Object = 4; return { it: [JSON, Math, console, Object] }", [1, 2, 3, 4]),
    ],
)
def test_the_rest_of_the_language_may_be_replaced(run: Run, code: str, expected: object) -> None:
    for strict in ("", "'use strict'; "):
        assert result(run(strict + code, now_ms=5)).value == {"it": expected}


def test_functions_of_the_sandbox_show_no_source(value: Evaluate) -> None:
    shown = value(
        "[eval, Function, Date, Date.now, Math.random, console.log].map((f) => String(f).includes('native code'))"
    )
    assert shown == [True] * 6


def test_callers_are_not_to_be_seen(value: Evaluate) -> None:
    assert value("(function f() { return [typeof f.caller, typeof arguments.callee.caller] })()") == ["undefined"] * 2


def test_nothing_reaches_the_next_script(run: Run) -> None:
    run("globalThis.left = 1; Object.prototype.left = 2; Array.prototype.push = () => 3; Date.now = () => 4; return {}")
    clean = run("return { left: typeof left, o: typeof ({}).left, a: [1].push(2), d: Date.now() }", now_ms=5)
    assert result(clean).value == {"left": "undefined", "o": "undefined", "a": 2, "d": 5}


def test_no_reachable_object_makes_code(run: Run) -> None:
    """Every object that can be reached by properties, getters and prototypes is tried."""
    verdict = run(
        """
        const seen = new Set(), found = []
        const kinds = [
            function () {}, async function () {}, function* () {}, async function* () {}, () => 1, async () => 1,
            class {}, new Map().entries(), new Set().values(), [].values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g),
        ]
        const walk = (value, path) => {
            if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
            seen.add(value)
            if (typeof value === 'function') {
                const body = 'return 41 + 1'
                for (const use of [() => value(body)(), () => new value(body)(), () => value('41 + 1')])
                    try { if (use() === 42) found.push(path) } catch (e) {}
            }
            for (const key of Reflect.ownKeys(value)) {
                try { walk(value[key], path + '.' + String(key)) } catch (e) {}
                const { get, set } = Object.getOwnPropertyDescriptor(value, key) || {}
                walk(get, path + '.get ' + String(key))
                walk(set, path + '.set ' + String(key))
            }
            walk(Object.getPrototypeOf(value), path + '.__proto__')
        }
        kinds.forEach((kind, index) => walk(kind, 'kind' + index))
        walk(globalThis, 'globalThis')
        return { seen: seen.size, found }
        """
    )
    tried = result(verdict).value
    assert tried is not None
    assert tried["found"] == []
    assert isinstance(tried["seen"], int)
    assert tried["seen"] > 400
