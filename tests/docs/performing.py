"""A page performed: a folder in which its blocks are done in order, as a reader would do them."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import yaml
from packaging.requirements import Requirement

from tests.docs.apart import with_commands
from tests.docs.blocks import ROOT, Block
from tests.docs.shown import faults_of_tests, is_as_shown

_PORT = "127.0.0.1:8787"
_LEFT = '\nexport -p > "$PAGE/.exports"; pwd > "$PAGE/.folder"\n'
_TAKEN_UP = '[ ! -f .exports ] || . ./.exports; [ ! -f .folder ] || cd "$(cat .folder)"\n'
# Which plugins a test needs, by what it says: all that are installed here would take three times as long to load.
_PLUGINS = {
    "": "pytest_interactor.plugin",
    "-n ": "xdist.plugin",
    "asyncio": "pytest_asyncio.plugin",
    "anyio": "anyio.pytest_plugin",
    "respx": "respx.plugin",
    "hypothesis|strategies|WorkflowMachine": "tests.docs.few_examples",
}


class Performance:
    """The folder of a page, the environment of its shell, and the server that it started.

    Raises:
        AssertionError: What a block does is not what the page shows; it names the line.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = with_commands() | {
            "COLUMNS": "120",
            "PYTHONPATH": str(ROOT),
            "PAGE": str(folder),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "pytest_interactor.plugin,anyio.pytest_plugin",
        }
        self._address = _PORT
        self._ended = ExitStack()
        for beside in ("examples", "fixtures"):
            (folder / beside).symlink_to(ROOT / beside)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.close()

    def perform(self, block: Block, shown: list[str]) -> None:
        """Do what a block says; `shown` are the texts right after it."""
        if block.quoted:
            _is_quoted(block, block.quoted.read_text("utf-8"))
        elif block.is_test:
            self._run_test(block, shown)
        elif block.file:
            self.write(block)
        elif block.language in _READ:
            _READ[block.language](block.text)
        elif block.language in ("sh", "python"):
            self._run(block, shown)
        else:
            assert block.language in SHOWN or block.language.startswith("{"), (
                f"line {block.line}: what is to be done with {block.language!r}?"
            )

    def write(self, block: Block) -> Path:
        """Write the file that a block is."""
        path = self._folder / str(block.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text.replace(_PORT, self._address), "utf-8")
        return path

    def _run_test(self, block: Block, shown: list[str]) -> None:
        path = self.write(block)
        options = (block.options or "").split()
        plugins = [name for word, name in _PLUGINS.items() if re.search(word, f"{block.text}\n{block.options}")]
        quiet = ["-p", "no:cacheprovider", *(part for name in plugins for part in ("-p", name))]
        command = [
            "env",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1",
            sys.executable,
            "-m",
            "pytest",
            *quiet,
            str(path),
            *options,
        ]
        output = self._output(command, may_fail=True)
        faults = list(faults_of_tests(output, shown))
        assert faults == [], f"line {block.line}: {faults}\n{output}"

    def _run(self, block: Block, shown: list[str]) -> None:
        text = block.text.replace(_PORT, self._address)
        if text.startswith("interactor-emulator serve"):
            self._serve(text)
        elif text.startswith("pip install "):
            _is_ours(text)
        else:
            self._run_shell(block, text, shown)

    def _run_shell(self, block: Block, text: str, shown: list[str]) -> None:
        shell = ["bash", "-euo", "pipefail", "-c", _TAKEN_UP + text + _LEFT]
        printed = self._output(shell if block.language == "sh" else [sys.executable, "-c", text])
        if shown:
            assert is_as_shown(printed, shown[0]), (
                f"line {block.line}: the page shows\n{shown[0]}\nand it is\n{printed}"
            )

    def _serve(self, command: str) -> None:
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command.strip().rstrip('&').strip()} --port 0"],
            stdout=subprocess.PIPE, text=True, cwd=self._folder, env=self._environment,
        )  # fmt: skip
        self._ended.callback(server.wait)
        self._ended.callback(server.terminate)
        assert server.stdout is not None
        self._ended.callback(server.stdout.close)
        self._address = server.stdout.readline().split()[-1].removeprefix("http://")
        settings = dict(server.stdout.readline().strip().split("=", 1) for _ in range(5))
        self._environment |= settings
        # What an earlier block has exported is of the server before.
        with (self._folder / ".exports").open("a", encoding="utf-8") as exported:
            exported.writelines(f"export {name}={value}\n" for name, value in settings.items())

    def _output(self, command: list[str], *, may_fail: bool = False) -> str:
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT if may_fail else subprocess.PIPE, timeout=110,
        )  # fmt: skip
        assert may_fail or done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
        return done.stdout


def _is_ours(install: str) -> None:
    """What is installed is this distribution, with extras that it has; `make package` installs it so."""
    wanted = Requirement(shlex.split(install)[2])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert wanted.name == project["name"]
    assert wanted.extras <= project["optional-dependencies"].keys()


def _is_quoted(block: Block, text: str) -> None:
    """Lines of the file as they stand, in their order; `…` skips some."""
    at = 0
    for part in re.split(r"^\s*(?:#|//)? ?…$\n", block.text.split("\n", 1)[1], flags=re.M):
        found = text.find(part, at)
        assert found >= 0, f"line {block.line}: {block.file} has not\n{part}"
        at = found + len(part)


def _have_their_targets(text: str) -> None:
    for command in text.splitlines():
        subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


_READ: Mapping[str, Callable[[str], object]] = {
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "make": _have_their_targets,
}
"""What is read by whom it is for, where it is not written to a file."""

SHOWN = {"text", "console", "mermaid", "typescript", "javascript", "tsx", "elixir", "dockerfile", "html", "markdown"}
"""What is shown and not run."""
