"""The target that tries another Python, where that is not here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not (ROOT / ".venv" / "bin" / "uv").is_file(), reason="what `make setup` makes is not here")
@pytest.mark.parametrize(("needed", "status"), [("", 0), ("1", 2)])
def test_a_python_that_is_not_here_is_a_failure_where_it_is_needed(needed: str, status: int) -> None:
    # Not as a part of the make that started the tests.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environment["NEED_PYTHON"] = needed
    # Nothing is set up anew for this, whatever has changed since.
    command = [str(shutil.which("make")), "--assume-old=.venv/.installed", "matrix-3.999"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (status, "Python 3.999 is not here: nothing was tried with it.\n")


def test_where_each_is_tried_it_is_needed() -> None:
    """A job that is green and has run nothing would say that this Python is supported."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    (tried,) = (step for step in jobs["pythons"]["steps"] if "matrix-" in step.get("run", ""))
    assert tried["env"]["NEED_PYTHON"] == "1"
