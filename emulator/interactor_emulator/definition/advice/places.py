"""Walks over the parts of a posted definition that several checks look at, each part with its place."""

from collections.abc import Iterator, Mapping

from interactor_emulator.definition.model import Definition, Valid
from interactor_emulator.definition.paths import Path


def logic_objects(source: Mapping[str, Valid]) -> Iterator[tuple[Path, Mapping[str, Valid]]]:
    """Every script and HTTP call of every state."""
    for name, state in source["states"].items():
        for member in ("logic", "on_enter"):
            logic, at = state.get(member), ("states", name, member)
            if isinstance(logic, list):
                yield from (((*at, index), one) for index, one in enumerate(logic))
            elif logic is not None:
                yield at, logic


def presentations(definition: Definition) -> Iterator[tuple[Path, Mapping[str, Valid]]]:
    """Every presentation."""
    for name, state in definition.states.items():
        if state.presentation is not None:
            yield ("states", name, "presentation"), state.presentation


def elements(thing: Mapping[str, Valid], member: str, at: Path) -> Iterator[tuple[Path, Mapping[str, Valid]]]:
    """The objects in this array; none where the member is left out, or is a template."""
    array = thing.get(member)
    if isinstance(array, list):
        yield from (((*at, member, index), one) for index, one in enumerate(array))
