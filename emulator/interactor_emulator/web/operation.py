"""One method of one path: what it takes, what it does, what it answers, and how it may refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from interactor_emulator.bounds import Bound
from interactor_emulator.errors import (
    CutOff,
    Forbidden,
    IdempotencyConflict,
    InteractorError,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
    UnsupportedMediaType,
    ValidationError,
)
from interactor_emulator.variants import VARIANTS
from interactor_emulator.wire.control import Nothing

from .call import Endpoint

PREFIX = "/api/v1"
CONTROL_PREFIX = "/_emulator"

Refusals = tuple[type[InteractorError], ...]

BY_EVERYBODY: Refusals = (Unauthorized, Forbidden, RateLimited, InteractorError)
"""How any operation may refuse."""

OF_A_BODY: Refusals = (ValidationError, CutOff, PayloadTooLarge, UnsupportedMediaType)
"""How an operation that takes a body may."""


class Definition(dict[str, object]):
    """A body that is a workflow: what may stand in it is told by `POST /workflows/validate`."""


@dataclass(frozen=True)
class Operation:
    """A row of the API's table: routing, the checks of a request and the OpenAPI document are made from it.

    `body` and `answer` are types of the wire; an `answer` of None is empty. `upload` takes a form with a file in place
    of JSON; `stream` may be given its token in the query; `idempotent` keeps its answer under an `Idempotency-Key`;
    one that is `namespaced` hears `X-Namespace`.
    """

    method: str
    path: str
    scope: str
    category: str
    endpoint: Endpoint
    summary: str
    answer: type | None
    status: int = 200
    body: type | None = None
    refusals: Refusals = ()
    query: Mapping[str, object] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    content_type: str = "application/json"
    upload: bool = False
    stream: bool = False
    idempotent: bool = False
    namespaced: bool = False

    @cached_property
    def members(self) -> tuple[str, ...] | None:
        """The members that its body may have; None where the body is a definition."""
        if self.body is Definition:
            return None
        return () if self.body is None else tuple(self.body.__annotations__)

    @property
    def codes(self) -> dict[int, list[str]]:
        """The codes of each status with which it may refuse."""
        found: dict[int, list[str]] = {}
        of_a_body = OF_A_BODY if self.method == "POST" else ()
        of_a_key = (IdempotencyConflict,) if self.idempotent else ()
        for error in dict.fromkeys((*BY_EVERYBODY, *of_a_body, *of_a_key, *self.refusals)):
            found.setdefault(error.status, []).append(error.code)
        if ValidationError.code in found.get(ValidationError.status, ()):
            found[int(VARIANTS["validation_status"][1])] = [ValidationError.code]
        return found


@dataclass(frozen=True, slots=True)
class ControlOperation:
    """One call: what it does, the types of its body and answer, and an example of the body that works. One that
    `waits` for others answers with what it waits for when its time is up. One with a bound of its own, `raw`, reads the
    bytes of its body itself."""

    method: str
    path: str
    action: Callable[..., Any]
    summary: str
    answer: object = Nothing
    body: object = None
    example: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    query: Mapping[str, object] = field(default_factory=dict)
    content_types: tuple[str, ...] = ("application/json",)
    refusals: tuple[type[InteractorError], ...] = ()
    waits: bool = False
    raw: Bound | None = None

    @property
    def codes(self) -> dict[int, list[str]]:
        """The codes of each status with which it may refuse."""
        found: dict[int, list[str]] = {}
        of_a_body = (CutOff, PayloadTooLarge, UnsupportedMediaType) if self.method != "GET" else ()
        for error in (ValidationError, Forbidden, NotFound, *of_a_body, InteractorError, *self.refusals):
            found.setdefault(error.status, []).append(error.code)
        return found
