"""Puts the document together from the tables."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from interactor_emulator import __version__
from interactor_emulator.web.control.described import CONTROLS, Control
from interactor_emulator.web.endpoints.operations import DESCRIBED, Described
from interactor_emulator.wire.schemas import SCHEMAS, TEXT, Schema, ref

from .api import OPERATIONS, PREFIX, Operation

_CONTROL = "/_emulator"
_JSON = "application/json"
_NO_CONTENT = 204
_REQUEST_ID = {"X-Request-Id": {"schema": TEXT}}
_RATE_HEADERS = {
    f"X-RateLimit-{name}": {"schema": {"type": "integer"}} for name in ("Limit", "Remaining", "Reset")
} | _REQUEST_ID


def document() -> Mapping[str, Any]:
    """The whole of it."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        described = DESCRIBED[operation.method, operation.path]
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = _operation(operation, described)
    paths |= _oauth()
    for (method, path), control in CONTROLS.items():
        paths.setdefault(_CONTROL + path, {})[method.lower()] = _control(method, path, control)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Interactor workflow API, as the emulator answers it", "version": __version__},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation, described: Described) -> Mapping[str, Any]:
    answer: Schema = TEXT
    if described.answer:
        answer = {"type": "object", "properties": {"data": ref(described.answer)}, "required": ["data"]}
    responses: dict[str, Any] = {
        str(described.status): {
            "description": "Success",
            "headers": _RATE_HEADERS,
            **({} if described.status == _NO_CONTENT else {"content": {described.content_type: {"schema": answer}}}),
        }
    }
    for status, codes in described.statuses.items():
        responses[status] = _refusal(", ".join(codes), "Error")
    if operation.idempotent:
        # "The same key with another body or path: the original response".
        other = {"description": "The answer of another request that used the key first", "content": {_JSON: {}}}
        for status in ("200", "201"):
            responses.setdefault(status, other)
    shown: dict[str, Any] = {
        "summary": described.summary,
        "description": f"Needs the scope {operation.scope}.",
        "operationId": _name(operation.method, operation.path),
        "tags": ["api"],
        "security": [{"token": [operation.scope]}],
        "parameters": [
            *_path_parameters(operation.path),
            *_query_parameters(described.query, described.required),
            *(_IDEMPOTENCY if operation.idempotent else ()),
        ],
        "responses": responses,
    }
    if operation.upload:
        shown["requestBody"] = {"content": {"multipart/form-data": {"schema": ref(described.body)}}}
    elif described.body:
        shown["requestBody"] = _json_body(ref(described.body))
    return shown


_IDEMPOTENCY = ({"name": "Idempotency-Key", "in": "header", "required": False, "schema": TEXT},)


def _control(method: str, path: str, control: Control) -> Mapping[str, Any]:
    contents = {each: {"schema": control.answer if each == _JSON else TEXT} for each in control.content_types}
    shown: dict[str, Any] = {
        "summary": control.summary,
        "operationId": _name(method, f"/emulator{path}"),
        "tags": ["emulator"],
        "parameters": [
            *_path_parameters(path),
            *_query_parameters(control.query, ()),
            {"name": "X-Emulator-Account", "in": "header", "required": False, "schema": {"const": "default"}},
        ],
        "responses": {
            str(control.status): {"description": "Success", "content": contents},
            "400": _refusal("validation_error", "Error"),
            "403": _refusal("forbidden: the Host is no loopback name", "Error"),
            "404": _refusal("not_found", "Error"),
            "413": _refusal("payload_too_large", "Error"),
            "415": _refusal("unsupported_media_type", "Error"),
        },
    }
    if control.body is not None:
        schema = {"type": "object", "properties": control.body, "examples": [control.example]}
        shown["requestBody"] = _json_body(schema)
    return shown


def _oauth() -> dict[str, dict[str, Any]]:
    def post(summary: str, body: str, answer: Schema) -> dict[str, Any]:
        return {
            "post": {
                "summary": summary,
                "operationId": _name("POST", f"/{body}/{summary}"),
                "tags": ["oauth"],
                "requestBody": {
                    "required": True,
                    "content": {
                        _JSON: {"schema": ref(body)},
                        "application/x-www-form-urlencoded": {"schema": ref(body)},
                    },
                },
                "responses": {
                    "200": {"description": "Success", "content": {_JSON: {"schema": answer}}},
                    "400": _refusal("as RFC 6749 5.2", "OAuthError"),
                    "401": _refusal("invalid_client", "OAuthError"),
                },
            }
        }

    def get(summary: str, path: str) -> dict[str, Any]:
        success = {"description": "Success", "content": {_JSON: {"schema": {"type": "object"}}}}
        return {
            "get": {
                "summary": summary,
                "operationId": _name("GET", path),
                "tags": ["oauth"],
                "responses": {"200": success},
            }
        }

    keys, discovery = "The key that signs tokens", "/.well-known/openid-configuration"
    return {
        "/oauth/token": post("Get a token", "TokenRequest", ref("Token")),
        f"{PREFIX}/oauth/token": post("Get a token, the alias", "TokenRequest", ref("Token")),
        "/oauth/revoke": post("Revoke a token", "Revocation", {"type": "object"}),
        "/oauth/jwks": get(keys, "/oauth/jwks"),
        "/.well-known/jwks.json": get(keys, "/.well-known/jwks.json"),
        discovery: get("Where the endpoints are", discovery),
    }


def _json_body(schema: Schema) -> Mapping[str, Any]:
    return {"required": False, "content": {_JSON: {"schema": schema}}}


def _refusal(description: str, schema: str) -> Mapping[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": ref(schema)}}}


def _path_parameters(path: str) -> Iterable[Mapping[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query_parameters(query: Mapping[str, Schema], required: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    for name, schema in query.items():
        yield {"name": name, "in": "query", "required": name in required, "schema": schema}


def _name(method: str, path: str) -> str:
    return "_".join([method.lower(), *re.findall(r"\w+", path)])
