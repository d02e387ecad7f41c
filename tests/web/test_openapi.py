"""The server's own description: complete, and every example in it works."""

from typing import Any, TypedDict

import httpx
import pytest
from interactor_emulator import Emulator
from interactor_emulator.web.control.table import CONTROLS
from interactor_emulator.web.description import document
from interactor_emulator.web.endpoints.operations import OPERATIONS
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
    oauth = {call for call in CALLS if "oauth" in call[1] or ".well-known" in call[1]}
    assert set(CALLS) == api | control | oauth
    assert len(oauth) == 6


def test_every_shape_that_is_named_exists_and_is_used() -> None:
    assert references(DOCUMENT) == set(DOCUMENT["components"]["schemas"])


def test_names_of_operations_are_unique() -> None:
    names = [DOCUMENT["paths"][path][method.lower()]["operationId"] for method, path in CALLS]
    assert len(names) == len(set(names))


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
