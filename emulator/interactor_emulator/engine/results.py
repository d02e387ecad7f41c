"""What the result of a script or an HTTP call makes of `workflow_data`."""

from collections.abc import Mapping

from interactor_emulator.definition.data_path import MISSING, look_up
from interactor_emulator.definition.model import Output
from interactor_emulator.jsontext import Json, equal
from interactor_emulator.state.events import Changes


def changes(data: Mapping[str, Json], result: Mapping[str, Json]) -> Changes | None:
    """A shallow merge of the result into the data, as what it adds and updates; None when it changes nothing."""
    added: dict[str, Json] = {}
    updated: dict[str, tuple[Json, Json]] = {}
    for key, value in result.items():
        if key not in data:
            added[key] = value
        elif not _same(data[key], value):
            updated[key] = (data[key], value)
    return Changes(added, updated) if added or updated else None


def touched(given: Mapping[str, Json], result: Mapping[str, Json]) -> Mapping[str, Json]:
    """Of a result the members that differ from the data which its logic was given.

    `return {...workflow_data, x: 1}` touches `x` alone: what another thread changed meanwhile stays."""
    return {key: value for key, value in result.items() if key not in given or not _same(given[key], value)}


def _same(old: Json, new: Json) -> bool:
    # A number that JavaScript wrote as 1 where it was 1.0 is the same value, and keeps its place.
    return old is new or equal(old, new)


def merged(data: Mapping[str, Json], change: Changes | None) -> dict[str, Json]:
    """The data as it will be."""
    if change is None:
        return dict(data)
    return {**data, **change.added, **{key: new for key, (_, new) in change.updated.items()}}


def placed(data: Mapping[str, Json], result: Mapping[str, Json], output: Output | None) -> Mapping[str, Json]:
    """The top-level members that the result sets, when `output` says where in the data it goes."""
    if output is None:
        return result
    value: Mapping[str, Json] = result
    if output.extract is not None:
        found = {name: look_up(result, path) for name, path in output.extract.items()}
        value = {name: None if each is MISSING else each for name, each in found.items()}
    if output.path is None:
        return dict(value)
    first, *rest = output.path.split(".")
    return {first: _put(data.get(first), rest, value, output.merge)}


def _put(old: Json, path: list[str], value: Mapping[str, Json], merge: bool) -> Json:
    """A copy of `old` with the value at the path; what stands in the way and is no object gives way."""
    parents: list[dict[str, Json]] = []
    for step in path:
        parents.append(old if isinstance(old, dict) else {})
        old = parents[-1].get(step)
    if merge and isinstance(old, dict):
        value = {**old, **value}
    for step, parent in zip(reversed(path), reversed(parents), strict=True):
        value = {**parent, step: value}
    return value
