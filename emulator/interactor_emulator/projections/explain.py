"""Decisions as text, for people."""

from collections.abc import Iterable

from interactor_emulator.engine.conditions import Clause
from interactor_emulator.jsontext import Json, encode

from .decisions import Considered, Decision

_VALUE_CHARACTERS = 60


def explanation(decisions: Iterable[Decision]) -> str:
    """Every decision: the transitions that were considered, each clause, and the value that it saw."""
    return "\n".join(describe(decision) for decision in decisions)


def describe(decision: Decision) -> str:
    """One decision, a line for its head and one for each transition or clause."""
    outcome = "no transition holds" if decision.taken is None else f"→ {decision.taken}"
    chosen = "" if decision.choice is None else f", choice {shown(decision.choice)}"
    lines = [f"{decision.state} ({decision.trigger}{chosen}) {outcome}"]
    for each in decision.considered:
        lines += _lines(each)
    return "\n".join(lines)


def _lines(considered: Considered) -> list[str]:
    mark = "✓" if considered.holds else "✗"
    head = f"  {mark} {considered.target}: "
    if not considered.applies:
        return [head + "not the chosen key"]
    if considered.unconditional:
        return [head + "always holds"]
    clauses = [_clause(clause) for clause in considered.clauses]
    if len(clauses) == 1:
        return [head + clauses[0]]
    return [head.rstrip(), *(f"      {clause}" for clause in clauses)]


def _clause(clause: Clause) -> str:
    mark = "✓" if clause.holds else "✗"
    seen = shown(clause.seen) if clause.present else "nothing (missing)"
    joiner = "" if clause.joiner is None else "  " * (clause.depth - 1) + f"{clause.joiner} "
    return f"{joiner}{clause.field} {clause.operator} {shown(clause.wanted)}, saw {seen} {mark}"


def shown(value: Json) -> str:
    """A value as JSON, its middle left out when it is long."""
    text = encode(value)
    half = _VALUE_CHARACTERS // 2
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[:half]}…{text[-half:]}"
