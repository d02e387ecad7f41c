"""The server's own description, OpenAPI 3.1, put together from the tables of the API and of the control API."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from interactor_emulator.version import __version__
from interactor_emulator.wire import shapes, tokenless
from interactor_emulator.wire.schemas import Schema, Schemas

from .operation import CONTROL_PREFIX, PREFIX, ControlOperation, Definition, Operation
from .tokenless import TOKENLESS, TokenlessOperation

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_TEXT: Schema = {"type": "string"}
_REQUEST_ID = {"X-Request-Id": {"schema": _TEXT}}
_RATE_HEADERS = {
    **{f"X-RateLimit-{name}": {"schema": {"type": "integer"}} for name in ("Limit", "Remaining", "Reset")},
    **_REQUEST_ID,
}
_IDEMPOTENCY = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": _TEXT}
_OWN_ID = {"name": "X-Request-Id", "in": "header", "required": False, "schema": _TEXT}
_NAMESPACE = {
    "name": "X-Namespace",
    "in": "header",
    "required": False,
    "description": "The namespace, where body or query name none.",
    "schema": _TEXT,
}
_LAST_EVENT_ID = {"name": "Last-Event-ID", "in": "header", "required": False, "schema": _TEXT}
_ACCOUNT = {
    "name": "X-Emulator-Account",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "default": "default"},
}
_CREDENTIALS = {"grant_type": "client_credentials", "client_id": "client_dev", "client_secret": "secret_dev"}
_EXAMPLES: Mapping[type, Schema] = {
    shapes.CreateBody: {"namespace": "user_123", "input": {"amount": 5000}},
    shapes.ResumeBody: {"input": {"approved": True, "comment": "Looks good"}},
    shapes.SubscribeBody: {
        "url": "https://yourapp.com/webhooks/workflows",
        "events": ["workflow.instance.halted"],
        "secret": "whsec_your_webhook_secret_min_32_chars",
    },
    tokenless.TokenRequest: _CREDENTIALS,
    tokenless.Revocation: {"token": "rt_…", "client_id": "client_dev", "client_secret": "secret_dev"},
}
_DEFINITION: Schema = {
    "type": "object",
    "description": "A workflow: what may stand in it is told by POST /workflows/validate.",
    "additionalProperties": True,
    "examples": [
        {
            "name": "approval",
            "initial_state": "await_approval",
            "states": {
                "await_approval": {
                    "type": "halting",
                    "presentation": {"type": "message", "message": "Approve?"},
                    "transitions": [{"target": "done"}],
                },
                "done": {"type": "terminal"},
            },
        }
    ],
}
_INFO = {
    "title": "Interactor workflow API, as the emulator answers it",
    "description": "The hosted API as far as its document tells of it, and the control API of the emulator.",
    "version": __version__,
    "contact": {"name": "interactor-emulator"},
    "license": {"name": "MIT", "identifier": "MIT"},
}
_OAUTH_REFUSALS = {"400": "As RFC 6749 5.2", "401": "invalid_client", "500": "server_error"}
_TAGS = {
    "api": "What the service answers too.",
    "service": "Whether it answers.",
    "oauth": "The account server: tokens, keys, discovery.",
    "emulator": "The control API, of the emulator alone.",
}
# "Unknown members of a request body are ignored": what the API is sent may hold anything beside.
_OPEN = (shapes.CreateBody, shapes.ResumeBody, shapes.SubscribeBody, tokenless.TokenRequest, tokenless.Revocation)


def document(operations: Iterable[Operation], controls: Iterable[ControlOperation]) -> Mapping[str, Any]:
    """The whole of it."""
    schemas = Schemas(_OPEN, _EXAMPLES)
    schemas.named["Definition"] = _DEFINITION
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = _operation(schemas, operation)
    for free in TOKENLESS:
        paths.setdefault(free.path, {})[free.method.lower()] = _tokenless(schemas, free)
    for control in controls:
        paths.setdefault(CONTROL_PREFIX + control.path, {})[control.method.lower()] = _control(schemas, control)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": said} for name, said in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(schemas: Schemas, operation: Operation) -> Mapping[str, object]:
    shown: dict[str, object] = {
        "summary": operation.summary,
        "description": f"Needs the scope {operation.scope}.",
        "operationId": _name(operation.method, operation.path),
        "tags": ["api"],
        "security": [{"token": []}],
        "parameters": [
            *_path_parameters(operation.path),
            *_query_parameters(schemas, operation.query, operation.required),
            _OWN_ID,
            *((_NAMESPACE,) if operation.namespaced else ()),
            *((_IDEMPOTENCY,) if operation.idempotent else ()),
            *((_LAST_EVENT_ID,) if operation.stream else ()),
        ],
        "responses": {**_success(schemas, operation), **_refusals(schemas, operation.codes)},
    }
    if operation.body is not None:
        kind = "multipart/form-data" if operation.upload else _JSON
        schema = _ref("Definition") if operation.body is Definition else schemas.of(operation.body)
        shown["requestBody"] = {"required": operation.upload, "content": {kind: {"schema": schema}}}
    return shown


def _success(schemas: Schemas, operation: Operation) -> dict[str, object]:
    """A success, and for a repeat under a key the success of the request that used the key first."""
    success: dict[str, object] = {"description": "Success", "headers": _RATE_HEADERS}
    if operation.answer is str:
        success["content"] = {operation.content_type: {"schema": _TEXT}}
    elif operation.answer is not None:
        success["content"] = {_JSON: {"schema": _data(schemas.of(operation.answer))}}
    found: dict[str, object] = {str(operation.status): success}
    if operation.stream:
        found["204"] = {"description": "It is over, and who comes back has seen that", "headers": _RATE_HEADERS}
    if operation.idempotent:
        kept = {**success, "content": {_JSON: {"schema": _kept(schemas)}}}
        found |= {"200": kept, "201": kept}
    return found


def _kept(schemas: Schemas) -> Schema:
    """What a call that takes a key may answer: its own, or that of another call which has used the key before.

    One schema for every status, so that a generated client has one type for them. Whoever tries one kind after the
    other meets the one first that has the most members."""
    kinds = (shapes.Created, shapes.Resumed, shapes.ThreadResumed)
    schemas.named["Kept"] = _data({"anyOf": [schemas.of(kind) for kind in kinds]})
    return _ref("Kept")


def _data(schema: Schema) -> Schema:
    return {"type": "object", "properties": {"data": schema}, "required": ["data"], "additionalProperties": False}


def _control(schemas: Schemas, control: ControlOperation) -> Mapping[str, object]:
    answer = {
        each: {"schema": schemas.of(control.answer) if each == _JSON else _TEXT} for each in control.content_types
    }
    shown: dict[str, object] = {
        "summary": control.summary,
        "description": "Means the account that `X-Emulator-Account` names, or `default`.",
        "operationId": _name(control.method, f"/emulator{control.path}"),
        "tags": ["emulator"],
        "security": [],
        "parameters": [
            *_path_parameters(control.path),
            *_query_parameters(schemas, control.query, ()),
            _ACCOUNT,
        ],
        "responses": {
            str(control.status): {"description": "Success", "content": answer},
            **_refusals(schemas, control.codes),
        },
    }
    if control.body is not None:
        content = {"schema": schemas.of(control.body), "example": control.example}
        shown["requestBody"] = {"required": False, "content": {_JSON: content}}
    return shown


def _tokenless(schemas: Schemas, operation: TokenlessOperation) -> Mapping[str, object]:
    success = {"description": "Success", "content": {_JSON: {"schema": schemas.of(operation.answer)}}}
    shown: dict[str, object] = {
        "summary": operation.summary,
        "description": "Needs no token.",
        "operationId": _name(operation.method, operation.path),
        "tags": [operation.tag],
        "security": [],
        "parameters": [_OWN_ID],
        "responses": {"200": success},
    }
    if operation.body is not None:
        schema = schemas.of(operation.body)
        refusal = {"content": {_JSON: {"schema": schemas.of(tokenless.OAuthError)}}}
        shown["description"] = "JSON or a form; the client's id and secret in the body, or by HTTP Basic."
        shown["requestBody"] = {"required": True, "content": {kind: {"schema": schema} for kind in (_JSON, _FORM)}}
        shown["responses"] = {"200": success} | {
            status: {"description": said, **refusal} for status, said in _OAUTH_REFUSALS.items()
        }
    return shown


def _refusals(schemas: Schemas, codes: Mapping[int, list[str]]) -> dict[str, object]:
    """Each status with the codes that it may have."""
    error = schemas.of(shapes.Error)
    return {
        str(status): {
            "description": ", ".join(each),
            "content": {_JSON: {"schema": {"allOf": [error, _with_code(each)]}}},
        }
        for status, each in codes.items()
    }


def _with_code(codes: list[str]) -> Schema:
    error: Schema = {"type": "object", "properties": {"code": {"type": "string", "enum": [*codes]}}}
    return {"type": "object", "properties": {"error": error}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _path_parameters(path: str) -> Iterable[Mapping[str, object]]:
    for name in re.findall(r"{(\w+)}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query_parameters(
    schemas: Schemas, query: Mapping[str, object], required: Iterable[str]
) -> Iterable[Mapping[str, object]]:
    for name, kind in query.items():
        yield {"name": name, "in": "query", "required": name in required, "schema": schemas.of(kind)}


def _name(method: str, path: str) -> str:
    return "_".join([method.lower(), *re.findall(r"\w+", path)])
