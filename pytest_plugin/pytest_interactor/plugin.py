"""The fixtures, as thin doors: imports nothing of the emulator until a test asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from interactor_emulator import Emulator
    from interactor_emulator.inbox import Inbox
    from interactor_emulator.web.serving import Server

# The document's own day.
_NOW = "2026-01-20T12:00:00Z"
_SEED = 1
_MARKER = "interactor"
_POOL_USED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("interactor", "Interactor emulator")
    group.addoption(
        "--interactor-definitions",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder in which emulator.load() looks for definitions by name; may be repeated",
    )
    parser.addini("interactor_definitions", "folders in which emulator.load() looks for definitions", "paths", [])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(seed=, now=, frozen=, limits=, execution=, rate_limits=, workflow=): how the emulator is made",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """No child process of ours outlives the session."""
    if config.stash.get(_POOL_USED, False):
        from interactor_emulator.emulator import close_shared_pool

        close_shared_pool()


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The arguments of the test's markers, the nearest first to be heard."""
    found: dict[str, Any] = {}
    for marker in request.node.iter_markers(_MARKER):
        found = {**marker.kwargs, **found}
    return found


@pytest.fixture
def interactor(request: pytest.FixtureRequest) -> "Emulator":
    """A clean emulator: its clock stands at 2026-01-20T12:00:00Z, its seed is fixed; the marker may say otherwise."""
    from interactor_emulator.emulator import Emulator

    request.config.stash[_POOL_USED] = True
    options = _marked(request)
    workflow = options.pop("workflow", None)
    config = request.config
    folders = [*config.getoption("--interactor-definitions"), *config.getini("interactor_definitions")]
    emulator = Emulator(**{"seed": _SEED, "now": _NOW, "definitions": folders, **options})
    if workflow is not None:
        emulator.load(workflow)
    return emulator


@pytest.fixture(scope="session")
def _interactor_port() -> "Iterator[Any]":
    """One server for the whole session; each test puts its emulator behind it."""
    from interactor_emulator.emulator import Emulator
    from interactor_emulator.web.serving import Server

    host = Emulator()
    with Server(host.asgi_app) as server:
        yield server, host.accounts


@pytest.fixture
def interactor_server(interactor: "Emulator", _interactor_port: Any) -> "Server":
    """The test's emulator behind a real port."""
    server, accounts = _interactor_port
    # The app under test is on this machine, and so are its webhook receiver and its HTTP targets.
    interactor.account.caller.egress.loopback = True
    accounts.host_only(interactor.account)
    return server  # type: ignore[no-any-return]  # the session fixture yields a pair


@pytest.fixture
def interactor_inbox(interactor: "Emulator") -> "Inbox":
    """A webhook receiver that verifies and collects what the test's emulator delivers."""
    return interactor.webhooks.inbox


@pytest.fixture
def interactor_client(interactor: "Emulator", interactor_server: "Server") -> "Iterator[httpx.Client]":
    """An httpx client of the API that renews its token by itself, also after time travel."""
    import httpx

    from .renewal import RenewedToken

    with httpx.Client(base_url=interactor_server.api_url, auth=RenewedToken(interactor)) as client:
        yield client
