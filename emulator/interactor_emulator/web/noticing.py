"""What of a request looks like a mistake: told in the diagnostics, never in the answer.

Of one request only the first few things are told: nobody can fill the diagnostics, or keep others waiting, with names.
What is told is redacted and cut where it is written down.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from interactor_emulator import bounds, notices
from interactor_emulator.account.account import Account
from interactor_emulator.errors import Unauthorized
from interactor_emulator.nearest import hint, nearest
from interactor_emulator.notices import Notice
from interactor_emulator.state.events import Noticed

from .operation import PREFIX, Operation

Name = TypeVar("Name", str, bytes)


# What proxies and browsers add, and what the emulator reads itself.
_KNOWN_HEADERS = (
    b"x-request-id",
    b"x-namespace",
    b"x-forwarded-",
    b"x-real-ip",
    b"x-emulator-account",
    b"x-requested-with",
    b"x-interactor-",
)

# Names for which later guides and deployed clients have a use that the document does not know.
_OF_OTHER_GUIDES = ("user_ref", "external_user_id", "x-user-ref", "x-external-user-id")


def members(account: Account, operation: Operation, body: Iterable[str], request_id: str) -> None:
    """ "Unknown members of a request body are ignored", and reported."""
    known, given = _known(account, operation.members or ()), tuple(body)
    bare = "input" in known and "input" not in given
    for name in _few(each for each in given if each not in known):
        told = _named(name, known)
        if bare and told["hint"] == _IGNORED:
            told["hint"] = _IN_INPUT
        _tell(account, notices.UNKNOWN_FIELD, request_id, operation=_shown(operation), **told)


_IGNORED = "The document does not name it, and the emulator ignores it"
_IN_INPUT = 'What a workflow is given goes into `input`: {"input": {…}}'


def repeated(account: Account, operation: Operation, names: Iterable[str], request_id: str) -> None:
    """Members that stand in an object twice: which one counts is not said by JSON, and the last does here."""
    for name in _few(dict.fromkeys(names)):
        _tell(account, notices.DUPLICATE_MEMBER, request_id, operation=_shown(operation), name=name)


def parameters(account: Account, operation: Operation, query: Iterable[str], request_id: str) -> None:
    """Parameters of the query that the operation does not read."""
    known = _known(account, operation.query)
    for name in _few(each for each in query if each not in known):
        _tell(account, notices.UNKNOWN_PARAMETER, request_id, operation=_shown(operation), **_named(name, known))


def headers(account: Account, sent: Mapping[bytes, bytes], request_id: str) -> None:
    """Headers that look as if they were meant for the API."""
    for name in _few(each for each in sent if each[:2] == b"x-" and not each.startswith(_KNOWN_HEADERS)):
        _tell(account, notices.UNKNOWN_HEADER, request_id, **_named(name.decode("latin-1"), ()))


def path(account: Account, method: str, asked: str, known: Iterable[Operation], request_id: str) -> None:
    """A path or method that leads nowhere, with the one that was probably meant."""
    operations = tuple(known)
    meant = _nearest(method, asked, operations)
    remedy = f"Did you mean {meant}?" if meant else "GET /_emulator/openapi.json lists every path"
    _tell(account, notices.UNKNOWN_PATH, request_id, asked=f"{method} {asked}", hint=remedy)


def workflow(account: Account, name: str, request_id: str) -> None:
    """A workflow that there is not: the one that was probably meant, or that there is none at all."""
    known = hint(name, account.store.workflows, "No workflow is loaded: create one, or name its file to `serve`")
    _tell(account, notices.UNKNOWN_WORKFLOW, request_id, name=name, hint=f"{known[0].upper()}{known[1:]}")


def unauthorized(account: Account, error: Unauthorized, request_id: str) -> None:
    """Why a token was refused, which the answer does not say."""
    _tell(account, notices.UNAUTHORIZED, request_id, why=error.why, hint=error.hint)


def _known(account: Account, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(account.variants.user_key if name == "namespace" else name for name in names)


# Paths that other guides have, or that one would guess, and what does the same here.
_INSTEAD: Mapping[tuple[str, str], str] = {
    ("POST", "/webhooks"): f"POST {PREFIX}/webhooks/subscriptions",
    ("GET", "/webhooks"): f"GET {PREFIX}/webhooks/subscriptions",
    ("GET", "/workflows/{}/instances"): f"GET {PREFIX}/workflows/instances?workflow_name=",
    ("GET", "/workflows/{}"): f"GET {PREFIX}/workflows/{{name}}/versions, or GET {PREFIX}/workflows",
    ("POST", "/token"): "POST /oauth/token",
    ("GET", "/instances"): f"GET {PREFIX}/workflows/instances",
    ("GET", "/instances/{}"): f"GET {PREFIX}/workflows/instances/{{instance_id}}",
}


def _nearest(method: str, asked: str, operations: tuple[Operation, ...]) -> str:
    """The route that was probably meant; empty when none is near. Paths are compared first, methods after."""
    inside = asked.removeprefix(PREFIX).rstrip("/")
    given = inside.split("/")
    of_path = [each for each in operations if _fits(each.path.split("/"), given)]
    if not asked.startswith(PREFIX) and (same := [each for each in of_path if each.method == method]):
        return _route(same[0])
    for (its_method, pattern), instead in _INSTEAD.items():
        if its_method == method and _fits(pattern.split("/"), given):
            return instead
    if of_path:
        return _route(of_path[0])
    near = nearest(inside, [*(each.path for each in operations), *_OUTSIDE])
    if near is not None and near in _OUTSIDE:
        return f"{_OUTSIDE[near]} {near}"
    meant = [each for each in operations if each.path == near]
    return _route(next((each for each in meant if each.method == method), meant[0])) if meant else ""


# What stands outside of the API's table.
_OUTSIDE: Mapping[str, str] = {
    "/oauth/token": "POST",
    "/oauth/revoke": "POST",
    "/oauth/jwks": "GET",
    "/.well-known/jwks.json": "GET",
    "/.well-known/openid-configuration": "GET",
    "/health": "GET",
}


def _route(operation: Operation) -> str:
    return f"{operation.method} {PREFIX}{operation.path}"


def _fits(pattern: list[str], given: list[str]) -> bool:
    return len(pattern) == len(given) and all(
        each.startswith("{") or each == segment for each, segment in zip(pattern, given, strict=True)
    )


def _named(name: str, known: tuple[str, ...]) -> dict[str, str]:
    """The name, and what we know about it."""
    if near := nearest(name, known):
        known_of = f"Did you mean '{near}'?"
    elif name.lower() in _OF_OTHER_GUIDES:
        known_of = "The document does not name it, another published guide does; it has `namespace` (variant user_key)"
    else:
        known_of = _IGNORED
    return {"name": name, "hint": known_of}


def _shown(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _few(names: Iterable[Name]) -> Iterator[Name]:
    return islice(names, bounds.NOTICES_OF_REQUEST.most)


def _tell(account: Account, row: Notice, request_id: str, **values: str) -> None:
    account.journal.notice(Noticed.of(row, request_id=request_id, **values))
