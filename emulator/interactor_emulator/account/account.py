"""One account of the service: the one place where its parts are built and connected.

Two accounts share nothing but the pool of script children. What an account was made with are its settings; what has
happened since is built anew from them by a reset; what a program may hold in its hand outlives that, and is emptied.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from traceback import format_exception

from interactor_emulator import notices
from interactor_emulator.adapters.driver import Driver
from interactor_emulator.adapters.http.applications import AppRaised
from interactor_emulator.adapters.http.caller import Caller
from interactor_emulator.adapters.http.egress import Egress
from interactor_emulator.adapters.script.pool import ScriptCall, ScriptPool
from interactor_emulator.adapters.writer import Writer
from interactor_emulator.clock import Clock, wall_ms
from interactor_emulator.effects import RunScript, SendHttp
from interactor_emulator.engine.logic import Terms
from interactor_emulator.engine.machine import Machine
from interactor_emulator.faults.rules import Faults
from interactor_emulator.ids import Ids
from interactor_emulator.jsontext import Json
from interactor_emulator.limits import Limits
from interactor_emulator.projections.feed import Feed
from interactor_emulator.projections.metrics import Metrics
from interactor_emulator.redaction import redact
from interactor_emulator.state.events import Event, Noticed, RetryScheduled
from interactor_emulator.state.exchanges import Exchanges
from interactor_emulator.state.happenings import Emptied, Happening, Happenings
from interactor_emulator.state.idempotency import IdempotencyKeys
from interactor_emulator.state.journal import Journal
from interactor_emulator.state.ledger import Ledger
from interactor_emulator.state.overlaps import Holds, Overlaps
from interactor_emulator.state.people import People
from interactor_emulator.state.rates import Rates
from interactor_emulator.state.running import Running
from interactor_emulator.state.secrets import Secrets
from interactor_emulator.state.store import Store, Workflow
from interactor_emulator.variants import Variants
from interactor_emulator.webhooks.certifying import Trials
from interactor_emulator.webhooks.outbox import Outbox

from .host import NOBODY, Host
from .ports import Outside
from .settings import KEEPABLE, Settings
from .tokens import Clients, Grant

log: logging.Logger = logging.getLogger("interactor_emulator")


class Account:
    """An account's parts."""

    def __init__(self, settings: Settings, pool: ScriptPool) -> None:
        self.settings: Settings = settings
        self.pool = pool
        # What a program may hold in its hand.
        self.secrets: Secrets = Secrets()
        self.variants: Variants = Variants()
        self.clients: Clients = Clients()
        self.people: People = People()
        self.faults: Faults = Faults(lambda: self.ids.chance())
        self.writer: Writer = Writer()
        self.caller: Caller = Caller(self._egress(), lambda: self.clock.now_ms, self._note_blocked, self._log_raised)
        # What is under way meets one lock, and finds after a reset that its instance is gone.
        outside = Outside(pool, self.caller, self.writer, self._script_call, lambda: self.host.give_way())
        self.driver: Driver = Driver(outside.ports())
        self.running: Running = Running()
        self.happenings: Happenings = Happenings(self._written)
        self.host: Host = NOBODY
        self.before_reset: list[Callable[[Account], None]] = []
        self.after_reset: list[Callable[[frozenset[str]], None]] = []
        self.after_restore: list[Callable[[], None]] = []
        # What is posted as a definition may stand for another one: whoever tries wrong versions puts each in its place.
        self.substitutes: list[Callable[[Mapping[str, Json]], Mapping[str, Json]]] = []
        self._begin(frozenset(), {})

    def _begin(self, kept: frozenset[str], workflows: Mapping[str, Workflow]) -> None:
        """Build what happens from now on, and empty what outlives it, but for what is kept."""
        settings = self.settings
        self.name: str = settings.name
        self.limits: Limits = settings.limits
        self.variants.become(settings.variants)
        self.terms: Terms = Terms(settings.limits, self.secrets, self.variants)
        self._start(settings.now_ms, settings.frozen, Ids(settings.seed), workflows)
        if "secrets" not in kept:
            self.secrets.begin_anew(settings.secrets)
        if "clients" not in kept:
            self.clients.clear()
            self.clients.update((client.client_id, client) for client in settings.clients)
        self.people.clear()
        self.faults.clear()
        self.writer.restore()
        self.caller.begin_anew(self._egress(), keep_stubs="stubs" in kept)

    def _start(self, now_ms: int | None, frozen: bool, ids: Ids, workflows: Mapping[str, Workflow]) -> None:
        """Build what is so because of what happens from now on."""
        self.clock: Clock = Clock(now_ms, frozen=frozen, changed=self._stirred)
        self.ids = ids
        self.journal: Journal = Journal(self.clock, self.ids, self.secrets, self.happenings)
        self.store: Store = Store(workflows)
        self.feed: Feed = Feed()
        self.metrics: Metrics = Metrics()
        self.outbox: Outbox = Outbox(self.ids, self.limits, self.variants, self._stirred)
        self.trials: Trials = Trials()
        self.ledger: Ledger = Ledger()
        self.exchanges: Exchanges = Exchanges(lambda: self.secrets.ever)
        self.retries: dict[str, RetryScheduled] = {}
        self.background: dict[str, list[Machine]] = {}
        self.rates: Rates = Rates()
        self.idempotency: IdempotencyKeys = IdempotencyKeys()
        self.overlaps: Overlaps = Overlaps()
        self.holds: Holds = Holds()
        self.grants: dict[str, Grant] = {}
        self.revoked: dict[str, int] = {}

    def _egress(self) -> Egress:
        settings = self.settings
        return Egress(settings.routes, settings.allow_egress, loopback=settings.loopback_egress)

    def reset(self, keep: Iterable[str] = ()) -> None:
        """Empty the account: it is again what it was made with. `keep` may name KEEPABLE; raises ValueError."""
        kept = frozenset(keep)
        if unknown := sorted(kept - set(KEEPABLE)):
            raise ValueError(f"keep may name {', '.join(KEEPABLE)}, not {unknown[0]!r}")
        self._stop()
        self.happenings.emptied()
        self._begin(kept, self.store.workflows if "workflows" in kept else {})
        self.happenings.add(Emptied(self.clock.now_ms))
        for told in self.after_reset:
            told(kept)

    def go_back(self, now_ms: int, frozen: bool, ids: Ids, workflows: Mapping[str, Workflow]) -> None:
        """Let what has happened be undone, up to these: whoever restores the account puts the rest back into its parts.
        What a test has prepared stays: secrets, routes, stubs, faults, people."""
        self._stop()
        self.happenings.emptied()
        self._start(now_ms, frozen, ids, workflows)
        self.happenings.add(Emptied(self.clock.now_ms))

    def end(self) -> None:
        """The account is no more: who waits for something of it is answered, and nothing of it is left."""
        self._stop()
        self.happenings.end()
        self._begin(frozenset(), {})

    def _stop(self) -> None:
        self.forget()
        self.holds.release()
        self.feed.end()
        self.outbox.end()
        self.trials.end()

    def forget(self) -> None:
        """Tell that what has happened is about to go: coverage is read from it."""
        for told in self.before_reset:
            told(self)

    def prepare_like(self, other: "Account") -> None:
        """Take over what a test has prepared in another account, each as far as it has come: what stands in no
        snapshot."""
        self.secrets.become(other.secrets)
        self.writer.become(other.writer)
        self.faults.become(other.faults)
        self.people.become(other.people)
        self.caller.stubs = [copy(each) for each in other.caller.stubs]
        self.caller.egress.set_routes(other.caller.egress.routes)

    @property
    def token_now_ms(self) -> int:
        """The instant by which tokens are dated, and expire."""
        return self.clock.now_ms if self.settings.token_timestamps == "virtual" else wall_ms()

    def served_by(self, host: Host) -> None:
        """Who does from now on what falls due beside the calls of a program."""
        self.host = host
        self.caller.connections = host.connections

    def allow_loopback(self) -> None:
        """Let HTTP logic and webhooks reach this machine, now and after every reset."""
        self.settings = replace(self.settings, loopback_egress=True)
        self.caller.egress.loopback = True

    def _stirred(self) -> None:
        self.host.due_changed()

    def _script_call(self, effect: RunScript) -> ScriptCall:
        limits = self.limits
        return ScriptCall(
            code=effect.code,
            input=effect.input,
            workflow_data=effect.workflow_data,
            context=effect.context,
            secrets=dict(self.secrets),
            hidden=self.secrets.ever,
            now_ms=self.clock.now_ms,
            ticking=not self.clock.frozen,
            random_seed=self.ids.script_seed(),
            seconds=limits.script_seconds,
            memory_bytes=limits.script_memory_bytes,
            log_lines=limits.log_lines,
            log_line_characters=limits.log_line_characters,
        )

    def _written(self, id_: str, told: Event | Happening) -> bytes:
        from interactor_emulator.wire.happenings import frame  # late: nobody may follow

        return frame(id_, told, self.store.instances.get(told.instance_id), self.secrets.ever)

    def _log_raised(self, raised: AppRaised) -> None:
        told = "".join(format_exception(raised.__cause__)) if raised.__cause__ is not None else ""
        log.warning("%s\n%s", *(redact(text, self.secrets.ever) for text in (str(raised), told)))

    def _note_blocked(self, request: SendHttp, reason: str, of_webhook: bool) -> None:
        row = notices.WEBHOOK_BLOCKED if of_webhook else notices.EGRESS_BLOCKED
        values = {"method": request.method, "verb": request.method.lower(), "url": request.url, "reason": reason}
        with self.driver.lock:
            self.journal.notice(Noticed.of(row, **values))
