"""The hook for pre-commit, with what pre-commit would run."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

(HOOK,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
GOOD: dict[str, Any] = {"name": "x", "initial_state": "a", "states": {"a": {"type": "terminal"}}}


@pytest.mark.parametrize(("definition", "status"), [(GOOD, 0), ({**GOOD, "initial_state": "b"}, 1)])
def test_the_hook_stops_a_definition_with_an_error(tmp_path: Path, definition: dict[str, Any], status: int) -> None:
    (tmp_path / "x.json").write_text(json.dumps(definition))
    program, *arguments = shlex.split(HOOK["entry"])
    command = [str(Path(sys.executable).with_name(program)), *arguments, *HOOK.get("args", []), "x.json"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == status


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("definitions/x.json", True),
        ("app/definitions/deep/x.json", True),
        ("definitions/x.scenario.json", False),
        ("package.json", False),
        ("mydefinitions/x.json", False),
    ],
)
def test_it_looks_at_definitions_only(file: str, wanted: bool) -> None:
    assert bool(re.search(HOOK["files"], file)) is wanted
