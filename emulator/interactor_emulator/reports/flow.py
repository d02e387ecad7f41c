"""A definition's state flow as the document's report draws it: one chain, and its branches below.

    submit → manager_approval → [vp_approval] → approved → notify → complete
                              ↘ rejected → notify → complete

A state in brackets can be passed by.
"""

from collections.abc import Iterable, Iterator, Mapping

from interactor_emulator.definition.model import Definition

_NEXT, _BRANCH, _BACK, _FORK = " → ", " ↘ ", " ↺ ", " ⇉ "


def state_flow(definition: Definition) -> list[str]:
    """Every state that can be reached and every transition between two states, a line for each branch."""
    return list(_Flow(definition).lines())


class _Flow:
    def __init__(self, definition: Definition) -> None:
        self._initial = definition.initial_state
        self._targets = {
            name: list(dict.fromkeys(each.target for each in state.transitions))
            for name, state in definition.states.items()
        }
        self._forks = {name: [first for _, first in state.forks] for name, state in definition.states.items()}
        self._lengths = _lengths(definition.initial_state, self._targets, self._forks)
        self._shown: set[tuple[str, str]] = set()

    def lines(self) -> Iterator[str]:
        yield from self._line("", self._initial)
        if unreached := [name for name in self._targets if name not in self._lengths]:
            yield f"never reached: {', '.join(unreached)}"

    def _line(self, before: str, first: str) -> Iterator[str]:
        """A chain that begins with this state, then what branches off it, each below the place where it does."""
        chain = self._chain(first)
        text, places = before, []
        for place, state in enumerate(chain):
            optional = 0 < place < len(chain) - 1 and chain[place + 1] in self._targets[chain[place - 1]]
            if optional:
                self._shown.add((chain[place - 1], chain[place + 1]))
            text += (_NEXT if place else "") + (f"[{state}]" if optional else state)
            places.append((state, " " * len(text)))
        yield text
        for state, indent in places:
            for target in self._targets[state]:
                if (state, target) not in self._shown:
                    self._shown.add((state, target))
                    if target in chain[: chain.index(state) + 1]:
                        yield f"{indent}{_BACK}{target}"
                    else:
                        yield from self._line(indent + _BRANCH, target)
            for forked in self._forks[state]:
                if (state, _FORK + forked) not in self._shown:
                    self._shown.add((state, _FORK + forked))
                    yield from self._line(indent + _FORK, forked)

    def _chain(self, first: str) -> list[str]:
        """As far as it goes: the longest way, and of equal ones that which stands first."""
        chain = [first]
        while onward := [each for each in self._targets[chain[-1]] if each not in chain]:
            longest = max(onward, key=lambda each: self._lengths[each])
            self._shown.add((chain[-1], longest))
            chain.append(longest)
        return chain


def _lengths(initial: str, targets: Mapping[str, Iterable[str]], forks: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Of each state that can be reached, how many states follow it at most; a way back counts for nothing."""
    lengths: dict[str, int] = {}
    under_way: set[str] = set()
    left = [(initial, False)]
    while left:
        state, known = left.pop()
        if known:
            lengths[state] = 1 + max((lengths.get(each, 0) for each in targets[state]), default=0)
        elif state not in under_way:
            under_way.add(state)
            left.append((state, True))
            left += [(each, False) for each in (*targets[state], *forks[state]) if each not in under_way]
    return lengths
