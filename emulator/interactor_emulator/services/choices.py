"""Whether a choice can be heard where an instance waits.

The API takes any input. Who chooses in a test where nothing listens to it has mistaken the state, and would see the
instance go elsewhere.
"""

from collections.abc import Mapping

from interactor_emulator.account.account import Account
from interactor_emulator.definition.conditions import fields
from interactor_emulator.errors import ValidationError
from interactor_emulator.jsontext import Json
from interactor_emulator.state.events import Halted
from interactor_emulator.state.instance import Instance

from . import instances


def check(account: Account, instance_id: str, thread_id: str | None) -> None:
    """Raise ValidationError for a choice that the state of the thread, or of the one that is shown, does not hear.
    Where none is halted the resume itself says so."""
    instance = instances.get(account, instance_id)
    thread = instance.halted_thread if thread_id is None else instance.threads.get(thread_id)
    if thread is None or thread.halted is None or _is_heard(instance, thread.halted):
        return
    names = _asked(thread.halted.presentation or {})
    shows = f"it shows the fields {', '.join(names)}" if names else "it shows nothing to choose from"
    raise ValidationError(("choice", f"state '{thread.state}' is not in selection mode; {shows}"))


def _is_heard(instance: Instance, halt: Halted) -> bool:
    """Selection mode hears one; so does "`onSubmit({ choice: value })`" of a choice presentation, and whatever asks
    for a member of that name."""
    state, shown = instance.definition.states[halt.state], halt.presentation or {}
    read = {field for each in state.transitions for field in fields(each.condition)}
    return state.selection or shown.get("type") == "choice" or "choice" in read or "choice" in _asked(shown)


def _asked(presentation: Mapping[str, Json]) -> list[str]:
    """The names of the fields of a form."""
    form = presentation.get("fields")
    return [str(each.get("name")) for each in form if isinstance(each, Mapping)] if isinstance(form, list) else []
