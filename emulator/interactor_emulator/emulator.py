"""What a test or a program holds in its hand: one account, and the means to serve it."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from interactor_emulator.account.tokens import Client
from interactor_emulator.adapters.http.egress import Target
from interactor_emulator.adapters.script.shared import close_shared_pool, shared_pool
from interactor_emulator.definition.reading import read_definition
from interactor_emulator.facade.emulator_clock import EmulatorClock, Instant, instant_ms
from interactor_emulator.services import due, grants
from interactor_emulator.services.due import NextDue
from interactor_emulator.state.overlaps import Holdable

from .account.account import Account
from .account.settings import (
    KEEPABLE,
    Execution,
    Settings,
    Timestamps,
    clients_from,
    execution_from,
    flag_from,
    hosts_from,
    limits_from,
    mapping_from,
    seed_from,
    timestamps_from,
)
from .errors import ValidationError, WorkflowNotFound, WorkflowNotPublished
from .facade.access import input_object, optional_text
from .facade.keeping import Keeping
from .jsontext import AnyJson, copied
from .limits import Limits
from .nearest import nearest
from .services import instances, workflows
from .services.loaded import Loaded
from .variants import Variants, variants_from

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from interactor_emulator.facade.aio import Aio
    from interactor_emulator.facade.holding import Held
    from interactor_emulator.facade.receiving import Webhooks
    from interactor_emulator.facade.run import Run
    from interactor_emulator.facade.sweeping import Swept
    from interactor_emulator.web.hosting.hosted import Accounts
    from interactor_emulator.web.hosting.serving import Server

    from .projections.state_tested import StateTested
    from .services.pictures import Format

__all__ = ["DefinitionNotFound", "Emulator", "close_shared_pool", "read_definition", "shared_pool"]


Several = TypeVar("Several", str, str | Path)


class DefinitionNotFound(FileNotFoundError):
    """No such file, and no definition of that name in the definitions folders."""


class Emulator(Keeping):
    """One account of the service, in this process. There are no sockets and no threads until asked for. Raises
    ValueError for a value that a setting does not take.

    `seed` makes ids and `Math.random` repeat; `now` is an ISO 8601 text or a datetime, at which the clock stands still
    unless `frozen` is False. With `execution` "background" a create or resume answers at once with `running`, and the
    instance goes on one state at a time as somebody looks at it over HTTP, or in `settle`.

    `limits` are the numbers to change by name, `secrets` are by name, `routes` lead an origin (`https://yourapp.com`)
    to a local one or to an ASGI or WSGI app, `allow_egress` names hosts that HTTP logic may really call,
    `definitions` are the folders in which `load` looks for a name, and `clients` may have tokens as `client_dev` may.
    `variants` say by name what of the service is otherwise than by default. `docs/reference/settings.md` has all.

    `webhook_timestamps` "wall" dates the headers of webhooks by the wall clock, "virtual" by the emulator's. Tokens are
    dated by the emulator's clock; with `token_timestamps` "wall" they are good for an app that checks them itself,
    against the wall clock, as PyJWT does.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        now: Instant | None = None,
        frozen: bool | None = None,
        limits: Limits | Mapping[str, float] | None = None,
        rate_limits: bool = False,
        execution: Execution = "inline",
        secrets: Mapping[str, str] | None = None,
        routes: Mapping[str, Target] | None = None,
        allow_egress: Iterable[str] | str = (),
        loopback_egress: bool = False,
        definitions: Iterable[str | Path] | str | Path = (),
        webhook_timestamps: Timestamps = "wall",
        token_timestamps: Timestamps = "virtual",
        clients: Iterable[Client] = (),
        variants: Variants | Mapping[str, str] | None = None,
    ) -> None:
        settings = Settings(
            seed=seed_from(seed),
            now_ms=None if now is None else _now_ms(now),
            frozen=now is not None if frozen is None else flag_from("frozen", frozen),
            limits=limits_from(limits),
            rate_limits=flag_from("rate_limits", rate_limits),
            execution=execution_from(execution),
            secrets=mapping_from("secrets", secrets),
            routes=mapping_from("routes", routes),
            allow_egress=hosts_from("allow_egress", allow_egress),
            loopback_egress=flag_from("loopback_egress", loopback_egress),
            webhook_timestamps=timestamps_from("webhook_timestamps", webhook_timestamps),
            token_timestamps=timestamps_from("token_timestamps", token_timestamps),
            clients=clients_from(clients),
            variants=variants_from(variants),
        )
        super().__init__(Account(settings, shared_pool()))
        self._folders = [Path(folder) for folder in _several(definitions)]
        self._accounts: Accounts | None = None
        self._app: Starlette | None = None
        self._webhooks: Webhooks | None = None
        self._outliving = Loaded(self._account)

    @property
    def ticking(self) -> bool:
        """Whether a server of this emulator does by itself what is due."""
        return self._accounts is not None and self._accounts.ticking

    def load(self, definition: str | Path | Mapping[str, AnyJson], *, publish: bool = True) -> str:
        """Create a workflow, or a further version of one that is there, and publish it; the version's id.

        `definition` is an object, the path of a JSON file, or a name in one of the definitions folders. Raises
        InvalidWorkflow with every error, DefinitionNotFound, or ValueError for a file that holds no JSON object.
        """
        source = self._given(definition)
        workflows.check_size(self._account, source)
        name = source.get("name")
        exists = isinstance(name, str) and name in self._account.store.workflows
        if exists:
            version = self.perform(lambda account: workflows.add_version(account, name, source))
        else:
            version = self.perform(lambda account: workflows.create(account, source))
        if publish:
            self.read(lambda account: workflows.publish(account, version.workflow_name, version.id))
        return version.id

    def _given(self, definition: str | Path | Mapping[str, AnyJson]) -> AnyJson:
        """The JSON object that is meant: a file's, or this one."""
        if isinstance(definition, Mapping):
            return copied(definition, "definition")
        return self._source(Path(definition))

    def _source(self, path: Path) -> Mapping[str, AnyJson]:
        candidates = [path, *(folder / f"{path}.json" for folder in self._folders)]
        for candidate in candidates:
            if candidate.is_file():
                return read_definition(candidate)
        looked = ", ".join(str(candidate) for candidate in candidates)
        raise DefinitionNotFound(f"no definition '{path}': looked for {looked}{self._nearest(path)}")

    def _nearest(self, path: Path) -> str:
        """What there is in place of a definition that there is not."""
        if not self._folders:
            return "; no folder is set in which to look for names (definitions=; interactor_definitions for pytest)"
        names = sorted(file.stem for folder in self._folders for file in folder.glob("*.json"))
        near = nearest(path.stem, names)
        return f"; did you mean {near}?" if near else f"; in there are {', '.join(names[:20]) or 'no definitions'}"

    def start(
        self,
        workflow: str,
        input: Mapping[str, AnyJson] | None = None,
        namespace: str | None = None,
        idempotency_key: str | None = None,
    ) -> "Run":
        """Start an instance of the published version; the run is returned also when it failed. `input` is a JSON
        object.

        Raises WorkflowNotFound, WorkflowNotPublished, NamespaceQuotaExceeded, PayloadTooLarge, ValidationError. With an
        `idempotency_key` that was used within 24 hours the run that it started then is returned."""
        given, cause = input_object(input), self.cause()
        owner, key = optional_text("namespace", namespace), optional_text("idempotency_key", idempotency_key)
        try:
            started = self.perform(lambda account: instances.create_once(account, key, workflow, owner, given, cause))
        except WorkflowNotFound as error:
            error.add_note(self._loaded(workflow))
            raise
        except WorkflowNotPublished as error:
            error.add_note(
                f"It is a draft: emulator.load(…) publishes what it loads unless publish=False; over HTTP it is "
                f"POST /workflows/{workflow}/versions/VERSION_ID/publish"
            )
            raise
        return self._run(started)

    def _loaded(self, name: str) -> str:
        """What there is in place of a workflow that there is not."""
        names = self.read(lambda account: list(account.store.workflows))
        if not names:
            return "Nothing is loaded; emulator.load(…) takes a path or a definition"
        near = nearest(name, names)
        return f"Did you mean '{near}'?" if near else f"Loaded are {', '.join(names)}"

    def run(self, instance_id: str) -> "Run":
        """The run of an instance that somebody else started, over HTTP say. Raises InstanceNotFound."""
        self.read(lambda account: instances.get(account, instance_id))
        return self._run(instance_id)

    @property
    def runs(self) -> "list[Run]":
        """All instances, oldest first."""
        return self.read(lambda account: [self._run(each) for each in account.store.instances])

    def _run(self, instance_id: str) -> "Run":
        from interactor_emulator.facade.run import Run  # late: a server needs no assertions

        return Run(self, instance_id)

    def token(
        self,
        scopes: Iterable[str] | None = None,
        namespaces: Iterable[str] | None = None,
        expires_in: int | None = None,
    ) -> str:
        """An access token: all scopes, a service account and an hour unless said otherwise; `expires_in` is in seconds.
        One text is one scope, or one namespace. Raises ValueError for what is neither, or a scope that there is not."""
        return self.read(lambda account: grants.mint(account, scopes, namespaces, expires_in))

    def graph(self, workflow: str, format: "Format" = "svg", version_id: str | None = None) -> str:
        """The picture of a workflow's latest version, or of the one named, as text: `svg`, `mermaid` or `dot`. Raises
        WorkflowNotFound, VersionNotFound, and ValidationError where it has too many transitions for an `svg`."""
        from .services import pictures  # late: few tests draw

        return self.perform(lambda account: pictures.of_workflow(account, workflow, format, version_id))

    def test_state(
        self,
        definition: str | Path | Mapping[str, AnyJson],
        state: str,
        input: Mapping[str, AnyJson] | None = None,
        workflow_data: Mapping[str, AnyJson] | None = None,
        *,
        choice: str | None = None,
        namespace: str | None = None,
        version_id: str | None = None,
    ) -> "StateTested":
        """One state alone: what its logic makes of the data, the transition that it takes, and why. Nothing is created,
        no id is used up, no webhook is sent; HTTP logic hears the stubs and routes of this emulator.

        `definition` is the name of a loaded workflow (its version `version_id`, the published one unless said
        otherwise), or what `load` takes. In a halting state `input` is the answer, and `choice` a key; without both it
        is shown as a person sees it. Raises ValidationError, InvalidWorkflow, PayloadTooLarge, VersionNotFound."""
        from .services import state_tests  # late: few tests do

        asked = state_tests.Asked(
            state,
            None if input is None else input_object(input),
            {} if workflow_data is None else copied(workflow_data, "workflow_data"),
            optional_text("choice", choice),
            optional_text("namespace", namespace),
        )
        if isinstance(definition, str) and definition in self.states():
            return self.perform(lambda account: state_tests.of_workflow(account, definition, version_id, asked))
        if version_id is not None:
            raise ValidationError(("version_id", "version_id is of a loaded workflow, not of a definition"))
        source = self._given(definition)
        return self.perform(lambda account: state_tests.of_definition(account, source, asked))

    @property
    def clock(self) -> "EmulatorClock":
        """The account's time."""
        return EmulatorClock(self)

    @property
    def next_due(self) -> NextDue | None:
        """What falls due next, and when: `clock.advance_to_next()` goes there. None when nothing does."""
        return self.read(due.coming)

    def hold(self, operation: Holdable, instance_id: str | None = None) -> "Held":
        """Stop requests of this kind (`create`, `resume`, `cancel`) after they were accepted and before they act, those
        of one instance or of any: `with emulator.hold("resume") as held: …; held.wait_for(2); held.release()`.

        The requests come from other threads, or over HTTP; the end of the block lets them go on. Raises ValueError."""
        from interactor_emulator.facade.holding import Held  # late: few tests race

        return Held(self, operation, instance_id)

    @property
    def webhooks(self) -> "Webhooks":
        """Subscriptions, deliveries, and a receiver for tests: `webhooks.inbox`."""
        if self._webhooks is None:
            from interactor_emulator.facade.receiving import Webhooks

            self._webhooks = Webhooks(self)
        return self._webhooks

    @property
    def aio(self) -> "Aio":
        """Twins of what blocks, to be awaited: `await emulator.aio.start(…)`."""
        from interactor_emulator.facade.aio import Aio  # late: most tests run in no loop

        return Aio(self)

    def sweep_lost_replies(
        self, test: "Callable[[Emulator], object] | Callable[[], object]", calls: int = 50
    ) -> "Swept":
        """Run `test`, then again for each call that it makes over HTTP, twice: with the reply lost after the call was
        carried out, and with the call lost as well. It may take this emulator, and may be a coroutine function.

        A reset comes before each run and after the last: workflows, clients, secrets and stubs stay, all else the test
        must do itself. At most `calls` calls are swept. Raises AssertionError when a run fails, or leaves other
        instances, paths or data than the undisturbed one did; ValueError when there was no call."""
        from interactor_emulator.facade.sweeping import sweep_callable  # late: few tests sweep

        return sweep_callable(self, lambda: self.reset(KEEPABLE), test, calls)

    @property
    def variants(self) -> Variants:
        """What is otherwise than by default: `emulator.variants.answers = "whole"`; a reset takes it back."""
        return self._account.variants

    @property
    def secrets(self) -> MutableMapping[str, str]:
        """Secrets by name, texts, to be read and changed."""
        return self._account.secrets

    @property
    def clients(self) -> MutableMapping[str, Client]:
        """Who may ask for tokens, by client id: `clients["app"] = Client("app", "secret", namespaces=("user_1",))`."""
        return self._account.clients

    @property
    def accounts(self) -> "Accounts":
        """What a server of this emulator hosts."""
        if self._accounts is None:
            from interactor_emulator.web.hosting.hosted import Accounts

            self._accounts = Accounts(self._account)
        return self._accounts

    @property
    def asgi_app(self) -> "Starlette":
        """The application, to be mounted or handed to httpx.ASGITransport."""
        if self._app is None:
            from .web.app import create_app

            self._app = create_app(self.accounts)
        return self._app

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> "Server":
        """A real server in a thread of its own, to be used as a context manager; port 0 picks a free one. Raises
        OSError where somebody else listens there."""
        from interactor_emulator.web.hosting.serving import Server

        return Server(self.asgi_app, host, port)

    def reset(self, keep: Iterable[str] | str = ()) -> None:
        """Empty the account: it is again what it was made with, its clock and seed included.

        What was set, loaded or prepared since goes, unless `keep` names it (`workflows`, `clients`, `secrets`,
        `stubs`; anything else is a ValueError). The router `http`, the inbox and the receivers stay connected, and are
        emptied."""
        with self._account.driver.lock:
            self._account.reset(_several(keep))

    def keep_loaded(self) -> None:
        """Let every reset bring back the workflows that are loaded now, with the versions that are published."""
        self.read(lambda _account: self._outliving.keep_all())

    def keep_newest(self, name: str) -> str | None:
        """Let every reset to come bring back what is published of this workflow now, in place of what `keep_loaded`
        kept of it; the version's id, None where nothing is published."""
        return self.read(lambda _account: self._outliving.keep_newest(name))

    def clients_elsewhere(self) -> Iterable[str]:
        """The client ids that belong to other accounts of its server."""
        return () if self._accounts is None else self._accounts.clients_beside(self._account)


def _now_ms(now: Instant) -> int:
    try:
        return instant_ms(now)
    except ValueError as error:
        raise ValueError(f"now: {error}") from None


def _several(given: Iterable[Several] | Several) -> tuple[Several, ...]:
    """One text, or several: a text is no list of its letters."""
    return (given,) if isinstance(given, str | Path) else tuple(given)
