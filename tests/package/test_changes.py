"""Changes are told in files of their own until a release; towncrier makes CHANGELOG.md of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FRAGMENTS = sorted(path for path in (ROOT / "changes").glob("*.md"))


def drafted(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the next release would be told to have changed."""
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.9.9"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The settings and the changes of this project."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "changes", tmp_path / "changes")
    return tmp_path


def test_every_change_is_told(project: Path) -> None:
    done = drafted(project)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in FRAGMENTS if path.read_text("utf-8").split("\n")[0] not in done.stdout] == []


def test_a_kind_that_there_is_not_is_named(project: Path) -> None:
    (project / "changes" / "this.improved.md").write_text("Something.\n", "utf-8")
    done = drafted(project)
    assert done.returncode == 1
    assert "this.improved.md" in done.stderr


def test_kinds_stand_in_one_order_and_each_change_is_an_item(project: Path) -> None:
    shutil.rmtree(project / "changes")
    shutil.copytree(ROOT / "changes", project / "changes", ignore=shutil.ignore_patterns("*.md"))
    for kind in ("removed", "fixed", "changed", "added"):
        (project / "changes" / f"this.{kind}.md").write_text(f"What is {kind}.\n", "utf-8")
    told = drafted(project).stdout
    shown = [line for line in told.splitlines() if line]
    assert shown[1:] == [
        "### Added", "- What is added.",
        "### Changed", "- What is changed.",
        "### Fixed", "- What is fixed.",
        "### Removed", "- What is removed.",
    ]  # fmt: skip
