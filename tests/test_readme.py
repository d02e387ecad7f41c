"""Every block of the README is run, and what it shows is what comes out, but for ids and times."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
_BIN = Path(sys.executable).parent


class Block(NamedTuple):
    language: str
    text: str


BLOCKS = [
    Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
]
_VARYING = [
    (r"inst_[a-z0-9]{26}", "inst_…"),
    (r"v_[a-z0-9]{12}", "v_…"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "time"),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"\d+ requests, \d+\.\d s\b", "so many requests in so many seconds"),
]


def _masked(text: str) -> str:
    for pattern, name in _VARYING:
        text = re.sub(pattern, name, text)
    return text.strip()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The server that the README starts, on a free port: its address and the environment of its clients."""
    command = [str(_BIN / "interactor-emulator"), "serve", "--port", "0", "--definitions", "examples/definitions"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1].removeprefix("http://")
        printed = dict(server.stdout.readline().strip().split("=", 1) for _ in range(5))
        path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
        yield address, {**os.environ, **printed, "PATH": path}
        server.terminate()


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    (commands,) = [block.text for block in BLOCKS if block.language == "make"]
    for command in commands.splitlines():
        subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_the_sessions_print_what_the_readme_shows(serving: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    address, environment = serving
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    marker = "--- next block ---"
    sessions = [block.text.replace("127.0.0.1:8787", address) for block in BLOCKS if block.language == "sh"]
    script = f"\necho; echo '{marker}'\n".join(sessions)
    done = subprocess.run(
        ["bash", "-euc", script], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split(marker)
    assert len(printed) == len(sessions)
    shown = [
        following.text if following.language in ("json", "text") else ""
        for block, following in zip(BLOCKS, [*BLOCKS[1:], Block("", "")], strict=True)
        if block.language == "sh"
    ]
    for found, expected in zip(printed, shown, strict=True):
        assert _masked(found) == _masked(expected)


PYTHON = [number for number, block in enumerate(BLOCKS) if block.language == "python"]


@pytest.mark.parametrize("at", PYTHON, ids=lambda at: BLOCKS[at].text.split("\n", 1)[0].strip("# "))
def test_a_test_ends_as_the_readme_shows(pytester: pytest.Pytester, at: int) -> None:
    """The first line of a block is the file's name, maybe with options; the texts below it are what comes out."""
    name, _, options = BLOCKS[at].text.split("\n", 1)[0].strip("# ").partition(": pytest ")
    pytester.makepyfile(**{name.removesuffix(".py"): BLOCKS[at].text})
    quiet = ["-p", "no:randomly"] if "-n" in options else ["-p", "no:randomly", "-p", "no:xdist"]
    output = pytester.runpytest_subprocess(*quiet, *options.split()).stdout.str()
    following = itertools.takewhile(lambda block: block.language == "text", BLOCKS[at + 1 :])
    shown = [line.strip() for block in following for line in block.text.strip().splitlines()]
    assert shown
    for line in shown:
        assert line in output, output


def test_the_settings_are_read(tmp_path: Path) -> None:
    (settings,) = [block.text for block in BLOCKS if block.language == "toml"]
    (tmp_path / "interactor.toml").write_text(settings)
    command = [str(_BIN / "interactor-emulator"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Listening on ")
        server.terminate()


def test_no_block_is_left_out() -> None:
    assert {block.language for block in BLOCKS} == {"make", "sh", "json", "text", "toml", "python"}
    assert PYTHON
