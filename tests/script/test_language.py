"""The language is ES2020, the same with every engine: what is newer is not there."""

from pathlib import Path
from typing import Any

import pytest

from .verdicts import Evaluate, Run, result

SURFACE = Path(__file__).with_name("surface.txt").read_text("utf-8").splitlines()

NEWER = [
    "Array.fromAsync",
    "Array.prototype.at",
    "Array.prototype.findLast",
    "Array.prototype.findLastIndex",
    "Array.prototype.group",
    "Array.prototype.toReversed",
    "Array.prototype.toSorted",
    "Array.prototype.toSpliced",
    "Array.prototype.with",
    "Object.hasOwn",
    "Object.groupBy",
    "Map.groupBy",
    "String.prototype.at",
    "String.prototype.replaceAll",
    "String.prototype.isWellFormed",
    "String.prototype.toWellFormed",
    "Promise.any",
    "Promise.try",
    "Promise.withResolvers",
    "Uint8Array.fromBase64",
    "Uint8Array.prototype.toHex",
    "Uint8Array.prototype.at",
    "Math.sumPrecise",
    "Math.f16round",
    "Error.captureStackTrace",
    "Error.isError",
    "RegExp.escape",
    "JSON.rawJSON",
    "Set.prototype.union",
    "Set.prototype.isSubsetOf",
    "ArrayBuffer.prototype.transfer",
    "ArrayBuffer.prototype.resize",
    "BigInt.sqrt",
    "Map.prototype.getOrInsert",
    "DataView.prototype.getFloat16",
    "Function.prototype.lineNumber",
]

NEWER_GLOBALS = [
    "AggregateError",
    "Iterator",
    "WeakRef",
    "FinalizationRegistry",
    "SuppressedError",
    "DisposableStack",
    "AsyncDisposableStack",
    "Float16Array",
    "structuredClone",
    "atob",
    "btoa",
    "DOMException",
    "escape",
    "unescape",
]


@pytest.mark.parametrize("path", NEWER)
def test_newer_properties_are_not_there(value: Evaluate, path: str) -> None:
    assert value(f"typeof {path}") == "undefined"


@pytest.mark.parametrize("name", NEWER_GLOBALS)
def test_newer_globals_are_not_there(value: Evaluate, name: str) -> None:
    assert value(f"typeof {name}") == "undefined"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1, [2, [3]]].flat(Infinity)", [1, 2, 3]),
        ("Object.fromEntries([['a', 1]])", {"a": 1}),
        ("[...'a1b2'.matchAll(/\\d/g)].map(([m]) => m)", ["1", "2"]),
        ("null?.x ?? 'none'", "none"),
        ("String(2n ** 64n)", "18446744073709551616"),
        ("'x'.padStart(3, '-').trimEnd()", "--x"),
        ("'2026-01-20'.replace(/(?<y>\\d+)-(?<m>\\d+)-(?<d>\\d+)/, '$<d>.$<m>.$<y>')", "20.01.2026"),
        ("/(?<=\\$)\\d+/.exec('a $42')[0]", "42"),
        ("[3, 1, 2].sort((a, b) => a - b)", [1, 2, 3]),
        ("new Set([1, 1, 2]).size", 2),
        ("typeof Promise.allSettled", "function"),
        ("globalThis === (function () { return this })()", True),
        ("(({ a, ...rest }) => rest)({ a: 1, b: 2 })", {"b": 2}),
        ("Symbol('d').description", "d"),
        ("(() => { try { throw 1 } catch { return 2 } })()", 2),
        ("typeof BigInt64Array", "function"),
        ("encodeURIComponent('ü /')", "%C3%BC%20%2F"),
        ("(0.1 + 0.2).toFixed(2)", "0.30"),
    ],
)
def test_es2020_is_there(value: Evaluate, expression: str, expected: Any) -> None:
    assert value(expression) == expected


def test_everything_that_can_be_reached_is_in_one_list(run: Run) -> None:
    """The whole surface, name by name: an engine that brings more, or less, shows here."""
    verdict = run(
        """
        const seen = new Set(), names = []
        // Symbols that an engine does not let go, and where quickjs-ng keeps what quickjs has on each error.
        const gone = ['dispose', 'asyncDispose', 'operatorSet', 'stack']
        const name = (key) => typeof key === 'symbol' ? '@@' + String(key.description).replace('Symbol.', '') : key
        const walk = (value, path) => {
            if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
            seen.add(value)
            const own = Reflect.ownKeys(value).map(name)
                .filter((key) => !['length', 'name', 'prototype', ...gone].includes(key))
            if (own.length) names.push(path + ': ' + own.sort().join(' '))
            for (const key of Reflect.ownKeys(value).sort((a, b) => name(a) < name(b) ? -1 : 1)) {
                const { value: inner } = Object.getOwnPropertyDescriptor(value, key)
                if (key !== '__proto__') walk(inner, path + '.' + name(key))
            }
        }
        walk(Function.prototype, 'function')
        walk(Object.prototype, 'object')
        walk(globalThis, 'global')
        const iterator = (it) => Object.getPrototypeOf(it)
        walk(iterator(iterator([].values())), 'iterator')
        walk(iterator([].values()), 'array iterator')
        walk(iterator(new Map().values()), 'map iterator')
        walk(iterator(new Set().values()), 'set iterator')
        walk(iterator(''[Symbol.iterator]()), 'string iterator')
        walk(iterator('a'.matchAll(/a/g)), 'regexp iterator')
        walk(iterator(async function () {}), 'async function')
        walk(iterator(function* () {}), 'generator function')
        walk(iterator(async function* () {}), 'async generator function')
        walk(iterator(iterator(function* () {}).prototype), 'iterator of generators')
        walk(iterator(iterator(async function* () {}).prototype), 'async iterator')
        return { names }
        """
    )
    assert result(verdict).value == {"names": SURFACE}
