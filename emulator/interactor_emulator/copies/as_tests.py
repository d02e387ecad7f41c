"""Scenarios as a file of tests for pytest, that passes as it stands where the scenarios do.

A test does by hand what `playing.py` does: so whoever reads it learns how tests are written.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from interactor_emulator.jsontext import AnyJson
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Answer, Scenario

from .python_code import WIDTH, call, defined, literal, name_from
from .written_lines import Definition, error_named, failing_step, lines_of

# A name of which nothing is lost in the name of a function.
_PLAIN = re.compile(r"[A-Za-z0-9 _,.:;()-]{1,60}")


def as_test(scenario: Scenario, definition: Definition | None = None) -> str:
    """One scenario as a file of one test."""
    return as_pytest([scenario], definition)


def as_pytest(
    scenarios: Iterable[Scenario], definition: Definition | None = None, secrets: Mapping[str, str] | None = None
) -> str:
    """A file of tests, one for each scenario; those that differ in their input alone are one with parameters.

    `definition` is the path of the definition's file, from the tests' folder on, or the definition itself, which then
    stands in the file. Without one it is each scenario's own, or is looked for by the workflow's name. A scenario whose
    instance fails says so in what it expects. `secrets` are what all of them run with, and stand in the file."""
    groups, names = _alike(scenarios), set[str]()
    tests = [_test(each, definition, _unique(_named(each), names)) for each in groups]
    return "\n".join([*_head(groups, definition, secrets or {}), "", "", "\n\n\n".join(tests), ""])


def _head(groups: Sequence[Sequence[Scenario]], definition: Definition | None, secrets: Mapping[str, str]) -> list[str]:
    """The imports that the tests need, and what they share."""
    first = [each[0] for each in groups]
    several = any(len(each) > 1 for each in groups)
    refusals = {step.refused for one in first for step in one.steps if isinstance(step, Answer) and step.refused}
    failing = any(failing_step(each) is not None for each in first)
    here = not isinstance(definition, Mapping) and any(definition or each.definition for each in first)
    standard = [
        *(["from contextlib import suppress"] if failing else []),
        *(["from pathlib import Path"] if here else []),
        *(["from typing import Any"] if several else []),
    ]
    named = {"Emulator", *(error_named(code) or "InteractorError" for code in refusals)}
    named |= {"InteractorError"} if failing else set()
    lines = [*standard, *([""] if standard else []), *(["import pytest"] if several or refusals or secrets else [])]
    lines.append(_imported(sorted(named)))
    if here:
        lines += ["", "HERE = Path(__file__).parent"]
    if isinstance(definition, Mapping):
        lines += ["", f"DEFINITION = {literal(definition, len('DEFINITION = '))}"]
    if secrets:
        marker = "pytestmark = pytest.mark.interactor(secrets="
        lines += ["", f"{marker}{literal(dict(secrets), len(marker) + 1)})"]
    return lines


def _imported(names: Sequence[str]) -> str:
    flat = f"from interactor_emulator import {', '.join(names)}"
    if len(flat) <= WIDTH:
        return flat
    return "\n".join(["from interactor_emulator import (", *(f"    {each}," for each in names), ")"])


# ---- which tests there are


def _alike(scenarios: Iterable[Scenario]) -> list[list[Scenario]]:
    """Those together that differ in name and input alone; as they are written, since to Python 1 is True."""
    found: dict[str, list[Scenario]] = {}
    for each in scenarios:
        found.setdefault(
            repr((each.workflow, each.steps, each.expect, each.stubs, each.definition, each.namespace)), []
        ).append(each)
    return list(found.values())


def _named(alike: Sequence[Scenario]) -> str:
    """What they are called, or the words that the names of several begin with."""
    words = zip(*(name_from(each.name, "scenario").split("_") for each in alike), strict=False)
    common = "_".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, words))
    return common or name_from(alike[0].name, "scenario")


def _unique(name: str, names: set[str]) -> str:
    number, found = 1, name
    while found in names:
        number += 1
        found = f"{name}_{number}"
    names.add(found)
    return found


def _test(alike: Sequence[Scenario], definition: Definition | None, name: str) -> str:
    first, several = alike[0], len(alike) > 1
    given = ["given: dict[str, Any]"] if several else []
    lines = _parameters(alike) if several else []
    lines.append(defined(f"test_{name}", ["interactor: Emulator", *given]))
    if not several and not _PLAIN.fullmatch(first.name):
        # A comment of its own might be a command to some tool.
        lines.append(f"    # Scenario: {line(first.name)}".rstrip())
    lines += [f"    {each}" for each in lines_of(first, definition, several=several)]
    return "\n".join(lines)


def _parameters(alike: Sequence[Scenario]) -> list[str]:
    ids: set[str] = set()
    rows = []
    for each in alike:
        marked = _unique(name_from(each.name, "scenario"), ids)
        rows.append(f"        {_param(each.input, marked)},")
    return ["@pytest.mark.parametrize(", '    "given",', "    [", *rows, "    ],", ")"]


def _param(input_: Mapping[str, AnyJson], marked: str) -> str:
    return call("pytest.param", [dict(input_)], {"id": marked}, 8)
