"""`explore` for a program that is not to do it itself, a server say: asked in one line of JSON, answered in several.

A process of its own, so that a search of seconds takes nothing from the requests that are answered meanwhile. It reads
`{"definition", "secrets", "seconds"}`, and writes `{"told": …}` while it searches and `{"found": …}` in the end.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from interactor_emulator.emulator import close_shared_pool
from interactor_emulator.wire.scenario import Scenario
from interactor_emulator.wire.scenario_file import value_from

from .explored import Bounds, Explored, explore

_PATHS = 100


def main() -> None:
    """Answer the one question on standard input."""
    asked = json.loads(sys.stdin.readline())
    try:
        explored = explore(
            asked["definition"],
            bounds=Bounds(paths=_PATHS, seconds=asked["seconds"]),
            secrets=asked["secrets"],
            tell=lambda number, what: _say({"told": f"{number} {what}"}),
        )
        _say({"found": _found(explored)})
    finally:
        close_shared_pool()


def _say(line: Mapping[str, Any]) -> None:
    # Where nobody reads any more this raises, and the search is over.
    print(json.dumps(line), flush=True)


def _found(explored: Explored) -> Mapping[str, Any]:
    return {
        "stopped": explored.stopped,
        "runs": explored.runs,
        "cases": [
            {
                "kind": each.kind,
                "scenario": _written(each.scenario),
                "path": each.trace.played.path,
                "status": each.trace.played.status,
                "error": each.trace.played.error,
            }
            for each in explored.cases
        ],
        "findings": [
            {"code": each.code, "severity": each.severity, "where": each.where, "message": each.message}
            for each in explored.findings
        ],
        "impossible": len(explored.proven.transitions),
    }


def _written(scenario: Scenario) -> Mapping[str, Any] | None:
    """As a file has it; None for the rare one that no file can hold."""
    try:
        return value_from(scenario)
    except ValueError:
        return None


if __name__ == "__main__":
    main()
