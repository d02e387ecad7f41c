"""What a shell is told when somebody presses tab, by the variables that it sets for that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("interactor-emulator"))


def completed(words: str) -> list[str]:
    """What bash is offered for the last of these words."""
    number = len(words.split()) - 1
    asked = {"_INTERACTOR_EMULATOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    done = subprocess.run([COMMAND], env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    return [line.removeprefix("plain,") for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("interactor-emulator va", ["validate"]),
        ("interactor-emulator validate --stri", ["--strict"]),
        ("interactor-emulator validate --format gi", ["github"]),
    ],
)
def test_a_word_that_was_begun_is_completed(words: str, offered: list[str]) -> None:
    assert completed(words) == offered


@pytest.mark.parametrize(
    ("shell", "line"), [("zsh", "#compdef interactor-emulator"), ("fish", "function _interactor_emulator_completion;")]
)
def test_other_shells_are_told_how_to_ask(shell: str, line: str) -> None:
    environment = {**os.environ, "_INTERACTOR_EMULATOR_COMPLETE": f"{shell}_source"}
    done = subprocess.run([COMMAND], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == line
