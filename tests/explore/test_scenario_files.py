"""Scenario files: what is written is read again as it was, and what is none is told with its place."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import httpx
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interactor_emulator import Emulator, bounds
from interactor_emulator.definition.reading import BadFile
from interactor_emulator.errors import FAILURES
from interactor_emulator.state.deliveries import EVENTS
from interactor_emulator.state.instance import Status
from interactor_emulator.wire import scenario_file
from interactor_emulator.wire.scenario import Advance, Answer, Expected, Scenario, SetStub

from tests.explore.scenarios import SCENARIOS

SCHEMA: dict[str, Any] = dict(scenario_file.schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
LEAVE = Scenario(
    "granted at once",
    "leave",
    {"days": 3},
    (Answer("ask", {"ok": True}), Advance(93_600.5)),
    Expected(status="completed", path=("ask", "granted")),
    ({"url": "https://x.example/*", "respond": {"json": {"ok": True}}},),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


@given(SCENARIOS)
def test_every_scenario_is_read_as_it_was_written_and_fits_the_schema(folder: Path, scenario: Scenario) -> None:
    path = folder / "one.scenario.json"
    scenario_file.write(path, scenario)
    assert scenario_file.read(path) == scenario
    value = json.loads(path.read_text("utf-8"))
    assert [error.message for error in VALIDATOR.iter_errors(value)] == []
    assert scenario_file.scenario_of(value) == scenario


ODD = st.one_of(st.none(), st.booleans(), st.just(-1), st.just(700), st.just("x"), st.just(""), st.just([]), st.just([{}]), st.just({}), st.just({"x": 1}))  # fmt: skip  # noqa: E501


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every object and array within a value, with each of its members."""
    if isinstance(value, dict):
        return [(value, name) for name in value] + [each for inner in value.values() for each in places(inner)]
    if isinstance(value, list):
        return [(value, place) for place in range(len(value))] + [each for inner in value for each in places(inner)]
    return []


@given(SCENARIOS, st.data())
def test_the_reader_refuses_what_the_schema_refuses_and_nothing_else(scenario: Scenario, data: st.DataObject) -> None:
    value: Any = scenario_file.value_from(scenario)
    for _ in range(data.draw(st.integers(1, 2))):
        parent, name = data.draw(st.sampled_from(places(value)))
        kind = data.draw(st.sampled_from(["put", "remove", "rename"]))
        if kind == "put":
            parent[name] = data.draw(ODD)
        elif kind == "remove":
            del parent[name]
        elif isinstance(parent, dict):
            parent[data.draw(st.sampled_from(["answer", "state", "choose", "nothing"]))] = parent.pop(name)
    refused = False
    try:
        scenario_file.scenario_of(value)
    except ValueError:
        refused = True
    assert refused == (not VALIDATOR.is_valid(value))


