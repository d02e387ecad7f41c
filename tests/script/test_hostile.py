"""Scripts that try to hang, exhaust, crash or poison what runs them.

Each ends in an error or a time-out, or comes to nothing; the next script finds a clean realm, and the server's process
goes on whatever became of the child.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptPool
from interactor_emulator.effects import ScriptFault, ScriptResult

from .verdicts import MakeCall, Run, Verdict, fault, result

# Ends by itself, with or without a result: what matters is what the next script finds.
HARMLESS = "harmless"
ERROR = "error"
TIMEOUT = "timeout"
# Which of the two depends on the engine and on how quick the machine is.
EITHER = "either"

HANG = "for(;;);"

CLEAN = "return { clean: [Object.keys(globalThis), ({}).polluted, [1, 2].join(), typeof JSON.stringify] }"

# A script that is expected to fail by itself has time to do so on a busy machine, too.
SECONDS = {ERROR: 5.0, HARMLESS: 0.1, TIMEOUT: 0.1, EITHER: 0.1}

SCRIPTS = {
    # plain endless loops
    "loop": (TIMEOUT, "for(;;);"),
    "while": (TIMEOUT, "while (true) { Math.sqrt(2) }"),
    "loop in finally": (TIMEOUT, "try { throw 1 } finally { for(;;); }"),
    "loop in a loop that catches": (TIMEOUT, "for(;;) { try { for(;;); } catch (e) {} finally {} }"),
    "return in finally": (TIMEOUT, "function f() { try { for(;;); } finally { return 1 } } f(); return {}"),
    "generator": (TIMEOUT, "function* g() { for(;;) yield 1 } for (const x of g());"),
    "yield in finally": (TIMEOUT, "function* g() { try { for(;;); } finally { yield 1 } } [...g()]"),
    "spread": (EITHER, "[...{ [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }) } } }]"),
    "destructuring": (TIMEOUT, "const [...a] = { [Symbol.iterator]() { return { next: () => { for(;;); } } } }"),
    "async function": (TIMEOUT, "(async () => { for(;;); })(); return {}"),
    "promise executor": (TIMEOUT, "new Promise(() => { for(;;); })"),
    "async jobs": (HARMLESS, "(async () => { for(;;) await 0 })(); return {}"),
    "promise jobs": (HARMLESS, "const f = () => Promise.resolve().then(f); f(); return {}"),
    "thenable job": (HARMLESS, "Promise.resolve({ then() { for(;;); } }); return {}"),
    "labels": (TIMEOUT, "a: for(;;) { b: for(;;) { continue a } }"),
    "switch": (TIMEOUT, "for(;;) switch (1) { case 1: continue }"),
    # code that the engine calls
    "getter": (TIMEOUT, "return { get a() { for(;;); } }"),
    "toJSON": (TIMEOUT, "return { toJSON() { for(;;); } }"),
    "toJSON on every object": (TIMEOUT, "Object.prototype.toJSON = function () { for(;;); }; return { a: 1 }"),
    "toJSON on BigInt": (TIMEOUT, "BigInt.prototype.toJSON = function () { for(;;); }; return { a: 1n }"),
    "sort": (TIMEOUT, "[3, 2, 1].sort(() => { for(;;); })"),
    "sort, never of one mind": (
        HARMLESS,
        "Array.from({ length: 999 }, Math.random).sort(() => Math.random() - 0.5); return {}",
    ),
    "replace": (TIMEOUT, "'a'.replace(/a/, () => { for(;;); })"),
    "toString": (TIMEOUT, "`${{ toString() { for(;;); } }}`"),
    "valueOf": (TIMEOUT, "1 + { valueOf() { for(;;); } }"),
    "toPrimitive": (TIMEOUT, "+{ [Symbol.toPrimitive]() { for(;;); } }"),
    "proxy": (TIMEOUT, "return new Proxy({}, { ownKeys() { for(;;); } })"),
    "proxy as result": (TIMEOUT, "return new Proxy({}, { get() { for(;;); } })"),
    "proxy prototype": (TIMEOUT, "return new Proxy({}, { getPrototypeOf() { for(;;); } })"),
    "proxy of proxies": (EITHER, "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return { v: p.x }"),
    "reviver": (TIMEOUT, "JSON.parse('[1]', () => { for(;;); })"),
    "array species": (
        TIMEOUT,
        "class A extends Array { static get [Symbol.species]() { for(;;); } } new A(3).map(x => x)",
    ),
    "setter on arrays": (
        TIMEOUT,
        "Object.defineProperty(Array.prototype, 0, { set() { for(;;); } }); const a = []; a[0] = 1",
    ),
    "hasInstance": (TIMEOUT, "Object.defineProperty(Promise, Symbol.hasInstance, { value() { for(;;); } }); return {}"),
    "getter on global": (TIMEOUT, "Object.defineProperty(globalThis, 'x', { get() { for(;;); } }); x"),
    # what is thrown and logged
    "throw toString": (HARMLESS, "throw { toString() { for(;;); } }"),
    "throw stack": (EITHER, "throw { get stack() { for(;;); } }"),
    "throw toJSON": (TIMEOUT, "throw { toJSON() { for(;;); } }"),
    "throw proxy": (TIMEOUT, "throw new Proxy({}, { get() { for(;;); } })"),
    "throw error with message": (
        TIMEOUT,
        "const e = new Error(); Object.defineProperty(e, 'message', { get() { for(;;); } }); throw e",
    ),
    "throw error with name": (TIMEOUT, "class E extends Error { get name() { for(;;); } } throw new E()"),
    "throw error with stack": (
        TIMEOUT,
        "const e = new Error(); Object.defineProperty(e, 'stack', { get() { for(;;); } }); throw e",
    ),
    "throw error of getters": (ERROR, "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })"),
    "throw revoked proxy": (ERROR, "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy"),
    "return revoked proxy": (ERROR, "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy"),
    "throw huge": (ERROR, "throw 'x'.repeat(4e6)"),
    "throw cycle": (ERROR, "const o = {}; o.o = o; throw o"),
    "throw instance check": (
        TIMEOUT,
        "Object.defineProperty(Error, Symbol.hasInstance, { value() { for(;;); } }); throw {}",
    ),
    "error text, then loop": (TIMEOUT, "Error.prototype.toString = () => { for(;;); }; for(;;);"),
    "error primitive, then loop": (TIMEOUT, "Object.prototype[Symbol.toPrimitive] = () => { for(;;); }; for(;;);"),
    "object text, then loop": (
        TIMEOUT,
        "Object.prototype.toString = Object.prototype.valueOf = () => { for(;;); }; for(;;);",
    ),
    "stack getter, then loop": (
        TIMEOUT,
        "Object.defineProperty(Object.prototype, 'stack', { get() { for(;;); } }); for(;;);",
    ),
    "engine error's name, then loop": (
        TIMEOUT,
        "try { (function f() { f() })() } catch (e) { const p = Object.getPrototypeOf(e); try { "
        "Object.defineProperty(p, 'name', { get() { for(;;); } }); p.toString = () => { for(;;); } } "
        "catch (x) {} } for(;;);",
    ),
    "engine error's name, then recursion": (
        EITHER,
        "try { (function f() { f() })() } catch (e) { const p = Object.getPrototypeOf(e); try { "
        "Object.defineProperty(p, 'name', { get() { for(;;); } }) } catch (x) {} } (function f() { f() })()",
    ),
    "log toJSON": (TIMEOUT, "console.log({ toJSON() { for(;;); } })"),
    "log proxy": (TIMEOUT, "console.log(new Proxy({}, { ownKeys() { for(;;); } }))"),
    "log error": (TIMEOUT, "class E extends Error { get message() { for(;;); } } console.log(new E())"),
    "log in recursion": (ERROR, "(function f() { console.log('x'); f() })()"),
    "log itself": (HARMLESS, "console.log({ toJSON() { console.log(this); return 1 } }); return {}"),
    "log endlessly": (TIMEOUT, "for(;;) console.log('x')"),
    "log much": (HARMLESS, "for (let i = 0; i < 1000; i++) console.log('x'.repeat(1e5)); return {}"),
    # native loops that no engine limit stops
    "regular expression": (EITHER, "/^(a+)+$/.test('a'.repeat(40) + 'b')"),
    "regular expression, alternatives": (EITHER, "/(x+x+)+y/.exec('x'.repeat(50))"),
    "regular expression, back reference": (EITHER, r"/(a*)*\1b/.test('a'.repeat(40))"),
    "regular expression, lookbehind": (HARMLESS, "/(?<=(a+)+)c/.test('a'.repeat(40))"),
    "indexOf": (EITHER, "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)"),
    "includes": (EITHER, "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)"),
    "reverse": (EITHER, "Array.prototype.reverse.call({ length: 2 ** 53 - 1 })"),
    "lastIndexOf": (EITHER, "Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)"),
    "join": (EITHER, "new Array(2 ** 31).join('')"),
    "fill": (EITHER, "new Array(2 ** 32 - 1).fill(0)"),
    "Array.from": (EITHER, "Array.from({ length: 2 ** 32 - 1 })"),
    "apply": (EITHER, "Math.max.apply(null, { length: 2 ** 31 })"),
    "power": (EITHER, "return { n: String(7n ** 9999999n).length }"),
    "big factorial": (EITHER, "let n = 1n; for (let i = 1n; ; i++) n *= i"),
    "normalise": (EITHER, "'\\u0344'.repeat(3e6).normalize('NFD')"),
    # memory
    "array": (EITHER, "const a = []; for(;;) a.push(new Array(1000).fill(1))"),
    "strings in an array": (EITHER, "const a = []; for (let i = 0; ; i++) a.push('x' + i)"),
    "string": (EITHER, "let s = 'x'; for(;;) s += s"),
    "string of ropes": (EITHER, "let s = 'x'; for(;;) s = s + s + 'y'"),
    "repeat": (ERROR, "'x'.repeat(2 ** 29)"),
    "padEnd": (ERROR, "'x'.padEnd(2 ** 30 - 2)"),
    "buffer": (ERROR, "new ArrayBuffer(1e9)"),
    "typed array": (ERROR, "new Float64Array(1e9)"),
    "objects": (EITHER, "const a = []; for(;;) a.push({ a: {} })"),
    "cycle of objects": (EITHER, "let o = {}; for(;;) { o = { o }; o.self = o }"),
    "closures": (EITHER, "let f = () => 1; for(;;) { const g = f; f = () => g }"),
    "map": (EITHER, "const m = new Map(); for (let i = 0; ; i++) m.set(i, {})"),
    "properties": (EITHER, "const o = {}; for (let i = 0; ; i++) o['k' + i] = i"),
    "symbols": (EITHER, "const a = []; for(;;) a.push(Symbol())"),
    "split": (EITHER, "'x'.repeat(4e6).split('')"),
    "promises": (EITHER, "const a = []; for(;;) a.push(Promise.reject(a))"),
    "exhaust in catch": (EITHER, "const a = []; for(;;) try { for(;;) a.push(a.slice()) } catch (e) { a.push('x') }"),
    "exhaust in toJSON": (EITHER, "return { toJSON() { const a = []; for(;;) a.push(new Array(100).fill(a)) } }"),
    "huge result": (ERROR, "return { s: 'ü'.repeat(9e6) }"),
    "result that explodes": (
        EITHER,
        "let o = { s: 'x'.repeat(99) }; for (let i = 0; i < 40; i++) o = { a: o, b: o }; return o",
    ),
    # depth
    "recursion": (ERROR, "(function f() { f() })()"),
    "recursion in catch": (EITHER, "(function f() { try { f() } catch (e) { f() } })()"),
    "recursive getter": (ERROR, "const o = { get a() { return this.a } }; return o"),
    "recursive toString": (ERROR, "const o = { toString() { return '' + this } }; '' + o"),
    "deep result": (EITHER, "let o = {}; for (let i = 0; i < 30000; i++) o = { o }; return o"),
    "deep array": (EITHER, "let o = []; for (let i = 0; i < 30000; i++) o = [o]; return { o }"),
    "deep array as text": (EITHER, "let o = []; for (let i = 0; i < 30000; i++) o = [o]; return { s: String(o) }"),
    "deep text": (EITHER, "return { o: JSON.parse('['.repeat(5e5)) }"),
    "deep regular expression": (EITHER, "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))"),
    "bound functions": (EITHER, "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(); f()"),
    "prototype chain": (HARMLESS, "let o = {}; for (let i = 0; i < 1e4; i++) o = Object.create(o); return { v: o.x }"),
    "flat": (HARMLESS, "let a = []; for (let i = 0; i < 200; i++) a = [a]; return { n: a.flat(Infinity).length }"),
    # poison
    "natives replaced": (
        HARMLESS,
        "JSON.stringify = JSON.parse = Reflect.apply = Array.isArray = Object.freeze = () => { for(;;); }; "
        "Array.prototype.join = Function.prototype.call = Function.prototype.apply = () => { for(;;); }; "
        "String.prototype.slice = String.prototype.charCodeAt = () => { for(;;); }; return { a: 1 }",
    ),
    "prototype poisoned": (HARMLESS, "Object.prototype.polluted = Array.prototype.polluted = 1; return {}"),
    "setters on every object": (
        HARMLESS,
        "for (const k of ['value', 'logs', 'error', 'kind', 'cause', 'detail', 'code', 'get', 'set', 'then', "
        "'writable', 'configurable', 'enumerable']) Object.defineProperty(Object.prototype, k, { __proto__: null, "
        "get() { for(;;); }, set() { for(;;); } }); return { a: 1 }",
    ),
    "setters on every object, then throw": (
        ERROR,
        "for (const k of ['value', 'logs', 'error', 'kind', 'cause', 'detail', 'syntax', 'refused']) "
        "Object.defineProperty(Object.prototype, k, { __proto__: null, get() { for(;;); }, set() { for(;;); } }); "
        "throw new Error('x')",
    ),
    "iterator replaced": (
        HARMLESS,
        "Array.prototype[Symbol.iterator] = () => { for(;;); }; console.log(1, 2); return { a: 1 }",
    ),
    "globals deleted": (
        HARMLESS,
        "for (const k of Object.getOwnPropertyNames(globalThis)) delete globalThis[k]; return {}",
    ),
    "global frozen": (HARMLESS, "Object.freeze(globalThis); Object.freeze(Object.prototype); return {}"),
    "global prototype replaced": (HARMLESS, "try { Object.setPrototypeOf(globalThis, null) } catch (e) {} return {}"),
    "numbers poisoned": (
        HARMLESS,
        "Number.prototype.toJSON = String.prototype.toJSON = () => 5; return { a: 1, b: 'x' }",
    ),
    "forged answer": (HARMLESS, "return { logs: ['x'], error: 'forged', value: 1, refused: 'x' }"),
    "forged end": (ERROR, "throw new Error('InternalError: interrupted')"),
    "forged memory error": (ERROR, "const e = new Error('out of memory'); e.name = 'InternalError'; throw e"),
}


def ends_first(pool: ScriptPool, tested: ScriptCall, witness: ScriptCall) -> ScriptResult | ScriptFault:
    """The verdict on a script that must end before another one, which hangs and may take much longer.

    Which of them ends first is the same on a busy machine, and what ends first was stopped by its own limit."""

    async def race() -> ScriptResult | ScriptFault:
        both = [asyncio.ensure_future(pool.run_async(each)) for each in (tested, witness)]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        assert [each.done() for each in both] == [True, False]
        both[1].cancel()
        await asyncio.wait(both)
        return both[0].result()

    return asyncio.run(race())


@pytest.mark.parametrize("name", SCRIPTS)
def test_is_contained(pool: ScriptPool, call: MakeCall, name: str) -> None:
    expected, code = SCRIPTS[name]
    seconds = SECONDS[expected]
    tested = call(code, seconds=seconds)
    # A time-out says itself which limit it met. What may hang where the engine looks at no limit must end in time, too.
    verdict = ends_first(pool, tested, call(HANG, seconds=seconds + 5)) if expected == EITHER else pool.run(tested)
    if expected in (ERROR, TIMEOUT, EITHER):
        assert isinstance(verdict, ScriptFault)
        assert expected in (EITHER, verdict.kind), verdict
        assert verdict.kind == "error" or verdict.message == f"Script exceeded the {seconds:g} second limit"
        assert verdict.message
        assert len(verdict.message) <= 2000
    assert pool.run(call(CLEAN)) == ScriptResult({"clean": [[], None, "1,2", "function"]}, [])


def test_the_message_names_the_limit(run: Run) -> None:
    assert fault(run(HANG, seconds=0.25)).message == "Script exceeded the 0.25 second limit"
    assert fault(run("'x'.repeat(2 ** 29)")).message == "Script ran out of memory (16 MB)"


def test_the_verdict_on_the_documented_limit_comes_between_a_shorter_and_a_longer_one(call: MakeCall) -> None:
    """ "Execution timeout | 5 seconds" """
    pool = ScriptPool(workers=5)
    hangs = [HANG, SCRIPTS["regular expression"][1], SCRIPTS["reverse"][1]]
    ended: list[float] = []

    def run(given: ScriptCall) -> Verdict:
        verdict = pool.run(given)
        ended.append(given.seconds)
        return verdict

    with ThreadPoolExecutor(5) as threads:
        longer = threads.submit(run, call(HANG, seconds=10))
        shorter = threads.submit(run, call(HANG, seconds=3))
        for verdict in threads.map(run, map(call, hangs)):
            assert fault(verdict).message == "Script exceeded the 5 second limit"
        assert ended == [3, 5, 5, 5]
        pool.close()
        assert fault(shorter.result()).message == "Script exceeded the 3 second limit"
        assert fault(longer.result()).message == "Script was stopped: the emulator is closing"


def test_memory_that_is_allowed_can_be_used(run: Run) -> None:
    """ "Memory limit | 16 MB" """
    assert result(run("return { n: new ArrayBuffer(12e6).byteLength }")).value == {"n": 12_000_000}
    assert fault(run("return { n: new ArrayBuffer(17e6).byteLength }")).kind == "error"
    more = run("return { n: new ArrayBuffer(17e6).byteLength }", memory_bytes=32 << 20)
    assert result(more).value == {"n": 17_000_000}


def test_running_out_of_memory_has_one_face(run: Run) -> None:
    """Whatever the engine makes of it: an error, a null, or a crash."""
    for _ in range(10):
        verdict = fault(run("const a = []; for (;;) a.push(new Array(1000).fill(1))"))
        assert verdict.kind == "error"
        assert verdict.message.startswith("Script ran out of memory (16 MB)")
