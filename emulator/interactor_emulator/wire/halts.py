"""What a halted thread shows, in the wire's words: the API answers with it, and webhooks tell of it."""

from typing import Any

from interactor_emulator.state.events import Halted, Options

Data = dict[str, Any]


def options(halt: Halted | None) -> Data:
    """ "When halted, the API response includes `halted_options`", and where."""
    if halt is None or halt.options is None:
        return {}
    return {"halted_at_state": halt.state, "halted_options": _choices(halt.options)}


def _choices(found: Options) -> Data:
    data: Data = {
        "instruction": found.instruction,
        "include_data": list(found.include_data),
        "transition_mode": "selection" if found.selection else "condition",
        "choices": [
            {"key": choice.key, "description": choice.description, "to": choice.target} for choice in found.choices
        ],
        "generated": found.generated,
    }
    if found.title is not None:
        data["title"] = found.title
    return data


def shown(halt: Halted) -> Data:
    """What a halt shows to a person."""
    return {**options(halt), **presentation(halt)}


def presentation(halt: Halted | None) -> Data:
    return {} if halt is None or halt.presentation is None else {"halting_presentation": halt.presentation}
