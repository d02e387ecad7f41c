"""Why a condition holds for some data or does not: the same verdict as `holds`, clause by clause."""

from collections.abc import Iterator, Mapping

from interactor_emulator.definition.conditions import OPERATORS, Operators
from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.definition.model import Combination, Condition
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import Clause


def trace(condition: Condition | None, data: Mapping[str, Json], operators: Operators = OPERATORS) -> list[Clause]:
    """Every comparison of the condition, each with the value it saw; also those that `and` or `or` made needless."""
    return list(_trace(condition, data, operators, 0, None))


def _trace(
    condition: Condition | None, data: Mapping[str, Json], operators: Operators, depth: int, joiner: str | None
) -> Iterator[Clause]:
    if isinstance(condition, Combination):
        for clause in condition.clauses:
            yield from _trace(clause, data, operators, depth + 1, condition.joiner)
    elif condition is not None:
        value = look_up(data, condition.field)
        present = value is not MISSING
        seen = None if value is MISSING else value
        verdict = operators[condition.operator](seen, condition.value)
        yield Clause(condition.field, condition.operator, condition.value, seen, present, verdict, depth, joiner)
