"""What the marker says, and what is wrong with it: told with the thing, the nearest known one, and where it stands."""

import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from interactor_emulator import Emulator

MARKER = "interactor"
_WORKFLOW = "workflow"


def arguments(node: pytest.Item) -> dict[str, Any]:
    """The arguments of the test's markers, the nearest first to be heard."""
    found: dict[str, Any] = {}
    for _, marker in _markers(node):
        found = {**marker.kwargs, **found}
    return found


def made(node: pytest.Item, defaults: Mapping[str, Any]) -> "Emulator":
    """The emulator that the markers describe, with their workflow loaded. A mistaken marker fails the test."""
    from interactor_emulator.emulator import Emulator

    _check_names(node)
    options = {**defaults, **arguments(node)}
    workflow = options.pop(_WORKFLOW, None)
    try:
        emulator = Emulator(**options)
        if workflow is not None:
            emulator.load(workflow)
    except (ValueError, TypeError, OSError) as error:
        _blame(node, error)
    return emulator


def _markers(node: pytest.Item) -> Iterator[tuple[Any, pytest.Mark]]:
    return node.iter_markers_with_node(MARKER)


def _check_names(node: pytest.Item) -> None:
    from interactor_emulator.emulator import Emulator

    known = [_WORKFLOW, *list(inspect.signature(Emulator.__init__).parameters)[1:]]
    for place, marker in _markers(node):
        if marker.args:
            _fail(place, marker, f"takes names only; did you mean {_WORKFLOW}={marker.args[0]!r}?")
        for name in marker.kwargs:
            if name not in known:
                from interactor_emulator.nearest import hint  # late: only a mistaken marker needs it

                _fail(place, marker, f"unknown argument {name}; {hint(name, known)}")


def _blame(node: pytest.Item, error: Exception) -> NoReturn:
    """Find the marker whose value it was."""
    from interactor_emulator.emulator import Emulator

    for place, marker in _markers(node):
        for name, value in marker.kwargs.items():
            if name == _WORKFLOW:
                continue
            try:
                Emulator(**{name: value})
            except (ValueError, TypeError, OSError) as found:
                _fail(place, marker, str(found))
    for place, marker in _markers(node):
        if _WORKFLOW in marker.kwargs:
            _fail(place, marker, str(error))
    raise error


def _fail(place: Any, marker: pytest.Mark, message: str) -> NoReturn:
    given = [*map(repr, marker.args), *(f"{name}={value!r}" for name, value in marker.kwargs.items())]
    where = f"@pytest.mark.{MARKER}({', '.join(given)})"
    pytest.fail(f"{place.nodeid}: {where}: {message}", pytrace=False)
