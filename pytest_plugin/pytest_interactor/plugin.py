"""The fixtures, as thin doors: imports nothing of the emulator until a test asks for it."""

import json
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from . import options

if TYPE_CHECKING:
    import httpx
    from interactor_emulator import Emulator
    from interactor_emulator.facade.inbox import Inbox
    from interactor_emulator.web.hosting.serving import Server

    from .again import Plan
    from .gathered import Gathered
    from .port import Port
    from .renewal import KeptConnections

# The document's own day.
_NOW = "2026-01-20T12:00:00Z"
_POOL_USED = pytest.StashKey[bool]()
_GATHERED = pytest.StashKey["Gathered"]()
_CURRENT = pytest.StashKey["Emulator"]()
_FAILS = pytest.StashKey[bool]()
_FAILED = "interactor-failed"


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "interactor(workflow=, seed=, now=, frozen=, limits=, execution=, rate_limits=, variants=, faults=, "
        "expected_diagnostics=, …): what is loaded, and how the emulator is made; it takes what Emulator takes, rules "
        "for faults, and the codes of what the emulator shall notice",
    )

    from .machines import Machines, Notes

    config.pluginmanager.register(Machines(config))
    config.pluginmanager.register(Notes())
    if config.getoption("--interactor-report"):
        config.pluginmanager.register(_Failed(), _FAILED)
    options.check(config)
    if _mutated(config):
        from . import mutating

        mutating.configure(config)


def _covers(config: pytest.Config) -> bool:
    """Whether anybody wants to know what was taken."""
    own = "--interactor-coverage"
    names = (own, "--interactor-report", f"{own}-from", f"{own}-fail-under")
    return any(config.getoption(name) for name in names)


def _mutated(config: pytest.Config) -> bool:
    """Whether wrong versions of a definition are to be tried."""
    return config.getoption("--interactor-mutate") is not None


def _fuzzed(config: pytest.Config) -> bool:
    """Whether the definitions that the tests load are to be run with made-up cases."""
    return config.getoption("--interactor-fuzz") is not None


def _gathered(config: pytest.Config) -> "Gathered":
    from .gathered import Gathered

    return config.stash.setdefault(_GATHERED, Gathered())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Under `--interactor-sweep` a test that has an emulator is run more than once, and reported once."""
    config = item.config
    if not config.getoption("--interactor-sweep") or "interactor" not in getattr(item, "fixturenames", ()):
        return None
    from . import sweeping

    swept = sweeping.run(item, nextitem, config.getoption("--interactor-sweep-calls"))
    if swept is not None and swept.left_out:
        _gathered(config).add_stopped_sweep(item.nodeid, swept)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> "Generator[None, object, object]":
    """Under `--interactor-mutate`, once all tests were run as they are, they are run with wrong definitions."""
    done = yield
    if _mutated(session.config) and not session.config.option.collectonly:
        from . import mutating

        mutating.run(session, _gathered(session.config).coverage)
    return done


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it has gathered; whoever leads writes the files."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        if _GATHERED in config.stash:
            output["interactor"] = json.dumps(config.stash[_GATHERED].to_json())
        return
    if options.diagnostics(config) == "error" and _GATHERED in config.stash and config.stash[_GATHERED].unused:
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
    if _mutated(config):
        from . import mutating

        mutating.finish(session)
    if _covers(config):
        from .ending import finish

        failed = config.pluginmanager.get_plugin(_FAILED)
        finish(session, _gathered(config), set() if failed is None else failed.tests)
    if _fuzzed(config) and session.exitstatus != pytest.ExitCode.INTERRUPTED:
        from . import fuzzing

        config.stash[_POOL_USED] = True
        fuzzing.run(session, _gathered(config).loaded)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist has ended."""
    output = getattr(node, "workeroutput", None)
    if output is None:
        _gathered(node.config).lost.append(node.gateway.id)
    elif "interactor" in output:
        _gathered(node.config).add_json(json.loads(output["interactor"]))


