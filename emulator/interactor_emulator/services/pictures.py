"""Pictures of a workflow's definition, and of an instance's path through it."""

from collections.abc import Callable, Mapping
from typing import Literal

from interactor_emulator.account.account import Account
from interactor_emulator.definition.model import Definition
from interactor_emulator.effects import Steps
from interactor_emulator.errors import ValidationError, VersionNotFound
from interactor_emulator.picture.graph import Graph, Walk, graph
from interactor_emulator.picture.layout import lay_out
from interactor_emulator.picture.svg import svg
from interactor_emulator.picture.text import dot, mermaid
from interactor_emulator.projections.countable import Entered, Left
from interactor_emulator.projections.coverage import WorkflowCoverage

from .instances import get
from .workflows import find

Format = Literal["svg", "mermaid", "dot"]


# 300 take five seconds to lay out, and more grow steeply; nobody could read the picture either.
_MOST_EDGES = 300


def _svg(graph: Graph, *, styled: bool = True) -> Steps[str]:
    if len(graph.edges) > _MOST_EDGES:
        message = (
            f"{len(graph.edges)} transitions are too many for a picture (at most {_MOST_EDGES}); use mermaid or dot"
        )
        raise ValidationError(("format", message))
    return svg((yield from lay_out(graph)), styled=styled)


def _mermaid(graph: Graph) -> Steps[str]:
    yield from ()
    return mermaid(graph)


def _dot(graph: Graph) -> Steps[str]:
    yield from ()
    return dot(graph)


_FORMATS: Mapping[Format, Callable[[Graph], Steps[str]]] = {"svg": _svg, "mermaid": _mermaid, "dot": _dot}


def draw(definition: Definition, format_: Format, walk: Walk | None = None) -> Steps[str]:
    """The picture of a definition, with what was walked of it marked."""
    return (yield from _FORMATS[format_](graph(definition, walk)))


def inline(definition: Definition, walk: Walk | None = None) -> Steps[str]:
    """The same as SVG, for a page that has the rules for its classes. Raises ValidationError for a large one."""
    return (yield from _svg(graph(definition, walk), styled=False))


def walk_of(coverage: WorkflowCoverage) -> Walk:
    """What of a definition was taken, to be marked in its picture."""
    walk = Walk()
    for key, taken in coverage.taken.items():
        if isinstance(key, Entered):
            walk.visits[key.state] = taken.count
        elif isinstance(key, Left):
            walk.transitions[key.state, key.index] = taken.count
    return walk


def of_workflow(account: Account, name: str, format_: Format, version_id: str | None = None) -> Steps[str]:
    """The picture of a version, the latest unless named. Raises WorkflowNotFound, VersionNotFound."""
    versions = find(account, name).versions
    version = next((each for each in versions if each.id == version_id), None) if version_id else versions[-1]
    if version is None:
        raise VersionNotFound(version_id or "")
    return (yield from draw(version.definition, format_))


def of_instance(account: Account, instance_id: str, format_: Format) -> Steps[str]:
    """The picture of the version that an instance runs, its path marked. Raises InstanceNotFound."""
    instance = get(account, instance_id)
    walk = Walk().add(account.journal.of_instance(instance_id))
    return (yield from draw(instance.definition, format_, walk))
