"""On a system without what guards scripts, whoever needs an emulator is told so in one line, and nothing breaks before.

It was not run on Windows: a process is made to look like one, after the standard library and what is not ours has
been imported for the system that it is on."""

import subprocess
import sys
from pathlib import Path

import pytest

# What a Windows has not, of all that our modules name.
WITHOUT_POSIX = """
import asyncio, click, click.testing, concurrent.futures, http.client, httpx, logging, multiprocessing, shutil, ssl
import starlette.routing, subprocess, sys, tempfile, uvicorn, webbrowser
import os, select, signal
for module, names in {
    os: ["fork", "register_at_fork", "getpriority", "setpriority", "getuid", "killpg", "setsid", "pread", "uname"],
    select: ["poll"],
    signal: ["SIGALRM", "SIGHUP", "SIGQUIT", "SIGKILL", "setitimer", "pthread_sigmask"],
}.items():
    for name in names:
        delattr(module, name)
sys.modules.update(resource=None, fcntl=None, pwd=None, grp=None, termios=None, uvloop=None)
sys.platform = "win32"
from interactor_emulator.cli import main
"""
TOLD = "the emulator does not run on Windows"


def on_windows(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX + code], cwd=folder, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("arguments", [["serve", "--port", "0"], ["validate", "x.json"], ["exec", "--", "true"]])
def test_a_command_that_needs_an_emulator_says_so_in_a_line(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"name": "x", "initial_state": "a", "states": {"a": {"type": "terminal"}}}')
    done = on_windows(f"main({arguments!r})", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"interactor-emulator: {TOLD}")
    assert "install.md" in line


def test_a_program_gets_the_same_as_an_error(tmp_path: Path) -> None:
    done = on_windows(
        "from interactor_emulator import Emulator\ntry: Emulator()\nexcept OSError as e: print(e)", tmp_path
    )
    assert done.stdout.startswith(TOLD), done.stderr


def test_help_is_there_all_the_same(tmp_path: Path) -> None:
    done = on_windows("main(['serve', '--help'])", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout
