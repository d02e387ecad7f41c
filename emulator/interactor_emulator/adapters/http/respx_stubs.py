"""respx as the source of stubs: what it does not know goes on to routes and egress."""

import re
from collections.abc import Callable

import httpx

try:
    import respx
    from respx.models import AllMockedAssertionError
except ModuleNotFoundError as error:
    told = (
        "http is a respx router, and respx is not installed: pip install 'interactor-emulator[pytest]', or use stub(…)"
    )
    raise ModuleNotFoundError(told, name=error.name) from None

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def other_methods(router: respx.Router, request: httpx.Request) -> list[str]:
    """The methods for which it has an answer at the same URL, and the same request otherwise."""
    patterns = [route.pattern for route in router.routes if route.pattern is not None]
    found = []
    for method in _METHODS:
        asked = httpx.Request(method, request.url, headers=request.headers, content=request.read())
        if method != request.method and any(pattern.match(asked) for pattern in patterns):
            found.append(method)
    return found


def router() -> tuple[respx.Router, Callable[[httpx.Request], httpx.Response | None]]:
    """A router of its own, not patched into httpx, and what asks it for an answer (None where it has none)."""
    made = respx.Router(assert_all_called=False)

    def answer(request: httpx.Request) -> httpx.Response | None:
        try:
            return made.handler(request)
        except AllMockedAssertionError:
            return None

    return made, answer


def described(route: respx.Route) -> str:
    """A route as a person would name it: `a stub for POST https://yourapp.com/x`."""
    parts = dict(re.findall(r"<(\w+) \w+ '([^']*)'>", repr(route)))
    if not {"Scheme", "Host"} <= set(parts):
        return f"a stub for {route!r}"
    return f"a stub for {parts.get('Method', 'any')} {parts['Scheme']}://{parts['Host']}{parts.get('Path', '')}"
