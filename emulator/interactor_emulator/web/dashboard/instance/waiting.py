"""What a halted thread shows, as a form of HTML: the document's `WorkflowForm`, its fields filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from interactor_emulator.errors import InteractorError
from interactor_emulator.jsontext import Json, encode, is_number
from interactor_emulator.projections.explain import Decision
from interactor_emulator.state.events import Halted
from interactor_emulator.state.store import File

_SELECT, _TEXT = "select", "string"
_TYPES = frozenset({_TEXT, "number", "boolean", _SELECT, "date", "file"})
# What a member of a field is called in HTML, and of which types it is.
_BOUNDS = {
    "number": (("min", "min"), ("max", "max"), ("step", "step")),
    "date": (("minDate", "min"), ("maxDate", "max")),
    _TEXT: (("maxLength", "maxlength"),),
    "file": (("accept", "accept"),),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `value` is what was typed, or its default; `more` are attributes of HTML. `file` was uploaded."""

    number: int
    name: str
    type: str
    label: str
    value: str
    checked: bool = False
    required: bool = False
    multiline: bool = False
    placeholder: str = ""
    options: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to choose: `name` and `value` are what its button posts."""

    name: str
    value: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken: whose, to which halt, what was typed, and how it was refused."""

    person: str
    halt: Halted
    typed: Mapping[str, str]
    error: InteractorError
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """What a thread waits for, as one person is shown it. `over` is true where it waits for that no more."""

    person: str
    key: str
    thread_id: str
    state: str
    halt: str
    kind: str
    title: str = ""
    description: str = ""
    message: str = ""
    instruction: str = ""
    generated: bool = False
    fields: tuple[Field, ...] = ()
    choices: tuple[Choice, ...] = ()
    show_progress: bool = False
    json: str = ""
    refused: Refused | None = None
    over: bool = False


def wait(
    person: str,
    number: int,
    halt: Halted,
    files: Mapping[str, File],
    refused: Refused | None = None,
    over: bool = False,
) -> Wait:
    """What is shown of a halt; `files` were uploaded for it, `refused` is the answer of this person before."""
    shown: Mapping[str, Json] = halt.presentation or {}
    typed = {} if refused is None else refused.typed
    options = halt.options
    kind = str(shown.get("type", "")) if halt.presentation is not None else ""
    return Wait(
        person,
        f"{person}-{number}",
        halt.thread_id,
        halt.state,
        halt.id,
        kind,
        title=_text(shown.get("title")) or ("" if options is None else options.title or ""),
        description=_text(shown.get("description")),
        message=_text(shown.get("message")) if kind != "form" else "",
        instruction="" if options is None else options.instruction,
        generated=options is not None and options.generated,
        fields=tuple(_fields(shown, None if refused is None else typed, files)),
        choices=(*_options(shown), *_keys(halt)),
        show_progress=shown.get("show_progress") is True,
        json=typed.get("json", "{}"),
        refused=refused,
        over=over,
    )


def answer(halt: Halted, form: Mapping[str, str]) -> dict[str, Json]:
    """The input that a filled form stands for, as the document's component makes it: what nobody filled in is not
    there, but for a box, which is checked or not."""
    given: dict[str, Json] = {}
    for number, each in enumerate(_described(halt.presentation or {})):
        value = _value(str(each.get("type")), form.get(f"field-{number}"))
        if value != "" or each.get("default") not in (None, ""):
            given[str(each.get("name"))] = value
    chosen = _chosen(halt, form)
    return given if chosen is None else {**given, "choice": chosen}


def file_fields(halt: Halted) -> dict[str, str]:
    """The fields for files: the name of each by that of its input."""
    described = enumerate(_described(halt.presentation or {}))
    return {f"field-{number}": str(each.get("name")) for number, each in described if each.get("type") == "file"}


def _described(presentation: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """The fields of a form; a template may have put anything in their place."""
    found = presentation.get("fields")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _value(type_: str, posted: str | None) -> Json:
    if type_ == "boolean":
        return posted is not None
    text = (posted or "").replace("\r\n", "\n")
    return _number(text) if type_ == "number" else text


def _number(text: str) -> Json:
    """The number that was typed, or the text that is none: the API is given what the person gave."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if abs(number) < float("inf") else text


def _chosen(halt: Halted, form: Mapping[str, str]) -> Json:
    option, key = _at(form.get("option")), _at(form.get("key"))
    shown = _objects(halt.presentation or {})
    if option is not None and option < len(shown):
        return shown[option].get("value")
    keys = () if halt.options is None else halt.options.choices
    return keys[key].key if key is not None and key < len(keys) else None


def _at(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else None


def _fields(shown: Mapping[str, Json], typed: Mapping[str, str] | None, files: Mapping[str, File]) -> list[Field]:
    return [_field(number, each, typed, files) for number, each in enumerate(_described(shown))]


def _field(number: int, each: Mapping[str, Json], typed: Mapping[str, str] | None, files: Mapping[str, File]) -> Field:
    name, type_, default = _text(each.get("name")), _text(each.get("type")), each.get("default")
    value = _text(default) if typed is None else typed.get(f"field-{number}", "")
    return Field(
        number,
        name,
        type_ if type_ in _TYPES else _TEXT,
        _text(each.get("label")) or name,
        value,
        checked=default is True if typed is None else f"field-{number}" in typed,
        required=each.get("required") is True,
        multiline=each.get("multiline") is True,
        placeholder=_text(each.get("placeholder")),
        options=tuple((_text(one.get("value")), _text(one.get("label"))) for one in _objects(each)),
        more=tuple(_attributes(type_, each)),
        file=files.get(value) if type_ == "file" else None,
    )


def _attributes(type_: str, each: Mapping[str, Json]) -> list[tuple[str, str]]:
    found = [(html, _text(each[name])) for name, html in _BOUNDS.get(type_, ()) if each.get(name) is not None]
    if type_ == "number" and not is_number(each.get("step")):
        found = [*((name, value) for name, value in found if name != "step"), ("step", "any")]
    return found


def _objects(holder: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    found = holder.get("options")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _options(shown: Mapping[str, Json]) -> list[Choice]:
    if shown.get("type") != "choice":
        return []
    return [
        Choice(
            "option", str(number), _text(each.get("label")) or _text(each.get("value")), _text(each.get("description"))
        )
        for number, each in enumerate(_objects(shown))
    ]


def _keys(halt: Halted) -> list[Choice]:
    if halt.options is None or not halt.options.selection:
        return []
    return [
        Choice("key", str(number), each.key or each.target, each.description or "")
        for number, each in enumerate(halt.options.choices)
    ]


def _text(value: Json) -> str:
    """As a person is shown it: a text as it is, nothing for nothing, all else as JSON."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(map(str, value))
    return "" if value is None else value if isinstance(value, str) else encode(value)
