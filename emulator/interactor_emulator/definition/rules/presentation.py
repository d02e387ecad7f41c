"""`presentation` (legacy): a form, a choice or a message, and the fields of a form.

Templates are rendered in a presentation, so one template may stand wherever anything but a string is expected.
"""

from collections.abc import Mapping

from interactor_emulator.definition.paths import Key, Path

from .shape import (
    Check,
    Shape,
    Visit,
    anything,
    array_of,
    counted,
    is_number,
    is_whole,
    judged,
    one_of,
    or_placeholder,
    shaped,
    shaped_by_type,
    text,
)
from .words import kind, listing


def _flag(what: str) -> Check:
    return or_placeholder(judged(what, "true or false", lambda value: isinstance(value, bool)))


def _number(what: str) -> Check:
    return or_placeholder(judged(what, "a number", is_number))


def _size(what: str) -> Check:
    return or_placeholder(judged(what, "a whole number from 0 up", lambda value: is_whole(value) and value >= 0))


def _accept(visit: Visit, value: object, at: Path, name: Key) -> None:
    if isinstance(value, list):
        array_of("File accept", text("MIME type"))(visit, value, at, name)
    elif not isinstance(value, str):
        visit.report((*at, name), f"File accept must be a string or an array of MIME types, not {kind(value)}")


# interface Option { value: string; label: string; description?: string; }
OPTION = Shape(
    "Option",
    {"value": text("Option value"), "label": text("Option label"), "description": text("Option description")},
    required={
        "value": "Option needs a value: what the answer will hold",
        "label": "Option needs a label: what the user reads",
    },
)
_options: Check = or_placeholder(array_of("Options", shaped(OPTION)))

# "| Type | Description | Additional Properties |"
_PROPERTIES: Mapping[str, Mapping[str, Check]] = {
    "string": {
        "multiline": _flag("Field multiline"),
        "placeholder": text("Field placeholder"),
        "maxLength": _size("Field maxLength"),
    },
    "number": {
        "min": _number("Field min"),
        "max": _number("Field max"),
        "step": or_placeholder(
            judged("Field step", "a number above 0", lambda value: is_number(value) and value > 0),
        ),
    },
    "boolean": {},
    "select": {"options": _options},
    "date": {"minDate": text("Field minDate"), "maxDate": text("Field maxDate")},
    "file": {"accept": _accept, "maxSize": _size("Field maxSize")},
}
FIELD_TYPES = tuple(_PROPERTIES)
FIELD_PROPERTIES: Mapping[str, frozenset[str]] = {type_: frozenset(own) for type_, own in _PROPERTIES.items()}
"""What each type of field has beside what all have."""


# "Common field properties include `required`, `default`, and `label`."
_COMMON: Mapping[str, Check] = {
    "name": text("Field name"),
    "type": one_of("Field type", *FIELD_TYPES),
    "label": text("Field label"),
    "required": _flag("Field required"),
    "default": anything,
}
# Published: the schema gives every field the properties of all types; the document's table says whose each is.
_ALL: Mapping[str, Check] = {**_COMMON, **{name: check for own in _PROPERTIES.values() for name, check in own.items()}}
_FIELD_NEEDS = {
    "name": "Field needs a name: the member of the input that holds its answer",
    "type": f"Field needs a type: {listing(FIELD_TYPES)}",
    "label": "Field needs a label: what the user reads",
}
_SELECT_NEEDS = {"options": "Field of type select needs options: an array of objects with value and label"}


def _field_shape(type_: str) -> Shape:
    # "Test with `/validate` endpoint to confirm supported properties": what no type has is an error.
    needs = _FIELD_NEEDS | (_SELECT_NEEDS if type_ == "select" else {})
    return Shape(f"Field of type {type_}", _ALL, needs, closed=True)


_FIELDS_BY_TYPE = {type_: _field_shape(type_) for type_ in FIELD_TYPES}
_FIELD = Shape("Field", _ALL, _FIELD_NEEDS, closed=True)
_all_fields: Check = array_of("Presentation fields", shaped_by_type(_FIELD, _FIELDS_BY_TYPE))


def _fields(visit: Visit, value: object, at: Path, name: Key) -> None:
    if isinstance(value, list):
        # "Max presentation fields | 50 | Per halting state"
        counted(visit, len(value), visit.limits.presentation_fields, (*at, name), "Presentation", "fields")
    _all_fields(visit, value, at, name)


_MEMBERS: Mapping[str, Check] = {
    "type": one_of("Presentation type", "form", "choice", "message"),
    "title": text("Presentation title"),
    "description": text("Presentation description"),
    "fields": or_placeholder(_fields),
    "options": _options,
    "message": text("Presentation message"),
    "show_progress": _flag("Presentation show_progress"),
}

# "The core API requires only `type` and the type-specific fields (`fields`, `options`, or `message`)."
_NEEDS = {
    "form": {"fields": "Presentation of type form needs fields: an array of form fields"},
    "choice": {"options": "Presentation of type choice needs options: an array of objects with value and label"},
    "message": {"message": "Presentation of type message needs a message: the text to show"},
}
_BY_TYPE = {type_: Shape("Presentation", _MEMBERS, needs) for type_, needs in _NEEDS.items()}

presentation: Check = shaped_by_type(
    Shape("Presentation", _MEMBERS, {"type": f"Presentation needs a type: {listing(_NEEDS)}"}), _BY_TYPE
)
"""What is shown while the workflow waits."""
