"""The Elixir app where Elixir is: with Mix and Hex where they are, with a few lines in place of Req elsewhere."""

import shutil
import subprocess
from pathlib import Path

from tests.docs.apart import with_commands
from tests.docs.blocks import ROOT, blocks
from tests.docs.shown import not_printed
from tests.leaving_out import ELIXIR, leave_out

APP = ROOT / "examples" / "elixir_app"
PAGE = ROOT / "docs" / "how-to" / "test-an-elixir-app.md"
WITHOUT_HEX = ["elixir", str(Path(__file__).parent / "elixir" / "run.exs")]


def test_its_tests_pass_as_its_page_shows() -> None:
    if shutil.which("elixir") is None:
        leave_out("no Elixir here", "no package of pip or npm brings it; install it as your system does", ELIXIR)
    tests = ["mix", "test"] if (APP / "deps" / "req").is_dir() else WITHOUT_HEX
    options = ["--definitions", "definitions", "--freeze", "--coverage-fail-under", "100"]
    command = ["interactor-emulator", "exec", *options, "--", *tests]
    done = subprocess.run(command, cwd=APP, env=with_commands(), capture_output=True, text=True, timeout=110)
    told = f"{done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    [shown] = [each.text for each in blocks(PAGE) if each.language == "console"]
    assert not_printed(told, shown) == [], told
