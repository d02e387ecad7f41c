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


def cannot_fail(code: str) -> Iterator[str]:
    """Assertions that hold whatever happens: of what is always there, or with a way out that is always open."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assert) and always_holds(node.test):
            yield f"line {node.lineno}: {ast.unparse(node)}"


def always_holds(test: ast.expr) -> bool:
    match test:
        case ast.Tuple() | ast.List() | ast.Set() | ast.Dict() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.GeneratorExp() | ast.Lambda() | ast.JoinedStr() | ast.Constant():
            return True
        case ast.BoolOp(values=values):
            return any(always_holds(each) for each in values)
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), ops=[ast.GtE()], comparators=[ast.Constant(value=0)]):
            return True
        case ast.Compare(left=ast.Name() | ast.Attribute() as left, comparators=[right]):
            return ast.unparse(left) == ast.unparse(right)
    return False


def test_no_assertion_of_a_test_holds_whatever_happens() -> None:
    paths = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "examples").rglob("*.py")]
    held = {path: list(cannot_fail(path.read_text("utf-8"))) for path in paths}
    assert {path: lines for path, lines in held.items() if lines} == {}


@pytest.mark.parametrize(
    "test",
    [
        "(x == 1, 'message')",
        "(each == 1 for each in x)",
        "[each == 1 for each in x]",
        "x == 1 or 2",
        "x.status == 200 or {'a': 1}",
        "f'{x}'",
        "lambda: x",
        "len(x) >= 0",
        "x.a == x.a",
    ],
)
def test_an_assertion_that_holds_whatever_happens_is_found(test: str) -> None:
    assert len(list(cannot_fail(f"assert {test}"))) == 1


@pytest.mark.parametrize("test", ["x == 1", "(x, y) == (1, 2)", "x == 1 or y == 2", "all(x)", "x", "f(1) == f(1)"])
def test_an_assertion_that_may_fail_is_none_of_them(test: str) -> None:
    assert list(cannot_fail(f"assert {test}")) == []


def test_the_version_is_the_distributions() -> None:
    from importlib.metadata import version

    assert version("interactor-emulator") == interactor_emulator.__version__
