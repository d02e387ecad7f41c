"""Old paths of modules, for one release: they still import, with a warning that names the new one."""

import importlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_PACKAGE = __package__

MOVED: Mapping[str, str] = {
    "tokens": "account.tokens",
    "certification": "webhooks.certify",
    "coverage": "projections.coverage",
    "emulator_clock": "facade.emulator_clock",
    "events": "state.events",
    "explanation": "projections.explain",
    "history": "projections.history",
    "inbox": "facade.inbox",
    "instance": "state.instance",
    "journal": "state.journal",
    "logs": "cli.logs",
    "metrics": "projections.metrics",
    "outbound": "adapters.http",
    "outbound.caller": "adapters.http.caller",
    "outbound.egress": "adapters.http.egress",
    "outbound.stubs": "adapters.http.stubs",
    "people": "state.people",
    "receiving": "facade.receiving",
    "run": "facade.run",
    "samples": "wire.samples",
    "script": "adapters.script",
    "script.pool": "adapters.script.pool",
    "store": "state.store",
    "visits": "projections.visits",
    "web.accounts": "web.hosting.hosted",
    "web.serving": "web.hosting.serving",
    "webhooks.delivery": "state.deliveries",
    "webhooks.hostile": "faults.rules",
    "webhooks.payload": "wire.payload",
    "writer": "adapters.writer",
}
"""Where each module is now, both below the package."""

NAMES: Mapping[str, str] = {"Account": "account.account", "Settings": "account.settings"}
"""What stood in `account.py`, which is a folder now."""


class _Moved:
    """Gives the module that has the old one's contents now. A loader by its methods: the base class of all loaders
    takes a twentieth of the start to import."""

    def __init__(self, new: str) -> None:
        self._new = new

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002 - the interface's
        module = importlib.import_module(self._new)
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has been executed under its own name, and keeps that."""
        module.__spec__ = self._own


class _Finder:
    """Asked first: an old folder's modules would be found once more by the path of the new one."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the interface's
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        old = fullname.removeprefix(f"{_PACKAGE}.")
        if old == fullname or old not in MOVED:
            return None
        new = f"{_PACKAGE}.{MOVED[old]}"
        warn(fullname, new)
        return ModuleSpec(fullname, _Moved(new), is_package=False)  # type: ignore[arg-type]  # see there


def warn(old: str, new: str) -> None:
    """Tell whoever imports the old path; shown where the import stands."""
    warnings.warn(f"{old} has moved to {new}", DeprecationWarning, stacklevel=3)


def install() -> None:
    """Let old paths be found."""
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
