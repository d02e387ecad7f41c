"""What holds for the code as a whole."""

import importlib
import pkgutil
from pathlib import Path

import interactor_emulator
import interactor_fixtures
import pytest
import pytest_interactor

ROOT = Path(__file__).parent.parent
MODULES = [
    module.name
    for package in (interactor_emulator, interactor_fixtures, pytest_interactor)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


def test_every_public_name_is_there() -> None:
    for name in interactor_emulator.__all__:
        assert getattr(interactor_emulator, name).__name__ == name
    assert interactor_emulator.__all__ == sorted(interactor_emulator.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_for(name: str) -> None:
    assert importlib.import_module(name).__doc__


def test_no_file_has_grown_past_one_idea() -> None:
    lines = {
        path: len(path.read_text().splitlines())
        for folder in ("emulator", "pytest_plugin", "fixtures")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: count for path, count in lines.items() if count > 400} == {}


def test_the_version_is_the_distributions() -> None:
    from importlib.metadata import version

    assert version("interactor-emulator") == interactor_emulator.__version__