def test_the_schema_says_of_each_member_what_it_is() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def undescribed(schema: Any, at: str) -> list[str]:
        found: list[str] = []
        for name, each in schema.get("properties", {}).items():
            described = SCHEMA["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
            found += [] if described.get("description") else [f"{at}.{name}"]
            found += undescribed(each, f"{at}.{name}")
        return found

    assert undescribed(SCHEMA, "") == []
    assert [name for name, each in SCHEMA["$defs"].items() if undescribed(each, name) or not each["description"]] == []


def test_the_schema_knows_what_there_is() -> None:
    expect = SCHEMA["properties"]["expect"]["properties"]
    assert expect["status"]["enum"] == list(get_args(Status))
    assert expect["events"]["items"]["enum"] == list(EVENTS)
    assert sorted(expect["error"]["enum"]) == sorted(FAILURES)
    steps, stubs = SCHEMA["properties"]["steps"], SCHEMA["properties"]["stubs"]
    assert steps["maxItems"] == stubs["maxItems"] == bounds.SCENARIO_STEPS.most


def test_the_server_publishes_the_schema(interactor: Emulator) -> None:
    with interactor.serve() as server:
        assert httpx.get(f"{server.core_url}/_emulator/scenario.schema.json").json() == SCHEMA


def test_what_is_written_reads_well_and_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.scenario.json"
    scenario_file.write(path, LEAVE)
    assert path.read_text("utf-8") == (
        "{\n"
        '  "format": 1,\n'
        '  "name": "granted at once",\n'
        '  "workflow": "leave",\n'
        '  "input": {"days": 3},\n'
        '  "stubs": [{"url": "https://x.example/*", "respond": {"json": {"ok": true}}}],\n'
        '  "steps": [\n'
        '    {"answer": {"ok": true}, "state": "ask"},\n'
        '    {"advance": {"days": 1, "hours": 2, "seconds": 0.5}}\n'
        "  ],\n"
        '  "expect": {"status": "completed", "path": ["ask", "granted"]}\n'
        "}\n"
    )  # fmt: skip


def test_a_scenario_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    path = tmp_path / "late approval.scenario.json"
    path.write_text('{"definition": "leave.json"}')
    assert scenario_file.read(path) == Scenario("late approval", "", definition="leave.json")


WRONG = [
    ('{"workflow": "w",}', ":1:18: not valid JSON"),
    ('{"workflow": "w", "workflow": "v"}', ':1:19: the member "workflow" stands here twice'),
    ("[]", ":1:1: must be an object, not []"),
    ("{}", ":1:1: workflow or definition is required"),
    ('{"workflow": ""}', ":1:14: workflow: must not be empty"),
    ('{"format": 2, "workflow": "w"}', ":1:12: format: format 2, and this emulator reads format 1"),
    ('{"workflow": "w",\n "step": []}', ":2:2: step: unknown: step; did you mean steps?"),
    ('{"workflow": "w", "input": 3}', ":1:28: input: must be an object, not 3"),
    ('{"workflow": "w", "expect": {"status": "complete"}}', ':1:40: expect.status: unknown: "complete"; did you mean completed?'),  # noqa: E501
    ('{"workflow": "w", "expect": {"event": []}}', ":1:30: expect.event: unknown: event; did you mean events?"),
    ('{"workflow": "w", "steps": [{"anser": {}}]}', ":1:29: steps[0]: answer or choose or cancel or advance or stub is required"),  # noqa: E501
    ('{"workflow": "w", "steps": [{"answer": {}}]}', ":1:29: steps[0]: state is required"),
    ('{"workflow": "w", "steps": [{"answer": {}, "state": "s", "refuse": "x"}]}', "steps[0].refuse: unknown: refuse; did you mean refused?"),  # noqa: E501
    ('{"workflow": "w", "steps": [{"cancel": false}]}', "steps[0].cancel: must be true, not false"),
    ('{"workflow": "w", "steps": [{"advance": {"day": 1}}]}', "steps[0].advance.day: unknown: day; did you mean days?"),
    ('{"workflow": "w", "steps": [{"advance": {"days": -1}}]}', "steps[0].advance.days: must be 0 or more"),
    ('{"workflow": "w", "steps": [{"advance": {}}]}', "steps[0].advance: must not be empty"),
    ('{"workflow": "w", "steps": [3]}', "steps[0]: must be an object, not 3"),
    ('{"workflow": "w", "stubs": [{"url": "u", "respond": [{"stats": 3}]}]}', "stubs[0].respond[0].stats: unknown: stats; did you mean status?"),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_no_scenario_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.scenario.json"
    path.write_text(text)
    with pytest.raises(BadFile) as raised:
        scenario_file.read(path)
    assert str(raised.value).startswith(f"{path}:")
    assert said in str(raised.value)


def test_no_file_is_larger_than_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.scenario.json"
    most = {"workflow": "w", "steps": [{"cancel": True}] * bounds.SCENARIO_STEPS.most}
    path.write_text(json.dumps(most).ljust(bounds.SCENARIO.most))
    assert len(scenario_file.read(path).steps) == bounds.SCENARIO_STEPS.most
    path.write_text(json.dumps(most).ljust(bounds.SCENARIO.most + 1))
    with pytest.raises(BadFile, match="a scenario file has at most 1,048,576 bytes"):
        scenario_file.read(path)
    path.write_text(json.dumps({"workflow": "w", "steps": [{"cancel": True}] * (bounds.SCENARIO_STEPS.most + 1)}))
    with pytest.raises(BadFile, match="steps: has more than 1000"):
        scenario_file.read(path)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": (Advance(-1),)},
        {"steps": (Advance(float("inf")),)},
        {"steps": (SetStub({"url": 3}),)},
        {"stubs": ({},)},
        {"input": {"x": float("nan")}},
        {"input": {"x": {1, 2}}},
        {"workflow": ""},
    ],
    ids=str,
)
def test_what_no_file_can_hold_is_not_written(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "a.scenario.json"
    with pytest.raises(ValueError, match="scenario 'granted at once'"):
        scenario_file.write(path, replace(LEAVE, **change))
    assert not path.exists()
