"""What the marker says, and what is wrong with it: told with the thing, the nearest known one, and where it stands."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from interactor_emulator import Emulator

MARKER = "interactor"
_WORKFLOW = "workflow"
_FAULTS, _EFFECT = "faults", "effect"
_EXPECTED = "expected_diagnostics"


def arguments(node: pytest.Item) -> dict[str, Any]:
    """The arguments of the test's markers, the nearest first to be heard."""
    found: dict[str, Any] = {}
    for _, marker in _markers(node):
        found = {**marker.kwargs, **found}
    return found


def expected(node: pytest.Item) -> frozenset[str]:
    """The codes of diagnostics that the test brings about on purpose."""
    codes = arguments(node).get(_EXPECTED, ())
    return frozenset([codes] if isinstance(codes, str) else codes)


def made(
    node: pytest.Item, defaults: Mapping[str, Any], begin: "Callable[[Emulator], None] | None" = None
) -> "Emulator":
    """The emulator that the markers describe, with their workflow loaded and their faults set; `begin` is called with
    it before anything is loaded. A mistaken marker fails the test."""
    _check_names(node)
    options = {**defaults, **arguments(node)}
    found = _made_or_mistake(options, begin)
    if isinstance(found, Exception):
        _blame(node, found)
    return found


def _made_or_mistake(
    options: Mapping[str, Any], begin: "Callable[[Emulator], None] | None" = None
) -> "Emulator | Exception":
    """What was mistaken is returned, so that whoever tells it does so while nothing else is handled."""
    from interactor_emulator.emulator import Emulator

    own = {name: value for name, value in options.items() if name not in (_WORKFLOW, _FAULTS, _EXPECTED)}
    try:
        _check_expected(options.get(_EXPECTED, ()))
        emulator = Emulator(**own)
        if begin is not None:
            begin(emulator)
        if (workflow := options.get(_WORKFLOW)) is not None:
            emulator.load(workflow)
        if (faults := options.get(_FAULTS)) is not None:
            _set_faults(emulator, faults)
            emulator.account.after_reset.append(lambda _kept: _set_faults(emulator, faults))
    except (ValueError, TypeError, OSError) as error:
        return error
    return emulator


def _check_expected(codes: Any) -> None:
    """A code that is misspelt would be expected in vain; raises ValueError."""
    from interactor_emulator.notices import NOTICES

    known = [each.code for each in NOTICES]
    for code in [codes] if isinstance(codes, str) else codes:
        if code not in known:
            raise ValueError(f"{_EXPECTED}: no diagnostic is called {code!r}; {_hint(code, known)}")


def _set_faults(emulator: "Emulator", faults: Any) -> None:
    """Names of effects, what `faults.webhook` or `faults.call` takes as dicts, or what the control API does:
    `faults=["duplicate", {"effect": "drop", "method": "POST"}, {"match": {…}, "effect": {"status": 503}}]`."""
    from interactor_emulator.faults.described import set_described, set_named

    for each in [faults] if isinstance(faults, str | Mapping) else faults:
        rule = {_EFFECT: each} if isinstance(each, str) else each
        if not isinstance(rule, Mapping) or _EFFECT not in rule:
            raise ValueError(f"faults: each is an effect, or a dict with its {_EFFECT}, not {each!r}")
        try:
            if isinstance(rule[_EFFECT], str) and "match" not in rule:
                set_named(emulator.faults, rule)
            else:
                set_described(emulator.faults, rule)
        except ValueError as error:
            raise ValueError(f"faults: {error}") from None


def _markers(node: pytest.Item) -> Iterator[tuple[Any, pytest.Mark]]:
    return node.iter_markers_with_node(MARKER)


def _check_names(node: pytest.Item) -> None:
    for place, marker in _markers(node):
        known = _known()
        if marker.args:
            _fail(place, marker, f"takes names only; did you mean {_WORKFLOW}={marker.args[0]!r}?")
        for name in marker.kwargs:
            if name not in known:
                _fail(place, marker, f"unknown argument {name}; {_hint(name, known)}")


@cache
def _known() -> list[str]:
    from interactor_emulator.emulator import Emulator

    return [_WORKFLOW, _FAULTS, _EXPECTED, *list(inspect.signature(Emulator.__init__).parameters)[1:]]


def _hint(name: object, known: Iterable[str]) -> str:
    from interactor_emulator.nearest import hint  # late: only a mistaken marker needs it

    return hint(name, known)


def _blame(node: pytest.Item, error: Exception) -> NoReturn:
    """Find the marker whose value it was."""
    for place, marker in _markers(node):
        for name, value in marker.kwargs.items():
            found = None if name == _WORKFLOW else _made_or_mistake({name: value})
            if isinstance(found, Exception):
                _fail(place, marker, str(found))
    for place, marker in _markers(node):
        if _WORKFLOW in marker.kwargs:
            _fail(place, marker, str(error))
    raise error


def _fail(place: Any, marker: pytest.Mark, message: str) -> NoReturn:
    given = [*map(repr, marker.args), *(f"{name}={value!r}" for name, value in marker.kwargs.items())]
    where = f"@pytest.mark.{MARKER}({', '.join(given)})"
    pytest.fail(f"{place.nodeid}: {where}: {message}", pytrace=False)
