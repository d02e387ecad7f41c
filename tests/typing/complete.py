"""How much of the public surface has a known type, as pyright counts it: `make typing` runs it, and it fails below.

What is ambiguous are the codes of errors: each class has its own, and says so without repeating that it is a text."""

import json
import os
import subprocess
import sys
from pathlib import Path

LEAST = {"interactor_emulator": 98.0, "pytest_interactor": 100.0, "interactor_fixtures": 100.0}
PYRIGHT = Path(__file__).parent / "node_modules" / ".bin" / "pyright"


def score(package: str) -> float:
    """Per cent of the names that can be imported."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(PYRIGHT), "--verifytypes", package, "--ignoreexternal", "--outputjson"]
    counted = json.loads(subprocess.run(command, capture_output=True, text=True, env=environment).stdout)
    return float(counted["typeCompleteness"]["completenessScore"]) * 100


if __name__ == "__main__":
    scores = {package: score(package) for package in LEAST}
    for package, found in scores.items():
        print(f"{package}: {found:.1f}% of its types are known, at least {LEAST[package]:.0f}%")
    sys.exit(any(found < LEAST[package] for package, found in scores.items()))
