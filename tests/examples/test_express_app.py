"""The Express app as who copies it runs it: `npm test`, and the type checker."""

import shutil
import subprocess

from tests.docs.apart import with_commands
from tests.docs.blocks import ROOT, blocks
from tests.docs.shown import not_printed
from tests.leaving_out import leave_out

APP = ROOT / "examples" / "express_app"
PAGE = ROOT / "docs" / "how-to" / "test-an-express-app.md"


def ran(script: str) -> "subprocess.CompletedProcess[str]":
    if shutil.which("npm") is None or not (APP / "node_modules" / ".installed").is_file():
        leave_out(
            "no Node with the packages of the Express app here", "install Node 20 with npm, and run `make browser`"
        )
    command = ["npm", "run", script]
    return subprocess.run(command, cwd=APP, env=with_commands(), capture_output=True, text=True, timeout=110)


def test_its_tests_pass_as_its_page_shows() -> None:
    done = ran("test")
    told = f"{done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    [shown] = [each.text for each in blocks(PAGE) if each.language == "console"]
    assert not_printed(told, shown) == [], told


def test_its_types_hold() -> None:
    done = ran("check")
    assert done.returncode == 0, done.stdout
