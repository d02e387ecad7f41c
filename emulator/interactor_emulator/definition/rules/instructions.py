"""`halting_instructions`, in their three forms: composed by an AI, a static message, or the simple format."""

from interactor_emulator.definition.paths import Key, Path

from .shape import Check, Shape, Visit, array_of, one_of, shaped, text, walk
from .words import kind

_paths: Check = array_of("Data to include", text("Path to include"))
_type: Check = one_of("Halting instructions type", "ai", "message")

_AI_CONFIG = Shape(
    "Config of AI instructions",
    {"prompt": text("AI prompt"), "model": text("AI model"), "include_data_paths": _paths},
    required={"prompt": "Config of AI instructions needs a prompt: what the text shall say"},
)
_MESSAGE_CONFIG = Shape(
    "Config of a static message",
    {"title": text("Message title"), "message": text("Message")},
    required={"message": "Config of a static message needs a message: the text to show"},
)


def _configured(type_: str, config: Shape) -> Shape:
    return Shape(
        "Halting instructions",
        {"type": _type, "config": shaped(config)},
        required={"config": f"Halting instructions of type {type_} need a config: an object"},
    )


_BY_TYPE = {"ai": _configured("ai", _AI_CONFIG), "message": _configured("message", _MESSAGE_CONFIG)}

# "**Simple format** - treats `instruction` as an AI prompt"
_SIMPLE = Shape(
    "Halting instructions",
    {"type": _type, "instruction": text("Instruction"), "include_data": _paths},
    required={"instruction": ""},
)
_NEITHER = Shape(
    "Halting instructions",
    {"type": _type, "config": lambda *_: None},
    required={"type": "Halting instructions need a type (ai or message) with a config, or an instruction"},
)


def instructions(visit: Visit, value: object, at: Path, name: Key) -> None:
    """How the halting message is made."""
    here = (*at, name)
    if isinstance(value, dict):
        walk(visit, value, _shape(value), here)
    else:
        visit.report(here, f"Halting instructions must be an object, not {kind(value)}")


def _shape(value: dict[str, object]) -> Shape:
    type_ = value.get("type")
    if isinstance(type_, str) and type_ in _BY_TYPE:
        return _BY_TYPE[type_]
    return _SIMPLE if "instruction" in value else _NEITHER
