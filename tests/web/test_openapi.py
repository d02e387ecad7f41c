"""The server's own description: complete, and every example in it works."""

from collections.abc import Iterator
from typing import Any, TypedDict

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.control.table import CONTROLS
from interactor_emulator.web.description import document
from interactor_emulator.web.endpoints.operations import OPERATIONS
from interactor_emulator.web.tokenless import TOKENLESS
from interactor_emulator.wire.schemas import Schemas

DOCUMENT = document(OPERATIONS, CONTROLS)
CALLS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]


def examples(method: str, path: str) -> list[Any]:
    """Those of a body: beside its schema, or in it."""
    bodies = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    content = bodies.get("application/json", {})
    schema = content.get("schema", {})
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return [content["example"]] if "example" in content else list(schema.get("examples", ()))


EXAMPLES = [(method, path, example) for method, path in CALLS if "{" not in path for example in examples(method, path)]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].rsplit("/", 1)[1]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, (list, tuple)) else set()


def test_every_operation_and_every_control_call_is_described() -> None:
    api = {(operation.method, f"/api/v1{operation.path}") for operation in OPERATIONS}
    control = {(each.method, f"/_emulator{each.path}") for each in CONTROLS}
    tokenless = {(each.method, each.path) for each in TOKENLESS}
    assert set(CALLS) == api | control | tokenless
    assert len(tokenless) == 8


def test_every_shape_that_is_named_exists_and_is_used() -> None:
    assert references(DOCUMENT) == set(DOCUMENT["components"]["schemas"])


def test_names_of_operations_are_unique() -> None:
    names = [DOCUMENT["paths"][path][method.lower()]["operationId"] for method, path in CALLS]
    assert len(names) == len(set(names))


def schemas(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that says its type, wherever it stands, and where."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), (str, list)) and not place.endswith("/properties"):
            yield place, value
        for name, each in value.items():
            if name not in ("example", "examples", "default"):
                yield from schemas(each, f"{place}/{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from schemas(each, f"{place}/{number}")


SCHEMAS = list(schemas(DOCUMENT))
OPERATIONS_SHOWN = [DOCUMENT["paths"][path][method.lower()] for method, path in CALLS]


def test_an_object_of_which_no_member_is_named_may_have_any() -> None:
    """A generator makes an object that can hold nothing of one that is closed."""
    free = {place: each for place, each in SCHEMAS if "object" in each["type"] and not each.get("properties")}
    assert len(free) > 20
    assert {place for place, each in free.items() if each.get("additionalProperties") in (None, False, {})} == set()


def test_an_array_says_what_it_holds() -> None:
    arrays = {place: each for place, each in SCHEMAS if "array" in each["type"]}
    assert "/components/schemas/ErrorMembers/properties/details/anyOf/1" in arrays
    assert {place for place, each in arrays.items() if not each.get("items")} == set()


def test_a_list_of_values_says_their_type() -> None:
    def untyped(value: Any, place: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            if ("enum" in value or "const" in value) and "type" not in value:
                yield place
            for name, each in value.items():
                yield from untyped(each, f"{place}/{name}")
        elif isinstance(value, (list, tuple)):
            for number, each in enumerate(value):
                yield from untyped(each, f"{place}/{number}")

    assert list(untyped(DOCUMENT)) == []


def test_every_operation_says_what_security_it_has_what_it_does_and_of_which_part_it_is() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for operation in OPERATIONS_SHOWN:
        assert operation["security"] == ([{"token": []}] if operation["tags"] == ["api"] else [])
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) < tags


def test_a_request_and_its_repeat_have_one_schema() -> None:
    kept = [each["responses"] for each in OPERATIONS_SHOWN if "Idempotency-Key" in str(each.get("parameters"))]
    assert len(kept) == 3
    for responses in kept:
        contents = [responses[status]["content"]["application/json"] for status in ("200", "201")]
        assert contents == [{"schema": {"$ref": "#/components/schemas/Kept"}}] * 2


def test_a_namespace_may_be_named_by_a_header_where_it_is_heard() -> None:
    named = {
        (method, path)
        for method, path in CALLS
        for each in DOCUMENT["paths"][path][method.lower()].get("parameters", ())
        if each["name"] == "X-Namespace"
    }
    assert named == {("POST", "/api/v1/workflows/{name}/instances"), ("GET", "/api/v1/workflows/instances")}


def test_a_mistaken_request_may_be_told_with_422_too() -> None:
    for operation in OPERATIONS_SHOWN:
        described = operation["responses"].get("422", {}).get("description")
        mistaken = "api" in operation["tags"] and "validation_error" in str(operation["responses"].get("400"))
        assert described == ("validation_error" if mistaken else None)


def test_the_account_may_have_any_name() -> None:
    named = [each for shown in OPERATIONS_SHOWN for each in shown.get("parameters", ()) if "Account" in each["name"]]
    assert len(named) == len(CONTROLS)
    assert all(each["schema"] == {"type": "string", "default": "default"} for each in named)


def test_the_server_gives_it(interactor_server: Any) -> None:
    answer = httpx.get(f"{interactor_server.url}/_emulator/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"
    assert set(answer.json()["paths"]) == set(DOCUMENT["paths"])


@pytest.mark.parametrize(("method", "path", "example"), EXAMPLES, ids=[f"{row[0]} {row[1]}" for row in EXAMPLES])
def test_every_example_works(
    interactor: Emulator, interactor_server: Any, method: str, path: str, example: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {interactor.token()}"} if path.startswith("/api") else {}
    answer = httpx.request(method, interactor_server.url + path, json=example, headers=headers)
    assert answer.is_success, answer.text
    assert str(answer.status_code) in DOCUMENT["paths"][path][method.lower()]["responses"]


def test_a_component_has_one_type() -> None:
    first, second = (TypedDict("Thing", {"name": str}) for _ in range(2))  # type: ignore[operator]
    schemas = Schemas()
    assert schemas.of(first) == schemas.of(first)
    with pytest.raises(TypeError, match="two types of the wire are called Thing"):
        schemas.of(second)
