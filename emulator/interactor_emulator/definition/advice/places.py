"""Walks over the parts of a posted definition that several checks look at, each part with its place."""

from collections.abc import Iterator, Mapping

from interactor_emulator.definition.model import Definition
from interactor_emulator.definition.paths import Path
from interactor_emulator.jsontext import Json


def logic_objects(source: Mapping[str, Json]) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    """Every script and HTTP call of every state."""
    for name, state in source["states"].items():
        for member in ("logic", "on_enter"):
            logic, at = state.get(member), ("states", name, member)
            if isinstance(logic, list):
                yield from (((*at, index), one) for index, one in enumerate(logic))
            elif logic is not None:
                yield at, logic


def presentations(definition: Definition) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    """Every presentation."""
    for name, state in definition.states.items():
        if state.presentation is not None:
            yield ("states", name, "presentation"), state.presentation


def elements(thing: Mapping[str, Json], member: str, at: Path) -> Iterator[tuple[Path, Mapping[str, Json]]]:
    """The objects in this array; none where the member is left out, or is a template."""
    array = thing.get(member)
    if isinstance(array, list):
        yield from (((*at, member, index), one) for index, one in enumerate(array))
