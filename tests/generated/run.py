"""Generates clients from the server's OpenAPI document, compiles them, and has two linters read it.

Called by `make generated` as `python tests/generated/run.py PYTHON`, where PYTHON is that of an environment with
openapi-python-client; what Node needs is in this folder. Fails if any of them has anything to say.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from interactor_emulator.web.control.table import CONTROLS
from interactor_emulator.web.description import document
from interactor_emulator.web.endpoints.operations import OPERATIONS

HERE = Path(__file__).parent
MADE = HERE / ".made"
NODE = HERE / "node_modules" / ".bin"
IMPORT_ALL = """
import importlib, pkgutil, client
for module in pkgutil.walk_packages(client.__path__, "client."):
    importlib.import_module(module.name)
"""


def main(python: str) -> int:
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir()
    described = MADE / "openapi.json"
    described.write_text(json.dumps(document(OPERATIONS, CONTROLS)), "utf-8")
    python_client = Path(python).with_name("openapi-python-client")
    steps: dict[str, list[str | Path]] = {
        "redocly": [NODE / "redocly", "lint", "--max-problems=20", described],
        "spectral": [NODE / "spectral", "lint", "--fail-severity=hint", described],
        "types for TypeScript": [NODE / "openapi-typescript", described, "-o", MADE / "openapi.d.ts"],
        "tsc --strict": [NODE / "tsc", "-p", HERE],
        "a client for Python": [
            *(python_client, "generate", "--path", described, "--output-path", MADE / "client"),
            *("--meta", "none", "--fail-on-warning"),
        ],
        "all of its modules": [python, "-W", "error", "-c", IMPORT_ALL],
    }
    failed = [name for name, command in steps.items() if not passed(name, command)]
    print("failed: " + ", ".join(failed) if failed else "nothing to say")
    return len(failed)


def passed(name: str, command: list[str | Path]) -> bool:
    """Whether it ends well; what it says is shown if it does not."""
    # openapi-python-client formats what it makes with ruff, which stands beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        command,
        cwd=HERE,
        env={**os.environ, **quiet, "PATH": path, "PYTHONPATH": str(MADE)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print(f"== {name}\n{done.stdout}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