class _Failed:
    """The tests that did not pass: their scenarios are shown as such."""

    def __init__(self) -> None:
        self.tests: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.tests.add(report.nodeid)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if _GATHERED in config.stash:
        from .ending import summarize

        summarize(terminalreporter, config, config.stash[_GATHERED], shown=options.diagnostics(config) != "off")
    if _mutated(config):
        from . import mutating

        mutating.summarize(terminalreporter, config)
    if _fuzzed(config):
        from . import fuzzing

        fuzzing.summarize(terminalreporter, config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """No child process of ours outlives the session."""
    if config.stash.get(_POOL_USED, False):
        from interactor_emulator.emulator import close_shared_pool

        close_shared_pool()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> "Generator[None, Any, Any]":
    """A failure shows no frame of ours. Whether the test itself failed: then what it left unused says nothing."""
    if call.excinfo is not None and "interactor_emulator" in sys.modules:
        from .frames import without_ours

        without_ours(call.excinfo)
    report = yield
    if call.when == "call":
        item.stash[_FAILS] = report.failed
    return report


def _plan(item: pytest.Item) -> "Plan | None":
    """What is to happen in this run of a test, where it is run more than once."""
    if not item.config.getoption("--interactor-sweep") and not _mutated(item.config):
        return None
    from .again import PLAN

    return item.stash.get(PLAN, None)


@pytest.fixture
def interactor(request: pytest.FixtureRequest) -> "Iterator[Emulator]":
    """A clean emulator: its clock stands at 2026-01-20T12:00:00Z, its seed is fixed, or the test's own where
    it uses `interactor_env`; the marker may say otherwise."""
    from . import marks, seeds

    request.config.stash[_POOL_USED] = True
    config = request.config
    folders = [*config.getoption("--interactor-definitions"), *config.getini("interactor_definitions")]
    made_with = {"seed": seeds.seed_of(request.node), "now": _NOW, "definitions": folders}
    plan = _plan(request.node)
    emulator = marks.made(request.node, made_with, None if plan is None else plan.begin)
    test, covers, mode = request.node.nodeid, _covers(config) or _mutated(config), options.diagnostics(config)
    gathered = _gathered(config)
    if plan is not None and not plan.undisturbed:
        covers, mode, gathered = False, mode if plan.heeds_diagnostics and mode == "error" else "off", type(gathered)()
    config.stash[_CURRENT] = emulator
    if "interactor_env" in request.fixturenames:
        request.getfixturevalue("_interactor_port").connect(emulator)
    if covers:
        emulator.account.before_reset.append(lambda account: gathered.add_account(account, test))
    yield emulator
    del config.stash[_CURRENT]
    if _fuzzed(config):
        gathered.add_loaded(emulator)
    if plan is not None:
        plan.end(emulator)
    if covers or mode != "off":
        passed = not request.node.stash.get(_FAILS, True)
        findings = gathered.add_test(emulator, test, marks.expected(request.node), covered=covers, passed=passed)
        if findings and mode == "error":
            pytest.fail("\n".join(["the emulator noticed:", *map(str, findings)]), pytrace=False)


@pytest.fixture
def interactor_workflow(request: pytest.FixtureRequest, interactor: "Emulator") -> str:
    """The name of the marker's workflow, which is loaded and published."""
    from . import marks

    if marks.arguments(request.node).get("workflow") is None:
        raise pytest.UsageError('interactor_workflow needs @pytest.mark.interactor(workflow="…")')
    return next(reversed(interactor.account.store.workflows))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A scenario file is a file of tests, unless the project says otherwise."""
    if not file_path.name.endswith(".scenario.json") or not parent.config.getini("interactor_scenarios"):
        return None
    from .scenarios import ScenarioFile  # late: most projects have none

    return ScenarioFile.from_parent(parent, path=file_path)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whoever uses `interactor_env`, through an app that is started once say, talks to the test's own emulator."""
    names = getattr(item, "fixturenames", [])
    if "interactor_env" in names and "interactor" not in names:
        names.append("interactor")


@pytest.fixture(scope="session")
def _interactor_port() -> "Iterator[Port]":
    """One server for the whole session; each test puts its emulator behind it."""
    from .port import Port

    with Port() as port:
        yield port


@pytest.fixture(scope="session")
def interactor_env(_interactor_port: "Port", pytestconfig: pytest.Config) -> dict[str, str]:
    """What a client needs, as variables of the environment; they stay good over all tests and resets.

    The emulator of every test that uses it, or an app that was started with it, stands behind that port."""
    if (current := pytestconfig.stash.get(_CURRENT, None)) is not None:
        _interactor_port.connect(current)
    return _interactor_port.environment()


@pytest.fixture
def interactor_server(interactor: "Emulator", _interactor_port: "Port") -> "Server":
    """The test's emulator behind a real port."""
    _interactor_port.connect(interactor)
    return _interactor_port.server


@pytest.fixture
def interactor_inbox(interactor: "Emulator") -> "Inbox":
    """A webhook receiver that verifies and collects what the test's emulator delivers."""
    return interactor.webhooks.inbox


@pytest.fixture(scope="session")
def _interactor_connections() -> "Iterator[KeptConnections]":
    """What the clients of all tests share."""
    from .renewal import KeptConnections

    connections = KeptConnections()
    yield connections
    connections.end()


@pytest.fixture
def interactor_client(
    interactor: "Emulator", interactor_server: "Server", _interactor_connections: "KeptConnections"
) -> "Iterator[httpx.Client]":
    """An httpx client of the API that renews its token by itself, also after time travel."""
    import httpx

    from .renewal import RenewedToken

    base_url, auth = interactor_server.api_url, RenewedToken(interactor)
    with httpx.Client(base_url=base_url, auth=auth, transport=_interactor_connections, trust_env=False) as client:
        yield client
