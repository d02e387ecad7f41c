"""Definitions with known faults, and the places where `validate` must report them."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, NamedTuple

from hypothesis import strategies as st
from interactor_emulator.definition.paths import Path, written

from .faults import FAULTS, Fault
from .features import FEATURES
from .sites import SMALLEST, Site, sites
from .whole import Definition, definitions, unshared

FAULT_NAMES: tuple[str, ...] = tuple(each.name for each in FAULTS)
"""What can be wrong with a definition, by the names that `broken_definitions` takes."""


class BrokenDefinition(NamedTuple):
    """`paths` are the places where `validate` must report an error, and no other place may be reported; `faults` are
    the names of what is wrong there."""

    definition: Definition
    paths: frozenset[str]
    faults: tuple[str, ...]


def broken_definitions(
    *,
    faults: Iterable[str] = FAULT_NAMES,
    max_faults: int = 3,
    max_states: int = 4,
    features: Iterable[str] = FEATURES,
) -> st.SearchStrategy[BrokenDefinition]:
    """Valid definitions in which from one to `max_faults` things were spoilt, of those that `faults` names.

    There is a fault for each rule of the API's `validate`, but for two that no definition in a request can break: that
    it is an object, and that conditions are no deeper than JSON may be. Raises ValueError for a name that there is
    not."""
    wanted = frozenset([faults] if isinstance(faults, str) else faults)
    if unknown := wanted - set(FAULT_NAMES):
        from interactor_emulator.nearest import hint  # late: only a mistaken name needs it

        raise ValueError(f"unknown fault {min(unknown)!r}; {hint(min(unknown), FAULT_NAMES)}")
    if not wanted or max_faults < 1:
        raise ValueError("a broken definition has one fault or more")
    table = tuple(each for each in FAULTS if each.name in wanted)
    valid = definitions(max_states=max_states, features=features)
    most = min(max_faults, len(table))
    counts = st.integers(1, most)
    chosen = counts.flatmap(lambda many: st.lists(st.sampled_from(table), min_size=many, max_size=many, unique=True))

    @st.composite
    def broken(draw: st.DrawFn) -> BrokenDefinition:
        """Composite, since its parts as text would be many thousand lines."""
        faults = draw(chosen)  # first: what is drawn late is mostly the simplest there is
        return _spoilt(draw, draw(valid), faults)

    return broken()


def _spoilt(draw: st.DrawFn, definition: Definition, chosen: list[Fault]) -> BrokenDefinition:
    for fault in chosen:
        _make_room(definition, fault)
    # Where each stands is settled before anything is spoilt: what is spoilt may have no parts any more.
    taken: list[tuple[Fault, Site, Path]] = []
    for fault in chosen:
        free = [each for each in _fitting(definition, fault) if not _in_the_way(_place(fault, each), taken)]
        if free:
            site = draw(st.sampled_from(free))
            taken.append((fault, site, _place(fault, site)))
    paths = []
    for fault, site, _ in taken:
        value = deepcopy(draw(st.sampled_from(fault.values)))
        paths.append(written((*site.at, *fault.spoil(site.part, value))))
    return BrokenDefinition(definition, frozenset(paths), tuple(fault.name for fault, _, _ in taken))


def _fitting(definition: Definition, fault: Fault) -> list[Site]:
    return [each for each in sites(definition) if each.kind == fault.kind and fault.wanted(each.part)]


def _place(fault: Fault, site: Site) -> Path:
    return site.at if fault.touches is None else (*site.at, fault.touches)


def _in_the_way(place: Path, taken: list[tuple[Fault, Site, Path]]) -> bool:
    """Whether one stands within the other: then the outer one would hide the inner."""
    return any(place[: len(other)] == other[: len(place)] for _, _, other in taken)


def _make_room(definition: Definition, fault: Fault) -> None:
    """A state more, where there is no part of the kind that can be spoilt."""
    if not _fitting(definition, fault):
        target = next(iter(definition["states"]))
        definition["states"][f"spoilt {len(definition['states'])}"] = _led_to(unshared(SMALLEST[fault.kind]), target)


def _led_to(state: dict[str, Any], target: str) -> dict[str, Any]:
    """The state with this one wherever any will do."""
    for each in state.get("transitions", ()):
        each["target"] = target
    for thread in state.get("fork", ()):
        state["fork"][thread] = target
    return state
