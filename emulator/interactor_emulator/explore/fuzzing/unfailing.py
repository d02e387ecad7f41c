"""What `explore` says of a definition though no run fails of it, as `fuzz` tells it: states that are never entered or
never left, conditions of which one side is never seen, fields that nobody reads or sets."""

from collections.abc import Iterable

from interactor_emulator.definition.advice.ways import forked_states, next_states, reached
from interactor_emulator.definition.model import Definition
from interactor_emulator.explore.ways import findings

from .found import HINTS, Finding

_ENOUGH_EXAMPLES = 300
"""Only after so many made-up cases it is worth a word that none of them took a transition."""

_ONLY_WHERE = " was only seen where "

_CODES = frozenset(
    {
        "unreachable_state",
        "shadowed_transition",
        "impossible_transition",
        "beside_the_form",
        "no_end",
        "unjoined_fork",
        "unset_field",
        "unread_field",
    }
)


def unfailing(
    found: Iterable[findings.Finding], definition: Definition, taken: frozenset[tuple[str, int]], examples: int
) -> list[Finding]:
    """What is worth telling, one thing a place; `taken` are the transitions that so many made-up cases took."""
    told: dict[str, Finding] = {}
    ends: dict[str, None] = {}
    for each in found:
        state = _state(each.where, definition)
        if each.code == "no_end":
            if state not in ends:
                ends |= reached(definition, [state], next_states)
                told.setdefault(each.where, _no_end(each, state, definition))
        elif each.code == "not_taken":
            if examples >= _ENOUGH_EXAMPLES and not any(each.where == _at(*one) for one in taken):
                message = f"{each.message}, and none of the {examples:,} made-up cases took it"
                told.setdefault(each.where, _told(each, state, message))
        elif each.code in _CODES and each.severity != "note":
            # Whatever can only be taken behind a transition is told with that.
            told.setdefault(each.message.partition(_ONLY_WHERE)[2] or each.where, _told(each, state, each.message))
    return list(told.values())


def _told(finding: findings.Finding, state: str, message: str) -> Finding:
    code = finding.code
    return Finding(code, "warning", state, finding.where, message, HINTS[code], finding.case)


def _no_end(finding: findings.Finding, state: str, definition: Definition) -> Finding:
    """A state from which no terminal one is reached; where a thread comes to it for which a join waits, that waits for
    ever."""
    for forking in definition.states.values():
        joins = [
            name for name in reached(definition, next_states(forking), next_states) if definition.states[name].join
        ]
        if joins and state in reached(definition, forked_states(forking), next_states):
            message = f"A thread that comes to '{state}' never ends, and the join '{joins[0]}' waits for it"
            return Finding("waiting_join", "error", state, finding.where, message, HINTS["waiting_join"])
    return _told(finding, state, finding.message)


def _state(where: str, definition: Definition) -> str:
    """The state that a path in the definition leads to, or into."""
    path = where.removeprefix("states.")
    return max((name for name in definition.states if path.startswith(name)), key=len, default="")


def _at(state: str, index: int) -> str:
    return f"states.{state}.transitions[{index}]"
