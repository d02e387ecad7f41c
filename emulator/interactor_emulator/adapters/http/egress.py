"""Where a request may go: routes to local servers, the hosts that were named, and nowhere else.

"A test suite must never call production by accident": what is not allowed here never leaves the process.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from .loops import hand_over

App = Callable[..., Awaitable[None]] | Callable[..., Iterable[bytes]]
"""An ASGI or a WSGI application."""

Target = str | App
"""Where a route leads: the origin of a local server, or an application in this process."""


# Nothing is needed where a server is meant to be reached: `serve`, and the fixtures that are a port.
_ALLOW_LOOPBACK = (
    "let this machine be reached: request interactor_server or interactor_env, or Emulator(loopback_egress=True)"
)
# A segment of every path of the control API.
_CONTROL = "_emulator"


class Blocked(Exception):
    """The request may not leave; the message says which stub or route would help."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request really goes: a URL, and the application that answers it, if one does."""

    url: str
    app: object = None


class Egress:
    """`routes` map an origin (`https://yourapp.com`) to a Target; `allowed` are host names.

    With `loopback`, addresses of this machine are allowed too.
    """

    def __init__(self, routes: Mapping[str, Target], allowed: Iterable[str], *, loopback: bool) -> None:
        self.routes: dict[str, Target] = {}
        self.allowed: frozenset[str] = frozenset(host.lower() for host in allowed)
        self.loopback = loopback
        self.set_routes(routes)

    def set_routes(self, routes: Mapping[str, Target]) -> None:
        """Replace all routes; raises ValueError for what is no origin."""
        self.routes = {_origin_of_route(origin): _target(target) for origin, target in routes.items()}
        for app in self.routes.values():
            hand_over(app)

    def destination(self, url: str, *, of_webhook: bool = False) -> Destination:
        """Where this URL leads; raises Blocked, or ValueError for what is no URL."""
        parts = parsed(url)
        target = self.routes.get(origin(parts))
        if _leads_to_control(parts.path):
            raise Blocked("Definitions do not reach the emulator's control API, whatever egress allows")
        if target is None:
            self._check(parts, of_webhook)
            return Destination(url)
        if not isinstance(target, str):
            return Destination(url, target)
        return Destination(target + parts._replace(scheme="", netloc="", fragment="").geturl())

    def _check(self, parts: SplitResult, of_webhook: bool) -> None:
        host = parts.hostname or ""
        if host in self.allowed or (self.loopback and is_loopback(host)):
            return
        where = origin(parts)
        ways = ["" if of_webhook else "a stub for it", f"a route ({where}=http://127.0.0.1:PORT)"]
        allow = _ALLOW_LOOPBACK if is_loopback(host) else f"allow egress to {host}"
        raise Blocked(f"Egress to {where} is blocked: add {', '.join(filter(None, ways))} or {allow}")


def _leads_to_control(path: str) -> bool:
    """Whether a server may read the path as one of the control API: also where that is mounted under a prefix, and
    `%5F` and a backslash taken into account."""
    return _CONTROL in unquote(unquote(path)).replace("\\", "/").split("/")


def parsed(url: str) -> SplitResult:
    """The parts of an http or https URL; raises ValueError for anything else, a bad port included."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"'{url}' is not an http or https URL")
    origin(parts)
    return parts


def origin(parts: SplitResult) -> str:
    """Scheme, host and port, the port left out where it is the scheme's own; raises ValueError for a bad port."""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, default) else f":{parts.port}")


def is_loopback(host: str) -> bool:
    """Whether this is a name or an address of this machine's loopback."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin_of_route(text: str) -> str:
    if not isinstance(text, str):
        raise ValueError(f"route {text!r}: expected an origin, like https://yourapp.com")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"route '{text}': expected scheme, host and maybe port, like https://yourapp.com")
    return origin(parts)


def _target(target: Target) -> Target:
    if isinstance(target, str):
        return _origin_of_route(target)
    if not callable(target):
        raise ValueError(f"a route leads to an origin, like http://127.0.0.1:3000, or to an app, not to {target!r}")
    return target
