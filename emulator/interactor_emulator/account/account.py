"""One account of the service: the one place where its parts are built and connected.

Two accounts share nothing but the pool of script children.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from interactor_emulator.adapters.driver import Driver
from interactor_emulator.adapters.http.caller import Caller
from interactor_emulator.adapters.http.egress import Egress, Target
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptPool
from interactor_emulator.adapters.writer import Writer
from interactor_emulator.clock import Clock
from interactor_emulator.effects import (
    Await,
    CheckSyntax,
    ComposeText,
    Compute,
    HttpAnswer,
    HttpFault,
    RunScript,
    ScriptFault,
    ScriptResult,
    SendHttp,
    SendWebhook,
    SyntaxFault,
    TextFault,
)
from interactor_emulator.engine.machine import Machine
from interactor_emulator.engine.terms import Terms
from interactor_emulator.faults.rules import Faults
from interactor_emulator.ids import Ids
from interactor_emulator.limits import Limits
from interactor_emulator.projections.feed import Feed
from interactor_emulator.projections.metrics import Metrics
from interactor_emulator.state.events import Noticed, RetryScheduled
from interactor_emulator.state.idempotency import IdempotencyKeys
from interactor_emulator.state.journal import Journal
from interactor_emulator.state.overlaps import Holds, Overlaps
from interactor_emulator.state.people import People
from interactor_emulator.state.rates import Rates
from interactor_emulator.state.store import Store
from interactor_emulator.webhooks.outbox import Outbox

from .tokens import DEFAULT_CLIENT, Client, Grant

if TYPE_CHECKING:
    from concurrent.futures import Future

Execution = Literal["inline", "background"]
WebhookTimestamps = Literal["wall", "virtual"]
KEEPABLE = ("workflows", "clients", "secrets", "stubs")
"""What a reset can leave as it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an account is made from. `now_ms` is None for the wall clock's time, `seed` None for one nobody knows.

    `allow_egress` are host names; with `loopback_egress` addresses of this machine are allowed too. `execution` says
    whether a create or resume answers at its rest or at once (`services/execution.py`).
    """

    name: str = "default"
    seed: int | None = None
    now_ms: int | None = None
    frozen: bool = False
    limits: Limits = field(default_factory=Limits)
    rate_limits: bool = False
    execution: Execution = "inline"
    secrets: Mapping[str, str] = field(default_factory=dict)
    routes: Mapping[str, Target] = field(default_factory=dict)
    allow_egress: Iterable[str] = ()
    loopback_egress: bool = False
    webhook_timestamps: WebhookTimestamps = "wall"
    clients: tuple[Client, ...] = (DEFAULT_CLIENT,)


class Account:
    """An account's parts. `reset` builds them anew, so whoever keeps the account keeps what is current."""

    def __init__(self, settings: Settings, pool: ScriptPool) -> None:
        self.settings = settings
        self.pool = pool
        # The driver and its lock outlive a reset: what runs meanwhile meets one lock, and finds its instance gone.
        driver = Driver(
            {
                RunScript: (self._run_script, self._run_script_async),
                CheckSyntax: (self._check_syntax, self._check_syntax_async),
                SendHttp: (self._send_http, self._send_http_async),
                SendWebhook: (self._send_webhook, self._send_webhook_async),
                ComposeText: (self._compose, self._compose_async),
                Compute: (self._compute, self._compute_async),
                Await: (_await, _await_async),
            }
        )
        self.lock, self.run, self.run_async, self.begin = driver.lock, driver.run, driver.run_async, driver.begin
        # So do those who wait for the clock, and for what still runs.
        self.due_changed: Callable[[], None] = lambda: None
        # Told before all of it goes: coverage is read from what was there.
        self.forgetting: Callable[[Account], None] = lambda _account: None
        self.give_way: Callable[[], Awaitable[None]] | None = None
        # Told after all was built anew, with what was kept: what a program holds in its hand stays connected.
        self.rebuilt: list[Callable[[frozenset[str]], None]] = []
        self.busy = 0
        self.when_idle: list[Future[None]] = []
        self._build()

    def _build(self) -> None:
        settings = self.settings
        self.name = settings.name
        self.limits = settings.limits
        self.secrets: dict[str, str] = dict(settings.secrets)
        self.clients = {client.client_id: client for client in settings.clients}
        self.clock = Clock(settings.now_ms, frozen=settings.frozen)
        self.clock.changed = lambda: self.due_changed()
        self.ids = Ids(settings.seed, lambda: self.clock.now_ms)
        self.journal = Journal(self.clock, self.ids, self.secrets)
        self.store = Store()
        self.feed = Feed()
        self.metrics = Metrics()
        self.outbox = Outbox(self.ids, self.limits, lambda: self.due_changed())
        self.people = People()
        self.faults = Faults(self.ids.chance)
        self.retries: dict[str, RetryScheduled] = {}
        self.background: dict[str, list[Machine]] = {}
        self.rates = Rates()
        self.unknown_headers: set[bytes] = set()
        self.idempotency = IdempotencyKeys()
        self.overlaps = Overlaps()
        self.holds = Holds()
        self.grants: dict[str, Grant] = {}
        self.revoked: dict[str, int] = {}
        self.writer = Writer()
        egress = Egress(settings.routes, settings.allow_egress, loopback=settings.loopback_egress)
        self.caller = Caller(egress, lambda: self.clock.now_ms, self._note_blocked)

    @property
    def terms(self) -> Terms:
        return Terms(self.limits, self.secrets)

    def allow_loopback(self) -> None:
        """Let HTTP logic and webhooks reach this machine, now and after every reset."""
        self.settings = replace(self.settings, loopback_egress=True)
        self.caller.egress.loopback = True

    def reset(self, keep: Iterable[str] = ()) -> None:
        """Empty the account: it is again what it was made with. `keep` may name KEEPABLE; raises ValueError."""
        kept = frozenset(keep)
        if unknown := sorted(kept - set(KEEPABLE)):
            raise ValueError(f"keep may name {', '.join(KEEPABLE)}, not {unknown[0]!r}")
        self.forgetting(self)
        workflows, clients = self.store.workflows, self.clients
        secrets, stubs = self.secrets, self.caller.stubs
        self.holds.release()
        self.feed.end()
        self.outbox.end()
        self._build()
        if "workflows" in kept:
            self.store.workflows = workflows
        if "clients" in kept:
            self.clients = clients
        if "secrets" in kept:
            self.secrets.update(secrets)
        if "stubs" in kept:
            self.caller.stubs += stubs
        for again in self.rebuilt:
            again(kept)

    def began(self) -> None:
        """An instance has begun to run."""
        self.busy += 1

    def ended(self) -> None:
        """It rests; whoever waits until nothing runs is told with the last one."""
        self.busy -= 1
        if not self.busy:
            waiting, self.when_idle = self.when_idle, []
            for happened in waiting:
                happened.set_result(None)

    def _call(self, effect: RunScript) -> ScriptCall:
        limits = self.limits
        return ScriptCall(
            code=effect.code,
            input=effect.input,
            workflow_data=effect.workflow_data,
            context=effect.context,
            secrets=self.secrets,
            now_ms=self.clock.now_ms,
            ticking=not self.clock.frozen,
            random_seed=self.ids.script_seed(),
            seconds=limits.script_seconds,
            memory_bytes=limits.script_memory_bytes,
            log_lines=limits.log_lines,
            log_line_characters=limits.log_line_characters,
        )

    def _run_script(self, effect: RunScript) -> ScriptResult | ScriptFault:
        return self.pool.run(self._call(effect))

    async def _run_script_async(self, effect: RunScript) -> ScriptResult | ScriptFault:
        return await self.pool.run_async(self._call(effect))

    def _check_syntax(self, effect: CheckSyntax) -> list[SyntaxFault | None]:
        return self.pool.check(effect.codes)

    async def _check_syntax_async(self, effect: CheckSyntax) -> list[SyntaxFault | None]:
        return await self.pool.check_async(effect.codes)

    def _compute(self, effect: Compute) -> str:
        return self.pool.compute(effect.program, effect.given)

    async def _compute_async(self, effect: Compute) -> str:
        return await self.pool.compute_async(effect.program, effect.given)

    def _send_http(self, effect: SendHttp) -> HttpAnswer | HttpFault:
        return self.caller.send(effect)

    async def _send_http_async(self, effect: SendHttp) -> HttpAnswer | HttpFault:
        return await self.caller.send_async(effect)

    def _send_webhook(self, effect: SendWebhook) -> HttpAnswer | HttpFault:
        return self.caller.deliver(effect)

    async def _send_webhook_async(self, effect: SendWebhook) -> HttpAnswer | HttpFault:
        if self.give_way is not None:
            await self.give_way()
        return await self.caller.deliver_async(effect)

    def _compose(self, effect: ComposeText) -> str | TextFault:
        return self.writer.compose(effect)

    async def _compose_async(self, effect: ComposeText) -> str | TextFault:
        return await self.writer.compose_async(effect)

    def _note_blocked(self, request: SendHttp, reason: str) -> None:
        stub = f'emulator.http.{request.method.lower()}("{request.url}").respond(200)'
        hint = f"Put an answer in its place: {stub} in Python, POST /_emulator/stubs from elsewhere"
        with self.lock:
            self.journal.append(Noticed("egress_blocked", f"{request.method} {request.url}: {reason}", hint))


def _await(effect: Await) -> None:
    effect.happened.result()


async def _await_async(effect: Await) -> None:
    import asyncio

    # Several may wait for the same: one that is broken off must not take it from the others.
    await asyncio.shield(asyncio.wrap_future(effect.happened))
