"""What a halted thread shows, in the wire's words: the API answers with it, and webhooks tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interactor_emulator.state.events import Halted, Options

if TYPE_CHECKING:  # types alone: an emulator in process starts without them
    from . import shapes


def options(halt: Halted | None) -> shapes.HaltedAt:
    """ "When halted, the API response includes `halted_options`", and where."""
    if halt is None or halt.options is None:
        return {}
    return {"halted_at_state": halt.state, "halted_options": choices(halt.options)}


def choices(found: Options) -> shapes.HaltedOptions:
    """The instruction, and the ways to choose from."""
    data: shapes.HaltedOptions = {
        "instruction": found.instruction,
        "include_data": list(found.include_data),
        "transition_mode": "selection" if found.selection else "condition",
        "choices": [
            {"key": each.key or "", "description": each.description, "to": each.target} for each in found.choices
        ],
        "generated": found.generated,
    }
    if found.title is not None:
        data["title"] = found.title
    return data


def shown(halt: Halted) -> shapes.Shown:
    """What a halt shows to a person."""
    return {**options(halt), **presentation(halt)}


def presentation(halt: Halted | None) -> shapes.Presented:
    return {} if halt is None or halt.presentation is None else {"halting_presentation": halt.presentation}
