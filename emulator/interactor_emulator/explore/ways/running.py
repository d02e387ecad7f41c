"""Cases, run: in an emulator of their own, each once."""

from collections.abc import Mapping
from time import perf_counter

from interactor_emulator.definition.model import Definition
from interactor_emulator.effects import RunScript
from interactor_emulator.emulator import Emulator
from interactor_emulator.explore.scenarios.playing import play
from interactor_emulator.jsontext import AnyJson, encode
from interactor_emulator.limits import Limits

from .cases import Case, scenario
from .traces import Trace, trace

NOW = "2026-01-20T12:00:00Z"
"""The document's own day, at which the plugin's clock stands too."""

_KEPT = 256
"""After so many instances the emulator is emptied."""
_ROUNDS = 2
"""What goes on for longer than so many times all states without a halt is a loop, as far as a search is concerned."""

_SCRIPT_SECONDS = 1.0
"""A script that takes longer may be one that never ends."""


class TimeIsUp(Exception):
    """There is no time for another run."""


class Runner:
    """Runs cases of one definition, and knows what each came to. `secrets` are by name; after `seconds` of real time
    it runs no more, but the first case in any event.

    A script that takes longer than a second is cut short; if it is `patient`, the first in a state is run once more for
    the service's own five seconds."""

    def __init__(
        self,
        source: Mapping[str, AnyJson],
        secrets: Mapping[str, str] | None = None,
        seconds: float = float("inf"),
        *,
        patient: bool = True,
    ) -> None:
        self._source, self._secrets, self._patient = source, secrets, patient
        self.emulator: Emulator = self._made(_SCRIPT_SECONDS)
        self._endless: set[str] = set()
        workflow = self.emulator.account.store.workflows[str(source["name"])]
        self.definition: Definition = workflow.versions[-1].definition
        self.runs: int = 0
        self._ends = perf_counter() + seconds
        self._known: dict[str, Trace] = {}

    def allow(self, seconds: float) -> None:
        """Let it run for so much longer, from now on."""
        self._ends = perf_counter() + seconds

    def be_on_time(self) -> None:
        """Raises TimeIsUp when it is, and anything was run."""
        if self.runs and perf_counter() > self._ends:
            raise TimeIsUp

    def run(self, case: Case) -> Trace:
        """What the case comes to; raises TimeIsUp."""
        key = case.key
        if key not in self._known:
            self.be_on_time()
            if self.runs % _KEPT == _KEPT - 1:
                self.emulator.reset("workflows")
            self.runs += 1
            self._known[key] = self._confirmed(self._traced(self.emulator, case))
        return self._known[key]

    def _traced(self, emulator: Emulator, case: Case) -> Trace:
        return trace(case, play(emulator, scenario(case, self.definition)), self.definition)

    def _confirmed(self, quick: Trace) -> Trace:
        """What it came to, with all the time that a script has: whether it is endless is seen once in a state."""
        state = quick.played.state
        if quick.played.error != "script_timeout" or state in self._endless or not self._patient:
            return quick
        whole = self._traced(self._made(Limits().script_seconds), quick.case)
        if whole.played.error == "script_timeout":
            self._endless.add(state)
        return whole

    def _made(self, script_seconds: float) -> Emulator:
        most = 20 + _ROUNDS * len(self._source["states"])
        limits = {"transitions_per_run": most, "script_seconds": script_seconds}
        made = Emulator(seed=1, now=NOW, secrets=self._secrets, limits=limits)
        made.load(self._source)
        made.account.driver.remember(RunScript, _same_script)
        return made


def _same_script(script: RunScript) -> str:
    """What a script's result depends on, while the clock stands: not on the instance, unless it asks for it."""
    context = dict(script.context)
    if "context" not in script.code:
        del context["instance_id"]
    return encode([script.code, script.input, script.workflow_data, context])
