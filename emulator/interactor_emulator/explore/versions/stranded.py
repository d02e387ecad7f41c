"""Instances that wait for a person now, and what of that a new version of their workflow would not have."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interactor_emulator.definition.model import Definition
from interactor_emulator.emulator import Emulator
from interactor_emulator.jsontext import Json


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread of an instance that is halted, and what it shows: the names of its form's fields, and in selection mode
    the keys that can be chosen."""

    instance_id: str
    thread_id: str
    namespace: str | None
    state: str
    message: str
    fields: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stranded:
    """One that waits for what there would not be: `missing` says what, in words."""

    waiting: Waiting
    missing: str


def waiting_in(emulator: Emulator, workflow: str) -> list[Waiting]:
    """All that wait in instances of this workflow, of any version of it; oldest first."""
    return emulator.read(
        lambda account: [
            Waiting(
                instance.id,
                thread.id,
                instance.namespace,
                thread.state,
                thread.halted.message or "",
                field_names(thread.halted.presentation),
                _keys(thread.halted.options),
            )
            for instance in account.store.instances.values()
            if instance.version.workflow_name == workflow
            for thread in instance.threads.values()
            if thread.halted is not None and thread.status == "halted"
        ]
    )


def field_names(presentation: Mapping[str, Json] | None) -> tuple[str, ...]:
    """The names of a form's fields, as far as what is shown is a form."""
    fields: Any = (presentation or {}).get("fields")
    found = fields if isinstance(fields, list) else []
    return tuple(str(each["name"]) for each in found if isinstance(each, Mapping) and "name" in each)


def _keys(options: Any) -> tuple[str, ...]:
    return tuple(each.key for each in options.choices if each.key) if options is not None and options.selection else ()


def stranded(waiting: Iterable[Waiting], new: Definition) -> Iterator[Stranded]:
    """Those of whose state, form or choices something would not be there in the new version."""
    for each in waiting:
        if missing := _missing(each, new):
            yield Stranded(each, missing)


def _missing(waiting: Waiting, new: Definition) -> str:
    state = new.states.get(waiting.state)
    if state is None:
        return f"the state {waiting.state}"
    if state.type != "halting":
        return f"a halt in {waiting.state}, which is of type {state.type}"
    fields, keys = field_names(state.presentation), {each.key for each in state.transitions if state.by_selection}
    gone = [f"the field {name}" for name in waiting.fields if name not in fields]
    gone += [f"the choice {key}" for key in waiting.choices if key not in keys]
    return ", ".join(gone)
