"""The Elixir app where Elixir is: with Mix and Hex where they are, with a few lines in place of Req elsewhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks

APP = ROOT / "examples" / "elixir_app"
PAGE = ROOT / "docs" / "how-to" / "test-an-elixir-app.md"
WITHOUT_HEX = ["elixir", str(Path(__file__).parent / "elixir" / "run.exs")]


@pytest.mark.skipif(shutil.which("elixir") is None, reason="no Elixir here, and no package of pip or npm brings it")
def test_its_tests_pass_as_its_page_shows() -> None:
    tests = ["mix", "test"] if (APP / "deps" / "req").is_dir() else WITHOUT_HEX
    options = ["--definitions", "definitions", "--freeze", "--coverage-fail-under", "100"]
    command = [str(Path(sys.executable).parent / "interactor-emulator"), "exec", *options, "--", *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}
    done = subprocess.run(command, cwd=APP, env=environment, capture_output=True, text=True, timeout=110)
    told = f"{done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    [shown] = [each.text for each in blocks(PAGE) if each.language == "console"]
    missing = [line for line in shown.splitlines() if not line.startswith(("$ ", "…")) and line not in told]
    assert missing == [], told
