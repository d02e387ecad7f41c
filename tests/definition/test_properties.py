"""What holds for every posted object: arbitrary JSON, valid definitions, and valid ones with a few members spoilt."""

import copy
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator.definition.lint import lint
from interactor_emulator.definition.parse import parse
from interactor_emulator.definition.paths import Path, written
from interactor_emulator.definition.validate import Finding, examine
from interactor_emulator.limits import Limits
from interactor_emulator.notices import OF_DEFINITIONS
from pytest_interactor.strategies import definitions

NAMES = ("s0", "start", "e.nd", "état", "_x1")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
member_names = st.sampled_from(
    ["name", "initial_state", "states", "type", "logic", "on_enter", "transitions", "target", "to", "condition", "key",
     "field", "equals", "operator", "value", "and", "or", "presentation", "fields", "options", "label", "code",
     "output", "halting_instructions", "config", "instruction", "transition_mode"]
)  # fmt: skip
near_json = st.recursive(
    json_values,
    lambda inner: (
        st.dictionaries(member_names | st.sampled_from(NAMES), inner, max_size=5) | st.lists(inner, max_size=3)
    ),
    max_leaves=20,
)


@st.composite
def spoilt_definitions(draw: st.DrawFn) -> Any:
    """A valid definition in which up to three members are replaced, removed or renamed."""
    source = draw(definitions())
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, source)
    return source


def _spoil(draw: st.DrawFn, source: Any) -> None:
    container, key = draw(st.sampled_from([*_members(source)] or [({}, "")]))
    match draw(st.sampled_from(["replace", "remove", "rename"])):
        case "replace":
            container[key] = draw(near_json)
        case "remove" if container:
            del container[key]
        case "rename" if isinstance(container, dict) and container:
            container[draw(member_names | st.text(max_size=4))] = container.pop(key)


def _members(thing: Any) -> Any:
    keys = list(thing) if isinstance(thing, dict) else range(len(thing)) if isinstance(thing, list) else ()
    for key in keys:
        yield thing, key
        yield from _members(thing[key])


def errors(source: object) -> list[Finding]:
    examination = examine(source, Limits())
    return examination.errors([None] * len(examination.codes))


def positions(thing: Any, at: Path = (), found: dict[str, int] | None = None) -> dict[str, int]:
    """The place of every value in document order, by its path as text."""
    found = {} if found is None else found
    found[written(at)] = len(found)
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in inner:
        positions(value, (*at, key), found)
    return found


def place(path: str, known: dict[str, int]) -> int:
    """The place of an error: its own, or for a missing member that of what should hold it."""
    if path in known:
        return known[path]
    parent, _, name = path.rpartition(".")
    assert re.fullmatch("[a-z_]+", name)
    return known[parent]


def check(source: object) -> list[Finding]:
    """What must hold of every list of errors."""
    found = errors(source)
    known = positions(source)
    places = [place(path, known) for path, _ in found]
    assert places == sorted(places)
    assert all(0 < len(message) <= 300 for _, message in found)
    assert len(set(found)) == len(found)
    return found


@given(json_values | near_json)
def test_arbitrary_json_is_refused_with_paths_in_document_order(source: object) -> None:
    assert check(source)


@given(definitions())
def test_valid_definitions_have_no_errors_and_can_be_parsed_and_linted(source: dict[str, Any]) -> None:
    assert errors(source) == []
    advice = lint(parse(source), source)
    assert {one.code for one in advice} <= {each.code for each in OF_DEFINITIONS}
    known = positions(source)
    for one in advice:
        place(one.path, known)
        assert len(one.message) < 400


@given(spoilt_definitions())
def test_spoilt_definitions_have_errors_or_can_be_parsed(source: Any) -> None:
    if not check(source):
        lint(parse(source), source)


@given(definitions() | spoilt_definitions())
def test_examining_changes_nothing_and_repeats(source: Any) -> None:
    before = copy.deepcopy(source)
    assert examine(source, Limits()) == examine(source, Limits())
    assert repr(source) == repr(before)
