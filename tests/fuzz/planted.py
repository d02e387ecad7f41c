"""Fuzzes the definitions with planted bugs, and prints which are found, in how long, and what else was said.

Called by `make fuzz-planted` as `python tests/fuzz/planted.py [NAME…]`: fails where a bug is missed, or a clean
definition has a finding.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interactor_emulator.emulator import close_shared_pool
from interactor_emulator.explore.fuzzing.found import Finding
from interactor_emulator.explore.fuzzing.fuzz import fuzz

PLANTED = Path(__file__).parents[1] / "explore" / "planted"
BUGS: Mapping[str, Mapping[str, Any]] = json.loads((PLANTED / "bugs.json").read_text("utf-8"))
SECONDS = 10.0


def tells(finding: Finding, bug: Mapping[str, Any]) -> bool:
    """Whether a finding is of the kind that the bug's row names, and leads to where it is."""
    places = finding.where, str(bug["place"])
    nested = places[0].startswith(places[1]) or places[1].startswith(places[0])
    return finding.code == bug["finding"] and (
        nested or finding.state == bug["state"] or bug["state"] in finding.message
    )


def main(wanted: list[str]) -> int:
    missed = 0
    try:
        for path in sorted(PLANTED.glob("*-*.json")):
            if not wanted or path.stem in wanted:
                missed += _one(path)
    finally:
        close_shared_pool()
    print(f"{missed} missed")
    return 1 if missed else 0


def _one(path: Path) -> bool:
    """A row of the table; whether it is not as it should be."""
    bug = BUGS.get(path.stem)
    found = fuzz(json.loads(path.read_text("utf-8")), max_examples=10_000, seconds=SECONDS)
    good = not found.findings if bug is None else any(tells(each, bug) for each in found.findings)
    told = ", ".join(f"{each.severity} {each.code} in {each.state}" for each in found.findings)
    how = f"{found.examples:6,} examples, {found.seconds:4.1f} s"
    print(f"{'✓' if good else '✗'} {path.stem:30} {how}  {told or 'nothing'}", flush=True)
    return not good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
