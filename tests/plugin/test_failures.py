"""Five wrong tests, and what their failures say to somebody who knows neither our code nor the emulator.

The texts stand in `golden`, a file for each test; a change of wording is a change of those files. A frame of ours
would be a line more.
"""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
WRONG = (GOLDEN / "wrong_tests.txt").read_text("utf-8")
DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "interactor_fixtures" / "definitions"


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pytest shows of each failure: the lines that it marks with E, and the place."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("wrong")
    (folder / "test_wrong.py").write_text(WRONG, "utf-8")
    options = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio", f"--interactor-definitions={DEFINITIONS}"]
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), *options, "test_wrong.py"]
    shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    assert "5 failed" in shown, shown
    parts = shown.split("\n____")[1:]
    return {part.strip("_ ").split(" ", 1)[0]: _told(part) for part in parts}


def _told(part: str) -> str:
    lines = [line[1:].removeprefix("       ") for line in part.splitlines() if line.startswith(("E ", ">"))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


@pytest.mark.parametrize("name", ["wrong_path", "wrong_state", "typo", "webhook_never_sent", "unstubbed_http"])
def test_a_failure_says_what_to_do_next(failures: dict[str, str], name: str) -> None:
    assert failures[f"test_{name}"] == (GOLDEN / f"{name}.txt").read_text("utf-8")
