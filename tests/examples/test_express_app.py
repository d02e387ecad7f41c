"""The Express app as who copies it runs it: `npm test`, and the type checker."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT, blocks
from tests.leaving_out import leave_out

APP = ROOT / "examples" / "express_app"
PAGE = ROOT / "docs" / "how-to" / "test-an-express-app.md"
# What the tests of other projects take is no measure of this one.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}


def ran(script: str) -> "subprocess.CompletedProcess[str]":
    if shutil.which("npm") is None or not (APP / "node_modules" / ".installed").is_file():
        leave_out(
            "no Node with the packages of the Express app here", "install Node 20 with npm, and run `make browser`"
        )
    environment = {**_ENVIRONMENT, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["npm", "run", script]
    return subprocess.run(command, cwd=APP, env=environment, capture_output=True, text=True, timeout=110)


def test_its_tests_pass_as_its_page_shows() -> None:
    done = ran("test")
    told = f"{done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    [shown] = [each.text for each in blocks(PAGE) if each.language == "console"]
    missing = [line for line in shown.splitlines() if not line.startswith(("$ ", "…")) and line not in told]
    assert missing == [], told


def test_its_types_hold() -> None:
    done = ran("check")
    assert done.returncode == 0, done.stdout
