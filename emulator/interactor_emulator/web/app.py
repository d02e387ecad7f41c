"""The server's application: every route in one list."""

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from interactor_emulator.web.control.call import Control
from interactor_emulator.web.hosting.hosted import Accounts

from . import oauth
from .api import Api, Health, Nowhere, Resource
from .control.table import by_path as control_by_path
from .dashboard.pages import Guarded, Moved
from .dashboard.routes import dashboard_routes
from .endpoints.operations import OPERATIONS
from .logged import Logged
from .loopback import Loopback
from .operation import CONTROL_PREFIX, PREFIX, Operation


def create_app(accounts: Accounts, *, allowed_hosts: Iterable[str] = (), cors: Iterable[str] = ()) -> Starlette:
    """The application for these accounts.

    `allowed_hosts` are names, beside those of the loopback, under which the control API answers; `cors` are the
    origins whose pages may call the API.
    """
    api = Api(accounts)
    loopback = Loopback(allowed_hosts)
    control: list[BaseRoute] = [
        *dashboard_routes(accounts, loopback),
        *(Route(path, Control(accounts, actions, loopback)) for path, actions in control_by_path().items()),
        Route("/{path:path}", Control(accounts, {}, loopback)),
    ]
    app = Starlette(
        routes=[
            *[Route(PREFIX + path, Resource(api, operations)) for path, operations in _by_path().items()],
            Route("/oauth/token", oauth.OAuthEndpoint(accounts, oauth.token, oauth.known_grant)),
            Route(f"{PREFIX}/oauth/token", oauth.OAuthEndpoint(accounts, oauth.token_alias, oauth.known_grant)),
            Route("/oauth/revoke", oauth.OAuthEndpoint(accounts, oauth.revoke)),
            Route(f"{PREFIX}/oauth/revoke", oauth.OAuthEndpoint(accounts, oauth.revoke)),
            Route("/oauth/jwks", oauth.KeySet(accounts), methods=["GET"]),
            Route("/.well-known/jwks.json", oauth.KeySet(accounts), methods=["GET"]),
            Route("/.well-known/openid-configuration", oauth.Discovery(accounts), methods=["GET"]),
            Route("/health", Health(accounts), methods=["GET"]),
            Route(CONTROL_PREFIX, Guarded(loopback, Moved())),
            Mount(CONTROL_PREFIX, Router(control, redirect_slashes=False)),
            Route(f"{PREFIX}/{{path:path}}", Resource(api, {})),
            Route("/{path:path}", Nowhere(accounts)),
        ],
    )
    app.router.redirect_slashes = False
    app.router.default = _no_route(Resource(api, {}), Nowhere(accounts))
    app.state.accounts = accounts
    app.add_middleware(_SlashesOfNames)
    if origins := tuple(cors):
        app.add_middleware(_CorsOfTheApi, origins=origins)
    app.add_middleware(Logged, accounts=accounts)
    return app


def _no_route(within: ASGIApp, elsewhere: ASGIApp) -> ASGIApp:
    """Whom no route leads to, a path with a line break say, within the API or elsewhere."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await (within if scope["path"].startswith(PREFIX) else elsewhere)(scope, receive, send)

    return answer


class _SlashesOfNames:
    """ "A segment's `%2F` is data" (RFC 3986, 2.2): it parts no path here, and so finds nothing of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path") or b""
        if b"%2f" in raw.lower():
            kept = raw.partition(b"?")[0].replace(b"%2F", b"%252F").replace(b"%2f", b"%252f")
            scope = {**scope, "path": unquote_to_bytes(kept).decode("utf-8", "replace")}
        await self._app(scope, receive, send)


# What the API says beside its bodies, which a page of another origin may read only if it is told so.
_EXPOSED = ("X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")


class _CorsOfTheApi:
    """CORS "is for the API": no page of another origin gets anything from the control API."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        from starlette.middleware.cors import CORSMiddleware

        self._app = app
        self._with_cors = CORSMiddleware(
            app,
            allow_origins=tuple(origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        under_control = CONTROL_PREFIX.strip("/") in scope.get("path", "").split("/")
        await (self._app if under_control else self._with_cors)(scope, receive, send)


def _by_path() -> dict[str, dict[str, Operation]]:
    """The operations of each path, in the table's order: what is asked most is looked at first."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        found.setdefault(operation.path, {})[operation.method] = operation
    return found
