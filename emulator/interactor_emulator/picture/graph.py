"""A definition as a graph: what every kind of picture shows, and what of it an instance has been through."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from interactor_emulator.definition.model import Definition, StateType
from interactor_emulator.state.events import Created, Event, Forked, StateChanged

from .wording import way_out


@dataclass(frozen=True, slots=True)
class Node:
    """A state. `visits` counts how often it was entered, `current` is whether a thread rests there."""

    name: str
    type: StateType
    initial: bool
    join: bool
    visits: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A transition, or a fork (`forks`); `label` says when it is taken, `taken` how often it was."""

    source: str
    target: str
    label: str
    forks: bool
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """`walked` is whether an instance's path is marked in it."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    walked: bool


@dataclass(slots=True)
class Walk:
    """What instances have been through: how often each state was entered and each way taken, where threads are now."""

    visits: dict[str, int] = field(default_factory=dict)
    transitions: dict[tuple[str, int], int] = field(default_factory=dict)
    forks: dict[tuple[str, str], int] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def add(self, events: Iterable[Event]) -> "Walk":
        """Count what these events of one instance tell of."""
        for event in events:
            if isinstance(event, Created):
                self._enter(event.thread_id, event.initial_state)
            elif isinstance(event, StateChanged):
                _count(self.transitions, (event.from_state, event.index))
                self._enter(event.thread_id, event.to_state)
            elif isinstance(event, Forked):
                _count(self.forks, (event.from_state, event.to_state))
                self._enter(event.thread_id, event.to_state)
        return self

    def _enter(self, thread_id: str, state: str) -> None:
        _count(self.visits, state)
        self.current[thread_id] = state


def _count(counts: dict[Any, int], key: Hashable) -> None:
    counts[key] = counts.get(key, 0) + 1


def graph(definition: Definition, walk: Walk | None = None) -> Graph:
    """The graph of a definition; with a walk, marked by it."""
    seen = walk or Walk()
    rests = set(seen.current.values())
    nodes = tuple(
        Node(
            name,
            state.type,
            initial=name == definition.initial_state,
            join=state.join,
            visits=seen.visits.get(name, 0),
            current=name in rests,
        )
        for name, state in definition.states.items()
    )
    edges: list[Edge] = []
    for name, state in definition.states.items():
        for index, transition in enumerate(state.transitions):
            taken = seen.transitions.get((name, index), 0)
            edges.append(Edge(name, transition.target, way_out(transition), False, taken))
        for thread, target in state.forks:
            label = "fork" if thread is None else f"fork {thread}"
            edges.append(Edge(name, target, label, True, seen.forks.get((name, target), 0)))
    return Graph(definition.name, nodes, tuple(edges), walk is not None)
