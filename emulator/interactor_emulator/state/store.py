"""What one account holds: workflows with their versions, and instances."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .instance import Instance, Version


@dataclass(slots=True, eq=False)
class Workflow:
    """A name and its versions, oldest first; `published` is the version published last."""

    id: str
    name: str
    created_ms: int
    versions: list[Version] = field(default_factory=list)
    published: Version | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file. `halt_id` is the event of the halt for which it was uploaded."""

    id: str
    instance_id: str
    thread_id: str
    halt_id: str
    field: str
    filename: str
    content_type: str
    content: bytes
    created_ms: int


class Store:
    """Rows by name or id. What is given out is the row itself."""

    def __init__(self, workflows: Mapping[str, Workflow]) -> None:
        self._files: dict[str, list[File]] = {}
        self.workflows: dict[str, Workflow] = dict(workflows)
        self.instances: dict[str, Instance] = {}
        self._active: dict[str | None, int] = {}

    def add_instance(self, instance: Instance) -> None:
        self.instances[instance.id] = instance
        self._active[instance.namespace] = self.active_in(instance.namespace) + 1

    def ended(self, instance: Instance) -> None:
        """An instance is not active any more."""
        self._active[instance.namespace] -= 1

    def active_in(self, namespace: str | None) -> int:
        """How many instances of a namespace are running or halted."""
        return self._active.get(namespace, 0)

    def newest_instances(self) -> Iterator[Instance]:
        return reversed(self.instances.values())

    def newest_workflows(self) -> Iterator[Workflow]:
        return reversed(self.workflows.values())

    def add_file(self, file: File) -> None:
        self._files.setdefault(file.instance_id, []).append(file)

    def files_of(self, instance_id: str) -> list[File]:
        """The files of an instance, oldest first; not to be changed."""
        return self._files.get(instance_id, [])

    def forget_files(self, instance_id: str) -> None:
        self._files.pop(instance_id, None)
