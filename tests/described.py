"""Holds every answer that a test gets over HTTP against the server's own description."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx
from interactor_emulator.web.control.table import CONTROLS
from interactor_emulator.web.description import document
from interactor_emulator.web.endpoints.operations import OPERATIONS
from interactor_emulator.web.operation import PREFIX

from . import published
from .schemas import Schema

_HOME, _PAGES = "/_emulator/", "/_emulator/dashboard/"
_OURS = ("/api/v1", "/_emulator", "/oauth", "/.well-known", "/health")
_API = "/api/v1"
_REQUEST_ID = "x-request-id"
_RATES = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
_BODILESS = {204, 304}


@cache
def _document() -> Mapping[str, Any]:
    return document(OPERATIONS, CONTROLS)


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """Every path as a pattern; those without a parameter come first, as the router has them."""
    paths = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in paths]


@cache
def _schema(path: str, method: str, status: str, content_type: str) -> Schema:
    schema = _document()["paths"][path][method]["responses"][status]["content"][content_type]["schema"]
    return Schema({**schema, "components": _document()["components"]})


def _missing_headers(response: httpx.Response) -> Iterator[str]:
    """ "Every API request returns a unique request ID"; whoever has shown a token is told of its rates as well."""
    request = response.request
    if not request.url.path.startswith(_API) or request.method == "OPTIONS":
        return
    for name in (
        (_REQUEST_ID,) if response.status_code == 401 or "/oauth/" in request.url.path else (_REQUEST_ID, *_RATES)
    ):
        if not response.headers.get(name) or (
            name in _RATES and not response.headers[name].removeprefix("-").isdigit()
        ):
            yield f"{request.method} {request.url.path} answered {response.status_code} without a right {name}"


@cache
def _own_kinds() -> Mapping[tuple[str, str], tuple[int, Schema]]:
    """The status and the kind of a success where a key may bring another call's: whoever sends none has no other."""
    schemas = _document()["components"]["schemas"]
    found = {}
    for each in OPERATIONS:
        if each.idempotent and each.answer is not None:
            kind = {"data": {"$ref": f"#/components/schemas/{each.answer.__name__}"}}
            whole = {**schemas["Kept"], "properties": kind, "components": _document()["components"]}
            found[PREFIX + each.path, each.method.lower()] = each.status, Schema(whole)
    return found


def faults(response: httpx.Response) -> Iterator[str]:
    """What of an answer is not as it is described: its status, its type, a header, a member, a code."""
    request = response.request
    path, method = request.url.path, request.method.lower()
    if not path.startswith(_OURS) or "x-interactor-signature" in request.headers:
        return
    if request.extensions.get("otherwise"):  # of an account that does as the description does not say
        return
    if path == _HOME or path.startswith(_PAGES):  # for people: no document describes a page
        if response.status_code >= 500:
            yield f"{request.method} {path} answered {response.status_code}"
        return
    yield from _missing_headers(response)
    route = next((route for pattern, route in _routes() if pattern.fullmatch(path)), None)
    described = None if route is None else _document()["paths"][route].get(method)
    where = f"{request.method} {path} answered {response.status_code}"
    if route is None or described is None:
        if response.status_code not in (401, 403, 404, 429, 200, 400) or b"internal_error" in response.content:
            yield f"{where}, and nothing of that path is described"
        return
    answer = described["responses"].get(str(response.status_code))
    if answer is None:
        yield f"{where}, described are {', '.join(described['responses'])}: {response.text[:300]}"
        return
    if response.status_code in _BODILESS:
        return
    content_type = response.headers.get("content-type", "").split(";")[0]
    if content_type not in answer["content"]:
        yield f"{where} as {content_type!r}, described are {', '.join(answer['content'])}"
    elif content_type == "application/json":
        told = response.json()
        if path.startswith(_API) and response.is_success:
            data = told.get("data")
            yield from (f"{where}: {each}" for each in published.faults_of_answer(request.method, path, data))
        schema = _schema(route, method, str(response.status_code), content_type)
        own_status, own = _own_kinds().get((route, method), (0, None))
        if own is not None and response.is_success and "idempotency-key" not in request.headers:
            schema = own
            if response.status_code != own_status:
                yield f"{where}, and its own success is {own_status}"
        yield from (f"{where}: {each}" for each in schema.faults(told))
