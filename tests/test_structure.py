"""What holds for the code as a whole."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
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
        assert getattr(interactor_emulator, name).__name__ in (name, "Literal")
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


# For a forked process that has to end without the tests' own clean-up; the system's name for it happens to be such.
ALLOWED_PRIVATE = {"os._exit"}


def private_names(code: str) -> Iterator[str]:
    """What is read, replaced or imported by a name that begins with an underscore, but for what is its own."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                continue
            case ast.Attribute(attr=name):
                told = ast.unparse(node)
            case ast.alias(name=path):
                name, told = path.rpartition(".")[2], f"import of {path}"
            # getattr, and setattr with or without monkeypatch, by the name or by the whole path.
            case ast.Call(
                func=ast.Name(id=function) | ast.Attribute(attr=function),
                args=[ast.Constant(value=str(path)), *_] | [_, ast.Constant(value=str(path)), *_],
            ) if function in {"getattr", "setattr", "delattr", "hasattr"}:
                name, told = path.rpartition(".")[2], ast.unparse(node)
            case _:
                continue
        if name.startswith("_") and not name.startswith("__") and told not in ALLOWED_PRIVATE:
            yield f"line {node.lineno}: {told}"


def test_no_test_reads_a_private_attribute() -> None:
    """What a test needs to see can be seen from outside, or nobody needs it."""
    read = {path: list(private_names(path.read_text())) for path in (ROOT / "tests").rglob("*.py")}
    assert {path: names for path, names in read.items() if names} == {}


@pytest.mark.parametrize(
    "code",
    [
        "pool._slots",
        "pool._slots.free",
        "make()._name",
        "items[0]._name",
        "thing.other._name = 1",
        "getattr(thing, '_name', None)",
        "monkeypatch.setattr(thing, '_name', 1)",
        "monkeypatch.setattr('package.thing._name', 1)",
        "from package import _name",
        "import package._name",
    ],
)
def test_a_private_attribute_is_found_however_it_is_read(code: str) -> None:
    assert len(list(private_names(code))) == 1


@pytest.mark.parametrize("code", ["self._name", "cls._name", "type(x).__name__", "_name = 1", "os._exit(0)", "x.name"])
def test_what_is_public_or_ones_own_is_not_private(code: str) -> None:
    assert list(private_names(code)) == []


def test_the_version_is_the_distributions() -> None:
    from importlib.metadata import version

    assert version("interactor-emulator") == interactor_emulator.__version__
