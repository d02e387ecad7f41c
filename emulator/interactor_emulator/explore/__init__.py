"""Searches of a definition, all by running it: its ways, its failures, its wrong versions, what a new one changes.

    from interactor_emulator.explore import explore, fuzz

What is named here is imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fuzzing.fuzz import Fuzzed, fuzz
    from .versions.mutants import Mutant, mutants
    from .ways.explored import Bounds, Explored, explore

__all__ = ["Bounds", "Explored", "Fuzzed", "Mutant", "explore", "fuzz", "mutants"]

_WHERE = {
    "Bounds": "ways.explored",
    "Explored": "ways.explored",
    "Fuzzed": "fuzzing.fuzz",
    "Mutant": "versions.mutants",
    "explore": "ways.explored",
    "fuzz": "fuzzing.fuzz",
    "mutants": "versions.mutants",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
